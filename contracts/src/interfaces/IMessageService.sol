// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IAttestors} from "./IAttestors.sol";
import {Assumption} from "./ILightClient.sol";
import {ILightClientManager} from "./ILightClientManager.sol";
import {IRelayFees} from "./IRelayFees.sol";
import {IERC7786GatewaySource} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @title The message service: an ERC-7786 gateway whose deliveries are proven against a light client of the source chain
/// @notice Sections 1 to 4 of `spec/message.md`. It calls recipients, and it calls nothing else: money, proofs, clients and attestors are
/// contracts of their own, in none of which this one has a right.
interface IMessageService is IERC7786GatewaySource {
    /// @notice Thrown when there is no lane to or from a chain (MSG-1).
    error MessageUnknownLane(uint256 chainId);

    /// @notice Thrown when value is sent with a message that does not request a relay (MSG-2): messages carry none.
    error MessageValueNotAccepted(uint256 value);

    /// @notice Thrown while sending to a chain is paused (MSG-15).
    error MessageSendingPaused(uint256 chainId);

    /// @notice Thrown while delivering from a chain is paused (MSG-15). What is due stays deliverable, within its own time.
    error MessageDeliveringPaused(uint256 chainId);

    /// @notice Thrown when the light client rests on another assumption than the lane, or the route, asks for (MSG-16).
    error MessageAssumptionMismatch(uint8 expected, uint8 got);

    /// @notice Thrown when a message's address, or an event, names another chain than the lane (MSG-5, MSG-12).
    error MessageWrongChain(uint256 expected, uint256 got);

    /// @notice Thrown when the proven id is not the id of the proven fields under the supplied nonce (MSG-6).
    error MessageIdMismatch(bytes32 expected, bytes32 got);

    /// @notice Thrown when the message has been delivered or cancelled before (MSG-7, CHK-4).
    error MessageAlreadySettled(bytes32 id);

    /// @notice Thrown when the recipient can never be called (MSG-8).
    error MessageForbiddenRecipient(address recipient);

    /// @notice Thrown when too little gas is left to give the recipient its limit (MSG-9). Nothing changed.
    error MessageInsufficientGas(uint256 got, uint256 required);

    /// @notice Thrown when the recipient reverted (MSG-10). Nothing changed: deliver again later.
    /// @param reason First 32 bytes of what it reverted with.
    error MessageRecipientReverted(bytes32 id, bytes32 reason);

    /// @notice Thrown when the recipient answered something other than the selector of `receiveMessage` (MSG-10).
    error MessageRecipientAnswer(bytes32 id, bytes32 answer);

    /// @notice Thrown when there is no route from a chain (MSG-11).
    error MessageUnknownRoute(uint256 chainId);

    /// @notice Thrown when the hub relayed what another gateway than the lane's has sent (MSG-12).
    /// @param got The word in the hub's event, which need not be an address.
    error MessageRelayedGateway(address expected, bytes32 got);

    /// @notice Thrown after the message's deadline (MSG-18).
    error MessageExpired(bytes32 id, uint64 deadline);

    /// @notice Thrown before the message's earliest time (MSG-18).
    error MessageTooEarly(bytes32 id, uint64 notBefore);

    /// @notice Thrown when another message is due first (MSG-19), or when what shall be skipped has no place (MSG-21).
    error MessageOutOfOrder(bytes32 id, uint64 expected, uint64 got);

    /// @notice Thrown when what shall be retried has not failed here, or is not bit by bit what has (MSG-20).
    error MessageNotFailed(bytes32 id);

    /// @notice Thrown when a message has no deadline or it has not passed (MSG-21, CHK-3).
    error MessageNotExpired(bytes32 id, uint64 deadline, uint64 time);

    /// @notice Thrown for a batch without items (MSG-22).
    error MessageEmptyBatch();

    /// @notice Thrown when somebody other than its sender cancels a message (MSG-23).
    /// @param expected keccak256 of the ERC-7930 address of the sender.
    /// @param got keccak256 of that of the caller.
    error MessageNotSender(bytes32 expected, bytes32 got);

    /// @notice Thrown when a message was not sent, or not as cancellable (MSG-23).
    error MessageNotCancellable(bytes32 id);

    /// @notice The other end of the lane to and from a chain, and what is asked of a delivery from there.
    /// @param gateway Message service there; zero: there is no lane.
    /// @param assumption What the light client of that chain has to rest on; none: no direct delivery.
    /// @param attested Whether k of n attestors have to sign as well (section 7).
    /// @param sendingPaused Set by `pause` alone.
    /// @param deliveringPaused Set by `pause` alone.
    struct Lane {
        address gateway;
        Assumption assumption;
        bool attested;
        bool sendingPaused;
        bool deliveringPaused;
    }

