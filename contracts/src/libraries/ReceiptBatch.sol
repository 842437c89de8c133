// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTBatch} from "./MPTBatch.sol";
import {ReceiptLog} from "./ReceiptLog.sol";

/// @title Many receipts of a block
/// @notice Establishes for many logs of one block what `ReceiptLog` does for one, from a list in which the nodes that their receipts
/// share stand once: see `MPTBatch`. Assumes that keccak-256 is collision resistant.
/// @dev Receipts come in the order of their keys, which is 1 to 127, 0, 128 and so on.
library ReceiptBatch {
    /// @notice A log that is asked for.
    struct Query {
        uint64 transactionIndex;
        uint256 logIndex; // within the receipt
        address emitter; // contract that has to have emitted it
        bytes32 topic0; // its first topic
    }

    /// @notice Where a log is in calldata: `MPTBatch.valueAt` makes of the places what `ReceiptLog.select` returns.
    struct Log {
        uint256 topics;
        uint256 data;
    }

    /// @notice The logs that are asked for (RCT-1 to RCT-9, BAT-1 to BAT-3).
    /// @param receiptsRoot Receipts root of the block.
    /// @param queries In the order of the receipts' keys; logs of one receipt behind each other, in any order.
    /// @param nodes The nodes of the proofs of all receipts, see `MPTBatch`.
    /// @param policy Which transaction types to read.
    function prove(bytes32 receiptsRoot, Query[] memory queries, bytes[] calldata nodes, ReceiptLog.TypePolicy policy)
        internal
        pure
        returns (Log[] memory logs)
    {
        MPTBatch.Batch memory batch = MPTBatch.open(receiptsRoot, nodes);
        logs = new Log[](queries.length);
        uint256 receipt;
        for (uint256 i = 0; i < queries.length; ++i) {
            Query memory query = queries[i];
            if (i == 0 || query.transactionIndex != queries[i - 1].transactionIndex) {
                receipt = MPTBatch.place(next(batch, query.transactionIndex));
            }
            logs[i] = _select(MPTBatch.valueAt(receipt), policy, query);
        }
        MPTBatch.close(batch);
    }

    /// @notice The receipts of some transactions, undecoded (RCT-1, BAT-1 to BAT-3).
    /// @param transactionIndices In the order of the receipts' keys.
    /// @return receipts Where they are in calldata: see `MPTBatch.valueAt`.
    function receiptsAt(bytes32 receiptsRoot, uint64[] memory transactionIndices, bytes[] calldata nodes)
        internal
        pure
        returns (uint256[] memory receipts)
    {
        MPTBatch.Batch memory batch = MPTBatch.open(receiptsRoot, nodes);
        receipts = new uint256[](transactionIndices.length);
        for (uint256 i = 0; i < receipts.length; ++i) {
            receipts[i] = MPTBatch.place(next(batch, transactionIndices[i]));
        }
        MPTBatch.close(batch);
    }

    /// @notice The receipt that is next in a batch, undecoded (RCT-1). Reverts if it is absent. See `MPTBatch.next`.
    function next(MPTBatch.Batch memory batch, uint64 transactionIndex) internal pure returns (bytes calldata receipt) {
        (bytes32 key, uint256 keyLength) = ReceiptLog.indexKey(transactionIndex);
        return MPTBatch.nextIncluded(batch, key, keyLength);
    }

    function _select(bytes calldata receipt, ReceiptLog.TypePolicy policy, Query memory query)
        private
        pure
        returns (Log memory)
    {
        (bytes calldata topics, bytes calldata data) =
            ReceiptLog.select(receipt, policy, query.logIndex, query.emitter, query.topic0);
        return Log({topics: MPTBatch.place(topics), data: MPTBatch.place(data)});
    }
}
