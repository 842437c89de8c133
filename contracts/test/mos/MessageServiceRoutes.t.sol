// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {MessageProofs} from "../support/MessageProofs.sol";
import {RoutedTest} from "../support/RoutedTest.sol";
import {Answering} from "../support/recipients/Answering.sol";
import {GasBurner} from "../support/recipients/GasBurner.sol";
import {Meter} from "../support/recipients/Meter.sol";
import {Recorder} from "../support/recipients/Recorder.sol";
import {Reentrant} from "../support/recipients/Reentrant.sol";
import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

/// @notice MSG-7 to MSG-10 by two ways: they end in one place.
contract MessageServiceRoutesTest is RoutedTest {
    function test_MSG_7_rejects_S1_routedAfterDirect() public {
        Recorder recipient = new Recorder();
        MessageProofs.Log memory log = _send(address(recipient), "payload");
        destination.deliver(SOURCE, _prove(log, 0), address(0));
        _rejectsReplay(
            abi.encodeCall(IMessageService.deliverRouted, (SOURCE, _proveRelayed(_relay(log), 0), address(0))), log
        );
        assertEq(recipient.count(), 1);
    }

    function test_MSG_7_rejects_S1_directAfterRouted() public {
        Recorder recipient = new Recorder();
        MessageProofs.Log memory log = _send(address(recipient), "payload");
        destination.deliverRouted(SOURCE, _proveRelayed(_relay(log), 0), address(0));
        _rejectsReplay(abi.encodeCall(IMessageService.deliver, (SOURCE, _prove(log, 0), address(0))), log);
        assertEq(recipient.count(), 1);
    }

    /// @dev Relayed twice, and once more by another hub on another chain: it is the same message.
    function test_MSG_7_rejects_S1_relayedTwice() public {
        Recorder recipient = new Recorder();
        MessageProofs.Log memory log = _send(address(recipient), "payload");
        destination.deliverRouted(SOURCE, _proveRelayed(_relay(log), 0), address(0));
        bytes memory again =
            abi.encodeCall(IMessageService.deliverRouted, (SOURCE, _proveRelayed(_relay(log), 0), address(0)));
        _rejectsReplay(again, log);
        _setRoute(SOURCE, HUB + 1, address(hub));
        again = abi.encodeCall(IMessageService.deliverRouted, (SOURCE, _proveOn(HUB + 1, _relay(log), 0), address(0)));
        _rejectsReplay(again, log);
        assertEq(recipient.count(), 1);
    }

    function test_MSG_7_rejects_S6_reentryTheOtherWay() public {
        Reentrant hostile = new Reentrant();
        MessageProofs.Log memory log = _send(address(hostile), "payload");
        IMessageService.DeliveryProof memory direct = _prove(log, 0);
        IMessageService.DeliveryProof memory routed = _proveRelayed(_relay(log), 0);
        hostile.set(abi.encodeCall(IMessageService.deliver, (SOURCE, direct, address(0))), false);
        destination.deliverRouted(SOURCE, routed, address(0));
        assertEq(hostile.count(), 1);
        assertEq(hostile.answer(), abi.encodePacked(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector));
        _rejectsReplay(abi.encodeCall(IMessageService.deliver, (SOURCE, direct, address(0))), log);
    }

    /// @dev Every other message takes the other way; the nonces lie in one word of bits and in others.
    function test_MSG_7_accepts_S11_bothWaysInAnyOrder(uint256 seed) public {
        Recorder recipient = new Recorder();
        for (uint64 nonce = 0; nonce < 12; ++nonce) {
            MessageProofs.Log memory log = _send(address(recipient), "payload");
            bool direct = uint256(keccak256(abi.encode(seed, nonce))) % 2 == 0;
            if (direct) destination.deliver(SOURCE, _prove(log, nonce), address(0));
            else destination.deliverRouted(SOURCE, _proveRelayed(_relay(log), nonce), address(0));
            assertTrue(_isSettled(nonce));
            assertFalse(_isSettled(nonce + 1));
        }
        assertEq(recipient.count(), 12);
    }

    function test_MSG_8_rejects_S13_recipientsThatMayNotBeCalled() public {
        _rejectsRecipient(address(0));
        _rejectsRecipient(address(0x1ff));
        _rejectsRecipient(address(destination));
        _rejectsRecipient(address(0xc0de1e55));
    }

    function test_MSG_9_rejects_S7_oneGasLessThanNeeded() public {
        Meter meter = new Meter();
        bytes memory call_ = _routed(address(meter));
        (uint256 little, uint256 enough) = (0, 16_000_000);
        uint256 state = vm.snapshotState();
        while (enough - little > 1) {
            uint256 middle = (little + enough) / 2;
            (bool delivered,) = address(destination).call{gas: middle}(call_);
            if (delivered) enough = middle;
            else little = middle;
            vm.revertToState(state);
        }
        (bool success, bytes memory error) = address(destination).call{gas: enough - 1}(call_);
        assertFalse(success);
        bytes4 selector = IMessageService.MessageInsufficientGas.selector;
        assertEq(error, abi.encodeWithSelector(selector, RECIPIENT_GAS - 1, RECIPIENT_GAS));
        assertFalse(_isSettled(0));
        (success,) = address(destination).call{gas: enough}(call_);
        assertTrue(success);
        assertGe(meter.gasReceived(), RECIPIENT_GAS - 100);
    }

    function test_MSG_10_rejects_S8_recipientsThatBurnAllGas_andAcceptsOthersMeanwhile() public {
        bytes memory burning = _routed(address(new GasBurner(false)));
        bytes32 id = _idOf[0];
        Recorder other = new Recorder();
        bytes memory fine = _routed(address(other));
        (bool success, bytes memory error) = address(destination).call(burning);
        assertFalse(success);
        assertEq(error, abi.encodeWithSelector(IMessageService.MessageRecipientReverted.selector, id, bytes32(0)));
        (success,) = address(destination).call(fine);
        assertTrue(success);
        assertEq(other.count(), 1);
    }

    /// @dev What failed on one way may be delivered on the other.
    function test_MSG_10_accepts_S4_theOtherWayOnceTheRecipientIsWell() public {
        Answering recipient = new Answering();
        MessageProofs.Log memory log = _send(address(recipient), "payload");
        IMessageService.DeliveryProof memory proof = _proveRelayed(_relay(log), 0);
        recipient.set("no", true);
        bytes32 reason = "no";
        bytes4 error = IMessageService.MessageRecipientReverted.selector;
        vm.expectRevert(abi.encodeWithSelector(error, log.topics[1], reason));
        destination.deliverRouted(SOURCE, proof, address(0));
        assertFalse(_isSettled(0));

        recipient.set(abi.encode(IERC7786Recipient.receiveMessage.selector), false);
        destination.deliver(SOURCE, _prove(log, 0), address(0));
        assertTrue(_isSettled(0));
    }

    function _routed(address recipient) private returns (bytes memory) {
        uint64 nonce = source.nextNonce(DESTINATION);
        MessageProofs.Log memory log = _send(recipient, "payload");
        _idOf[nonce] = log.topics[1];
        return abi.encodeCall(IMessageService.deliverRouted, (SOURCE, _proveRelayed(_relay(log), nonce), address(0)));
    }

    function _rejectsRecipient(address recipient) private {
        (bool success, bytes memory error) = address(destination).call(_routed(recipient));
        assertFalse(success);
        assertEq(error, abi.encodeWithSelector(IMessageService.MessageForbiddenRecipient.selector, recipient));
    }

    function _rejectsReplay(bytes memory call_, MessageProofs.Log memory log) private {
        (bool success, bytes memory error) = address(destination).call(call_);
        assertFalse(success);
        assertEq(error, abi.encodeWithSelector(IMessageService.MessageAlreadySettled.selector, log.topics[1]));
    }
}
