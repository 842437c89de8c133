// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Coin} from "./Coin.sol";

/// @title Calls somebody during every transfer, with whatever it was told to, and reverts with their reason
contract HookedCoin is Coin {
    address private _target;
    bytes private _call;

    constructor() Coin(18) {}

    function hook(address target, bytes calldata call_) external {
        (_target, _call) = (target, call_);
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (_target == address(0) || from == address(0)) return;
        (bool success, bytes memory reason) = _target.call(_call);
        if (success) return;
        assembly ("memory-safe") {
            revert(add(reason, 0x20), mload(reason))
        }
    }
}
