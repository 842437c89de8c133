// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {InteroperableAddressEVM} from "../../src/libraries/InteroperableAddressEVM.sol";
import {MessageService} from "../../src/mos/MessageService.sol";
import {MessageHeads} from "./MessageHeads.sol";
import {MessageProofs} from "./MessageProofs.sol";
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IERC7786GatewaySource} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {Test, Vm} from "forge-std/Test.sol";

/// @title Two message services on two chains that share one EVM, and real proofs between them
abstract contract MessageTest is Test {
    uint256 internal constant SOURCE = 11_155_111;
    uint256 internal constant DESTINATION = 560_048;
    uint256 internal constant RECIPIENT_GAS = 1_000_000;

    address internal constant SENDER = address(0x5e4de5);

    MessageHeads internal heads;
    MessageService internal source;
    MessageService internal destination;
    mapping(uint64 nonce => bytes32) internal _idOf; // of the messages proven by `_sendAndProve`
    uint64 private _headId;

    function setUp() public virtual {
        AccessManager authority = new AccessManager(address(this));
        heads = new MessageHeads();
        source = new MessageService(address(authority), heads, RECIPIENT_GAS);
        destination = new MessageService(address(authority), heads, RECIPIENT_GAS);
        source.setLane(DESTINATION, address(destination));
        destination.setLane(SOURCE, address(source));
        vm.chainId(DESTINATION);
    }

    function _address(uint256 chainId, address account) internal pure returns (bytes memory) {
        return InteroperableAddressEVM.encode(chainId, account);
    }

    /// @dev Sends from the source chain and returns the event as a log.
    function _send(address recipient, bytes memory payload) internal returns (MessageProofs.Log memory log) {
        return _send(SENDER, _address(DESTINATION, recipient), payload);
    }

    function _send(address from, bytes memory recipient, bytes memory payload)
        internal
        returns (MessageProofs.Log memory log)
    {
        vm.chainId(SOURCE);
        vm.recordLogs();
        vm.prank(from);
        source.sendMessage(recipient, payload, new bytes[](0));
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
        proof.headId = ++_headId;
        heads.setHead(chainId, proof.headId, keccak256(proof.headers[0]));
    }

    function _sendAndProve(address recipient, bytes memory payload)
        internal
        returns (IMessageService.DeliveryProof memory)
    {
        uint64 nonce = source.nextNonce(DESTINATION);
        MessageProofs.Log memory log = _send(recipient, payload);
        _idOf[nonce] = log.topics[1];
        return _prove(log, nonce);
    }

    function _isDelivered(uint64 nonce) internal view returns (bool) {
        return destination.isDelivered(SOURCE, address(source), nonce);
    }
}
