// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTShape} from "./MPTShape.sol";
import {RLPReader} from "./RLPReader.sol";

/// @title One node of a Merkle-Patricia trie
/// @notice Establishes that bytes in calldata are a node in canonical form, and where a key leads from it: clauses RLP-1 to RLP-6 and
/// MPT-6 to MPT-11 of `spec/proof.md`; Ethereum yellow paper appendices C and D. Of its hash it knows nothing: see `MPTProof`.
library MPTNode {
    /// @notice Thrown when a node has neither 2 nor 17 items (MPT-6).
    /// @param index Place in the list of the node or of the one it is embedded in; so in all errors below.
    /// @param got Items found, counting no further than 18.
    error MptItemCount(uint256 index, uint256 got);

    /// @notice Thrown when a path has no byte (MPT-7).
    error MptPathEmpty(uint256 index);

    /// @notice Thrown when the first nibble of a path is above 3 (MPT-7).
    /// @param index Place in the list.
    /// @param flag The nibble.
    error MptPathFlag(uint256 index, uint256 flag);

    /// @notice Thrown when the second nibble of a path of even length is not zero (MPT-7).
    error MptPathPadding(uint256 index);

    /// @notice Thrown when the path of an extension has no nibble (MPT-8).
    error MptExtensionPathEmpty(uint256 index);

    /// @notice Thrown when the child of an extension is none, or is not a branch (MPT-8).
    /// @param index Place of the extension if it has no child, else of the listed node that holds the child.
    error MptExtensionChild(uint256 index);

    /// @notice Thrown when a child is neither empty, nor a hash, nor a list of less than 32 bytes (MPT-9).
    error MptChildForm(uint256 index);

    /// @notice Thrown when the value of a leaf is empty (MPT-10).
    error MptEmptyValue(uint256 index);

    /// @notice Thrown when a branch has fewer than two among its children and value (MPT-11).
    error MptSparseBranch(uint256 index);

    /// @notice What a walk remembers from node to node.
    struct Walk {
        bytes32 path; // the part of the key that is not used up yet, left-aligned
        uint256 left; // its length in nibbles
        uint256 index; // place in the list of the node at hand
        bool branchDue; // whether the parent is an extension
    }

    /// @dev A branch has sixteen children and a value.
    uint256 private constant BRANCH_ITEMS = 17;

    /// @notice Reads the node between `start` and `end` and says where the key leads from it: to the item `child`, which is a hash or
    /// an embedded node, or to the value between `value` and `valueEnd` if there is no `child`, or nowhere if all are zero (RLP-1 to
    /// RLP-6, MPT-6, MPT-8). A child and a value never share a variable, so the bytes of the one are not taken for the other.
    function step(Walk memory at, uint256 start, uint256 end)
        internal
        pure
        returns (uint256 child, uint256 value, uint256 valueEnd)
    {
        start = RLPReader.readExactList(start, end);

        // The usual nodes, of which nothing is left to check.
        uint256 hashes = MPTShape.branch(start, end);
        if (hashes != 0) return (_enter(at, MPTShape.childAt(start, hashes, uint256(at.path) >> 252)), 0, 0);
        if (!at.branchDue) {
            value = MPTShape.leaf(start, end, at.path, at.left);
            if (value != 0) return (0, value, end);
        }

        uint256 items = RLPReader.count(start, end, BRANCH_ITEMS + 1);
        if (items == BRANCH_ITEMS) return _branch(at, start, end);
        if (items != 2) revert MptItemCount(at.index, items);
        if (at.branchDue) revert MptExtensionChild(at.index);
        return _pair(at, start, end);
    }

    /// @dev A branch, read item by item (MPT-9, MPT-11). Its item headers have been read before.
    function _branch(Walk memory at, uint256 place, uint256 end)
        private
        pure
        returns (uint256 child, uint256 value, uint256 valueEnd)
    {
        uint256 nibble = uint256(at.path) >> 252;
        uint256 present;
        unchecked {
            for (uint256 i = 0; i != 16; ++i) {
                (bool some, uint256 next) = _child(at.index, place, end);
                if (some) {
                    if (i == nibble) child = place;
                    ++present;
                }
                place = next;
            }
        }
        (value, valueEnd) = RLPReader.readString(place, end);
        if (present < 2 && (present == 0 || value == valueEnd)) revert MptSparseBranch(at.index);

        if (at.left == 0) return (0, value, valueEnd);
        return (_enter(at, child), 0, 0);
    }

    /// @dev Reads the child at `place`, in whichever of its three forms (MPT-9), and says whether there is one and where it ends.
    function _child(uint256 index, uint256 place, uint256 end) private pure returns (bool some, uint256 next) {
        bool isList;
        uint256 payload;
        (isList, payload, next) = RLPReader.readItem(place, end);
        unchecked {
            uint256 length = next - payload;
            some = isList || length != 0;
            if (isList ? next - place >= 32 : some && length != 32) revert MptChildForm(index);
        }
    }

    /// @dev Takes a nibble off the key and steps into the child of a branch, or into none if no nibble is left.
    function _enter(Walk memory at, uint256 child) private pure returns (uint256) {
        if (at.left == 0) return 0;
        at.path <<= 4;
        unchecked {
            --at.left;
        }
        at.branchDue = false;
        return child;
    }

    /// @dev A node of two items: a leaf or an extension (MPT-7 to MPT-10).
    function _pair(Walk memory at, uint256 place, uint256 end)
        private
        pure
        returns (uint256 child, uint256 value, uint256 valueEnd)
    {
        (uint256 payload, uint256 second) = RLPReader.readString(place, end);
        (bool isLeaf, uint256 nibbles, bytes32 path) = _path(at.index, payload, second);

        if (isLeaf) {
            (value, valueEnd) = RLPReader.readString(second, end);
            if (value == valueEnd) revert MptEmptyValue(at.index);
            if (nibbles != at.left || !_isPrefix(path, nibbles, at.path)) return (0, 0, 0);
            return (0, value, valueEnd);
        }

        if (nibbles == 0) revert MptExtensionPathEmpty(at.index);
        (bool some,) = _child(at.index, second, end);
        if (!some) revert MptExtensionChild(at.index);
        if (nibbles > at.left || !_isPrefix(path, nibbles, at.path)) return (0, 0, 0);
        at.path <<= nibbles << 2;
        unchecked {
            at.left -= nibbles;
        }
        at.branchDue = true;
        return (second, 0, 0);
    }

    /// @dev Decodes a path in hex-prefix form (MPT-7). Only its first 64 nibbles are returned, left-aligned: no key has more.
    function _path(uint256 index, uint256 payload, uint256 end)
        private
        pure
        returns (bool isLeaf, uint256 nibbles, bytes32 path)
    {
        if (payload == end) revert MptPathEmpty(index);
        path = RLPReader.load(payload);
        uint256 first = uint256(path) >> 248;
        uint256 flag = first >> 4;
        if (flag > 3) revert MptPathFlag(index, flag);
        isLeaf = flag & 2 != 0;
        unchecked {
            nibbles = (end - payload - 1) << 1;
            if (flag & 1 != 0) return (isLeaf, nibbles + 1, path << 4);
            if (first & 15 != 0) revert MptPathPadding(index);
            return (isLeaf, nibbles, RLPReader.load(payload + 1));
        }
    }

    /// @dev Whether two paths agree in their first `nibbles` nibbles, at most 64.
    function _isPrefix(bytes32 a, uint256 nibbles, bytes32 b) private pure returns (bool) {
        unchecked {
            return uint256(a ^ b) >> (256 - (nibbles << 2)) == 0;
        }
    }
}
