// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @title Makes calls of its own when it receives, and then accepts, answers wrongly or reverts
contract Nested is IERC7786Recipient {
    enum End {
        Accept,
        Answer,
        Revert
    }

    address[] private _targets;
    bytes[] private _calls;
    End private _end;
    bool[] public succeeded;
    bytes[] public answers;

    function add(address target, bytes calldata call_) external {
        _targets.push(target);
        _calls.push(call_);
    }

    function setEnd(End end) external {
        _end = end;
    }

    function receiveMessage(bytes32, bytes calldata, bytes calldata) external payable returns (bytes4) {
        for (uint256 i = 0; i < _calls.length; ++i) {
            (bool success, bytes memory answer) = _targets[i].call(_calls[i]);
            succeeded.push(success);
            answers.push(answer);
        }
        require(_end != End.Revert, "after all");
        return _end == End.Accept ? IERC7786Recipient.receiveMessage.selector : bytes4(0);
    }
}
