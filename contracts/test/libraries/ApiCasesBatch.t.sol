// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTBatch} from "../../src/libraries/MPTBatch.sol";
import {MPTProof} from "../../src/libraries/MPTProof.sol";
import {OnLibraries, OnReference, ProofSuite} from "../harness/ProofSuite.sol";
import {RlpEncode} from "../harness/RlpEncode.sol";

// One suite, and the two subjects it runs on; its numbers fit a byte.
// forge-lint: disable-start(multi-contract-file, unsafe-typecast)
/// @notice P10: among many items the bad one is named.
abstract contract ApiCasesBatchSuite is ProofSuite {
    using RlpEncode for bytes;
    using RlpEncode for bytes[];

    uint256 private constant COUNT = 16;

    function test_P10_accepts_manyKeys() public view {
        (bytes32 root, bytes[] memory keys, bytes[] memory nodes) = _many();
        bytes[] memory values = harness.batchInclusion(root, keys, nodes);
        assertEq(values.length, COUNT);
        for (uint256 i = 0; i < COUNT; ++i) {
            assertEq(values[i], _value(i));
            assertEq(harness.inclusion(root, keys[i], _two(nodes[0], nodes[i + 1])), values[i]);
        }
    }

    function test_P10_rejects_oneBadNodeAmongMany() public {
        (bytes32 root, bytes[] memory keys, bytes[] memory nodes) = _many();
        for (uint256 i = 0; i < nodes.length; ++i) {
            nodes[i][7] ^= 0x01;
            vm.expectRevert(abi.encodeWithSelector(MPTProof.MptHashMismatch.selector, i));
            harness.batchInclusion(root, keys, nodes);
            nodes[i][7] ^= 0x01;
        }
    }

    function test_P10_rejects_oneAbsentKeyAmongMany() public {
        (bytes32 root, bytes[] memory keys, bytes[] memory nodes) = _many();
        for (uint256 i = 0; i < COUNT; ++i) {
            // The leaf at the same place is that of another key, so the list stays the one that is due.
            bytes memory was = keys[i];
            keys[i] = bytes.concat(bytes1(uint8(i << 4 | 1)));
            vm.expectRevert(abi.encodeWithSelector(MPTBatch.BatchKeyAbsent.selector, i));
            harness.batchInclusion(root, keys, nodes);
            (bool[] memory found,) = harness.batchWalk(root, keys, nodes);
            for (uint256 j = 0; j < COUNT; ++j) {
                assertEq(found[j], j != i);
            }
            keys[i] = was;
        }
    }

    function test_P10_rejects_oneKeyTwice() public {
        (bytes32 root, bytes[] memory keys, bytes[] memory nodes) = _many();
        for (uint256 i = 1; i < COUNT; ++i) {
            bytes memory was = keys[i];
            keys[i] = keys[i - 1];
            vm.expectRevert(abi.encodeWithSelector(MPTBatch.BatchOrder.selector, i));
            harness.batchWalk(root, keys, nodes);
            keys[i] = was;
        }
    }

    function test_P10_rejects_oneNodeTwice() public {
        (bytes32 root, bytes[] memory keys, bytes[] memory nodes) = _many();
        for (uint256 i = 0; i < nodes.length; ++i) {
            bytes[] memory more = new bytes[](nodes.length + 1);
            for (uint256 j = 0; j < more.length; ++j) {
                more[j] = nodes[j <= i ? j : j - 1];
            }
            bool isLast = i == nodes.length - 1;
            bytes4 selector = isLast ? MPTProof.MptTrailingNode.selector : MPTProof.MptHashMismatch.selector;
            vm.expectRevert(abi.encodeWithSelector(selector, i + 1));
            harness.batchWalk(root, keys, more);
        }
    }

    /// @dev Sixteen keys of a byte, and the nodes of them all: a branch and its leaves.
    function _many() private pure returns (bytes32 root, bytes[] memory keys, bytes[] memory nodes) {
        keys = new bytes[](COUNT);
        nodes = new bytes[](COUNT + 1);
        bytes[] memory items = RlpEncode.branch("");
        for (uint256 i = 0; i < COUNT; ++i) {
            keys[i] = bytes.concat(bytes1(uint8(i << 4)));
            nodes[i + 1] = RlpEncode.leaf(hex"00", _value(i));
            items.put(i, nodes[i + 1].childOf());
        }
        nodes[0] = items.join();
        root = keccak256(nodes[0]);
    }

    function _value(uint256 i) private pure returns (bytes memory) {
        return bytes.concat(bytes32(i), "value");
    }
}

contract ApiCasesBatchTest is ApiCasesBatchSuite, OnLibraries {}

contract ApiCasesBatchReferenceTest is ApiCasesBatchSuite, OnReference {}
// forge-lint: disable-end(multi-contract-file, unsafe-typecast)
