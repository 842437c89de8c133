// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {RLPReaderReference} from "../../reference/RLPReaderReference.sol";
import {MPTNode} from "../../src/libraries/MPTNode.sol";
import {MPTProof} from "../../src/libraries/MPTProof.sol";
import {SSZ} from "../../src/libraries/SSZ.sol";

/// @title A verifier of Merkle proofs with one fault, of those that verifiers have had
/// @notice Not to be deployed anywhere. Reads tries whose nodes are all listed, of keys that are all as long. Without a fault it refuses what the
/// real one refuses.
contract BrokenTrie {
    enum Fault {
        None,
        LoosePrefix, // Polygon 2021: the rest of a path's first byte may be anything
        EndIsAbsence, // alloy-trie, curve-merkle-oracle: where the nodes end, nothing is there
        ValueIsReference, // alloy-trie 2026: a value that looks like a reference is followed
        TrailingIgnored, // Hyperbridge 2026: not every byte of the proof enters the root
        ZeroRoot, // Nomad 2022: a root that was never set is not compared
        AnyDepth // Hyperbridge, Snowbridge 2026: the index is not bound to the length of the branch
    }

    Fault private immutable FAULT;

    constructor(Fault fault) {
        FAULT = fault;
    }

    /// @dev As `MPTProof.walk`, keys being words.
    function walk(bytes32 root, bytes32 key, bytes[] calldata nodes)
        external
        view
        returns (bool found, bytes memory value)
    {
        if (root == 0 && FAULT != Fault.ZeroRoot) revert MPTProof.MptZeroRoot();
        uint256 depth = 0;
        for (uint256 i = 0; i < nodes.length; ++i) {
            if (root != 0 && keccak256(nodes[i]) != root) revert MPTProof.MptHashMismatch(i);
            bool isLeaf;
            (isLeaf, depth, value) = _step(nodes[i], i, key, depth);
            if (depth > 64 || value.length == 0) return (false, "");
            bool followed = FAULT == Fault.ValueIsReference && value.length == 33 && i + 1 < nodes.length;
            if (isLeaf && !followed) {
                if (i + 1 != nodes.length && FAULT != Fault.TrailingIgnored) revert MPTProof.MptTrailingNode(i + 1);
                return (true, value);
            }
            root = _word(value, value.length - 32);
        }
        if (FAULT != Fault.EndIsAbsence) revert MPTProof.MptTruncatedProof(nodes.length);
        return (false, "");
    }

    /// @dev As `SSZ.branchRoot`.
    function branchRoot(bytes32 leaf, bytes32[] calldata branch, uint256 gindex) external view returns (bytes32 root) {
        if (FAULT != Fault.AnyDepth && gindex >> branch.length != 1) {
            uint256 depth = 0;
            while (gindex >> depth > 1) ++depth;
            revert SSZ.SszBranchLength(depth, branch.length);
        }
        root = leaf;
        for (uint256 i = 0; i < branch.length; ++i) {
            root = (gindex >> i) & 1 == 0 ? SSZ.hashPair(root, branch[i]) : SSZ.hashPair(branch[i], root);
        }
    }

    /// @dev Where the node leads: its child or value, and how much of the key is then used up, or more than all if it is not there.
    function _step(bytes calldata node, uint256 index, bytes32 key, uint256 depth)
        private
        view
        returns (bool isLeaf, uint256 next, bytes memory value)
    {
        bytes calldata items = RLPReaderReference.exactList(node);
        bytes calldata child;
        if (RLPReaderReference.count(items, 18) == 17) {
            (, child,) = RLPReaderReference.next(RLPReaderReference.skip(items, _nibble(key, depth)));
            return (false, depth + 1, child);
        }
        bytes calldata path;
        (path, items) = RLPReaderReference.nextString(items);
        (, child,) = RLPReaderReference.next(items);
        uint256 first = uint8(path[0]);
        isLeaf = first & 0x20 != 0;
        bool isOdd = first & 0x10 != 0;
        if (FAULT != Fault.LoosePrefix && !isOdd && first & 0x0f != 0) revert MPTNode.MptPathPadding(index);
        next = depth;
        for (uint256 i = isOdd ? 1 : 2; i < 2 * path.length; ++i) {
            uint256 nibble = i % 2 == 0 ? uint8(path[i / 2]) >> 4 : uint8(path[i / 2]) & 0x0f;
            if (next > 63 || nibble != _nibble(key, next++)) return (isLeaf, 65, "");
        }
        value = child;
    }

    function _nibble(bytes32 key, uint256 depth) private pure returns (uint256) {
        return (uint256(key) >> (252 - 4 * depth)) & 0x0f;
    }

    function _word(bytes memory data, uint256 at) private pure returns (bytes32 word) {
        for (uint256 i = 0; i < 32; ++i) {
            word |= bytes32(data[at + i]) >> (8 * i);
        }
    }
}
