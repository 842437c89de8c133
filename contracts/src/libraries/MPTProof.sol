// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTNode} from "./MPTNode.sol";
import {RLPReader} from "./RLPReader.sol";

/// @title Merkle-Patricia trie proofs
/// @notice Establishes what an Ethereum trie holds under a key, given its root: a value, or nothing. Assumes that keccak-256 is
/// collision resistant and nothing else of the root; a trie that no honest client would build is refused, not interpreted.
/// Clauses MPT-1 to MPT-14 of `spec/proof.md`; Ethereum yellow paper appendices C and D.
/// @dev A proof lists the nodes from the root down, without those that are embedded in their parent: geth's form. For one root and
/// one key exactly one list is accepted, save that the empty trie is both `[]` and `[0x80]`. Gas is linear in the bytes of the
/// proof. Offsets of `nodes` that point outside calldata revert without data, in solc's ABI decoder: see `RLPReader`.
library MPTProof {
    /// @notice Thrown when the root is zero: an unset word is not a trie (MPT-1).
    error MptZeroRoot();

    /// @notice Thrown when the key has more than 32 bytes (MPT-2).
    /// @param length Bytes of the key.
    error MptKeyTooLong(uint256 length);

    /// @notice Thrown when the walk needs a node that is not listed (MPT-3).
    /// @param index Place in the list of the missing node.
    error MptTruncatedProof(uint256 index);

    /// @notice Thrown when a listed node has less than 32 bytes, so that its parent would have embedded it (MPT-4).
    /// @param index Place in the list.
    error MptShortNode(uint256 index);

    /// @notice Thrown when a node is not the one that the root or its parent commits to (MPT-5).
    /// @param index Place in the list.
    error MptHashMismatch(uint256 index);

    /// @notice Thrown when nodes are left over after the walk (MPT-12).
    /// @param index Place in the list of the first one.
    error MptTrailingNode(uint256 index);

    /// @notice Thrown when inclusion is asked for a key that the proof shows to be absent (MPT-13).
    error MptKeyAbsent();

    /// @notice Thrown when exclusion is asked for a key that the proof shows to be present (MPT-14).
    error MptKeyPresent();

    /// @notice keccak256(0x80), the root of the trie that holds nothing.
    bytes32 internal constant EMPTY_ROOT = 0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421;

    /// @notice The value under a key (MPT-1 to MPT-13). Reverts unless the proof establishes one.
    /// @param root Hash of the root node.
    /// @param key The key, left-aligned; bytes past `keyLength` are ignored.
    /// @param keyLength Bytes of the key, at most 32.
    /// @param nodes RLP of the nodes from the root down.
    function inclusion(bytes32 root, bytes32 key, uint256 keyLength, bytes[] calldata nodes)
        internal
        pure
        returns (bytes calldata value)
    {
        bool found;
        (found, value) = walk(root, key, keyLength, nodes);
        if (!found) revert MptKeyAbsent();
    }

    /// @notice Reverts unless the proof establishes that nothing is under the key (MPT-1 to MPT-12, MPT-14).
    function exclusion(bytes32 root, bytes32 key, uint256 keyLength, bytes[] calldata nodes) internal pure {
        (bool found,) = walk(root, key, keyLength, nodes);
        if (found) revert MptKeyPresent();
    }

    /// @notice What is under a key: a value, or provably nothing. Reverts if the proof establishes neither (MPT-1 to MPT-12).
    function walk(bytes32 root, bytes32 key, uint256 keyLength, bytes[] calldata nodes)
        internal
        pure
        returns (bool found, bytes calldata value)
    {
        if (root == 0) revert MptZeroRoot();
        if (keyLength > 32) revert MptKeyTooLong(keyLength);
        (uint256 start, uint256 end, uint256 used) = root == EMPTY_ROOT
            ? _emptyTrie(nodes)
            : _descend(MPTNode.Walk({path: key, left: keyLength << 1, index: 0, branchDue: false}), root, nodes);
        if (used != nodes.length) revert MptTrailingNode(used);
        found = start != end;
        value = RLPReader.slice(start, end);
    }

    /// @dev The walk in the empty trie. The preimage of its root is 0x80, and only that; it may be left out.
    function _emptyTrie(bytes[] calldata nodes) private pure returns (uint256, uint256, uint256) {
        if (nodes.length == 0) return (0, 0, 0);
        listed(nodes, 0, EMPTY_ROOT);
        return (0, 0, 1);
    }

    /// @dev Follows the key from the root to where it ends. Each turn uses up a nibble at least, or is the last.
    /// @return start Where the value starts.
    /// @return end Where it ends: the same place if there is none, since no value is empty.
    /// @return used How many nodes were listed up to there.
    function _descend(MPTNode.Walk memory at, bytes32 expected, bytes[] calldata nodes)
        private
        pure
        returns (uint256 start, uint256 end, uint256 used)
    {
        uint256 child;
        (start, end) = listed(nodes, 0, expected);
        while (true) {
            (child, start, end) = MPTNode.step(at, start, end);
            if (child == 0) break;

            // The form of a child has been verified, so its first byte tells which one it is.
            uint256 header = uint256(RLPReader.load(child)) >> 248;
            if (header == 0x80) break;
            unchecked {
                if (header == 0xa0) {
                    (start, end) = listed(nodes, ++at.index, RLPReader.load(child + 1));
                } else {
                    (start, end) = (child, child + 1 + header - 0xc0);
                }
            }
        }
        used = at.index + 1;
    }

    /// @notice The listed node at `index`, which has to have the expected hash (MPT-3 to MPT-5).
    function listed(bytes[] calldata nodes, uint256 index, bytes32 expected)
        internal
        pure
        returns (uint256 start, uint256 end)
    {
        if (index >= nodes.length) revert MptTruncatedProof(index);
        bytes calldata node = nodes[index];
        if (index != 0 && node.length < 32) revert MptShortNode(index);
        (start, end) = RLPReader.bounds(node);
        bytes32 hash;
        // The bytes go past the free memory pointer, which stays: all nodes are hashed in the same place.
        assembly ("memory-safe") {
            let buffer := mload(0x40)
            calldatacopy(buffer, start, node.length)
            hash := keccak256(buffer, node.length)
        }
        if (hash != expected) revert MptHashMismatch(index);
    }
}
