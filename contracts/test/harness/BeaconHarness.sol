// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IBeaconLightClient} from "../../src/interfaces/IBeaconLightClient.sol";
import {BLS12381} from "../../src/libraries/BLS12381.sol";
import {SSZ} from "../../src/libraries/SSZ.sol";
import {BeaconChain} from "../../src/light-clients/BeaconChain.sol";
import {BeaconVerifier} from "../../src/light-clients/BeaconVerifier.sol";

/// @title The beacon libraries, callable: for tests here and for the differential tests against Rust
contract BeaconHarness {
    BeaconVerifier.Store private _store;

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
        bytes32[] memory nodes = new bytes32[](2 * leaves.length + 1);
        for (uint256 i = 0; i < leaves.length; ++i) {
            nodes[2 * i] = bytes32(2 ** depth + positions[i]);
            nodes[2 * i + 1] = leaves[i];
        }
        return SSZ.multiproofRoot(nodes, witness);
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
        IBeaconLightClient.AbsentMember[] calldata absent,
        bytes32 message,
        bytes32[6] calldata signature
    ) external view {
        BeaconVerifier.verifySignature(aggregate, absent, message, signature);
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
        return BeaconChain.signingRoot(attestedRoot, version, genesisValidatorsRoot);
    }

    /// @notice Number of participants.
    function countBits(bytes32[2] calldata bits) external pure returns (uint256) {
        return BeaconChain.countBits(bits);
    }

    /// @notice Whether a member takes part.
    function isBitSet(bytes32[2] calldata bits, uint256 index) external pure returns (bool) {
        return BeaconChain.isBitSet(bits, index);
    }

    /// @notice BCN-18, then BCN-1 to BCN-14 of an update against a supplied trusted state and time. With `isEvidence`, without BCN-4.
    /// @dev Not a view: the fork rows have to be in storage. The client's own status (CLI-1, CLI-2) is not looked at.
    function verifyUpdate(
        IBeaconLightClient.Config calldata config,
        IBeaconLightClient.Trusted calldata trusted,
        IBeaconLightClient.Update calldata update,
        uint64 now_,
        bool isEvidence
    ) external returns (bytes32 finalizedRoot) {
        BeaconVerifier.verifyConfig(config);
        BeaconVerifier.Context memory context = _load(config);
        context.trustedSlot = trusted.finalizedSlot;
        context.now_ = now_;
        context.isEvidence = isEvidence;
        _store.currentCommitteeRoot = trusted.currentCommitteeRoot;
        _store.nextCommitteeRoot = trusted.nextCommitteeRoot;
        return BeaconVerifier.verifyUpdate(context, _store, update);
    }

    /// @notice BCN-18, then BCN-16 without expiry.
    function verifyBootstrap(
        IBeaconLightClient.Config calldata config,
        IBeaconLightClient.Bootstrap calldata bootstrap,
        bytes32 trustedRoot
    ) external {
        BeaconVerifier.verifyConfig(config);
        BeaconVerifier.verifyBootstrap(_load(config), _store, bootstrap, trustedRoot);
    }

    function _load(IBeaconLightClient.Config calldata config) private returns (BeaconVerifier.Context memory context) {
        for (uint256 i = 0; i < config.forks.length; ++i) {
            _store.forks[i] = config.forks[i];
        }
        context.clock.genesisTime = config.genesisTime;
        context.clock.secondsPerSlot = config.secondsPerSlot;
        context.clock.slotsPerEpoch = config.slotsPerEpoch;
        context.clock.epochsPerPeriod = config.epochsPerPeriod;
        context.genesisValidatorsRoot = config.genesisValidatorsRoot;
        context.forkCount = config.forks.length;
        context.newestFork = config.forks[config.forks.length - 1];
    }
}
