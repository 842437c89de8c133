// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ILightClient} from "../../src/interfaces/ILightClient.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {BlockHeader} from "../../src/libraries/BlockHeader.sol";
import {BlockHistory} from "../../src/libraries/BlockHistory.sol";
import {InteroperableAddressEVM} from "../../src/libraries/InteroperableAddressEVM.sol";
import {MPTProof} from "../../src/libraries/MPTProof.sol";
import {MessageLib} from "../../src/libraries/MessageLib.sol";
import {ReceiptLog as Receipts} from "../../src/libraries/ReceiptLog.sol"; // forge-std has a struct of this name
import {MessageService} from "../../src/mos/MessageService.sol";
import {AncestryProofs} from "../support/AncestryProofs.sol";
import {MessageProofs} from "../support/MessageProofs.sol";
import {MessageTest} from "../support/MessageTest.sol";
import {Recorder} from "../support/recipients/Recorder.sol";

/// @notice Section 3 of `spec/message.md`, up to the recipient.
contract MessageServiceDeliverTest is MessageTest {
    Recorder private _recipient;
    MessageProofs.Log private _log;

    function setUp() public override {
        super.setUp();
        _recipient = new Recorder();
        _log = _send(address(_recipient), "payload");
    }

    function test_MSG_1_MSG_3_MSG_4_MSG_5_MSG_6_MSG_7_MSG_8_accepts_S2_whatWasSent() public {
        IMessageService.DeliveryProof memory proof = _prove(_log, 0);
        assertFalse(_isSettled(0));
        vm.expectEmit(address(destination));
        emit IMessageService.MessageDelivered(_log.topics[1], SOURCE, 0, address(0xa11ce));
        vm.prank(address(0xa11ce));
        assertEq(destination.deliver(SOURCE, proof, address(0)), _log.topics[1], "anyone may deliver");

        assertTrue(_isSettled(0));
        assertEq(_recipient.count(), 1);
        assertEq(_recipient.caller(), address(destination));
        assertEq(_recipient.id(), _log.topics[1]);
        assertEq(_recipient.sender(), _address(SOURCE, SENDER));
        assertEq(_recipient.payload(), "payload");
    }

    function test_MSG_6_accepts_S2_anyPayload(bytes calldata payload) public {
        vm.assume(payload.length < 2000); // the recipient stores it
        assertEq(_deliver(_prove(_send(address(_recipient), payload), 1)), _recipient.id());
        assertEq(_recipient.payload(), payload);
    }

    function test_ANC_1_accepts_messageInAnAncestorOfTheHead() public {
        IMessageService.DeliveryProof memory proof = _prove(_log, 0);
        bytes[] memory headers = new bytes[](3);
        headers[2] = proof.headers[0];
        headers[1] = MessageProofs.header(keccak256(headers[2]), keccak256("1"), 11);
        headers[0] = MessageProofs.header(keccak256(headers[1]), keccak256("2"), 12);
        proof.headers = headers;
        _setHead(proof);
        _deliver(proof);
        assertTrue(_isSettled(0));
    }

    function test_MSG_1_rejects_sourceWithoutLane(uint256 chainId) public {
        vm.assume(chainId != SOURCE);
        IMessageService.DeliveryProof memory proof; // before anything in the proof
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageUnknownLane.selector, chainId));
        destination.deliver(chainId, proof, address(0));
    }

    /// @dev The head is a block whose state keeps the hash of the message's block; a header may follow.
    function test_ANC_1_ANC_4_accepts_rejects_olderBlocks() public {
        IMessageService.DeliveryProof memory proof = _sendAndProve(address(new Recorder()), "payload");
        bytes memory word = AncestryProofs.word(keccak256(proof.headers[0]));
        AncestryProofs.History memory ancestry = AncestryProofs.history(9000, 5000, 5000, word);
        proof.headId = _newHead(SOURCE, keccak256(ancestry.header));
        vm.expectRevert(
            abi.encodeWithSelector(
                BlockHeader.HeaderHashMismatch.selector, keccak256(ancestry.header), keccak256(proof.headers[0])
            )
        );
        destination.deliver(SOURCE, proof, address(0));
        proof.ancestry = hex"02";
        vm.expectRevert(abi.encodeWithSelector(BlockHistory.AncestryLength.selector, 13, 1));
        destination.deliver(SOURCE, proof, address(0));
        proof.ancestry = AncestryProofs.encode(ancestry);
        destination.deliver(SOURCE, proof, address(0));
        assertTrue(_isSettled(proof.nonce));
    }

    function test_MSG_1_rejects_closedLane_andAcceptsItReopened() public {
        IMessageService.DeliveryProof memory proof = _prove(_log, 0);
        _setLane(destination, SOURCE, address(0));
        _rejects(proof, abi.encodeWithSelector(IMessageService.MessageUnknownLane.selector, SOURCE));
        _setLane(destination, SOURCE, address(source));
        _deliver(proof);
    }

    function test_CLI_3_rejects_unknownHeadBeforeTheProof() public {
        IMessageService.DeliveryProof memory proof;
        proof.headId = 77;
        _rejects(proof, abi.encodeWithSelector(ILightClient.ClientUnknownHead.selector, 77));
    }

    function test_ANC_1_HDR_1_rejects_headersThatDoNotLeadFromTheHead() public {
        IMessageService.DeliveryProof memory proof = _prove(_log, 0);
        bytes[] memory headers = proof.headers;
        bytes32 head = keccak256(headers[0]);
        proof.headers = new bytes[](0);
        _rejects(proof, abi.encodeWithSelector(BlockHeader.AncestryEmpty.selector));

        headers[0] = MessageProofs.header(0, keccak256("another"), 1);
        proof.headers = headers;
        _rejects(proof, abi.encodeWithSelector(BlockHeader.HeaderHashMismatch.selector, head, keccak256(headers[0])));
    }

    function test_MPT_5_MPT_13_rejects_S2_receiptsThatAreNotProven() public {
        IMessageService.DeliveryProof memory proof = _prove(_log, 0);
        proof.transactionIndex = 1;
        _rejects(proof, abi.encodeWithSelector(MPTProof.MptKeyAbsent.selector));
        proof.transactionIndex = 0;
        proof.receiptProof[0][40] ^= 0x01;
        _rejects(proof, abi.encodeWithSelector(MPTProof.MptHashMismatch.selector, 0));
    }

    function test_RCT_2_rejects_typesNotKnown() public {
        bytes memory receipt = _receipt(true, _log);
        receipt[0] = 0x7e;
        IMessageService.DeliveryProof memory proof = _proveReceipt(receipt, 0);
        _rejects(proof, abi.encodeWithSelector(Receipts.ReceiptUnknownType.selector, 0x7e));
    }

    function test_RCT_5_RCT_6_rejects_failedTransactionAndMissingLog() public {
        IMessageService.DeliveryProof memory proof = _proveReceipt(_receipt(false, _log), 0);
        _rejects(proof, abi.encodeWithSelector(Receipts.ReceiptFailed.selector));
        proof = _prove(_log, 0);
        proof.logIndex = 1;
        _rejects(proof, abi.encodeWithSelector(Receipts.ReceiptLogMissing.selector, 1, 1));
    }

    function test_RCT_8_rejects_S2_anotherEmitter(address emitter) public {
        vm.assume(emitter != address(source));
        MessageProofs.Log memory log = _log;
        log.emitter = emitter;
        bytes4 error = Receipts.ReceiptLogEmitter.selector;
        _rejects(_prove(log, 0), abi.encodeWithSelector(error, address(source), emitter));
    }

    function test_RCT_9_rejects_S2_anotherEvent(bytes32 topic) public {
        vm.assume(topic != _log.topics[0]);
        MessageProofs.Log memory log = _log;
        log.topics[0] = topic;
        _rejects(_prove(log, 0), abi.encodeWithSelector(Receipts.ReceiptLogTopic.selector, _log.topics[0], topic));
    }

    function test_MSG_4_rejects_otherThanTwoTopics() public {
        for (uint256 n = 1; n <= 4; ++n) {
            if (n == 2) continue;
            MessageProofs.Log memory log = _log;
            bytes32[] memory topics = new bytes32[](n);
            topics[0] = log.topics[0];
            if (n > 1) topics[1] = log.topics[1];
            log.topics = topics;
            _rejects(_prove(log, 0), abi.encodeWithSelector(MessageLib.MessageMalformedEvent.selector));
        }
    }

    function test_MSG_4_rejects_dataBeforeAnythingInIt() public {
        MessageProofs.Log memory log = _log;
        log.data = abi.encode("", "", "", uint256(1), new bytes[](0)); // addresses are malformed too
        _rejects(_prove(log, 0), abi.encodeWithSelector(MessageLib.MessageMalformedEvent.selector));
    }

    /// @dev No byte of the event is free: whichever changes, the delivery fails.
    function test_MSG_4_rejects_S2_S5_everyChangedByte(uint256 place, uint8 flip) public {
        MessageProofs.Log memory log = _log;
        place = bound(place, 0, log.data.length - 1);
        vm.assume(flip != 0);
        log.data[place] ^= bytes1(flip);
        IMessageService.DeliveryProof memory proof = _prove(log, 0);
        vm.expectRevert();
        destination.deliver(SOURCE, proof, address(0));
        assertEq(_recipient.count(), 0);
    }

    function test_MSG_3_rejects_addressesThatAreNotCanonical() public {
        bytes memory good = _address(SOURCE, SENDER);
        bytes memory wrongChain = _address(1, SENDER);
        bytes memory malformed = bytes.concat(good, hex"00");
        bytes memory error = abi.encodeWithSelector(InteroperableAddressEVM.AddressMalformed.selector);
        _rejects(_prove(_forge(malformed, _address(DESTINATION, address(_recipient))), 0), error);
        _rejects(_prove(_forge(wrongChain, malformed), 0), error); // both are decoded before chains are compared
    }

    function test_MSG_5_rejects_S5_addressesOfOtherChains() public {
        bytes memory sender = _address(1, SENDER);
        bytes memory recipient = _address(2, address(_recipient));
        bytes4 error = IMessageService.MessageWrongChain.selector;
        _rejects(_prove(_forge(sender, recipient), 0), abi.encodeWithSelector(error, SOURCE, 1));
        sender = _address(SOURCE, SENDER);
        _rejects(_prove(_forge(sender, recipient), 0), abi.encodeWithSelector(error, DESTINATION, 2));
    }

    function test_MSG_6_rejects_S1_anotherNonce(uint64 nonce) public {
        vm.assume(nonce != 0);
        _rejectsId(_prove(_log, nonce), _id(_body(_log, nonce)));
    }

    /// @dev The log of a gateway that forges ids is still bound by its own address, which the lane names.
    function test_MSG_6_rejects_anotherId(bytes32 id) public {
        vm.assume(id != _log.topics[1]);
        MessageProofs.Log memory log = _log;
        log.topics[1] = id;
        bytes4 error = IMessageService.MessageIdMismatch.selector;
        _rejects(_prove(log, 0), abi.encodeWithSelector(error, id, _log.topics[1]));
    }

    function test_MSG_6_rejects_S5_atAnotherGatewayOfThisChain() public {
        MessageService other = _service(RECIPIENT_GAS);
        _setLane(other, SOURCE, address(source));
        IMessageService.DeliveryProof memory proof = _prove(_log, 0);
        bytes32 got = _id(address(source), address(other), _body(_log, 0));
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageIdMismatch.selector, _log.topics[1], got));
        other.deliver(SOURCE, proof, address(0));
    }

    function test_MSG_5_rejects_S5_onAForkOfThisChain() public {
        IMessageService.DeliveryProof memory proof = _prove(_log, 0);
        vm.chainId(DESTINATION + 1);
        bytes4 error = IMessageService.MessageWrongChain.selector;
        _rejects(proof, abi.encodeWithSelector(error, DESTINATION + 1, DESTINATION));
    }

    function _deliver(IMessageService.DeliveryProof memory proof) private returns (bytes32) {
        return destination.deliver(SOURCE, proof, address(0));
    }

    function _rejects(IMessageService.DeliveryProof memory proof, bytes memory error) private {
        vm.expectRevert(error);
        destination.deliver(SOURCE, proof, address(0));
        assertFalse(_isSettled(proof.nonce));
        assertEq(_recipient.count(), 0);
    }

    function _rejectsId(IMessageService.DeliveryProof memory proof, bytes32 got) private {
        _rejects(proof, abi.encodeWithSelector(IMessageService.MessageIdMismatch.selector, _log.topics[1], got));
    }

    /// @dev What a gateway with a fault would emit: a right id over any addresses.
    function _forge(bytes memory sender, bytes memory recipient) private view returns (MessageProofs.Log memory log) {
        log = _log;
        log.data = abi.encode(sender, recipient, bytes("payload"), uint256(0), new bytes[](0));
        log.topics[1] = _id(_body(log, 0));
    }

    function _receipt(bool success, MessageProofs.Log memory log) private pure returns (bytes memory) {
        MessageProofs.Log[] memory logs = new MessageProofs.Log[](1);
        logs[0] = log;
        return MessageProofs.receipt(success, logs);
    }
}
