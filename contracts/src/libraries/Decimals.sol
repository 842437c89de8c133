// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Amounts of a token on its chain and on the wire
/// @notice One wire unit is `scale` of the token's smallest units: see `spec/vault.md`. Going there and back never gains: for all amounts
/// `fromWire(toWire(a, s), s) <= a` and `toWire(fromWire(w, s), s) <= w`.
library Decimals {
    /// @dev The largest power of ten in 256 bits.
    uint256 private constant MAX_EXPONENT = 77;

    /// @notice Whether a token with so many decimals has a scale for so many wire decimals, and which.
    function tryScale(uint8 decimals, uint8 wireDecimals) internal pure returns (bool success, uint256 scale) {
        if (decimals < wireDecimals || decimals - wireDecimals > MAX_EXPONENT) return (false, 0);
        unchecked {
            return (true, 10 ** (decimals - wireDecimals));
        }
    }

    /// @notice The wire units that an amount is worth, rounded down.
    /// @param scale Not zero.
    function toWire(uint256 amount, uint256 scale) internal pure returns (uint256) {
        return amount / scale;
    }

    /// @notice The amount that so many wire units are worth. Beyond 256 bits it is the largest of all numbers, which no cap lets pass.
    function fromWire(uint256 wire, uint256 scale) internal pure returns (uint256) {
        return Math.saturatingMul(wire, scale);
    }
}
