// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IGuardedBridge} from "../../src/interfaces/IGuardedBridge.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {InteroperableAddressEVM} from "../../src/libraries/InteroperableAddressEVM.sol";
import {BridgeTest} from "./BridgeTest.sol";
import {ERC7786Recipient} from "@openzeppelin/contracts/crosschain/ERC7786Recipient.sol";
import {BridgeFungible} from "@openzeppelin/contracts/crosschain/bridges/abstract/BridgeFungible.sol";

/// @notice Section 3 of `spec/vault.md`: what comes, and is handed out at once.
contract GuardedBridgeAcceptTest is BridgeTest {
    bytes32 private _waiting; // a release

    function test_VLT_4_5_6_7_8_9_accepts_minting() public {
        Transfer memory transfer = _goOut(50 * COIN);
        IMessageService.DeliveryProof memory proof = _prove(transfer.log, transfer.nonce);
        vm.expectEmit(address(away));
        emit BridgeFungible.CrosschainFungibleTransferReceived(transfer.id, _address(SOURCE, USER), OTHER, 50 * AWAY);
        destination.deliver(SOURCE, proof, address(0));
        assertEq(bridged.balanceOf(OTHER), 50 * AWAY);
        assertEq(away.outstanding(SOURCE), 50 * AWAY);
        assertEq(away.available(SOURCE, DELIVERING), 950 * AWAY);
        assertEq(away.available(SOURCE, SENDING), 1000 * AWAY);
    }

    function test_VLT_4_5_6_7_8_9_accepts_unlocking() public {
        _moveOut(80 * COIN);
        _return(_goBack(OTHER, 30 * AWAY));
        assertEq(coin.balanceOf(OTHER), 30 * COIN);
        assertEq(coin.balanceOf(address(home)), 50 * COIN);
        assertEq(home.outstanding(DESTINATION), 50 * COIN);
        assertEq(home.owed(), 50 * COIN);
    }

    // ── From whom ───────────────────────────────────────────────────────────────────────────────────────────────

    function test_VLT_2_rejects_anyoneElse() public {
        bytes memory payload = _payload(OTHER, WIRE);
        _rejectsSender(address(destination), _address(SOURCE, USER), payload); // not the counterpart
        _rejectsSender(address(destination), _address(7, address(home)), payload); // of no chain
        _rejectsSender(address(destination), bytes.concat(_address(SOURCE, address(home)), hex"00"), payload);
        _rejectsSender(address(source), _address(SOURCE, address(home)), payload); // another gateway
        _rejectsSender(STRANGER, _address(SOURCE, address(home)), payload);
    }

    function _rejectsSender(address gateway, bytes memory sender, bytes memory payload) private {
        bytes4 error = ERC7786Recipient.ERC7786RecipientUnauthorizedGateway.selector;
        vm.expectRevert(abi.encodeWithSelector(error, gateway, sender));
        vm.prank(gateway);
        away.receiveMessage(0, sender, payload);
    }

    /// @dev The same over the real service: somebody's message to the bridge, proven and all.
    function test_VLT_2_rejects_messageOfOthers() public {
        IMessageService.DeliveryProof memory proof = _sendAndProve(address(away), _payload(OTHER, WIRE));
        bytes32 reason = _first(
            abi.encodeWithSelector(
                ERC7786Recipient.ERC7786RecipientUnauthorizedGateway.selector,
                address(destination),
                _address(SOURCE, SENDER)
            )
        );
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageRecipientReverted.selector, _idOf[0], reason));
        destination.deliver(SOURCE, proof, address(0));
    }

    // ── To whom ─────────────────────────────────────────────────────────────────────────────────────────────────

    function test_VLT_4_rejects_receiver() public {
        bytes memory from = _address(SOURCE, USER);
        bytes memory malformed = abi.encodeWithSelector(InteroperableAddressEVM.AddressMalformed.selector);
        _rejectsTelling(malformed, abi.encode(from, "", WIRE));
        _rejectsTelling(malformed, abi.encode(from, bytes.concat(bytes20(OTHER), hex"00"), WIRE));
        _rejectsTelling(malformed, abi.encode(from, bytes.concat(bytes19(bytes20(OTHER))), WIRE));
        bytes4 error = IGuardedBridge.BridgeForbiddenRecipient.selector;
        _rejectsTelling(abi.encodeWithSelector(error, address(0)), _payload(address(0), WIRE));
        _rejectsTelling(abi.encodeWithSelector(error, address(away)), _payload(address(away), WIRE));
        _rejectsTelling(abi.encodeWithSelector(error, address(bridged)), _payload(address(bridged), WIRE));
        _tell(0, _payload(OTHER, WIRE));
    }

    // ── How much ────────────────────────────────────────────────────────────────────────────────────────────────

    function test_VLT_5_accepts_rejects_pausedDelivering() public {
        Transfer memory transfer = _goOut(COIN);
        away.pause(SOURCE, DELIVERING);
        bytes memory error = abi.encodeWithSelector(IGuardedBridge.BridgePaused.selector, SOURCE, 1);
        _rejectsTelling(error, _payload(OTHER, WIRE));
        IMessageService.DeliveryProof memory proof = _prove(transfer.log, transfer.nonce);
        vm.expectRevert(
            abi.encodeWithSelector(IMessageService.MessageRecipientReverted.selector, transfer.id, _first(error))
        );
        destination.deliver(SOURCE, proof, address(0));
        away.unpause(SOURCE, DELIVERING);
        away.pause(SOURCE, SENDING);
        destination.deliver(SOURCE, proof, address(0));
        assertEq(bridged.balanceOf(OTHER), AWAY);
    }

    function test_VLT_6_accepts_rejects_amount() public {
        bytes4 error = IGuardedBridge.BridgeAmount.selector;
        _rejectsTelling(abi.encodeWithSelector(error, 0, 400 * AWAY), _payload(OTHER, 0));
        uint256 beyond = 400 * WIRE + 1;
        _rejectsTelling(abi.encodeWithSelector(error, beyond * 100, 400 * AWAY), _payload(OTHER, beyond));
        // No product is too large to be compared.
        uint256 most = type(uint256).max;
        _rejectsTelling(abi.encodeWithSelector(error, most, 400 * AWAY), _payload(OTHER, most));
        _rejectsTelling(abi.encodeWithSelector(error, most, 400 * AWAY), _payload(OTHER, most / 100 + 1));
        _rejectsTelling(abi.encodeWithSelector(error, most / 100 * 100, 400 * AWAY), _payload(OTHER, most / 100));
        _tell(0, _payload(OTHER, 400 * WIRE));
        assertEq(away.delayed(SOURCE), 400 * AWAY);
    }

    /// @dev Limits are zero at first, and nothing passes.
    function test_VLT_6_rejects_amount_withoutLimits() public {
        away.setCounterpart(_address(7, address(0xf00)));
        vm.expectRevert(abi.encodeWithSelector(IGuardedBridge.BridgeAmount.selector, 100, 0));
        vm.prank(address(destination));
        away.receiveMessage(0, _address(7, address(0xf00)), _payload(OTHER, 1));
    }

    /// @dev What is over the limit stays deliverable, and is, later.
    function test_VLT_7_accepts_rejects_rateThenDelivered() public {
        for (uint256 i = 0; i < 10; ++i) {
            _moveOut(99 * COIN);
        }
        vm.warp(NOW + 1);
        Transfer memory transfer = _goOut(10 * COIN);
        IMessageService.DeliveryProof memory proof = _prove(transfer.log, transfer.nonce);
        _deliver(proof);

        vm.warp(NOW + 2);
        IGuardedBridge.Limits memory limits = _limits(COIN);
        limits.sending = 2000 * COIN;
        home.setLimits(DESTINATION, limits);
        transfer = _goOut(11 * COIN);
        proof = _prove(transfer.log, transfer.nonce);
        bytes memory error = abi.encodeWithSelector(IGuardedBridge.BridgeRateExceeded.selector, SOURCE, 1, 0, 11 * AWAY);
        vm.expectRevert(
            abi.encodeWithSelector(IMessageService.MessageRecipientReverted.selector, transfer.id, _first(error))
        );
        destination.deliver(SOURCE, proof, address(0));
        _rejectsTelling(error, _payload(OTHER, 11 * WIRE));

        vm.warp(NOW + WINDOW);
        _deliver(proof);
        assertEq(bridged.balanceOf(OTHER), 21 * AWAY);
    }

    function _deliver(IMessageService.DeliveryProof memory proof) private {
        destination.deliver(SOURCE, proof, address(0));
    }

    /// @dev V7: whatever the counterpart is said to have sent, however it is split, and with what waits coming in between.
    function testFuzz_VLT_7_accepts_V7_anySplitting(uint256 seed) public {
        uint256[] memory times = new uint256[](40);
        uint256[] memory amounts = new uint256[](40);
        uint256 time = NOW;
        IGuardedBridge.Limits memory limits = _limits(AWAY);
        limits.outstanding = type(uint128).max;
        away.setLimits(SOURCE, limits);
        for (uint256 i = 0; i < 40; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            time += seed % 3 == 0 ? 0 : seed % 900;
            vm.warp(time);
            uint256 before = bridged.totalSupply();
            if (seed >> 16 & 3 == 0 && _waiting != 0) _tryRelease();
            else _tryTelling(bytes32(seed), (seed >> 32) % 160 * WIRE);
            (times[i], amounts[i]) = (time, bridged.totalSupply() - before);
        }
        for (uint256 i = 0; i < 40; ++i) {
            uint256 inWindow = 0;
            for (uint256 j = i; j < 40; ++j) {
                if (times[j] < times[i] + WINDOW) inWindow += amounts[j];
            }
            assertLe(inWindow, 1000 * AWAY);
        }
    }

    function _tryRelease() private {
        try away.release(_waiting) {
            _waiting = 0;
        } catch {}
    }

    function _tryTelling(bytes32 id, uint256 wire) private {
        bytes memory sender = _address(SOURCE, address(home));
        vm.prank(address(destination));
        try away.receiveMessage(id, sender, _payload(OTHER, wire)) {
            if (away.releaseOf(id).amount != 0) _waiting = id;
        } catch {}
    }

    function test_VLT_8_accepts_rejects_cap() public {
        IGuardedBridge.Limits memory limits = _limits(AWAY);
        limits.outstanding = 120 * AWAY;
        away.setLimits(SOURCE, limits);
        _moveOut(50 * COIN);
        bytes4 error = IGuardedBridge.BridgeCapExceeded.selector;
        _rejectsTelling(abi.encodeWithSelector(error, SOURCE, 70 * AWAY, 71 * AWAY), _payload(OTHER, 71 * WIRE));
        // What waits counts.
        limits.delayFrom = 0;
        away.setLimits(SOURCE, limits);
        _moveOut(60 * COIN);
        _rejectsTelling(abi.encodeWithSelector(error, SOURCE, 10 * AWAY, 11 * AWAY), _payload(OTHER, 11 * WIRE));
        // And what is burned makes room.
        _goBack(OTHER, 50 * AWAY);
        _moveOut(60 * COIN);
    }

    /// @dev V1, V2: whatever is proven of the other chain, no more than was locked for it comes out.
    function test_VLT_8_accepts_rejects_unbackedUnlock() public {
        _goOut(50 * COIN);
        bytes4 error = IGuardedBridge.BridgeUnbacked.selector;
        coin.mint(address(home), 1000 * COIN); // a gift backs nothing
        _rejectsTellingHome(abi.encodeWithSelector(error, DESTINATION, 50 * COIN, 51 * COIN), OTHER, 51 * WIRE);
        _goOut(150 * COIN);
        _tellHome("1", OTHER, 120 * WIRE); // waits, and is promised
        _rejectsTellingHome(abi.encodeWithSelector(error, DESTINATION, 80 * COIN, 81 * COIN), OTHER, 81 * WIRE);
        _tellHome("2", OTHER, 80 * WIRE);
        _rejectsTellingHome(abi.encodeWithSelector(error, DESTINATION, 0, COIN), OTHER, WIRE);
        assertEq(coin.balanceOf(OTHER), 80 * COIN);
        assertEq(home.outstanding(DESTINATION), 120 * COIN);
    }

    function _first(bytes memory error) private pure returns (bytes32) {
        // forge-lint: disable-next-line(unsafe-typecast) the service reports the first word
        return bytes32(error);
    }
}
