// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTProof} from "../../src/libraries/MPTProof.sol";
import {RLPReader} from "../../src/libraries/RLPReader.sol";
import {OnLibraries, OnReference} from "../harness/ProofSuite.sol";
import {RlpEncode} from "../harness/RlpEncode.sol";
import {TrieSuite} from "../harness/TrieSuite.sol";

// One suite, and the two subjects it runs on; its numbers are counted up to what fits a byte.
// forge-lint: disable-start(multi-contract-file, unsafe-typecast)
/// @notice Walks from node to node: MPT-1 to MPT-5, MPT-12 to MPT-14.
abstract contract MPTProofSuite is TrieSuite {
    using RlpEncode for bytes;
    using RlpEncode for bytes[];

    /* MPT-1, MPT-2 */

    function test_MPT_1_rejects_zeroRoot() public {
        _refuses(abi.encodeWithSelector(MPTProof.MptZeroRoot.selector), 0, "", new bytes[](0));
        // before MPT-2
        _refuses(abi.encodeWithSelector(MPTProof.MptZeroRoot.selector), 0, new bytes(33), new bytes[](0));
    }

    function test_MPT_2_rejects_keyTooLong() public {
        bytes memory expected = abi.encodeWithSelector(MPTProof.MptKeyTooLong.selector, 33);
        _refuses(expected, EMPTY, new bytes(33), new bytes[](0));
        // before MPT-3
        _refuses(expected, keccak256("any"), new bytes(33), new bytes[](0));
    }

    function test_MPT_2_accepts_keysOfEveryLength() public view {
        for (uint256 length = 0; length <= 32; ++length) {
            bytes memory key = new bytes(length);
            bytes memory nibbles = new bytes(2 * length);
            for (uint256 i = 0; i < length; ++i) {
                (key[i], nibbles[2 * i], nibbles[2 * i + 1]) = (0x5a, 0x05, 0x0a);
            }
            _holds(key, RlpEncode.leaf(nibbles, "held"), "held");
        }
    }

    /* MPT-3 to MPT-5 */

    function test_MPT_3_rejects_truncatedProof() public {
        _refuses(_indexed(MPTProof.MptTruncatedProof.selector, 0), keccak256("any"), hex"12", new bytes[](0));
        (bytes32 root, bytes[] memory nodes) = _deep();
        _refuses(_indexed(MPTProof.MptTruncatedProof.selector, 1), root, hex"12", _one(nodes[0]));
        _refuses(_indexed(MPTProof.MptTruncatedProof.selector, 2), root, hex"12", _two(nodes[0], nodes[1]));
    }

    function test_MPT_4_rejects_shortNode() public {
        (bytes32 root, bytes[] memory nodes) = _deep();
        nodes[1] = new bytes(31);
        _refuses(_indexed(MPTProof.MptShortNode.selector, 1), root, hex"12", nodes);
        nodes[1] = "";
        _refuses(_indexed(MPTProof.MptShortNode.selector, 1), root, hex"12", nodes);
    }

    /// @dev A parent that refers by hash to what it should have embedded.
    function test_MPT_4_rejects_shortNodeOfThatHash() public {
        bytes memory short = RlpEncode.leaf(hex"02", "v");
        bytes memory hash = bytes.concat(keccak256(short)).str();
        bytes memory root = RlpEncode.branch("").put(1, hash).put(2, hash).join();
        _refuses(_indexed(MPTProof.MptShortNode.selector, 1), keccak256(root), hex"12", _two(root, short));
    }

    function test_MPT_4_accepts_rejects_nodesOf31And32Bytes() public {
        bytes memory leaf = RlpEncode.leaf(hex"02", new bytes(28));
        assertEq(leaf.length, 31);
        bytes memory root = RlpEncode.branch("").put(1, leaf).put(3, leaf).join();
        _holds(hex"12", root, new bytes(28));
        _refuses(_indexed(MPTProof.MptTrailingNode.selector, 1), keccak256(root), hex"12", _two(root, leaf));

        leaf = RlpEncode.leaf(hex"02", new bytes(29));
        assertEq(leaf.length, 32);
        root = RlpEncode.branch("").put(1, leaf.childOf()).put(3, leaf.childOf()).join();
        assertEq(harness.inclusion(keccak256(root), hex"12", _two(root, leaf)), new bytes(29));
    }

    function test_MPT_5_rejects_hashMismatch() public {
        (bytes32 root, bytes[] memory nodes) = _deep();
        for (uint256 i = 0; i < 3; ++i) {
            nodes[i][nodes[i].length - 1] ^= 0x01;
            _refuses(_indexed(MPTProof.MptHashMismatch.selector, i), root, hex"12", nodes);
            nodes[i][nodes[i].length - 1] ^= 0x01;
        }
        // the first node is hashed whatever its length
        _refuses(_indexed(MPTProof.MptHashMismatch.selector, 0), root, hex"12", _one(""));
        _refuses(_indexed(MPTProof.MptHashMismatch.selector, 0), root, hex"12", _one(hex"80"));
        _refuses(_indexed(MPTProof.MptHashMismatch.selector, 0), EMPTY, hex"12", nodes);
    }

    /// @dev The node that is due, with more behind it in the same place of the list.
    function test_MPT_5_rejects_nodeAndMore() public {
        (bytes32 root, bytes[] memory nodes) = _deep();
        for (uint256 i = 0; i < 3; ++i) {
            bytes memory node = nodes[i];
            nodes[i] = bytes.concat(node, hex"00");
            _refuses(_indexed(MPTProof.MptHashMismatch.selector, i), root, hex"12", nodes);
            nodes[i] = node;
        }
    }

    function test_MPT_5_accepts_rejects_rootOfAnyLength() public {
        _holds(hex"12", RlpEncode.leaf(hex"0102", "v"), "v");
        _refusesNode(abi.encodeWithSelector(RLPReader.RlpInputTooShort.selector), "");
    }

    function test_MPT_5_accepts_rejects_emptyTrie() public {
        harness.exclusion(EMPTY, hex"12", new bytes[](0));
        harness.exclusion(EMPTY, "", _one(hex"80"));
        (bool found, bytes memory value) = harness.walk(EMPTY, hex"12", new bytes[](0));
        assertFalse(found);
        assertEq(value, "");
        _refuses(_indexed(MPTProof.MptTrailingNode.selector, 1), EMPTY, hex"12", _two(hex"80", hex"80"));
    }

    /* MPT-12 to MPT-14 */

    function test_MPT_12_rejects_trailingNode() public {
        (bytes32 root, bytes[] memory nodes) = _deep();
        bytes[] memory more = new bytes[](5);
        (more[0], more[1], more[2], more[3], more[4]) = (nodes[0], nodes[1], nodes[2], nodes[2], "");
        _refuses(_indexed(MPTProof.MptTrailingNode.selector, 3), root, hex"12", more);
        // the same for an absent key, before MPT-13 and MPT-14
        vm.expectRevert(_indexed(MPTProof.MptTrailingNode.selector, 1));
        harness.inclusion(root, hex"f2", nodes);
        vm.expectRevert(_indexed(MPTProof.MptTrailingNode.selector, 3));
        harness.exclusion(root, hex"12", more);
    }

    function test_MPT_13_rejects_keyAbsent() public {
        (bytes32 root, bytes[] memory nodes) = _deep();
        harness.exclusion(root, hex"f2", _one(nodes[0]));
        vm.expectRevert(MPTProof.MptKeyAbsent.selector);
        harness.inclusion(root, hex"f2", _one(nodes[0]));
        vm.expectRevert(MPTProof.MptKeyAbsent.selector);
        harness.inclusion(EMPTY, hex"f2", new bytes[](0));
        // longer and shorter than a leaf
        vm.expectRevert(MPTProof.MptKeyAbsent.selector);
        harness.inclusion(root, hex"1200", nodes);
        bytes memory leaf = RlpEncode.leaf(hex"010203", LONG);
        vm.expectRevert(MPTProof.MptKeyAbsent.selector);
        harness.inclusion(keccak256(leaf), hex"12", _one(leaf));
    }

    function test_MPT_14_accepts_rejects_keyPresent() public {
        (bytes32 root, bytes[] memory nodes) = _deep();
        assertEq(harness.inclusion(root, hex"12", nodes), LONG);
        vm.expectRevert(MPTProof.MptKeyPresent.selector);
        harness.exclusion(root, hex"12", nodes);
    }

    function test_MPT_13_accepts_extensionDiverges() public view {
        bytes memory hash = bytes.concat(keccak256("a")).str();
        assertFalse(_found(hex"13", RlpEncode.extension(hex"0102", hash)));
        assertFalse(_found(hex"", RlpEncode.extension(hex"0102", hash)));
        assertFalse(_found(hex"01", RlpEncode.extension(hex"000102", hash)));
    }

    function test_MPT_13_accepts_pathsPastAnyKey() public view {
        bytes memory nibbles = new bytes(65);
        assertFalse(_found(new bytes(32), RlpEncode.leaf(nibbles, "v")));
        assertFalse(_found(new bytes(32), RlpEncode.extension(nibbles, hex"c0")));
        assertFalse(_found(new bytes(32), RlpEncode.leaf(new bytes(1000), "v")));
    }

    /* Honest proofs */

    function test_MPT_1_3_6_12_13_14_accepts_honest() public {
        string[4] memory kinds = ["trie", "receipt", "account", "storage"];
        for (uint256 k = 0; k < kinds.length; ++k) {
            string[] memory cases = _honest(kinds[k]);
            for (uint256 i = 0; i < cases.length; ++i) {
                _verifyHonest(cases[i]);
            }
        }
    }

    function _verifyHonest(string memory json) private {
        (bytes32 root, bytes memory key, bytes[] memory nodes) = _proof(json);
        (bool found, bytes memory value) = harness.walk(root, key, nodes);
        if (_isAbsent(json)) {
            assertFalse(found);
            assertEq(value, "");
            harness.exclusion(root, key, nodes);
            vm.expectRevert(MPTProof.MptKeyAbsent.selector);
            harness.inclusion(root, key, nodes);
        } else {
            assertTrue(found);
            assertEq(value, vm.parseJsonBytes(json, ".expect.value"));
            assertEq(harness.inclusion(root, key, nodes), value);
            vm.expectRevert(MPTProof.MptKeyPresent.selector);
            harness.exclusion(root, key, nodes);
        }
    }

    /// @dev Every proper prefix of every honest proof is cut short, and says where.
    function test_MPT_3_rejects_honestTruncated() public {
        string[] memory cases = _honest("trie");
        for (uint256 i = 0; i < cases.length; ++i) {
            (bytes32 root, bytes memory key, bytes[] memory nodes) = _proof(cases[i]);
            for (uint256 length = root == EMPTY ? nodes.length : 0; length < nodes.length; ++length) {
                bytes[] memory cut = new bytes[](length);
                for (uint256 j = 0; j < length; ++j) {
                    cut[j] = nodes[j];
                }
                _refuses(_indexed(MPTProof.MptTruncatedProof.selector, length), root, key, cut);
            }
        }
    }

    /// @dev Any change to any byte of a node that is walked through is a hash mismatch of that node.
    /// forge-config: default.fuzz.runs = 64
    function testFuzz_MPT_5_rejects_oneMutatedByte(uint256 which, uint256 index, uint256 place, uint8 change) public {
        string[] memory cases = _honest(which % 2 == 0 ? "trie" : "receipt");
        (bytes32 root, bytes memory key, bytes[] memory nodes) = _proof(cases[which % cases.length]);
        vm.assume(nodes.length != 0 && change != 0);
        index %= nodes.length;
        place %= nodes[index].length;
        nodes[index][place] ^= bytes1(change);
        _refuses(_indexed(MPTProof.MptHashMismatch.selector, index), root, key, nodes);
    }

    /// @dev Any change to the key is another verdict or an error, never the same value.
    /// forge-config: default.fuzz.runs = 16
    function testFuzz_MPT_13_accepts_mutatedKey(uint256 place, uint8 change) public view {
        vm.assume(change != 0);
        string[] memory cases = _honest("account");
        for (uint256 i = 0; i < cases.length; ++i) {
            if (_isAbsent(cases[i])) continue;
            (bytes32 root, bytes memory key, bytes[] memory nodes) = _proof(cases[i]);
            key[place % 32] ^= bytes1(change);
            try harness.walk(root, key, nodes) returns (bool found, bytes memory) {
                assertFalse(found);
            } catch {}
        }
    }
}

contract MPTProofTest is MPTProofSuite, OnLibraries {}

contract MPTProofReferenceTest is MPTProofSuite, OnReference {}
// forge-lint: disable-end(multi-contract-file, unsafe-typecast)
