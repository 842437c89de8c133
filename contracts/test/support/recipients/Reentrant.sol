// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Recorder} from "./Recorder.sol";
import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @title Calls back into whoever calls it
contract Reentrant is Recorder {
    bytes private _call;
    bool private _mustSucceed;
    bytes public answer;

    function set(bytes calldata call_, bool mustSucceed) external {
        (_call, _mustSucceed) = (call_, mustSucceed);
    }

    function receiveMessage(bytes32 id_, bytes calldata sender_, bytes calldata payload_)
        public
        payable
        override
        returns (bytes4)
    {
        bytes memory call_ = _call;
        if (call_.length != 0) {
            bool success;
            (success, answer) = msg.sender.call(call_);
            require(success || !_mustSucceed, "inner call");
        }
        ++count;
        (caller, id, sender, payload) = (msg.sender, id_, sender_, payload_);
        return IERC7786Recipient.receiveMessage.selector;
    }
}
