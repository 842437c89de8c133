// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ILightClient} from "../../src/interfaces/ILightClient.sol";
import {IMapLightNode} from "../../src/interfaces/map/IMapLightNode.sol";
import {IMapLightVerifier} from "../../src/interfaces/map/IMapLightVerifier.sol";
import {AttestedLightClient} from "../../src/light-clients/AttestedLightClient.sol";
import {AttestedLightNode} from "../../src/map/AttestedLightNode.sol";
import {AttestorsTest} from "../support/AttestorsTest.sol";
import {MessageProofs} from "../support/MessageProofs.sol";
import {ProvenReceipt} from "./ProvenReceipt.sol";

/// @notice The node of a chain that attestors alone speak for: ATT-6 behind MAP's ABI, over the real client.
contract AttestedLightNodeTest is AttestorsTest, ProvenReceipt {
    uint64 private constant NUMBER = 9;

    AttestedLightClient private client;
    AttestedLightNode private node;
    bytes private header;
    bytes private update;
    bytes private behind; // header and receipt

    function setUp() public override(AttestorsTest, ProvenReceipt) {
        AttestorsTest.setUp();
        ProvenReceipt.setUp();
        client = new AttestedLightClient(attestors, CHAIN);
        node = new AttestedLightNode(client);
        header = MessageProofs.header(keccak256("parent"), root, NUMBER);
        update = _updateOf(NUMBER, keccak256(header));
        behind = bytes.concat(hex"01", bytes2(uint16(header.length)), header, _receipt());
    }

    function test_attestedNode_ATT_6_accepts_blockThatIsSigned() public {
        bytes memory proof = _withUpdate(update);
        (bool success, string memory message, IMapLightVerifier.TxLog memory log) = node.verifyProofData(1, proof);
        _assertSecondLog(success, message, log);
        assertEq(client.latestHead(), 0);

        vm.expectEmit(address(node));
        emit IMapLightNode.UpdateBlockHeader(address(this), NUMBER);
        node.updateBlockHeader(update);
        (success, message, log) = node.verifyProofData(1, bytes.concat(hex"01", bytes8(uint64(1)), behind));
        _assertSecondLog(success, message, log);
    }

    function test_attestedNode_ATT_6_accepts_updateThatIsTakenOver() public {
        (bool success, string memory message, IMapLightVerifier.TxLog memory log) =
            node.verifyProofDataWithCache(true, 1, _withUpdate(update));
        _assertSecondLog(success, message, log);
        assertEq(client.headHash(1), keccak256(header));
    }

    function test_attestedNode_ATT_1_2_3_4_6_rejects_updates() public {
        bytes memory changed = bytes.concat(update);
        changed[changed.length - 1] = 0x02;
        _refuses("AttestationSignature(1)", _withUpdate(changed));
        _refuses("AttestationLength(130,0)", _withUpdate(_cut(update, 40)));
        _refuses("AttestationLength(40,39)", _withUpdate(_cut(update, 39)));
        changed = bytes.concat(_cut(update, 40), _sign(attestors.headDigest(CHAIN, NUMBER, keccak256(header)), 1, 0));
        _refuses("AttestationOrder(1)", _withUpdate(changed));

        client.update(update);
        _refuses("AttestedNotNewer(9,9)", _withUpdate(update));
        attestors.setAttestors(CHAIN, new address[](0), 0);
        _refuses("AttestorsUnknown(22776)", _withUpdate(_updateOf(10, keccak256(header))));
    }

    function test_attestedNode_HDR_1_CLI_3_ANC_2_rejects_blocks() public {
        bytes32 other = keccak256("another block");
        bytes memory signed = _updateOf(NUMBER, other);
        _refuses(
            string.concat("HeaderHashMismatch(", vm.toString(other), ",", vm.toString(keccak256(header)), ")"),
            _withUpdate(signed)
        );
        _refuses("ClientUnknownHead(1)", bytes.concat(hex"01", bytes8(uint64(1)), behind));
        client.update(update);
        bytes memory older = bytes.concat(hex"02", bytes8(uint64(1)), bytes2(uint16(1)), hex"02", behind);
        _refuses("AncestryKind(2)", older);
        // An older block by none at all is the head itself.
        older = bytes.concat(hex"02", bytes8(uint64(1)), bytes2(0), behind);
        (bool success, string memory message, IMapLightVerifier.TxLog memory log) = node.verifyProofData(1, older);
        _assertSecondLog(success, message, log);
    }

    /// @dev An oracle: nobody is told that this is a light client.
    function test_attestedNode_saysWhatItIs() public {
        assertEq(node.nodeType(), 3);
        assertEq(node.chainId(), CHAIN);
        assertEq(address(node.client()), address(client));
        _assertRange(0);
        assertFalse(node.isVerifiable(0, 0));
        assertFalse(node.isVerifiable(NUMBER, keccak256(header)));
        vm.expectRevert(abi.encodeWithSelector(ILightClient.ClientUnknownHead.selector, 0));
        node.finalizedState("");

        client.update(update);
        client.update(_updateOf(20, keccak256("newer")));
        _assertRange(20);
        assertTrue(node.isVerifiable(20, 0));
        assertTrue(node.isVerifiable(NUMBER, keccak256(header)));
        assertFalse(node.isVerifiable(NUMBER, 0));
        assertEq(node.clientState(), abi.encode(2, 20));
        assertEq(node.finalizedState(""), abi.encode(2, keccak256("newer")));
        assertEq(node.finalizedState(abi.encode(1)), abi.encode(1, keccak256(header)));
    }

    function _assertRange(uint256 height) private view {
        (uint256 first, uint256 last) = node.verifiableHeaderRange();
        assertEq(first, height);
        assertEq(last, height);
        assertEq(node.headerHeight(), height);
    }

    function _assertSecondLog(bool success, string memory message, IMapLightVerifier.TxLog memory log) private view {
        assertEq(message, "");
        assertTrue(success);
        assertEq(log.addr, emitters[1]);
        assertEq(log.topics, topics[1]);
        assertEq(log.data, datas[1]);
    }

    function _refuses(string memory reason, bytes memory proof) private view {
        (bool success, string memory message,) = node.verifyProofData(1, proof);
        assertFalse(success);
        assertEq(message, reason);
    }

    function _updateOf(uint64 number, bytes32 hash) private view returns (bytes memory) {
        return bytes.concat(abi.encodePacked(number, hash), _sign(attestors.headDigest(CHAIN, number, hash), 0, 1));
    }

    function _withUpdate(bytes memory encoded) private view returns (bytes memory) {
        // casting to 'uint24' is safe because updates of tests are short
        // forge-lint: disable-next-line(unsafe-typecast)
        return bytes.concat(hex"00", bytes3(uint24(encoded.length)), encoded, behind);
    }
}
