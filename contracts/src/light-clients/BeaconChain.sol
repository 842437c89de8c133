// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IBeaconLightClient} from "../interfaces/IBeaconLightClient.sol";
import {SSZ} from "../libraries/SSZ.sol";

/// @title Facts of the beacon chain that a light client shares with every node: time, roots, indices, participation
/// @notice Section 4 of `spec/client.md`; sources: consensus-specs, `phase0`, `altair/light-client`, `electra/light-client`.
library BeaconChain {
    /// @notice How a network divides time. No divisor is zero (BCN-18).
    struct Clock {
        uint64 genesisTime;
        uint64 secondsPerSlot;
        uint64 slotsPerEpoch;
        uint64 epochsPerPeriod;
    }

    /// @notice Generalized index of the execution block hash in the block body, Deneb to Fulu.
    uint256 internal constant EXECUTION_BLOCK_HASH_INDEX = 812;

    /// @dev SHA-256 of 64 zero bytes: the root of two empty leaves.
    bytes32 private constant ZERO_PAIR = 0xf5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b;

    bytes4 private constant DOMAIN_SYNC_COMMITTEE = 0x07000000;

    /// @dev Every other byte, pair and four of bytes; and a one in every other byte.
    uint256 private constant EVEN_BYTES = 0x00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff;
    uint256 private constant EVEN_PAIRS = 0x0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff;
    uint256 private constant EVEN_QUADS = 0x00000000ffffffff00000000ffffffff00000000ffffffff00000000ffffffff;
    uint256 private constant EVEN_ONES = 0x0001000100010001000100010001000100010001000100010001000100010001;

    // ── Time ────────────────────────────────────────────────────────────────────────────────────────────────────

    /// @notice The slot at a time; 0 before genesis.
    function slotAt(Clock memory clock, uint64 time) internal pure returns (uint64 slot) {
        if (time < clock.genesisTime) return 0;
        return (time - clock.genesisTime) / clock.secondsPerSlot;
    }

    /// @notice Epoch of a slot.
    function epochOf(Clock memory clock, uint64 slot) internal pure returns (uint64 epoch) {
        return slot / clock.slotsPerEpoch;
    }

    /// @notice Sync committee period of a slot.
    function periodOf(Clock memory clock, uint64 slot) internal pure returns (uint64 period) {
        return slot / clock.slotsPerEpoch / clock.epochsPerPeriod;
    }

    // ── Generalized indices ─────────────────────────────────────────────────────────────────────────────────────

    /// @notice Index of the finalized checkpoint's root in the beacon state.
    function finalityIndex(IBeaconLightClient.IndexSet indexSet) internal pure returns (uint256) {
        return indexSet == IBeaconLightClient.IndexSet.Altair ? 105 : 169;
    }

    /// @notice Index of the current sync committee in the beacon state.
    function currentCommitteeIndex(IBeaconLightClient.IndexSet indexSet) internal pure returns (uint256) {
        return indexSet == IBeaconLightClient.IndexSet.Altair ? 54 : 86;
    }

    /// @notice Index of the next sync committee in the beacon state.
    function nextCommitteeIndex(IBeaconLightClient.IndexSet indexSet) internal pure returns (uint256) {
        return indexSet == IBeaconLightClient.IndexSet.Altair ? 55 : 87;
    }

    // ── Roots ───────────────────────────────────────────────────────────────────────────────────────────────────

    /// @notice hash_tree_root of a beacon block header.
    function headerRoot(IBeaconLightClient.BeaconHeader calldata h) internal view returns (bytes32 root) {
        return _headerRoot(_numbers(h.slot, h.proposerIndex), h.parentRoot, h.stateRoot, h.bodyRoot);
    }

    /// @notice The same of a header in memory.
    function headerRootOf(IBeaconLightClient.BeaconHeader memory h) internal view returns (bytes32 root) {
        return _headerRoot(_numbers(h.slot, h.proposerIndex), h.parentRoot, h.stateRoot, h.bodyRoot);
    }

    /// @notice What a committee signs: the attested header's root in the domain of its duty, fork and network (BCN-14).
    /// @dev The domain is computed each time: one hash costs an eighth of a cold storage slot.
    function signingRoot(bytes32 attestedRoot, bytes4 version, bytes32 genesisValidatorsRoot)
        internal
        view
        returns (bytes32 root)
    {
        bytes32 forkDataRoot = SSZ.hashPair(bytes32(version), genesisValidatorsRoot);
        return SSZ.hashPair(attestedRoot, bytes32(DOMAIN_SYNC_COMMITTEE) | forkDataRoot >> 32);
    }

    /// @dev Five fields, padded to eight leaves.
    function _headerRoot(bytes32 numbers, bytes32 parentRoot, bytes32 stateRoot, bytes32 bodyRoot)
        private
        view
        returns (bytes32 root)
    {
        bytes32 left = SSZ.hashPair(numbers, SSZ.hashPair(parentRoot, stateRoot));
        return SSZ.hashPair(left, SSZ.hashPair(SSZ.hashPair(bodyRoot, 0), ZERO_PAIR));
    }

    /// @dev The first two leaves hashed: slot and proposer index, little-endian. Both are swapped at once, in two lanes.
    function _numbers(uint64 slot, uint64 proposerIndex) private view returns (bytes32 root) {
        uint256 v = uint256(slot) << 128 | proposerIndex;
        v = (v & EVEN_BYTES) << 8 | v >> 8 & EVEN_BYTES;
        v = (v & EVEN_PAIRS) << 16 | v >> 16 & EVEN_PAIRS;
        v = (v & EVEN_QUADS) << 32 | v >> 32 & EVEN_QUADS;
        return SSZ.hashPair(bytes32(v >> 128 << 192), bytes32(v << 192));
    }

    // ── Participation ───────────────────────────────────────────────────────────────────────────────────────────

    /// @notice Number of set bits among 512.
    function countBits(bytes32[2] calldata bits) internal pure returns (uint256 count) {
        unchecked {
            // A byte counts at most 8, two words together 16, two neighbours 32, and all sixteen pairs 512.
            uint256 counts = _countPerByte(uint256(bits[0])) + _countPerByte(uint256(bits[1]));
            counts = (counts & EVEN_BYTES) + (counts >> 8 & EVEN_BYTES);
            // The product gathers the pairs in its uppermost two bytes.
            return counts * EVEN_ONES >> 240;
        }
    }

    /// @notice Bit i mod 8 of byte i / 8. Assumed: the index is below 512.
    function isBitSet(bytes32[2] calldata bits, uint256 index) internal pure returns (bool) {
        uint256 word = uint256(index < 256 ? bits[0] : bits[1]);
        // Byte j of a word is 248 − 8j bits from its lower end, which is 248 ⊕ 8j.
        return word >> ((index & 0xff) ^ 0xf8) & 1 != 0;
    }

    /// @dev Neighbours are added in steps: single bits, pairs, nibbles.
    function _countPerByte(uint256 x) private pure returns (uint256) {
        unchecked {
            x -= x >> 1 & type(uint256).max / 3;
            x = (x & type(uint256).max / 5) + (x >> 2 & type(uint256).max / 5);
            return x + (x >> 4) & type(uint256).max / 17;
        }
    }
}
