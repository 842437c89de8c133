// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {RelayFees} from "../../src/fees/RelayFees.sol";
import {IMessageChecker} from "../../src/interfaces/IMessageChecker.sol";
import {IRelayFees} from "../../src/interfaces/IRelayFees.sol";
import {OddReceiver} from "./OddReceiver.sol";
import {OddToken} from "./OddToken.sol";
import {OutcomeBook} from "./OutcomeBook.sol";
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {Test} from "forge-std/Test.sol";

/// @title Pays, takes back, delivers and collects in any order, among accounts and tokens that change their habits
/// @notice All that may revert is called so that it may; what is counted is what the contract says it did. Nobody outside has any of the tokens.
contract FeesHandler is Test {
    uint256 internal constant CHAIN = 560_048;
    uint256 internal constant SUPPLY = 3000 ether;
    uint256 public constant COUNT = 3; // of actors, messages and tokens

    RelayFees public fees;
    OutcomeBook public book;
    address[COUNT] public tokens;
    OddReceiver[COUNT] public actors;

    /// @dev Paid in, and handed over or kept, by token.
    mapping(address token => uint256) public paidIn;
    mapping(address token => uint256) public handedOut;
    mapping(address token => uint256) public collected;
    /// @dev What a payer has paid, and what was taken back, for a message in a token.
    mapping(bytes32 id => mapping(address token => mapping(address payer => uint256))) public paidOf;
    mapping(bytes32 id => mapping(address token => mapping(address payer => uint256))) public takenOf;
    mapping(bytes32 id => mapping(address token => uint256)) public releasedOf;
    uint256 public takenBackAfterDelivery;
    uint256 public releasedWithoutDelivery;

    constructor() {
        book = new OutcomeBook();
        fees = new RelayFees(address(new AccessManager(address(this))), book, 1 days);
        tokens = [address(0), address(new OddToken()), address(new OddToken())];
        for (uint256 i = 0; i < COUNT; ++i) {
            actors[i] = new OddReceiver();
            fees.setPrice(CHAIN, tokens[i], IRelayFees.Price(21_000, 1));
        }
        for (uint256 i = 0; i < COUNT; ++i) {
            vm.deal(address(actors[i]), SUPPLY / COUNT);
            for (uint256 j = 1; j < COUNT; ++j) {
                OddToken(tokens[j]).mint(address(actors[i]), SUPPLY / COUNT);
                vm.prank(address(actors[i]));
                OddToken(tokens[j]).approve(address(fees), type(uint256).max);
            }
        }
    }

    function pay(uint8 who, uint8 forWhom, uint8 message, uint8 which, uint64 amount) external {
        (bytes32 id, address token) = (idOf(message), tokens[which % COUNT]);
        (address payer, address account) = (_actor(who), _actor(forWhom));
        uint256 value = token == address(0) ? amount : 0;
        vm.prank(payer);
        try fees.pay{value: value}(CHAIN, id, token, amount, account) {
            paidIn[token] += amount;
            paidOf[id][token][account] += amount;
        } catch {}
    }

    function requestRelay(uint8 who, uint8 forWhom, uint8 message, uint24 gasLimit, uint64 value) external {
        (bytes32 id, address account) = (idOf(message), _actor(forWhom));
        uint256 kept = fees.keptFor(account, address(0));
        vm.prank(_actor(who));
        try fees.requestRelay{value: value}(CHAIN, id, gasLimit, account) {
            uint256 required = fees.quote(CHAIN, address(0), gasLimit);
            paidIn[address(0)] += required;
            paidOf[id][address(0)][account] += required;
            // What is kept of the rest came in and goes out as if it had been paid and handed over.
            kept = fees.keptFor(account, address(0)) - kept;
            paidIn[address(0)] += kept;
            handedOut[address(0)] += kept;
        } catch {}
    }

    function decide(uint8 message, uint8 outcome, uint8 payee) external {
        bytes32 id = idOf(message);
        (IMessageChecker.Outcome known,) = book.outcomeOf(id);
        if (known != IMessageChecker.Outcome.None || outcome % 8 > 3) return;
        book.set(id, IMessageChecker.Outcome(outcome % 4), _actor(payee));
    }

    function release(uint8 message, uint8 which) external {
        (bytes32 id, address token) = (idOf(message), tokens[which % COUNT]);
        (IMessageChecker.Outcome outcome,) = book.outcomeOf(id);
        try fees.release(id, token) returns (uint256 amount) {
            handedOut[token] += amount;
            releasedOf[id][token] += amount;
            if (outcome != IMessageChecker.Outcome.Delivered) ++releasedWithoutDelivery;
        } catch {}
    }

    function giveNotice(uint8 who, uint8 message, uint8 which, uint24 time) external {
        vm.warp(block.timestamp + time);
        vm.prank(_actor(who));
        try fees.giveNotice(idOf(message), tokens[which % COUNT]) {} catch {}
    }

    function takeBack(uint8 who, uint8 message, uint8 which) external {
        (bytes32 id, address token, address payer) = (idOf(message), tokens[which % COUNT], _actor(who));
        (IMessageChecker.Outcome outcome,) = book.outcomeOf(id);
        try fees.takeBack(id, token, payer) returns (uint256 amount) {
            handedOut[token] += amount;
            takenOf[id][token][payer] += amount;
            if (outcome == IMessageChecker.Outcome.Delivered) ++takenBackAfterDelivery;
        } catch {}
    }

    function collect(uint8 who, uint8 to, uint8 which) external {
        address token = tokens[which % COUNT];
        vm.prank(_actor(who));
        try fees.collect(token, _actor(to)) returns (uint256 amount) {
            collected[token] += amount;
        } catch {}
    }

    /// @dev Habits under which no token is lost on the way: what is burned is not there to be counted.
    function setToken(uint8 which, uint8 habit, uint8 blocked, bool isBlocked) external {
        OddToken token = OddToken(tokens[1 + which % (COUNT - 1)]);
        OddToken.Habit[7] memory habits = [
            OddToken.Habit.None,
            OddToken.Habit.None,
            OddToken.Habit.SaysFalse,
            OddToken.Habit.SaysNothing,
            OddToken.Habit.Reverts,
            OddToken.Habit.Denies,
            OddToken.Habit.Bombs
        ];
        token.set(habits[habit % 7]);
        token.setBlocked(_actor(blocked), isBlocked);
    }

    /// @dev Or it calls back in the middle.
    function setActor(uint8 who, uint8 habit, uint8 message, uint8 which) external {
        OddReceiver actor = actors[who % COUNT];
        if (habit % 4 < 3) {
            actor.set(OddReceiver.Habit(habit % 4));
        } else {
            actor.setCall(
                address(fees), abi.encodeCall(fees.takeBack, (idOf(message), tokens[which % COUNT], address(actor)))
            );
        }
    }

    function idOf(uint256 message) public pure returns (bytes32) {
        return bytes32(1 + message % COUNT);
    }

    function _actor(uint8 who) private view returns (address) {
        return address(actors[who % COUNT]);
    }
}
