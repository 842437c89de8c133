// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMessageChecker} from "./IMessageChecker.sol";

/// @title Fees for those who deliver messages
/// @notice Section 6 of `spec/message.md`. Anyone may pay for any message, before or after it was sent, in the chain's own token or in another that has
/// a price. What was paid goes to the payee of a delivery that has been proven, and back to who paid it when it is proven that there was
/// none, or after a notice that nobody has answered with such a proof.
interface IRelayFees {
    /// @notice Thrown when a token has no price for a destination (FEE-1).
    error FeeUnpriced(uint256 chainId, address token);

    /// @notice Thrown when less is paid with a message than is quoted (FEE-2).
    error FeeTooLow(uint256 got, uint256 required);

    /// @notice Thrown for a payment of nothing, or when the call's value is not what is paid (FEE-3).
    error FeeAmount(uint256 expected, uint256 got);

    /// @notice Thrown for a token that hands over another amount than it was asked for (FEE-3).
    error FeeInexact(uint256 expected, uint256 got);

    /// @notice Thrown when the message is not proven to be delivered (FEE-5).
    error FeeNotDelivered(bytes32 id);

    /// @notice Thrown when there is nothing to hand over (FEE-5, FEE-6).
    error FeeNothingDue();

    /// @notice Thrown when what was paid is still promised (FEE-6).
    /// @param until Time in seconds from which on it can be taken back; zero if no notice was given.
    error FeeNoticeRequired(uint64 until);

    /// @notice What a delivery costs: (baseGas + gas limit) × perGas.
    /// @param perGas In the token's smallest unit; zero: there is no price.
    struct Price {
        uint64 baseGas;
        uint192 perGas;
    }

    /// @notice A price was set; zero per gas means that there is none.
    event PriceSet(uint256 indexed chainId, address indexed token, uint64 baseGas, uint192 perGas);

    /// @notice A delivery was paid for.
    event FeePaid(bytes32 indexed id, address indexed token, address indexed payer, uint256 amount);

    /// @notice What was paid for a delivery goes to who made it.
    event FeeReleased(bytes32 indexed id, address indexed token, address indexed payee, uint256 amount);

    /// @notice A payer has said that they will take back what they paid, from `until` on.
    event NoticeGiven(bytes32 indexed id, address indexed token, address indexed payer, uint64 until);

    /// @notice A payer has taken back what they paid.
    event FeeTakenBack(bytes32 indexed id, address indexed token, address indexed payer, uint256 amount);

    /// @notice What could not be handed over is kept for its owner.
    event FeeKept(address indexed owner, address indexed token, uint256 amount);

    /// @notice Pays for a message that is being sent, in the chain's own token: the quote, on the account of `refundRecipient`, to whom the rest
    /// of the value is returned (FEE-1, FEE-2). For message services; anyone may call.
    function requestRelay(uint256 destinationChainId, bytes32 id, uint256 gasLimit, address refundRecipient)
        external
        payable;

    /// @notice Pays for a message, or pays more (FEE-1, FEE-3, FEE-4). Zero is the chain's own token; of another `amount` is taken from the caller.
    /// That the id is a message's, and where it goes, is not checked: what was paid for nothing can be taken back after a notice.
    /// @param payer On whose account it is paid, and who may take it back.
    function pay(uint256 destinationChainId, bytes32 id, address token, uint256 amount, address payer) external payable;

    /// @notice Hands what was paid for a message to the payee of its proven delivery (FEE-5). Anyone may call.
    function release(bytes32 id, address token) external returns (uint256 amount);

    /// @notice Says that the caller will take back what they paid (FEE-4). Whoever has delivered has the notice period to prove it.
    function giveNotice(bytes32 id, address token) external returns (uint64 until);

    /// @notice Hands a payer back what they paid (FEE-6). Anyone may call.
    function takeBack(bytes32 id, address token, address payer) external returns (uint256 amount);

    /// @notice Hands the caller what is kept for them.
    function collect(address token, address to) external returns (uint256 amount);

    /// @notice Sets what deliveries to a chain cost in a token; zero per gas removes the price. Restricted.
    function setPrice(uint256 chainId, address token, Price calldata price) external;

    /// @notice What a delivery with this gas limit costs (FEE-1).
    function quote(uint256 destinationChainId, address token, uint256 gasLimit) external view returns (uint256);

    /// @notice The price of deliveries to a chain in a token.
    function priceOf(uint256 chainId, address token) external view returns (Price memory);

    /// @notice What is held for a message in a token.
    function paidFor(bytes32 id, address token) external view returns (uint256);

    /// @notice What of it a payer has paid, and when they can take it back at the soonest if nothing is proven; zero without a notice.
    function paidBy(bytes32 id, address token, address payer) external view returns (uint256 amount, uint64 until);

    /// @notice What is kept for an account that could not be handed over.
    function keptFor(address owner, address token) external view returns (uint256);

    /// @notice The checker that outcomes are asked of.
    function checker() external view returns (IMessageChecker);

    /// @notice Seconds between a notice and the earliest time to take back.
    function noticePeriod() external view returns (uint64);
}
