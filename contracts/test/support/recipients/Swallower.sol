// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @title Lets its own work run out of gas and says that all is well
contract Swallower is IERC7786Recipient {
    uint256 public accepted;
    uint256 public done;

    function receiveMessage(bytes32, bytes calldata, bytes calldata) external payable returns (bytes4) {
        try this.work() {
            ++done;
        } catch {}
        ++accepted;
        return IERC7786Recipient.receiveMessage.selector;
    }

    /// @dev Needs nine tenths of a million gas.
    function work() external {
        uint256 first = 0x1000 + 40 * done;
        for (uint256 i = first; i < first + 40; ++i) {
            assembly ("memory-safe") {
                sstore(i, 1)
            }
        }
    }
}
