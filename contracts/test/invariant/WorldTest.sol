// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMessageChecker} from "../../src/interfaces/IMessageChecker.sol";
import {Hostile} from "./Hostile.sol";
import {World} from "./World.sol";
import {Test} from "forge-std/Test.sol";

/// @title What is true of the two chains whatever was done to them
/// @notice Each property fails with a text of its own, by which it is shown that it can fail (`WorldCanFail.t.sol`).
abstract contract WorldTest is Test {
    uint256 internal constant WIRE = 1e6;

    World internal world;

    function setUp() public virtual {
        world = new World();
    }

    /// @dev S1, S2, S6, S7, S11, S12, S14, S15, S16 and V1, V2, V7, V8, V9.
    function requireAll() public view {
        require(bytes(world.fault()).length == 0, world.fault());
        for (uint256 i = 0; i < world.count(); ++i) {
            _requireMessage(world.messageAt(i));
        }
        for (uint256 i = 0; i < world.RECIPIENTS(); ++i) {
            _requireRecipient(world.recipients(i));
        }
        require(address(world.fees()).balance == world.keptAndPromised(), "S14: in is not out and held");
        _requireMoney();
    }

    /// @dev S10, after `World.finish`: what has not been accepted has been cancelled or has expired.
    function requireFinished() public view {
        for (uint256 i = 0; i < world.count(); ++i) {
            World.Message memory message = world.messageAt(i);
            bool expired = message.deadline != 0 && world.time() > message.deadline;
            require(expired || world.isSettled(message.nonce), "S10: held up");
        }
    }

    function _requireMessage(World.Message memory message) private view {
        uint256 accepted = message.recipient.accepted(message.id);
        require(accepted <= 1, "S1: accepted twice");
        bool settled = world.isSettled(message.nonce);
        require(settled == (accepted == 1 || message.cancelled), "S6: settled is not accepted or cancelled");
        require(!(settled && world.hasFailed(message.id)), "S6: settled and failed");
        IMessageChecker.Outcome outcome = world.outcomeOf(message.id);
        if (outcome == IMessageChecker.Outcome.None) return;
        bool delivered = outcome == IMessageChecker.Outcome.Delivered;
        require(delivered == (accepted == 1), "S12: another outcome");
    }

    function _requireRecipient(Hostile recipient) private view {
        require(!recipient.starved(), "S7: starved");
        uint64 due = 0;
        for (uint256 i = 0; i < recipient.count(); ++i) {
            bytes32 id = recipient.ids(i);
            uint256 index = world.indexOf(id);
            require(index != 0, "S2: never sent");
            World.Message memory message = world.messageAt(index - 1);
            require(message.recipient == recipient, "S2: sent to another");
            require(message.contents == recipient.contents(id), "S2: not what was sent");
            if (!message.ordered) continue;
            require(message.place >= due, "S11: out of order");
            due = message.place + 1;
        }
    }

    function _requireMoney() private view {
        (uint256 holds, uint256 owes, uint256 locked, uint256 waitsHome, uint256 minted, uint256 waitsAway) =
            world.books();
        require(owes == locked * 1e12, "V1: owed is not locked");
        require(holds == owes + world.gifts(), "V1: holds is not owed and given");
        require(waitsHome <= locked, "V1: promised is not locked");
        require(locked == minted + world.between() + waitsHome, "V2: not accounted for");
        require(world.supply() + waitsAway == minted, "V9: supply is not minted");
        require(minted <= 5000 * WIRE && locked <= 5000 * WIRE, "V9: cap");
        require(world.inWindow(true) <= 1000 * WIRE, "V7: home");
        require(world.inWindow(false) <= 1000 * WIRE, "V7: away");
        require(!world.broken(), "S12: a transfer twice");
    }
}
