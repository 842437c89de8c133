// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IBeaconLightClient} from "../../src/interfaces/IBeaconLightClient.sol";
import {BLS12381} from "../../src/libraries/BLS12381.sol";
import {SSZ} from "../../src/libraries/SSZ.sol";
import {BeaconLightClient} from "../../src/light-clients/BeaconLightClient.sol";
import {BeaconVerifier} from "../../src/light-clients/BeaconVerifier.sol";
import {BeaconHarness} from "../harness/BeaconHarness.sol";
import {BeaconBytes} from "./BeaconBytes.sol";
import {BeaconFixture} from "./BeaconFixture.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";

/// @notice BCN-6 and BCN-17: versions and indices on both sides of a fork, in both presets, and rows appended with a delay.
contract BeaconForksTest is BeaconFixture {
    using BeaconBytes for bytes;

    uint64 private constant FORK_ROLE = 7;
    uint32 private constant DELAY = 3 days;

    BeaconLightClient private client;
    address private immutable HOLDER = makeAddr("holder");

    // ── BCN-6: rows ─────────────────────────────────────────────────────────────────────────────────────────────

    function test_BCN_6_rejectsUnknownForksInOrder() public {
        BeaconHarness harness = new BeaconHarness();
        client = _deployFor("absent_5");
        bytes memory u = _update("absent_5");
        IBeaconLightClient.Trusted memory trusted = client.trusted();
        uint64[3] memory slots = [u.finalizedSlot() + 199, u.finalizedSlot() + 100, u.finalizedSlot()];
        u = u.withNumber(8, slots[1]).withNumber(0, slots[0] + 1);
        uint64 time = 1_600_000_000 + 12 * (slots[0] + 1);
        for (uint256 i = 0; i < 3; ++i) {
            IBeaconLightClient.Config memory config = _oneFork(slots[i] / 32 + 1);
            vm.expectRevert(abi.encodeWithSelector(BeaconVerifier.BeaconUnknownFork.selector, slots[i] / 32));
            harness.verifyUpdate(config, trusted, u, time, false);
        }
        // With a row for all three only the signature, made for other slots, is wrong.
        IBeaconLightClient.Config memory last = _oneFork(slots[2] / 32);
        vm.expectRevert(BLS12381.BlsInvalidSignature.selector);
        harness.verifyUpdate(last, trusted, u, time, false);
    }

    function test_BCN_6_acceptsOldVersionInFirstSlotOfFork() public {
        string[2] memory names = ["version_first_slot", "gloas_first_slot"];
        uint64[2] memory epochs = [uint64(3200), 3900];
        for (uint256 i = 0; i < 2; ++i) {
            client = _deployFor(names[i]);
            assertEq(_update(names[i]).signatureSlot(), epochs[i] * 32);
            client.update(_update(names[i]));
        }
    }

    function test_BCN_6_rejectsOtherVersionAtFork() public {
        string[3] memory names = ["version_first_slot_new", "version_second_slot_old", "gloas_other_version"];
        for (uint256 i = 0; i < 3; ++i) {
            client = _deployFor(names[i]);
            _rejects(_update(names[i]), abi.encodeWithSelector(BLS12381.BlsInvalidSignature.selector));
        }
        client = _deployFor("version_second_slot");
        client.update(_update("version_second_slot"));
    }

    /// @dev Branches of the state are as long as the attested slot says, those of the body as the finalized slot says.
    function test_BCN_6_acceptsIndicesOfEverySet() public {
        _acceptsBranches("indices_altair", 6, 0, 5);
        _acceptsBranches("indices_altair_capella", 6, 0, 0);
        _acceptsBranches("indices_capella", 6, 8, 5);
        _acceptsBranches("indices_capella_deneb", 6, 8, 0);
        _acceptsBranches("indices_deneb", 6, 9, 5);
        _acceptsBranches("indices_deneb_electra", 7, 9, 0);
        _acceptsBranches("absent_0", 7, 9, 0);
        _acceptsBranches("indices_fulu_gloas", 9, 9, 0);
        _acceptsBranches("indices_gloas", 9, 11, 11);
    }

    function test_BCN_6_acceptsSmallCommittees() public {
        _acceptsBranches("minimal_altair", 6, 0, 5);
        _acceptsBranches("minimal_rotation", 6, 8, 5);
        _acceptsBranches("minimal_capella", 6, 8, 5);
        _acceptsBranches("minimal_deneb", 7, 9, 6);
        _acceptsBranches("minimal_electra", 7, 9, 0);
        _acceptsBranches("minimal_gloas", 9, 11, 11);
    }

    function test_BCN_6_rejectsIndicesOfOtherFork() public {
        client = _deployFor("indices_deneb");
        bytes memory u = _update("indices_deneb");
        _rejects(
            u.withNodeMore(BeaconBytes.FINALITY_NODES, BeaconBytes.BRANCHES),
            abi.encodeWithSelector(SSZ.SszBranchLength.selector, 6, 7)
        );
        client = _deployFor("indices_deneb_electra");
        u = _update("indices_deneb_electra");
        _rejects(
            u.withNodeLess(BeaconBytes.FINALITY_NODES, BeaconBytes.BRANCHES),
            abi.encodeWithSelector(SSZ.SszBranchLength.selector, 7, 6)
        );
        client = _deployFor("indices_capella");
        u = _update("indices_capella");
        _rejects(
            u.withNodeMore(BeaconBytes.EXECUTION_NODES, u.execution()),
            abi.encodeWithSelector(SSZ.SszBranchLength.selector, 8, 9)
        );
        client = _deployFor("gloas_fulu_indices");
        _rejects(_update("gloas_fulu_indices"), abi.encodeWithSelector(SSZ.SszBranchLength.selector, 9, 7));
    }

    /// @dev The block that a bid is for may never become part of the chain.
    function test_BCN_8_rejectsBlockOfTheBid() public {
        client = _deployFor("gloas_bid");
        _rejects(_update("gloas_bid"), abi.encodeWithSelector(SSZ.SszBranchLength.selector, 11, 14));
    }

    /// @dev No execution block, no head: the slot becomes trusted all the same.
    function test_BCN_6_acceptsAltairWithoutHead() public {
        client = _deployFor("indices_altair");
        bytes memory u = _update("indices_altair");
        vm.recordLogs();
        assertEq(client.update(u), 0);
        assertEq(vm.getRecordedLogs().length, 0);
        assertEq(client.trusted().finalizedSlot, u.finalizedSlot());
        assertEq(client.latestHead(), 0);
    }

    function test_BCN_6_rejectsExecutionBranchInAltair() public {
        client = _deployFor("indices_altair");
        bytes memory u = _update("indices_altair");
        _rejects(
            u.withNodeMore(BeaconBytes.EXECUTION_NODES, u.execution()),
            abi.encodeWithSelector(SSZ.SszBranchLength.selector, 0, 1)
        );
    }

    // ── BCN-17: rows appended ───────────────────────────────────────────────────────────────────────────────────

    /// @dev Until the row is there an update of the new fork is refused; late is not too late.
    function test_BCN_17_acceptsLateRow() public {
        IBeaconLightClient.Fork memory row = _laterForks()[0];
        client = _deploy("late");
        _warpTo("indices_gloas");
        bytes memory u = _update("indices_gloas");
        _rejects(u, abi.encodeWithSelector(SSZ.SszBranchLength.selector, 9, 11));
        vm.expectEmit(address(client));
        emit IBeaconLightClient.ForkAppended(row.epoch, row.version, row.indexSet);
        client.appendFork(row);
        assertEq(client.update(u), 2);
        assertEq(client.headHash(2), u.blockHash());
        assertEq(client.config().forks.length, 6);
        assertEq(abi.encode(client.config().forks[5]), abi.encode(row));
    }

    /// @dev A row for later changes nothing before its epoch.
    function test_BCN_17_acceptsUpdatesBeforeAppendedRow() public {
        client = _deployFor("absent_5");
        client.appendFork(_laterForks()[0]);
        client.appendFork(_laterForks()[1]);
        client.update(_update("absent_5"));
        client = _deployFor("indices_fulu_gloas");
        client.appendFork(_laterForks()[1]);
        client.update(_update("indices_fulu_gloas"));
        _warpTo("indices_gloas");
        client.update(_update("indices_gloas"));
    }

    function test_BCN_17_rejectsRowInThePast() public {
        client = _deployFor("absent_5");
        bytes4 error_ = BeaconLightClient.BeaconForkOrder.selector;
        // The trusted epoch is above the last row.
        uint64 trustedEpoch = START / 32;
        uint64[4] memory epochs = [uint64(0), 3200, trustedEpoch - 1, trustedEpoch];
        for (uint256 i = 0; i < 4; ++i) {
            vm.expectRevert(abi.encodeWithSelector(error_, epochs[i], trustedEpoch));
            client.appendFork(_row(epochs[i]));
        }
        client.appendFork(_row(trustedEpoch + 1));
        // Now the last row is above the trusted epoch.
        for (uint64 epoch = trustedEpoch; epoch < trustedEpoch + 2; ++epoch) {
            vm.expectRevert(abi.encodeWithSelector(error_, epoch, trustedEpoch + 1));
            client.appendFork(_row(epoch));
        }
        client.appendFork(_row(type(uint64).max));
        vm.expectRevert(abi.encodeWithSelector(error_, type(uint64).max, type(uint64).max));
        client.appendFork(_row(type(uint64).max));
        assertEq(client.config().forks.length, 7);
    }

    /// @dev A wrong row stops the client from its epoch on, and forges nothing.
    function test_BCN_17_rejectsHonestUpdateUnderWrongVersion() public {
        client = _deploy("late");
        IBeaconLightClient.Fork memory row = _laterForks()[0];
        row.version = 0xdeadbeef;
        client.appendFork(row);
        _warpTo("indices_gloas");
        _rejects(_update("indices_gloas"), abi.encodeWithSelector(BLS12381.BlsInvalidSignature.selector));
    }

    function test_BCN_17_rejectsUnauthorisedCaller() public {
        client = _deployFor("absent_5");
        address stranger = makeAddr("stranger");
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        client.appendFork(_row(5000));
    }

    /// @dev Under a role with a delay a row is announced first; before its time it is refused.
    function test_BCN_17_acceptsRowAfterDelayAndRejectsBefore() public {
        client = _deploy("late");
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = client.appendFork.selector;
        access.setTargetFunctionRole(address(client), selectors, FORK_ROLE);
        access.grantRole(FORK_ROLE, HOLDER, DELAY);

        IBeaconLightClient.Fork memory row = _laterForks()[0];
        bytes memory call = abi.encodeCall(client.appendFork, (row));
        bytes32 operation = access.hashOperation(HOLDER, address(client), call);
        vm.prank(HOLDER);
        vm.expectRevert(abi.encodeWithSelector(IAccessManager.AccessManagerNotScheduled.selector, operation));
        client.appendFork(row);
        vm.prank(HOLDER);
        access.schedule(address(client), call, 0);
        vm.warp(block.timestamp + DELAY - 1);
        vm.prank(HOLDER);
        vm.expectRevert(abi.encodeWithSelector(IAccessManager.AccessManagerNotReady.selector, operation));
        client.appendFork(row);
        vm.warp(block.timestamp + 1);
        vm.prank(HOLDER);
        client.appendFork(row);
        assertEq(client.config().forks.length, 6);
        _warpTo("indices_gloas");
        client.update(_update("indices_gloas"));
    }

    // ── Helpers ─────────────────────────────────────────────────────────────────────────────────────────────────

    function _acceptsBranches(string memory name, uint256 finality, uint256 execution, uint256 nextCommittee) private {
        client = _deployFor(name);
        bytes memory u = _update(name);
        assertEq(uint8(u[BeaconBytes.FINALITY_NODES]), finality, name);
        assertEq(uint8(u[BeaconBytes.EXECUTION_NODES]), execution, name);
        assertEq(uint8(u[BeaconBytes.COMMITTEE_NODES]), nextCommittee, name);
        uint64 head = client.update(u);
        assertEq(client.trusted().finalizedSlot, u.finalizedSlot(), name);
        if (execution != 0) assertEq(client.headHash(head), u.blockHash(), name);
    }

    function _rejects(bytes memory u, bytes memory error_) private {
        vm.expectRevert(error_);
        client.update(u);
    }

    function _row(uint64 epoch) private pure returns (IBeaconLightClient.Fork memory) {
        return IBeaconLightClient.Fork(epoch, 0x09000000, IBeaconLightClient.IndexSet.Gloas);
    }

    function _oneFork(uint64 epoch) private view returns (IBeaconLightClient.Config memory config) {
        config = _mainnet();
        config.forks = new IBeaconLightClient.Fork[](1);
        config.forks[0] = IBeaconLightClient.Fork(epoch, 0x06000000, IBeaconLightClient.IndexSet.Electra);
    }
}
