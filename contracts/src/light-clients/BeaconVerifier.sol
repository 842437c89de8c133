// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IBeaconLightClient} from "../interfaces/IBeaconLightClient.sol";
import {BLS12381} from "../libraries/BLS12381.sol";
import {SSZ} from "../libraries/SSZ.sol";
import {BeaconChain} from "./BeaconChain.sol";

/// @title What an update of a beacon chain light client must prove, in the order in which it is checked
/// @notice Clauses BCN-1 to BCN-14, BCN-16 and BCN-18 of `spec/client.md`. Nothing here changes state: the result depends only on the
/// trusted state, the network, the update and the time.
///
/// ## Why the absent members are enough
///
/// A sync committee is a list of 512 compressed keys and their aggregate, and the client keeps only its SSZ root. An update
/// carries the uncompressed aggregate key A and the uncompressed keys Bᵢ of the members that did not sign, and the signature is
/// checked under A − ΣBᵢ. This is the sum of the keys of exactly the members whose participation bit is set, because:
///
/// 1. The committee root binds every compressed key to its position, and the compressed aggregate. It is proven under a state
///    root that the trusted committee, or the deployer, vouched for.
/// 2. The aggregate is the sum of all 512 keys: the beacon chain's own state transition computes it.
/// 3. A compressed key is x and which of the two y is meant. Both are taken from the uncompressed key (BCN-13), which must lie
///    on the curve (BLS-2): exactly one point has that x and that choice of y. So the root binds the uncompressed keys too.
///    They are in the prime-order subgroup because possession of each was proven when its validator was deposited.
/// 4. There are as many absent members as participation bits are clear (BCN-11); their indices are strictly increasing, below
///    512, and each one's bit is clear (BCN-12). So every member that did not sign is subtracted, once. A key that sits at
///    several positions of the committee is subtracted once for each position that did not sign.
/// 5. The pairing precompile accepts the point at infinity, under which the identity is a signature of anything: the sum A − ΣBᵢ
///    and the signature are refused when they are infinity (BLS-1). The pairing also checks both for their subgroup.
///
/// What is assumed: at least two thirds of the 512 members of each committee follow the protocol, SHA-256 is collision-resistant
/// and BLS signatures cannot be forged. Members that sign two histories are not slashed for it.
library BeaconVerifier {
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

    /// @notice Thrown when the finalized header is not under the attested state (BCN-8).
    error BeaconFinalityBranch();

    /// @notice Thrown when the execution block hash is not under the finalized body (BCN-9).
    error BeaconExecutionBranch();

    /// @notice Thrown when an update brings a next committee across periods (BCN-10).
    error BeaconNextCommitteePeriod(uint64 signaturePeriod, uint64 attestedPeriod, uint64 finalizedPeriod);

    /// @notice Thrown when the next committee differs from the known one (BCN-10).
    error BeaconNextCommitteeConflict(bytes32 known, bytes32 got);

    /// @notice Thrown when the next committee is not under the attested state (BCN-10).
    error BeaconNextCommitteeBranch();

    /// @notice Thrown when the absent members are not as many as the clear participation bits (BCN-11).
    error BeaconAbsentCount(uint256 expected, uint256 got);

    /// @notice Thrown when an absent index is out of order, out of range, or of a member that signed (BCN-12).
    /// @param position Place of the first such member in the list.
    error BeaconAbsentIndex(uint256 position);

    /// @notice Thrown when the absent and aggregate keys are not those of the committee that has to sign (BCN-13).
    error BeaconCommitteeRoot(bytes32 expected, bytes32 got);

    /// @notice Thrown when the bootstrap header is not the one the deployer trusts (BCN-16).
    error BeaconBootstrapRoot(bytes32 expected, bytes32 got);

    /// @notice Thrown when the current committee is not under the bootstrap state (BCN-16).
    error BeaconCurrentCommitteeBranch();

    /// @notice Thrown for a configuration that no network can have (BCN-18).
    error BeaconConfig();

    /// @notice What an update is verified against, apart from the store.
    /// @param trustedSlot Slot of the latest finalized header.
    /// @param now_ Current time, in seconds.
    /// @param newestFork The last fork row, from the code: nearly every update needs no other.
    /// @param isEvidence Leaves out BCN-4, as misbehaviour evidence may be old (BCN-17).
    struct Context {
        BeaconChain.Clock clock;
        bytes32 genesisValidatorsRoot;
        uint256 forkCount;
        IBeaconLightClient.Fork newestFork;
        uint64 trustedSlot;
        uint64 now_;
        bool isEvidence;
    }

    /// @notice The part of the trusted state that is read only when needed: a slot costs as much as the hashes of a branch.
    /// @param nextCommitteeRoot Zero while unknown.
    /// @param forks Rows 0 … `forkCount` − 1 by increasing epoch. A mapping, as the length of an array is one more slot.
    struct Store {
        bytes32 currentCommitteeRoot;
        bytes32 nextCommitteeRoot;
        mapping(uint256 => IBeaconLightClient.Fork) forks;
    }

    /// @dev Who has to sign an update, under which version, and the indices of what is signed.
    struct Signer {
        bytes32 committeeRoot;
        bytes4 version;
        IBeaconLightClient.IndexSet indexSet;
    }

    /// @dev Also the generalized index of the first member among the keys.
    uint256 private constant COMMITTEE_SIZE = 512;

    /// @dev The least n with 3 · n ≥ 2 · 512.
    uint256 private constant QUORUM = 342;

    // ── Update: BCN-1 to BCN-14 ─────────────────────────────────────────────────────────────────────────────────

    /// @notice Verifies an update against the trusted state. Assumed: the client is active (CLI-1, CLI-2).
    /// @return finalizedRoot Root of the finalized header.
    function verifyUpdate(Context memory context, Store storage store, IBeaconLightClient.Update calldata update)
        internal
        view
        returns (bytes32 finalizedRoot)
    {
        _verifyOrder(context, update);
        if (!context.isEvidence) _verifyNewer(context, store, update);
        Signer memory signer;
        signer.committeeRoot = _signingCommittee(context, store, update.signatureSlot);
        (signer.version, signer.indexSet) = _forksOf(context, store, update);
        uint256 participants = _verifyParticipation(update.participation);
        finalizedRoot = _verifyFinality(update, signer.indexSet);
        _verifyExecution(update);
        _verifyNextCommittee(context, store, update, signer.indexSet);
        _verifyAbsent(update, COMMITTEE_SIZE - participants, signer.committeeRoot);
        bytes32 attestedRoot = BeaconChain.headerRoot(update.attested);
        bytes32 message = BeaconChain.signingRoot(attestedRoot, signer.version, context.genesisValidatorsRoot);
        verifySignature(update.aggregateKey, update.absent, message, update.signature);
    }

    /// @dev BCN-1 to BCN-3: finalized ≤ attested < signature ≤ now.
    function _verifyOrder(Context memory context, IBeaconLightClient.Update calldata update) private pure {
        uint64 signatureSlot = update.signatureSlot;
        uint64 attestedSlot = update.attested.slot;
        uint64 current = BeaconChain.slotAt(context.clock, context.now_);
        if (signatureSlot > current) revert BeaconFutureSignature(signatureSlot, current);
        if (signatureSlot <= attestedSlot) revert BeaconSignatureNotAfterAttested(signatureSlot, attestedSlot);
        if (attestedSlot < update.finalized.slot) {
            revert BeaconAttestedBeforeFinalized(attestedSlot, update.finalized.slot);
        }
    }

    /// @dev BCN-4.
    function _verifyNewer(Context memory context, Store storage store, IBeaconLightClient.Update calldata update)
        private
        view
    {
        if (update.finalized.slot > context.trustedSlot) return;
        bool bringsMissingCommittee = update.nextCommitteeRoot != 0 && store.nextCommitteeRoot == 0;
        if (!bringsMissingCommittee) revert BeaconNotNewer(update.finalized.slot, context.trustedSlot);
    }

    /// @dev BCN-5, and which committee has to sign: the current one in the trusted period, the next one in the period after.
    function _signingCommittee(Context memory context, Store storage store, uint64 signatureSlot)
        private
        view
        returns (bytes32 committeeRoot)
    {
        uint64 signaturePeriod = BeaconChain.periodOf(context.clock, signatureSlot);
        uint64 trustedPeriod = BeaconChain.periodOf(context.clock, context.trustedSlot);
        if (signaturePeriod == trustedPeriod) return store.currentCommitteeRoot;
        bool isNext = signaturePeriod > trustedPeriod && signaturePeriod - trustedPeriod == 1;
        if (isNext) committeeRoot = store.nextCommitteeRoot;
        if (committeeRoot == 0) revert BeaconUnknownPeriod(signaturePeriod, trustedPeriod);
    }

    /// @dev BCN-6. The version is that of the slot before the signature's, as the first block of a fork carries signatures that were
    /// made under the old version. Assumed: the signature slot is not 0 (BCN-2).
    function _forksOf(Context memory context, Store storage store, IBeaconLightClient.Update calldata update)
        private
        view
        returns (bytes4 version, IBeaconLightClient.IndexSet indexSet)
    {
        version = _forkAt(context, store, update.signatureSlot - 1).version;
        indexSet = _forkAt(context, store, update.attested.slot).indexSet;
        // The execution block hash has one index in all known forks: only that there is a fork is of interest.
        _forkAt(context, store, update.finalized.slot);
    }

    /// @dev BCN-7.
    function _verifyParticipation(bytes32[2] calldata participation) private pure returns (uint256 participants) {
        participants = BeaconChain.countBits(participation);
        if (participants < QUORUM) revert BeaconInsufficientParticipation(participants, QUORUM);
    }

    /// @dev BCN-8.
    function _verifyFinality(IBeaconLightClient.Update calldata update, IBeaconLightClient.IndexSet indexSet)
        private
        view
        returns (bytes32 finalizedRoot)
    {
        finalizedRoot = BeaconChain.headerRoot(update.finalized);
        uint256 gindex = BeaconChain.finalityIndex(indexSet);
        if (SSZ.branchRoot(finalizedRoot, update.finalityBranch, gindex) != update.attested.stateRoot) {
            revert BeaconFinalityBranch();
        }
    }

    /// @dev BCN-9.
    function _verifyExecution(IBeaconLightClient.Update calldata update) private view {
        uint256 gindex = BeaconChain.EXECUTION_BLOCK_HASH_INDEX;
        if (SSZ.branchRoot(update.executionBlockHash, update.executionBranch, gindex) != update.finalized.bodyRoot) {
            revert BeaconExecutionBranch();
        }
    }

    /// @dev BCN-10.
    function _verifyNextCommittee(
        Context memory context,
        Store storage store,
        IBeaconLightClient.Update calldata update,
        IBeaconLightClient.IndexSet indexSet
    ) private view {
        bytes32 next = update.nextCommitteeRoot;
        if (next == 0) {
            uint256 length = update.nextCommitteeBranch.length;
            if (length != 0) revert SSZ.SszBranchLength(0, length);
            return;
        }
        uint64 period = _onePeriodOf(context, update);
        bytes32 root = SSZ.branchRoot(next, update.nextCommitteeBranch, BeaconChain.nextCommitteeIndex(indexSet));
        if (root != update.attested.stateRoot) revert BeaconNextCommitteeBranch();
        bytes32 known = store.nextCommitteeRoot;
        if (known != 0 && known != next && period == BeaconChain.periodOf(context.clock, context.trustedSlot)) {
            revert BeaconNextCommitteeConflict(known, next);
        }
    }

    /// @dev BCN-10: only when all three slots are of one period is its next committee final and the signer's own successor.
    function _onePeriodOf(Context memory context, IBeaconLightClient.Update calldata update)
        private
        pure
        returns (uint64 attested)
    {
        attested = BeaconChain.periodOf(context.clock, update.attested.slot);
        uint64 signature = BeaconChain.periodOf(context.clock, update.signatureSlot);
        uint64 finalized = BeaconChain.periodOf(context.clock, update.finalized.slot);
        if (signature != attested || finalized != attested) {
            revert BeaconNextCommitteePeriod(signature, attested, finalized);
        }
    }

    /// @dev BCN-11 to BCN-13: the absent members are all that did not sign, and members of the committee with this root.
    function _verifyAbsent(IBeaconLightClient.Update calldata update, uint256 expected, bytes32 committeeRoot)
        private
        view
    {
        uint256 count = update.absent.length;
        if (count != expected) revert BeaconAbsentCount(expected, count);
        bytes32[] memory nodes = _absentNodes(update.absent, update.participation);
        bytes32 keysRoot = SSZ.multiproofRoot(nodes, update.witness);
        bytes32 root = SSZ.hashPair(keysRoot, BLS12381.leaf(update.aggregateKey));
        if (root != committeeRoot) revert BeaconCommitteeRoot(committeeRoot, root);
    }

    /// @dev BCN-12, and generalized index and leaf of each absent member, as `SSZ.multiproofRoot` takes them. There are at most 170.
    function _absentNodes(IBeaconLightClient.AbsentMember[] calldata absent, bytes32[2] calldata participation)
        private
        view
        returns (bytes32[] memory nodes)
    {
        unchecked {
            uint256 count = absent.length;
            nodes = new bytes32[](2 * count + 1);
            uint256 lowest = 0;
            for (uint256 i = 0; i < count; ++i) {
                IBeaconLightClient.AbsentMember calldata member = absent[i];
                uint256 index = member.index;
                if (index < lowest || index >= COMMITTEE_SIZE || BeaconChain.isBitSet(participation, index)) {
                    revert BeaconAbsentIndex(i);
                }
                lowest = index + 1;
                nodes[2 * i] = bytes32(COMMITTEE_SIZE + index);
                nodes[2 * i + 1] = BLS12381.leaf(member.key);
            }
        }
    }

    /// @notice Verifies a signature by an aggregate key without the absent members' keys (BCN-14; BLS-1 to BLS-3).
    function verifySignature(
        bytes32[3] calldata aggregateKey,
        IBeaconLightClient.AbsentMember[] calldata absent,
        bytes32 message,
        bytes32[6] calldata signature
    ) internal view {
        bytes32[24] memory equation = BLS12381.begin(aggregateKey, signature);
        for (uint256 i = 0; i < absent.length; ++i) {
            BLS12381.subtract(equation, absent[i].key);
        }
        BLS12381.verify(equation, message);
    }

    // ── Bootstrap and configuration: BCN-16, BCN-18 ─────────────────────────────────────────────────────────────

    /// @notice Verifies that a configuration can be that of a network (BCN-18).
    function verifyConfig(IBeaconLightClient.Config memory config) internal pure {
        if (config.forks.length == 0 || config.genesisValidatorsRoot == 0 || config.trustingPeriod == 0) {
            revert BeaconConfig();
        }
        if (config.secondsPerSlot == 0 || config.slotsPerEpoch == 0 || config.epochsPerPeriod == 0) {
            revert BeaconConfig();
        }
        for (uint256 i = 1; i < config.forks.length; ++i) {
            if (config.forks[i].epoch <= config.forks[i - 1].epoch) revert BeaconConfig();
        }
    }

    /// @notice Verifies a bootstrap against the header root that the deployer trusts (BCN-16).
    function verifyBootstrap(
        Context memory context,
        Store storage store,
        IBeaconLightClient.Bootstrap memory bootstrap,
        bytes32 trustedRoot
    ) internal view {
        bytes32 root = BeaconChain.headerRootOf(bootstrap.header);
        if (root != trustedRoot) revert BeaconBootstrapRoot(trustedRoot, root);
        uint256 gindex = BeaconChain.currentCommitteeIndex(_forkAt(context, store, bootstrap.header.slot).indexSet);
        bytes32 node = SSZ.branchRootOf(bootstrap.currentCommitteeRoot, bootstrap.currentCommitteeBranch, gindex);
        if (node != bootstrap.header.stateRoot) revert BeaconCurrentCommitteeBranch();
        gindex = BeaconChain.EXECUTION_BLOCK_HASH_INDEX;
        node = SSZ.branchRootOf(bootstrap.executionBlockHash, bootstrap.executionBranch, gindex);
        if (node != bootstrap.header.bodyRoot) revert BeaconExecutionBranch();
    }

    /// @dev The youngest fork row not above the epoch of a slot (BCN-6).
    function _forkAt(Context memory context, Store storage store, uint64 slot)
        private
        view
        returns (IBeaconLightClient.Fork memory fork)
    {
        uint64 epoch = BeaconChain.epochOf(context.clock, slot);
        fork = context.newestFork;
        if (fork.epoch <= epoch) return fork;
        for (uint256 i = context.forkCount - 1; i > 0; --i) {
            fork = store.forks[i - 1];
            if (fork.epoch <= epoch) return fork;
        }
        revert BeaconUnknownFork(epoch);
    }
}
