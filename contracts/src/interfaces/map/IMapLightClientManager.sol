// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMapLightVerifier} from "./IMapLightVerifier.sol";

/// @title Light clients by chain id, as MAP's contracts ask them: `ILightClientManager` of `@mapprotocol/protocol` 0.8.5
/// @notice The same selectors, topics and types on the wire. Each function is that of `IMapLightNode` with the chain id before all else.
interface IMapLightClientManager {
    /// @notice See `IMapLightVerifier.ClientNotifySend`.
    event ManagerNotifySend(
        uint256 indexed chainId, address indexed sender, uint256 indexed blockHeight, bytes notifyData
    );

    /// @notice See `IMapLightNode`.
    function updateBlockHeader(uint256 chainId, bytes calldata blockHeader) external;

    /// @notice See `IMapLightNode`.
    function updateLightClient(uint256 chainId, bytes calldata data) external;

    /// @notice See `IMapLightVerifier`.
    function notifyLightClient(uint256 chainId, address from, bytes calldata data) external;

    /// @notice See `IMapLightVerifier`.
    function verifyProofDataWithCache(uint256 chainId, bytes calldata receiptProof)
        external
        returns (bool success, string memory message, bytes memory logs);

    /// @notice See `IMapLightVerifier`.
    function verifyProofDataWithCache(uint256 chainId, bool cache, uint256 logIndex, bytes calldata receiptProof)
        external
        returns (bool success, string memory message, IMapLightVerifier.TxLog memory log);

    /// @notice See `IMapLightVerifier`.
    /// @dev A trap: `IMapLightVerifier` has a function of this selector that takes the index of a log in the place of the chain id and
    /// returns a log in the place of bytes.
    function verifyProofData(uint256 chainId, bytes calldata receiptProof)
        external
        view
        returns (bool success, string memory message, bytes memory logs);

    /// @notice See `IMapLightVerifier`.
    function verifyProofData(uint256 chainId, uint256 logIndex, bytes calldata receiptProof)
        external
        view
        returns (bool success, string memory message, IMapLightVerifier.TxLog memory log);

    /// @notice See `IMapLightNode`.
    function clientState(uint256 chainId) external view returns (bytes memory);

    /// @notice See `IMapLightNode`.
    function headerHeight(uint256 chainId) external view returns (uint256);

    /// @notice See `IMapLightVerifier`.
    function verifiableHeaderRange(uint256 chainId) external view returns (uint256 first, uint256 last);

    /// @notice See `IMapLightNode`.
    function finalizedState(uint256 chainId, bytes calldata data) external view returns (bytes memory);

    /// @notice See `IMapLightVerifier`.
    function isVerifiable(uint256 chainId, uint256 blockHeight, bytes32 hash) external view returns (bool);

    /// @notice See `IMapLightVerifier`.
    function nodeType(uint256 chainId) external view returns (uint256);
}
