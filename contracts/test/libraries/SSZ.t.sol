// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {SSZ} from "../../src/libraries/SSZ.sol";
import {BeaconHarness} from "../harness/BeaconHarness.sol";
import {BeaconReferenceHarness} from "../harness/BeaconReferenceHarness.sol";
import {Test} from "forge-std/Test.sol";

/// @notice SSZ-1 and SSZ-2, for the library. `SSZReference.t.sol` runs the same on its plain twin.
contract SSZTest is Test {
    BeaconHarness internal harness;
    BeaconHarness internal twin;

    function setUp() public virtual {
        harness = new BeaconHarness();
        twin = BeaconHarness(address(new BeaconReferenceHarness()));
    }

    // ── SSZ-1 ───────────────────────────────────────────────────────────────────────────────────────────────────

    function test_SSZ_1_acceptsBranchOfEveryLeaf() public view {
        bytes32[] memory tree = _tree(4, 1);
        for (uint256 gindex = 2; gindex < 32; ++gindex) {
            assertEq(harness.branchRoot(tree[gindex], _branch(tree, gindex), gindex), tree[1]);
        }
    }

    function test_SSZ_1_acceptsRootAsItsOwnBranch() public view {
        assertEq(harness.branchRoot(bytes32(uint256(7)), new bytes32[](0), 1), bytes32(uint256(7)));
    }

    function test_SSZ_1_rejectsWrongLength() public {
        uint16[6] memory indices = [54, 86, 105, 169, 812, 1];
        uint8[6] memory depths = [5, 6, 6, 7, 9, 0];
        for (uint256 i = 0; i < indices.length; ++i) {
            for (uint256 length = 0; length < 12; ++length) {
                if (length == depths[i]) continue;
                vm.expectRevert(abi.encodeWithSelector(SSZ.SszBranchLength.selector, depths[i], length));
                harness.branchRoot(0, new bytes32[](length), indices[i]);
            }
        }
    }

    /// @dev An index with a bit above its depth names the same path one level too deep: it must not be reduced to it.
    function test_SSZ_1_rejectsIndexWithHigherBit() public {
        vm.expectRevert(abi.encodeWithSelector(SSZ.SszBranchLength.selector, 8, 7));
        harness.branchRoot(0, new bytes32[](7), 169 + 256);
        vm.expectRevert(abi.encodeWithSelector(SSZ.SszBranchLength.selector, 0, 0));
        harness.branchRoot(0, new bytes32[](0), 0);
    }

    function test_SSZ_1_yieldsOtherRootsForOtherInputs() public view {
        bytes32[] memory tree = _tree(4, 2);
        bytes32[] memory branch = _branch(tree, 21);
        assertNotEq(harness.branchRoot(tree[21], branch, 20), tree[1], "the sibling's index");
        assertNotEq(harness.branchRoot(tree[20], branch, 21), tree[1], "the sibling's leaf");
        branch[2] ^= bytes32(uint256(1));
        assertNotEq(harness.branchRoot(tree[21], branch, 21), tree[1], "another node");
    }

    function testFuzz_SSZ_1_acceptsAsTwin(bytes32 leaf, bytes32[] memory branch, uint256 gindex) public view {
        uint256 bits = branch.length % 255;
        gindex = gindex % (2 ** bits) + 2 ** bits;
        assembly ("memory-safe") {
            mstore(branch, bits)
        }
        assertEq(harness.branchRoot(leaf, branch, gindex), twin.branchRoot(leaf, branch, gindex));
    }

    // ── SSZ-2 ───────────────────────────────────────────────────────────────────────────────────────────────────

    function test_SSZ_2_acceptsEverySetOfEightLeaves() public view {
        bytes32[] memory tree = _tree(3, 3);
        for (uint256 set = 0; set < 256; ++set) {
            (uint256[] memory positions, bytes32[] memory leaves, bytes32[] memory witness) = _proof(tree, 3, set);
            assertEq(harness.multiproofRoot(positions, leaves, 3, witness), tree[1]);
        }
    }

    function testFuzz_SSZ_2_acceptsSetsOf512Leaves(uint256 seed, uint256 set) public view {
        bytes32[] memory tree = _tree(9, seed);
        // Sparse sets: every bit stands for a member and its neighbour, at most 170.
        set &= uint256(keccak256(abi.encode(set)));
        (uint256[] memory positions, bytes32[] memory leaves, bytes32[] memory witness) = _proof(tree, 9, set);
        assertEq(harness.multiproofRoot(positions, leaves, 9, witness), tree[1]);
    }

    function test_SSZ_2_rejectsShortWitness() public {
        bytes32[] memory tree = _tree(3, 4);
        for (uint256 set = 0; set < 255; ++set) {
            (uint256[] memory positions, bytes32[] memory leaves, bytes32[] memory witness) = _proof(tree, 3, set);
            for (uint256 length = 0; length < witness.length; ++length) {
                vm.expectRevert(abi.encodeWithSelector(SSZ.SszWitnessShort.selector, length));
                harness.multiproofRoot(positions, leaves, 3, _resized(witness, length));
            }
        }
    }

    function test_SSZ_2_rejectsLongWitness() public {
        bytes32[] memory tree = _tree(3, 5);
        for (uint256 set = 0; set < 256; ++set) {
            (uint256[] memory positions, bytes32[] memory leaves, bytes32[] memory witness) = _proof(tree, 3, set);
            for (uint256 extra = 1; extra < 3; ++extra) {
                uint256 length = witness.length + extra;
                vm.expectRevert(abi.encodeWithSelector(SSZ.SszWitnessLong.selector, witness.length, length));
                harness.multiproofRoot(positions, leaves, 3, _resized(witness, length));
            }
        }
    }

    function test_SSZ_2_yieldsOtherRootsForOtherInputs() public view {
        bytes32[] memory tree = _tree(3, 6);
        (uint256[] memory positions, bytes32[] memory leaves, bytes32[] memory witness) = _proof(tree, 3, 0x52);
        for (uint256 i = 0; i < witness.length; ++i) {
            witness[i] ^= bytes32(uint256(1));
            assertNotEq(harness.multiproofRoot(positions, leaves, 3, witness), tree[1]);
            witness[i] ^= bytes32(uint256(1));
        }
        (leaves[0], leaves[1]) = (leaves[1], leaves[0]);
        assertNotEq(harness.multiproofRoot(positions, leaves, 3, witness), tree[1]);
    }

    function testFuzz_SSZ_2_acceptsAsTwin(uint8 set, bytes32[] memory leaves, bytes32[] memory witness) public view {
        uint256 count = 0;
        uint256[] memory positions = new uint256[](8);
        for (uint256 i = 0; i < 8 && count < leaves.length; ++i) {
            if (set >> i & 1 == 1) positions[count++] = i;
        }
        bytes memory call = abi.encodeCall(
            harness.multiproofRoot, (_resizedPositions(positions, count), _resized(leaves, count), 3, witness)
        );
        (bool ok, bytes memory ours) = address(harness).staticcall(call);
        (bool twinOk, bytes memory theirs) = address(twin).staticcall(call);
        assertEq(ok, twinOk);
        // The root, or the selector: how many nodes a long witness would use is known to both.
        assertEq(ours, theirs);
    }

    // ── Trees ───────────────────────────────────────────────────────────────────────────────────────────────────

    function _tree(uint256 depth, uint256 seed) private pure returns (bytes32[] memory tree) {
        tree = new bytes32[](2 ** (depth + 1));
        for (uint256 i = tree.length - 1; i > 0; --i) {
            tree[i] =
                i >= 2 ** depth ? keccak256(abi.encode(seed, i)) : sha256(bytes.concat(tree[2 * i], tree[2 * i + 1]));
        }
    }

    function _branch(bytes32[] memory tree, uint256 gindex) private pure returns (bytes32[] memory branch) {
        uint256 depth = 0;
        while (gindex >> depth > 1) ++depth;
        branch = new bytes32[](depth);
        for (uint256 i = 0; i < depth; ++i) {
            branch[i] = tree[gindex >> i ^ 1];
        }
    }

    /// @dev The leaves at the set's bits, and the siblings that are not known, level by level.
    function _proof(bytes32[] memory tree, uint256 depth, uint256 set)
        private
        pure
        returns (uint256[] memory positions, bytes32[] memory leaves, bytes32[] memory witness)
    {
        bool[] memory known = new bool[](tree.length);
        uint256 count = 0;
        positions = new uint256[](2 ** depth);
        leaves = new bytes32[](2 ** depth);
        witness = new bytes32[](tree.length);
        for (uint256 i = 0; i < 2 ** depth; ++i) {
            if (set >> (i % 256) & 1 == 0) continue;
            (positions[count], leaves[count++]) = (i, tree[2 ** depth + i]);
            known[2 ** depth + i] = true;
        }
        positions = _resizedPositions(positions, count);
        leaves = _resized(leaves, count);
        uint256 used = 0;
        for (uint256 start = 2 ** depth; start > 1; start /= 2) {
            for (uint256 i = start; i < 2 * start; i += 2) {
                if (known[i] != known[i + 1]) witness[used++] = tree[known[i] ? i + 1 : i];
                known[i / 2] = known[i] || known[i + 1];
            }
        }
        if (count == 0) witness[used++] = tree[1];
        witness = _resized(witness, used);
    }

    function _resized(bytes32[] memory from, uint256 length) private pure returns (bytes32[] memory to) {
        to = new bytes32[](length);
        for (uint256 i = 0; i < length && i < from.length; ++i) {
            to[i] = from[i];
        }
    }

    function _resizedPositions(uint256[] memory from, uint256 length) private pure returns (uint256[] memory to) {
        to = new uint256[](length);
        for (uint256 i = 0; i < length; ++i) {
            to[i] = from[i];
        }
    }
}
