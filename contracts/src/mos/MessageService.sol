// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {IAttestors} from "../interfaces/IAttestors.sol";
import {ILightClientManager} from "../interfaces/ILightClientManager.sol";
import {IMessageService} from "../interfaces/IMessageService.sol";
import {BoundedCall} from "../libraries/BoundedCall.sol";
import {InteroperableAddressEVM} from "../libraries/InteroperableAddressEVM.sol";
import {MessageAttributes} from "../libraries/MessageAttributes.sol";
import {MessageLib} from "../libraries/MessageLib.sol";
import {MessageSource} from "../libraries/MessageSource.sol";
import {SettledBits} from "../libraries/SettledBits.sol";
import {MessageLanes} from "./MessageLanes.sol";
import {MessageVerifier} from "./MessageVerifier.sol";
import {IERC7786GatewaySource, IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";

/// @title The message service
/// @notice Assumes that the light clients in the registry are right about their chains, or the attestors where a lane asks for them, and that
/// whoever holds the role for `setLane` and `setRoute` names the right gateways and hubs. Nobody else is assumed anything about: anyone may
/// deliver, and a recipient is hostile.
/// @dev State first, callee second. After a call to a recipient nothing is done but to take back, when it failed, what was noted before it.
/// A recipient may send; whatever settles, passes or calls is closed to it until the delivery is over.
contract MessageService is MessageLanes, ReentrancyGuardTransient {
    using InteroperableAddressEVM for bytes;

    /// @dev What stands in the way of a delivery, in the order in which it is looked for.
    enum Obstacle {
        None,
        Settled,
        Expired,
        TooEarly,
        OutOfOrder,
        Recipient
    }

    /// @dev Left behind by the call to a recipient for what follows it: at most the record of a failure (a fresh slot, two that are
    /// written back, an event with 66 letters) and the return, about 37,000 gas.
    /// It also covers what CALL itself costs first, up to 2700 gas when the recipient's code is delegated (EIP-7702).
    uint256 private constant GAS_RESERVE = 50_000;

    /// @dev Precompiles of Ethereum and of the rollups are found up to here; they answer without being recipients.
    uint160 private constant LAST_PRECOMPILE = 0x1ff;

    /// @notice What proves messages. It reads nothing of this contract, and has no right in it.
    MessageVerifier public immutable VERIFIER;

    ILightClientManager private immutable CLIENTS;
    uint256 private immutable RECIPIENT_GAS;

    /// @inheritdoc IMessageService
    mapping(uint256 destinationChainId => uint64) public nextNonce;

    /// @inheritdoc IMessageService
    mapping(bytes32 id => bool) public isCommitted;

    /// @inheritdoc IMessageService
    mapping(bytes32 id => bool) public hasFailed;

    /// @dev Of messages sent: the next place in each order. A gateway that takes the place of another starts from 0, and so do its orders.
    mapping(address destinationGateway => mapping(bytes32 order => uint64)) private _placesGiven;

    /// @dev Of messages delivered: the next place in each order.
    mapping(uint256 sourceChainId => mapping(address sourceGateway => mapping(bytes32 order => uint64))) private
        _placesPassed;

    /// @param recipientGas_ Gas with which a recipient is called when its message does not say.
    constructor(address authority, MessageVerifier verifier, IAttestors attestors_, uint256 recipientGas_)
        MessageLanes(authority, attestors_)
    {
        VERIFIER = verifier;
        CLIENTS = verifier.clients();
        RECIPIENT_GAS = recipientGas_;
    }

    /// @inheritdoc IERC7786GatewaySource
    function sendMessage(bytes calldata recipient, bytes calldata payload, bytes[] calldata attributes)
        external
        payable
        returns (bytes32 id)
    {
        MessageAttributes.Terms memory terms;
        MessageAttributes.Relay memory relay;
        if (attributes.length != 0) {
            terms = MessageAttributes.read(attributes, _sendingList());
            relay = MessageAttributes.relayIn(attributes);
        }
        if (msg.value != 0 && !relay.requested) revert MessageValueNotAccepted(msg.value);

        (uint256 chainId,) = recipient.decode();
        MessageLib.Message memory message;
        message.lane = _laneTo(chainId);
        message.nonce = nextNonce[chainId]++;
        message.sender = InteroperableAddressEVM.encode(block.chainid, msg.sender);
        message.recipient = recipient;
        message.payload = payload;
        uint64 place = terms.ordered ? _givePlace(message) : 0;
        message.attributes = MessageAttributes.carried(attributes, place, relay.requested);

        id = MessageLib.id(message);
        if (terms.deadline != 0 || terms.cancellable) isCommitted[id] = true;
        emit MessageSent(id, message.sender, message.recipient, message.payload, 0, message.attributes);
        if (relay.requested) {
            fees.requestRelay{value: msg.value}(chainId, id, relay.gasLimit, relay.refundRecipient);
        }
    }

    /// @inheritdoc IMessageService
    function deliver(uint256 sourceChainId, DeliveryProof calldata, address payee)
        external
        nonReentrant
        returns (bytes32 id)
    {
        MessageSource.Source memory source = _source(sourceChainId);
        return _deliver(source, _verify(source), payee);
    }

    /// @inheritdoc IMessageService
    function deliverRouted(uint256 sourceChainId, DeliveryProof calldata, address payee)
        external
        nonReentrant
        returns (bytes32 id)
    {
        MessageSource.Source memory source = _routedSource(sourceChainId);
        return _deliver(source, _verify(source), payee);
    }

    /// @inheritdoc IMessageService
    function deliverBatch(uint256 sourceChainId, BatchProof calldata proof, address payee)
        external
        nonReentrant
        returns (Result[] memory results)
    {
        if (proof.items.length == 0) revert MessageEmptyBatch();
        MessageSource.Source memory source = _source(sourceChainId);
        MessageVerifier.Verified[] memory messages =
            abi.decode(_ask(MessageVerifier.verifyBatch.selector, source), (MessageVerifier.Verified[]));
        results = new Result[](messages.length);
        for (uint256 i = 0; i < results.length; ++i) {
            MessageVerifier.Verified memory message = messages[i];
            if (_obstacle(source, message) != Obstacle.None) continue;
            bool delivered = _execute(source, message, _gasLimit(message), payee, true);
            results[i] = delivered ? Result.Delivered : Result.Failed;
        }
    }

    /// @inheritdoc IMessageService
    function retry(uint256 sourceChainId, Body calldata body, uint256 gasLimit, address payee)
        external
        nonReentrant
        returns (bytes32 id)
    {
        MessageSource.Source memory source = _anySource(sourceChainId);
        CLIENTS.clientOf(source.witness.hubChainId);
        id = _idOf(MessageLib.Lane(sourceChainId, source.gateway, block.chainid, address(this)), body);
        if (!hasFailed[id]) revert MessageNotFailed(id);

        MessageVerifier.Verified memory message = _opened(id, body);
        _requireDue(source, message);
        uint256 asked = _gasLimit(message);
        _execute(source, message, gasLimit > asked ? gasLimit : asked, payee, false);
    }

    /// @inheritdoc IMessageService
    function skip(uint256 sourceChainId, DeliveryProof calldata) external nonReentrant returns (bytes32 id) {
        MessageSource.Source memory source = _anySource(sourceChainId);
        MessageVerifier.Verified memory message = _verify(source);
        id = message.id;
        MessageAttributes.Terms memory terms = message.terms;
        if (!terms.ordered) revert MessageOutOfOrder(id, 0, 0);
        // forge-lint: disable-next-line(unsafe-typecast) a timestamp
        if (!_isExpired(terms)) revert MessageNotExpired(id, terms.deadline, uint64(block.timestamp));
        uint64 due = _placeDue(source, message);
        if (terms.place != due) revert MessageOutOfOrder(id, due, terms.place);

        _placesPassed[sourceChainId][source.gateway][message.order] = due + 1;
        emit MessageSkipped(id, sourceChainId, message.nonce);
    }

    /// @inheritdoc IMessageService
    function acceptCancellation(uint256 sourceChainId, DeliveryProof calldata)
        external
        nonReentrant
        returns (bytes32 id)
    {
        MessageSource.Source memory source = _source(sourceChainId);
        uint64 nonce;
        (id, nonce) = abi.decode(_ask(MessageVerifier.verifyCancellation.selector, source), (bytes32, uint64));
        if (isSettled(sourceChainId, source.gateway, nonce)) revert MessageAlreadySettled(id);
        SettledBits.set(sourceChainId, source.gateway, nonce);
        delete hasFailed[id];
        emit MessageCancelled(id, sourceChainId, nonce);
    }

    /// @inheritdoc IMessageService
    function cancel(uint256 destinationChainId, Body calldata body) external returns (bytes32 id) {
        address gateway = _lane(destinationChainId).gateway;
        bytes32 sender = keccak256(body.sender);
        bytes32 caller = keccak256(InteroperableAddressEVM.encode(block.chainid, msg.sender));
        if (sender != caller) revert MessageNotSender(sender, caller);

        id = _idOf(MessageLib.Lane(block.chainid, address(this), destinationChainId, gateway), body);
        // What is committed was read before it was sent.
        if (!isCommitted[id] || !_carried(body).cancellable) revert MessageNotCancellable(id);
        emit CancellationRequested(id, destinationChainId, body.nonce);
    }

    /// @inheritdoc IMessageService
    function nextPlace(uint256 sourceChainId, address sourceGateway, bytes calldata sender, bytes calldata recipient)
        external
        view
        returns (uint64)
    {
        return _placesPassed[sourceChainId][sourceGateway][MessageLib.orderOf(sender, recipient)];
    }

    /// @inheritdoc IERC7786GatewaySource
    function supportsAttribute(bytes4 selector) external view returns (bool) {
        return MessageAttributes.isAllowed(selector, _sendingList());
    }

    /// @inheritdoc IMessageService
    function clients() external view returns (ILightClientManager) {
        return CLIENTS;
    }

    /// @inheritdoc IMessageService
    function recipientGas() external view returns (uint256) {
        return RECIPIENT_GAS;
    }

    /// @inheritdoc IMessageService
    function isSettled(uint256 sourceChainId, address sourceGateway, uint64 nonce) public view returns (bool) {
        return SettledBits.isSet(sourceChainId, sourceGateway, nonce);
    }

    /// @dev From MSG-7 on, of one message that has been proven: the way to its recipient, whichever way it was proven.
    function _deliver(MessageSource.Source memory source, MessageVerifier.Verified memory message, address payee)
        private
        returns (bytes32)
    {
        _requireDue(source, message);
        _execute(source, message, _gasLimit(message), payee, message.terms.keepsFailure);
        return message.id;
    }

    /// @dev MSG-9 and MSG-10, of a message that nothing stands in the way of: the one place that calls recipients.
    /// @param keepsFailure Whether a failure is recorded; else it reverts.
    /// @return delivered Whether the recipient has accepted it.
    function _execute(
        MessageSource.Source memory source,
        MessageVerifier.Verified memory message,
        uint256 gasLimit,
        address payee,
        bool keepsFailure
    ) private returns (bool delivered) {
        bytes32 id = message.id;
        _settle(source, message);
        (bool success, bytes32 answer) = _call(message, gasLimit);
        delivered = success && answer == bytes32(IERC7786Recipient.receiveMessage.selector);
        if (delivered) {
            emit MessageDelivered(id, source.chainId, message.nonce, payee == address(0) ? msg.sender : payee);
        } else if (keepsFailure) {
            _unsettle(source, message);
            emit MessageFailed(id, Strings.toHexString(uint256(answer), 32));
        } else if (success) {
            revert MessageRecipientAnswer(id, answer);
        } else {
            revert MessageRecipientReverted(id, answer);
        }
    }

    /// @dev MSG-9: the gas is measured last, when nothing is left to pay for but the call and the reserve.
    function _call(MessageVerifier.Verified memory message, uint256 gasLimit)
        private
        returns (bool success, bytes32 answer)
    {
        bytes memory data =
            abi.encodeCall(IERC7786Recipient.receiveMessage, (message.id, message.sender, message.payload));
        uint256 got = BoundedCall.forwardable(GAS_RESERVE);
        if (got < gasLimit) revert MessageInsufficientGas(got, gasLimit);
        return BoundedCall.call(message.recipient, gasLimit, data);
    }

    /// @dev Sets the bit, passes the place, and forgets that the message had failed. Undone by whatever reverts later.
    function _settle(MessageSource.Source memory source, MessageVerifier.Verified memory message) private {
        SettledBits.set(source.chainId, source.gateway, message.nonce);
        if (message.terms.ordered) ++_placesPassed[source.chainId][source.gateway][message.order];
        if (hasFailed[message.id]) delete hasFailed[message.id];
    }

    /// @dev Takes back the bit and the place, and notes that the message has failed.
    function _unsettle(MessageSource.Source memory source, MessageVerifier.Verified memory message) private {
        SettledBits.clear(source.chainId, source.gateway, message.nonce);
        if (message.terms.ordered) --_placesPassed[source.chainId][source.gateway][message.order];
        hasFailed[message.id] = true;
    }

    /// @dev The place that the next message of an order gets (section 1).
    function _givePlace(MessageLib.Message memory message) private returns (uint64) {
        bytes32 order = MessageLib.orderOf(message.sender, message.recipient);
        return _placesGiven[message.lane.destinationGateway][order]++;
    }

    /// @dev MSG-7, MSG-18, MSG-19, MSG-8, as the error of the first that stands in the way.
    function _requireDue(MessageSource.Source memory source, MessageVerifier.Verified memory message) private view {
        Obstacle obstacle = _obstacle(source, message);
        if (obstacle == Obstacle.None) return;
        (bytes32 id, MessageAttributes.Terms memory terms) = (message.id, message.terms);
        if (obstacle == Obstacle.Settled) revert MessageAlreadySettled(id);
        if (obstacle == Obstacle.Expired) revert MessageExpired(id, terms.deadline);
        if (obstacle == Obstacle.TooEarly) revert MessageTooEarly(id, terms.notBefore);
        if (obstacle == Obstacle.OutOfOrder) revert MessageOutOfOrder(id, _placeDue(source, message), terms.place);
        revert MessageForbiddenRecipient(message.recipient);
    }

    /// @dev MSG-7, MSG-18, MSG-19, MSG-8.
    function _obstacle(MessageSource.Source memory source, MessageVerifier.Verified memory message)
        private
        view
        returns (Obstacle)
    {
        MessageAttributes.Terms memory terms = message.terms;
        if (isSettled(source.chainId, source.gateway, message.nonce)) return Obstacle.Settled;
        if (_isExpired(terms)) return Obstacle.Expired;
        // forge-lint: disable-next-line(block-timestamp) it is the sender who chose seconds
        if (block.timestamp < terms.notBefore) return Obstacle.TooEarly;
        if (terms.ordered && terms.place != _placeDue(source, message)) return Obstacle.OutOfOrder;
        return _isForbidden(message.recipient) ? Obstacle.Recipient : Obstacle.None;
    }

    /// @dev MSG-8. No contract that this one relies on is ever called in its name.
    function _isForbidden(address account) private view returns (bool) {
        return uint160(account) <= LAST_PRECOMPILE || account == address(this) || account == address(CLIENTS)
            || account == address(VERIFIER) || account == address(attestors()) || account == address(fees)
            || account.code.length == 0;
    }

    function _placeDue(MessageSource.Source memory source, MessageVerifier.Verified memory message)
        private
        view
        returns (uint64)
    {
        return _placesPassed[source.chainId][source.gateway][message.order];
    }

    function _isExpired(MessageAttributes.Terms memory terms) private view returns (bool) {
        // forge-lint: disable-next-line(block-timestamp) it is the sender who chose seconds
        return terms.deadline != 0 && block.timestamp > terms.deadline;
    }

    /// @dev Gas for the recipient: what the message asks for, or else the default.
    function _gasLimit(MessageVerifier.Verified memory message) private view returns (uint256) {
        return message.terms.gasLimit == 0 ? RECIPIENT_GAS : message.terms.gasLimit;
    }

    /// @dev What a proof of one message proves: see `MessageVerifier.verify`.
    function _verify(MessageSource.Source memory source) private view returns (MessageVerifier.Verified memory) {
        return abi.decode(_ask(MessageVerifier.verify.selector, source), (MessageVerifier.Verified));
    }

    /// @dev Hands the proof to the verifier as it came, with what is asked of it behind: see `MessageSource`. The verifier takes the same first
    /// two arguments as whatever function was called here.
    function _ask(bytes4 question, MessageSource.Source memory source) private view returns (bytes memory) {
        bytes memory data = bytes.concat(question, msg.data[4:], abi.encode(source));
        if (!LowLevelCall.staticcallNoReturn(address(VERIFIER), data)) LowLevelCall.bubbleRevert();
        return LowLevelCall.returnData();
    }

    function _sendingList() private view returns (MessageAttributes.List) {
        return address(fees) == address(0) ? MessageAttributes.List.SendingFree : MessageAttributes.List.Sending;
    }

    /// @dev A message that was proven when it failed, so that there is nothing left to refuse.
    function _opened(bytes32 id, Body calldata body) private pure returns (MessageVerifier.Verified memory message) {
        (, message.recipient) = body.recipient.decode();
        message.id = id;
        message.nonce = body.nonce;
        message.terms = _carried(body);
        if (message.terms.ordered) message.order = MessageLib.orderOf(body.sender, body.recipient);
        message.sender = body.sender;
        message.payload = body.payload;
    }

    function _carried(Body calldata body) private pure returns (MessageAttributes.Terms memory) {
        return MessageAttributes.read(body.attributes, MessageAttributes.List.Carried);
    }

    function _idOf(MessageLib.Lane memory on, Body calldata body) private pure returns (bytes32) {
        return
            MessageLib.id(
                MessageLib.Message(on, body.nonce, body.sender, body.recipient, body.payload, body.attributes)
            );
    }
}
