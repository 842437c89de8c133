// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IBeaconLightClient} from "../interfaces/IBeaconLightClient.sol";
import {BLS12381} from "../libraries/BLS12381.sol";
import {SSZ} from "../libraries/SSZ.sol";

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

    /// @notice The part of the configuration that verification needs, without the fork rows.
    struct Network {
        uint64 genesisTime;
        uint64 secondsPerSlot;
        uint64 slotsPerEpoch;
        uint64 epochsPerPeriod;
        bytes32 genesisValidatorsRoot;
        uint256 forkCount;
    }

    /// @dev Who has to sign an update, under which version, and the indices of what is signed.
    struct Signer {
        bytes32 committeeRoot;
        bytes4 version;
        IBeaconLightClient.IndexSet indexSet;
    }

    uint256 internal constant COMMITTEE_SIZE = 512;
    uint256 internal constant COMMITTEE_DEPTH = 9;

    /// @dev The least n with 3 · n ≥ 2 · 512.
    uint256 internal constant QUORUM = 342;

    /// @dev Generalized index of the execution block hash in the block body, Deneb to Fulu.
    uint256 internal constant EXECUTION_BLOCK_HASH_INDEX = 812;

    /// @dev SHA-256 of 64 zero bytes: the root of two empty leaves.
    bytes32 private constant ZERO_PAIR = 0xf5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b;

    bytes4 private constant DOMAIN_SYNC_COMMITTEE = 0x07000000;

    // ── Update: BCN-1 to BCN-14 ─────────────────────────────────────────────────────────────────────────────────

    /// @notice Verifies an update against the trusted state. Assumed: the client is active (CLI-1, CLI-2).
    /// @param forks Fork rows 0 … network.forkCount − 1, by increasing epoch.
    /// @param isEvidence Leaves out BCN-4, as misbehaviour evidence may be old (BCN-17).
    /// @return finalizedRoot Root of the finalized header.
    function verifyUpdate(
        Network memory network,
        mapping(uint256 => IBeaconLightClient.Fork) storage forks,
        IBeaconLightClient.Trusted memory trusted,
        IBeaconLightClient.Update calldata update,
        uint64 now_,
        bool isEvidence
    ) internal view returns (bytes32 finalizedRoot) {
        _verifyOrder(network, update, now_);
        if (!isEvidence) _verifyNewer(trusted, update);
        Signer memory signer;
        signer.committeeRoot = _signingCommittee(network, trusted, update);
        (signer.version, signer.indexSet) = _forksOf(network, forks, update);
        return _verifyContent(network, trusted, update, signer);
    }

    /// @dev BCN-7 to BCN-14.
    function _verifyContent(
        Network memory network,
        IBeaconLightClient.Trusted memory trusted,
        IBeaconLightClient.Update calldata update,
        Signer memory signer
    ) private view returns (bytes32 finalizedRoot) {
        uint256 participants = _verifyParticipation(update.participation);
        finalizedRoot = _verifyFinality(update, signer.indexSet);
        verifyExecution(update.executionBlockHash, update.executionBranch, update.finalized.bodyRoot);
        _verifyNextCommittee(network, trusted, update, signer.indexSet);
        _verifyAbsent(update, COMMITTEE_SIZE - participants, signer.committeeRoot);
        bytes32 message = signingRoot(headerRoot(update.attested), signer.version, network.genesisValidatorsRoot);
        verifySignature(update.aggregateKey, update.absent, message, update.signature);
    }

    /// @dev BCN-1 to BCN-3: finalized ≤ attested < signature ≤ now.
    function _verifyOrder(Network memory network, IBeaconLightClient.Update calldata update, uint64 now_) private pure {
        uint64 current = _currentSlot(network, now_);
        if (update.signatureSlot > current) revert BeaconFutureSignature(update.signatureSlot, current);
        if (update.signatureSlot <= update.attested.slot) {
            revert BeaconSignatureNotAfterAttested(update.signatureSlot, update.attested.slot);
        }
        if (update.attested.slot < update.finalized.slot) {
            revert BeaconAttestedBeforeFinalized(update.attested.slot, update.finalized.slot);
        }
    }

    /// @dev BCN-4.
    function _verifyNewer(IBeaconLightClient.Trusted memory trusted, IBeaconLightClient.Update calldata update)
        private
        pure
    {
        if (update.finalized.slot > trusted.finalizedSlot) return;
        bool bringsMissingCommittee = trusted.nextCommitteeRoot == 0 && update.nextCommitteeRoot != 0;
        if (!bringsMissingCommittee) revert BeaconNotNewer(update.finalized.slot, trusted.finalizedSlot);
    }

    /// @dev BCN-5, and which committee has to sign: the current one in the trusted period, the next one in the period after.
    function _signingCommittee(
        Network memory network,
        IBeaconLightClient.Trusted memory trusted,
        IBeaconLightClient.Update calldata update
    ) private pure returns (bytes32 committeeRoot) {
        uint64 signaturePeriod = periodOf(network, update.signatureSlot);
        uint64 trustedPeriod = periodOf(network, trusted.finalizedSlot);
        if (signaturePeriod == trustedPeriod) return trusted.currentCommitteeRoot;
        bool isNext = signaturePeriod > trustedPeriod && signaturePeriod - trustedPeriod == 1;
        if (!isNext || trusted.nextCommitteeRoot == 0) revert BeaconUnknownPeriod(signaturePeriod, trustedPeriod);
        return trusted.nextCommitteeRoot;
    }

    /// @dev BCN-6. The version is that of the slot before the signature's, as the first block of a fork carries signatures that were
    /// made under the old version. Assumed: the signature slot is not 0 (BCN-2).
    function _forksOf(
        Network memory network,
        mapping(uint256 => IBeaconLightClient.Fork) storage forks,
        IBeaconLightClient.Update calldata update
    ) private view returns (bytes4 version, IBeaconLightClient.IndexSet indexSet) {
        version = forkAt(network, forks, update.signatureSlot - 1).version;
        indexSet = forkAt(network, forks, update.attested.slot).indexSet;
        // The execution block hash has one index in all known forks: only that there is a fork is of interest.
        forkAt(network, forks, update.finalized.slot);
    }

    /// @dev BCN-7.
    function _verifyParticipation(bytes32[2] calldata participation) private pure returns (uint256 participants) {
        participants = countBits(participation);
        if (participants < QUORUM) revert BeaconInsufficientParticipation(participants, QUORUM);
    }

    /// @dev BCN-8.
    function _verifyFinality(IBeaconLightClient.Update calldata update, IBeaconLightClient.IndexSet indexSet)
        private
        view
        returns (bytes32 finalizedRoot)
    {
        finalizedRoot = headerRoot(update.finalized);
        bytes32 stateRoot = SSZ.branchRoot(finalizedRoot, update.finalityBranch, finalityIndex(indexSet));
        if (stateRoot != update.attested.stateRoot) revert BeaconFinalityBranch();
    }

    /// @notice Verifies that a block body contains an execution block hash (BCN-9).
    function verifyExecution(bytes32 blockHash, bytes32[] memory branch, bytes32 bodyRoot) internal view {
        if (SSZ.branchRoot(blockHash, branch, EXECUTION_BLOCK_HASH_INDEX) != bodyRoot) revert BeaconExecutionBranch();
    }

    /// @dev BCN-10.
    function _verifyNextCommittee(
        Network memory network,
        IBeaconLightClient.Trusted memory trusted,
        IBeaconLightClient.Update calldata update,
        IBeaconLightClient.IndexSet indexSet
    ) private view {
        bytes32 next = update.nextCommitteeRoot;
        if (next == 0) {
            uint256 length = update.nextCommitteeBranch.length;
            if (length != 0) revert SSZ.SszBranchLength(0, length);
            return;
        }
        uint64 attestedPeriod = _verifyOnePeriod(network, update);
        bytes32 stateRoot = SSZ.branchRoot(next, update.nextCommitteeBranch, nextCommitteeIndex(indexSet));
        if (stateRoot != update.attested.stateRoot) revert BeaconNextCommitteeBranch();
        bytes32 known = trusted.nextCommitteeRoot;
        if (known != 0 && known != next && attestedPeriod == periodOf(network, trusted.finalizedSlot)) {
            revert BeaconNextCommitteeConflict(known, next);
        }
    }

    /// @dev BCN-10: only when all three headers are of one period is its next committee final and the signer's own successor.
    function _verifyOnePeriod(Network memory network, IBeaconLightClient.Update calldata update)
        private
        pure
        returns (uint64 attestedPeriod)
    {
        attestedPeriod = periodOf(network, update.attested.slot);
        uint64 signaturePeriod = periodOf(network, update.signatureSlot);
        uint64 finalizedPeriod = periodOf(network, update.finalized.slot);
        if (signaturePeriod != attestedPeriod || finalizedPeriod != attestedPeriod) {
            revert BeaconNextCommitteePeriod(signaturePeriod, attestedPeriod, finalizedPeriod);
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
        bytes32 keysRoot = SSZ.multiproofRoot(nodes, COMMITTEE_DEPTH, update.witness);
        bytes32 root = SSZ.hashPair(keysRoot, BLS12381.leaf(update.aggregateKey));
        if (root != committeeRoot) revert BeaconCommitteeRoot(committeeRoot, root);
    }

    /// @dev BCN-12, and position and leaf of each absent member, as `SSZ.multiproofRoot` takes them.
    function _absentNodes(IBeaconLightClient.AbsentMember[] calldata absent, bytes32[2] calldata participation)
        private
        view
        returns (bytes32[] memory nodes)
    {
        uint256 count = absent.length;
        nodes = new bytes32[](2 * count);
        uint256 lowest = 0;
        for (uint256 i = 0; i < count; ++i) {
            uint256 index = absent[i].index;
            if (index < lowest || index >= COMMITTEE_SIZE || isBitSet(participation, index)) {
                revert BeaconAbsentIndex(i);
            }
            lowest = index + 1;
            nodes[2 * i] = bytes32(index);
            nodes[2 * i + 1] = BLS12381.leaf(absent[i].key);
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
        Network memory network,
        mapping(uint256 => IBeaconLightClient.Fork) storage forks,
        IBeaconLightClient.Bootstrap memory bootstrap,
        bytes32 trustedRoot
    ) internal view {
        IBeaconLightClient.BeaconHeader memory header = bootstrap.header;
        bytes32 root = headerRoot(header);
        if (root != trustedRoot) revert BeaconBootstrapRoot(trustedRoot, root);
        uint256 gindex = currentCommitteeIndex(forkAt(network, forks, header.slot).indexSet);
        bytes32 stateRoot = SSZ.branchRoot(bootstrap.currentCommitteeRoot, bootstrap.currentCommitteeBranch, gindex);
        if (stateRoot != header.stateRoot) revert BeaconCurrentCommitteeBranch();
        verifyExecution(bootstrap.executionBlockHash, bootstrap.executionBranch, header.bodyRoot);
    }

    // ── Roots ───────────────────────────────────────────────────────────────────────────────────────────────────

    /// @notice hash_tree_root of a beacon block header: five fields, padded to eight leaves.
    function headerRoot(IBeaconLightClient.BeaconHeader memory header) internal view returns (bytes32 root) {
        bytes32 numbers = SSZ.hashPair(_littleEndian(header.slot), _littleEndian(header.proposerIndex));
        bytes32 roots = SSZ.hashPair(header.parentRoot, header.stateRoot);
        bytes32 left = SSZ.hashPair(numbers, roots);
        bytes32 right = SSZ.hashPair(SSZ.hashPair(header.bodyRoot, 0), ZERO_PAIR);
        return SSZ.hashPair(left, right);
    }

    /// @notice What the committee signs: the attested header's root in the domain of its duty, fork and network (BCN-14).
    /// @dev The domain is computed each time: one hash costs an eighth of a cold storage slot.
    function signingRoot(bytes32 attestedRoot, bytes4 version, bytes32 genesisValidatorsRoot)
        internal
        view
        returns (bytes32 root)
    {
        bytes32 forkDataRoot = SSZ.hashPair(bytes32(version), genesisValidatorsRoot);
        return SSZ.hashPair(attestedRoot, bytes32(DOMAIN_SYNC_COMMITTEE) | forkDataRoot >> 32);
    }

    /// @dev A uint64 as an SSZ leaf.
    function _littleEndian(uint64 value) private pure returns (bytes32 leaf) {
        uint256 v = value;
        v = (v & 0x00ff00ff00ff00ff) << 8 | (v >> 8) & 0x00ff00ff00ff00ff;
        v = (v & 0x0000ffff0000ffff) << 16 | (v >> 16) & 0x0000ffff0000ffff;
        v = (v & 0x00000000ffffffff) << 32 | v >> 32;
        return bytes32(v << 192);
    }

    // ── Participation ───────────────────────────────────────────────────────────────────────────────────────────

    /// @notice Number of set bits among 512: the halves of pairs of bits are added, then of nibbles, bytes and words.
    function countBits(bytes32[2] calldata bits) internal pure returns (uint256 count) {
        unchecked {
            // Every byte counts at most 16, so that both words fit together.
            uint256 bytes_ = _countPerByte(uint256(bits[0])) + _countPerByte(uint256(bits[1]));
            uint256 mask = type(uint256).max / 0xffff * 0xff;
            uint256 words = (bytes_ & mask) + (bytes_ >> 8 & mask);
            // The product gathers the sixteen words in the uppermost: at most 512.
            return words * (type(uint256).max / 0xffff) >> 240;
        }
    }

    function _countPerByte(uint256 x) private pure returns (uint256) {
        unchecked {
            x -= x >> 1 & type(uint256).max / 3;
            x = (x & type(uint256).max / 5) + (x >> 2 & type(uint256).max / 5);
            return x + (x >> 4) & type(uint256).max / 17;
        }
    }

    /// @notice Bit i mod 8 of byte i / 8, for an index below 512.
    function isBitSet(bytes32[2] calldata bits, uint256 index) internal pure returns (bool) {
        // Byte j of a word is j bytes from its upper end, and 248 − 8j = 248 ⊕ 8j.
        return uint256(bits[index >> 8]) >> ((index & 0xff) ^ 0xf8) & 1 == 1;
    }

    // ── Time and forks ──────────────────────────────────────────────────────────────────────────────────────────

    /// @notice Sync committee period of a slot.
    function periodOf(Network memory network, uint64 slot) internal pure returns (uint64 period) {
        return slot / network.slotsPerEpoch / network.epochsPerPeriod;
    }

    /// @notice The youngest fork row not above the epoch of a slot (BCN-6).
    function forkAt(Network memory network, mapping(uint256 => IBeaconLightClient.Fork) storage forks, uint64 slot)
        internal
        view
        returns (IBeaconLightClient.Fork memory fork)
    {
        uint64 epoch = slot / network.slotsPerEpoch;
        for (uint256 i = network.forkCount; i > 0; --i) {
            fork = forks[i - 1];
            if (fork.epoch <= epoch) return fork;
        }
        revert BeaconUnknownFork(epoch);
    }

    /// @notice Generalized index of the finalized checkpoint's root in the beacon state.
    function finalityIndex(IBeaconLightClient.IndexSet indexSet) internal pure returns (uint256) {
        return indexSet == IBeaconLightClient.IndexSet.Altair ? 105 : 169;
    }

    /// @notice Generalized index of the current sync committee in the beacon state.
    function currentCommitteeIndex(IBeaconLightClient.IndexSet indexSet) internal pure returns (uint256) {
        return indexSet == IBeaconLightClient.IndexSet.Altair ? 54 : 86;
    }

    /// @notice Generalized index of the next sync committee in the beacon state.
    function nextCommitteeIndex(IBeaconLightClient.IndexSet indexSet) internal pure returns (uint256) {
        return indexSet == IBeaconLightClient.IndexSet.Altair ? 55 : 87;
    }

    /// @dev The slot at a time; 0 before genesis.
    function _currentSlot(Network memory network, uint64 now_) private pure returns (uint64 slot) {
        if (now_ < network.genesisTime) return 0;
        return (now_ - network.genesisTime) / network.secondsPerSlot;
    }
}
