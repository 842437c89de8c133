// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ILightClient} from "./ILightClient.sol";

/// @title Light client of a beacon chain with sync committees of 512 members
/// @notice Establishes finalized execution block hashes, assuming that at least two thirds of each sync committee follow the
/// protocol. No committee key is stored: an update proves the absent members under the committee root and the contract subtracts
/// them from the aggregate key. Clauses BCN-1 to BCN-18 of `spec/client.md`.
interface IBeaconLightClient is ILightClient {
    /// @notice `BeaconBlockHeader` of the consensus specs.
    struct BeaconHeader {
        uint64 slot;
        uint64 proposerIndex;
        bytes32 parentRoot;
        bytes32 stateRoot;
        bytes32 bodyRoot;
    }

    /// @notice Position of the generalized indices in a fork's state: see `spec/client.md` section 4.
    enum IndexSet {
        Altair,
        Electra
    }

    /// @notice From `epoch` on, blocks are signed under `version` and proofs use the indices of `indexSet`.
    struct Fork {
        uint64 epoch;
        bytes4 version;
        IndexSet indexSet;
    }

    /// @notice The network followed and the trust put in it.
    struct Config {
        uint256 chainId;
        uint64 genesisTime;
        bytes32 genesisValidatorsRoot;
        uint64 secondsPerSlot;
        uint64 slotsPerEpoch;
        uint64 epochsPerPeriod;
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

    /// @notice A committee member that did not sign.
    /// @param index Position in the committee, below 512.
    /// @param key Uncompressed public key, x ‖ y, 96 bytes big-endian.
    struct AbsentMember {
        uint256 index;
        bytes32[3] key;
    }

    /// @notice An untrusted update.
    /// @param participation Bit i of the committee is bit i mod 8 of byte i / 8.
    /// @param aggregateKey Uncompressed aggregate key of the whole committee, 96 bytes.
    /// @param signature Uncompressed signature, x.c0 ‖ x.c1 ‖ y.c0 ‖ y.c1, 192 bytes.
    /// @param witness Sibling nodes that prove the absent members under the committee root (SSZ-2).
    struct Update {
        BeaconHeader attested;
        BeaconHeader finalized;
        uint64 signatureSlot;
        bytes32 executionBlockHash;
        bytes32 nextCommitteeRoot;
        bytes32[2] participation;
        bytes32[3] aggregateKey;
        bytes32[6] signature;
        bytes32[] finalityBranch;
        bytes32[] executionBranch;
        bytes32[] nextCommitteeBranch;
        AbsentMember[] absent;
        bytes32[] witness;
    }

    /// @notice What the client trusts now.
    /// @param nextCommitteeRoot Zero while unknown.
    /// @param frozenAt Zero while not frozen.
    struct Trusted {
        uint64 finalizedSlot;
        bytes32 finalizedRoot;
        bytes32 currentCommitteeRoot;
        bytes32 nextCommitteeRoot;
        uint64 latestHead;
        uint64 frozenAt;
    }

    /// @notice A sync committee became the signer of its period.
    event CommitteeRotated(uint64 indexed period, bytes32 committeeRoot);

    /// @notice The client froze on two conflicting finalized headers.
    event Frozen(uint64 indexed slot, bytes32 rootA, bytes32 rootB);

    /// @notice Verifies an update and takes it over. Anyone may call.
    /// @return headId Id of the newest head after the update.
    function update(Update calldata update_) external returns (uint64 headId);

    /// @notice Verifies an update as `update` would, without changing state: for simulation.
    /// @return finalizedRoot Root of the finalized header that the update proves.
    function verifyUpdate(Update calldata update_) external view returns (bytes32 finalizedRoot);

    /// @notice Freezes the client for good on two valid updates that finalize different headers at one slot (BCN-17).
    function submitMisbehaviour(Update calldata a, Update calldata b) external;

    /// @notice The trusted state.
    function trusted() external view returns (Trusted memory);

    /// @notice The network configuration.
    function config() external view returns (Config memory);
}
