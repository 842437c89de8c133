// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IBeaconLightClient} from "../interfaces/IBeaconLightClient.sol";
import {IMapLightNode} from "../interfaces/map/IMapLightNode.sol";
import {IMapLightVerifier} from "../interfaces/map/IMapLightVerifier.sol";
import {BeaconLightProver} from "./BeaconLightProver.sol";
import {LightNode} from "./LightNode.sol";

/// @title The light client of a beacon chain behind MAP's ABI
/// @notice Heights are slots: the client keeps block hashes, and of their numbers it knows nothing. See
/// `LightNode`.
contract BeaconLightNode is LightNode {
    IBeaconLightClient private immutable CLIENT;
    uint256 private immutable SLOTS_PER_HISTORICAL_ROOT;

    constructor(IBeaconLightClient client_) LightNode(new BeaconLightProver(client_)) {
        CLIENT = client_;
        SLOTS_PER_HISTORICAL_ROOT = client_.config().slotsPerHistoricalRoot;
    }

    /// @inheritdoc IMapLightNode
    /// @notice `abi.encode(IBeaconLightClient.Trusted)`.
    function clientState() external view returns (bytes memory) {
        return abi.encode(CLIENT.trusted());
    }

    /// @inheritdoc IMapLightNode
    /// @notice `abi.encode(head id, block hash)` of the head with the id that `data` encodes; of the newest without data. Reverts as the
    /// client does.
    function finalizedState(bytes calldata data) external view returns (bytes memory) {
        uint64 id = _headId(data);
        return abi.encode(id, CLIENT.headHash(id));
    }

    /// @inheritdoc IMapLightVerifier
    /// @notice Whether the slot is in the range, or `hash` is the block hash of a head that is held. Within the range nothing is said of the
    /// hash.
    function isVerifiable(uint256 blockHeight, bytes32 hash) external view returns (bool) {
        (uint256 first, uint256 last) = verifiableHeaderRange();
        if (last == 0) return false;
        return (first <= blockHeight && blockHeight <= last) || _isHeld(hash, CLIENT.headHash);
    }

    /// @inheritdoc IMapLightVerifier
    /// @notice The slots from which one proof leads to the newest head: those whose block roots its state keeps (ANC-3). Both are zero while
    /// there is no head, or the client is frozen or expired. Older blocks can be proven as well, header by header.
    function verifiableHeaderRange() public view returns (uint256 first, uint256 last) {
        if (CLIENT.latestHead() == 0 || !_isActive()) return (0, 0);
        last = headerHeight();
        first = last > SLOTS_PER_HISTORICAL_ROOT ? last - SLOTS_PER_HISTORICAL_ROOT : 0;
    }

    /// @inheritdoc IMapLightNode
    /// @notice The finalized slot that is trusted.
    function headerHeight() public view override returns (uint256 height) {
        return CLIENT.trusted().finalizedSlot;
    }
}
