// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMapLightClient} from "../interfaces/IMapLightClient.sol";
import {IMapLightNode} from "../interfaces/map/IMapLightNode.sol";
import {IMapLightVerifier} from "../interfaces/map/IMapLightVerifier.sol";
import {LightNode} from "./LightNode.sol";
import {MapLightProver} from "./MapLightProver.sol";

/// @title The light client of the MAP relay chain behind MAP's ABI
/// @notice Heights are block numbers. See `LightNode`.
contract MapLightNode is LightNode {
    IMapLightClient private immutable CLIENT;
    uint256 private immutable EPOCH_SIZE;
    uint256 private immutable FORK_HEIGHT;

    /// @dev How many sets of validators the client holds at most.
    uint64 private constant SETS = 8;

    constructor(IMapLightClient client_) LightNode(new MapLightProver(client_)) {
        CLIENT = client_;
        IMapLightClient.Config memory config = client_.config();
        EPOCH_SIZE = config.epochSize;
        FORK_HEIGHT = config.forkHeight;
    }

    /// @inheritdoc IMapLightNode
    /// @notice `abi.encode(IMapLightClient.Trusted)`.
    function clientState() external view returns (bytes memory) {
        return abi.encode(CLIENT.trusted());
    }

    /// @inheritdoc IMapLightNode
    /// @notice `abi.encode(head id, block hash, receipts root)` of the head with the id that `data` encodes; of the newest without data.
    /// Reverts as the client does.
    function finalizedState(bytes calldata data) external view returns (bytes memory) {
        uint64 id = _headId(data);
        return abi.encode(id, CLIENT.headHash(id), CLIENT.receiptsRoot(id));
    }

    /// @inheritdoc IMapLightVerifier
    /// @notice Whether the block is in the range, so that its own seal proves it, or `hash` is the receipts root of a head that is held.
    /// Within the range nothing is said of the hash.
    function isVerifiable(uint256 blockHeight, bytes32 hash) external view returns (bool) {
        (uint256 first, uint256 last) = verifiableHeaderRange();
        if (last == 0) return false;
        return (first <= blockHeight && blockHeight <= last) || _isHeld(hash, CLIENT.receiptsRoot);
    }

    /// @inheritdoc IMapLightVerifier
    /// @notice The blocks of the epochs whose sets are held, from the fork on. Both are zero while the client is frozen or expired.
    function verifiableHeaderRange() public view returns (uint256 first, uint256 last) {
        if (!_isActive()) return (0, 0);
        uint64 epoch = CLIENT.trusted().epoch;
        uint64 oldest = epoch;
        for (uint64 i = 1; i < SETS && oldest > 0; ++i) {
            if (CLIENT.commitmentOf(oldest - 1) == 0) break;
            --oldest;
        }
        first = _lastBlockBefore(oldest) + 1;
        if (first < FORK_HEIGHT) first = FORK_HEIGHT;
        last = epoch * EPOCH_SIZE;
    }

    /// @inheritdoc IMapLightNode
    /// @notice Number of the block that brought the newest set of validators: the last one of the epoch before. The next one that has to be
    /// brought is an epoch above.
    function headerHeight() public view override returns (uint256 height) {
        return _lastBlockBefore(CLIENT.trusted().epoch);
    }

    /// @dev Number of the last block of the epoch before.
    function _lastBlockBefore(uint64 epoch) private view returns (uint256) {
        return epoch == 0 ? 0 : (epoch - 1) * EPOCH_SIZE;
    }
}
