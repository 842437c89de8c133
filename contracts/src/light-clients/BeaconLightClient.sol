// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IBeaconLightClient} from "../interfaces/IBeaconLightClient.sol";
import {ILightClient} from "../interfaces/ILightClient.sol";
import {BeaconAncestry} from "./BeaconAncestry.sol";
import {BeaconChain} from "./BeaconChain.sol";
import {BeaconPair} from "./BeaconPair.sol";
import {BeaconUpdate} from "./BeaconUpdate.sol";
import {BeaconVerifier} from "./BeaconVerifier.sol";
import {LightClient} from "./LightClient.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

/// @title Light client of a beacon chain: the trusted state and its transitions
/// @notice What an update must prove is in `BeaconVerifier`; here is what it changes, and BCN-15 and BCN-17. There is no owner, no
/// upgrade and no way to put a state in by hand: what is trusted follows from the deployer's bootstrap and from updates. The one
/// thing that is decided by a role, with a delay, is which fork rows are appended.
contract BeaconLightClient is IBeaconLightClient, LightClient, AccessManaged {
    using BeaconUpdate for BeaconUpdate.View;

    /// @notice Thrown when two updates do not finalize different headers at one slot (BCN-15).
    error BeaconNotMisbehaviour();

    /// @notice Thrown when an appended fork row is not above the last row and the trusted slot (BCN-17).
    error BeaconForkOrder(uint64 epoch, uint64 last);

    /// @inheritdoc ILightClient
    // forge-lint: disable-next-line(screaming-snake-case-immutable) the interface names its getter
    uint256 public immutable chainId;

    uint64 private immutable _GENESIS_TIME;
    bytes32 private immutable _GENESIS_VALIDATORS_ROOT;
    uint64 private immutable _SECONDS_PER_SLOT;
    uint64 private immutable _SLOTS_PER_EPOCH;
    uint64 private immutable _EPOCHS_PER_PERIOD;
    uint64 private immutable _COMMITTEE_SIZE;
    uint64 private immutable _SLOTS_PER_HISTORICAL_ROOT;
    uint64 private immutable _TRUSTING_PERIOD;

    // The last fork row of the deployment, which is in the store with the others, once more in the code.
    uint64 private immutable _NEWEST_EPOCH;
    IndexSet private immutable _NEWEST_INDEX_SET;
    bytes32 private immutable _NEWEST_DOMAIN;

    BeaconVerifier.Store private _beacon;

    /// @notice Deploys an active client with the bootstrap's execution block as head 1, if it has one (BCN-16, BCN-14).
    /// @param trustedRoot Root of a finalized header that the deployer trusts, from a source other than the bootstrap's.
    /// @param authority AccessManager that says who may append fork rows, and how long before.
    constructor(Config memory config_, Bootstrap memory bootstrap, bytes32 trustedRoot, address authority)
        AccessManaged(authority)
    {
        BeaconVerifier.verifyConfig(config_);
        chainId = config_.chainId;
        _GENESIS_TIME = config_.genesisTime;
        _GENESIS_VALIDATORS_ROOT = config_.genesisValidatorsRoot;
        _SECONDS_PER_SLOT = config_.secondsPerSlot;
        _SLOTS_PER_EPOCH = config_.slotsPerEpoch;
        _EPOCHS_PER_PERIOD = config_.epochsPerPeriod;
        _COMMITTEE_SIZE = config_.committeeSize;
        _SLOTS_PER_HISTORICAL_ROOT = config_.slotsPerHistoricalRoot;
        _TRUSTING_PERIOD = config_.trustingPeriod;
        for (uint256 i = 0; i < config_.forks.length; ++i) {
            _beacon.forks[i] = config_.forks[i];
        }
        _beacon.forkCount = config_.forks.length;
        Fork memory newest = config_.forks[config_.forks.length - 1];
        (_NEWEST_EPOCH, _NEWEST_INDEX_SET) = (newest.epoch, newest.indexSet);
        _NEWEST_DOMAIN = BeaconChain.domain(newest.version, config_.genesisValidatorsRoot);

        _bootstrap(bootstrap, trustedRoot);
    }

    /// @inheritdoc IBeaconLightClient
    function update(bytes calldata encoded) external returns (uint64 headId) {
        BeaconUpdate.View memory u = BeaconUpdate.decode(encoded);
        Status memory status = _activeStatus();
        BeaconVerifier.Context memory context = _context(status);
        BeaconVerifier.Verified memory v = BeaconVerifier.verifyUpdate(context, _beacon, u);
        _learnCommittees(context, u, v.committeeRoot);
        if (u.finalizedSlot > context.trustedSlot) {
            status.height = u.finalizedSlot;
            if (v.finalizedSet != IndexSet.Altair) _addHead(status, BeaconPair.executionBlockHash(u.pair));
            _store(status);
        }
        return status.latestHead;
    }

    /// @inheritdoc IBeaconLightClient
    function submitMisbehaviour(bytes calldata a, bytes calldata b) external {
        BeaconUpdate.View memory left = BeaconUpdate.decode(a);
        BeaconUpdate.View memory right = BeaconUpdate.decode(b);
        BeaconVerifier.Context memory context = _context(_activeStatus());
        context.isEvidence = true;
        bytes32 leftRoot = BeaconVerifier.verifyUpdate(context, _beacon, left).finalizedRoot;
        bytes32 rightRoot = BeaconVerifier.verifyUpdate(context, _beacon, right).finalizedRoot;
        if (left.finalizedSlot != right.finalizedSlot || leftRoot == rightRoot) revert BeaconNotMisbehaviour();
        _freeze();
        emit Frozen(left.finalizedSlot, leftRoot, rightRoot);
    }

    /// @inheritdoc IBeaconLightClient
    function appendFork(Fork calldata row) external restricted {
        Status memory status = _anyStatus();
        uint256 count = _beacon.forkCount;
        uint64 last = _beacon.forks[count - 1].epoch;
        uint64 trustedEpoch = status.height / _SLOTS_PER_EPOCH;
        if (trustedEpoch > last) last = trustedEpoch;
        if (row.epoch <= last) revert BeaconForkOrder(row.epoch, last);
        _beacon.forks[count] = row;
        _beacon.forkCount = count + 1;
        if (row.epoch < status.reserved) {
            status.reserved = row.epoch;
            _store(status);
        }
        emit ForkAppended(row.epoch, row.version, row.indexSet);
    }

    /// @inheritdoc IBeaconLightClient
    function verifyUpdate(bytes calldata encoded) external view returns (bytes32 finalizedRoot) {
        BeaconUpdate.View memory u = BeaconUpdate.decode(encoded);
        return BeaconVerifier.verifyUpdate(_context(_activeStatus()), _beacon, u).finalizedRoot;
    }

    /// @inheritdoc IBeaconLightClient
    function trusted() external view returns (Trusted memory) {
        Status memory status = _anyStatus();
        uint64 period = BeaconChain.periodOf(_clock(), status.height);
        return Trusted({
            finalizedSlot: status.height,
            currentCommitteeRoot: _beacon.committeeRoots[period & 1],
            nextCommitteeRoot: BeaconVerifier.nextCommitteeRoot(_beacon, period),
            latestHead: status.latestHead,
            frozenAt: status.frozenAt
        });
    }

    /// @inheritdoc IBeaconLightClient
    function config() external view returns (Config memory) {
        Fork[] memory forks = new Fork[](_beacon.forkCount);
        for (uint256 i = 0; i < forks.length; ++i) {
            forks[i] = _beacon.forks[i];
        }
        return Config({
            chainId: chainId,
            genesisTime: _GENESIS_TIME,
            genesisValidatorsRoot: _GENESIS_VALIDATORS_ROOT,
            secondsPerSlot: _SECONDS_PER_SLOT,
            slotsPerEpoch: _SLOTS_PER_EPOCH,
            epochsPerPeriod: _EPOCHS_PER_PERIOD,
            committeeSize: _COMMITTEE_SIZE,
            slotsPerHistoricalRoot: _SLOTS_PER_HISTORICAL_ROOT,
            trustingPeriod: _TRUSTING_PERIOD,
            forks: forks
        });
    }

    /// @dev BCN-14.
    function _bootstrap(Bootstrap memory bootstrap, bytes32 trustedRoot) private {
        BeaconChain.Clock memory clock = _clock();
        uint64 slot = bootstrap.header.slot;
        IndexSet indexSet = BeaconVerifier.verifyBootstrap(clock, _beacon, bootstrap, trustedRoot);
        uint64 period = BeaconChain.periodOf(clock, slot);
        _beacon.committeeRoots[period & 1] = bootstrap.currentCommitteeRoot;
        _beacon.committeeRoots[(period & 1) ^ 1] = BeaconVerifier.UNKNOWN;
        _store(Status({latestHead: 0, frozenAt: 0, height: slot, reserved: type(uint64).max}));
        emit Bootstrapped(slot, trustedRoot);

        Status memory status = _activeStatus();
        if (indexSet == IndexSet.Altair) return;
        _addHead(status, bootstrap.executionBlockHash);
        _store(status);
    }

    /// @dev A finalized header one period on makes the next committee the current one. Otherwise a missing next committee is learned.
    /// After a rotation without a next committee another update of that period has to bring it.
    function _learnCommittees(
        BeaconVerifier.Context memory context,
        BeaconUpdate.View memory u,
        bytes32 signingCommitteeRoot
    ) private {
        bytes32 next = u.nextCommitteeRoot();
        uint64 trustedPeriod = BeaconChain.periodOf(context.clock, context.trustedSlot);
        uint64 finalizedPeriod = BeaconChain.periodOf(context.clock, u.finalizedSlot);
        if (finalizedPeriod > trustedPeriod) {
            // By one: a signature beyond the next period has been refused (BCN-5). The signer is the committee that becomes current, in the
            // place that is now that of the current one; the next one is written over the one that retires.
            _beacon.committeeRoots[trustedPeriod & 1] = next == 0 ? BeaconVerifier.UNKNOWN : next;
            emit CommitteeRotated(finalizedPeriod, signingCommitteeRoot);
        } else if (next != 0 && BeaconVerifier.nextCommitteeRoot(_beacon, trustedPeriod) == 0) {
            _beacon.committeeRoots[(trustedPeriod & 1) ^ 1] = next;
        }
    }

    function _context(Status memory status) private view returns (BeaconVerifier.Context memory context) {
        context.clock = _clock();
        context.committeeSize = _COMMITTEE_SIZE;
        context.genesisValidatorsRoot = _GENESIS_VALIDATORS_ROOT;
        context.newest =
            BeaconVerifier.Rules({epoch: _NEWEST_EPOCH, indexSet: _NEWEST_INDEX_SET, domain: _NEWEST_DOMAIN});
        context.appendedFrom = status.reserved;
        context.trustedSlot = status.height;
        context.now_ = uint64(block.timestamp);
    }

    function _clock() private view returns (BeaconChain.Clock memory) {
        return BeaconChain.Clock({
            genesisTime: _GENESIS_TIME,
            secondsPerSlot: _SECONDS_PER_SLOT,
            slotsPerEpoch: _SLOTS_PER_EPOCH,
            slotsPerPeriod: uint256(_SLOTS_PER_EPOCH) * _EPOCHS_PER_PERIOD
        });
    }

    /// @dev ANC-3.
    function _ancestorHash(Status memory status, bytes32 head, uint256 kind, bytes calldata proof)
        internal
        view
        override
        returns (bytes32 blockHash)
    {
        if (kind != BeaconAncestry.KIND) return super._ancestorHash(status, head, kind, proof);
        return BeaconAncestry.ancestor(_context(status), _beacon, _SLOTS_PER_HISTORICAL_ROOT, head, proof);
    }

    /// @dev Saturates: no time overflows into an early expiry.
    function _expiry(uint64 height) internal view override returns (uint64) {
        uint256 expiry = uint256(_GENESIS_TIME) + uint256(height) * _SECONDS_PER_SLOT + _TRUSTING_PERIOD;
        if (expiry > type(uint64).max) return type(uint64).max;
        // forge-lint: disable-next-line(unsafe-typecast) compared the line before
        return uint64(expiry);
    }
}
