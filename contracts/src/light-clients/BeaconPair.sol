// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {CalldataSlice} from "../libraries/CalldataSlice.sol";
import {SSZ} from "../libraries/SSZ.sol";
import {BeaconChain} from "./BeaconChain.sol";

/// @title Two beacon headers and what is proven from one to the other
/// @notice The *pair* of section 4.1 of `spec/client.md`: an inner header whose root is in the outer header's state, and the execution
/// block hash in the inner header's body. It is 192 bytes of calldata; all numbers are big-endian:
///
///     at   0  8  outer slot            at  32  32  outer parent root
///     at   8  8  outer proposer index  at  64  32  outer body root
///     at  16  8  inner slot            at  96  32  inner parent root
///     at  24  8  inner proposer index  at 128  32  inner state root
///                                      at 160  32  execution block hash
///
/// The inner body root and the outer state root are not in it: they are where the two branches lead. So nothing is established
/// until the caller has compared the outer root with one that is trusted; then every field, node and root here is bound to it.
library BeaconPair {
    using CalldataSlice for uint256;

    /// @notice Bytes of a pair.
    uint256 internal constant LENGTH = 192;

    // Where each field begins.
    uint256 private constant INNER_SLOT = 16;
    uint256 private constant OUTER_PARENT_ROOT = 32;
    uint256 private constant OUTER_BODY_ROOT = 64;
    uint256 private constant INNER_PARENT_ROOT = 96;
    uint256 private constant INNER_STATE_ROOT = 128;
    uint256 private constant EXECUTION_BLOCK_HASH = 160;

    /// @notice Slot of the outer header.
    function outerSlot(uint256 pair) internal pure returns (uint64) {
        // forge-lint: disable-next-line(unsafe-typecast) the uppermost 64 bits
        return uint64(pair.word() >> 192);
    }

    /// @notice Slot of the inner header.
    function innerSlot(uint256 pair) internal pure returns (uint64) {
        // forge-lint: disable-next-line(unsafe-typecast) the lowest 64 bits
        return uint64((pair + INNER_SLOT).word() >> 192);
    }

    /// @notice The execution block hash of the inner header's block.
    function executionBlockHash(uint256 pair) internal pure returns (bytes32) {
        unchecked {
            return bytes32((pair + EXECUTION_BLOCK_HASH).word());
        }
    }

    /// @notice Computes the roots of a pair (SSZ-1 of the execution branch, then SSZ-1 of the other).
    /// @param pair Position of the pair in calldata.
    /// @param executionBranch From the execution block hash, at `executionIndex`, to the inner body root.
    /// @param branch From the inner root, at `index`, to the outer state root.
    function rootsOf(
        uint256 pair,
        bytes32[] calldata executionBranch,
        uint256 executionIndex,
        bytes32[] calldata branch,
        uint256 index
    ) internal view returns (bytes32 inner, bytes32 outerState, bytes32 outer) {
        inner = SSZ.branchRoot(executionBlockHash(pair), executionBranch, executionIndex);
        uint256 numbers = BeaconChain.littleEndian(pair.word());
        inner = _innerRoot(pair, numbers, inner);
        outerState = SSZ.branchRoot(inner, branch, index);
        outer = _outerRoot(pair, numbers, outerState);
    }

    function _innerRoot(uint256 pair, uint256 numbers, bytes32 bodyRoot) private view returns (bytes32 root) {
        unchecked {
            return SSZ.rootOfFive(
                BeaconChain.firstNumber(numbers << 128),
                BeaconChain.firstNumber(numbers << 192),
                bytes32((pair + INNER_PARENT_ROOT).word()),
                bytes32((pair + INNER_STATE_ROOT).word()),
                bodyRoot
            );
        }
    }

    function _outerRoot(uint256 pair, uint256 numbers, bytes32 stateRoot) private view returns (bytes32 root) {
        unchecked {
            return SSZ.rootOfFive(
                BeaconChain.firstNumber(numbers),
                BeaconChain.firstNumber(numbers << 64),
                bytes32((pair + OUTER_PARENT_ROOT).word()),
                stateRoot,
                bytes32((pair + OUTER_BODY_ROOT).word())
            );
        }
    }
}
