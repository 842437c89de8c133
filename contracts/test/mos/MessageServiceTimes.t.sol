// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {MessageAttribute as A} from "../support/MessageAttribute.sol";
import {MessageProofs} from "../support/MessageProofs.sol";
import {RoutedTest} from "../support/RoutedTest.sol";
import {Meter} from "../support/recipients/Meter.sol";
import {Recorder} from "../support/recipients/Recorder.sol";

/// @notice MSG-18, and the gas that a message asks for: what a message's attributes make of its delivery.
contract MessageServiceTimesTest is RoutedTest {
    /// @dev What a recipient may have used before it can ask how much gas it has.
    uint256 private constant ENTRY = 100;

    function test_MSG_18_accepts_theFirstAndTheLastSecond(uint64 notBefore, uint64 deadline) public {
        notBefore = uint64(bound(notBefore, 1, type(uint64).max - 1));
        deadline = uint64(bound(deadline, notBefore + 1, type(uint64).max));
        Recorder recipient = new Recorder();
        bytes[] memory window = A.list(A.deliverAfter(notBefore), A.deliverBefore(deadline));
        IMessageService.DeliveryProof memory early = _sendAndProve(address(recipient), "early", window);
        IMessageService.DeliveryProof memory late = _sendAndProve(address(recipient), "late", window);
        vm.warp(notBefore);
        destination.deliver(SOURCE, early, address(0));
        vm.warp(deadline);
        destination.deliver(SOURCE, late, address(0));
        assertEq(recipient.count(), 2);
    }

    function test_MSG_18_rejects_aSecondTooEarly_andAcceptsItThen(uint64 notBefore) public {
        notBefore = uint64(bound(notBefore, 1, type(uint64).max));
        Recorder recipient = new Recorder();
        IMessageService.DeliveryProof memory proof =
            _sendAndProve(address(recipient), "payload", A.list(A.deliverAfter(notBefore)));
        vm.warp(notBefore - 1);
        _rejects(proof, abi.encodeWithSelector(IMessageService.MessageTooEarly.selector, _idOf[0], notBefore));
        vm.warp(notBefore);
        destination.deliver(SOURCE, proof, address(0));
        assertEq(recipient.count(), 1);
    }

    function test_MSG_18_rejects_aSecondTooLate_andEverAfter(uint64 deadline, uint64 later) public {
        deadline = uint64(bound(deadline, 1, type(uint64).max - 1));
        later = uint64(bound(later, deadline + 1, type(uint64).max));
        Recorder recipient = new Recorder();
        IMessageService.DeliveryProof memory proof =
            _sendAndProve(address(recipient), "payload", A.list(A.deliverBefore(deadline)));
        bytes memory error = abi.encodeWithSelector(IMessageService.MessageExpired.selector, _idOf[0], deadline);
        vm.warp(deadline + 1);
        _rejects(proof, error);
        vm.warp(later);
        _rejects(proof, error);
    }

    /// @dev Whether the message is settled comes first, whether the recipient can be called afterwards.
    function test_MSG_7_MSG_18_MSG_8_rejects_inThatOrder() public {
        Recorder recipient = new Recorder();
        bytes[] memory attributes = A.list(A.deliverBefore(NOW));
        MessageProofs.Log memory log = _send(address(recipient), "payload", attributes);
        IMessageService.DeliveryProof memory proof = _prove(log, 0);
        destination.deliver(SOURCE, proof, address(0));
        vm.warp(NOW + 1);
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageAlreadySettled.selector, log.topics[1]));
        destination.deliver(SOURCE, proof, address(0));

        proof = _sendAndProve(address(0xc0de1e55), "payload", attributes);
        _rejects(proof, abi.encodeWithSelector(IMessageService.MessageExpired.selector, _idOf[1], NOW));
        vm.warp(NOW);
        _rejects(proof, abi.encodeWithSelector(IMessageService.MessageForbiddenRecipient.selector, 0xc0de1e55));
    }

    function test_MSG_18_rejects_theWayOverTheHubToo() public {
        Recorder recipient = new Recorder();
        MessageProofs.Log memory log = _send(address(recipient), "payload", A.list(A.deliverBefore(NOW)));
        IMessageService.DeliveryProof memory proof = _proveRelayed(_relay(log), 0);
        vm.warp(NOW + 1);
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageExpired.selector, log.topics[1], NOW));
        destination.deliverRouted(SOURCE, proof, address(0));
        vm.warp(NOW);
        destination.deliverRouted(SOURCE, proof, address(0));
        assertEq(recipient.count(), 1);
    }

    /// @dev More or less than the default, through whichever way.
    function test_MSG_9_accepts_S7_exactlyTheGasThatTheMessageAsksFor(uint256 limit) public {
        limit = bound(limit, 60_000, 10_000_000);
        Meter meter = new Meter();
        bytes[] memory attributes = A.list(A.minGasLimit(limit));
        destination.deliver(SOURCE, _sendAndProve(address(meter), "payload", attributes), address(0));
        assertApproxEqAbs(meter.gasReceived(), limit, ENTRY);
        MessageProofs.Log memory log = _relay(_send(address(meter), "payload", attributes));
        destination.deliverRouted(SOURCE, _proveRelayed(log, 1), address(0));
        assertApproxEqAbs(meter.gasReceived(), limit, ENTRY);
        assertEq(meter.count(), 2);
        destination.deliver(SOURCE, _sendAndProve(address(meter), "payload", A.list(A.minGasLimit(0))), address(0));
        assertApproxEqAbs(meter.gasReceived(), RECIPIENT_GAS, ENTRY, "zero stands for the default");
    }

    /// @dev The measure is what the message asks for, not the default.
    function test_MSG_9_rejects_S7_lessGasThanTheMessageAsksFor(uint256 limit, uint256 gas_) public {
        limit = bound(limit, 60_000, 10_000_000);
        Meter meter = new Meter();
        IMessageService.DeliveryProof memory proof =
            _sendAndProve(address(meter), "payload", A.list(A.minGasLimit(limit)));
        gas_ = bound(gas_, limit / 2, limit + 400_000);
        bytes memory call_ = abi.encodeCall(IMessageService.deliver, (SOURCE, proof, address(0)));
        (bool success, bytes memory error) = address(destination).call{gas: gas_}(call_);
        if (success) {
            assertApproxEqAbs(meter.gasReceived(), limit, ENTRY);
            return;
        }
        assertEq(meter.count(), 0);
        assertFalse(_isSettled(0));
        // forge-lint: disable-next-line(unsafe-typecast) the first four bytes are meant
        if (error.length != 0 && bytes4(error) == IMessageService.MessageInsufficientGas.selector) {
            assertEq(_lastWord(error), bytes32(limit));
        } else {
            assertEq(error.length, 0, "or out of gas before");
        }
    }

    function _rejects(IMessageService.DeliveryProof memory proof, bytes memory error) private {
        vm.expectRevert(error);
        destination.deliver(SOURCE, proof, address(0));
        assertFalse(_isSettled(proof.nonce));
    }

    function _lastWord(bytes memory data) private pure returns (bytes32 word) {
        assembly ("memory-safe") {
            word := mload(add(data, mload(data)))
        }
    }
}
