// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Decimals} from "../../src/libraries/Decimals.sol";
import {Test} from "forge-std/Test.sol";

/// @notice V3: there and back never gains, for all amounts and scales.
contract DecimalsTest is Test {
    function testFuzz_VLT_6_accepts_V3_thereAndBack(uint256 amount, uint8 exponent) public pure {
        uint256 scale = 10 ** (exponent % 78);
        uint256 wire = Decimals.toWire(amount, scale);
        uint256 back = Decimals.fromWire(wire, scale);
        assertLe(back, amount);
        assertLt(amount - back, scale);
        assertEq(Decimals.toWire(back, scale), wire);
    }

    function testFuzz_VLT_6_accepts_V3_backAndThere(uint256 wire, uint8 exponent) public pure {
        uint256 scale = 10 ** (exponent % 78);
        uint256 amount = Decimals.fromWire(wire, scale);
        assertLe(Decimals.toWire(amount, scale), wire);
        if (wire <= type(uint256).max / scale) assertEq(Decimals.toWire(amount, scale), wire);
        else assertEq(amount, type(uint256).max);
    }

    /// @dev Between tokens of different decimals, over the wire.
    function testFuzz_VLT_6_accepts_V3_betweenTokens(uint128 amount, uint8 a, uint8 b) public pure {
        uint256 scaleA = 10 ** (a % 38);
        uint256 scaleB = 10 ** (b % 38);
        uint256 there = Decimals.fromWire(Decimals.toWire(amount, scaleA), scaleB);
        uint256 back = Decimals.fromWire(Decimals.toWire(there, scaleB), scaleA);
        assertLe(back, amount);
    }

    function test_VLT_1_accepts_rejects_scale() public pure {
        for (uint256 decimals = 0; decimals < 256; ++decimals) {
            for (uint256 wire = 0; wire < 256; ++wire) {
                // forge-lint: disable-next-line(unsafe-typecast)
                (bool success, uint256 scale) = Decimals.tryScale(uint8(decimals), uint8(wire));
                assertEq(success, wire <= decimals && decimals - wire <= 77);
                assertEq(scale, success ? 10 ** (decimals - wire) : 0);
            }
        }
    }
}
