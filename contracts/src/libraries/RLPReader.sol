// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

/// @title Canonical RLP, read in place
/// @notice Establishes that bytes in calldata are the one RLP encoding of what is read from them: clauses RLP-1 to RLP-8 of
/// `spec/proof.md`, Ethereum yellow paper appendix B. Nothing is copied, and nothing is sized by a declared length.
/// @dev An item is read at position `at` of calldata and has to fit before position `end`, where the list or the input around it
/// ends. Assumes `at <= end <= calldatasize`. That holds for `bytes calldata`, since solc's ABI decoder reverts without data on
/// slices outside calldata: such a call is malformed before any proof is looked at, and no clause speaks of it.
library RLPReader {
    /// @notice Thrown when the bytes end within an item: its header, its length or its payload (RLP-1).
    error RlpInputTooShort();

    /// @notice Thrown when the length of a long form starts with a zero byte (RLP-2).
    error RlpLengthLeadingZero();

    /// @notice Thrown when a long form has a length that fits the short form (RLP-3).
    error RlpNonCanonicalSize();

    /// @notice Thrown when a one-byte string below 0x80 has a prefix (RLP-4).
    error RlpNonCanonicalSingleByte();

    /// @notice Thrown when bytes follow an item that should have been the whole input (RLP-5).
    error RlpTrailingBytes();

    /// @notice Thrown when a string is found where a list is due (RLP-6).
    error RlpUnexpectedString();

    /// @notice Thrown when a list is found where a string is due (RLP-6).
    error RlpUnexpectedList();

    /// @notice Thrown when an integer starts with a zero byte (RLP-7).
    error RlpIntegerLeadingZero();

    /// @notice Thrown when an integer has more bytes than its type (RLP-7).
    /// @param max Bytes of the type.
    /// @param got Bytes found.
    error RlpIntegerTooLarge(uint256 max, uint256 got);

    /// @notice Thrown when a string of fixed length has another length (RLP-8).
    /// @param expected Bytes due.
    /// @param got Bytes found.
    error RlpWrongLength(uint256 expected, uint256 got);

    /// @notice The one string that `input` encodes (RLP-1 to RLP-6).
    function exactString(bytes calldata input) internal pure returns (bytes calldata payload) {
        (uint256 at, uint256 end) = bounds(input);
        (uint256 start, uint256 next) = readString(at, end);
        if (next != end) revert RlpTrailingBytes();
        return slice(start, next);
    }

    /// @notice The items of the one list that `input` encodes, as they are encoded (RLP-1 to RLP-6).
    function exactList(bytes calldata input) internal pure returns (bytes calldata payload) {
        (uint256 at, uint256 end) = bounds(input);
        return slice(readExactList(at, end), end);
    }

    /// @notice The one integer of at most `max` bytes that `input` encodes (RLP-1 to RLP-7).
    /// @param max At most 32.
    function exactUint(bytes calldata input, uint256 max) internal pure returns (uint256 value) {
        (uint256 at, uint256 end) = bounds(input);
        (uint256 start, uint256 next) = readString(at, end);
        if (next != end) revert RlpTrailingBytes();
        return _integer(start, next, max);
    }

    /// @notice Reads an item of either kind (RLP-1 to RLP-4).
    /// @return isList Whether the item is a list.
    /// @return payload Where its payload starts.
    /// @return next Where its payload and thereby the item ends.
    function readItem(uint256 at, uint256 end) internal pure returns (bool isList, uint256 payload, uint256 next) {
        bool wrong;
        // The hottest code of all proofs: it only tells canonical from not, and leaves the reason to `_refuse`.
        // No sum wraps: positions are at most calldatasize, and a length is below 2^64.
        assembly ("memory-safe") {
            let word := calldataload(at)
            let first := byte(0, word)
            isList := gt(first, 0xbf)
            // Below 0x80 the byte is its own payload.
            payload := at
            next := add(at, 1)
            if gt(first, 0x7f) {
                // Strings have 0x80 to 0xbf and lists 0xc0 to 0xff: the low six bits mean the same in both.
                let length := and(first, 0x3f)
                payload := next
                switch gt(length, 55)
                case 0 {
                    // 0x81 is of use from 0x80 on (RLP-4).
                    wrong := and(eq(first, 0x81), lt(byte(1, word), 0x80))
                }
                default {
                    // From the first byte on, the length has 1 to 8 bytes of its own (RLP-2, RLP-3).
                    let size := sub(length, 55)
                    length := shr(sub(256, shl(3, size)), shl(8, word))
                    payload := add(payload, size)
                    wrong := or(iszero(byte(1, word)), lt(length, 56))
                }
                next := add(payload, length)
            }
            // Header, length and payload lie in this order, so that the end speaks for all three (RLP-1).
            wrong := or(wrong, gt(next, end))
        }
        if (wrong) _refuse(at, end);
    }

    /// @notice Reads a string (RLP-1 to RLP-4, RLP-6) and returns where its payload starts and ends.
    function readString(uint256 at, uint256 end) internal pure returns (uint256 payload, uint256 next) {
        bool isList;
        (isList, payload, next) = readItem(at, end);
        if (isList) revert RlpUnexpectedList();
    }

    /// @notice Reads a list (RLP-1 to RLP-4, RLP-6) and returns where its items start and end.
    function readList(uint256 at, uint256 end) internal pure returns (uint256 payload, uint256 next) {
        bool isList;
        (isList, payload, next) = readItem(at, end);
        if (!isList) revert RlpUnexpectedString();
    }

    /// @notice Reads a list that ends at `end` (RLP-1 to RLP-6) and returns where its items start.
    function readExactList(uint256 at, uint256 end) internal pure returns (uint256 payload) {
        // The length of the whole list leaves one canonical header. The usual two are recognized, all else is read.
        unchecked {
            uint256 length = end - at;
            uint256 word = uint256(load(at));
            if (word >> 232 == (0xf90000 | (length - 3)) && length > 258 && length < 65_539) return at + 3;
            if (word >> 240 == (0xf800 | (length - 2)) && length > 57 && length < 258) return at + 2;
        }
        uint256 next;
        (payload, next) = readList(at, end);
        if (next != end) revert RlpTrailingBytes();
    }

    /// @notice Reads an integer of at most `max` bytes (RLP-1 to RLP-4, RLP-6, RLP-7).
    /// @param max At most 32.
    function readUint(uint256 at, uint256 end, uint256 max) internal pure returns (uint256 value, uint256 next) {
        uint256 payload;
        (payload, next) = readString(at, end);
        value = _integer(payload, next, max);
    }

    /// @notice Reads an integer of at most 8 bytes (RLP-1 to RLP-4, RLP-6, RLP-7).
    function readUint64(uint256 at, uint256 end) internal pure returns (uint64 value, uint256 next) {
        uint256 wide;
        (wide, next) = readUint(at, end, 8);
        // casting to 'uint64' is safe because eight bytes have been read
        // forge-lint: disable-next-line(unsafe-typecast)
        value = uint64(wide);
    }

    /// @notice Reads a string of exactly `length` bytes (RLP-1 to RLP-4, RLP-6, RLP-8).
    function readFixed(uint256 at, uint256 end, uint256 length) internal pure returns (uint256 payload, uint256 next) {
        (payload, next) = readString(at, end);
        unchecked {
            if (next - payload != length) revert RlpWrongLength(length, next - payload);
        }
    }

    /// @notice Reads a string of 32 bytes (RLP-1 to RLP-4, RLP-6, RLP-8).
    function readWord(uint256 at, uint256 end) internal pure returns (bytes32 value, uint256 next) {
        uint256 payload;
        (payload, next) = readFixed(at, end, 32);
        value = load(payload);
    }

    /// @notice Reads item headers up to `end`, no more than `limit` of them, and returns how many there are (RLP-1 to RLP-4).
    function count(uint256 at, uint256 end, uint256 limit) internal pure returns (uint256 items) {
        while (at != end && items != limit) {
            (,, at) = readItem(at, end);
            unchecked {
                ++items;
            }
        }
    }

    /// @notice Where `data` starts and ends in calldata.
    function bounds(bytes calldata data) internal pure returns (uint256 start, uint256 end) {
        // Solidity has no other way to name a position in calldata.
        assembly ("memory-safe") {
            start := data.offset
            end := add(data.offset, data.length)
        }
    }

    /// @notice The calldata from `start` to `end`.
    function slice(uint256 start, uint256 end) internal pure returns (bytes calldata data) {
        // Solidity has no other way to make a slice of positions.
        assembly ("memory-safe") {
            data.offset := start
            data.length := sub(end, start)
        }
    }

    /// @notice The 32 bytes of calldata from `at` on, zeros where calldata has ended.
    function load(uint256 at) internal pure returns (bytes32 word) {
        // Reading through a slice would check bounds that the callers have checked.
        assembly ("memory-safe") {
            word := calldataload(at)
        }
    }

    /// @dev Reverts with the first clause that the item at `at` violates, in the order of `spec/proof.md`. It violates one.
    function _refuse(uint256 at, uint256 end) private pure {
        if (at >= end) revert RlpInputTooShort();
        uint256 word = uint256(load(at));
        uint256 first = word >> 248;
        word <<= 8;
        unchecked {
            uint256 length = first & 0x3f;
            uint256 size = length > 55 ? length - 55 : 0;
            uint256 payload = at + 1 + size;
            if (payload > end) revert RlpInputTooShort();
            if (size != 0) {
                if (word >> 248 == 0) revert RlpLengthLeadingZero();
                length = word >> (256 - (size << 3));
                if (length < 56) revert RlpNonCanonicalSize();
            }
            if (length > end - payload) revert RlpInputTooShort();
        }
        revert RlpNonCanonicalSingleByte();
    }

    /// @dev The integer whose big-endian bytes lie between `payload` and `next` (RLP-7).
    function _integer(uint256 payload, uint256 next, uint256 max) private pure returns (uint256 value) {
        unchecked {
            uint256 length = next - payload;
            if (length > max) revert RlpIntegerTooLarge(max, length);
            if (length == 0) return 0;
            value = uint256(load(payload));
            if (value >> 248 == 0) revert RlpIntegerLeadingZero();
            value >>= 256 - (length << 3);
        }
    }
}
