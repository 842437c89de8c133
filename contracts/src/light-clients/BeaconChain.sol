// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IBeaconLightClient} from "../interfaces/IBeaconLightClient.sol";
import {BeaconPair} from "../libraries/BeaconPair.sol";
import {SSZ} from "../libraries/SSZ.sol";

/// @title Facts of the beacon chain that a light client shares with every node: indices, roots, domains
/// @notice Section 4 of `spec/client.md`; sources: consensus-specs, `phase0` and the `light-client` folders from `altair` to `gloas`.
library BeaconChain {
    // The columns of the table of section 4. One index in 16 bits for each set, Altair in the lowest.
    uint256 private constant FINALITY = 105 | 105 << 16 | 105 << 32 | 169 << 48 | 735 << 64;
    uint256 private constant CURRENT_COMMITTEE = 54 | 54 << 16 | 54 << 32 | 86 << 48 | 2945 << 64;
    uint256 private constant NEXT_COMMITTEE = 55 | 55 << 16 | 55 << 32 | 87 << 48 | 2946 << 64;
    uint256 private constant BLOCK_ROOTS = 37 | 37 << 16 | 37 << 32 | 69 << 48 | 352 << 64;
    uint256 private constant EXECUTION_BLOCK_HASH = 1 | 412 << 16 | 812 << 32 | 812 << 48 | 2856 << 64;

    bytes4 private constant DOMAIN_SYNC_COMMITTEE = 0x07000000;

    // ── Generalized indices, by the number of the set ────────────────────────────────────────────────────────────────

    /// @notice Index of the finalized checkpoint's root in the beacon state.
    function finalityIndex(uint256 set) internal pure returns (uint256 gindex) {
        return _entry(FINALITY, set);
    }

    /// @notice Index of the current sync committee in the beacon state.
    function currentCommitteeIndex(uint256 set) internal pure returns (uint256 gindex) {
        return _entry(CURRENT_COMMITTEE, set);
    }

    /// @notice Index of the next sync committee in the beacon state.
    function nextCommitteeIndex(uint256 set) internal pure returns (uint256 gindex) {
        return _entry(NEXT_COMMITTEE, set);
    }

    /// @notice Index of the list of block roots in the beacon state.
    function blockRootsIndex(uint256 set) internal pure returns (uint256 gindex) {
        return _entry(BLOCK_ROOTS, set);
    }

    /// @notice Index of the execution block hash in the block body. From Gloas on it is that of the bid's parent, the last block that
    /// is part of the chain. In Altair there is none: 1 is the body itself.
    function executionBlockHashIndex(uint256 set) internal pure returns (uint256 gindex) {
        return _entry(EXECUTION_BLOCK_HASH, set);
    }

    /// @notice What an update looks up: finality and next committee by the attested header's set, execution block hash by the finalized
    /// one's. In one word, as `BeaconPair.rootsOf` takes it; the next committee is at bit 64.
    function updateIndices(uint256 attestedSet, uint256 finalizedSet) internal pure returns (uint256 indices) {
        return finalityIndex(attestedSet) | nextCommitteeIndex(attestedSet) << 64
            | executionBlockHashIndex(finalizedSet) << 128;
    }

    /// @notice Whether the finalized header of an update has an execution block: in Altair its index is 1, that of the body itself.
    function hasExecution(uint256 indices) internal pure returns (bool) {
        return indices >> 128 != 1;
    }

    // ── Roots ───────────────────────────────────────────────────────────────────────────────────────────────────

    /// @notice hash_tree_root of a beacon block header.
    function headerRoot(IBeaconLightClient.BeaconHeader memory h) internal view returns (bytes32 root) {
        // Each number alone in the uppermost bits: its bytes come out in the uppermost again, the other way round.
        bytes32 slot = bytes32(BeaconPair.littleEndian(uint256(h.slot) << 192));
        bytes32 proposer = bytes32(BeaconPair.littleEndian(uint256(h.proposerIndex) << 192));
        return SSZ.rootOfFive(slot, proposer, h.parentRoot, h.stateRoot, h.bodyRoot);
    }

    // ── Signatures ──────────────────────────────────────────────────────────────────────────────────────────────

    /// @notice The domain of a sync committee's signatures under a fork's version, in a network (BCN-13).
    function domain(bytes4 version, bytes32 genesisValidatorsRoot) internal view returns (bytes32) {
        bytes32 forkDataRoot = SSZ.hashPair(bytes32(version), genesisValidatorsRoot);
        return bytes32(DOMAIN_SYNC_COMMITTEE) | forkDataRoot >> 32;
    }

    /// @notice The least n with 3 · n ≥ 2 · `size`: how many have to sign (BCN-7).
    function quorum(uint256 size) internal pure returns (uint256) {
        return (2 * size + 2) / 3;
    }

    function _entry(uint256 column, uint256 set) private pure returns (uint256 gindex) {
        return column >> (set << 4) & 0xffff;
    }
}