    /// @notice By whose word messages of a chain may be delivered too.
    /// @param assumption What the light client of the hub's chain has to rest on.
    struct Route {
        uint256 hubChainId;
        address hub;
        Assumption assumption;
    }

    /// @notice One of the two ways on a lane.
    enum Direction {
        Sending,
        Delivering
    }

    /// @notice Proof that a contract emitted a log, in its chain's own receipts.
    /// @param headId Head of that chain's light client that the proof starts from.
    /// @param ancestry From that head's block to an older one: see `ILightClient.ancestorHash`. Empty for the head's own block.
    /// @param headers RLP headers from the block so proven down to the block of the log, newest first.
    /// @param transactionIndex Place of the transaction in its block.
    /// @param receiptProof Trie nodes from the receipts root to the receipt.
    /// @param logIndex Place of the log in the receipt.
    /// @param nonce Nonce of the message in its lane, where a message is delivered; bound by the message id. Elsewhere not looked at.
    /// @param attestations Signatures of attestors (section 7), where the lane asks for them; else empty.
    struct DeliveryProof {
        uint64 headId;
        bytes ancestry;
        bytes[] headers;
        uint64 transactionIndex;
        bytes[] receiptProof;
        uint256 logIndex;
        uint64 nonce;
        bytes attestations;
    }

    /// @notice Proof that messages were sent in one block.
    /// @param nodes Trie nodes of all receipts, each once: see `MPTBatch`.
    /// @param items In the order of the receipts' keys (BAT-1): 1 to 127, 0, 128 and so on.
    struct BatchProof {
        uint64 headId;
        bytes ancestry;
        bytes[] headers;
        bytes[] nodes;
        BatchItem[] items;
    }

    /// @notice One message of a batch; fields as in `DeliveryProof`.
    struct BatchItem {
        uint64 transactionIndex;
        uint256 logIndex;
        uint64 nonce;
        bytes attestations;
    }

    /// @notice What became of an item of a batch. Left: as it was, since it is settled, expired, too early, out of order or has a recipient
    /// that cannot be called. Failed: the recipient did, and it is kept for a retry.
    enum Result {
        Left,
        Delivered,
        Failed
    }

    /// @notice All of a message but its lane.
    /// @param attributes Those that it carries: as `MessageSent` names them.
    struct Body {
        uint64 nonce;
        bytes sender;
        bytes recipient;
        bytes payload;
        bytes[] attributes;
    }

    /// @notice A message was delivered: its recipient has accepted it.
    /// @param payee Who earns the fee on the source chain.
    event MessageDelivered(bytes32 indexed id, uint256 indexed sourceChainId, uint64 nonce, address payee);

    /// @notice The recipient failed with all the gas that is due to it; the message can be retried (ERC-7985).
    /// @param reason The first 32 bytes of what it reverted with or answered, in hexadecimal.
    event MessageFailed(bytes32 sendId, string reason);

    /// @notice The sender asks that a message be not delivered; `acceptCancellation` at the destination, if it comes first, sees to it.
    event CancellationRequested(bytes32 indexed id, uint256 indexed destinationChainId, uint64 nonce);

    /// @notice A message can never be delivered, as its sender has asked.
    event MessageCancelled(bytes32 indexed id, uint256 indexed sourceChainId, uint64 nonce);

    /// @notice An expired message was passed over in its order. It is as expired as before.
    event MessageSkipped(bytes32 indexed id, uint256 indexed sourceChainId, uint64 nonce);

    /// @notice The lane to and from a chain was set; a gateway of zero means that it is closed. An assumption of attestors says that
    /// nothing but their word is asked for.
    event LaneSet(uint256 indexed chainId, address gateway, Assumption assumption, bool attested);

    /// @notice The hub by whose word messages of a chain may be delivered too was set; zero means the route is closed.
    event RouteSet(uint256 indexed sourceChainId, uint256 hubChainId, address hub, Assumption assumption);

    /// @notice One direction of a lane was paused.
    event LanePaused(uint256 indexed chainId, Direction direction);

    /// @notice One direction of a lane was unpaused.
    event LaneUnpaused(uint256 indexed chainId, Direction direction);

    /// @notice The contract that `requestRelay` pays into was set; zero means that the attribute is not supported.
    event FeesSet(IRelayFees fees);

