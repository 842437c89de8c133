// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {BLS12381} from "../../src/libraries/BLS12381.sol";
import {CalldataSlice} from "../../src/libraries/CalldataSlice.sol";
import {SSZ} from "../../src/libraries/SSZ.sol";
import {Test} from "forge-std/Test.sol";

/// @notice BCN-12: the leaves of absent members.
contract BLS12381MembersTest is Test {
    using CalldataSlice for bytes;

    /// @dev y = (p − 1) / 2 is the smaller one, one more is the larger one.
    function test_BCN_12_acceptsMembersAtHalfOfP() public view {
        uint256 high = 0x0d0088f51cbff34d258dd3db21a5d66b;
        uint256 low = 0xb23ba5c279c2895fb39869507b587b120f55ffff58a9ffffdcff7fffffffd555;
        (uint256 x, uint256 rest) = (1 << 128, 2 << 128); // the high and the low part of x
        bytes memory smaller = abi.encodePacked(uint16(3), x, rest | high, low);
        bytes memory larger = abi.encodePacked(uint16(7), x, rest | high, low + 1);
        bytes memory nodes = this.nodesOf(bytes.concat(smaller, larger), 2, 8);
        bytes32 first = sha256(abi.encode(uint256(0x80) << 248 | x, rest));
        bytes32 second = sha256(abi.encode(uint256(0xa0) << 248 | x, rest));
        assertEq(nodes, abi.encode(32 * (8 + 3), first, 32 * (8 + 7), second));
    }

    function nodesOf(bytes calldata members, uint256 count, uint256 size) external view returns (bytes memory nodes) {
        nodes = new bytes(SSZ.NODE * count);
        uint256 to;
        assembly ("memory-safe") {
            to := add(nodes, 0x20)
        }
        assertEq(BLS12381.writeMembers(members.positionOf(), count, size, to), to + nodes.length);
    }
}
