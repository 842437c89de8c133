// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {BlockHeader} from "./BlockHeader.sol";
import {MPTProof} from "./MPTProof.sol";
import {StateProof} from "./StateProof.sol";

/// @title The block hashes that the state of an execution chain keeps (EIP-2935)
/// @notice Establishes the hash of one of the 8191 blocks before a block, given that block's verified hash. Assumes that keccak-256 is
/// collision resistant. Clauses ANC-2 and ANC-4 of `spec/client.md`. A proof is packed; all numbers are big-endian:
///
///     at   0  1  kind             at  13     header of the newer block
///     at   1  2  length of header            account proof of the history contract
///     at   3  2  of account proof            storage proof: the rest
///     at   5  8  number
library BlockHistory {
    /// @notice Thrown for a kind of proof that this client does not have (ANC-2).
    /// @param kind First byte of the proof.
    error AncestryKind(uint256 kind);

    /// @notice Thrown when a proof is not as long as its counts say (ANC-2).
    /// @param expected Bytes that are due: the fixed part alone, if that is not complete.
    error AncestryLength(uint256 expected, uint256 got);

    /// @notice Thrown when the state of the newer block cannot keep the hash (ANC-4).
    /// @param number Number of the older block.
    /// @param head Number of the newer block.
    error AncestryHistoryRange(uint64 number, uint64 head);

    /// @notice Thrown when no hash is kept there (ANC-4): the chain has not kept hashes for long enough.
    error AncestryHistoryEmpty(uint64 number);

    /// @notice First byte of a proof.
    uint256 internal constant KIND = 2;

    /// @notice The contract in whose storage the hashes are.
    address internal constant HISTORY = 0x0000F90827F1C53a10cb7A02335B175320002935;

    /// @dev How many hashes are kept. The slot of a hash is the number of its block modulo this.
    uint256 private constant HISTORY_LENGTH = 8191;

    /// @dev Bytes before the parts that are counted.
    uint256 private constant FIXED = 13;

    /// @notice The hash of an older block (ANC-2, ANC-4).
    /// @param head Verified hash of the newer block.
    /// @param proof Its first byte has been looked at.
    function ancestor(bytes32 head, bytes calldata proof) internal pure returns (bytes32 blockHash) {
        if (proof.length < FIXED) revert AncestryLength(FIXED, proof.length);
        uint256 accountAt = FIXED + uint16(bytes2(proof[1:3]));
        uint256 storageAt = accountAt + uint16(bytes2(proof[3:5]));
        if (proof.length < storageAt) revert AncestryLength(storageAt, proof.length);

        uint64 number = uint64(bytes8(proof[5:FIXED]));
        BlockHeader.Header memory newer = BlockHeader.open(proof[FIXED:accountAt], head);
        if (number >= newer.number || newer.number - number > HISTORY_LENGTH) {
            revert AncestryHistoryRange(number, newer.number);
        }
        (,, bytes32 storageRoot,) = StateProof.accountPacked(newer.stateRoot, HISTORY, proof[accountAt:storageAt]);
        return _hashAt(storageRoot, number, proof[storageAt:]);
    }

    /// @dev ACC-2, but a slot that is proven to be zero is told apart from a proof that proves nothing.
    function _hashAt(bytes32 storageRoot, uint64 number, bytes calldata nodes)
        private
        pure
        returns (bytes32 blockHash)
    {
        bytes32 key = StateProof.slotKey(bytes32(number % HISTORY_LENGTH));
        (bool found, bytes calldata value) = MPTProof.walkPacked(storageRoot, key, 32, nodes);
        if (!found) revert AncestryHistoryEmpty(number);
        return bytes32(StateProof.openSlot(value));
    }
}
