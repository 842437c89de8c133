// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {RLP} from "@openzeppelin/contracts/utils/RLP.sol";

/// @title Blocks made to measure, so that the real verifiers run in tests
/// @notice The receipts trie of a block with one transaction is a single leaf.
library MessageProofs {
    struct Log {
        address emitter;
        bytes32[] topics;
        bytes data;
    }

    /// @notice A type 2 receipt.
    function receipt(bool success, Log[] memory logs) internal pure returns (bytes memory) {
        bytes[] memory items = new bytes[](logs.length);
        for (uint256 i = 0; i < logs.length; ++i) {
            items[i] = _log(logs[i]);
        }
        bytes[] memory fields = new bytes[](4);
        fields[0] = RLP.encode(success ? 1 : 0);
        fields[1] = RLP.encode(uint256(21_000));
        fields[2] = RLP.encode(new bytes(256));
        fields[3] = RLP.encode(items);
        return bytes.concat(hex"02", RLP.encode(fields));
    }

    /// @notice The trie in which the key of transaction 0 has `value` and no other key has any: its one node.
    function leaf(bytes memory value) internal pure returns (bytes[] memory nodes) {
        nodes = new bytes[](1);
        nodes[0] = _leaf(hex"2080", value);
    }

    /// @notice The proof of transaction 130, whose key is `0x8182`, in a trie of two full branches above the leaf.
    function threeNodes(bytes memory value) internal pure returns (bytes[] memory nodes) {
        nodes = new bytes[](3);
        nodes[2] = _leaf(hex"2082", value);
        nodes[1] = _branch(1, keccak256(nodes[2]));
        nodes[0] = _branch(8, keccak256(nodes[1]));
    }

    /// @notice A header of 21 fields, as since Prague.
    function header(bytes32 parentHash, bytes32 receiptsRoot, uint64 number) internal pure returns (bytes memory) {
        return header(parentHash, keccak256("filler"), receiptsRoot, number, 1_750_000_000 + 12 * number);
    }

    /// @notice The same, of a state and a time.
    function header(bytes32 parentHash, bytes32 stateRoot, bytes32 receiptsRoot, uint64 number, uint64 time)
        internal
        pure
        returns (bytes memory)
    {
        bytes[] memory fields = new bytes[](21);
        bytes32 filler = keccak256("filler");
        for (uint256 i = 0; i < 21; ++i) {
            fields[i] = RLP.encode(filler);
        }
        fields[0] = RLP.encode(parentHash);
        fields[2] = RLP.encode(address(0xfee));
        fields[3] = RLP.encode(stateRoot);
        fields[5] = RLP.encode(receiptsRoot);
        fields[6] = RLP.encode(new bytes(256));
        fields[7] = RLP.encode(uint256(0));
        fields[8] = RLP.encode(uint256(number));
        fields[9] = RLP.encode(uint256(45_000_000));
        fields[10] = RLP.encode(uint256(12_345_678));
        fields[11] = RLP.encode(uint256(time));
        fields[12] = RLP.encode(bytes("heliograph"));
        fields[14] = RLP.encode(bytes(hex"0000000000000000"));
        fields[15] = RLP.encode(uint256(7));
        fields[17] = RLP.encode(uint256(131_072));
        fields[18] = RLP.encode(uint256(0));
        return RLP.encode(fields);
    }

    function _leaf(bytes memory path, bytes memory value) private pure returns (bytes memory) {
        bytes[] memory items = new bytes[](2);
        items[0] = RLP.encode(path);
        items[1] = RLP.encode(value);
        return RLP.encode(items);
    }

    function _branch(uint256 nibble, bytes32 child) private pure returns (bytes memory) {
        bytes[] memory items = new bytes[](17);
        for (uint256 i = 0; i < 16; ++i) {
            items[i] = RLP.encode(i == nibble ? child : keccak256(abi.encode(child, i)));
        }
        items[16] = RLP.encode(bytes(""));
        return RLP.encode(items);
    }

    function _log(Log memory log) private pure returns (bytes memory) {
        bytes[] memory topics = new bytes[](log.topics.length);
        for (uint256 i = 0; i < topics.length; ++i) {
            topics[i] = RLP.encode(log.topics[i]);
        }
        bytes[] memory fields = new bytes[](3);
        fields[0] = RLP.encode(log.emitter);
        fields[1] = RLP.encode(topics);
        fields[2] = RLP.encode(log.data);
        return RLP.encode(fields);
    }
}
