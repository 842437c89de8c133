// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Assumption, ILightClient} from "../../src/interfaces/ILightClient.sol";
import {IMessageHub} from "../../src/interfaces/IMessageHub.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {InteroperableAddressEVM} from "../../src/libraries/InteroperableAddressEVM.sol";
import {MessageLib} from "../../src/libraries/MessageLib.sol";
import {ReceiptLog as Receipts} from "../../src/libraries/ReceiptLog.sol"; // forge-std has a struct of this name
import {MessageHub} from "../../src/mos/MessageHub.sol";
import {MessageProofs} from "../support/MessageProofs.sol";
import {RoutedTest} from "../support/RoutedTest.sol";
import {Recorder} from "../support/recipients/Recorder.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IERC7786GatewaySource} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @notice MSG-11 and MSG-12, and what a routed delivery shares with a direct one up to the recipient.
contract MessageServiceRoutedTest is RoutedTest {
    Recorder private _recipient;
    MessageProofs.Log private _sent;
    MessageProofs.Log private _relayed;

    function setUp() public override {
        super.setUp();
        _recipient = new Recorder();
        _sent = _send(address(_recipient), "payload");
        _relayed = _relay(_sent);
    }

    function test_MSG_1_MSG_11_MSG_12_MSG_3_MSG_5_MSG_6_accepts_S2_whatWasRelayed() public {
        IMessageService.DeliveryProof memory proof = _proveRelayed(_relayed, 0);
        vm.expectEmit(address(destination));
        emit IMessageService.MessageDelivered(_sent.topics[1], SOURCE, 0, address(0xa11ce));
        vm.prank(address(0xa11ce));
        assertEq(
            destination.deliverRouted(SOURCE, proof, address(0)), _sent.topics[1], "the id is that of the message sent"
        );

        assertTrue(_isSettled(0), "in the bitmap of the source's gateway");
        assertFalse(destination.isSettled(HUB, address(hub), 0));
        assertEq(_recipient.count(), 1);
        assertEq(_recipient.caller(), address(destination));
        assertEq(_recipient.id(), _sent.topics[1]);
        assertEq(_recipient.sender(), _address(SOURCE, SENDER), "the hub is no author");
        assertEq(_recipient.payload(), "payload");
    }

    function test_MSG_12_accepts_S2_anyPayload(bytes calldata payload) public {
        vm.assume(payload.length < 2000); // the recipient stores it
        MessageProofs.Log memory log = _relay(_send(address(_recipient), payload));
        destination.deliverRouted(SOURCE, _proveRelayed(log, 1), address(0));
        assertEq(_recipient.payload(), payload);
    }

    function test_MSG_1_rejects_chainsWithoutLaneBeforeTheRoute(uint256 chainId) public {
        vm.assume(chainId != SOURCE);
        _setRoute(chainId, HUB, address(hub));
        IMessageService.DeliveryProof memory proof; // before anything in the proof
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageUnknownLane.selector, chainId));
        destination.deliverRouted(chainId, proof, address(0));
    }

    function test_MSG_1_rejects_closedLane() public {
        _setLane(destination, SOURCE, address(0));
        _setRoute(SOURCE, 0, address(0));
        bytes4 error = IMessageService.MessageUnknownLane.selector;
        _rejects(_proveRelayed(_relayed, 0), abi.encodeWithSelector(error, SOURCE));
    }

    function test_MSG_11_rejects_chainsWithoutRouteBeforeTheProof(uint256 chainId) public {
        vm.assume(chainId != SOURCE);
        _setLane(destination, chainId, address(source));
        IMessageService.DeliveryProof memory proof;
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageUnknownRoute.selector, chainId));
        destination.deliverRouted(chainId, proof, address(0));
    }

    function test_MSG_11_rejects_closedRoute_andAcceptsItReopened() public {
        IMessageService.DeliveryProof memory proof = _proveRelayed(_relayed, 0);
        _setRoute(SOURCE, HUB, address(0));
        _rejects(proof, abi.encodeWithSelector(IMessageService.MessageUnknownRoute.selector, SOURCE));
        _setRoute(SOURCE, HUB, address(hub));
        destination.deliverRouted(SOURCE, proof, address(0));
    }

    /// @dev A lane without a route is as good as ever.
    function test_MSG_11_accepts_directDeliveriesWithoutRoute() public {
        _setRoute(SOURCE, 0, address(0));
        destination.deliver(SOURCE, _prove(_sent, 0), address(0));
        assertEq(_recipient.count(), 1);
    }

    function test_MSG_11_accepts_routesAsSet(uint256 chainId, uint256 hubChainId, address hub_) public {
        vm.assume(chainId != SOURCE);
        vm.expectEmit(address(destination));
        emit IMessageService.RouteSet(chainId, hubChainId, hub_, Assumption.SyncCommittee);
        _setRoute(chainId, hubChainId, hub_);
        _assertRoute(chainId, hubChainId, hub_);
        _assertRoute(SOURCE, HUB, address(hub));
    }

    function test_MSG_11_rejects_routesSetByOthers(address caller) public {
        vm.assume(caller != address(this));
        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, caller));
        _setRoute(SOURCE, HUB, caller);
        _assertRoute(SOURCE, HUB, address(hub));
    }

    /// @dev Heads are those of the hub's chain: one of the source's has an id that the other client has not given out.
    function test_CLI_3_rejects_headsOfTheSource() public {
        IMessageService.DeliveryProof memory proof = _prove(_relayed, 0);
        _rejects(proof, abi.encodeWithSelector(ILightClient.ClientUnknownHead.selector, proof.headId));
        proof = _proveRelayed(_sent, 0);
        vm.expectRevert(abi.encodeWithSelector(ILightClient.ClientUnknownHead.selector, proof.headId));
        destination.deliver(SOURCE, proof, address(0));
    }

    /// @dev Whoever emits such an event on the hub's chain is not the hub.
    function test_RCT_8_rejects_S2_forgedByAnotherContractOnTheHubsChain(address forger) public {
        vm.assume(forger != address(hub));
        MessageProofs.Log memory log = _relayed;
        log.emitter = forger;
        bytes4 error = Receipts.ReceiptLogEmitter.selector;
        _rejects(_proveRelayed(log, 0), abi.encodeWithSelector(error, address(hub), forger));
    }

    /// @dev The hub that the route named until now is another contract on the chain.
    function test_RCT_8_rejects_theFormerHub() public {
        MessageHub next = new MessageHub(heads);
        _setRoute(SOURCE, HUB, address(next));
        bytes4 error = Receipts.ReceiptLogEmitter.selector;
        _rejects(_proveRelayed(_relayed, 0), abi.encodeWithSelector(error, address(next), address(hub)));
    }

    function test_RCT_9_rejects_S2_otherEventsOfTheHub(bytes32 topic) public {
        vm.assume(topic != IMessageHub.MessageRelayed.selector);
        MessageProofs.Log memory log = _relayed;
        log.topics[0] = topic;
        bytes4 error = Receipts.ReceiptLogTopic.selector;
        _rejects(_proveRelayed(log, 0), abi.encodeWithSelector(error, IMessageHub.MessageRelayed.selector, topic));
    }

    /// @dev Neither event passes for the other, on whichever chain it is.
    function test_RCT_9_rejects_S2_eitherEventForTheOther() public {
        (bytes32 sent, bytes32 relayed) = (IERC7786GatewaySource.MessageSent.selector, _relayed.topics[0]);
        MessageProofs.Log memory log = _sent;
        log.emitter = address(hub);
        _rejects(_proveRelayed(log, 0), abi.encodeWithSelector(Receipts.ReceiptLogTopic.selector, relayed, sent));
        log = _relayed;
        log.emitter = address(source);
        IMessageService.DeliveryProof memory proof = _prove(log, 0);
        vm.expectRevert(abi.encodeWithSelector(Receipts.ReceiptLogTopic.selector, sent, relayed));
        destination.deliver(SOURCE, proof, address(0));
    }

    function test_MSG_4_MSG_12_rejects_otherThanFourTopics() public {
        for (uint256 n = 1; n <= 3; ++n) {
            MessageProofs.Log memory log = _relayed;
            bytes32[] memory topics = new bytes32[](n);
            for (uint256 i = 0; i < n; ++i) {
                topics[i] = log.topics[i];
            }
            log.topics = topics;
            _rejects(_proveRelayed(log, 0), abi.encodeWithSelector(MessageLib.MessageMalformedEvent.selector));
        }
    }

    function test_MSG_4_MSG_12_rejects_dataBeforeTheSource() public {
        MessageProofs.Log memory log = _relayed;
        (log.topics[2], log.topics[3]) = (0, 0);
        log.data = bytes.concat(log.data, hex"00");
        _rejects(_proveRelayed(log, 0), abi.encodeWithSelector(MessageLib.MessageMalformedEvent.selector));
    }

    function test_MSG_12_rejects_S5_anotherChainBeforeTheGateway(uint256 chainId) public {
        vm.assume(chainId != SOURCE);
        MessageProofs.Log memory log = _relayed;
        (log.topics[2], log.topics[3]) = (bytes32(chainId), 0);
        bytes4 error = IMessageService.MessageWrongChain.selector;
        _rejects(_proveRelayed(log, 0), abi.encodeWithSelector(error, SOURCE, chainId));
    }

    /// @dev As a hub would relay it of a contract that is no gateway, with the right id.
    function test_MSG_12_rejects_S2_anotherGatewayBeforeTheAddresses(address gateway) public {
        vm.assume(gateway != address(source));
        MessageProofs.Log memory log = _sent;
        log.emitter = gateway;
        log.data = abi.encode("sender", "recipient", "payload", uint256(0), new bytes[](0));
        bytes32 word = bytes32(uint256(uint160(gateway)));
        bytes4 error = IMessageService.MessageRelayedGateway.selector;
        _rejects(_proveRelayed(_relay(log), 0), abi.encodeWithSelector(error, address(source), word));
    }

    /// @dev The word has to be the address, not only to end in it. No hub of ours writes another.
    function test_MSG_12_rejects_dirtyPadding(uint96 dirt) public {
        vm.assume(dirt != 0);
        MessageProofs.Log memory log = _relayed;
        log.topics[3] |= bytes32(uint256(dirt)) << 160;
        bytes4 error = IMessageService.MessageRelayedGateway.selector;
        _rejects(_proveRelayed(log, 0), abi.encodeWithSelector(error, address(source), log.topics[3]));
    }

    function test_MSG_3_rejects_addressesThatAreNotCanonical() public {
        bytes memory malformed = bytes.concat(_address(SOURCE, SENDER), hex"00");
        bytes memory error = abi.encodeWithSelector(InteroperableAddressEVM.AddressMalformed.selector);
        _rejects(_proveForged(malformed, _address(1, address(_recipient))), error);
        _rejects(_proveForged(_address(1, SENDER), malformed), error);
    }

    function test_MSG_5_rejects_S5_addressesOfOtherChains() public {
        bytes memory recipient = _address(2, address(_recipient));
        bytes4 error = IMessageService.MessageWrongChain.selector;
        _rejects(_proveForged(_address(HUB, SENDER), recipient), abi.encodeWithSelector(error, SOURCE, HUB));
        _rejects(_proveForged(_address(SOURCE, SENDER), recipient), abi.encodeWithSelector(error, DESTINATION, 2));
    }

    function test_MSG_6_rejects_S1_anotherNonce(uint64 nonce) public {
        vm.assume(nonce != 0);
        bytes32 got = _id(_body(_sent, nonce));
        bytes4 error = IMessageService.MessageIdMismatch.selector;
        _rejects(_proveRelayed(_relayed, nonce), abi.encodeWithSelector(error, _sent.topics[1], got));
    }

    /// @dev The message of the lane A to hub does not become one of A to B by being relayed.
    function test_MSG_5_rejects_S5_whatWasSentToTheHub() public {
        _setLane(source, HUB, address(0x57));
        MessageProofs.Log memory log = _relay(_send(SENDER, _address(HUB, address(_recipient)), "payload"));
        bytes4 error = IMessageService.MessageWrongChain.selector;
        _rejects(_proveRelayed(log, 0), abi.encodeWithSelector(error, DESTINATION, HUB));
    }

    /// @dev No byte of the event is free.
    function test_MSG_4_MSG_12_rejects_S2_everyChangedByte(uint256 place, uint8 flip) public {
        MessageProofs.Log memory log = _relayed;
        place = bound(place, 0, log.data.length + 127);
        vm.assume(flip != 0);
        if (place < 128) log.topics[place / 32] ^= bytes32(bytes1(flip)) >> (8 * (place % 32));
        else log.data[place - 128] ^= bytes1(flip);
        IMessageService.DeliveryProof memory proof = _proveRelayed(log, 0);
        vm.expectRevert();
        destination.deliverRouted(SOURCE, proof, address(0));
        assertEq(_recipient.count(), 0);
    }

    function _rejects(IMessageService.DeliveryProof memory proof, bytes memory error) private {
        vm.expectRevert(error);
        destination.deliverRouted(SOURCE, proof, address(0));
        assertFalse(_isSettled(proof.nonce));
        assertEq(_recipient.count(), 0);
    }

    function _assertRoute(uint256 chainId, uint256 hubChainId, address hub_) private view {
        IMessageService.Route memory got = destination.route(chainId);
        assertEq(got.hubChainId, hubChainId);
        assertEq(got.hub, hub_);
        assertTrue(got.assumption == Assumption.SyncCommittee);
    }

    /// @dev The relayed word of a gateway with a fault: a right id over any addresses.
    function _proveForged(bytes memory sender, bytes memory recipient)
        private
        returns (IMessageService.DeliveryProof memory)
    {
        MessageProofs.Log memory log = _sent;
        log.data = abi.encode(sender, recipient, bytes("payload"), uint256(0), new bytes[](0));
        log.topics[1] = _id(_body(log, 0));
        return _proveRelayed(_relay(log), 0);
    }
}
