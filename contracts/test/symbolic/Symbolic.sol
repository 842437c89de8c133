// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";

/// @title What the symbolic suites share
/// @notice A function named `check_` is a property: Halmos proves it for all arguments, bytes being of the lengths that its comment
/// names (`make symbolic`). Under forge a `testFuzz_` function beside it tries some of them.
abstract contract Symbolic is Test {
    /// @dev Two calls of this contract have the same outcome: the same answer, or the same error with the same arguments.
    function _same(bytes memory call, bytes memory twin) internal view {
        (bool ok, bytes memory answer) = address(this).staticcall(call);
        (bool twinOk, bytes memory twinAnswer) = address(this).staticcall(twin);
        assert(ok == twinOk);
        assert(answer.length == twinAnswer.length);
        assert(keccak256(answer) == keccak256(twinAnswer));
    }
}
