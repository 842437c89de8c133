// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {CalldataSlice} from "../libraries/CalldataSlice.sol";

/// @title The encoding of an update
/// @notice Clause UPD-1 of `spec/client.md`, section 4.1, where the layout is. Nothing is in an update twice, so nothing has to agree
/// with anything else: what the parts are worth is decided by `BeaconVerifier`.
library BeaconUpdate {
    using CalldataSlice for bytes;
    using CalldataSlice for uint256;

    /// @notice Thrown when an update is not as long as its parts add up to (UPD-1).
    error BeaconUpdateLength(uint256 expected, uint256 got);

    /// @notice An update of a proper length, by its place and counts. It is one word, so that nothing is written to memory:
    ///
    ///     bits 0 … 63 position in calldata, 64 … 127 nodes of the witness, from 216 on the counts as they are in the encoding
    type View is uint256;

    // Where each part of fixed length begins, and the branches.
    uint256 private constant PAIR = 8;
    uint256 private constant COUNTS = 168;
    uint256 private constant AGGREGATE_KEY = 173;
    uint256 private constant SIGNATURE = 269;
    uint256 private constant BRANCHES = 461;

    // Where the slots of the pair are.
    uint256 private constant ATTESTED_SLOT = 8;
    uint256 private constant FINALIZED_SLOT = 24;

    /// @dev An absent member: its index in two bytes, its key in 96.
    uint256 internal constant MEMBER = 98;

    // ── UPD-1 ───────────────────────────────────────────────────────────────────────────────────────────────────

    /// @notice Finds the parts of an update (UPD-1).
    function decode(bytes calldata encoded) internal pure returns (View) {
        unchecked {
            // No sum here comes near its bound: the counts are of one and two bytes.
            uint256 got = encoded.length;
            if (got < BRANCHES) revert BeaconUpdateLength(BRANCHES, got);
            uint256 at = encoded.positionOf();
            uint256 counts = (at + COUNTS).word() >> 216 << 216;
            uint256 nodes = (counts >> 248) + (counts >> 240 & 0xff);
            uint256 next = counts >> 232 & 0xff;
            if (next != 0) nodes += next + 1;
            uint256 parts = BRANCHES + 32 * nodes + MEMBER * (counts >> 216 & 0xffff);
            // What is left is the witness: whole nodes.
            if (got < parts || (got - parts) % 32 != 0) _revertLength(parts, got);
            return View.wrap(counts | (got - parts) / 32 << 64 | at);
        }
    }

    // ── Numbers ─────────────────────────────────────────────────────────────────────────────────────────────────

    /// @notice Slot of the block that carries the signature.
    function signatureSlot(View u) internal pure returns (uint256) {
        return position(u).word() >> 192;
    }

    /// @notice Slot of the attested header.
    function attestedSlot(View u) internal pure returns (uint256) {
        unchecked {
            return (position(u) + ATTESTED_SLOT).word() >> 192;
        }
    }

    /// @notice Slot of the finalized header.
    function finalizedSlot(View u) internal pure returns (uint256) {
        unchecked {
            return (position(u) + FINALIZED_SLOT).word() >> 192;
        }
    }

    /// @notice The three slots at once.
    function slots(View u) internal pure returns (uint256 signed, uint256 attested, uint256 finalized) {
        unchecked {
            uint256 at = position(u);
            signed = at.word() >> 192;
            attested = (at + ATTESTED_SLOT).word() >> 192;
            finalized = (at + FINALIZED_SLOT).word() >> 192;
        }
    }

    /// @notice Nodes of the next committee's branch: zero when the update brings no committee.
    function nextCommitteeNodes(View u) internal pure returns (uint256) {
        return View.unwrap(u) >> 232 & 0xff;
    }

    /// @notice How many members did not sign.
    function absentCount(View u) internal pure returns (uint256) {
        return View.unwrap(u) >> 216 & 0xffff;
    }

    // ── Parts ───────────────────────────────────────────────────────────────────────────────────────────────────

    /// @notice Position of the attested (outer) and the finalized (inner) header.
    function pair(View u) internal pure returns (uint256) {
        unchecked {
            return position(u) + PAIR;
        }
    }

    /// @notice From the finalized root to the attested state root.
    function finalityBranch(View u) internal pure returns (bytes32[] calldata) {
        unchecked {
            return (position(u) + BRANCHES).words(View.unwrap(u) >> 248);
        }
    }

    /// @notice From the execution block hash to the finalized body root.
    function executionBranch(View u) internal pure returns (bytes32[] calldata) {
        unchecked {
            uint256 v = View.unwrap(u);
            return (position(u) + BRANCHES + 32 * (v >> 248)).words(v >> 240 & 0xff);
        }
    }

    /// @notice Root of the next committee, or zero when the update brings none.
    function nextCommitteeRoot(View u) internal pure returns (bytes32) {
        return nextCommitteeNodes(u) == 0 ? bytes32(0) : bytes32(_nextCommittee(u).word());
    }

    /// @notice From the root of the next committee to the attested state root.
    function nextCommitteeBranch(View u) internal pure returns (bytes32[] calldata) {
        unchecked {
            return (_nextCommittee(u) + 32).words(nextCommitteeNodes(u));
        }
    }

    /// @notice Uncompressed aggregate key of the whole committee.
    function aggregateKey(View u) internal pure returns (bytes32[3] calldata) {
        unchecked {
            return (position(u) + AGGREGATE_KEY).key();
        }
    }

    /// @notice Uncompressed signature.
    function signature(View u) internal pure returns (bytes32[6] calldata) {
        unchecked {
            return (position(u) + SIGNATURE).signature();
        }
    }

    /// @notice Position of the absent members.
    function absentMembers(View u) internal pure returns (uint256) {
        unchecked {
            uint256 nodes = nextCommitteeNodes(u);
            return _nextCommittee(u) + (nodes == 0 ? 0 : 32 * (nodes + 1));
        }
    }

    /// @notice Uncompressed key of the absent member at a position.
    function memberKey(uint256 member) internal pure returns (bytes32[3] calldata) {
        unchecked {
            return (member + 2).key();
        }
    }

    /// @notice What proves the absent members, which begin at a position, under the committee root (SSZ-2).
    function witness(View u, uint256 members) internal pure returns (bytes32[] calldata) {
        unchecked {
            return (members + MEMBER * absentCount(u)).words(uint64(View.unwrap(u) >> 64));
        }
    }

    /// @notice Where the update begins.
    function position(View u) internal pure returns (uint256) {
        return View.unwrap(u) & type(uint64).max;
    }

    /// @dev Position of the root of the next committee, or of what follows when there is none.
    function _nextCommittee(View u) private pure returns (uint256) {
        unchecked {
            uint256 v = View.unwrap(u);
            return position(u) + BRANCHES + 32 * ((v >> 248) + (v >> 240 & 0xff));
        }
    }

    function _revertLength(uint256 parts, uint256 got) private pure {
        uint256 rest = got > parts ? got - parts : 0;
        revert BeaconUpdateLength(parts + (rest + 31) / 32 * 32, got);
    }
}
