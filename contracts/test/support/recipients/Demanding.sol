// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @title Fails if it is given less gas than it demands
contract Demanding {
    uint256 private immutable LEAST;

    constructor(uint256 least) {
        LEAST = least;
    }

    fallback() external payable {
        uint256 left = gasleft();
        require(left >= LEAST, "starved");
        bytes4 selector = IERC7786Recipient.receiveMessage.selector;
        assembly ("memory-safe") {
            mstore(0, selector)
            return(0, 0x20)
        }
    }
}
