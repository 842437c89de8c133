// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

/// @title Views into packed calldata: from a position to the calldata type that is there
/// @notice A position is an offset in calldata. Nothing is copied and nothing is checked: whoever makes a view has compared the length
/// of the whole with what its parts add up to. Beyond the end of calldata there are zeros.
library CalldataSlice {
    /// @notice Where the bytes begin.
    function positionOf(bytes calldata data) internal pure returns (uint256 at) {
        assembly ("memory-safe") {
            at := data.offset
        }
    }

    /// @notice The 32 bytes at a position.
    function word(uint256 at) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := calldataload(at)
        }
    }

    /// @notice `count` words from a position on.
    function words(uint256 at, uint256 count) internal pure returns (bytes32[] calldata view_) {
        assembly ("memory-safe") {
            view_.offset := at
            view_.length := count
        }
    }
}
