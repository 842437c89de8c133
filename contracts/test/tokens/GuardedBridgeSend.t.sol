// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IGuardedBridge} from "../../src/interfaces/IGuardedBridge.sol";
import {InteroperableAddressEVM} from "../../src/libraries/InteroperableAddressEVM.sol";
import {MessageAttribute as A} from "../support/MessageAttribute.sol";
import {BridgeTest} from "./BridgeTest.sol";
import {BridgeFungible} from "@openzeppelin/contracts/crosschain/bridges/abstract/BridgeFungible.sol";

/// @notice Section 2 of `spec/vault.md`: what leaves.
contract GuardedBridgeSendTest is BridgeTest {
    function test_VLT_4_5_6_7_8_9_accepts_locking() public {
        Transfer memory transfer = _goOut(50 * COIN);
        assertEq(coin.balanceOf(address(home)), 50 * COIN);
        assertEq(home.outstanding(DESTINATION), 50 * COIN);
        assertEq(home.owed(), 50 * COIN);
        assertEq(home.available(DESTINATION, SENDING), 950 * COIN);
        assertEq(transfer.id, transfer.log.topics[1]);
        assertEq(transfer.body.sender, _address(SOURCE, address(home)));
        assertEq(transfer.body.recipient, _address(DESTINATION, address(away)));
        assertEq(transfer.body.payload, abi.encode(_address(SOURCE, USER), abi.encodePacked(OTHER), 50 * WIRE));
    }

    function test_VLT_4_5_6_7_8_9_accepts_burning() public {
        _moveOut(80 * COIN);
        vm.expectEmit(false, true, true, true, address(away));
        emit BridgeFungible.CrosschainFungibleTransferSent(0, USER, _address(SOURCE, OTHER), 30 * AWAY);
        Transfer memory transfer = _goBack(OTHER, 30 * AWAY);
        assertEq(bridged.totalSupply(), 50 * AWAY);
        assertEq(away.outstanding(SOURCE), 50 * AWAY);
        assertEq(away.available(SOURCE, SENDING), 970 * AWAY);
        assertEq(transfer.body.payload, abi.encode(_address(DESTINATION, USER), abi.encodePacked(OTHER), 30 * WIRE));
    }

    // ── What the messages say of themselves ─────────────────────────────────────────────────────────────────────

    function test_VLT_3_accepts_terms() public {
        bytes[] memory attributes = _goOut(COIN).body.attributes;
        assertEq(attributes.length, 3);
        assertEq(attributes[0], A.deliverBefore(NOW + LIFE));
        assertEq(attributes[1], A.minGasLimit(400_000));
        assertEq(attributes[2], A.cancellable());
    }

    /// @dev All ways to say only some of it.
    function test_VLT_3_accepts_someTerms() public {
        for (uint256 which = 0; which < 8; ++which) {
            bool lives = which & 1 != 0;
            bool gas_ = which & 2 != 0;
            bool cancels = which & 4 != 0;
            home.setTerms(DESTINATION, IGuardedBridge.Terms(lives ? 60 : 0, gas_ ? 500_000 : 0, cancels));
            Transfer memory transfer = _goOut(COIN);
            bytes[] memory expected = A.none();
            if (lives) expected = A.and(expected, A.deliverBefore(NOW + 60));
            if (gas_) expected = A.and(expected, A.minGasLimit(500_000));
            if (cancels) expected = A.and(expected, A.cancellable());
            assertEq(abi.encode(transfer.body.attributes), abi.encode(expected));
            assertEq(source.isCommitted(transfer.id), lives || cancels);
        }
    }

    // ── To whom ─────────────────────────────────────────────────────────────────────────────────────────────────

    function test_VLT_4_rejects_malformedReceiver() public {
        bytes memory error = abi.encodeWithSelector(InteroperableAddressEVM.AddressMalformed.selector);
        bytes memory to = _address(DESTINATION, OTHER);
        _rejectsSending(error, "", COIN);
        _rejectsSending(error, bytes.concat(to, hex"00"), COIN);
        _rejectsSending(error, hex"000100000104000000", COIN);
        _rejectsSending(error, hex"0001000003088bb000", COIN); // a chain without an account
        _rejectsSending(error, bytes.concat(hex"0001000004", hex"00088bb0", hex"14", bytes20(OTHER)), COIN);
        _rejectsSending(error, bytes.concat(hex"0001000003", hex"088bb0", hex"13", bytes19(bytes20(OTHER))), COIN);
        _rejectsSending(error, bytes.concat(hex"0001000203", hex"088bb0", hex"14", bytes20(OTHER)), COIN);
        _rejectsSending(error, bytes.concat(hex"0001000000", hex"14", bytes20(OTHER)), COIN);
    }

    function test_VLT_4_rejects_malformed_anyChange(uint8 position, bytes1 change) public {
        vm.assume(change != 0);
        bytes memory to = _address(DESTINATION, OTHER);
        uint256 at = position % 9; // all before the account
        to[at] ^= change;
        vm.chainId(SOURCE);
        vm.prank(USER);
        (bool success, bytes memory reason) = address(home).call(abi.encodeCall(home.crosschainTransfer, (to, COIN)));
        assertFalse(success);
        bool otherChain = at >= 5 && at < 8;
        bytes4 expected =
            otherChain ? IGuardedBridge.BridgeUnknownChain.selector : InteroperableAddressEVM.AddressMalformed.selector;
        if (otherChain && to[5] == 0) expected = InteroperableAddressEVM.AddressMalformed.selector;
        // forge-lint: disable-next-line(unsafe-typecast)
        assertEq(bytes4(reason), expected);
    }

    function test_VLT_2_rejects_unknownChain() public {
        bytes memory error = abi.encodeWithSelector(IGuardedBridge.BridgeUnknownChain.selector, 7);
        _rejectsSending(error, _address(7, OTHER), COIN);
        // Nor home: there is no counterpart here.
        error = abi.encodeWithSelector(IGuardedBridge.BridgeUnknownChain.selector, SOURCE);
        _rejectsSending(error, _address(SOURCE, OTHER), COIN);
    }

    function test_VLT_4_rejects_forbiddenReceiver() public {
        bytes memory error = abi.encodeWithSelector(IGuardedBridge.BridgeForbiddenRecipient.selector, address(0));
        _rejectsSending(error, _address(DESTINATION, address(0)), COIN);
        error = abi.encodeWithSelector(IGuardedBridge.BridgeForbiddenRecipient.selector, address(away));
        _rejectsSending(error, _address(DESTINATION, address(away)), COIN);
    }

    // ── How much ────────────────────────────────────────────────────────────────────────────────────────────────

    function test_VLT_5_accepts_rejects_pausedSending() public {
        home.pause(DESTINATION, SENDING);
        _rejectsSending(abi.encodeWithSelector(IGuardedBridge.BridgePaused.selector, DESTINATION, 0), COIN);
        home.unpause(DESTINATION, SENDING);
        home.pause(DESTINATION, DELIVERING);
        home.pause(7, SENDING);
        _goOut(COIN);
    }

    function test_VLT_6_accepts_rejects_dust() public {
        _goOut(1e12);
        bytes memory error = abi.encodeWithSelector(IGuardedBridge.BridgeDust.selector, 1e12 + 1, 1e12);
        _rejectsSending(error, 1e12 + 1);
        _rejectsSending(abi.encodeWithSelector(IGuardedBridge.BridgeDust.selector, 1e12 - 1, 1e12), 1e12 - 1);
    }

    function test_VLT_6_accepts_rejects_amount() public {
        _goOut(400 * COIN);
        bytes4 error = IGuardedBridge.BridgeAmount.selector;
        _rejectsSending(abi.encodeWithSelector(error, 0, 400 * COIN), 0);
        _rejectsSending(abi.encodeWithSelector(error, 400 * COIN + 1e12, 400 * COIN), 400 * COIN + 1e12);
        uint256 most = type(uint256).max / 1e12 * 1e12;
        _rejectsSending(abi.encodeWithSelector(error, most, 400 * COIN), most);
    }

    function test_VLT_6_rejects_amount_withoutLimits() public onSource {
        home.setCounterpart(_address(7, address(away)));
        vm.expectRevert(abi.encodeWithSelector(IGuardedBridge.BridgeAmount.selector, COIN, 0));
        vm.prank(USER);
        home.crosschainTransfer(_address(7, OTHER), COIN);
    }

    function test_VLT_7_accepts_rejects_rate() public {
        _goOut(400 * COIN);
        vm.warp(NOW + 600);
        _goOut(400 * COIN);
        _goOut(200 * COIN);
        bytes4 error = IGuardedBridge.BridgeRateExceeded.selector;
        _rejectsSending(abi.encodeWithSelector(error, DESTINATION, 0, 0, 1e12), 1e12);
        vm.warp(NOW + WINDOW - 1);
        _rejectsSending(abi.encodeWithSelector(error, DESTINATION, 0, 0, 1e12), 1e12);
        vm.warp(NOW + WINDOW); // what was sent at NOW is out of the window
        assertEq(home.available(DESTINATION, SENDING), 400 * COIN);
        _goOut(300 * COIN);
        _rejectsSending(abi.encodeWithSelector(error, DESTINATION, 0, 100 * COIN, 101 * COIN), 101 * COIN);
    }

    function test_VLT_8_accepts_rejects_cap() public {
        IGuardedBridge.Limits memory limits = _limits(COIN);
        limits.outstanding = 500 * COIN;
        home.setLimits(DESTINATION, limits);
        _goOut(400 * COIN);
        bytes4 error = IGuardedBridge.BridgeCapExceeded.selector;
        _rejectsSending(abi.encodeWithSelector(error, DESTINATION, 100 * COIN, 101 * COIN), 101 * COIN);
        _goOut(100 * COIN);
        _rejectsSending(abi.encodeWithSelector(error, DESTINATION, 0, 1e12), 1e12);
        // A cap that was lowered since leaves nothing.
        limits.outstanding = 1 * COIN;
        home.setLimits(DESTINATION, limits);
        _rejectsSending(abi.encodeWithSelector(error, DESTINATION, 0, 1e12), 1e12);
    }

    /// @dev Supply from elsewhere cannot leave over the bridge, nor can what waits to be minted.
    function test_VLT_8_accepts_rejects_unbackedBurn() public {
        _moveOut(90 * COIN);
        bridged.issue(USER, 1000 * AWAY);
        bytes4 error = IGuardedBridge.BridgeUnbacked.selector;
        _rejectsSendingBack(abi.encodeWithSelector(error, SOURCE, 90 * AWAY, 90 * AWAY + 100), 90 * AWAY + 100);
        _moveOut(200 * COIN);
        assertEq(away.delayed(SOURCE), 200 * AWAY);
        assertEq(away.outstanding(SOURCE), 290 * AWAY);
        _rejectsSendingBack(abi.encodeWithSelector(error, SOURCE, 90 * AWAY, 90 * AWAY + 100), 90 * AWAY + 100);
        _goBack(OTHER, 90 * AWAY);
        _rejectsSendingBack(abi.encodeWithSelector(error, SOURCE, 0, 100), 100);
    }

    /// @dev What one chain has locked does not let another's bridge take more.
    function test_VLT_7_8_accepts_chainsApart() public {
        home.setCounterpart(_address(7, address(0xf00)));
        home.setLimits(7, _limits(COIN));
        _setLane(source, 7, address(0xbeef));
        _goOut(400 * COIN);
        vm.chainId(SOURCE);
        vm.prank(USER);
        home.crosschainTransfer(_address(7, OTHER), 300 * COIN);
        assertEq(home.outstanding(DESTINATION), 400 * COIN);
        assertEq(home.outstanding(7), 300 * COIN);
        assertEq(home.owed(), 700 * COIN);
        assertEq(home.available(DESTINATION, SENDING), 600 * COIN);
        assertEq(home.available(7, SENDING), 700 * COIN);
        vm.expectRevert(abi.encodeWithSelector(IGuardedBridge.BridgeUnbacked.selector, 7, 300 * COIN, 301 * COIN));
        vm.prank(address(source));
        home.receiveMessage(0, _address(7, address(0xf00)), _payload(OTHER, 301 * WIRE));
    }

    /// @dev V7: however it is split, and whenever it is tried.
    function testFuzz_VLT_7_accepts_V7_anySplitting(uint256 seed) public {
        uint256[] memory times = new uint256[](30);
        uint256[] memory amounts = new uint256[](30);
        uint256 time = NOW;
        for (uint256 i = 0; i < 30; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            time += seed % 3 == 0 ? 0 : seed % 900;
            vm.warp(time);
            uint256 amount = (seed >> 32) % 400 * COIN;
            vm.chainId(SOURCE);
            vm.prank(USER);
            try home.crosschainTransfer(_address(DESTINATION, OTHER), amount) {
                (times[i], amounts[i]) = (time, amount);
            } catch (bytes memory reason) {
                // forge-lint: disable-next-line(unsafe-typecast)
                bytes4 kind = bytes4(reason);
                assertTrue(
                    kind == IGuardedBridge.BridgeRateExceeded.selector
                        || kind == IGuardedBridge.BridgeCapExceeded.selector
                        || kind == IGuardedBridge.BridgeAmount.selector
                );
            }
        }
        for (uint256 i = 0; i < 30; ++i) {
            uint256 inWindow = 0;
            for (uint256 j = i; j < 30; ++j) {
                if (times[j] < times[i] + WINDOW) inWindow += amounts[j];
            }
            assertLe(inWindow, 1000 * COIN);
        }
    }
}
