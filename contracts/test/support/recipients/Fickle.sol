// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @title Accepts, reverts, answers wrongly, burns its gas or calls back, as its mood is; keeps what it accepted
contract Fickle is IERC7786Recipient {
    mapping(bytes32 id => uint256) public accepted;
    bytes32[] public order;
    uint8 private _mood;
    bytes private _call;

    function set(uint8 mood, bytes calldata call_) external {
        (_mood, _call) = (mood, call_);
    }

    function receiveMessage(bytes32 id, bytes calldata, bytes calldata) external payable returns (bytes4) {
        uint8 mood = _mood % 8;
        if (mood == 0) revert("not today");
        if (mood == 2) while (true) {}
        if (mood == 3 || mood == 4) _back();
        if (mood == 1 || mood == 4) return 0xdeadbeef;
        ++accepted[id];
        order.push(id);
        return IERC7786Recipient.receiveMessage.selector;
    }

    function count() external view returns (uint256) {
        return order.length;
    }

    function _back() private {
        (bool success,) = msg.sender.call(_call);
        success; // whatever becomes of it
    }
}
