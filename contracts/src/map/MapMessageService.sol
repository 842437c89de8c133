// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Assumption, ILightClient} from "../interfaces/ILightClient.sol";
import {IMessageService} from "../interfaces/IMessageService.sol";
import {IRelayFees} from "../interfaces/IRelayFees.sol";
import {ICallExecutor} from "../interfaces/map/ICallExecutor.sol";
import {IMapMessageService} from "../interfaces/map/IMapMessageService.sol";
import {IMapoExecutor} from "../interfaces/map/IMapoExecutor.sol";
import {BoundedCall} from "../libraries/BoundedCall.sol";
import {InteroperableAddressEVM} from "../libraries/InteroperableAddressEVM.sol";
import {MessageAttributes} from "../libraries/MessageAttributes.sol";
import {CallExecutor} from "./CallExecutor.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ERC7786Recipient} from "@openzeppelin/contracts/crosschain/ERC7786Recipient.sol";
import {IERC20, SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

/// @title MAP's message service over ours
/// @notice Assumes of the message service what that assumes itself, and that whoever holds the role for `registerChain` names this contract on
/// other chains. It has no pause: the lanes of the message service have. It holds nothing between two calls.
/// @dev A target that fails makes the delivery fail, and so the message stays deliverable. Whoever wants failures recorded delivers in a batch.
contract MapMessageService is IMapMessageService, ERC7786Recipient, AccessManaged, ReentrancyGuardTransient {
    using InteroperableAddressEVM for bytes;
    using SafeERC20 for IERC20;

    /// @dev A message that has come in, and who has sent it.
    struct Incoming {
        bytes32 id;
        uint256 fromChain;
        bytes fromAddress;
        MessageData message;
    }

    /// @dev Bounds of the gas for a target, MAP's; no call costs less than the least, no message can ask for more than the most.
    uint256 private constant LEAST_GAS = 21_000;
    uint256 private constant MOST_GAS = 10_000_000;

    /// @dev What a message needs beside its target: all that is done here, by bytes what depends on the payload, and a 31st of the
    /// target's gas, which is what EIP-150 withholds twice (⁶⁴⁄₆₃ squared).
    uint256 private constant GAS_AROUND = 120_000;
    uint256 private constant GAS_AROUND_PER_BYTE = 32;
    uint256 private constant WITHHELD = 31;

    /// @dev Of which that which follows the call to the target: the event and the return, about 5000 gas without the payload.
    uint256 private constant GAS_RESERVE = 20_000;
    uint256 private constant GAS_RESERVE_PER_BYTE = 20;

    /// @dev The first word of an answer that is bytes.
    bytes32 private constant BYTES_ANSWER = bytes32(uint256(0x20));

    /// @dev Precompiles of Ethereum and of the rollups are found up to here.
    uint160 private constant LAST_PRECOMPILE = 0x1ff;

    /// @dev Node types of MAP.
    uint256 private constant LIGHT_CLIENT = 1;
    uint256 private constant ORACLE = 3;

    IMessageService private immutable GATEWAY;
    ICallExecutor private immutable EXECUTOR = new CallExecutor();

    /// @inheritdoc IMapMessageService
    mapping(uint256 chainId => address) public counterpartOf;

    mapping(address target => mapping(uint256 fromChain => mapping(bytes fromAddress => bool))) private _allowed;

    /// @dev Only to be told: that no message is executed twice is for the message service to see to.
    mapping(bytes32 id => bool) private _executed;

    constructor(address authority, IMessageService gateway_) AccessManaged(authority) {
        GATEWAY = gateway_;
    }

    /// @inheritdoc IMapMessageService
    function transferOut(uint256 toChain, bytes calldata messageData, address feeToken)
        external
        payable
        nonReentrant
        returns (bytes32 orderId)
    {
        address counterpart = counterpartOf[toChain];
        if (counterpart == address(0)) revert MosUnknownChain(toChain);
        MessageData memory message = abi.decode(messageData, (MessageData));
        if (message.relay) revert MosRelayNotSupported();
        if (message.value != 0) revert MosValueNotSupported(message.value);
        _requireAddress(message.target.length);

        uint256 needed = _messageGas(message);
        IRelayFees fees = _fees(toChain, feeToken);
        bytes memory recipient = InteroperableAddressEVM.encode(toChain, counterpart);
        bytes memory payload = abi.encode(msg.sender, message);
        if (feeToken == address(0)) {
            orderId = _sendPaid(recipient, payload, needed, message.gasLimit);
        } else {
            orderId = _send(recipient, payload, needed);
            _pay(fees, toChain, orderId, feeToken, message.gasLimit);
        }
        emit mapMessageOut(block.chainid, toChain, orderId, abi.encodePacked(msg.sender), messageData);
    }

    /// @inheritdoc IMapMessageService
    function transferIn(uint256 chainId, bytes calldata receiptProof) external {
        (IMessageService.DeliveryProof memory proof, address payee) = _decode(receiptProof);
        _deliver(chainId, proof, payee);
    }

    /// @inheritdoc IMapMessageService
    function transferInWithIndex(uint256 chainId, uint256 logIndex, bytes calldata receiptProof) external {
        (IMessageService.DeliveryProof memory proof, address payee) = _decode(receiptProof);
        proof.logIndex = logIndex;
        _deliver(chainId, proof, payee);
    }

    /// @inheritdoc IMapMessageService
    function addRemoteCaller(uint256 fromChain, bytes calldata fromAddress, bool tag) external {
        _allowed[msg.sender][fromChain][fromAddress] = tag;
    }

    /// @inheritdoc IMapMessageService
    function registerChain(uint256 chainId, bytes calldata mosAddress, ChainType chainType) external restricted {
        if (chainType == ChainType.NEAR) revert MosChainType(uint8(chainType));
        if (chainType == ChainType.EVM) _requireAddress(mosAddress.length);
        else if (mosAddress.length != 0) revert MosAddressLength(mosAddress.length);
        // forge-lint: disable-next-line(unsafe-typecast) 20 bytes, or none
        counterpartOf[chainId] = address(bytes20(mosAddress));
        emit RegisterChain(chainId, mosAddress, chainType);
    }

    /// @inheritdoc IMapMessageService
    function getMessageFee(uint256 toChain, address feeToken, uint256 gasLimit)
        external
        view
        returns (uint256 fee, address receiver)
    {
        IRelayFees fees = _fees(toChain, feeToken);
        return (fees.quote(toChain, feeToken, gasLimit), address(fees));
    }

    /// @inheritdoc IMapMessageService
    function getOrderStatus(uint256 chainId, uint256, bytes32 orderId)
        external
        view
        returns (bool exists, bool verifiable, uint256 nodeType)
    {
        exists = _executed[orderId];
        try GATEWAY.clients().clientOf(chainId) returns (ILightClient client) {
            nodeType = client.assumption() == Assumption.Attestors ? ORACLE : LIGHT_CLIENT;
            try client.headHash(client.latestHead()) {
                verifiable = true;
            } catch {} // frozen, expired or empty
        } catch {} // unknown or paused
    }

    /// @inheritdoc IMapMessageService
    function getExecutePermission(address target, uint256 fromChain, bytes calldata fromAddress)
        external
        view
        returns (bool)
    {
        return _allowed[target][fromChain][fromAddress];
    }

    /// @inheritdoc IMapMessageService
    function gateway() external view returns (IMessageService) {
        return GATEWAY;
    }

    /// @inheritdoc IMapMessageService
    function executor() external view returns (ICallExecutor) {
        return EXECUTOR;
    }

    /// @dev MOS-5 to MOS-8. Whoever is here was called by the message service, for the counterpart.
    function _processMessage(address, bytes32 id, bytes calldata sender, bytes calldata payload) internal override {
        Incoming memory incoming;
        incoming.id = id;
        (incoming.fromChain,) = sender.decode();
        address from;
        (from, incoming.message) = abi.decode(payload, (address, MessageData));
        incoming.fromAddress = abi.encodePacked(from);
        // forge-lint: disable-next-line(unsafe-typecast) of 20 bytes, as the counterpart has seen to
        address target = address(bytes20(incoming.message.target));
        if (_isForbidden(target)) revert MosForbiddenTarget(target);
        _requireAllowed(target, incoming);

        _executed[id] = true;
        _execute(target, incoming);
        emit mapMessageIn(
            incoming.fromChain, block.chainid, id, incoming.fromAddress, incoming.message.payload, true, ""
        );
    }

    /// @dev MOS-4.
    function _isAuthorizedGateway(address caller, bytes calldata sender) internal view override returns (bool) {
        if (caller != address(GATEWAY)) return false;
        (uint256 chainId, address account) = sender.decode();
        return account == counterpartOf[chainId] && account != address(0);
    }

    /// @dev With a fee of the chain's own token: all of the value, what is too much of it returning to the sender.
    function _sendPaid(bytes memory recipient, bytes memory payload, uint256 needed, uint256 paidGas)
        private
        returns (bytes32)
    {
        bytes[] memory attributes = new bytes[](2);
        attributes[0] = abi.encodeWithSelector(MessageAttributes.MIN_GAS_LIMIT, needed);
        attributes[1] = abi.encodeWithSelector(MessageAttributes.REQUEST_RELAY, 0, paidGas, msg.sender);
        return GATEWAY.sendMessage{value: msg.value}(recipient, payload, attributes);
    }

    function _send(bytes memory recipient, bytes memory payload, uint256 needed) private returns (bytes32) {
        bytes[] memory attributes = new bytes[](1);
        attributes[0] = abi.encodeWithSelector(MessageAttributes.MIN_GAS_LIMIT, needed);
        return GATEWAY.sendMessage(recipient, payload, attributes);
    }

    /// @dev With a fee of another token: exactly the quote. Value with it is refused by the fee contract (FEE-3).
    function _pay(IRelayFees fees, uint256 toChain, bytes32 id, address token, uint256 paidGas) private {
        uint256 fee = fees.quote(toChain, token, paidGas);
        IERC20(token).safeTransferFrom(msg.sender, address(this), fee);
        IERC20(token).forceApprove(address(fees), fee);
        fees.pay{value: msg.value}(toChain, id, token, fee, msg.sender);
    }

    /// @dev A payee of zero stands for who called here, not for this contract.
    function _deliver(uint256 chainId, IMessageService.DeliveryProof memory proof, address payee) private {
        GATEWAY.deliver(chainId, proof, payee == address(0) ? msg.sender : payee);
        emit mapTransferExecute(chainId, block.chainid, msg.sender);
    }

    /// @dev MOS-7, MOS-8: calls the target, and reverts if it fails.
    function _execute(address target, Incoming memory incoming) private {
        MessageData memory message = incoming.message;
        uint256 reserve = GAS_RESERVE + GAS_RESERVE_PER_BYTE * message.payload.length;
        bool isMessage = message.msgType == MessageType.MESSAGE;
        (bool success, bytes32 answer) = isMessage
            ? _callTarget(target, incoming, reserve)
            : EXECUTOR.execute(target, message.gasLimit, reserve, message.payload);
        // The message service shows the first 32 bytes of a failure: let them be the target's own.
        if (!success) LowLevelCall.bubbleRevert(abi.encodePacked(answer));
        if (isMessage && answer != BYTES_ANSWER) revert MosTargetAnswer(target, answer);
    }

    /// @dev The gas is measured last.
    function _callTarget(address target, Incoming memory incoming, uint256 reserve) private returns (bool, bytes32) {
        uint256 gasLimit = incoming.message.gasLimit;
        bytes memory data = abi.encodeCall(
            IMapoExecutor.mapoExecute,
            (incoming.fromChain, block.chainid, incoming.fromAddress, incoming.id, incoming.message.payload)
        );
        uint256 got = BoundedCall.forwardable(reserve);
        if (got < gasLimit) revert IMessageService.MessageInsufficientGas(got, gasLimit);
        return BoundedCall.call(target, gasLimit, data);
    }

    /// @dev MOS-6.
    function _requireAllowed(address target, Incoming memory incoming) private view {
        if (_allowed[target][incoming.fromChain][incoming.fromAddress]) return;
        if (incoming.message.msgType == MessageType.MESSAGE && _allowed[target][0][""]) return;
        revert MosNotAllowed(target, incoming.fromChain, incoming.fromAddress);
    }

    /// @dev FEE-1: without a fee contract nothing has a price.
    function _fees(uint256 toChain, address feeToken) private view returns (IRelayFees fees) {
        fees = GATEWAY.fees();
        if (address(fees) == address(0)) revert IRelayFees.FeeUnpriced(toChain, feeToken);
    }

    /// @dev MOS-5.
    function _isForbidden(address target) private view returns (bool) {
        if (uint160(target) <= LAST_PRECOMPILE || target.code.length == 0) return true;
        if (target == address(this) || target == address(EXECUTOR) || target == address(GATEWAY)) return true;
        if (target == address(GATEWAY.clients()) || target == address(GATEWAY.attestors())) return true;
        IRelayFees fees = GATEWAY.fees();
        return address(fees) != address(0) && (target == address(fees) || target == address(fees.checker()));
    }

    function _decode(bytes calldata receiptProof)
        private
        pure
        returns (IMessageService.DeliveryProof memory proof, address payee)
    {
        return abi.decode(receiptProof, (IMessageService.DeliveryProof, address));
    }

    /// @dev MOS-3: what the message has to ask for.
    function _messageGas(MessageData memory message) private pure returns (uint256 required) {
        uint256 gasLimit = message.gasLimit;
        if (gasLimit < LEAST_GAS || gasLimit > MOST_GAS) revert MosGasLimit(gasLimit);
        required = gasLimit + gasLimit / WITHHELD + GAS_AROUND + GAS_AROUND_PER_BYTE * message.payload.length;
        if (required > MOST_GAS) revert MosGasLimit(gasLimit);
    }

    /// @dev MOS-2, MOS-9: an address of an EVM chain.
    function _requireAddress(uint256 length) private pure {
        if (length != 20) revert MosAddressLength(length);
    }
}
