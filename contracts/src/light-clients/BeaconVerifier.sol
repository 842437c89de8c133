// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IBeaconLightClient} from "../interfaces/IBeaconLightClient.sol";
import {BLS12381} from "../libraries/BLS12381.sol";
import {BeaconPair} from "../libraries/BeaconPair.sol";
import {CalldataSlice} from "../libraries/CalldataSlice.sol";
import {SSZ} from "../libraries/SSZ.sol";
import {BeaconChain} from "./BeaconChain.sol";
import {BeaconUpdate} from "./BeaconUpdate.sol";

/// @title What an update of a beacon chain light client must prove, in the order in which it is checked
/// @notice Clauses BCN-1 to BCN-14 and BCN-16 of `spec/client.md`. Nothing here changes what is trusted: the result depends only on the
/// trusted state, the network, the update and the time. The network is in the code, and slots are as uint256: each conversion
/// and each field in memory costs more than the comparison it is for. `BeaconLightClient` is what derives from it.
///
/// ## Why the absent members are enough
///
/// A sync committee is a list of N compressed keys and their aggregate, and the client keeps only its SSZ root. An update
/// carries the uncompressed aggregate key A and the uncompressed keys Bᵢ of the members that did not sign, and the signature is
/// checked under A − ΣBᵢ. A signature that holds was made by all the others, because:
///
/// 1. The committee root binds every compressed key to its position, and the compressed aggregate. It is proven under a state
///    root that the trusted committee, or the deployer, vouched for.
/// 2. The aggregate is the sum of all N keys: the beacon chain's own state transition computes it.
/// 3. A compressed key is x and which of the two y is meant. Both are taken from the uncompressed key (BCN-12), which must lie
///    on the curve (BLS-2): exactly one point has that x and that choice of y. So the root binds the uncompressed keys too.
///    They are in the prime-order subgroup because possession of each was proven when its validator was deposited.
/// 4. The indices of the absent members are strictly increasing and below N (BCN-11): each position is subtracted at most once.
///    A key that sits at several positions of the committee is subtracted once for each that is named. So A − ΣBᵢ is the sum of
///    the keys at exactly N − k positions, and these are the quorum (BCN-7).
/// 5. The pairing precompile accepts the point at infinity, under which the identity is a signature of anything: the sum A − ΣBᵢ
///    and the signature are refused when they are infinity (BLS-1). The pairing also checks both for their subgroup.
///
/// ## Why the branches are not compared with anything
///
/// The finalized body root is where the execution branch leads, and the attested state root is where the finality branch leads
/// (`BeaconPair`). Both end in the attested root, and this is what the committee signed: with a wrong node or field the message
/// is another one and the signature does not hold (BCN-13).
///
/// What is assumed: at least two thirds of the N members of each committee follow the protocol, SHA-256 is collision-resistant
/// and BLS signatures cannot be forged. Members that sign two histories are not slashed for it.
abstract contract BeaconVerifier {
    using BeaconUpdate for BeaconUpdate.View;
    using CalldataSlice for uint256;

    /// @notice Thrown when the update was signed in the future (BCN-1).
    error BeaconFutureSignature(uint64 signatureSlot, uint64 currentSlot);

    /// @notice Thrown when the signature is not younger than what it signs (BCN-2).
    error BeaconSignatureNotAfterAttested(uint64 signatureSlot, uint64 attestedSlot);

    /// @notice Thrown when the finalized header is younger than the header that attests to it (BCN-3).
    error BeaconAttestedBeforeFinalized(uint64 attestedSlot, uint64 finalizedSlot);

    /// @notice Thrown when the update brings neither a newer finalized header nor the missing next committee (BCN-4).
    error BeaconNotNewer(uint64 finalizedSlot, uint64 trustedSlot);

    /// @notice Thrown when the committee of the signature's period is not known (BCN-5).
    error BeaconUnknownPeriod(uint64 signaturePeriod, uint64 trustedPeriod);

    /// @notice Thrown for an epoch before the first fork row (BCN-6).
    error BeaconUnknownFork(uint64 epoch);

    /// @notice Thrown when fewer than two thirds of the committee signed (BCN-7).
    error BeaconInsufficientParticipation(uint256 got, uint256 required);

    /// @notice Thrown when an update brings a next committee across periods (BCN-10).
    error BeaconNextCommitteePeriod(uint64 signaturePeriod, uint64 attestedPeriod, uint64 finalizedPeriod);

    /// @notice Thrown when the next committee is not under the attested state (BCN-10).
    error BeaconNextCommitteeBranch();

    /// @notice Thrown when the next committee differs from the known one (BCN-10).
    error BeaconNextCommitteeConflict(bytes32 known, bytes32 got);

    /// @notice Thrown when an absent index is out of order or out of range (BCN-11).
    /// @param position Place of the first such member in the list.
    error BeaconAbsentIndex(uint256 position);

    /// @notice Thrown when the absent and aggregate keys are not those of the committee that has to sign (BCN-12).
    error BeaconCommitteeRoot(bytes32 expected, bytes32 got);

    /// @notice Thrown when the bootstrap header is not the one the deployer trusts (BCN-14).
    error BeaconBootstrapRoot(bytes32 expected, bytes32 got);

    /// @notice Thrown when the current committee is not under the bootstrap state (BCN-14).
    error BeaconCurrentCommitteeBranch();

    /// @notice Thrown when the execution block hash is not in the bootstrap block (BCN-14).
    error BeaconExecutionBranch();

    /// @notice Thrown for a configuration that no network can have (BCN-16).
    error BeaconConfig();

    /// @dev Stands for a committee that is not known: every later write is an overwrite, several times cheaper than a fresh slot. No
    /// committee has this root.
    bytes32 internal constant UNKNOWN = bytes32(uint256(1));

    uint256 private constant MAX_COMMITTEE_SIZE = 512;
    uint256 private constant MAX_SLOTS_PER_HISTORICAL_ROOT = 1 << 32;

    uint256 internal immutable _GENESIS_TIME;
    bytes32 internal immutable _GENESIS_VALIDATORS_ROOT;
    uint256 internal immutable _SECONDS_PER_SLOT;
    uint256 internal immutable _SLOTS_PER_EPOCH;
    uint256 internal immutable _SLOTS_PER_PERIOD;
    uint256 internal immutable _COMMITTEE_SIZE;

    /// @dev How many may be absent: the size less the quorum.
    uint256 private immutable _MOST_ABSENT;

    // The last fork row of the deployment, which is in the store with the others, once more in the code: the first slot, the indices
    // and the domain. Nearly every update needs no other.
    uint256 private immutable _NEWEST_SLOT;
    uint256 private immutable _NEWEST_INDICES;
    bytes32 private immutable _NEWEST_DOMAIN;

    /// @dev Of an even and of an odd period: the current and the next committee, or the reverse. A rotation writes one of them and
    /// copies nothing. A next committee that is not known is `UNKNOWN`.
    bytes32[2] internal _committeeRoots;

    /// @dev All rows, 0 … `_forkCount` − 1, by increasing epoch. A row is never changed.
    mapping(uint256 => IBeaconLightClient.Fork) internal _forks;
    uint256 internal _forkCount;

    // ── Configuration: BCN-16 ───────────────────────────────────────────────────────────────────────────────────

    constructor(IBeaconLightClient.Config memory config) {
        _verifyConfig(config);
        _GENESIS_TIME = config.genesisTime;
        _GENESIS_VALIDATORS_ROOT = config.genesisValidatorsRoot;
        _SECONDS_PER_SLOT = config.secondsPerSlot;
        _SLOTS_PER_EPOCH = config.slotsPerEpoch;
        _SLOTS_PER_PERIOD = uint256(config.slotsPerEpoch) * config.epochsPerPeriod;
        _COMMITTEE_SIZE = config.committeeSize;
        _MOST_ABSENT = config.committeeSize - BeaconChain.quorum(config.committeeSize);
        for (uint256 i = 0; i < config.forks.length; ++i) {
            _forks[i] = config.forks[i];
        }
        _forkCount = config.forks.length;
        IBeaconLightClient.Fork memory newest = config.forks[config.forks.length - 1];
        _NEWEST_SLOT = uint256(newest.epoch) * config.slotsPerEpoch;
        _NEWEST_INDICES = BeaconChain.updateIndices(uint256(newest.indexSet), uint256(newest.indexSet));
        _NEWEST_DOMAIN = BeaconChain.domain(newest.version, config.genesisValidatorsRoot);
    }

    /// @dev BCN-16.
    function _verifyConfig(IBeaconLightClient.Config memory config) private pure {
        bool isPossible = config.forks.length != 0 && config.genesisValidatorsRoot != 0 && config.trustingPeriod != 0
            && config.secondsPerSlot != 0 && config.slotsPerEpoch != 0 && config.epochsPerPeriod != 0
            && _isPowerOfTwo(config.committeeSize, MAX_COMMITTEE_SIZE)
            && _isPowerOfTwo(config.slotsPerHistoricalRoot, MAX_SLOTS_PER_HISTORICAL_ROOT);
        if (!isPossible) revert BeaconConfig();
        for (uint256 i = 1; i < config.forks.length; ++i) {
            if (config.forks[i].epoch <= config.forks[i - 1].epoch) revert BeaconConfig();
        }
    }

    /// @dev From 2 to `max`.
    function _isPowerOfTwo(uint256 value, uint256 max) private pure returns (bool) {
        return value >= 2 && value <= max && value & (value - 1) == 0;
    }

    // ── Bootstrap: BCN-14 ───────────────────────────────────────────────────────────────────────────────────────

    /// @dev Verifies a bootstrap against the header root that the deployer trusts.
    /// @return indexSet Of the bootstrap's slot.
    function _verifyBootstrap(IBeaconLightClient.Bootstrap memory bootstrap, bytes32 trustedRoot)
        internal
        view
        returns (IBeaconLightClient.IndexSet indexSet)
    {
        bytes32 root = BeaconChain.headerRoot(bootstrap.header);
        if (root != trustedRoot) revert BeaconBootstrapRoot(trustedRoot, root);
        indexSet = _forkAt(bootstrap.header.slot).indexSet;
        uint256 gindex = BeaconChain.currentCommitteeIndex(uint256(indexSet));
        bytes32 node = SSZ.branchRootOf(bootstrap.currentCommitteeRoot, bootstrap.currentCommitteeBranch, gindex);
        if (node != bootstrap.header.stateRoot) revert BeaconCurrentCommitteeBranch();
        gindex = BeaconChain.executionBlockHashIndex(uint256(indexSet));
        node = SSZ.branchRootOf(bootstrap.executionBlockHash, bootstrap.executionBranch, gindex);
        if (node != bootstrap.header.bodyRoot) revert BeaconExecutionBranch();
    }

    // forge-lint: disable-start(unsafe-typecast) slots, epochs and periods come from 64 bits

    // ── Update: BCN-1 to BCN-13 ─────────────────────────────────────────────────────────────────────────────────

    /// @dev Verifies an update against the trusted state. Assumed: the client is active (CLI-1, CLI-2).
    /// @param trustedSlot Slot of the latest finalized header.
    /// @param appendedFrom First slot of the first fork row appended since deployment; the largest number without one.
    /// @param now_ Current time, in seconds.
    /// @param isEvidence Leaves out BCN-4, as misbehaviour evidence may be old (BCN-15).
    /// @return finalizedRoot Root of the finalized header.
    /// @return indices As of `BeaconChain.updateIndices`.
    function _verifyUpdate(
        BeaconUpdate.View u,
        uint256 trustedSlot,
        uint256 appendedFrom,
        uint256 now_,
        bool isEvidence
    ) internal view returns (bytes32 finalizedRoot, uint256 indices) {
        bytes32 committeeRoot;
        bytes32 domain;
        unchecked {
            {
                uint256 first = u.position().word();
                uint256 signed = BeaconUpdate.signatureSlot(first);
                uint256 attested = BeaconUpdate.attestedSlot(first);
                uint256 finalized = BeaconUpdate.finalizedSlot(first);
                // What BCN-1 to BCN-4 ask, all at once: a difference of numbers far below 2²⁵⁵ that is negative has the uppermost bit set.
                if (
                    (now_ - (_GENESIS_TIME + signed * _SECONDS_PER_SLOT)
                                | signed - attested - 1
                                | attested - finalized
                                | finalized - trustedSlot - 1) >> 255 != 0
                ) _verifyOrder(u, first, trustedSlot, now_, isEvidence);
                // BCN-5: slots since the trusted period began. Before that it wraps around, far beyond any period.
                uint256 trustedPeriod = trustedSlot / _SLOTS_PER_PERIOD;
                uint256 since = signed - trustedPeriod * _SLOTS_PER_PERIOD;
                committeeRoot = since < _SLOTS_PER_PERIOD
                    ? _committeeRoots[trustedPeriod & 1]
                    : _committeeAfter(since, signed, trustedPeriod);
                // BCN-6, as nearly always.
                if ((finalized - _NEWEST_SLOT | appendedFrom - signed) >> 255 == 0) {
                    domain = _NEWEST_DOMAIN;
                    indices = _NEWEST_INDICES;
                } else {
                    (domain, indices) = _forksOf(signed, attested, finalized);
                }
            }

            // BCN-7.
            uint256 absent = u.absentCount();
            if (absent > _MOST_ABSENT) _revertParticipation(absent);

            // BCN-8 to BCN-10: the roots of the finalized header, of the attested state and of the attested header.
            bytes32 message;
            {
                bytes32 stateRoot;
                (finalizedRoot, stateRoot, message) = BeaconPair.rootsOf(
                    u.position() + BeaconUpdate.PAIR, u.position() + BeaconUpdate.BRANCHES, u.branchNodes(), indices
                );
                if (u.nextCommitteeNodes() != 0) {
                    _verifyNextCommittee(u, trustedSlot, uint64(indices >> 64), stateRoot);
                }
            }
            message = SSZ.hashPair(message, domain);

            // BCN-11 and BCN-12: the absent members are members of the committee with this root, and the aggregate is its own.
            {
                bytes32 root =
                    absent == 0 ? SSZ.rootWithoutLeaves(u.witness(), u.witnessNodes()) : _absentRoot(u, absent);
                root = BLS12381.committeeRoot(root, u.position() + BeaconUpdate.AGGREGATE_KEY);
                if (root != committeeRoot) revert BeaconCommitteeRoot(committeeRoot, root);
            }

            // BCN-13. The key of a member is behind its index.
            BLS12381.Equation equation =
                BLS12381.begin(u.position() + BeaconUpdate.AGGREGATE_KEY, u.position() + BeaconUpdate.SIGNATURE);
            if (absent != 0) BLS12381.subtract(equation, u.absentMembers() + 2, BeaconUpdate.MEMBER, absent);
            BLS12381.verify(equation, message);
        }
    }

    /// @dev Root of the committee of the period after the trusted one. Zero while unknown.
    function _nextCommitteeRoot(uint256 trustedPeriod) internal view returns (bytes32 root) {
        root = _committeeRoots[(trustedPeriod & 1) ^ 1];
        if (root == UNKNOWN) return 0;
    }

    /// @dev BCN-6: the youngest fork row not above the epoch of a slot.
    function _forkAt(uint256 slot) internal view returns (IBeaconLightClient.Fork memory row) {
        uint256 epoch = slot / _SLOTS_PER_EPOCH;
        for (uint256 i = _forkCount; i > 0; --i) {
            row = _forks[i - 1];
            if (row.epoch <= epoch) return row;
        }
        revert BeaconUnknownFork(uint64(epoch));
    }

    /// @dev BCN-1 to BCN-4, one by one. Before genesis the current slot is 0. An update that finalizes nothing new may bring the next
    /// committee, if it is missing.
    function _verifyOrder(BeaconUpdate.View u, uint256 first, uint256 trustedSlot, uint256 now_, bool isEvidence)
        private
        view
    {
        uint256 signed = BeaconUpdate.signatureSlot(first);
        uint256 attested = BeaconUpdate.attestedSlot(first);
        uint256 finalized = BeaconUpdate.finalizedSlot(first);
        uint256 current = now_ < _GENESIS_TIME ? 0 : (now_ - _GENESIS_TIME) / _SECONDS_PER_SLOT;
        if (signed > current) revert BeaconFutureSignature(uint64(signed), uint64(current));
        if (signed <= attested) revert BeaconSignatureNotAfterAttested(uint64(signed), uint64(attested));
        if (attested < finalized) revert BeaconAttestedBeforeFinalized(uint64(attested), uint64(finalized));
        if (finalized > trustedSlot || isEvidence) return;
        if (u.nextCommitteeNodes() != 0 && _nextCommitteeRoot(trustedSlot / _SLOTS_PER_PERIOD) == 0) return;
        revert BeaconNotNewer(uint64(finalized), uint64(trustedSlot));
    }

    /// @dev BCN-5, of a signature that is not of the trusted period: the next committee has to sign, in the period after.
    function _committeeAfter(uint256 since, uint256 signed, uint256 trustedPeriod) private view returns (bytes32 root) {
        if (since < 2 * _SLOTS_PER_PERIOD) root = _nextCommitteeRoot(trustedPeriod);
        if (root == 0) revert BeaconUnknownPeriod(uint64(signed / _SLOTS_PER_PERIOD), uint64(trustedPeriod));
    }

    /// @dev BCN-6, by the rows in storage. The version is that of the slot before the signature's, as the first block of a fork carries
    /// signatures that were made under the old version. Assumed: finalized ≤ attested < signature.
    function _forksOf(uint256 signed, uint256 attested, uint256 finalized)
        private
        view
        returns (bytes32 domain, uint256 indices)
    {
        domain = BeaconChain.domain(_forkAt(signed - 1).version, _GENESIS_VALIDATORS_ROOT);
        uint256 attestedSet = uint256(_forkAt(attested).indexSet);
        indices = BeaconChain.updateIndices(attestedSet, uint256(_forkAt(finalized).indexSet));
    }

    /// @dev BCN-7.
    function _revertParticipation(uint256 absentCount) private view {
        uint256 participants = absentCount > _COMMITTEE_SIZE ? 0 : _COMMITTEE_SIZE - absentCount;
        revert BeaconInsufficientParticipation(participants, BeaconChain.quorum(_COMMITTEE_SIZE));
    }

    /// @dev BCN-10: only when all three slots are of one period is its next committee final and the signer's own successor.
    function _verifyNextCommittee(BeaconUpdate.View u, uint256 trustedSlot, uint256 index, bytes32 stateRoot)
        private
        view
    {
        uint256 first = u.position().word();
        uint256 period = BeaconUpdate.attestedSlot(first) / _SLOTS_PER_PERIOD;
        uint256 signature = BeaconUpdate.signatureSlot(first) / _SLOTS_PER_PERIOD;
        uint256 finalized = BeaconUpdate.finalizedSlot(first) / _SLOTS_PER_PERIOD;
        if (signature != period || finalized != period) {
            revert BeaconNextCommitteePeriod(uint64(signature), uint64(period), uint64(finalized));
        }

        bytes32 next = u.nextCommitteeRoot();
        bytes32 root = SSZ.branchRoot(next, u.nextCommitteeBranch(), index);
        if (root != stateRoot) revert BeaconNextCommitteeBranch();

        if (period != trustedSlot / _SLOTS_PER_PERIOD) return;
        bytes32 known = _nextCommitteeRoot(period);
        if (known != 0 && known != next) revert BeaconNextCommitteeConflict(known, next);
    }

    /// @dev BCN-11, and the root of the committee's keys, in which the absent members are at their indices. There are at most a third of
    /// the committee (BCN-7).
    function _absentRoot(BeaconUpdate.View u, uint256 count) private view returns (bytes32) {
        unchecked {
            uint256 first = SSZ.allocateNodes(count);
            uint256 end = BLS12381.writeMembers(u.absentMembers(), count, _COMMITTEE_SIZE, first);
            uint256 written = (end - first) / SSZ.NODE;
            if (written != count) revert BeaconAbsentIndex(written);
            return SSZ.multiproofRoot(first, end, u.witness(), u.witnessNodes());
        }
    }

    // forge-lint: disable-end(unsafe-typecast)
}
