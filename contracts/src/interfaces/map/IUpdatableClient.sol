// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ILightClient} from "../ILightClient.sol";

/// @title What the light clients of both families have in common
interface IUpdatableClient is ILightClient {
    /// @notice See `IMapLightClient.update` and `IBeaconLightClient.update`.
    function update(bytes calldata encoded) external returns (uint64 headId);
}
