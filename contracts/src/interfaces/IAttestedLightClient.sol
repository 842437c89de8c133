// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IAttestors} from "./IAttestors.sol";
import {IUpdatableClient} from "./IUpdatableClient.sol";

/// @title Attestors alone: a client of a chain of which nothing is verified
/// @notice Clause ATT-6 of `spec/message.md`. An update is number (8 bytes, big-endian) ‖ block hash (32) ‖ signatures: see
/// `IAttestors.verifyHead`.
interface IAttestedLightClient is IUpdatableClient {
    /// @notice Thrown when the number of a head is not above that of the newest (ATT-6).
    error AttestedNotNewer(uint64 newest, uint64 got);

    /// @notice Attestors, and nobody else, have said that this block belongs to the chain. Beside `HeadVerified`, which every client emits.
    event HeadAttested(uint64 indexed id, uint64 number, bytes32 blockHash);

    /// @notice Verifies an update as `update` would, without changing state.
    function verifyUpdate(bytes calldata encoded) external view returns (uint64 number, bytes32 blockHash);

    /// @notice Number of the block of the newest head; zero before the first.
    function latestNumber() external view returns (uint64);

    /// @notice Who names the attestors of the chain.
    function attestors() external view returns (IAttestors);
}
