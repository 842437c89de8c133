// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @title Accepts, and keeps how much gas it was given
contract Meter {
    uint256 public gasReceived;
    uint256 public count;

    fallback() external payable {
        uint256 left = gasleft();
        (gasReceived, count) = (left, count + 1);
        bytes4 selector = IERC7786Recipient.receiveMessage.selector;
        assembly ("memory-safe") {
            mstore(0, selector)
            return(0, 0x20)
        }
    }
}
