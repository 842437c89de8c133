// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ILightClient} from "../interfaces/ILightClient.sol";
import {ILightProver} from "../interfaces/map/ILightProver.sol";
import {IMapLightVerifier} from "../interfaces/map/IMapLightVerifier.sol";
import {BlockHistory} from "../libraries/BlockHistory.sol";
import {MPTBatch} from "../libraries/MPTBatch.sol";
import {ReceiptBatch} from "../libraries/ReceiptBatch.sol";
import {ReceiptLog} from "../libraries/ReceiptLog.sol";
import {LightProof} from "./LightProof.sol";

/// @title Proofs of logs under a light client
/// @notice Without state, owner or upgrade. It establishes what the client does and the logs of receipts under that, and assumes nothing but
/// that the client is right. Transactions of types 0 to 4 are read (RCT-2).
abstract contract LightProver is ILightProver {
    ReceiptLog.TypePolicy private constant TYPES = ReceiptLog.TypePolicy.Known;

    ILightClient private immutable CLIENT;

    constructor(ILightClient client_) {
        CLIENT = client_;
    }

    /// @inheritdoc ILightProver
    function proveLog(uint256 logIndex, bytes calldata receiptProof)
        external
        view
        returns (IMapLightVerifier.TxLog memory)
    {
        return _logOf(_receiptOf(receiptProof), logIndex);
    }

    /// @inheritdoc ILightProver
    function proveReceipt(bytes calldata receiptProof) external view returns (bytes memory logs) {
        return ReceiptLog.logsOf(_receiptOf(receiptProof), TYPES);
    }

    /// @inheritdoc ILightProver
    function proveLogs(bytes calldata blockProof, LogQuery[] calldata queries, bytes[] calldata nodes)
        external
        view
        returns (IMapLightVerifier.TxLog[] memory logs)
    {
        (bytes32 receiptsRoot, bytes calldata rest) = _receiptsRoot(blockProof);
        LightProof.requireEnd(blockProof, rest);
        MPTBatch.Batch memory batch = MPTBatch.open(receiptsRoot, nodes);
        logs = new IMapLightVerifier.TxLog[](queries.length);
        uint256 receipt;
        for (uint256 i = 0; i < queries.length; ++i) {
            uint64 index = queries[i].transactionIndex;
            if (i == 0 || index != queries[i - 1].transactionIndex) {
                receipt = MPTBatch.place(ReceiptBatch.next(batch, index));
            }
            logs[i] = _logOf(MPTBatch.valueAt(receipt), queries[i].logIndex);
        }
        MPTBatch.close(batch);
    }

    /// @inheritdoc ILightProver
    function client() external view returns (ILightClient) {
        return CLIENT;
    }

    /// @dev The receipts root of the block that an update proves, and what is behind the block.
    /// @param behind What is behind the update.
    function _ofUpdate(bytes calldata update, bytes calldata behind)
        internal
        view
        virtual
        returns (bytes32 receiptsRoot, bytes calldata rest);

    /// @dev The receipts root of a head, and what is behind the block.
    /// @param behind What is behind the id.
    function _ofHead(uint64 headId, bytes calldata behind)
        internal
        view
        virtual
        returns (bytes32 receiptsRoot, bytes calldata rest);

    /// @dev The receipts root of the block that a proof begins with, and what is behind the block. Of an older block this is general; all else
    /// depends on what the client answers.
    function _receiptsRoot(bytes calldata proof) private view returns (bytes32 receiptsRoot, bytes calldata rest) {
        uint256 kind = LightProof.kindOf(proof);
        uint64 headId;
        if (kind == LightProof.HEAD) {
            (headId, rest) = LightProof.splitHead(proof);
            return _ofHead(headId, rest);
        }
        if (kind == LightProof.UPDATE) {
            bytes calldata update;
            (update, rest) = LightProof.splitUpdate(proof);
            return _ofUpdate(update, rest);
        }
        if (kind != LightProof.OLDER) revert BlockHistory.AncestryKind(kind);
        bytes calldata ancestry;
        (headId, ancestry, rest) = LightProof.splitOlder(proof);
        return LightProof.openHeaders(CLIENT.ancestorHash(headId, ancestry), rest);
    }

    function _receiptOf(bytes calldata proof) private view returns (bytes calldata receipt) {
        (bytes32 receiptsRoot, bytes calldata rest) = _receiptsRoot(proof);
        (uint64 transactionIndex, bytes calldata nodes) = LightProof.splitReceipt(rest);
        return ReceiptLog.receiptAtPacked(receiptsRoot, transactionIndex, nodes);
    }

    function _logOf(bytes calldata receipt, uint256 logIndex)
        private
        pure
        returns (IMapLightVerifier.TxLog memory log)
    {
        bytes calldata topics;
        bytes calldata data;
        (log.addr, topics, data) = ReceiptLog.logOf(receipt, TYPES, logIndex);
        log.data = data;
        log.topics = new bytes32[](ReceiptLog.topicCount(topics));
        for (uint256 i = 0; i < log.topics.length; ++i) {
            log.topics[i] = ReceiptLog.topic(topics, i);
        }
    }
}
