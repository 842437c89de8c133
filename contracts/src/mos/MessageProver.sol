// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IAttestors} from "../interfaces/IAttestors.sol";
import {Assumption, ILightClient} from "../interfaces/ILightClient.sol";
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

    /// @dev The client of a chain (CLI-4, CLI-5), if it rests on what is expected (MSG-16). Where nothing is expected there is no client
    /// that would do.
    function _clientUnder(uint256 chainId, Assumption expected) internal view returns (ILightClient client) {
        client = CLIENTS.clientOf(chainId);
        Assumption got = client.assumption();
        if (got != expected || expected == Assumption.None) {
            revert IMessageService.MessageAssumptionMismatch(uint8(expected), uint8(got));
        }
    }

    /// @dev Head, ancestry, headers: the header of the block that they lead to.
    function _proveHeader(ILightClient client, uint64 headId, bytes calldata ancestry, bytes[] calldata headers)
        internal
        view
        returns (BlockHeader.Header memory header)
    {
        (, header) = BlockHeader.openChain(client.ancestorHash(headId, ancestry), headers);
    }

    /// @dev Head, ancestry, headers, receipt, log: the log is one that `emitter` emitted on the client's chain, `topic` being its first
    /// topic.
    function _proveLog(
        ILightClient client,
        IMessageService.DeliveryProof calldata proof,
        address emitter,
        bytes32 topic
    ) internal view returns (bytes calldata topics, bytes calldata data) {
        BlockHeader.Header memory header = _proveHeader(client, proof.headId, proof.ancestry, proof.headers);
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

    /// @dev MSG-17: where a lane is attested, attestors have signed that this happened to the message; elsewhere nobody is asked.
    function _requireAttested(
        bool attested,
        IAttestors attestors,
        uint256 chainId,
        IAttestors.Statement statement,
        bytes32 id,
        bytes calldata attestations
    ) internal view {
        if (attested) {
            attestors.verify(chainId, statement, id, attestations);
        } else if (attestations.length != 0) {
            revert IAttestors.AttestationLength(0, attestations.length);
        }
    }
}
