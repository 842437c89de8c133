// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ILightClient} from "../../src/interfaces/ILightClient.sol";
import {IMapLightClient} from "../../src/interfaces/IMapLightClient.sol";
import {ILightProver} from "../../src/interfaces/map/ILightProver.sol";
import {IMapLightNode} from "../../src/interfaces/map/IMapLightNode.sol";
import {IMapLightVerifier} from "../../src/interfaces/map/IMapLightVerifier.sol";
import {ReceiptLog as Receipts} from "../../src/libraries/ReceiptLog.sol"; // forge-std has a ReceiptLog of its own
import {MapChain} from "../support/MapChain.sol";
import {MapNodeFixture} from "./MapNodeFixture.sol";

/// @notice The node of the MAP relay chain over the real client.
contract MapLightNodeTest is MapNodeFixture {
    bytes private update;

    function setUp() public override {
        super.setUp();
        _deploy(4);
        update = _updateOf(_block(450, root));
    }

    // ── Proofs ──────────────────────────────────────────────────────────────────────────────────────────────────

    function test_mapNode_accepts_proofWithUpdate() public view {
        bytes memory proof = _withUpdate(update, _receipt());
        (bool success, string memory message, IMapLightVerifier.TxLog memory log) = node.verifyProofData(1, proof);
        assertTrue(success, message);
        assertEq(message, "");
        _assertSecondLog(log);
        bytes memory logs;
        (success, message, logs) = node.verifyProofData(proof);
        assertTrue(success, message);
        assertEq(message, "");
        assertEq(logs, _bothLogs());
        assertEq(client.latestHead(), 0, "nothing is taken over by a view");
    }

    function test_mapNode_accepts_cachingProofAndFurtherOnes() public {
        bytes memory proof = _withUpdate(update, _receipt());
        bool success;
        string memory message;
        IMapLightVerifier.TxLog memory log;
        (success, message, log) = node.verifyProofDataWithCache(true, 1, proof);
        assertTrue(success, message);
        _assertSecondLog(log);
        assertEq(client.latestHead(), 1);
        assertEq(client.receiptsRoot(1), root);

        (success, message, log) = node.verifyProofDataWithCache(true, 1, _ofHead(1, _receipt()));
        assertTrue(success, message);
        _assertSecondLog(log);
        (success, message, log) = node.verifyProofData(0, _ofHead(1, _receipt()));
        assertTrue(success, message);
        assertEq(log.addr, emitters[0]);
        assertEq(client.latestHead(), 1, "a head is no update");
    }

    function test_mapNode_accepts_withoutCaching() public {
        (bool success, string memory message, IMapLightVerifier.TxLog memory log) =
            node.verifyProofDataWithCache(false, 1, _withUpdate(update, _receipt()));
        assertTrue(success, message);
        _assertSecondLog(log);
        assertEq(client.latestHead(), 0);
    }

    function test_mapNode_accepts_allLogsWithCaching() public {
        (bool success, string memory message, bytes memory logs) =
            node.verifyProofDataWithCache(_withUpdate(update, _receipt()));
        assertTrue(success, message);
        assertEq(logs, _bothLogs());
        assertEq(client.latestHead(), 1);
        (success, message, logs) = node.verifyProofDataWithCache(_ofHead(1, _receipt()));
        assertTrue(success, message);
        assertEq(logs, _bothLogs());
    }

    /// @dev The block before a head is proven by two headers, without a signature.
    function test_mapNode_ANC_1_accepts_olderBlock() public {
        MapChain.Block memory older = _block(449, root);
        MapChain.Block memory newer = _block(450, keccak256("other receipts"));
        bytes[] memory headers = new bytes[](2);
        headers[1] = MapChain.header(older);
        newer.parentHash = keccak256(headers[1]);
        headers[0] = MapChain.header(newer);
        client.update(_updateOf(newer));

        bytes memory proof = _ofOlder(1, "", headers, _receipt());
        (bool success, string memory message, IMapLightVerifier.TxLog memory log) = node.verifyProofData(1, proof);
        assertTrue(success, message);
        _assertSecondLog(log);

        headers[1] = MapChain.header(_block(448, root));
        _assertRefused(
            _ofOlder(1, "", headers, _receipt()),
            string.concat(
                "HeaderHashMismatch(", vm.toString(newer.parentHash), ",", vm.toString(keccak256(headers[1])), ")"
            )
        );
        _assertRefused(_ofOlder(1, "", new bytes[](0), _receipt()), "AncestryEmpty()");
        _assertRefused(_ofOlder(1, hex"07", headers, _receipt()), "AncestryKind(7)");
        _assertRefused(_ofOlder(2, "", headers, _receipt()), "ClientUnknownHead(2)");
    }

    // ── Refusals ────────────────────────────────────────────────────────────────────────────────────────────────

    function test_mapNode_ANC_2_rejects_otherKindsAndShortProofs() public {
        client.update(update);
        _assertRefused("", "AncestryLength(1,0)");
        _assertRefused(hex"03", "AncestryKind(3)");
        _assertRefused(hex"000000", "AncestryLength(4,3)");
        _assertRefused(hex"0000000500", "AncestryLength(9,5)");
        _assertRefused(hex"01", "AncestryLength(9,1)");
        _assertRefused(hex"0100000000000000", "AncestryLength(9,8)");
        _assertRefused(hex"02000000000000000100", "AncestryLength(11,10)");
        _assertRefused(hex"0200000000000000010001", "AncestryLength(12,11)");
        _assertRefused(hex"0200000000000000010000", "AncestryLength(1,0)");
        _assertRefused(hex"020000000000000001000001", "AncestryLength(3,1)");
        _assertRefused(hex"0200000000000000010000010001", "AncestryLength(4,3)");
        _assertRefused(_ofHead(1, hex"000000"), "AncestryLength(4,3)");
    }

    function test_mapNode_CLI_3_rejects_unknownHead() public {
        _assertRefused(_ofHead(0, _receipt()), "ClientUnknownHead(0)");
        _assertRefused(_ofHead(1, _receipt()), "ClientUnknownHead(1)");
    }

    function test_mapNode_MPT_3_5_12_RCT_1_rejects_otherProofs() public {
        client.update(update);
        _assertRefused(_ofHead(1, hex"00000064"), "MptTruncatedProof(0)");
        _assertRefused(_ofHead(1, bytes.concat(hex"00000065", nodes)), "MptHashMismatch(2)");
        _assertRefused(_ofHead(1, bytes.concat(_receipt(), hex"80")), "MptTrailingNode(3)");
        client.update(_updateOf(_block(451, keccak256("other receipts"))));
        _assertRefused(_ofHead(2, _receipt()), "MptHashMismatch(0)");
    }

    function test_mapNode_RCT_6_rejects_missingLog() public {
        client.update(update);
        (bool success, string memory message, IMapLightVerifier.TxLog memory log) =
            node.verifyProofData(2, _ofHead(1, _receipt()));
        assertFalse(success);
        assertEq(message, "ReceiptLogMissing(2,2)");
        assertEq(abi.encode(log), abi.encode(IMapLightVerifier.TxLog(address(0), new bytes32[](0), "")));
    }

    /// @dev A root that nobody set is no root: a client that gave one would prove nothing by it.
    function test_mapNode_MPT_1_rejects_zeroRoot() public {
        client.update(_updateOf(_block(450, 0)));
        assertEq(client.receiptsRoot(1), 0);
        _assertRefused(_ofHead(1, _receipt()), "MptZeroRoot()");
        _assertRefused(_ofHead(1, hex"00000064"), "MptZeroRoot()");
    }

    function test_mapNode_MAP_8_rejects_updateWithoutQuorum() public {
        bytes memory few = MapChain.update(set, _block(450, root), MapChain.quorum(set.length) - 1);
        _assertRefused(_withUpdate(few, _receipt()), "MapQuorum(2,3)");
        assertEq(client.latestHead(), 0);
    }

    function test_mapNode_BNS_3_rejects_updateOfOtherBlock() public {
        bytes memory forged = update;
        bytes memory other = _updateOf(_block(451, root));
        // The header of one block under the seal of another: both are of equal length.
        assertEq(forged.length, other.length);
        uint256 headerAt = 2 + 64 * (set.length + 1) + 2;
        uint256 length = uint16(bytes2(bytes.concat(other[headerAt - 2], other[headerAt - 1])));
        for (uint256 i = headerAt; i < headerAt + length; ++i) {
            forged[i] = other[i];
        }
        (bool success, string memory message,) = node.verifyProofData(1, _withUpdate(forged, _receipt()));
        assertFalse(success);
        // The hints are for another message.
        assertEq(message, "Bn254HintInverse(0)");
    }

    function test_mapNode_CLI_2_rejects_afterExpiry() public {
        client.update(update);
        vm.warp(TIME + TRUSTING_PERIOD + 1);
        string memory expired = string.concat(
            "ClientExpired(", vm.toString(TIME + TRUSTING_PERIOD), ",", vm.toString(vm.getBlockTimestamp()), ")"
        );
        _assertRefused(_ofHead(1, _receipt()), expired);
        _assertRefused(_withUpdate(update, _receipt()), expired);
        assertFalse(node.isVerifiable(450, root));
        (uint256 first, uint256 last) = node.verifiableHeaderRange();
        assertEq(first + last, 0);
    }

    function test_mapNode_CLI_1_rejects_afterMisbehaviour() public {
        client.update(update);
        client.submitMisbehaviour(update, _updateOf(_block(450, keccak256("other receipts"))));
        string memory frozen = string.concat("ClientFrozen(", vm.toString(vm.getBlockTimestamp()), ")");
        _assertRefused(_ofHead(1, _receipt()), frozen);
        _assertRefused(_withUpdate(update, _receipt()), frozen);
        assertFalse(node.isVerifiable(450, root));
    }

    /// @dev A refused proof leaves behind what its update proved: that was true whatever became of the receipt.
    function test_mapNode_accepts_updateOfRefusedReceipt() public {
        (bool success, string memory message,) = node.verifyProofDataWithCache(true, 7, _withUpdate(update, _receipt()));
        assertFalse(success);
        assertEq(message, "ReceiptLogMissing(7,2)");
        assertEq(client.latestHead(), 1);
    }

    /// @dev With too little gas it fails, and says that it is no verdict.
    function test_mapNode_rejects_outOfGas() public {
        bytes memory proof = _withUpdate(update, _receipt());
        bytes memory call = abi.encodeWithSignature("verifyProofData(uint256,bytes)", 1, proof);
        (bool starved, bool enough) = (false, false);
        for (uint256 gas_ = 100_000; gas_ < 400_000; gas_ += 2000) {
            (bool answered, bytes memory answer) = address(node).staticcall{gas: gas_}(call);
            if (!answered) continue;
            (bool success, string memory message) = abi.decode(answer, (bool, string));
            if (success) {
                enough = true;
                continue;
            }
            assertFalse(enough);
            assertEq(message, "no reason: out of gas, or malformed");
            starved = true;
        }
        assertTrue(starved && enough);
    }

    /// @dev No byte can be changed to prove something else. Of the hints either sign of a root will do, so some changes prove the same.
    function test_mapNode_rejects_anyOtherByte(uint256 at, uint8 mask, bool ofHead) public {
        bytes memory proof = _withUpdate(update, _receipt());
        if (ofHead) {
            client.update(update);
            proof = _ofHead(1, _receipt());
        }
        proof[at % proof.length] ^= bytes1(mask == 0 ? 1 : mask);
        (bool success, string memory message, IMapLightVerifier.TxLog memory log) = node.verifyProofData(1, proof);
        if (success) {
            assertFalse(ofHead);
            _assertSecondLog(log);
        } else {
            assertGt(bytes(message).length, 0);
        }
    }

    // ── Updates and what is known ───────────────────────────────────────────────────────────────────────────────

    function test_mapNode_accepts_updatesOfEpochs() public {
        assertEq(node.headerHeight(), 400);
        bytes memory last = _updateOf(_block(500, root));
        bytes memory next = _updateOf(_block(550, root));
        vm.expectEmit(address(node));
        emit IMapLightNode.UpdateBlockHeader(address(this), 500);
        node.updateBlockHeader(last);
        assertEq(node.headerHeight(), 500);
        assertEq(client.latestHead(), 1);

        vm.expectEmit(address(node));
        emit IMapLightNode.UpdateBlockHeader(address(7), 500);
        vm.prank(address(7));
        node.updateLightClient(next);
        assertEq(client.latestHead(), 2);
    }

    function test_mapNode_rejects_refusedUpdates() public {
        bytes memory few = MapChain.update(set, _block(450, root), 2);
        bytes memory refusal = abi.encodeWithSignature("MapQuorum(uint256,uint256)", 2, 3);
        vm.expectRevert(refusal);
        node.updateBlockHeader(few);
        vm.expectRevert(refusal);
        node.updateLightClient(few);
    }

    function test_mapNode_verifiableHeaderRange() public {
        _assertRange(401, 500);
        for (uint64 epoch = EPOCH; epoch < EPOCH + 10; ++epoch) {
            client.update(_updateOf(_block(EPOCH_SIZE * epoch, root)));
            uint64 oldest = epoch + 1 - EPOCH < 8 ? EPOCH : epoch - 6;
            _assertRange(EPOCH_SIZE * (oldest - 1) + 1, EPOCH_SIZE * (epoch + 1));
        }
    }

    function test_mapNode_isVerifiable() public {
        assertFalse(node.isVerifiable(400, 0));
        assertTrue(node.isVerifiable(401, 0));
        assertTrue(node.isVerifiable(500, "whatever"));
        assertFalse(node.isVerifiable(501, 0));
        assertFalse(node.isVerifiable(501, root));
        client.update(update);
        assertTrue(node.isVerifiable(0, root), "held");
        assertFalse(node.isVerifiable(0, keccak256("other receipts")));
        for (uint64 i = 0; i < 63; ++i) {
            client.update(_updateOf(_block(451 + i % 40, keccak256("other receipts"))));
        }
        assertTrue(node.isVerifiable(0, root), "the last of those that are held");
        client.update(_updateOf(_block(499, keccak256("other receipts"))));
        assertFalse(node.isVerifiable(0, root), "overwritten");
    }

    function test_mapNode_states() public {
        assertEq(node.clientState(), abi.encode(client.trusted()));
        IMapLightClient.Trusted memory trusted = abi.decode(node.clientState(), (IMapLightClient.Trusted));
        assertEq(trusted.epoch, EPOCH);
        vm.expectRevert(abi.encodeWithSelector(ILightClient.ClientUnknownHead.selector, 0));
        node.finalizedState("");
        client.update(update);
        client.update(_updateOf(_block(451, keccak256("other receipts"))));
        bytes32 blockHash = keccak256(MapChain.header(_block(450, root)));
        assertEq(node.finalizedState(abi.encode(1)), abi.encode(1, blockHash, root));
        blockHash = keccak256(MapChain.header(_block(451, keccak256("other receipts"))));
        assertEq(node.finalizedState(""), abi.encode(2, blockHash, keccak256("other receipts")));
        vm.expectRevert(abi.encodeWithSelector(ILightClient.ClientUnknownHead.selector, 3));
        node.finalizedState(abi.encode(3));
    }

    function test_mapNode_saysWhatItIs() public {
        assertEq(node.nodeType(), 1);
        assertEq(node.chainId(), CHAIN_ID);
        assertEq(address(node.client()), address(client));
        assertEq(address(node.prover().client()), address(client));
        vm.roll(77);
        vm.expectEmit(address(node));
        emit IMapLightVerifier.ClientNotifySend(address(8), 77, "please");
        node.notifyLightClient(address(8), "please");
    }

    /// @dev The prover reverts with what the node tells.
    function test_mapNode_proverReverts() public {
        client.update(update);
        IMapLightVerifier.TxLog memory log = node.prover().proveLog(1, _ofHead(1, _receipt()));
        _assertSecondLog(log);
        assertEq(node.prover().proveReceipt(_ofHead(1, _receipt())), _bothLogs());
        bytes memory missing = abi.encodeWithSelector(Receipts.ReceiptLogMissing.selector, 2, 2);
        bytes memory proof = _ofHead(1, _receipt());
        ILightProver prover = node.prover();
        vm.expectRevert(missing);
        prover.proveLog(2, proof);
    }

    function _assertRange(uint256 first, uint256 last) private view {
        (uint256 gotFirst, uint256 gotLast) = node.verifiableHeaderRange();
        assertEq(gotFirst, first);
        assertEq(gotLast, last);
    }

    /// @dev By all four functions, with the same words, and without results.
    function _assertRefused(bytes memory proof, string memory reason) private {
        bool success;
        string memory message;
        IMapLightVerifier.TxLog memory log;
        bytes memory logs;
        bytes memory none = abi.encode(log);
        (success, message, log) = node.verifyProofData(1, proof);
        assertTrue(!success && keccak256(abi.encode(log)) == keccak256(none));
        assertEq(message, reason);
        (success, message, log) = node.verifyProofDataWithCache(true, 1, proof);
        assertTrue(!success && keccak256(abi.encode(log)) == keccak256(none));
        assertEq(message, reason);
        (success, message, logs) = node.verifyProofData(proof);
        assertTrue(!success && logs.length == 0);
        assertEq(message, reason);
        (success, message, logs) = node.verifyProofDataWithCache(proof);
        assertTrue(!success && logs.length == 0);
        assertEq(message, reason);
    }
}
