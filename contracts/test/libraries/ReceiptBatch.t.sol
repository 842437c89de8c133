// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTBatch} from "../../src/libraries/MPTBatch.sol";
import {MPTProof} from "../../src/libraries/MPTProof.sol";
import {ReceiptBatch} from "../../src/libraries/ReceiptBatch.sol";
import {ReceiptCompact} from "../../src/libraries/ReceiptCompact.sol";
import {ReceiptLog as Receipts} from "../../src/libraries/ReceiptLog.sol"; // forge-std has a ReceiptLog of its own
import {OnLibraries} from "../harness/ProofSuite.sol";
import {CompactEncode} from "../support/CompactEncode.sol";

/// @notice Receipts and logs in batches and in compact form are those that single proofs give.
contract ReceiptBatchTest is OnLibraries {
    /// @dev The receipts of a block of 200 that there are vectors of, in the order of their keys.
    uint64[] private order = [100, 0, 128, 196];
    mapping(uint64 transactionIndex => string) private cases;

    function setUp() public override {
        super.setUp();
        for (uint256 i = 0; i < order.length; ++i) {
            cases[order[i]] = _honest("receipt", string.concat("block of 200, receipt ", vm.toString(order[i])));
        }
    }

    /* The libraries, callable */

    function prove(bytes32 root, ReceiptBatch.Query[] calldata queries, bytes[] calldata nodes)
        external
        pure
        returns (bytes32[] memory topics, bytes[] memory data)
    {
        ReceiptBatch.Log[] memory logs = ReceiptBatch.prove(root, queries, nodes, Receipts.TypePolicy.Known);
        (topics, data) = (new bytes32[](logs.length), new bytes[](logs.length));
        for (uint256 i = 0; i < logs.length; ++i) {
            topics[i] = Receipts.topic(MPTBatch.valueAt(logs[i].topics), 0);
            data[i] = MPTBatch.valueAt(logs[i].data);
        }
    }

    function receiptsAt(bytes32 root, uint64[] calldata indices, bytes[] calldata nodes)
        external
        pure
        returns (bytes[] memory receipts)
    {
        uint256[] memory places = ReceiptBatch.receiptsAt(root, indices, nodes);
        receipts = new bytes[](places.length);
        for (uint256 i = 0; i < places.length; ++i) {
            receipts[i] = MPTBatch.valueAt(places[i]);
        }
    }

    function compactLog(
        bytes32 root,
        uint64 transactionIndex,
        bytes calldata proof,
        uint256 logIndex,
        address emitter,
        bytes32 topic0
    ) external pure returns (bytes memory data) {
        (, data) = ReceiptCompact.prove(
            root, transactionIndex, proof, Receipts.TypePolicy.Known, logIndex, emitter, topic0
        );
    }

    function compactAbsent(bytes32 root, uint64 transactionIndex, bytes calldata proof) external pure {
        ReceiptCompact.receiptAbsent(root, transactionIndex, proof);
    }

    /* Batches */

    function test_BAT_2_accepts_receiptsOfABlock() public view {
        bytes[] memory receipts = this.receiptsAt(_root(), order, _nodes());
        for (uint256 i = 0; i < order.length; ++i) {
            assertEq(receipts[i], vm.parseJsonBytes(_case(order[i]), ".expect.value"));
        }
    }

    function test_RCT_1_6_8_9_accepts_logsOfABlock() public view {
        (ReceiptBatch.Query[] memory queries, bytes[] memory expected) = _queries();
        assertGt(queries.length, order.length, "more than one log of a receipt");
        (bytes32[] memory topics, bytes[] memory data) = this.prove(_root(), queries, _nodes());
        for (uint256 i = 0; i < queries.length; ++i) {
            assertEq(topics[i], queries[i].topic0);
            assertEq(data[i], expected[i]);
        }
    }

    function test_BAT_1_2_3_rejects_receipts() public {
        bytes[] memory nodes = _nodes();
        bytes32 root = _root();
        vm.expectRevert(MPTBatch.BatchEmpty.selector);
        this.receiptsAt(root, new uint64[](0), nodes);
        vm.expectRevert(MPTBatch.BatchEmpty.selector);
        this.prove(root, new ReceiptBatch.Query[](0), nodes);

        // the order of indices is not that of keys
        (order[0], order[1]) = (order[1], order[0]);
        bytes[] memory other = _nodes();
        vm.expectRevert(abi.encodeWithSelector(MPTBatch.BatchOrder.selector, 1));
        this.receiptsAt(root, order, other);
        (order[0], order[1]) = (order[1], order[0]);

        string memory absent = _honest("receipt", "block of 128, receipt 128");
        vm.expectRevert(abi.encodeWithSelector(MPTBatch.BatchKeyAbsent.selector, 0));
        uint64[] memory one = new uint64[](1);
        one[0] = 128;
        this.receiptsAt(vm.parseJsonBytes32(absent, ".root"), one, vm.parseJsonBytesArray(absent, ".proof"));
    }

    function test_RCT_6_8_9_rejects_logOfABlock() public {
        (ReceiptBatch.Query[] memory queries,) = _queries();
        bytes[] memory nodes = _nodes();
        bytes32 root = _root();
        uint256 last = queries.length - 1;
        bytes32 topic0 = queries[last].topic0;
        queries[last].topic0 = ~topic0;
        vm.expectRevert(abi.encodeWithSelector(Receipts.ReceiptLogTopic.selector, ~topic0, topic0));
        this.prove(root, queries, nodes);
        address emitter = queries[last].emitter;
        queries[last].emitter = address(this);
        vm.expectRevert(abi.encodeWithSelector(Receipts.ReceiptLogEmitter.selector, address(this), emitter));
        this.prove(root, queries, nodes);
        queries[last].logIndex = 99;
        uint256 count = _logs(queries[last].transactionIndex);
        vm.expectRevert(abi.encodeWithSelector(Receipts.ReceiptLogMissing.selector, 99, count));
        this.prove(root, queries, nodes);
        // a receipt that is asked for again later is another item
        queries[last] = queries[0];
        vm.expectRevert(abi.encodeWithSelector(MPTBatch.BatchOrder.selector, _items(queries)));
        this.prove(root, queries, nodes);
    }

    /* Compact */

    function test_CPT_1_3_accepts_logs() public view {
        (ReceiptBatch.Query[] memory queries, bytes[] memory expected) = _queries();
        for (uint256 i = 0; i < queries.length; ++i) {
            ReceiptBatch.Query memory query = queries[i];
            bytes memory proof = _compact(_case(query.transactionIndex));
            bytes memory data =
                this.compactLog(_root(), query.transactionIndex, proof, query.logIndex, query.emitter, query.topic0);
            assertEq(data, expected[i]);
        }
        string memory absent = _honest("receipt", "block of 129, receipt 129");
        this.compactAbsent(vm.parseJsonBytes32(absent, ".root"), 129, _compact(absent));
    }

    function test_CPT_1_3_rejects_otherReceipt() public {
        bytes memory proof = _compact(_case(100));
        bytes32 root = _root();
        vm.expectRevert(MPTProof.MptKeyPresent.selector);
        this.compactAbsent(root, 100, proof);
        vm.expectRevert(abi.encodeWithSelector(MPTProof.MptHashMismatch.selector, 2));
        this.compactLog(root, 101, proof, 0, address(0), 0);
    }

    /* Vectors */

    function _case(uint64 transactionIndex) private view returns (string memory) {
        return cases[transactionIndex];
    }

    function _root() private view returns (bytes32) {
        return vm.parseJsonBytes32(_case(100), ".root");
    }

    function _compact(string memory json) private pure returns (bytes memory proof) {
        (, proof) = CompactEncode.encode(vm.parseJsonBytes(json, ".key"), vm.parseJsonBytesArray(json, ".proof"));
    }

    /// @dev The nodes of all proofs, less what each shares with the one before.
    function _nodes() private view returns (bytes[] memory nodes) {
        nodes = new bytes[](64);
        bytes[] memory last = new bytes[](0);
        uint256 count;
        for (uint256 i = 0; i < order.length; ++i) {
            bytes[] memory own = vm.parseJsonBytesArray(_case(order[i]), ".proof");
            uint256 shared;
            while (shared < last.length && keccak256(last[shared]) == keccak256(own[shared])) ++shared;
            for (uint256 j = shared; j < own.length; ++j) {
                nodes[count++] = own[j];
            }
            last = own;
        }
        assembly ("memory-safe") {
            mstore(nodes, count) // shortens the array to what has been found
        }
    }

    /// @dev All logs with a topic of the receipts that succeeded, and their data.
    function _queries() private view returns (ReceiptBatch.Query[] memory queries, bytes[] memory data) {
        (queries, data) = (new ReceiptBatch.Query[](32), new bytes[](32));
        uint256 count;
        for (uint256 i = 0; i < order.length; ++i) {
            string memory json = _case(order[i]);
            for (uint256 j = 0; j < _logs(order[i]); ++j) {
                string memory log = string.concat(".logs[", vm.toString(j), "]");
                if (!vm.keyExistsJson(json, string.concat(log, ".topics[0]"))) continue;
                queries[count] = ReceiptBatch.Query({
                    transactionIndex: order[i],
                    logIndex: j,
                    emitter: vm.parseJsonAddress(json, string.concat(log, ".emitter")),
                    topic0: vm.parseJsonBytes32(json, string.concat(log, ".topics[0]"))
                });
                data[count++] = vm.parseJsonBytes(json, string.concat(log, ".data"));
            }
        }
        assembly ("memory-safe") {
            mstore(queries, count) // shortens the arrays to what has been found
            mstore(data, count)
        }
    }

    /// @dev How many logs a receipt has; none that can be asked for if its transaction failed.
    function _logs(uint64 transactionIndex) private view returns (uint256 count) {
        string memory json = _case(transactionIndex);
        if (!vm.parseJsonBool(json, ".succeeded")) return 0;
        while (vm.keyExistsJson(json, string.concat(".logs[", vm.toString(count), "]"))) ++count;
    }

    function _items(ReceiptBatch.Query[] memory queries) private pure returns (uint256 count) {
        for (uint256 i = 0; i + 1 < queries.length; ++i) {
            if (i == 0 || queries[i].transactionIndex != queries[i - 1].transactionIndex) ++count;
        }
    }
}
