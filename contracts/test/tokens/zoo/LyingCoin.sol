// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {BridgedCoin} from "./BridgedCoin.sol";

/// @title Mints and burns another amount than it is asked to
contract LyingCoin is BridgedCoin {
    int256 public off;

    constructor() BridgedCoin(8) {}

    function set(int256 off_) external {
        off = off_;
    }

    function crosschainMint(address to, uint256 value) public override {
        super.crosschainMint(to, uint256(int256(value) + off));
    }

    function crosschainBurn(address from, uint256 value) public override {
        super.crosschainBurn(from, uint256(int256(value) + off));
    }
}
