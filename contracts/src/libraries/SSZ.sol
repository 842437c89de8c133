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
    /// @param nodes Alternately the index of a leaf and the leaf, at least one of them, and one spare word at the end. The indices are of
    /// one depth and strictly increasing: the caller guarantees it. Overwritten.
    /// @param witness The siblings that are not known, in the order of folding.
    function multiproofRoot(bytes32[] memory nodes, bytes32[] calldata witness) internal view returns (bytes32 root) {
        uint256 used;
        (root, used) = _fold(nodes, witness);
        _requireUsed(used, witness.length);
    }

    /// @notice Room for the nodes of a multiproof, and where the first of them goes. Nothing in it is set.
    function allocateNodes(uint256 count) internal pure returns (bytes32[] memory nodes, uint256 to) {
        assembly ("memory-safe") {
            nodes := mload(0x40)
            to := add(nodes, 0x20)
            mstore(nodes, add(shl(1, count), 1))
            mstore(0x40, add(to, shl(5, mload(nodes))))
        }
    }

    /// @notice Writes the index and the leaf of a multiproof's node, and says where the next one goes.
    function appendNode(uint256 to, uint256 gindex, bytes32 leaf) internal pure returns (uint256 next) {
        assembly ("memory-safe") {
            mstore(to, gindex)
            mstore(add(to, 0x20), leaf)
            next := add(to, 0x40)
        }
    }

    /// @notice The same with no leaf: the witness is the root itself (SSZ-2).
    function rootWithoutLeaves(bytes32[] calldata witness) internal pure returns (bytes32 root) {
        if (witness.length != 1) _requireUsed(1, witness.length);
        return witness[0];
    }

    function _requireUsed(uint256 used, uint256 supplied) private pure {
        if (used > supplied) revert SszWitnessShort(supplied);
        if (used < supplied) revert SszWitnessLong(used, supplied);
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
                    switch and(index, 1)
                    case 0 {
                        // A left child. Its sibling is the next known node, or else of the witness.
                        mstore(0x00, mload(add(read, 0x20)))
                        read := add(read, 0x40)
                        switch eq(mload(read), add(index, 1))
                        case 0 {
                            mstore(0x20, calldataload(next))
                            next := add(next, 0x20)
                        }
                        default {
                            mstore(0x20, mload(add(read, 0x20)))
                            read := add(read, 0x40)
                        }
                    }
                    default {
                        // A right child: its sibling, were it known, would have come before.
                        mstore(0x00, calldataload(next))
                        next := add(next, 0x20)
                        mstore(0x20, mload(add(read, 0x20)))
                        read := add(read, 0x40)
                    }
                    mstore(write, shr(1, index))
                    pop(staticcall(gas(), 0x02, 0x00, 0x40, add(write, 0x20), 0x20))
                    write := add(write, 0x40)
                }
                end := write
            }
            root := mload(add(first, 0x20))
            used := shr(5, sub(next, witness.offset))
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
