// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTCompact} from "./MPTCompact.sol";
import {StateProof} from "./StateProof.sol";

/// @title Accounts and storage, from compact proofs
/// @notice Establishes what `StateProof` does, from the form of proof that `MPTCompact` reads. Clauses ACC-1 and ACC-2.
/// @dev A slot is worth as much as its storage root: take that from `account` in the same call, never from the prover.
library StateCompact {
    /// @notice The account at `who` (ACC-1). Reverts unless the proof establishes one.
    /// @param stateRoot State root of the block.
    /// @param proof Proof of the account in compact form.
    function account(bytes32 stateRoot, address who, bytes calldata proof)
        internal
        pure
        returns (uint64 nonce, uint256 balance, bytes32 storageRoot, bytes32 codeHash)
    {
        return StateProof.openAccount(MPTCompact.inclusion(stateRoot, StateProof.accountKey(who), 32, proof));
    }

    /// @notice Reverts unless the proof establishes that there is no account at `who` (ACC-1).
    function accountAbsent(bytes32 stateRoot, address who, bytes calldata proof) internal pure {
        MPTCompact.exclusion(stateRoot, StateProof.accountKey(who), 32, proof);
    }

    /// @notice What slot `slot` holds (ACC-2). Reverts unless the proof establishes a value, which is not zero.
    /// @param storageRoot Storage root of the account.
    /// @param proof Proof of the slot in compact form.
    function storageAt(bytes32 storageRoot, bytes32 slot, bytes calldata proof) internal pure returns (uint256 value) {
        return StateProof.openSlot(MPTCompact.inclusion(storageRoot, StateProof.slotKey(slot), 32, proof));
    }

    /// @notice Reverts unless the proof establishes that slot `slot` holds nothing, that is zero (ACC-2).
    function storageAbsent(bytes32 storageRoot, bytes32 slot, bytes calldata proof) internal pure {
        MPTCompact.exclusion(storageRoot, StateProof.slotKey(slot), 32, proof);
    }
}
