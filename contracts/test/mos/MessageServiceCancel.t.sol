// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ILightClient} from "../../src/interfaces/ILightClient.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {MessageLib} from "../../src/libraries/MessageLib.sol";
import {ReceiptLog as Receipts} from "../../src/libraries/ReceiptLog.sol"; // forge-std has a struct of this name
import {MessageAttribute as A} from "../support/MessageAttribute.sol";
import {MessageProofs} from "../support/MessageProofs.sol";
import {MessageTest} from "../support/MessageTest.sol";
import {Recorder} from "../support/recipients/Recorder.sol";

/// @notice MSG-23 on the source chain, and what the destination makes of it.
contract MessageServiceCancelTest is MessageTest {
    Recorder private _recipient;
    MessageProofs.Log private _log;

    function setUp() public override {
        super.setUp();
        _recipient = new Recorder();
        _log = _send(address(_recipient), "payload", A.list(A.cancellable()));
    }

    function test_MSG_23_accepts_theSendersWish_asOftenAsTheyLike() public {
        bytes32 id = _log.topics[1];
        IMessageService.Body memory body = _body(_log, 0);
        vm.chainId(SOURCE);
        for (uint256 i = 0; i < 2; ++i) {
            vm.expectEmit(address(source));
            emit IMessageService.CancellationRequested(id, DESTINATION, 0);
            vm.prank(SENDER);
            assertEq(source.cancel(DESTINATION, body), id);
        }
        assertTrue(source.isCommitted(id));
    }

    function test_MSG_1_rejects_lanesThatThereAreNot() public {
        vm.chainId(SOURCE);
        IMessageService.Body memory body; // before the sender
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageUnknownLane.selector, 5));
        source.cancel(5, body);
    }

    function test_MSG_23_rejects_anyOneElse(address other) public {
        vm.assume(other != SENDER);
        _rejectsSender(other, SOURCE, _body(_log, 0));
    }

    /// @dev On a fork of the source chain the caller is somebody else.
    function test_MSG_23_rejects_S5_theSenderOnAFork() public {
        _rejectsSender(SENDER, SOURCE + 1, _body(_log, 0));
    }

    /// @dev Before the message is looked for.
    function test_MSG_23_rejects_theSenderBeforeTheMessage() public {
        IMessageService.Body memory body = _body(_log, 7);
        _rejectsSender(address(0xa11ce), SOURCE, body);
    }

    function test_MSG_23_rejects_messagesThatAreNotCancellable() public {
        MessageProofs.Log memory log = _send(address(_recipient), "payload");
        _rejectsCancel(_body(log, 1), log.topics[1]);
        log = _send(address(_recipient), "payload", A.list(abi.encodeWithSelector(A.CANCELLABLE, false)));
        _rejectsCancel(_body(log, 2), log.topics[1]);
        log = _send(address(_recipient), "payload", A.list(A.deliverBefore(NOW + 5)));
        assertTrue(source.isCommitted(log.topics[1]), "kept, for its deadline");
        _rejectsCancel(_body(log, 3), log.topics[1]);
    }

    function test_MSG_23_rejects_S3_S4_messagesThatWereNotSent(uint8 field, uint256 place, uint8 flip) public {
        IMessageService.Body memory body = _body(_log, 0);
        flip = uint8(bound(flip, 1, 255));
        field = field % 5;
        if (field == 0) body.nonce ^= uint64(uint256(flip) << (8 * (place % 8)));
        if (field == 1) body.recipient[place % body.recipient.length] ^= bytes1(flip);
        if (field == 2) body.payload[place % body.payload.length] ^= bytes1(flip);
        if (field == 3) body.attributes[0][place % body.attributes[0].length] ^= bytes1(flip);
        if (field == 4) body.attributes = A.list(body.attributes[0], A.deliverBefore(NOW + 5));
        _rejectsCancel(body, _id(body));
    }

    /// @dev A lane that has moved has other messages. A closed one has none.
    function test_MSG_23_rejects_S5_lanesThatHaveMoved() public {
        address other = address(0x07);
        _setLane(source, DESTINATION, other);
        _rejectsCancel(_body(_log, 0), _id(address(source), other, _body(_log, 0)));
    }

    function test_MSG_23_accepts_commitmentsOfWhatMayComeToNothing() public {
        assertTrue(source.isCommitted(_log.topics[1]));
        bytes[] memory attributes = A.list(A.inOrder(), A.deliverBefore(NOW + 5));
        assertTrue(source.isCommitted(_send(address(_recipient), "", attributes).topics[1]));
        assertFalse(source.isCommitted(_send(address(_recipient), "").topics[1]));
        attributes = A.list(A.deliverBefore(0), A.revertBehavior(1), A.deliverAfter(9));
        assertFalse(source.isCommitted(_send(address(_recipient), "", attributes).topics[1]));
    }

    function test_MSG_7_accepts_S12_aCancellationInsteadOfADelivery() public {
        IMessageService.DeliveryProof memory delivery = _prove(_log, 0);
        IMessageService.DeliveryProof memory proof = _prove(_cancel(_body(_log, 0)), 99); // its nonce is not looked at
        vm.expectEmit(address(destination));
        emit IMessageService.MessageCancelled(_log.topics[1], SOURCE, 0);
        vm.prank(address(0xa11ce));
        assertEq(destination.acceptCancellation(SOURCE, proof), _log.topics[1], "anyone may bring it");
        assertTrue(_isSettled(0));
        assertFalse(_isSettled(99));
        bytes memory error = abi.encodeWithSelector(IMessageService.MessageAlreadySettled.selector, _log.topics[1]);
        vm.expectRevert(error);
        destination.deliver(SOURCE, delivery, address(0));
        vm.expectRevert(error);
        destination.acceptCancellation(SOURCE, proof);
        assertEq(_recipient.count(), 0);
    }

    function test_MSG_7_rejects_S12_aCancellationAfterTheDelivery() public {
        IMessageService.DeliveryProof memory proof = _prove(_cancel(_body(_log, 0)), 0);
        destination.deliver(SOURCE, _prove(_log, 0), address(0));
        _rejects(proof, abi.encodeWithSelector(IMessageService.MessageAlreadySettled.selector, _log.topics[1]));
    }

    function test_MSG_4_rejects_otherThanThreeTopics() public {
        for (uint256 n = 1; n <= 4; ++n) {
            if (n == 3) continue;
            MessageProofs.Log memory log = _cancel(_body(_log, 0));
            bytes32[] memory topics = new bytes32[](n);
            for (uint256 i = 0; i < n && i < 3; ++i) {
                topics[i] = log.topics[i];
            }
            log.topics = topics;
            _rejects(_prove(log, 0), abi.encodeWithSelector(MessageLib.MessageMalformedEvent.selector));
        }
    }

    function test_MSG_4_rejects_dataThatIsNoNonce(uint256 word) public {
        word = bound(word, 1 << 64, type(uint256).max);
        MessageProofs.Log memory log = _cancel(_body(_log, 0));
        bytes[4] memory wrong = [abi.encode(word), bytes(""), abi.encode(0, 0), new bytes(31)];
        for (uint256 i = 0; i < wrong.length; ++i) {
            log.data = wrong[i];
            _rejects(_prove(log, 0), abi.encodeWithSelector(MessageLib.MessageMalformedEvent.selector));
        }
    }

    /// @dev Malformed before that.
    function test_MSG_5_rejects_S5_cancellationsForOtherChains(uint256 chainId) public {
        vm.assume(chainId != DESTINATION);
        MessageProofs.Log memory log = _cancel(_body(_log, 0));
        log.topics[2] = bytes32(chainId);
        bytes4 error = IMessageService.MessageWrongChain.selector;
        _rejects(_prove(log, 0), abi.encodeWithSelector(error, DESTINATION, chainId));
        log.data = "";
        _rejects(_prove(log, 0), abi.encodeWithSelector(MessageLib.MessageMalformedEvent.selector));
    }

    /// @dev Whoever asks elsewhere asks nobody.
    function test_RCT_8_RCT_9_CLI_3_rejects_S2_whatTheGatewayDidNotSay(address emitter) public {
        vm.assume(emitter != address(source));
        MessageProofs.Log memory log = _cancel(_body(_log, 0));
        log.emitter = emitter;
        _rejects(_prove(log, 0), abi.encodeWithSelector(Receipts.ReceiptLogEmitter.selector, address(source), emitter));
        bytes4 error = Receipts.ReceiptLogTopic.selector;
        bytes32 expected = IMessageService.CancellationRequested.selector;
        _rejects(_prove(_log, 0), abi.encodeWithSelector(error, expected, _log.topics[0]));
        IMessageService.DeliveryProof memory proof;
        proof.headId = 777;
        _rejects(proof, abi.encodeWithSelector(ILightClient.ClientUnknownHead.selector, 777));
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageUnknownLane.selector, 5));
        destination.acceptCancellation(5, proof);
    }

    /// @dev The event says of itself what it cancels: its message need never have been seen here.
    function test_MSG_7_accepts_cancellationsOfAnyNonce(uint64 nonce) public {
        MessageProofs.Log memory log = _cancel(_body(_log, 0));
        log.data = abi.encode(nonce);
        destination.acceptCancellation(SOURCE, _prove(log, 0));
        assertTrue(_isSettled(nonce));
        assertFalse(_isSettled(nonce ^ 1));
        assertFalse(_isSettled(nonce ^ 256));
    }

    function _rejectsSender(address caller, uint256 chainId, IMessageService.Body memory body) private {
        vm.chainId(chainId);
        bytes4 error = IMessageService.MessageNotSender.selector;
        vm.expectRevert(abi.encodeWithSelector(error, keccak256(body.sender), keccak256(_address(chainId, caller))));
        vm.prank(caller);
        source.cancel(DESTINATION, body);
    }

    function _rejectsCancel(IMessageService.Body memory body, bytes32 id) private {
        vm.chainId(SOURCE);
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageNotCancellable.selector, id));
        vm.prank(SENDER);
        source.cancel(DESTINATION, body);
        vm.chainId(DESTINATION);
    }

    function _rejects(IMessageService.DeliveryProof memory proof, bytes memory error) private {
        bool settled = _isSettled(0);
        vm.expectRevert(error);
        destination.acceptCancellation(SOURCE, proof);
        assertEq(_isSettled(0), settled);
    }
}
