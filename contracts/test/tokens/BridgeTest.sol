// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IGuardedBridge} from "../../src/interfaces/IGuardedBridge.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {MessageChecker} from "../../src/mos/MessageChecker.sol";
import {GuardedBridgeERC20} from "../../src/tokens/GuardedBridgeERC20.sol";
import {GuardedBridgeERC7802} from "../../src/tokens/GuardedBridgeERC7802.sol";
import {CheckerTest} from "../support/CheckerTest.sol";
import {MessageProofs} from "../support/MessageProofs.sol";
import {BridgedCoin} from "./zoo/BridgedCoin.sol";
import {Coin} from "./zoo/Coin.sol";
import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {IERC7802} from "@openzeppelin/contracts/interfaces/draft-IERC7802.sol";

/// @title A token of 18 decimals whose home is the source chain, and its like of 8 on the destination; 6 on the wire
/// @notice Every test begins and ends on the destination chain. This contract has every role. `USER` has a million and has approved it.
abstract contract BridgeTest is CheckerTest {
    IMessageService.Direction internal constant SENDING = IMessageService.Direction.Sending;
    IMessageService.Direction internal constant DELIVERING = IMessageService.Direction.Delivering;

    uint128 internal constant COIN = 1e18; // one coin at home
    uint128 internal constant AWAY = 1e8; // and away
    uint128 internal constant WIRE = 1e6; // and on the wire
    uint32 internal constant LIFE = 1 days;
    uint48 internal constant WINDOW = 1 hours;
    uint48 internal constant DELAY = 6 hours;

    address internal constant USER = address(0xa11ce);
    address internal constant OTHER = address(0xb0b);
    address internal constant STRANGER = address(0x57a4e2);

    Coin internal coin;
    BridgedCoin internal bridged;
    GuardedBridgeERC20 internal home;
    GuardedBridgeERC7802 internal away;
    MessageChecker internal awayChecker;

    /// @dev A message between the bridges.
    struct Transfer {
        bytes32 id;
        uint64 nonce;
        MessageProofs.Log log;
        IMessageService.Body body;
    }

    function setUp() public virtual override {
        super.setUp();
        awayChecker = new MessageChecker(destination);
        coin = new Coin(18);
        bridged = new BridgedCoin(8);
        away = new GuardedBridgeERC7802(address(authority), awayChecker, IERC7802(address(bridged)), 6);
        bridged.setBridge(address(away));
        home = _homeOf(address(coin));
        away.setCounterpart(_address(SOURCE, address(home)));
        away.setLimits(SOURCE, _limits(AWAY));
        away.setTerms(SOURCE, _terms());
        coin.mint(USER, 1_000_000 * COIN);
        vm.prank(USER);
        coin.approve(address(home), type(uint256).max);
    }

    /// @dev A bridge for another token on the source chain, with the same counterpart.
    function _homeOf(address token) internal onSource returns (GuardedBridgeERC20 bridge) {
        bridge = new GuardedBridgeERC20(address(authority), checker, IERC20(token), 6);
        bridge.setCounterpart(_address(DESTINATION, address(away)));
        bridge.setLimits(DESTINATION, _limits(COIN));
        bridge.setTerms(DESTINATION, _terms());
    }

    /// @dev 1000 in any hour, 400 in one message, 5000 outstanding, from 100 on with a delay.
    function _limits(uint128 one) internal pure returns (IGuardedBridge.Limits memory) {
        return IGuardedBridge.Limits({
            sending: 1000 * one,
            window: WINDOW,
            delivering: 1000 * one,
            delay: DELAY,
            perMessage: 400 * one,
            outstanding: 5000 * one,
            delayFrom: 100 * one
        });
    }

    function _terms() internal pure returns (IGuardedBridge.Terms memory) {
        return IGuardedBridge.Terms({timeToLive: LIFE, gasLimit: 400_000, cancellable: true});
    }

    // ── From home to away ───────────────────────────────────────────────────────────────────────────────────────

    function _goOut(uint256 amount) internal returns (Transfer memory) {
        return _goOut(OTHER, amount);
    }

    function _goOut(address to, uint256 amount) internal onSource returns (Transfer memory transfer) {
        transfer.nonce = source.nextNonce(DESTINATION);
        vm.recordLogs();
        vm.prank(USER);
        transfer.id = home.crosschainTransfer(_address(DESTINATION, to), amount);
        transfer.log = _lastSent();
        transfer.body = _body(transfer.log, transfer.nonce);
    }

    function _arrive(Transfer memory transfer) internal {
        destination.deliver(SOURCE, _prove(transfer.log, transfer.nonce), address(0));
    }

    /// @dev `amount` at home goes to `USER` away, at once.
    function _moveOut(uint256 amount) internal {
        _arrive(_goOut(USER, amount));
    }

    // ── And back ────────────────────────────────────────────────────────────────────────────────────────────────

    function _goBack(address to, uint256 amount) internal returns (Transfer memory transfer) {
        transfer.nonce = destination.nextNonce(SOURCE);
        vm.recordLogs();
        vm.prank(USER);
        transfer.id = away.crosschainTransfer(_address(SOURCE, to), amount);
        transfer.log = _lastSent();
        transfer.body = _body(transfer.log, transfer.nonce);
    }

    function _return(Transfer memory transfer) internal onSource {
        source.deliver(DESTINATION, _proveOn(DESTINATION, transfer.log, transfer.nonce), address(0));
    }

    // ── What a gateway says, right or wrong ─────────────────────────────────────────────────────────────────────

    function _payload(address to, uint256 wire) internal pure returns (bytes memory) {
        return abi.encode(_address(SOURCE, USER), abi.encodePacked(to), wire);
    }

    /// @dev The away bridge is told by its gateway what the counterpart is said to have sent.
    function _tell(bytes32 id, bytes memory payload) internal {
        vm.prank(address(destination));
        away.receiveMessage(id, _address(SOURCE, address(home)), payload);
    }

    function _rejectsTelling(bytes memory error, bytes memory payload) internal {
        vm.expectRevert(error);
        _tell(keccak256("told"), payload);
    }

    /// @dev The home bridge is told by its gateway what the counterpart is said to have sent.
    function _tellHome(bytes32 id, address to, uint256 wire) internal onSource {
        bytes memory payload = abi.encode(_address(DESTINATION, USER), abi.encodePacked(to), wire);
        vm.prank(address(source));
        home.receiveMessage(id, _address(DESTINATION, address(away)), payload);
    }

    function _rejectsTellingHome(bytes memory error, address to, uint256 wire) internal {
        vm.expectRevert(error);
        _tellHome(keccak256("told"), to, wire);
    }

    function _rejectsSending(bytes memory error, bytes memory to, uint256 amount) internal onSource {
        vm.expectRevert(error);
        vm.prank(USER);
        home.crosschainTransfer(to, amount);
    }

    function _rejectsSending(bytes memory error, uint256 amount) internal {
        _rejectsSending(error, _address(DESTINATION, OTHER), amount);
    }

    function _rejectsSendingBack(bytes memory error, uint256 amount) internal {
        vm.expectRevert(error);
        vm.prank(USER);
        away.crosschainTransfer(_address(SOURCE, OTHER), amount);
    }

    // ── What becomes of a message ───────────────────────────────────────────────────────────────────────────────

    /// @dev Who paid cancels, and it is proven all the way back.
    function _cancelAndProve(Transfer memory transfer) internal {
        _proveCancelled(_proveOn(DESTINATION, _acceptCancellation(transfer), 0));
    }

    function _acceptCancellation(Transfer memory transfer) internal returns (MessageProofs.Log memory) {
        vm.chainId(SOURCE);
        vm.recordLogs();
        vm.prank(USER);
        home.cancel(transfer.body);
        IMessageService.DeliveryProof memory proof = _prove(_last(IMessageService.CancellationRequested.selector), 0);
        vm.chainId(DESTINATION);
        vm.recordLogs();
        destination.acceptCancellation(SOURCE, proof);
        return _last(IMessageService.MessageCancelled.selector);
    }

    function _refund(Transfer memory transfer) internal onSource {
        assertEq(home.refund(transfer.body), transfer.id);
    }

    function _rejectsRefund(bytes memory error, IMessageService.Body memory body) internal onSource {
        vm.expectRevert(error);
        home.refund(body);
    }
}
