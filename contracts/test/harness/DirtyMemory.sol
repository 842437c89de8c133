// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";

/// @title Memory with something in it
/// @notice For suites that call a library: it may neither rely on clean memory nor spoil what its caller keeps there.
abstract contract DirtyMemory is Test {
    uint256 private constant DIRT = 0xdddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd;
    uint256 private constant WORDS = 64;

    /// @dev Fills the scratch space and memory past the free pointer, and allocates words whose content has to stay.
    function _dirty() internal pure returns (uint256 kept) {
        assembly ("memory-safe") {
            kept := mload(0x40)
            for { let i := 0 } lt(i, mul(4, WORDS)) { i := add(i, 1) } { mstore(add(kept, shl(5, i)), DIRT) }
            mstore(0x40, add(kept, shl(5, WORDS)))
            mstore(0x00, DIRT)
            mstore(0x20, DIRT)
        }
    }

    function _assertKept(uint256 kept) internal pure {
        uint256 pointer;
        uint256 zero;
        uint256 changed;
        assembly ("memory-safe") {
            pointer := mload(0x40)
            zero := mload(0x60)
            for { let i := 0 } lt(i, WORDS) { i := add(i, 1) } {
                changed := or(changed, xor(DIRT, mload(add(kept, shl(5, i)))))
            }
        }
        assertEq(changed, 0, "memory of the caller");
        assertEq(zero, 0, "zero slot");
        assertGe(pointer, kept + 32 * WORDS, "free pointer");
    }
}
