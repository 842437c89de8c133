// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @title Returns or reverts with a megabyte
contract ReturnBomb {
    uint256 private constant SIZE = 1 << 20;
    bool private immutable REVERTS;

    constructor(bool reverts) {
        REVERTS = reverts;
    }

    fallback() external payable {
        bool reverts = REVERTS;
        bytes4 selector = IERC7786Recipient.receiveMessage.selector;
        assembly ("memory-safe") {
            mstore(0, selector)
            if reverts { revert(0, SIZE) }
            return(0, SIZE)
        }
    }
}
