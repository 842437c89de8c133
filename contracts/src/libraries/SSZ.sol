// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

/// @title Merkle proofs of SSZ objects: SHA-256 over pairs of 32-byte nodes
/// @notice Clauses SSZ-1 and SSZ-2 of `spec/client.md`. What is established: the returned root is the only root under which the
/// leaves can be at their positions. The caller compares it. Assumed: SHA-256 is collision-resistant.
/// The plain twin is `contracts/reference/SSZReference.sol`.
///
/// Hashing uses the scratch words and allocates nothing; the precompile's answer goes straight to where the next pair needs it.
/// Its success is not looked at. It has no invalid input and fails only for want of gas; it is given all but one 64th of what is
/// left and costs 84, so where it fails at most one unit of gas is left, less than any instruction that follows.
library SSZ {
    /// @notice Thrown when a branch has not as many nodes as its generalized index is deep (SSZ-1).
    error SszBranchLength(uint256 expected, uint256 got);

    /// @notice Thrown when a multiproof needs more siblings than were supplied (SSZ-2).
    error SszWitnessShort(uint256 supplied);

    /// @notice Thrown when a multiproof leaves supplied siblings unused (SSZ-2).
    error SszWitnessLong(uint256 used, uint256 supplied);

    /// @notice Bytes that a node of a multiproof takes in memory.
    uint256 internal constant NODE = 0x40;

    /// @dev SHA-256 of 64 zero bytes: the root of two empty leaves.
    bytes32 private constant ZERO_PAIR = 0xf5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b;

    /// @notice SHA-256(left ‖ right).
    function hashPair(bytes32 left, bytes32 right) internal view returns (bytes32 parent) {
        assembly ("memory-safe") {
            mstore(0x00, left)
            mstore(0x20, right)
            pop(staticcall(gas(), 0x02, 0x00, 0x40, 0x00, 0x20))
            parent := mload(0x00)
        }
    }

    /// @notice Root of a container of five fields, given their roots: padded to eight leaves.
    function rootOfFive(bytes32 a, bytes32 b, bytes32 c, bytes32 d, bytes32 e) internal view returns (bytes32 root) {
        assembly ("memory-safe") {
            // Three words at 0x00: a pair is hashed either from the first or from the second on, and its parent takes the place from which
            // the next pair reads it. The third word is the free memory pointer, which is put back at the end.
            let free := mload(0x40)
            mstore(0x00, a)
            mstore(0x20, b)
            pop(staticcall(gas(), 0x02, 0x00, 0x40, 0x00, 0x20))
            mstore(0x20, c)
            mstore(0x40, d)
            pop(staticcall(gas(), 0x02, 0x20, 0x40, 0x20, 0x20))
            pop(staticcall(gas(), 0x02, 0x00, 0x40, 0x00, 0x20))
            mstore(0x20, e)
            mstore(0x40, 0)
            pop(staticcall(gas(), 0x02, 0x20, 0x40, 0x20, 0x20))
            mstore(0x40, ZERO_PAIR)
            pop(staticcall(gas(), 0x02, 0x20, 0x40, 0x20, 0x20))
            pop(staticcall(gas(), 0x02, 0x00, 0x40, 0x00, 0x20))
            root := mload(0x00)
            mstore(0x40, free)
        }
    }

    /// @notice Root of the tree in which `leaf` is at generalized index `gindex` with the siblings of `branch` (SSZ-1).
    /// @param branch Siblings from the leaf up. Its length must be ⌊log₂ gindex⌋.
    function branchRoot(bytes32 leaf, bytes32[] calldata branch, uint256 gindex) internal view returns (bytes32 root) {
        requireDepth(branch.length, gindex);
        assembly ("memory-safe") {
            let sibling := branch.offset
            // Where the node is: a left child, with an even index, in the first word, a right one in the second.
            switch gindex
            // The next committee since Electra, 1010111 in binary, read from the right: its steps are written out.
            case 87 {
                mstore(0x20, leaf)
                mstore(0x00, calldataload(sibling))
                pop(staticcall(gas(), 0x02, 0x00, 0x40, 0x20, 0x20))
                mstore(0x00, calldataload(add(sibling, 0x20)))
                pop(staticcall(gas(), 0x02, 0x00, 0x40, 0x20, 0x20))
                mstore(0x00, calldataload(add(sibling, 0x40)))
                pop(staticcall(gas(), 0x02, 0x00, 0x40, 0x00, 0x20))
                mstore(0x20, calldataload(add(sibling, 0x60)))
                pop(staticcall(gas(), 0x02, 0x00, 0x40, 0x20, 0x20))
                mstore(0x00, calldataload(add(sibling, 0x80)))
                pop(staticcall(gas(), 0x02, 0x00, 0x40, 0x00, 0x20))
                mstore(0x20, calldataload(add(sibling, 0xa0)))
                pop(staticcall(gas(), 0x02, 0x00, 0x40, 0x20, 0x20))
            }
            default {
                let side := shl(5, and(gindex, 1))
                mstore(side, leaf)
                for {} gt(gindex, 1) { sibling := add(sibling, 0x20) } {
                    mstore(xor(side, 0x20), calldataload(sibling))
                    gindex := shr(1, gindex)
                    side := shl(5, and(gindex, 1))
                    pop(staticcall(gas(), 0x02, 0x00, 0x40, side, 0x20))
                }
            }
            // The root's own index is 1, an odd one.
            root := mload(0x20)
        }
    }

    /// @notice The same of a branch in memory: constructor arguments are never in calldata.
    function branchRootOf(bytes32 leaf, bytes32[] memory branch, uint256 gindex) internal view returns (bytes32 root) {
        requireDepth(branch.length, gindex);
        root = leaf;
        for (uint256 i = 0; i < branch.length; ++i) {
            root = gindex >> i & 1 == 0 ? hashPair(root, branch[i]) : hashPair(branch[i], root);
        }
    }

    /// @notice Refuses a branch that is not as long as its generalized index is deep (SSZ-1).
    /// @dev As many halvings as the branch has nodes must lead exactly to the root, whose index is 1.
    function requireDepth(uint256 length, uint256 gindex) internal pure {
        if (gindex >> length != 1) revert SszBranchLength(_floorLog2(gindex), length);
    }

    /// @notice Root of the tree that has the given leaves at their generalized indices (SSZ-2).
    /// @param first Where the first node is in memory, at least one of them: 32 times its index in a word, then the leaf. The indices are
    /// of one depth and strictly increasing: the caller guarantees it. Overwritten, with the word after the last one.
    /// @param end Where the last node ends.
    /// @param witness Where the siblings that are not known are in calldata, in the order of folding.
    /// @param count How many there are.
    function multiproofRoot(uint256 first, uint256 end, uint256 witness, uint256 count)
        internal
        view
        returns (bytes32 root)
    {
        uint256 used = _fold(first, end, witness);
        unchecked {
            used = (used - witness) / 32;
        }
        if (used != count) _revertWitness(used, count);
        assembly ("memory-safe") {
            root := mload(add(first, 0x20))
        }
    }

    /// @notice Room for the nodes of a multiproof, and where the first of them goes. Nothing in it is set.
    function allocateNodes(uint256 count) internal pure returns (uint256 first) {
        assembly ("memory-safe") {
            first := mload(0x40)
            // One more word, in which a level ends.
            mstore(0x40, add(add(first, shl(6, count)), 0x20))
        }
    }

    /// @notice The same with no leaf: the witness is the root itself (SSZ-2).
    function rootWithoutLeaves(uint256 witness, uint256 count) internal pure returns (bytes32 root) {
        if (count != 1) _revertWitness(1, count);
        assembly ("memory-safe") {
            root := calldataload(witness)
        }
    }

    function _revertWitness(uint256 used, uint256 supplied) private pure {
        if (used > supplied) revert SszWitnessShort(supplied);
        revert SszWitnessLong(used, supplied);
    }

    /// @dev The tree is folded level by level from the leaves, left to right; the root ends up in the first node. A node is two words:
    /// 32 times its index, so that bit 5 is its side, and its hash. What falls below bit 5 on the way up is never looked at.
    ///
    /// Nothing is copied to be hashed. An index is on the stack before its word is needed, so the word on each side of a hash is free:
    /// a node without its sibling takes the next one of the witness on that side, and of two siblings the right hash moves next to
    /// the left one. The parents overwrite the nodes, which never overtakes the reading: k nodes have at most k parents.
    ///
    /// A level ends with an index beyond all others. No bound is checked while folding: past its end the witness reads as
    /// whatever follows in calldata, and the caller refuses it by where the reading ended.
    /// @param witness Where the witness is in calldata.
    /// @return next Where the reading of it ended.
    function _fold(uint256 first, uint256 end, uint256 witness) private view returns (uint256 next) {
        assembly ("memory-safe") {
            next := witness
            for { let index := mload(first) } gt(index, 0x3f) { index := mload(first) } {
                mstore(end, not(0))
                // From here on the end of the parents.
                end := first
                // The end of the node with `index`, and the index that is there.
                let after := add(first, 0x40)
                for {} 1 {} {
                    let following := mload(after)
                    // Nodes without their siblings. None follows a sibling, nor the end of the level: it is not below itself.
                    for {} lt(or(index, 0x3f), following) { following := mload(after) } {
                        // A left child takes the node after its hash, a right one that before it.
                        let side := and(index, 0x20)
                        let middle := sub(after, side)
                        mstore(sub(middle, side), calldataload(next))
                        next := add(next, 0x20)
                        // The parent's index comes last: its word may be the one that a right child's sibling is in.
                        pop(staticcall(gas(), 0x02, sub(middle, 0x20), 0x40, add(end, 0x20), 0x20))
                        mstore(end, shr(1, index))
                        end := add(end, 0x40)
                        after := add(after, 0x40)
                        index := following
                    }
                    if iszero(not(index)) { break }
                    // Two siblings.
                    mstore(after, mload(add(after, 0x20)))
                    pop(staticcall(gas(), 0x02, sub(after, 0x20), 0x40, add(end, 0x20), 0x20))
                    mstore(end, shr(1, index))
                    end := add(end, 0x40)
                    index := mload(add(after, 0x40))
                    after := add(after, 0x80)
                }
            }
        }
    }

    /// @dev Only for the arguments of an error, hence short rather than fast. Zero for 0.
    function _floorLog2(uint256 value) private pure returns (uint256 log) {
        while (value > 1) {
            value >>= 1;
            ++log;
        }
    }
}
