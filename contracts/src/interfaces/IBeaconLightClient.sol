// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ILightClient} from "./ILightClient.sol";

/// @title Light client of a beacon chain with sync committees of at most 512 members
/// @notice Establishes finalized execution block hashes, assuming that at least two thirds of each sync committee follow the
/// protocol. No committee key is stored: an update proves the absent members under the committee root and the contract subtracts
/// them from the aggregate key. An update is bytes, as section 4.1 of `spec/client.md` lays them out (UPD-1); what it has to prove
/// and what the state becomes are the clauses BCN-1 to BCN-17 there.
interface IBeaconLightClient is ILightClient {
    /// @notice `BeaconBlockHeader` of the consensus specs.
    struct BeaconHeader {
        uint64 slot;
        uint64 proposerIndex;
        bytes32 parentRoot;
        bytes32 stateRoot;
        bytes32 bodyRoot;
    }

    /// @notice Positions of what is proven in a fork's state and body: the table of section 4 of `spec/client.md`.
    enum IndexSet {
        Altair,
        Capella,
        Deneb,
        Electra,
        Gloas
    }

    /// @notice From `epoch` on, blocks are signed under `version` and proofs use the indices of `indexSet`.
    struct Fork {
        uint64 epoch;
        bytes4 version;
        IndexSet indexSet;
    }

    /// @notice The network followed and the trust put in it (BCN-16).
    /// @param committeeSize Members of a sync committee: 512, or 32 in the minimal preset.
    /// @param slotsPerHistoricalRoot Length of a state's list of block roots: 8192, or 64 in the minimal preset.
    /// @param trustingPeriod For how many seconds after its slot a finalized header is trusted (CLI-2).
    /// @param forks By strictly increasing epoch.
    struct Config {
        uint256 chainId;
        uint64 genesisTime;
        bytes32 genesisValidatorsRoot;
        uint64 secondsPerSlot;
        uint64 slotsPerEpoch;
        uint64 epochsPerPeriod;
        uint64 committeeSize;
        uint64 slotsPerHistoricalRoot;
        uint64 trustingPeriod;
        Fork[] forks;
    }

    /// @notice The trusted starting point: a finalized header, whose root the deployer names, and its committee.
    struct Bootstrap {
        BeaconHeader header;
        bytes32 currentCommitteeRoot;
        bytes32[] currentCommitteeBranch;
        bytes32 executionBlockHash;
        bytes32[] executionBranch;
    }

    /// @notice What the client trusts now.
    /// @param nextCommitteeRoot Zero while unknown.
    /// @param frozenAt Zero while not frozen.
    struct Trusted {
        uint64 finalizedSlot;
        bytes32 currentCommitteeRoot;
        bytes32 nextCommitteeRoot;
        uint64 latestHead;
        uint64 frozenAt;
    }

    /// @notice The client was deployed with a finalized header that its deployer trusts.
    event Bootstrapped(uint64 indexed slot, bytes32 trustedRoot);

    /// @notice A fork row was appended.
    event ForkAppended(uint64 indexed epoch, bytes4 version, IndexSet indexSet);

    /// @notice The client froze on two conflicting finalized headers.
    event Frozen(uint64 indexed slot, bytes32 rootA, bytes32 rootB);

    /// @notice Verifies an update and takes it over. Anyone may call.
    /// @return headId Id of the newest head after the update. Zero while there is none.
    function update(bytes calldata encoded) external returns (uint64 headId);

    /// @notice Freezes the client for good on two valid updates that finalize different headers at one slot (BCN-15).
    function submitMisbehaviour(bytes calldata a, bytes calldata b) external;

    /// @notice Appends a fork row (BCN-17). Whoever holds this function's role under the AccessManager may call, after its delay:
    /// a row may only speak of blocks that no one could verify before, but a wrong one stops the client.
    function appendFork(Fork calldata row) external;

    /// @notice Verifies an update as `update` would, without changing state: for simulation.
    /// @return finalizedRoot Root of the finalized header that the update proves.
    function verifyUpdate(bytes calldata encoded) external view returns (bytes32 finalizedRoot);

    /// @notice The trusted state.
    function trusted() external view returns (Trusted memory);

    /// @notice The network configuration, with the fork rows appended since.
    function config() external view returns (Config memory);
}
