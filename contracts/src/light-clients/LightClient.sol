// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ILightClient} from "../interfaces/ILightClient.sol";
import {BlockHistory} from "../libraries/BlockHistory.sol";
import {BlockHistoryVerifier} from "./BlockHistoryVerifier.sol";

/// @title The shell of every light client: status, ring of heads, older blocks, freeze, expiry
/// @notice Clauses CLI-1 to CLI-3, ANC-2 and ANC-4 of `spec/client.md`. A verifier family derives from it, says when it expires, and adds heads that
/// it has verified. A client cannot exist without a trusted state: the family's constructor must establish one.
abstract contract LightClient is ILightClient {
    /// @dev A power of two. Older heads are overwritten: what a message proof starts from has to be recent.
    uint256 private constant RING_SIZE = 64;

    /// @dev One less, written out: the difference of two constants is computed, and checked, whenever it is asked for.
    uint256 private constant RING_MASK = 63;

    /// @dev What fills a place of the ring before its first head. Only to make each later write an overwrite, which is several times
    /// cheaper than a fresh slot; whether a head exists is decided by its id, never by what the ring holds.
    bytes32 private constant UNUSED = bytes32(uint256(1));

    bytes32[RING_SIZE] private _heads;

    /// @dev What every update reads and writes, in one word that is read once and written once:
    ///
    ///     bits   0 …  63  id of the latest head          bits 128 … 191  height: how far the trusted state has come
    ///     bits  64 … 127  when the client froze, or 0    bits 192 … 255  whatever else a family looks at in every update
    uint256 private _status;

    BlockHistoryVerifier private immutable _HISTORY = new BlockHistoryVerifier();

    constructor() {
        for (uint256 i = 0; i < RING_SIZE; ++i) {
            _heads[i] = UNUSED;
        }
    }

    /// @inheritdoc ILightClient
    function latestHead() external view returns (uint64 id) {
        return _latestHead(_status);
    }

    /// @inheritdoc ILightClient
    function headHash(uint64 id) external view returns (bytes32 blockHash) {
        return _headHash(_activeStatus(), id);
    }

    /// @inheritdoc ILightClient
    function ancestorHash(uint64 id, bytes calldata proof) external view returns (bytes32 blockHash) {
        uint256 status = _activeStatus();
        blockHash = _headHash(status, id);
        if (proof.length == 0) return blockHash;
        uint256 kind = uint8(proof[0]);
        if (kind == BlockHistory.KIND) return _HISTORY.ancestor(blockHash, proof);
        return _ancestorHash(status, blockHash, kind, proof);
    }

    /// @dev The last timestamp at which a trusted state of this height may be used. It may exceed 64 bits, and so every timestamp.
    function _expiry(uint256 height) internal view virtual returns (uint256);

    /// @dev The hash of a block older than one with the given hash, by a means of the family's own: unless it has one, there is
    /// none (ANC-2).
    /// @param kind First byte of the proof.
    function _ancestorHash(uint256, bytes32, uint256 kind, bytes calldata) internal view virtual returns (bytes32) {
        revert BlockHistory.AncestryKind(kind);
    }

    /// @dev The status, whatever it is.
    function _anyStatus() internal view returns (uint256 status) {
        return _status;
    }

    /// @dev The status of an active client (CLI-1, CLI-2).
    function _activeStatus() internal view returns (uint256 status) {
        status = _status;
        if (_frozenAt(status) != 0) revert ClientFrozen(uint64(_frozenAt(status)));
        uint256 expiry = _expiry(_height(status));
        // forge-lint: disable-start(block-timestamp, unsafe-typecast) seconds of drift do not matter to a period of weeks; below a timestamp
        if (block.timestamp > expiry) revert ClientExpired(uint64(expiry), uint64(block.timestamp));
        // forge-lint: disable-end(block-timestamp, unsafe-typecast)
    }

    /// @dev CLI-3, of an active client.
    function _headHash(uint256 status, uint64 id) internal view returns (bytes32 blockHash) {
        uint64 latest = _latestHead(status);
        if (id == 0 || id > latest || latest - id >= RING_SIZE) revert ClientUnknownHead(id);
        return _heads[id & RING_MASK];
    }

    /// @dev Adds a head and counts it in the status, which the caller stores. Assumed: `blockHash` has been verified.
    function _addHead(uint256 status, bytes32 blockHash) internal returns (uint256) {
        unchecked {
            // The lowest bits: 2⁶⁴ heads are more than there will be.
            ++status;
        }
        uint64 id = _latestHead(status);
        _heads[id & RING_MASK] = blockHash;
        emit HeadVerified(id, blockHash);
        return status;
    }

    /// @dev Freezes for good: nothing unfreezes a client. Assumed: the client is active, and the contradiction has been verified.
    function _freeze() internal {
        _status |= block.timestamp << 64;
    }

    function _setStatus(uint256 status) internal {
        _status = status;
    }

    // The parts of the status.
    // forge-lint: disable-start(unsafe-typecast) each takes its own 64 bits

    function _latestHead(uint256 status) internal pure returns (uint64) {
        return uint64(status);
    }

    function _frozenAt(uint256 status) internal pure returns (uint256) {
        return uint64(status >> 64);
    }

    function _height(uint256 status) internal pure returns (uint256) {
        return uint64(status >> 128);
    }

    function _reserved(uint256 status) internal pure returns (uint256) {
        return uint64(status >> 192);
    }

    // forge-lint: disable-end(unsafe-typecast)

    function _withHeight(uint256 status, uint64 height) internal pure returns (uint256) {
        return status & ~(uint256(type(uint64).max) << 128) | uint256(height) << 128;
    }

    function _withReserved(uint256 status, uint64 reserved) internal pure returns (uint256) {
        return status & type(uint192).max | uint256(reserved) << 192;
    }
}
