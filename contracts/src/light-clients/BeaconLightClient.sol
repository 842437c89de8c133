// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IBeaconLightClient} from "../interfaces/IBeaconLightClient.sol";
import {ILightClient} from "../interfaces/ILightClient.sol";
import {BeaconChain} from "./BeaconChain.sol";
import {BeaconVerifier} from "./BeaconVerifier.sol";
import {LightClient} from "./LightClient.sol";

/// @title Light client of a beacon chain: the trusted state and its transitions
/// @notice What an update must prove is in `BeaconVerifier`; here is what it changes, and BCN-15 and BCN-17. There is no owner, no
/// upgrade and no way to put a state in by hand: what is trusted follows from the deployer's bootstrap and from updates.
contract BeaconLightClient is IBeaconLightClient, LightClient {
    /// @notice Thrown when an update that only brings the next committee finalizes another header at the trusted slot (BCN-15).
    error BeaconConflictingFinality(uint64 slot);

    /// @notice Thrown when two updates do not finalize different headers at one slot (BCN-17).
    error BeaconNotMisbehaviour();

    /// @inheritdoc ILightClient
    // forge-lint: disable-next-line(screaming-snake-case-immutable) the interface names its getter
    uint256 public immutable chainId;

    uint64 private immutable _GENESIS_TIME;
    bytes32 private immutable _GENESIS_VALIDATORS_ROOT;
    uint64 private immutable _SECONDS_PER_SLOT;
    uint64 private immutable _SLOTS_PER_EPOCH;
    uint64 private immutable _EPOCHS_PER_PERIOD;
    uint64 private immutable _TRUSTING_PERIOD;
    uint256 private immutable _FORK_COUNT;

    // The last fork row, which is in the store with the others, once more in the code.
    uint64 private immutable _NEWEST_EPOCH;
    bytes4 private immutable _NEWEST_VERSION;
    IndexSet private immutable _NEWEST_INDEX_SET;

    /// @dev Shares a slot with the shell's head id and freeze time.
    uint64 private _finalizedSlot;
    bytes32 private _finalizedRoot;
    BeaconVerifier.Store private _store;

    /// @notice Deploys an active client with the bootstrap's execution block as head 1 (BCN-18, BCN-16, CLI-2, in this order).
    /// @param trustedRoot Root of a finalized header that the deployer trusts, from a source other than the bootstrap's.
    constructor(Config memory config_, Bootstrap memory bootstrap, bytes32 trustedRoot) {
        BeaconVerifier.verifyConfig(config_);
        chainId = config_.chainId;
        _GENESIS_TIME = config_.genesisTime;
        _GENESIS_VALIDATORS_ROOT = config_.genesisValidatorsRoot;
        _SECONDS_PER_SLOT = config_.secondsPerSlot;
        _SLOTS_PER_EPOCH = config_.slotsPerEpoch;
        _EPOCHS_PER_PERIOD = config_.epochsPerPeriod;
        _TRUSTING_PERIOD = config_.trustingPeriod;
        _FORK_COUNT = config_.forks.length;
        for (uint256 i = 0; i < config_.forks.length; ++i) {
            _store.forks[i] = config_.forks[i];
        }
        Fork memory newest = config_.forks[config_.forks.length - 1];
        (_NEWEST_EPOCH, _NEWEST_VERSION, _NEWEST_INDEX_SET) = (newest.epoch, newest.version, newest.indexSet);

        BeaconVerifier.verifyBootstrap(_context(false), _store, bootstrap, trustedRoot);
        _finalizedSlot = bootstrap.header.slot;
        _finalizedRoot = trustedRoot;
        _store.currentCommitteeRoot = bootstrap.currentCommitteeRoot;
        _requireActive();
        _addHead(bootstrap.executionBlockHash);
    }

    /// @inheritdoc IBeaconLightClient
    function update(Update calldata update_) external returns (uint64 headId) {
        BeaconVerifier.Context memory context = _context(false);
        bytes32 finalizedRoot = _verify(context, update_);
        _learnCommittees(context, update_);
        if (update_.finalized.slot <= context.trustedSlot) return latestHead();
        _finalizedSlot = update_.finalized.slot;
        _finalizedRoot = finalizedRoot;
        return _addHead(update_.executionBlockHash);
    }

    /// @inheritdoc IBeaconLightClient
    function verifyUpdate(Update calldata update_) external view returns (bytes32 finalizedRoot) {
        return _verify(_context(false), update_);
    }

    /// @inheritdoc IBeaconLightClient
    function submitMisbehaviour(Update calldata a, Update calldata b) external {
        uint64 slot = a.finalized.slot;
        bytes32 rootA = BeaconChain.headerRoot(a.finalized);
        bytes32 rootB = BeaconChain.headerRoot(b.finalized);
        if (slot != b.finalized.slot || rootA == rootB) revert BeaconNotMisbehaviour();
        _requireActive();
        BeaconVerifier.Context memory context = _context(true);
        BeaconVerifier.verifyUpdate(context, _store, a);
        BeaconVerifier.verifyUpdate(context, _store, b);
        _freeze();
        emit Frozen(slot, rootA, rootB);
    }

    /// @inheritdoc IBeaconLightClient
    function trusted() public view returns (Trusted memory) {
        return Trusted({
            finalizedSlot: _finalizedSlot,
            finalizedRoot: _finalizedRoot,
            currentCommitteeRoot: _store.currentCommitteeRoot,
            nextCommitteeRoot: _store.nextCommitteeRoot,
            latestHead: latestHead(),
            frozenAt: _frozen()
        });
    }

    /// @inheritdoc IBeaconLightClient
    function config() external view returns (Config memory) {
        Fork[] memory forks = new Fork[](_FORK_COUNT);
        for (uint256 i = 0; i < forks.length; ++i) {
            forks[i] = _store.forks[i];
        }
        return Config({
            chainId: chainId,
            genesisTime: _GENESIS_TIME,
            genesisValidatorsRoot: _GENESIS_VALIDATORS_ROOT,
            secondsPerSlot: _SECONDS_PER_SLOT,
            slotsPerEpoch: _SLOTS_PER_EPOCH,
            epochsPerPeriod: _EPOCHS_PER_PERIOD,
            trustingPeriod: _TRUSTING_PERIOD,
            forks: forks
        });
    }

    /// @dev CLI-1, CLI-2, BCN-1 to BCN-15.
    function _verify(BeaconVerifier.Context memory context, Update calldata update_)
        private
        view
        returns (bytes32 finalizedRoot)
    {
        _requireActive();
        finalizedRoot = BeaconVerifier.verifyUpdate(context, _store, update_);
        if (update_.finalized.slot == context.trustedSlot && finalizedRoot != _finalizedRoot) {
            revert BeaconConflictingFinality(context.trustedSlot);
        }
    }

    /// @dev A finalized header one period on makes the next committee the current one. Otherwise a missing next committee is learned.
    /// Zero means unknown: after a rotation without a next committee another update of that period has to bring it.
    function _learnCommittees(BeaconVerifier.Context memory context, Update calldata update_) private {
        uint64 finalizedPeriod = BeaconChain.periodOf(context.clock, update_.finalized.slot);
        if (finalizedPeriod > BeaconChain.periodOf(context.clock, context.trustedSlot)) {
            // By one: a signature beyond the next period has been refused (BCN-5).
            bytes32 current = _store.nextCommitteeRoot;
            _store.currentCommitteeRoot = current;
            _store.nextCommitteeRoot = update_.nextCommitteeRoot;
            emit CommitteeRotated(finalizedPeriod, current);
        } else if (update_.nextCommitteeRoot != 0 && _store.nextCommitteeRoot == 0) {
            _store.nextCommitteeRoot = update_.nextCommitteeRoot;
        }
    }

    function _context(bool isEvidence) private view returns (BeaconVerifier.Context memory) {
        return BeaconVerifier.Context({
            clock: BeaconChain.Clock({
                genesisTime: _GENESIS_TIME,
                secondsPerSlot: _SECONDS_PER_SLOT,
                slotsPerEpoch: _SLOTS_PER_EPOCH,
                epochsPerPeriod: _EPOCHS_PER_PERIOD
            }),
            genesisValidatorsRoot: _GENESIS_VALIDATORS_ROOT,
            forkCount: _FORK_COUNT,
            newestFork: Fork({epoch: _NEWEST_EPOCH, version: _NEWEST_VERSION, indexSet: _NEWEST_INDEX_SET}),
            trustedSlot: _finalizedSlot,
            now_: uint64(block.timestamp),
            isEvidence: isEvidence
        });
    }

    /// @dev Saturates: no time overflows into an early expiry.
    function _expiry() internal view override returns (uint64) {
        uint256 expiry = uint256(_GENESIS_TIME) + uint256(_finalizedSlot) * _SECONDS_PER_SLOT + _TRUSTING_PERIOD;
        if (expiry > type(uint64).max) return type(uint64).max;
        // forge-lint: disable-next-line(unsafe-typecast) compared the line before
        return uint64(expiry);
    }
}
