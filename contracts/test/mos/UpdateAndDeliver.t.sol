// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ILightClient} from "../../src/interfaces/ILightClient.sol";
import {ILightClientManager} from "../../src/interfaces/ILightClientManager.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {BeaconVerifier} from "../../src/light-clients/BeaconVerifier.sol";
import {UpdateAndDeliver} from "../../src/mos/UpdateAndDeliver.sol";
import {MessageProofs} from "../support/MessageProofs.sol";
import {MessageTest} from "../support/MessageTest.sol";
import {UpdatedClient} from "../support/UpdatedClient.sol";
import {Fickle} from "../support/recipients/Fickle.sol";
import {Recorder} from "../support/recipients/Recorder.sol";

/// @notice A client's update and the messages that it proves, together or not at all. What an update has to prove is tested elsewhere:
/// here the client takes any that is newer.
contract UpdateAndDeliverTest is MessageTest {
    UpdatedClient private client;
    UpdateAndDeliver private relay;
    Recorder private recipient;

    function setUp() public override {
        super.setUp();
        vm.warp(500); // the client expires at 1000
        client = new UpdatedClient();
        heads.setClient(SOURCE, client);
        relay = new UpdateAndDeliver(destination);
        recipient = new Recorder();
    }

    function test_MSG_7_accepts_messagesOfTheHeadThatTheUpdateBrings() public {
        IMessageService.DeliveryProof[] memory proofs = _messages(3);
        bytes32[] memory ids = relay.updateAndDeliver(SOURCE, _update(8, proofs[0]), proofs, address(0));
        assertEq(client.latestHead(), 1);
        for (uint64 nonce = 0; nonce < 3; ++nonce) {
            assertEq(ids[nonce], _idOf[nonce]);
            assertTrue(_isSettled(nonce));
        }
        assertEq(recipient.count(), 3);
    }

    /// @dev Whoever called, or whom they name, earns the fees: not this contract.
    function test_MSG_7_accepts_payees() public {
        IMessageService.DeliveryProof[] memory proofs = _messages(2);
        bytes memory update = _update(8, proofs[0]);
        (IMessageService.DeliveryProof[] memory one, IMessageService.DeliveryProof[] memory two) =
            (new IMessageService.DeliveryProof[](1), new IMessageService.DeliveryProof[](1));
        (one[0], two[0]) = (proofs[0], proofs[1]);
        vm.expectEmit(address(destination));
        emit IMessageService.MessageDelivered(_idOf[0], SOURCE, 0, address(0xa11ce));
        vm.prank(address(0xa11ce));
        relay.updateAndDeliver(SOURCE, update, one, address(0));
        vm.expectEmit(address(destination));
        emit IMessageService.MessageDelivered(_idOf[1], SOURCE, 1, address(0xb0b));
        vm.prank(address(0xa11ce));
        relay.updateAndDeliver(SOURCE, update, two, address(0xb0b));
    }

    /// @dev A proof that names a head is delivered from that one.
    function test_MSG_7_accepts_messagesOfOtherHeads() public {
        IMessageService.DeliveryProof[] memory proofs = _messages(1);
        client.update(_update(8, proofs[0]));
        proofs[0].headId = 1;
        relay.updateAndDeliver(SOURCE, _updateTo(9, "another head"), proofs, address(0));
        assertEq(client.latestHead(), 2);
        assertTrue(_isSettled(0));
    }

    function test_BCN_4_accepts_anUpdateThatSomebodyElseBroughtFirst() public {
        IMessageService.DeliveryProof[] memory proofs = _messages(2);
        bytes memory update = _update(8, proofs[0]);
        client.update(update);
        relay.updateAndDeliver(SOURCE, update, proofs, address(0));
        assertEq(client.latestHead(), 1);
        assertTrue(_isSettled(0) && _isSettled(1));
    }

    /// @dev Also when others have come since, as long as the client still holds the head.
    function test_BCN_4_CLI_3_accepts_rejects_anUpdateUnderNewerOnes() public {
        IMessageService.DeliveryProof[] memory proofs = _messages(1);
        bytes memory update = _update(8, proofs[0]);
        client.update(update);
        for (uint64 slot = 9; slot < 9 + 63; ++slot) {
            client.update(_updateTo(slot, keccak256(abi.encode(slot))));
        }
        uint256 state = vm.snapshotState();
        relay.updateAndDeliver(SOURCE, update, proofs, address(0));
        assertTrue(_isSettled(0));

        vm.revertToState(state);
        client.update(_updateTo(100, "the 65th"));
        vm.expectRevert(abi.encodeWithSelector(BeaconVerifier.BeaconNotNewer.selector, 8, 100));
        relay.updateAndDeliver(SOURCE, update, proofs, address(0));
        assertFalse(_isSettled(0));
    }

    /// @dev A refused update is good for nothing when no head has its block: the refusal stands.
    function test_BCN_4_rejects_anOldUpdateWithoutItsHead() public {
        IMessageService.DeliveryProof[] memory proofs = _messages(1);
        client.update(_updateTo(9, "another head"));
        vm.expectRevert(abi.encodeWithSelector(BeaconVerifier.BeaconNotNewer.selector, 8, 9));
        relay.updateAndDeliver(SOURCE, _update(8, proofs[0]), proofs, address(0));
        // Of a proof that names its head the update is not asked.
        proofs[0].headId = client.add(_blockHash(proofs[0]));
        relay.updateAndDeliver(SOURCE, _updateTo(8, "no such head"), proofs, address(0));
        assertTrue(_isSettled(0));
    }

    function test_BCN_2_rejects_anyOtherRefusalAndDeliversNothing() public {
        IMessageService.DeliveryProof[] memory proofs = _messages(1);
        bytes memory update = _update(8, proofs[0]);
        client.update(update);
        proofs[0].headId = 1;
        bytes memory refusal = abi.encodeWithSelector(BeaconVerifier.BeaconSignatureNotAfterAttested.selector, 1, 2);
        client.refuse(refusal);
        vm.expectRevert(refusal);
        relay.updateAndDeliver(SOURCE, update, proofs, address(0));
        client.refuse(abi.encodeWithSelector(ILightClient.ClientFrozen.selector, 3));
        vm.expectRevert(abi.encodeWithSelector(ILightClient.ClientFrozen.selector, 3));
        relay.updateAndDeliver(SOURCE, update, proofs, address(0));
        assertFalse(_isSettled(0));
    }

    function test_MSG_10_rejects_bothWhenOneDeliveryFails() public {
        Fickle fickle = new Fickle();
        fickle.set(0, "");
        IMessageService.DeliveryProof[] memory proofs = _messages(3);
        uint64 nonce = source.nextNonce(DESTINATION);
        MessageProofs.Log memory log = _send(address(fickle), "payload");
        proofs = _provenTogether(proofs, log, nonce);
        (bool success, bytes memory error) = address(relay)
            .call(
                abi.encodeCall(UpdateAndDeliver.updateAndDeliver, (SOURCE, _update(8, proofs[0]), proofs, address(0)))
            );
        assertFalse(success);
        // forge-lint: disable-next-line(unsafe-typecast) the first four bytes are meant
        assertEq(bytes4(error), IMessageService.MessageRecipientReverted.selector);
        assertEq(client.latestHead(), 0, "the update is undone");
        assertFalse(_isSettled(0), "and so is what was delivered");
        assertEq(recipient.count(), 0);
    }

    function test_MSG_7_rejects_aSecondDelivery() public {
        IMessageService.DeliveryProof[] memory proofs = _messages(1);
        bytes memory update = _update(8, proofs[0]);
        relay.updateAndDeliver(SOURCE, update, proofs, address(0));
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageAlreadySettled.selector, _idOf[0]));
        relay.updateAndDeliver(SOURCE, update, proofs, address(0));
    }

    function test_MSG_1_CLI_4_rejects_unknownChains() public {
        vm.expectRevert(abi.encodeWithSelector(ILightClientManager.ClientUnknownChain.selector, 5));
        relay.updateAndDeliver(5, _updateTo(8, "head"), new IMessageService.DeliveryProof[](0), address(0));
        heads.setClient(5, client);
        IMessageService.DeliveryProof[] memory proofs = _messages(1);
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageUnknownLane.selector, 5));
        relay.updateAndDeliver(5, _update(8, proofs[0]), proofs, address(0));
        assertEq(client.latestHead(), 0);
    }

    /// @dev Messages in one block, each alone in the receipts of a header of its own: headers of one chain, the newest of them the head.
    function _messages(uint256 count) private returns (IMessageService.DeliveryProof[] memory proofs) {
        proofs = new IMessageService.DeliveryProof[](0);
        for (uint256 i = 0; i < count; ++i) {
            uint64 nonce = source.nextNonce(DESTINATION);
            MessageProofs.Log memory log = _send(address(recipient), "payload");
            _idOf[nonce] = log.topics[1];
            proofs = _provenTogether(proofs, log, nonce);
        }
    }

    /// @dev With one more message, in a block on top of those of the others. All are proven from that block.
    function _provenTogether(IMessageService.DeliveryProof[] memory proofs, MessageProofs.Log memory log, uint64 nonce)
        private
        pure
        returns (IMessageService.DeliveryProof[] memory more)
    {
        more = new IMessageService.DeliveryProof[](proofs.length + 1);
        MessageProofs.Log[] memory logs = new MessageProofs.Log[](1);
        logs[0] = log;
        bytes32 parent = proofs.length == 0 ? bytes32(0) : keccak256(proofs[0].headers[0]);
        IMessageService.DeliveryProof memory newest = more[proofs.length];
        newest.receiptProof = MessageProofs.leaf(MessageProofs.receipt(true, logs));
        newest.nonce = nonce;
        newest.headers = new bytes[](1);
        newest.headers[0] = MessageProofs.header(parent, keccak256(newest.receiptProof[0]), nonce + 1);
        for (uint256 i = 0; i < proofs.length; ++i) {
            bytes[] memory headers = new bytes[](proofs[i].headers.length + 1);
            headers[0] = newest.headers[0];
            for (uint256 j = 1; j < headers.length; ++j) {
                headers[j] = proofs[i].headers[j - 1];
            }
            more[i] = proofs[i];
            more[i].headers = headers;
        }
    }

    function _blockHash(IMessageService.DeliveryProof memory proof) private pure returns (bytes32) {
        return keccak256(proof.headers[0]);
    }

    function _update(uint64 slot, IMessageService.DeliveryProof memory proof) private pure returns (bytes memory) {
        return _updateTo(slot, _blockHash(proof));
    }

    /// @dev As far as this client looks at it: finalized slot and execution block hash are where UPD-1 has them.
    function _updateTo(uint64 slot, bytes32 blockHash) private pure returns (bytes memory) {
        return bytes.concat(new bytes(24), bytes8(slot), new bytes(104), blockHash, new bytes(293));
    }
}
