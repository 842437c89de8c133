// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Assumption, ILightClient} from "../../src/interfaces/ILightClient.sol";
import {ILightClientManager} from "../../src/interfaces/ILightClientManager.sol";
import {MessageClient} from "./MessageClient.sol";

/// @title A registry of clients that hold the heads they were given, or of others: consensus is tested elsewhere
contract MessageHeads is ILightClientManager {
    /// @inheritdoc ILightClientManager
    mapping(uint256 chainId => bool) public isPaused;

    mapping(uint256 chainId => MessageClient) private _given;
    mapping(uint256 chainId => ILightClient) private _clients;

    /// @dev Gives a chain a client without heads, unless it has one.
    function follow(uint256 chainId) public returns (MessageClient) {
        if (address(_given[chainId]) == address(0)) _given[chainId] = new MessageClient(chainId);
        return _given[chainId];
    }

    function setHead(uint256 chainId, uint64 id, bytes32 blockHash) external {
        follow(chainId).setHead(id, blockHash);
    }

    function setAssumption(uint256 chainId, Assumption assumption) external {
        follow(chainId).setAssumption(assumption);
    }

    /// @inheritdoc ILightClientManager
    function setClient(uint256 chainId, ILightClient client) external {
        _clients[chainId] = client;
    }

    /// @inheritdoc ILightClientManager
    function pause(uint256 chainId) external {
        isPaused[chainId] = true;
    }

    /// @inheritdoc ILightClientManager
    function unpause(uint256 chainId) external {
        isPaused[chainId] = false;
    }

    /// @inheritdoc ILightClientManager
    function headHash(uint256 chainId, uint64 id) external view returns (bytes32) {
        return clientOf(chainId).headHash(id);
    }

    /// @inheritdoc ILightClientManager
    function ancestorHash(uint256 chainId, uint64 id, bytes calldata proof) external view returns (bytes32) {
        return clientOf(chainId).ancestorHash(id, proof);
    }

    /// @inheritdoc ILightClientManager
    function clientOf(uint256 chainId) public view returns (ILightClient) {
        ILightClient client = registeredClient(chainId);
        if (isPaused[chainId]) revert ClientPaused(chainId);
        return client;
    }

    /// @inheritdoc ILightClientManager
    function registeredClient(uint256 chainId) public view returns (ILightClient client) {
        client = _clients[chainId];
        if (address(client) == address(0)) client = _given[chainId];
        if (address(client) == address(0)) revert ClientUnknownChain(chainId);
    }
}
