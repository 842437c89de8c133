// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTNode} from "../../src/libraries/MPTNode.sol";
import {MPTProof} from "../../src/libraries/MPTProof.sol";
import {RLPReader} from "../../src/libraries/RLPReader.sol";
import {OnLibraries, OnReference, ProofSuite} from "../harness/ProofSuite.sol";
import {RlpEncode} from "../harness/RlpEncode.sol";

// One suite, and the two subjects it runs on; its numbers are counted up to what fits a byte.
// forge-lint: disable-start(multi-contract-file, unsafe-typecast)
/// @dev Roots here are of the test's own making, so that nodes can be as wrong as the clause needs.
abstract contract MPTProofSuite is ProofSuite {
    using RlpEncode for bytes;
    using RlpEncode for bytes[];

    bytes32 private constant EMPTY = keccak256(hex"80");
    bytes private constant LONG = "a value that is too long for its leaf to be embedded";

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

    /* Decoding: RLP-1 to RLP-6, MPT-6 */

    function test_RLP_5_rejects_nodeWithTrailingBytes() public {
        bytes memory node = bytes.concat(RlpEncode.leaf(hex"0102", LONG), hex"00");
        _refusesNode(abi.encodeWithSelector(RLPReader.RlpTrailingBytes.selector), node);
        node = bytes.concat(_full().join(), hex"00");
        _refusesNode(abi.encodeWithSelector(RLPReader.RlpTrailingBytes.selector), node);
    }

    function test_RLP_6_rejects_nodeIsString() public {
        _refusesNode(abi.encodeWithSelector(RLPReader.RlpUnexpectedString.selector), LONG.str());
    }

    function test_RLP_1_rejects_itemPastNode() public {
        _refusesNode(abi.encodeWithSelector(RLPReader.RlpInputTooShort.selector), hex"c220a0");
        bytes[] memory items = _full();
        items[16] = hex"81";
        _refusesNode(abi.encodeWithSelector(RLPReader.RlpInputTooShort.selector), items.join());
    }

    function test_MPT_6_rejects_itemCount() public {
        for (uint256 count = 0; count <= 20; ++count) {
            if (count == 2 || count == 17) continue;
            bytes[] memory items = new bytes[](count);
            for (uint256 i = 0; i < count; ++i) {
                items[i] = hex"80";
            }
            uint256 got = count > 18 ? 18 : count;
            _refusesNode(abi.encodeWithSelector(MPTNode.MptItemCount.selector, 0, got), items.join());
        }
    }

    /// @dev The eighteenth header is read, and what comes after it is not.
    function test_MPT_6_rejects_brokenItems() public {
        bytes memory seventeen = hex"8080808080808080808080808080808080";
        bytes memory tooShort = abi.encodeWithSelector(RLPReader.RlpInputTooShort.selector);
        _refusesNode(tooShort, RlpEncode.list(bytes.concat(seventeen, hex"81")));
        bytes memory itemCount = abi.encodeWithSelector(MPTNode.MptItemCount.selector, 0, 18);
        _refusesNode(itemCount, RlpEncode.list(bytes.concat(seventeen, hex"8081")));
        // RLP comes before the count, and the count before the form of a child
        _refusesNode(tooShort, RlpEncode.list(hex"808081"));
        _refusesNode(abi.encodeWithSelector(MPTNode.MptItemCount.selector, 0, 3), RlpEncode.list(hex"808001"));
    }

    /// @dev A good branch with more behind it in the same list, of a size that a branch can have.
    function test_MPT_6_rejects_moreThanABranch() public {
        bytes memory expected = abi.encodeWithSelector(MPTNode.MptItemCount.selector, 0, 18);
        bytes[] memory items = RlpEncode.branch("");
        for (uint256 i = 0; i < 16; ++i) {
            items[i] = bytes.concat(keccak256("a")).str();
            items[16] = bytes.concat(hex"80", new bytes(31).str());
            _refusesNode(expected, items.join());
        }
    }

    /// @dev A branch that would be whole if the calldata behind it belonged to it.
    function test_RLP_1_rejects_branchCutShort() public {
        bytes memory more = new bytes(200);
        for (uint256 i = 0; i < more.length; ++i) {
            more[i] = 0x80;
        }
        bytes memory payload = bytes.concat(_full().join(), more);
        for (uint256 length = 81; length < 529; length += 32) {
            bytes memory cut = new bytes(length);
            for (uint256 i = 0; i < length; ++i) {
                cut[i] = payload[i + 3];
            }
            bytes memory node = cut.list();
            vm.expectRevert(RLPReader.RlpInputTooShort.selector);
            harness.walk(keccak256(node), hex"12", _two(node, more));
        }
    }

    function test_MPT_6_rejects_embeddedNodeBearsIndexOfItsParent() public {
        (bytes32 root, bytes[] memory nodes) = _over(hex"c3010101");
        _refuses(abi.encodeWithSelector(MPTNode.MptItemCount.selector, 1, 3), root, hex"12", nodes);
        (root, nodes) = _over(hex"c0");
        _refuses(abi.encodeWithSelector(MPTNode.MptItemCount.selector, 1, 0), root, hex"12", nodes);
    }

    /* MPT-7 */

    function test_MPT_7_rejects_pathEmpty() public {
        _refusesNode(_indexed(MPTNode.MptPathEmpty.selector, 0), RlpEncode.list(hex"8001"));
    }

    function test_MPT_7_accepts_rejects_everyFirstByte() public {
        for (uint256 first = 0; first < 256; ++first) {
            bytes memory path = abi.encodePacked(uint8(first), hex"34");
            bytes memory node = RlpEncode.list(bytes.concat(path.str(), RlpEncode.branch("").join()));
            if (first == 0x00 || (first >= 0x10 && first <= 0x1f)) {
                assertFalse(_found(hex"ff", node), "another extension");
                continue;
            }
            node = RlpEncode.list(bytes.concat(path.str(), LONG.str()));
            if (first == 0x20 || (first >= 0x30 && first <= 0x3f)) {
                assertFalse(_found(hex"ff", node), "another leaf");
            } else if (first >= 0x40) {
                _refusesNode(abi.encodeWithSelector(MPTNode.MptPathFlag.selector, 0, first >> 4), node);
            } else {
                _refusesNode(_indexed(MPTNode.MptPathPadding.selector, 0), node);
            }
        }
    }

    function test_MPT_7_rejects_pathIsList() public {
        _refusesNode(abi.encodeWithSelector(RLPReader.RlpUnexpectedList.selector), RlpEncode.list(hex"c12080"));
    }

    /* MPT-8 */

    function test_MPT_8_rejects_extensionPathEmpty() public {
        _refusesNode(_indexed(MPTNode.MptExtensionPathEmpty.selector, 0), RlpEncode.extension("", hex"80"));
        // before MPT-9
        _refusesNode(_indexed(MPTNode.MptExtensionPathEmpty.selector, 0), RlpEncode.extension("", hex"01"));
    }

    function test_MPT_8_rejects_extensionToNone() public {
        _refusesNode(_indexed(MPTNode.MptExtensionChild.selector, 0), RlpEncode.extension(hex"01", hex"80"));
    }

    function test_MPT_8_rejects_extensionToLeaf() public {
        bytes memory embedded = RlpEncode.extension(hex"01", RlpEncode.leaf(hex"02", "v"));
        _refuses(_indexed(MPTNode.MptExtensionChild.selector, 0), keccak256(embedded), hex"12", _one(embedded));

        bytes memory leaf = RlpEncode.leaf(hex"02", LONG);
        bytes memory root = RlpEncode.extension(hex"01", leaf.childOf());
        bytes memory expected = _indexed(MPTNode.MptExtensionChild.selector, 1);
        _refuses(expected, keccak256(root), hex"12", _two(root, leaf));

        // before MPT-7 of the child
        leaf = RlpEncode.list(bytes.concat(hex"81ff", LONG.str()));
        root = RlpEncode.extension(hex"01", leaf.childOf());
        _refuses(expected, keccak256(root), hex"12", _two(root, leaf));
    }

    function test_MPT_8_rejects_extensionToExtension() public {
        bytes memory inner = RlpEncode.extension(hex"02", RlpEncode.branch("v").put(0, hex"c22001").join());
        bytes memory root = RlpEncode.extension(hex"01", inner);
        _refuses(_indexed(MPTNode.MptExtensionChild.selector, 0), keccak256(root), hex"12", _one(root));
    }

    /// @dev The count of the child's items comes first.
    function test_MPT_8_rejects_extensionToNeither() public {
        bytes memory root = RlpEncode.extension(hex"01", hex"c3010101");
        bytes memory expected = abi.encodeWithSelector(MPTNode.MptItemCount.selector, 0, 3);
        _refuses(expected, keccak256(root), hex"12", _one(root));
    }

    /// @dev A child that is not on the key's path is not decoded.
    function test_MPT_8_accepts_childOffThePath() public view {
        assertFalse(_found(hex"99", RlpEncode.extension(hex"01", RlpEncode.leaf(hex"02", "v"))));
    }

    function test_MPT_8_accepts_extensionToBranch() public view {
        bytes memory branch = RlpEncode.branch("here").put(2, RlpEncode.leaf("", "v")).join();
        _holds(hex"12", RlpEncode.extension(hex"01", branch), "v");
        _holds(hex"12", RlpEncode.extension(hex"0102", branch), "here");
    }

    /* MPT-9 */

    function test_MPT_9_rejects_everyChildIsVerified() public {
        bytes memory expected = _indexed(MPTNode.MptChildForm.selector, 0);
        for (uint256 i = 0; i < 16; ++i) {
            _refusesNode(expected, _full().put(i, hex"01").join());
            _refusesNode(expected, _full().put(i, new bytes(31).str()).join());
            _refusesNode(expected, _full().put(i, new bytes(33).str()).join());
            _refusesNode(expected, _full().put(i, new bytes(60).str()).join());
            _refusesNode(expected, _full().put(i, RlpEncode.list(new bytes(31))).join());
            _refusesNode(expected, _full().put(i, RlpEncode.list(new bytes(60))).join());
        }
    }

    /// @dev A child in the place and of the length of a hash that is a list.
    function test_MPT_9_rejects_listsAsLongAsHashes() public {
        bytes memory expected = _indexed(MPTNode.MptChildForm.selector, 0);
        for (uint256 i = 0; i < 16; ++i) {
            _refusesNode(expected, _full().put(i, new bytes(32).list()).join());
            _refusesNode(expected, _full().put((i + 1) % 16, hex"80").put(i, new bytes(32).list()).join());
        }
    }

    /// @dev Two wrong children whose lengths make up for each other: all others are where they would be, and there are bytes
    /// like the headers of hashes where those two would be.
    function test_MPT_9_accepts_rejects_childrenOfUnequalLengths() public {
        bytes memory expected = _indexed(MPTNode.MptChildForm.selector, 0);
        bytes memory imitation = new bytes(33);
        imitation[0] = 0xa0;
        for (uint256 i = 0; i < 15; ++i) {
            bytes[] memory items = _full().put(i, new bytes(31).str()).put(i + 1, imitation.str());
            assertEq(items.join().length, _full().join().length);
            _refusesNode(expected, items.join());
            items = RlpEncode.branch("").put(i, new bytes(31).str()).put(i + 1, imitation.str());
            _refusesNode(expected, items.join());
        }
    }

    function test_MPT_9_rejects_beforeValueAndKey() public {
        bytes[] memory items = _full().put(15, hex"01");
        items[16] = hex"c0";
        _refusesNode(_indexed(MPTNode.MptChildForm.selector, 0), items.join());
        _refuses(_indexed(MPTNode.MptChildForm.selector, 0), keccak256(items.join()), "", _one(items.join()));
    }

    function test_MPT_9_rejects_extensionChild() public {
        bytes memory expected = _indexed(MPTNode.MptChildForm.selector, 0);
        _refusesNode(expected, RlpEncode.extension(hex"01", hex"01"));
        _refusesNode(expected, RlpEncode.extension(hex"01", new bytes(31).str()));
        _refusesNode(expected, RlpEncode.extension(hex"01", RlpEncode.list(new bytes(31))));
        // even off the key's path
        _refusesNode(expected, RlpEncode.extension(hex"0f", hex"01"));
    }

    function test_MPT_9_accepts_everyChildIsReached() public view {
        for (uint8 i = 0; i < 16; ++i) {
            for (uint8 others = 1; others < 17; ++others) {
                bytes memory leaf = RlpEncode.leaf(hex"02", bytes.concat(LONG, bytes1(i)));
                bytes[] memory items = RlpEncode.branch("");
                for (uint8 j = 0; j < others; ++j) {
                    items.put((i + 1 + 5 * j) % 16, bytes.concat(bytes32(uint256(j))).str());
                }
                bytes memory root = items.put(i, leaf.childOf()).join();
                if (others == 16 && i % 2 == 0) items[16] = "v";
                bytes memory value = harness.inclusion(keccak256(root), abi.encodePacked(i * 16 + 2), _two(root, leaf));
                assertEq(value, bytes.concat(LONG, bytes1(i)));
            }
        }
    }

    /* MPT-10 */

    function test_MPT_10_rejects_emptyValue() public {
        _refusesNode(_indexed(MPTNode.MptEmptyValue.selector, 0), RlpEncode.leaf(hex"0102", ""));
        // even off the key's path
        _refusesNode(_indexed(MPTNode.MptEmptyValue.selector, 0), RlpEncode.leaf(hex"0f", ""));
    }

    function test_MPT_10_rejects_valueIsList() public {
        bytes memory leaf = RlpEncode.list(bytes.concat(RlpEncode.path(hex"0102", true).str(), hex"c101"));
        _refusesNode(abi.encodeWithSelector(RLPReader.RlpUnexpectedList.selector), leaf);
    }

    function test_MPT_10_accepts_leafValues() public view {
        _holds(hex"12", RlpEncode.leaf(hex"0102", hex"00"), hex"00");
        _holds(hex"12", RlpEncode.leaf(hex"0102", new bytes(1000)), new bytes(1000));
        _holds("", RlpEncode.leaf("", "v"), "v");
    }

    /* MPT-11 and the value of a branch */

    function test_MPT_11_rejects_sparseBranch() public {
        bytes memory expected = _indexed(MPTNode.MptSparseBranch.selector, 0);
        _refusesNode(expected, RlpEncode.branch("").join());
        _refusesNode(expected, RlpEncode.branch("v").join());
        _refusesNode(expected, RlpEncode.branch(LONG).join());
        _refusesNode(expected, RlpEncode.branch("").put(7, bytes.concat(keccak256("a")).str()).join());
        _refusesNode(expected, RlpEncode.branch("").put(7, hex"c22001").join());
        _refusesNode(expected, RlpEncode.branch("").put(15, hex"c0").join());
    }

    function test_MPT_11_accepts_twoAreEnough() public view {
        bytes memory hash = bytes.concat(keccak256("a")).str();
        assertFalse(_found(hex"12", RlpEncode.branch("v").put(7, hash).join()));
        assertFalse(_found(hex"12", RlpEncode.branch("v").put(7, hex"c22001").join()));
        assertFalse(_found(hex"12", RlpEncode.branch("").put(7, hash).put(0, hash).join()));
        assertFalse(_found(hex"12", RlpEncode.branch("").put(7, hex"c0").put(0, hex"c0").join()));
        assertFalse(_found(hex"12", RlpEncode.branch("").put(7, hash).put(0, hex"c0").join()));
    }

    function test_MPT_11_rejects_branchValueIsList() public {
        bytes[] memory items = _full();
        items[16] = hex"c101";
        _refusesNode(abi.encodeWithSelector(RLPReader.RlpUnexpectedList.selector), items.join());
    }

    /// @dev However many hashes there are beside it, a value of one byte is one, and a list of one byte is not.
    function test_MPT_13_accepts_rejects_valueOfOneByte() public {
        bytes[] memory items = RlpEncode.branch("v");
        for (uint256 i = 0; i < 16; ++i) {
            items[i] = bytes.concat(keccak256("a")).str();
            _holds("", items.join(), "v");
            items[16] = hex"c0";
            _refusesNode(abi.encodeWithSelector(RLPReader.RlpUnexpectedList.selector), items.join());
            items[16] = "v";
        }
    }

    function test_MPT_13_accepts_keyEndsAtBranch() public view {
        bytes memory hash = bytes.concat(keccak256("a")).str();
        _holds("", RlpEncode.branch("v").put(7, hash).join(), "v");
        _holds("", RlpEncode.branch(LONG).put(7, hash).join(), LONG);
        assertFalse(_found("", RlpEncode.branch("").put(7, hash).put(0, hash).join()));
        assertFalse(_found("", _full().join()));
    }

    /// @dev A value of 32 bytes looks like a hash, and is not followed.
    function test_MPT_12_accepts_rejects_valueIsNoReference() public {
        bytes memory forged = RlpEncode.leaf("", LONG);
        bytes memory value = bytes.concat(keccak256(forged));
        bytes memory hash = bytes.concat(keccak256("a")).str();
        bytes memory root = RlpEncode.branch(value).put(7, hash).join();
        _holds("", root, value);
        _refuses(_indexed(MPTProof.MptTrailingNode.selector, 1), keccak256(root), "", _two(root, forged));
        root = RlpEncode.leaf(hex"0102", value);
        _refuses(_indexed(MPTProof.MptTrailingNode.selector, 1), keccak256(root), hex"12", _two(root, forged));
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

    /* Helpers */

    function _proof(string memory json) private pure returns (bytes32, bytes memory, bytes[] memory) {
        return
            (
                vm.parseJsonBytes32(json, ".root"),
                vm.parseJsonBytes(json, ".key"),
                vm.parseJsonBytesArray(json, ".proof")
            );
    }

    /// @dev A trie in which 0x12 is under three nodes.
    function _deep() private pure returns (bytes32 root, bytes[] memory nodes) {
        nodes = new bytes[](3);
        nodes[2] = RlpEncode.leaf("", LONG);
        bytes memory hash = bytes.concat(keccak256("a")).str();
        nodes[1] = RlpEncode.branch("").put(2, nodes[2].childOf()).put(9, hash).join();
        nodes[0] = RlpEncode.branch("").put(1, nodes[1].childOf()).put(9, hash).join();
        root = keccak256(nodes[0]);
    }

    /// @dev Two branches over something embedded, which 0x12 leads to.
    function _over(bytes memory embedded) private pure returns (bytes32 root, bytes[] memory nodes) {
        bytes memory hash = bytes.concat(keccak256("a")).str();
        nodes = new bytes[](2);
        nodes[1] = RlpEncode.branch("").put(2, embedded).put(9, hash).join();
        nodes[0] = RlpEncode.branch("").put(1, nodes[1].childOf()).put(9, hash).join();
        root = keccak256(nodes[0]);
    }

    /// @dev A branch of sixteen hashes.
    function _full() private pure returns (bytes[] memory items) {
        items = RlpEncode.branch("");
        for (uint256 i = 0; i < 16; ++i) {
            items[i] = bytes.concat(keccak256(abi.encode(i))).str();
        }
    }

    function _indexed(bytes4 selector, uint256 index) private pure returns (bytes memory) {
        return abi.encodeWithSelector(selector, index);
    }

    function _refuses(bytes memory expected, bytes32 root, bytes memory key, bytes[] memory nodes) private {
        vm.expectRevert(expected);
        harness.walk(root, key, nodes);
    }

    function _refusesNode(bytes memory expected, bytes memory node) private {
        _refuses(expected, keccak256(node), hex"12", _one(node));
    }

    function _found(bytes memory key, bytes memory node) private view returns (bool found) {
        (found,) = harness.walk(keccak256(node), key, _one(node));
    }

    function _holds(bytes memory key, bytes memory node, bytes memory value) private view {
        assertEq(harness.inclusion(keccak256(node), key, _one(node)), value);
    }
}

contract MPTProofTest is MPTProofSuite, OnLibraries {}

contract MPTProofReferenceTest is MPTProofSuite, OnReference {}
// forge-lint: disable-end(multi-contract-file, unsafe-typecast)
