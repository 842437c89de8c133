// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTProof} from "./MPTProof.sol";
import {RLPReader} from "./RLPReader.sol";

/// @title Accounts and storage
/// @notice Establishes what the state of a block says of an account, given the state root, and what the storage of an account
/// holds in a slot, given the storage root. Assumes that keccak-256 is collision resistant. Clauses ACC-1 and ACC-2 of
/// `spec/proof.md`; Ethereum yellow paper 4.1; EIP-1186.
/// @dev A slot is worth as much as its storage root: take that from `account` in the same call, never from the prover.
library StateProof {
    /// @notice Thrown when an account has other than four fields (ACC-1).
    /// @param got Fields found, counting no further than 5.
    error AccountFieldCount(uint256 got);

    /// @notice Thrown when a slot is present and zero, which the trie of an honest client never holds (ACC-2).
    error StorageZeroValue();

    /// @notice The account at `who` (ACC-1). Reverts unless the proof establishes one.
    /// @param stateRoot State root of the block.
    /// @param nodes Proof of the account, see `MPTProof`.
    function account(bytes32 stateRoot, address who, bytes[] calldata nodes)
        internal
        pure
        returns (uint64 nonce, uint256 balance, bytes32 storageRoot, bytes32 codeHash)
    {
        return openAccount(MPTProof.inclusion(stateRoot, accountKey(who), 32, nodes));
    }

    /// @notice As `account`, the nodes one behind the other (PCK-1).
    function accountPacked(bytes32 stateRoot, address who, bytes calldata nodes)
        internal
        pure
        returns (uint64 nonce, uint256 balance, bytes32 storageRoot, bytes32 codeHash)
    {
        return openAccount(MPTProof.inclusionPacked(stateRoot, accountKey(who), 32, nodes));
    }

    /// @notice The account that a value of the state trie is (ACC-1), which is already proven.
    function openAccount(bytes calldata value)
        internal
        pure
        returns (uint64 nonce, uint256 balance, bytes32 storageRoot, bytes32 codeHash)
    {
        (uint256 at, uint256 end) = RLPReader.bounds(value);
        at = RLPReader.readExactList(at, end);
        uint256 fields = RLPReader.count(at, end, 5);
        if (fields != 4) revert AccountFieldCount(fields);

        (nonce, at) = RLPReader.readUint64(at, end);
        (balance, at) = RLPReader.readUint(at, end, 32);
        (storageRoot, at) = RLPReader.readWord(at, end);
        (codeHash,) = RLPReader.readWord(at, end);
    }

    /// @notice Reverts unless the proof establishes that there is no account at `who` (ACC-1).
    function accountAbsent(bytes32 stateRoot, address who, bytes[] calldata nodes) internal pure {
        MPTProof.exclusion(stateRoot, accountKey(who), 32, nodes);
    }

    /// @notice As `accountAbsent`, the nodes one behind the other (PCK-1).
    function accountAbsentPacked(bytes32 stateRoot, address who, bytes calldata nodes) internal pure {
        MPTProof.exclusionPacked(stateRoot, accountKey(who), 32, nodes);
    }

    /// @notice What slot `slot` holds (ACC-2). Reverts unless the proof establishes a value, which is not zero.
    /// @param storageRoot Storage root of the account.
    /// @param nodes Proof of the slot, see `MPTProof`.
    function storageAt(bytes32 storageRoot, bytes32 slot, bytes[] calldata nodes)
        internal
        pure
        returns (uint256 value)
    {
        return openSlot(MPTProof.inclusion(storageRoot, slotKey(slot), 32, nodes));
    }

    /// @notice As `storageAt`, the nodes one behind the other (PCK-1).
    function storageAtPacked(bytes32 storageRoot, bytes32 slot, bytes calldata nodes)
        internal
        pure
        returns (uint256 value)
    {
        return openSlot(MPTProof.inclusionPacked(storageRoot, slotKey(slot), 32, nodes));
    }

    /// @notice What a slot holds whose value in the storage trie is already proven (ACC-2).
    function openSlot(bytes calldata encoded) internal pure returns (uint256 value) {
        value = RLPReader.exactUint(encoded, 32);
        if (value == 0) revert StorageZeroValue();
    }

    /// @notice Reverts unless the proof establishes that slot `slot` holds nothing, that is zero (ACC-2).
    function storageAbsent(bytes32 storageRoot, bytes32 slot, bytes[] calldata nodes) internal pure {
        MPTProof.exclusion(storageRoot, slotKey(slot), 32, nodes);
    }

    /// @notice As `storageAbsent`, the nodes one behind the other (PCK-1).
    function storageAbsentPacked(bytes32 storageRoot, bytes32 slot, bytes calldata nodes) internal pure {
        MPTProof.exclusionPacked(storageRoot, slotKey(slot), 32, nodes);
    }

    /// @notice The key of an account: keccak256 of the twenty bytes of its address (ACC-1).
    function accountKey(address who) internal pure returns (bytes32) {
        return keccak256(bytes.concat(bytes20(who)));
    }

    /// @notice The key of a slot: keccak256 of the word that numbers it (ACC-2).
    function slotKey(bytes32 slot) internal pure returns (bytes32) {
        return keccak256(bytes.concat(slot));
    }
}
