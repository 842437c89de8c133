// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IGuardedBridge} from "../../src/interfaces/IGuardedBridge.sol";
import {GuardedBridgeERC20} from "../../src/tokens/GuardedBridgeERC20.sol";
import {GuardedBridgeERC7802} from "../../src/tokens/GuardedBridgeERC7802.sol";
import {BridgeTest} from "./BridgeTest.sol";
import {FeeCoin} from "./zoo/FeeCoin.sol";
import {HookedCoin} from "./zoo/HookedCoin.sol";
import {LyingCoin} from "./zoo/LyingCoin.sol";
import {OddCoin} from "./zoo/OddCoin.sol";
import {RebasingCoin} from "./zoo/RebasingCoin.sol";
import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {IERC7802} from "@openzeppelin/contracts/interfaces/draft-IERC7802.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

/// @notice VLT-9 with tokens of all kinds.
contract GuardedBridgeTokensTest is BridgeTest {
    // ── Fees ────────────────────────────────────────────────────────────────────────────────────────────────────

    function test_VLT_9_accepts_rejects_V4_feeFromWhatArrives() public {
        FeeCoin fee = new FeeCoin();
        _use(address(fee));
        fee.mint(USER, 1000 * COIN);
        bytes4 error = IGuardedBridge.BridgeInexact.selector;
        _rejectsSending(abi.encodeWithSelector(error, 50 * COIN, 50 * COIN - COIN / 2), 50 * COIN);
        assertEq(home.owed(), 0);
        fee.set(0, false);
        _goOut(50 * COIN);
        // What the token takes on the way out, the receiver bears: the bridge parts with the amount, no more and no less.
        fee.set(100, false);
        _tellHome("1", OTHER, 10 * WIRE);
        assertEq(fee.balanceOf(OTHER), 10 * COIN - COIN / 10);
        assertEq(fee.balanceOf(address(home)), home.owed());
    }

    function test_VLT_9_rejects_V4_feeFromWhatIsLeft() public {
        FeeCoin fee = new FeeCoin();
        _use(address(fee));
        fee.mint(USER, 1000 * COIN);
        fee.set(100, true);
        _goOut(50 * COIN); // borne by the user, beside the amount
        bytes4 error = IGuardedBridge.BridgeInexact.selector;
        _rejectsTellingHome(abi.encodeWithSelector(error, 10 * COIN, 10 * COIN + COIN / 10), OTHER, 10 * WIRE);
    }

    // ── Balances that change by themselves ──────────────────────────────────────────────────────────────────────

    function test_VLT_9_accepts_rejects_rebased() public {
        RebasingCoin rebasing = new RebasingCoin();
        _use(address(rebasing));
        rebasing.mint(USER, 1000 * COIN);
        _goOut(50 * COIN);
        rebasing.rebase(address(home), 50 * COIN - 1);
        bytes memory error = abi.encodeWithSelector(IGuardedBridge.BridgeShort.selector, 50 * COIN - 1, 50 * COIN);
        _rejectsSending(error, COIN);
        _rejectsTellingHome(error, OTHER, WIRE);
        rebasing.rebase(address(home), 50 * COIN);
        _goOut(COIN);
        _tellHome("1", OTHER, WIRE);
        // What it gains is nobody's.
        rebasing.rebase(address(home), 500 * COIN);
        _tellHome("2", OTHER, 50 * WIRE);
        bytes4 unbacked = IGuardedBridge.BridgeUnbacked.selector;
        _rejectsTellingHome(abi.encodeWithSelector(unbacked, DESTINATION, 0, 1e12), OTHER, 1);
        assertEq(rebasing.balanceOf(address(home)), 450 * COIN);
    }

    /// @dev V8: what is given to the bridge changes nothing that anyone is entitled to.
    function testFuzz_VLT_9_accepts_V8_gifts(uint96 gift, uint96 giftAway) public {
        _moveOut(80 * COIN);
        uint256 before = _entitlements();
        coin.mint(address(home), gift);
        bridged.issue(address(away), giftAway);
        assertEq(_entitlements(), before);
        _return(_goBack(OTHER, 80 * AWAY));
        assertEq(coin.balanceOf(address(home)), gift);
        assertEq(home.owed(), 0);
        bytes4 unbacked = IGuardedBridge.BridgeUnbacked.selector;
        _rejectsTellingHome(abi.encodeWithSelector(unbacked, DESTINATION, 0, 1e12), OTHER, 1);
    }

    function _entitlements() private view returns (uint256) {
        return uint256(
            keccak256(
                abi.encode(
                    home.outstanding(DESTINATION),
                    home.owed(),
                    home.available(DESTINATION, DELIVERING),
                    away.outstanding(SOURCE),
                    away.available(SOURCE, SENDING)
                )
            )
        );
    }

    // ── Answers ─────────────────────────────────────────────────────────────────────────────────────────────────

    function test_VLT_9_accepts_rejects_V5_answers() public {
        OddCoin odd = new OddCoin();
        _use(address(odd));
        odd.mint(USER, 1000 * COIN);
        _goOut(50 * COIN);
        odd.set(OddCoin.Answer.Nothing);
        _goOut(50 * COIN);
        _tellHome("1", OTHER, 10 * WIRE);
        odd.set(OddCoin.Answer.False);
        bytes memory error = abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, odd);
        _rejectsSending(error, COIN);
        _rejectsTellingHome(error, OTHER, WIRE);
        assertEq(home.owed(), 90 * COIN);
    }

    // ── Calls back ──────────────────────────────────────────────────────────────────────────────────────────────

    function test_VLT_9_rejects_reentrance() public {
        HookedCoin hooked = new HookedCoin();
        _use(address(hooked));
        hooked.mint(USER, 1000 * COIN);
        hooked.mint(address(hooked), 1000 * COIN);
        _goOut(300 * COIN);
        _tellHome("1", OTHER, 120 * WIRE);
        vm.warp(NOW + DELAY);
        bytes[3] memory calls = [
            abi.encodeCall(home.crosschainTransfer, (_address(DESTINATION, OTHER), COIN)),
            abi.encodeCall(home.release, ("1")),
            abi.encodeCall(home.refund, (_goOut(COIN).body))
        ];
        bytes memory error = abi.encodeWithSelector(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
        for (uint256 i = 0; i < calls.length; ++i) {
            hooked.hook(address(home), calls[i]);
            _rejectsSending(error, COIN);
            _rejectsTellingHome(error, OTHER, WIRE);
            vm.expectRevert(error);
            home.release("1");
        }
        hooked.hook(address(0), "");
        home.release("1");
        assertEq(hooked.balanceOf(OTHER), 120 * COIN);
    }

    // ── Tokens that mint ────────────────────────────────────────────────────────────────────────────────────────

    function test_VLT_9_accepts_rejects_V9_otherSupply() public {
        LyingCoin lying = new LyingCoin();
        away = new GuardedBridgeERC7802(address(authority), awayChecker, IERC7802(address(lying)), 6);
        lying.setBridge(address(away));
        away.setCounterpart(_address(SOURCE, address(home)));
        away.setLimits(SOURCE, _limits(AWAY));
        _tell("1", abi.encode(_address(SOURCE, USER), abi.encodePacked(USER), 50 * WIRE));
        bytes4 error = IGuardedBridge.BridgeInexact.selector;
        lying.set(1, 0);
        _rejectsTelling(abi.encodeWithSelector(error, AWAY, AWAY + 1), _payload(OTHER, WIRE));
        _rejectsSendingBack(abi.encodeWithSelector(error, AWAY, AWAY + 1), AWAY);
        lying.set(0, 1);
        _rejectsTelling(abi.encodeWithSelector(error, AWAY, AWAY - 1), _payload(OTHER, WIRE));
        _rejectsSendingBack(abi.encodeWithSelector(error, AWAY, AWAY - 1), AWAY);
        lying.set(0, 0);
        _goBack(OTHER, AWAY);
        assertEq(lying.totalSupply(), away.outstanding(SOURCE));
    }

    /// @dev The home bridge is for another token from now on.
    function _use(address token) private {
        GuardedBridgeERC20 bridge = _homeOf(token);
        home = bridge;
        vm.prank(USER);
        IERC20(token).approve(address(home), type(uint256).max);
    }
}
