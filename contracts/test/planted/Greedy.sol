// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @title Takes what it receives, and asks for the same again, twice
contract Greedy is IERC7786Recipient {
    uint256 public count;
    bytes public answer;
    bytes private _call;

    function set(bytes calldata call_) external {
        _call = call_;
    }

    function receiveMessage(bytes32, bytes calldata, bytes calldata) external payable returns (bytes4) {
        if (++count < 3) {
            bool success;
            (success, answer) = msg.sender.call(_call);
            success; // whatever becomes of it
        }
        return IERC7786Recipient.receiveMessage.selector;
    }
}
