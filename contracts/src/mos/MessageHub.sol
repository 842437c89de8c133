// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {ILightClientManager} from "../interfaces/ILightClientManager.sol";
import {IMessageHub} from "../interfaces/IMessageHub.sol";
import {IMessageService} from "../interfaces/IMessageService.sol";
import {MessageLib} from "../libraries/MessageLib.sol";
import {ReceiptLog} from "../libraries/ReceiptLog.sol";
import {MessageProver} from "./MessageProver.sol";
import {IERC7786GatewaySource} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @title The hub
/// @notice Assumes that the light clients in its registry are right about their chains, and nothing else. It has no state, no owner
/// and no list of gateways, so there is nothing in it to guard: it is a witness, and what follows from its word is decided by
/// whoever hears it.
contract MessageHub is IMessageHub, MessageProver {
    constructor(ILightClientManager clients_) MessageProver(clients_) {}

    /// @inheritdoc IMessageHub
    function relay(uint256 sourceChainId, address sourceGateway, IMessageService.DeliveryProof calldata proof)
        external
        returns (bytes32 id)
    {
        (bytes calldata topics, bytes calldata data) = _proveLog(
            clients().clientOf(sourceChainId), proof, sourceGateway, IERC7786GatewaySource.MessageSent.selector
        );
        MessageLib.requireSent(topics, data);
        id = ReceiptLog.topic(topics, 1);
        _emit(id, sourceChainId, sourceGateway, data);
    }

    /// @inheritdoc IMessageHub
    function clients() public view override(IMessageHub, MessageProver) returns (ILightClientManager) {
        return MessageProver.clients();
    }

    /// @dev With the attributes as they were given: what they say is read where the message is delivered.
    function _emit(bytes32 id, uint256 sourceChainId, address sourceGateway, bytes calldata data) private {
        bytes[] memory attributes = MessageLib.attributes(data);
        emit MessageRelayed(
            id,
            sourceChainId,
            sourceGateway,
            MessageLib.sender(data),
            MessageLib.recipient(data),
            MessageLib.payload(data),
            0,
            attributes
        );
    }
}
