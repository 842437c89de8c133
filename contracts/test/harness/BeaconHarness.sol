// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IBeaconLightClient} from "../../src/interfaces/IBeaconLightClient.sol";
import {BLS12381} from "../../src/libraries/BLS12381.sol";
import {BeaconPair} from "../../src/libraries/BeaconPair.sol";
import {CalldataSlice} from "../../src/libraries/CalldataSlice.sol";
import {SSZ} from "../../src/libraries/SSZ.sol";
import {BeaconChain} from "../../src/light-clients/BeaconChain.sol";
import {BeaconUpdate} from "../../src/light-clients/BeaconUpdate.sol";
import {BeaconProbe} from "./BeaconProbe.sol";

/// @title The beacon libraries, callable: for tests here and for the differential tests against Rust
contract BeaconHarness {
    using BeaconUpdate for BeaconUpdate.View;

    /// @notice SSZ-1.
    function branchRoot(bytes32 leaf, bytes32[] calldata branch, uint256 gindex) external view returns (bytes32) {
        return SSZ.branchRoot(leaf, branch, gindex);
    }

    /// @notice SSZ-2, for leaves at strictly increasing positions below 2^depth.
    function multiproofRoot(
        uint256[] calldata positions,
        bytes32[] calldata leaves,
        uint256 depth,
        bytes32[] calldata witness
    ) external view returns (bytes32) {
        if (leaves.length == 0) return SSZ.rootWithoutLeaves(witness);
        uint256 first = SSZ.allocateNodes(leaves.length);
        uint256 end = first;
        for (uint256 i = 0; i < leaves.length; ++i) {
            uint256 gindex = 2 ** depth + positions[i];
            bytes32 leaf = leaves[i];
            assembly ("memory-safe") {
                mstore(end, mul(gindex, 32))
                mstore(add(end, 0x20), leaf)
            }
            end += SSZ.NODE;
        }
        return SSZ.multiproofRoot(first, end, witness);
    }

    /// @notice hash_to_curve of the ciphersuite, for a 32-byte message.
    function hashToG2(bytes32 message) external view returns (bytes32[8] memory point) {
        return BLS12381.hashToG2(message);
    }

    /// @notice SSZ leaf of an uncompressed key.
    function keyLeaf(bytes32[3] calldata key) external view returns (bytes32) {
        return BLS12381.leaf(key);
    }

    /// @notice BLS-1 to BLS-3.
    function verifyComplement(
        bytes32[3] calldata aggregate,
        bytes32[3][] calldata absent,
        bytes32 message,
        bytes32[6] calldata signature
    ) external view {
        BLS12381.Equation equation = BLS12381.begin(aggregate, signature);
        if (absent.length != 0) BLS12381.subtract(equation, absent[0], 96, absent.length);
        BLS12381.verify(equation, message);
    }

    /// @notice hash_tree_root of a beacon header.
    function headerRoot(IBeaconLightClient.BeaconHeader calldata header) external view returns (bytes32) {
        return BeaconChain.headerRoot(header);
    }

    /// @notice Signing root of an attested header's root.
    function signingRoot(bytes32 attestedRoot, bytes4 version, bytes32 genesisValidatorsRoot)
        external
        view
        returns (bytes32)
    {
        return SSZ.hashPair(attestedRoot, BeaconChain.domain(version, genesisValidatorsRoot));
    }

    /// @notice Inner root, outer state root and outer root of a pair of 160 bytes.
    function pairRoots(
        bytes calldata pair,
        bytes32[] calldata executionBranch,
        uint256 executionIndex,
        bytes32[] calldata branch,
        uint256 index
    ) external view returns (bytes32 inner, bytes32 outerState, bytes32 outer) {
        return BeaconPair.rootsOf(CalldataSlice.positionOf(pair), executionBranch, executionIndex, branch, index);
    }

    /// @notice An integer of 512 bits mod p.
    function reduce(uint256 high, uint256 low) external pure returns (uint256, uint256) {
        uint256[2] memory words = [high, low];
        uint256 at;
        assembly ("memory-safe") {
            at := words
        }
        BLS12381.reduce(at);
        return (words[0], words[1]);
    }

    /// @notice UPD-1: the parts of an update, one after the other, as they are found.
    function decode(bytes calldata encoded) external pure returns (bytes memory parts) {
        BeaconUpdate.View u = BeaconUpdate.decode(encoded);
        parts =
            abi.encodePacked(u.signatureSlot(), u.attestedSlot(), u.finalizedSlot(), u.aggregateKey(), u.signature());
        parts = bytes.concat(parts, abi.encodePacked(u.finalityBranch(), u.executionBranch()));
        if (u.nextCommitteeNodes() != 0) {
            parts = bytes.concat(parts, u.nextCommitteeRoot(), abi.encodePacked(u.nextCommitteeBranch()));
        }
        uint256 member = u.absentMembers();
        for (uint256 i = 0; i < u.absentCount(); ++i) {
            bytes memory key = abi.encodePacked(BeaconUpdate.memberKey(member));
            parts = bytes.concat(parts, abi.encodePacked(CalldataSlice.word(member) >> 240), key);
            member += BeaconUpdate.MEMBER;
        }
        return bytes.concat(parts, abi.encodePacked(u.witness(u.absentMembers())));
    }

    /// @notice BCN-16, UPD-1, then BCN-1 to BCN-13 of an update against a supplied trusted state and time. With `isEvidence`, without
    /// BCN-4.
    /// @dev Not a view: what is verified against is deployed. The client's own status (CLI-1, CLI-2) is not looked at.
    function verifyUpdate(
        IBeaconLightClient.Config calldata config,
        IBeaconLightClient.Trusted calldata trusted,
        bytes calldata update,
        uint64 now_,
        bool isEvidence
    ) external returns (bytes32 finalizedRoot) {
        return new BeaconProbe(config).verifyUpdate(trusted, update, now_, isEvidence);
    }

    /// @notice BCN-16, then BCN-14 without expiry.
    function verifyBootstrap(
        IBeaconLightClient.Config calldata config,
        IBeaconLightClient.Bootstrap calldata bootstrap,
        bytes32 trustedRoot
    ) external {
        new BeaconProbe(config).verifyBootstrap(bootstrap, trustedRoot);
    }
}
