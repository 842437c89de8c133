// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTDescent} from "./MPTDescent.sol";
import {RLPReader} from "./RLPReader.sol";

/// @title Merkle-Patricia trie proofs
/// @notice Establishes what an Ethereum trie holds under a key, given its root: a value, or nothing. Assumes that keccak-256 is
/// collision resistant and nothing else of the root; a trie that no honest client would build is refused, not interpreted.
/// Clauses MPT-1 to MPT-14 and PCK-1 of `spec/proof.md`; Ethereum yellow paper appendices C and D.
/// @dev A proof lists the nodes from the root down, without those that are embedded in their parent: geth's form. For one root and
/// one key exactly one list is accepted, save that the empty trie is both `[]` and `[0x80]`. The functions whose names end in `Packed`
/// take the same nodes one behind the other in one string (PCK-1), which costs least. Gas is linear in the bytes of the proof.
/// Offsets of `nodes` are followed within calldata, wherever they point. One that points outside of it, or wraps, either leads to bytes
/// without the hash that is due, or reverts without data in solc's ABI decoder: see `RLPReader`.
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
        returns (bytes calldata)
    {
        (uint256 table, uint256 end) = _table(nodes);
        (uint256 start, uint256 length) = MPTDescent.walk(keyLength, root, table, uint256(key), end, table);
        if (length == 0) revert MptKeyAbsent();
        return _slice(start, length);
    }

    /// @notice As `inclusion`, the nodes one behind the other (PCK-1).
    function inclusionPacked(bytes32 root, bytes32 key, uint256 keyLength, bytes calldata nodes)
        internal
        pure
        returns (bytes calldata)
    {
        (uint256 first, uint256 end) = RLPReader.bounds(nodes);
        (uint256 start, uint256 length) = MPTDescent.walk(keyLength, root, first, uint256(key), end, 0);
        if (length == 0) revert MptKeyAbsent();
        return _slice(start, length);
    }

    /// @notice Reverts unless the proof establishes that nothing is under the key (MPT-1 to MPT-12, MPT-14).
    function exclusion(bytes32 root, bytes32 key, uint256 keyLength, bytes[] calldata nodes) internal pure {
        (bool found,) = walk(root, key, keyLength, nodes);
        if (found) revert MptKeyPresent();
    }

    /// @notice As `exclusion`, the nodes one behind the other (PCK-1).
    function exclusionPacked(bytes32 root, bytes32 key, uint256 keyLength, bytes calldata nodes) internal pure {
        (bool found,) = walkPacked(root, key, keyLength, nodes);
        if (found) revert MptKeyPresent();
    }

    /// @notice What is under a key: a value, or provably nothing. Reverts if the proof establishes neither (MPT-1 to MPT-12).
    function walk(bytes32 root, bytes32 key, uint256 keyLength, bytes[] calldata nodes)
        internal
        pure
        returns (bool found, bytes calldata value)
    {
        (uint256 table, uint256 end) = _table(nodes);
        (uint256 start, uint256 length) = MPTDescent.walk(keyLength, root, table, uint256(key), end, table);
        return (length != 0, _slice(start, length));
    }

    /// @notice As `walk`, the nodes one behind the other (PCK-1).
    function walkPacked(bytes32 root, bytes32 key, uint256 keyLength, bytes calldata nodes)
        internal
        pure
        returns (bool found, bytes calldata value)
    {
        (uint256 first, uint256 end) = RLPReader.bounds(nodes);
        (uint256 start, uint256 length) = MPTDescent.walk(keyLength, root, first, uint256(key), end, 0);
        return (length != 0, _slice(start, length));
    }

    /// @notice The listed node at `index`, which has to have the expected hash (MPT-3 to MPT-5).
    function listed(bytes[] calldata nodes, uint256 index, bytes32 expected)
        internal
        pure
        returns (uint256 start, uint256 end)
    {
        if (index >= nodes.length) revert MptTruncatedProof(index);
        (start, end) = RLPReader.bounds(nodes[index]);
        _verify(start, end, index, expected);
    }

    /// @notice The node that starts at `place` of a proof that ends at `end`, which has to have the expected hash (PCK-1, MPT-4, MPT-5).
    /// @param index Its place in the order of the nodes.
    /// @return next Where the node ends.
    function packed(uint256 place, uint256 end, uint256 index, bytes32 expected) internal pure returns (uint256 next) {
        if (place == end) revert MptTruncatedProof(index);
        (,, next) = RLPReader.readItem(place, end);
        _verify(place, next, index, expected);
    }

    /// @dev MPT-4 and MPT-5 of the node between `start` and `end`.
    function _verify(uint256 start, uint256 end, uint256 index, bytes32 expected) private pure {
        bytes32 hash;
        // The bytes go past the free memory pointer, which stays: all nodes are hashed in the same place.
        assembly ("memory-safe") {
            let length := sub(end, start)
            let buffer := mload(0x40)
            calldatacopy(buffer, start, length)
            hash := keccak256(buffer, length)
        }
        unchecked {
            if (index != 0 && end - start < 32) revert MptShortNode(index);
        }
        if (hash != expected) revert MptHashMismatch(index);
    }

    /// @dev Where the offsets of a list start and end.
    function _table(bytes[] calldata nodes) private pure returns (uint256 start, uint256 end) {
        assembly ("memory-safe") {
            start := nodes.offset
            end := add(nodes.offset, shl(5, nodes.length))
        }
    }

    /// @dev The calldata of `length` bytes from `start` on.
    function _slice(uint256 start, uint256 length) private pure returns (bytes calldata data) {
        assembly ("memory-safe") {
            data.offset := start
            data.length := length
        }
    }
}
