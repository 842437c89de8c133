// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @title Keeps all that it received, in the order in which it came
contract Diary is IERC7786Recipient {
    bytes32[] public ids;
    bytes[] public payloads;

    function receiveMessage(bytes32 id, bytes calldata, bytes calldata payload) external payable returns (bytes4) {
        ids.push(id);
        payloads.push(payload);
        return IERC7786Recipient.receiveMessage.selector;
    }

    function count() external view returns (uint256) {
        return ids.length;
    }
}
