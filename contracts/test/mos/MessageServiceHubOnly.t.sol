// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Assumption} from "../../src/interfaces/ILightClient.sol";
import {ILightClientManager} from "../../src/interfaces/ILightClientManager.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {MessageAttribute as A} from "../support/MessageAttribute.sol";
import {MessageProofs} from "../support/MessageProofs.sol";
import {RoutedTest} from "../support/RoutedTest.sol";
import {Answering} from "../support/recipients/Answering.sol";
import {Recorder} from "../support/recipients/Recorder.sol";
import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @notice A lane without direct delivery: the hub alone is heard, when a message is delivered, tried again and passed over.
contract MessageServiceHubOnlyTest is RoutedTest {
    function setUp() public override {
        super.setUp();
        destination.setLane(SOURCE, address(source), Assumption.None, false);
    }

    function test_MSG_16_rejects_directDelivery() public {
        IMessageService.DeliveryProof memory proof = _sendAndProve(address(new Recorder()), "payload");
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageAssumptionMismatch.selector, 0, 1));
        destination.deliver(SOURCE, proof, address(0));
    }

    function test_MSG_20_accepts_retryOfWhatTheHubRelayed() public {
        (Answering recipient, IMessageService.Body memory body) = _failed();
        recipient.set(abi.encode(IERC7786Recipient.receiveMessage.selector), false);
        destination.retry(SOURCE, body, 0, address(0));
        assertTrue(_isSettled(0));
    }

    function test_CLI_5_rejects_retryWhileTheHubsChainIsPaused() public {
        (, IMessageService.Body memory body) = _failed();
        heads.pause(HUB);
        vm.expectRevert(abi.encodeWithSelector(ILightClientManager.ClientPaused.selector, HUB));
        destination.retry(SOURCE, body, 0, address(0));
    }

    function test_MSG_11_rejects_retryAndSkipWithoutAnyWay() public {
        (, IMessageService.Body memory body) = _failed();
        IMessageService.DeliveryProof memory proof = _sendAndProve(address(new Recorder()), "payload");
        _setRoute(SOURCE, HUB, address(0));
        bytes memory error_ = abi.encodeWithSelector(IMessageService.MessageUnknownRoute.selector, SOURCE);
        vm.expectRevert(error_);
        destination.retry(SOURCE, body, 0, address(0));
        vm.expectRevert(error_);
        destination.skip(SOURCE, proof);
    }

    function test_MSG_21_accepts_S11_skipOfWhatTheHubRelayed() public {
        bytes[] memory attributes = A.list(A.deliverBefore(NOW), A.inOrder());
        MessageProofs.Log memory log = _send(address(new Recorder()), "payload", attributes);
        IMessageService.DeliveryProof memory proof = _proveRelayed(_relay(log), 0);
        vm.warp(NOW + 1);
        assertEq(destination.skip(SOURCE, proof), log.topics[1]);
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageOutOfOrder.selector, log.topics[1], 1, 0));
        destination.skip(SOURCE, proof);
    }

    /// @dev A message that the hub relayed and whose failure is kept.
    function _failed() private returns (Answering recipient, IMessageService.Body memory body) {
        recipient = new Answering();
        MessageProofs.Log memory log = _send(address(recipient), "payload", A.list(A.revertBehavior(1)));
        destination.deliverRouted(SOURCE, _proveRelayed(_relay(log), 0), address(0));
        assertTrue(destination.hasFailed(log.topics[1]));
        body = _body(log, 0);
    }
}
