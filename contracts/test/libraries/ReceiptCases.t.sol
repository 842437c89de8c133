// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ReceiptLog as Receipts} from "../../src/libraries/ReceiptLog.sol"; // forge-std has a ReceiptLog of its own
import {CaseSuite} from "../harness/CaseSuite.sol";
import {OnLibraries, OnReference} from "../harness/ProofSuite.sol";

// One suite, and the two subjects it runs on.
// forge-lint: disable-start(multi-contract-file)
/// @notice Receipts that are right or nearly so, each with the one outcome of asking for a log.
abstract contract ReceiptCasesSuite is CaseSuite {
    function test_R01_RCT_2_accepts_legacyAndTypedReceipts() public {
        _holds("receipts.json", "R01");
    }

    function test_R02_RCT_2_rejects_theTypeZero() public {
        _holds("receipts.json", "R02");
    }

    function test_R03_RCT_2_accepts_rejects_aroundTheLastType() public {
        _holds("receipts.json", "R03");
    }

    function test_R04_RCT_2_accepts_rejects_unknownTypesByPolicy() public {
        _holds("receipts.json", "R04");
    }

    function test_R05_RCT_2_rejects_theNetworkForm() public {
        _holds("receipts.json", "R05");
    }

    function test_R06_RCT_3_rejects_bytesBehindTheReceipt() public {
        _holds("receipts.json", "R06");
    }

    function test_R07_RCT_3_rejects_anotherCountOfFields() public {
        _holds("receipts.json", "R07");
    }

    function test_R08_RCT_4_rejects_aStateRoot() public {
        _holds("receipts.json", "R08");
    }

    function test_R09_RCT_4_rejects_everyOtherStatus() public {
        _holds("receipts.json", "R09");
    }

    function test_R10_RCT_5_rejects_aFailedReceipt() public {
        _holds("receipts.json", "R10");
    }

    function test_R11_RCT_4_rejects_aBloomOfAnotherLength() public {
        _holds("receipts.json", "R11");
    }

    function test_R12_RCT_4_accepts_aBloomThatDoesNotMatch() public {
        _holds("receipts.json", "R12");
    }

    function test_R13_RCT_7_accepts_rejects_countsOfTopics() public {
        _holds("receipts.json", "R13");
    }

    function test_R14_RCT_7_rejects_topicsThatAreNotWords() public {
        _holds("receipts.json", "R14");
    }

    function test_R15_RCT_7_rejects_anAddressOfAnotherLength() public {
        _holds("receipts.json", "R15");
    }

    function test_R16_RCT_6_rejects_anIndexOutOfRange() public {
        _holds("receipts.json", "R16");
    }

    function test_R17_RCT_6_accepts_rejects_indicesWithinTheReceipt() public {
        _holds("receipts.json", "R17");
    }

    function test_R18_RCT_4_accepts_rejects_cumulativeGas() public {
        _holds("receipts.json", "R18");
    }

    function test_R19_RCT_7_accepts_rejects_dataByItsLength() public {
        _holds("receipts.json", "R19");
    }

    function test_R20_RCT_9_accepts_anyLayoutAndReturnsIt() public {
        _holds("receipts.json", "R20");
    }

    function test_R21_RCT_3_accepts_rejects_depositReceipts() public {
        _holds("receipts.json", "R21");
    }

    function test_R22_RCT_8_accepts_logsOfTheSystemAddress() public {
        _holds("receipts.json", "R22");
    }

    function test_R23_RCT_1_rejects_aReceiptOfAnotherIndex() public {
        _holds("receipts.json", "R23");
    }

    function test_R24_RCT_4_7_rejects_listsForStringsAndStringsForLists() public {
        _holds("receipts.json", "R24");
    }

    function test_R25_RCT_6_accepts_rejects_amongManyLogs() public {
        _holds("receipts.json", "R25");
    }

    function test_R26_RCT_3_rejects_lengthsThatAreNotCanonical() public {
        _holds("receipts.json", "R26");
    }

    function test_R27_RCT_2_3_4_5_6_7_8_9_rejects_inOrder() public {
        _holds("receipts.json", "R27");
    }

    /// @dev An index that no 64-bit number holds.
    function test_R16_RCT_6_rejects_theLargestIndex() public {
        string[] memory lines = vm.split(vm.readFile("vectors/mpt/receipts.json"), "\n");
        bytes memory receipt = vm.parseJsonBytes(_withoutComma(lines[1]), ".value");
        uint256[3] memory indices = [uint256(1) << 64, 1 << 255, type(uint256).max];
        for (uint256 i = 0; i < indices.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(Receipts.ReceiptLogMissing.selector, indices[i], 1));
            harness.selectLog(receipt, Receipts.TypePolicy.Known, indices[i], address(0), 0);
        }
    }

    function test_R01_to_R27_areAllCases() public view {
        _assertGroups("receipts.json", "R", 27);
    }

    function hold(string memory json) external override {
        string memory id = vm.parseJsonString(json, ".id");
        bytes memory expected = _expectedError(json);
        if (expected.length != 0) {
            vm.expectRevert(expected);
            _select(json);
            return;
        }
        (bytes32[] memory topics, bytes memory data) = _select(json);
        assertEq(topics, vm.parseJsonBytes32Array(json, ".expect.topics"), id);
        if (vm.keyExistsJson(json, ".expect.dataHash")) {
            assertEq(keccak256(data), vm.parseJsonBytes32(json, ".expect.dataHash"), id);
        } else {
            assertEq(data, vm.parseJsonBytes(json, ".expect.data"), id);
        }
    }

    /// @dev Asks for the log; the call to the subject is the only one that can revert.
    function _select(string memory json) private returns (bytes32[] memory topics, bytes memory data) {
        bool known = _same(vm.parseJsonString(json, ".policy"), "known");
        Receipts.TypePolicy policy = known ? Receipts.TypePolicy.Known : Receipts.TypePolicy.Any;
        uint256 index = vm.parseJsonUint(json, ".logIndex");
        address emitter = vm.parseJsonAddress(json, ".emitter");
        bytes32 topic = vm.parseJsonBytes32(json, ".topic0");
        if (vm.keyExistsJson(json, ".value")) {
            return harness.selectLog(vm.parseJsonBytes(json, ".value"), policy, index, emitter, topic);
        }
        bytes32 root = vm.parseJsonBytes32(json, ".root");
        uint64 place = uint64(vm.parseJsonUint(json, ".transactionIndex"));
        bytes[] memory nodes = vm.parseJsonBytesArray(json, ".proof");
        return harness.proveLog(root, place, nodes, policy, index, emitter, topic);
    }
}

contract ReceiptCasesTest is ReceiptCasesSuite, OnLibraries {}

contract ReceiptCasesReferenceTest is ReceiptCasesSuite, OnReference {}
// forge-lint: disable-end(multi-contract-file)
