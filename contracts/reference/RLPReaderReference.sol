// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {RLPReader} from "../src/libraries/RLPReader.sol";

/// @title Plain twin of `RLPReader`
/// @notice The clauses RLP-1 to RLP-8 of `spec/proof.md` in their order, without assembly. For tests only.
library RLPReaderReference {
    function exactString(bytes calldata input) internal pure returns (bytes calldata payload) {
        bytes calldata rest;
        (payload, rest) = nextString(input);
        if (rest.length != 0) revert RLPReader.RlpTrailingBytes();
    }

    function exactList(bytes calldata input) internal pure returns (bytes calldata payload) {
        bytes calldata rest;
        (payload, rest) = nextList(input);
        if (rest.length != 0) revert RLPReader.RlpTrailingBytes();
    }

    function exactUint(bytes calldata input, uint256 max) internal pure returns (uint256 value) {
        return _integer(exactString(input), max);
    }

    /// @notice Splits the first item off.
    function next(bytes calldata input)
        internal
        pure
        returns (bool isList, bytes calldata payload, bytes calldata rest)
    {
        if (input.length == 0) {
            revert RLPReader.RlpInputTooShort();
        }
        uint256 first = uint8(input[0]);
        if (first < 0x80) return (false, input[:1], input[1:]);

        isList = first >= 0xc0;
        uint256 length = first - (isList ? 0xc0 : 0x80);
        uint256 start = 1;
        if (length > 55) {
            uint256 size = length - 55;
            if (input.length - 1 < size) revert RLPReader.RlpInputTooShort();
            if (input[1] == 0) revert RLPReader.RlpLengthLeadingZero();
            length = _bigEndian(input[1:1 + size]);
            if (length <= 55) revert RLPReader.RlpNonCanonicalSize();
            start += size;
        }
        if (input.length - start < length) revert RLPReader.RlpInputTooShort();
        payload = input[start:start + length];
        rest = input[start + length:];
        if (!isList && length == 1 && uint8(payload[0]) < 0x80) revert RLPReader.RlpNonCanonicalSingleByte();
    }

    function nextString(bytes calldata input) internal pure returns (bytes calldata payload, bytes calldata rest) {
        bool isList;
        (isList, payload, rest) = next(input);
        if (isList) revert RLPReader.RlpUnexpectedList();
    }

    function nextList(bytes calldata input) internal pure returns (bytes calldata payload, bytes calldata rest) {
        bool isList;
        (isList, payload, rest) = next(input);
        if (!isList) revert RLPReader.RlpUnexpectedString();
    }

    function nextUint(bytes calldata input, uint256 max) internal pure returns (uint256 value, bytes calldata rest) {
        bytes calldata payload;
        (payload, rest) = nextString(input);
        value = _integer(payload, max);
    }

    function nextFixed(bytes calldata input, uint256 length)
        internal
        pure
        returns (bytes calldata payload, bytes calldata rest)
    {
        (payload, rest) = nextString(input);
        if (payload.length != length) revert RLPReader.RlpWrongLength(length, payload.length);
    }

    function nextWord(bytes calldata input) internal pure returns (bytes32 value, bytes calldata rest) {
        bytes calldata payload;
        (payload, rest) = nextFixed(input, 32);
        value = bytes32(_bigEndian(payload));
    }

    /// @notice How many items there are, counting no further than `limit`.
    function count(bytes calldata items, uint256 limit) internal pure returns (uint256 found) {
        while (items.length != 0 && found < limit) {
            items = skip(items, 1);
            ++found;
        }
    }

    /// @notice What follows the first `items` items.
    function skip(bytes calldata input, uint256 items) internal pure returns (bytes calldata rest) {
        rest = input;
        for (uint256 i = 0; i < items; ++i) {
            (,, rest) = next(rest);
        }
    }

    function _integer(bytes calldata payload, uint256 max) private pure returns (uint256 value) {
        if (payload.length > max) revert RLPReader.RlpIntegerTooLarge(max, payload.length);
        if (payload.length != 0 && payload[0] == 0) revert RLPReader.RlpIntegerLeadingZero();
        return _bigEndian(payload);
    }

    function _bigEndian(bytes calldata digits) private pure returns (uint256 value) {
        for (uint256 i = 0; i < digits.length; ++i) {
            value = (value << 8) | uint8(digits[i]);
        }
    }
}
