// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IBeaconLightClient} from "../../src/interfaces/IBeaconLightClient.sol";
import {BLS12381} from "../../src/libraries/BLS12381.sol";
import {SSZ} from "../../src/libraries/SSZ.sol";
import {BeaconLightClient} from "../../src/light-clients/BeaconLightClient.sol";
import {BeaconVerifier} from "../../src/light-clients/BeaconVerifier.sol";
import {BeaconHarness} from "../harness/BeaconHarness.sol";
import {BeaconFixture} from "./BeaconFixture.sol";

/// @notice BCN-1 to BCN-10: the slots, forks, participation and branches of an update.
contract BeaconUpdateTest is BeaconFixture {
    BeaconLightClient private client;

    function setUp() public override {
        super.setUp();
        client = _deployFor("absent_5");
    }

    // ── BCN-1 to BCN-3: order ───────────────────────────────────────────────────────────────────────────────────

    function test_BCN_1_acceptsAtTheVerySlot() public {
        IBeaconLightClient.Update memory u = _update("absent_5");
        _warp(u.signatureSlot);
        assertEq(client.update(u), 2);
    }

    function test_BCN_1_rejectsOneSecondEarly() public {
        IBeaconLightClient.Update memory u = _update("absent_5");
        _warp(u.signatureSlot);
        vm.warp(block.timestamp - 1);
        _rejects(
            u,
            abi.encodeWithSelector(BeaconVerifier.BeaconFutureSignature.selector, u.signatureSlot, u.signatureSlot - 1)
        );
    }

    function test_BCN_1_rejectsBeforeGenesis() public {
        IBeaconLightClient.Update memory u = _update("absent_5");
        vm.warp(network.genesisTime - 1);
        _rejects(u, abi.encodeWithSelector(BeaconVerifier.BeaconFutureSignature.selector, u.signatureSlot, 0));
    }

    function test_BCN_1_rejectsLargestSlot() public {
        IBeaconLightClient.Update memory u = _update("absent_5");
        uint64 current = u.signatureSlot;
        u.signatureSlot = type(uint64).max;
        _rejects(u, abi.encodeWithSelector(BeaconVerifier.BeaconFutureSignature.selector, type(uint64).max, current));
    }

    function test_BCN_2_acceptsNextSlot() public {
        IBeaconLightClient.Update memory u = _update("absent_5");
        assertEq(u.signatureSlot, u.attested.slot + 1);
        client.update(u);
    }

    function test_BCN_2_rejectsSignatureAtAttestedSlot() public {
        IBeaconLightClient.Update memory u = _update("absent_5");
        u.signatureSlot = u.attested.slot;
        _rejects(
            u,
            abi.encodeWithSelector(
                BeaconVerifier.BeaconSignatureNotAfterAttested.selector, u.attested.slot, u.attested.slot
            )
        );
        (u.signatureSlot, u.attested.slot) = (0, 0);
        _rejects(u, abi.encodeWithSelector(BeaconVerifier.BeaconSignatureNotAfterAttested.selector, 0, 0));
    }

    function test_BCN_3_rejectsFinalizedAfterAttested() public {
        IBeaconLightClient.Update memory u = _update("absent_5");
        u.finalized.slot = u.attested.slot + 1;
        _rejects(
            u,
            abi.encodeWithSelector(
                BeaconVerifier.BeaconAttestedBeforeFinalized.selector, u.attested.slot, u.finalized.slot
            )
        );
    }

    /// @dev The same slot passes this clause: what is refused next is the changed header.
    function test_BCN_3_acceptsEqualSlots() public {
        IBeaconLightClient.Update memory u = _update("absent_5");
        u.finalized.slot = u.attested.slot;
        _rejects(u, abi.encodeWithSelector(BeaconVerifier.BeaconFinalityBranch.selector));
    }

    // ── BCN-4, BCN-5: relevance and period ──────────────────────────────────────────────────────────────────────

    function test_BCN_4_acceptsOlderSlotThatBringsTheCommittee() public {
        client = _deployFor("learn_only_older");
        assertEq(client.update(_update("learn_only_older")), 1, "no new head");
        assertEq(client.trusted().finalizedSlot, START);
        assertEq(client.trusted().nextCommitteeRoot, _committee(14));
    }

    function test_BCN_4_rejectsReplayAndOlder() public {
        IBeaconLightClient.Update memory u = _update("absent_5");
        client.update(u);
        uint64 slot = u.finalized.slot;
        _rejects(u, abi.encodeWithSelector(BeaconVerifier.BeaconNotNewer.selector, slot, slot));
        u = _update("absent_0");
        _rejects(u, abi.encodeWithSelector(BeaconVerifier.BeaconNotNewer.selector, u.finalized.slot, slot));
    }

    function test_BCN_4_rejectsCommitteeThatIsKnown() public {
        client = _deployFor("learn_only_older");
        IBeaconLightClient.Update memory u = _update("learn_only_older");
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
        client = _deploy("electra");
        _warpTo("rotate");
        _rejects(_update("rotate"), abi.encodeWithSelector(BeaconVerifier.BeaconUnknownPeriod.selector, 14, 13));
    }

    function test_BCN_5_rejectsSkippedPeriod() public {
        client = _deployFor("rotate");
        IBeaconLightClient.Update memory u = _update("rotate");
        u.signatureSlot = 15 * 8192;
        _warp(u.signatureSlot);
        _rejects(u, abi.encodeWithSelector(BeaconVerifier.BeaconUnknownPeriod.selector, 15, 13));
    }

    /// @dev An update of the period before can only be reached as evidence.
    function test_BCN_5_rejectsPeriodBefore() public {
        client = _deployFor("rotate");
        client.update(_update("rotate"));
        vm.expectRevert(abi.encodeWithSelector(BeaconVerifier.BeaconUnknownPeriod.selector, 13, 14));
        client.submitMisbehaviour(_update("fork_left"), _update("fork_right"));
    }

    // ── BCN-6: forks ────────────────────────────────────────────────────────────────────────────────────────────

    function test_BCN_6_rejectsUnknownForksInOrder() public {
        BeaconHarness harness = new BeaconHarness();
        IBeaconLightClient.Update memory u = _update("absent_5");
        IBeaconLightClient.Trusted memory trusted = client.trusted();
        u.attested.slot = u.finalized.slot + 100;
        u.signatureSlot = u.attested.slot + 100;
        uint64 time = network.genesisTime + 12 * u.signatureSlot;
        uint64[3] memory slots = [u.signatureSlot - 1, u.attested.slot, u.finalized.slot];
        for (uint256 i = 0; i < 3; ++i) {
            IBeaconLightClient.Config memory config = _oneFork(slots[i] / 32 + 1);
            vm.expectRevert(abi.encodeWithSelector(BeaconVerifier.BeaconUnknownFork.selector, slots[i] / 32));
            harness.verifyUpdate(config, trusted, u, time, false);
        }
        // With a row for all three only the signature, made for other slots, is wrong.
        vm.expectRevert(BLS12381.BlsInvalidSignature.selector);
        harness.verifyUpdate(_oneFork(slots[2] / 32), trusted, u, time, false);
    }

    function test_BCN_6_acceptsOldVersionInFirstSlotOfFork() public {
        client = _deployFor("version_first_slot");
        IBeaconLightClient.Update memory u = _update("version_first_slot");
        assertEq(u.signatureSlot, 3200 * 32);
        client.update(u);
    }

    function test_BCN_6_acceptsNewVersionInSecondSlotOfFork() public {
        client = _deployFor("version_second_slot");
        client.update(_update("version_second_slot"));
    }

    /// @dev The indices follow the attested header, whichever side of the fork the finalized one is on.
    function test_BCN_6_acceptsIndicesOfAttestedSlot() public {
        client = _deployFor("indices_altair");
        IBeaconLightClient.Update memory u = _update("indices_altair");
        assertEq(u.finalityBranch.length, 6);
        assertEq(u.nextCommitteeBranch.length, 5);
        client.update(u);
        client = _deployFor("indices_across");
        u = _update("indices_across");
        assertLt(u.finalized.slot, 2944 * 32);
        assertEq(u.finalityBranch.length, 7);
        client.update(u);
    }

    function test_BCN_6_rejectsIndicesOfOtherFork() public {
        client = _deployFor("indices_altair");
        IBeaconLightClient.Update memory u = _update("indices_altair");
        u.finalityBranch = _resized(u.finalityBranch, 7);
        _rejects(u, abi.encodeWithSelector(SSZ.SszBranchLength.selector, 6, 7));
        client = _deployFor("indices_across");
        u = _update("indices_across");
        u.finalityBranch = _resized(u.finalityBranch, 6);
        _rejects(u, abi.encodeWithSelector(SSZ.SszBranchLength.selector, 7, 6));
    }

    // ── BCN-7: participation ────────────────────────────────────────────────────────────────────────────────────

    function test_BCN_7_accepts342() public {
        client = _deployFor("absent_170");
        client.update(_update("absent_170"));
    }

    function test_BCN_7_rejects341() public {
        client = _deployFor("participants_341");
        _rejects(_update("participants_341"), _insufficient(341));
    }

    function test_BCN_7_rejectsFewer() public {
        IBeaconLightClient.Update memory u = _update("absent_5");
        u.participation[0] = 0;
        u.participation[1] = 0;
        _rejects(u, _insufficient(0));
        u.participation[1] = bytes32(uint256(1) << 248);
        _rejects(u, _insufficient(1));
        u.participation[1] = bytes32(type(uint256).max);
        _rejects(u, _insufficient(256));
    }

    function testFuzz_BCN_7_acceptsAnyCount(bytes32[2] memory bits) public {
        BeaconHarness harness = new BeaconHarness();
        uint256 count = 0;
        bytes memory flat = abi.encode(bits);
        for (uint256 i = 0; i < 512; ++i) {
            bool isSet = uint8(flat[i / 8]) >> (i % 8) & 1 == 1;
            if (isSet) ++count;
            assertEq(harness.isBitSet(bits, i), isSet);
        }
        assertEq(harness.countBits(bits), count);
    }

    // ── BCN-8, BCN-9: branches ──────────────────────────────────────────────────────────────────────────────────

    function test_BCN_8_acceptsFinality() public view {
        IBeaconLightClient.Update memory u = _update("absent_5");
        assertEq(client.verifyUpdate(u), _headerRoot(u.finalized));
    }

    function test_BCN_8_rejectsOtherHeader() public {
        for (uint256 i = 0; i < 5; ++i) {
            IBeaconLightClient.Update memory u = _update("absent_5");
            if (i == 0) ++u.finalized.slot;
            if (i == 1) ++u.finalized.proposerIndex;
            if (i == 2) u.finalized.parentRoot = _flipped(u.finalized.parentRoot);
            if (i == 3) u.finalized.stateRoot = _flipped(u.finalized.stateRoot);
            if (i == 4) u.finalized.bodyRoot = _flipped(u.finalized.bodyRoot);
            _rejects(u, abi.encodeWithSelector(BeaconVerifier.BeaconFinalityBranch.selector));
        }
    }

    function test_BCN_8_rejectsOtherBranch() public {
        IBeaconLightClient.Update memory u = _update("absent_5");
        for (uint256 i = 0; i < u.finalityBranch.length; ++i) {
            u.finalityBranch[i] = _flipped(u.finalityBranch[i]);
            _rejects(u, abi.encodeWithSelector(BeaconVerifier.BeaconFinalityBranch.selector));
            u.finalityBranch[i] = _flipped(u.finalityBranch[i]);
        }
        bytes32[] memory branch = u.finalityBranch;
        u.finalityBranch = _resized(branch, 8);
        _rejects(u, abi.encodeWithSelector(SSZ.SszBranchLength.selector, 7, 8));
        u.finalityBranch = _resized(branch, 6);
        _rejects(u, abi.encodeWithSelector(SSZ.SszBranchLength.selector, 7, 6));
        u.finalityBranch = branch;
        u.attested.stateRoot = u.attested.bodyRoot;
        _rejects(u, abi.encodeWithSelector(BeaconVerifier.BeaconFinalityBranch.selector));
    }

    function test_BCN_9_acceptsExecutionBlockHash() public {
        IBeaconLightClient.Update memory u = _update("absent_5");
        assertEq(client.headHash(client.update(u)), u.executionBlockHash);
    }

    function test_BCN_9_rejectsOtherExecutionBlockHash() public {
        IBeaconLightClient.Update memory u = _update("absent_5");
        bytes memory error_ = abi.encodeWithSelector(BeaconVerifier.BeaconExecutionBranch.selector);
        u.executionBlockHash = _flipped(u.executionBlockHash);
        _rejects(u, error_);
        // The sibling of the leaf is not the leaf.
        u.executionBlockHash = u.executionBranch[0];
        _rejects(u, error_);
        // What another finalized block contains.
        IBeaconLightClient.Update memory other = _update("absent_2");
        u.executionBlockHash = other.executionBlockHash;
        u.executionBranch = other.executionBranch;
        _rejects(u, error_);
    }

    function test_BCN_9_rejectsOtherBranch() public {
        IBeaconLightClient.Update memory u = _update("absent_5");
        bytes32[] memory branch = u.executionBranch;
        for (uint256 i = 0; i < branch.length; ++i) {
            branch[i] = _flipped(branch[i]);
            _rejects(u, abi.encodeWithSelector(BeaconVerifier.BeaconExecutionBranch.selector));
            branch[i] = _flipped(branch[i]);
        }
        u.executionBranch = _resized(branch, 10);
        _rejects(u, abi.encodeWithSelector(SSZ.SszBranchLength.selector, 9, 10));
        u.executionBranch = _resized(branch, 8);
        _rejects(u, abi.encodeWithSelector(SSZ.SszBranchLength.selector, 9, 8));
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
        _rejects(
            _update("learn_other"),
            abi.encodeWithSelector(BeaconVerifier.BeaconNextCommitteeConflict.selector, _committee(14), _committee(15))
        );
    }

    function test_BCN_10_rejectsCommitteeAcrossPeriods() public {
        client = _deployFor("tail_next_committee");
        _rejects(
            _update("tail_next_committee"),
            abi.encodeWithSelector(BeaconVerifier.BeaconNextCommitteePeriod.selector, 14, 13, 13)
        );
    }

    function test_BCN_10_rejectsOtherBranch() public {
        client = _deployFor("learn");
        IBeaconLightClient.Update memory u = _update("learn");
        bytes memory error_ = abi.encodeWithSelector(BeaconVerifier.BeaconNextCommitteeBranch.selector);
        bytes32[] memory branch = u.nextCommitteeBranch;
        u.nextCommitteeBranch = _resized(branch, 7);
        _rejects(u, abi.encodeWithSelector(SSZ.SszBranchLength.selector, 6, 7));
        u.nextCommitteeBranch = _resized(branch, 0);
        _rejects(u, abi.encodeWithSelector(SSZ.SszBranchLength.selector, 6, 0));
        u.nextCommitteeBranch = branch;
        for (uint256 i = 0; i < branch.length; ++i) {
            branch[i] = _flipped(branch[i]);
            _rejects(u, error_);
            branch[i] = _flipped(branch[i]);
        }
        // The current committee's place is the sibling.
        (u.nextCommitteeRoot, branch[0]) = (branch[0], u.nextCommitteeRoot);
        _rejects(u, error_);
    }

    function test_BCN_10_rejectsBranchWithoutCommittee() public {
        client = _deployFor("learn");
        IBeaconLightClient.Update memory u = _update("learn");
        u.nextCommitteeRoot = 0;
        _rejects(u, abi.encodeWithSelector(SSZ.SszBranchLength.selector, 0, 6));
    }

    // ── Helpers ─────────────────────────────────────────────────────────────────────────────────────────────────

    /// @dev Refused by `update` and by the simulation, with this error and arguments.
    function _rejects(IBeaconLightClient.Update memory u, bytes memory error_) private {
        vm.expectRevert(error_);
        client.update(u);
        vm.expectRevert(error_);
        client.verifyUpdate(u);
    }

    function _insufficient(uint256 got) private pure returns (bytes memory) {
        return abi.encodeWithSelector(BeaconVerifier.BeaconInsufficientParticipation.selector, got, 342);
    }

    function _oneFork(uint64 epoch) private view returns (IBeaconLightClient.Config memory config) {
        config = network;
        config.forks = new IBeaconLightClient.Fork[](1);
        config.forks[0] = IBeaconLightClient.Fork(epoch, 0x05000000, IBeaconLightClient.IndexSet.Electra);
    }
}
