// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title A token with the habits that tokens have
contract OddToken is ERC20 {
    /// @dev What it does when it is asked to move something.
    enum Habit {
        None,
        KeepsOne, // hands over one less
        TakesOneMore, // of who hands over
        SaysFalse, // and moves nothing
        SaysNothing, // and moves it
        Reverts,
        Denies, // moves it and says false
        Lies, // moves nothing and says true
        Bombs, // reverts with a megabyte
        Burns, // all gas
        CallsBack // first
    }

    error Odd();

    Habit public habit;
    mapping(address account => bool) public isBlocked;
    address private _callee;
    bytes private _call;
    bytes public answer;

    constructor() ERC20("Odd", "ODD") {}

    function set(Habit habit_) external {
        habit = habit_;
    }

    function setCall(address callee, bytes calldata call_) external {
        (habit, _callee, _call) = (Habit.CallsBack, callee, call_);
    }

    function setBlocked(address account, bool blocked) external {
        isBlocked[account] = blocked;
    }

    function mint(address to, uint256 value) external {
        _mint(to, value);
    }

    /// @dev As a balance that shrinks by itself does.
    function shrink(address account, uint256 value) external {
        _burn(account, value);
    }

    function transfer(address to, uint256 value) public override returns (bool) {
        return _move(msg.sender, to, value);
    }

    function transferFrom(address from, address to, uint256 value) public override returns (bool) {
        _spendAllowance(from, msg.sender, value);
        return _move(from, to, value);
    }

    function _move(address from, address to, uint256 value) private returns (bool) {
        Habit now_ = habit;
        if (now_ == Habit.Reverts || isBlocked[from] || isBlocked[to]) revert Odd();
        if (now_ == Habit.SaysFalse) return false;
        if (now_ == Habit.Lies) return true;
        if (now_ == Habit.Burns) while (true) {}
        if (now_ == Habit.Bombs) {
            assembly ("memory-safe") {
                revert(0, 0x100000)
            }
        }
        bool success;
        if (now_ == Habit.CallsBack) (success, answer) = _callee.call(_call);
        _transfer(from, to, now_ == Habit.KeepsOne ? value - 1 : value);
        if (now_ == Habit.KeepsOne || now_ == Habit.TakesOneMore) _burn(from, 1);
        if (now_ == Habit.SaysNothing) {
            assembly ("memory-safe") {
                return(0, 0)
            }
        }
        return now_ != Habit.Denies;
    }
}
