// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IBeaconLightClient} from "../interfaces/IBeaconLightClient.sol";
import {Assumption, ILightClient} from "../interfaces/ILightClient.sol";
import {BeaconPair} from "../libraries/BeaconPair.sol";
import {CalldataSlice} from "../libraries/CalldataSlice.sol";
import {BeaconAncestry} from "./BeaconAncestry.sol";
import {BeaconChain} from "./BeaconChain.sol";
import {BeaconUpdate} from "./BeaconUpdate.sol";
import {BeaconVerifier} from "./BeaconVerifier.sol";
import {LightClient} from "./LightClient.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

/// @title Light client of a beacon chain: the trusted state and its transitions
/// @notice What an update must prove is in `BeaconVerifier`; here is what it changes, and BCN-15 and BCN-17. There is no owner, no
/// upgrade and no way to put a state in by hand: what is trusted follows from the deployer's bootstrap and from updates. The one
/// thing that is decided by a role, with a delay, is which fork rows are appended.
contract BeaconLightClient is IBeaconLightClient, LightClient, BeaconVerifier, AccessManaged {
    using BeaconUpdate for BeaconUpdate.View;
    using CalldataSlice for uint256;

    /// @notice Thrown when two updates do not finalize different headers at one slot (BCN-15).
    error BeaconNotMisbehaviour();

    /// @notice Thrown when an appended fork row is not above the last row and the trusted slot (BCN-17).
    error BeaconForkOrder(uint64 epoch, uint64 last);

    /// @inheritdoc ILightClient
    // forge-lint: disable-next-line(screaming-snake-case-immutable) the interface names its getter
    uint256 public immutable chainId;

    /// @dev When a state of slot 0 expires.
    uint256 private immutable _EXPIRY_AT_GENESIS;
    uint256 private immutable _SLOTS_PER_HISTORICAL_ROOT;

    /// @notice Deploys an active client with the bootstrap's execution block as head 1, if it has one (BCN-16, BCN-14).
    /// @param trustedRoot Root of a finalized header that the deployer trusts, from a source other than the bootstrap's.
    /// @param authority AccessManager that says who may append fork rows, and how long before.
    constructor(Config memory config_, Bootstrap memory bootstrap, bytes32 trustedRoot, address authority)
        BeaconVerifier(config_)
        AccessManaged(authority)
    {
        chainId = config_.chainId;
        _EXPIRY_AT_GENESIS = uint256(config_.genesisTime) + config_.trustingPeriod;
        _SLOTS_PER_HISTORICAL_ROOT = config_.slotsPerHistoricalRoot;
        _bootstrap(bootstrap, trustedRoot);
    }

    /// @inheritdoc IBeaconLightClient
    function update(bytes calldata encoded) external returns (uint64 headId) {
        BeaconUpdate.View u = BeaconUpdate.decode(encoded);
        uint256 status = _activeStatus();
        uint256 trustedSlot = _height(status);
        (, uint256 indices) = _verifyUpdate(u, trustedSlot, _reserved(status), block.timestamp, false);
        unchecked {
            uint256 finalizedSlot = BeaconUpdate.finalizedSlot(u.position().word());
            uint256 trustedPeriod = trustedSlot / _SLOTS_PER_PERIOD;
            if (finalizedSlot >= (trustedPeriod + 1) * _SLOTS_PER_PERIOD) {
                _rotate(u.nextCommitteeRoot(), trustedPeriod);
            } else if (u.nextCommitteeNodes() != 0) {
                _learn(u.nextCommitteeRoot(), trustedPeriod);
            }
            if (finalizedSlot > trustedSlot) {
                // forge-lint: disable-next-line(unsafe-typecast) 64 bits
                status = _withHeight(status, uint64(finalizedSlot));
                if (BeaconChain.hasExecution(indices)) {
                    status = _addHead(status, bytes32((u.position() + BeaconPair.BLOCK_HASH_IN_UPDATE).word()));
                }
                _setStatus(status);
            }
        }
        return _latestHead(status);
    }

    /// @inheritdoc IBeaconLightClient
    function submitMisbehaviour(bytes calldata a, bytes calldata b) external {
        BeaconUpdate.View left = BeaconUpdate.decode(a);
        BeaconUpdate.View right = BeaconUpdate.decode(b);
        uint256 status = _activeStatus();
        bytes32 leftRoot = _finalizedRoot(left, status, true);
        bytes32 rightRoot = _finalizedRoot(right, status, true);
        uint256 slot = BeaconUpdate.finalizedSlot(left.position().word());
        uint256 other = BeaconUpdate.finalizedSlot(right.position().word());
        if (slot != other || leftRoot == rightRoot) revert BeaconNotMisbehaviour();
        _freeze();
        // forge-lint: disable-next-line(unsafe-typecast) read from 64 bits
        emit Frozen(uint64(slot), leftRoot, rightRoot);
    }

    /// @inheritdoc IBeaconLightClient
    function appendFork(Fork calldata row) external restricted {
        uint256 status = _anyStatus();
        uint256 count = _forkCount;
        uint64 last = _forks[count - 1].epoch;
        // forge-lint: disable-next-line(unsafe-typecast) not above the slot
        uint64 trustedEpoch = uint64(_height(status) / _SLOTS_PER_EPOCH);
        if (trustedEpoch > last) last = trustedEpoch;
        if (row.epoch <= last) revert BeaconForkOrder(row.epoch, last);
        _forks[count] = row;
        _forkCount = count + 1;
        // Rows come in order: only the first one appended is below what is there. Beyond the largest slot it is never reached.
        uint256 slot = row.epoch * _SLOTS_PER_EPOCH;
        // forge-lint: disable-next-line(unsafe-typecast) compared
        if (slot < _reserved(status)) _setStatus(_withReserved(status, uint64(slot)));
        emit ForkAppended(row.epoch, row.version, row.indexSet);
    }

    /// @inheritdoc IBeaconLightClient
    function verifyUpdate(bytes calldata encoded) external view returns (bytes32 finalizedRoot) {
        BeaconUpdate.View u = BeaconUpdate.decode(encoded);
        return _finalizedRoot(u, _activeStatus(), false);
    }

    /// @inheritdoc IBeaconLightClient
    function trusted() external view returns (Trusted memory) {
        uint256 status = _anyStatus();
        uint256 period = _height(status) / _SLOTS_PER_PERIOD;
        return Trusted({
            finalizedSlot: uint64(_height(status)),
            currentCommitteeRoot: _committeeRoots[period & 1],
            nextCommitteeRoot: _nextCommitteeRoot(period),
            latestHead: _latestHead(status),
            frozenAt: uint64(_frozenAt(status))
        });
    }

    /// @inheritdoc IBeaconLightClient
    function config() external view returns (Config memory config_) {
        // forge-lint: disable-start(unsafe-typecast) each was given as 64 bits
        config_.chainId = chainId;
        config_.genesisTime = uint64(_GENESIS_TIME);
        config_.genesisValidatorsRoot = _GENESIS_VALIDATORS_ROOT;
        config_.secondsPerSlot = uint64(_SECONDS_PER_SLOT);
        config_.slotsPerEpoch = uint64(_SLOTS_PER_EPOCH);
        config_.epochsPerPeriod = uint64(_SLOTS_PER_PERIOD / _SLOTS_PER_EPOCH);
        config_.committeeSize = uint64(_COMMITTEE_SIZE);
        config_.slotsPerHistoricalRoot = uint64(_SLOTS_PER_HISTORICAL_ROOT);
        config_.trustingPeriod = uint64(_EXPIRY_AT_GENESIS - _GENESIS_TIME);
        // forge-lint: disable-end(unsafe-typecast)
        config_.forks = new Fork[](_forkCount);
        for (uint256 i = 0; i < config_.forks.length; ++i) {
            config_.forks[i] = _forks[i];
        }
    }

    /// @inheritdoc ILightClient
    function assumption() external pure returns (Assumption) {
        return Assumption.SyncCommittee;
    }

    /// @dev BCN-14, then CLI-2.
    function _bootstrap(Bootstrap memory bootstrap, bytes32 trustedRoot) private {
        uint64 slot = bootstrap.header.slot;
        IndexSet indexSet = _verifyBootstrap(bootstrap, trustedRoot);
        uint256 period = slot / _SLOTS_PER_PERIOD;
        _committeeRoots[period & 1] = bootstrap.currentCommitteeRoot;
        _committeeRoots[(period & 1) ^ 1] = UNKNOWN;
        _setStatus(_withReserved(_withHeight(0, slot), type(uint64).max));
        emit Bootstrapped(slot, trustedRoot);

        uint256 status = _activeStatus();
        if (indexSet != IndexSet.Altair) _setStatus(_addHead(status, bootstrap.executionBlockHash));
    }

    function _finalizedRoot(BeaconUpdate.View u, uint256 status, bool isEvidence) private view returns (bytes32 root) {
        (root,) = _verifyUpdate(u, _height(status), _reserved(status), block.timestamp, isEvidence);
    }

    /// @dev A finalized header one period on makes the next committee the current one. By one: a signature beyond the next period has
    /// been refused (BCN-5). The signer is the committee that becomes current, in the place that is now that of the current one; the
    /// next one is written over the one that retires. Without a next one another update of that period has to bring it.
    function _rotate(bytes32 next, uint256 trustedPeriod) private {
        _committeeRoots[trustedPeriod & 1] = next == 0 ? UNKNOWN : next;
    }

    /// @dev Otherwise a missing next committee is learned.
    function _learn(bytes32 next, uint256 trustedPeriod) private {
        if (_nextCommitteeRoot(trustedPeriod) == 0) _committeeRoots[(trustedPeriod & 1) ^ 1] = next;
    }

    /// @dev ANC-3.
    function _ancestorHash(uint256 status, bytes32 head, uint256 kind, bytes calldata proof)
        internal
        view
        override
        returns (bytes32 blockHash)
    {
        if (kind != BeaconAncestry.KIND) return super._ancestorHash(status, head, kind, proof);
        return BeaconAncestry.ancestor(_indexSetAt, _SLOTS_PER_HISTORICAL_ROOT, head, proof);
    }

    /// @dev BCN-6, by the rows in storage.
    function _indexSetAt(uint256 slot) private view returns (uint256) {
        return uint256(_forkAt(slot).indexSet);
    }

    /// @dev A sum beyond 64 bits is beyond every time.
    function _expiry(uint256 height) internal view override returns (uint256) {
        unchecked {
            // A product of 64 bits each, and two more: far below 256.
            return _EXPIRY_AT_GENESIS + height * _SECONDS_PER_SLOT;
        }
    }
}
