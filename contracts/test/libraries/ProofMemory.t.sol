// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {BlockHeader} from "../../src/libraries/BlockHeader.sol";
import {MPTProof} from "../../src/libraries/MPTProof.sol";
import {StateProof} from "../../src/libraries/StateProof.sol";
import {DirtyMemory} from "../harness/DirtyMemory.sol";
import {OnLibraries} from "../harness/ProofSuite.sol";

/// @notice The libraries neither rely on clean memory nor spoil what their caller keeps there.
contract ProofMemoryTest is OnLibraries, DirtyMemory {
    function test_MPT_5_dirtyMemory() public view {
        string[4] memory kinds = ["trie", "receipt", "account", "storage"];
        for (uint256 k = 0; k < kinds.length; ++k) {
            string[] memory cases = _honest(kinds[k]);
            for (uint256 i = 0; i < cases.length; ++i) {
                bytes32 root = vm.parseJsonBytes32(cases[i], ".root");
                bytes memory key = vm.parseJsonBytes(cases[i], ".key");
                bytes[] memory nodes = vm.parseJsonBytesArray(cases[i], ".proof");
                (bool found, bytes memory value) = this.walk(root, key, nodes);
                assertEq(found, !_isAbsent(cases[i]));
                if (found) assertEq(value, vm.parseJsonBytes(cases[i], ".expect.value"));
                bytes memory packed;
                for (uint256 n = 0; n < nodes.length; ++n) {
                    packed = bytes.concat(packed, nodes[n]);
                }
                (bool same, bytes memory sameValue) = this.walkPacked(root, key, packed);
                assertEq(abi.encode(same, sameValue), abi.encode(found, value));
            }
        }
    }

    function walk(bytes32 root, bytes calldata key, bytes[] calldata nodes)
        external
        pure
        returns (bool found, bytes memory value)
    {
        uint256 kept = _dirty();
        bytes calldata slice;
        // forge-lint: disable-next-line(unsafe-typecast)
        (found, slice) = MPTProof.walk(root, bytes32(key), key.length, nodes);
        _assertKept(kept);
        value = slice;
    }

    function walkPacked(bytes32 root, bytes calldata key, bytes calldata nodes)
        external
        pure
        returns (bool found, bytes memory value)
    {
        uint256 kept = _dirty();
        bytes calldata slice;
        // forge-lint: disable-next-line(unsafe-typecast)
        (found, slice) = MPTProof.walkPacked(root, bytes32(key), key.length, nodes);
        _assertKept(kept);
        value = slice;
    }

    function test_ACC_1_dirtyMemory() public view {
        string memory json = _honest("account", "8 nodes");
        bytes32 storageRoot = this.storageRootOf(
            vm.parseJsonBytes32(json, ".root"),
            vm.parseJsonAddress(json, ".address"),
            vm.parseJsonBytesArray(json, ".proof")
        );
        assertEq(storageRoot, vm.parseJsonBytes32(json, ".storageRoot"));
    }

    function storageRootOf(bytes32 root, address who, bytes[] calldata nodes)
        external
        pure
        returns (bytes32 storageRoot)
    {
        uint256 kept = _dirty();
        (,, storageRoot,) = StateProof.account(root, who, nodes);
        _assertKept(kept);
    }

    function test_HDR_1_dirtyMemory() public view {
        string memory json = _honest("header", "chain of 5");
        BlockHeader.Header memory last =
            this.lastOf(vm.parseJsonBytes32(json, ".trusted"), vm.parseJsonBytesArray(json, ".headers"));
        assertEq(last.stateRoot, vm.parseJsonBytes32(json, ".stateRoot"));
        assertEq(last.number, vm.parseJsonUint(json, ".number"));
    }

    function lastOf(bytes32 trusted, bytes[] calldata headers) external pure returns (BlockHeader.Header memory last) {
        uint256 kept = _dirty();
        (, last) = BlockHeader.openChain(trusted, headers);
        _assertKept(kept);
    }
}
