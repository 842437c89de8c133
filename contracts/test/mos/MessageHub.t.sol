// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Assumption, ILightClient} from "../../src/interfaces/ILightClient.sol";
import {ILightClientManager} from "../../src/interfaces/ILightClientManager.sol";
import {IMessageHub} from "../../src/interfaces/IMessageHub.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {BlockHeader} from "../../src/libraries/BlockHeader.sol";
import {MPTProof} from "../../src/libraries/MPTProof.sol";
import {MessageLib} from "../../src/libraries/MessageLib.sol";
import {ReceiptLog as Receipts} from "../../src/libraries/ReceiptLog.sol"; // forge-std has a struct of this name
import {AncestryProofs} from "../support/AncestryProofs.sol";
import {MessageProofs} from "../support/MessageProofs.sol";
import {RoutedTest} from "../support/RoutedTest.sol";

/// @notice Section 4 of `spec/message.md`: what the hub says, and what it does not.
contract MessageHubTest is RoutedTest {
    address private constant RECIPIENT = address(0xbe);

    MessageProofs.Log private _log;

    function setUp() public override {
        super.setUp();
        _log = _send(RECIPIENT, "payload");
    }

    function test_MSG_4_accepts_S2_whatAGatewaySent() public {
        IMessageService.DeliveryProof memory proof = _prove(_log, 0);
        vm.chainId(HUB);
        _expectRelayed(address(source), _log.topics[1], "payload");
        vm.prank(address(0xa11ce));
        assertEq(hub.relay(SOURCE, address(source), proof), _log.topics[1], "anyone may relay");
        assertEq(address(hub.clients()), address(heads));
    }

    /// @dev The event says byte for byte what the gateway's said.
    function test_MSG_4_accepts_S2_anyPayload(bytes calldata payload) public {
        MessageProofs.Log memory log = _send(RECIPIENT, payload);
        MessageProofs.Log memory relayed = _relay(log);
        assertEq(relayed.emitter, address(hub));
        assertEq(relayed.topics.length, 4);
        assertEq(relayed.topics[1], log.topics[1]);
        assertEq(uint256(relayed.topics[2]), SOURCE);
        assertEq(relayed.topics[3], bytes32(uint256(uint160(address(source)))));
        assertEq(relayed.data, log.data);
    }

    function test_MSG_4_accepts_theSameMessageAgain() public {
        MessageProofs.Log memory once = _relay(_log);
        MessageProofs.Log memory twice = _relay(_log);
        assertEq(abi.encode(once), abi.encode(twice));
    }

    /// @dev It is in no event: the id binds it where the message is delivered.
    function test_MSG_4_accepts_anyNonce(uint64 nonce) public {
        assertEq(hub.relay(SOURCE, address(source), _prove(_log, nonce)), _log.topics[1]);
    }

    /// @dev The hub knows no gateways. Who forges a message forges it under its own name.
    function test_MSG_4_accepts_S2_whateverContractUnderItsOwnName(address forger) public {
        MessageProofs.Log memory log = _log;
        log.emitter = forger;
        IMessageService.DeliveryProof memory proof = _prove(log, 0);
        _expectRelayed(forger, _log.topics[1], "payload");
        hub.relay(SOURCE, forger, proof);
    }

    /// @dev MSG-3 and on are for the destination: the hub reads no address.
    function test_MSG_4_accepts_addressesThatAreNone() public {
        MessageProofs.Log memory log = _log;
        log.data = abi.encode("sender", "recipient", "payload", uint256(0), new bytes[](0));
        assertEq(_relay(log).data, log.data);
    }

    function test_ANC_4_accepts_olderBlocks() public {
        IMessageService.DeliveryProof memory proof = _prove(_log, 0);
        bytes memory word = AncestryProofs.word(keccak256(proof.headers[0]));
        AncestryProofs.History memory ancestry = AncestryProofs.history(9000, 5000, 5000, word);
        proof.headId = _newHead(SOURCE, keccak256(ancestry.header));
        proof.ancestry = AncestryProofs.encode(ancestry);
        assertEq(hub.relay(SOURCE, address(source), proof), _log.topics[1]);
    }

    function test_CLI_3_rejects_unknownHead_andHeadsOfOtherChains() public {
        IMessageService.DeliveryProof memory proof = _prove(_log, 0);
        bytes memory error = abi.encodeWithSelector(ILightClient.ClientUnknownHead.selector, proof.headId);
        vm.expectRevert(error);
        hub.relay(DESTINATION, address(source), proof);
        proof.headId = 77;
        _rejects(proof, abi.encodeWithSelector(ILightClient.ClientUnknownHead.selector, 77));
    }

    function test_CLI_4_CLI_5_rejects_chainsThatNobodyFollows() public {
        IMessageService.DeliveryProof memory proof = _prove(_log, 0);
        vm.expectRevert(abi.encodeWithSelector(ILightClientManager.ClientUnknownChain.selector, 5));
        hub.relay(5, address(source), proof);
        heads.pause(SOURCE);
        _rejects(proof, abi.encodeWithSelector(ILightClientManager.ClientPaused.selector, SOURCE));
        heads.unpause(SOURCE);
        assertEq(hub.relay(SOURCE, address(source), proof), _log.topics[1]);
    }

    /// @dev What its clients rest on is for those to ask who believe the hub.
    function test_MSG_4_accepts_anyAssumption() public {
        for (uint8 i = 0; i <= uint8(type(Assumption).max); ++i) {
            heads.setAssumption(SOURCE, Assumption(i));
            assertEq(hub.relay(SOURCE, address(source), _prove(_log, 0)), _log.topics[1]);
        }
    }

    /// @dev Also those that no service would carry.
    function test_MSG_4_accepts_S2_anyAttributes(bytes[] memory attributes) public {
        MessageProofs.Log memory log = _log;
        log.data = abi.encode(_address(SOURCE, SENDER), _address(DESTINATION, RECIPIENT), "payload", 0, attributes);
        assertEq(_relay(log).data, log.data);
    }

    function test_ANC_1_HDR_1_rejects_headersThatDoNotLeadFromTheHead() public {
        IMessageService.DeliveryProof memory proof = _prove(_log, 0);
        bytes32 head = keccak256(proof.headers[0]);
        proof.headers[0] = MessageProofs.header(0, keccak256("another"), 1);
        bytes4 error = BlockHeader.HeaderHashMismatch.selector;
        _rejects(proof, abi.encodeWithSelector(error, head, keccak256(proof.headers[0])));
        proof.headers = new bytes[](0);
        _rejects(proof, abi.encodeWithSelector(BlockHeader.AncestryEmpty.selector));
    }

    function test_MPT_13_RCT_6_rejects_S2_whatIsNotProven() public {
        IMessageService.DeliveryProof memory proof = _prove(_log, 0);
        proof.logIndex = 1;
        _rejects(proof, abi.encodeWithSelector(Receipts.ReceiptLogMissing.selector, 1, 1));
        proof.transactionIndex = 1;
        _rejects(proof, abi.encodeWithSelector(MPTProof.MptKeyAbsent.selector));
    }

    function test_RCT_8_rejects_S2_anotherGateway(address gateway) public {
        vm.assume(gateway != address(source));
        IMessageService.DeliveryProof memory proof = _prove(_log, 0);
        vm.expectRevert(abi.encodeWithSelector(Receipts.ReceiptLogEmitter.selector, gateway, address(source)));
        hub.relay(SOURCE, gateway, proof);
    }

    /// @dev What another hub said is no message that was sent.
    function test_RCT_9_rejects_whatWasRelayed() public {
        MessageProofs.Log memory log = _relay(_log);
        IMessageService.DeliveryProof memory proof = _prove(log, 0);
        bytes4 error = Receipts.ReceiptLogTopic.selector;
        vm.expectRevert(abi.encodeWithSelector(error, _log.topics[0], log.topics[0]));
        hub.relay(SOURCE, address(hub), proof);
    }

    function test_MSG_4_rejects_otherThanTwoTopics() public {
        for (uint256 n = 1; n <= 4; ++n) {
            if (n == 2) continue;
            MessageProofs.Log memory log = _log;
            bytes32[] memory topics = new bytes32[](n);
            topics[0] = log.topics[0];
            if (n > 1) topics[1] = log.topics[1];
            log.topics = topics;
            _rejects(_prove(log, 0), abi.encodeWithSelector(MessageLib.MessageMalformedEvent.selector));
        }
    }

    function test_MSG_4_rejects_dataThatIsNotCanonical() public {
        MessageProofs.Log memory log = _log;
        log.data = bytes.concat(log.data, hex"00");
        _rejects(_prove(log, 0), abi.encodeWithSelector(MessageLib.MessageMalformedEvent.selector));
        log.data = abi.encode("", "", "", uint256(1), new bytes[](0));
        _rejects(_prove(log, 0), abi.encodeWithSelector(MessageLib.MessageMalformedEvent.selector));
    }

    function _expectRelayed(address gateway, bytes32 id, bytes memory payload) private {
        vm.expectEmit(address(hub));
        emit IMessageHub.MessageRelayed(
            id, SOURCE, gateway, _address(SOURCE, SENDER), _address(DESTINATION, RECIPIENT), payload, 0, new bytes[](0)
        );
    }

    function _rejects(IMessageService.DeliveryProof memory proof, bytes memory error) private {
        vm.expectRevert(error);
        hub.relay(SOURCE, address(source), proof);
    }
}
