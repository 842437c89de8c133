// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {RelayFees} from "../../src/fees/RelayFees.sol";
import {IGuardedBridge} from "../../src/interfaces/IGuardedBridge.sol";
import {IMessageChecker} from "../../src/interfaces/IMessageChecker.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {IRelayFees} from "../../src/interfaces/IRelayFees.sol";
import {OddReceiver} from "../fees/OddReceiver.sol";
import {MessageAttribute as A} from "../support/MessageAttribute.sol";
import {MessageBatchTest} from "../support/MessageBatchTest.sol";
import {MessageProofs} from "../support/MessageProofs.sol";
import {MessageTest} from "../support/MessageTest.sol";
import {BridgeHandler} from "../tokens/BridgeHandler.sol";
import {BridgeTest} from "../tokens/BridgeTest.sol";
import {Hostile} from "./Hostile.sol";
import {Vm} from "forge-std/Test.sol";

/// @title Two chains with all there is on them, and everybody who is not to be trusted
/// @notice On top of what users, relayers and roles do to the bridges: messages to recipients in every mood, relayers who starve, batch, reorder,
/// repeat and change proofs, fees, what the source learns, lanes that move, pauses, and limits that change. What is not possible is noted in
/// `fault`; what is to be compared is in `WorldTest`.
contract World is BridgeHandler, MessageBatchTest {
    /// @dev What was sent, as the world knows it.
    struct Message {
        bytes32 id;
        uint64 nonce;
        uint64 notBefore;
        uint64 deadline;
        bool ordered;
        uint64 place;
        bool cancelled;
        Hostile recipient;
        bytes32 contents;
        MessageProofs.Log log;
    }

    uint256 public constant RECIPIENTS = 3;
    uint64 private constant PERIOD = 4 hours;

    RelayFees public fees;
    OddReceiver public payee;
    Hostile[RECIPIENTS] public recipients;
    string public fault;
    bool public delivering; // whether the destination has not been told to stop
    mapping(bytes32 id => uint256) public indexOf; // plus one
    Message[] private _messages;
    mapping(bytes32 id => MessageProofs.Log) private _saidDelivered;
    mapping(address account => uint64) private _places;

    function setUp() public override(BridgeTest, MessageTest) {
        super.setUp();
        fees = new RelayFees(address(authority), checker, 1 days);
        fees.setPrice(DESTINATION, address(0), IRelayFees.Price(100_000, 2));
        source.setFees(fees);
        payee = new OddReceiver();
        for (uint256 i = 0; i < RECIPIENTS; ++i) {
            recipients[i] = new Hostile(RECIPIENT_GAS);
        }
        delivering = true;
    }

    // ── What senders and payers do ──────────────────────────────────────────────────────────────────────────────

    function send(uint256 whom, uint8 kind, bytes calldata payload) external step {
        Message storage message = _messages.push();
        message.recipient = recipients[whom % RECIPIENTS];
        message.nonce = source.nextNonce(DESTINATION);
        bytes[] memory attributes = _terms(message, kind);
        uint256 value = 0;
        if (kind & 32 != 0) {
            value = 2 * (100_000 + 60_000) + uint8(payload.length);
            attributes = A.and(attributes, A.requestRelay(0, 60_000, address(payee)));
        }
        vm.chainId(SOURCE);
        vm.recordLogs();
        hoax(SENDER, value);
        source.sendMessage{value: value}(_address(DESTINATION, address(message.recipient)), payload, attributes);
        message.log = _lastSent();
        message.id = message.log.topics[1];
        message.contents = keccak256(abi.encode(_address(SOURCE, SENDER), payload));
        indexOf[message.id] = _messages.length;
    }

    function payFee(uint256 which, uint64 amount) external step {
        vm.deal(address(payee), amount);
        bytes memory call_ = abi.encodeCall(fees.pay, (DESTINATION, _at(which).id, address(0), amount, address(payee)));
        vm.chainId(SOURCE);
        vm.prank(address(payee));
        (bool success,) = address(fees).call{value: amount}(call_);
        success; // or it was refused
    }

    /// @param what Gives notice, takes back, releases, or collects.
    function settleFee(uint256 which, uint8 what, uint8 habit) external step {
        bytes32 id = _at(which).id;
        payee.set(OddReceiver.Habit(habit % 4));
        vm.chainId(SOURCE);
        if (what % 4 == 3) payee.set(OddReceiver.Habit.Takes);
        vm.prank(address(payee));
        if (what % 4 == 0) fees.giveNotice(id, address(0));
        else if (what % 4 == 1) fees.takeBack(id, address(0), address(payee));
        else if (what % 4 == 2) fees.release(id, address(0));
        else fees.collect(address(0), address(payee));
    }

    function cancelMessage(uint256 which, bool proven) external step {
        Message storage message = _at(which);
        IMessageService.DeliveryProof memory proof = _prove(_cancel(_body(message.log, message.nonce)), 0);
        vm.recordLogs();
        destination.acceptCancellation(SOURCE, proof);
        if (!delivering) _note("S15: cancelled although paused");
        if (message.recipient.accepted(message.id) != 0) _note("S12: cancelled although accepted");
        message.cancelled = true;
        MessageProofs.Log memory log = _last(IMessageService.MessageCancelled.selector);
        if (proven) _proveCancelled(_proveOn(DESTINATION, log, 0));
    }

    // ── What relayers do ────────────────────────────────────────────────────────────────────────────────────────

    /// @param nonceOffset Mostly zero: the right nonce.
    function relay(uint256 which, uint8 nonceOffset, uint24 gas_) external step {
        Message storage message = _at(which);
        uint64 nonce = nonceOffset < 200 ? message.nonce : message.nonce ^ nonceOffset;
        _try(abi.encodeCall(IMessageService.deliver, (SOURCE, _prove(message.log, nonce), address(payee))), gas_);
    }

    /// @dev Up to four, some of them twice.
    function relayBatch(uint256[4] calldata which, uint24 gas_) external step {
        uint256 size = 1 + which[0] % 4;
        Logs[] memory receipts = new Logs[](size);
        for (uint64 i = 0; i < size; ++i) {
            Message storage message = _at(which[i]);
            receipts[i] = _receipt(i + 1, _logs(message.log), message.nonce);
        }
        _try(abi.encodeCall(IMessageService.deliverBatch, (SOURCE, _proveLogs(receipts), address(payee))), gas_);
    }

    function again(uint256 which, uint24 gas_) external step {
        Message storage message = _at(which);
        IMessageService.Body memory body = _body(message.log, message.nonce);
        _try(abi.encodeCall(IMessageService.retry, (SOURCE, body, 0, address(payee))), gas_);
    }

    function skipMessage(uint256 which) external step {
        Message storage message = _at(which);
        destination.skip(SOURCE, _prove(message.log, message.nonce));
    }

    /// @dev One bit of the proof or one of its numbers is another: nothing may be delivered by it.
    function change(uint256 which, uint8 part, uint256 at) external step {
        Message storage message = _at(which);
        IMessageService.DeliveryProof memory proof = _prove(message.log, message.nonce);
        if (part % 5 == 0) proof.receiptProof[0][at % proof.receiptProof[0].length] ^= 0x01;
        else if (part % 5 == 1) proof.headers[0][at % proof.headers[0].length] ^= 0x80;
        // forge-lint: disable-next-line(unsafe-typecast) small
        else if (part % 5 == 2) proof.headId += 1 + uint64(at % 7);
        else if (part % 5 == 3) proof.logIndex = 1 + at % 7;
        // forge-lint: disable-next-line(unsafe-typecast) small
        else proof.transactionIndex = 1 + uint64(at % 300);
        try destination.deliver(SOURCE, proof, address(0)) {
            _note("S2: delivered by a changed proof");
        } catch {}
    }

    /// @dev Whatever is called, with whatever bytes: S16.
    function anything(bytes4 selector, bytes calldata data) external step {
        uint256 before = _accepted();
        (bool success,) = address(destination).call(bytes.concat(selector, data));
        success; // views succeed
        if (_accepted() != before) _note("S16: another way in");
    }

    function acknowledge(uint256 which) external step {
        _acknowledge(_saidDelivered[_at(which).id]);
    }

    /// @dev Proves what the destination's storage says now of a message.
    function expireMessage(uint256 which) external step {
        Message storage message = _at(which);
        bytes32 slot = _settledSlot(SOURCE, address(source), message.nonce);
        IMessageChecker.ExpiryProof memory proof = _storageNow(DESTINATION, address(destination), slot);
        vm.chainId(SOURCE);
        checker.proveExpired(DESTINATION, _body(message.log, message.nonce), proof);
        if (message.recipient.accepted(message.id) != 0) _note("S12: expired although accepted");
    }

    // ── What recipients and roles do ────────────────────────────────────────────────────────────────────────────

    /// @dev Its calls back are deliveries and retries.
    function setMood(uint256 whom, uint8 mood, uint256 which, bool retries) external step {
        bytes memory call_;
        if (_messages.length != 0) {
            Message storage message = _at(which);
            call_ = retries
                ? abi.encodeCall(IMessageService.retry, (SOURCE, _body(message.log, message.nonce), 0, address(0)))
                : abi.encodeCall(IMessageService.deliver, (SOURCE, _prove(message.log, message.nonce), address(0)));
        }
        recipients[whom % RECIPIENTS].set(Hostile.Mood(mood % 8), call_);
    }

    /// @param which Mostly to unpause.
    function stop(uint8 which, bool sending) external step {
        if (sending) {
            if (which < 200) source.unpause(DESTINATION, SENDING);
            else source.pause(DESTINATION, SENDING);
            return;
        }
        delivering = which < 200;
        if (delivering) destination.unpause(SOURCE, DELIVERING);
        else destination.pause(SOURCE, DELIVERING);
    }

    /// @param which Mostly back.
    function moveLane(uint8 which) external step {
        _setLane(destination, SOURCE, which < 200 ? address(source) : address(0xbad));
    }

    /// @dev Never above what they were, so that the bounds on both stay true.
    function setLimits(bool atHome, uint8 percent) external step {
        uint128 one = atHome ? COIN : AWAY;
        IGuardedBridge.Limits memory limits = _limits(one);
        uint128 part = uint128(percent) % 101;
        (limits.sending, limits.delivering) = (10 * one * part, 10 * one * part);
        limits.outstanding = 50 * one * part;
        // forge-lint: disable-next-line(unsafe-typecast) small
        limits.delay = DELAY * uint48(part) / 100;
        if (atHome) home.setLimits(DESTINATION, limits);
        else away.setLimits(SOURCE, limits);
    }

    // ── At the end ──────────────────────────────────────────────────────────────────────────────────────────────

    /// @dev S10, S11, S15: once nothing is paused and all are well, an honest relayer delivers all that can be.
    function finish() external step {
        _setLane(destination, SOURCE, address(source));
        destination.unpause(SOURCE, DELIVERING);
        for (uint256 i = 0; i < RECIPIENTS; ++i) {
            recipients[i].set(Hostile.Mood.Accept, "");
        }
        for (uint256 i = 0; i < _messages.length; ++i) {
            _finish(_messages[i]);
        }
    }

    function count() external view returns (uint256) {
        return _messages.length;
    }

    function messageAt(uint256 i) external view returns (Message memory) {
        return _messages[i];
    }

    function isSettled(uint64 nonce) external view returns (bool) {
        return _isSettled(nonce);
    }

    function hasFailed(bytes32 id) external view returns (bool) {
        return destination.hasFailed(id);
    }

    function outcomeOf(bytes32 id) external view returns (IMessageChecker.Outcome outcome) {
        (outcome,) = checker.outcomeOf(id);
    }

    function keptAndPromised() external view returns (uint256 amount) {
        amount = fees.keptFor(address(payee), address(0));
        for (uint256 i = 0; i < _messages.length; ++i) {
            amount += fees.paidFor(_messages[i].id, address(0));
        }
    }

    function gateways() external view returns (address, address) {
        return (address(source), address(destination));
    }

    function tokens() external view returns (address, address, address, address) {
        return (address(coin), address(home), address(bridged), address(away));
    }

    /// @dev As `stop`, but only said.
    function pretendStopped() external {
        delivering = false;
    }

    function _terms(Message storage message, uint8 kind) private returns (bytes[] memory attributes) {
        if (kind & 1 != 0) attributes = A.and(attributes, A.revertBehavior(1));
        if (kind & 2 != 0) attributes = A.and(attributes, A.cancellable());
        if (kind & 4 != 0) {
            // forge-lint: disable-next-line(unsafe-typecast) small
            message.notBefore = uint64(time) + PERIOD / 8;
            attributes = A.and(attributes, A.deliverAfter(message.notBefore));
        }
        if (kind & 24 != 0) {
            // forge-lint: disable-next-line(unsafe-typecast) small
            message.deadline = uint64(time) + PERIOD;
            attributes = A.and(attributes, A.deliverBefore(message.deadline));
        }
        if (kind & 16 != 0) {
            (message.ordered, message.place) = (true, _places[address(message.recipient)]++);
            attributes = A.and(attributes, A.inOrder());
        }
    }

    function _finish(Message storage message) private {
        bool settled = _isSettled(message.nonce);
        if (!settled && time < message.notBefore) time = message.notBefore;
        bytes memory to = _address(DESTINATION, address(message.recipient));
        bool next = message.ordered
            && message.place == destination.nextPlace(SOURCE, address(source), _address(SOURCE, SENDER), to);
        // What was cancelled holds up its order until its deadline.
        if (settled && next && time <= message.deadline) time = message.deadline + 1;
        vm.warp(time);
        if (message.deadline != 0 && time > message.deadline) {
            if (next) destination.skip(SOURCE, _prove(message.log, message.nonce));
        } else if (!settled) {
            // What is refused is held up: `WorldTest.requireFinished` finds it.
            try destination.deliver(SOURCE, _prove(message.log, message.nonce), address(0)) {} catch {}
        }
    }

    /// @dev Delivers, with little gas or much, and keeps what the destination says of it.
    function _try(bytes memory call_, uint24 gas_) private {
        uint256 before = _accepted();
        vm.recordLogs();
        (bool success,) = address(destination).call{gas: gas_ % 4 != 0 ? 8_000_000 : 100_000 + gas_ % 6_000_000}(call_);
        if (success && !delivering) _note("S15: delivered although paused");
        if (!success && _accepted() != before) _note("S6: accepted although refused");
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; success && i < logs.length; ++i) {
            if (logs[i].topics[0] != IMessageService.MessageDelivered.selector) continue;
            _saidDelivered[logs[i].topics[1]] = MessageProofs.Log(logs[i].emitter, logs[i].topics, logs[i].data);
        }
    }

    function _note(string memory what) private {
        if (bytes(fault).length == 0) fault = what;
    }

    function _accepted() private view returns (uint256 sum) {
        for (uint256 i = 0; i < RECIPIENTS; ++i) {
            sum += recipients[i].count();
        }
    }

    function _at(uint256 which) private view returns (Message storage) {
        return _messages[which % _messages.length];
    }
}
