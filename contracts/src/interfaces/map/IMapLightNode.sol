// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMapLightVerifier} from "./IMapLightVerifier.sol";

/// @title A light client as MAP's maintainers see it: `ILightNode` of `@mapprotocol/protocol` 0.8.5
/// @notice The same selectors, topics and types on the wire.
interface IMapLightNode is IMapLightVerifier {
    /// @notice An update was taken over.
    /// @param maintainer Who brought it.
    /// @param blockHeight `headerHeight` after it.
    event UpdateBlockHeader(address indexed maintainer, uint256 indexed blockHeight);

    /// @notice Takes an update over. Reverts if it is refused.
    function updateBlockHeader(bytes calldata blockHeader) external;

    /// @notice As `updateBlockHeader`.
    function updateLightClient(bytes calldata data) external;

    /// @notice A verified block, encoded as the client says.
    /// @param data Which one.
    function finalizedState(bytes calldata data) external view returns (bytes memory);

    /// @notice What the client trusts now, encoded as the client says.
    function clientState() external view returns (bytes memory);

    /// @notice How far the client has come: what it has to be brought next is above.
    function headerHeight() external view returns (uint256 height);
}
