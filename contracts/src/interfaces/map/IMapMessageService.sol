// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMessageService} from "../IMessageService.sol";
import {ICallExecutor} from "./ICallExecutor.sol";

// forge-lint: disable-start(mixed-case-function)

/// @title MAP's message service, version 3, as an application on ours
/// @notice Section 5 of `spec/map.md`. Selectors, topics and types are those of `IMOSV3` and `MapoServiceV3` of MAP's `mapo-service-contracts`; the
/// names of arguments are ours. A message goes through the message service and comes out of it, to the counterpart of this contract: there is no
/// second way to execution, and no right that somebody has in one of the two and not in the other.
interface IMapMessageService {
    /// @notice Thrown when no counterpart is registered on a chain (MOS-1).
    error MosUnknownChain(uint256 chainId);

    /// @notice Thrown when a message asks to be executed on the way (MOS-2). What runs on a hub is a recipient there, and what it sends on is its
    /// own message: so it can always be told who has sent what.
    error MosRelayNotSupported();

    /// @notice Thrown when value is asked to go with a message (MOS-2). In MAP's it has to be zero too.
    error MosValueNotSupported(uint256 value);

    /// @notice Thrown when an address has not 20 bytes (MOS-2, MOS-9).
    error MosAddressLength(uint256 got);

    /// @notice Thrown for less gas than any call needs, or more than a message can ask for (MOS-3).
    error MosGasLimit(uint256 got);

    /// @notice Thrown when the target can never be called (MOS-5).
    error MosForbiddenTarget(address target);

    /// @notice Thrown when the target has not allowed this sender (MOS-6).
    error MosNotAllowed(address target, uint256 fromChain, bytes fromAddress);

    /// @notice Thrown when the target answers `mapoExecute` with other than bytes (MOS-8): it may not have that function at all.
    /// @param answer The first word.
    error MosTargetAnswer(address target, bytes32 answer);

    /// @notice Thrown when a chain of a type is registered that there are no messages with (MOS-9).
    error MosChainType(uint8 got);

    /// @notice What kind of chain it is.
    enum ChainType {
        NULL, // none: the chain is not registered
        EVM,
        NEAR // nothing is sent to it
    }

    /// @notice What is done with a message.
    enum MessageType {
        CALLDATA, // the target is called with the payload
        MESSAGE // the target's `mapoExecute` is called
    }

    /// @notice A message, as its sender encodes it.
    /// @param relay Has to be false.
    /// @param target 20 bytes.
    /// @param gasLimit For the target.
    /// @param value Has to be zero.
    struct MessageData {
        bool relay;
        MessageType msgType;
        bytes target;
        bytes payload;
        uint256 gasLimit;
        uint256 value;
    }

    /// @notice A message was sent.
    /// @param orderId The message id.
    /// @param callData The message, as its sender has encoded it.
    event mapMessageOut(
        uint256 indexed fromChain, uint256 indexed toChain, bytes32 orderId, bytes fromAddrss, bytes callData
    );

    /// @notice A message was executed.
    /// @param callData Its payload.
    /// @param result True: what fails is not over, and may be delivered again.
    /// @param reason Empty.
    event mapMessageIn(
        uint256 indexed fromChain,
        uint256 indexed toChain,
        bytes32 orderId,
        bytes fromAddrss,
        bytes callData,
        bool result,
        bytes reason
    );

    /// @notice Somebody has delivered by `transferIn` or `transferInWithIndex`.
    event mapTransferExecute(uint256 indexed fromChain, uint256 indexed toChain, address indexed from);

    /// @notice The counterpart on a chain was set.
    event RegisterChain(uint256 _chainId, bytes _address, ChainType _type);

    /// @notice Sends a message (MOS-1 to MOS-3), and pays for its delivery from what the caller has (FEE-1 to FEE-3): in the chain's own token
    /// the value of the call, of which what is too much is returned to the caller; in another the exact fee, which the caller has allowed
    /// this contract to take. On the caller's account: they can take back what was not earned.
    /// @param messageData `abi.encode(MessageData)`.
    /// @param feeToken Zero: the chain's own.
    /// @return orderId The message id.
    function transferOut(uint256 toChain, bytes calldata messageData, address feeToken)
        external
        payable
        returns (bytes32 orderId);

    /// @notice Delivers one message, whatever it is: as `IMessageService.deliver`, to which it goes. Anyone may call.
    /// @param receiptProof `abi.encode(IMessageService.DeliveryProof, address payee)`; a payee of zero stands for the caller. Many messages
    /// of one block go to `IMessageService.deliverBatch`.
    function transferIn(uint256 chainId, bytes calldata receiptProof) external;

    /// @notice The same, for the log with this index, whatever the proof says of it.
    function transferInWithIndex(uint256 chainId, uint256 logIndex, bytes calldata receiptProof) external;

    /// @notice Says from whom the caller takes messages (MOS-6), and from whom no more. Nobody is allowed at first. Chain 0 with no address
    /// stands for everybody, and for `mapoExecute` only: for targets that look at the sender themselves.
    /// @param fromAddress 20 bytes, for an EVM chain.
    function addRemoteCaller(uint256 fromChain, bytes calldata fromAddress, bool tag) external;

    /// @notice Sets the counterpart on a chain, or removes it with the type `NULL` and no bytes (MOS-9). Restricted. It is believed about who
    /// has sent what: it has to be this contract on that chain.
    function registerChain(uint256 chainId, bytes calldata mosAddress, ChainType chainType) external;

    /// @notice What `transferOut` takes for a delivery with this gas limit (FEE-1), and the contract that it goes to.
    function getMessageFee(uint256 toChain, address feeToken, uint256 gasLimit)
        external
        view
        returns (uint256 fee, address receiver);

    /// @notice What is known here of a message.
    /// @param blockNumber Not looked at: our clients reach older blocks from the newest one, and count heads, not blocks.
    /// @return exists Whether it was executed here.
    /// @return verifiable Whether the chain's light client can be asked now.
    /// @return nodeType 1 for a light client, 3 for attestors alone, 0 without either.
    function getOrderStatus(uint256 chainId, uint256 blockNumber, bytes32 orderId)
        external
        view
        returns (bool exists, bool verifiable, uint256 nodeType);

    /// @notice Whether the target has said that it takes messages from this sender.
    function getExecutePermission(address target, uint256 fromChain, bytes calldata fromAddress)
        external
        view
        returns (bool);

    /// @notice The counterpart on a chain; zero without.
    function counterpartOf(uint256 chainId) external view returns (address);

    /// @notice The message service that all messages go through.
    function gateway() external view returns (IMessageService);

    /// @notice What calls the targets of messages of the type `CALLDATA`: they see it as their caller.
    function executor() external view returns (ICallExecutor);
}
// forge-lint: disable-end(mixed-case-function)
