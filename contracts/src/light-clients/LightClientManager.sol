// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ILightClient} from "../interfaces/ILightClient.sol";
import {ILightClientManager} from "../interfaces/ILightClientManager.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

/// @title Registry of light clients by chain id
/// @notice Clauses CLI-4 and CLI-5 of `spec/client.md`. Whoever holds the role of `setClient` decides what is believed about a chain, and
/// whoever holds that of `unpause` that it is believed again: give both to a delayed, well-guarded account. Who holds that of `pause`
/// can only stop, so it may be quick.
contract LightClientManager is ILightClientManager, AccessManaged {
    /// @dev The clients of chains that are not paused.
    mapping(uint256 => ILightClient) private _clients;

    /// @dev The clients of chains that are. A chain is in one of the two: whoever reads a head pays nothing for the other.
    mapping(uint256 => ILightClient) private _pausedClients;

    constructor(address authority) AccessManaged(authority) {}

    /// @inheritdoc ILightClientManager
    function setClient(uint256 chainId, ILightClient client) external restricted {
        if (address(client) != address(0)) {
            uint256 got = client.chainId();
            if (got != chainId) revert ManagerWrongChain(chainId, got);
        }
        if (isPaused(chainId)) _pausedClients[chainId] = client;
        else _clients[chainId] = client;
        emit ClientSet(chainId, client);
    }

    /// @inheritdoc ILightClientManager
    function pause(uint256 chainId) external restricted {
        _pausedClients[chainId] = clientOf(chainId);
        delete _clients[chainId];
        emit ChainPaused(chainId);
    }

    /// @inheritdoc ILightClientManager
    function unpause(uint256 chainId) external restricted {
        ILightClient client = registeredClient(chainId);
        if (!isPaused(chainId)) return;
        _clients[chainId] = client;
        delete _pausedClients[chainId];
        emit ChainUnpaused(chainId);
    }

    /// @inheritdoc ILightClientManager
    function headHash(uint256 chainId, uint64 headId) external view returns (bytes32 blockHash) {
        return clientOf(chainId).headHash(headId);
    }

    /// @inheritdoc ILightClientManager
    function ancestorHash(uint256 chainId, uint64 headId, bytes calldata proof)
        external
        view
        returns (bytes32 blockHash)
    {
        return clientOf(chainId).ancestorHash(headId, proof);
    }

    /// @inheritdoc ILightClientManager
    function clientOf(uint256 chainId) public view returns (ILightClient client) {
        client = _clients[chainId];
        if (address(client) == address(0)) {
            if (isPaused(chainId)) revert ClientPaused(chainId);
            revert ClientUnknownChain(chainId);
        }
    }

    /// @inheritdoc ILightClientManager
    function registeredClient(uint256 chainId) public view returns (ILightClient client) {
        client = isPaused(chainId) ? _pausedClients[chainId] : _clients[chainId];
        if (address(client) == address(0)) revert ClientUnknownChain(chainId);
    }

    /// @inheritdoc ILightClientManager
    function isPaused(uint256 chainId) public view returns (bool) {
        return address(_pausedClients[chainId]) != address(0);
    }
}
