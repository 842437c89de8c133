// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @title A recipient in one of eight moods, which keeps what it has accepted
contract Hostile is IERC7786Recipient {
    /// @dev What it does with what it receives.
    enum Mood {
        Accept,
        Revert,
        Burn, // all gas
        Bomb, // return half a megabyte
        BombRevert, // revert with it
        Answer, // wrongly
        CallAndAccept,
        CallAndRevert
    }

    /// @dev Gas that is spent before it is looked at how much there is, and a little more.
    uint256 private constant ENTRY = 10_000;

    mapping(bytes32 id => uint256) public accepted;
    mapping(bytes32 id => bytes32) public contents;
    bytes32[] public ids;
    bool public starved;
    uint256 private immutable GAS;
    Mood private _mood;
    bytes private _call;

    /// @param gas_ The least that it is to be called with.
    constructor(uint256 gas_) {
        GAS = gas_;
    }

    function set(Mood mood, bytes calldata call_) external {
        (_mood, _call) = (mood, call_);
    }

    function receiveMessage(bytes32 id, bytes calldata sender, bytes calldata payload)
        external
        payable
        returns (bytes4)
    {
        if (gasleft() + ENTRY < GAS) starved = true;
        Mood mood = _mood;
        if (mood == Mood.Burn) while (true) {}
        if (mood == Mood.Bomb || mood == Mood.BombRevert) _bomb(mood == Mood.Bomb);
        if (mood == Mood.CallAndAccept || mood == Mood.CallAndRevert) {
            (bool success,) = msg.sender.call(_call);
            success; // whatever becomes of it
        }
        if (mood == Mood.Revert || mood == Mood.CallAndRevert) revert("not today");
        if (mood == Mood.Answer) return 0xdeadbeef;
        ++accepted[id];
        contents[id] = keccak256(abi.encode(sender, payload));
        ids.push(id);
        return IERC7786Recipient.receiveMessage.selector;
    }

    function count() external view returns (uint256) {
        return ids.length;
    }

    function _bomb(bool returns_) private pure {
        assembly ("memory-safe") {
            if returns_ { return(0, 0x80000) }
            revert(0, 0x80000)
        }
    }
}
