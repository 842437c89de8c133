// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {BridgeHandler} from "./BridgeHandler.sol";
import {GuardedBridgeInvariant} from "./GuardedBridgeInvariant.sol";

/// @notice The same when light clients are wrong, and gateways deliver what was never sent.
contract GuardedBridgeForgedInvariantTest is GuardedBridgeInvariant {
    function setUp() public override {
        super.setUp();
        _act(BridgeHandler.forge.selector);
        _act(BridgeHandler.forge.selector);
        _target();
    }

    /// forge-config: default.invariant.runs = 64
    /// forge-config: default.invariant.depth = 64
    /// @dev With forged messages too: home pays only what was locked, away mints only up to the cap, and neither faster than the limit.
    function invariant_V1_V7_V8_V9_forgedMessagesTakeNoMore() public view {
        _requireSound();
    }
}
