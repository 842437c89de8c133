// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IAttestors} from "../../src/interfaces/IAttestors.sol";
import {Assumption, ILightClient} from "../../src/interfaces/ILightClient.sol";
import {ILightClientManager} from "../../src/interfaces/ILightClientManager.sol";
import {IMessageChecker} from "../../src/interfaces/IMessageChecker.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {MessageLib} from "../../src/libraries/MessageLib.sol";
import {ReceiptLog as Receipts} from "../../src/libraries/ReceiptLog.sol";
import {CheckerTest} from "../support/CheckerTest.sol";
import {MessageAttribute as A} from "../support/MessageAttribute.sol";
import {MessageProofs} from "../support/MessageProofs.sol";

/// @notice CHK-1 and what comes before it, of outcomes that the destination has announced.
contract CheckerEventsTest is CheckerTest {
    IMessageChecker.Outcome private constant DELIVERED = IMessageChecker.Outcome.Delivered;
    IMessageChecker.Outcome private constant CANCELLED = IMessageChecker.Outcome.Cancelled;
    address private constant PAYEE = address(0xfee);

    // ── Outcomes ────────────────────────────────────────────────────────────────────────────────────────────────

    function test_CHK_1_accepts_delivered() public {
        Sent memory sent = _sent(A.none());
        MessageProofs.Log memory log = _delivered(sent, PAYEE);
        _assertOutcome(sent.id, IMessageChecker.Outcome.None, address(0));
        IMessageService.DeliveryProof memory proof = _proveOn(DESTINATION, log, 0);
        vm.expectEmit(address(checker));
        emit IMessageChecker.OutcomeProven(sent.id, DELIVERED, PAYEE);
        vm.chainId(SOURCE);
        assertEq(checker.acknowledge(DESTINATION, proof), sent.id);
        _assertOutcome(sent.id, DELIVERED, PAYEE);
    }

    /// @dev Who named nobody has named himself.
    function test_CHK_1_accepts_deliveredForTheCaller() public {
        Sent memory sent = _sent(A.none());
        IMessageService.DeliveryProof memory delivery = _prove(sent.log, 0);
        vm.recordLogs();
        vm.prank(address(0xca11));
        destination.deliver(SOURCE, delivery, address(0));
        _acknowledge(_last(IMessageService.MessageDelivered.selector));
        _assertOutcome(sent.id, DELIVERED, address(0xca11));
    }

    function test_CHK_1_accepts_cancelled() public {
        Sent memory sent = _sentWithDeadline();
        IMessageService.DeliveryProof memory proof = _proveOn(DESTINATION, _cancelled(sent), 0);
        vm.expectEmit(address(checker));
        emit IMessageChecker.OutcomeProven(sent.id, CANCELLED, address(0));
        vm.chainId(SOURCE);
        assertEq(checker.proveCancelled(DESTINATION, proof), sent.id);
        _assertOutcome(sent.id, CANCELLED, address(0));
    }

    /// @dev Not even the same one twice: whoever pays out on the event would pay twice.
    function test_CHK_1_rejects_secondOutcome() public {
        Sent memory sent = _sentWithDeadline();
        IMessageService.DeliveryProof memory proof = _proveOn(DESTINATION, _delivered(sent, PAYEE), 0);
        _acknowledge(proof);
        bytes memory error = abi.encodeWithSelector(IMessageChecker.CheckerDecided.selector, sent.id);
        _rejectsAcknowledgement(error, proof);

        sent = _sentWithDeadline();
        proof = _proveOn(DESTINATION, _cancelled(sent), 0);
        _proveCancelled(proof);
        error = abi.encodeWithSelector(IMessageChecker.CheckerDecided.selector, sent.id);
        _rejectsCancelled(error, proof);
    }

    /// @dev A destination that contradicts itself is believed once.
    function test_CHK_1_rejects_contradiction() public {
        Sent memory sent = _sentWithDeadline();
        _acknowledge(_delivered(sent, PAYEE));
        bytes memory error = abi.encodeWithSelector(IMessageChecker.CheckerDecided.selector, sent.id);
        MessageProofs.Log memory log = _cancelledLog(sent.id);
        _rejectsCancelled(error, _proveOn(DESTINATION, log, 0));
        log = _deliveredLog(sent.id);
        _rejectsAcknowledgement(error, _proveOn(DESTINATION, log, 0));
        _assertOutcome(sent.id, DELIVERED, PAYEE);
    }

    /// @dev A message that has failed has no outcome yet.
    function test_CHK_1_rejects_failed() public {
        MessageProofs.Log memory sent = _send(address(authority), "it is no recipient", A.list(A.revertBehavior(1)));
        IMessageService.DeliveryProof memory delivery = _prove(sent, 0);
        vm.recordLogs();
        destination.deliver(SOURCE, delivery, address(0));
        MessageProofs.Log memory log = _last(IMessageService.MessageFailed.selector);
        _rejectsAcknowledgement(
            _logTopic(IMessageService.MessageDelivered.selector, IMessageService.MessageFailed.selector),
            _proveOn(DESTINATION, log, 0)
        );
        _assertOutcome(sent.topics[1], IMessageChecker.Outcome.None, address(0));
    }

    // ── Lanes ───────────────────────────────────────────────────────────────────────────────────────────────────

    function test_MSG_1_rejects_outcomesWithoutLane() public {
        IMessageService.DeliveryProof memory proof = _proveOn(DESTINATION, _delivered(_sent(A.none()), PAYEE), 0);
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageUnknownLane.selector, 5));
        checker.acknowledge(5, proof);
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageUnknownLane.selector, 5));
        checker.proveCancelled(5, proof);
        source.setLane(DESTINATION, address(0), Assumption.SyncCommittee, false);
        bytes memory error = abi.encodeWithSelector(IMessageService.MessageUnknownLane.selector, DESTINATION);
        _rejectsAcknowledgement(error, proof);
        _rejectsCancelled(error, proof);
    }

    /// @dev Only what comes from there is paused.
    function test_MSG_15_accepts_rejects_pausedOutcomes() public {
        IMessageService.DeliveryProof memory proof = _proveOn(DESTINATION, _delivered(_sent(A.none()), PAYEE), 0);
        source.pause(DESTINATION, IMessageService.Direction.Delivering);
        bytes memory error = abi.encodeWithSelector(IMessageService.MessageDeliveringPaused.selector, DESTINATION);
        _rejectsAcknowledgement(error, proof);
        _rejectsCancelled(error, proof);
        source.unpause(DESTINATION, IMessageService.Direction.Delivering);
        source.pause(DESTINATION, IMessageService.Direction.Sending);
        _acknowledge(proof);
    }

    function test_MSG_16_accepts_rejects_assumptionsOfOutcomes(uint8 a, uint8 b) public {
        (a, b) = (uint8(bound(a, 0, 3)), uint8(bound(b, 1, 3)));
        IMessageService.DeliveryProof memory proof = _proveOn(DESTINATION, _delivered(_sent(A.none()), PAYEE), 0);
        source.setLane(DESTINATION, address(destination), Assumption(a), false);
        heads.setAssumption(DESTINATION, Assumption(b));
        if (a == b) {
            _acknowledge(proof);
        } else {
            bytes memory error = abi.encodeWithSelector(IMessageService.MessageAssumptionMismatch.selector, a, b);
            _rejectsAcknowledgement(error, proof);
            _rejectsCancelled(error, proof);
        }
    }

    function test_CLI_3_4_5_rejects_headsOfOutcomes() public {
        IMessageService.DeliveryProof memory proof = _proveOn(DESTINATION, _delivered(_sent(A.none()), PAYEE), 0);
        heads.pause(DESTINATION);
        bytes memory error = abi.encodeWithSelector(ILightClientManager.ClientPaused.selector, DESTINATION);
        _rejectsAcknowledgement(error, proof);
        heads.unpause(DESTINATION);
        proof.headId += 1;
        error = abi.encodeWithSelector(ILightClient.ClientUnknownHead.selector, proof.headId);
        _rejectsAcknowledgement(error, proof);
        _setLane(source, 5, address(destination));
        vm.expectRevert(abi.encodeWithSelector(ILightClientManager.ClientUnknownChain.selector, 5));
        checker.acknowledge(5, proof);
    }

    // ── Logs ────────────────────────────────────────────────────────────────────────────────────────────────────

    /// @dev Only the other end of the lane is asked, and only by the event that is due.
    function test_RCT_8_9_rejects_otherLogsAsOutcomes() public {
        MessageProofs.Log memory delivered = _delivered(_sent(A.none()), PAYEE);
        MessageProofs.Log memory cancelled = _cancelled(_sentWithDeadline());
        bytes32 deliveredTopic = IMessageService.MessageDelivered.selector;
        bytes32 cancelledTopic = IMessageService.MessageCancelled.selector;
        _rejectsCancelled(_logTopic(cancelledTopic, deliveredTopic), _proveOn(DESTINATION, delivered, 0));
        _rejectsAcknowledgement(_logTopic(deliveredTopic, cancelledTopic), _proveOn(DESTINATION, cancelled, 0));

        delivered.emitter = address(source);
        cancelled.emitter = address(source);
        bytes memory error =
            abi.encodeWithSelector(Receipts.ReceiptLogEmitter.selector, address(destination), address(source));
        _rejectsAcknowledgement(error, _proveOn(DESTINATION, delivered, 0));
        _rejectsCancelled(error, _proveOn(DESTINATION, cancelled, 0));
    }

    function test_RCT_5_rejects_failedReceiptsAsOutcomes() public {
        MessageProofs.Log[] memory logs = new MessageProofs.Log[](1);
        logs[0] = _delivered(_sent(A.none()), PAYEE);
        IMessageService.DeliveryProof memory proof = _proveReceiptOn(DESTINATION, MessageProofs.receipt(false, logs), 0);
        _rejectsAcknowledgement(abi.encodeWithSelector(Receipts.ReceiptFailed.selector), proof);
    }

    function test_MSG_4_rejects_topicCounts() public {
        bytes memory error = abi.encodeWithSelector(MessageLib.MessageMalformedEvent.selector);
        for (uint256 count = 1; count <= 4; ++count) {
            if (count == 3) continue;
            MessageProofs.Log memory log = _deliveredLog(keccak256("id"));
            log.topics = _resized(log.topics, count);
            _rejectsAcknowledgement(error, _proveOn(DESTINATION, log, 0));
            log = _cancelledLog(keccak256("id"));
            log.topics = _resized(log.topics, count);
            _rejectsCancelled(error, _proveOn(DESTINATION, log, 0));
        }
    }

    function test_MSG_4_accepts_rejects_dataOfOutcomes() public {
        bytes memory error = abi.encodeWithSelector(MessageLib.MessageMalformedEvent.selector);
        uint256[6] memory lengths = [uint256(0), 31, 33, 63, 65, 96];
        for (uint256 i = 0; i < 6; ++i) {
            MessageProofs.Log memory log = _deliveredLog(keccak256("id"));
            log.data = new bytes(lengths[i]);
            _rejectsAcknowledgement(error, _proveOn(DESTINATION, log, 0));
            log = _cancelledLog(keccak256("id"));
            log.data = new bytes(lengths[i]);
            _rejectsCancelled(error, _proveOn(DESTINATION, log, 0));
        }
        _rejectsDelivered(error, 1 << 64, 0);
        _rejectsDelivered(error, type(uint256).max, 0);
        _rejectsDelivered(error, 0, 1 << 160);
        _rejectsDelivered(error, 0, 1 << 255);
        MessageProofs.Log memory beyond = _cancelledLog(keccak256("id"));
        beyond.data = abi.encode(uint256(1) << 64);
        _rejectsCancelled(error, _proveOn(DESTINATION, beyond, 0));

        MessageProofs.Log memory most = _deliveredLog(keccak256("id"));
        most.data = abi.encode(type(uint64).max, address(type(uint160).max));
        _acknowledge(most);
        _assertOutcome(keccak256("id"), DELIVERED, address(type(uint160).max));
        most = _cancelledLog(keccak256("other"));
        most.data = abi.encode(type(uint64).max);
        _proveCancelled(_proveOn(DESTINATION, most, 0));
        _assertOutcome(keccak256("other"), CANCELLED, address(0));
    }

    /// @dev What the same gateway has delivered from elsewhere. The data is looked at before.
    function test_MSG_5_rejects_outcomesOfOtherChains() public {
        uint256[3] memory chains = [uint256(SOURCE + 1), 0, type(uint256).max];
        for (uint256 i = 0; i < 3; ++i) {
            bytes memory error = abi.encodeWithSelector(IMessageService.MessageWrongChain.selector, SOURCE, chains[i]);
            MessageProofs.Log memory log = _deliveredLog(keccak256("id"));
            log.topics[2] = bytes32(chains[i]);
            _rejectsAcknowledgement(error, _proveOn(DESTINATION, log, 0));
            log = _cancelledLog(keccak256("id"));
            log.topics[2] = bytes32(chains[i]);
            _rejectsCancelled(error, _proveOn(DESTINATION, log, 0));
            log.data = "";
            error = abi.encodeWithSelector(MessageLib.MessageMalformedEvent.selector);
            _rejectsCancelled(error, _proveOn(DESTINATION, log, 0));
        }
    }

    // ── Attestations ────────────────────────────────────────────────────────────────────────────────────────────

    function test_MSG_17_rejects_attestationsThatNobodyAskedFor() public {
        IMessageService.DeliveryProof memory proof = _proveOn(DESTINATION, _delivered(_sent(A.none()), PAYEE), 0);
        proof.attestations = new bytes(1);
        _rejectsAcknowledgement(abi.encodeWithSelector(IAttestors.AttestationLength.selector, 0, 1), proof);
        proof = _proveOn(DESTINATION, _cancelled(_sentWithDeadline()), 0);
        proof.attestations = new bytes(130);
        _rejectsCancelled(abi.encodeWithSelector(IAttestors.AttestationLength.selector, 0, 130), proof);
    }

    /// @dev Each statement counts for what it says alone; and it counts before it is asked whether there is an outcome.
    function test_MSG_17_accepts_rejects_attestedOutcomes() public {
        Sent memory first = _sent(A.none());
        Sent memory second = _sentWithDeadline();
        IMessageService.DeliveryProof memory delivered = _proveOn(DESTINATION, _delivered(first, PAYEE), 0);
        IMessageService.DeliveryProof memory cancelled = _proveOn(DESTINATION, _cancelled(second), 0);
        _setAttestors(DESTINATION);
        source.setLane(DESTINATION, address(destination), Assumption.SyncCommittee, true);
        _attestedOutcome(delivered, first.id, IAttestors.Statement.Delivered);
        _attestedOutcome(cancelled, second.id, IAttestors.Statement.Cancelled);
        delivered.attestations = "";
        _rejectsAcknowledgement(abi.encodeWithSelector(IAttestors.AttestationLength.selector, 130, 0), delivered);
        _assertOutcome(first.id, DELIVERED, PAYEE);
        _assertOutcome(second.id, CANCELLED, address(0));
    }

    // ── What is asked ───────────────────────────────────────────────────────────────────────────────────────────

    function test_MSG_1_accepts_rejects_idOf() public {
        Sent memory sent = _sentWithDeadline();
        vm.chainId(SOURCE);
        assertEq(checker.idOf(DESTINATION, sent.body), sent.id);
        assertEq(address(checker.service()), address(source));
        assertEq(address(checker.clients()), address(heads));
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageUnknownLane.selector, 5));
        checker.idOf(5, sent.body);
    }

    // ── Support ─────────────────────────────────────────────────────────────────────────────────────────────────

    function _attestedOutcome(IMessageService.DeliveryProof memory proof, bytes32 id, IAttestors.Statement statement)
        private
    {
        bool isDelivered = statement == IAttestors.Statement.Delivered;
        vm.chainId(SOURCE);
        bytes32 due = attestors.attestationDigest(DESTINATION, statement, id);
        for (uint8 said = 0; said <= 5; ++said) {
            if (said == uint8(statement)) continue;
            vm.chainId(SOURCE);
            proof.attestations = _attest(DESTINATION, IAttestors.Statement(said), id);
            address signer = _recovered(due, proof.attestations);
            bytes memory error = abi.encodeWithSelector(IAttestors.AttestationSigner.selector, 0, signer);
            if (isDelivered) _rejectsAcknowledgement(error, proof);
            else _rejectsCancelled(error, proof);
        }
        vm.chainId(SOURCE);
        proof.attestations = _sign(due);
        if (isDelivered) _acknowledge(proof);
        else _proveCancelled(proof);
    }

    function _rejectsDelivered(bytes memory error, uint256 nonce, uint256 payee) private {
        MessageProofs.Log memory log = _deliveredLog(keccak256("id"));
        log.data = abi.encode(nonce, payee);
        _rejectsAcknowledgement(error, _proveOn(DESTINATION, log, 0));
    }

    function _deliveredLog(bytes32 id) private view returns (MessageProofs.Log memory log) {
        log = _cancelledLog(id);
        log.topics[0] = IMessageService.MessageDelivered.selector;
        log.data = abi.encode(uint64(0), PAYEE);
    }

    function _cancelledLog(bytes32 id) private view returns (MessageProofs.Log memory log) {
        log.emitter = address(destination);
        log.topics = new bytes32[](3);
        (log.topics[0], log.topics[1]) = (IMessageService.MessageCancelled.selector, id);
        log.topics[2] = bytes32(SOURCE);
        log.data = abi.encode(uint64(0));
    }

    function _resized(bytes32[] memory topics, uint256 count) private pure returns (bytes32[] memory resized) {
        resized = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            resized[i] = i < topics.length ? topics[i] : bytes32(0);
        }
    }

    function _logTopic(bytes32 expected, bytes32 got) private pure returns (bytes memory) {
        return abi.encodeWithSelector(Receipts.ReceiptLogTopic.selector, expected, got);
    }
}
