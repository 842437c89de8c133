// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";

/// @title What the tests of gas share
/// @notice Execution gas is that of a call into a wrapper, less that of a call into nothing. Neither the 21000 of a transaction nor its
/// calldata is in it; ABI decoding and dispatch in the wrapper are.
abstract contract GasTest is Test {
    address private constant STOP = address(uint160(uint256(keccak256("stop"))));

    /// @dev Both callees are warm, memory is at hand, and the copy of the calldata costs the same for both.
    function _gas(address callee, bytes memory call) internal returns (uint256) {
        vm.etch(STOP, hex"00");
        (bool warm,) = STOP.staticcall(call);
        assertTrue(warm);
        uint256 start = gasleft();
        (bool ok,) = callee.staticcall(call);
        uint256 between = gasleft();
        (bool stopped,) = STOP.staticcall(call);
        uint256 end = gasleft();
        assertTrue(ok && stopped);
        return (start - between) - (between - end);
    }

    /// @dev What a transaction with this calldata costs before it executes, and the least it costs (EIP-7623).
    function _price(bytes memory call) internal pure returns (uint256 intrinsic, uint256 floor) {
        uint256 tokens;
        for (uint256 i = 0; i < call.length; ++i) {
            tokens += call[i] == 0 ? 1 : 4;
        }
        return (21_000 + 4 * tokens, 21_000 + 10 * tokens);
    }
}
