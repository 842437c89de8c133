// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMapLightClient} from "../interfaces/IMapLightClient.sol";
import {BN254} from "../libraries/BN254.sol";
import {HashToG1} from "../libraries/HashToG1.sol";
import {MapHeader} from "../libraries/MapHeader.sol";
import {MapUpdate} from "../libraries/MapUpdate.sol";
import {MapValidators} from "../libraries/MapValidators.sol";
import {RLPReader} from "../libraries/RLPReader.sol";

/// @title What a header of the MAP relay chain has to prove
/// @notice Clauses MAP-3 to MAP-13 and MAP-16 of `spec/map.md`, in their order: against the commitments of the newest 8 sets, which are kept
/// here. Nothing here changes state after the constructor but `_hold`.
abstract contract MapVerifier {
    using MapHeader for MapHeader.Header;
    using MapUpdate for MapUpdate.Reader;
    using MapValidators for MapValidators.Set;

    /// @notice Thrown when the chain id or the trusting period is zero, or an epoch has fewer than two blocks (MAP-16).
    error MapConfig();

    /// @notice Thrown for a block from before the hash to G1 in force, under which any signature can be forged (MAP-3, MAP-14).
    error MapPreFork(uint64 number, uint64 fork);

    /// @notice Thrown when a header's epoch is not one whose set is known (MAP-4).
    /// @param expected The newest epoch held, or the epoch that the header before has reached.
    error MapUnknownEpoch(uint64 epoch, uint64 expected);

    /// @notice Thrown when a set is not the one of its epoch (MAP-5, MAP-14).
    error MapSetCommitment(bytes32 expected, bytes32 got);

    /// @notice Thrown when a header is from the future (MAP-6).
    error MapFutureHeader(uint64 time, uint64 now_);

    /// @notice Thrown when the header that brings the next set is older than the one that brought the newest (MAP-6).
    error MapTimeBackwards(uint64 trusted, uint64 got);

    /// @notice Thrown when fewer than two thirds of the validators signed (MAP-8).
    error MapQuorum(uint256 got, uint256 required);

    /// @notice Thrown when a round is not a number of at most 8 bytes without leading zeros (MAP-9).
    error MapNonMinimalRound();

    /// @notice Thrown when the set changes in a header that does not end its epoch (MAP-11).
    error MapChangeWithinEpoch(uint64 number);

    /// @notice Thrown when headers follow one that does not end its epoch (MAP-13).
    error MapNotEpochEnd(uint64 number);

    /// @dev A power of two: for how many epochs a set is held.
    uint256 internal constant RING_SIZE = 8;

    /// @dev What an update proves.
    /// @param number Number of the block of its last header, which becomes a head.
    /// @param epoch The newest epoch whose set is known with the update.
    /// @param time Time of the header that brought it.
    /// @param commitments Of the sets that the update brought and that are kept, each in the place that it has in the ring.
    /// @param sizes How many validators these have.
    struct Outcome {
        uint64 number;
        bytes32 blockHash;
        bytes32 receiptsRoot;
        uint256 epoch;
        uint256 time;
        bytes32[RING_SIZE] commitments;
        uint256[RING_SIZE] sizes;
    }

    uint256 private constant RING_MASK = RING_SIZE - 1;

    /// @dev What fills a place of the ring before its first set, so that each later write is an overwrite. Whether a set is held is decided
    /// by its epoch.
    bytes32 private constant UNUSED = bytes32(uint256(1));

    /// @dev What the validators sign ends with it: the kind of message.
    bytes1 private constant COMMIT = 0x02;

    uint256 private constant MAX_ROUND = 8;

    uint256 internal immutable _EPOCH_SIZE;
    uint256 internal immutable _FORK_HEIGHT;

    /// @dev The epoch of the checkpoint: no older set was ever held.
    uint256 private immutable _FIRST_EPOCH;

    bytes32[RING_SIZE] private _commitments;

    /// @dev MAP-16, then the set that is trusted from the start (MAP-14).
    constructor(
        IMapLightClient.Config memory config_,
        IMapLightClient.Checkpoint memory checkpoint,
        bytes32 trustedCommitment
    ) {
        // With two blocks to an epoch, the epoch after that of the last block of all still has 64 bits.
        if (config_.chainId == 0 || config_.epochSize < 2 || config_.trustingPeriod == 0) revert MapConfig();
        uint256 whole = (checkpoint.keys.length + 63) / 64 * 64;
        if (checkpoint.keys.length != whole) revert MapUpdate.MapUpdateLength(whole, checkpoint.keys.length);
        bytes32 got = MapValidators.fromKeys(checkpoint.keys).commitment();
        if (got != trustedCommitment) revert MapSetCommitment(trustedCommitment, got);
        uint256 last = uint256(checkpoint.epoch) * config_.epochSize;
        // forge-lint: disable-next-line(unsafe-typecast) below a number of 64 bits
        if (last < config_.forkHeight) revert MapPreFork(uint64(last), config_.forkHeight);

        _EPOCH_SIZE = config_.epochSize;
        _FORK_HEIGHT = config_.forkHeight;
        _FIRST_EPOCH = checkpoint.epoch;
        for (uint256 i = 0; i < RING_SIZE; ++i) {
            _commitments[i] = UNUSED;
        }
        _commitments[checkpoint.epoch & RING_MASK] = got;
    }

    /// @dev The commitment of an epoch's set, or zero when it is not held.
    function _commitmentOf(uint256 epoch, uint256 newest) internal view returns (bytes32) {
        return _isHeld(epoch, newest) ? _commitments[epoch & RING_MASK] : bytes32(0);
    }

    /// @dev Holds a set that an update brought.
    function _hold(uint256 epoch, bytes32 commitment) internal {
        _commitments[epoch & RING_MASK] = commitment;
    }

    /// @dev What the sealed headers of an update prove (MAP-1 to MAP-13).
    /// @param size How many keys the update brings.
    /// @param keys Where they are.
    /// @param outcome What is known before: the newest epoch whose set is held, and the time of the header that brought it.
    /// @param isEvidence Whether a change may lead to another set than the one held: when two histories are compared (MAP-15).
    function _verify(
        uint256 size,
        uint256 keys,
        MapUpdate.Reader memory reader,
        Outcome memory outcome,
        bool isEvidence
    ) internal view {
        MapValidators.Set memory set = MapValidators.load(keys, size);
        uint256 newest = outcome.epoch;
        bytes32 commitment;
        uint256 epoch;
        while (true) {
            MapUpdate.Sealed memory sealed_ = reader.next(set.size);
            MapHeader.Header memory header = MapHeader.open(sealed_.header, sealed_.headerEnd);
            if (header.number < _FORK_HEIGHT) revert MapPreFork(header.number, _fork());

            bool endsEpoch;
            if (commitment == 0) {
                (epoch, endsEpoch) = _epochOf(header.number);
                commitment = set.commitment();
                _requireHeld(epoch, newest, commitment);
            } else {
                uint256 reached = epoch + 1;
                (epoch, endsEpoch) = _epochOf(header.number);
                if (epoch != reached) _revertEpoch(epoch, reached);
            }
            _requireTime(header.time, endsEpoch && epoch == outcome.epoch ? outcome.time : 0);
            MapHeader.Change memory change = _requireSigned(set, sealed_, header, endsEpoch, outcome);

            if (endsEpoch) {
                if (change.added | change.removed != 0) {
                    set.change(change.removed, change.added, change.keys + MapHeader.KEY_HEADER, MapHeader.KEY_ITEM);
                    commitment = set.commitment();
                }
                if (epoch < outcome.epoch) {
                    if (!isEvidence) _requireCommitment(epoch + 1, commitment);
                } else {
                    _enter(outcome, epoch + 1, header.time, commitment, set.size);
                }
            }
            if (reader.isRead()) {
                (outcome.number, outcome.receiptsRoot) = (header.number, header.receiptsRoot);
                return;
            }
            if (!endsEpoch) revert MapNotEpochEnd(header.number);
        }
    }

    /// @dev A set that is not held yet is the newest from here on.
    function _enter(Outcome memory outcome, uint256 epoch, uint256 time, bytes32 commitment, uint256 size)
        private
        pure
    {
        (outcome.epoch, outcome.time) = (epoch, time);
        outcome.commitments[epoch & RING_MASK] = commitment;
        outcome.sizes[epoch & RING_MASK] = size;
    }

    /// @dev MAP-7 to MAP-11, and that a quorum of the set signed (BNS-1 to BNS-3). The hash of the header goes to the outcome.
    function _requireSigned(
        MapValidators.Set memory set,
        MapUpdate.Sealed memory sealed_,
        MapHeader.Header memory header,
        bool endsEpoch,
        Outcome memory outcome
    ) private view returns (MapHeader.Change memory change) {
        uint256 signers = sealed_.signers;
        set.requireWithin(signers);
        unchecked {
            uint256 got = MapValidators.count(signers);
            uint256 required = (2 * set.size + 2) / 3;
            if (got < required) revert MapQuorum(got, required);
        }
        bytes calldata round = RLPReader.slice(sealed_.round, sealed_.roundEnd);
        if (round.length > MAX_ROUND || (round.length != 0 && round[0] == 0)) revert MapNonMinimalRound();
        change = header.change();
        if (!endsEpoch && change.added | change.removed != 0) revert MapChangeWithinEpoch(header.number);

        bytes32 blockHash = keccak256(RLPReader.slice(sealed_.header, sealed_.headerEnd));
        outcome.blockHash = blockHash;
        bytes memory message = bytes.concat(blockHash, round, COMMIT);
        uint256[2] memory hash = HashToG1.hash(message, sealed_.hints[0], sealed_.hints[1]);
        BN254.verify(hash, set.sumOf(signers), sealed_.seal);
    }

    /// @dev MAP-4 and MAP-5 of the first header.
    function _requireHeld(uint256 epoch, uint256 newest, bytes32 commitment) private view {
        if (!_isHeld(epoch, newest)) _revertEpoch(epoch, newest);
        _requireCommitment(epoch, commitment);
    }

    function _requireCommitment(uint256 epoch, bytes32 got) private view {
        bytes32 expected = _commitments[epoch & RING_MASK];
        if (got != expected) revert MapSetCommitment(expected, got);
    }

    /// @dev MAP-6.
    /// @param since Not before then.
    function _requireTime(uint64 time, uint256 since) private view {
        // forge-lint: disable-start(block-timestamp, unsafe-typecast) a header's time is what the clause is about; all have 64 bits
        if (time > block.timestamp) revert MapFutureHeader(time, uint64(block.timestamp));
        if (time < since) revert MapTimeBackwards(uint64(since), time);
        // forge-lint: disable-end(block-timestamp, unsafe-typecast)
    }

    /// @dev Whether a set is one of the newest 8, and not from before the checkpoint.
    function _isHeld(uint256 epoch, uint256 newest) private view returns (bool) {
        unchecked {
            return epoch >= _FIRST_EPOCH && epoch <= newest && newest - epoch < RING_SIZE;
        }
    }

    /// @dev The epoch of a block, and whether the block is its last.
    function _epochOf(uint256 number) private view returns (uint256 epoch, bool isLast) {
        unchecked {
            epoch = (number + _EPOCH_SIZE - 1) / _EPOCH_SIZE;
            isLast = epoch * _EPOCH_SIZE == number;
        }
    }

    // forge-lint: disable-start(unsafe-typecast) epochs of blocks whose number has 64 bits, and a number given as such

    function _revertEpoch(uint256 epoch, uint256 expected) private pure {
        revert MapUnknownEpoch(uint64(epoch), uint64(expected));
    }

    function _fork() internal view returns (uint64) {
        return uint64(_FORK_HEIGHT);
    }

    // forge-lint: disable-end(unsafe-typecast)
}
