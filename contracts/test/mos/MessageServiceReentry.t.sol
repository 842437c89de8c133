// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {MessageAttribute as A} from "../support/MessageAttribute.sol";
import {MessageBatchTest} from "../support/MessageBatchTest.sol";
import {MessageProofs} from "../support/MessageProofs.sol";
import {Answering} from "../support/recipients/Answering.sol";
import {Diary} from "../support/recipients/Diary.sol";
import {Nested} from "../support/recipients/Nested.sol";
import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

/// @notice S6: a recipient that calls back finds closed whatever settles, passes or calls, however it ends and whoever called it.
contract MessageServiceReentryTest is MessageBatchTest {
    bytes private constant REENTERED = abi.encodePacked(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
    uint256 private constant LIMIT = 8_000_000;

    Nested private _hostile;
    Diary private _other;
    bytes[6] private _calls; // each of which would succeed if it were not made from within
    bytes32 private _before;

    function setUp() public override {
        super.setUp();
        _hostile = new Nested();
        _other = new Diary();
        Answering sick = new Answering();
        sick.set("no", true);

        IMessageService.DeliveryProof memory proof = _sendAndProve(address(_other), "inner");
        _calls[0] = abi.encodeCall(IMessageService.deliver, (SOURCE, proof, address(0)));
        destination.setRoute(
            SOURCE, IMessageService.Route(SOURCE, address(source), destination.lane(SOURCE).assumption)
        );
        _calls[1] = abi.encodeCall(IMessageService.deliverRouted, (SOURCE, proof, address(0)));
        MessageProofs.Log[] memory logs = _logs(_send(address(_other), "inner batch"));
        _calls[2] = abi.encodeCall(IMessageService.deliverBatch, (SOURCE, _proveBatch(logs, 1), address(0)));
        MessageProofs.Log memory log = _send(address(sick), "inner retry", A.list(A.revertBehavior(1)));
        destination.deliver(SOURCE, _prove(log, 2), address(0));
        sick.set(abi.encode(IERC7786Recipient.receiveMessage.selector), false);
        _calls[3] = abi.encodeCall(IMessageService.retry, (SOURCE, _body(log, 2), 0, address(0)));
        proof = _sendAndProve(address(_other), "late", A.list(A.inOrder(), A.deliverBefore(NOW - 1)));
        _calls[4] = abi.encodeCall(IMessageService.skip, (SOURCE, proof));
        log = _send(address(_other), "cancelled", A.list(A.cancellable()));
        proof = _prove(_cancel(_body(log, 4)), 0);
        _calls[5] = abi.encodeCall(IMessageService.acceptCancellation, (SOURCE, proof));
        for (uint256 i = 0; i < 6; ++i) {
            _hostile.add(address(destination), _calls[i]);
        }
    }

    function test_MSG_10_rejects_S6_allCallsBack_fromADelivery(uint8 end) public {
        MessageProofs.Log memory log = _sendHostile(end);
        _try(abi.encodeCall(IMessageService.deliver, (SOURCE, _prove(log, 5), address(0))), log, end);
    }

    function test_MSG_10_rejects_S6_allCallsBack_fromABatch(uint8 end) public {
        MessageProofs.Log[] memory logs = _logs(_sendHostile(end));
        bytes memory call_ = abi.encodeCall(IMessageService.deliverBatch, (SOURCE, _proveBatch(logs, 5), address(0)));
        _try(call_, logs[0], end);
    }

    function test_MSG_10_rejects_S6_allCallsBack_fromARetry() public {
        MessageProofs.Log memory log = _sendHostile(uint8(Nested.End.Revert));
        destination.deliver(SOURCE, _prove(log, 5), address(0));
        assertTrue(destination.hasFailed(log.topics[1]));
        _hostile.setEnd(Nested.End.Accept);
        bytes memory call_ = abi.encodeCall(IMessageService.retry, (SOURCE, _body(log, 5), 0, address(0)));
        _try(call_, log, uint8(Nested.End.Accept));
    }

    /// @dev What is left open from within does no harm: sending, asking to cancel, and asking.
    function test_MSG_10_accepts_S6_sendingFromWithin(uint8 end) public {
        end = uint8(bound(end, 0, 2));
        Nested chatty = new Nested();
        _setLane(destination, 5, address(0x5));
        bytes memory to = _address(5, SENDER);
        bytes[] memory attributes = A.list(A.cancellable());
        IMessageService.Body memory body =
            IMessageService.Body(0, _address(DESTINATION, address(chatty)), to, "pong", attributes);
        chatty.add(address(destination), abi.encodeCall(destination.sendMessage, (to, "pong", attributes)));
        chatty.add(address(destination), abi.encodeCall(IMessageService.cancel, (5, body)));
        chatty.add(address(destination), abi.encodeCall(IMessageService.isSettled, (SOURCE, address(source), 5)));
        chatty.setEnd(Nested.End(end));
        attributes = A.list(A.revertBehavior(1), A.minGasLimit(LIMIT));
        MessageProofs.Log memory log = _send(address(chatty), "ping", attributes);
        destination.deliver(SOURCE, _prove(log, 5), address(0));
        assertEq(_isSettled(5), end == 0);
        assertEq(destination.hasFailed(log.topics[1]), end != 0);
        assertEq(destination.nextNonce(5), end == 2 ? 0 : 1, "undone only by a revert");
        if (end == 2) return;
        assertTrue(chatty.succeeded(0) && chatty.succeeded(1) && chatty.succeeded(2));
        assertEq(chatty.answers(2), abi.encode(true), "settled before it was called");
    }

    function _sendHostile(uint8 end) private returns (MessageProofs.Log memory) {
        _hostile.setEnd(Nested.End(bound(end, 0, 2)));
        bytes[] memory attributes = A.list(A.revertBehavior(1), A.minGasLimit(LIMIT));
        return _send(address(_hostile), "outer", attributes);
    }

    function _try(bytes memory call_, MessageProofs.Log memory log, uint8 end) private {
        end = uint8(bound(end, 0, 2));
        (bool success,) = address(destination).call(call_);
        assertTrue(success);
        assertEq(_isSettled(5), end == 0);
        assertEq(destination.hasFailed(log.topics[1]), end != 0);
        for (uint256 i = 0; end != 2 && i < 6; ++i) {
            assertFalse(_hostile.succeeded(i));
            assertEq(_hostile.answers(i), REENTERED);
        }
        for (uint64 nonce = 0; nonce < 5; ++nonce) {
            assertFalse(_isSettled(nonce));
        }
        assertEq(_other.count(), 0);
        // The routed one is the same message as the first, and its hub is none: the guard came before all that.
        for (uint256 i = 0; i < 6; ++i) {
            if (i == 1) continue;
            (success,) = address(destination).call(_calls[i]);
            assertTrue(success);
        }
        assertEq(_other.count(), 2);
        assertTrue(_isSettled(0) && _isSettled(1) && _isSettled(2) && _isSettled(4) && !_isSettled(3));
    }
}
