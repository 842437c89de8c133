// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {IAttestors} from "../interfaces/IAttestors.sol";
import {ILightClient} from "../interfaces/ILightClient.sol";
import {IMessageChecker} from "../interfaces/IMessageChecker.sol";
import {IMessageService} from "../interfaces/IMessageService.sol";
import {BlockHeader} from "../libraries/BlockHeader.sol";
import {MessageAttributes} from "../libraries/MessageAttributes.sol";
import {MessageLib} from "../libraries/MessageLib.sol";
import {ReceiptLog} from "../libraries/ReceiptLog.sol";
import {SettledBits} from "../libraries/SettledBits.sol";
import {StateProof} from "../libraries/StateProof.sol";
import {MessageProver} from "./MessageProver.sol";

/// @title The checker
/// @notice Assumes what the policies of its service's lanes say, and that the gateways at their other ends are message services too. It has no
/// owner and nobody a role in it: what can be proven is decided by the lanes, as they are when it is proven.
/// @dev Calls only its service, clients and attestors, and those only to ask.
contract MessageChecker is IMessageChecker, MessageProver {
    /// @dev What is kept of a message, in one word.
    struct Decision {
        Outcome outcome;
        address payee;
    }

    IMessageService private immutable SERVICE;
    IAttestors private immutable ATTESTORS;

    mapping(bytes32 id => Decision) private _decisions;

    /// @param service_ Its registry of light clients and its attestors are this contract's as well.
    constructor(IMessageService service_) MessageProver(service_.clients()) {
        SERVICE = service_;
        ATTESTORS = service_.attestors();
    }

    /// @inheritdoc IMessageChecker
    function acknowledge(uint256 destinationChainId, IMessageService.DeliveryProof calldata proof)
        external
        returns (bytes32 id)
    {
        (IMessageService.Lane memory to, bytes calldata topics, bytes calldata data) =
            _proveEvent(destinationChainId, proof, IMessageService.MessageDelivered.selector);
        (, address payee) = MessageLib.decodeDelivered(topics, data);
        id = _requireHere(topics);
        _requireAttested(to, destinationChainId, IAttestors.Statement.Delivered, id, proof.attestations);
        _decide(id, Outcome.Delivered, payee);
    }

    /// @inheritdoc IMessageChecker
    function proveCancelled(uint256 destinationChainId, IMessageService.DeliveryProof calldata proof)
        external
        returns (bytes32 id)
    {
        (IMessageService.Lane memory to, bytes calldata topics, bytes calldata data) =
            _proveEvent(destinationChainId, proof, IMessageService.MessageCancelled.selector);
        MessageLib.decodeCancellation(topics, data);
        id = _requireHere(topics);
        _requireAttested(to, destinationChainId, IAttestors.Statement.Cancelled, id, proof.attestations);
        _decide(id, Outcome.Cancelled, address(0));
    }

    /// @inheritdoc IMessageChecker
    function proveExpired(uint256 destinationChainId, IMessageService.Body calldata body, ExpiryProof calldata proof)
        external
        returns (bytes32 id)
    {
        (IMessageService.Lane memory to, BlockHeader.Header memory header) = _proveBlock(destinationChainId, proof);
        id = _idOn(to, destinationChainId, body);
        _requireAttested(to, destinationChainId, IAttestors.Statement.Expired, id, proof.attestations);
        _requireExpired(id, body.attributes, header.timestamp);
        _requireUnsettled(id, to.gateway, header.stateRoot, body.nonce, proof);
        _decide(id, Outcome.Expired, address(0));
    }

    /// @inheritdoc IMessageChecker
    function outcomeOf(bytes32 id) external view returns (Outcome outcome, address payee) {
        Decision storage decision = _decisions[id];
        return (decision.outcome, decision.payee);
    }

    /// @inheritdoc IMessageChecker
    function idOf(uint256 destinationChainId, IMessageService.Body calldata body) external view returns (bytes32 id) {
        return _idOn(_lane(destinationChainId), destinationChainId, body);
    }

    /// @inheritdoc IMessageChecker
    function service() external view returns (IMessageService) {
        return SERVICE;
    }

    /// @dev CHK-1. An outcome is never taken back.
    function _decide(bytes32 id, Outcome outcome, address payee) private {
        if (_decisions[id].outcome != Outcome.None) revert CheckerDecided(id);
        _decisions[id] = Decision({outcome: outcome, payee: payee});
        emit OutcomeProven(id, outcome, payee);
    }

    /// @dev MSG-1.
    function _lane(uint256 chainId) private view returns (IMessageService.Lane memory to) {
        to = SERVICE.lane(chainId);
        if (to.gateway == address(0)) revert IMessageService.MessageUnknownLane(chainId);
    }

    /// @dev MSG-1, MSG-15, MSG-16: the lane, whose other end can be heard from, and the client by which it is.
    function _open(uint256 chainId) private view returns (IMessageService.Lane memory to, ILightClient client) {
        to = _lane(chainId);
        if (to.deliveringPaused) revert IMessageService.MessageDeliveringPaused(chainId);
        client = _clientUnder(chainId, to.assumption);
    }

    /// @dev From MSG-1 to the log, which the other end of the lane has emitted.
    function _proveEvent(uint256 chainId, IMessageService.DeliveryProof calldata proof, bytes32 topic)
        private
        view
        returns (IMessageService.Lane memory to, bytes calldata topics, bytes calldata data)
    {
        ILightClient client;
        (to, client) = _open(chainId);
        (topics, data) = _proveLog(client, proof, to.gateway, topic);
    }

    /// @dev From MSG-1 to the header.
    function _proveBlock(uint256 chainId, ExpiryProof calldata proof)
        private
        view
        returns (IMessageService.Lane memory to, BlockHeader.Header memory header)
    {
        ILightClient client;
        (to, client) = _open(chainId);
        header = _proveHeader(client, proof.headId, proof.ancestry, proof.headers);
    }

    /// @dev MSG-5, of a log that has three topics: the message in it was sent from this chain.
    function _requireHere(bytes calldata topics) private view returns (bytes32 id) {
        uint256 sourceChainId = uint256(ReceiptLog.topic(topics, 2));
        if (sourceChainId != block.chainid) revert IMessageService.MessageWrongChain(block.chainid, sourceChainId);
        return ReceiptLog.topic(topics, 1);
    }

    /// @dev MSG-17.
    function _requireAttested(
        IMessageService.Lane memory to,
        uint256 chainId,
        IAttestors.Statement statement,
        bytes32 id,
        bytes calldata attestations
    ) private view {
        _requireAttested(to.attested, ATTESTORS, chainId, statement, id, attestations);
    }

    /// @dev MSG-2, MSG-13, MSG-14, CHK-2, CHK-3. That it was sent is known by the commitment to its id, and so are its terms.
    function _requireExpired(bytes32 id, bytes[] calldata attributes, uint64 time) private view {
        MessageAttributes.Terms memory terms = MessageAttributes.read(attributes, MessageAttributes.List.Carried);
        if (!SERVICE.isCommitted(id)) revert CheckerNotSent(id);
        if (terms.deadline == 0 || time <= terms.deadline) {
            revert IMessageService.MessageNotExpired(id, terms.deadline, time);
        }
    }

    /// @dev ACC-1, ACC-2, CHK-4: under this state root the bit of the nonce is clear.
    function _requireUnsettled(bytes32 id, address gateway, bytes32 stateRoot, uint64 nonce, ExpiryProof calldata proof)
        private
        view
    {
        (,, bytes32 storageRoot,) = StateProof.account(stateRoot, gateway, proof.accountProof);
        bytes32 slot = SettledBits.slotOf(block.chainid, address(SERVICE), nonce);
        if (proof.absent) {
            StateProof.storageAbsent(storageRoot, slot, proof.storageProof);
        } else {
            uint256 word = StateProof.storageAt(storageRoot, slot, proof.storageProof);
            if (SettledBits.isSetIn(word, nonce)) revert IMessageService.MessageAlreadySettled(id);
        }
    }

    /// @dev The id of a message from this service on a lane of it.
    function _idOn(IMessageService.Lane memory to, uint256 chainId, IMessageService.Body calldata body)
        private
        view
        returns (bytes32)
    {
        return MessageLib.id(
            MessageLib.Message({
                lane: MessageLib.Lane(block.chainid, address(SERVICE), chainId, to.gateway),
                nonce: body.nonce,
                sender: body.sender,
                recipient: body.recipient,
                payload: body.payload,
                attributes: body.attributes
            })
        );
    }
}
