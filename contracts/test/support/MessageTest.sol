// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IAttestors} from "../../src/interfaces/IAttestors.sol";
import {Assumption} from "../../src/interfaces/ILightClient.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {InteroperableAddressEVM} from "../../src/libraries/InteroperableAddressEVM.sol";
import {Attestors} from "../../src/mos/Attestors.sol";
import {MessageService} from "../../src/mos/MessageService.sol";
import {MessageVerifier} from "../../src/mos/MessageVerifier.sol";
import {MessageHeads} from "./MessageHeads.sol";
import {MessageProofs} from "./MessageProofs.sol";
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IERC7786GatewaySource} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {Test, Vm} from "forge-std/Test.sol";

/// @title Two message services on two chains that share one EVM, and real proofs between them
/// @notice Lanes rest on the sync committee and are not attested. This contract has every role. The clock is at `NOW`.
abstract contract MessageTest is Test {
    uint256 internal constant SOURCE = 11_155_111;
    uint256 internal constant DESTINATION = 560_048;
    uint256 internal constant RECIPIENT_GAS = 1_000_000;
    uint64 internal constant NOW = 1_800_000_000;

    address internal constant SENDER = address(0x5e4de5);

    AccessManager internal authority;
    MessageHeads internal heads;
    MessageVerifier internal verifier;
    Attestors internal attestors;
    MessageService internal source;
    MessageService internal destination;
    mapping(uint64 nonce => bytes32) internal _idOf; // of the messages proven by `_sendAndProve`
    uint64 private _headId;
    uint256[3] private _keys; // of the attestors, in the order of their addresses

    function setUp() public virtual {
        authority = new AccessManager(address(this)); // before the clock is put forward: roles hold at any time
        vm.warp(NOW);
        heads = new MessageHeads();
        heads.follow(SOURCE);
        heads.follow(DESTINATION);
        verifier = new MessageVerifier(heads);
        attestors = new Attestors(address(authority));
        source = _service(RECIPIENT_GAS);
        destination = _service(RECIPIENT_GAS);
        _setLane(source, DESTINATION, address(destination));
        _setLane(destination, SOURCE, address(source));
        vm.chainId(DESTINATION);
    }

    function _service(uint256 recipientGas) internal returns (MessageService) {
        return new MessageService(address(authority), verifier, attestors, recipientGas);
    }

    /// @dev A lane as most are: by the sync committee, without attestations.
    function _setLane(IMessageService service, uint256 chainId, address gateway) internal {
        service.setLane(chainId, gateway, Assumption.SyncCommittee, false);
    }

    function _address(uint256 chainId, address account) internal pure returns (bytes memory) {
        return InteroperableAddressEVM.encode(chainId, account);
    }

    /// @dev Sends from the source chain and returns the event as a log.
    function _send(address recipient, bytes memory payload) internal returns (MessageProofs.Log memory log) {
        return _send(recipient, payload, new bytes[](0));
    }

    function _send(address recipient, bytes memory payload, bytes[] memory attributes)
        internal
        returns (MessageProofs.Log memory log)
    {
        return _send(SENDER, _address(DESTINATION, recipient), payload, attributes);
    }

    function _send(address from, bytes memory recipient, bytes memory payload)
        internal
        returns (MessageProofs.Log memory log)
    {
        return _send(from, recipient, payload, new bytes[](0));
    }

    function _send(address from, bytes memory recipient, bytes memory payload, bytes[] memory attributes)
        internal
        returns (MessageProofs.Log memory log)
    {
        vm.chainId(SOURCE);
        vm.recordLogs();
        vm.prank(from);
        source.sendMessage(recipient, payload, attributes);
        log = _lastSent();
        vm.chainId(DESTINATION);
    }

    /// @dev The `MessageSent` among the recorded logs.
    function _lastSent() internal returns (MessageProofs.Log memory log) {
        return _last(IERC7786GatewaySource.MessageSent.selector);
    }

    /// @dev The last of the recorded logs of an event.
    function _last(bytes32 topic) internal returns (MessageProofs.Log memory log) {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = logs.length; i > 0; --i) {
            Vm.Log memory found = logs[i - 1];
            if (found.topics[0] != topic) continue;
            return MessageProofs.Log(found.emitter, found.topics, found.data);
        }
        revert("no such log");
    }

    /// @dev All of a message that `log` announces but its lane.
    function _body(MessageProofs.Log memory log, uint64 nonce)
        internal
        pure
        returns (IMessageService.Body memory body)
    {
        body.nonce = nonce;
        (body.sender, body.recipient, body.payload,, body.attributes) =
            abi.decode(log.data, (bytes, bytes, bytes, uint256, bytes[]));
    }

    /// @dev The id of a message on the lane from the source to the destination, as the spec has it.
    function _id(IMessageService.Body memory body) internal view returns (bytes32) {
        return _id(address(source), address(destination), body);
    }

    function _id(address from, address to, IMessageService.Body memory body) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                keccak256("heliograph.message.v2"),
                SOURCE,
                from,
                DESTINATION,
                to,
                body.nonce,
                body.sender,
                body.recipient,
                body.payload,
                body.attributes
            )
        );
    }

    /// @dev Has the sender ask on the source chain that a message be cancelled, and returns the event as a log.
    function _cancel(IMessageService.Body memory body) internal returns (MessageProofs.Log memory log) {
        vm.chainId(SOURCE);
        vm.recordLogs();
        vm.prank(SENDER);
        source.cancel(DESTINATION, body);
        log = _last(IMessageService.CancellationRequested.selector);
        vm.chainId(DESTINATION);
    }

    /// @dev Delivers on the destination and returns `MessageDelivered` as a log, for the source to be proven to.
    function _deliverAndLog(IMessageService.DeliveryProof memory proof, address payee)
        internal
        returns (MessageProofs.Log memory)
    {
        vm.recordLogs();
        destination.deliver(SOURCE, proof, payee);
        return _last(IMessageService.MessageDelivered.selector);
    }

    /// @dev The proof of a log that is alone in its receipt, its block being a new head.
    function _prove(MessageProofs.Log memory log, uint64 nonce)
        internal
        returns (IMessageService.DeliveryProof memory)
    {
        return _proveOn(SOURCE, log, nonce);
    }

    function _proveOn(uint256 chainId, MessageProofs.Log memory log, uint64 nonce)
        internal
        returns (IMessageService.DeliveryProof memory)
    {
        MessageProofs.Log[] memory logs = new MessageProofs.Log[](1);
        logs[0] = log;
        return _proveReceiptOn(chainId, MessageProofs.receipt(true, logs), nonce);
    }

    function _proveReceipt(bytes memory receipt, uint64 nonce) internal returns (IMessageService.DeliveryProof memory) {
        return _proveReceiptOn(SOURCE, receipt, nonce);
    }

    function _proveReceiptOn(uint256 chainId, bytes memory receipt, uint64 nonce)
        internal
        returns (IMessageService.DeliveryProof memory proof)
    {
        proof.receiptProof = MessageProofs.leaf(receipt);
        proof.nonce = nonce;
        proof.headers = new bytes[](1);
        proof.headers[0] = MessageProofs.header(0, keccak256(proof.receiptProof[0]), ++_headId);
        _setHeadOn(chainId, proof);
    }

    /// @dev Makes the block of the newest header a verified head.
    function _setHead(IMessageService.DeliveryProof memory proof) internal {
        _setHeadOn(SOURCE, proof);
    }

    function _setHeadOn(uint256 chainId, IMessageService.DeliveryProof memory proof) internal {
        proof.headId = _newHead(chainId, keccak256(proof.headers[0]));
    }

    /// @dev Makes a block a verified head of a chain.
    function _newHead(uint256 chainId, bytes32 blockHash) internal returns (uint64) {
        heads.setHead(chainId, ++_headId, blockHash);
        return _headId;
    }

    function _sendAndProve(address recipient, bytes memory payload)
        internal
        returns (IMessageService.DeliveryProof memory)
    {
        return _sendAndProve(recipient, payload, new bytes[](0));
    }

    function _sendAndProve(address recipient, bytes memory payload, bytes[] memory attributes)
        internal
        returns (IMessageService.DeliveryProof memory)
    {
        uint64 nonce = source.nextNonce(DESTINATION);
        MessageProofs.Log memory log = _send(recipient, payload, attributes);
        _idOf[nonce] = log.topics[1];
        return _prove(log, nonce);
    }

    function _isSettled(uint64 nonce) internal view returns (bool) {
        return destination.isSettled(SOURCE, address(source), nonce);
    }

    /// @dev Three attestors for a chain, of whom two have to sign. All chains have the same.
    function _setAttestors(uint256 chainId) internal {
        uint256[3] memory keys = [uint256(0xa), 0xb, 0xc];
        address[] memory signers = new address[](3);
        for (uint256 i = 0; i < 3; ++i) {
            for (uint256 j = i; j > 0 && vm.addr(keys[j]) < vm.addr(keys[j - 1]); --j) {
                (keys[j], keys[j - 1]) = (keys[j - 1], keys[j]);
            }
        }
        for (uint256 i = 0; i < 3; ++i) {
            signers[i] = vm.addr(keys[i]);
        }
        _keys = keys;
        attestors.setAttestors(chainId, signers, 2);
    }

    /// @dev Signatures of as many attestors as have to sign, to be consumed on the chain where this is called.
    function _attest(uint256 chainId, IAttestors.Statement statement, bytes32 id) internal view returns (bytes memory) {
        return _sign(attestors.attestationDigest(chainId, statement, id));
    }

    function _sign(bytes32 digest) internal view returns (bytes memory signatures) {
        for (uint256 i = 0; i < 2; ++i) {
            (uint8 v, bytes32 r, bytes32 s) = vm.sign(_keys[i], digest);
            signatures = bytes.concat(signatures, r, s, bytes1(v));
        }
    }
}
