// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ILightClientManager} from "./ILightClientManager.sol";
import {IMessageService} from "./IMessageService.sol";

/// @title The hub: says which gateway sent what, on which chain, to whom follows this chain and not that one
/// @notice Section 4 of `spec/message.md`.
interface IMessageHub {
    /// @notice A message was sent: `sourceGateway` on chain `sourceChainId` emitted `MessageSent` of ERC-7786 with these arguments.
    /// Whether that contract is the gateway of any lane is not said.
    /// @param id The message id, as that gateway gave it.
    /// @param sender ERC-7930 address, as that gateway gave it.
    /// @param recipient ERC-7930 address, as that gateway gave it.
    /// @param value Zero.
    /// @param attributes Those that the message carries, as that gateway gave them.
    event MessageRelayed(
        bytes32 indexed id,
        uint256 indexed sourceChainId,
        address indexed sourceGateway,
        bytes sender,
        bytes recipient,
        bytes payload,
        uint256 value,
        bytes[] attributes
    );

    /// @notice Proves that a contract on another chain sent a message and emits `MessageRelayed`. Anyone may call it, and again.
    /// @param sourceChainId Chain that the message was sent on; the hub's registry has a light client of it.
    /// @param sourceGateway Contract that sent it.
    /// @param proof As for `IMessageService.deliver`. Its nonce is not looked at: the id binds it where the message is delivered.
    /// @return id The message id.
    function relay(uint256 sourceChainId, address sourceGateway, IMessageService.DeliveryProof calldata proof)
        external
        returns (bytes32 id);

    /// @notice The registry of light clients that messages are proven against.
    function clients() external view returns (ILightClientManager);
}
