// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @title Keeps what it received and how
contract Recorder is IERC7786Recipient {
    uint256 public count;
    address public caller;
    bytes32 public id;
    bytes public sender;
    bytes public payload;

    function receiveMessage(bytes32 id_, bytes calldata sender_, bytes calldata payload_)
        public
        payable
        virtual
        returns (bytes4)
    {
        ++count;
        (caller, id, sender, payload) = (msg.sender, id_, sender_, payload_);
        return IERC7786Recipient.receiveMessage.selector;
    }
}
