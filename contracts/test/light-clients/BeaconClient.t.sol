// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IBeaconLightClient} from "../../src/interfaces/IBeaconLightClient.sol";
import {ILightClient} from "../../src/interfaces/ILightClient.sol";
import {BLS12381} from "../../src/libraries/BLS12381.sol";
import {SSZ} from "../../src/libraries/SSZ.sol";
import {BeaconLightClient} from "../../src/light-clients/BeaconLightClient.sol";
import {BeaconVerifier} from "../../src/light-clients/BeaconVerifier.sol";
import {BeaconFixture} from "./BeaconFixture.sol";

/// @notice CLI-1 to CLI-3 and BCN-15 to BCN-18: the state of a client, how it changes and when it stops.
contract BeaconClientTest is BeaconFixture {
    BeaconLightClient private client;

    function setUp() public override {
        super.setUp();
        client = _deployFor("absent_5");
    }

    // ── CLI-1: frozen ───────────────────────────────────────────────────────────────────────────────────────────

    function test_CLI_1_acceptsUntilFrozen() public {
        assertEq(client.trusted().frozenAt, 0);
        client.update(_update("absent_5"));
        client.headHash(2);
    }

    function test_CLI_1_rejectsEverythingOnceFrozen() public {
        uint64 at = _freeze();
        bytes memory error_ = abi.encodeWithSelector(ILightClient.ClientFrozen.selector, at);
        IBeaconLightClient.Update memory u = _update("fork_left");
        IBeaconLightClient.Update memory v = _update("fork_right");
        vm.warp(block.timestamp + 1000);
        vm.expectRevert(error_);
        client.update(u);
        vm.expectRevert(error_);
        client.verifyUpdate(u);
        vm.expectRevert(error_);
        client.headHash(1);
        vm.expectRevert(error_);
        client.submitMisbehaviour(u, v);
        // Before anything else of the update, and before expiry.
        u.signatureSlot = type(uint64).max;
        vm.warp(block.timestamp + network.trustingPeriod);
        vm.expectRevert(error_);
        client.update(u);
        // The state itself stays readable.
        assertEq(client.trusted().frozenAt, at);
        assertEq(client.latestHead(), 1);
    }

    // ── CLI-2: expiry ───────────────────────────────────────────────────────────────────────────────────────────

    function test_CLI_2_acceptsAtExpiry() public {
        vm.warp(_expiry());
        client.headHash(1);
        client.update(_update("absent_5"));
    }

    function test_CLI_2_rejectsAfterExpiry() public {
        uint64 expiry = _expiry();
        bytes memory error_ = abi.encodeWithSelector(ILightClient.ClientExpired.selector, expiry, expiry + 1);
        IBeaconLightClient.Update memory u = _update("fork_left");
        IBeaconLightClient.Update memory v = _update("fork_right");
        vm.warp(expiry + 1);
        vm.expectRevert(error_);
        client.update(u);
        vm.expectRevert(error_);
        client.verifyUpdate(u);
        vm.expectRevert(error_);
        client.headHash(1);
        vm.expectRevert(error_);
        client.submitMisbehaviour(u, v);
    }

    function test_CLI_2_acceptsLongerAfterUpdate() public {
        uint64 before = _expiry();
        IBeaconLightClient.Update memory u = _update("absent_5");
        client.update(u);
        vm.warp(before + 12 * (u.finalized.slot - START));
        client.headHash(2);
        vm.warp(block.timestamp + 1);
        vm.expectRevert(
            abi.encodeWithSelector(ILightClient.ClientExpired.selector, block.timestamp - 1, block.timestamp)
        );
        client.headHash(2);
    }

    /// @dev The sum of genesis, slot and period saturates.
    function test_CLI_2_acceptsLargestTrustingPeriod() public {
        (IBeaconLightClient.Bootstrap memory bootstrap, bytes32 root) = _bootstrap("electra");
        IBeaconLightClient.Config memory config = network;
        config.trustingPeriod = type(uint64).max;
        client = new BeaconLightClient(config, bootstrap, root);
        vm.warp(type(uint64).max);
        client.headHash(1);
    }

    // ── CLI-3: heads ────────────────────────────────────────────────────────────────────────────────────────────

    function test_CLI_3_acceptsHeadsInOrder() public {
        (IBeaconLightClient.Bootstrap memory bootstrap,) = _bootstrap("electra");
        assertEq(client.latestHead(), 1);
        assertEq(client.headHash(1), bootstrap.executionBlockHash);
        IBeaconLightClient.Update memory u = _update("absent_5");
        vm.expectEmit(address(client));
        emit ILightClient.HeadVerified(2, u.executionBlockHash);
        assertEq(client.update(u), 2);
        assertEq(client.headHash(1), bootstrap.executionBlockHash);
        assertEq(client.headHash(2), u.executionBlockHash);
    }

    function test_CLI_3_rejectsUnknownHeads() public {
        uint64[4] memory ids = [uint64(0), 2, 65, type(uint64).max];
        for (uint256 i = 0; i < ids.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(ILightClient.ClientUnknownHead.selector, ids[i]));
            client.headHash(ids[i]);
        }
    }

    // ── State transitions ───────────────────────────────────────────────────────────────────────────────────────

    function test_BCN_5_acceptsRotation() public {
        client = _deployFor("rotate");
        IBeaconLightClient.Update memory u = _update("rotate");
        vm.expectEmit(address(client));
        emit IBeaconLightClient.CommitteeRotated(14, _committee(14));
        client.update(u);
        _assertTrusted(u, 3, _committee(14), _committee(15));
    }

    function test_BCN_5_acceptsRotationWithoutNextCommitteeAndItsLearning() public {
        client = _deployFor("rotate_without_next");
        IBeaconLightClient.Update memory u = _update("rotate_without_next");
        client.update(u);
        _assertTrusted(u, 3, _committee(14), 0);
        // Nothing but the committee is new in this one.
        _warpTo("learn_after_rotation");
        vm.recordLogs();
        client.update(_update("learn_after_rotation"));
        assertEq(vm.getRecordedLogs().length, 0, "no new head");
        _assertTrusted(u, 3, _committee(14), _committee(15));
    }

    /// @dev Update by update or at once: the same state, but for the number of heads (C6).
    function test_BCN_4_acceptsAnyPath() public {
        IBeaconLightClient.Update memory last = _update("absent_170");
        _warpTo("absent_170");
        client.update(_update("absent_0"));
        client.update(_update("absent_50"));
        client.update(last);
        IBeaconLightClient.Trusted memory long = client.trusted();
        client = _deployFor("absent_170");
        client.update(last);
        long.latestHead = 2;
        assertEq(abi.encode(client.trusted()), abi.encode(long));
    }

    function test_BCN_4_acceptsSimulationWithoutChange() public {
        IBeaconLightClient.Update memory u = _update("absent_5");
        IBeaconLightClient.Trusted memory before = client.trusted();
        assertEq(client.verifyUpdate(u), _headerRoot(u.finalized));
        assertEq(abi.encode(client.trusted()), abi.encode(before));
    }

    // ── BCN-15: conflicting finality ────────────────────────────────────────────────────────────────────────────

    function test_BCN_15_acceptsCommitteeUnderTheTrustedHeader() public {
        client = _deployFor("learn_only");
        (, bytes32 root) = _bootstrap("electra");
        client.update(_update("learn_only"));
        assertEq(client.trusted().finalizedRoot, root);
        assertEq(client.trusted().nextCommitteeRoot, _committee(14));
        assertEq(client.latestHead(), 1);
    }

    function test_BCN_15_rejectsOtherHeaderAtTheTrustedSlot() public {
        client = _deployFor("learn_only_conflicting");
        IBeaconLightClient.Update memory u = _update("learn_only_conflicting");
        bytes memory error_ = abi.encodeWithSelector(BeaconLightClient.BeaconConflictingFinality.selector, START);
        vm.expectRevert(error_);
        client.update(u);
        vm.expectRevert(error_);
        client.verifyUpdate(u);
        assertEq(client.trusted().nextCommitteeRoot, 0);
    }

    // ── BCN-16: bootstrap ───────────────────────────────────────────────────────────────────────────────────────

    function test_BCN_16_acceptsBootstrap() public {
        string[3] memory names = ["electra", "fulu", "altair"];
        for (uint256 i = 0; i < names.length; ++i) {
            (IBeaconLightClient.Bootstrap memory bootstrap, bytes32 root) = _bootstrap(names[i]);
            _warp(bootstrap.header.slot);
            vm.expectEmit();
            emit ILightClient.HeadVerified(1, bootstrap.executionBlockHash);
            client = new BeaconLightClient(network, bootstrap, root);
            IBeaconLightClient.Trusted memory t = client.trusted();
            assertEq(t.finalizedSlot, bootstrap.header.slot);
            assertEq(t.finalizedRoot, root);
            assertEq(t.currentCommitteeRoot, bootstrap.currentCommitteeRoot);
            assertEq(t.nextCommitteeRoot, 0);
            assertEq(t.latestHead, 1);
            assertEq(t.frozenAt, 0);
        }
        assertEq(client.chainId(), 424_242);
        assertEq(abi.encode(client.config()), abi.encode(network));
    }

    function test_BCN_16_rejectsOtherRoot() public {
        (IBeaconLightClient.Bootstrap memory bootstrap, bytes32 root) = _bootstrap("electra");
        _rejectsBootstrap(
            bootstrap, 0, abi.encodeWithSelector(BeaconVerifier.BeaconBootstrapRoot.selector, bytes32(0), root)
        );
        ++bootstrap.header.proposerIndex;
        bytes32 got = _headerRoot(bootstrap.header);
        _rejectsBootstrap(
            bootstrap, root, abi.encodeWithSelector(BeaconVerifier.BeaconBootstrapRoot.selector, root, got)
        );
    }

    function test_BCN_16_rejectsUnknownFork() public {
        (IBeaconLightClient.Bootstrap memory bootstrap,) = _bootstrap("electra");
        bootstrap.header.slot = 2560 * 32 - 1;
        bytes32 root = _headerRoot(bootstrap.header);
        _rejectsBootstrap(bootstrap, root, abi.encodeWithSelector(BeaconVerifier.BeaconUnknownFork.selector, 2559));
    }

    function test_BCN_16_rejectsOtherCommittee() public {
        (IBeaconLightClient.Bootstrap memory bootstrap, bytes32 root) = _bootstrap("electra");
        bytes memory error_ = abi.encodeWithSelector(BeaconVerifier.BeaconCurrentCommitteeBranch.selector);
        bytes32[] memory branch = bootstrap.currentCommitteeBranch;
        bootstrap.currentCommitteeBranch = _resized(branch, 5);
        _rejectsBootstrap(bootstrap, root, abi.encodeWithSelector(SSZ.SszBranchLength.selector, 6, 5));
        bootstrap.currentCommitteeBranch = _resized(branch, 7);
        _rejectsBootstrap(bootstrap, root, abi.encodeWithSelector(SSZ.SszBranchLength.selector, 6, 7));
        bootstrap.currentCommitteeBranch = branch;
        // The next committee's place is the sibling.
        (bootstrap.currentCommitteeRoot, branch[0]) = (branch[0], bootstrap.currentCommitteeRoot);
        _rejectsBootstrap(bootstrap, root, error_);
        (bootstrap.currentCommitteeRoot, branch[0]) = (branch[0], bootstrap.currentCommitteeRoot);
        bootstrap.currentCommitteeRoot = 0;
        _rejectsBootstrap(bootstrap, root, error_);
    }

    function test_BCN_16_rejectsOtherExecutionBlockHash() public {
        (IBeaconLightClient.Bootstrap memory bootstrap, bytes32 root) = _bootstrap("electra");
        bootstrap.executionBlockHash = _flipped(bootstrap.executionBlockHash);
        _rejectsBootstrap(bootstrap, root, abi.encodeWithSelector(BeaconVerifier.BeaconExecutionBranch.selector));
        bootstrap.executionBranch = _resized(bootstrap.executionBranch, 8);
        _rejectsBootstrap(bootstrap, root, abi.encodeWithSelector(SSZ.SszBranchLength.selector, 9, 8));
    }

    function test_BCN_16_rejectsExpiredBootstrap() public {
        (IBeaconLightClient.Bootstrap memory bootstrap, bytes32 root) = _bootstrap("electra");
        uint64 expiry = _expiry();
        vm.warp(expiry + 1);
        _rejectsBootstrap(
            bootstrap, root, abi.encodeWithSelector(ILightClient.ClientExpired.selector, expiry, expiry + 1)
        );
    }

    // ── BCN-17: misbehaviour ────────────────────────────────────────────────────────────────────────────────────

    function test_BCN_17_acceptsTwoFinalizedHeadersAtOneSlot() public {
        IBeaconLightClient.Update memory a = _update("fork_left");
        IBeaconLightClient.Update memory b = _update("fork_right");
        _warpTo("fork_left");
        vm.expectEmit(address(client));
        emit IBeaconLightClient.Frozen(a.finalized.slot, _headerRoot(a.finalized), _headerRoot(b.finalized));
        client.submitMisbehaviour(a, b);
        assertEq(client.trusted().frozenAt, block.timestamp);
    }

    /// @dev Evidence may be older than what is trusted, or be the trusted header itself.
    function test_BCN_17_acceptsOldEvidence() public {
        _warpTo("domain_attester");
        client.update(_update("fork_left"));
        client.submitMisbehaviour(_update("fork_left"), _update("fork_right"));
        assertEq(client.trusted().frozenAt, block.timestamp);
    }

    function test_BCN_17_rejectsOneHistory() public {
        _warpTo("fork_left");
        IBeaconLightClient.Update memory a = _update("fork_left");
        IBeaconLightClient.Update memory b = _update("absent_5");
        vm.expectRevert(BeaconLightClient.BeaconNotMisbehaviour.selector);
        client.submitMisbehaviour(a, a);
        vm.expectRevert(BeaconLightClient.BeaconNotMisbehaviour.selector);
        client.submitMisbehaviour(a, b);
        // Before the status of the client.
        vm.warp(_expiry() + 1);
        vm.expectRevert(BeaconLightClient.BeaconNotMisbehaviour.selector);
        client.submitMisbehaviour(a, b);
    }

    function test_BCN_17_rejectsUnverifiedEvidence() public {
        _warpTo("fork_left");
        IBeaconLightClient.Update memory a = _update("fork_left");
        IBeaconLightClient.Update memory b = _update("fork_right");
        (a.signature, b.signature) = (b.signature, a.signature);
        vm.expectRevert(BLS12381.BlsInvalidSignature.selector);
        client.submitMisbehaviour(a, _update("fork_right"));
        vm.expectRevert(BLS12381.BlsInvalidSignature.selector);
        client.submitMisbehaviour(_update("fork_left"), b);
        b = _update("fork_right");
        ++b.finalized.proposerIndex;
        vm.expectRevert(BeaconVerifier.BeaconFinalityBranch.selector);
        client.submitMisbehaviour(_update("fork_left"), b);
        assertEq(client.trusted().frozenAt, 0);
    }

    // ── BCN-18: configuration ───────────────────────────────────────────────────────────────────────────────────

    function test_BCN_18_acceptsForksByIncreasingEpoch() public {
        (IBeaconLightClient.Bootstrap memory bootstrap, bytes32 root) = _bootstrap("electra");
        IBeaconLightClient.Config memory config = network;
        (config.forks[0].epoch, config.forks[1].epoch, config.forks[2].epoch) = (0, 1, 2);
        client = new BeaconLightClient(config, bootstrap, root);
        assertEq(client.config().forks.length, 3);
    }

    function test_BCN_18_rejectsImpossibleConfig() public {
        for (uint256 i = 0; i < 8; ++i) {
            IBeaconLightClient.Config memory config = network;
            if (i == 0) config.forks = new IBeaconLightClient.Fork[](0);
            if (i == 1) config.forks[1].epoch = config.forks[0].epoch;
            if (i == 2) config.forks[2].epoch = config.forks[1].epoch - 1;
            if (i == 3) config.secondsPerSlot = 0;
            if (i == 4) config.slotsPerEpoch = 0;
            if (i == 5) config.epochsPerPeriod = 0;
            if (i == 6) config.trustingPeriod = 0;
            if (i == 7) config.genesisValidatorsRoot = 0;
            // Before the bootstrap: its root would be refused too.
            (IBeaconLightClient.Bootstrap memory bootstrap,) = _bootstrap("electra");
            vm.expectRevert(BeaconVerifier.BeaconConfig.selector);
            new BeaconLightClient(config, bootstrap, 0);
        }
    }

    // ── Helpers ─────────────────────────────────────────────────────────────────────────────────────────────────

    function _freeze() private returns (uint64 at) {
        _warpTo("fork_left");
        client.submitMisbehaviour(_update("fork_left"), _update("fork_right"));
        return uint64(block.timestamp);
    }

    function _expiry() private view returns (uint64) {
        return network.genesisTime + 12 * START + network.trustingPeriod;
    }

    function _rejectsBootstrap(IBeaconLightClient.Bootstrap memory bootstrap, bytes32 root, bytes memory error_)
        private
    {
        vm.expectRevert(error_);
        new BeaconLightClient(network, bootstrap, root);
    }

    function _assertTrusted(IBeaconLightClient.Update memory u, uint64 head, bytes32 current, bytes32 next)
        private
        view
    {
        IBeaconLightClient.Trusted memory t = client.trusted();
        assertEq(t.finalizedSlot, u.finalized.slot);
        assertEq(t.finalizedRoot, _headerRoot(u.finalized));
        assertEq(t.latestHead, head);
        assertEq(t.currentCommitteeRoot, current);
        assertEq(t.nextCommitteeRoot, next);
        assertEq(client.headHash(head), u.executionBlockHash);
    }
}
