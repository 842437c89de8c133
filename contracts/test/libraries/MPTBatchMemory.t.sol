// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTBatch} from "../../src/libraries/MPTBatch.sol";
import {MPTCompact} from "../../src/libraries/MPTCompact.sol";
import {DirtyMemory} from "../harness/DirtyMemory.sol";
import {OnLibraries} from "../harness/ProofSuite.sol";
import {CompactEncode} from "../support/CompactEncode.sol";
import {TrieBuild} from "../support/TrieBuild.sol";

/// @notice Batches and compact proofs neither rely on clean memory nor spoil what their caller keeps there: nodes are rebuilt past the
/// free memory pointer, over whatever lies there.
contract MPTBatchMemoryTest is OnLibraries, DirtyMemory, TrieBuild {
    function test_CPT_3_dirtyMemory() public view {
        string[4] memory kinds = ["trie", "receipt", "account", "storage"];
        for (uint256 k = 0; k < kinds.length; ++k) {
            string[] memory cases = _honest(kinds[k]);
            for (uint256 i = 0; i < cases.length; ++i) {
                this.holds(cases[i]);
            }
        }
    }

    /// @dev A call of its own for each case, which leaves no memory behind.
    function holds(string memory json) external view {
        bytes32 root = vm.parseJsonBytes32(json, ".root");
        bytes memory key = vm.parseJsonBytes(json, ".key");
        (bool possible, bytes memory proof) = CompactEncode.encode(key, vm.parseJsonBytesArray(json, ".proof"));
        if (!possible) return;
        (bool found, bytes memory value) = this.compact(root, key, proof);
        assertEq(found, !_isAbsent(json));
        if (found) assertEq(value, vm.parseJsonBytes(json, ".expect.value"));
    }

    function compact(bytes32 root, bytes calldata key, bytes calldata proof)
        external
        pure
        returns (bool found, bytes memory value)
    {
        uint256 kept = _dirty();
        bytes calldata slice;
        // casting to 'bytes32' is safe because longer keys are refused
        // forge-lint: disable-next-line(unsafe-typecast)
        (found, slice) = MPTCompact.walk(root, bytes32(key), key.length, proof);
        _assertKept(kept);
        value = slice;
    }

    function test_BAT_2_dirtyMemory() public {
        bytes[] memory keys = new bytes[](40);
        bytes[] memory values = new bytes[](40);
        for (uint256 i = 0; i < 40; ++i) {
            // casting to 'uint16' is safe because 39 * 1601 is below 65536
            // forge-lint: disable-next-line(unsafe-typecast)
            keys[i] = abi.encodePacked(uint16(i * 1601));
            values[i] = abi.encodePacked(i, i);
        }
        bytes32 root = _build(keys, values);
        bytes[] memory held = this.batch(root, keys, _prove(keys));
        for (uint256 i = 0; i < 40; ++i) {
            assertEq(held[i], values[i]);
        }
    }

    function batch(bytes32 root, bytes[] calldata keys, bytes[] calldata nodes)
        external
        pure
        returns (bytes[] memory values)
    {
        uint256 kept = _dirty();
        uint256[] memory places = MPTBatch.inclusion(root, keys, nodes);
        _assertKept(kept);
        values = new bytes[](places.length);
        for (uint256 i = 0; i < places.length; ++i) {
            values[i] = MPTBatch.valueAt(places[i]);
        }
    }
}
