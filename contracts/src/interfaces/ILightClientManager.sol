// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ILightClient} from "./ILightClient.sol";

/// @title Registry of light clients by chain id
interface ILightClientManager {
    /// @notice Thrown for a chain without a registered client (CLI-4).
    error ClientUnknownChain(uint256 chainId);

    /// @notice Thrown when the client to register follows another chain.
    error ManagerWrongChain(uint256 expected, uint256 got);

    /// @notice The client of a chain was set; zero means removed.
    event ClientSet(uint256 indexed chainId, ILightClient client);

    /// @notice The client that follows `chainId`.
    function clientOf(uint256 chainId) external view returns (ILightClient);

    /// @notice Registers, replaces or (with zero) removes the client of a chain. Restricted to the access manager's role.
    function setClient(uint256 chainId, ILightClient client) external;

    /// @notice Block hash of a verified head of a chain: `clientOf(chainId).headHash(headId)`.
    function headHash(uint256 chainId, uint64 headId) external view returns (bytes32 blockHash);

    /// @notice Block hash of a verified head of a chain or of an older block: `clientOf(chainId).ancestorHash(headId, proof)`.
    function ancestorHash(uint256 chainId, uint64 headId, bytes calldata proof)
        external
        view
        returns (bytes32 blockHash);
}
