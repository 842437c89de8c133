// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTCompact} from "../src/libraries/MPTCompact.sol";
import {MPTNode} from "../src/libraries/MPTNode.sol";
import {MPTProof} from "../src/libraries/MPTProof.sol";
import {MPTProofReference as MPT} from "./MPTProofReference.sol";
import {RLPReaderReference as RLP} from "./RLPReaderReference.sol";

/// @title Plain twin of `MPTCompact`
/// @notice The clauses CPT-1 to CPT-4 of `spec/proof.md` in their order: keys are expanded to one nibble per byte, and every node is
/// put together item by item. For tests only.
library MPTCompactReference {
    /// @dev Where a climb from the terminal to the root stands.
    struct Climb {
        bytes nibbles; // the whole key, one nibble per byte
        uint256 depth; // how many of them are above the node
        uint256 index; // place of the node, counted from the terminal
        bytes32 node; // its hash
        bool extended; // it is an extension
    }

    function inclusion(bytes32 root, bytes calldata key, bytes calldata proof)
        internal
        pure
        returns (bytes calldata value)
    {
        bool found;
        (found, value) = walk(root, key, proof);
        if (!found) revert MPTProof.MptKeyAbsent();
    }

    function exclusion(bytes32 root, bytes calldata key, bytes calldata proof) internal pure {
        (bool found,) = walk(root, key, proof);
        if (found) revert MPTProof.MptKeyPresent();
    }

    function walk(bytes32 root, bytes calldata key, bytes calldata proof)
        internal
        pure
        returns (bool found, bytes calldata value)
    {
        if (root == 0) revert MPTProof.MptZeroRoot();
        if (key.length > 32) revert MPTProof.MptKeyTooLong(key.length);
        if (proof.length == 0) {
            if (root != keccak256(hex"80")) revert MPTProof.MptTruncatedProof(0);
            return (false, proof);
        }

        bytes calldata part;
        (part, proof) = _take(proof, 4, 0);
        uint256 depth = uint8(part[0]);
        (part, proof) = _take(proof, _integer(part[1:]), 0);
        if (depth > 2 * key.length) revert MPTCompact.CompactDepth(0, depth);
        if (proof.length != 0 && part.length < 32) revert MPTProof.MptShortNode(0);

        MPT.Walk memory at = MPT.Walk({nibbles: MPT._nibbles(key), depth: depth, index: 0, branchDue: false});
        uint256 steps;
        (steps, at.branchDue) = _climb(root, at.nibbles, depth, keccak256(part), proof);
        return _terminal(at, steps, part);
    }

    /// @dev All steps, and the comparison with the root.
    function _climb(bytes32 root, bytes memory nibbles, uint256 depth, bytes32 terminal, bytes calldata steps)
        private
        pure
        returns (uint256, bool branchDue)
    {
        Climb memory up = Climb({nibbles: nibbles, depth: depth, index: 0, node: terminal, extended: false});
        while (steps.length != 0) {
            ++up.index;
            steps = _step(up, steps);
            if (up.index == 1) branchDue = up.extended;
        }
        if (up.depth != 0) revert MPTCompact.CompactDepth(up.index, up.depth);
        if (up.node != root) revert MPTProof.MptHashMismatch(up.index);
        return (up.index, branchDue);
    }

    /// @dev One step, whichever of the three it is.
    function _step(Climb memory up, bytes calldata steps) private pure returns (bytes calldata rest) {
        if (up.depth == 0) revert MPTCompact.CompactDepth(up.index, 0);
        bytes calldata part;
        (part, rest) = _take(steps, 2, up.index);
        uint256 mask = _integer(part);
        if (mask != 0) return _branch(up, mask, rest);

        (part, rest) = _take(rest, 1, up.index);
        if (part[0] != 0) return _extension(up, uint8(part[0]), rest);

        (part, rest) = _take(rest, 2, up.index);
        (part, rest) = _take(rest, _integer(part), up.index);
        _embedding(up, part);
    }

    /// @dev A branch of hashes.
    function _branch(Climb memory up, uint256 mask, bytes calldata steps) internal pure returns (bytes calldata rest) {
        uint256 children;
        for (uint256 i = 0; i < 16; ++i) {
            if (_has(mask, i)) ++children;
        }
        if (children == 1) revert MPTNode.MptSparseBranch(up.index);
        uint256 nibble = uint8(up.nibbles[--up.depth]);
        if (!_has(mask, nibble)) revert MPTCompact.CompactChild(up.index);

        bytes calldata hashes;
        (hashes, rest) = _take(steps, 32 * (children - 1), up.index);
        bytes memory items;
        for (uint256 i = 0; i < 16; ++i) {
            if (i == nibble) {
                items = bytes.concat(items, hex"a0", up.node);
            } else if (_has(mask, i)) {
                items = bytes.concat(items, hex"a0", hashes[:32]);
                hashes = hashes[32:];
            } else {
                items = bytes.concat(items, hex"80");
            }
        }
        up.node = keccak256(_list(bytes.concat(items, hex"80")));
        up.extended = false;
    }

    /// @dev An extension of `count` nibbles.
    function _extension(Climb memory up, uint256 count, bytes calldata rest) internal pure returns (bytes calldata) {
        if (count > up.depth) revert MPTCompact.CompactDepth(up.index, up.depth);
        if (up.extended) revert MPTNode.MptExtensionChild(up.index - 1);
        up.depth -= count;

        // hex-prefix form: the flag of an odd path shares a byte with the first nibble
        bytes memory path = count % 2 == 0 ? bytes(hex"00") : bytes.concat(bytes1(0x10) | up.nibbles[up.depth]);
        for (uint256 i = count % 2; i < count; i += 2) {
            path = bytes.concat(path, (up.nibbles[up.depth + i] << 4) | up.nibbles[up.depth + i + 1]);
        }
        if (path.length != 1) path = bytes.concat(_byte(0x80 + path.length), path);
        up.node = keccak256(_list(bytes.concat(path, hex"a0", up.node)));
        up.extended = true;
        return rest;
    }

    /// @dev A branch of which one child at least is embedded.
    function _embedding(Climb memory up, bytes calldata others) internal pure {
        uint256 count = RLP.count(others, 16);
        if (count != 15) revert MPTNode.MptItemCount(up.index, count);
        uint256 present;
        uint256 embedded;
        for (uint256 i = 0; i < 15; ++i) {
            bytes calldata child = MPT._child(up.index, RLP.skip(others, i));
            if (!MPT._isNone(child)) ++present;
            if (uint8(child[0]) >= 0xc0) ++embedded;
        }
        if (present == 0) revert MPTNode.MptSparseBranch(up.index);
        if (embedded == 0) revert MPTCompact.CompactForm(up.index);

        uint256 nibble = uint8(up.nibbles[--up.depth]);
        bytes calldata behind = RLP.skip(others, nibble);
        bytes calldata before = others[:others.length - behind.length];
        up.node = keccak256(_list(bytes.concat(before, hex"a0", up.node, behind, hex"80")));
        up.extended = false;
    }

    /// @dev The walk through the terminal and what is embedded in it.
    function _terminal(MPT.Walk memory at, uint256 steps, bytes calldata node)
        private
        pure
        returns (bool found, bytes calldata value)
    {
        value = node[:0];
        if (node.length == 1 && node[0] == 0x80) return (false, value);
        while (true) {
            (MPT.Kind kind, bytes calldata what) = MPT._node(at, node);
            if (kind == MPT.Kind.Value) return (true, what);
            if (kind == MPT.Kind.Absent || MPT._isNone(what)) return (false, value);
            if (what[0] == 0xa0) revert MPTProof.MptTruncatedProof(steps + 1);
            node = what;
        }
    }

    /// @dev CPT-1.
    function _take(bytes calldata from, uint256 length, uint256 index)
        private
        pure
        returns (bytes calldata part, bytes calldata rest)
    {
        if (from.length < length) revert MPTCompact.CompactTooShort(index);
        return (from[:length], from[length:]);
    }

    function _has(uint256 mask, uint256 nibble) private pure returns (bool) {
        return (mask / 2 ** (15 - nibble)) % 2 == 1;
    }

    function _list(bytes memory items) private pure returns (bytes memory) {
        if (items.length < 56) return bytes.concat(_byte(0xc0 + items.length), items);
        if (items.length < 256) return bytes.concat(hex"f8", _byte(items.length), items);
        return bytes.concat(hex"f9", _byte(items.length / 256), _byte(items.length % 256), items);
    }

    function _byte(uint256 value) private pure returns (bytes1) {
        // casting to 'uint8' is safe because every caller passes less than 256
        // forge-lint: disable-next-line(unsafe-typecast)
        return bytes1(uint8(value));
    }

    function _integer(bytes calldata digits) private pure returns (uint256 value) {
        for (uint256 i = 0; i < digits.length; ++i) {
            value = value * 256 + uint8(digits[i]);
        }
    }
}
