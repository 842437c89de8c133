// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMessageChecker} from "../../src/interfaces/IMessageChecker.sol";
import {IRelayFees} from "../../src/interfaces/IRelayFees.sol";
import {OddToken} from "./OddToken.sol";
import {RelayFeesTest} from "./RelayFeesTest.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";

/// @notice V4, V5, S14: tokens with habits are exact or refused, on the way in and on the way out.
contract RelayFeesTokensTest is RelayFeesTest {
    function test_FEE_3_accepts_aTokenThatSaysNothing() public {
        token.set(OddToken.Habit.SaysNothing);
        _pay(ALICE, ID, address(token), 7);
        _delivered(PAYEE);
        fees.release(ID, address(token));
        assertEq(token.balanceOf(PAYEE), 7);
        _assertExact(address(token), PAYEE);
    }

    function test_FEE_3_rejects_aTokenThatKeepsSome() public {
        token.set(OddToken.Habit.KeepsOne);
        vm.prank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IRelayFees.FeeInexact.selector, 7, 6));
        fees.pay(CHAIN, ID, address(token), 7, ALICE);
    }

    function test_FEE_3_rejects_aTokenThatOnlySaysSo() public {
        token.set(OddToken.Habit.Lies);
        vm.prank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IRelayFees.FeeInexact.selector, 7, 0));
        fees.pay(CHAIN, ID, address(token), 7, ALICE);
    }

    function test_FEE_3_rejects_aTokenThatSaysFalse() public {
        OddToken.Habit[2] memory habits = [OddToken.Habit.SaysFalse, OddToken.Habit.Denies];
        for (uint256 i = 0; i < 2; ++i) {
            token.set(habits[i]);
            vm.prank(ALICE);
            vm.expectRevert(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(token)));
            fees.pay(CHAIN, ID, address(token), 7, ALICE);
        }
    }

    function test_FEE_3_rejects_aTokenThatReverts() public {
        token.set(OddToken.Habit.Reverts);
        vm.prank(ALICE);
        vm.expectRevert(OddToken.Odd.selector);
        fees.pay(CHAIN, ID, address(token), 7, ALICE);
    }

    /// @dev A price for what is no token does not make it one.
    function test_FEE_3_rejects_whatHasNoCode() public {
        address nobody = address(0xdead);
        fees.setPrice(CHAIN, nobody, IRelayFees.Price(0, 1));
        vm.prank(ALICE);
        vm.expectRevert();
        fees.pay(CHAIN, ID, nobody, 7, ALICE);
        assertEq(fees.paidFor(ID, nobody), 0);
    }

    function test_FEE_3_rejects_callsBackWhilePaying() public {
        bytes memory call_ = abi.encodeCall(IRelayFees.pay, (CHAIN, ID, address(token), 7, ALICE));
        token.setCall(address(fees), call_);
        _pay(ALICE, ID, address(token), 7);
        assertEq(bytes4(token.answer()), ReentrancyGuard.ReentrancyGuardReentrantCall.selector);
        assertEq(fees.paidFor(ID, address(token)), 7);
        _assertExact(address(token), ALICE);
    }

    /// @dev Outcomes are asked for after the token has had its say.
    function test_FEE_4_rejects_anOutcomeThatComesWhilePaying() public {
        token.setCall(address(book), abi.encodeCall(book.set, (ID, IMessageChecker.Outcome.Delivered, PAYEE)));
        vm.prank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IMessageChecker.CheckerDecided.selector, ID));
        fees.pay(CHAIN, ID, address(token), 7, ALICE);
    }

    /// @dev What a token refuses to move is kept, and no call fails but the owner's own.
    function test_FEE_5_accepts_aTokenThatRefuses() public {
        OddToken.Habit[4] memory habits =
            [OddToken.Habit.SaysFalse, OddToken.Habit.Reverts, OddToken.Habit.Bombs, OddToken.Habit.Burns];
        for (uint256 i = 0; i < 4; ++i) {
            token.set(OddToken.Habit.None);
            book.set(ID, IMessageChecker.Outcome.None, address(0));
            _pay(ALICE, ID, address(token), 7);
            _delivered(PAYEE);
            token.set(habits[i]);
            vm.expectEmit(address(fees));
            emit IRelayFees.FeeKept(PAYEE, address(token), 7);
            fees.release{gas: 20_000_000}(ID, address(token));
            _assertExact(address(token), PAYEE);
        }
        token.set(OddToken.Habit.SaysFalse);
        vm.prank(PAYEE);
        vm.expectRevert(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(token)));
        fees.collect(address(token), PAYEE);
        token.set(OddToken.Habit.None);
        vm.prank(PAYEE);
        assertEq(fees.collect(address(token), BOB), 28);
        assertEq(token.balanceOf(BOB), 1000 ether + 28);
        assertEq(token.balanceOf(address(fees)), 0);
    }

    /// @dev Whom a token blocks collects to somewhere else.
    function test_FEE_6_accepts_aPayerWhomTheTokenBlocks() public {
        _pay(ALICE, ID, address(token), 7);
        _pay(BOB, ID, address(token), 9);
        book.set(ID, IMessageChecker.Outcome.Expired, address(0));
        token.setBlocked(ALICE, true);
        fees.takeBack(ID, address(token), ALICE);
        fees.takeBack(ID, address(token), BOB);
        assertEq(token.balanceOf(BOB), 1000 ether);
        assertEq(fees.keptFor(ALICE, address(token)), 7);
        vm.prank(ALICE);
        fees.collect(address(token), BOB);
        assertEq(token.balanceOf(BOB), 1000 ether + 7);
    }

    /// @dev Nobody's payout is paid by others: what a token takes beside what it moves would be theirs.
    function test_FEE_3_5_rejects_aTokenThatTakesMoreThanItMoves() public {
        _pay(ALICE, ID, address(token), 7);
        _pay(BOB, OTHER, address(token), 9);
        _delivered(PAYEE);
        token.set(OddToken.Habit.TakesOneMore);
        vm.expectRevert(abi.encodeWithSelector(IRelayFees.FeeInexact.selector, 7, 8));
        fees.release(ID, address(token));
        token.set(OddToken.Habit.Denies);
        vm.expectRevert(abi.encodeWithSelector(IRelayFees.FeeInexact.selector, 0, 7));
        fees.release(ID, address(token));
        token.set(OddToken.Habit.None);
        fees.release(ID, address(token));
        assertEq(token.balanceOf(PAYEE), 7);
        _assertExact(address(token), PAYEE);
    }

    /// @dev A balance that shrinks is missing in its own token and nowhere else; what is missing stays kept.
    function test_FEE_5_accepts_aBalanceThatHasShrunk() public {
        _pay(ALICE, ID, address(token), 7);
        _pay(ALICE, ID, NATIVE, 7);
        token.shrink(address(fees), 1);
        _delivered(PAYEE);
        fees.release(ID, address(token));
        assertEq(fees.keptFor(PAYEE, address(token)), 7);
        fees.release(ID, NATIVE);
        assertEq(PAYEE.balance, 7);
        token.mint(address(fees), 1);
        vm.prank(PAYEE);
        assertEq(fees.collect(address(token), PAYEE), 7);
    }

    /// @dev V8: what somebody gives to the contract is nobody's.
    function test_FEE_5_6_rejects_whatWasOnlyGiven() public {
        vm.prank(ALICE);
        assertTrue(token.transfer(address(fees), 100));
        _delivered(PAYEE);
        vm.expectRevert(IRelayFees.FeeNothingDue.selector);
        fees.release(ID, address(token));
        book.set(ID, IMessageChecker.Outcome.Expired, address(0));
        vm.expectRevert(IRelayFees.FeeNothingDue.selector);
        fees.takeBack(ID, address(token), ALICE);
    }
}
