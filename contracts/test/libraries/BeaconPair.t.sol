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
    using BeaconBytes for bytes;

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

    function testFuzz_BCN_8_9_acceptsRootsOfAnyPair(bytes32[6] memory fields, uint256 sets, bytes32 seed) public view {
        uint256 executionIndex = BeaconChain.executionBlockHashIndex(sets % 5);
        uint256 index = BeaconChain.finalityIndex(sets / 5 % 5);
        _compare(abi.encode(fields), executionIndex, index, seed);
    }

    /// @dev Any indices at all: of older blocks they are larger.
    function testFuzz_BCN_8_9_acceptsRootsAtAnyIndices(
        bytes32[6] memory fields,
        uint32 first,
        uint32 second,
        bytes32 seed
    ) public view {
        _compare(abi.encode(fields), uint256(first) + 1, uint256(second) + 1, seed);
    }

    function test_BCN_8_9_rejectsBranchesOfOtherLength() public {
        bytes memory pair = new bytes(192);
        for (uint256 set = 0; set < 5; ++set) {
            uint256 executionIndex = BeaconChain.executionBlockHashIndex(set);
            uint256 index = BeaconChain.finalityIndex(set);
            uint256 depth = _depth(executionIndex);
            vm.expectRevert(abi.encodeWithSelector(SSZ.SszBranchLength.selector, depth, depth + 1));
            harness.pairRoots(pair, new bytes32[](depth + 1), executionIndex, new bytes32[](1), index);
            uint256 other = _depth(index);
            vm.expectRevert(abi.encodeWithSelector(SSZ.SszBranchLength.selector, other, other - 1));
            harness.pairRoots(pair, new bytes32[](depth), executionIndex, new bytes32[](other - 1), index);
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

    function _compare(bytes memory pair, uint256 executionIndex, uint256 index, bytes32 seed) private view {
        Case memory c = Case({
            pair: pair,
            executionBranch: _branch(executionIndex, seed),
            executionIndex: executionIndex,
            branch: _branch(index, ~seed),
            index: index
        });
        bytes32[3] memory roots;
        (roots[0], roots[1], roots[2]) =
            harness.pairRoots(c.pair, c.executionBranch, c.executionIndex, c.branch, c.index);
        bytes32[3] memory expected = _expected(c);
        assertEq(roots[0], expected[0], "inner");
        assertEq(roots[1], expected[1], "state");
        assertEq(roots[2], expected[2], "outer");
    }

    function _expected(Case memory c) private view returns (bytes32[3] memory roots) {
        bytes memory pair = c.pair;
        bytes32[3] memory inner = [pair.word(96), pair.word(128), bytes32(0)];
        inner[2] = plain.branchRoot(pair.word(160), c.executionBranch, c.executionIndex);
        roots[0] = _header(pair, 16, inner);
        roots[1] = plain.branchRoot(roots[0], c.branch, c.index);
        bytes32[3] memory outer = [pair.word(32), roots[1], pair.word(64)];
        roots[2] = _header(pair, 0, outer);
    }

    function _header(bytes memory pair, uint256 at, bytes32[3] memory roots) private pure returns (bytes32) {
        return BeaconBytes.headerRoot([pair.number(at), pair.number(at + 8)], roots);
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
