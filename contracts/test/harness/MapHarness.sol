// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {BN254Reference} from "../../reference/BN254Reference.sol";
import {HashToG1Reference} from "../../reference/HashToG1Reference.sol";
import {MapValidatorsReference} from "../../reference/MapValidatorsReference.sol";
import {BN254} from "../../src/libraries/BN254.sol";
import {CalldataSlice} from "../../src/libraries/CalldataSlice.sol";
import {HashToG1} from "../../src/libraries/HashToG1.sol";
import {MapValidators} from "../../src/libraries/MapValidators.sol";
import {DirtyMemory} from "./DirtyMemory.sol";

// What the suites run on, and the two subjects.
// forge-lint: disable-start(multi-contract-file)

/// @title What the MAP relay chain's libraries do, as calls
/// @notice Keys on G1 are 64 bytes each, sets are keys one behind the other.
interface IMapHarness {
    /// @param hints Both hints, one behind the other.
    function hash(bytes calldata message, bytes calldata hints) external view returns (uint256[2] memory);
    function map(uint256 t, bytes calldata hint, uint256 position) external view returns (uint256[2] memory);
    function fields(bytes calldata message) external pure returns (uint256 t0, uint256 t1);
    /// @param seal S and A.
    function verify(uint256[2] calldata hash_, uint256[2] calldata sum, bytes calldata seal) external view;
    function commitment(bytes calldata keys) external view returns (bytes32);
    function sumOf(bytes calldata keys, uint256 signers) external view returns (bytes memory);
    function changed(bytes calldata keys, uint256 removed, bytes calldata added)
        external
        view
        returns (bytes32, uint256);
}

/// @notice The libraries. They neither rely on clean memory nor spoil what their caller keeps there.
contract MapHarness is IMapHarness, DirtyMemory {
    using CalldataSlice for bytes;
    using MapValidators for MapValidators.Set;

    function hash(bytes calldata message, bytes calldata hints) external view returns (uint256[2] memory point) {
        uint256 kept = _dirty();
        uint256 first = hints.positionOf();
        point = HashToG1.hash(message, first, first + HashToG1.hintLength(uint8(hints[0])));
        _assertKept(kept);
    }

    function map(uint256 t, bytes calldata hint, uint256 position) external pure returns (uint256[2] memory point) {
        (point[0], point[1]) = HashToG1.map(t, hint.positionOf(), position);
    }

    function fields(bytes calldata message) external pure returns (uint256 t0, uint256 t1) {
        bytes memory copy = message;
        (t0, t1) = HashToG1.fields(copy);
        assertEq(copy, message, "message");
    }

    function verify(uint256[2] calldata hash_, uint256[2] calldata sum, bytes calldata seal) external view {
        uint256 kept = _dirty();
        BN254.verify(hash_, sum, seal.positionOf());
        _assertKept(kept);
    }

    function commitment(bytes calldata keys) external view returns (bytes32 got) {
        uint256 kept = _dirty();
        MapValidators.Set memory set = MapValidators.fromKeys(keys);
        got = set.commitment();
        // The same set as an update has it.
        MapValidators.Set memory loaded = this.load(bytes.concat(keys, abi.encode(set.sum)), set.size);
        assertEq(abi.encode(loaded.size, loaded.room, loaded.sum), abi.encode(set.size, set.room, set.sum));
        _assertKept(kept);
    }

    function load(bytes calldata listed, uint256 size) external pure returns (MapValidators.Set memory set) {
        set = MapValidators.load(listed.positionOf(), size);
        assertEq(set.commitment(), keccak256(listed), "listed");
    }

    function sumOf(bytes calldata keys, uint256 signers) external view returns (bytes memory) {
        uint256 kept = _dirty();
        MapValidators.Set memory set = MapValidators.fromKeys(keys);
        set.requireWithin(signers);
        bytes32 before = set.commitment();
        uint256[2] memory sum = set.sumOf(signers);
        assertEq(set.commitment(), before, "the set itself");
        _assertKept(kept);
        return abi.encode(sum);
    }

    function changed(bytes calldata keys, uint256 removed, bytes calldata added)
        external
        view
        returns (bytes32, uint256)
    {
        uint256 kept = _dirty();
        MapValidators.Set memory set = MapValidators.fromKeys(keys);
        set.change(removed, added.length / 64, added.positionOf(), 64);
        _assertKept(kept);
        return (set.commitment(), set.size);
    }
}

/// @notice The plain twins.
contract MapHarnessReference is IMapHarness {
    function hash(bytes calldata message, bytes calldata hints) external view returns (uint256[2] memory) {
        uint256 first = 33 + 32 * uint256(uint8(hints[0]));
        return HashToG1Reference.hash(message, hints[:first], hints[first:]);
    }

    function map(uint256 t, bytes calldata hint, uint256 position) external view returns (uint256[2] memory) {
        return HashToG1Reference.mapChecked(t, hint, position);
    }

    function fields(bytes calldata message) external pure returns (uint256 t0, uint256 t1) {
        return HashToG1Reference.fields(message);
    }

    function verify(uint256[2] calldata hash_, uint256[2] calldata sum, bytes calldata seal) external view {
        BN254Reference.verify(hash_, sum, seal);
    }

    function commitment(bytes calldata keys) external view returns (bytes32) {
        return MapValidatorsReference.commitment(MapValidatorsReference.change(new bytes[](0), 0, _split(keys)));
    }

    function sumOf(bytes calldata keys, uint256 signers) external view returns (bytes memory) {
        MapValidatorsReference.requireWithin(_split(keys), signers);
        return MapValidatorsReference.sumOf(_split(keys), signers);
    }

    function changed(bytes calldata keys, uint256 removed, bytes calldata added)
        external
        view
        returns (bytes32, uint256)
    {
        bytes[] memory set = MapValidatorsReference.change(_split(keys), removed, _split(added));
        return (MapValidatorsReference.commitment(set), set.length);
    }

    function _split(bytes calldata keys) private pure returns (bytes[] memory list) {
        list = new bytes[](keys.length / 64);
        for (uint256 i = 0; i < list.length; ++i) {
            list[i] = keys[64 * i:64 * i + 64];
        }
    }
}
// forge-lint: disable-end(multi-contract-file)
