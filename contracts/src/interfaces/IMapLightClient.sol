// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ILightClient} from "./ILightClient.sol";

/// @title Light client of the MAP relay chain
/// @notice Establishes block hashes and receipts roots, assuming that at least two thirds of the validators of each epoch follow the
/// protocol for as long as their set is held. Of a set only a commitment is stored: an update brings the keys, the contract hashes them and
/// takes those who did not sign out of their sum. An update is bytes, as section 4 of `spec/map.md` lays them out (MAP-1); what it has
/// to prove and what the state becomes are the clauses MAP-2 to MAP-16 there. The precompiles used are those of EIP-196 and EIP-197.
interface IMapLightClient is ILightClient {
    /// @notice The network followed and the trust put in it (MAP-16).
    /// @param epochSize Blocks of an epoch. Its last one has a number that this divides.
    /// @param forkHeight First block that is signed with the hash to G1 in force today (MAP-3).
    /// @param trustingPeriod For how many seconds after the header that brought it the newest set is trusted (CLI-2). It has to end before
    /// validators can withdraw what they staked.
    struct Config {
        uint256 chainId;
        uint64 epochSize;
        uint64 forkHeight;
        uint64 trustingPeriod;
    }

    /// @notice The trusted starting point: the set of an epoch, whose commitment the deployer names (MAP-14).
    /// @param time Time in seconds of the header that brought the set: the last one of the epoch before.
    /// @param keys Keys of the validators on G1, 64 bytes each, in their order.
    struct Checkpoint {
        uint64 epoch;
        uint64 time;
        bytes keys;
    }

    /// @notice What the client trusts now.
    /// @param epoch The newest epoch whose set is held.
    /// @param time Time in seconds of the header that brought it.
    /// @param commitment Commitment of its set: keccak256 of the keys in order, and of their sum.
    /// @param latestHead Zero while there is no head.
    /// @param frozenAt Zero while not frozen.
    struct Trusted {
        uint64 epoch;
        uint64 time;
        bytes32 commitment;
        uint64 latestHead;
        uint64 frozenAt;
    }

    /// @notice The client was deployed with a set that its deployer trusts.
    event Bootstrapped(uint64 indexed epoch, bytes32 commitment);

    /// @notice The set of a further epoch is held from now on. Of an update that goes through more than 8 epochs, only the last 8 are.
    /// @param size Number of validators in the set.
    event EpochEntered(uint64 indexed epoch, bytes32 commitment, uint256 size);

    /// @notice The client froze on two blocks of one number, both signed by a quorum.
    event Frozen(uint64 indexed number, bytes32 hashA, bytes32 hashB);

    /// @notice Verifies an update and takes it over. Anyone may call.
    /// @return headId Id of the head that the update's last header became.
    function update(bytes calldata encoded) external returns (uint64 headId);

    /// @notice Freezes the client for good on two valid updates that end in different blocks of one number (MAP-15).
    function submitMisbehaviour(bytes calldata a, bytes calldata b) external;

    /// @notice Verifies an update as `update` would, without changing state.
    /// @return number Number of the block that the update proves.
    /// @return blockHash Its hash.
    /// @return receiptsRoot_ Root of its receipts.
    function verifyUpdate(bytes calldata encoded)
        external
        view
        returns (uint64 number, bytes32 blockHash, bytes32 receiptsRoot_);

    /// @notice Receipts root of a head. Reverts unless the client is active and still holds the head (CLI-1 to CLI-3).
    function receiptsRoot(uint64 headId) external view returns (bytes32);

    /// @notice Commitment of an epoch's set, or zero when it is not among the newest 8 that are held.
    function commitmentOf(uint64 epoch) external view returns (bytes32);

    /// @notice The trusted state.
    function trusted() external view returns (Trusted memory);

    /// @notice The network configuration.
    function config() external view returns (Config memory);
}
