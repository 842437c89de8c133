// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {SSZ} from "../../src/libraries/SSZ.sol";
import {BeaconChain} from "../../src/light-clients/BeaconChain.sol";
import {BeaconHarness} from "../harness/BeaconHarness.sol";
import {BeaconReferenceHarness} from "../harness/BeaconReferenceHarness.sol";
import {BeaconBytes} from "../light-clients/BeaconBytes.sol";
import {Test} from "forge-std/Test.sol";

/// @notice The roots of a pair, for every index set and any fields, beside the plain way to compute them.
contract BeaconPairTest is Test {
    /// @dev What a pair is made of: both headers in full.
    struct Fields {
        uint64[4] numbers;
        bytes32 outerParent;
        bytes32 outerBody;
        bytes32 innerParent;
        bytes32 innerState;
        bytes32 blockHash;
    }

    struct Case {
        bytes pair;
        bytes32[] executionBranch;
        uint256 executionIndex;
        bytes32[] branch;
        uint256 index;
    }

    BeaconHarness private harness;
    BeaconReferenceHarness private plain;

    function setUp() public {
        harness = new BeaconHarness();
        plain = new BeaconReferenceHarness();
    }

    function testFuzz_BCN_8_9_acceptsRootsOfAnyPair(Fields memory fields, uint256 sets, bytes32 seed) public view {
        uint256 executionIndex = BeaconChain.executionBlockHashIndex(sets % 5);
        uint256 index = BeaconChain.finalityIndex(sets / 5 % 5);
        _compare(fields, executionIndex, index, seed);
    }

    /// @dev Any indices at all: of older blocks they are larger.
    function testFuzz_BCN_8_9_acceptsRootsAtAnyIndices(Fields memory fields, uint32 first, uint32 second, bytes32 seed)
        public
        view
    {
        _compare(fields, uint256(first) + 1, uint256(second) + 1, seed);
    }

    function test_BCN_8_9_rejectsBranchesOfOtherLength() public {
        bytes memory pair = new bytes(160);
        for (uint256 set = 0; set < 5; ++set) {
            uint256 executionIndex = BeaconChain.executionBlockHashIndex(set);
            uint256 index = BeaconChain.finalityIndex(set);
            uint256 depth = _depth(executionIndex);
            vm.expectRevert(abi.encodeWithSelector(SSZ.SszBranchLength.selector, depth, depth + 1));
            uint256 indices = executionIndex << 128 | index;
            harness.pairRoots(pair, new bytes32[](depth + 2), 1 << 8 | depth + 1, indices);
            uint256 other = _depth(index);
            vm.expectRevert(abi.encodeWithSelector(SSZ.SszBranchLength.selector, other, other - 1));
            harness.pairRoots(pair, new bytes32[](depth + other - 1), other - 1 << 8 | depth, indices);
        }
    }

    /// @dev The table of section 4 of `spec/client.md`.
    function test_BCN_6_acceptsIndicesOfTheTable() public pure {
        uint16[5][5] memory rows = [
            [uint16(105), 54, 55, 37, 1],
            [uint16(105), 54, 55, 37, 412],
            [uint16(105), 54, 55, 37, 812],
            [uint16(169), 86, 87, 69, 812],
            [uint16(735), 2945, 2946, 352, 2856]
        ];
        for (uint256 set = 0; set < 5; ++set) {
            assertEq(BeaconChain.finalityIndex(set), rows[set][0]);
            assertEq(BeaconChain.currentCommitteeIndex(set), rows[set][1]);
            assertEq(BeaconChain.nextCommitteeIndex(set), rows[set][2]);
            assertEq(BeaconChain.blockRootsIndex(set), rows[set][3]);
            assertEq(BeaconChain.executionBlockHashIndex(set), rows[set][4]);
        }
    }

    function _compare(Fields memory fields, uint256 executionIndex, uint256 index, bytes32 seed) private view {
        Case memory c = Case({
            pair: _encode(fields),
            executionBranch: _branch(executionIndex, seed),
            executionIndex: executionIndex,
            branch: _branch(index, ~seed),
            index: index
        });
        bytes memory joined = abi.encodePacked(c.branch, c.executionBranch);
        uint256 nodes = c.branch.length << 8 | c.executionBranch.length;
        bytes32[] memory branches = abi.decode(bytes.concat(abi.encode(32, joined.length / 32), joined), (bytes32[]));
        bytes32[3] memory roots;
        (roots[0], roots[1], roots[2]) = harness.pairRoots(c.pair, branches, nodes, c.executionIndex << 128 | c.index);
        bytes32[3] memory expected = _expected(fields, c);
        assertEq(roots[0], expected[0], "inner");
        assertEq(roots[1], expected[1], "state");
        assertEq(roots[2], expected[2], "outer");
    }

    function _expected(Fields memory f, Case memory c) private view returns (bytes32[3] memory roots) {
        bytes32 body = plain.branchRoot(f.blockHash, c.executionBranch, c.executionIndex);
        roots[0] = BeaconBytes.headerRoot([f.numbers[2], f.numbers[3]], [f.innerParent, f.innerState, body]);
        roots[1] = plain.branchRoot(roots[0], c.branch, c.index);
        roots[2] = BeaconBytes.headerRoot([f.numbers[0], f.numbers[1]], [f.outerParent, roots[1], f.outerBody]);
    }

    function _encode(Fields memory f) private pure returns (bytes memory) {
        bytes memory numbers = abi.encodePacked(f.numbers[0], f.numbers[1], f.numbers[2], f.numbers[3]);
        bytes32 roots = sha256(bytes.concat(f.innerParent, f.innerState));
        return bytes.concat(numbers, f.outerParent, BeaconBytes.half(f.outerBody), roots, f.blockHash);
    }

    function _branch(uint256 gindex, bytes32 seed) private pure returns (bytes32[] memory branch) {
        branch = new bytes32[](_depth(gindex));
        for (uint256 i = 0; i < branch.length; ++i) {
            branch[i] = keccak256(abi.encode(seed, i));
        }
    }

    function _depth(uint256 gindex) private pure returns (uint256 depth) {
        while (gindex >> depth > 1) ++depth;
    }
}
