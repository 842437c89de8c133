// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IGuardedBridge} from "../../src/interfaces/IGuardedBridge.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {BridgeTest} from "./BridgeTest.sol";

/// @notice Section 4 of `spec/vault.md`, by real proofs of what became of messages.
contract GuardedBridgeRefundTest is BridgeTest {
    function test_VLT_11_12_accepts_cancelled() public {
        Transfer memory transfer = _goOut(50 * COIN);
        _cancelAndProve(transfer);
        vm.expectEmit(address(home));
        emit IGuardedBridge.TransferRefunded(transfer.id, DESTINATION, USER, 50 * COIN);
        _refund(transfer);
        assertEq(coin.balanceOf(USER), 1_000_000 * COIN);
        assertEq(home.outstanding(DESTINATION), 0);
        assertEq(home.owed(), 0);
        assertTrue(home.isRefunded(transfer.id));
    }

    function test_VLT_12_accepts_expired() public {
        Transfer memory transfer = _goOut(50 * COIN);
        vm.warp(NOW + LIFE + 1);
        _expire(transfer);
        _refund(transfer);
        assertEq(coin.balanceOf(USER), 1_000_000 * COIN);
        // And it cannot arrive any more.
        IMessageService.DeliveryProof memory proof = _prove(transfer.log, transfer.nonce);
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageExpired.selector, transfer.id, NOW + LIFE));
        destination.deliver(SOURCE, proof, address(0));
    }

    /// @dev What a bridge that mints has burned is minted again.
    function test_VLT_12_accepts_cancelledBurn() public {
        _moveOut(80 * COIN);
        Transfer memory transfer = _goBack(OTHER, 30 * AWAY);
        vm.recordLogs();
        vm.prank(USER);
        away.cancel(transfer.body);
        IMessageService.DeliveryProof memory proof =
            _proveOn(DESTINATION, _last(IMessageService.CancellationRequested.selector), 0);
        vm.chainId(SOURCE);
        vm.recordLogs();
        source.acceptCancellation(DESTINATION, proof);
        proof = _proveOn(SOURCE, _last(IMessageService.MessageCancelled.selector), 0);
        vm.chainId(DESTINATION);
        awayChecker.proveCancelled(SOURCE, proof);
        away.refund(transfer.body);
        assertEq(bridged.balanceOf(USER), 80 * AWAY);
        assertEq(away.outstanding(SOURCE), 80 * AWAY);
    }

    function test_VLT_12_rejects_twice() public {
        Transfer memory transfer = _goOut(50 * COIN);
        _goOut(50 * COIN);
        _cancelAndProve(transfer);
        _refund(transfer);
        bytes4 error = IGuardedBridge.BridgeRefunded.selector;
        _rejectsRefund(abi.encodeWithSelector(error, transfer.id), transfer.body);
    }

    function test_VLT_12_rejects_unproven() public {
        Transfer memory transfer = _goOut(50 * COIN);
        bytes4 error = IGuardedBridge.BridgeNotRefundable.selector;
        _rejectsRefund(abi.encodeWithSelector(error, transfer.id, 0), transfer.body);
        // Asked to cancel, or even cancelled, is not yet proven here.
        _acceptCancellation(transfer);
        _rejectsRefund(abi.encodeWithSelector(error, transfer.id, 0), transfer.body);
    }

    function test_VLT_12_rejects_delivered() public {
        Transfer memory transfer = _goOut(50 * COIN);
        _acknowledge(_deliverAndLog(_prove(transfer.log, transfer.nonce), address(0)));
        bytes4 error = IGuardedBridge.BridgeNotRefundable.selector;
        _rejectsRefund(abi.encodeWithSelector(error, transfer.id, 1), transfer.body);
    }

    /// @dev No body but the very one that was sent has the id that was cancelled.
    function test_VLT_12_rejects_otherBodies() public {
        Transfer memory transfer = _goOut(50 * COIN);
        _cancelAndProve(transfer);
        bytes memory payload = transfer.body.payload;
        transfer.body.payload = abi.encode(_address(SOURCE, STRANGER), abi.encodePacked(OTHER), 50 * WIRE);
        _rejectsUnknown(transfer.body);
        transfer.body.payload = abi.encode(_address(SOURCE, USER), abi.encodePacked(OTHER), 51 * WIRE);
        _rejectsUnknown(transfer.body);
        transfer.body.payload = bytes.concat(payload, hex"00");
        _rejectsUnknown(transfer.body);
        transfer.body.payload = payload;
        ++transfer.body.nonce;
        _rejectsUnknown(transfer.body);
        --transfer.body.nonce;
        transfer.body.attributes = new bytes[](0);
        _rejectsUnknown(transfer.body);
    }

    function _rejectsUnknown(IMessageService.Body memory body) private {
        bytes4 error = IGuardedBridge.BridgeNotRefundable.selector;
        _rejectsRefund(abi.encodeWithSelector(error, _id(body), 0), body);
    }

    /// @dev Whoever sends a message that looks like the bridge's, and has it cancelled, gets nothing.
    function test_VLT_12_rejects_notSentByTheBridge() public {
        Sent memory sent = _sentWithDeadline();
        _proveCancelled(_proveOn(DESTINATION, _cancelled(sent), 0));
        bytes32 self = keccak256(_address(SOURCE, address(home)));
        bytes4 error = IMessageService.MessageNotSender.selector;
        _rejectsRefund(abi.encodeWithSelector(error, keccak256(_address(SOURCE, SENDER)), self), sent.body);
    }

    // ── As all that leaves ──────────────────────────────────────────────────────────────────────────────────────

    function test_VLT_5_7_12_rejects_pausedOrOverTheRate() public {
        Transfer memory transfer = _goOut(50 * COIN);
        _cancelAndProve(transfer);
        home.pause(DESTINATION, DELIVERING);
        _rejectsRefund(abi.encodeWithSelector(IGuardedBridge.BridgePaused.selector, DESTINATION, 1), transfer.body);
        home.unpause(DESTINATION, DELIVERING);
        IGuardedBridge.Limits memory limits = _limits(COIN);
        limits.delivering = 49 * COIN;
        home.setLimits(DESTINATION, limits);
        bytes4 error = IGuardedBridge.BridgeRateExceeded.selector;
        _rejectsRefund(abi.encodeWithSelector(error, DESTINATION, 1, 49 * COIN, 50 * COIN), transfer.body);
        home.setLimits(DESTINATION, _limits(COIN));
        _refund(transfer);
    }

    function test_VLT_10_12_accepts_delayedRefund() public {
        Transfer memory transfer = _goOut(200 * COIN);
        _cancelAndProve(transfer);
        _refund(transfer);
        assertEq(home.delayed(DESTINATION), 200 * COIN);
        assertEq(home.releaseOf(transfer.id).to, USER);
        bytes4 error = IGuardedBridge.BridgeRefunded.selector;
        _rejectsRefund(abi.encodeWithSelector(error, transfer.id), transfer.body);
        vm.warp(NOW + DELAY);
        home.release(transfer.id);
        assertEq(coin.balanceOf(USER), 1_000_000 * COIN);
    }

    /// @dev Were a chain to say of all that had arrived there that it had not, it would get back no more than was locked for it.
    function test_VLT_8_12_rejects_unbackedRefund() public {
        Transfer memory transfer = _goOut(60 * COIN);
        _cancelAndProve(transfer);
        _tellHome("1", OTHER, 40 * WIRE);
        bytes4 error = IGuardedBridge.BridgeUnbacked.selector;
        _rejectsRefund(abi.encodeWithSelector(error, DESTINATION, 20 * COIN, 60 * COIN), transfer.body);
        assertFalse(home.isRefunded(transfer.id));
    }

    // ── Asking to cancel ────────────────────────────────────────────────────────────────────────────────────────

    function test_VLT_11_rejects_others() public onSource {
        Transfer memory transfer = _goOut(50 * COIN);
        vm.chainId(SOURCE);
        vm.expectRevert(abi.encodeWithSelector(IGuardedBridge.BridgeNotOwner.selector, USER, STRANGER));
        vm.prank(STRANGER);
        home.cancel(transfer.body);
        // Nor by claiming to be who paid.
        transfer.body.payload = abi.encode(_address(SOURCE, STRANGER), abi.encodePacked(OTHER), 50 * WIRE);
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageNotCancellable.selector, _id(transfer.body)));
        vm.prank(STRANGER);
        home.cancel(transfer.body);
    }

    function test_VLT_11_rejects_notCancellable() public {
        home.setTerms(DESTINATION, IGuardedBridge.Terms(LIFE, 0, false));
        Transfer memory transfer = _goOut(50 * COIN);
        vm.chainId(SOURCE);
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageNotCancellable.selector, transfer.id));
        vm.prank(USER);
        home.cancel(transfer.body);
    }

    function _expire(Transfer memory transfer) private {
        uint64 time = uint64(NOW + LIFE + 1);
        vm.chainId(SOURCE);
        checker.proveExpired(DESTINATION, transfer.body, _expiry(transfer.nonce, time));
        vm.chainId(DESTINATION);
    }
}
