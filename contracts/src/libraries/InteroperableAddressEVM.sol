// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {CalldataSlice} from "./CalldataSlice.sol";
import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";

/// @title The one canonical ERC-7930 version 1 form of an account on an EVM chain
/// @notice `0001 0000 ‖ n ‖ chain id, big-endian, n bytes ‖ 14 ‖ address`, n being 1 to 32 and the chain id's first byte not
/// zero. Receivers compare addresses as bytes, so a second spelling of an account would be a second account. OpenZeppelin's
/// parser ignores trailing bytes, leading zeros and absent parts; this one refuses them (MSG-3).
library InteroperableAddressEVM {
    /// @notice Thrown when bytes are not the canonical form of an account (MSG-3).
    error AddressMalformed();

    /// @dev Version 1 and the chain type `eip155`.
    uint256 private constant PREFIX = 0x00010000;

    /// @notice The canonical form. Chain id 0 has none; what is returned for it does not decode.
    function encode(uint256 chainId, address account) internal pure returns (bytes memory) {
        return InteroperableAddress.formatEvmV1(chainId, account);
    }

    /// @notice Reads the canonical form and nothing else (MSG-3).
    function decode(bytes calldata self) internal pure returns (uint256 chainId, address account) {
        if (self.length < 27) revert AddressMalformed();
        unchecked {
            uint256 at = CalldataSlice.positionOf(self);
            uint256 head = CalldataSlice.word(at);
            uint256 n = (head >> 216) & 0xff;
            // With at least one and at most 32 bytes of chain id every read below is inside the exact length.
            bool canonical = head >> 224 == PREFIX && n != 0 && n <= 32 && self.length == 26 + n;
            if (!canonical) revert AddressMalformed();
            chainId = CalldataSlice.word(at + 5) >> (256 - 8 * n);
            uint256 tail = CalldataSlice.word(at + 5 + n);
            if (chainId >> (8 * n - 8) == 0 || tail >> 248 != 0x14) revert AddressMalformed();
            // forge-lint: disable-next-line(unsafe-typecast) the 20 bytes after the length
            account = address(uint160(tail >> 88));
        }
    }
}
