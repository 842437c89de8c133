// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTCompact} from "../../src/libraries/MPTCompact.sol";
import {MPTNode} from "../../src/libraries/MPTNode.sol";
import {MPTProof} from "../../src/libraries/MPTProof.sol";
import {RLPReader} from "../../src/libraries/RLPReader.sol";
import {OnLibraries, OnReference, ProofSuite} from "../harness/ProofSuite.sol";
import {RlpEncode} from "../harness/RlpEncode.sol";
import {CompactEncode} from "../support/CompactEncode.sol";

// One suite, and the two subjects it runs on; its numbers are counted up to what fits a byte.
// forge-lint: disable-start(multi-contract-file, unsafe-typecast)
/// @dev One trie serves most tests: a branch with children at 0, 1 and 15; under 1 an extension of the nibbles 2 and 3; under it a
/// branch with children at 4 and 9; under 4 a leaf with the path 5, 6.
abstract contract MPTCompactSuite is ProofSuite {
    using RlpEncode for bytes;
    using RlpEncode for bytes[];

    bytes32 private constant EMPTY = keccak256(hex"80");
    bytes32 private constant OTHER = keccak256("another child");
    bytes private constant LONG = "a value that is too long for its leaf to be embedded";
    bytes private constant KEY = hex"123456";
    bytes private constant EXTENSION = hex"000002";

    function _leaf() internal pure returns (bytes memory) {
        return RlpEncode.leaf(hex"0506", LONG);
    }

    function _lower() internal pure returns (bytes memory) {
        return bytes.concat(hex"0840", OTHER);
    }

    function _upper() internal pure returns (bytes memory) {
        return bytes.concat(hex"c001", OTHER, OTHER);
    }

    function _root() internal pure returns (bytes32) {
        return _rootOver(_leaf());
    }

    /// @dev The root of the trie with another node in the leaf's place.
    function _rootOver(bytes memory terminal) internal pure returns (bytes32) {
        bytes memory other = bytes.concat(OTHER).str();
        bytes memory node = RlpEncode.branch("").put(4, terminal.childOf()).put(9, other).join();
        node = RlpEncode.extension(hex"0203", node.childOf());
        return keccak256(RlpEncode.branch("").put(0, other).put(1, node.childOf()).put(15, other).join());
    }

    function _compact(uint256 depth, bytes memory terminal, bytes memory steps) internal pure returns (bytes memory) {
        return bytes.concat(bytes1(uint8(depth)), bytes3(uint24(terminal.length)), terminal, steps);
    }

    function _proof() internal pure returns (bytes memory) {
        return _compact(4, _leaf(), bytes.concat(_lower(), EXTENSION, _upper()));
    }

    /* What is right */

    function test_CPT_1_2_3_accepts_honestProofs() public view {
        uint256 compact;
        string[4] memory kinds = ["trie", "receipt", "account", "storage"];
        for (uint256 k = 0; k < kinds.length; ++k) {
            string[] memory cases = _honest(kinds[k]);
            for (uint256 i = 0; i < cases.length; ++i) {
                if (this.holds(cases[i])) ++compact;
                else assertEq(kinds[k], "trie", "every proof of Ethereum's tries has a compact form");
            }
        }
        assertGt(compact, 110);
    }

    /// @dev A call of its own for each case, which leaves no memory behind.
    function holds(string memory json) external view returns (bool possible) {
        bytes32 root = vm.parseJsonBytes32(json, ".root");
        bytes memory key = vm.parseJsonBytes(json, ".key");
        bytes memory proof;
        (possible, proof) = CompactEncode.encode(key, vm.parseJsonBytesArray(json, ".proof"));
        if (!possible) return false;
        (bool found, bytes memory value) = harness.compactWalk(root, key, proof);
        assertEq(found, !_isAbsent(json));
        if (found) assertEq(value, vm.parseJsonBytes(json, ".expect.value"));
        else assertEq(value, "");
    }

    function test_CPT_1_2_3_accepts_threeSteps() public {
        assertEq(harness.compactInclusion(_root(), KEY, _proof()), LONG);
        vm.expectRevert(MPTProof.MptKeyPresent.selector);
        harness.compactExclusion(_root(), KEY, _proof());
        harness.compactExclusion(_root(), hex"123457", _proof());
        vm.expectRevert(MPTProof.MptKeyAbsent.selector);
        harness.compactInclusion(_root(), hex"123457", _proof());
    }

    function test_CPT_1_accepts_terminalAlone() public view {
        bytes memory leaf = RlpEncode.leaf(hex"01020304", "held");
        assertEq(harness.compactInclusion(keccak256(leaf), hex"1234", _compact(0, leaf, "")), "held");
        harness.compactExclusion(keccak256(leaf), hex"12", _compact(0, leaf, ""));
    }

    function test_CPT_1_accepts_emptyTrie() public view {
        harness.compactExclusion(EMPTY, hex"12", "");
        harness.compactExclusion(EMPTY, "", _compact(0, hex"80", ""));
        (bool found, bytes memory value) = harness.compactWalk(EMPTY, hex"12", "");
        assertFalse(found);
        assertEq(value, "");
    }

    function test_CPT_3_accepts_everyMask() public view {
        bytes memory leaf = RlpEncode.leaf(hex"02", LONG);
        for (uint256 seed = 0; seed < 96; ++seed) {
            // All masks of two bits or of all but one are rare among random ones.
            uint256 mask = uint16(uint256(keccak256(abi.encode(seed))));
            uint256 nibble = seed % 16;
            if (seed >= 32 && seed < 48) mask = 2 ** ((seed + 5) % 16);
            if (seed >= 48 && seed < 64) mask = 0xffff ^ 2 ** ((seed + 9) % 16);
            if (seed >= 64 && seed < 80) mask = 0xffff;
            mask |= 2 ** (15 - nibble);
            _acceptsMask(mask, nibble, leaf);
        }
    }

    function _acceptsMask(uint256 mask, uint256 nibble, bytes memory leaf) private view {
        bytes[] memory items = RlpEncode.branch("");
        bytes memory hashes;
        uint256 count;
        for (uint256 i = 0; i < 16; ++i) {
            if (mask & 2 ** (15 - i) == 0) continue;
            ++count;
            bytes32 hash = keccak256(abi.encode(mask, i));
            items[i] = i == nibble ? leaf.childOf() : bytes.concat(hash).str();
            if (i != nibble) hashes = bytes.concat(hashes, hash);
        }
        if (count < 2) return;
        bytes memory proof = _compact(1, leaf, bytes.concat(bytes2(uint16(mask)), hashes));
        bytes memory key = abi.encodePacked(uint8(nibble * 16 + 2));
        assertEq(harness.compactInclusion(keccak256(items.join()), key, proof), LONG, vm.toString(mask));
    }

    function test_CPT_2_accepts_extensionsOfEveryLength() public view {
        bytes memory leaf = RlpEncode.leaf("", LONG);
        bytes memory branch = RlpEncode.branch("").put(7, leaf.childOf()).put(8, leaf.childOf()).join();
        for (uint256 nibbles = 1; nibbles < 64; nibbles += 2) {
            bytes memory key = new bytes((nibbles + 1) / 2);
            bytes memory path = new bytes(nibbles);
            for (uint256 i = 0; i < nibbles; ++i) {
                path[i] = bytes1(uint8((5 * i + 3) % 16));
                key[i / 2] |= i % 2 == 0 ? path[i] << 4 : path[i];
            }
            key[key.length - 1] |= 0x07;
            bytes32 root = keccak256(RlpEncode.extension(path, branch.childOf()));
            bytes memory steps = bytes.concat(hex"0180", keccak256(leaf), hex"0000", bytes1(uint8(nibbles)));
            assertEq(harness.compactInclusion(root, key, _compact(nibbles + 1, leaf, steps)), LONG);
        }
        // and one of all 64 nibbles, which can only be above a branch that has the value
        bytes memory zeros = new bytes(64);
        branch = RlpEncode.branch(LONG).put(7, leaf.childOf()).join();
        bytes32 over = keccak256(RlpEncode.extension(zeros, branch.childOf()));
        assertEq(harness.compactInclusion(over, new bytes(32), _compact(64, branch, hex"000040")), LONG);
        bytes memory even = RlpEncode.extension(hex"0102", branch.childOf());
        assertEq(harness.compactInclusion(keccak256(even), hex"12", _compact(2, branch, hex"000002")), LONG);
    }

    function test_CPT_4_accepts_embeddedSiblings() public view {
        bytes memory leaf = RlpEncode.leaf(hex"02", LONG);
        bytes memory small = RlpEncode.leaf(hex"02", "v");
        for (uint256 nibble = 0; nibble < 16; ++nibble) {
            for (uint256 others = 1; others < 16; others += 7) {
                bytes[] memory items = RlpEncode.branch("");
                bytes memory step;
                for (uint256 i = 0; i < 16; ++i) {
                    if (i != nibble && (i + 16 - nibble) % 16 <= others) {
                        items[i] = i % 3 == 0 ? bytes.concat(OTHER).str() : small;
                    }
                    if (i != nibble) step = bytes.concat(step, items[i]);
                }
                // for one neighbour alone
                if (others == 1) {
                    items[(nibble + 1) % 16] = small;
                    step = _without(items, nibble);
                }
                items[nibble] = leaf.childOf();
                bytes memory proof = _compact(1, leaf, bytes.concat(hex"000000", bytes2(uint16(step.length)), step));
                bytes memory key = abi.encodePacked(uint8(nibble * 16 + 2));
                assertEq(harness.compactInclusion(keccak256(items.join()), key, proof), LONG);
            }
        }
    }

    function _without(bytes[] memory items, uint256 nibble) private pure returns (bytes memory others) {
        for (uint256 i = 0; i < 16; ++i) {
            if (i != nibble) others = bytes.concat(others, items[i]);
        }
    }

    /// @dev The shortest form of such a branch, whose list has a header of one byte.
    function test_CPT_4_accepts_shortList() public view {
        bytes memory leaf = RlpEncode.leaf(hex"02", LONG);
        bytes[] memory items = RlpEncode.branch("").put(0, leaf.childOf()).put(9, hex"c22001");
        assertEq(items.join()[0], bytes1(uint8(0xc0 + 51)));
        bytes memory step = bytes.concat(hex"0000000011", _without(items, 0));
        assertEq(harness.compactInclusion(keccak256(items.join()), hex"02", _compact(1, leaf, step)), LONG);
    }

    /* Before the steps */

    function test_MPT_1_2_3_rejects_compact() public {
        _refuses(abi.encodeWithSelector(MPTProof.MptZeroRoot.selector), 0, new bytes(33), "");
        _refuses(abi.encodeWithSelector(MPTProof.MptKeyTooLong.selector, 33), _root(), new bytes(33), hex"00");
        _refuses(_indexed(MPTProof.MptTruncatedProof.selector, 0), _root(), KEY, "");
    }

    function test_CPT_1_rejects_everyCut() public {
        bytes memory proof = _proof();
        uint256 leaf = 4 + _leaf().length;
        for (uint256 length = 1; length < proof.length; ++length) {
            bytes memory expected;
            if (length < leaf) expected = _indexed(MPTCompact.CompactTooShort.selector, 0);
            else if (length == leaf) expected = _depth(0, 4);
            else if (length < leaf + 34) expected = _indexed(MPTCompact.CompactTooShort.selector, 1);
            else if (length == leaf + 34) expected = _depth(1, 3);
            else if (length < leaf + 37) expected = _indexed(MPTCompact.CompactTooShort.selector, 2);
            else if (length == leaf + 37) expected = _depth(2, 1);
            else expected = _indexed(MPTCompact.CompactTooShort.selector, 3);
            _refuses(expected, _root(), KEY, CompactEncode.part(proof, 0, length));
        }
    }

    function test_CPT_1_rejects_itemsTooShort() public {
        bytes memory tooShort = _indexed(MPTCompact.CompactTooShort.selector, 1);
        _refuses(tooShort, _root(), KEY, _compact(4, _leaf(), hex"000000"));
        _refuses(tooShort, _root(), KEY, _compact(4, _leaf(), hex"00000000"));
        _refuses(tooShort, _root(), KEY, _compact(4, _leaf(), hex"000000000280"));
        _refuses(tooShort, _root(), KEY, _compact(4, _leaf(), hex"000000ffff80"));
        // before CPT-2
        _refuses(_indexed(MPTCompact.CompactTooShort.selector, 0), _root(), "", hex"ffffffff");
    }

    function test_CPT_2_rejects_depth() public {
        bytes memory steps = bytes.concat(_lower(), EXTENSION, _upper());
        _refuses(_depth(0, 7), _root(), KEY, _compact(7, _leaf(), steps));
        _refuses(_depth(0, 1), _root(), "", _compact(1, _leaf(), steps));
        _refuses(_depth(0, 255), _root(), KEY, _compact(255, hex"80", steps));
        // more nibbles than are above, fewer, and none of them
        _refuses(_depth(3, 0), _root(), KEY, _compact(3, _leaf(), bytes.concat(hex"1800", OTHER, EXTENSION, _upper())));
        _refuses(_depth(1, 0), _root(), KEY, _compact(0, _leaf(), hex"00"));
        _refuses(_depth(2, 1), _root(), KEY, _compact(2, _leaf(), bytes.concat(hex"3000", OTHER, EXTENSION)));
        _refuses(_depth(1, 4), _root(), KEY, _compact(4, _leaf(), hex"000005"));
        _refuses(_depth(1, 4), _root(), KEY, _compact(4, _leaf(), hex"0000ff"));
        _refuses(_depth(0, 6), _root(), KEY, _compact(6, _leaf(), ""));
    }

    function test_MPT_4_rejects_compact() public {
        bytes memory short = RlpEncode.leaf(hex"0506", "v");
        _refuses(_indexed(MPTProof.MptShortNode.selector, 0), _rootOver(short), KEY, _compact(4, short, _lower()));
        _refuses(_indexed(MPTProof.MptShortNode.selector, 0), EMPTY, KEY, _compact(0, "", hex"00"));
    }

    /* The steps */

    function test_CPT_3_rejects_child() public {
        bytes memory steps = bytes.concat(hex"0440", OTHER, EXTENSION, _upper());
        _refuses(_indexed(MPTCompact.CompactChild.selector, 1), _root(), KEY, _compact(4, _leaf(), steps));
        // of the sixteen neighbours only the key's is right, and the check comes before CPT-1
        for (uint256 i = 0; i < 16; ++i) {
            bytes memory step = abi.encodePacked(uint16(0xffff ^ 2 ** (15 - i)));
            bytes memory key = abi.encodePacked(uint8(16 * i));
            _refuses(_indexed(MPTCompact.CompactChild.selector, 1), _root(), key, _compact(1, _leaf(), step));
        }
        steps = bytes.concat(_lower(), EXTENSION, hex"8001", OTHER);
        _refuses(_indexed(MPTCompact.CompactChild.selector, 3), _root(), KEY, _compact(4, _leaf(), steps));
    }

    function test_MPT_11_rejects_compact() public {
        for (uint256 i = 0; i < 16; ++i) {
            // before CPT-3, whichever child it is
            bytes memory step = abi.encodePacked(uint16(2 ** (15 - i)));
            _refuses(_indexed(MPTNode.MptSparseBranch.selector, 1), _root(), KEY, _compact(4, _leaf(), step));
        }
        _refuses(_indexed(MPTNode.MptSparseBranch.selector, 1), _root(), KEY, _spelled(_nones(15)));
    }

    function test_CPT_4_rejects_form() public {
        bytes memory other = bytes.concat(OTHER).str();
        bytes memory items = bytes.concat(_nones(8), other, _nones(6));
        _refuses(_indexed(MPTCompact.CompactForm.selector, 1), _root(), KEY, _spelled(items));
        // all else of the items comes before
        items = bytes.concat(_nones(8), other, _nones(5));
        _refuses(abi.encodeWithSelector(MPTNode.MptItemCount.selector, 1, 14), _root(), KEY, _spelled(items));
    }

    function test_MPT_6_rejects_compactItems() public {
        for (uint256 count = 0; count < 20; ++count) {
            if (count == 15) continue;
            bytes memory expected = abi.encodeWithSelector(MPTNode.MptItemCount.selector, 1, count < 16 ? count : 16);
            _refuses(expected, _root(), KEY, _spelled(_nones(count)));
        }
    }

    function test_RLP_1_2_3_4_rejects_compactItems() public {
        bytes4[4] memory errors = [
            RLPReader.RlpInputTooShort.selector,
            RLPReader.RlpLengthLeadingZero.selector,
            RLPReader.RlpNonCanonicalSize.selector,
            RLPReader.RlpNonCanonicalSingleByte.selector
        ];
        bytes[4] memory items = [bytes(hex"a0"), bytes.concat(hex"b900", new bytes(40)), hex"b801ff", hex"8101"];
        for (uint256 i = 0; i < 4; ++i) {
            // the sixteenth header is read, and a seventeenth would not be
            for (uint256 before = 0; before < 16; before += 5) {
                bytes memory step = bytes.concat(_nones(before), items[i]);
                _refuses(abi.encodeWithSelector(errors[i]), _root(), KEY, _spelled(step));
            }
            bytes memory behind = bytes.concat(_nones(16), items[i]);
            _refuses(abi.encodeWithSelector(MPTNode.MptItemCount.selector, 1, 16), _root(), KEY, _spelled(behind));
        }
    }

    function test_MPT_9_rejects_compactItems() public {
        bytes[5] memory items =
            [bytes(hex"01"), new bytes(31).str(), new bytes(33).str(), new bytes(31).list(), hex"8180"];
        bytes memory small = RlpEncode.leaf(hex"02", "v");
        for (uint256 i = 0; i < items.length; ++i) {
            for (uint256 before = 0; before < 15; ++before) {
                bytes memory step = bytes.concat(_nones(before), items[i], _nones(14 - before));
                _refuses(_indexed(MPTNode.MptChildForm.selector, 1), _root(), KEY, _spelled(step));
                if (before == 0) continue;
                step = bytes.concat(small, _nones(before - 1), items[i], _nones(14 - before));
                _refuses(_indexed(MPTNode.MptChildForm.selector, 1), _root(), KEY, _spelled(step));
            }
        }
    }

    function test_MPT_8_rejects_compactExtensions() public {
        // an extension above another one, and above a leaf
        bytes memory steps = bytes.concat(_lower(), hex"000001", hex"000001", _upper());
        _refuses(_indexed(MPTNode.MptExtensionChild.selector, 2), _root(), KEY, _compact(4, _leaf(), steps));
        // after CPT-2
        steps = bytes.concat(_lower(), hex"000001", hex"000003");
        _refuses(_depth(3, 2), _root(), KEY, _compact(4, _leaf(), steps));

        bytes memory extension = RlpEncode.extension(hex"01020304", _leaf().childOf());
        bytes memory expected = _indexed(MPTNode.MptExtensionChild.selector, 0);
        _refuses(expected, keccak256(extension), KEY, _compact(4, _leaf(), hex"000004"));
    }

    function test_MPT_5_rejects_compact() public {
        bytes32 root = _root();
        bytes memory hash3 = _indexed(MPTProof.MptHashMismatch.selector, 3);
        _refuses(hash3, ~root, KEY, _proof());
        _refuses(_indexed(MPTProof.MptHashMismatch.selector, 0), root, KEY, _compact(0, _leaf(), ""));
        _refuses(_indexed(MPTProof.MptHashMismatch.selector, 0), root, KEY, _compact(0, "", ""));
        _refuses(_indexed(MPTProof.MptHashMismatch.selector, 0), root, KEY, _compact(0, hex"80", ""));
        _refuses(_indexed(MPTProof.MptHashMismatch.selector, 0), EMPTY, KEY, _compact(0, _leaf(), ""));
        // the path is part of what is hashed: that of the extension, and the place of a child
        _refuses(hash3, root, hex"133456", _proof());
        _refuses(hash3, root, hex"f23456", _proof());
        // and the terminal is not read before
        _refuses(hash3, root, KEY, _compact(4, new bytes(40), bytes.concat(_lower(), EXTENSION, _upper())));
    }

    /* The terminal */

    function test_MPT_3_rejects_compactTerminalMissing() public {
        bytes memory branch = RlpEncode.branch("").put(4, _leaf().childOf()).put(9, bytes.concat(OTHER).str()).join();
        bytes memory proof = _compact(3, branch, bytes.concat(EXTENSION, _upper()));
        _refuses(_indexed(MPTProof.MptTruncatedProof.selector, 3), _root(), KEY, proof);
        harness.compactExclusion(_root(), hex"123556", proof);
        _refuses(_indexed(MPTProof.MptTruncatedProof.selector, 1), keccak256(branch), hex"40", _compact(0, branch, ""));
    }

    function test_RLP_5_6_rejects_compactTerminal() public {
        _refusesTerminal(abi.encodeWithSelector(RLPReader.RlpTrailingBytes.selector), bytes.concat(_leaf(), hex"00"));
        _refusesTerminal(abi.encodeWithSelector(RLPReader.RlpUnexpectedString.selector), LONG.str());
        _refusesTerminal(abi.encodeWithSelector(RLPReader.RlpInputTooShort.selector), bytes.concat(hex"f83f", LONG));
    }

    function test_MPT_6_7_9_10_11_rejects_compactTerminal() public {
        _refusesTerminal(abi.encodeWithSelector(MPTNode.MptItemCount.selector, 0, 1), LONG.str().list());
        _refusesTerminal(_indexed(MPTNode.MptPathEmpty.selector, 0), bytes.concat(hex"80", LONG.str()).list());
        _refusesTerminal(
            abi.encodeWithSelector(MPTNode.MptPathFlag.selector, 0, 4), bytes.concat(hex"40", LONG.str()).list()
        );
        _refusesTerminal(_indexed(MPTNode.MptPathPadding.selector, 0), bytes.concat(hex"21", LONG.str()).list());
        _refusesTerminal(_indexed(MPTNode.MptChildForm.selector, 0), RlpEncode.branch("").put(3, LONG.str()).join());
        _refusesTerminal(_indexed(MPTNode.MptEmptyValue.selector, 0), RlpEncode.leaf(new bytes(70), ""));
        bytes memory sparse = RlpEncode.branch("").put(3, bytes.concat(OTHER).str()).join();
        _refusesTerminal(_indexed(MPTNode.MptSparseBranch.selector, 0), sparse);
    }

    function test_MPT_9_accepts_embeddedInCompactTerminal() public {
        bytes memory small = RlpEncode.leaf(hex"06", "v");
        bytes memory terminal = RlpEncode.branch("").put(5, small).put(9, bytes.concat(OTHER).str()).join();
        bytes memory proof = _compact(4, terminal, bytes.concat(_lower(), EXTENSION, _upper()));
        assertEq(harness.compactInclusion(_rootOver(terminal), KEY, proof), "v");
        harness.compactExclusion(_rootOver(terminal), hex"123450", proof);
        // listed, the embedded node would be a terminal that is too short
        vm.expectRevert(_indexed(MPTProof.MptShortNode.selector, 0));
        harness.compactWalk(_rootOver(terminal), KEY, _compact(5, small, bytes.concat(hex"0440", OTHER)));

        terminal = RlpEncode.extension(hex"05", RlpEncode.branch("").put(6, hex"c22001").put(7, hex"c22002").join());
        assertLt(terminal.length, 32);
        assertEq(harness.compactInclusion(keccak256(terminal), hex"56", _compact(0, terminal, "")), hex"01");
    }

    /// @dev A value that has the form of a child is a value.
    function test_MPT_12_rejects_compactValueAsNode() public {
        bytes memory leaf = RlpEncode.leaf(hex"0506", bytes.concat(hex"a0", keccak256(_leaf())));
        bytes memory steps = bytes.concat(_lower(), EXTENSION, _upper());
        _refuses(_depth(0, 7), _rootOver(leaf), KEY, _compact(7, _leaf(), steps));
        bytes memory value = harness.compactInclusion(_rootOver(leaf), KEY, _compact(4, leaf, steps));
        assertEq(value, bytes.concat(hex"a0", keccak256(_leaf())));
    }

    /* Changes */

    function test_CPT_1_2_3_rejects_everyBit() public view {
        _refusesEveryBit(_root(), KEY, _proof());
        bytes memory small = RlpEncode.leaf(hex"0506", "v");
        bytes memory leaf = RlpEncode.leaf(hex"000506", LONG);
        bytes[] memory items = RlpEncode.branch("").put(1, leaf.childOf()).put(9, small);
        bytes memory step = _without(items, 1);
        _refusesEveryBit(
            keccak256(items.join()),
            hex"1056",
            _compact(1, leaf, bytes.concat(hex"000000", bytes2(uint16(step.length)), step))
        );
    }

    function _refusesEveryBit(bytes32 root, bytes memory key, bytes memory proof) private view {
        for (uint256 i = 0; i < 8 * proof.length; ++i) {
            proof[i / 8] ^= bytes1(uint8(2 ** (i % 8)));
            try harness.compactWalk(root, key, proof) {
                revert(string.concat("accepted with a change in byte ", vm.toString(i / 8)));
            } catch (bytes memory reason) {
                assertGe(reason.length, 4);
                assertTrue(bytes4(reason) != 0x4e487b71, "panic");
            }
            proof[i / 8] ^= bytes1(uint8(2 ** (i % 8)));
        }
    }

    /* Helpers */

    function _refusesTerminal(bytes memory expected, bytes memory terminal) private {
        bytes memory steps = bytes.concat(_lower(), EXTENSION, _upper());
        _refuses(expected, _rootOver(terminal), KEY, _compact(4, terminal, steps));
        _refuses(expected, keccak256(terminal), hex"56", _compact(0, terminal, ""));
    }

    function _refuses(bytes memory expected, bytes32 root, bytes memory key, bytes memory proof) private {
        vm.expectRevert(expected);
        harness.compactWalk(root, key, proof);
        vm.expectRevert(expected);
        harness.compactInclusion(root, key, proof);
        vm.expectRevert(expected);
        harness.compactExclusion(root, key, proof);
    }

    /// @dev The leaf under a branch of these items.
    function _spelled(bytes memory items) private pure returns (bytes memory) {
        return _compact(4, _leaf(), bytes.concat(hex"000000", bytes2(uint16(items.length)), items));
    }

    function _nones(uint256 count) private pure returns (bytes memory items) {
        items = new bytes(count);
        for (uint256 i = 0; i < count; ++i) {
            items[i] = 0x80;
        }
    }

    function _depth(uint256 index, uint256 depth) private pure returns (bytes memory) {
        return abi.encodeWithSelector(MPTCompact.CompactDepth.selector, index, depth);
    }

    function _indexed(bytes4 selector, uint256 index) private pure returns (bytes memory) {
        return abi.encodeWithSelector(selector, index);
    }
}

contract MPTCompactTest is MPTCompactSuite, OnLibraries {
    /// @dev Every other value of every byte, on the libraries alone.
    function test_CPT_1_2_3_rejects_everyByte() public view {
        bytes memory proof = _proof();
        for (uint256 i = 0; i < proof.length; ++i) {
            this.refusesByte(_root(), proof, i);
        }
    }

    /// @dev A call of its own for each byte, which leaves no memory behind.
    function refusesByte(bytes32 root, bytes calldata proof, uint256 at) external view {
        bytes memory changed = proof;
        for (uint256 other = 1; other < 256; ++other) {
            changed[at] = proof[at] ^ bytes1(uint8(other));
            (bool ok,) = address(harness).staticcall(abi.encodeCall(harness.compactWalk, (root, hex"123456", changed)));
            assertFalse(ok, vm.toString(at));
        }
    }
}

contract MPTCompactReferenceTest is MPTCompactSuite, OnReference {}
// forge-lint: disable-end(multi-contract-file, unsafe-typecast)
