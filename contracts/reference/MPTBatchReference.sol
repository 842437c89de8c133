// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTBatch} from "../src/libraries/MPTBatch.sol";
import {MPTProof} from "../src/libraries/MPTProof.sol";
import {MPTProofReference as MPT} from "./MPTProofReference.sol";

/// @title Plain twin of `MPTBatch`
/// @notice The clauses BAT-1 to BAT-3 of `spec/proof.md` in their order: each key is followed from the root, and each node is
/// remembered by the nibbles that lead to it. For tests only.
library MPTBatchReference {
    /// @dev What has been taken from the list.
    struct Taken {
        uint256 count; // nodes taken
        bytes[] paths; // the nibbles above each of them
    }

    enum Asked {
        Either,
        Inclusion,
        Exclusion
    }

    function inclusion(bytes32 root, bytes[] calldata keys, bytes[] calldata nodes)
        internal
        pure
        returns (bytes[] memory values)
    {
        (, values) = _walk(root, keys, nodes, Asked.Inclusion);
    }

    function exclusion(bytes32 root, bytes[] calldata keys, bytes[] calldata nodes) internal pure {
        _walk(root, keys, nodes, Asked.Exclusion);
    }

    function walk(bytes32 root, bytes[] calldata keys, bytes[] calldata nodes)
        internal
        pure
        returns (bool[] memory found, bytes[] memory values)
    {
        return _walk(root, keys, nodes, Asked.Either);
    }

    function _walk(bytes32 root, bytes[] calldata keys, bytes[] calldata nodes, Asked asked)
        private
        pure
        returns (bool[] memory found, bytes[] memory values)
    {
        if (root == 0) revert MPTProof.MptZeroRoot();
        if (keys.length == 0) revert MPTBatch.BatchEmpty();
        (found, values) = (new bool[](keys.length), new bytes[](keys.length));
        Taken memory taken = Taken({count: 0, paths: new bytes[](nodes.length)});
        for (uint256 item = 0; item < keys.length; ++item) {
            if (keys[item].length > 32) revert MPTProof.MptKeyTooLong(keys[item].length);
            if (item != 0 && !_isAbove(keys[item - 1], keys[item])) revert MPTBatch.BatchOrder(item);
            bytes calldata value;
            (found[item], value) = _follow(root, keys[item], nodes, taken);
            values[item] = value;
            if (asked == Asked.Inclusion && !found[item]) revert MPTBatch.BatchKeyAbsent(item);
            if (asked == Asked.Exclusion && found[item]) revert MPTBatch.BatchKeyPresent(item);
        }
        if (taken.count != nodes.length) revert MPTProof.MptTrailingNode(taken.count);
    }

    /// @dev BAT-2.
    function _isAbove(bytes calldata low, bytes calldata high) private pure returns (bool) {
        for (uint256 i = 0; i < low.length && i < high.length; ++i) {
            if (low[i] != high[i]) return low[i] < high[i];
        }
        return low.length < high.length;
    }

    /// @dev One key, from the root to its outcome.
    function _follow(bytes32 root, bytes calldata key, bytes[] calldata nodes, Taken memory taken)
        private
        pure
        returns (bool found, bytes calldata value)
    {
        value = key[:0];
        if (root == keccak256(hex"80") && nodes.length == 0) return (false, value);
        MPT.Walk memory at = MPT.Walk({nibbles: MPT._nibbles(key), depth: 0, index: 0, branchDue: false});
        bytes calldata node = _node(at, root, nodes, taken);
        if (node.length == 1 && node[0] == 0x80) return (false, value);
        while (true) {
            (MPT.Kind kind, bytes calldata what) = MPT._node(at, node);
            if (kind == MPT.Kind.Value) return (true, what);
            if (kind == MPT.Kind.Absent || MPT._isNone(what)) return (false, value);
            // casting to 'bytes32' is safe because MPT-9 leaves no other length
            // forge-lint: disable-next-line(unsafe-typecast)
            node = uint8(what[0]) >= 0xc0 ? what : _node(at, bytes32(what[1:]), nodes, taken);
        }
    }

    /// @dev The node under the nibbles used up: one that has been taken before, or the next one.
    function _node(MPT.Walk memory at, bytes32 hash, bytes[] calldata nodes, Taken memory taken)
        private
        pure
        returns (bytes calldata)
    {
        bytes memory path = new bytes(at.depth);
        for (uint256 i = 0; i < path.length; ++i) {
            path[i] = at.nibbles[i];
        }
        for (uint256 i = 0; i < taken.count; ++i) {
            at.index = i;
            if (keccak256(taken.paths[i]) == keccak256(path)) return nodes[i];
        }
        at.index = taken.count;
        bytes calldata node = MPT._listed(nodes, taken.count, hash);
        taken.paths[taken.count++] = path;
        return node;
    }
}
