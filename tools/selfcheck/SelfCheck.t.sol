// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

contract MustPass {
    function test_pass() external pure {}
}

contract MustFail {
    error Intended();

    function test_fail() external pure {
        revert Intended();
    }
}
