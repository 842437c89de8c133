// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {BLS12381} from "../../src/libraries/BLS12381.sol";
import {SSZ} from "../../src/libraries/SSZ.sol";
import {BeaconLightClient} from "../../src/light-clients/BeaconLightClient.sol";
import {BeaconUpdate} from "../../src/light-clients/BeaconUpdate.sol";
import {BeaconVerifier} from "../../src/light-clients/BeaconVerifier.sol";
import {BeaconHarness} from "../harness/BeaconHarness.sol";
import {BeaconBytes} from "./BeaconBytes.sol";
import {BeaconFixture} from "./BeaconFixture.sol";

/// @notice UPD-1 and BCN-1 to BCN-10: the encoding, slots, periods and branches of an update.
contract BeaconUpdateTest is BeaconFixture {
    using BeaconBytes for bytes;

    BeaconLightClient private client;

    function setUp() public override {
        super.setUp();
        client = _deployFor("absent_5");
    }

    // ── UPD-1 ───────────────────────────────────────────────────────────────────────────────────────────────────

    /// @dev The parts as the library finds them, one after the other, are the bytes as they lie there.
    function test_UPD_1_acceptsEveryPart() public {
        BeaconHarness harness = new BeaconHarness();
        string[3] memory names = ["absent_0", "absent_5", "learn"];
        for (uint256 i = 0; i < names.length; ++i) {
            bytes memory u = _update(names[i]);
            bytes memory members;
            for (uint256 k = 0; k < u.absentCount(); ++k) {
                bytes2 index = bytes2(u.slice(u.member(k), 2));
                members = bytes.concat(members, bytes30(0), index, u.slice(u.member(k) + 2, 96));
            }
            bytes memory numbers =
                abi.encode(uint256(u.signatureSlot()), uint256(u.attestedSlot()), uint256(u.finalizedSlot()));
            bytes memory head = u.slice(BeaconBytes.AGGREGATE, u.absent() - BeaconBytes.AGGREGATE);
            bytes memory witness = u.slice(u.witness(), u.length - u.witness());
            assertEq(harness.decode(u), bytes.concat(numbers, head, members, witness), names[i]);
        }
    }

    function test_UPD_1_rejectsFewerThanTheFixedParts() public {
        bytes memory u = _update("absent_0");
        for (uint256 length = 0; length < BeaconBytes.BRANCHES; length += 17) {
            _rejectsLength(u.slice(0, length), BeaconBytes.BRANCHES);
        }
        _rejectsLength(u.slice(0, BeaconBytes.BRANCHES - 1), BeaconBytes.BRANCHES);
    }

    /// @dev Cut anywhere: what is missing is a part as counted, or the rest of a node.
    function test_UPD_1_rejectsCutParts() public {
        bytes memory u = _update("learn");
        uint256 parts = u.witness();
        for (uint256 length = BeaconBytes.BRANCHES; length < u.length; length += 13) {
            if (length > parts && (length - parts) % 32 == 0) continue;
            uint256 expected = length <= parts ? parts : parts + (length - parts + 31) / 32 * 32;
            _rejectsLength(u.slice(0, length), expected);
        }
        for (uint256 extra = 1; extra < 32; ++extra) {
            _rejectsLength(bytes.concat(u, new bytes(extra)), u.length + 32);
        }
    }

    /// @dev The largest counts: nothing is read or allocated by them.
    function test_UPD_1_rejectsLargestCounts() public {
        bytes memory u = _update("absent_5");
        for (uint256 i = BeaconBytes.FINALITY_NODES; i < BeaconBytes.AGGREGATE; ++i) {
            u[i] = 0xff;
        }
        _rejectsLength(u, BeaconBytes.BRANCHES + 32 * (255 + 255 + 256) + 98 * 65_535);
    }

    /// @dev A committee that is counted is there with its root; one that is not counted takes no bytes.
    function test_UPD_1_rejectsMiscountedCommittee() public {
        client = _deployFor("learn");
        bytes memory u = _update("learn");
        // Root and branch become members and witness: the length fits, as they are whole nodes, and nothing else.
        uint256 index = uint16(bytes2(u.slice(u.nextCommittee(), 2)));
        assertGe(index, 512);
        u[BeaconBytes.COMMITTEE_NODES] = 0;
        _rejects(u, abi.encodeWithSelector(BeaconVerifier.BeaconAbsentIndex.selector, 0));
        u = _update("absent_0");
        u[BeaconBytes.COMMITTEE_NODES] = 0x01;
        _rejectsLength(u, u.length + 32);
    }

    // ── BCN-1 to BCN-3: order ───────────────────────────────────────────────────────────────────────────────────

    function test_BCN_1_acceptsAtTheVerySlot() public {
        bytes memory u = _update("absent_5");
        _warp(u.signatureSlot());
        assertEq(client.update(u), 2);
    }

    function test_BCN_1_rejectsOneSecondEarly() public {
        bytes memory u = _update("absent_5");
        _warp(u.signatureSlot());
        vm.warp(block.timestamp - 1);
        _rejectsFuture(u, u.signatureSlot(), u.signatureSlot() - 1);
    }

    function test_BCN_1_rejectsBeforeGenesis() public {
        bytes memory u = _update("absent_5");
        vm.warp(1_600_000_000 - 1);
        _rejectsFuture(u, u.signatureSlot(), 0);
    }

    function test_BCN_1_rejectsLargestSlot() public {
        bytes memory u = _update("absent_5");
        uint64 current = u.signatureSlot();
        _rejectsFuture(u.withNumber(0, type(uint64).max), type(uint64).max, current);
    }

    function test_BCN_2_acceptsNextSlot() public {
        bytes memory u = _update("absent_5");
        assertEq(u.signatureSlot(), u.attestedSlot() + 1);
        client.update(u);
    }

    function test_BCN_2_rejectsSignatureAtAttestedSlot() public {
        bytes memory u = _update("absent_5");
        bytes4 error_ = BeaconVerifier.BeaconSignatureNotAfterAttested.selector;
        uint64 attested = u.attestedSlot();
        _rejects(u.withNumber(0, attested), abi.encodeWithSelector(error_, attested, attested));
        _rejects(u.withNumber(0, 0).withNumber(8, 0), abi.encodeWithSelector(error_, 0, 0));
        _rejects(u.withNumber(8, type(uint64).max), abi.encodeWithSelector(error_, u.signatureSlot(), type(uint64).max));
    }

    /// @dev The same slot passes this clause: what is refused is the changed header.
    function test_BCN_3_acceptsEqualSlots() public {
        bytes memory u = _update("absent_5");
        _rejects(u.withNumber(24, u.attestedSlot()), abi.encodeWithSelector(BLS12381.BlsInvalidSignature.selector));
    }

    function test_BCN_3_rejectsFinalizedAfterAttested() public {
        bytes memory u = _update("absent_5");
        uint64[2] memory slots = [u.attestedSlot() + 1, type(uint64).max];
        for (uint256 i = 0; i < 2; ++i) {
            bytes memory error_ = abi.encodeWithSelector(
                BeaconVerifier.BeaconAttestedBeforeFinalized.selector, u.attestedSlot(), slots[i]
            );
            _rejects(u.withNumber(24, slots[i]), error_);
        }
    }

    // ── BCN-4, BCN-5: relevance and period ──────────────────────────────────────────────────────────────────────

    function test_BCN_4_acceptsOlderSlotThatBringsTheCommittee() public {
        string[3] memory names = ["learn_only_older", "learn_only", "learn_only_other"];
        for (uint256 i = 0; i < names.length; ++i) {
            client = _deployFor(names[i]);
            assertEq(client.update(_update(names[i])), 1, "no new head");
            assertEq(client.trusted().finalizedSlot, START);
            assertEq(client.trusted().nextCommitteeRoot, _committee(14));
        }
    }

    function test_BCN_4_rejectsReplayAndOlder() public {
        bytes memory u = _update("absent_5");
        client.update(u);
        uint64 slot = u.finalizedSlot();
        _rejects(u, abi.encodeWithSelector(BeaconVerifier.BeaconNotNewer.selector, slot, slot));
        u = _update("absent_0");
        _rejects(u, abi.encodeWithSelector(BeaconVerifier.BeaconNotNewer.selector, u.finalizedSlot(), slot));
    }

    function test_BCN_4_rejectsCommitteeThatIsKnown() public {
        client = _deployFor("learn_only_older");
        bytes memory u = _update("learn_only_older");
        client.update(u);
        _rejects(u, abi.encodeWithSelector(BeaconVerifier.BeaconNotNewer.selector, START - 64, START));
    }

    function test_BCN_5_acceptsNextPeriodWithItsCommittee() public {
        client = _deployFor("rotate");
        client.update(_update("rotate"));
        assertEq(client.trusted().currentCommitteeRoot, _committee(14));
        assertEq(client.trusted().nextCommitteeRoot, _committee(15));
    }

    function test_BCN_5_rejectsNextPeriodWithoutItsCommittee() public {
        client = _deploy("fulu");
        _warpTo("rotate");
        _rejectsPeriod(_update("rotate"), 14, 13);
    }

    function test_BCN_5_rejectsSkippedPeriod() public {
        client = _deployFor("rotate");
        bytes memory u = _update("rotate").withNumber(0, 15 * 8192);
        _warp(15 * 8192);
        _rejectsPeriod(u, 15, 13);
    }

    /// @dev An update of the period before can only be reached as evidence.
    function test_BCN_5_rejectsPeriodBefore() public {
        client = _deployFor("rotate");
        client.update(_update("rotate"));
        vm.expectRevert(abi.encodeWithSelector(BeaconVerifier.BeaconUnknownPeriod.selector, 13, 14));
        client.submitMisbehaviour(_update("fork_left"), _update("fork_right"));
    }

    // ── BCN-8, BCN-9: branches ──────────────────────────────────────────────────────────────────────────────────

    function test_BCN_8_9_acceptsFinalizedHeaderAndBlock() public {
        bytes memory u = _update("absent_5");
        assertEq(client.verifyUpdate(u), u.finalizedRoot(812));
        assertEq(client.headHash(client.update(u)), u.blockHash());
    }

    function test_BCN_8_rejectsBranchOfOtherLength() public {
        bytes memory u = _update("absent_5");
        _rejects(
            u.withNodeMore(BeaconBytes.EXECUTION_NODES, u.execution()),
            abi.encodeWithSelector(SSZ.SszBranchLength.selector, 9, 10)
        );
        _rejects(
            u.withNodeLess(BeaconBytes.EXECUTION_NODES, u.execution()),
            abi.encodeWithSelector(SSZ.SszBranchLength.selector, 9, 8)
        );
        u = u.replaced(u.execution(), 32 * 9, "");
        u[BeaconBytes.EXECUTION_NODES] = 0;
        _rejects(u, abi.encodeWithSelector(SSZ.SszBranchLength.selector, 9, 0));
    }

    function test_BCN_9_rejectsBranchOfOtherLength() public {
        bytes memory u = _update("absent_5");
        _rejects(
            u.withNodeMore(BeaconBytes.FINALITY_NODES, BeaconBytes.BRANCHES),
            abi.encodeWithSelector(SSZ.SszBranchLength.selector, 7, 8)
        );
        _rejects(
            u.withNodeLess(BeaconBytes.FINALITY_NODES, BeaconBytes.BRANCHES),
            abi.encodeWithSelector(SSZ.SszBranchLength.selector, 7, 6)
        );
        // The execution branch comes first.
        u = u.withNodeLess(BeaconBytes.FINALITY_NODES, BeaconBytes.BRANCHES);
        _rejects(
            u.withNodeLess(BeaconBytes.EXECUTION_NODES, u.execution()),
            abi.encodeWithSelector(SSZ.SszBranchLength.selector, 9, 8)
        );
    }

    /// @dev Any field of the two headers, the block hash, and every node of both branches is under the signature.
    function test_BCN_13_rejectsAnyOtherByteOfThePair() public {
        bytes memory u = _update("absent_5");
        bytes memory error_ = abi.encodeWithSelector(BLS12381.BlsInvalidSignature.selector);
        uint8[9] memory fields = [15, 23, 31, 39, 71, 103, 135, 136, 167];
        for (uint256 i = 0; i < fields.length; ++i) {
            _rejects(u.flipped(fields[i]), error_);
        }
        for (uint256 at = u.finality(); at < u.nextCommittee(); at += 32) {
            _rejects(u.flipped(at + 11), error_);
        }
    }

    /// @dev What another block contains, the sibling in place of the leaf, branches in each other's place.
    function test_BCN_13_rejectsOtherProofs() public {
        bytes memory u = _update("absent_5");
        bytes memory error_ = abi.encodeWithSelector(BLS12381.BlsInvalidSignature.selector);
        bytes memory other = _update("absent_2");
        bytes memory v = u.replaced(BeaconBytes.HASH, 32, other.slice(BeaconBytes.HASH, 32));
        _rejects(v, error_);
        _rejects(v.replaced(u.execution(), 288, other.slice(other.execution(), 288)), error_);
        v = u.replaced(BeaconBytes.HASH, 32, u.slice(u.execution(), 32));
        _rejects(v, error_);
        _rejects(v.replaced(u.execution(), 32, u.slice(BeaconBytes.HASH, 32)), error_);
    }

    // ── BCN-10: next committee ──────────────────────────────────────────────────────────────────────────────────

    function test_BCN_10_acceptsNextCommittee() public {
        client.update(_update("absent_5"));
        _warpTo("learn");
        client.update(_update("learn"));
        assertEq(client.trusted().nextCommitteeRoot, _committee(14));
        // The same again, with a newer header.
        _warpTo("learn_same");
        client.update(_update("learn_same"));
        assertEq(client.trusted().nextCommitteeRoot, _committee(14));
    }

    function test_BCN_10_rejectsOtherCommitteeThanKnown() public {
        client = _deployFor("learn_other");
        bytes4 error_ = BeaconVerifier.BeaconNextCommitteeConflict.selector;
        _rejects(_update("learn_other"), abi.encodeWithSelector(error_, _committee(14), _committee(15)));
    }

    function test_BCN_10_rejectsCommitteeAcrossPeriods() public {
        bytes4 error_ = BeaconVerifier.BeaconNextCommitteePeriod.selector;
        client = _deployFor("tail_next_committee");
        _rejects(_update("tail_next_committee"), abi.encodeWithSelector(error_, 14, 13, 13));
        client = _deployFor("tail_next_attested_late");
        _rejects(_update("tail_next_attested_late"), abi.encodeWithSelector(error_, 14, 14, 13));
    }

    function test_BCN_10_rejectsOtherBranch() public {
        client = _deployFor("learn");
        bytes memory u = _update("learn");
        bytes memory error_ = abi.encodeWithSelector(BeaconVerifier.BeaconNextCommitteeBranch.selector);
        uint256 at = u.nextCommittee();
        _rejects(
            u.withNodeMore(BeaconBytes.COMMITTEE_NODES, at), abi.encodeWithSelector(SSZ.SszBranchLength.selector, 6, 7)
        );
        _rejects(
            u.withNodeLess(BeaconBytes.COMMITTEE_NODES, at), abi.encodeWithSelector(SSZ.SszBranchLength.selector, 6, 5)
        );
        for (uint256 i = 0; i < 7; ++i) {
            _rejects(u.flipped(at + 32 * i + 5), error_);
        }
        // The current committee's place is the sibling.
        bytes memory swapped = bytes.concat(u.slice(at + 32, 32), u.slice(at, 32));
        _rejects(u.replaced(at, 64, swapped), error_);
    }

    // ── Helpers ─────────────────────────────────────────────────────────────────────────────────────────────────

    /// @dev Refused by `update` and by the simulation, with this error and arguments.
    function _rejects(bytes memory u, bytes memory error_) private {
        vm.expectRevert(error_);
        client.update(u);
        vm.expectRevert(error_);
        client.verifyUpdate(u);
    }

    function _rejectsLength(bytes memory u, uint256 expected) private {
        _rejects(u, abi.encodeWithSelector(BeaconUpdate.BeaconUpdateLength.selector, expected, u.length));
    }

    function _rejectsFuture(bytes memory u, uint64 slot, uint64 current) private {
        _rejects(u, abi.encodeWithSelector(BeaconVerifier.BeaconFutureSignature.selector, slot, current));
    }

    function _rejectsPeriod(bytes memory u, uint64 period, uint64 trusted) private {
        _rejects(u, abi.encodeWithSelector(BeaconVerifier.BeaconUnknownPeriod.selector, period, trusted));
    }
}
