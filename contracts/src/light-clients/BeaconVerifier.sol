// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IBeaconLightClient} from "../interfaces/IBeaconLightClient.sol";
import {BLS12381} from "../libraries/BLS12381.sol";
import {SSZ} from "../libraries/SSZ.sol";
import {BeaconChain} from "./BeaconChain.sol";
import {BeaconPair} from "./BeaconPair.sol";
import {BeaconUpdate} from "./BeaconUpdate.sol";

/// @title What an update of a beacon chain light client must prove, in the order in which it is checked
/// @notice Clauses BCN-1 to BCN-14 and BCN-16 of `spec/client.md`. Nothing here changes state: the result depends only on the trusted
/// state, the network, the update and the time.
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
library BeaconVerifier {
    using BeaconUpdate for BeaconUpdate.View;

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

    /// @notice What an update is verified against, apart from the store.
    /// @param newest The last fork row of the deployment, from the code: nearly every update needs no other.
    /// @param appendedFrom Epoch of the first fork row appended since; the largest number without one.
    /// @param trustedSlot Slot of the latest finalized header.
    /// @param now_ Current time, in seconds.
    /// @param isEvidence Leaves out BCN-4, as misbehaviour evidence may be old (BCN-15).
    struct Context {
        BeaconChain.Clock clock;
        uint256 committeeSize;
        bytes32 genesisValidatorsRoot;
        Rules newest;
        uint64 appendedFrom;
        uint64 trustedSlot;
        uint64 now_;
        bool isEvidence;
    }

    /// @notice What a fork row means to an update from its epoch on.
    struct Rules {
        uint64 epoch;
        IBeaconLightClient.IndexSet indexSet;
        bytes32 domain;
    }

    /// @notice The part of the trusted state that is read only when needed: a slot costs as much as the hashes of a branch.
    /// @param committeeRoots Of an even and of an odd period: the current and the next committee, or the reverse. A rotation writes one
    /// of them and copies nothing. A next committee that is not known is `UNKNOWN`.
    /// @param forks All rows, 0 … `forkCount` − 1, by increasing epoch. A row is never changed.
    struct Store {
        bytes32[2] committeeRoots;
        uint256 forkCount;
        mapping(uint256 => IBeaconLightClient.Fork) forks;
    }

    /// @notice What follows from a valid update.
    /// @param committeeRoot Of the committee that signed it.
    /// @param domain Of its signatures.
    struct Verified {
        bytes32 finalizedRoot;
        bytes32 committeeRoot;
        bytes32 domain;
        IBeaconLightClient.IndexSet attestedSet;
        IBeaconLightClient.IndexSet finalizedSet;
    }

    /// @notice Stands for a committee that is not known: every later write is an overwrite, several times cheaper than a fresh slot. No
    /// committee has this root.
    bytes32 internal constant UNKNOWN = bytes32(uint256(1));

    uint256 private constant MAX_COMMITTEE_SIZE = 512;
    uint256 private constant MAX_SLOTS_PER_HISTORICAL_ROOT = 1 << 32;

    // ── Update: BCN-1 to BCN-13 ─────────────────────────────────────────────────────────────────────────────────

    /// @notice Verifies an update against the trusted state. Assumed: the client is active (CLI-1, CLI-2).
    function verifyUpdate(Context memory context, Store storage store, BeaconUpdate.View memory u)
        internal
        view
        returns (Verified memory v)
    {
        _verifyOrder(context, u);
        if (!context.isEvidence) _verifyNewer(context, store, u);
        v.committeeRoot = _signingCommittee(context, store, u.signatureSlot);
        _setForks(context, store, u, v);
        _verifyParticipation(context.committeeSize, u.absentCount);
        BeaconPair.Roots memory roots = BeaconPair.rootsOf(
            u.pair,
            u.executionBranch(),
            BeaconChain.executionBlockHashIndex(v.finalizedSet),
            u.finalityBranch(),
            BeaconChain.finalityIndex(v.attestedSet)
        );
        v.finalizedRoot = roots.inner;
        if (u.nextCommitteeNodes != 0) _verifyNextCommittee(context, store, u, v.attestedSet, roots.outerState);
        _verifyCommittee(u, context.committeeSize, v.committeeRoot);
        _verifySignature(u, SSZ.hashPair(roots.outer, v.domain));
    }

    /// @notice Root of the committee of the period after the trusted one. Zero while unknown.
    function nextCommitteeRoot(Store storage store, uint64 trustedPeriod) internal view returns (bytes32 root) {
        root = store.committeeRoots[(trustedPeriod & 1) ^ 1];
        if (root == UNKNOWN) return 0;
    }

    /// @dev BCN-1 to BCN-3: finalized ≤ attested < signature ≤ now.
    function _verifyOrder(Context memory context, BeaconUpdate.View memory u) private pure {
        uint64 signatureSlot = u.signatureSlot;
        uint64 attestedSlot = u.attestedSlot;
        uint64 current = BeaconChain.slotAt(context.clock, context.now_);
        if (signatureSlot > current) revert BeaconFutureSignature(signatureSlot, current);
        if (signatureSlot <= attestedSlot) revert BeaconSignatureNotAfterAttested(signatureSlot, attestedSlot);
        if (attestedSlot < u.finalizedSlot) revert BeaconAttestedBeforeFinalized(attestedSlot, u.finalizedSlot);
    }

    /// @dev BCN-4.
    function _verifyNewer(Context memory context, Store storage store, BeaconUpdate.View memory u) private view {
        uint64 trustedSlot = context.trustedSlot;
        if (u.finalizedSlot > trustedSlot) return;
        bool bringsMissingCommittee = u.nextCommitteeNodes != 0
            && nextCommitteeRoot(store, BeaconChain.periodOf(context.clock, trustedSlot)) == 0;
        if (!bringsMissingCommittee) revert BeaconNotNewer(u.finalizedSlot, trustedSlot);
    }

    /// @dev BCN-5, and which committee has to sign: the current one in the trusted period, the next one in the period after.
    function _signingCommittee(Context memory context, Store storage store, uint64 signatureSlot)
        private
        view
        returns (bytes32 committeeRoot)
    {
        uint64 signaturePeriod = BeaconChain.periodOf(context.clock, signatureSlot);
        uint64 trustedPeriod = BeaconChain.periodOf(context.clock, context.trustedSlot);
        if (signaturePeriod == trustedPeriod) return store.committeeRoots[trustedPeriod & 1];
        bool isNext = signaturePeriod > trustedPeriod && signaturePeriod - trustedPeriod == 1;
        if (isNext) committeeRoot = nextCommitteeRoot(store, trustedPeriod);
        if (committeeRoot == 0) revert BeaconUnknownPeriod(signaturePeriod, trustedPeriod);
    }

    /// @dev BCN-6. The version is that of the slot before the signature's, as the first block of a fork carries signatures that were
    /// made under the old version. Assumed: finalized ≤ attested < signature.
    function _setForks(Context memory context, Store storage store, BeaconUpdate.View memory u, Verified memory v)
        private
        view
    {
        uint64 earliest = BeaconChain.epochOf(context.clock, u.finalizedSlot);
        uint64 latest = BeaconChain.epochOf(context.clock, u.signatureSlot - 1);
        Rules memory newest = context.newest;
        if (earliest >= newest.epoch && latest < context.appendedFrom) {
            (v.domain, v.attestedSet, v.finalizedSet) = (newest.domain, newest.indexSet, newest.indexSet);
            return;
        }
        v.domain = BeaconChain.domain(forkAt(store, latest).version, context.genesisValidatorsRoot);
        v.attestedSet = forkAt(store, BeaconChain.epochOf(context.clock, u.attestedSlot)).indexSet;
        v.finalizedSet = forkAt(store, earliest).indexSet;
    }

    /// @notice The youngest fork row not above an epoch (BCN-6).
    function forkAt(Store storage store, uint64 epoch) internal view returns (IBeaconLightClient.Fork memory row) {
        for (uint256 i = store.forkCount; i > 0; --i) {
            row = store.forks[i - 1];
            if (row.epoch <= epoch) return row;
        }
        revert BeaconUnknownFork(epoch);
    }

    /// @dev BCN-7.
    function _verifyParticipation(uint256 size, uint256 absentCount) private pure {
        uint256 participants = absentCount > size ? 0 : size - absentCount;
        uint256 required = BeaconChain.quorum(size);
        if (participants < required) revert BeaconInsufficientParticipation(participants, required);
    }

    /// @dev BCN-10: only when all three slots are of one period is its next committee final and the signer's own successor.
    function _verifyNextCommittee(
        Context memory context,
        Store storage store,
        BeaconUpdate.View memory u,
        IBeaconLightClient.IndexSet indexSet,
        bytes32 stateRoot
    ) private view {
        uint64 period = BeaconChain.periodOf(context.clock, u.attestedSlot);
        uint64 signature = BeaconChain.periodOf(context.clock, u.signatureSlot);
        uint64 finalized = BeaconChain.periodOf(context.clock, u.finalizedSlot);
        if (signature != period || finalized != period) revert BeaconNextCommitteePeriod(signature, period, finalized);

        bytes32 next = u.nextCommitteeRoot();
        bytes32 root = SSZ.branchRoot(next, u.nextCommitteeBranch(), BeaconChain.nextCommitteeIndex(indexSet));
        if (root != stateRoot) revert BeaconNextCommitteeBranch();

        if (period != BeaconChain.periodOf(context.clock, context.trustedSlot)) return;
        bytes32 known = nextCommitteeRoot(store, period);
        if (known != 0 && known != next) revert BeaconNextCommitteeConflict(known, next);
    }

    /// @dev BCN-11 and BCN-12: the absent members are members of the committee with this root, and the aggregate is its own.
    function _verifyCommittee(BeaconUpdate.View memory u, uint256 size, bytes32 committeeRoot) private view {
        bytes32 keysRoot = SSZ.multiproofRoot(_absentNodes(u, size), u.witnessOf());
        bytes32 root = SSZ.hashPair(keysRoot, BLS12381.leaf(u.aggregateKey()));
        if (root != committeeRoot) revert BeaconCommitteeRoot(committeeRoot, root);
    }

    /// @dev BCN-11, and generalized index and leaf of each absent member, as `SSZ.multiproofRoot` takes them. There are at most a third
    /// of the committee (BCN-7).
    function _absentNodes(BeaconUpdate.View memory u, uint256 size) private view returns (bytes32[] memory nodes) {
        unchecked {
            uint256 count = u.absentCount;
            nodes = new bytes32[](2 * count + 1);
            uint256 lowest = 0;
            for (uint256 i = 0; i < count; ++i) {
                uint256 index = u.absentIndex(i);
                if (index < lowest || index >= size) revert BeaconAbsentIndex(i);
                lowest = index + 1;
                // The first member's generalized index is the size.
                nodes[2 * i] = bytes32(size + index);
                nodes[2 * i + 1] = BLS12381.leaf(u.absentKey(i));
            }
        }
    }

    /// @dev BCN-13.
    function _verifySignature(BeaconUpdate.View memory u, bytes32 message) private view {
        bytes32[24] memory equation = BLS12381.begin(u.aggregateKey(), u.signature());
        for (uint256 i = 0; i < u.absentCount; ++i) {
            BLS12381.subtract(equation, u.absentKey(i));
        }
        BLS12381.verify(equation, message);
    }

    // ── Bootstrap and configuration: BCN-14, BCN-16 ─────────────────────────────────────────────────────────────

    /// @notice Verifies that a configuration can be that of a network (BCN-16).
    function verifyConfig(IBeaconLightClient.Config memory config) internal pure {
        bool isPossible = config.forks.length != 0 && config.genesisValidatorsRoot != 0 && config.trustingPeriod != 0
            && config.secondsPerSlot != 0 && config.slotsPerEpoch != 0 && config.epochsPerPeriod != 0
            && _isPowerOfTwo(config.committeeSize, MAX_COMMITTEE_SIZE)
            && _isPowerOfTwo(config.slotsPerHistoricalRoot, MAX_SLOTS_PER_HISTORICAL_ROOT);
        if (!isPossible) revert BeaconConfig();
        for (uint256 i = 1; i < config.forks.length; ++i) {
            if (config.forks[i].epoch <= config.forks[i - 1].epoch) revert BeaconConfig();
        }
    }

    /// @notice Verifies a bootstrap against the header root that the deployer trusts (BCN-14).
    /// @return indexSet Of the bootstrap's slot.
    function verifyBootstrap(
        BeaconChain.Clock memory clock,
        Store storage store,
        IBeaconLightClient.Bootstrap memory bootstrap,
        bytes32 trustedRoot
    ) internal view returns (IBeaconLightClient.IndexSet indexSet) {
        bytes32 root = BeaconChain.headerRoot(bootstrap.header);
        if (root != trustedRoot) revert BeaconBootstrapRoot(trustedRoot, root);
        indexSet = forkAt(store, BeaconChain.epochOf(clock, bootstrap.header.slot)).indexSet;
        uint256 gindex = BeaconChain.currentCommitteeIndex(indexSet);
        bytes32 node = SSZ.branchRootOf(bootstrap.currentCommitteeRoot, bootstrap.currentCommitteeBranch, gindex);
        if (node != bootstrap.header.stateRoot) revert BeaconCurrentCommitteeBranch();
        gindex = BeaconChain.executionBlockHashIndex(indexSet);
        node = SSZ.branchRootOf(bootstrap.executionBlockHash, bootstrap.executionBranch, gindex);
        if (node != bootstrap.header.bodyRoot) revert BeaconExecutionBranch();
    }

    /// @dev From 2 to `max`.
    function _isPowerOfTwo(uint256 value, uint256 max) private pure returns (bool) {
        return value >= 2 && value <= max && value & (value - 1) == 0;
    }
}
