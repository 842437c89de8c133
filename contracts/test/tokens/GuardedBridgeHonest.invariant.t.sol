// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {GuardedBridgeInvariant} from "./GuardedBridgeInvariant.sol";

/// @notice What users, relayers and roles do when light clients are right.
contract GuardedBridgeHonestInvariantTest is GuardedBridgeInvariant {
    function setUp() public override {
        super.setUp();
        _target();
    }

    /// forge-config: default.invariant.runs = 64
    /// forge-config: default.invariant.depth = 64
    /// @dev What is locked is to the last unit what is minted, under way, waiting or cancelled.
    function invariant_V1_V2_V7_V8_V9_everyUnitIsAccountedFor() public view {
        _requireSound();
        (,, uint256 locked, uint256 waitsHome, uint256 minted,) = handler.books();
        assertEq(locked, minted + handler.between() + waitsHome, "V2");
        assertFalse(handler.broken(), "S12: each message once, delivered or given back");
    }
}
