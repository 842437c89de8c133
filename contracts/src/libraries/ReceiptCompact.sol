// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTCompact} from "./MPTCompact.sol";
import {ReceiptLog} from "./ReceiptLog.sol";

/// @title Logs in receipts, from compact proofs
/// @notice Establishes what `ReceiptLog` does, from the form of proof that `MPTCompact` reads. Clauses RCT-1 to RCT-9.
library ReceiptCompact {
    /// @notice The log at `logIndex` of the receipt of transaction `transactionIndex` (RCT-1 to RCT-9). See `ReceiptLog.prove`.
    /// @param proof Proof of the receipt in compact form.
    function prove(
        bytes32 receiptsRoot,
        uint64 transactionIndex,
        bytes calldata proof,
        ReceiptLog.TypePolicy policy,
        uint256 logIndex,
        address emitter,
        bytes32 topic0
    ) internal pure returns (bytes calldata topics, bytes calldata data) {
        return ReceiptLog.select(receiptAt(receiptsRoot, transactionIndex, proof), policy, logIndex, emitter, topic0);
    }

    /// @notice The receipt of transaction `transactionIndex`, undecoded (RCT-1). See `prove`.
    function receiptAt(bytes32 receiptsRoot, uint64 transactionIndex, bytes calldata proof)
        internal
        pure
        returns (bytes calldata receipt)
    {
        (bytes32 key, uint256 keyLength) = ReceiptLog.indexKey(transactionIndex);
        return MPTCompact.inclusion(receiptsRoot, key, keyLength, proof);
    }

    /// @notice Reverts unless the proof establishes that there is no receipt of a transaction `transactionIndex` (RCT-1).
    function receiptAbsent(bytes32 receiptsRoot, uint64 transactionIndex, bytes calldata proof) internal pure {
        (bytes32 key, uint256 keyLength) = ReceiptLog.indexKey(transactionIndex);
        MPTCompact.exclusion(receiptsRoot, key, keyLength, proof);
    }
}
