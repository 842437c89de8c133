// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {IGuardedBridge} from "../interfaces/IGuardedBridge.sol";
import {IMessageService} from "../interfaces/IMessageService.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {RateLimiter} from "@openzeppelin/contracts/utils/RateLimiter.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @title What may pass to and from a chain, and what has
/// @notice Clauses VLT-3 and VLT-5 to VLT-8 of `spec/vault.md`. Holds no tokens and knows none.
/// @dev The window slides (no more than the limit in any stretch of time as long as the window) at the price of one more slot per transfer; a
/// bucket that refills would let twice the limit pass.
abstract contract BridgeLimits is IGuardedBridge, AccessManaged {
    using RateLimiter for RateLimiter.SlidingWindow;
    using SafeCast for uint256;

    struct Chain {
        RateLimiter.SlidingWindow sending;
        RateLimiter.SlidingWindow delivering;
        uint128 perMessage;
        uint128 cap;
        uint128 delayFrom;
        uint48 delay;
        uint32 timeToLive;
        uint24 gasLimit;
        bool cancellable;
        bool sendingPaused;
        bool deliveringPaused;
        uint128 outstanding;
        uint128 delayed;
    }

    /// @dev The windows have one entry each.
    bytes32 private constant ENTRY = 0;

    mapping(uint256 chainId => Chain) private _chains;

    /// @inheritdoc IGuardedBridge
    function setLimits(uint256 chainId, Limits calldata limits_) external restricted {
        if (limits_.window == 0) revert BridgeWindow();
        Chain storage chain = _chains[chainId];
        chain.sending.updateSettings(limits_.window, limits_.sending);
        chain.delivering.updateSettings(limits_.window, limits_.delivering);
        (chain.perMessage, chain.cap) = (limits_.perMessage, limits_.outstanding);
        (chain.delayFrom, chain.delay) = (limits_.delayFrom, limits_.delay);
        emit LimitsSet(chainId, limits_);
    }

    /// @inheritdoc IGuardedBridge
    function setTerms(uint256 chainId, Terms calldata terms_) external restricted {
        Chain storage chain = _chains[chainId];
        (chain.timeToLive, chain.gasLimit, chain.cancellable) = (terms_.timeToLive, terms_.gasLimit, terms_.cancellable);
        emit TermsSet(chainId, terms_);
    }

    /// @inheritdoc IGuardedBridge
    function pause(uint256 chainId, IMessageService.Direction direction) external restricted {
        _setPaused(chainId, direction, true);
        emit BridgeDirectionPaused(chainId, direction);
    }

    /// @inheritdoc IGuardedBridge
    function unpause(uint256 chainId, IMessageService.Direction direction) external restricted {
        _setPaused(chainId, direction, false);
        emit BridgeDirectionUnpaused(chainId, direction);
    }

    /// @inheritdoc IGuardedBridge
    function limits(uint256 chainId) external view returns (Limits memory) {
        Chain storage chain = _chains[chainId];
        return Limits({
            sending: chain.sending._limit,
            window: chain.sending._window,
            delivering: chain.delivering._limit,
            delay: chain.delay,
            perMessage: chain.perMessage,
            outstanding: chain.cap,
            delayFrom: chain.delayFrom
        });
    }

    /// @inheritdoc IGuardedBridge
    function outstanding(uint256 chainId) external view returns (uint256) {
        return _chains[chainId].outstanding;
    }

    /// @inheritdoc IGuardedBridge
    function delayed(uint256 chainId) external view returns (uint256) {
        return _chains[chainId].delayed;
    }

    /// @inheritdoc IGuardedBridge
    function available(uint256 chainId, IMessageService.Direction direction) public view returns (uint256) {
        return _window(chainId, direction).available(ENTRY);
    }

    /// @inheritdoc IGuardedBridge
    function terms(uint256 chainId) public view returns (Terms memory) {
        Chain storage chain = _chains[chainId];
        return Terms({timeToLive: chain.timeToLive, gasLimit: chain.gasLimit, cancellable: chain.cancellable});
    }

    /// @inheritdoc IGuardedBridge
    function isPaused(uint256 chainId, IMessageService.Direction direction) public view returns (bool) {
        Chain storage chain = _chains[chainId];
        return direction == IMessageService.Direction.Sending ? chain.sendingPaused : chain.deliveringPaused;
    }

    /// @dev VLT-7. Undone by whatever reverts later.
    function _consume(uint256 chainId, IMessageService.Direction direction, uint256 amount) internal {
        if (!_window(chainId, direction).tryConsume(ENTRY, amount)) {
            revert BridgeRateExceeded(chainId, uint8(direction), available(chainId, direction), amount);
        }
    }

    /// @dev VLT-8: outstanding rises, up to its cap.
    function _rise(uint256 chainId, uint256 amount) internal {
        Chain storage chain = _chains[chainId];
        uint256 was = chain.outstanding;
        uint256 free = chain.cap > was ? chain.cap - was : 0;
        if (amount > free) revert BridgeCapExceeded(chainId, free, amount);
        chain.outstanding = (was + amount).toUint128();
    }

    /// @dev Outstanding falls, by what is known to be in it.
    function _fall(uint256 chainId, uint256 amount) internal {
        _chains[chainId].outstanding -= amount.toUint128();
    }

    /// @dev A part of what is outstanding is promised to a release that waits.
    function _promise(uint256 chainId, uint256 amount) internal {
        _chains[chainId].delayed += amount.toUint128();
    }

    /// @dev It is no more.
    function _unpromise(uint256 chainId, uint256 amount) internal {
        _chains[chainId].delayed -= amount.toUint128();
    }

    /// @dev VLT-8: so much is outstanding and not promised.
    function _requireBacked(uint256 chainId, uint256 amount) internal view {
        Chain storage chain = _chains[chainId];
        uint256 free = chain.outstanding - chain.delayed;
        if (amount > free) revert BridgeUnbacked(chainId, free, amount);
    }

    /// @dev VLT-5.
    function _requireOpen(uint256 chainId, IMessageService.Direction direction) internal view {
        if (isPaused(chainId, direction)) revert BridgePaused(chainId, uint8(direction));
    }

    /// @dev VLT-6, but for dust.
    function _requireAmount(uint256 chainId, uint256 amount) internal view {
        uint256 max = _chains[chainId].perMessage;
        if (amount == 0 || amount > max) revert BridgeAmount(amount, max);
    }

    /// @dev From which amount on releases wait, and for how long.
    function _delay(uint256 chainId) internal view returns (uint256 from, uint48 delay) {
        Chain storage chain = _chains[chainId];
        return (chain.delayFrom, chain.delay);
    }

    function _setPaused(uint256 chainId, IMessageService.Direction direction, bool paused) private {
        Chain storage chain = _chains[chainId];
        if (direction == IMessageService.Direction.Sending) chain.sendingPaused = paused;
        else chain.deliveringPaused = paused;
    }

    function _window(uint256 chainId, IMessageService.Direction direction)
        private
        view
        returns (RateLimiter.SlidingWindow storage)
    {
        Chain storage chain = _chains[chainId];
        return direction == IMessageService.Direction.Sending ? chain.sending : chain.delivering;
    }
}
