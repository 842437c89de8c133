// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {MessageAttribute as A} from "./MessageAttribute.sol";
import {MessageBatchTest} from "./MessageBatchTest.sol";
import {MessageProofs} from "./MessageProofs.sol";
import {MessageTest} from "./MessageTest.sol";
import {RoutedTest} from "./RoutedTest.sol";
import {Fickle} from "./recipients/Fickle.sol";

/// @title Does to messages whatever can be done to them, in any order and by either way, rightly and wrongly, with recipients that change
/// their mind
contract MessageHandler is RoutedTest, MessageBatchTest {
    /// @dev What a message was sent with.
    struct Sent {
        MessageProofs.Log log;
        Fickle recipient;
        uint64 notBefore;
        uint64 deadline;
        bool ordered;
        uint64 place;
    }

    /// @dev Seconds for which a message with a deadline can be delivered.
    uint64 private constant PERIOD = 1000;

    Fickle[3] public recipients;
    mapping(uint64 nonce => bool) public isCancelled;
    mapping(address recipient => uint64) private _places;
    Sent[] private _sent;

    constructor() {
        setUp();
        for (uint256 i = 0; i < 3; ++i) {
            recipients[i] = new Fickle();
        }
    }

    function setUp() public override(MessageTest, RoutedTest) {
        super.setUp();
    }

    function send(uint256 recipient, uint8 kind, bytes calldata payload) external {
        _unpause(); // the source is another chain: time and pauses here are none of its business
        Sent storage message = _sent.push();
        message.recipient = recipients[recipient % 3];
        bytes[] memory attributes;
        if (kind & 1 != 0) attributes = A.and(attributes, A.revertBehavior(1));
        if (kind & 2 != 0) attributes = A.and(attributes, A.cancellable());
        if (kind & 4 != 0) {
            message.notBefore = _now() + PERIOD / 5;
            attributes = A.and(attributes, A.deliverAfter(message.notBefore));
        }
        if (kind & 24 != 0) {
            message.deadline = _now() + PERIOD;
            attributes = A.and(attributes, A.deliverBefore(message.deadline));
        }
        if (kind & 16 != 0) {
            (message.ordered, message.place) = (true, _places[address(message.recipient)]++);
            attributes = A.and(attributes, A.inOrder());
        }
        message.log = _send(address(message.recipient), payload[0:payload.length % 64], attributes);
    }

    /// @param nonceOffset Mostly zero: the right nonce.
    function deliver(uint64 message, uint8 nonceOffset, uint24 gas_) external {
        if (_sent.length == 0) return;
        (uint64 index, uint64 nonce) = _index(message, nonceOffset);
        _try(abi.encodeCall(IMessageService.deliver, (SOURCE, _prove(_sent[index].log, nonce), address(0))), gas_);
    }

    /// @dev Each time relayed anew.
    function deliverRouted(uint64 message, uint8 nonceOffset, uint24 gas_) external {
        if (_sent.length == 0) return;
        (uint64 index, uint64 nonce) = _index(message, nonceOffset);
        IMessageService.DeliveryProof memory proof = _proveRelayed(_relay(_sent[index].log), nonce);
        _try(abi.encodeCall(IMessageService.deliverRouted, (SOURCE, proof, address(0))), gas_);
    }

    /// @dev Up to four, from one on.
    function deliverBatch(uint64 message, uint8 count, uint24 gas_) external {
        if (_sent.length == 0) return;
        uint64 first = uint64(message % _sent.length);
        uint256 left = _sent.length - first;
        MessageProofs.Log[] memory logs = new MessageProofs.Log[](left < 4 ? left : 1 + count % 4);
        for (uint64 i = 0; i < logs.length; ++i) {
            logs[i] = _sent[first + i].log;
        }
        _try(abi.encodeCall(IMessageService.deliverBatch, (SOURCE, _proveBatch(logs, first), address(0))), gas_);
    }

    function retry(uint64 message, uint8 nonceOffset, uint24 gas_) external {
        if (_sent.length == 0) return;
        (uint64 index, uint64 nonce) = _index(message, nonceOffset);
        IMessageService.Body memory body = _body(_sent[index].log, nonce);
        _try(abi.encodeCall(IMessageService.retry, (SOURCE, body, 0, address(0))), gas_);
    }

    function skip(uint64 message) external {
        if (_sent.length == 0) return;
        uint64 index = uint64(message % _sent.length);
        _try(abi.encodeCall(IMessageService.skip, (SOURCE, _prove(_sent[index].log, index))), 0);
    }

    /// @dev Asks on the source chain, if the message is cancellable, and brings it here.
    function cancel(uint64 message) external {
        if (_sent.length == 0) return;
        uint64 index = uint64(message % _sent.length);
        vm.recordLogs();
        vm.chainId(SOURCE);
        vm.prank(SENDER);
        try source.cancel(DESTINATION, _body(_sent[index].log, index)) {}
        catch {
            vm.chainId(DESTINATION);
            return;
        }
        vm.chainId(DESTINATION);
        IMessageService.DeliveryProof memory proof = _prove(_last(IMessageService.CancellationRequested.selector), 0);
        if (_try(abi.encodeCall(IMessageService.acceptCancellation, (SOURCE, proof)), 0)) isCancelled[index] = true;
    }

    function setMood(uint256 recipient, uint8 mood, uint64 message) external {
        bytes memory again = "";
        if (_sent.length != 0) {
            uint64 index = uint64(message % _sent.length);
            MessageProofs.Log memory log = _sent[index].log;
            if (mood & 0xc0 == 0) {
                again = abi.encodeCall(IMessageService.retry, (SOURCE, _body(log, index), 0, address(0)));
            } else if (mood & 0x80 == 0) {
                again = abi.encodeCall(IMessageService.deliver, (SOURCE, _prove(log, index), address(0)));
            } else {
                IMessageService.DeliveryProof memory proof = _proveRelayed(_relay(log), index);
                again = abi.encodeCall(IMessageService.deliverRouted, (SOURCE, proof, address(0)));
            }
        }
        recipients[recipient % 3].set(mood, again);
    }

    function pause() external {
        destination.pause(SOURCE, IMessageService.Direction.Delivering);
    }

    function pass(uint16 time) external {
        vm.warp(_now() + time % (PERIOD / 2));
    }

    /// @dev Once nothing is paused and all recipients are well, everything that has not expired or been cancelled is delivered, and every
    /// order goes on behind what has: S15.
    function finish() external {
        _unpause();
        for (uint256 i = 0; i < 3; ++i) {
            recipients[i].set(7, "");
        }
        for (uint64 nonce = 0; nonce < _sent.length; ++nonce) {
            Sent memory message = _sent[nonce];
            if (!_isSettled(nonce) && _now() < message.notBefore) vm.warp(message.notBefore);
            bool next = message.ordered && message.place == _nextPlace(message.recipient);
            // What was cancelled holds up its order until its deadline.
            if (_isSettled(nonce) && next && _now() <= message.deadline) vm.warp(message.deadline + 1);
            if (message.deadline != 0 && _now() > message.deadline) {
                if (next) destination.skip(SOURCE, _prove(message.log, nonce));
            } else if (!_isSettled(nonce)) {
                destination.deliver(SOURCE, _prove(message.log, nonce), address(0));
                assertTrue(_isSettled(nonce));
            }
        }
    }

    function sent() external view returns (uint64) {
        return uint64(_sent.length);
    }

    function isSettled(uint64 nonce) external view returns (bool) {
        return _isSettled(nonce);
    }

    function hasFailed(uint64 nonce) external view returns (bool) {
        return destination.hasFailed(idOf(nonce));
    }

    /// @dev How often the recipient has accepted a message.
    function accepted(uint64 nonce) external view returns (uint256) {
        return _sent[nonce].recipient.accepted(idOf(nonce));
    }

    /// @dev Place of a message that has one, or the largest number.
    function placeOf(bytes32 id) external view returns (uint64) {
        for (uint64 i = 0; i < _sent.length; ++i) {
            if (idOf(i) == id && _sent[i].ordered) return _sent[i].place;
        }
        return type(uint64).max;
    }

    function idOf(uint64 message) public view returns (bytes32) {
        return _sent[message].log.topics[1];
    }

    function _unpause() private {
        destination.unpause(SOURCE, IMessageService.Direction.Delivering);
    }

    function _try(bytes memory call_, uint24 gas_) private returns (bool success) {
        uint256 limit = gas_ == 0 ? 5_000_000 : 100_000 + uint256(gas_) % 6_000_000;
        (success,) = address(destination).call{gas: limit}(call_);
    }

    function _nextPlace(Fickle recipient) private view returns (uint64) {
        bytes memory to = _address(DESTINATION, address(recipient));
        return destination.nextPlace(SOURCE, address(source), _address(SOURCE, SENDER), to);
    }

    function _index(uint64 message, uint8 nonceOffset) private view returns (uint64 index, uint64 nonce) {
        index = uint64(message % _sent.length);
        nonce = nonceOffset < 200 ? index : index ^ nonceOffset;
    }

    function _now() private view returns (uint64) {
        return uint64(vm.getBlockTimestamp());
    }
}
