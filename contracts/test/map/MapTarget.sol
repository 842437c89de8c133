// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMapMessageService} from "../../src/interfaces/map/IMapMessageService.sol";
import {IMapoExecutor} from "../../src/interfaces/map/IMapoExecutor.sol";

/// @title A target of both types that does as it is told, and remembers what it was given
contract MapTarget is IMapoExecutor {
    enum Habit {
        Takes,
        Refuses,
        Burns, // all gas
        Bombs, // reverts with a megabyte
        AnswersNothing,
        AnswersLong, // with a megabyte that begins as bytes do
        CallsBack // and takes it
    }

    error Odd(uint256 word);

    Habit public habit;
    uint256 public count;
    uint256 public gas_; // it began with
    address public caller;
    bytes public given;
    bytes32 public answer; // first word of the call back
    bool public answered;
    address private _callee;
    bytes private _call;

    /// @dev What the type CALLDATA calls.
    fallback() external {
        gas_ = gasleft();
        _take(msg.data);
    }

    function set(Habit habit_) external {
        habit = habit_;
    }

    function setCall(address callee, bytes calldata call_) external {
        (habit, _callee, _call) = (Habit.CallsBack, callee, call_);
    }

    function allow(IMapMessageService mos, uint256 fromChain, bytes calldata from, bool tag) external {
        mos.addRemoteCaller(fromChain, from, tag);
    }

    function mapoExecute(uint256 fromChain, uint256 toChain, bytes calldata from, bytes32 id, bytes calldata message)
        external
        returns (bytes memory)
    {
        gas_ = gasleft();
        _take(abi.encode(fromChain, toChain, from, id, message));
        return "new message";
    }

    function _take(bytes memory given_) private {
        Habit now_ = habit;
        if (now_ == Habit.Refuses) revert Odd(7);
        if (now_ == Habit.Burns) while (true) {}
        if (now_ == Habit.Bombs) {
            assembly ("memory-safe") {
                revert(0, 0x100000)
            }
        }
        if (now_ == Habit.CallsBack) {
            bytes memory got;
            (answered, got) = _callee.call(_call);
            // forge-lint: disable-next-line(unsafe-typecast) the first word is what is kept
            answer = bytes32(got);
        }
        ++count;
        (caller, given) = (msg.sender, given_);
        if (now_ == Habit.AnswersNothing || now_ == Habit.AnswersLong) {
            uint256 size = now_ == Habit.AnswersLong ? 0x100000 : 0;
            assembly ("memory-safe") {
                mstore(0, 0x20)
                return(0, size)
            }
        }
    }
}
