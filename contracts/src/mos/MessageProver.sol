// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ILightClientManager} from "../interfaces/ILightClientManager.sol";
import {IMessageService} from "../interfaces/IMessageService.sol";
import {BlockHeader} from "../libraries/BlockHeader.sol";
import {ReceiptLog} from "../libraries/ReceiptLog.sol";

/// @title Logs of other chains, by the light clients in a registry
/// @notice Assumes that the registry's client of a chain is right about it, and nothing about who supplies the proof.
abstract contract MessageProver {
    ILightClientManager private immutable CLIENTS;

    constructor(ILightClientManager clients_) {
        CLIENTS = clients_;
    }

    /// @notice The registry of light clients that logs are proven against.
    function clients() public view virtual returns (ILightClientManager) {
        return CLIENTS;
    }

    /// @dev Head, ancestry, headers, receipt, log: the log is one that `emitter` emitted on the chain, `topic` being its first topic.
    function _proveLog(uint256 chainId, IMessageService.DeliveryProof calldata proof, address emitter, bytes32 topic)
        internal
        view
        returns (bytes calldata topics, bytes calldata data)
    {
        bytes32 newest = CLIENTS.ancestorHash(chainId, proof.headId, proof.ancestry);
        (, BlockHeader.Header memory header) = BlockHeader.openChain(newest, proof.headers);
        return ReceiptLog.prove(
            header.receiptsRoot,
            proof.transactionIndex,
            proof.receiptProof,
            ReceiptLog.TypePolicy.Known,
            proof.logIndex,
            emitter,
            topic
        );
    }
}
