// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

/// @notice What a light client's heads rest on: `Assumption` of the Rust crate `light-client`.
/// @dev The numbers are part of `spec/message.md`.
enum Assumption {
    None, // nothing, and no client
    SyncCommittee, // at least two thirds of each sync committee follow the protocol
    MapValidators, // at least two thirds of the validators of each epoch do
    Attestors // at least k of n attestors tell the truth: nothing of the chain's own consensus is verified
}

/// @title What every light client answers, whatever chain it follows
/// @notice A light client holds a short history of block hashes of one source chain that it has verified by that chain's own
/// consensus. It answers only while it is active: see CLI-1 and CLI-2 in `spec/client.md`.
interface ILightClient {
    /// @notice Thrown by everything once two conflicting finalized headers have been proven (CLI-1).
    /// @param at Timestamp at which the client froze.
    error ClientFrozen(uint64 at);

    /// @notice Thrown when the trusted state is older than the trusting period (CLI-2).
    /// @param expiry Last timestamp, in seconds, at which the client could be used.
    /// @param now_ The current timestamp.
    error ClientExpired(uint64 expiry, uint64 now_);

    /// @notice Thrown for a head that was never verified or has been overwritten in the ring (CLI-3).
    error ClientUnknownHead(uint64 id);

    /// @notice A new head of the source chain has been verified.
    /// @param id Number of the head, counting from 1.
    /// @param blockHash Hash of the execution block.
    event HeadVerified(uint64 id, bytes32 blockHash);

    /// @notice Chain id of the chain this client follows.
    function chainId() external view returns (uint256);

    /// @notice What this client's heads rest on.
    function assumption() external view returns (Assumption);

    /// @notice Id of the newest head.
    function latestHead() external view returns (uint64 id);

    /// @notice Block hash of a verified head. Reverts unless the client is active and still holds the head (CLI-1 to CLI-3).
    function headHash(uint64 id) external view returns (bytes32 blockHash);

    /// @notice Block hash of a verified head or, as `proof` proves, of an older block (ANC-2 to ANC-4, after CLI-1 to CLI-3).
    /// @param proof Its first byte names the means. No byte at all stands for the head itself.
    function ancestorHash(uint64 id, bytes calldata proof) external view returns (bytes32 blockHash);
}
