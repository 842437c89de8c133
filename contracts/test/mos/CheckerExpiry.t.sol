// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Assumption} from "../../src/interfaces/ILightClient.sol";
import {IMessageChecker} from "../../src/interfaces/IMessageChecker.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {MessageAttributes} from "../../src/libraries/MessageAttributes.sol";
import {CheckerTest} from "../support/CheckerTest.sol";
import {MessageAttribute as A} from "../support/MessageAttribute.sol";
import {Answering} from "../support/recipients/Answering.sol";
import {IERC7786GatewaySource, IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @notice CHK-1 to CHK-4 of messages that were not delivered, and S12: delivered and expired exclude each other. Account and storage proofs are
/// of the destination's real storage.
contract CheckerExpiryTest is CheckerTest {
    IMessageChecker.Outcome private constant EXPIRED = IMessageChecker.Outcome.Expired;

    // ── What is clear ───────────────────────────────────────────────────────────────────────────────────────────

    /// @dev Nothing was ever delivered there: not even the word is.
    function test_CHK_2_3_4_accepts_absentWord() public {
        Sent memory sent = _sentWithDeadline();
        IMessageChecker.ExpiryProof memory proof = _expiry(0, DEADLINE + 1);
        assertTrue(proof.absent);
        vm.expectEmit(address(checker));
        emit IMessageChecker.OutcomeProven(sent.id, EXPIRED, address(0));
        _proveExpired(sent, proof);
        _assertOutcome(sent.id, EXPIRED, address(0));
    }

    /// @dev Others of the same word were delivered.
    function test_CHK_4_accepts_presentWord() public {
        _delivered(_sentWithDeadline(), address(0));
        Sent memory sent = _sentWithDeadline();
        _delivered(_sentWithDeadline(), address(0));
        IMessageChecker.ExpiryProof memory proof = _expiry(1, DEADLINE + 1);
        assertFalse(proof.absent);
        assertEq(vm.load(address(destination), _settledSlot(SOURCE, address(source), 1)), bytes32(uint256(5)));
        _proveExpired(sent, proof);
        _assertOutcome(sent.id, EXPIRED, address(0));
    }

    /// @dev Ten messages, of which any are delivered: what the checker says of each is what has become of it.
    /// forge-config: default.fuzz.runs = 32
    function test_CHK_4_accepts_rejects_everyPattern(uint16 delivered) public {
        Sent[] memory all = new Sent[](10);
        for (uint256 i = 0; i < 10; ++i) {
            all[i] = _sentWithDeadline();
            if (delivered >> i & 1 == 1) _delivered(all[i], address(0));
        }
        IMessageChecker.ExpiryProof memory proof = _expiry(0, DEADLINE + 1);
        for (uint256 i = 0; i < 10; ++i) {
            if (delivered >> i & 1 == 1) _rejectsExpired(_alreadySettled(all[i].id), all[i].body, proof);
            else _proveExpired(all[i], proof);
        }
    }

    /// @dev The nonces at the ends of words, each in a word of its own or next to one that is delivered.
    function test_CHK_4_accepts_rejects_edgesOfWords() public {
        uint64[4] memory nonces = [uint64(255), 256, 511, 512];
        Sent[] memory all = new Sent[](4);
        uint256 next;
        for (uint64 nonce = 0; nonce <= 512; ++nonce) {
            if (next < 4 && nonce == nonces[next]) all[next++] = _sentWithDeadline();
            else _send(address(recipient), "");
        }
        _delivered(all[1], address(0));
        _proveExpired(all[0], _expiry(255, DEADLINE + 1));
        _rejectsExpired(_alreadySettled(all[1].id), all[1].body, _expiry(256, DEADLINE + 1));
        _proveExpired(all[2], _expiry(511, DEADLINE + 1));
        _delivered(all[3], address(0));
        _rejectsExpired(_alreadySettled(all[3].id), all[3].body, _expiry(512, DEADLINE + 1));
    }

    function test_CHK_4_rejects_delivered() public {
        Sent memory sent = _sentWithDeadline();
        _delivered(sent, address(0));
        _rejectsExpired(_alreadySettled(sent.id), sent.body, _expiry(0, DEADLINE + 1));
        _assertOutcome(sent.id, IMessageChecker.Outcome.None, address(0));
    }

    /// @dev A message that is cancelled is settled: its outcome is that, and is proven by the event.
    function test_CHK_4_rejects_cancelled() public {
        Sent memory sent = _sentWithDeadline();
        _cancelled(sent);
        _rejectsExpired(_alreadySettled(sent.id), sent.body, _expiry(0, DEADLINE + 1));
    }

    // ── S12 ─────────────────────────────────────────────────────────────────────────────────────────────────────

    /// @dev Delivered in the last second: no later block can prove it expired.
    function test_CHK_4_rejects_S12_expiryOfDelivered() public {
        Sent memory sent = _sentWithDeadline();
        IMessageService.DeliveryProof memory delivery = _prove(sent.log, 0);
        vm.warp(DEADLINE);
        // What was clear in the last block before does not count, for it is not after the deadline.
        _rejectsExpired(_notExpired(sent.id, DEADLINE, DEADLINE), sent.body, _expiry(0, DEADLINE));
        destination.deliver(SOURCE, delivery, address(0));
        vm.warp(DEADLINE + 1);
        _rejectsExpired(_alreadySettled(sent.id), sent.body, _expiry(0, DEADLINE + 1));
    }

    /// @dev Expired in the first second in which it can be: no delivery can follow.
    function test_CHK_3_accepts_S12_noDeliveryOfExpired() public {
        Sent memory sent = _sentWithDeadline();
        IMessageService.DeliveryProof memory delivery = _prove(sent.log, 0);
        vm.warp(DEADLINE + 1);
        _proveExpired(sent, _expiry(0, DEADLINE + 1));
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageExpired.selector, sent.id, DEADLINE));
        destination.deliver(SOURCE, delivery, address(0));
        assertFalse(_isSettled(0));
        assertEq(recipient.count(), 0);
    }

    /// @dev One that has failed may be retried, but in its time.
    function test_CHK_3_accepts_S12_noRetryOfExpired() public {
        Answering failing = new Answering();
        bytes[] memory attributes = A.list(A.deliverBefore(DEADLINE), A.revertBehavior(1));
        Sent memory sent;
        sent.log = _send(address(failing), "payload", attributes);
        (sent.id, sent.body) = (sent.log.topics[1], _body(sent.log, 0));
        destination.deliver(SOURCE, _prove(sent.log, 0), address(0));
        assertTrue(destination.hasFailed(sent.id));
        failing.set(abi.encode(IERC7786Recipient.receiveMessage.selector), false);

        vm.warp(DEADLINE + 1);
        _proveExpired(sent, _expiry(0, DEADLINE + 1));
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageExpired.selector, sent.id, DEADLINE));
        destination.retry(SOURCE, sent.body, 0, address(0));
    }

    // ── When ────────────────────────────────────────────────────────────────────────────────────────────────────

    function test_CHK_3_accepts_rejects_time() public {
        uint64[6] memory times = [0, NOW, DEADLINE - 1, DEADLINE, DEADLINE + 1, type(uint64).max];
        for (uint256 i = 0; i < 6; ++i) {
            Sent memory sent = _sentWithDeadline();
            IMessageChecker.ExpiryProof memory proof = _expiry(sent.nonce, times[i]);
            if (times[i] > DEADLINE) _proveExpired(sent, proof);
            else _rejectsExpired(_notExpired(sent.id, DEADLINE, times[i]), sent.body, proof);
        }
    }

    /// @dev What the clock of the source chain says does not matter.
    function test_CHK_3_accepts_rejects_clockOfTheSource() public {
        Sent memory sent = _sentWithDeadline();
        vm.warp(DEADLINE + 1 days);
        _rejectsExpired(_notExpired(sent.id, DEADLINE, DEADLINE), sent.body, _expiry(0, DEADLINE));
        vm.warp(NOW);
        _proveExpired(sent, _expiry(0, DEADLINE + 1));
    }

    function test_CHK_3_rejects_withoutDeadline() public {
        Sent memory sent = _sent(A.list(A.cancellable()));
        uint64 time = type(uint64).max;
        _rejectsExpired(_notExpired(sent.id, 0, time), sent.body, _expiry(0, time));
    }

    // ── What was sent ───────────────────────────────────────────────────────────────────────────────────────────

    /// @dev A message without deadline that cannot be cancelled is nothing that the service keeps.
    function test_CHK_2_rejects_notKept() public {
        Sent memory sent = _sent(A.none());
        _rejectsExpired(_notSent(sent.id), sent.body, _expiry(0, DEADLINE + 1));
    }

    /// @dev It was not sent with another nonce, sender, recipient, payload or deadline.
    function test_CHK_2_rejects_otherBodies() public {
        Sent memory sent = _sentWithDeadline();
        IMessageChecker.ExpiryProof memory proof = _expiry(0, DEADLINE + 1);
        for (uint256 i = 0; i < 6; ++i) {
            IMessageService.Body memory body = _body(sent.log, i == 0 ? 1 : 0);
            if (i == 1) body.sender[body.sender.length - 1] ^= 0x01;
            if (i == 2) body.recipient[body.recipient.length - 1] ^= 0x01;
            if (i == 3) body.payload[0] ^= 0x01;
            if (i == 4) body.attributes = A.list(A.deliverBefore(DEADLINE - 1), A.cancellable());
            if (i == 5) body.attributes = A.list(A.cancellable(), A.deliverBefore(DEADLINE));
            assertNotEq(_id(body), sent.id);
            _rejectsExpired(_notSent(_id(body)), body, proof);
        }
        _proveExpired(sent, proof);
    }

    /// @dev The bits of a gateway that a message was not sent to say nothing about it.
    function test_CHK_2_rejects_lanesThatHaveMoved() public {
        Sent memory sent = _sentWithDeadline();
        IMessageChecker.ExpiryProof memory proof = _expiry(0, DEADLINE + 1);
        source.setLane(DESTINATION, address(recipient), Assumption.SyncCommittee, false);
        bytes32 moved = _id(address(source), address(recipient), sent.body);
        _rejectsExpired(_notSent(moved), sent.body, proof);
        _setLane(source, DESTINATION, address(destination));
        _proveExpired(sent, proof);
    }

    /// @dev The attributes are read before it is asked whether the message was sent.
    function test_MSG_2_13_14_rejects_attributesOfExpired() public {
        IMessageService.Body memory body = _sentWithDeadline().body;
        IMessageChecker.ExpiryProof memory proof = _expiry(0, DEADLINE + 1);
        body.attributes = A.list(A.inOrder());
        bytes memory error = abi.encodeWithSelector(IERC7786GatewaySource.UnsupportedAttribute.selector, A.IN_ORDER);
        _rejectsExpired(error, body, proof);
        body.attributes = A.list(bytes.concat(A.cancellable(), hex"00"));
        error = abi.encodeWithSelector(MessageAttributes.MessageAttributeMalformed.selector, A.CANCELLABLE);
        _rejectsExpired(error, body, proof);
        body.attributes = A.list(A.cancellable(), A.cancellable());
        error = abi.encodeWithSelector(MessageAttributes.MessageAttributeRepeated.selector, A.CANCELLABLE);
        _rejectsExpired(error, body, proof);
        body.attributes = A.list(A.place(0));
        error = abi.encodeWithSelector(MessageAttributes.MessageAttributeConflict.selector, A.PLACE);
        _rejectsExpired(error, body, proof);
    }

    /// @dev In order, they carry their place.
    function test_CHK_2_accepts_inOrder() public {
        Sent memory sent = _sent(A.list(A.inOrder(), A.deliverBefore(DEADLINE)));
        assertEq(sent.body.attributes[0], A.place(0));
        _proveExpired(sent, _expiry(0, DEADLINE + 1));
    }

    function test_CHK_1_rejects_secondOutcome() public {
        Sent memory sent = _sentWithDeadline();
        IMessageChecker.ExpiryProof memory proof = _expiry(0, DEADLINE + 1);
        _proveExpired(sent, proof);
        bytes memory error = abi.encodeWithSelector(IMessageChecker.CheckerDecided.selector, sent.id);
        _rejectsExpired(error, sent.body, proof);
        // Cancelled after its deadline: both is true, and the first one stays.
        vm.warp(DEADLINE + 1);
        _rejectsCancelled(error, _proveOn(DESTINATION, _cancelled(sent), 0));
        _assertOutcome(sent.id, EXPIRED, address(0));
    }
}
