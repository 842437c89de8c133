// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {IAttestors} from "../interfaces/IAttestors.sol";
import {ILightClient} from "../interfaces/ILightClient.sol";
import {ILightClientManager} from "../interfaces/ILightClientManager.sol";
import {IMessageHub} from "../interfaces/IMessageHub.sol";
import {IMessageService} from "../interfaces/IMessageService.sol";
import {BlockHeader} from "../libraries/BlockHeader.sol";
import {InteroperableAddressEVM} from "../libraries/InteroperableAddressEVM.sol";
import {MPTBatch} from "../libraries/MPTBatch.sol";
import {MessageAttributes} from "../libraries/MessageAttributes.sol";
import {MessageLib} from "../libraries/MessageLib.sol";
import {MessageSource} from "../libraries/MessageSource.sol";
import {ReceiptBatch} from "../libraries/ReceiptBatch.sol";
import {ReceiptLog} from "../libraries/ReceiptLog.sol";
import {MessageProver} from "./MessageProver.sol";
import {IERC7786GatewaySource} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @title What is to be proven of a message before it may be delivered
/// @notice Establishes for its caller, which is the message service of a lane's destination, that a message was sent to it on the lane that
/// it names, and what it says. Assumes what the lane's policy says, and nothing about who supplies the proof. It has no state, no owner
/// and no right anywhere, and answers everyone the same about themselves.
contract MessageVerifier is MessageProver {
    using InteroperableAddressEVM for bytes;

    /// @notice A message that was sent to the caller: what its delivery needs.
    /// @param recipient The account; whether it can be called is not looked at.
    /// @param order What the messages of its order have in common (MSG-19); zero if it has no place.
    /// @param sender ERC-7930 address.
    struct Verified {
        bytes32 id;
        uint64 nonce;
        address recipient;
        bytes32 order;
        MessageAttributes.Terms terms;
        bytes sender;
        bytes payload;
    }

    constructor(ILightClientManager clients_) MessageProver(clients_) {}

    /// @notice The message that a log proves: MSG-16, then as in section 3 of `spec/message.md` up to MSG-14, or by the word of a hub as in
    /// section 4.
    function verify(uint256, IMessageService.DeliveryProof calldata proof) external view returns (Verified memory) {
        MessageSource.Source calldata source = MessageSource.appended();
        bytes32 topic = source.routed ? IMessageHub.MessageRelayed.selector : IERC7786GatewaySource.MessageSent.selector;
        (bytes calldata topics, bytes calldata data) = _proveLog(_client(source), proof, source.witness.hub, topic);
        if (source.routed) _requireRelayed(source, topics, data);
        else MessageLib.requireSent(topics, data);
        return _message(source, topics, data, proof.nonce, proof.attestations);
    }

    /// @notice The messages that logs of one block prove: as `verify` of each (BAT-1 to BAT-3).
    function verifyBatch(uint256, IMessageService.BatchProof calldata proof)
        external
        view
        returns (Verified[] memory messages)
    {
        MessageSource.Source calldata source = MessageSource.appended();
        ReceiptBatch.Log[] memory logs = _proveLogs(source, proof);
        messages = new Verified[](logs.length);
        for (uint256 i = 0; i < logs.length; ++i) {
            IMessageService.BatchItem calldata item = proof.items[i];
            bytes calldata topics = MPTBatch.valueAt(logs[i].topics);
            bytes calldata data = MPTBatch.valueAt(logs[i].data);
            MessageLib.requireSent(topics, data);
            messages[i] = _message(source, topics, data, item.nonce, item.attestations);
        }
    }

    /// @notice What the source gateway has been asked to cancel, of the messages to the caller's chain (MSG-16 up to MSG-17).
    function verifyCancellation(uint256, IMessageService.DeliveryProof calldata proof)
        external
        view
        returns (bytes32 id, uint64 nonce)
    {
        MessageSource.Source calldata source = MessageSource.appended();
        (bytes calldata topics, bytes calldata data) =
            _proveLog(_client(source), proof, source.gateway, IMessageService.CancellationRequested.selector);
        nonce = MessageLib.decodeCancellation(topics, data);
        _requireChain(block.chainid, uint256(ReceiptLog.topic(topics, 2)));
        id = ReceiptLog.topic(topics, 1);
        _requireAttested(source, IAttestors.Statement.CancellationRequested, id, proof.attestations);
    }

    /// @dev MSG-16, then head, ancestry and headers once, and the logs of all items.
    function _proveLogs(MessageSource.Source calldata source, IMessageService.BatchProof calldata proof)
        private
        view
        returns (ReceiptBatch.Log[] memory)
    {
        BlockHeader.Header memory header = _proveHeader(_client(source), proof.headId, proof.ancestry, proof.headers);
        ReceiptBatch.Query[] memory queries = new ReceiptBatch.Query[](proof.items.length);
        for (uint256 i = 0; i < queries.length; ++i) {
            queries[i] = ReceiptBatch.Query({
                transactionIndex: proof.items[i].transactionIndex,
                logIndex: proof.items[i].logIndex,
                emitter: source.gateway,
                topic0: IERC7786GatewaySource.MessageSent.selector
            });
        }
        return ReceiptBatch.prove(header.receiptsRoot, queries, proof.nodes, ReceiptLog.TypePolicy.Known);
    }

    /// @dev MSG-16.
    function _client(MessageSource.Source calldata source) private view returns (ILightClient) {
        return _clientUnder(source.witness.hubChainId, source.witness.assumption);
    }

    /// @dev MSG-3, MSG-5, MSG-6, MSG-17, MSG-2, MSG-13, MSG-14, of a log that is canonical.
    function _message(
        MessageSource.Source calldata source,
        bytes calldata topics,
        bytes calldata data,
        uint64 nonce,
        bytes calldata attestations
    ) private view returns (Verified memory message) {
        message.recipient = _recipient(source, data);
        message.nonce = nonce;
        message.sender = MessageLib.sender(data);
        message.payload = MessageLib.payload(data);
        _bind(source, data, message, ReceiptLog.topic(topics, 1));
        _requireAttested(source, IAttestors.Statement.Sent, message.id, attestations);
        message.terms = MessageAttributes.read(MessageLib.attributes(data), MessageAttributes.List.Carried);
        if (message.terms.ordered) {
            message.order = MessageLib.orderOf(message.sender, MessageLib.recipient(data));
        }
    }

    /// @dev MSG-3, MSG-5.
    function _recipient(MessageSource.Source calldata source, bytes calldata data)
        private
        view
        returns (address account)
    {
        (uint256 senderChainId,) = MessageLib.sender(data).decode();
        uint256 recipientChainId;
        (recipientChainId, account) = MessageLib.recipient(data).decode();
        _requireChain(source.chainId, senderChainId);
        _requireChain(block.chainid, recipientChainId);
    }

    /// @dev MSG-6: the id is that of the proven fields, on the lane to the caller, under the nonce that was supplied.
    function _bind(MessageSource.Source calldata source, bytes calldata data, Verified memory message, bytes32 proven)
        private
        view
    {
        MessageLib.Lane memory lane = MessageLib.Lane(source.chainId, source.gateway, block.chainid, msg.sender);
        message.id = MessageLib.idIn(data, lane, message.nonce);
        if (message.id != proven) revert IMessageService.MessageIdMismatch(proven, message.id);
    }

    /// @dev MSG-17.
    function _requireAttested(
        MessageSource.Source calldata source,
        IAttestors.Statement statement,
        bytes32 id,
        bytes calldata attestations
    ) private view {
        _requireAttested(source.attested, source.attestors, source.chainId, statement, id, attestations);
    }

    /// @dev MSG-12: what the hub relayed was sent on the lane's chain, by the lane's gateway.
    function _requireRelayed(MessageSource.Source calldata source, bytes calldata topics, bytes calldata data)
        private
        pure
    {
        MessageLib.requireRelayed(topics, data);
        _requireChain(source.chainId, uint256(ReceiptLog.topic(topics, 2)));
        bytes32 gateway = ReceiptLog.topic(topics, 3);
        if (gateway != bytes32(uint256(uint160(source.gateway)))) {
            revert IMessageService.MessageRelayedGateway(source.gateway, gateway);
        }
    }

    /// @dev MSG-5.
    function _requireChain(uint256 expected, uint256 got) private pure {
        if (expected != got) revert IMessageService.MessageWrongChain(expected, got);
    }
}
