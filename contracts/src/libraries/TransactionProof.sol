// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTProof} from "./MPTProof.sol";
import {RLPReader} from "./RLPReader.sol";
import {ReceiptLog} from "./ReceiptLog.sol";

/// @title Transactions
/// @notice Establishes which transaction stands at a place of a block, given the block's transactions root. Assumes that
/// keccak-256 is collision resistant. Clause TXN-1 of `spec/proof.md`; EIP-2718; Ethereum yellow paper 4.2.
/// @dev That a transaction is in a block does not say that it succeeded: that is in its receipt, at the same index.
library TransactionProof {
    /// @notice Thrown when a value starts like no transaction (TXN-1).
    /// @param firstByte The first byte of the value.
    error TransactionUnknownType(uint256 firstByte);

    /// @notice The transaction at `index` (TXN-1). Reverts unless the proof establishes one.
    /// @param transactionsRoot Transactions root of the block, see `BlockHeader.openBody`.
    /// @param nodes Proof of the transaction, see `MPTProof`.
    /// @return txType Its EIP-2718 type, 0 for a legacy transaction.
    /// @return encoded The whole transaction, of which keccak-256 is the transaction's hash. Its fields are not read.
    function transaction(bytes32 transactionsRoot, uint64 index, bytes[] calldata nodes)
        internal
        pure
        returns (uint8 txType, bytes calldata encoded)
    {
        (bytes32 key, uint256 keyLength) = ReceiptLog.indexKey(index);
        encoded = MPTProof.inclusion(transactionsRoot, key, keyLength, nodes);
        txType = typeOf(encoded);
    }

    /// @notice Reverts unless the proof establishes that there is no transaction at `index`, and so that the block has no more
    /// than that many (TXN-1).
    function transactionAbsent(bytes32 transactionsRoot, uint64 index, bytes[] calldata nodes) internal pure {
        (bytes32 key, uint256 keyLength) = ReceiptLog.indexKey(index);
        MPTProof.exclusion(transactionsRoot, key, keyLength, nodes);
    }

    /// @notice The type of a transaction that is already proven (TXN-1).
    /// @param encoded The value found in the transactions trie.
    function typeOf(bytes calldata encoded) internal pure returns (uint8) {
        (uint256 at, uint256 end) = RLPReader.bounds(encoded);
        if (at == end) revert RLPReader.RlpInputTooShort();
        uint256 first = uint256(RLPReader.load(at)) >> 248;
        if (first >= 0xc0) return 0;
        if (first == 0 || first >= 0x80) revert TransactionUnknownType(first);
        // casting to 'uint8' is safe because it is one byte
        // forge-lint: disable-next-line(unsafe-typecast)
        return uint8(first);
    }
}
