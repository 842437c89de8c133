// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Assumption} from "../../src/interfaces/ILightClient.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {IRelayFees} from "../../src/interfaces/IRelayFees.sol";
import {MessageAttribute as A} from "../support/MessageAttribute.sol";
import {MessageBatchTest} from "../support/MessageBatchTest.sol";
import {MessageProofs} from "../support/MessageProofs.sol";
import {Answering} from "../support/recipients/Answering.sol";
import {Recorder} from "../support/recipients/Recorder.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @notice MSG-15 and S15: a pause holds up one direction of one lane, harms nothing, and is all that a guardian can do.
contract MessageServicePauseTest is MessageBatchTest {
    IMessageService.Direction private constant SENDING = IMessageService.Direction.Sending;
    IMessageService.Direction private constant DELIVERING = IMessageService.Direction.Delivering;
    address private constant GUARDIAN = address(0x6a);
    uint64 private constant GUARDIANS = 7;

    Recorder private _recipient;

    function setUp() public override {
        super.setUp();
        _recipient = new Recorder();
        bytes4[] memory pause = new bytes4[](1);
        pause[0] = IMessageService.pause.selector;
        authority.setTargetFunctionRole(address(destination), pause, GUARDIANS);
        authority.setTargetFunctionRole(address(source), pause, GUARDIANS);
        authority.grantRole(GUARDIANS, GUARDIAN, 0);
    }

    function test_MSG_15_accepts_S15_sendingOnceUnpaused() public {
        vm.expectEmit(address(source));
        emit IMessageService.LanePaused(DESTINATION, SENDING);
        _pause(source, DESTINATION, SENDING);
        assertTrue(source.lane(DESTINATION).sendingPaused);
        assertFalse(source.lane(DESTINATION).deliveringPaused);
        vm.expectEmit(address(source));
        emit IMessageService.LaneUnpaused(DESTINATION, SENDING);
        source.unpause(DESTINATION, SENDING);
        assertFalse(source.lane(DESTINATION).sendingPaused);
        destination.deliver(SOURCE, _sendAndProve(address(_recipient), "payload"), address(0));
        assertEq(_recipient.count(), 1);
    }

    function test_MSG_15_rejects_S15_sendingWhilePaused() public {
        _pause(source, DESTINATION, SENDING);
        vm.chainId(SOURCE);
        bytes memory recipient = _address(DESTINATION, address(_recipient));
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageSendingPaused.selector, DESTINATION));
        source.sendMessage(recipient, "payload", A.none());
        assertEq(source.nextNonce(DESTINATION), 0);

        _setLane(source, 5, address(0x5)); // another lane is none of it
        source.sendMessage(_address(5, address(_recipient)), "payload", A.none());
        _setLane(source, DESTINATION, address(0));
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageUnknownLane.selector, DESTINATION)); // MSG-1 first
        source.sendMessage(recipient, "payload", A.none());
    }

    /// @dev A sender can ask to cancel what is on its way.
    function test_MSG_15_MSG_23_accepts_S15_cancellingWhileSendingIsPaused() public {
        MessageProofs.Log memory log = _send(address(_recipient), "payload", A.list(A.cancellable()));
        _pause(source, DESTINATION, SENDING);
        _pause(source, DESTINATION, DELIVERING);
        destination.acceptCancellation(SOURCE, _prove(_cancel(_body(log, 0)), 0));
        assertTrue(_isSettled(0));
    }

    /// @dev The other end of the lane, and the other direction of this end, go on.
    function test_MSG_15_accepts_S15_deliveringWhileSendingIsPaused() public {
        IMessageService.DeliveryProof memory proof = _sendAndProve(address(_recipient), "payload");
        _pause(source, DESTINATION, DELIVERING);
        _pause(destination, SOURCE, SENDING);
        destination.deliver(SOURCE, proof, address(0));
        assertEq(_recipient.count(), 1);
        _send(address(_recipient), "payload");
    }

    /// @dev Everything that changes what becomes of a message here stands still; afterwards all of it goes as it would have gone.
    function test_MSG_15_rejects_S15_allDeliveringWhilePaused_andAcceptsAllAfterwards() public {
        bytes[5] memory calls = _everything();
        _pause(destination, SOURCE, DELIVERING);
        for (uint256 i = 0; i < calls.length; ++i) {
            (bool success, bytes memory error) = address(destination).call(calls[i]);
            assertFalse(success);
            assertEq(error, abi.encodeWithSelector(IMessageService.MessageDeliveringPaused.selector, SOURCE));
        }
        assertEq(_recipient.count(), 0);
        destination.unpause(SOURCE, DELIVERING);
        for (uint256 i = 0; i < calls.length; ++i) {
            (bool success,) = address(destination).call(calls[i]);
            assertTrue(success);
        }
        assertEq(_recipient.count(), 2, "one alone, one in a batch");
    }

    /// @dev Before the assumption, the route and all of the proof, and after the lane.
    function test_MSG_15_rejects_S15_beforeTheProof() public {
        IMessageService.DeliveryProof memory proof;
        IMessageService.BatchProof memory batch;
        _pause(destination, SOURCE, DELIVERING);
        bytes memory error = abi.encodeWithSelector(IMessageService.MessageDeliveringPaused.selector, SOURCE);
        vm.expectRevert(error);
        destination.deliver(SOURCE, proof, address(0));
        vm.expectRevert(error);
        destination.deliverRouted(SOURCE, proof, address(0));
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageEmptyBatch.selector));
        destination.deliverBatch(SOURCE, batch, address(0));
        batch.items = new IMessageService.BatchItem[](1);
        vm.expectRevert(error);
        destination.deliverBatch(SOURCE, batch, address(0));
        _setLane(destination, SOURCE, address(0));
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageUnknownLane.selector, SOURCE));
        destination.deliver(SOURCE, proof, address(0));
    }

    /// @dev `setLane` is another role's: it neither lifts a pause nor makes one.
    function test_MSG_15_accepts_S15_pausesThatOutliveTheLane() public {
        _pause(destination, SOURCE, DELIVERING);
        destination.setLane(SOURCE, address(0), Assumption.None, false);
        destination.setLane(SOURCE, address(source), Assumption.MapValidators, true);
        IMessageService.Lane memory lane = destination.lane(SOURCE);
        assertEq(lane.gateway, address(source));
        assertTrue(lane.assumption == Assumption.MapValidators && lane.attested);
        assertTrue(lane.deliveringPaused && !lane.sendingPaused);
        destination.unpause(SOURCE, DELIVERING);
        assertFalse(destination.lane(SOURCE).deliveringPaused);
        assertTrue(destination.lane(SOURCE).attested);
    }

    function test_MSG_15_accepts_S15_eitherDirectionOfAnyLane(uint8 state) public {
        for (uint256 i = 0; i < 2; ++i) {
            if ((state >> i) & 1 != 0) _pause(destination, SOURCE, IMessageService.Direction(i));
            if ((state >> (2 + i)) & 1 != 0) destination.unpause(SOURCE, IMessageService.Direction(i));
        }
        IMessageService.Lane memory lane = destination.lane(SOURCE);
        assertEq(lane.sendingPaused, state & 5 == 1);
        assertEq(lane.deliveringPaused, state & 10 == 2);
        assertFalse(source.lane(DESTINATION).sendingPaused || source.lane(DESTINATION).deliveringPaused);
    }

    /// @dev What the guardian can do is `pause`.
    function test_MSG_15_rejects_S15_guardiansWhoWantMore() public {
        bytes[5] memory calls = [
            abi.encodeCall(IMessageService.unpause, (SOURCE, DELIVERING)),
            abi.encodeCall(IMessageService.setLane, (SOURCE, GUARDIAN, Assumption.SyncCommittee, false)),
            abi.encodeCall(IMessageService.setRoute, (SOURCE, IMessageService.Route(1, GUARDIAN, Assumption.None))),
            abi.encodeCall(IMessageService.setFees, (IRelayFees(GUARDIAN))),
            abi.encodeCall(IAccessManaged.setAuthority, (GUARDIAN))
        ];
        for (uint256 i = 0; i < calls.length; ++i) {
            vm.prank(GUARDIAN);
            (bool success, bytes memory error) = address(destination).call(calls[i]);
            assertFalse(success);
            assertEq(error, abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, GUARDIAN));
        }
        vm.prank(SENDER);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, SENDER));
        destination.pause(SOURCE, DELIVERING);
    }

    /// @dev One of each kind, every one of which does something when it is made.
    function _everything() private returns (bytes[5] memory calls) {
        calls[0] = abi.encodeCall(
            IMessageService.deliver, (SOURCE, _sendAndProve(address(_recipient), "payload"), address(0))
        );
        MessageProofs.Log[] memory logs = _logs(_send(address(_recipient), "payload"));
        calls[1] = abi.encodeCall(IMessageService.deliverBatch, (SOURCE, _proveBatch(logs, 1), address(0)));

        Answering fickle = new Answering();
        fickle.set("no", true);
        MessageProofs.Log memory failing = _send(address(fickle), "payload", A.list(A.revertBehavior(1)));
        destination.deliver(SOURCE, _prove(failing, 2), address(0));
        assertTrue(destination.hasFailed(failing.topics[1]));
        fickle.set(abi.encode(IERC7786Recipient.receiveMessage.selector), false);
        calls[2] = abi.encodeCall(IMessageService.retry, (SOURCE, _body(failing, 2), 0, address(0)));

        bytes[] memory ordered = A.list(A.inOrder(), A.deliverBefore(NOW + 1));
        calls[3] = abi.encodeCall(IMessageService.skip, (SOURCE, _sendAndProve(address(_recipient), "late", ordered)));
        vm.warp(NOW + 2);
        MessageProofs.Log memory log = _send(address(_recipient), "payload", A.list(A.cancellable()));
        log = _cancel(_body(log, 4));
        calls[4] = abi.encodeCall(IMessageService.acceptCancellation, (SOURCE, _prove(log, 0)));
    }

    function _pause(IMessageService service, uint256 chainId, IMessageService.Direction direction) private {
        vm.prank(GUARDIAN);
        service.pause(chainId, direction);
    }
}
