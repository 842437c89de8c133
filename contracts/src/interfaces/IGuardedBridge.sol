// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMessageChecker} from "./IMessageChecker.sol";
import {IMessageService} from "./IMessageService.sol";

/// @title A token bridge with limits, delays, decimals and refunds
/// @notice `spec/vault.md`: what is added to OpenZeppelin's `BridgeFungible`. All amounts are in the token's smallest units.
interface IGuardedBridge {
    /// @notice Thrown for a token without code (VLT-1).
    error BridgeToken(address token);

    /// @notice Thrown when the token has fewer decimals than the wire, or far too many (VLT-1).
    error BridgeDecimals(uint8 token, uint8 wire);

    /// @notice Thrown for a counterpart that is the zero address or on this chain (VLT-2).
    error BridgeCounterpart(uint256 chainId, address account);

    /// @notice Thrown when a chain without counterpart is sent to (VLT-2).
    error BridgeUnknownChain(uint256 chainId);

    /// @notice Thrown for limits without a window (VLT-3).
    error BridgeWindow();

    /// @notice Thrown when the receiver is the zero address, a bridge or the token (VLT-4).
    error BridgeForbiddenRecipient(address account);

    /// @notice Thrown while a direction is paused (VLT-5).
    /// @param direction 0 sending, 1 delivering.
    error BridgePaused(uint256 chainId, uint8 direction);

    /// @notice Thrown when an amount has more digits than the wire (VLT-6).
    error BridgeDust(uint256 amount, uint256 scale);

    /// @notice Thrown for an amount of zero, or above what one message may carry (VLT-6).
    error BridgeAmount(uint256 amount, uint256 max);

    /// @notice Thrown when more would pass in the window than its limit (VLT-7).
    error BridgeRateExceeded(uint256 chainId, uint8 direction, uint256 available, uint256 amount);

    /// @notice Thrown when more would be outstanding than its cap (VLT-8).
    error BridgeCapExceeded(uint256 chainId, uint256 available, uint256 amount);

    /// @notice Thrown when more would go back than is outstanding and not promised (VLT-8).
    error BridgeUnbacked(uint256 chainId, uint256 available, uint256 amount);

    /// @notice Thrown when the token moved another amount than it was asked to (VLT-9).
    error BridgeInexact(uint256 expected, uint256 got);

    /// @notice Thrown while the bridge holds less than it owes: the token's balances have shrunk by themselves (VLT-9).
    error BridgeShort(uint256 balance, uint256 owed);

    /// @notice Thrown when no release with this id waits (VLT-10).
    error BridgeNoRelease(bytes32 id);

    /// @notice Thrown before the time of a delayed release (VLT-10).
    error BridgeReleaseDelayed(bytes32 id, uint48 until);

    /// @notice Thrown for a release that is cancelled (VLT-10).
    error BridgeReleaseCancelled(bytes32 id);

    /// @notice Thrown for a release that is not cancelled (VLT-10).
    error BridgeReleaseNotCancelled(bytes32 id);

    /// @notice Thrown when somebody other than who paid cancels a transfer (VLT-11).
    error BridgeNotOwner(address expected, address got);

    /// @notice Thrown when it is not proven that a message can never be delivered (VLT-12).
    /// @param outcome 0 none, 1 delivered: see `IMessageChecker.Outcome`.
    error BridgeNotRefundable(bytes32 id, uint8 outcome);

    /// @notice Thrown when what a message took was given back before (VLT-12).
    error BridgeRefunded(bytes32 id);

    /// @notice What may pass to and from a chain. All zero: nothing.
    /// @param sending Sent at most in any window.
    /// @param delivering Handed out at most in any window, refunds included.
    /// @param window In seconds; not zero.
    /// @param perMessage Amount of one message at most.
    /// @param outstanding Outstanding at most.
    /// @param delayFrom Releases of this amount or more wait.
    /// @param delay For so many seconds.
    struct Limits {
        uint208 sending;
        uint48 window;
        uint208 delivering;
        uint48 delay;
        uint128 perMessage;
        uint128 outstanding;
        uint128 delayFrom;
    }

    /// @notice What messages to a chain say of themselves.
    /// @param timeToLive Seconds within which a transfer arrives or is refunded; zero: it may take for ever.
    /// @param gasLimit Gas for the counterpart; zero: the destination's default.
    /// @param cancellable Whether who paid may ask that a transfer be cancelled.
    struct Terms {
        uint32 timeToLive;
        uint24 gasLimit;
        bool cancellable;
    }

