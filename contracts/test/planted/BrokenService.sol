// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ILightClientManager} from "../../src/interfaces/ILightClientManager.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {BoundedCall} from "../../src/libraries/BoundedCall.sol";
import {InteroperableAddressEVM} from "../../src/libraries/InteroperableAddressEVM.sol";
import {MessageAttributes} from "../../src/libraries/MessageAttributes.sol";
import {MessageLib} from "../../src/libraries/MessageLib.sol";
import {ReceiptLog} from "../../src/libraries/ReceiptLog.sol";
import {MessageProver} from "../../src/mos/MessageProver.sol";
import {IERC7786GatewaySource, IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";

/// @title The delivering half of a message service with one fault, of those by which bridges were robbed
/// @notice Not to be deployed anywhere. Proofs are checked as by the real one. Without a fault it refuses what the real one refuses, with the
/// same errors; with one, the attack in `contracts/test/planted` that belongs to it succeeds.
contract BrokenService is MessageProver {
    using InteroperableAddressEVM for bytes;

    enum Fault {
        None,
        SettledAfterCall, // ibc-go 2024: the commitment is deleted after the callback, which has no floor of gas
        FloorBeforeBuffers, // Optimism 2023: gas is compared before what is still to be paid for
        UnboundedCopy, // Nomad, Maia: all that the callee returns is copied
        RetryWithoutTime, // a retry is not asked what a delivery is asked
        PackedId, // MAP 2026: encodePacked over adjacent dynamic fields
        NoCodeFails, // MAP 2026: a recipient without code is a failure that may be retried
        StoredChainId, // Omni 2022: the chain id is stored, not read
        LogIsIdentity, // Messina 2026: every log of the same message is another message
        EmitterFromCaller, // pNetwork, THORChain 2021: whoever emitted it
        DefaultTrusted, // Nomad 2022: what was never proven counts as proven
        AnyCall, // Poly 2021: the payload says whom to call, and how
        Blocking // LayerZero v1: what fails stops all that follows
    }

    uint256 private constant GAS_RESERVE = 50_000;
    uint256 private constant RECIPIENT_GAS = 1_000_000;

    mapping(bytes32 id => bool) public hasFailed;

    Fault private immutable FAULT;
    address private immutable GATEWAY;
    uint256 private immutable CHAIN_ID;
    bool private _entered;
    uint64 private _next;
    mapping(bytes32 identity => bool) private _settled;
    mapping(bytes32 id => bytes32) private _rootOf;
    mapping(bytes32 root => bool) private _isConfirmed;

    constructor(ILightClientManager clients_, address sourceGateway, Fault fault) MessageProver(clients_) {
        (FAULT, GATEWAY, CHAIN_ID) = (fault, sourceGateway, block.chainid);
        // The upgrade that initialised the trusted root to zero.
        if (fault == Fault.DefaultTrusted) _isConfirmed[0] = true;
    }

    modifier guarded() {
        if (_entered && FAULT != Fault.SettledAfterCall) {
            revert ReentrancyGuardTransient.ReentrancyGuardReentrantCall();
        }
        _entered = true;
        _;
        _entered = false;
    }

    /// @dev As `IMessageService.deliver`. Under `EmitterFromCaller` the payee is the emitter that is believed.
    function deliver(uint256 sourceChainId, IMessageService.DeliveryProof calldata proof, address payee)
        external
        guarded
        returns (bytes32 id)
    {
        address emitter = FAULT == Fault.EmitterFromCaller ? payee : GATEWAY;
        (bytes calldata topics, bytes calldata data) =
            _proveLog(clients().clientOf(sourceChainId), proof, emitter, IERC7786GatewaySource.MessageSent.selector);
        MessageLib.requireSent(topics, data);
        id = _bound(sourceChainId, topics, data, proof.nonce);
        bytes32 identity = id;
        if (FAULT == Fault.LogIsIdentity) identity = keccak256(abi.encode(proof.headId, proof.logIndex));
        _run(id, identity, _bodyIn(data, proof.nonce), _terms(MessageLib.attributes(data)), false);
    }

    /// @dev As `IMessageService.retry`.
    function retry(uint256 sourceChainId, IMessageService.Body calldata body, uint256, address)
        external
        guarded
        returns (bytes32 id)
    {
        id = _idOf(sourceChainId, body);
        bool known = FAULT == Fault.DefaultTrusted ? _isConfirmed[_rootOf[id]] : hasFailed[id];
        if (!known) revert IMessageService.MessageNotFailed(id);
        MessageAttributes.Terms memory terms = _terms(body.attributes);
        terms.keepsFailure = false;
        if (FAULT == Fault.RetryWithoutTime) terms.deadline = 0;
        _run(id, id, body, terms, true);
    }

    function _run(
        bytes32 id,
        bytes32 identity,
        IMessageService.Body memory body,
        MessageAttributes.Terms memory terms,
        bool retried
    ) private {
        uint256 limit = terms.gasLimit == 0 ? RECIPIENT_GAS : terms.gasLimit;
        if (_settled[identity]) revert IMessageService.MessageAlreadySettled(id);
        // forge-lint: disable-next-line(block-timestamp)
        if (terms.deadline != 0 && block.timestamp > terms.deadline) {
            revert IMessageService.MessageExpired(id, terms.deadline);
        }
        if (FAULT == Fault.Blocking && body.nonce != _next) {
            revert IMessageService.MessageOutOfOrder(id, _next, body.nonce);
        }
        (, address recipient) = InteroperableAddress.parseEvmV1(body.recipient);
        if (FAULT != Fault.NoCodeFails && recipient.code.length == 0) {
            revert IMessageService.MessageForbiddenRecipient(recipient);
        }
        if (FAULT == Fault.FloorBeforeBuffers) _requireGas(gasleft(), limit);

        if (FAULT != Fault.SettledAfterCall) _settled[identity] = true;
        (bool success, bytes32 answer) = _call(id, recipient, body, limit);
        _settled[identity] = true;
        ++_next;
        if (success && (FAULT == Fault.AnyCall || answer == bytes32(IERC7786Recipient.receiveMessage.selector))) {
            return;
        }
        if (!terms.keepsFailure || retried) {
            if (success) revert IMessageService.MessageRecipientAnswer(id, answer);
            revert IMessageService.MessageRecipientReverted(id, answer);
        }
        (_settled[identity], hasFailed[id]) = (false, true);
    }

    function _call(bytes32 id, address recipient, IMessageService.Body memory body, uint256 limit)
        private
        returns (bool success, bytes32 answer)
    {
        bytes memory data = abi.encodeCall(IERC7786Recipient.receiveMessage, (id, body.sender, body.payload));
        if (FAULT == Fault.AnyCall) (recipient, data) = abi.decode(body.payload, (address, bytes));
        if (FAULT != Fault.FloorBeforeBuffers && FAULT != Fault.SettledAfterCall) {
            _requireGas(BoundedCall.forwardable(GAS_RESERVE), limit);
        }
        if (FAULT == Fault.UnboundedCopy) {
            bytes memory all;
            (success, all) = recipient.call{gas: limit}(data);
            // forge-lint: disable-next-line(unsafe-typecast) its first word
            return (success, bytes32(all));
        }
        return BoundedCall.call(recipient, limit, data);
    }

    /// @dev The id of what is proven; bound to the one in the event unless identities are its own.
    function _bound(uint256 sourceChainId, bytes calldata topics, bytes calldata data, uint64 nonce)
        private
        view
        returns (bytes32 id)
    {
        (uint256 chainId,) = MessageLib.recipient(data).decode();
        if (chainId != _here()) revert IMessageService.MessageWrongChain(_here(), chainId);
        id = _idOf(sourceChainId, _bodyIn(data, nonce));
        bytes32 proven = ReceiptLog.topic(topics, 1);
        if (FAULT != Fault.PackedId && id != proven) revert IMessageService.MessageIdMismatch(proven, id);
    }

    function _idOf(uint256 sourceChainId, IMessageService.Body memory body) private view returns (bytes32) {
        if (FAULT == Fault.PackedId) {
            return
                keccak256(
                    abi.encodePacked(sourceChainId, GATEWAY, body.nonce, body.sender, body.recipient, body.payload)
                );
        }
        MessageLib.Lane memory lane = MessageLib.Lane(sourceChainId, GATEWAY, _here(), address(this));
        return
            MessageLib.id(
                MessageLib.Message(lane, body.nonce, body.sender, body.recipient, body.payload, body.attributes)
            );
    }

    function _here() private view returns (uint256) {
        return FAULT == Fault.StoredChainId ? CHAIN_ID : block.chainid;
    }

    function _requireGas(uint256 got, uint256 limit) private pure {
        if (got < limit) revert IMessageService.MessageInsufficientGas(got, limit);
    }

    function _bodyIn(bytes calldata data, uint64 nonce) private pure returns (IMessageService.Body memory body) {
        body.nonce = nonce;
        (body.sender, body.recipient) = (MessageLib.sender(data), MessageLib.recipient(data));
        (body.payload, body.attributes) = (MessageLib.payload(data), MessageLib.attributes(data));
    }

    function _terms(bytes[] calldata attributes) private pure returns (MessageAttributes.Terms memory) {
        return MessageAttributes.read(attributes, MessageAttributes.List.Carried);
    }
}
