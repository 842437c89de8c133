// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {IMessageChecker} from "../interfaces/IMessageChecker.sol";
import {IMessageService} from "../interfaces/IMessageService.sol";
import {IRelayFees} from "../interfaces/IRelayFees.sol";
import {BoundedCall} from "../libraries/BoundedCall.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20, SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title What is paid for deliveries
/// @notice Assumes that the checker is right about outcomes, and that whoever holds the role for `setPrice` gives prices only to tokens that move
/// what they are asked to move. Of another token nobody but those who paid in it, or are paid in it, can lose: of each token, what was
/// paid in is what was handed out and what is held. The role can do nothing else; nobody can reach what is held.
/// @dev A token whose balances change by themselves can leave less than is owed; then what is missing stays kept until it is there again.
contract RelayFees is IRelayFees, AccessManaged, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @dev What a payer has paid for one message in one token.
    /// @param noticed As much of it as was there when the notice was given. Else who has waited a notice out could make a promise that is
    /// void at once; and a payment by others, on the payer's account, could make them wait anew.
    struct Account {
        uint256 amount;
        uint256 noticed;
        uint64 until;
    }

    /// @dev Zero stands for the chain's own token.
    address private constant NATIVE = address(0);

    /// @dev For a receiver of the chain's own token: enough for a wallet that is a contract.
    uint256 private constant RECEIVER_GAS = 50_000;

    /// @dev Left behind by it: value to a new account (36,600), and keeping what was not taken (about 30,000).
    uint256 private constant GAS_RESERVE = 80_000;

    IMessageChecker private immutable CHECKER;
    uint64 private immutable NOTICE_PERIOD;

    mapping(uint256 chainId => mapping(address token => Price)) private _prices;

    /// @dev The sum of the accounts, until it is released.
    mapping(bytes32 id => mapping(address token => uint256)) private _paid;
    mapping(bytes32 id => mapping(address token => mapping(address payer => Account))) private _accounts;
    mapping(address owner => mapping(address token => uint256)) private _kept;

    /// @param noticePeriod_ In seconds; longer than it takes to prove a delivery.
    constructor(address authority, IMessageChecker checker_, uint64 noticePeriod_) AccessManaged(authority) {
        CHECKER = checker_;
        NOTICE_PERIOD = noticePeriod_;
    }

    /// @inheritdoc IRelayFees
    function requestRelay(uint256 destinationChainId, bytes32 id, uint256 gasLimit, address refundRecipient)
        external
        payable
        nonReentrant
    {
        uint256 required = quote(destinationChainId, NATIVE, gasLimit);
        if (msg.value < required) revert FeeTooLow(msg.value, required);
        _credit(id, NATIVE, refundRecipient, required);
        _handOver(refundRecipient, NATIVE, msg.value - required);
    }

    /// @inheritdoc IRelayFees
    function pay(uint256 destinationChainId, bytes32 id, address token, uint256 amount, address payer)
        external
        payable
        nonReentrant
    {
        _requirePrice(destinationChainId, token);
        if (amount == 0) revert FeeAmount(1, 0);
        uint256 value = token == NATIVE ? amount : 0;
        if (msg.value != value) revert FeeAmount(value, msg.value);
        if (token != NATIVE) _take(IERC20(token), amount);
        _credit(id, token, payer, amount);
    }

    /// @inheritdoc IRelayFees
    function release(bytes32 id, address token) external nonReentrant returns (uint256 amount) {
        (IMessageChecker.Outcome outcome, address payee) = CHECKER.outcomeOf(id);
        if (outcome != IMessageChecker.Outcome.Delivered) revert FeeNotDelivered(id);
        amount = _paid[id][token];
        if (amount == 0) revert FeeNothingDue();
        // The accounts stay as they are: nothing is taken back from what was delivered, and nothing more is paid for it.
        delete _paid[id][token];
        emit FeeReleased(id, token, payee, amount);
        _handOver(payee, token, amount);
    }

    /// @inheritdoc IRelayFees
    /// @dev It covers what has been paid so far. There has to be something: `FeeNothingDue`.
    function giveNotice(bytes32 id, address token) external returns (uint64 until) {
        _requireUndecided(id);
        Account storage account = _accounts[id][token][msg.sender];
        if (account.amount == 0) revert FeeNothingDue();
        until = uint64(block.timestamp) + NOTICE_PERIOD;
        (account.noticed, account.until) = (account.amount, until);
        emit NoticeGiven(id, token, msg.sender, until);
    }

    /// @inheritdoc IRelayFees
    function takeBack(bytes32 id, address token, address payer) external nonReentrant returns (uint256 amount) {
        (IMessageChecker.Outcome outcome,) = CHECKER.outcomeOf(id);
        if (outcome == IMessageChecker.Outcome.Delivered) revert IMessageChecker.CheckerDecided(id);
        Account storage account = _accounts[id][token][payer];
        if (outcome == IMessageChecker.Outcome.None) {
            uint64 until = account.until;
            // forge-lint: disable-next-line(block-timestamp) seconds do not matter to a notice
            if (until == 0 || block.timestamp < until) revert FeeNoticeRequired(until);
            amount = account.noticed;
        } else {
            amount = account.amount;
        }
        if (amount == 0) revert FeeNothingDue();
        account.amount -= amount;
        (account.noticed, account.until) = (0, 0);
        _paid[id][token] -= amount;
        emit FeeTakenBack(id, token, payer, amount);
        _handOver(payer, token, amount);
    }

    /// @inheritdoc IRelayFees
    /// @dev Reverts if it cannot be handed over there either.
    function collect(address token, address to) external nonReentrant returns (uint256 amount) {
        amount = _kept[msg.sender][token];
        if (amount == 0) revert FeeNothingDue();
        delete _kept[msg.sender][token];
        if (token == NATIVE) {
            Address.sendValue(payable(to), amount);
        } else if (!_push(IERC20(token), to, amount)) {
            revert SafeERC20.SafeERC20FailedOperation(token);
        }
    }

    /// @inheritdoc IRelayFees
    function setPrice(uint256 chainId, address token, Price calldata price) external restricted {
        _prices[chainId][token] = price;
        emit PriceSet(chainId, token, price.baseGas, price.perGas);
    }

    /// @inheritdoc IRelayFees
    function priceOf(uint256 chainId, address token) external view returns (Price memory) {
        return _prices[chainId][token];
    }

    /// @inheritdoc IRelayFees
    function paidFor(bytes32 id, address token) external view returns (uint256) {
        return _paid[id][token];
    }

    /// @inheritdoc IRelayFees
    function paidBy(bytes32 id, address token, address payer) external view returns (uint256 amount, uint64 until) {
        // What was released is nobody's payment any more.
        if (_paid[id][token] == 0) return (0, 0);
        Account storage account = _accounts[id][token][payer];
        return (account.amount, account.until);
    }

    /// @inheritdoc IRelayFees
    function keptFor(address owner, address token) external view returns (uint256) {
        return _kept[owner][token];
    }

    /// @inheritdoc IRelayFees
    function checker() external view returns (IMessageChecker) {
        return CHECKER;
    }

    /// @inheritdoc IRelayFees
    function noticePeriod() external view returns (uint64) {
        return NOTICE_PERIOD;
    }

    /// @inheritdoc IRelayFees
    /// @dev What does not fit in a word, at a price or for gas that nobody has, costs all that there is.
    function quote(uint256 destinationChainId, address token, uint256 gasLimit) public view returns (uint256) {
        Price memory price = _requirePrice(destinationChainId, token);
        return Math.saturatingMul(Math.saturatingAdd(price.baseGas, gasLimit), price.perGas);
    }

    /// @dev FEE-4. Whatever was taken for it is given back by the revert.
    function _credit(bytes32 id, address token, address payer, uint256 amount) private {
        _requireUndecided(id);
        _paid[id][token] += amount;
        _accounts[id][token][payer].amount += amount;
        emit FeePaid(id, token, payer, amount);
    }

    /// @dev FEE-3.
    function _take(IERC20 token, uint256 amount) private {
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(msg.sender, address(this), amount);
        uint256 got = Math.saturatingSub(token.balanceOf(address(this)), before);
        if (got != amount) revert FeeInexact(amount, got);
    }

    /// @dev Hands over, or keeps what is not taken.
    function _handOver(address to, address token, uint256 amount) private {
        if (amount == 0) return;
        if (token == NATIVE ? _send(to, amount) : _push(IERC20(token), to, amount)) return;
        _kept[to][token] += amount;
        emit FeeKept(to, token, amount);
    }

    /// @dev Nobody can have it kept by leaving too little gas: then nothing happens at all.
    function _send(address to, uint256 amount) private returns (bool) {
        uint256 forwardable = BoundedCall.forwardable(GAS_RESERVE);
        if (forwardable < RECEIVER_GAS) {
            revert IMessageService.MessageInsufficientGas(forwardable, RECEIVER_GAS);
        }
        return BoundedCall.send(to, amount, RECEIVER_GAS);
    }

    /// @dev A token that takes more than it was asked to move, or that moves something and denies it, takes it from others: FEE-3.
    function _push(IERC20 token, address to, uint256 amount) private returns (bool taken) {
        uint256 before = token.balanceOf(address(this));
        taken = token.trySafeTransfer(to, amount);
        uint256 gone = Math.saturatingSub(before, token.balanceOf(address(this)));
        uint256 most = taken ? amount : 0;
        if (gone > most) revert FeeInexact(most, gone);
    }

    /// @dev FEE-4.
    function _requireUndecided(bytes32 id) private view {
        (IMessageChecker.Outcome outcome,) = CHECKER.outcomeOf(id);
        if (outcome != IMessageChecker.Outcome.None) revert IMessageChecker.CheckerDecided(id);
    }

    /// @dev FEE-1.
    function _requirePrice(uint256 chainId, address token) private view returns (Price memory price) {
        price = _prices[chainId][token];
        if (price.perGas == 0) revert FeeUnpriced(chainId, token);
    }
}
