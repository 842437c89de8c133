// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ILightClientManager} from "./ILightClientManager.sol";
import {IERC7786GatewaySource} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @title The message service: an ERC-7786 gateway whose deliveries are proven against a light client of the source chain
/// @notice Clauses MSG-1 to MSG-12 of `spec/message.md`.
interface IMessageService is IERC7786GatewaySource {
    /// @notice Thrown when there is no lane to or from a chain (MSG-1).
    error MessageUnknownLane(uint256 chainId);

    /// @notice Thrown when value is sent with a message (MSG-2): messages carry none.
    error MessageValueNotAccepted(uint256 value);

    /// @notice Thrown when a message's address, or the hub's event, names another chain than the lane (MSG-5, MSG-12).
    error MessageWrongChain(uint256 expected, uint256 got);

    /// @notice Thrown when the proven id is not the id of the proven fields under the supplied nonce (MSG-6).
    error MessageIdMismatch(bytes32 expected, bytes32 got);

    /// @notice Thrown when the message has been delivered before (MSG-7).
    error MessageAlreadyDelivered(bytes32 id);

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

    /// @notice Proof that a message was sent, in the source chain's own receipts; or relayed, in those of the hub's chain.
    /// @param headId Head of that chain's light client that the proof starts from.
    /// @param ancestry From that head's block to an older one: see `ILightClient.ancestorHash`. Empty for the head's own block.
    /// @param headers RLP headers from the block so proven down to the block of the message, newest first.
    /// @param transactionIndex Place of the transaction in its block.
    /// @param receiptProof Trie nodes from the receipts root to the receipt.
    /// @param logIndex Place of the log in the receipt.
    /// @param nonce Nonce of the message in its lane; bound by the message id.
    struct DeliveryProof {
        uint64 headId;
        bytes ancestry;
        bytes[] headers;
        uint64 transactionIndex;
        bytes[] receiptProof;
        uint256 logIndex;
        uint64 nonce;
    }

    /// @notice A message was delivered: its recipient has accepted it.
    event MessageDelivered(bytes32 indexed id, uint256 indexed sourceChainId, uint64 nonce);

    /// @notice The gateway at the other end of the lane to and from a chain was set; zero means the lane is closed.
    event LaneSet(uint256 indexed chainId, address gateway);

    /// @notice The hub by whose word messages of a chain may be delivered too was set; zero means the route is closed.
    event RouteSet(uint256 indexed sourceChainId, uint256 hubChainId, address hub);

    /// @notice Proves a message against the source chain's light client and calls its recipient, at most once.
    /// @return id The message id.
    function deliver(uint256 sourceChainId, DeliveryProof calldata proof) external returns (bytes32 id);

    /// @notice As `deliver`, by the word of the hub on the route: proves against the light client of the hub's chain that the hub
    /// relayed the message. It is the same message, and delivered once, whichever way comes first.
    /// @param sourceChainId Chain that the message was sent on, not the hub's.
    /// @return id The message id.
    function deliverRouted(uint256 sourceChainId, DeliveryProof calldata proof) external returns (bytes32 id);

    /// @notice Opens, moves or (with zero) closes the lane to and from a chain. Restricted.
    function setLane(uint256 chainId, address gateway) external;

    /// @notice Sets or (with a hub of zero) closes the route from a chain. Restricted. Whoever is named hub is believed about every message
    /// of the lane, beside the source chain's light client: it has to be an `IMessageHub` whose clients are right.
    function setRoute(uint256 sourceChainId, uint256 hubChainId, address hub) external;

    /// @notice The gateway at the other end of a lane, or zero.
    function lane(uint256 chainId) external view returns (address gateway);

    /// @notice The hub's chain and the hub on the route from a chain; a hub of zero means that there is none.
    function route(uint256 sourceChainId) external view returns (uint256 hubChainId, address hub);

    /// @notice Whether the message with this nonce from this gateway has been delivered.
    function isDelivered(uint256 sourceChainId, address sourceGateway, uint64 nonce) external view returns (bool);

    /// @notice Nonce of the next message to a chain.
    function nextNonce(uint256 destinationChainId) external view returns (uint64);

    /// @notice The registry of light clients that deliveries are proven against.
    function clients() external view returns (ILightClientManager);

    /// @notice Gas with which every recipient is called.
    function recipientGas() external view returns (uint256);
}
