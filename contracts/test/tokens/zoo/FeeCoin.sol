// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Coin} from "./Coin.sol";

/// @title Takes a hundredth of every transfer: from what arrives, or from what the sender is left with
contract FeeCoin is Coin {
    bool public fromSender;
    uint256 public divisor = 100;

    constructor() Coin(18) {}

    function set(uint256 divisor_, bool fromSender_) external {
        (divisor, fromSender) = (divisor_, fromSender_);
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (divisor == 0 || from == address(0) || to == address(0)) return;
        super._update(fromSender ? from : to, address(0xfee), amount / divisor);
    }
}
