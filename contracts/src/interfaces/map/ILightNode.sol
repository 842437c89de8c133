// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ILightClient} from "../ILightClient.sol";
import {ILightProver} from "./ILightProver.sol";
import {IMapLightNode} from "./IMapLightNode.sol";

/// @title A light client of this project behind MAP's ABI, and what MAP's ABI has no function for
/// @notice The bytes of an update are those of the client, the bytes of a proof those of `LightProof`.
interface ILightNode is IMapLightNode {
    /// @notice Proves many logs of one block: `ILightProver.proveLogs`, in the manner of MAP's functions.
    /// @param cache Whether a block that the proof brings along is taken over.
    /// @return success Whether all of it holds. The other results mean nothing without it.
    /// @return message Why it does not.
    /// @return logs In the order of the queries.
    function verifyLogs(
        bool cache,
        bytes calldata blockProof,
        ILightProver.LogQuery[] calldata queries,
        bytes[] calldata nodes
    ) external returns (bool success, string memory message, TxLog[] memory logs);

    /// @notice What is asked about proofs: the same functions, for callers that would rather be reverted.
    function prover() external view returns (ILightProver);

    /// @notice The client that is asked. Nothing is believed that it does not say.
    function client() external view returns (ILightClient);

    /// @notice The chain that the client follows.
    function chainId() external view returns (uint256);
}
