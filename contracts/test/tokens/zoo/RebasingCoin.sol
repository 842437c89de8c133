// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Coin} from "./Coin.sol";

/// @title Its balances change by themselves
contract RebasingCoin is Coin {
    constructor() Coin(18) {}

    function rebase(address account, uint256 balance) external {
        uint256 was = balanceOf(account);
        if (balance > was) _mint(account, balance - was);
        else _burn(account, was - balance);
    }
}
