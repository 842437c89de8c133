// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMessageChecker} from "../../src/interfaces/IMessageChecker.sol";
import {IRelayFees} from "../../src/interfaces/IRelayFees.sol";
import {OddReceiver} from "./OddReceiver.sol";
import {RelayFeesTest} from "./RelayFeesTest.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";

/// @notice FEE-5 and FEE-6: to whom what was paid is handed out, and when; and receivers that do as they please.
contract RelayFeesPayoutTest is RelayFeesTest {
    function testFuzz_FEE_5_accepts_allThatWasPaidForWhoDelivered(uint64 a, uint64 b) public {
        (uint256 first, uint256 second) = (uint256(a) + 1, uint256(b) + 1);
        for (uint256 i = 0; i < 2; ++i) {
            address token_ = i == 0 ? NATIVE : address(token);
            _pay(ALICE, ID, token_, first);
            _pay(BOB, ID, token_, second);
            _pay(ALICE, OTHER, token_, 3);
        }
        _delivered(PAYEE);
        for (uint256 i = 0; i < 2; ++i) {
            address token_ = i == 0 ? NATIVE : address(token);
            vm.expectEmit(address(fees));
            emit IRelayFees.FeeReleased(ID, token_, PAYEE, first + second);
            vm.prank(BOB); // anyone
            assertEq(fees.release(ID, token_), first + second);
            assertEq(_balance(PAYEE, token_), first + second);
            assertEq(fees.paidFor(ID, token_), 0);
            (uint256 amount,) = fees.paidBy(ID, token_, ALICE);
            assertEq(amount, 0);
            assertEq(fees.paidFor(OTHER, token_), 3);
            _assertExact(token_, PAYEE);
        }
    }

    function test_FEE_5_rejects_whatIsNotDelivered() public {
        _pay(ALICE, 7);
        IMessageChecker.Outcome[3] memory outcomes =
            [IMessageChecker.Outcome.None, IMessageChecker.Outcome.Cancelled, IMessageChecker.Outcome.Expired];
        for (uint256 i = 0; i < 3; ++i) {
            book.set(ID, outcomes[i], address(0));
            vm.expectRevert(abi.encodeWithSelector(IRelayFees.FeeNotDelivered.selector, ID));
            fees.release(ID, NATIVE);
        }
    }

    function test_FEE_5_rejects_whatIsNotThere() public {
        _delivered(PAYEE);
        vm.expectRevert(IRelayFees.FeeNothingDue.selector);
        fees.release(ID, NATIVE);
    }

    function test_FEE_5_rejects_aSecondTime() public {
        _pay(ALICE, 7);
        _delivered(PAYEE);
        fees.release(ID, NATIVE);
        vm.expectRevert(IRelayFees.FeeNothingDue.selector);
        fees.release(ID, NATIVE);
    }

    function testFuzz_FEE_6_accepts_whatWasCancelledOrExpiredWithoutANotice(bool cancelled, uint64 a) public {
        uint256 paid = uint256(a) + 1;
        _pay(ALICE, paid);
        _pay(BOB, 5);
        book.set(ID, cancelled ? IMessageChecker.Outcome.Cancelled : IMessageChecker.Outcome.Expired, address(0));
        vm.expectEmit(address(fees));
        emit IRelayFees.FeeTakenBack(ID, NATIVE, ALICE, paid);
        assertEq(fees.takeBack(ID, NATIVE, ALICE), paid);
        assertEq(ALICE.balance, 1000 ether);
        // Each gets what they paid, and not what others did.
        assertEq(fees.paidFor(ID, NATIVE), 5);
        assertEq(fees.takeBack(ID, NATIVE, BOB), 5);
        assertEq(BOB.balance, 1000 ether);
        _assertExact(NATIVE, ALICE);
    }

    function testFuzz_FEE_6_accepts_whatWasNoticedFromThenOn(uint32 after_) public {
        _pay(ALICE, ID, address(token), 7);
        uint64 until = _giveNotice(ALICE, address(token));
        vm.warp(uint256(until) + after_);
        assertEq(fees.takeBack(ID, address(token), ALICE), 7);
        assertEq(token.balanceOf(ALICE), 1000 ether);
        (uint256 amount, uint64 left) = fees.paidBy(ID, address(token), ALICE);
        assertEq(amount, 0);
        assertEq(left, 0);
    }

    function testFuzz_FEE_6_rejects_beforeTheNoticeHasRunOut(uint64 time) public {
        _pay(ALICE, 7);
        vm.expectRevert(abi.encodeWithSelector(IRelayFees.FeeNoticeRequired.selector, 0));
        fees.takeBack(ID, NATIVE, ALICE);
        uint64 until = _giveNotice(ALICE, NATIVE);
        vm.warp(bound(time, NOW, until - 1));
        vm.expectRevert(abi.encodeWithSelector(IRelayFees.FeeNoticeRequired.selector, until));
        fees.takeBack(ID, NATIVE, ALICE);
    }

    /// @dev The notice of one is none of another's.
    function test_FEE_6_rejects_theNoticeOfAnother() public {
        _pay(ALICE, 7);
        _pay(BOB, 7);
        vm.warp(_giveNotice(ALICE, NATIVE));
        vm.expectRevert(abi.encodeWithSelector(IRelayFees.FeeNoticeRequired.selector, 0));
        fees.takeBack(ID, NATIVE, BOB);
        _pay(ALICE, ID, address(token), 7);
        vm.expectRevert(abi.encodeWithSelector(IRelayFees.FeeNoticeRequired.selector, 0));
        fees.takeBack(ID, address(token), ALICE);
    }

    /// @dev Else a promise could be made that is void at once.
    function test_FEE_6_rejects_whatWasPaidAfterTheNotice() public {
        _pay(ALICE, 1);
        vm.warp(_giveNotice(ALICE, NATIVE));
        _pay(ALICE, 100);
        assertEq(fees.takeBack(ID, NATIVE, ALICE), 1);
        vm.expectRevert(abi.encodeWithSelector(IRelayFees.FeeNoticeRequired.selector, 0));
        fees.takeBack(ID, NATIVE, ALICE);
        vm.warp(_giveNotice(ALICE, NATIVE));
        assertEq(fees.takeBack(ID, NATIVE, ALICE), 100);
    }

    /// @dev Nor can anybody make another wait by paying on their account.
    function test_FEE_6_accepts_aNoticeWhateverOthersPay() public {
        _pay(ALICE, 100);
        uint64 until = _giveNotice(ALICE, NATIVE);
        vm.prank(BOB);
        fees.pay{value: 1}(CHAIN, ID, NATIVE, 1, ALICE);
        vm.warp(until);
        assertEq(fees.takeBack(ID, NATIVE, ALICE), 100);
        assertEq(fees.paidFor(ID, NATIVE), 1);
    }

    function test_FEE_6_rejects_aNoticeOfNothing() public {
        _pay(BOB, 7);
        vm.prank(ALICE);
        vm.expectRevert(IRelayFees.FeeNothingDue.selector);
        fees.giveNotice(ID, NATIVE);
    }

    function test_FEE_6_rejects_whatWasDelivered() public {
        _pay(ALICE, 7);
        vm.warp(_giveNotice(ALICE, NATIVE));
        _delivered(PAYEE);
        vm.expectRevert(abi.encodeWithSelector(IMessageChecker.CheckerDecided.selector, ID));
        fees.takeBack(ID, NATIVE, ALICE);
        fees.release(ID, NATIVE);
        vm.expectRevert(abi.encodeWithSelector(IMessageChecker.CheckerDecided.selector, ID));
        fees.takeBack(ID, NATIVE, ALICE);
    }

    function test_FEE_6_rejects_whatIsNotThere() public {
        _pay(ALICE, 7);
        book.set(ID, IMessageChecker.Outcome.Expired, address(0));
        fees.takeBack(ID, NATIVE, ALICE);
        vm.expectRevert(IRelayFees.FeeNothingDue.selector);
        fees.takeBack(ID, NATIVE, ALICE);
        vm.expectRevert(IRelayFees.FeeNothingDue.selector);
        fees.takeBack(ID, NATIVE, BOB);
    }

    /// @dev S14: a payee that cannot be paid is a matter of its own.
    function test_FEE_5_accepts_whateverThePayeeDoes() public {
        _delivered(address(receiver));
        for (uint8 habit = 1; habit < 4; ++habit) {
            book.set(ID, IMessageChecker.Outcome.None, address(0));
            _pay(ALICE, 7);
            _delivered(address(receiver));
            receiver.set(OddReceiver.Habit(habit));
            vm.expectEmit(address(fees));
            emit IRelayFees.FeeKept(address(receiver), NATIVE, 7);
            uint256 before = gasleft();
            fees.release(ID, NATIVE);
            assertLt(before - gasleft(), 200_000);
            assertEq(fees.keptFor(address(receiver), NATIVE), 7 * uint256(habit));
            _assertExact(NATIVE, address(receiver));
        }
        bytes memory call_ = abi.encodeCall(IRelayFees.collect, (NATIVE, PAYEE));
        receiver.act(address(fees), call_);
        assertEq(PAYEE.balance, 21);
        assertEq(address(fees).balance, 0);
        vm.prank(address(receiver));
        vm.expectRevert(IRelayFees.FeeNothingDue.selector);
        fees.collect(NATIVE, PAYEE);
    }

    /// @dev What is kept stays kept if it cannot be handed over where its owner asks either.
    function test_FEE_6_rejects_collectingToWhoRefuses() public {
        _pay(address(receiver), 7);
        receiver.set(OddReceiver.Habit.Refuses);
        book.set(ID, IMessageChecker.Outcome.Expired, address(0));
        fees.takeBack(ID, NATIVE, address(receiver));
        vm.prank(address(receiver));
        vm.expectRevert(OddReceiver.Odd.selector);
        fees.collect(NATIVE, address(receiver));
        assertEq(fees.keptFor(address(receiver), NATIVE), 7);
    }

    function test_FEE_5_6_rejects_collectingWhatIsAnothers() public {
        _pay(ALICE, 7);
        _delivered(address(receiver));
        receiver.set(OddReceiver.Habit.Refuses);
        fees.release(ID, NATIVE);
        vm.expectRevert(IRelayFees.FeeNothingDue.selector);
        fees.collect(NATIVE, ALICE);
    }

    /// @dev S6: a receiver that calls back finds everything closed, and has been paid once.
    function test_FEE_5_6_rejects_callsBack() public {
        _pay(ALICE, 7);
        _pay(BOB, OTHER, NATIVE, 100);
        book.set(OTHER, IMessageChecker.Outcome.Delivered, address(receiver));
        _delivered(address(receiver));
        bytes[5] memory calls = [
            abi.encodeCall(IRelayFees.release, (ID, NATIVE)),
            abi.encodeCall(IRelayFees.takeBack, (ID, NATIVE, address(receiver))),
            abi.encodeCall(IRelayFees.collect, (NATIVE, address(receiver))),
            abi.encodeCall(IRelayFees.pay, (CHAIN, ID, NATIVE, 1, ALICE)),
            abi.encodeCall(IRelayFees.requestRelay, (CHAIN, ID, 0, ALICE))
        ];
        uint256 before = address(receiver).balance;
        for (uint256 i = 0; i < 5; ++i) {
            receiver.setCall(address(fees), calls[i]);
            uint256 state = vm.snapshotState();
            fees.release(ID, NATIVE);
            assertEq(receiver.answer(), ReentrancyGuard.ReentrancyGuardReentrantCall.selector);
            assertEq(address(receiver).balance, before + 7);
            _assertExact(NATIVE, address(receiver));
            assertTrue(vm.revertToState(state));
        }
    }
}
