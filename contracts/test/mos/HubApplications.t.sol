// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Forwarder} from "../../src/examples/Forwarder.sol";
import {IMessageHub} from "../../src/interfaces/IMessageHub.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {MessageService} from "../../src/mos/MessageService.sol";
import {MessageProofs} from "../support/MessageProofs.sol";
import {RoutedTest} from "../support/RoutedTest.sol";
import {GasBurner} from "../support/recipients/GasBurner.sol";
import {Recorder} from "../support/recipients/Recorder.sol";

/// @notice Code on the hub: a recipient there like any other, and an author of its own messages.
contract HubApplicationsTest is RoutedTest {
    MessageService private _stop; // the hub's own message service
    Forwarder private _forwarder;
    Recorder private _recipient;

    function setUp() public override {
        super.setUp();
        _stop = _service(RECIPIENT_GAS);
        _setLane(source, HUB, address(_stop));
        _setLane(_stop, SOURCE, address(source));
        _setLane(_stop, DESTINATION, address(destination));
        _setLane(destination, HUB, address(_stop));
        _forwarder = new Forwarder(_stop);
        _recipient = new Recorder();
    }

    function test_MSG_10_accepts_S2_whatTheHubSendsOnIsItsOwnMessage() public {
        MessageProofs.Log memory onward = _deliverToHub(_toForwarder("hello"), 0);
        destination.deliver(HUB, _proveOn(HUB, onward, 0), address(0));
        assertEq(_recipient.count(), 1);
        assertEq(_recipient.sender(), _address(HUB, address(_forwarder)), "the sender is the code on the hub");
        assertEq(_recipient.payload(), abi.encode(_address(SOURCE, SENDER), bytes("hello")), "who names its own");
        assertTrue(destination.isSettled(HUB, address(_stop), 0));
        assertFalse(_isSettled(0), "it is no message of the source");
    }

    /// @dev The hub's word is for what gateways elsewhere sent; the message of its own service is not the source's.
    function test_MSG_12_rejects_S2_theHubsOwnMessageOnTheRouteOfTheSource() public {
        MessageProofs.Log memory onward = _deliverToHub(_toForwarder("hello"), 0);
        IMessageService.DeliveryProof memory proof = _proveOn(HUB, onward, 0);
        vm.chainId(HUB + 1); // relayed further on, by a hub that follows this one
        vm.recordLogs();
        hub.relay(HUB, address(_stop), proof);
        MessageProofs.Log memory relayed = _last(IMessageHub.MessageRelayed.selector);
        vm.chainId(DESTINATION);
        proof = _proveRelayed(relayed, 0);
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageWrongChain.selector, SOURCE, HUB));
        destination.deliverRouted(SOURCE, proof, address(0));
    }

    function test_MSG_10_rejects_S10_codeThatBurnsAllGasHarmsNoOther() public {
        address burner = address(new GasBurner(false));
        MessageProofs.Log memory bad = _send(SENDER, _address(HUB, burner), "payload");
        MessageProofs.Log memory good = _toForwarder("hello");
        IMessageService.DeliveryProof memory proof = _prove(bad, 0);
        vm.chainId(HUB);
        uint256 left = gasleft();
        bytes4 error = IMessageService.MessageRecipientReverted.selector;
        vm.expectRevert(abi.encodeWithSelector(error, bad.topics[1], bytes32(0)));
        _stop.deliver(SOURCE, proof, address(0));
        assertLt(left - gasleft(), RECIPIENT_GAS + 300_000, "it has its limit and no more");
        assertFalse(_stop.isSettled(SOURCE, address(source), 0));

        destination.deliver(HUB, _proveOn(HUB, _deliverToHub(good, 1), 0), address(0));
        assertEq(_recipient.payload(), abi.encode(_address(SOURCE, SENDER), bytes("hello")));
    }

    /// @dev While the hub cannot send on, the message stays where it is; the same proof delivers it later.
    function test_MSG_10_accepts_S4_retryLosesNothing() public {
        MessageProofs.Log memory log = _toForwarder("hello");
        IMessageService.DeliveryProof memory proof = _prove(log, 0);
        _setLane(_stop, DESTINATION, address(0));
        vm.chainId(HUB);
        bytes memory reason = abi.encodeWithSelector(IMessageService.MessageUnknownLane.selector, DESTINATION);
        bytes4 error = IMessageService.MessageRecipientReverted.selector;
        // forge-lint: disable-next-line(unsafe-typecast) the first word is what is due
        vm.expectRevert(abi.encodeWithSelector(error, log.topics[1], bytes32(reason)));
        _stop.deliver(SOURCE, proof, address(0));
        assertEq(_stop.nextNonce(DESTINATION), 0, "nothing was sent on");

        _setLane(_stop, DESTINATION, address(destination));
        _stop.deliver(SOURCE, proof, address(0));
        assertEq(_stop.nextNonce(DESTINATION), 1);
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageAlreadySettled.selector, log.topics[1]));
        _stop.deliver(SOURCE, proof, address(0));
        assertEq(_stop.nextNonce(DESTINATION), 1, "and once only");
    }

    function test_MSG_10_rejects_payloadsThatTheForwarderCannotRead() public {
        MessageProofs.Log memory log = _send(SENDER, _address(HUB, address(_forwarder)), "not a pair");
        IMessageService.DeliveryProof memory proof = _prove(log, 0);
        vm.chainId(HUB);
        bytes4 error = IMessageService.MessageRecipientReverted.selector;
        vm.expectRevert(abi.encodeWithSelector(error, log.topics[1], bytes32(0)));
        _stop.deliver(SOURCE, proof, address(0));
    }

    function test_S2_rejects_messagesToTheForwarderFromOutsideTheGateway() public {
        bytes memory sender = _address(SOURCE, SENDER);
        bytes4 error = bytes4(keccak256("ERC7786RecipientUnauthorizedGateway(address,bytes)"));
        vm.expectRevert(abi.encodeWithSelector(error, address(this), sender));
        _forwarder.receiveMessage(0, sender, abi.encode(bytes(""), bytes("")));
    }

    function _toForwarder(bytes memory content) private returns (MessageProofs.Log memory) {
        bytes memory payload = abi.encode(_address(DESTINATION, address(_recipient)), content);
        return _send(SENDER, _address(HUB, address(_forwarder)), payload);
    }

    /// @dev Delivers to the forwarder on the hub and returns what it sends on.
    function _deliverToHub(MessageProofs.Log memory log, uint64 nonce) private returns (MessageProofs.Log memory sent) {
        IMessageService.DeliveryProof memory proof = _prove(log, nonce);
        vm.chainId(HUB);
        vm.recordLogs();
        _stop.deliver(SOURCE, proof, address(0));
        sent = _lastSent();
        vm.chainId(DESTINATION);
    }
}
