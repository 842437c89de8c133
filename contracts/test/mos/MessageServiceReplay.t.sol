// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {MessageProofs} from "../support/MessageProofs.sol";
import {MessageTest} from "../support/MessageTest.sol";
import {Recorder} from "../support/recipients/Recorder.sol";
import {Reentrant} from "../support/recipients/Reentrant.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

/// @notice MSG-7: at most once, whatever the order and the recipient.
contract MessageServiceReplayTest is MessageTest {
    bytes private constant REENTERED = abi.encodePacked(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);

    Recorder private _recipient;

    function setUp() public override {
        super.setUp();
        _recipient = new Recorder();
    }

    function test_MSG_7_rejects_S1_secondDelivery() public {
        MessageProofs.Log memory log = _send(address(_recipient), "payload");
        destination.deliver(SOURCE, _prove(log, 0), address(0));
        _rejectsReplay(_prove(log, 0), log.topics[1]); // by another proof of the same event
        assertEq(_recipient.count(), 1);
    }

    /// @dev MSG-7 stands before MSG-8: a delivered message is refused as delivered even if its recipient is gone.
    function test_MSG_7_rejects_secondDeliveryBeforeTheRecipientIsAsked() public {
        MessageProofs.Log memory log = _send(address(_recipient), "payload");
        destination.deliver(SOURCE, _prove(log, 0), address(0));
        vm.etch(address(_recipient), "");
        _rejectsReplay(_prove(log, 0), log.topics[1]);
    }

    function test_MSG_7_accepts_S11_anyOrder(uint256 seed) public {
        uint64[8] memory nonces = [0, 1, 254, 255, 256, 257, 65_536, type(uint64).max];
        MessageProofs.Log[8] memory logs;
        for (uint256 i = 0; i < 8; ++i) {
            logs[i] = _numbered(nonces[i]);
        }
        for (uint256 n = 8; n > 0; --n) {
            uint256 i = uint256(keccak256(abi.encode(seed, n))) % n;
            assertFalse(_isSettled(nonces[i]));
            destination.deliver(SOURCE, _prove(logs[i], nonces[i]), address(0));
            assertTrue(_isSettled(nonces[i]));
            _rejectsReplay(_prove(logs[i], nonces[i]), logs[i].topics[1]);
            (nonces[i], logs[i]) = (nonces[n - 1], logs[n - 1]);
        }
        assertEq(_recipient.count(), 8);
        assertFalse(_isSettled(2));
        assertFalse(_isSettled(258));
    }

    function test_MSG_7_accepts_S5_sameNonceFromAnotherGateway() public {
        destination.deliver(SOURCE, _sendAndProve(address(_recipient), "first"), address(0));
        source = _service(RECIPIENT_GAS);
        _setLane(source, DESTINATION, address(destination));
        _setLane(destination, SOURCE, address(source));
        destination.deliver(SOURCE, _sendAndProve(address(_recipient), "second"), address(0));
        assertEq(_recipient.count(), 2);
    }

    function test_MSG_7_rejects_S6_reentryWithTheSameMessage() public {
        Reentrant hostile = new Reentrant();
        MessageProofs.Log memory log = _send(address(hostile), "payload");
        IMessageService.DeliveryProof memory proof = _prove(log, 0);
        hostile.set(abi.encodeCall(IMessageService.deliver, (SOURCE, proof, address(0))), false);
        destination.deliver(SOURCE, proof, address(0));
        assertEq(hostile.count(), 1);
        assertEq(hostile.answer(), REENTERED);
        _rejectsReplay(proof, log.topics[1]);
    }

    function test_MSG_7_rejects_S6_reentryAfterTheRecipientReverted() public {
        Reentrant hostile = new Reentrant();
        IMessageService.DeliveryProof memory proof = _sendAndProve(address(hostile), "payload");
        bytes memory call_ = abi.encodeCall(IMessageService.deliver, (SOURCE, proof, address(0)));
        hostile.set(call_, true); // reverts because the inner delivery does
        vm.expectRevert();
        destination.deliver(SOURCE, proof, address(0));
        assertFalse(_isSettled(0));

        hostile.set("", true);
        destination.deliver(SOURCE, proof, address(0));
        assertEq(hostile.count(), 1);
    }

    function test_MSG_7_rejects_S6_anotherMessageFromWithin() public {
        Reentrant hostile = new Reentrant();
        IMessageService.DeliveryProof memory outer = _sendAndProve(address(hostile), "outer");
        IMessageService.DeliveryProof memory inner = _sendAndProve(address(_recipient), "inner");
        hostile.set(abi.encodeCall(IMessageService.deliver, (SOURCE, inner, address(0))), false);
        destination.deliver(SOURCE, outer, address(0));
        assertEq(hostile.answer(), REENTERED);
        assertEq(_recipient.count(), 0);

        destination.deliver(SOURCE, inner, address(0));
        assertEq(_recipient.count(), 1);
    }

    function test_MSG_7_accepts_S6_answerFromWithin() public {
        Reentrant echo = new Reentrant();
        _setLane(destination, 5, address(0x5));
        bytes memory back = _address(5, SENDER);
        echo.set(abi.encodeCall(destination.sendMessage, (back, "pong", new bytes[](0))), true);
        destination.deliver(SOURCE, _sendAndProve(address(echo), "ping"), address(0));
        assertEq(destination.nextNonce(5), 1, "a recipient may send");
    }

    /// @dev A message sent from the source under this nonce.
    function _numbered(uint64 nonce) private view returns (MessageProofs.Log memory log) {
        bytes memory sender = _address(SOURCE, SENDER);
        bytes memory recipient = _address(DESTINATION, address(_recipient));
        log.emitter = address(source);
        log.topics = new bytes32[](2);
        log.topics[0] = keccak256("MessageSent(bytes32,bytes,bytes,bytes,uint256,bytes[])");
        log.data = abi.encode(sender, recipient, bytes("payload"), uint256(0), new bytes[](0));
        log.topics[1] = _id(_body(log, nonce));
    }

    function _rejectsReplay(IMessageService.DeliveryProof memory proof, bytes32 id) private {
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageAlreadySettled.selector, id));
        destination.deliver(SOURCE, proof, address(0));
    }
}
