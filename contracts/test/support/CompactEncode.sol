// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

/// @title Compact proofs, written for tests
/// @notice Turns an honest list of nodes into the form of section 2.2 of `spec/proof.md`. It shares nothing with the verifiers.
library CompactEncode {
    /// @dev How many nibbles of the key a node uses up.
    struct Path {
        bytes key;
        uint256 depth;
    }

    /// @return possible Whether there is a compact form: no branch above the terminal has a value.
    function encode(bytes memory key, bytes[] memory nodes) internal pure returns (bool possible, bytes memory proof) {
        if (nodes.length == 0) return (true, "");
        Path memory at = Path({key: key, depth: 0});
        bytes memory steps;
        for (uint256 i = 0; i + 1 < nodes.length; ++i) {
            bytes[] memory items = split(nodes[i]);
            if (items.length == 17 && items[16][0] != 0x80) return (false, "");
            steps = bytes.concat(items.length == 17 ? _branch(at, items) : _extension(at, items[0]), steps);
        }
        bytes memory terminal = nodes[nodes.length - 1];
        return (true, bytes.concat(_bytes(at.depth, 1), _bytes(terminal.length, 3), terminal, steps));
    }

    function _branch(Path memory at, bytes[] memory items) private pure returns (bytes memory) {
        uint256 nibble = _nibble(at.key, at.depth++);
        uint256 mask;
        bytes memory hashes;
        bytes memory others;
        bool embedded;
        for (uint256 i = 0; i < 16; ++i) {
            if (items[i][0] != 0x80) mask |= 2 ** (15 - i);
            if (i == nibble) continue;
            embedded = embedded || uint8(items[i][0]) >= 0xc0;
            others = bytes.concat(others, items[i]);
            if (items[i].length == 33) hashes = bytes.concat(hashes, part(items[i], 1, 33));
        }
        if (embedded) return bytes.concat(hex"000000", _bytes(others.length, 2), others);
        return bytes.concat(_bytes(mask, 2), hashes);
    }

    function _extension(Path memory at, bytes memory path) private pure returns (bytes memory) {
        bytes memory prefix = path.length == 1 ? path : part(path, 1, path.length);
        uint256 nibbles = 2 * prefix.length - (uint8(prefix[0]) & 0x10 == 0 ? 2 : 1);
        at.depth += nibbles;
        return bytes.concat(hex"0000", _bytes(nibbles, 1));
    }

    /// @notice The items of a list, with their headers.
    function split(bytes memory list) internal pure returns (bytes[] memory items) {
        uint256 at = _payload(list, 0);
        uint256 count;
        items = new bytes[](17);
        while (at < list.length) {
            uint256 next = _next(list, at);
            items[count++] = part(list, at, next);
            at = next;
        }
        assembly ("memory-safe") {
            mstore(items, count) // shortens the array to what has been found
        }
    }

    /// @notice The bytes from `start` to `end`.
    function part(bytes memory data, uint256 start, uint256 end) internal pure returns (bytes memory cut) {
        cut = new bytes(end - start);
        for (uint256 i = start; i < end; ++i) {
            cut[i - start] = data[i];
        }
    }

    function _payload(bytes memory data, uint256 at) private pure returns (uint256) {
        uint256 first = uint8(data[at]);
        if (first < 0x80) return at;
        return at + 1 + (first & 0x3f > 55 ? (first & 0x3f) - 55 : 0);
    }

    function _next(bytes memory data, uint256 at) private pure returns (uint256 next) {
        uint256 first = uint8(data[at]);
        uint256 payload = _payload(data, at);
        if (first < 0x80) return at + 1;
        if (payload == at + 1) return payload + (first & 0x3f);
        for (uint256 i = at + 1; i < payload; ++i) {
            next = next * 256 + uint8(data[i]);
        }
        next += payload;
    }

    function _nibble(bytes memory key, uint256 i) private pure returns (uint256) {
        return i % 2 == 0 ? uint8(key[i / 2]) / 16 : uint8(key[i / 2]) % 16;
    }

    /// @dev The last `length` bytes of a number.
    function _bytes(uint256 value, uint256 length) private pure returns (bytes memory) {
        return part(bytes.concat(bytes32(value)), 32 - length, 32);
    }
}
