// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

/// @title RLP and trie nodes, written for tests
/// @notice Encodes canonically; tests break the result by hand.
library RlpEncode {
    function str(bytes memory payload) internal pure returns (bytes memory) {
        if (payload.length == 1 && uint8(payload[0]) < 0x80) return payload;
        return bytes.concat(_header(0x80, payload.length), payload);
    }

    /// @param payload The items, encoded and joined.
    function list(bytes memory payload) internal pure returns (bytes memory) {
        return bytes.concat(_header(0xc0, payload.length), payload);
    }

    function leaf(bytes memory nibbles, bytes memory value) internal pure returns (bytes memory) {
        return list(bytes.concat(str(path(nibbles, true)), str(value)));
    }

    /// @param child As it stands in the node: see `childOf`.
    function extension(bytes memory nibbles, bytes memory child) internal pure returns (bytes memory) {
        return list(bytes.concat(str(path(nibbles, false)), child));
    }

    /// @notice A branch of sixteen empty children and a value, to be filled with `put`.
    function branch(bytes memory value) internal pure returns (bytes[] memory items) {
        items = new bytes[](17);
        for (uint256 i = 0; i < 16; ++i) {
            items[i] = hex"80";
        }
        items[16] = str(value);
    }

    function put(bytes[] memory items, uint256 nibble, bytes memory child) internal pure returns (bytes[] memory) {
        items[nibble] = child;
        return items;
    }

    function join(bytes[] memory items) internal pure returns (bytes memory) {
        bytes memory payload;
        for (uint256 i = 0; i < items.length; ++i) {
            payload = bytes.concat(payload, items[i]);
        }
        return list(payload);
    }

    /// @notice How a node stands in its parent.
    function childOf(bytes memory node) internal pure returns (bytes memory) {
        return node.length < 32 ? node : str(bytes.concat(keccak256(node)));
    }

    /// @notice Hex-prefix form of a path given as one nibble per byte.
    function path(bytes memory nibbles, bool isLeaf) internal pure returns (bytes memory encoded) {
        uint256 odd = nibbles.length % 2;
        encoded = new bytes(nibbles.length / 2 + 1);
        encoded[0] = bytes1(uint8((isLeaf ? 0x20 : 0) + (odd == 1 ? 0x10 + uint8(nibbles[0]) : 0)));
        for (uint256 i = odd; i < nibbles.length; i += 2) {
            encoded[i / 2 + 1] = bytes1(uint8(nibbles[i]) * 16 + uint8(nibbles[i + 1]));
        }
    }

    function _header(uint256 base, uint256 length) private pure returns (bytes memory) {
        // casting to 'uint8' is safe because prefixes and digits are bytes
        // forge-lint: disable-start(unsafe-typecast)
        if (length < 56) return bytes.concat(bytes1(uint8(base + length)));
        bytes memory digits;
        for (uint256 left = length; left != 0; left /= 256) {
            digits = bytes.concat(bytes1(uint8(left)), digits);
        }
        return bytes.concat(bytes1(uint8(base + 55 + digits.length)), digits);
        // forge-lint: disable-end(unsafe-typecast)
    }
}
