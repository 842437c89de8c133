// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {BlockHistory} from "../libraries/BlockHistory.sol";

/// @title Proofs of block hashes that an execution state keeps, in a contract of their own
/// @notice Stateless and without a constructor argument: every light client deploys one and asks it (ANC-4). With the account and
/// storage proofs inside, the code of a client would be larger than a contract may be (EIP-170).
contract BlockHistoryVerifier {
    /// @notice The hash of an older block under a verified one: see `BlockHistory.ancestor`.
    function ancestor(bytes32 head, bytes calldata proof) external pure returns (bytes32 blockHash) {
        return BlockHistory.ancestor(head, proof);
    }
}
