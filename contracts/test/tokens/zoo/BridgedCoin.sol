// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Bridgeable} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC20Bridgeable.sol";

/// @title OpenZeppelin's token of ERC-7802, whose bridge is named once
contract BridgedCoin is ERC20Bridgeable {
    error NotTheBridge(address caller);

    address public bridge;
    uint8 private immutable DECIMALS;

    constructor(uint8 decimals_) ERC20("Bridged coin", "COIN") {
        DECIMALS = decimals_;
    }

    function setBridge(address bridge_) external {
        require(bridge == address(0));
        bridge = bridge_;
    }

    /// @dev Supply from elsewhere.
    function issue(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function decimals() public view override returns (uint8) {
        return DECIMALS;
    }

    function _checkTokenBridge(address caller) internal view override {
        if (caller != bridge) revert NotTheBridge(caller);
    }
}
