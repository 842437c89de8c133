// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTBatch} from "./MPTBatch.sol";
import {StateProof} from "./StateProof.sol";

/// @title Many accounts, and many slots
/// @notice Establishes for many accounts of one state, or for many slots of one account, what `StateProof` does for one, from a list in
/// which the nodes that they share stand once: see `MPTBatch`. Assumes that keccak-256 is collision resistant.
/// @dev Accounts and slots come in the order of their keys, which are hashes. Of the functions that take a storage root the same holds
/// as in `StateProof`: it comes from an account that has been proven in the same call, as in `accountStorage`.
library StateBatch {
    /// @notice What the state says of an account.
    struct Account {
        uint64 nonce;
        uint256 balance;
        bytes32 storageRoot;
        bytes32 codeHash;
    }

    /// @notice An account and what its slots hold (ACC-1, ACC-2, BAT-1, BAT-2).
    /// @param stateRoot State root of the block.
    /// @param accountNodes Proof of the account, see `MPTProof`.
    /// @param slots In the order of their keys.
    /// @param storageNodes The nodes of the proofs of all slots, see `MPTBatch`.
    /// @return opened The account.
    /// @return values What each slot holds; zero if it is proven to be absent, for which the EVM reads zero.
    function accountStorage(
        bytes32 stateRoot,
        address who,
        bytes[] calldata accountNodes,
        bytes32[] memory slots,
        bytes[] calldata storageNodes
    ) internal pure returns (Account memory opened, uint256[] memory values) {
        (opened.nonce, opened.balance, opened.storageRoot, opened.codeHash) =
            StateProof.account(stateRoot, who, accountNodes);
        values = storageRead(opened.storageRoot, slots, storageNodes);
    }

    /// @notice The accounts at `who` (ACC-1, BAT-1 to BAT-3). Reverts unless the nodes establish one at each.
    /// @param who Addresses in the order of their keys.
    function accounts(bytes32 stateRoot, address[] memory who, bytes[] calldata nodes)
        internal
        pure
        returns (Account[] memory opened)
    {
        MPTBatch.Batch memory batch = MPTBatch.open(stateRoot, nodes);
        opened = new Account[](who.length);
        for (uint256 i = 0; i < who.length; ++i) {
            Account memory one = opened[i];
            (one.nonce, one.balance, one.storageRoot, one.codeHash) =
                StateProof.openAccount(MPTBatch.nextIncluded(batch, StateProof.accountKey(who[i]), 32));
        }
        MPTBatch.close(batch);
    }

    /// @notice What the slots hold, each of them something (ACC-2, BAT-1 to BAT-3).
    function storageAt(bytes32 storageRoot, bytes32[] memory slots, bytes[] calldata nodes)
        internal
        pure
        returns (uint256[] memory values)
    {
        MPTBatch.Batch memory batch = MPTBatch.open(storageRoot, nodes);
        values = new uint256[](slots.length);
        for (uint256 i = 0; i < slots.length; ++i) {
            values[i] = StateProof.openSlot(MPTBatch.nextIncluded(batch, StateProof.slotKey(slots[i]), 32));
        }
        MPTBatch.close(batch);
    }

    /// @notice Reverts unless the nodes establish that each of the slots holds nothing, that is zero (ACC-2, BAT-1 to BAT-3).
    function storageAbsent(bytes32 storageRoot, bytes32[] memory slots, bytes[] calldata nodes) internal pure {
        MPTBatch.Batch memory batch = MPTBatch.open(storageRoot, nodes);
        for (uint256 i = 0; i < slots.length; ++i) {
            MPTBatch.nextExcluded(batch, StateProof.slotKey(slots[i]), 32);
        }
        MPTBatch.close(batch);
    }

    /// @notice What the slots hold, zero if it is nothing (ACC-2, BAT-1, BAT-2).
    function storageRead(bytes32 storageRoot, bytes32[] memory slots, bytes[] calldata nodes)
        internal
        pure
        returns (uint256[] memory values)
    {
        MPTBatch.Batch memory batch = MPTBatch.open(storageRoot, nodes);
        values = new uint256[](slots.length);
        for (uint256 i = 0; i < slots.length; ++i) {
            (bool found, bytes calldata value) = MPTBatch.next(batch, StateProof.slotKey(slots[i]), 32);
            if (found) values[i] = StateProof.openSlot(value);
        }
        MPTBatch.close(batch);
    }
}
