// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

/// @title What a gateway has a right in: who keeps the keys
contract Keeper {
    address public immutable GATEWAY;
    address public keeper;

    constructor(address gateway) {
        GATEWAY = gateway;
    }

    function setKeeper(address keeper_) external {
        require(msg.sender == GATEWAY);
        keeper = keeper_;
    }
}
