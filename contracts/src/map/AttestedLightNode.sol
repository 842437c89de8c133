// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IAttestedLightClient} from "../interfaces/IAttestedLightClient.sol";
import {IMapLightNode} from "../interfaces/map/IMapLightNode.sol";
import {IMapLightVerifier} from "../interfaces/map/IMapLightVerifier.sol";
import {AttestedLightProver} from "./AttestedLightProver.sol";
import {LightNode} from "./LightNode.sol";

/// @title Attestors alone behind MAP's ABI
/// @notice Heights are block numbers. Its `nodeType` is 3, an oracle: no light client verifies anything of the chain. See `LightNode`.
contract AttestedLightNode is LightNode {
    IAttestedLightClient private immutable CLIENT;

    constructor(IAttestedLightClient client_) LightNode(new AttestedLightProver(client_)) {
        CLIENT = client_;
    }

    /// @inheritdoc IMapLightNode
    /// @notice `abi.encode(id of the newest head, number of its block)`.
    function clientState() external view returns (bytes memory) {
        return abi.encode(CLIENT.latestHead(), CLIENT.latestNumber());
    }

    /// @inheritdoc IMapLightNode
    /// @notice `abi.encode(head id, block hash)` of the head with the id that `data` encodes; of the newest without data. Reverts as the
    /// client does.
    function finalizedState(bytes calldata data) external view returns (bytes memory) {
        uint64 id = _headId(data);
        return abi.encode(id, CLIENT.headHash(id));
    }

    /// @inheritdoc IMapLightVerifier
    /// @notice Whether the block is the newest head's, or `hash` is the block hash of a head that is held. Of the newest head's nothing is said
    /// of the hash.
    function isVerifiable(uint256 blockHeight, bytes32 hash) external view returns (bool) {
        uint256 newest = headerHeight();
        return (newest != 0 && blockHeight == newest) || _isHeld(hash, CLIENT.headHash);
    }

    /// @inheritdoc IMapLightVerifier
    /// @notice The block of the newest head alone; both are zero without one. Others can be proven header by header, or once they are attested.
    function verifiableHeaderRange() external view returns (uint256 first, uint256 last) {
        return (headerHeight(), headerHeight());
    }

    /// @inheritdoc IMapLightNode
    /// @notice Number of the block of the newest head.
    function headerHeight() public view override returns (uint256 height) {
        return CLIENT.latestNumber();
    }
}
