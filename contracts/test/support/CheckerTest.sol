// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMessageChecker} from "../../src/interfaces/IMessageChecker.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {MessageChecker} from "../../src/mos/MessageChecker.sol";
import {MessageAttribute as A} from "./MessageAttribute.sol";
import {MessageProofs} from "./MessageProofs.sol";
import {MessageTest} from "./MessageTest.sol";
import {StateTries} from "./StateTries.sol";
import {Recorder} from "./recipients/Recorder.sol";

/// @title The two chains with a checker on the source chain, which is shown the destination's real storage
/// @notice Every test begins and ends on the destination chain.
abstract contract CheckerTest is MessageTest, StateTries {
    uint64 internal constant DEADLINE = NOW + 1000;

    MessageChecker internal checker;
    Recorder internal recipient;

    /// @dev A message that was sent, and how it can be delivered.
    struct Sent {
        bytes32 id;
        uint64 nonce;
        MessageProofs.Log log;
        IMessageService.Body body;
    }

    function setUp() public virtual override {
        _recordStorage();
        super.setUp();
        checker = new MessageChecker(source);
        recipient = new Recorder();
    }

    function _sent(bytes[] memory attributes) internal returns (Sent memory sent) {
        sent.nonce = source.nextNonce(DESTINATION);
        sent.log = _send(address(recipient), abi.encode("payload", sent.nonce), attributes);
        sent.id = sent.log.topics[1];
        sent.body = _body(sent.log, sent.nonce);
    }

    /// @dev A message with `DEADLINE` that can be cancelled.
    function _sentWithDeadline() internal returns (Sent memory) {
        return _sent(A.list(A.deliverBefore(DEADLINE), A.cancellable()));
    }

    /// @dev Delivers a message and returns the event.
    function _delivered(Sent memory sent, address payee) internal returns (MessageProofs.Log memory) {
        return _deliverAndLog(_prove(sent.log, sent.nonce), payee);
    }

    /// @dev Has the sender cancel a message, the destination accept it, and returns the event there.
    function _cancelled(Sent memory sent) internal returns (MessageProofs.Log memory) {
        IMessageService.DeliveryProof memory proof = _prove(_cancel(sent.body), 0);
        vm.recordLogs();
        destination.acceptCancellation(SOURCE, proof);
        return _last(IMessageService.MessageCancelled.selector);
    }

    /// @dev What the destination's storage is now says of the bit of a nonce, in a block of the given time.
    function _expiry(uint64 nonce, uint64 time) internal returns (IMessageChecker.ExpiryProof memory proof) {
        return _expiryOf(_settledSlot(SOURCE, address(source), nonce), time);
    }

    function _expiryOf(bytes32 slot, uint64 time) internal returns (IMessageChecker.ExpiryProof memory proof) {
        return _expiryOf(address(destination), slot, time);
    }

    function _expiryOf(address account, bytes32 slot, uint64 time)
        internal
        returns (IMessageChecker.ExpiryProof memory proof)
    {
        address[] memory accounts = new address[](4);
        (accounts[0], accounts[1]) = (address(destination), address(source));
        (accounts[2], accounts[3]) = (address(heads), address(recipient));
        bytes32 stateRoot;
        (stateRoot, proof.accountProof, proof.storageProof) = _state(accounts, account, slot);
        proof.absent = vm.load(address(destination), slot) == 0;
        proof.headers = new bytes[](1);
        proof.headers[0] = MessageProofs.header(0, stateRoot, keccak256("receipts"), 5, time);
        proof.headId = _newHead(DESTINATION, keccak256(proof.headers[0]));
    }

    /// @dev Where the bits are, as section 5 of the spec has it.
    function _settledSlot(uint256 sourceChainId, address gateway, uint64 nonce) internal pure returns (bytes32) {
        bytes32 base = keccak256(abi.encode(uint256(keccak256("heliograph.settled")) - 1)) & ~bytes32(uint256(0xff));
        bytes32 ofChain = keccak256(abi.encode(sourceChainId, base));
        return keccak256(abi.encode(uint256(nonce) / 256, keccak256(abi.encode(gateway, ofChain))));
    }

    // ── On the source chain ─────────────────────────────────────────────────────────────────────────────────────

    modifier onSource() {
        vm.chainId(SOURCE);
        _;
        vm.chainId(DESTINATION);
    }

    function _acknowledge(MessageProofs.Log memory log) internal {
        _acknowledge(_proveOn(DESTINATION, log, 0));
    }

    function _acknowledge(IMessageService.DeliveryProof memory proof) internal onSource {
        checker.acknowledge(DESTINATION, proof);
    }

    function _rejectsAcknowledgement(bytes memory error, IMessageService.DeliveryProof memory proof) internal onSource {
        vm.expectRevert(error);
        checker.acknowledge(DESTINATION, proof);
    }

    function _proveCancelled(IMessageService.DeliveryProof memory proof) internal onSource {
        checker.proveCancelled(DESTINATION, proof);
    }

    function _rejectsCancelled(bytes memory error, IMessageService.DeliveryProof memory proof) internal onSource {
        vm.expectRevert(error);
        checker.proveCancelled(DESTINATION, proof);
    }

    function _proveExpired(Sent memory sent, IMessageChecker.ExpiryProof memory proof) internal onSource {
        assertEq(checker.proveExpired(DESTINATION, sent.body, proof), sent.id);
    }

    function _rejectsExpired(
        bytes memory error,
        IMessageService.Body memory body,
        IMessageChecker.ExpiryProof memory proof
    ) internal onSource {
        vm.expectRevert(error);
        checker.proveExpired(DESTINATION, body, proof);
    }

    function _alreadySettled(bytes32 id) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IMessageService.MessageAlreadySettled.selector, id);
    }

    function _notExpired(bytes32 id, uint64 deadline, uint64 time) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IMessageService.MessageNotExpired.selector, id, deadline, time);
    }

    function _notSent(bytes32 id) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IMessageChecker.CheckerNotSent.selector, id);
    }

    /// @dev Who seems to have signed another digest with the first of the signatures.
    function _recovered(bytes32 digest, bytes memory signatures) internal pure returns (address) {
        bytes32 r;
        bytes32 s;
        assembly ("memory-safe") {
            r := mload(add(signatures, 0x20))
            s := mload(add(signatures, 0x40))
        }
        return ecrecover(digest, uint8(signatures[64]), r, s);
    }

    function _assertOutcome(bytes32 id, IMessageChecker.Outcome expected, address expectedPayee) internal view {
        (IMessageChecker.Outcome outcome, address payee) = checker.outcomeOf(id);
        assertEq(uint8(outcome), uint8(expected));
        assertEq(payee, expectedPayee);
    }
}
