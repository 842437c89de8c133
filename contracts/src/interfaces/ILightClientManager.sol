// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ILightClient} from "./ILightClient.sol";

/// @title Registry of light clients by chain id
interface ILightClientManager {
    /// @notice Thrown for a chain without a registered client (CLI-4).
    error ClientUnknownChain(uint256 chainId);

    /// @notice Thrown for a chain that is paused (CLI-5).
    error ClientPaused(uint256 chainId);

    /// @notice Thrown when the client to register follows another chain.
    error ManagerWrongChain(uint256 expected, uint256 got);

    /// @notice The client of a chain was set; zero means removed.
    event ClientSet(uint256 indexed chainId, ILightClient client);

    /// @notice A chain was paused: nothing is believed about it until it is unpaused.
    event ChainPaused(uint256 indexed chainId);

    /// @notice A chain was unpaused.
    event ChainUnpaused(uint256 indexed chainId);

    /// @notice The client that follows `chainId`, for those who believe it. Reverts for a chain that is paused or unknown (CLI-4, CLI-5).
    function clientOf(uint256 chainId) external view returns (ILightClient);

    /// @notice The client that follows `chainId`, for those who bring it updates: paused or not (CLI-4).
    function registeredClient(uint256 chainId) external view returns (ILightClient);

    /// @notice Whether a chain is paused.
    function isPaused(uint256 chainId) external view returns (bool);

    /// @notice Registers, replaces or (with zero) removes the client of a chain. Restricted to the access manager's role. A chain that is
    /// paused stays so, unless its client is removed.
    function setClient(uint256 chainId, ILightClient client) external;

    /// @notice Pauses a chain (CLI-5). Restricted to a role of its own, which can do no more harm than to delay: a guardian's. Reverts for a
    /// chain that is paused already or unknown. The client goes on taking updates.
    function pause(uint256 chainId) external;

    /// @notice Unpauses a chain. Restricted to a role of its own. Does nothing to a chain that is not paused; one without a client is
    /// unknown (CLI-4).
    function unpause(uint256 chainId) external;

    /// @notice Block hash of a verified head of a chain: `clientOf(chainId).headHash(headId)`.
    function headHash(uint256 chainId, uint64 headId) external view returns (bytes32 blockHash);

    /// @notice Block hash of a verified head of a chain or of an older block: `clientOf(chainId).ancestorHash(headId, proof)`.
    function ancestorHash(uint256 chainId, uint64 headId, bytes calldata proof)
        external
        view
        returns (bytes32 blockHash);
}
