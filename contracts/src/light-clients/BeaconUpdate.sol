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
    ///     bits   0 …  63  position in calldata     bits 128 … 191  nodes of the witness
    ///     bits  64 … 127  position of the witness  bits 216 … 255  the counts, as they are in the encoding
    type View is uint256;

    // Where each part of fixed length begins, and the branches: the finality branch and behind it the execution branch.
    uint256 internal constant PAIR = 8;
    uint256 private constant COUNTS = 168;
    uint256 internal constant AGGREGATE_KEY = 173;
    uint256 internal constant SIGNATURE = 269;
    uint256 internal constant BRANCHES = 461;

    /// @dev An absent member: its index in two bytes, its key in 96.
    uint256 internal constant MEMBER = 98;

    /// @dev The bits that are zero in the number of bytes of a witness, as nodes are of 32.
    uint256 private constant NOT_A_WITNESS = ~uint256(type(uint64).max - 31);

    /// @dev Where the counts are in a view.
    uint256 private constant COUNTS_MASK = uint256(type(uint40).max) << 216;

    // ── UPD-1 ───────────────────────────────────────────────────────────────────────────────────────────────────

    /// @notice Finds the parts of an update (UPD-1).
    function decode(bytes calldata encoded) internal pure returns (View) {
        unchecked {
            // No sum here comes near its bound: the counts are of one and two bytes. They are zero beyond the end of calldata, and whatever
            // they are when the fixed part is not complete, it is longer than what is there.
            uint256 at = encoded.positionOf();
            uint256 counts = (at + COUNTS).word() & COUNTS_MASK;
            uint256 nodes = (counts >> 248) + (counts >> 240 & 0xff);
            uint256 next = counts >> 232 & 0xff;
            if (next != 0) nodes += next + 1;
            uint256 parts = BRANCHES + 32 * nodes + MEMBER * (counts >> 216 & 0xffff);
            // What is left is the witness: whole nodes. It wraps around when the parts do not fit.
            uint256 rest = encoded.length - parts;
            if (rest & NOT_A_WITNESS != 0) _revertLength(parts, encoded.length);
            // 123 = 128 − 5: from bytes to nodes.
            return View.wrap(counts | rest << 123 | (at + parts) << 64 | at);
        }
    }

    // ── Numbers ─────────────────────────────────────────────────────────────────────────────────────────────────

    /// @notice Where the update begins.
    function position(View u) internal pure returns (uint256) {
        return uint64(View.unwrap(u));
    }

    // forge-lint: disable-start(unsafe-typecast) 64 bits are meant

    /// @notice Slot of the block that carries the signature, by the first word of the update. All three slots are in it.
    function signatureSlot(uint256 first) internal pure returns (uint256) {
        return first >> 192;
    }

    /// @notice Slot of the attested header, by the first word of the update.
    function attestedSlot(uint256 first) internal pure returns (uint256) {
        return uint64(first >> 128);
    }

    /// @notice Slot of the finalized header, by the first word of the update.
    function finalizedSlot(uint256 first) internal pure returns (uint256) {
        return uint64(first);
    }

    // forge-lint: disable-end(unsafe-typecast)

    /// @notice Nodes of the finality branch, and in the lowest byte those of the execution branch.
    function branchNodes(View u) internal pure returns (uint256) {
        return View.unwrap(u) >> 240;
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

    /// @notice Position of the absent members. Behind them is the witness.
    function absentMembers(View u) internal pure returns (uint256) {
        unchecked {
            return witness(u) - MEMBER * absentCount(u);
        }
    }

    /// @notice Position of what proves the absent members under the committee root (SSZ-2).
    function witness(View u) internal pure returns (uint256) {
        return uint64(View.unwrap(u) >> 64);
    }

    /// @notice Nodes of the witness.
    function witnessNodes(View u) internal pure returns (uint256) {
        return uint64(View.unwrap(u) >> 128);
    }

    /// @dev Position of the root of the next committee, or of what follows when there is none.
    function _nextCommittee(View u) private pure returns (uint256) {
        unchecked {
            uint256 nodes = branchNodes(u);
            return position(u) + BRANCHES + 32 * ((nodes >> 8) + (nodes & 0xff));
        }
    }

    function _revertLength(uint256 parts, uint256 got) private pure {
        if (got < BRANCHES) revert BeaconUpdateLength(BRANCHES, got);
        uint256 rest = got > parts ? got - parts : 0;
        revert BeaconUpdateLength(parts + (rest + 31) / 32 * 32, got);
    }
}
