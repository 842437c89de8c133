// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {CalldataSlice} from "../libraries/CalldataSlice.sol";
import {BeaconPair} from "./BeaconPair.sol";

/// @title The encoding of an update
/// @notice Clause UPD-1 of `spec/client.md`, section 4.1, where the layout is. Nothing is in an update twice, so nothing has to agree
/// with anything else: what the parts are worth is decided by `BeaconVerifier`.
library BeaconUpdate {
    using CalldataSlice for uint256;

    /// @notice Thrown when an update is not as long as its parts add up to (UPD-1).
    error BeaconUpdateLength(uint256 expected, uint256 got);

    /// @notice An update of a proper length. Positions are offsets in calldata.
    /// @param at Where the update begins.
    /// @param pair Position of the attested (outer) and the finalized (inner) header.
    /// @param nextCommittee Position of the root of the next committee, which its branch follows. Nothing is there without nodes.
    /// @param absent Position of the absent members.
    /// @param witness Position of the witness of the absent members, in `witnessNodes` words.
    struct View {
        uint256 at;
        uint64 signatureSlot;
        uint64 attestedSlot;
        uint64 finalizedSlot;
        uint256 pair;
        uint256 finalityNodes;
        uint256 executionNodes;
        uint256 nextCommitteeNodes;
        uint256 absentCount;
        uint256 nextCommittee;
        uint256 absent;
        uint256 witness;
        uint256 witnessNodes;
    }

    // Where each part of fixed length begins, and the branches.
    uint256 private constant PAIR = 8;
    uint256 private constant COUNTS = 200;
    uint256 private constant AGGREGATE_KEY = 205;
    uint256 private constant SIGNATURE = 301;
    uint256 private constant BRANCHES = 493;

    /// @dev An absent member: its index in two bytes, its key in 96.
    uint256 private constant MEMBER = 98;

    // ── UPD-1 ───────────────────────────────────────────────────────────────────────────────────────────────────

    /// @notice Finds the parts of an update (UPD-1). No bytes are copied but numbers.
    function decode(bytes calldata encoded) internal pure returns (View memory u) {
        unchecked {
            // No sum here comes near its bound: the counts are of one and two bytes.
            if (encoded.length < BRANCHES) revert BeaconUpdateLength(BRANCHES, encoded.length);
            uint256 at = CalldataSlice.positionOf(encoded);
            uint256 counts = (at + COUNTS).word();
            uint256 nodes = counts >> 232 & 0xff;
            u.nextCommitteeNodes = nodes;
            if (nodes != 0) ++nodes;
            u.finalityNodes = counts >> 248;
            u.executionNodes = counts >> 240 & 0xff;
            u.absentCount = counts >> 216 & 0xffff;

            u.nextCommittee = at + BRANCHES + 32 * (u.finalityNodes + u.executionNodes);
            u.absent = u.nextCommittee + 32 * nodes;
            u.witness = u.absent + MEMBER * u.absentCount;
            u.witnessNodes = _witnessNodes(u.witness - at, encoded.length);

            u.at = at;
            u.signatureSlot = uint64(at.word() >> 192);
            u.pair = at + PAIR;
            u.attestedSlot = BeaconPair.outerSlot(u.pair);
            u.finalizedSlot = BeaconPair.innerSlot(u.pair);
        }
    }

    /// @dev What is left after the other parts is the witness: whole nodes.
    function _witnessNodes(uint256 parts, uint256 got) private pure returns (uint256 nodes) {
        unchecked {
            uint256 rest = got > parts ? got - parts : 0;
            nodes = (rest + 31) / 32;
            uint256 expected = parts + 32 * nodes;
            if (got != expected) revert BeaconUpdateLength(expected, got);
        }
    }

    // ── Parts ───────────────────────────────────────────────────────────────────────────────────────────────────

    /// @notice From the finalized root to the attested state root.
    function finalityBranch(View memory u) internal pure returns (bytes32[] calldata) {
        return (u.at + BRANCHES).words(u.finalityNodes);
    }

    /// @notice From the execution block hash to the finalized body root.
    function executionBranch(View memory u) internal pure returns (bytes32[] calldata) {
        return (u.at + BRANCHES + 32 * u.finalityNodes).words(u.executionNodes);
    }

    /// @notice Root of the next committee, or zero when the update brings none.
    function nextCommitteeRoot(View memory u) internal pure returns (bytes32) {
        return u.nextCommitteeNodes == 0 ? bytes32(0) : bytes32(u.nextCommittee.word());
    }

    /// @notice From the root of the next committee to the attested state root.
    function nextCommitteeBranch(View memory u) internal pure returns (bytes32[] calldata) {
        return (u.nextCommittee + 32).words(u.nextCommitteeNodes);
    }

    /// @notice Uncompressed aggregate key of the whole committee.
    function aggregateKey(View memory u) internal pure returns (bytes32[3] calldata) {
        return (u.at + AGGREGATE_KEY).key();
    }

    /// @notice Uncompressed signature.
    function signature(View memory u) internal pure returns (bytes32[6] calldata) {
        return (u.at + SIGNATURE).signature();
    }

    /// @notice Position in the committee of the absent member at a place of the list.
    function absentIndex(View memory u, uint256 place) internal pure returns (uint256) {
        return (u.absent + MEMBER * place).word() >> 240;
    }

    /// @notice Uncompressed key of the absent member at a place of the list.
    function absentKey(View memory u, uint256 place) internal pure returns (bytes32[3] calldata) {
        return (u.absent + MEMBER * place + 2).key();
    }

    /// @notice What proves the absent members under the committee root (SSZ-2).
    function witnessOf(View memory u) internal pure returns (bytes32[] calldata) {
        return u.witness.words(u.witnessNodes);
    }
}
