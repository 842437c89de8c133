// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTBatch} from "../../src/libraries/MPTBatch.sol";
import {MPTNode} from "../../src/libraries/MPTNode.sol";
import {MPTProof} from "../../src/libraries/MPTProof.sol";
import {OnLibraries, OnReference, ProofSuite} from "../harness/ProofSuite.sol";
import {RlpEncode} from "../harness/RlpEncode.sol";
import {TrieBuild} from "../support/TrieBuild.sol";

// One suite, and the two subjects it runs on; its numbers are counted up to what fits a byte.
// forge-lint: disable-start(multi-contract-file, unsafe-typecast)
abstract contract MPTBatchSuite is ProofSuite, TrieBuild {
    using RlpEncode for bytes;
    using RlpEncode for bytes[];

    bytes32 private constant EMPTY = keccak256(hex"80");
    bytes private constant LONG = "a value that is too long for its leaf to be embedded";

    /// @dev A trie of keys that begin each other, with extensions and with leaves embedded and listed.
    function _trie() private returns (bytes32 root) {
        bytes[] memory values = new bytes[](7);
        for (uint256 i = 0; i < 7; ++i) {
            values[i] = i % 2 == 0 ? bytes.concat(LONG, bytes1(uint8(i))) : bytes.concat("v", bytes1(uint8(i)));
        }
        root = _build(_keys(), values);
    }

    function _keys() private pure returns (bytes[] memory keys) {
        keys = new bytes[](7);
        (keys[0], keys[1], keys[2]) = (hex"12", hex"1200", hex"123456");
        (keys[3], keys[4], keys[5]) = (hex"123457", hex"123557", hex"1f");
        keys[6] = hex"a0ffff";
    }

    /* What is right */

    function test_BAT_1_2_3_accepts_manyKeys() public {
        bytes32 root = _trie();
        bytes[] memory nodes = _prove(_keys());
        bytes[] memory values = harness.batchInclusion(root, _keys(), nodes);
        for (uint256 i = 0; i < 7; ++i) {
            bytes[] memory own = _prove(_one(_keys()[i]));
            assertLe(own.length, nodes.length);
            assertEq(values[i], harness.inclusion(root, _keys()[i], own));
        }
    }

    function test_BAT_3_accepts_absentKeys() public {
        bytes32 root = _trie();
        bytes[] memory keys = new bytes[](8);
        (keys[0], keys[1], keys[2], keys[3]) = (bytes(""), hex"11", hex"1201", hex"123458");
        (keys[4], keys[5], keys[6], keys[7]) = (hex"12355700", hex"13", hex"a0fffe", hex"b0");
        bytes[] memory nodes = _prove(keys);
        harness.batchExclusion(root, keys, nodes);
        (bool[] memory found, bytes[] memory values) = harness.batchWalk(root, keys, nodes);
        for (uint256 i = 0; i < keys.length; ++i) {
            assertFalse(found[i]);
            assertEq(values[i], "");
        }
    }

    /// @dev Both outcomes in one batch; the second key ends at the leaf that the first one was led to.
    function test_BAT_3_accepts_bothOutcomes() public {
        bytes32 root = _trie();
        bytes[] memory keys = _three(hex"a0fffe", hex"a0ffff", hex"a0ffff00");
        bytes[] memory nodes = _prove(keys);
        assertEq(nodes.length, 2);
        (bool[] memory found,) = harness.batchWalk(root, keys, nodes);
        assertTrue(!found[0] && found[1] && !found[2]);
        _refusesInclusion(_at(MPTBatch.BatchKeyAbsent.selector, 0), root, keys, nodes);
    }

    function test_BAT_1_accepts_emptyTrie() public view {
        bytes[] memory keys = _two("", hex"12");
        harness.batchExclusion(EMPTY, keys, new bytes[](0));
        harness.batchExclusion(EMPTY, keys, _one(hex"80"));
    }

    /// @dev Of one key a batch is its proof.
    function test_BAT_1_2_accepts_honestProofs() public view {
        string[4] memory kinds = ["trie", "receipt", "account", "storage"];
        for (uint256 k = 0; k < kinds.length; ++k) {
            string[] memory cases = _honest(kinds[k]);
            for (uint256 i = 0; i < cases.length; ++i) {
                this.holds(cases[i]);
            }
        }
    }

    /// @dev A call of its own for each case, which leaves no memory behind.
    function holds(string memory json) external view {
        bytes32 root = vm.parseJsonBytes32(json, ".root");
        bytes[] memory keys = _one(vm.parseJsonBytes(json, ".key"));
        (bool[] memory found, bytes[] memory values) =
            harness.batchWalk(root, keys, vm.parseJsonBytesArray(json, ".proof"));
        assertEq(found[0], !_isAbsent(json));
        if (found[0]) assertEq(values[0], vm.parseJsonBytes(json, ".expect.value"));
    }

    function test_BAT_2_accepts_everyRisingOrder() public {
        // a key and what it begins, zeros included; keys of every length
        bytes[] memory keys = new bytes[](33);
        for (uint256 i = 0; i < 33; ++i) {
            keys[i] = new bytes(i);
        }
        bytes memory leaf = RlpEncode.leaf(_expand(new bytes(20)), LONG);
        (bool[] memory found,) = harness.batchWalk(keccak256(leaf), keys, _one(leaf));
        for (uint256 i = 0; i < 33; ++i) {
            assertEq(found[i], i == 20);
        }
        (keys[0], keys[1], keys[2]) = (hex"0001", hex"01", hex"01ff");
        keys = _three(keys[0], keys[1], keys[2]);
        harness.batchExclusion(keccak256(leaf), keys, _one(leaf));
    }

    /// @dev The longest way there is: a branch for each nibble of a key.
    function test_BAT_2_accepts_deepestPath() public view {
        bytes[] memory keys = new bytes[](65);
        bytes[] memory nodes = new bytes[](64 + 1 + 64);
        keys[0] = new bytes(32);
        bytes memory node = RlpEncode.leaf("", LONG);
        nodes[64] = node;
        for (uint256 i = 1; i <= 64; ++i) {
            // the key with a one in nibble 64 - i
            keys[i] = new bytes(32);
            keys[i][32 - (i + 1) / 2] = bytes1(i % 2 == 0 ? 0x10 : 0x01);
            nodes[64 + i] = RlpEncode.leaf(new bytes(i - 1), LONG);
            node = RlpEncode.branch("").put(0, node.childOf()).put(1, nodes[64 + i].childOf()).join();
            nodes[64 - i] = node;
        }
        assertEq(harness.batchInclusion(keccak256(node), keys, nodes).length, 65);
        // up again from the lowest to the highest
        bytes[] memory fewer = new bytes[](66);
        for (uint256 i = 0; i < 65; ++i) {
            fewer[i] = nodes[i];
        }
        fewer[65] = nodes[128];
        assertEq(harness.batchInclusion(keccak256(node), _two(keys[0], keys[64]), fewer).length, 2);
    }

    /// @dev The same node at two places is listed twice.
    function test_BAT_2_accepts_rejects_equalSubtrees() public {
        bytes memory leaf = RlpEncode.leaf(hex"02", LONG);
        bytes memory root = RlpEncode.branch("").put(1, leaf.childOf()).put(3, leaf.childOf()).join();
        bytes[] memory keys = _two(hex"12", hex"32");
        assertEq(harness.batchInclusion(keccak256(root), keys, _three(root, leaf, leaf)).length, 2);
        _refuses(_at(MPTProof.MptTruncatedProof.selector, 2), keccak256(root), keys, _two(root, leaf));
    }

    /* What is not */

    function test_BAT_1_rejects_empty() public {
        bytes[] memory none = new bytes[](0);
        _refuses(abi.encodeWithSelector(MPTBatch.BatchEmpty.selector), EMPTY, none, none);
        _refuses(abi.encodeWithSelector(MPTBatch.BatchEmpty.selector), keccak256("any"), none, _one(hex"80"));
        _refuses(abi.encodeWithSelector(MPTProof.MptZeroRoot.selector), 0, none, none);
    }

    function test_MPT_1_2_rejects_batch() public {
        bytes[] memory none = new bytes[](0);
        _refuses(abi.encodeWithSelector(MPTProof.MptZeroRoot.selector), 0, _one(new bytes(33)), none);
        bytes memory tooLong = abi.encodeWithSelector(MPTProof.MptKeyTooLong.selector, 33);
        _refuses(tooLong, keccak256("any"), _one(new bytes(33)), none);
        // each in its turn, and before BAT-2
        _refuses(tooLong, EMPTY, _two(hex"12", new bytes(33)), none);
        bytes memory first = _at(MPTProof.MptTruncatedProof.selector, 0);
        _refuses(first, keccak256("any"), _two(hex"12", new bytes(33)), none);
    }

    function test_BAT_2_rejects_order() public {
        bytes32 root = _trie();
        bytes[2][8] memory pairs = [
            [bytes(hex"1f"), hex"1f"],
            [bytes(hex"1f"), hex"12"],
            [bytes(hex"1200"), hex"12"],
            [bytes(hex"1200"), hex"11ff"],
            [bytes(""), ""],
            [bytes(hex"00"), ""],
            [bytes(hex"0000"), hex"00"],
            [bytes(hex"123457"), hex"123456"]
        ];
        for (uint256 i = 0; i < pairs.length; ++i) {
            bytes[] memory keys = _two(pairs[i][0], pairs[i][1]);
            bytes[] memory nodes = _prove(keys);
            _refuses(_at(MPTBatch.BatchOrder.selector, 1), root, keys, nodes);
            // and in the empty trie
            _refuses(_at(MPTBatch.BatchOrder.selector, 1), EMPTY, keys, new bytes[](0));
        }
        bytes[] memory more = _three(hex"10", hex"11", hex"11");
        _refuses(_at(MPTBatch.BatchOrder.selector, 2), EMPTY, more, new bytes[](0));
    }

    function test_BAT_3_rejects_outcome() public {
        bytes32 root = _trie();
        bytes[] memory keys = _keys();
        // the first one would be the second
        for (uint256 i = 1; i < keys.length; ++i) {
            bytes memory was = keys[i];
            keys[i] = bytes.concat(was, hex"00");
            bytes[] memory nodes = _prove(keys);
            _refusesInclusion(_at(MPTBatch.BatchKeyAbsent.selector, i), root, keys, nodes);
            keys[i] = was;
        }
        keys = _three(hex"1201", hex"123456", hex"1f");
        _refusesExclusion(_at(MPTBatch.BatchKeyPresent.selector, 1), root, keys, _prove(keys));
        // before nodes that are left over
        bytes[] memory spare = _two(RlpEncode.leaf(_expand(hex"12"), LONG), LONG);
        keys = _one(hex"12");
        _refusesExclusion(_at(MPTBatch.BatchKeyPresent.selector, 0), keccak256(spare[0]), keys, spare);
        keys = _one(hex"13");
        _refusesInclusion(_at(MPTBatch.BatchKeyAbsent.selector, 0), keccak256(spare[0]), keys, spare);
    }

    function test_MPT_3_4_5_12_rejects_batch() public {
        bytes32 root = _trie();
        bytes[] memory nodes = _prove(_keys());
        bytes[] memory fewer = new bytes[](nodes.length - 1);
        bytes[] memory more = new bytes[](nodes.length + 1);
        for (uint256 i = 0; i < nodes.length; ++i) {
            // one left out, one twice, one changed, one of less than 32 bytes
            for (uint256 j = 0; j < nodes.length; ++j) {
                if (j != i) fewer[j < i ? j : j - 1] = nodes[j];
                more[j <= i ? j : j + 1] = nodes[j];
            }
            more[i + 1] = nodes[i];
            bool isLast = i == nodes.length - 1;
            bytes4 missing = isLast ? MPTProof.MptTruncatedProof.selector : MPTProof.MptHashMismatch.selector;
            _refuses(_at(missing, i), root, _keys(), fewer);
            bytes4 twice = isLast ? MPTProof.MptTrailingNode.selector : MPTProof.MptHashMismatch.selector;
            _refuses(_at(twice, i + 1), root, _keys(), more);

            bytes memory was = nodes[i];
            nodes[i] = bytes.concat(was, hex"00");
            _refuses(_at(MPTProof.MptHashMismatch.selector, i), root, _keys(), nodes);
            nodes[i] = new bytes(31);
            bytes4 short = i == 0 ? MPTProof.MptHashMismatch.selector : MPTProof.MptShortNode.selector;
            _refuses(_at(short, i), root, _keys(), nodes);
            nodes[i] = was;
        }
        _refuses(_at(MPTProof.MptTrailingNode.selector, 1), EMPTY, _one(hex"12"), _two(hex"80", hex"80"));
        _refuses(_at(MPTProof.MptHashMismatch.selector, 0), EMPTY, _one(hex"12"), _one(hex"8080"));
    }

    /// @dev A node that only the second key comes to is read then, and bears the index of the node it is embedded in.
    function test_MPT_6_8_rejects_batchEmbedded() public {
        bytes memory leaf = RlpEncode.leaf(hex"0002", LONG);
        bytes[] memory items = RlpEncode.branch("").put(1, leaf.childOf()).put(5, hex"c3010203").put(7, leaf.childOf());
        bytes memory branch = items.join();
        bytes memory root = RlpEncode.extension(hex"01", branch.childOf());
        bytes[] memory nodes = _three(root, branch, leaf);
        assertEq(harness.batchInclusion(keccak256(root), _one(hex"1102"), nodes).length, 1);
        bytes memory expected = abi.encodeWithSelector(MPTNode.MptItemCount.selector, 1, 3);
        _refuses(expected, keccak256(root), _two(hex"1102", hex"1502"), nodes);
    }

    /* Helpers */

    function _refuses(bytes memory expected, bytes32 root, bytes[] memory keys, bytes[] memory nodes) private {
        vm.expectRevert(expected);
        harness.batchWalk(root, keys, nodes);
    }

    function _refusesInclusion(bytes memory expected, bytes32 root, bytes[] memory keys, bytes[] memory nodes) private {
        vm.expectRevert(expected);
        harness.batchInclusion(root, keys, nodes);
    }

    function _refusesExclusion(bytes memory expected, bytes32 root, bytes[] memory keys, bytes[] memory nodes) private {
        vm.expectRevert(expected);
        harness.batchExclusion(root, keys, nodes);
    }

    function _at(bytes4 selector, uint256 place) private pure returns (bytes memory) {
        return abi.encodeWithSelector(selector, place);
    }
}

contract MPTBatchTest is MPTBatchSuite, OnLibraries {}

contract MPTBatchReferenceTest is MPTBatchSuite, OnReference {}
// forge-lint: disable-end(multi-contract-file, unsafe-typecast)
