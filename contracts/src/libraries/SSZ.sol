// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

/// @title Merkle proofs of SSZ objects: SHA-256 over pairs of 32-byte nodes
/// @notice Clauses SSZ-1 and SSZ-2 of `spec/client.md`. What is established: the returned root is the only root under which the
/// leaves can be at their positions. The caller compares it. Assumed: SHA-256 is collision-resistant.
/// Every hash uses the scratch words 0x00 to 0x3f, so that hashing allocates nothing. The plain twin is
/// `contracts/reference/SSZReference.sol`.
library SSZ {
    /// @notice Thrown when a branch has not as many nodes as its generalized index is deep (SSZ-1).
    error SszBranchLength(uint256 expected, uint256 got);

    /// @notice Thrown when a multiproof needs more siblings than were supplied (SSZ-2).
    error SszWitnessShort(uint256 supplied);

    /// @notice Thrown when a multiproof leaves supplied siblings unused (SSZ-2).
    error SszWitnessLong(uint256 used, uint256 supplied);

    /// @notice SHA-256(left ‖ right).
    function hashPair(bytes32 left, bytes32 right) internal view returns (bytes32 parent) {
        assembly ("memory-safe") {
            mstore(0x00, left)
            mstore(0x20, right)
            // The SHA-256 precompile has no invalid input: it fails only without gas.
            if iszero(staticcall(gas(), 0x02, 0x00, 0x40, 0x00, 0x20)) { revert(0x00, 0x00) }
            parent := mload(0x00)
        }
    }

    /// @notice Root of the tree in which `leaf` is at generalized index `gindex` with the siblings of `branch` (SSZ-1).
    /// @param branch Siblings from the leaf up. Its length must be ⌊log₂ gindex⌋.
    function branchRoot(bytes32 leaf, bytes32[] calldata branch, uint256 gindex) internal view returns (bytes32 root) {
        _requireDepth(branch.length, gindex);
        bool failed;
        assembly ("memory-safe") {
            let sibling := branch.offset
            mstore(0x00, leaf)
            for {} gt(gindex, 1) { gindex := shr(1, gindex) } {
                // The node so far is in word 0x00. An even index is a left child and stays there, an odd one goes to word 0x20.
                let side := shl(5, and(gindex, 1))
                mstore(side, mload(0x00))
                mstore(xor(side, 0x20), calldataload(sibling))
                failed := or(iszero(staticcall(gas(), 0x02, 0x00, 0x40, 0x00, 0x20)), failed)
                sibling := add(sibling, 0x20)
            }
            root := mload(0x00)
            // The SHA-256 precompile has no invalid input: it fails only without gas.
            if failed { revert(0x00, 0x00) }
        }
    }

    /// @notice The same of a branch in memory: constructor arguments are never in calldata.
    function branchRootOf(bytes32 leaf, bytes32[] memory branch, uint256 gindex) internal view returns (bytes32 root) {
        _requireDepth(branch.length, gindex);
        root = leaf;
        for (uint256 i = 0; i < branch.length; ++i) {
            root = gindex >> i & 1 == 0 ? hashPair(root, branch[i]) : hashPair(branch[i], root);
        }
    }

    /// @notice Root of the tree of `depth` levels that has the given leaves at their positions (SSZ-2).
    /// @dev The tree is folded level by level from the leaves, left to right. A pair of known nodes is hashed as it is; a known node
    /// without its sibling takes the next node of the witness. The parents overwrite the front of `nodes`, which never
    /// overtakes the reading: k nodes have at most k parents. A zero ends each level: no position that is looked for is zero.
    /// No bound is checked while folding: past its end the witness reads as whatever follows in calldata, and the count at the
    /// end refuses it. With no leaf the witness is the root itself.
    /// @param nodes Alternately a position and its leaf, and one spare word at the end. Positions are strictly increasing and
    /// below 2^depth: the caller guarantees it. Overwritten.
    function multiproofRoot(bytes32[] memory nodes, uint256 depth, bytes32[] calldata witness)
        internal
        view
        returns (bytes32 root)
    {
        uint256 used;
        bool failed;
        assembly ("memory-safe") {
            let first := add(nodes, 0x20)
            // The spare word.
            let end := add(nodes, shl(5, mload(nodes)))
            let next := witness.offset
            switch eq(first, end)
            case 1 {
                root := calldataload(next)
                next := add(next, 0x20)
            }
            default {
                for {} depth { depth := sub(depth, 1) } {
                    mstore(end, 0)
                    let write := first
                    let read := first
                    for {} lt(read, end) {} {
                        let position := mload(read)
                        // The parent's position; its hash follows below. A record is read in full before it is overwritten.
                        let node := mload(add(read, 0x20))
                        read := add(read, 0x40)
                        mstore(write, shr(1, position))
                        // The right sibling's position; of a right child its own, which is not found again.
                        switch eq(mload(read), or(position, 1))
                        case 0 {
                            let side := shl(5, and(position, 1))
                            mstore(side, node)
                            mstore(xor(side, 0x20), calldataload(next))
                            next := add(next, 0x20)
                        }
                        default {
                            mstore(0x00, node)
                            mstore(0x20, mload(add(read, 0x20)))
                            read := add(read, 0x40)
                        }
                        write := add(write, 0x40)
                        failed := or(iszero(staticcall(gas(), 0x02, 0x00, 0x40, sub(write, 0x20), 0x20)), failed)
                    }
                    end := write
                }
                root := mload(add(first, 0x20))
            }
            // The SHA-256 precompile has no invalid input: it fails only without gas.
            if failed { revert(0x00, 0x00) }
            used := shr(5, sub(next, witness.offset))
        }
        if (used > witness.length) revert SszWitnessShort(witness.length);
        if (used < witness.length) revert SszWitnessLong(used, witness.length);
    }

    /// @dev As many halvings as the branch has nodes must lead exactly to the root, whose index is 1.
    function _requireDepth(uint256 length, uint256 gindex) private pure {
        if (gindex >> length != 1) revert SszBranchLength(_floorLog2(gindex), length);
    }

    /// @dev Only for the arguments of an error, hence short rather than fast. Zero for 0.
    function _floorLog2(uint256 value) private pure returns (uint256 log) {
        while (value > 1) {
            value >>= 1;
            ++log;
        }
    }
}
