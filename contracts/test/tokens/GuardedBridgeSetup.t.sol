// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IGuardedBridge} from "../../src/interfaces/IGuardedBridge.sol";
import {InteroperableAddressEVM} from "../../src/libraries/InteroperableAddressEVM.sol";
import {GuardedBridgeERC20} from "../../src/tokens/GuardedBridgeERC20.sol";
import {GuardedBridgeERC7802} from "../../src/tokens/GuardedBridgeERC7802.sol";
import {BridgeTest} from "./BridgeTest.sol";
import {Coin} from "./zoo/Coin.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {CrosschainLinked} from "@openzeppelin/contracts/crosschain/CrosschainLinked.sol";
import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {IERC7802} from "@openzeppelin/contracts/interfaces/draft-IERC7802.sol";
import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";

/// @notice Section 1 of `spec/vault.md`: what a bridge is made of, and who may change what.
contract GuardedBridgeSetupTest is BridgeTest {
    uint64 private constant GUARDIAN = 1;
    uint64 private constant LIMITS = 2;

    // ── The token ───────────────────────────────────────────────────────────────────────────────────────────────

    function test_VLT_1_accepts_decimals() public {
        assertEq(home.scale(), 1e12);
        assertEq(away.scale(), 100);
        assertEq(address(home.checker()), address(checker));
        assertEq(address(home.gateway()), address(source));
        assertEq(address(home.token()), address(coin));
        assertEq(address(away.token()), address(bridged));
        assertEq(_lock(address(new Coin(6)), 6).scale(), 1);
        assertEq(_lock(address(new Coin(77)), 0).scale(), 1e77);
        assertEq(_lock(address(new Coin(255)), 178).scale(), 1e77);
    }

    function test_VLT_1_rejects_decimals() public {
        Coin five = new Coin(5);
        vm.expectRevert(abi.encodeWithSelector(IGuardedBridge.BridgeDecimals.selector, 5, 6));
        _lock(address(five), 6);
        Coin many = new Coin(78);
        vm.expectRevert(abi.encodeWithSelector(IGuardedBridge.BridgeDecimals.selector, 78, 0));
        _lock(address(many), 0);
    }

    function test_VLT_1_rejects_V5_tokenWithoutCode() public {
        vm.expectRevert(abi.encodeWithSelector(IGuardedBridge.BridgeToken.selector, address(0)));
        _lock(address(0), 6);
        vm.expectRevert(abi.encodeWithSelector(IGuardedBridge.BridgeToken.selector, STRANGER));
        _lock(STRANGER, 6);
        vm.expectRevert(abi.encodeWithSelector(IGuardedBridge.BridgeToken.selector, STRANGER));
        new GuardedBridgeERC7802(address(authority), checker, IERC7802(STRANGER), 6);
    }

    function _lock(address token, uint8 wire) private returns (GuardedBridgeERC20) {
        return new GuardedBridgeERC20(address(authority), checker, IERC20(token), wire);
    }

    // ── Counterparts ────────────────────────────────────────────────────────────────────────────────────────────

    function test_VLT_2_accepts_counterpart() public onSource {
        bytes memory counterpart = _address(7, OTHER);
        vm.expectEmit(address(home));
        emit CrosschainLinked.LinkRegistered(address(source), counterpart);
        home.setCounterpart(counterpart);
        (address gateway, bytes memory linked) = home.getLink(InteroperableAddress.formatEvmV1(7));
        assertEq(gateway, address(source));
        assertEq(linked, counterpart);
        // V6: a chain has one counterpart, and it can be moved.
        home.setCounterpart(_address(7, USER));
        (, linked) = home.getLink(InteroperableAddress.formatEvmV1(7));
        assertEq(linked, _address(7, USER));
    }

    function test_VLT_2_rejects_counterpart() public onSource {
        bytes memory malformed = abi.encodeWithSelector(InteroperableAddressEVM.AddressMalformed.selector);
        vm.expectRevert(malformed);
        home.setCounterpart("");
        vm.expectRevert(malformed);
        home.setCounterpart(bytes.concat(_address(7, OTHER), hex"00"));
        vm.expectRevert(malformed);
        home.setCounterpart(bytes.concat(hex"0001000002000714", bytes20(OTHER)));
        vm.expectRevert(malformed);
        home.setCounterpart(bytes.concat(hex"00010000010014", bytes20(OTHER)));
        bytes4 error = IGuardedBridge.BridgeCounterpart.selector;
        vm.expectRevert(abi.encodeWithSelector(error, SOURCE, OTHER));
        home.setCounterpart(_address(SOURCE, OTHER));
        vm.expectRevert(abi.encodeWithSelector(error, 7, address(0)));
        home.setCounterpart(_address(7, address(0)));
    }

    // ── Roles ───────────────────────────────────────────────────────────────────────────────────────────────────

    function test_VLT_3_accepts_limits() public {
        IGuardedBridge.Limits memory limits = IGuardedBridge.Limits(1, 2, 3, 4, 5, 6, 7);
        vm.expectEmit(address(home));
        emit IGuardedBridge.LimitsSet(DESTINATION, limits);
        home.setLimits(DESTINATION, limits);
        assertEq(abi.encode(home.limits(DESTINATION)), abi.encode(limits));
        assertEq(abi.encode(home.terms(DESTINATION)), abi.encode(_terms())); // in the same slot
        IGuardedBridge.Terms memory terms = IGuardedBridge.Terms(type(uint32).max, type(uint24).max, true);
        vm.expectEmit(address(home));
        emit IGuardedBridge.TermsSet(DESTINATION, terms);
        home.setTerms(DESTINATION, terms);
        assertEq(abi.encode(home.terms(DESTINATION)), abi.encode(terms));
        assertEq(abi.encode(home.limits(DESTINATION)), abi.encode(limits));
        assertFalse(home.isPaused(DESTINATION, SENDING));
    }

    function test_VLT_3_rejects_limitsWithoutWindow() public {
        IGuardedBridge.Limits memory limits = _limits(COIN);
        limits.window = 0;
        vm.expectRevert(IGuardedBridge.BridgeWindow.selector);
        home.setLimits(DESTINATION, limits);
    }

    function test_VLT_3_accepts_pauses() public {
        vm.expectEmit(address(home));
        emit IGuardedBridge.BridgeDirectionPaused(DESTINATION, DELIVERING);
        home.pause(DESTINATION, DELIVERING);
        assertTrue(home.isPaused(DESTINATION, DELIVERING));
        assertFalse(home.isPaused(DESTINATION, SENDING));
        home.pause(DESTINATION, SENDING);
        vm.expectEmit(address(home));
        emit IGuardedBridge.BridgeDirectionUnpaused(DESTINATION, DELIVERING);
        home.unpause(DESTINATION, DELIVERING);
        assertFalse(home.isPaused(DESTINATION, DELIVERING));
        assertTrue(home.isPaused(DESTINATION, SENDING));
    }

    /// @dev Nobody without a role changes anything: not even the gateway, the counterpart or the bridge itself.
    function test_VLT_3_rejects_V9_everybodyElse() public {
        address[5] memory callers = [STRANGER, address(source), address(home), address(away), address(coin)];
        bytes[7] memory calls = _restricted();
        for (uint256 i = 0; i < callers.length; ++i) {
            for (uint256 j = 0; j < calls.length; ++j) {
                _rejectsCall(callers[i], calls[j]);
            }
        }
    }

    /// @dev The guardian pauses and cancels releases; the role of limits reinstates them; neither does what the other does.
    function test_VLT_3_accepts_rejects_roles() public {
        (address guardian, address limiter) = (address(0x6a4d), address(0x1111));
        bytes4[] memory selectors = new bytes4[](2);
        (selectors[0], selectors[1]) = (IGuardedBridge.pause.selector, IGuardedBridge.cancelRelease.selector);
        authority.setTargetFunctionRole(address(home), selectors, GUARDIAN);
        (selectors[0], selectors[1]) = (IGuardedBridge.setLimits.selector, IGuardedBridge.reinstateRelease.selector);
        authority.setTargetFunctionRole(address(home), selectors, LIMITS);
        authority.grantRole(GUARDIAN, guardian, 0);
        authority.grantRole(LIMITS, limiter, 0);
        _goOut(300 * COIN);
        _tellHome("1", OTHER, 120 * WIRE);

        bytes[7] memory calls = _restricted();
        for (uint256 i = 0; i < calls.length; ++i) {
            bool guards = bytes4(calls[i]) == IGuardedBridge.pause.selector
                || bytes4(calls[i]) == IGuardedBridge.cancelRelease.selector;
            bool limits = bytes4(calls[i]) == IGuardedBridge.setLimits.selector
                || bytes4(calls[i]) == IGuardedBridge.reinstateRelease.selector;
            if (guards) _acceptsCall(guardian, calls[i]);
            else _rejectsCall(guardian, calls[i]);
            if (limits) _acceptsCall(limiter, calls[i]);
            else _rejectsCall(limiter, calls[i]);
        }
    }

    /// @dev In an order in which all of them can succeed.
    function _restricted() private pure returns (bytes[7] memory) {
        return [
            abi.encodeCall(IGuardedBridge.setCounterpart, (_address(7, OTHER))),
            abi.encodeCall(IGuardedBridge.setLimits, (DESTINATION, _limits(COIN))),
            abi.encodeCall(IGuardedBridge.setTerms, (DESTINATION, _terms())),
            abi.encodeCall(IGuardedBridge.pause, (DESTINATION, SENDING)),
            abi.encodeCall(IGuardedBridge.unpause, (DESTINATION, SENDING)),
            abi.encodeCall(IGuardedBridge.cancelRelease, ("1")),
            abi.encodeCall(IGuardedBridge.reinstateRelease, ("1"))
        ];
    }

    function _acceptsCall(address caller, bytes memory call_) private {
        vm.prank(caller);
        (bool success,) = address(home).call(call_);
        assertTrue(success);
    }

    function _rejectsCall(address caller, bytes memory call_) private {
        vm.prank(caller);
        (bool success, bytes memory reason) = address(home).call(call_);
        assertFalse(success);
        assertEq(reason, abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, caller));
    }
}
