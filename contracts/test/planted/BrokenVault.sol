// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMessageChecker} from "../../src/interfaces/IMessageChecker.sol";
import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";

/// @title A vault that believes what it is told of amounts and tokens
/// @notice Not to be deployed anywhere. Verus 2026: the proof was right, and the amount did not come from it. Qubit 2022: a call to an address
/// without code counted as a deposit.
contract BrokenVault {
    IMessageChecker private immutable CHECKER;
    IERC20 private immutable TOKEN;

    mapping(address account => uint256) public credited;
    mapping(bytes32 id => bool) private _refunded;

    constructor(IMessageChecker checker, IERC20 token) {
        (CHECKER, TOKEN) = (checker, token);
    }

    /// @dev That the message came to nothing is proven; how much was in it is said.
    function refund(bytes32 id, address to, uint256 amount) external {
        (IMessageChecker.Outcome outcome,) = CHECKER.outcomeOf(id);
        require(outcome == IMessageChecker.Outcome.Cancelled && !_refunded[id]);
        _refunded[id] = true;
        require(TOKEN.transfer(to, amount));
    }

    function deposit(address token, uint256 amount) external {
        (bool success,) = token.call(abi.encodeCall(IERC20.transferFrom, (msg.sender, address(this), amount)));
        require(success);
        credited[msg.sender] += amount;
    }
}
