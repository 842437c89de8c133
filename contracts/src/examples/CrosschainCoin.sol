// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {CrosschainLinked} from "@openzeppelin/contracts/crosschain/CrosschainLinked.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Crosschain} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Crosschain.sol";

/// @title A token that crosses to its like on other chains: burned here, minted there
/// @notice OpenZeppelin's, unchanged. Its owner is believed about where its like is; without limits, that is the whole supply.
contract CrosschainCoin is ERC20Crosschain, Ownable {
    constructor(uint256 supply) ERC20("Coin", "COIN") CrosschainLinked(new Link[](0)) Ownable(msg.sender) {
        _mint(msg.sender, supply);
    }

    /// @notice Names, once for each chain, the message service here and this token's like there.
    /// @param counterpart ERC-7930 address.
    function link(address gateway, bytes calldata counterpart) external onlyOwner {
        _setLink(gateway, counterpart, false);
    }
}
