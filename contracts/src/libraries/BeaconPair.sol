// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {CalldataSlice} from "./CalldataSlice.sol";
import {SSZ} from "./SSZ.sol";

/// @title Two beacon headers and what is proven from one to the other
/// @notice The *pair* of section 4.1 of `spec/client.md`: an inner header whose root is in the outer header's state, and the execution
/// block hash in the inner header's body. It is 160 bytes of calldata; all numbers are big-endian:
///
///     at   0  8  outer slot            at  32  32  outer parent root
///     at   8  8  outer proposer index  at  64  32  outer half: H(H(outer body root, 0), H(0, 0))
///     at  16  8  inner slot            at  96  32  inner roots: H(inner parent root, inner state root)
///     at  24  8  inner proposer index  at 128  32  execution block hash
///
/// The inner body root and the outer state root are not in it: they are where the two branches lead. What no check looks at is not
/// opened: it stands as the node above it. So nothing is established until the caller has compared the outer root with one that is
/// trusted; then every field, node and root here is bound to it.
library BeaconPair {
    using CalldataSlice for uint256;

    /// @notice Bytes of a pair.
    uint256 internal constant LENGTH = 160;

    /// @notice Where the execution block hash is in an update, whose pair is behind the 8 bytes of the signature slot.
    uint256 internal constant BLOCK_HASH_IN_UPDATE = 8 + EXECUTION_BLOCK_HASH;

    // Where each field begins.
    uint256 private constant INNER_SLOT = 16;
    uint256 private constant OUTER_PARENT_ROOT = 32;
    uint256 private constant OUTER_HALF = 64;
    uint256 private constant INNER_ROOTS = 96;
    uint256 private constant EXECUTION_BLOCK_HASH = 128;

    /// @dev SHA-256 of 64 zero bytes: the root of two empty leaves.
    uint256 private constant ZERO_PAIR = 0xf5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b;

    /// @dev Every other byte, pair and four of bytes.
    uint256 private constant EVEN_BYTES = 0x00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff;
    uint256 private constant EVEN_PAIRS = 0x0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff;
    uint256 private constant EVEN_QUADS = 0x00000000ffffffff00000000ffffffff00000000ffffffff00000000ffffffff;

    /// @dev The uppermost of four lanes: a little-endian number as a leaf.
    uint256 private constant LANE = 0xffffffffffffffff << 192;

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
    /// @dev 25 hashes of the tree in a row. A header is eight leaves,
    ///
    ///     root = H(H(H(slot, proposer), H(parent, state)), H(H(body, 0), H(0, 0)))
    ///
    /// Each answer goes to where the next pair needs it, as in `SSZ`: to one of the three words at 0x00, of which the third is the
    /// free memory pointer and put back at the end, or to the free memory, if it has to wait.
    /// @param pair Position of the pair in calldata.
    /// @param branch Position of the branch from the inner root to the outer state root. Behind it is the execution branch: from the
    /// execution block hash to the inner body root.
    /// @param nodes How many nodes the branch has, and in the lowest byte the execution branch.
    /// @param indices Index of the execution block hash in the upper half, index of the inner root in the lowest 64 bits.
    function rootsOf(uint256 pair, uint256 branch, uint256 nodes, uint256 indices)
        internal
        view
        returns (bytes32 inner, bytes32 outerState, bytes32 outer)
    {
        uint256 executionIndex = indices >> 128;
        // forge-lint: disable-next-line(unsafe-typecast) the lowest 64 bits are meant
        uint256 index = uint64(indices);
        uint256 executionBranch;
        unchecked {
            executionBranch = branch + 32 * (nodes >> 8);
            // A product is 1 only of ones.
            if ((executionIndex >> (nodes & 0xff)) * (index >> (nodes >> 8)) != 1) {
                SSZ.requireDepth(nodes & 0xff, executionIndex);
                SSZ.requireDepth(nodes >> 8, index);
            }
        }
        uint256 numbers = littleEndian(pair.word());
        assembly ("memory-safe") {
            let free := mload(0x40)

            // H(H(slot, proposer), H(parent, state)) of the inner header waits for its body root.
            mstore(0x00, and(shl(128, numbers), LANE))
            mstore(0x20, shl(192, numbers))
            pop(staticcall(gas(), 0x02, 0x00, 0x40, 0x00, 0x20))
            mstore(0x20, calldataload(add(pair, INNER_ROOTS)))
            pop(staticcall(gas(), 0x02, 0x00, 0x40, free, 0x20))

            // From the execution block hash to the inner body root. The steps of the branch that every update since Deneb has are written
            // out: 812 is 1100101100 in binary, read from the right, and the node is the left child where there is a zero.
            switch executionIndex
            case 812 {
                mstore(0x00, calldataload(add(pair, EXECUTION_BLOCK_HASH)))
                mstore(0x20, calldataload(executionBranch))
                pop(staticcall(gas(), 0x02, 0x00, 0x40, 0x00, 0x20))
                mstore(0x20, calldataload(add(executionBranch, 0x20)))
                pop(staticcall(gas(), 0x02, 0x00, 0x40, 0x20, 0x20))
                mstore(0x00, calldataload(add(executionBranch, 0x40)))
                pop(staticcall(gas(), 0x02, 0x00, 0x40, 0x20, 0x20))
                mstore(0x00, calldataload(add(executionBranch, 0x60)))
                pop(staticcall(gas(), 0x02, 0x00, 0x40, 0x00, 0x20))
                mstore(0x20, calldataload(add(executionBranch, 0x80)))
                pop(staticcall(gas(), 0x02, 0x00, 0x40, 0x20, 0x20))
                mstore(0x00, calldataload(add(executionBranch, 0xa0)))
                pop(staticcall(gas(), 0x02, 0x00, 0x40, 0x00, 0x20))
                mstore(0x20, calldataload(add(executionBranch, 0xc0)))
                pop(staticcall(gas(), 0x02, 0x00, 0x40, 0x00, 0x20))
                mstore(0x20, calldataload(add(executionBranch, 0xe0)))
                pop(staticcall(gas(), 0x02, 0x00, 0x40, 0x20, 0x20))
                mstore(0x00, calldataload(add(executionBranch, 0x100)))
                pop(staticcall(gas(), 0x02, 0x00, 0x40, 0x20, 0x20))
            }
            default {
                let side := shl(5, and(executionIndex, 1))
                mstore(side, calldataload(add(pair, EXECUTION_BLOCK_HASH)))
                for {} gt(executionIndex, 1) { executionBranch := add(executionBranch, 0x20) } {
                    mstore(xor(side, 0x20), calldataload(executionBranch))
                    executionIndex := shr(1, executionIndex)
                    side := shl(5, and(executionIndex, 1))
                    pop(staticcall(gas(), 0x02, 0x00, 0x40, side, 0x20))
                }
            }

            // The inner root. The body root is in the second word: the last index of a branch is 1, an odd one.
            mstore(0x40, 0)
            pop(staticcall(gas(), 0x02, 0x20, 0x40, 0x20, 0x20))
            mstore(0x40, ZERO_PAIR)
            pop(staticcall(gas(), 0x02, 0x20, 0x40, 0x20, 0x20))
            mstore(0x00, mload(free))
            pop(staticcall(gas(), 0x02, 0x00, 0x40, 0x20, 0x20))
            inner := mload(0x20)

            // From the inner root to the outer state root; 169, 10101001 in binary, is that of finality since Electra.
            switch index
            case 169 {
                mstore(0x00, calldataload(branch))
                pop(staticcall(gas(), 0x02, 0x00, 0x40, 0x00, 0x20))
                mstore(0x20, calldataload(add(branch, 0x20)))
                pop(staticcall(gas(), 0x02, 0x00, 0x40, 0x00, 0x20))
                mstore(0x20, calldataload(add(branch, 0x40)))
                pop(staticcall(gas(), 0x02, 0x00, 0x40, 0x20, 0x20))
                mstore(0x00, calldataload(add(branch, 0x60)))
                pop(staticcall(gas(), 0x02, 0x00, 0x40, 0x00, 0x20))
                mstore(0x20, calldataload(add(branch, 0x80)))
                pop(staticcall(gas(), 0x02, 0x00, 0x40, 0x20, 0x20))
                mstore(0x00, calldataload(add(branch, 0xa0)))
                pop(staticcall(gas(), 0x02, 0x00, 0x40, 0x00, 0x20))
                mstore(0x20, calldataload(add(branch, 0xc0)))
                pop(staticcall(gas(), 0x02, 0x00, 0x40, 0x20, 0x20))
            }
            default {
                let side := shl(5, and(index, 1))
                mstore(side, inner)
                for {} gt(index, 1) { branch := add(branch, 0x20) } {
                    mstore(xor(side, 0x20), calldataload(branch))
                    index := shr(1, index)
                    side := shl(5, and(index, 1))
                    pop(staticcall(gas(), 0x02, 0x00, 0x40, side, 0x20))
                }
            }
            outerState := mload(0x20)

            // The outer root.
            mstore(0x00, calldataload(add(pair, OUTER_PARENT_ROOT)))
            pop(staticcall(gas(), 0x02, 0x00, 0x40, free, 0x20))
            mstore(0x00, and(numbers, LANE))
            mstore(0x20, and(shl(64, numbers), LANE))
            pop(staticcall(gas(), 0x02, 0x00, 0x40, 0x00, 0x20))
            mstore(0x20, mload(free))
            pop(staticcall(gas(), 0x02, 0x00, 0x40, 0x00, 0x20))
            mstore(0x20, calldataload(add(pair, OUTER_HALF)))
            pop(staticcall(gas(), 0x02, 0x00, 0x40, 0x00, 0x20))
            outer := mload(0x00)
            mstore(0x40, free)
        }
    }

    /// @notice Four numbers of 64 bits at once from big-endian to little-endian.
    function littleEndian(uint256 v) internal pure returns (uint256) {
        v = (v & EVEN_BYTES) << 8 | v >> 8 & EVEN_BYTES;
        v = (v & EVEN_PAIRS) << 16 | v >> 16 & EVEN_PAIRS;
        return (v & EVEN_QUADS) << 32 | v >> 32 & EVEN_QUADS;
    }
}
