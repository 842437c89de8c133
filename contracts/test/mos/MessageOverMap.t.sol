// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Assumption} from "../../src/interfaces/ILightClient.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {BlockHeader} from "../../src/libraries/BlockHeader.sol";
import {MapLightClient} from "../../src/light-clients/MapLightClient.sol";
import {MapVerifier} from "../../src/light-clients/MapVerifier.sol";
import {UpdateAndDeliver} from "../../src/mos/UpdateAndDeliver.sol";
import {RlpEncode} from "../harness/RlpEncode.sol";
import {MapChain} from "../support/MapChain.sol";
import {MapTest} from "../support/MapTest.sol";
import {MessageProofs} from "../support/MessageProofs.sol";
import {MessageTest} from "../support/MessageTest.sol";
import {Recorder} from "../support/recipients/Recorder.sol";

/// @notice Messages sent on the MAP relay chain: the service and its relay need nothing of their own for it.
contract MessageOverMapTest is MessageTest, MapTest {
    using MapChain for MapChain.Block;
    using RlpEncode for bytes[];

    uint256[] private set = MapChain.secrets(4);
    MapLightClient private client;
    UpdateAndDeliver private relay;
    Recorder private recipient;

    function setUp() public override {
        super.setUp();
        client = _deploy(set);
        heads.setClient(SOURCE, client);
        destination.setLane(SOURCE, address(source), Assumption.MapValidators, false);
        relay = new UpdateAndDeliver(destination);
        recipient = new Recorder();
    }

    function test_MSG_7_accepts_theBlockOfTheUpdate() public {
        (MapChain.Block memory b, IMessageService.DeliveryProof[] memory proofs) = _sent();
        proofs[0].headers = _headers(b.header());
        relay.updateAndDeliver(SOURCE, _update(set, b), proofs, address(0));
        assertEq(client.latestHead(), 1);
        assertTrue(_isSettled(0));
    }

    /// @dev Whoever brings the block second finds it taken again, and delivers from that head.
    function test_MSG_7_accepts_aBlockThatSomebodyElseBroughtFirst() public {
        (MapChain.Block memory b, IMessageService.DeliveryProof[] memory proofs) = _sent();
        proofs[0].headers = _headers(b.header());
        client.update(_update(set, b));
        relay.updateAndDeliver(SOURCE, _update(set, b), proofs, address(0));
        assertEq(client.latestHead(), 2);
        assertTrue(_isSettled(0));
    }

    /// @dev Validators of MAP are no sync committee.
    function test_MSG_16_rejects_lanesThatRestOnSomethingElse() public {
        (MapChain.Block memory b, IMessageService.DeliveryProof[] memory proofs) = _sent();
        proofs[0].headers = _headers(b.header());
        proofs[0].headId = client.update(_update(set, b));
        _setLane(destination, SOURCE, address(source));
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageAssumptionMismatch.selector, 1, 2));
        destination.deliver(SOURCE, proofs[0], address(0));
    }

    /// @dev ANC-1 over headers of 14 items.
    function test_ANC_1_HDR_2_accepts_aParentOfTheHead() public {
        (MapChain.Block memory b, IMessageService.DeliveryProof[] memory proofs) = _sent();
        MapChain.Block memory head = _block(b.number + 1);
        head.parentHash = keccak256(b.header());
        proofs[0].headers = _headers(head.header(), b.header());
        proofs[0].headId = client.update(_update(set, head));
        destination.deliver(SOURCE, proofs[0], address(0));
        assertTrue(_isSettled(0));
    }

    /// @dev As a node serves it, with the seal inside, a header is not what was hashed.
    function test_HDR_1_rejects_theHeaderWithItsSeal() public {
        (MapChain.Block memory b, IMessageService.DeliveryProof[] memory proofs) = _sent();
        bytes[] memory extra = b.extraItems();
        extra[5] = bytes.concat(hex"f84407b840", new bytes(64), hex"80"); // signers, signature, round
        bytes memory served = b.headerItems(extra).join();
        proofs[0].headers = _headers(served);
        bytes memory update = _update(set, b);
        vm.expectRevert(
            abi.encodeWithSelector(BlockHeader.HeaderHashMismatch.selector, keccak256(b.header()), keccak256(served))
        );
        relay.updateAndDeliver(SOURCE, update, proofs, address(0));
        assertEq(client.latestHead(), 0, "the update is undone");
    }

    function test_MAP_8_rejects_bothWhenTheUpdateFails() public {
        (MapChain.Block memory b, IMessageService.DeliveryProof[] memory proofs) = _sent();
        proofs[0].headers = _headers(b.header());
        bytes memory few = MapChain.update(set, b, 2);
        vm.expectRevert(abi.encodeWithSelector(MapVerifier.MapQuorum.selector, 2, 3));
        relay.updateAndDeliver(SOURCE, few, proofs, address(0));
        assertFalse(_isSettled(0));
    }

    /// @dev A message, and the block that has it.
    function _sent() private returns (MapChain.Block memory b, IMessageService.DeliveryProof[] memory proofs) {
        MessageProofs.Log[] memory logs = new MessageProofs.Log[](1);
        logs[0] = _send(address(recipient), "payload");
        proofs = new IMessageService.DeliveryProof[](1);
        proofs[0].receiptProof = MessageProofs.leaf(MessageProofs.receipt(true, logs));
        b = _block(260);
        b.receiptsRoot = keccak256(proofs[0].receiptProof[0]);
    }

    function _headers(bytes memory only) private pure returns (bytes[] memory headers) {
        headers = new bytes[](1);
        headers[0] = only;
    }

    function _headers(bytes memory newest, bytes memory older) private pure returns (bytes[] memory headers) {
        headers = new bytes[](2);
        (headers[0], headers[1]) = (newest, older);
    }
}
