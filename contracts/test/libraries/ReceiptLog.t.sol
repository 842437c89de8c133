// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTProof} from "../../src/libraries/MPTProof.sol";
import {RLPReader} from "../../src/libraries/RLPReader.sol";
import {ReceiptLog as Receipts} from "../../src/libraries/ReceiptLog.sol"; // forge-std has a ReceiptLog of its own
import {OnLibraries, OnReference, ProofSuite} from "../harness/ProofSuite.sol";
import {RlpEncode} from "../harness/RlpEncode.sol";

// One suite, and the two subjects it runs on; its numbers are counted up to what fits a byte.
// forge-lint: disable-start(multi-contract-file, unsafe-typecast)
abstract contract ReceiptLogSuite is ProofSuite {
    using RlpEncode for bytes;

    Receipts.TypePolicy private constant KNOWN = Receipts.TypePolicy.Known;
    address private constant EMITTER = 0x1111111111111111111111111111111111111111;
    bytes32 private constant TOPIC = keccak256("Event()");
    bytes private constant STATUS = hex"01";
    bytes private constant GAS = hex"825208";

    /* RCT-1 */

    function test_RCT_1_accepts_keys() public view {
        assertEq(harness.indexKey(0), hex"80");
        assertEq(harness.indexKey(1), hex"01");
        assertEq(harness.indexKey(0x7f), hex"7f");
        assertEq(harness.indexKey(0x80), hex"8180");
        assertEq(harness.indexKey(0xff), hex"81ff");
        assertEq(harness.indexKey(0x100), hex"820100");
        assertEq(harness.indexKey(0xffff), hex"82ffff");
        assertEq(harness.indexKey(0x10000), hex"83010000");
        assertEq(harness.indexKey(1 << 56), hex"880100000000000000");
        assertEq(harness.indexKey(type(uint64).max), hex"88ffffffffffffffff");
    }

    function testFuzz_RCT_1_accepts_keyIsCanonicalInteger(uint64 index, uint8 shift) public view {
        index >>= shift % 64;
        assertEq(harness.rlpUint(harness.indexKey(index), 8), index);
    }

    function test_RCT_1_2_3_4_5_6_8_9_accepts_honest() public {
        string[] memory cases = _honest("receipt");
        for (uint256 i = 0; i < cases.length; ++i) {
            _verifyHonest(cases[i]);
        }
    }

    function _verifyHonest(string memory json) private {
        bytes32 root = vm.parseJsonBytes32(json, ".root");
        bytes[] memory nodes = vm.parseJsonBytesArray(json, ".proof");
        uint64 index = uint64(vm.parseJsonUint(json, ".transactionIndex"));
        assertEq(harness.indexKey(index), vm.parseJsonBytes(json, ".key"));
        if (_isAbsent(json)) {
            vm.expectRevert(MPTProof.MptKeyAbsent.selector);
            harness.proveLog(root, index, nodes, KNOWN, 0, EMITTER, TOPIC);
            return;
        }
        if (!vm.parseJsonBool(json, ".succeeded")) {
            vm.expectRevert(Receipts.ReceiptFailed.selector);
            harness.proveLog(root, index, nodes, KNOWN, 0, EMITTER, TOPIC);
            return;
        }
        uint256 count;
        while (vm.keyExistsJson(json, string.concat(".logs[", vm.toString(count), "]"))) {
            _verifyHonestLog(json, root, index, nodes, count++);
        }
        vm.expectRevert(abi.encodeWithSelector(Receipts.ReceiptLogMissing.selector, count, count));
        harness.proveLog(root, index, nodes, KNOWN, count, EMITTER, TOPIC);
    }

    function _verifyHonestLog(string memory json, bytes32 root, uint64 index, bytes[] memory nodes, uint256 i) private {
        string memory path = string.concat(".logs[", vm.toString(i), "]");
        address emitter = vm.parseJsonAddress(json, string.concat(path, ".emitter"));
        bytes32[] memory topics = vm.parseJsonBytes32Array(json, string.concat(path, ".topics"));
        if (topics.length == 0) {
            vm.expectRevert(abi.encodeWithSelector(Receipts.ReceiptLogTopic.selector, TOPIC, bytes32(0)));
            harness.proveLog(root, index, nodes, KNOWN, i, emitter, TOPIC);
            return;
        }
        (bytes32[] memory got, bytes memory data) = harness.proveLog(root, index, nodes, KNOWN, i, emitter, topics[0]);
        assertEq(got, topics);
        assertEq(data, vm.parseJsonBytes(json, string.concat(path, ".data")));
        vm.expectRevert(abi.encodeWithSelector(Receipts.ReceiptLogEmitter.selector, EMITTER, emitter));
        harness.proveLog(root, index, nodes, KNOWN, i, EMITTER, topics[0]);
    }

    /// @dev Every honest proof of absence is of an index that the block has no transaction at.
    function test_RCT_1_accepts_rejects_absence() public {
        string[] memory cases = _honest("receipt");
        uint256 absent;
        for (uint256 i = 0; i < cases.length; ++i) {
            bytes32 root = vm.parseJsonBytes32(cases[i], ".root");
            bytes[] memory nodes = vm.parseJsonBytesArray(cases[i], ".proof");
            if (_isAbsent(cases[i])) ++absent;
            else vm.expectRevert(MPTProof.MptKeyPresent.selector);
            harness.receiptAbsent(root, uint64(vm.parseJsonUint(cases[i], ".transactionIndex")), nodes);
        }
        assertGt(absent, 0);
        harness.receiptAbsent(MPTProof.EMPTY_ROOT, 0, new bytes[](0));
    }

    /// @dev The proof of one receipt does not prove the log of another index.
    function test_RCT_1_rejects_otherIndex() public {
        string memory json = _honest("receipt", "block of 128, receipt 1");
        bytes32 root = vm.parseJsonBytes32(json, ".root");
        bytes[] memory nodes = vm.parseJsonBytesArray(json, ".proof");
        vm.expectRevert(abi.encodeWithSelector(MPTProof.MptHashMismatch.selector, 2));
        harness.proveLog(root, 2, nodes, KNOWN, 0, EMITTER, TOPIC);
        vm.expectRevert(abi.encodeWithSelector(MPTProof.MptHashMismatch.selector, 1));
        harness.proveLog(root, 0x7f, nodes, KNOWN, 0, EMITTER, TOPIC);
    }

    /* RCT-2 */

    function test_RCT_2_rejects_everyFirstByte() public {
        bytes memory body = _receipt(_log());
        for (uint256 first = 0; first < 256; ++first) {
            if (first >= 0xc0) continue;
            bytes memory receipt = bytes.concat(bytes1(uint8(first)), body);
            bool known = first >= 1 && first <= 4;
            if (!known) vm.expectRevert(abi.encodeWithSelector(Receipts.ReceiptUnknownType.selector, first));
            harness.selectLog(receipt, KNOWN, 0, EMITTER, TOPIC);
            bool any = first >= 1 && first <= 0x7f;
            if (!any) vm.expectRevert(abi.encodeWithSelector(Receipts.ReceiptUnknownType.selector, first));
            harness.selectLog(receipt, Receipts.TypePolicy.Any, 0, EMITTER, TOPIC);
        }
        harness.selectLog(body, KNOWN, 0, EMITTER, TOPIC);
    }

    /// @dev The network form, a typed receipt as an RLP string, is no value of the trie.
    function test_RCT_2_rejects_networkForm() public {
        bytes memory receipt = bytes.concat(hex"02", _receipt(_log())).str();
        _refuses(abi.encodeWithSelector(Receipts.ReceiptUnknownType.selector, 0xb9), receipt);
    }

    function test_RCT_2_rejects_noByte() public {
        _refuses(abi.encodeWithSelector(RLPReader.RlpInputTooShort.selector), "");
        _refuses(abi.encodeWithSelector(RLPReader.RlpInputTooShort.selector), hex"02");
    }

    /* RCT-3 */

    function test_RCT_3_rejects_exactList() public {
        _refuses(
            abi.encodeWithSelector(RLPReader.RlpTrailingBytes.selector),
            bytes.concat(hex"02", _receipt(_log()), hex"00")
        );
        _refuses(abi.encodeWithSelector(RLPReader.RlpUnexpectedString.selector), hex"0280");
    }

    function test_RCT_3_rejects_fieldCount() public {
        for (uint256 count = 0; count < 7; ++count) {
            bytes memory fields;
            for (uint256 i = 0; i < count; ++i) {
                fields = bytes.concat(fields, hex"c0");
            }
            uint256 got = count > 5 ? 5 : count;
            if (count != 4) {
                _refuses(abi.encodeWithSelector(Receipts.ReceiptFieldCount.selector, got), fields.list());
            }
        }
        _refuses(abi.encodeWithSelector(RLPReader.RlpInputTooShort.selector), hex"c20181");
    }

    /* RCT-4 */

    function test_RCT_4_rejects_status() public {
        bytes memory status = abi.encodeWithSelector(Receipts.ReceiptStatus.selector);
        bytes memory logs = _log().list();
        _refuses(status, _fields(hex"00", GAS, logs));
        _refuses(status, _fields(hex"02", GAS, logs));
        _refuses(status, _fields(hex"8180", GAS, logs));
        _refuses(status, _fields(hex"820001", GAS, logs));
        _refuses(status, _fields(new bytes(31).str(), GAS, logs));
        _refuses(status, _fields(new bytes(33).str(), GAS, logs));
        _refuses(
            abi.encodeWithSelector(Receipts.ReceiptStateRoot.selector), _fields(bytes.concat(TOPIC).str(), GAS, logs)
        );
        _refuses(abi.encodeWithSelector(RLPReader.RlpNonCanonicalSingleByte.selector), _fields(hex"8101", GAS, logs));
        _refuses(abi.encodeWithSelector(RLPReader.RlpUnexpectedList.selector), _fields(hex"c101", GAS, logs));
        // before the gas
        _refuses(status, _fields(hex"02", hex"c0", logs));
    }

    function test_RCT_4_rejects_cumulativeGas() public {
        bytes memory logs = _log().list();
        bytes memory tooLarge = abi.encodeWithSelector(RLPReader.RlpIntegerTooLarge.selector, 8, 9);
        _refuses(tooLarge, _fields(STATUS, hex"89010000000000000000", logs));
        bytes memory leadingZero = abi.encodeWithSelector(RLPReader.RlpIntegerLeadingZero.selector);
        _refuses(leadingZero, _fields(STATUS, hex"820001", logs));
        _refuses(abi.encodeWithSelector(RLPReader.RlpUnexpectedList.selector), _fields(STATUS, hex"c0", logs));
        harness.selectLog(_fields(STATUS, hex"88ffffffffffffffff", logs), KNOWN, 0, EMITTER, TOPIC);
        harness.selectLog(_fields(STATUS, hex"80", logs), KNOWN, 0, EMITTER, TOPIC);
    }

    function test_RCT_4_RLP_8_rejects_bloom() public {
        uint16[4] memory lengths = [0, 255, 257, 512];
        for (uint256 i = 0; i < lengths.length; ++i) {
            bytes memory bloom = new bytes(lengths[i]);
            bytes memory receipt = bytes.concat(STATUS, GAS, bloom.str(), _log().list()).list();
            _refuses(abi.encodeWithSelector(RLPReader.RlpWrongLength.selector, 256, lengths[i]), receipt);
        }
        bytes memory list = bytes.concat(STATUS, GAS, new bytes(256).list(), _log().list()).list();
        _refuses(abi.encodeWithSelector(RLPReader.RlpUnexpectedList.selector), list);
    }

    function test_RCT_4_rejects_logsAreString() public {
        _refuses(abi.encodeWithSelector(RLPReader.RlpUnexpectedString.selector), _fields(STATUS, GAS, hex"80"));
        // before RCT-5
        _refuses(abi.encodeWithSelector(RLPReader.RlpUnexpectedString.selector), _fields(hex"80", GAS, hex"80"));
    }

    /* RCT-5, RCT-6 */

    function test_RCT_5_rejects_failed() public {
        _refuses(abi.encodeWithSelector(Receipts.ReceiptFailed.selector), _fields(hex"80", GAS, _log().list()));
        // before RCT-6
        _refuses(abi.encodeWithSelector(Receipts.ReceiptFailed.selector), _fields(hex"80", GAS, hex"c0"));
    }

    function test_RCT_6_rejects_logMissing() public {
        bytes memory receipt = _receipt(bytes.concat(_log(), _log()));
        uint256[4] memory indices = [2, 3, uint256(type(uint64).max), type(uint256).max];
        for (uint256 i = 0; i < indices.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(Receipts.ReceiptLogMissing.selector, indices[i], 2));
            harness.selectLog(receipt, KNOWN, indices[i], EMITTER, TOPIC);
        }
        _refuses(abi.encodeWithSelector(Receipts.ReceiptLogMissing.selector, 0, 0), _receipt(""));
    }

    function test_RCT_6_rejects_headersUpToTheLog() public {
        // what precedes the log has only its header read, what follows is not looked at
        bytes memory receipt = _receipt(bytes.concat(hex"c2c0c0", hex"05", _log(), hex"81"));
        harness.selectLog(receipt, KNOWN, 2, EMITTER, TOPIC);
        vm.expectRevert(RLPReader.RlpInputTooShort.selector);
        harness.selectLog(receipt, KNOWN, 3, EMITTER, TOPIC);
        vm.expectRevert(RLPReader.RlpInputTooShort.selector);
        harness.selectLog(receipt, KNOWN, 4, EMITTER, TOPIC);
        vm.expectRevert(RLPReader.RlpUnexpectedString.selector);
        harness.selectLog(receipt, KNOWN, 1, EMITTER, TOPIC);
    }

    /* RCT-7 */

    function test_RCT_7_rejects_logFieldCount() public {
        for (uint256 count = 0; count < 6; ++count) {
            bytes memory fields;
            for (uint256 i = 0; i < count; ++i) {
                fields = bytes.concat(fields, hex"05");
            }
            uint256 got = count > 4 ? 4 : count;
            if (count != 3) {
                bytes memory expected = abi.encodeWithSelector(Receipts.ReceiptLogFieldCount.selector, got);
                _refuses(expected, _receipt(fields.list()));
            }
        }
        // an emitter and a topic as most logs have them, and nothing behind
        bytes memory two = bytes.concat(bytes.concat(bytes20(EMITTER)).str(), _topics(1).list());
        _refuses(abi.encodeWithSelector(Receipts.ReceiptLogFieldCount.selector, 2), _receipt(two.list()));
    }

    function test_RCT_7_rejects_address() public {
        for (uint256 length = 19; length <= 21; length += 2) {
            bytes memory log = bytes.concat(new bytes(length).str(), hex"c0", hex"80").list();
            _refuses(abi.encodeWithSelector(RLPReader.RlpWrongLength.selector, 20, length), _receipt(log));
        }
        bytes memory list = bytes.concat(new bytes(20).list(), hex"c0", hex"80").list();
        _refuses(abi.encodeWithSelector(RLPReader.RlpUnexpectedList.selector), _receipt(list));
    }

    function test_RCT_7_rejects_topicCount() public {
        for (uint256 count = 5; count < 8; ++count) {
            bytes memory expected = abi.encodeWithSelector(Receipts.ReceiptTopicCount.selector, 5);
            _refuses(expected, _receipt(_log(_topics(count), hex"80")));
        }
        // five of anything, and before the length of any
        bytes memory five = hex"0102030405";
        _refuses(abi.encodeWithSelector(Receipts.ReceiptTopicCount.selector, 5), _receipt(_log(five, hex"80")));
        _refuses(abi.encodeWithSelector(RLPReader.RlpInputTooShort.selector), _receipt(_log(hex"010281", hex"80")));
    }

    function test_RCT_7_rejects_topicsAreWords() public {
        for (uint256 length = 31; length <= 33; length += 2) {
            bytes memory topics = bytes.concat(_topics(2), new bytes(length).str());
            bytes memory expected = abi.encodeWithSelector(RLPReader.RlpWrongLength.selector, 32, length);
            _refuses(expected, _receipt(_log(topics, hex"80")));
        }
        bytes memory list = bytes.concat(_topics(1), new bytes(32).list());
        _refuses(abi.encodeWithSelector(RLPReader.RlpUnexpectedList.selector), _receipt(_log(list, hex"80")));
        bytes memory string_ = bytes.concat(bytes20(EMITTER)).str();
        bytes memory log = bytes.concat(string_, _topics(1).str(), hex"80").list();
        _refuses(abi.encodeWithSelector(RLPReader.RlpUnexpectedString.selector), _receipt(log));
    }

    function test_RCT_7_rejects_dataIsList() public {
        _refuses(abi.encodeWithSelector(RLPReader.RlpUnexpectedList.selector), _receipt(_log(_topics(1), hex"c0")));
    }

    function test_RCT_7_accepts_everyTopicCountAndDataLength() public view {
        uint24[9] memory lengths = [0, 1, 2, 55, 56, 255, 256, 1000, 65_536];
        for (uint256 count = 1; count <= 4; ++count) {
            for (uint256 i = 0; i < lengths.length; ++i) {
                bytes memory data = new bytes(lengths[i]);
                (bytes32[] memory topics, bytes memory got) =
                    harness.selectLog(_receipt(_log(_topics(count), data.str())), KNOWN, 0, EMITTER, TOPIC);
                assertEq(topics.length, count);
                assertEq(topics[0], TOPIC);
                assertEq(topics[count - 1], count == 1 ? TOPIC : bytes32(count - 1));
                assertEq(got, data);
            }
        }
    }

    /* RCT-8, RCT-9 */

    function test_RCT_8_rejects_emitter() public {
        vm.expectRevert(abi.encodeWithSelector(Receipts.ReceiptLogEmitter.selector, address(this), EMITTER));
        harness.selectLog(_receipt(_log()), KNOWN, 0, address(this), TOPIC);
        // before RCT-9, after RCT-7
        vm.expectRevert(abi.encodeWithSelector(Receipts.ReceiptLogEmitter.selector, address(this), EMITTER));
        harness.selectLog(_receipt(_log()), KNOWN, 0, address(this), 0);
        vm.expectRevert(RLPReader.RlpUnexpectedList.selector);
        harness.selectLog(_receipt(_log(_topics(1), hex"c0")), KNOWN, 0, address(this), TOPIC);
    }

    function test_RCT_9_rejects_topic() public {
        vm.expectRevert(abi.encodeWithSelector(Receipts.ReceiptLogTopic.selector, bytes32("other"), TOPIC));
        harness.selectLog(_receipt(_log()), KNOWN, 0, EMITTER, "other");
        // no topic is not a topic of zero
        vm.expectRevert(abi.encodeWithSelector(Receipts.ReceiptLogTopic.selector, bytes32(0), bytes32(0)));
        harness.selectLog(_receipt(_log("", hex"80")), KNOWN, 0, EMITTER, 0);
    }

    /* Helpers */

    function _refuses(bytes memory expected, bytes memory receipt) private {
        vm.expectRevert(expected);
        harness.selectLog(receipt, KNOWN, 0, EMITTER, TOPIC);
    }

    /// @dev A receipt of given fields, save the bloom.
    function _fields(bytes memory status, bytes memory gasUsed, bytes memory logs) private pure returns (bytes memory) {
        return bytes.concat(status, gasUsed, new bytes(256).str(), logs).list();
    }

    function _receipt(bytes memory logs) private pure returns (bytes memory) {
        return _fields(STATUS, GAS, logs.list());
    }

    function _log() private pure returns (bytes memory) {
        return _log(_topics(2), hex"05");
    }

    function _log(bytes memory topics, bytes memory data) private pure returns (bytes memory) {
        return bytes.concat(bytes.concat(bytes20(EMITTER)).str(), topics.list(), data).list();
    }

    /// @dev The event's topic, then 1, 2, 3…
    function _topics(uint256 count) private pure returns (bytes memory topics) {
        for (uint256 i = 0; i < count; ++i) {
            topics = bytes.concat(topics, bytes.concat(i == 0 ? TOPIC : bytes32(i)).str());
        }
    }
}

contract ReceiptLogTest is ReceiptLogSuite, OnLibraries {
    /// @dev Reads past the topics of a log are refused, too.
    function test_RCT_7_accepts_rejects_topicPastTheLast() public {
        assertEq(this.topic(abi.encodePacked(hex"a0", bytes32(uint256(7))), 0), bytes32(uint256(7)));
        vm.expectRevert(abi.encodeWithSelector(Receipts.ReceiptTopicCount.selector, 1));
        this.topic(new bytes(33), 1);
        vm.expectRevert(abi.encodeWithSelector(Receipts.ReceiptTopicCount.selector, 0));
        this.topic("", type(uint256).max);
    }

    function topic(bytes calldata topics, uint256 i) external pure returns (bytes32) {
        return Receipts.topic(topics, i);
    }
}

contract ReceiptLogReferenceTest is ReceiptLogSuite, OnReference {}
// forge-lint: disable-end(multi-contract-file, unsafe-typecast)
