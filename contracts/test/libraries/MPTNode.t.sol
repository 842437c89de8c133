// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTNode} from "../../src/libraries/MPTNode.sol";
import {MPTProof} from "../../src/libraries/MPTProof.sol";
import {RLPReader} from "../../src/libraries/RLPReader.sol";
import {OnLibraries, OnReference} from "../harness/ProofSuite.sol";
import {RlpEncode} from "../harness/RlpEncode.sol";
import {TrieSuite} from "../harness/TrieSuite.sol";

// One suite, and the two subjects it runs on; its numbers are counted up to what fits a byte.
// forge-lint: disable-start(multi-contract-file, unsafe-typecast)
/// @notice One node and where the key leads from it: RLP-1 to RLP-6, MPT-6 to MPT-11.
abstract contract MPTNodeSuite is TrieSuite {
    using RlpEncode for bytes;
    using RlpEncode for bytes[];

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

    /// @dev A leaf on the key's path, and nothing behind the path.
    function test_MPT_6_rejects_leafWithoutValue() public {
        bytes memory node = RlpEncode.list(RlpEncode.path(hex"0102", true).str());
        _refusesNode(abi.encodeWithSelector(MPTNode.MptItemCount.selector, 0, 1), node);
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
        // in a node that is long enough for one of a real trie
        bytes memory node = RlpEncode.leaf(new bytes(62), "");
        _refuses(_indexed(MPTNode.MptEmptyValue.selector, 0), keccak256(node), new bytes(31), _one(node));
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
}

contract MPTNodeTest is MPTNodeSuite, OnLibraries {}

contract MPTNodeReferenceTest is MPTNodeSuite, OnReference {}
// forge-lint: disable-end(multi-contract-file, unsafe-typecast)
