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

    /// @notice Root of the tree that has the given leaves at their generalized indices (SSZ-2).
    /// @param nodes Alternately the index of a leaf and the leaf, and one spare word at the end. The indices are of one depth and
    /// strictly increasing: the caller guarantees it. Overwritten.
    /// @param witness The siblings that are not known, in the order of folding. With no leaf it is the root itself.
    function multiproofRoot(bytes32[] memory nodes, bytes32[] calldata witness) internal view returns (bytes32 root) {
        uint256 used = 1;
        if (nodes.length > 1) (root, used) = _fold(nodes, witness);
        else if (witness.length > 0) root = witness[0];
        if (used > witness.length) revert SszWitnessShort(witness.length);
        if (used < witness.length) revert SszWitnessLong(used, witness.length);
    }

    /// @dev The tree is folded level by level from the leaves, left to right. A pair of known nodes is hashed as it is; a known node
    /// without its sibling takes the next node of the witness. The parents overwrite the front of `nodes`, which never
    /// overtakes the reading: k nodes have at most k parents, and a record is read before it is overwritten. A zero ends each
    /// level: no index is zero. No bound is checked while folding: past its end the witness reads as whatever follows in
    /// calldata, and the caller refuses it by the number of nodes used.
    function _fold(bytes32[] memory nodes, bytes32[] calldata witness)
        private
        view
        returns (bytes32 root, uint256 used)
    {
        assembly ("memory-safe") {
            let first := add(nodes, 0x20)
            // The spare word.
            let end := add(nodes, shl(5, mload(nodes)))
            let next := witness.offset
            for {} gt(mload(first), 1) {} {
                mstore(end, 0)
                let write := first
                for { let read := first } lt(read, end) {} {
                    let index := mload(read)
                    // An even index is a left child and goes to word 0x00, an odd one goes to word 0x20.
                    let side := shl(5, and(index, 1))
                    mstore(side, mload(add(read, 0x20)))
                    read := add(read, 0x40)
                    // The right sibling's index; of a right child its own, which does not come again.
                    switch eq(mload(read), or(index, 1))
                    case 0 {
                        mstore(xor(side, 0x20), calldataload(next))
                        next := add(next, 0x20)
                    }
                    default {
                        mstore(0x20, mload(add(read, 0x20)))
                        read := add(read, 0x40)
                    }
                    mstore(write, shr(1, index))
                    if iszero(staticcall(gas(), 0x02, 0x00, 0x40, add(write, 0x20), 0x20)) {
                        revert(0x00, 0x00)
                    }
                    write := add(write, 0x40)
                }
                end := write
            }
            root := mload(add(first, 0x20))
            used := shr(5, sub(next, witness.offset))
        }
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
