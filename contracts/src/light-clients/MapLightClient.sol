// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Assumption, ILightClient} from "../interfaces/ILightClient.sol";
import {IMapLightClient} from "../interfaces/IMapLightClient.sol";
import {MapUpdate} from "../libraries/MapUpdate.sol";
import {LightClient} from "./LightClient.sol";
import {MapVerifier} from "./MapVerifier.sol";

/// @title Light client of the MAP relay chain: the trusted state and its transitions
/// @notice What an update must prove is in `MapVerifier`; here is what it changes, and MAP-15. There is no owner, no upgrade and no way to
/// put a state in by hand: what is trusted follows from the deployer's checkpoint and from updates.
/// @dev The height in the status is the time of the header that brought the newest set, from which the trusting period counts; what
/// is left of the status is the newest epoch.
contract MapLightClient is IMapLightClient, LightClient, MapVerifier {
    /// @notice Thrown when two updates do not end in different blocks of one number (MAP-15).
    error MapNotMisbehaviour();

    /// @dev As many as there are heads.
    uint256 private constant ROOTS = 64;

    /// @dev What fills a place before its first root, so that each later write is an overwrite.
    bytes32 private constant UNUSED = bytes32(uint256(1));

    /// @inheritdoc ILightClient
    // forge-lint: disable-next-line(screaming-snake-case-immutable) the interface names its getter
    uint256 public immutable chainId;

    uint256 private immutable _TRUSTING_PERIOD;

    /// @dev Receipts root of each head, in the place that the head has in its ring.
    bytes32[ROOTS] private _receiptsRoots;

    /// @notice Deploys an active client that has no head yet (MAP-16, MAP-14).
    /// @param trustedCommitment Commitment of the checkpoint's set that the deployer trusts, from a source other than the checkpoint's.
    constructor(Config memory config_, Checkpoint memory checkpoint, bytes32 trustedCommitment)
        MapVerifier(config_, checkpoint, trustedCommitment)
    {
        chainId = config_.chainId;
        _TRUSTING_PERIOD = config_.trustingPeriod;
        for (uint256 i = 0; i < ROOTS; ++i) {
            _receiptsRoots[i] = UNUSED;
        }
        _setStatus(_withReserved(_withHeight(0, checkpoint.time), checkpoint.epoch));
        emit Bootstrapped(checkpoint.epoch, trustedCommitment);
        _activeStatus();
    }

    /// @inheritdoc IMapLightClient
    function update(bytes calldata encoded) external returns (uint64 headId) {
        (Outcome memory outcome, uint256 status) = _verified(encoded, false);
        uint256 epoch = outcome.epoch;
        uint256 entered = epoch - _reserved(status);
        if (entered != 0) {
            if (entered > RING_SIZE) entered = RING_SIZE;
            for (uint256 e = epoch - entered + 1; e <= epoch; ++e) {
                bytes32 commitment = outcome.commitments[e % RING_SIZE];
                _hold(e, commitment);
                // forge-lint: disable-next-line(unsafe-typecast) the epoch after that of a block, and not a later one
                emit EpochEntered(uint64(e), commitment, outcome.sizes[e % RING_SIZE]);
            }
            // forge-lint: disable-next-line(unsafe-typecast) read from 64 bits; as above
            status = _withReserved(_withHeight(status, uint64(outcome.time)), uint64(epoch));
        }
        status = _addHead(status, outcome.blockHash);
        headId = _latestHead(status);
        _receiptsRoots[headId % ROOTS] = outcome.receiptsRoot;
        _setStatus(status);
    }

    /// @inheritdoc IMapLightClient
    function submitMisbehaviour(bytes calldata a, bytes calldata b) external {
        (Outcome memory left,) = _verified(a, true);
        (Outcome memory right,) = _verified(b, true);
        if (left.number != right.number || left.blockHash == right.blockHash) revert MapNotMisbehaviour();
        _freeze();
        emit Frozen(left.number, left.blockHash, right.blockHash);
    }

    /// @inheritdoc IMapLightClient
    function verifyUpdate(bytes calldata encoded)
        external
        view
        returns (uint64 number, bytes32 blockHash, bytes32 receiptsRoot_)
    {
        (Outcome memory outcome,) = _verified(encoded, false);
        return (outcome.number, outcome.blockHash, outcome.receiptsRoot);
    }

    /// @inheritdoc IMapLightClient
    function receiptsRoot(uint64 headId) external view returns (bytes32) {
        _headHash(_activeStatus(), headId);
        return _receiptsRoots[headId % ROOTS];
    }

    /// @inheritdoc IMapLightClient
    function commitmentOf(uint64 epoch) external view returns (bytes32) {
        return _commitmentOf(epoch, _reserved(_anyStatus()));
    }

    /// @inheritdoc IMapLightClient
    function trusted() external view returns (Trusted memory) {
        uint256 status = _anyStatus();
        uint256 epoch = _reserved(status);
        // forge-lint: disable-start(unsafe-typecast) each was read from its own 64 bits
        return Trusted({
            epoch: uint64(epoch),
            time: uint64(_height(status)),
            commitment: _commitmentOf(epoch, epoch),
            latestHead: _latestHead(status),
            frozenAt: uint64(_frozenAt(status))
        });
        // forge-lint: disable-end(unsafe-typecast)
    }

    /// @inheritdoc IMapLightClient
    function config() external view returns (Config memory) {
        // forge-lint: disable-start(unsafe-typecast) each was given as 64 bits
        return Config({
            chainId: chainId,
            epochSize: uint64(_EPOCH_SIZE),
            forkHeight: _fork(),
            trustingPeriod: uint64(_TRUSTING_PERIOD)
        });
        // forge-lint: disable-end(unsafe-typecast)
    }

    /// @inheritdoc ILightClient
    function assumption() external pure returns (Assumption) {
        return Assumption.MapValidators;
    }

    /// @dev What an update proves to an active client, and the status (MAP-1, CLI-1, CLI-2, MAP-1 to MAP-13).
    function _verified(bytes calldata encoded, bool isEvidence)
        private
        view
        returns (Outcome memory outcome, uint256 status)
    {
        (uint256 size, uint256 keys, MapUpdate.Reader memory reader) = MapUpdate.open(encoded);
        status = _activeStatus();
        (outcome.epoch, outcome.time) = (_reserved(status), _height(status));
        _verify(size, keys, reader, outcome, isEvidence);
    }

    /// @dev The height is the time from which the period counts. The sum may exceed 64 bits, and so every timestamp.
    function _expiry(uint256 height) internal view override returns (uint256) {
        unchecked {
            return height + _TRUSTING_PERIOD;
        }
    }
}
