// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMessageService} from "./IMessageService.sol";

/// @title The checker: what became, on their destination, of the messages that were sent from here
/// @notice Section 5 of `spec/message.md`. Establishes outcomes by proof, each once; assumes what the lane's policy says. It holds nothing and
/// calls nobody back: whoever has something to give back asks it.
interface IMessageChecker {
    /// @notice Thrown when the message has an outcome already (CHK-1, FEE-4, FEE-6).
    error CheckerDecided(bytes32 id);

    /// @notice Thrown when the message was not sent from here, or has neither a deadline nor can be cancelled (CHK-2).
    error CheckerNotSent(bytes32 id);

    /// @notice What became of a message.
    enum Outcome {
        None,
        Delivered,
        Cancelled,
        Expired
    }

    /// @notice Proof that a message was not delivered when its deadline had passed.
    /// @param headId Head of the destination chain's light client that the proof starts from.
    /// @param accountProof Trie nodes from the state root to the account of the destination gateway.
    /// @param storageProof Trie nodes from its storage root to the word of settled bits, or to where it would be.
    /// @param absent Whether that word is absent, all its bits being clear.
    struct ExpiryProof {
        uint64 headId;
        bytes ancestry;
        bytes[] headers;
        bytes[] accountProof;
        bytes[] storageProof;
        bool absent;
        bytes attestations;
    }

    /// @notice It was proven what became of a message.
    /// @param payee Who delivered it; zero if nobody did.
    event OutcomeProven(bytes32 indexed id, Outcome outcome, address payee);

    /// @notice Proves that a message was delivered. Anyone may call.
    function acknowledge(uint256 destinationChainId, IMessageService.DeliveryProof calldata proof)
        external
        returns (bytes32 id);

    /// @notice Proves that a message was cancelled on its destination. Anyone may call.
    function proveCancelled(uint256 destinationChainId, IMessageService.DeliveryProof calldata proof)
        external
        returns (bytes32 id);

    /// @notice Proves that a message was not delivered by its deadline: so it never will be. Anyone may call.
    function proveExpired(uint256 destinationChainId, IMessageService.Body calldata body, ExpiryProof calldata proof)
        external
        returns (bytes32 id);

    /// @notice What became of a message, if it has been proven.
    /// @param payee Who earns what was paid for its delivery; zero unless it was delivered.
    function outcomeOf(bytes32 id) external view returns (Outcome outcome, address payee);

    /// @notice The id of a message that was sent from here with this body, on the lane as it is. Nothing is said of whether it was sent.
    function idOf(uint256 destinationChainId, IMessageService.Body calldata body) external view returns (bytes32 id);

    /// @notice The message service whose messages these are.
    function service() external view returns (IMessageService);
}
