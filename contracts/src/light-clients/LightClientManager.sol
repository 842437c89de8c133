// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ILightClient} from "../interfaces/ILightClient.sol";
import {ILightClientManager} from "../interfaces/ILightClientManager.sol";
import {PausableRegistry} from "../libraries/PausableRegistry.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

/// @title Registry of light clients by chain id
/// @notice Clauses CLI-4 and CLI-5 of `spec/client.md`. Whoever holds the role of `setClient` decides what is believed about a chain, and
/// whoever holds that of `unpause` that it is believed again: give both to a delayed, well-guarded account. Who holds that of `pause`
/// can only stop, so it may be quick.
contract LightClientManager is ILightClientManager, AccessManaged {
    using PausableRegistry for PausableRegistry.Registry;

    PausableRegistry.Registry private _clients;

    constructor(address authority) AccessManaged(authority) {}

    /// @inheritdoc ILightClientManager
    function setClient(uint256 chainId, ILightClient client) external restricted {
        if (address(client) != address(0)) {
            uint256 got = client.chainId();
            if (got != chainId) revert ManagerWrongChain(chainId, got);
        }
        _clients.set(chainId, address(client));
        emit ClientSet(chainId, client);
    }

    /// @inheritdoc ILightClientManager
    function pause(uint256 chainId) external restricted {
        _clients.pause(chainId);
        emit ChainPaused(chainId);
    }

    /// @inheritdoc ILightClientManager
    function unpause(uint256 chainId) external restricted {
        if (_clients.unpause(chainId)) emit ChainUnpaused(chainId);
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
    function registeredClient(uint256 chainId) external view returns (ILightClient client) {
        return ILightClient(_clients.registeredOf(chainId));
    }

    /// @inheritdoc ILightClientManager
    function isPaused(uint256 chainId) external view returns (bool) {
        return _clients.isPaused(chainId);
    }

    /// @inheritdoc ILightClientManager
    function clientOf(uint256 chainId) public view returns (ILightClient client) {
        return ILightClient(_clients.believedOf(chainId));
    }
}