    /// @notice What is handed out later.
    /// @param chainId Chain that it came from, or comes back from.
    /// @param until Time in seconds from which on it can be handed out.
    struct Release {
        uint256 chainId;
        uint256 amount;
        address to;
        uint48 until;
        bool cancelled;
    }

    /// @notice What may pass to and from a chain was set.
    event LimitsSet(uint256 indexed chainId, Limits limits);

    /// @notice What messages to a chain say of themselves was set.
    event TermsSet(uint256 indexed chainId, Terms terms);

    /// @notice One direction was paused.
    event BridgeDirectionPaused(uint256 indexed chainId, IMessageService.Direction direction);

    /// @notice One direction was unpaused.
    event BridgeDirectionUnpaused(uint256 indexed chainId, IMessageService.Direction direction);

    /// @notice A large release waits, for the first time or again.
    event ReleaseDelayed(bytes32 indexed id, uint256 indexed chainId, address indexed to, uint256 amount, uint48 until);

    /// @notice A release that has waited was handed out.
    event ReleaseMade(bytes32 indexed id, uint256 indexed chainId, address indexed to, uint256 amount);

    /// @notice A release that waits was cancelled.
    event ReleaseCancelled(bytes32 indexed id);

    /// @notice What a message took is given back, at once or as a release that waits.
    event TransferRefunded(bytes32 indexed id, uint256 indexed chainId, address indexed owner, uint256 amount);

    /// @notice Hands out a release that has waited. Anyone may call.
    function release(bytes32 id) external;

    /// @notice Cancels a release that waits. Restricted to a role of its own, which can do no more harm than to delay: a guardian's.
    function cancelRelease(bytes32 id) external;

    /// @notice Lets a cancelled release wait again, from now on. Restricted to the role of `setLimits`.
    function reinstateRelease(bytes32 id) external;

    /// @notice Asks that a transfer be not delivered. Only for who paid; only if it was sent as cancellable.
    /// @param body The message, as the service's `MessageSent` names it.
    /// @return id The message id.
    function cancel(IMessageService.Body calldata body) external returns (bytes32 id);

    /// @notice Gives back what a message took that is proven to be cancelled or expired, to who paid. Anyone may call.
    /// @param body The message, as the service's `MessageSent` names it.
    /// @return id The message id.
    function refund(IMessageService.Body calldata body) external returns (bytes32 id);

    /// @notice Links the bridge to its counterpart on another chain, or moves that. Restricted. Whoever is named is believed about every
    /// transfer, up to what is outstanding for that chain if this bridge locks, and up to its cap if it mints.
    /// @param counterpart ERC-7930 address.
    function setCounterpart(bytes calldata counterpart) external;

    /// @notice Sets what may pass to and from a chain. Restricted.
    function setLimits(uint256 chainId, Limits calldata limits_) external;

    /// @notice Sets what messages to a chain say of themselves. Restricted.
    function setTerms(uint256 chainId, Terms calldata terms_) external;

    /// @notice Pauses one direction. Restricted to a role of its own, which can do no more harm than to delay: a guardian's.
    function pause(uint256 chainId, IMessageService.Direction direction) external;

    /// @notice Unpauses one direction. Restricted to a role of its own.
    function unpause(uint256 chainId, IMessageService.Direction direction) external;

    /// @notice What may pass to and from a chain.
    function limits(uint256 chainId) external view returns (Limits memory);

    /// @notice What messages to a chain say of themselves.
    function terms(uint256 chainId) external view returns (Terms memory);

    /// @notice Whether one direction is paused.
    function isPaused(uint256 chainId, IMessageService.Direction direction) external view returns (bool);

    /// @notice What may still pass now, as far as the window goes.
    function available(uint256 chainId, IMessageService.Direction direction) external view returns (uint256);

    /// @notice What is locked for a chain's bridge, or minted by its word and not burned since.
    function outstanding(uint256 chainId) external view returns (uint256);

    /// @notice The part of what is outstanding that is promised to releases which wait.
    function delayed(uint256 chainId) external view returns (uint256);

    /// @notice A release that waits or is cancelled; all zero if there is none.
    function releaseOf(bytes32 id) external view returns (Release memory);

    /// @notice Whether what a message took was given back.
    function isRefunded(bytes32 id) external view returns (bool);

    /// @notice Who says what became of messages.
    function checker() external view returns (IMessageChecker);

    /// @notice The message service through which the bridge speaks.
    function gateway() external view returns (IMessageService);

    /// @notice The token's smallest units in one wire unit.
    function scale() external view returns (uint256);
}
