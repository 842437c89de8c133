// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {SSZTest} from "./SSZ.t.sol";

/// @notice The suite of the library on its plain twin.
contract SSZReferenceTest is SSZTest {
    function setUp() public override {
        super.setUp();
        (harness, twin) = (twin, harness);
    }
}
