// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {RelayFees} from "../../src/fees/RelayFees.sol";
import {IMessageChecker} from "../../src/interfaces/IMessageChecker.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {IRelayFees} from "../../src/interfaces/IRelayFees.sol";
import {MessageProofs} from "../support/MessageProofs.sol";
import {BridgeTest} from "../tokens/BridgeTest.sol";

/// @notice What is done to a message besides sending and delivering it (`MessageServiceCost`), each as the last call before its figure is
/// written. `tools/gas-snapshot.sh` compares the figures, with every call a transaction of its own.
/// @dev Inputs are fixed: one node to a receipt, one header, and the state of four accounts.
contract MessageGasTest is BridgeTest {
    string private constant GROUP = "life";
    address private constant PAYEE = address(0x9a7ee);
    address private constant NATIVE = address(0);

    RelayFees private _fees;

    function setUp() public override {
        super.setUp();
        _fees = new RelayFees(address(authority), checker, 1 days);
        _fees.setPrice(DESTINATION, NATIVE, IRelayFees.Price(100_000, 2));
    }

    function test_CHK_1_FEE_3_5_accepts_anAcknowledgedDeliveryThatIsPaidFor() public {
        Sent memory sent = _sentWithDeadline();
        vm.chainId(SOURCE);
        _fees.pay{value: 1 ether}(DESTINATION, sent.id, NATIVE, 1 ether, address(this));
        vm.snapshotGasLastCall(GROUP, "pay");
        vm.chainId(DESTINATION);
        IMessageService.DeliveryProof memory proof = _proveOn(DESTINATION, _delivered(sent, PAYEE), 0);
        vm.chainId(SOURCE);
        checker.acknowledge(DESTINATION, proof);
        vm.snapshotGasLastCall(GROUP, "acknowledge");
        _fees.release(sent.id, NATIVE);
        vm.snapshotGasLastCall(GROUP, "release");
        assertEq(PAYEE.balance, 1 ether);
    }

    function test_CHK_3_4_FEE_6_accepts_theFeeOfWhatHasExpired() public {
        Sent memory sent = _sentWithDeadline();
        _fees.pay{value: 1 ether}(DESTINATION, sent.id, NATIVE, 1 ether, PAYEE);
        IMessageChecker.ExpiryProof memory proof = _expiry(sent.nonce, DEADLINE + 1);
        vm.chainId(SOURCE);
        checker.proveExpired(DESTINATION, sent.body, proof);
        vm.snapshotGasLastCall(GROUP, "proveExpired");
        _fees.takeBack(sent.id, NATIVE, PAYEE);
        vm.snapshotGasLastCall(GROUP, "takeBack");
        assertEq(PAYEE.balance, 1 ether);
    }

    function test_MSG_23_CHK_1_accepts_aCancellation() public {
        Sent memory sent = _sentWithDeadline();
        vm.chainId(SOURCE);
        vm.recordLogs();
        vm.prank(SENDER);
        source.cancel(DESTINATION, sent.body);
        vm.snapshotGasLastCall(GROUP, "cancel");
        MessageProofs.Log memory log = _last(IMessageService.CancellationRequested.selector);
        vm.chainId(DESTINATION);
        IMessageService.DeliveryProof memory proof = _prove(log, 0);
        vm.recordLogs();
        destination.acceptCancellation(SOURCE, proof);
        vm.snapshotGasLastCall(GROUP, "acceptCancellation");
        proof = _proveOn(DESTINATION, _last(IMessageService.MessageCancelled.selector), 0);
        vm.chainId(SOURCE);
        checker.proveCancelled(DESTINATION, proof);
        vm.snapshotGasLastCall(GROUP, "proveCancelled");
        _assertOutcome(sent.id, IMessageChecker.Outcome.Cancelled, address(0));
    }

    /// @dev The second of each, when all is warm that stays so: the first pays for slots that the others find written.
    function test_VLT_9_10_accepts_tokensThereAndBack() public {
        _moveOut(2 * COIN);
        Transfer memory transfer = _goOut(USER, 3 * COIN);
        vm.chainId(SOURCE);
        bytes memory to = _address(DESTINATION, USER);
        vm.prank(USER);
        home.crosschainTransfer(to, 3 * COIN);
        vm.snapshotGasLastCall(GROUP, "bridgeSend");
        vm.chainId(DESTINATION);
        IMessageService.DeliveryProof memory proof = _prove(transfer.log, transfer.nonce);
        destination.deliver(SOURCE, proof, NATIVE);
        vm.snapshotGasLastCall(GROUP, "bridgeReceive");
        assertEq(bridged.balanceOf(USER), 5 * AWAY);

        transfer = _goBack(USER, AWAY);
        vm.chainId(SOURCE);
        proof = _proveOn(DESTINATION, transfer.log, transfer.nonce);
        uint256 before = coin.balanceOf(USER);
        source.deliver(DESTINATION, proof, NATIVE);
        vm.snapshotGasLastCall(GROUP, "bridgeReturn");
        assertEq(coin.balanceOf(USER), before + COIN);
    }

    function test_VLT_10_accepts_aDelayedRelease() public {
        Transfer memory transfer = _goOut(USER, 100 * COIN);
        _arrive(transfer);
        vm.warp(NOW + DELAY);
        away.release(transfer.id);
        vm.snapshotGasLastCall(GROUP, "bridgeRelease");
        assertEq(bridged.balanceOf(USER), 100 * AWAY);
    }
}
