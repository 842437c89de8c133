// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {ERC7786Recipient} from "@openzeppelin/contracts/crosschain/ERC7786Recipient.sol";
import {IERC7786GatewaySource} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";

/// @title The smallest application: greets its like on another chain
/// @notice Keeps the last greeting and who sent it. Everybody may greet it; an application that acts on messages must also ask
/// whether it expects them from `sender`, as OpenZeppelin's `CrosschainLinked` does.
contract Greeter is ERC7786Recipient {
    /// @notice A greeting arrived.
    event Greeted(bytes32 indexed id, bytes sender, string greeting);

    /// @notice The only gateway whose messages are believed, and through which greetings are sent.
    IERC7786GatewaySource public immutable GATEWAY;

    /// @notice The last greeting.
    string public greeting;

    /// @notice Its sender: ERC-7930 address of an account on another chain.
    bytes public sender;

    constructor(IERC7786GatewaySource gateway) {
        GATEWAY = gateway;
    }

    /// @notice Sends a greeting to a greeter on another chain.
    function greet(uint256 chainId, address greeter, string calldata text) external returns (bytes32 id) {
        bytes memory recipient = InteroperableAddress.formatEvmV1(chainId, greeter);
        return GATEWAY.sendMessage(recipient, bytes(text), new bytes[](0));
    }

    /// @inheritdoc ERC7786Recipient
    function _isAuthorizedGateway(address gateway, bytes calldata) internal view override returns (bool) {
        return gateway == address(GATEWAY);
    }

    /// @inheritdoc ERC7786Recipient
    function _processMessage(address, bytes32 id, bytes calldata sender_, bytes calldata payload) internal override {
        sender = sender_;
        greeting = string(payload);
        emit Greeted(id, sender_, string(payload));
    }
}
