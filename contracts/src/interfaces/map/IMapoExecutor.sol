// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

/// @title What MAP's message service calls: an application that takes messages
/// @notice The same selector and types as `IMapoExecutor` of MAP's `mapo-service-contracts`, version 3.
interface IMapoExecutor {
    /// @notice Takes a message. Whoever implements it has to ask that the caller is its message service.
    /// @param fromChain Chain that the message was sent on.
    /// @param toChain This chain.
    /// @param fromAddress Who sent it: 20 bytes, for an EVM chain.
    /// @param orderId The message id.
    /// @param message What was sent.
    /// @return newMessage Not looked at, but has to be there.
    function mapoExecute(
        uint256 fromChain,
        uint256 toChain,
        bytes calldata fromAddress,
        bytes32 orderId,
        bytes calldata message
    ) external returns (bytes memory newMessage);
}