    /// @notice Proves a message against the source chain's light client and calls its recipient, at most once.
    /// @param payee Who earns the fee on the source chain; zero stands for the caller.
    /// @return id The message id.
    function deliver(uint256 sourceChainId, DeliveryProof calldata proof, address payee) external returns (bytes32 id);

    /// @notice As `deliver`, by the word of the hub on the route: proves against the light client of the hub's chain that the hub
    /// relayed the message. It is the same message, and delivered once, whichever way comes first.
    /// @param sourceChainId Chain that the message was sent on, not the hub's.
    /// @return id The message id.
    function deliverRouted(uint256 sourceChainId, DeliveryProof calldata proof, address payee)
        external
        returns (bytes32 id);

    /// @notice Delivers many messages of one block. What is wrong in the proof of one reverts all; what is wrong with a message or its
    /// recipient concerns that one only.
    /// @return results One for each item.
    function deliverBatch(uint256 sourceChainId, BatchProof calldata proof, address payee)
        external
        returns (Result[] memory results);

    /// @notice Calls the recipient of a message again that has failed: by anyone, with the very same message. Reverts if it fails again.
    /// @param gasLimit For the recipient, if larger than what the message asks for.
    /// @return id The message id.
    function retry(uint256 sourceChainId, Body calldata body, uint256 gasLimit, address payee)
        external
        returns (bytes32 id);

    /// @notice Passes over the next message of an order, which has expired. The proof is as for `deliver`, or, on a lane without direct
    /// delivery, as for `deliverRouted`.
    function skip(uint256 sourceChainId, DeliveryProof calldata proof) external returns (bytes32 id);

    /// @notice Asks that a message be not delivered. Only for the account that sent it, as cancellable.
    function cancel(uint256 destinationChainId, Body calldata body) external returns (bytes32 id);

    /// @notice Proves that a sender has asked to cancel; the message can then never be delivered.
    function acceptCancellation(uint256 sourceChainId, DeliveryProof calldata proof) external returns (bytes32 id);

    /// @notice Opens, moves or (with a gateway of zero) closes the lane to and from a chain. Restricted. Pauses stay as they are.
    function setLane(uint256 chainId, address gateway, Assumption assumption, bool attested) external;

    /// @notice Sets or (with a hub of zero) closes the route from a chain. Restricted. Whoever is named hub is believed about every message
    /// of the lane, beside the source chain's light client: it has to be an `IMessageHub` whose clients are right.
    function setRoute(uint256 sourceChainId, Route calldata route_) external;

    /// @notice Sets the contract that `requestRelay` pays into. Restricted.
    function setFees(IRelayFees fees_) external;

    /// @notice Pauses one direction of a lane. Restricted to a role of its own, which can do no more harm than to delay: a guardian's.
    function pause(uint256 chainId, Direction direction) external;

    /// @notice Unpauses one direction of a lane. Restricted to a role of its own.
    function unpause(uint256 chainId, Direction direction) external;

    /// @notice The lane to and from a chain; without one the gateway is zero.
    function lane(uint256 chainId) external view returns (Lane memory);

    /// @notice The route from a chain; a hub of zero means that there is none.
    function route(uint256 sourceChainId) external view returns (Route memory);

    /// @notice Whether the message with this nonce from this gateway has been delivered or cancelled.
    function isSettled(uint256 sourceChainId, address sourceGateway, uint64 nonce) external view returns (bool);

    /// @notice Whether a message has failed here and can be retried.
    function hasFailed(bytes32 id) external view returns (bool);

    /// @notice Whether a message with a deadline, or a cancellable one, was sent from here.
    function isCommitted(bytes32 id) external view returns (bool);

    /// @notice Nonce of the next message to a chain.
    function nextNonce(uint256 destinationChainId) external view returns (uint64);

    /// @notice Place of the next message of an order that may be delivered here. Addresses are ERC-7930.
    function nextPlace(uint256 sourceChainId, address sourceGateway, bytes calldata sender, bytes calldata recipient)
        external
        view
        returns (uint64);

    /// @notice The registry of light clients that deliveries are proven against.
    function clients() external view returns (ILightClientManager);

    /// @notice The attestors that attested lanes ask for.
    function attestors() external view returns (IAttestors);

    /// @notice The contract that `requestRelay` pays into, or zero.
    function fees() external view returns (IRelayFees);

    /// @notice Gas with which a recipient is called when its message does not say.
    function recipientGas() external view returns (uint256);
}
