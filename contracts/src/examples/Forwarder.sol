// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {ERC7786Recipient} from "@openzeppelin/contracts/crosschain/ERC7786Recipient.sol";
import {IERC7786GatewaySource} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @title The smallest application on a hub: sends on what it receives, and says from whom it has it
/// @notice What it sends on is its own message, with itself as the sender; the first sender is named in the payload, and believed by
/// whoever believes this contract. An application that needs nothing done on the hub has no use for it: its messages take the route.
/// @dev What is received is `abi.encode(bytes recipient, bytes payload)`, what is sent on `abi.encode(bytes sender, bytes payload)`.
/// When it cannot be sent on, the delivery reverts with the reason, and can be tried again.
contract Forwarder is ERC7786Recipient {
    /// @notice A message was sent on.
    /// @param id Of the message received.
    /// @param onward Of the message sent.
    event Forwarded(bytes32 indexed id, bytes32 indexed onward);

    /// @notice The only gateway whose messages are believed, and through which they are sent on.
    IERC7786GatewaySource public immutable GATEWAY;

    constructor(IERC7786GatewaySource gateway) {
        GATEWAY = gateway;
    }

    /// @inheritdoc ERC7786Recipient
    function _isAuthorizedGateway(address gateway, bytes calldata) internal view override returns (bool) {
        return gateway == address(GATEWAY);
    }

    /// @inheritdoc ERC7786Recipient
    function _processMessage(address, bytes32 id, bytes calldata sender, bytes calldata payload) internal override {
        (bytes memory recipient, bytes memory content) = abi.decode(payload, (bytes, bytes));
        bytes32 onward = GATEWAY.sendMessage(recipient, abi.encode(sender, content), new bytes[](0));
        emit Forwarded(id, onward);
    }
}
