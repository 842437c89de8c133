// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ILightClient} from "../interfaces/ILightClient.sol";
import {ILightClientManager} from "../interfaces/ILightClientManager.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

/// @title Registry of light clients by chain id
/// @notice Clause CLI-4 of `spec/client.md`. Whoever holds the role of `setClient` decides what is believed about a chain: give it to
/// a delayed, well-guarded account.
contract LightClientManager is ILightClientManager, AccessManaged {
    mapping(uint256 => ILightClient) private _clients;

    constructor(address authority) AccessManaged(authority) {}

    /// @inheritdoc ILightClientManager
    function setClient(uint256 chainId, ILightClient client) external restricted {
        if (address(client) != address(0)) {
            uint256 got = client.chainId();
            if (got != chainId) revert ManagerWrongChain(chainId, got);
        }
        _clients[chainId] = client;
        emit ClientSet(chainId, client);
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
        if (address(client) == address(0)) revert ClientUnknownChain(chainId);
    }
}
