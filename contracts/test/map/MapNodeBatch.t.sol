// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ILightProver} from "../../src/interfaces/map/ILightProver.sol";
import {IMapLightVerifier} from "../../src/interfaces/map/IMapLightVerifier.sol";
import {MessageProofs} from "../support/MessageProofs.sol";
import {TrieBuild} from "../support/TrieBuild.sol";
import {MapNodeFixture} from "./MapNodeFixture.sol";
import {RLP} from "@openzeppelin/contracts/utils/RLP.sol";

/// @notice Many logs of one block in one call, under a block that the call brings along or that is held.
contract MapNodeBatchTest is MapNodeFixture, TrieBuild {
    /// @dev In the order of their keys.
    uint64[5] private indices = [3, 40, 127, 0, 128];

    bytes private update;
    bytes[] private list;
    ILightProver.LogQuery[] private queries;

    function setUp() public override {
        super.setUp();
        _deploy(4);
        bytes[] memory keys = new bytes[](200);
        bytes[] memory values = new bytes[](200);
        for (uint64 place = 0; place < 200; ++place) {
            // 1 to 127, 0, 128 to 199
            uint64 index = place < 127 ? place + 1 : place == 127 ? 0 : place;
            keys[place] = RLP.encode(uint256(index));
            values[place] = _receiptOf(index, index != 7);
        }
        update = _updateOf(_block(450, _build(keys, values)));
        for (uint256 i = 0; i < indices.length; ++i) {
            queries.push(ILightProver.LogQuery(indices[i], 1));
        }
        queries.push(ILightProver.LogQuery(128, 0));
        list = _proof(indices);
    }

    function test_mapNode_BAT_1_accepts_batchWithUpdate() public {
        (bool success, string memory message, IMapLightVerifier.TxLog[] memory logs) =
            node.verifyLogs(true, _withUpdate(update, ""), queries, list);
        assertTrue(success, message);
        assertEq(message, "");
        _assertLogs(logs);
        assertEq(client.latestHead(), 1);

        (success, message, logs) = node.verifyLogs(true, _ofHead(1, ""), queries, list);
        assertTrue(success, message);
        _assertLogs(logs);
        assertEq(client.latestHead(), 1);
        _assertLogs(node.prover().proveLogs(_ofHead(1, ""), queries, list));
    }

    function test_mapNode_BAT_1_accepts_batchWithoutCaching() public {
        (bool success, string memory message, IMapLightVerifier.TxLog[] memory logs) =
            node.verifyLogs(false, _withUpdate(update, ""), queries, list);
        assertTrue(success, message);
        _assertLogs(logs);
        assertEq(client.latestHead(), 0);
    }

    function test_mapNode_BAT_1_2_3_rejects_otherBatches() public {
        client.update(update);
        _assertRefused(_ofHead(2, ""), "ClientUnknownHead(2)");
        _assertRefused(_ofHead(1, hex"00"), "AncestryLength(9,10)");
        _assertRefused(_ofHead(1, _receipt()), string.concat("AncestryLength(9,", vm.toString(13 + nodes.length), ")"));

        _swap(0, 1);
        _assertRefused(_ofHead(1, ""), "MptHashMismatch(1)");
        _swap(0, 1);
        uint64[] memory all = new uint64[](3);
        (all[0], all[1], all[2]) = (3, 40, 0);
        list = _proofOf(all);
        _swap(2, 3);
        _assertRefused(_ofHead(1, ""), "BatchOrder(3)");
        _swap(2, 3);
        list = _proof(indices);

        queries[5].logIndex = 2;
        _assertRefused(_ofHead(1, ""), "ReceiptLogMissing(2,2)");
        queries[5].logIndex = 0;

        list.push(hex"80");
        _assertRefused(_ofHead(1, ""), string.concat("MptTrailingNode(", vm.toString(list.length - 1), ")"));
        list.pop();
        list.pop();
        _assertRefused(_ofHead(1, ""), string.concat("MptTruncatedProof(", vm.toString(list.length), ")"));

        delete queries;
        _assertRefused(_ofHead(1, ""), "BatchEmpty()");
        queries.push(ILightProver.LogQuery(200, 0));
        uint64[] memory absent = new uint64[](1);
        absent[0] = 200;
        list = _proofOf(absent);
        _assertRefused(_ofHead(1, ""), "BatchKeyAbsent(0)");
        queries[0].transactionIndex = absent[0] = 7;
        list = _proofOf(absent);
        _assertRefused(_ofHead(1, ""), "ReceiptFailed()");
    }

    function test_mapNode_rejects_batchUnderRefusedUpdate() public {
        (bool success, string memory message, IMapLightVerifier.TxLog[] memory logs) =
            node.verifyLogs(true, _withUpdate(hex"0000", ""), queries, list);
        assertFalse(success);
        assertEq(message, "MapUpdateLength(66,2)");
        assertEq(logs.length, 0);
    }

    /// @dev What the nodes above save: six logs of five receipts for less than three proofs.
    function test_mapNode_gasOfBatch() public {
        client.update(update);
        bytes memory proof = _ofHead(1, "");
        bytes[] memory nodes_ = list;
        ILightProver.LogQuery[] memory queries_ = queries;
        uint256 batch = gasleft();
        node.verifyLogs(true, proof, queries_, nodes_);
        batch -= gasleft();
        assertLt(batch, 150_000);
    }

    function _assertRefused(bytes memory proof, string memory reason) private {
        (bool success, string memory message, IMapLightVerifier.TxLog[] memory logs) =
            node.verifyLogs(false, proof, queries, list);
        assertFalse(success);
        assertEq(message, reason);
        assertEq(logs.length, 0);
    }

    function _swap(uint256 i, uint256 j) private {
        ILightProver.LogQuery memory query = queries[i];
        queries[i] = queries[j];
        queries[j] = query;
    }

    function _assertLogs(IMapLightVerifier.TxLog[] memory logs) private view {
        assertEq(logs.length, queries.length);
        for (uint256 i = 0; i < logs.length; ++i) {
            MessageProofs.Log memory expected = _log(queries[i].transactionIndex, queries[i].logIndex);
            assertEq(logs[i].addr, expected.emitter);
            assertEq(logs[i].topics, expected.topics);
            assertEq(logs[i].data, expected.data);
        }
    }

    function _proof(uint64[5] memory of_) private returns (bytes[] memory) {
        uint64[] memory several = new uint64[](5);
        for (uint256 i = 0; i < 5; ++i) {
            several[i] = of_[i];
        }
        return _proofOf(several);
    }

    function _proofOf(uint64[] memory of_) private returns (bytes[] memory) {
        bytes[] memory keys = new bytes[](of_.length);
        for (uint256 i = 0; i < keys.length; ++i) {
            keys[i] = RLP.encode(uint256(of_[i]));
        }
        return _prove(keys);
    }

    function _receiptOf(uint64 index, bool success) private pure returns (bytes memory) {
        MessageProofs.Log[] memory logs = new MessageProofs.Log[](success ? 2 : 0);
        for (uint256 i = 0; i < logs.length; ++i) {
            logs[i] = _log(index, i);
        }
        return MessageProofs.receipt(success, logs);
    }

    function _log(uint64 index, uint256 logIndex) private pure returns (MessageProofs.Log memory log) {
        log.emitter = address(uint160(1000 + index));
        log.topics = new bytes32[](logIndex + index % 3);
        for (uint256 i = 0; i < log.topics.length; ++i) {
            log.topics[i] = keccak256(abi.encode(index, logIndex, i));
        }
        log.data = abi.encode(index, logIndex);
    }
}
