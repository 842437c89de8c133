// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {BeaconLightClient} from "../../src/light-clients/BeaconLightClient.sol";
import {BeaconLightNode} from "../../src/map/BeaconLightNode.sol";
import {MapLightClientManager} from "../../src/map/MapLightClientManager.sol";
import {AncestryFixture} from "../light-clients/AncestryFixture.sol";
import {AncestryProofs} from "../support/AncestryProofs.sol";
import {MapChain} from "../support/MapChain.sol";
import {MessageProofs} from "../support/MessageProofs.sol";
import {ILightClientManager, MapMos} from "./MapMos.sol";
import {MapNodeFixture} from "./MapNodeFixture.sol";
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

/// @notice A contract written for MAP takes messages of both families of chains, from real clients by real proofs.
contract MapMosBeaconTest is MapNodeFixture, AncestryFixture {
    uint256 private constant HERE = 1;
    uint256 private constant BEACON_CHAIN = 7;
    uint32 private constant PLACE = 130; // of the transaction

    address private immutable REMOTE = makeAddr("mos on the other chain");

    MapMos private mos;
    bytes private receiptProof;
    bytes32 private receiptsRoot;

    function setUp() public override {
        super.setUp();
        vm.chainId(HERE);
        // Roles are held from now on, and the beacon chain is a young one.
        vm.warp(1000);
        MapLightClientManager manager = new MapLightClientManager(address(new AccessManager(address(this))));
        _deploy(7);
        manager.register(CHAIN_ID, address(node));
        mos = new MapMos(ILightClientManager(address(manager)));
        mos.registerChain(CHAIN_ID, REMOTE);
        mos.registerChain(BEACON_CHAIN, REMOTE);
    }

    function test_mapMos_accepts_messagesOfTheRelayChain() public {
        _emitted(CHAIN_ID, "first", "hello");
        bytes memory update = _updateOf(_block(500, receiptsRoot));
        (bool exists, bool verifiable, uint256 nodeType) = mos.getOrderStatus(CHAIN_ID, 500, "first");
        assertTrue(!exists && verifiable && nodeType == 1);

        mos.transferInWithIndex(CHAIN_ID, 1, _withUpdate(update, receiptProof));
        assertEq(mos.received(), "hello");
        (exists,,) = mos.getOrderStatus(CHAIN_ID, 500, "first");
        assertTrue(exists);
        assertEq(client.trusted().epoch, EPOCH + 1, "the proof brought the next epoch as well");

        bytes memory again = _ofHead(1, receiptProof);
        vm.expectRevert("order exist");
        mos.transferInWithIndex(CHAIN_ID, 1, again);
        vm.expectRevert("invalid mos contract");
        mos.transferInWithIndex(CHAIN_ID, 0, again);
        vm.expectRevert("ReceiptLogMissing(2,2)");
        mos.transferInWithIndex(CHAIN_ID, 2, again);
        mos.verifyAll(CHAIN_ID, again);
        assertEq(mos.logsHash(), keccak256(node.prover().proveReceipt(again)));
    }

    function test_mapMos_rejects_forgedSeal() public {
        _emitted(CHAIN_ID, "first", "hello");
        MapChain.Block memory b = _block(500, receiptsRoot);
        uint256[] memory strangers = MapChain.secrets(14);
        uint256[] memory others = new uint256[](7);
        for (uint256 i = 0; i < 7; ++i) {
            others[i] = strangers[7 + i];
        }
        bytes memory forged = MapChain.update(set, MapChain.sealedHeader(MapChain.header(b), others, 0x1f, 0));
        vm.expectRevert("Bn254InvalidSignature()");
        mos.transferInWithIndex(CHAIN_ID, 1, _withUpdate(forged, receiptProof));
        assertEq(client.latestHead(), 0);
    }

    function test_mapMos_accepts_messagesOfABeaconChain() public {
        _emitted(BEACON_CHAIN, "first", "hello");
        bytes[] memory headers = new bytes[](1);
        headers[0] = MessageProofs.header(keccak256("parent"), receiptsRoot, 9);
        _follow(_client(keccak256(headers[0])));
        bytes memory proof = bytes.concat(_ofHead(1, _listed(headers)), receiptProof);
        mos.transferInWithIndex(BEACON_CHAIN, 1, proof);
        assertEq(mos.received(), "hello");
        vm.expectRevert("order exist");
        mos.transferInWithIndex(BEACON_CHAIN, 1, proof);
        (bool exists, bool verifiable, uint256 nodeType) = mos.getOrderStatus(BEACON_CHAIN, 800, "first");
        assertTrue(exists && verifiable && nodeType == 1);
    }

    /// @dev From a head to the history contract of its state, to an older block, and by one header more to the one before.
    function test_mapMos_ANC_4_accepts_messagesOfAnOlderBlock() public {
        _emitted(BEACON_CHAIN, "first", "hello");
        bytes[] memory headers = new bytes[](2);
        headers[1] = MessageProofs.header(keccak256("parent"), receiptsRoot, 4);
        headers[0] = MessageProofs.header(keccak256(headers[1]), keccak256("other receipts"), 5);
        AncestryProofs.History memory history =
            AncestryProofs.history(10, 5, 5, AncestryProofs.word(keccak256(headers[0])));
        _follow(_client(keccak256(history.header)));
        bytes memory ancestry = AncestryProofs.encode(history);
        mos.transferInWithIndex(BEACON_CHAIN, 1, _ofOlder(1, ancestry, headers, receiptProof));
        assertEq(mos.received(), "hello");
    }

    function test_mapMos_rejects_messagesOfAnotherBlock() public {
        _emitted(BEACON_CHAIN, "first", "hello");
        bytes[] memory headers = new bytes[](1);
        headers[0] = MessageProofs.header(keccak256("parent"), receiptsRoot, 9);
        _follow(_client(keccak256("head")));
        bytes memory proof = bytes.concat(_ofHead(1, _listed(headers)), receiptProof);
        bytes32 got = keccak256(headers[0]);
        vm.expectRevert(
            bytes(string.concat("HeaderHashMismatch(", vm.toString(keccak256("head")), ",", vm.toString(got), ")"))
        );
        mos.transferInWithIndex(BEACON_CHAIN, 1, proof);
    }

    function _follow(BeaconLightClient followed) private {
        BeaconLightNode beaconNode = new BeaconLightNode(followed);
        MapLightClientManager(address(mos.lightClientManager())).register(BEACON_CHAIN, address(beaconNode));
    }

    /// @dev A receipt whose second log is a message from that chain to this one.
    function _emitted(uint256 from, bytes32 orderId, bytes memory callData) private {
        MessageProofs.Log[] memory logs = new MessageProofs.Log[](2);
        logs[0] = MessageProofs.Log(address(0xbad), new bytes32[](1), "");
        bytes32[] memory topics_ = new bytes32[](3);
        (topics_[0], topics_[1], topics_[2]) = (MapMos.mapMessageOut.selector, bytes32(from), bytes32(HERE));
        logs[1] = MessageProofs.Log(REMOTE, topics_, abi.encode(orderId, bytes("sender"), callData));
        bytes[] memory list = MessageProofs.threeNodes(MessageProofs.receipt(true, logs));
        receiptsRoot = keccak256(list[0]);
        receiptProof = bytes.concat(bytes4(PLACE), list[0], list[1], list[2]);
    }
}
