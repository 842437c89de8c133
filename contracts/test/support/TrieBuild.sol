// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {RlpEncode} from "../harness/RlpEncode.sol";

/// @title Tries, built for tests
/// @notice Builds the trie of some keys and lists the nodes that prove what is under others. It shares nothing with the verifiers.
abstract contract TrieBuild {
    using RlpEncode for bytes;
    using RlpEncode for bytes[];

    /// @dev The nodes that are listed in proofs, by the nibbles that lead to them, of the trie built last.
    mapping(uint256 trie => mapping(bytes path => bytes node)) private listed;
    mapping(uint256 trie => mapping(uint256 batch => mapping(bytes path => bool))) private taken;
    uint256 private tries;
    uint256 private batches;

    /// @dev Builds the trie that holds `values` under `keys`, which are in rising order.
    function _build(bytes[] memory keys, bytes[] memory values) internal returns (bytes32 root) {
        ++tries;
        if (keys.length == 0) return keccak256(hex"80");
        bytes[] memory nibbles = new bytes[](keys.length);
        for (uint256 i = 0; i < keys.length; ++i) {
            nibbles[i] = _expand(keys[i]);
        }
        return keccak256(_node(nibbles, values, 0, keys.length, 0));
    }

    /// @dev The nodes of the proofs of `keys`, each once, in the order in which they are come to. Of one key, its own proof.
    function _prove(bytes[] memory keys) internal returns (bytes[] memory nodes) {
        ++batches;
        nodes = new bytes[](65 * keys.length);
        uint256 count;
        for (uint256 k = 0; k < keys.length; ++k) {
            bytes memory nibbles = _expand(keys[k]);
            for (uint256 depth = 0; depth <= nibbles.length; ++depth) {
                bytes memory path = _part(nibbles, 0, depth);
                bytes memory node = listed[tries][path];
                if (node.length == 0 || taken[tries][batches][path]) continue;
                taken[tries][batches][path] = true;
                nodes[count++] = node;
            }
        }
        assembly ("memory-safe") {
            mstore(nodes, count) // shortens the array to what has been found
        }
    }

    /// @dev The node over keys `from` to `to`, which agree in their first `depth` nibbles.
    function _node(bytes[] memory nibbles, bytes[] memory values, uint256 from, uint256 to, uint256 depth)
        private
        returns (bytes memory node)
    {
        uint256 agreed = _agreed(nibbles[from], nibbles[to - 1]);
        if (to - from == 1) {
            node = RlpEncode.leaf(_part(nibbles[from], depth, nibbles[from].length), values[from]);
        } else if (agreed > depth) {
            node = _node(nibbles, values, from, to, agreed);
            node = RlpEncode.extension(_part(nibbles[from], depth, agreed), node.childOf());
        } else {
            node = _branch(nibbles, values, from, to, depth);
        }
        if (node.length >= 32 || depth == 0) listed[tries][_part(nibbles[to - 1], 0, depth)] = node;
    }

    function _branch(bytes[] memory nibbles, bytes[] memory values, uint256 from, uint256 to, uint256 depth)
        private
        returns (bytes memory)
    {
        bytes[] memory items = RlpEncode.branch("");
        if (nibbles[from].length == depth) items[16] = values[from++].str();
        while (from < to) {
            bytes1 nibble = nibbles[from][depth];
            uint256 next = from;
            while (next < to && nibbles[next][depth] == nibble) ++next;
            items[uint8(nibble)] = _node(nibbles, values, from, next, depth + 1).childOf();
            from = next;
        }
        return items.join();
    }

    function _agreed(bytes memory a, bytes memory b) private pure returns (uint256 count) {
        while (count < a.length && count < b.length && a[count] == b[count]) ++count;
    }

    function _expand(bytes memory key) internal pure returns (bytes memory nibbles) {
        nibbles = new bytes(2 * key.length);
        for (uint256 i = 0; i < key.length; ++i) {
            (nibbles[2 * i], nibbles[2 * i + 1]) = (key[i] >> 4, key[i] & 0x0f);
        }
    }

    function _part(bytes memory data, uint256 from, uint256 to) private pure returns (bytes memory cut) {
        cut = new bytes(to - from);
        for (uint256 i = from; i < to; ++i) {
            cut[i - from] = data[i];
        }
    }
}
