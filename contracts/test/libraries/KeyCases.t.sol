// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTProof} from "../../src/libraries/MPTProof.sol";
import {CaseSuite} from "../harness/CaseSuite.sol";
import {OnLibraries, OnReference} from "../harness/ProofSuite.sol";

// One suite, and the two subjects it runs on.
// forge-lint: disable-start(multi-contract-file)
/// @notice Keys and tries at the limits of their form, each with what is under the key: a value, nothing, or no answer.
abstract contract KeyCasesSuite is CaseSuite {
    function test_K01_RCT_1_accepts_index0At0x80() public {
        _holds("keys.json", "K01");
    }

    function test_K02_RCT_1_accepts_theBorderAt0x80() public {
        _holds("keys.json", "K02");
    }

    function test_K03_RCT_1_accepts_theBordersOfAByte() public {
        _holds("keys.json", "K03");
    }

    function test_K04_RCT_1_rejects_keysThatAreNotCanonical() public {
        _holds("keys.json", "K04");
    }

    function test_K05_MPT_13_accepts_wordsThatPartAtAnyDepth() public {
        _holds("keys.json", "K05");
    }

    function test_K06_MPT_2_rejects_longKeys() public {
        _holds("keys.json", "K06");
    }

    function test_K07_MPT_14_accepts_absenceBehindTheLastReceipt() public {
        _holds("keys.json", "K07");
    }

    function test_K08_RCT_1_accepts_blocksOfEverySize() public {
        _holds("keys.json", "K08");
    }

    function test_T01_M7_MPT_12_rejects_aLeafBehindAValue() public {
        _holds("tries.json", "T01");
    }

    function test_T02_M11_accepts_aBranchWithAndWithoutAValue() public {
        _holds("tries.json", "T02");
    }

    function test_T03_accepts_oneLeafForAWholeWord() public {
        _holds("tries.json", "T03");
    }

    function test_T04_accepts_extensionsOfOddAndEvenLength() public {
        _holds("tries.json", "T04");
    }

    function test_T05_M7_accepts_valuesThatLookLikeReferences() public {
        _holds("tries.json", "T05");
    }

    function test_T06_accepts_keysOfEveryLength() public {
        _holds("tries.json", "T06");
    }

    function test_T07_MPT_4_9_accepts_rejects_around32Bytes() public {
        _holds("tries.json", "T07");
    }

    function test_T08_accepts_rejects_lengthsOfANode() public {
        _holds("tries.json", "T08");
    }

    function test_T09_accepts_rejects_valuesOfOneByte() public {
        _holds("tries.json", "T09");
    }

    function test_T10_M6_MPT_3_12_rejects_everyOtherList() public {
        _holds("tries.json", "T10");
    }

    function test_T11_P01_P02_hasThreeOutcomesAndNoDefault() public {
        _holds("tries.json", "T11");
    }

    function test_K01_to_K08_areAllCases() public view {
        _assertGroups("keys.json", "K", 8);
    }

    function test_T01_to_T11_areAllCases() public view {
        _assertGroups("tries.json", "T", 11);
    }

    function hold(string memory json) external override {
        string memory id = vm.parseJsonString(json, ".id");
        bytes32 root = vm.parseJsonBytes32(json, ".root");
        bytes memory key = vm.parseJsonBytes(json, ".key");
        bytes[] memory nodes = vm.parseJsonBytesArray(json, ".proof");
        if (vm.keyExistsJson(json, ".transactionIndex")) {
            assertEq(harness.indexKey(uint64(vm.parseJsonUint(json, ".transactionIndex"))), key, id);
        }
        bytes memory expected = _expectedError(json);
        if (expected.length != 0) {
            vm.expectRevert(expected);
            harness.walk(root, key, nodes);
            vm.expectRevert(expected);
            harness.inclusion(root, key, nodes);
            vm.expectRevert(expected);
            harness.exclusion(root, key, nodes);
            return;
        }
        (bool found, bytes memory value) = harness.walk(root, key, nodes);
        assertEq(found, vm.keyExistsJson(json, ".expect.value"), id);
        (bool packedFound, bytes memory packedValue) = harness.packedWalk(root, key, _packed(nodes));
        assertEq(packedFound, found, id);
        assertEq(packedValue, value, id);
        if (found) {
            assertEq(value, vm.parseJsonBytes(json, ".expect.value"), id);
            assertEq(harness.inclusion(root, key, nodes), value, id);
            vm.expectRevert(MPTProof.MptKeyPresent.selector);
            harness.exclusion(root, key, nodes);
        } else {
            assertEq(vm.parseJsonString(json, ".expect"), "absent", id);
            assertEq(value.length, 0, id);
            harness.exclusion(root, key, nodes);
            vm.expectRevert(MPTProof.MptKeyAbsent.selector);
            harness.inclusion(root, key, nodes);
        }
    }

    function _packed(bytes[] memory nodes) private pure returns (bytes memory packed) {
        for (uint256 i = 0; i < nodes.length; ++i) {
            packed = bytes.concat(packed, nodes[i]);
        }
    }
}

contract KeyCasesTest is KeyCasesSuite, OnLibraries {}

contract KeyCasesReferenceTest is KeyCasesSuite, OnReference {}
// forge-lint: disable-end(multi-contract-file)
