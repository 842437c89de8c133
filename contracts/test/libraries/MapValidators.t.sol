// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {HashToG1Reference} from "../../reference/HashToG1Reference.sol";
import {MapValidators} from "../../src/libraries/MapValidators.sol";
import {IMapHarness, MapHarness, MapHarnessReference} from "../harness/MapHarness.sol";
import {MapChain} from "../support/MapChain.sol";
import {MapCurve} from "../support/MapCurve.sol";
import {Test} from "forge-std/Test.sol";

// One suite, and the two subjects it runs on.
// forge-lint: disable-start(multi-contract-file)

/// @notice MAP-7 and MAP-12: sets, their sums and their changes.
abstract contract MapValidatorsSuite is Test {
    using MapChain for uint256[];

    uint256 private constant P = HashToG1Reference.P;

    IMapHarness internal harness;

    function test_MAP_12_accepts_everySize() public view {
        uint256[7] memory sizes = [uint256(1), 2, 7, 30, 100, 255, 256];
        for (uint256 i = 0; i < sizes.length; ++i) {
            uint256[] memory set = MapChain.secrets(sizes[i]);
            assertEq(harness.commitment(set.keys()), set.commitment());
        }
    }

    function test_MAP_12_rejects_sizes() public {
        vm.expectRevert(abi.encodeWithSelector(MapValidators.MapSetSize.selector, 0));
        harness.commitment("");
        bytes memory keys = new bytes(257 * 64);
        vm.expectRevert(abi.encodeWithSelector(MapValidators.MapSetSize.selector, 257));
        harness.commitment(keys);
    }

    function testFuzz_MAP_7_accepts_sumOfSigners(uint256 size, uint256 signers) public view {
        size = bound(size, 1, 40);
        uint256[] memory set = MapChain.secrets(size);
        signers &= MapChain.first(size);
        assertEq(harness.sumOf(set.keys(), signers), MapCurve.g1(set.sum(signers)));
    }

    function test_MAP_7_accepts_largestSet() public view {
        uint256[] memory set = MapChain.secrets(256);
        bytes memory keys = set.keys();
        assertEq(harness.sumOf(keys, type(uint256).max), MapCurve.g1(set.sum(type(uint256).max)));
        assertEq(harness.sumOf(keys, 1 << 255), MapCurve.g1(set[255]));
        assertEq(harness.sumOf(keys, 0), new bytes(64));
    }

    function testFuzz_MAP_7_rejects_bitsBeyond(uint256 size, uint256 signers) public {
        size = bound(size, 1, 40);
        uint256 highest = bound(signers, size, 255);
        signers = signers & MapChain.first(highest) | 2 ** highest;
        bytes memory keys = MapChain.secrets(size).keys();
        vm.expectRevert(abi.encodeWithSelector(MapValidators.MapBitBeyondSet.selector, highest, size));
        harness.sumOf(keys, signers);
    }

    function testFuzz_MAP_12_accepts_changes(uint256 size, uint256 removed, uint256 joining) public view {
        size = bound(size, 1, 20);
        removed &= MapChain.first(size);
        uint256[] memory added = new uint256[](bound(joining, 0, 20));
        for (uint256 i = 0; i < added.length; ++i) {
            added[i] = 3 + 2 * i;
        }
        uint256[] memory set = MapChain.secrets(size);
        uint256[] memory expected = set.changed(removed, added);
        if (expected.length == 0) return;
        (bytes32 commitment, uint256 got) = harness.changed(set.keys(), removed, added.keys());
        assertEq(got, expected.length);
        assertEq(commitment, expected.commitment());
    }

    /// @dev Up to the largest set, down to the smallest, and everybody at once.
    function test_MAP_12_accepts_extremes() public view {
        uint256[] memory set = MapChain.secrets(256);
        uint256[] memory none = new uint256[](0);
        uint256[] memory one = new uint256[](1);
        one[0] = 2;
        _accepts(set, 1, one);
        _accepts(set, type(uint256).max - 1, none);
        _accepts(set, type(uint256).max, one);
        _accepts(one, 0, MapChain.secrets(255));
        _accepts(one, 1, set);
    }

    function test_MAP_12_rejects_bitsBeyond() public {
        bytes memory keys = MapChain.secrets(4).keys();
        // Before the size, which would be that of nobody.
        _refuses(abi.encodeWithSelector(MapValidators.MapBitBeyondSet.selector, 4, 4), keys, 0x1f, "");
        _refuses(abi.encodeWithSelector(MapValidators.MapBitBeyondSet.selector, 255, 4), keys, 1 << 255 | 0x10, "");
    }

    function test_MAP_12_rejects_sizesOfChange() public {
        bytes memory keys = MapChain.secrets(4).keys();
        _refuses(abi.encodeWithSelector(MapValidators.MapSetSize.selector, 0), keys, 0x0f, "");
        // Before the keys, which are none.
        _refuses(abi.encodeWithSelector(MapValidators.MapSetSize.selector, 257), keys, 0, new bytes(64 * 253));
        keys = MapChain.secrets(256).keys();
        _refuses(abi.encodeWithSelector(MapValidators.MapSetSize.selector, 257), keys, 0, new bytes(64));
    }

    function test_MAP_12_rejects_invalidKeys() public {
        bytes memory keys = MapChain.secrets(4).keys();
        (uint256 x, uint256 y) = abi.decode(MapCurve.g1(9), (uint256, uint256));
        bytes[6] memory wrong = [
            new bytes(64),
            abi.encode(x + P, y),
            abi.encode(x, y + P),
            abi.encode(x, y + 1),
            abi.encode(x, 0),
            abi.encode(0, y)
        ];
        for (uint256 i = 0; i < wrong.length; ++i) {
            _refuses(abi.encodeWithSelector(MapValidators.MapInvalidKey.selector, 4), keys, 0, wrong[i]);
            bytes memory second = bytes.concat(MapCurve.g1(10), wrong[i]);
            _refuses(abi.encodeWithSelector(MapValidators.MapInvalidKey.selector, 3), keys, 0x06, second);
            vm.expectRevert(abi.encodeWithSelector(MapValidators.MapInvalidKey.selector, 4));
            harness.commitment(bytes.concat(keys, wrong[i], wrong[i]));
        }
    }

    /// @dev Whether the other key was there or is added too; positions are those in the new set.
    function test_MAP_12_rejects_duplicates() public {
        uint256[] memory set = MapChain.secrets(4);
        bytes memory keys = set.keys();
        bytes memory added = MapCurve.g1(set[2]);
        _refuses(abi.encodeWithSelector(MapValidators.MapDuplicateKey.selector, 4), keys, 0, added);
        _refuses(abi.encodeWithSelector(MapValidators.MapDuplicateKey.selector, 3), keys, 1, added);
        added = bytes.concat(MapCurve.g1(9), MapCurve.g1(10), MapCurve.g1(9));
        _refuses(abi.encodeWithSelector(MapValidators.MapDuplicateKey.selector, 6), keys, 0, added);
        keys = bytes.concat(keys, MapCurve.g1(9), MapCurve.g1(set[0]));
        vm.expectRevert(abi.encodeWithSelector(MapValidators.MapDuplicateKey.selector, 5));
        harness.commitment(keys);
    }

    /// @dev Who is removed and added again is no duplicate; nor is a key whose negative is there.
    function test_MAP_12_accepts_againAndNegated() public view {
        uint256[] memory set = MapChain.secrets(4);
        uint256[] memory added = new uint256[](1);
        added[0] = set[1];
        _accepts(set, 2, added);
        (uint256 x, uint256 y) = abi.decode(MapCurve.g1(set[1]), (uint256, uint256));
        (, uint256 size) = harness.changed(set.keys(), 0, abi.encode(x, P - y));
        assertEq(size, 5);
    }

    /// @dev Keys in order: the first that is wrong in any way.
    function test_MAP_12_rejects_keysInOrder() public {
        uint256[] memory set = MapChain.secrets(4);
        bytes memory added = bytes.concat(MapCurve.g1(set[0]), new bytes(64));
        _refuses(abi.encodeWithSelector(MapValidators.MapDuplicateKey.selector, 4), set.keys(), 0, added);
        added = bytes.concat(new bytes(64), MapCurve.g1(set[0]));
        _refuses(abi.encodeWithSelector(MapValidators.MapInvalidKey.selector, 4), set.keys(), 0, added);
    }

    function _accepts(uint256[] memory set, uint256 removed, uint256[] memory added) private view {
        (bytes32 commitment,) = harness.changed(set.keys(), removed, added.keys());
        assertEq(commitment, set.changed(removed, added).commitment());
    }

    function _refuses(bytes memory expected, bytes memory keys, uint256 removed, bytes memory added) private {
        vm.expectRevert(expected);
        harness.changed(keys, removed, added);
    }
}

contract MapValidatorsTest is MapValidatorsSuite {
    function setUp() public {
        harness = new MapHarness();
    }

    function testFuzz_MAP_8_accepts_count(uint256 bits) public pure {
        uint256 expected;
        for (uint256 i = 0; i < 256; ++i) {
            expected += bits >> i & 1;
        }
        assertEq(MapValidators.count(bits), expected);
    }

    function test_MAP_8_accepts_everyCount() public pure {
        for (uint256 i = 0; i <= 256; ++i) {
            assertEq(MapValidators.count(MapChain.first(i)), i);
            assertEq(MapValidators.count(~MapChain.first(i)), 256 - i);
        }
    }
}

contract MapValidatorsReferenceTest is MapValidatorsSuite {
    function setUp() public {
        harness = new MapHarnessReference();
    }
}
// forge-lint: disable-end(multi-contract-file)
