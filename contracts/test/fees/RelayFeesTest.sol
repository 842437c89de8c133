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

/// @title Fees in the chain's own token and in another, for one message or for two, and outcomes as they are told
/// @notice This contract sets the prices: (`BASE_GAS` + gas limit) × `PER_GAS`.
abstract contract RelayFeesTest is Test {
    uint256 internal constant CHAIN = 560_048;
    uint64 internal constant BASE_GAS = 100_000;
    uint192 internal constant PER_GAS = 3;
    uint64 internal constant NOTICE = 2 days;
    uint64 internal constant NOW = 1_800_000_000;
    address internal constant NATIVE = address(0);
    bytes32 internal constant ID = keccak256("a message");
    bytes32 internal constant OTHER = keccak256("another message");

    address internal constant ALICE = address(0xa11ce);
    address internal constant BOB = address(0xb0b);
    address internal constant PAYEE = address(0x9a7ee);

    OutcomeBook internal book;
    OddToken internal token;
    OddReceiver internal receiver;
    RelayFees internal fees;

    function setUp() public virtual {
        vm.warp(NOW);
        book = new OutcomeBook();
        token = new OddToken();
        receiver = new OddReceiver();
        fees = new RelayFees(address(new AccessManager(address(this))), book, NOTICE);
        fees.setPrice(CHAIN, NATIVE, IRelayFees.Price(BASE_GAS, PER_GAS));
        fees.setPrice(CHAIN, address(token), IRelayFees.Price(BASE_GAS, PER_GAS));
        address[3] memory payers = [ALICE, BOB, address(receiver)];
        for (uint256 i = 0; i < 3; ++i) {
            vm.deal(payers[i], 1000 ether);
            token.mint(payers[i], 1000 ether);
            vm.prank(payers[i]);
            token.approve(address(fees), type(uint256).max);
        }
    }

    /// @dev On the payer's own account.
    function _pay(address payer, bytes32 id, address token_, uint256 amount) internal {
        vm.prank(payer);
        fees.pay{value: token_ == NATIVE ? amount : 0}(CHAIN, id, token_, amount, payer);
    }

    function _pay(address payer, uint256 amount) internal {
        _pay(payer, ID, NATIVE, amount);
    }

    function _giveNotice(address payer, address token_) internal returns (uint64) {
        vm.prank(payer);
        return fees.giveNotice(ID, token_);
    }

    function _delivered(address payee) internal {
        book.set(ID, IMessageChecker.Outcome.Delivered, payee);
    }

    function _balance(address account, address token_) internal view returns (uint256) {
        return token_ == NATIVE ? account.balance : token.balanceOf(account);
    }

    /// @dev What is held of a token is what is promised for both messages, and what is kept for these.
    function _assertExact(address token_, address owner) internal view {
        assertEq(
            _balance(address(fees), token_),
            fees.paidFor(ID, token_) + fees.paidFor(OTHER, token_) + fees.keptFor(owner, token_)
        );
    }
}
