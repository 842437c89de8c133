// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ILightClient} from "../ILightClient.sol";
import {IMapLightVerifier} from "./IMapLightVerifier.sol";

/// @title Proofs of logs under a light client, in the bytes of `LightProof`
/// @notice Everything reverts unless it is proven, with the error of the first clause that does not hold.
interface ILightProver {
    /// @notice A log that is asked for.
    /// @param logIndex Within the receipt of the transaction.
    struct LogQuery {
        uint64 transactionIndex;
        uint256 logIndex;
    }

    /// @notice One log of a receipt.
    function proveLog(uint256 logIndex, bytes calldata receiptProof)
        external
        view
        returns (IMapLightVerifier.TxLog memory);

    /// @notice RLP of the list of all logs of a receipt.
    function proveReceipt(bytes calldata receiptProof) external view returns (bytes memory logs);

    /// @notice Many logs of one block, from a list of nodes in which those that their receipts share stand once.
    /// @param blockProof A proof without what comes behind the block: see `LightProof`.
    /// @param queries In the order of the receipts' keys, which is 1 to 127, 0, 128 and so on; logs of one receipt behind each other.
    /// @param nodes See `MPTBatch`.
    /// @return logs In the order of the queries.
    function proveLogs(bytes calldata blockProof, LogQuery[] calldata queries, bytes[] calldata nodes)
        external
        view
        returns (IMapLightVerifier.TxLog[] memory logs);

    /// @notice The client that is asked.
    function client() external view returns (ILightClient);
}
