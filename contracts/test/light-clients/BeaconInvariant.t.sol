// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IBeaconLightClient} from "../../src/interfaces/IBeaconLightClient.sol";
import {BeaconLightClient} from "../../src/light-clients/BeaconLightClient.sol";
import {BeaconFixture} from "./BeaconFixture.sol";
import {BeaconHandler} from "./BeaconHandler.sol";

/// @notice C1, C5, C6 and C8 of the security properties over arbitrary sequences.
contract BeaconInvariantTest is BeaconFixture {
    BeaconHandler private handler;

    function setUp() public override {
        super.setUp();
        string[12] memory names = [
            "absent_0",
            "absent_1",
            "absent_5",
            "learn",
            "learn_same",
            "learn_only",
            "learn_only_older",
            "rotate",
            "rotate_without_next",
            "tail_attested_late",
            "learn_after_rotation",
            "rotate_again"
        ];
        bytes[] memory updates = new bytes[](names.length);
        for (uint256 i = 0; i < names.length; ++i) {
            updates[i] = _update(names[i]);
        }
        BeaconLightClient client = _deploy("fulu");
        _warpTo("rotate_again");
        handler = new BeaconHandler(client, updates, _update("fork_left"), _update("fork_right"));
        targetContract(address(handler));
    }

    /// forge-config: default.invariant.runs = 32
    /// forge-config: default.invariant.depth = 40
    /// forge-config: default.invariant.fail-on-revert = true
    function invariant_C1_C5_monotoneAndFrozenForGood() public view {
        IBeaconLightClient.Trusted memory t = handler.CLIENT().trusted();
        assertEq(t.finalizedSlot, handler.highestSlot());
        assertEq(t.frozenAt, handler.frozenAt());
        assertTrue(t.currentCommitteeRoot != 0 && t.currentCommitteeRoot != t.nextCommitteeRoot);
    }

    /// forge-config: default.invariant.runs = 8
    /// forge-config: default.invariant.depth = 20
    /// forge-config: default.invariant.fail-on-revert = true
    function invariant_C8_neverStuck() public {
        assertFalse(handler.isStuck(), "C8: no update is left");
    }

    /// @dev That the handler does get somewhere.
    function test_BCN_15_acceptsThroughHandler() public {
        for (uint256 i = 0; i < 12; ++i) {
            handler.update(i);
        }
        assertGt(handler.accepted(), 5);
        handler.damagedUpdate(0, 100, 1);
        handler.misbehaviour(0, 1, 3);
        assertEq(handler.frozenAt(), 0);
    }
}
