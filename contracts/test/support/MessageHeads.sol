// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ILightClient} from "../../src/interfaces/ILightClient.sol";
import {ILightClientManager} from "../../src/interfaces/ILightClientManager.sol";
import {BlockHistory} from "../../src/libraries/BlockHistory.sol";

/// @title A registry that answers with the heads it was given, or else with those of a client: consensus is tested elsewhere
contract MessageHeads is ILightClientManager {
    mapping(uint256 chainId => mapping(uint64 id => bytes32)) private _heads;
    mapping(uint256 chainId => ILightClient) private _clients;

    function setHead(uint256 chainId, uint64 id, bytes32 blockHash) external {
        _heads[chainId][id] = blockHash;
    }

    /// @inheritdoc ILightClientManager
    function headHash(uint256 chainId, uint64 id) external view returns (bytes32 blockHash) {
        blockHash = _heads[chainId][id];
        if (blockHash == bytes32(0)) revert ILightClient.ClientUnknownHead(id);
    }

    /// @inheritdoc ILightClientManager
    function ancestorHash(uint256 chainId, uint64 id, bytes calldata proof) external view returns (bytes32 blockHash) {
        ILightClient client = _clients[chainId];
        if (address(client) != address(0) && _heads[chainId][id] == 0) return client.ancestorHash(id, proof);
        blockHash = this.headHash(chainId, id);
        return proof.length == 0 ? blockHash : BlockHistory.ancestor(blockHash, proof);
    }

    /// @inheritdoc ILightClientManager
    function clientOf(uint256 chainId) external view returns (ILightClient client) {
        client = _clients[chainId];
        if (address(client) == address(0)) revert ClientUnknownChain(chainId);
    }

    /// @inheritdoc ILightClientManager
    function registeredClient(uint256 chainId) external view returns (ILightClient) {
        return this.clientOf(chainId);
    }

    /// @inheritdoc ILightClientManager
    function isPaused(uint256) external pure returns (bool) {
        return false;
    }

    /// @inheritdoc ILightClientManager
    function pause(uint256 chainId) external pure {
        revert ClientUnknownChain(chainId);
    }

    /// @inheritdoc ILightClientManager
    function unpause(uint256 chainId) external pure {
        revert ClientUnknownChain(chainId);
    }

    /// @inheritdoc ILightClientManager
    function setClient(uint256 chainId, ILightClient client) external {
        _clients[chainId] = client;
    }
}
