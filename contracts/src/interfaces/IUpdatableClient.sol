// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ILightClient} from "./ILightClient.sol";

/// @title What callers need of a light client that takes updates, of whatever family
interface IUpdatableClient is ILightClient {
    /// @notice Verifies an update, in the family's own encoding, and takes it over: see `IBeaconLightClient.update`,
    /// `IMapLightClient.update` and `IAttestedLightClient`. Anyone may call.
    /// @return headId Id of the newest head after the update.
    function update(bytes calldata encoded) external returns (uint64 headId);
}
