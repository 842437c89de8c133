// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ILightClient} from "../interfaces/ILightClient.sol";
import {BlockHistory} from "../libraries/BlockHistory.sol";

/// @title The shell of every light client: status, ring of heads, older blocks, freeze, expiry
/// @notice Clauses CLI-1 to CLI-3, ANC-2 and ANC-4 of `spec/client.md`. A verifier family derives from it, says when it expires, and adds heads that
/// it has verified. A client cannot exist without a trusted state: the family's constructor must establish one.
abstract contract LightClient is ILightClient {
    /// @dev A power of two. Older heads are overwritten: what a message proof starts from has to be recent.
    uint256 private constant RING_SIZE = 64;

    /// @dev What fills a place of the ring before its first head. Only to make each later write an overwrite, which is several times
    /// cheaper than a fresh slot; whether a head exists is decided by its id, never by what the ring holds.
    bytes32 private constant UNUSED = bytes32(uint256(1));

    /// @notice What every update reads and writes, in one slot.
    /// @param frozenAt When the client froze, or zero.
    /// @param height How far the trusted state has come: the family's slot or block number.
    /// @param reserved Whatever else a family looks at in every update.
    struct Status {
        uint64 latestHead;
        uint64 frozenAt;
        uint64 height;
        uint64 reserved;
    }

    bytes32[RING_SIZE] private _heads;
    Status private _status;

    constructor() {
        for (uint256 i = 0; i < RING_SIZE; ++i) {
            _heads[i] = UNUSED;
        }
    }

    /// @inheritdoc ILightClient
    function latestHead() external view returns (uint64 id) {
        return _status.latestHead;
    }

    /// @inheritdoc ILightClient
    function headHash(uint64 id) external view returns (bytes32 blockHash) {
        return _headHash(_activeStatus(), id);
    }

    /// @inheritdoc ILightClient
    function ancestorHash(uint64 id, bytes calldata proof) external view returns (bytes32 blockHash) {
        Status memory status = _activeStatus();
        blockHash = _headHash(status, id);
        if (proof.length == 0) return blockHash;
        uint256 kind = uint8(proof[0]);
        if (kind == BlockHistory.KIND) return BlockHistory.ancestor(blockHash, proof);
        return _ancestorHash(status, blockHash, kind, proof);
    }

    /// @dev The last timestamp at which a trusted state of this height may be used.
    function _expiry(uint64 height) internal view virtual returns (uint64);

    /// @dev The hash of a block older than one with the given hash, by a means of the family's own: unless it has one, there is
    /// none (ANC-2).
    /// @param kind First byte of the proof.
    function _ancestorHash(Status memory, bytes32, uint256 kind, bytes calldata)
        internal
        view
        virtual
        returns (bytes32)
    {
        revert BlockHistory.AncestryKind(kind);
    }

    /// @dev The status, whatever it is.
    function _anyStatus() internal view returns (Status memory status) {
        return _status;
    }

    /// @dev The status of an active client (CLI-1, CLI-2).
    function _activeStatus() internal view returns (Status memory status) {
        status = _status;
        if (status.frozenAt != 0) revert ClientFrozen(status.frozenAt);
        uint64 expiry = _expiry(status.height);
        // forge-lint: disable-next-line(block-timestamp) seconds of drift do not matter to a period of weeks
        if (block.timestamp > expiry) revert ClientExpired(expiry, uint64(block.timestamp));
    }

    /// @dev CLI-3, of an active client.
    function _headHash(Status memory status, uint64 id) internal view returns (bytes32 blockHash) {
        uint64 latest = status.latestHead;
        if (id == 0 || id > latest || latest - id >= RING_SIZE) revert ClientUnknownHead(id);
        return _heads[id % RING_SIZE];
    }

    /// @dev Adds a head and counts it in `status`, which the caller stores. Assumed: `blockHash` has been verified.
    function _addHead(Status memory status, bytes32 blockHash) internal {
        uint64 id = status.latestHead + 1;
        status.latestHead = id;
        _heads[id % RING_SIZE] = blockHash;
        emit HeadVerified(id, blockHash);
    }

    /// @dev Freezes for good: nothing unfreezes a client. Assumed: the contradiction has been verified.
    function _freeze() internal {
        _status.frozenAt = uint64(block.timestamp);
    }

    function _store(Status memory status) internal {
        _status = status;
    }
}
