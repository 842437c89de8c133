// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {ILightClientManager} from "../interfaces/ILightClientManager.sol";
import {IMessageHub} from "../interfaces/IMessageHub.sol";
import {IMessageService} from "../interfaces/IMessageService.sol";
import {BoundedCall} from "../libraries/BoundedCall.sol";
import {InteroperableAddressEVM} from "../libraries/InteroperableAddressEVM.sol";
import {MessageLib} from "../libraries/MessageLib.sol";
import {ReceiptLog} from "../libraries/ReceiptLog.sol";
import {MessageProver} from "./MessageProver.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC7786GatewaySource, IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @title The message service
/// @notice Assumes that the light clients in the registry are right about their chains and that whoever holds the role for `setLane`
/// and `setRoute` names the right gateways and hubs. Nobody else is assumed anything about: anyone may deliver, and a recipient is hostile.
/// @dev Has no guard against re-entrance and needs none. A delivery reads its state, sets the message's bit and only then calls
/// out; after the call it neither reads nor writes state. A recipient that re-enters finds its own message delivered, and any
/// other one out of reach: it has exactly the gas that it would have to pass on, less what it has used. It may send.
contract MessageService is IMessageService, MessageProver, AccessManaged {
    using InteroperableAddressEVM for bytes;

    /// @dev By whose word messages of a chain may be delivered too.
    struct Route {
        uint256 hubChainId;
        address hub;
    }

    /// @dev Left behind by the call to a recipient for what follows it: one event and the return, about 3000 gas.
    /// It also covers what CALL itself costs first, up to 2700 gas when the recipient's code is delegated (EIP-7702).
    uint256 private constant GAS_RESERVE = 20_000;

    /// @dev Precompiles of Ethereum and of the rollups are found up to here; they answer without being recipients.
    uint160 private constant LAST_PRECOMPILE = 0x1ff;

    uint256 private immutable RECIPIENT_GAS;

    /// @inheritdoc IMessageService
    mapping(uint256 chainId => address gateway) public lane;

    /// @inheritdoc IMessageService
    mapping(uint256 destinationChainId => uint64) public nextNonce;

    /// @inheritdoc IMessageService
    mapping(uint256 sourceChainId => Route) public route;

    /// @dev One bit per nonce, 256 to a word: a fresh slot is paid for once in 256 messages.
    mapping(uint256 sourceChainId => mapping(address sourceGateway => mapping(uint256 word => uint256 bits))) private
        _delivered;

    constructor(address authority, ILightClientManager clients_, uint256 recipientGas_)
        MessageProver(clients_)
        AccessManaged(authority)
    {
        RECIPIENT_GAS = recipientGas_;
    }

    /// @inheritdoc IERC7786GatewaySource
    function sendMessage(bytes calldata recipient, bytes calldata payload, bytes[] calldata attributes)
        external
        payable
        returns (bytes32 id)
    {
        if (msg.value != 0) revert MessageValueNotAccepted(msg.value);
        if (attributes.length != 0) revert UnsupportedAttribute(bytes4(attributes[0]));
        (uint256 chainId,) = recipient.decode();
        MessageLib.Lane memory to = MessageLib.Lane(block.chainid, address(this), chainId, _gateway(chainId));

        bytes memory sender = InteroperableAddressEVM.encode(block.chainid, msg.sender);
        id = MessageLib.id(MessageLib.Message(to, nextNonce[chainId]++, sender, recipient, payload));
        emit MessageSent(id, sender, recipient, payload, 0, new bytes[](0));
    }

    /// @inheritdoc IMessageService
    function deliver(uint256 sourceChainId, DeliveryProof calldata proof) external returns (bytes32 id) {
        (MessageLib.Message memory message, address account, bytes32 proven) = _prove(sourceChainId, proof);
        return _execute(message, account, proven);
    }

    /// @inheritdoc IMessageService
    function deliverRouted(uint256 sourceChainId, DeliveryProof calldata proof) external returns (bytes32 id) {
        (MessageLib.Message memory message, address account, bytes32 proven) = _proveRouted(sourceChainId, proof);
        return _execute(message, account, proven);
    }

    /// @inheritdoc IMessageService
    function setLane(uint256 chainId, address gateway) external restricted {
        lane[chainId] = gateway;
        emit LaneSet(chainId, gateway);
    }

    /// @inheritdoc IMessageService
    function setRoute(uint256 sourceChainId, uint256 hubChainId, address hub) external restricted {
        route[sourceChainId] = Route({hubChainId: hubChainId, hub: hub});
        emit RouteSet(sourceChainId, hubChainId, hub);
    }

    /// @inheritdoc IMessageService
    function isDelivered(uint256 sourceChainId, address sourceGateway, uint64 nonce) external view returns (bool) {
        return _delivered[sourceChainId][sourceGateway][nonce >> 8] & _bit(nonce) != 0;
    }

    /// @inheritdoc IMessageService
    function recipientGas() external view returns (uint256) {
        return RECIPIENT_GAS;
    }

    /// @inheritdoc IMessageService
    function clients() public view override(IMessageService, MessageProver) returns (ILightClientManager) {
        return MessageProver.clients();
    }

    /// @inheritdoc IERC7786GatewaySource
    function supportsAttribute(bytes4) external pure returns (bool) {
        return false;
    }

    /// @dev MSG-1.
    function _gateway(uint256 chainId) private view returns (address gateway) {
        gateway = lane[chainId];
        if (gateway == address(0)) revert MessageUnknownLane(chainId);
    }

    /// @dev MSG-1 to MSG-5: the message that the proof shows under the nonce that is still to be bound by `proven`, its id.
    function _prove(uint256 sourceChainId, DeliveryProof calldata proof)
        private
        view
        returns (MessageLib.Message memory message, address account, bytes32 proven)
    {
        _open(message, sourceChainId, proof);
        (bytes calldata topics, bytes calldata data) =
            _proveLog(sourceChainId, proof, message.lane.sourceGateway, MessageSent.selector);
        (bytes calldata sender, bytes calldata recipient, bytes calldata payload) = MessageLib.decode(topics, data);
        account = _fill(message, sender, recipient, payload);
        proven = ReceiptLog.topic(topics, 1);
    }

    /// @dev The same by the word of the hub: MSG-1, MSG-11, MSG-12, MSG-3 to MSG-5.
    function _proveRouted(uint256 sourceChainId, DeliveryProof calldata proof)
        private
        view
        returns (MessageLib.Message memory message, address account, bytes32 proven)
    {
        _open(message, sourceChainId, proof);
        (bytes calldata topics, bytes calldata data) = _proveRelayed(sourceChainId, proof);
        (bytes calldata sender, bytes calldata recipient, bytes calldata payload) =
            MessageLib.decodeRelayed(topics, data);
        _requireSource(message.lane, topics);
        account = _fill(message, sender, recipient, payload);
        proven = ReceiptLog.topic(topics, 1);
    }

    /// @dev MSG-11, and what the hub says.
    function _proveRelayed(uint256 sourceChainId, DeliveryProof calldata proof)
        private
        view
        returns (bytes calldata topics, bytes calldata data)
    {
        Route memory to = route[sourceChainId];
        if (to.hub == address(0)) revert MessageUnknownRoute(sourceChainId);
        return _proveLog(to.hubChainId, proof, to.hub, IMessageHub.MessageRelayed.selector);
    }

    /// @dev MSG-1, and what is known before any proof.
    function _open(MessageLib.Message memory message, uint256 sourceChainId, DeliveryProof calldata proof)
        private
        view
    {
        message.lane = MessageLib.Lane(sourceChainId, _gateway(sourceChainId), block.chainid, address(this));
        message.nonce = proof.nonce;
    }

    /// @dev MSG-12: what the hub relayed was sent on the lane's chain, by the lane's gateway.
    function _requireSource(MessageLib.Lane memory from, bytes calldata topics) private pure {
        uint256 chainId = uint256(ReceiptLog.topic(topics, 2));
        if (chainId != from.sourceChainId) revert MessageWrongChain(from.sourceChainId, chainId);
        bytes32 gateway = ReceiptLog.topic(topics, 3);
        if (gateway != bytes32(uint256(uint160(from.sourceGateway)))) {
            revert MessageRelayedGateway(from.sourceGateway, gateway);
        }
    }

    /// @dev MSG-3, MSG-5.
    function _fill(
        MessageLib.Message memory message,
        bytes calldata sender,
        bytes calldata recipient,
        bytes calldata payload
    ) private pure returns (address account) {
        account = _recipient(message.lane, sender, recipient);
        message.sender = sender;
        message.recipient = recipient;
        message.payload = payload;
    }

    /// @dev MSG-3, MSG-5.
    function _recipient(MessageLib.Lane memory from, bytes calldata sender, bytes calldata recipient)
        private
        pure
        returns (address account)
    {
        (uint256 senderChainId,) = sender.decode();
        uint256 recipientChainId;
        (recipientChainId, account) = recipient.decode();
        if (senderChainId != from.sourceChainId) revert MessageWrongChain(from.sourceChainId, senderChainId);
        if (recipientChainId != from.destinationChainId) {
            revert MessageWrongChain(from.destinationChainId, recipientChainId);
        }
    }

    /// @dev MSG-6 to MSG-10: the one way to a recipient, whichever way a message was proven. The nonce is bound here, and the bit set.
    function _execute(MessageLib.Message memory message, address account, bytes32 proven) private returns (bytes32 id) {
        id = MessageLib.id(message);
        if (id != proven) revert MessageIdMismatch(proven, id);

        _setDelivered(message, id);
        _call(account, id, message);
        emit MessageDelivered(id, message.lane.sourceChainId, message.nonce);
    }

    /// @dev MSG-7. Undone by whatever reverts later.
    function _setDelivered(MessageLib.Message memory message, bytes32 id) private {
        mapping(uint256 => uint256) storage delivered =
            _delivered[message.lane.sourceChainId][message.lane.sourceGateway];
        uint256 bits = delivered[message.nonce >> 8];
        uint256 bit = _bit(message.nonce);
        if (bits & bit != 0) revert MessageAlreadyDelivered(id);
        delivered[message.nonce >> 8] = bits | bit;
    }

    /// @dev MSG-8 to MSG-10. The gas is measured last, when nothing is left to pay for but the call and the reserve.
    function _call(address account, bytes32 id, MessageLib.Message memory message) private {
        bool forbidden = account == address(this) || uint160(account) <= LAST_PRECOMPILE || account.code.length == 0;
        if (forbidden) revert MessageForbiddenRecipient(account);
        bytes memory data = abi.encodeCall(IERC7786Recipient.receiveMessage, (id, message.sender, message.payload));

        uint256 got = BoundedCall.forwardable(GAS_RESERVE);
        if (got < RECIPIENT_GAS) revert MessageInsufficientGas(got, RECIPIENT_GAS);
        (bool success, bytes32 answer) = BoundedCall.call(account, RECIPIENT_GAS, data);
        if (!success) revert MessageRecipientReverted(id, answer);
        if (answer != bytes32(IERC7786Recipient.receiveMessage.selector)) revert MessageRecipientAnswer(id, answer);
    }

    function _bit(uint64 nonce) private pure returns (uint256) {
        // forge-lint: disable-next-line(incorrect-shift)
        return 1 << (nonce & 0xff);
    }
}
