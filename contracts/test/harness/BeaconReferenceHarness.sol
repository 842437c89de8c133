// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {BLS12381Reference} from "../../reference/BLS12381Reference.sol";
import {SSZReference} from "../../reference/SSZReference.sol";

/// @title The plain twins, with the functions of `BeaconHarness`: the same suites run on both
contract BeaconReferenceHarness {
    function branchRoot(bytes32 leaf, bytes32[] calldata branch, uint256 gindex) external pure returns (bytes32) {
        return SSZReference.branchRoot(leaf, branch, gindex);
    }

    function multiproofRoot(
        uint256[] calldata positions,
        bytes32[] calldata leaves,
        uint256 depth,
        bytes32[] calldata witness
    ) external pure returns (bytes32) {
        return SSZReference.multiproofRoot(positions, leaves, depth, witness);
    }

    function hashToG2(bytes32 message) external view returns (bytes32[8] memory point) {
        return abi.decode(BLS12381Reference.hashToG2(bytes.concat(message), BLS12381Reference.TAG), (bytes32[8]));
    }

    function hashToG2(bytes calldata message, bytes calldata tag) external view returns (bytes memory point) {
        return BLS12381Reference.hashToG2(message, tag);
    }

    function reduce(uint256 high, uint256 low) external view returns (uint256, uint256) {
        return abi.decode(BLS12381Reference.reduce(abi.encode(high, low)), (uint256, uint256));
    }

    function committeeRoot(bytes32 keysRoot, bytes32[3] calldata aggregate) external pure returns (bytes32) {
        return sha256(bytes.concat(keysRoot, BLS12381Reference.leaf(abi.encode(aggregate))));
    }

    function verifyComplement(
        bytes32[3] calldata aggregate,
        bytes32[3][] calldata absent,
        bytes32 message,
        bytes32[6] calldata signature
    ) external view {
        bytes[] memory keys = new bytes[](absent.length);
        for (uint256 i = 0; i < absent.length; ++i) {
            keys[i] = abi.encode(absent[i]);
        }
        BLS12381Reference.verifyComplement(abi.encode(aggregate), keys, message, abi.encode(signature));
    }
}
