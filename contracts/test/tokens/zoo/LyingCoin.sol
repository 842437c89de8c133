// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {BridgedCoin} from "./BridgedCoin.sol";

/// @title Mints and burns another amount than it is asked to
contract LyingCoin is BridgedCoin {
    uint256 public more;
    uint256 public less;

    constructor() BridgedCoin(8) {}

    function set(uint256 more_, uint256 less_) external {
        (more, less) = (more_, less_);
    }

    function crosschainMint(address to, uint256 value) public override {
        super.crosschainMint(to, value + more - less);
    }

    function crosschainBurn(address from, uint256 value) public override {
        super.crosschainBurn(from, value + more - less);
    }
}
