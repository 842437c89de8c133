// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IGuardedBridge} from "../../src/interfaces/IGuardedBridge.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {BridgeTest} from "./BridgeTest.sol";

/// @notice VLT-10: releases that wait, on both kinds of bridge.
contract GuardedBridgeDelayTest is BridgeTest {
    bytes32 private constant ONE = "1";
    bytes32 private constant TWO = "2";
    uint48 private constant DUE = 1_800_000_000 + DELAY; // `DELAY` after `NOW`

    function test_VLT_10_accepts_delayedMint() public {
        Transfer memory transfer = _goOut(100 * COIN);
        IMessageService.DeliveryProof memory proof = _prove(transfer.log, transfer.nonce);
        vm.expectEmit(address(away));
        emit IGuardedBridge.ReleaseDelayed(transfer.id, SOURCE, OTHER, 100 * AWAY, DUE);
        destination.deliver(SOURCE, proof, address(0));
        assertEq(bridged.totalSupply(), 0);
        assertEq(away.outstanding(SOURCE), 100 * AWAY);
        assertEq(away.delayed(SOURCE), 100 * AWAY);
        assertEq(away.available(SOURCE, DELIVERING), 1000 * AWAY);
        IGuardedBridge.Release memory waits = away.releaseOf(transfer.id);
        assertEq(waits.chainId, SOURCE);
        assertEq(waits.to, OTHER);
        assertEq(waits.amount, 100 * AWAY);
        assertEq(waits.until, NOW + DELAY);

        vm.warp(NOW + DELAY);
        vm.expectEmit(address(away));
        emit IGuardedBridge.ReleaseMade(transfer.id, SOURCE, OTHER, 100 * AWAY);
        vm.prank(STRANGER);
        away.release(transfer.id);
        assertEq(bridged.balanceOf(OTHER), 100 * AWAY);
        assertEq(away.outstanding(SOURCE), 100 * AWAY);
        assertEq(away.delayed(SOURCE), 0);
        assertEq(away.available(SOURCE, DELIVERING), 900 * AWAY);
    }

    function test_VLT_10_accepts_delayedUnlock() public {
        _unlockLater();
        assertEq(coin.balanceOf(OTHER), 0);
        assertEq(home.outstanding(DESTINATION), 300 * COIN);
        assertEq(home.delayed(DESTINATION), 120 * COIN);
        vm.warp(NOW + DELAY);
        home.release("1");
        assertEq(coin.balanceOf(OTHER), 120 * COIN);
        assertEq(home.outstanding(DESTINATION), 180 * COIN);
        assertEq(home.delayed(DESTINATION), 0);
        assertEq(home.owed(), 180 * COIN);
    }

    /// @dev One unit below the threshold is handed out at once.
    function test_VLT_10_accepts_threshold() public {
        _arrive(_goOut(100 * COIN - 1e12));
        assertEq(bridged.balanceOf(OTHER), 100 * AWAY - 100);
        _arrive(_goOut(100 * COIN));
        assertEq(bridged.balanceOf(OTHER), 100 * AWAY - 100);
    }

    function test_VLT_10_rejects_beforeItsTime() public {
        _unlockLater();
        vm.warp(NOW + DELAY - 1);
        bytes4 error = IGuardedBridge.BridgeReleaseDelayed.selector;
        vm.expectRevert(abi.encodeWithSelector(error, ONE, DUE));
        home.release("1");
    }

    function test_VLT_10_rejects_twiceOrNever() public {
        _unlockLater();
        vm.warp(NOW + DELAY);
        home.release("1");
        bytes4 error = IGuardedBridge.BridgeNoRelease.selector;
        vm.expectRevert(abi.encodeWithSelector(error, ONE));
        home.release("1");
        vm.expectRevert(abi.encodeWithSelector(error, TWO));
        home.release("2");
        vm.expectRevert(abi.encodeWithSelector(error, ONE));
        home.cancelRelease("1");
        vm.expectRevert(abi.encodeWithSelector(error, ONE));
        home.reinstateRelease("1");
    }

    function test_VLT_5_7_10_rejects_pausedOrOverTheRate() public {
        _unlockLater();
        vm.warp(NOW + DELAY);
        home.pause(DESTINATION, DELIVERING);
        vm.expectRevert(abi.encodeWithSelector(IGuardedBridge.BridgePaused.selector, DESTINATION, 1));
        home.release("1");
        home.unpause(DESTINATION, DELIVERING);
        IGuardedBridge.Limits memory limits = _limits(COIN);
        limits.delivering = 119 * COIN;
        home.setLimits(DESTINATION, limits);
        bytes4 error = IGuardedBridge.BridgeRateExceeded.selector;
        vm.expectRevert(abi.encodeWithSelector(error, DESTINATION, 1, 119 * COIN, 120 * COIN));
        home.release("1");
        home.setLimits(DESTINATION, _limits(COIN));
        home.release("1");
    }

    // ── Cancelled and reinstated ────────────────────────────────────────────────────────────────────────────────

    /// @dev V1, V2: what was cancelled is locked as before, and the rest can still come back.
    function test_VLT_10_accepts_rejects_cancelledUnlock() public {
        _unlockLater();
        vm.expectEmit(address(home));
        emit IGuardedBridge.ReleaseCancelled("1");
        home.cancelRelease("1");
        assertEq(home.outstanding(DESTINATION), 300 * COIN);
        assertEq(home.delayed(DESTINATION), 0);
        assertTrue(home.releaseOf("1").cancelled);

        vm.warp(NOW + DELAY);
        bytes memory error = abi.encodeWithSelector(IGuardedBridge.BridgeReleaseCancelled.selector, ONE);
        vm.expectRevert(error);
        home.release("1");
        vm.expectRevert(error);
        home.cancelRelease("1");

        home.reinstateRelease("1");
        assertEq(home.delayed(DESTINATION), 120 * COIN);
        assertEq(home.releaseOf("1").until, NOW + 2 * DELAY);
        vm.expectRevert(abi.encodeWithSelector(IGuardedBridge.BridgeReleaseDelayed.selector, ONE, DUE + DELAY));
        home.release("1");
        vm.warp(NOW + 2 * DELAY);
        home.release("1");
        assertEq(coin.balanceOf(OTHER), 120 * COIN);
    }

    /// @dev Of what was cancelled nothing is minted, and room is made for others.
    function test_VLT_8_10_accepts_rejects_cancelledMint() public {
        IGuardedBridge.Limits memory limits = _limits(AWAY);
        limits.outstanding = 150 * AWAY;
        away.setLimits(SOURCE, limits);
        Transfer memory transfer = _goOut(120 * COIN);
        _arrive(transfer);
        away.cancelRelease(transfer.id);
        assertEq(away.outstanding(SOURCE), 0);
        _arrive(_goOut(90 * COIN));
        bytes4 error = IGuardedBridge.BridgeCapExceeded.selector;
        vm.expectRevert(abi.encodeWithSelector(error, SOURCE, 60 * AWAY, 120 * AWAY));
        away.reinstateRelease(transfer.id);
        away.setLimits(SOURCE, _limits(AWAY));
        away.reinstateRelease(transfer.id);
        assertEq(away.outstanding(SOURCE), 210 * AWAY);
        assertEq(away.delayed(SOURCE), 120 * AWAY);
    }

    function test_VLT_10_rejects_reinstatingWhatWaits() public {
        _unlockLater();
        bytes4 error = IGuardedBridge.BridgeReleaseNotCancelled.selector;
        vm.expectRevert(abi.encodeWithSelector(error, ONE));
        home.reinstateRelease("1");
    }

    /// @dev A forged release that was cancelled does not stand in the way of what is really there, and is not backed afterwards.
    function test_VLT_8_10_rejects_reinstatingWhatIsNotBacked() public {
        _unlockLater();
        home.cancelRelease("1");
        for (uint256 i = 2; i < 6; ++i) {
            _tellHome(bytes32(i), OTHER, 75 * WIRE);
        }
        assertEq(coin.balanceOf(OTHER), 300 * COIN);
        bytes4 error = IGuardedBridge.BridgeUnbacked.selector;
        vm.expectRevert(abi.encodeWithSelector(error, DESTINATION, 0, 120 * COIN));
        home.reinstateRelease("1");
    }

    /// @dev 300 are locked, of which 120 are to be unlocked with a delay.
    function _unlockLater() private {
        _goOut(300 * COIN);
        _tellHome("1", OTHER, 120 * WIRE);
    }
}
