// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IBeaconLightClient} from "../../src/interfaces/IBeaconLightClient.sol";
import {ILightClient} from "../../src/interfaces/ILightClient.sol";
import {BLS12381} from "../../src/libraries/BLS12381.sol";
import {SSZ} from "../../src/libraries/SSZ.sol";
import {BeaconLightClient} from "../../src/light-clients/BeaconLightClient.sol";
import {BeaconUpdate} from "../../src/light-clients/BeaconUpdate.sol";
import {BeaconVerifier} from "../../src/light-clients/BeaconVerifier.sol";
import {BeaconBytes} from "./BeaconBytes.sol";
import {BeaconFixture} from "./BeaconFixture.sol";

/// @notice CLI-1 to CLI-3 and BCN-14 to BCN-16: the state of a client, how it changes and when it stops.
contract BeaconClientTest is BeaconFixture {
    using BeaconBytes for bytes;

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
        bytes memory u = _update("fork_left");
        bytes memory v = _update("fork_right");
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
        u = u.withNumber(0, type(uint64).max);
        vm.warp(block.timestamp + _mainnet().trustingPeriod);
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
        bytes memory u = _update("fork_left");
        bytes memory v = _update("fork_right");
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
        bytes memory u = _update("absent_5");
        client.update(u);
        vm.warp(before + 12 * (u.finalizedSlot() - START));
        client.headHash(2);
        vm.warp(block.timestamp + 1);
        vm.expectRevert(
            abi.encodeWithSelector(ILightClient.ClientExpired.selector, block.timestamp - 1, block.timestamp)
        );
        client.headHash(2);
    }

    /// @dev The sum of genesis, slot and period saturates.
    function test_CLI_2_acceptsLargestTrustingPeriod() public {
        (IBeaconLightClient.Bootstrap memory bootstrap, bytes32 root) = _bootstrap("fulu");
        IBeaconLightClient.Config memory config = _mainnet();
        config.trustingPeriod = type(uint64).max;
        client = new BeaconLightClient(config, bootstrap, root, address(access));
        vm.warp(type(uint64).max);
        client.headHash(1);
    }

    // ── CLI-3: heads ────────────────────────────────────────────────────────────────────────────────────────────

    function test_CLI_3_acceptsHeadsInOrder() public {
        (IBeaconLightClient.Bootstrap memory bootstrap,) = _bootstrap("fulu");
        assertEq(client.latestHead(), 1);
        assertEq(client.headHash(1), bootstrap.executionBlockHash);
        bytes memory u = _update("absent_5");
        vm.expectEmit(address(client));
        emit ILightClient.HeadVerified(2, u.blockHash());
        assertEq(client.update(u), 2);
        assertEq(client.headHash(1), bootstrap.executionBlockHash);
        assertEq(client.headHash(2), u.blockHash());
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
        bytes memory u = _update("rotate");
        client.update(u);
        _assertTrusted(u, 3, _committee(14), _committee(15));
    }

    function test_BCN_5_acceptsRotationWithoutNextCommitteeAndItsLearning() public {
        client = _deployFor("rotate_without_next");
        bytes memory u = _update("rotate_without_next");
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
        bytes memory last = _update("absent_170");
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
        bytes memory u = _update("absent_5");
        IBeaconLightClient.Trusted memory before = client.trusted();
        assertEq(client.verifyUpdate(u), u.finalizedRoot(812));
        assertEq(abi.encode(client.trusted()), abi.encode(before));
    }

    /// @dev Odd periods, even periods, and back: the two places of the committees are used in turn.
    function test_BCN_5_acceptsRotationTwice() public {
        client = _deployFor("rotate_again");
        bytes memory u = _update("rotate_again");
        client.update(u);
        _assertTrusted(u, 4, _committee(15), 0);
    }

    // ── BCN-14: bootstrap ───────────────────────────────────────────────────────────────────────────────────────

    function test_BCN_14_acceptsBootstrapOfEverySet() public {
        string[5] memory names = ["altair", "capella", "deneb", "electra", "minimal_gloas"];
        for (uint256 i = 0; i < names.length; ++i) {
            (IBeaconLightClient.Bootstrap memory bootstrap, bytes32 root) = _bootstrap(names[i]);
            IBeaconLightClient.Config memory config = _networkOf(names[i]);
            vm.warp(config.genesisTime + config.secondsPerSlot * bootstrap.header.slot);
            vm.expectEmit();
            emit IBeaconLightClient.Bootstrapped(bootstrap.header.slot, root);
            if (i > 0) {
                vm.expectEmit();
                emit ILightClient.HeadVerified(1, bootstrap.executionBlockHash);
            }
            client = new BeaconLightClient(config, bootstrap, root, address(access));
            IBeaconLightClient.Trusted memory t = client.trusted();
            assertEq(t.finalizedSlot, bootstrap.header.slot);
            assertEq(t.currentCommitteeRoot, bootstrap.currentCommitteeRoot);
            assertEq(t.nextCommitteeRoot, 0);
            assertEq(t.latestHead, i > 0 ? 1 : 0, "Altair has no execution block");
            assertEq(t.frozenAt, 0);
            assertEq(abi.encode(client.config()), abi.encode(config));
        }
        assertEq(client.chainId(), 424_243);
        assertEq(client.authority(), address(access));
    }

    function test_BCN_14_rejectsOtherRoot() public {
        (IBeaconLightClient.Bootstrap memory bootstrap, bytes32 root) = _bootstrap("fulu");
        _rejectsBootstrap(
            bootstrap, 0, abi.encodeWithSelector(BeaconVerifier.BeaconBootstrapRoot.selector, bytes32(0), root)
        );
        ++bootstrap.header.proposerIndex;
        bytes32 got = _headerRoot(bootstrap.header);
        _rejectsBootstrap(
            bootstrap, root, abi.encodeWithSelector(BeaconVerifier.BeaconBootstrapRoot.selector, root, got)
        );
    }

    function test_BCN_14_rejectsUnknownFork() public {
        (IBeaconLightClient.Bootstrap memory bootstrap,) = _bootstrap("fulu");
        bootstrap.header.slot = 1000 * 32 - 1;
        bytes32 root = _headerRoot(bootstrap.header);
        _rejectsBootstrap(bootstrap, root, abi.encodeWithSelector(BeaconVerifier.BeaconUnknownFork.selector, 999));
    }

    function test_BCN_14_rejectsOtherCommittee() public {
        (IBeaconLightClient.Bootstrap memory bootstrap, bytes32 root) = _bootstrap("fulu");
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

    function test_BCN_14_rejectsOtherExecutionBlockHash() public {
        (IBeaconLightClient.Bootstrap memory bootstrap, bytes32 root) = _bootstrap("fulu");
        bootstrap.executionBlockHash = _flipped(bootstrap.executionBlockHash);
        _rejectsBootstrap(bootstrap, root, abi.encodeWithSelector(BeaconVerifier.BeaconExecutionBranch.selector));
        bootstrap.executionBranch = _resized(bootstrap.executionBranch, 8);
        _rejectsBootstrap(bootstrap, root, abi.encodeWithSelector(SSZ.SszBranchLength.selector, 9, 8));
    }

    function test_BCN_14_rejectsExpiredBootstrap() public {
        (IBeaconLightClient.Bootstrap memory bootstrap, bytes32 root) = _bootstrap("fulu");
        uint64 expiry = _expiry();
        vm.warp(expiry + 1);
        _rejectsBootstrap(
            bootstrap, root, abi.encodeWithSelector(ILightClient.ClientExpired.selector, expiry, expiry + 1)
        );
    }

    // ── BCN-15: misbehaviour ────────────────────────────────────────────────────────────────────────────────────

    function test_BCN_15_acceptsTwoFinalizedHeadersAtOneSlot() public {
        bytes memory a = _update("fork_left");
        bytes memory b = _update("fork_right");
        _warpTo("fork_left");
        vm.expectEmit(address(client));
        emit IBeaconLightClient.Frozen(a.finalizedSlot(), a.finalizedRoot(812), b.finalizedRoot(812));
        client.submitMisbehaviour(a, b);
        assertEq(client.trusted().frozenAt, block.timestamp);
        assertEq(client.trusted().finalizedSlot, START);
        assertEq(client.latestHead(), 1);
    }

    /// @dev Evidence may be older than what is trusted, or be the trusted header itself.
    function test_BCN_15_acceptsOldEvidence() public {
        _warpTo("domain_attester");
        client.update(_update("fork_left"));
        client.submitMisbehaviour(_update("fork_left"), _update("fork_right"));
        assertEq(client.trusted().frozenAt, block.timestamp);
    }

    function test_BCN_15_rejectsOneHistory() public {
        _warpTo("fork_left");
        bytes memory a = _update("fork_left");
        bytes memory b = _update("absent_5");
        vm.expectRevert(BeaconLightClient.BeaconNotMisbehaviour.selector);
        client.submitMisbehaviour(a, a);
        vm.expectRevert(BeaconLightClient.BeaconNotMisbehaviour.selector);
        client.submitMisbehaviour(a, b);
        assertEq(client.trusted().frozenAt, 0);
    }

    /// @dev Both lengths, then the client's status, then the first update, then the second.
    function test_BCN_15_rejectsInOrder() public {
        _warpTo("fork_left");
        bytes memory a = _update("fork_left");
        bytes memory b = _update("fork_right");
        bytes memory short = b.slice(0, b.length - 1);
        bytes memory length = abi.encodeWithSelector(BeaconUpdate.BeaconUpdateLength.selector, b.length, b.length - 1);
        vm.expectRevert(length);
        client.submitMisbehaviour(a.flipped(400), short);
        vm.warp(_expiry() + 1);
        vm.expectRevert(length);
        client.submitMisbehaviour(a.flipped(400), short);
        vm.expectRevert(abi.encodeWithSelector(ILightClient.ClientExpired.selector, _expiry(), _expiry() + 1));
        client.submitMisbehaviour(a.withNumber(0, 0), b);
        vm.warp(_expiry());
        vm.expectRevert(abi.encodeWithSelector(BeaconVerifier.BeaconAbsentIndex.selector, 0));
        client.submitMisbehaviour(a.withIndex(0, 600), b.withIndex(1, 600));
        vm.expectRevert(abi.encodeWithSelector(BeaconVerifier.BeaconAbsentIndex.selector, 1));
        client.submitMisbehaviour(a, b.withIndex(1, 600));
    }

    function test_BCN_15_rejectsUnverifiedEvidence() public {
        _warpTo("fork_left");
        bytes memory a = _update("fork_left");
        bytes memory b = _update("fork_right");
        bytes memory forged = b.replaced(BeaconBytes.SIGNATURE, 192, a.slice(BeaconBytes.SIGNATURE, 192));
        vm.expectRevert(BLS12381.BlsInvalidSignature.selector);
        client.submitMisbehaviour(a, forged);
        vm.expectRevert(BLS12381.BlsInvalidSignature.selector);
        client.submitMisbehaviour(forged, a);
        // Another header at the same slot that nobody signed: the finalized proposer is another one.
        vm.expectRevert(BLS12381.BlsInvalidSignature.selector);
        client.submitMisbehaviour(a, a.flipped(39));
        assertEq(client.trusted().frozenAt, 0);
    }

    // ── BCN-16: configuration ───────────────────────────────────────────────────────────────────────────────────

    function test_BCN_16_acceptsBoundsOfConfig() public {
        (IBeaconLightClient.Bootstrap memory bootstrap, bytes32 root) = _bootstrap("fulu");
        IBeaconLightClient.Config memory config = _mainnet();
        for (uint64 i = 0; i < 5; ++i) {
            config.forks[i].epoch = i;
        }
        uint64[3] memory sizes = [uint64(2), 64, 512];
        uint64[3] memory roots = [uint64(2), 64, 1 << 32];
        for (uint256 i = 0; i < 3; ++i) {
            (config.committeeSize, config.slotsPerHistoricalRoot) = (sizes[i], roots[i]);
            client = new BeaconLightClient(config, bootstrap, root, address(access));
            assertEq(abi.encode(client.config()), abi.encode(config));
        }
    }

    function test_BCN_16_rejectsImpossibleConfig() public {
        for (uint256 i = 0; i < 16; ++i) {
            IBeaconLightClient.Config memory config = _mainnet();
            if (i == 0) config.forks = new IBeaconLightClient.Fork[](0);
            if (i == 1) config.forks[1].epoch = config.forks[0].epoch;
            if (i == 2) config.forks[4].epoch = config.forks[3].epoch - 1;
            if (i == 3) config.secondsPerSlot = 0;
            if (i == 4) config.slotsPerEpoch = 0;
            if (i == 5) config.epochsPerPeriod = 0;
            if (i == 6) config.trustingPeriod = 0;
            if (i == 7) config.genesisValidatorsRoot = 0;
            if (i == 8) config.committeeSize = 0;
            if (i == 9) config.committeeSize = 1;
            if (i == 10) config.committeeSize = 511;
            if (i == 11) config.committeeSize = 1024;
            if (i == 12) config.slotsPerHistoricalRoot = 0;
            if (i == 13) config.slotsPerHistoricalRoot = 1;
            if (i == 14) config.slotsPerHistoricalRoot = 8191;
            if (i == 15) config.slotsPerHistoricalRoot = 1 << 33;
            // Before the bootstrap: its root would be refused too.
            (IBeaconLightClient.Bootstrap memory bootstrap,) = _bootstrap("fulu");
            vm.expectRevert(BeaconVerifier.BeaconConfig.selector);
            new BeaconLightClient(config, bootstrap, 0, address(access));
        }
    }

    // ── Helpers ─────────────────────────────────────────────────────────────────────────────────────────────────

    function _freeze() private returns (uint64 at) {
        _warpTo("fork_left");
        client.submitMisbehaviour(_update("fork_left"), _update("fork_right"));
        return uint64(block.timestamp);
    }

    function _expiry() private view returns (uint64) {
        return _mainnet().genesisTime + 12 * START + _mainnet().trustingPeriod;
    }

    function _rejectsBootstrap(IBeaconLightClient.Bootstrap memory bootstrap, bytes32 root, bytes memory error_)
        private
    {
        vm.expectRevert(error_);
        new BeaconLightClient(_mainnet(), bootstrap, root, address(access));
    }

    function _flipped(bytes32 word) private pure returns (bytes32) {
        return word ^ bytes32(uint256(1));
    }

    /// @dev Cut at the end, or lengthened by zeros.
    function _resized(bytes32[] memory from, uint256 length) private pure returns (bytes32[] memory to) {
        to = new bytes32[](length);
        for (uint256 i = 0; i < length && i < from.length; ++i) {
            to[i] = from[i];
        }
    }

    function _headerRoot(IBeaconLightClient.BeaconHeader memory h) private pure returns (bytes32) {
        return BeaconBytes.headerRoot([h.slot, h.proposerIndex], [h.parentRoot, h.stateRoot, h.bodyRoot]);
    }

    function _assertTrusted(bytes memory u, uint64 head, bytes32 current, bytes32 next) private view {
        IBeaconLightClient.Trusted memory t = client.trusted();
        assertEq(t.finalizedSlot, u.finalizedSlot());
        assertEq(t.latestHead, head);
        assertEq(t.currentCommitteeRoot, current);
        assertEq(t.nextCommitteeRoot, next);
        assertEq(client.headHash(head), u.blockHash());
    }
}
