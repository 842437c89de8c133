// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MapValidators} from "../src/libraries/MapValidators.sol";
import {BN254Reference} from "./BN254Reference.sol";

/// @title Plain twin of `MapValidators`
/// @notice A set is an array of keys, and its sum is computed anew each time. For tests only.
library MapValidatorsReference {
    function commitment(bytes[] memory keys) internal view returns (bytes32) {
        bytes memory joined;
        for (uint256 i = 0; i < keys.length; ++i) {
            joined = bytes.concat(joined, keys[i]);
        }
        return keccak256(bytes.concat(joined, sumOf(keys, type(uint256).max)));
    }

    /// @notice The sum of the keys whose bit is set.
    function sumOf(bytes[] memory keys, uint256 signers) internal view returns (bytes memory sum) {
        sum = new bytes(64);
        for (uint256 i = 0; i < keys.length; ++i) {
            if (signers >> i & 1 == 1) sum = BN254Reference.add(sum, keys[i]);
        }
    }

    function requireWithin(bytes[] memory keys, uint256 bits) internal pure {
        for (uint256 bit = 256; bit > keys.length; --bit) {
            if (bits >> (bit - 1) & 1 == 1) revert MapValidators.MapBitBeyondSet(bit - 1, keys.length);
        }
    }

    function change(bytes[] memory keys, uint256 removed, bytes[] memory added)
        internal
        pure
        returns (bytes[] memory changed)
    {
        requireWithin(keys, removed);
        uint256 size = added.length;
        for (uint256 i = 0; i < keys.length; ++i) {
            if (removed >> i & 1 == 0) ++size;
        }
        if (size == 0 || size > 256) revert MapValidators.MapSetSize(size);
        changed = new bytes[](size);
        size = 0;
        for (uint256 i = 0; i < keys.length; ++i) {
            if (removed >> i & 1 == 0) changed[size++] = keys[i];
        }
        for (uint256 i = 0; i < added.length; ++i) {
            (uint256 x, uint256 y) = abi.decode(added[i], (uint256, uint256));
            if (!BN254Reference.isOnCurve(x, y)) revert MapValidators.MapInvalidKey(size);
            for (uint256 j = 0; j < size; ++j) {
                if (keccak256(changed[j]) == keccak256(added[i])) revert MapValidators.MapDuplicateKey(size);
            }
            changed[size++] = added[i];
        }
    }
}
