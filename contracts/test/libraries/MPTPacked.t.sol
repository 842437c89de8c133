// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTProof} from "../../src/libraries/MPTProof.sol";
import {RLPReader} from "../../src/libraries/RLPReader.sol";
import {ReceiptLog as Receipts} from "../../src/libraries/ReceiptLog.sol"; // forge-std has a ReceiptLog of its own
import {IProofHarness} from "../harness/IProofHarness.sol";
import {OnLibraries, OnReference} from "../harness/ProofSuite.sol";
import {RlpEncode} from "../harness/RlpEncode.sol";
import {TrieSuite} from "../harness/TrieSuite.sol";

// One suite, and the two subjects it runs on.
// forge-lint: disable-start(multi-contract-file)
/// @notice PCK-1: the nodes of a proof one behind the other.
abstract contract MPTPackedSuite is TrieSuite {
    using RlpEncode for bytes;
    using RlpEncode for bytes[];

    function test_PCK_1_accepts_honest() public {
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
        bytes memory packed = _joined(nodes, nodes.length);
        (bool found, bytes memory value) = harness.packedWalk(root, key, packed);
        assertEq(found, !_isAbsent(json));
        if (found) {
            assertEq(value, vm.parseJsonBytes(json, ".expect.value"));
            assertEq(harness.packedInclusion(root, key, packed), value);
            vm.expectRevert(MPTProof.MptKeyPresent.selector);
            harness.packedExclusion(root, key, packed);
        } else {
            assertEq(value, "");
            harness.packedExclusion(root, key, packed);
            vm.expectRevert(MPTProof.MptKeyAbsent.selector);
            harness.packedInclusion(root, key, packed);
        }
    }

    /// @dev Cut before each node, and within each.
    function test_PCK_1_rejects_missingNode() public {
        string[2] memory kinds = ["trie", "account"];
        for (uint256 k = 0; k < kinds.length; ++k) {
            string[] memory cases = _honest(kinds[k]);
            for (uint256 i = 0; i < cases.length; ++i) {
                (bytes32 root, bytes memory key, bytes[] memory nodes) = _proof(cases[i]);
                for (uint256 n = root == EMPTY ? nodes.length : 0; n < nodes.length; ++n) {
                    bytes memory cut = _joined(nodes, n);
                    _refuses(_indexed(MPTProof.MptTruncatedProof.selector, n), root, key, cut);
                    bytes memory part = new bytes(nodes[n].length - 1);
                    for (uint256 b = 0; b < part.length; ++b) {
                        part[b] = nodes[n][b];
                    }
                    _refuses(_plain(RLPReader.RlpInputTooShort.selector), root, key, bytes.concat(cut, part));
                }
            }
        }
    }

    function test_PCK_1_rejects_bytesThatAreLeft() public {
        string[] memory cases = _honest("receipt");
        for (uint256 i = 0; i < cases.length; ++i) {
            (bytes32 root, bytes memory key, bytes[] memory nodes) = _proof(cases[i]);
            bytes memory packed = _joined(nodes, nodes.length);
            bytes memory expected = _indexed(MPTProof.MptTrailingNode.selector, nodes.length);
            _refuses(expected, root, key, bytes.concat(packed, hex"00"));
            _refuses(expected, root, key, bytes.concat(packed, hex"80"));
            _refuses(expected, root, key, bytes.concat(packed, nodes[0]));
            // they are not read
            _refuses(expected, root, key, bytes.concat(packed, hex"ff"));
        }
    }

    /// @dev The item header is read before the hash is compared.
    function test_PCK_1_rejects_brokenHeaderBeforeHash() public {
        (bytes32 root, bytes[] memory nodes) = _deep();
        _refuses(_plain(RLPReader.RlpInputTooShort.selector), root, hex"12", bytes.concat(nodes[0], hex"c1"));
        _refuses(_plain(RLPReader.RlpLengthLeadingZero.selector), root, hex"12", bytes.concat(nodes[0], hex"f90000"));
        bytes memory zeros = new bytes(60);
        bytes memory wrong = bytes.concat(nodes[0], hex"f80102", zeros);
        _refuses(_plain(RLPReader.RlpNonCanonicalSize.selector), root, hex"12", wrong);
        wrong = bytes.concat(nodes[0], hex"8105", zeros);
        _refuses(_plain(RLPReader.RlpNonCanonicalSingleByte.selector), root, hex"12", wrong);
    }

    /// @dev Then its size, its hash, and only then its kind.
    function test_PCK_1_rejects_otherItems() public {
        (bytes32 root, bytes[] memory nodes) = _deep();
        bytes memory expected = _indexed(MPTProof.MptShortNode.selector, 1);
        _refuses(expected, root, hex"12", bytes.concat(nodes[0], hex"00", nodes[1], nodes[2]));
        _refuses(expected, root, hex"12", bytes.concat(nodes[0], new bytes(30).list(), nodes[1]));
        expected = _indexed(MPTProof.MptHashMismatch.selector, 1);
        _refuses(expected, root, hex"12", bytes.concat(nodes[0], LONG.str()));
        expected = _plain(RLPReader.RlpUnexpectedString.selector);
        _refuses(expected, keccak256(LONG.str()), hex"12", LONG.str());
        _refuses(_indexed(MPTProof.MptHashMismatch.selector, 0), root, hex"12", nodes[1]);
    }

    function test_PCK_1_accepts_rejects_emptyTrie() public {
        harness.packedExclusion(EMPTY, hex"12", "");
        harness.packedExclusion(EMPTY, "", hex"80");
        _refuses(_indexed(MPTProof.MptTrailingNode.selector, 1), EMPTY, hex"12", hex"8080");
        _refuses(_indexed(MPTProof.MptHashMismatch.selector, 0), EMPTY, hex"12", hex"81ff");
        _refuses(_plain(RLPReader.RlpInputTooShort.selector), EMPTY, hex"12", hex"81");
        _refuses(_indexed(MPTProof.MptTruncatedProof.selector, 0), keccak256("any"), hex"12", "");
        _refuses(_plain(MPTProof.MptZeroRoot.selector), 0, new bytes(33), "");
        _refuses(_indexed(MPTProof.MptKeyTooLong.selector, 33), EMPTY, new bytes(33), "");
    }

    /// @dev The nodes that are missing lie right behind the proof in calldata, in both forms.
    function test_PCK_1_rejects_nodesBehindTheProof() public {
        string memory json = _honest("account", "8 nodes");
        (bytes32 root, bytes memory key, bytes[] memory nodes) = _proof(json);
        bytes memory packed = _joined(nodes, nodes.length);
        for (uint256 n = 0; n < nodes.length; ++n) {
            uint256 length = _joined(nodes, n).length;
            bytes memory expected = _indexed(MPTProof.MptTruncatedProof.selector, n);
            bytes memory call = abi.encodeCall(IProofHarness.packedWalk, (root, key, packed));
            _refusesWithLength(expected, call, packed.length, length);
            expected = _plain(RLPReader.RlpInputTooShort.selector);
            _refusesWithLength(expected, call, packed.length, length + 1);
            _refusesWithLength(expected, call, packed.length, length + nodes[n].length - 1);
            expected = _indexed(MPTProof.MptTruncatedProof.selector, n);
            _refusesWithLength(expected, abi.encodeCall(IProofHarness.walk, (root, key, nodes)), nodes.length, n);
        }
    }

    /// @dev Branches of hashes where the key has come to its end, whether or not more nodes follow that would fit.
    function test_PCK_1_accepts_rejects_keyEndsAtBranch() public {
        string memory json = _honest("account", "8 nodes");
        (bytes32 root, bytes memory key, bytes[] memory nodes) = _proof(json);
        bytes memory leaf = RlpEncode.leaf("", LONG);
        for (uint256 depth = 0; depth < 3; ++depth) {
            bytes memory short = new bytes(depth);
            for (uint256 i = 0; i < depth; ++i) {
                short[i] = key[i];
            }
            bytes memory packed = _joined(nodes, 2 * depth + 1);
            harness.packedExclusion(root, short, packed);
            bytes memory expected = _indexed(MPTProof.MptTrailingNode.selector, 2 * depth + 1);
            _refuses(expected, root, short, _joined(nodes, nodes.length));
            _refuses(expected, root, short, bytes.concat(packed, leaf));
        }
        // a child at the nibble that is read when none is left
        bytes[] memory items = RlpEncode.branch("");
        for (uint256 i = 1; i < 16; ++i) {
            items[i] = bytes.concat(keccak256("a")).str();
            bytes memory branch = items.put(0, leaf.childOf()).join();
            harness.packedExclusion(keccak256(branch), "", branch);
            bytes memory expected = _indexed(MPTProof.MptTrailingNode.selector, 1);
            _refuses(expected, keccak256(branch), "", bytes.concat(branch, leaf));
            vm.expectRevert(expected);
            harness.walk(keccak256(branch), "", _two(branch, leaf));
        }
    }

    /// @dev Leaves of all sizes at which one of their headers changes its form.
    function test_PCK_1_accepts_leavesOfEverySize() public view {
        bytes memory key = hex"123456";
        for (uint256 used = 0; used <= 6; used += 1 + used / 2) {
            bytes memory path = new bytes(6 - used);
            for (uint256 i = used; i < 6; ++i) {
                // forge-lint: disable-next-line(unsafe-typecast)
                path[i - used] = bytes1(uint8(i + 1));
            }
            for (uint256 length = 1; length < 264; ++length) {
                if (length == 4) length = 20;
                if (length == 62) length = 236;
                this.assertUnder(key, used, path, new bytes(length));
                this.assertUnder(key, used, path, bytes.concat(new bytes(length - 1), hex"ff"));
            }
            this.assertUnder(key, used, path, new bytes(65_530));
            this.assertUnder(key, used, path, new bytes(65_540));
        }
    }

    /// @dev A value under as many branches as there are nibbles `used`. A call of its own, which leaves no memory behind.
    function assertUnder(bytes memory key, uint256 used, bytes memory path, bytes memory value) external view {
        bytes memory node = RlpEncode.leaf(path, value);
        bytes[] memory nodes = new bytes[](used + 1);
        bytes memory hash = bytes.concat(keccak256("a")).str();
        uint256 embedded;
        for (uint256 i = used; i != 0; --i) {
            if (node.length >= 32) nodes[i] = node;
            uint256 nibble = uint8(key[(i - 1) / 2]) >> (i % 2 == 1 ? 4 : 0) & 15;
            node = RlpEncode.branch("").put(nibble, node.childOf()).put((nibble + 7) % 16, hash).join();
        }
        nodes[0] = node;
        for (uint256 i = 1; i <= used; ++i) {
            if (nodes[i].length == 0) ++embedded;
        }
        bytes[] memory list = new bytes[](used + 1 - embedded);
        for (uint256 i = 0; i < list.length; ++i) {
            list[i] = nodes[i];
        }
        assertEq(keccak256(harness.packedInclusion(keccak256(node), key, _joined(list, list.length))), keccak256(value));
        assertEq(keccak256(harness.inclusion(keccak256(node), key, list)), keccak256(value));
    }

    /// @dev What is in the proofs is the same as from a list.
    function test_PCK_1_accepts_receiptsAndState() public {
        string memory json = _honest("receipt", "block of 200, receipt 100");
        (bytes32 root,, bytes[] memory nodes) = _proof(json);
        address emitter = vm.parseJsonAddress(json, ".logs[1].emitter");
        bytes32 topic0 = vm.parseJsonBytes32(json, ".logs[1].topics[0]");
        (bytes32[] memory topics, bytes memory data) =
            harness.proveLog(root, 100, nodes, Receipts.TypePolicy.Known, 1, emitter, topic0);
        (bytes32[] memory same, bytes memory sameData) = harness.packedProveLog(
            root, 100, _joined(nodes, nodes.length), Receipts.TypePolicy.Known, 1, emitter, topic0
        );
        assertEq(abi.encode(same, sameData), abi.encode(topics, data));
        vm.expectRevert(MPTProof.MptKeyPresent.selector);
        harness.packedReceiptAbsent(root, 100, _joined(nodes, nodes.length));

        json = _honest("account", "8 nodes");
        (root,, nodes) = _proof(json);
        address who = vm.parseJsonAddress(json, ".address");
        (,, bytes32 storageRoot,) = harness.packedAccount(root, who, _joined(nodes, nodes.length));
        assertEq(storageRoot, vm.parseJsonBytes32(json, ".storageRoot"));
        vm.expectRevert(MPTProof.MptKeyPresent.selector);
        harness.packedAccountAbsent(root, who, _joined(nodes, nodes.length));

        bytes memory leaf = RlpEncode.leaf(_nibbles(keccak256(abi.encode(7))), hex"05");
        assertEq(harness.packedStorageAt(keccak256(leaf), bytes32(uint256(7)), leaf), 5);
        harness.packedStorageAbsent(keccak256(leaf), bytes32(uint256(8)), leaf);
        harness.packedAccountAbsent(keccak256(leaf), address(1), leaf);
        harness.packedReceiptAbsent(keccak256(leaf), 1, leaf);
    }

    /* Helpers */

    /// @dev The call, with another length in the place where that of the proof is.
    function _refusesWithLength(bytes memory expected, bytes memory data, uint256 was, uint256 length) private view {
        uint256 place = 4 + 96 + 64; // behind the three arguments and a key of 32 bytes
        uint256 found;
        assembly ("memory-safe") {
            let word := add(add(data, 32), place)
            found := mload(word)
            mstore(word, length)
        }
        assertEq(found, was);
        (bool ok, bytes memory answer) = address(harness).staticcall(data);
        assertFalse(ok);
        assertEq(answer, expected);
        assembly ("memory-safe") {
            mstore(add(add(data, 32), place), was)
        }
    }

    /// @dev The first `count` nodes, one behind the other.
    function _joined(bytes[] memory nodes, uint256 count) private pure returns (bytes memory joined) {
        for (uint256 i = 0; i < count; ++i) {
            joined = bytes.concat(joined, nodes[i]);
        }
    }

    function _nibbles(bytes32 key) private pure returns (bytes memory nibbles) {
        nibbles = new bytes(64);
        for (uint256 i = 0; i < 32; ++i) {
            (nibbles[2 * i], nibbles[2 * i + 1]) = (key[i] >> 4, key[i] & 0x0f);
        }
    }

    function _plain(bytes4 selector) private pure returns (bytes memory) {
        return abi.encodeWithSelector(selector);
    }

    function _refuses(bytes memory expected, bytes32 root, bytes memory key, bytes memory packed) private {
        vm.expectRevert(expected);
        harness.packedWalk(root, key, packed);
    }
}

contract MPTPackedTest is MPTPackedSuite, OnLibraries {}

contract MPTPackedReferenceTest is MPTPackedSuite, OnReference {}
// forge-lint: disable-end(multi-contract-file)
