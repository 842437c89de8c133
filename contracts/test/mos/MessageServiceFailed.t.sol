// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {MessageAttribute as A} from "../support/MessageAttribute.sol";
import {MessageProofs} from "../support/MessageProofs.sol";
import {RoutedTest} from "../support/RoutedTest.sol";
import {Answering} from "../support/recipients/Answering.sol";
import {Recorder} from "../support/recipients/Recorder.sol";
import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";

/// @notice MSG-10 with `revertBehavior` 1, and MSG-20: what fails is kept, and nothing but that very message can be tried again.
contract MessageServiceFailedTest is RoutedTest {
    bytes32 private constant ACCEPTED = bytes32(IERC7786Recipient.receiveMessage.selector);
    bytes4 private constant NOT_FAILED = IMessageService.MessageNotFailed.selector;

    Answering private _recipient;
    MessageProofs.Log private _log;
    bytes32 private _failedId;

    /// @dev One message that has failed, in the slot of bits and with the nonce of others.
    function setUp() public override {
        super.setUp();
        _recipient = new Answering();
        _recipient.set("no", true);
        _log = _send(address(_recipient), "payload", A.list(A.revertBehavior(1)));
        _failedId = _log.topics[1];
        destination.deliver(SOURCE, _prove(_log, 0), address(0));
    }

    function test_MSG_10_accepts_andAnnouncesWhatFails(bytes32 answer, bool reverts) public {
        vm.assume(reverts || answer != ACCEPTED);
        _recipient.set(abi.encode(answer), reverts);
        IMessageService.DeliveryProof memory proof =
            _sendAndProve(address(_recipient), "payload", A.list(A.revertBehavior(1)));
        vm.expectEmit(address(destination));
        emit IMessageService.MessageFailed(_idOf[1], Strings.toHexString(uint256(answer), 32));
        assertEq(destination.deliver(SOURCE, proof, address(0)), _idOf[1]);
        assertTrue(destination.hasFailed(_idOf[1]));
        assertFalse(_isSettled(1));
    }

    /// @dev The reason in ERC-7985's string: `0x` and all 32 bytes.
    function test_MSG_10_accepts_theReasonInHexadecimal() public {
        _recipient.set(abi.encodeWithSignature("Error(string)", "no"), true);
        IMessageService.DeliveryProof memory proof = _prove(_log, 0);
        vm.expectEmit(address(destination));
        emit IMessageService.MessageFailed(
            _failedId, "0x08c379a000000000000000000000000000000000000000000000000000000000"
        );
        destination.deliver(SOURCE, proof, address(0));
    }

    /// @dev Nothing of a failure says that the message was delivered.
    function test_MSG_10_rejects_failuresAsDeliveries() public {
        vm.recordLogs();
        destination.deliver(SOURCE, _prove(_log, 0), address(0));
        assertEq(vm.getRecordedLogs().length, 1);
        assertTrue(destination.hasFailed(_failedId));
        assertFalse(_isSettled(0));
    }

    function test_MSG_10_rejects_failuresWithoutTheAttribute() public {
        bytes[] memory attributes = A.list(A.revertBehavior(0));
        IMessageService.DeliveryProof memory proof = _sendAndProve(address(_recipient), "payload", attributes);
        bytes32 reason = "no";
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageRecipientReverted.selector, _idOf[1], reason));
        destination.deliver(SOURCE, proof, address(0));
        assertFalse(destination.hasFailed(_idOf[1]));
    }

    /// @dev What failed may be proven again: as good a delivery as any.
    function test_MSG_10_accepts_S1_S4_theProofOfWhatHasFailed() public {
        _recipient.set(abi.encode(ACCEPTED), false);
        IMessageService.DeliveryProof memory proof = _proveRelayed(_relay(_log), 0);
        vm.expectEmit(address(destination));
        emit IMessageService.MessageDelivered(_failedId, SOURCE, 0, address(this));
        destination.deliverRouted(SOURCE, proof, address(0));
        assertFalse(destination.hasFailed(_failedId));
        assertTrue(_isSettled(0));
        _rejectsRetry(_body(_log, 0), abi.encodeWithSelector(NOT_FAILED, _failedId));
    }

    function test_MSG_20_accepts_S4_theMessageThatHasFailed() public {
        Recorder well = new Recorder();
        _recipient.set("", false); // leaves no trace in storage
        vm.etch(address(_recipient), address(well).code);
        vm.expectEmit(address(destination));
        emit IMessageService.MessageDelivered(_failedId, SOURCE, 0, address(0xb0b));
        vm.prank(address(0xa11ce));
        assertEq(destination.retry(SOURCE, _body(_log, 0), 0, address(0xb0b)), _failedId, "anyone may retry");
        assertTrue(_isSettled(0));
        assertFalse(destination.hasFailed(_failedId));
        Recorder got = Recorder(address(_recipient));
        assertEq(got.count(), 1);
        assertEq(got.id(), _failedId);
        assertEq(got.sender(), _address(SOURCE, SENDER));
        assertEq(got.payload(), "payload");
        assertEq(got.caller(), address(destination));
    }

    function test_MSG_20_rejects_S1_secondRetry_andTheProofAfterwards() public {
        _recipient.set(abi.encode(ACCEPTED), false);
        destination.retry(SOURCE, _body(_log, 0), 0, address(0));
        _rejectsRetry(_body(_log, 0), abi.encodeWithSelector(NOT_FAILED, _failedId));
        IMessageService.DeliveryProof memory proof = _prove(_log, 0);
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageAlreadySettled.selector, _failedId));
        destination.deliver(SOURCE, proof, address(0));
    }

    /// @dev Whatever the attribute says, and the message stays as it is.
    function test_MSG_20_MSG_10_rejects_retriesThatFail_andAcceptsThemLater() public {
        bytes32 reason = "no";
        bytes4 error = IMessageService.MessageRecipientReverted.selector;
        _rejectsRetry(_body(_log, 0), abi.encodeWithSelector(error, _failedId, reason));
        _recipient.set("", false);
        error = IMessageService.MessageRecipientAnswer.selector;
        _rejectsRetry(_body(_log, 0), abi.encodeWithSelector(error, _failedId, bytes32(0)));
        assertTrue(destination.hasFailed(_failedId));
        _recipient.set(abi.encode(ACCEPTED), false);
        destination.retry(SOURCE, _body(_log, 0), 0, address(0));
        assertTrue(_isSettled(0));
    }

    function test_MSG_20_rejects_S4_whatHasNotFailed() public {
        MessageProofs.Log memory sent = _send(address(_recipient), "payload", A.list(A.revertBehavior(1)));
        _rejectsRetry(_body(sent, 1), abi.encodeWithSelector(NOT_FAILED, sent.topics[1]));
    }

    /// @dev Each field, in each way: the id is another, and nothing has failed under it.
    function test_MSG_20_rejects_S3_S4_bodiesThatDiffer(uint8 field, uint256 place, uint8 flip) public {
        IMessageService.Body memory body = _body(_log, 0);
        flip = uint8(bound(flip, 1, 255));
        field = field % 5;
        if (field == 0) body.nonce ^= uint64(uint256(flip) << (8 * (place % 8)));
        if (field == 1) _flip(body.sender, place, flip);
        if (field == 2) _flip(body.recipient, place, flip);
        if (field == 3) _flip(body.payload, place, flip);
        if (field == 4) _flip(body.attributes[0], place, flip);
        _rejectsRetry(body, abi.encodeWithSelector(NOT_FAILED, _id(body)));
    }

    /// @dev Longer, shorter, moved to the neighbour: no bytes mean the same in another place.
    function test_MSG_20_rejects_S3_S4_bodiesWithShiftedBoundaries() public {
        for (uint256 i = 0; i < 8; ++i) {
            IMessageService.Body memory body = _body(_log, 0);
            if (i == 0) (body.sender, body.recipient) = (bytes.concat(body.sender, body.recipient), "");
            if (i == 1) (body.recipient, body.payload) = (bytes.concat(body.recipient, body.payload), "");
            if (i == 2) body.payload = bytes.concat(body.payload, hex"00");
            if (i == 3) (body.payload, body.attributes) = (bytes.concat(body.payload, body.attributes[0]), A.none());
            if (i == 4) body.attributes = A.none();
            if (i == 5) body.attributes = A.list(body.attributes[0], "");
            if (i == 6) body.attributes = A.list(A.revertBehavior(0));
            if (i == 7) body.attributes = A.list(A.revertBehavior(1), A.minGasLimit(0));
            _rejectsRetry(body, abi.encodeWithSelector(NOT_FAILED, _id(body)));
        }
        assertTrue(destination.hasFailed(_failedId));
    }

    /// @dev The lane is that of today, and the chain too.
    function test_MSG_20_rejects_S5_onAnotherLaneChainOrGateway_andAcceptsItBack() public {
        IMessageService.Body memory body = _body(_log, 0);
        _recipient.set(abi.encode(ACCEPTED), false);
        address other = address(0x07);
        _setLane(destination, SOURCE, other);
        _rejectsRetry(body, abi.encodeWithSelector(NOT_FAILED, _id(other, address(destination), body)));
        _setLane(destination, SOURCE, address(0));
        _rejectsRetry(body, abi.encodeWithSelector(IMessageService.MessageUnknownLane.selector, SOURCE));
        _setLane(destination, SOURCE, address(source));

        vm.chainId(DESTINATION + 1); // a fork of this chain
        (bool success, bytes memory error) =
            address(destination).call(abi.encodeCall(IMessageService.retry, (SOURCE, body, 0, address(0))));
        assertFalse(success);
        // forge-lint: disable-next-line(unsafe-typecast) the first four bytes are meant
        assertEq(bytes4(error), NOT_FAILED);
        vm.chainId(DESTINATION);

        IMessageService twin = _service(RECIPIENT_GAS);
        _setLane(twin, SOURCE, address(source));
        vm.expectRevert(abi.encodeWithSelector(NOT_FAILED, _id(address(source), address(twin), body)));
        twin.retry(SOURCE, body, 0, address(0));

        destination.retry(SOURCE, body, 0, address(0));
        assertTrue(_isSettled(0));
    }

    /// @dev Time, place and recipient are looked at again.
    function test_MSG_18_MSG_8_rejects_retriesOfWhatCanNoLongerBeDelivered() public {
        bytes[] memory attributes = A.list(A.revertBehavior(1), A.deliverBefore(NOW + 5));
        MessageProofs.Log memory log = _send(address(_recipient), "payload", attributes);
        destination.deliver(SOURCE, _prove(log, 1), address(0));
        bytes memory code = address(_recipient).code;
        vm.etch(address(_recipient), "");
        bytes4 error = IMessageService.MessageForbiddenRecipient.selector;
        _rejectsRetry(_body(log, 1), abi.encodeWithSelector(error, address(_recipient)));
        vm.etch(address(_recipient), code);
        vm.warp(NOW + 6);
        error = IMessageService.MessageExpired.selector;
        _rejectsRetry(_body(log, 1), abi.encodeWithSelector(error, log.topics[1], NOW + 5));
    }

    /// @dev What failed and was then cancelled has failed no more.
    function test_MSG_20_rejects_S12_retriesOfWhatWasCancelled() public {
        bytes[] memory attributes = A.list(A.revertBehavior(1), A.cancellable());
        MessageProofs.Log memory log = _send(address(_recipient), "payload", attributes);
        destination.deliver(SOURCE, _prove(log, 1), address(0));
        assertTrue(destination.hasFailed(log.topics[1]));
        destination.acceptCancellation(SOURCE, _prove(_cancel(_body(log, 1)), 0));
        assertFalse(destination.hasFailed(log.topics[1]));
        _recipient.set(abi.encode(ACCEPTED), false);
        _rejectsRetry(_body(log, 1), abi.encodeWithSelector(NOT_FAILED, log.topics[1]));
    }

    function _rejectsRetry(IMessageService.Body memory body, bytes memory error) private {
        vm.expectRevert(error);
        destination.retry(SOURCE, body, 0, address(0));
    }

    function _flip(bytes memory data, uint256 place, uint8 by) private pure {
        data[place % data.length] ^= bytes1(by);
    }
}
