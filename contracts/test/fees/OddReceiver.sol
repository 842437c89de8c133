// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

/// @title A receiver of value with the habits that receivers have
contract OddReceiver {
    /// @dev What it does when it is handed something.
    enum Habit {
        Takes,
        Refuses,
        Bombs, // reverts with a megabyte
        Burns, // all gas
        CallsBack, // and takes it
        Works // with nearly all the gas that a receiver is promised, and takes it
    }

    error Odd();

    Habit public habit;
    address private _callee;
    bytes private _call;
    bytes4 public answer; // the error's selector of the call back

    receive() external payable {
        Habit now_ = habit;
        if (now_ == Habit.Refuses) revert Odd();
        if (now_ == Habit.Burns) while (true) {}
        if (now_ == Habit.Bombs) {
            assembly ("memory-safe") {
                revert(0, 0x100000)
            }
        }
        if (now_ == Habit.Works) {
            uint256 before = gasleft();
            while (before - gasleft() < 44_000) {}
        }
        if (now_ == Habit.CallsBack) {
            (bool success, bytes memory got) = _callee.call(_call);
            // forge-lint: disable-next-line(unsafe-typecast) the first four bytes are what is asked for
            answer = success ? bytes4(0) : bytes4(got);
        }
    }

    function set(Habit habit_) external {
        habit = habit_;
    }

    function setCall(address callee, bytes calldata call_) external {
        (habit, _callee, _call) = (Habit.CallsBack, callee, call_);
    }

    /// @dev Does as it is told.
    function act(address callee, bytes calldata call_) external payable returns (bytes memory) {
        (bool success, bytes memory got) = callee.call{value: msg.value}(call_);
        if (!success) revert Odd();
        return got;
    }
}
