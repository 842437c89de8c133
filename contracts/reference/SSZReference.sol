// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {SSZ} from "../src/libraries/SSZ.sol";

/// @title `SSZ` without assembly, for reading and for comparison
library SSZReference {
    function branchRoot(bytes32 leaf, bytes32[] memory branch, uint256 gindex) internal pure returns (bytes32 root) {
        uint256 depth = 0;
        while (gindex >> depth > 1) ++depth;
        if (gindex == 0 || branch.length != depth) revert SSZ.SszBranchLength(depth, branch.length);
        root = leaf;
        for (uint256 d = 0; d < depth; ++d) {
            bool isRight = (gindex >> d) % 2 == 1;
            root = isRight ? hashPair(branch[d], root) : hashPair(root, branch[d]);
        }
    }

    /// @dev Keeps every level in full: which nodes are known, and what they are.
    function multiproofRoot(
        uint256[] memory positions,
        bytes32[] memory leaves,
        uint256 depth,
        bytes32[] memory witness
    ) internal pure returns (bytes32 root) {
        if (leaves.length == 0) {
            if (witness.length == 0) revert SSZ.SszWitnessShort(0);
            if (witness.length > 1) revert SSZ.SszWitnessLong(1, witness.length);
            return witness[0];
        }
        bytes32[] memory row = new bytes32[](2 ** depth);
        bool[] memory known = new bool[](2 ** depth);
        for (uint256 i = 0; i < leaves.length; ++i) {
            row[positions[i]] = leaves[i];
            known[positions[i]] = true;
        }
        uint256 used = 0;
        for (uint256 width = 2 ** depth; width > 1; width /= 2) {
            for (uint256 i = 0; i < width; i += 2) {
                bool parent = known[i] || known[i + 1];
                if (parent && !(known[i] && known[i + 1])) {
                    if (used == witness.length) revert SSZ.SszWitnessShort(witness.length);
                    row[known[i] ? i + 1 : i] = witness[used++];
                }
                known[i / 2] = parent;
                if (parent) row[i / 2] = hashPair(row[i], row[i + 1]);
            }
        }
        if (used < witness.length) revert SSZ.SszWitnessLong(used, witness.length);
        return row[0];
    }

    function hashPair(bytes32 left, bytes32 right) internal pure returns (bytes32) {
        return sha256(bytes.concat(left, right));
    }
}
