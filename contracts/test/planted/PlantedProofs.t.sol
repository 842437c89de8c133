// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTNode} from "../../src/libraries/MPTNode.sol";
import {MPTProof} from "../../src/libraries/MPTProof.sol";
import {SSZ} from "../../src/libraries/SSZ.sol";
import {BrokenTrie} from "./BrokenTrie.sol";
import {RLP} from "@openzeppelin/contracts/utils/RLP.sol";
import {Test} from "forge-std/Test.sol";

/// @notice Attacks on Merkle proofs: on the library, on a sound twin, and on one with the fault.
contract PlantedProofsTest is Test {
    bytes32 private constant KEY = keccak256("key");

    /// @dev What the library does, callable.
    function walk(bytes32 root, bytes32 key, bytes[] calldata nodes) external pure returns (bool, bytes memory) {
        return MPTProof.walk(root, key, 32, nodes);
    }

    function branchRoot(bytes32 leaf, bytes32[] calldata branch, uint256 gindex) external view returns (bytes32) {
        return SSZ.branchRoot(leaf, branch, gindex);
    }

    /// @dev Without an attack all three agree.
    function test_MPT_13_accepts_planted_honestProofs() public {
        bytes[] memory nodes = _present();
        for (uint256 i = 0; i < 3; ++i) {
            (bool found, bytes memory value) =
                BrokenTrie(_subjects(BrokenTrie.Fault.LoosePrefix)[i]).walk(keccak256(nodes[0]), KEY, nodes);
            assertTrue(found);
            assertEq(value, "value of more than a few bytes");
        }
    }

    /// @dev Polygon 2021: a path that is written in another way is the same path, and passes for another.
    function test_MPT_7_rejects_planted_loosePrefix() public {
        bytes[] memory nodes = new bytes[](1);
        nodes[0] = _leaf(bytes.concat(hex"25", KEY), "value");
        _attack(
            BrokenTrie.Fault.LoosePrefix,
            abi.encodeWithSelector(MPTNode.MptPathPadding.selector, 0),
            keccak256(nodes[0]),
            nodes,
            "value"
        );
    }

    /// @dev alloy-trie 2026, curve-merkle-oracle: the last node is left away, and the key that is there is shown to be absent.
    function test_MPT_3_rejects_planted_endIsAbsence() public {
        bytes[] memory nodes = _present();
        bytes[] memory cut = new bytes[](1);
        cut[0] = nodes[0];
        bytes memory error = abi.encodeWithSelector(MPTProof.MptTruncatedProof.selector, 1);
        _attack(BrokenTrie.Fault.EndIsAbsence, error, keccak256(nodes[0]), cut, "");
        error = abi.encodeWithSelector(MPTProof.MptTruncatedProof.selector, 0);
        _attack(BrokenTrie.Fault.EndIsAbsence, error, keccak256(nodes[0]), new bytes[](0), "");
    }

    /// @dev alloy-trie 2026: a value of the attacker's choice is the reference to a node of the attacker's choice.
    function test_MPT_12_rejects_planted_valueIsReference() public {
        bytes[] memory nodes = new bytes[](2);
        nodes[1] = _leaf(hex"20", "forged, and longer than 32 bytes all in all");
        nodes[0] = _leaf(bytes.concat(hex"20", KEY), bytes.concat(hex"a0", keccak256(nodes[1])));
        _attack(
            BrokenTrie.Fault.ValueIsReference,
            abi.encodeWithSelector(MPTProof.MptTrailingNode.selector, 1),
            keccak256(nodes[0]),
            nodes,
            "forged, and longer than 32 bytes all in all"
        );
    }

    /// @dev Hyperbridge 2026: bytes of the proof that never enter the root.
    function test_MPT_12_rejects_planted_trailingIgnored() public {
        bytes[] memory honest = _present();
        bytes[] memory nodes = new bytes[](3);
        (nodes[0], nodes[1], nodes[2]) = (honest[0], honest[1], "whatever");
        _attack(
            BrokenTrie.Fault.TrailingIgnored,
            abi.encodeWithSelector(MPTProof.MptTrailingNode.selector, 2),
            keccak256(nodes[0]),
            nodes,
            "value of more than a few bytes"
        );
    }

    /// @dev Nomad 2022: a root that was never set proves all there is.
    function test_MPT_1_rejects_planted_zeroRoot() public {
        bytes[] memory nodes = new bytes[](1);
        nodes[0] = _leaf(bytes.concat(hex"20", KEY), "forged");
        bytes memory error = abi.encodeWithSelector(MPTProof.MptZeroRoot.selector);
        _attack(BrokenTrie.Fault.ZeroRoot, error, 0, nodes, "forged");
    }

    /// @dev Hyperbridge, Snowbridge 2026: one leaf is proven at many indices, because only some of their bits are looked at.
    function test_SSZ_1_rejects_planted_anyDepth() public {
        bytes32[] memory branch = new bytes32[](2);
        (branch[0], branch[1]) = (keccak256("a"), keccak256("b"));
        bytes32 leaf = keccak256("leaf");
        address[3] memory subjects = _subjects(BrokenTrie.Fault.AnyDepth);
        for (uint256 i = 0; i < 3; ++i) {
            bytes32 root = BrokenTrie(subjects[i]).branchRoot(leaf, branch, 5);
            for (uint256 depth = 3; depth < 256; ++depth) {
                if (i < 2) vm.expectRevert(abi.encodeWithSelector(SSZ.SszBranchLength.selector, depth, 2));
                // forge-lint: disable-next-line(incorrect-shift)
                bytes32 got = BrokenTrie(subjects[i]).branchRoot(leaf, branch, (1 << depth) + 5);
                if (i == 2) assertEq(got, root);
            }
        }
    }

    function _attack(
        BrokenTrie.Fault fault,
        bytes memory error,
        bytes32 root,
        bytes[] memory nodes,
        bytes memory stolen
    ) private {
        address[3] memory subjects = _subjects(fault);
        for (uint256 i = 0; i < 2; ++i) {
            vm.expectRevert(error);
            BrokenTrie(subjects[i]).walk(root, KEY, nodes);
        }
        (bool found, bytes memory value) = BrokenTrie(subjects[2]).walk(root, KEY, nodes);
        assertEq(found, stolen.length != 0);
        assertEq(value, stolen);
    }

    /// @dev The library, a sound twin, and one with the fault: all to be called alike.
    function _subjects(BrokenTrie.Fault fault) private returns (address[3] memory) {
        return [address(this), address(new BrokenTrie(BrokenTrie.Fault.None)), address(new BrokenTrie(fault))];
    }

    /// @dev The proof that `KEY` is there, under a branch.
    function _present() private pure returns (bytes[] memory nodes) {
        nodes = new bytes[](2);
        bytes memory path = bytes.concat(KEY);
        path[0] = bytes1(0x30 | (uint8(path[0]) & 0x0f));
        nodes[1] = _leaf(path, "value of more than a few bytes");
        bytes[] memory items = new bytes[](17);
        uint256 nibble = uint8(KEY[0]) >> 4;
        for (uint256 i = 0; i < 17; ++i) {
            items[i] = RLP.encode(bytes(""));
        }
        items[nibble] = RLP.encode(keccak256(nodes[1]));
        items[nibble ^ 1] = RLP.encode(keccak256("another"));
        nodes[0] = RLP.encode(items);
    }

    function _leaf(bytes memory path, bytes memory value) private pure returns (bytes memory) {
        bytes[] memory items = new bytes[](2);
        (items[0], items[1]) = (RLP.encode(path), RLP.encode(value));
        return RLP.encode(items);
    }
}
