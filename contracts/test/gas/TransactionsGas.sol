// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTCompact} from "../../src/libraries/MPTCompact.sol";
import {MPTProof} from "../../src/libraries/MPTProof.sol";
import {ReceiptLog} from "../../src/libraries/ReceiptLog.sol";

/// @notice What a transaction with a proof calls at the least: a root, the word that the key is made of, and the proof.
contract TransactionsGas {
    /// @return length Bytes of the receipt.
    function receiptListed(bytes32 root, uint64 index, bytes[] calldata nodes) external pure returns (uint256 length) {
        (bytes32 key, uint256 keyLength) = ReceiptLog.indexKey(index);
        return MPTProof.inclusion(root, key, keyLength, nodes).length;
    }

    /// @return length Bytes of the receipt.
    function receiptPacked(bytes32 root, uint64 index, bytes calldata nodes) external pure returns (uint256 length) {
        (bytes32 key, uint256 keyLength) = ReceiptLog.indexKey(index);
        return MPTProof.inclusionPacked(root, key, keyLength, nodes).length;
    }

    /// @return length Bytes of the receipt.
    function receiptCompact(bytes32 root, uint64 index, bytes calldata proof) external pure returns (uint256 length) {
        (bytes32 key, uint256 keyLength) = ReceiptLog.indexKey(index);
        return MPTCompact.inclusion(root, key, keyLength, proof).length;
    }

    /// @return length Bytes of what is under a hashed key: an account or a slot.
    function stateListed(bytes32 root, bytes32 key, bytes[] calldata nodes) external pure returns (uint256 length) {
        return MPTProof.inclusion(root, key, 32, nodes).length;
    }

    /// @return length Bytes of what is under a hashed key: an account or a slot.
    function statePacked(bytes32 root, bytes32 key, bytes calldata nodes) external pure returns (uint256 length) {
        return MPTProof.inclusionPacked(root, key, 32, nodes).length;
    }

    /// @return length Bytes of what is under a hashed key: an account or a slot.
    function stateCompact(bytes32 root, bytes32 key, bytes calldata proof) external pure returns (uint256 length) {
        return MPTCompact.inclusion(root, key, 32, proof).length;
    }
}
