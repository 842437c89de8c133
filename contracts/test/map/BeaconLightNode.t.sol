// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IBeaconLightClient} from "../../src/interfaces/IBeaconLightClient.sol";
import {ILightClient} from "../../src/interfaces/ILightClient.sol";
import {IMapLightNode} from "../../src/interfaces/map/IMapLightNode.sol";
import {IMapLightVerifier} from "../../src/interfaces/map/IMapLightVerifier.sol";
import {BeaconLightClient} from "../../src/light-clients/BeaconLightClient.sol";
import {BeaconLightNode} from "../../src/map/BeaconLightNode.sol";
import {BeaconFixture} from "../light-clients/BeaconFixture.sol";
import {MessageProofs} from "../support/MessageProofs.sol";
import {ProvenReceipt} from "./ProvenReceipt.sol";
import {TakingClient} from "./TakingClient.sol";

/// @notice The node of a beacon chain: over the real client with the updates of `vectors/beacon`, and over one that takes updates of blocks made
/// to measure.
contract BeaconLightNodeTest is BeaconFixture, ProvenReceipt {
    bytes private header;
    bytes private headers; // it, as it stands in a proof

    function setUp() public override(BeaconFixture, ProvenReceipt) {
        BeaconFixture.setUp();
        ProvenReceipt.setUp();
        header = MessageProofs.header(keccak256("parent"), root, 9);
        headers = bytes.concat(hex"01", bytes2(uint16(header.length)), header);
    }

    /// @dev The real client verifies the update, and the header has to be of the block that the update proves.
    function test_beaconNode_HDR_1_rejects_headerOfOtherBlockThanTheUpdates() public {
        BeaconLightClient client = _deployFor("absent_1");
        BeaconLightNode node = new BeaconLightNode(client);
        bytes memory update = _update("absent_1");
        bytes memory proof = _withUpdate(update);
        string memory reason = string.concat(
            "HeaderHashMismatch(", vm.toString(_blockHashOf(update)), ",", vm.toString(keccak256(header)), ")"
        );
        (bool success, string memory message,) = node.verifyProofData(1, proof);
        assertFalse(success);
        assertEq(message, reason);
        uint64 latest = client.latestHead();
        (success, message,) = node.verifyProofDataWithCache(true, 1, proof);
        assertFalse(success);
        assertEq(message, reason);
        assertEq(client.latestHead(), latest + 1);
        assertEq(client.headHash(latest + 1), _blockHashOf(update), "the update is taken whatever the receipt is");

        // Somebody was faster: the update brings nothing new, and says so.
        (success, message,) = node.verifyProofDataWithCache(true, 1, proof);
        assertFalse(success);
        assertTrue(vm.indexOf(message, "BeaconNotNewer(") == 0);
        (success, message,) = node.verifyProofData(1, proof);
        assertFalse(success);
        assertTrue(vm.indexOf(message, "BeaconNotNewer(") == 0);
    }

    function test_beaconNode_BCN_13_rejects_spoiltUpdate() public {
        BeaconLightClient client = _deployFor("absent_1");
        BeaconLightNode node = new BeaconLightNode(client);
        bytes memory update = _update("absent_1");
        // The proven block hash itself, and nothing else.
        update[167] ^= 0x01;
        (bool success, string memory message,) = node.verifyProofDataWithCache(true, 1, _withUpdate(update));
        assertFalse(success);
        assertEq(message, "BlsInvalidSignature()");
        vm.expectRevert(abi.encodeWithSignature("BlsInvalidSignature()"));
        node.updateBlockHeader(update);
    }

    function test_beaconNode_accepts_updates() public {
        BeaconLightClient client = _deployFor("absent_1");
        BeaconLightNode node = new BeaconLightNode(client);
        bytes memory update = _update("absent_1");
        uint64 slot = uint64(bytes8(_cut(update, 24, 32)));
        vm.expectEmit(address(node));
        emit IMapLightNode.UpdateBlockHeader(address(this), slot);
        node.updateLightClient(update);
        assertEq(node.headerHeight(), slot);
        assertEq(node.clientState(), abi.encode(client.trusted()));
        assertEq(node.finalizedState(""), abi.encode(client.latestHead(), _blockHashOf(update)));
        uint64 unknown = client.latestHead() + 1;
        vm.expectRevert(abi.encodeWithSelector(ILightClient.ClientUnknownHead.selector, unknown));
        node.finalizedState(abi.encode(unknown));

        (uint256 first, uint256 last) = node.verifiableHeaderRange();
        assertEq(first, slot - 8192);
        assertEq(last, slot);
        assertTrue(node.isVerifiable(slot, 0) && node.isVerifiable(slot - 8192, 0));
        assertFalse(node.isVerifiable(slot + 1, 0) || node.isVerifiable(slot - 8193, 0));
        assertTrue(node.isVerifiable(0, _blockHashOf(update)), "a head that is held");
        assertFalse(node.isVerifiable(0, keccak256("other")));
        assertEq(node.nodeType(), 1);
        assertEq(node.chainId(), client.chainId());

        vm.warp(vm.getBlockTimestamp() + client.config().trustingPeriod + 1);
        assertFalse(node.isVerifiable(slot, 0) || node.isVerifiable(0, _blockHashOf(update)));
        (first, last) = node.verifiableHeaderRange();
        assertEq(first + last, 0);
    }

    function test_beaconNode_accepts_proofWithUpdate() public {
        TakingClient client = _taking();
        BeaconLightNode node = new BeaconLightNode(IBeaconLightClient(address(client)));
        bytes memory proof = _withUpdate(_updateOf(8, keccak256(header)));
        bool success;
        string memory message;
        IMapLightVerifier.TxLog memory log;
        (success, message, log) = node.verifyProofData(1, proof);
        assertTrue(success, message);
        assertEq(log.data, datas[1]);
        assertEq(client.latestHead(), 0);
        (success, message, log) = node.verifyProofDataWithCache(true, 1, proof);
        assertTrue(success, message);
        assertEq(log.data, datas[1]);
        assertEq(client.latestHead(), 1);
        bytes memory logs;
        (success, message, logs) = node.verifyProofData(bytes.concat(hex"01", bytes8(uint64(1)), headers, _receipt()));
        assertTrue(success, message);
        assertEq(logs, _bothLogs());
    }

    /// @dev Without a head there is nothing to verify under, and a client that has never had one says so.
    function test_beaconNode_CLI_3_rejects_withoutHead() public {
        TakingClient client = _taking();
        BeaconLightNode node = new BeaconLightNode(IBeaconLightClient(address(client)));
        (bool success, string memory message,) =
            node.verifyProofData(1, bytes.concat(hex"01", bytes8(uint64(1)), headers, _receipt()));
        assertFalse(success);
        assertEq(message, "ClientUnknownHead(1)");
        (uint256 first, uint256 last) = node.verifiableHeaderRange();
        assertEq(first + last, 0);
    }

    function test_beaconNode_CLI_1_rejects_frozen() public {
        TakingClient client = _taking();
        BeaconLightNode node = new BeaconLightNode(IBeaconLightClient(address(client)));
        client.update(_updateOf(8, keccak256(header)));
        client.freeze();
        (bool success, string memory message,) =
            node.verifyProofData(1, bytes.concat(hex"01", bytes8(uint64(1)), headers, _receipt()));
        assertFalse(success);
        assertEq(message, "ClientFrozen(500)");
        assertFalse(node.isVerifiable(8, keccak256(header)));
    }

    function _taking() private returns (TakingClient) {
        vm.warp(500);
        return new TakingClient();
    }

    /// @dev As much of an update as `TakingClient` looks at.
    function _updateOf(uint64 slot, bytes32 blockHash) private pure returns (bytes memory) {
        return bytes.concat(new bytes(24), bytes8(slot), new bytes(104), blockHash);
    }

    function _withUpdate(bytes memory update) private view returns (bytes memory) {
        return bytes.concat(hex"00", bytes3(uint24(update.length)), update, headers, _receipt());
    }

    function _blockHashOf(bytes memory update) private pure returns (bytes32) {
        return bytes32(_cut(update, 136, 168));
    }

    function _cut(bytes memory data, uint256 from, uint256 to) private pure returns (bytes memory part) {
        part = new bytes(to - from);
        for (uint256 i = from; i < to; ++i) {
            part[i - from] = data[i];
        }
    }
}
