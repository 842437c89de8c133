// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ProofSuite} from "./ProofSuite.sol";
import {RlpEncode} from "./RlpEncode.sol";

/// @title What the suites on tries share
/// @dev Roots here are of the test's own making, so that nodes can be as wrong as the clause needs.
abstract contract TrieSuite is ProofSuite {
    using RlpEncode for bytes;
    using RlpEncode for bytes[];

    bytes32 internal constant EMPTY = keccak256(hex"80");
    bytes internal constant LONG = "a value that is too long for its leaf to be embedded";

    function _proof(string memory json) internal pure returns (bytes32, bytes memory, bytes[] memory) {
        return
            (
                vm.parseJsonBytes32(json, ".root"),
                vm.parseJsonBytes(json, ".key"),
                vm.parseJsonBytesArray(json, ".proof")
            );
    }

    /// @dev A trie in which 0x12 is under three nodes.
    function _deep() internal pure returns (bytes32 root, bytes[] memory nodes) {
        nodes = new bytes[](3);
        nodes[2] = RlpEncode.leaf("", LONG);
        bytes memory hash = bytes.concat(keccak256("a")).str();
        nodes[1] = RlpEncode.branch("").put(2, nodes[2].childOf()).put(9, hash).join();
        nodes[0] = RlpEncode.branch("").put(1, nodes[1].childOf()).put(9, hash).join();
        root = keccak256(nodes[0]);
    }

    /// @dev Two branches over something embedded, which 0x12 leads to.
    function _over(bytes memory embedded) internal pure returns (bytes32 root, bytes[] memory nodes) {
        bytes memory hash = bytes.concat(keccak256("a")).str();
        nodes = new bytes[](2);
        nodes[1] = RlpEncode.branch("").put(2, embedded).put(9, hash).join();
        nodes[0] = RlpEncode.branch("").put(1, nodes[1].childOf()).put(9, hash).join();
        root = keccak256(nodes[0]);
    }

    /// @dev A branch of sixteen hashes.
    function _full() internal pure returns (bytes[] memory items) {
        items = RlpEncode.branch("");
        for (uint256 i = 0; i < 16; ++i) {
            items[i] = bytes.concat(keccak256(abi.encode(i))).str();
        }
    }

    function _indexed(bytes4 selector, uint256 index) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(selector, index);
    }

    function _refuses(bytes memory expected, bytes32 root, bytes memory key, bytes[] memory nodes) internal {
        vm.expectRevert(expected);
        harness.walk(root, key, nodes);
    }

    function _refusesNode(bytes memory expected, bytes memory node) internal {
        _refuses(expected, keccak256(node), hex"12", _one(node));
    }

    function _found(bytes memory key, bytes memory node) internal view returns (bool found) {
        (found,) = harness.walk(keccak256(node), key, _one(node));
    }

    function _holds(bytes memory key, bytes memory node, bytes memory value) internal view {
        assertEq(harness.inclusion(keccak256(node), key, _one(node)), value);
    }
}
