// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMessageChecker} from "../../src/interfaces/IMessageChecker.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {IRelayFees} from "../../src/interfaces/IRelayFees.sol";
import {OddReceiver} from "./OddReceiver.sol";
import {RelayFeesTest} from "./RelayFeesTest.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @notice FEE-1 to FEE-4: prices, and what is paid in.
contract RelayFeesPayTest is RelayFeesTest {
    function testFuzz_FEE_1_accepts_everyPrice(uint64 baseGas, uint192 perGas, uint256 gasLimit) public {
        vm.assume(perGas != 0);
        vm.expectEmit(address(fees));
        emit IRelayFees.PriceSet(CHAIN, address(token), baseGas, perGas);
        fees.setPrice(CHAIN, address(token), IRelayFees.Price(baseGas, perGas));
        assertEq(abi.encode(fees.priceOf(CHAIN, address(token))), abi.encode(baseGas, perGas));
        gasLimit = bound(gasLimit, 0, 10_000_000);
        (bool fits, uint256 cost) = Math.tryMul(uint256(baseGas) + gasLimit, perGas);
        assertEq(fees.quote(CHAIN, address(token), gasLimit), fits ? cost : type(uint256).max);
    }

    /// @dev What does not fit in a word costs all that there is, and no quote fails.
    function testFuzz_FEE_1_accepts_gasThatNobodyHas(uint64 baseGas, uint192 perGas, uint192 above) public {
        vm.assume(perGas > 1);
        fees.setPrice(CHAIN, NATIVE, IRelayFees.Price(baseGas, perGas));
        assertEq(fees.quote(CHAIN, NATIVE, type(uint256).max - above), type(uint256).max);
    }

    function testFuzz_FEE_1_rejects_whatHasNoPrice(uint256 chainId, address token_) public {
        vm.assume(chainId != CHAIN || (token_ != NATIVE && token_ != address(token)));
        bytes memory unpriced = abi.encodeWithSelector(IRelayFees.FeeUnpriced.selector, chainId, token_);
        vm.expectRevert(unpriced);
        fees.quote(chainId, token_, 21_000);
        vm.expectRevert(unpriced);
        fees.pay(chainId, ID, token_, 1, ALICE);
        if (chainId == CHAIN) return;
        vm.expectRevert(abi.encodeWithSelector(IRelayFees.FeeUnpriced.selector, chainId, NATIVE));
        fees.requestRelay{value: 1 ether}(chainId, ID, 21_000, ALICE);
    }

    /// @dev A price of zero is none: nothing is free by a slip of the hand.
    function test_FEE_1_rejects_aPriceOfZero() public {
        fees.setPrice(CHAIN, NATIVE, IRelayFees.Price(BASE_GAS, 0));
        vm.expectRevert(abi.encodeWithSelector(IRelayFees.FeeUnpriced.selector, CHAIN, NATIVE));
        fees.requestRelay(CHAIN, ID, 21_000, ALICE);
    }

    function test_FEE_1_rejects_aPriceByAnybody() public {
        vm.prank(ALICE);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, ALICE));
        fees.setPrice(CHAIN, NATIVE, IRelayFees.Price(0, 1));
    }

    function testFuzz_FEE_2_accepts_theQuoteAndMore(uint24 gasLimit, uint64 more) public {
        uint256 required = (uint256(BASE_GAS) + gasLimit) * PER_GAS;
        uint256 before = BOB.balance;
        vm.expectEmit(address(fees));
        emit IRelayFees.FeePaid(ID, NATIVE, BOB, required);
        hoax(ALICE, required + more);
        fees.requestRelay{value: required + more}(CHAIN, ID, gasLimit, BOB);
        assertEq(fees.paidFor(ID, NATIVE), required);
        (uint256 amount, uint64 until) = fees.paidBy(ID, NATIVE, BOB);
        assertEq(amount, required);
        assertEq(until, 0);
        assertEq(BOB.balance, before + more);
        _assertExact(NATIVE, BOB);
    }

    function testFuzz_FEE_2_rejects_less(uint24 gasLimit, uint256 value) public {
        uint256 required = (uint256(BASE_GAS) + gasLimit) * PER_GAS;
        value = bound(value, 0, required - 1);
        vm.expectRevert(abi.encodeWithSelector(IRelayFees.FeeTooLow.selector, value, required));
        fees.requestRelay{value: value}(CHAIN, ID, gasLimit, ALICE);
    }

    /// @dev Nor does anybody have all there is.
    function test_FEE_2_rejects_gasThatNobodyHas() public {
        vm.expectRevert(abi.encodeWithSelector(IRelayFees.FeeTooLow.selector, 1 ether, type(uint256).max));
        fees.requestRelay{value: 1 ether}(CHAIN, ID, type(uint256).max, ALICE);
    }

    /// @dev S14: whoever gets the rest cannot make the message fail.
    function test_FEE_2_accepts_whateverTheRefundRecipientDoes() public {
        for (uint8 habit = 1; habit < 4; ++habit) {
            receiver.set(OddReceiver.Habit(habit));
            uint256 required = fees.quote(CHAIN, NATIVE, 21_000);
            vm.expectEmit(address(fees));
            emit IRelayFees.FeeKept(address(receiver), NATIVE, 5);
            fees.requestRelay{value: required + 5}(CHAIN, ID, 21_000, address(receiver));
            assertEq(fees.keptFor(address(receiver), NATIVE), 5 * uint256(habit));
            _assertExact(NATIVE, address(receiver));
        }
    }

    /// @dev And nobody can have it kept by leaving too little gas for the receiver: it is the whole of it, or nothing.
    function test_FEE_2_rejects_tooLittleGasForTheRefund() public {
        uint256 value = fees.quote(CHAIN, NATIVE, 21_000) + 5;
        bytes memory call_ = abi.encodeCall(IRelayFees.requestRelay, (CHAIN, ID, 21_000, address(receiver)));
        receiver.set(OddReceiver.Habit.Works);
        (uint256 named, uint256 refunded) = (0, 0);
        for (uint256 gas_ = 0; gas_ < 400_000; gas_ += 1000) {
            uint256 before = address(receiver).balance;
            (bool success, bytes memory answer) = address(fees).call{value: value, gas: gas_}(call_);
            assertEq(address(receiver).balance, success ? before + 5 : before);
            assertEq(fees.keptFor(address(receiver), NATIVE), 0);
            if (success) ++refunded;
            else if (answer.length != 0) named += _requireNamed(answer);
        }
        assertGt(named, 0);
        assertGt(refunded, 0);
    }

    function testFuzz_FEE_3_accepts_theChainsOwnToken(uint64 a, uint64 b) public {
        (uint256 first, uint256 second) = (uint256(a) + 1, uint256(b) + 1);
        _pay(ALICE, first);
        vm.expectEmit(address(fees));
        emit IRelayFees.FeePaid(ID, NATIVE, ALICE, second);
        vm.prank(BOB);
        fees.pay{value: second}(CHAIN, ID, NATIVE, second, ALICE);
        (uint256 amount,) = fees.paidBy(ID, NATIVE, ALICE);
        assertEq(amount, first + second);
        assertEq(fees.paidFor(ID, NATIVE), first + second);
        assertEq(fees.paidFor(OTHER, NATIVE), 0);
        assertEq(fees.paidFor(ID, address(token)), 0);
        _assertExact(NATIVE, ALICE);
    }

    function testFuzz_FEE_3_accepts_anotherToken(uint64 a) public {
        uint256 paid = uint256(a) + 1;
        vm.expectEmit(address(fees));
        emit IRelayFees.FeePaid(ID, address(token), BOB, paid);
        vm.prank(ALICE);
        fees.pay(CHAIN, ID, address(token), paid, BOB);
        assertEq(token.balanceOf(ALICE), 1000 ether - paid);
        (uint256 amount,) = fees.paidBy(ID, address(token), BOB);
        assertEq(amount, paid);
        _assertExact(address(token), BOB);
    }

    function test_FEE_3_rejects_nothing() public {
        vm.expectRevert(abi.encodeWithSelector(IRelayFees.FeeAmount.selector, 1, 0));
        fees.pay(CHAIN, ID, NATIVE, 0, ALICE);
        vm.expectRevert(abi.encodeWithSelector(IRelayFees.FeeAmount.selector, 1, 0));
        fees.pay{value: 3}(CHAIN, ID, address(token), 0, ALICE);
    }

    function testFuzz_FEE_3_rejects_anotherValue(uint64 value, uint256 amount) public {
        vm.assume(amount != 0 && amount != value);
        vm.expectRevert(abi.encodeWithSelector(IRelayFees.FeeAmount.selector, amount, value));
        fees.pay{value: value}(CHAIN, ID, NATIVE, amount, ALICE);
        if (value == 0) return;
        vm.expectRevert(abi.encodeWithSelector(IRelayFees.FeeAmount.selector, 0, value));
        fees.pay{value: value}(CHAIN, ID, address(token), amount, ALICE);
    }

    function test_FEE_4_accepts_paymentsAndNoticesWhileNothingIsProven() public {
        _pay(ALICE, 7);
        fees.requestRelay{value: fees.quote(CHAIN, NATIVE, 0)}(CHAIN, ID, 0, ALICE);
        vm.expectEmit(address(fees));
        emit IRelayFees.NoticeGiven(ID, NATIVE, ALICE, NOW + NOTICE);
        assertEq(_giveNotice(ALICE, NATIVE), NOW + NOTICE);
        (, uint64 until) = fees.paidBy(ID, NATIVE, ALICE);
        assertEq(until, NOW + NOTICE);
    }

    function test_FEE_4_rejects_paymentsAndNoticesAfterAnyOutcome() public {
        _pay(ALICE, 7);
        uint256 required = fees.quote(CHAIN, NATIVE, 0);
        for (uint8 outcome = 1; outcome < 4; ++outcome) {
            book.set(ID, IMessageChecker.Outcome(outcome), PAYEE);
            bytes memory decided = abi.encodeWithSelector(IMessageChecker.CheckerDecided.selector, ID);
            vm.expectRevert(decided);
            fees.pay{value: 1}(CHAIN, ID, NATIVE, 1, ALICE);
            vm.prank(ALICE);
            vm.expectRevert(decided);
            fees.pay(CHAIN, ID, address(token), 1, ALICE);
            vm.expectRevert(decided);
            fees.requestRelay{value: required}(CHAIN, ID, 0, ALICE);
            vm.prank(ALICE);
            vm.expectRevert(decided);
            fees.giveNotice(ID, NATIVE);
        }
        assertEq(token.balanceOf(ALICE), 1000 ether);
    }

    function test_RelayFees_whoTheyAsk() public view {
        assertEq(address(fees.checker()), address(book));
        assertEq(fees.noticePeriod(), NOTICE);
    }

    /// @dev Value that nobody has paid for anything has no way in.
    function test_RelayFees_takeNoValueWithoutAPayment() public {
        (bool success,) = address(fees).call{value: 1}("");
        assertFalse(success);
    }

    /// @dev MSG-9: less than the receiver's 50,000 was left.
    function _requireNamed(bytes memory answer) private pure returns (uint256) {
        assertEq(answer.length, 68);
        bytes memory arguments = new bytes(64);
        for (uint256 i = 0; i < 64; ++i) {
            arguments[i] = answer[4 + i];
        }
        (uint256 got, uint256 required) = abi.decode(arguments, (uint256, uint256));
        assertEq(answer, abi.encodeWithSelector(IMessageService.MessageInsufficientGas.selector, got, required));
        assertEq(required, 50_000);
        assertLt(got, required);
        return 1;
    }
}
