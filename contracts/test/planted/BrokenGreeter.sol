// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Greeter} from "../../src/examples/Greeter.sol";
import {IERC7786GatewaySource} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @title The greeter with a second, quicker way in
/// @notice Not to be deployed anywhere. CrossCurve 2026: `expressExecute` went past the check of the gateway.
contract BrokenGreeter is Greeter {
    constructor(IERC7786GatewaySource gateway) Greeter(gateway) {}

    function expressReceive(bytes32 id, bytes calldata sender_, bytes calldata payload) external {
        _processMessage(msg.sender, id, sender_, payload);
    }
}
