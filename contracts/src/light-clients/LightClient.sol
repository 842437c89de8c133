// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ILightClient} from "../interfaces/ILightClient.sol";

/// @title The shell of every light client: status, ring of heads, freeze, expiry
/// @notice Clauses CLI-1 to CLI-3 of `spec/client.md`. A verifier family derives from it, says when it expires, and adds heads that
/// it has verified. A client cannot exist without a trusted state: the family's constructor must establish one.
abstract contract LightClient is ILightClient {
    /// @dev A power of two. Older heads are overwritten: what a message proof starts from has to be recent.
    uint256 private constant RING_SIZE = 64;

    /// @dev What fills a place of the ring before its first head. Only to make each later write an overwrite, which is several times
    /// cheaper than a fresh slot; whether a head exists is decided by its id, never by what the ring holds.
    bytes32 private constant UNUSED = bytes32(uint256(1));

    bytes32[RING_SIZE] private _heads;

    // The rest of this slot is left to the family: what an update writes together should lie together.
    uint64 private _latestHead;
    uint64 private _frozenAt;

    constructor() {
        for (uint256 i = 0; i < RING_SIZE; ++i) {
            _heads[i] = UNUSED;
        }
    }

    /// @inheritdoc ILightClient
    function latestHead() public view returns (uint64 id) {
        return _latestHead;
    }

    /// @inheritdoc ILightClient
    function headHash(uint64 id) external view returns (bytes32 blockHash) {
        _requireActive();
        uint64 latest = _latestHead;
        if (id == 0 || id > latest || latest - id >= RING_SIZE) revert ClientUnknownHead(id);
        return _heads[id % RING_SIZE];
    }

    /// @dev The last timestamp at which the trusted state may be used.
    function _expiry() internal view virtual returns (uint64);

    /// @dev CLI-1, CLI-2.
    function _requireActive() internal view {
        uint64 at = _frozenAt;
        if (at != 0) revert ClientFrozen(at);
        uint64 expiry = _expiry();
        // forge-lint: disable-next-line(block-timestamp) seconds of drift do not matter to a period of weeks
        if (block.timestamp > expiry) revert ClientExpired(expiry, uint64(block.timestamp));
    }

    /// @dev When the client froze, or zero.
    function _frozen() internal view returns (uint64 at) {
        return _frozenAt;
    }

    /// @dev Adds a head. Assumed: `blockHash` has been verified.
    function _addHead(bytes32 blockHash) internal returns (uint64 id) {
        id = _latestHead + 1;
        _latestHead = id;
        _heads[id % RING_SIZE] = blockHash;
        emit HeadVerified(id, blockHash);
    }

    /// @dev Freezes for good: nothing unfreezes a client. Assumed: the contradiction has been verified.
    function _freeze() internal {
        _frozenAt = uint64(block.timestamp);
    }
}
