// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTNode} from "../src/libraries/MPTNode.sol";
import {MPTProof} from "../src/libraries/MPTProof.sol";
import {RLPReaderReference as RLP} from "./RLPReaderReference.sol";

/// @title Plain twin of `MPTProof`
/// @notice The clauses MPT-1 to MPT-14 and PCK-1 of `spec/proof.md` in their order: keys are expanded to one nibble per byte, and every node
/// is read item by item. For tests only.
library MPTProofReference {
    /// @dev Where a walk stands.
    struct Walk {
        bytes nibbles; // the whole key, one nibble per byte
        uint256 depth; // nibbles used up
        uint256 index; // place in the list of the node at hand
        bool branchDue; // the parent is an extension
    }

    enum Kind {
        Absent,
        Value,
        Child
    }

    function inclusion(bytes32 root, bytes calldata key, bytes[] calldata nodes)
        internal
        pure
        returns (bytes calldata value)
    {
        bool found;
        (found, value) = walk(root, key, nodes);
        if (!found) revert MPTProof.MptKeyAbsent();
    }

    function exclusion(bytes32 root, bytes calldata key, bytes[] calldata nodes) internal pure {
        (bool found,) = walk(root, key, nodes);
        if (found) revert MPTProof.MptKeyPresent();
    }

    function inclusionPacked(bytes32 root, bytes calldata key, bytes calldata nodes)
        internal
        pure
        returns (bytes calldata value)
    {
        bool found;
        (found, value) = walkPacked(root, key, nodes);
        if (!found) revert MPTProof.MptKeyAbsent();
    }

    function exclusionPacked(bytes32 root, bytes calldata key, bytes calldata nodes) internal pure {
        (bool found,) = walkPacked(root, key, nodes);
        if (found) revert MPTProof.MptKeyPresent();
    }

    function walk(bytes32 root, bytes calldata key, bytes[] calldata nodes)
        internal
        pure
        returns (bool found, bytes calldata value)
    {
        if (root == 0) revert MPTProof.MptZeroRoot();
        if (key.length > 32) revert MPTProof.MptKeyTooLong(key.length);
        value = key[:0];
        if (root == keccak256(hex"80") && nodes.length == 0) return (false, value);

        Walk memory at = Walk({nibbles: _nibbles(key), depth: 0, index: 0, branchDue: false});
        bytes calldata node = _listed(nodes, 0, root);
        Kind kind = Kind.Absent;
        if (node.length != 1 || node[0] != 0x80) {
            kind = Kind.Child;
            while (kind == Kind.Child) {
                bytes calldata what;
                (kind, what) = _node(at, node);
                if (kind == Kind.Value) value = what;
                if (kind == Kind.Child) (kind, node) = _follow(at, nodes, what);
            }
        }
        if (nodes.length > at.index + 1) revert MPTProof.MptTrailingNode(at.index + 1);
        found = kind == Kind.Value;
    }

    function walkPacked(bytes32 root, bytes calldata key, bytes calldata nodes)
        internal
        pure
        returns (bool found, bytes calldata value)
    {
        if (root == 0) revert MPTProof.MptZeroRoot();
        if (key.length > 32) revert MPTProof.MptKeyTooLong(key.length);
        value = key[:0];
        if (root == keccak256(hex"80") && nodes.length == 0) return (false, value);

        Walk memory at = Walk({nibbles: _nibbles(key), depth: 0, index: 0, branchDue: false});
        bytes calldata node;
        (node, nodes) = _packed(nodes, 0, root);
        Kind kind = node.length == 1 && node[0] == 0x80 ? Kind.Absent : Kind.Child;
        while (kind == Kind.Child) {
            bytes calldata what;
            (kind, what) = _node(at, node);
            if (kind == Kind.Value) value = what;
            if (kind == Kind.Child) (kind, node, nodes) = _followPacked(at, nodes, what);
        }
        if (nodes.length != 0) revert MPTProof.MptTrailingNode(at.index + 1);
        found = kind == Kind.Value;
    }

    /// @dev PCK-1, MPT-4, MPT-5: the node that `nodes` start with, and those behind it.
    function _packed(bytes calldata nodes, uint256 index, bytes32 expected)
        private
        pure
        returns (bytes calldata node, bytes calldata rest)
    {
        if (nodes.length == 0) revert MPTProof.MptTruncatedProof(index);
        (,, rest) = RLP.next(nodes);
        node = nodes[:nodes.length - rest.length];
        if (index > 0 && node.length < 32) revert MPTProof.MptShortNode(index);
        if (keccak256(node) != expected) revert MPTProof.MptHashMismatch(index);
    }

    /// @dev As `_follow`, the nodes one behind the other.
    function _followPacked(Walk memory at, bytes calldata nodes, bytes calldata child)
        private
        pure
        returns (Kind kind, bytes calldata node, bytes calldata rest)
    {
        (bool isList, bytes calldata payload,) = RLP.next(child);
        if (isList) return (Kind.Child, child, nodes);
        if (payload.length == 0) return (Kind.Absent, child, nodes);
        // casting to 'bytes32' is safe because MPT-9 leaves no other length
        // forge-lint: disable-next-line(unsafe-typecast)
        (node, rest) = _packed(nodes, ++at.index, bytes32(payload));
        return (Kind.Child, node, rest);
    }

    /// @dev MPT-3 to MPT-5.
    function _listed(bytes[] calldata nodes, uint256 index, bytes32 expected)
        internal
        pure
        returns (bytes calldata node)
    {
        if (index >= nodes.length) revert MPTProof.MptTruncatedProof(index);
        node = nodes[index];
        if (index > 0 && node.length < 32) revert MPTProof.MptShortNode(index);
        if (keccak256(node) != expected) revert MPTProof.MptHashMismatch(index);
    }

    /// @dev The node that a child, given with its header, stands for.
    function _follow(Walk memory at, bytes[] calldata nodes, bytes calldata child)
        internal
        pure
        returns (Kind kind, bytes calldata node)
    {
        (bool isList, bytes calldata payload,) = RLP.next(child);
        if (isList) return (Kind.Child, child);
        if (payload.length == 0) return (Kind.Absent, child);
        // casting to 'bytes32' is safe because MPT-9 leaves no other length
        // forge-lint: disable-next-line(unsafe-typecast)
        return (Kind.Child, _listed(nodes, ++at.index, bytes32(payload)));
    }

    /// @dev RLP-1 to RLP-6, MPT-6, MPT-8.
    function _node(Walk memory at, bytes calldata node) internal pure returns (Kind, bytes calldata) {
        bytes calldata items = RLP.exactList(node);
        uint256 count = RLP.count(items, 18);
        if (count != 2 && count != 17) revert MPTNode.MptItemCount(at.index, count);
        if (at.branchDue && count != 17) revert MPTNode.MptExtensionChild(at.index);
        at.branchDue = false;
        return count == 17 ? _branch(at, items) : _pair(at, items);
    }

    /// @dev MPT-9, MPT-11.
    function _branch(Walk memory at, bytes calldata items) private pure returns (Kind, bytes calldata) {
        uint256 present;
        for (uint256 i = 0; i < 16; ++i) {
            if (!_isNone(_child(at.index, RLP.skip(items, i)))) ++present;
        }
        (bytes calldata value,) = RLP.nextString(RLP.skip(items, 16));
        if (value.length != 0) ++present;
        if (present < 2) revert MPTNode.MptSparseBranch(at.index);

        if (at.depth == at.nibbles.length) return (value.length == 0 ? Kind.Absent : Kind.Value, value);
        return (Kind.Child, _child(at.index, RLP.skip(items, uint8(at.nibbles[at.depth++]))));
    }

    /// @dev The first item of `items`, with its header, if it has the form of a child (MPT-9).
    function _child(uint256 index, bytes calldata items) internal pure returns (bytes calldata child) {
        (bool isList, bytes calldata payload, bytes calldata rest) = RLP.next(items);
        child = items[:items.length - rest.length];
        bool valid = isList ? child.length < 32 : payload.length == 0 || payload.length == 32;
        if (!valid) revert MPTNode.MptChildForm(index);
    }

    function _isNone(bytes calldata child) internal pure returns (bool) {
        return child.length == 1 && child[0] == 0x80;
    }

    /// @dev A leaf or an extension.
    function _pair(Walk memory at, bytes calldata items) private pure returns (Kind, bytes calldata) {
        (bytes calldata encoded, bytes calldata second) = RLP.nextString(items);
        (bool isLeaf, bytes memory path) = _path(at.index, encoded);
        return isLeaf ? _leaf(at, path, second) : _extension(at, path, second);
    }

    /// @dev MPT-10.
    function _leaf(Walk memory at, bytes memory path, bytes calldata second)
        private
        pure
        returns (Kind kind, bytes calldata value)
    {
        (value,) = RLP.nextString(second);
        if (value.length == 0) revert MPTNode.MptEmptyValue(at.index);
        bool same = at.nibbles.length - at.depth == path.length && _startsWith(at, path);
        kind = same ? Kind.Value : Kind.Absent;
    }

    /// @dev MPT-8, MPT-9.
    function _extension(Walk memory at, bytes memory path, bytes calldata second)
        private
        pure
        returns (Kind kind, bytes calldata child)
    {
        if (path.length == 0) revert MPTNode.MptExtensionPathEmpty(at.index);
        child = _child(at.index, second);
        if (_isNone(child)) revert MPTNode.MptExtensionChild(at.index);
        if (!_startsWith(at, path)) return (Kind.Absent, child);
        at.depth += path.length;
        at.branchDue = true;
        kind = Kind.Child;
    }

    /// @dev MPT-7.
    function _path(uint256 index, bytes calldata encoded) private pure returns (bool isLeaf, bytes memory path) {
        if (encoded.length == 0) revert MPTNode.MptPathEmpty(index);
        bytes memory nibbles = _nibbles(encoded);
        uint256 flag = uint8(nibbles[0]);
        if (flag > 3) revert MPTNode.MptPathFlag(index, flag);
        bool isOdd = flag == 1 || flag == 3;
        if (!isOdd && nibbles[1] != 0) revert MPTNode.MptPathPadding(index);

        uint256 prefix = isOdd ? 1 : 2;
        path = new bytes(nibbles.length - prefix);
        for (uint256 i = 0; i < path.length; ++i) {
            path[i] = nibbles[i + prefix];
        }
        isLeaf = flag >= 2;
    }

    /// @dev Whether what is left of the key starts with `path`.
    function _startsWith(Walk memory at, bytes memory path) private pure returns (bool) {
        if (at.nibbles.length - at.depth < path.length) return false;
        for (uint256 i = 0; i < path.length; ++i) {
            if (at.nibbles[at.depth + i] != path[i]) return false;
        }
        return true;
    }

    function _nibbles(bytes calldata data) internal pure returns (bytes memory nibbles) {
        nibbles = new bytes(2 * data.length);
        for (uint256 i = 0; i < data.length; ++i) {
            nibbles[2 * i] = data[i] >> 4;
            nibbles[2 * i + 1] = data[i] & 0x0f;
        }
    }
}
