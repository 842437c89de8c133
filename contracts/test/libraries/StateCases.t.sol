// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {CaseSuite} from "../harness/CaseSuite.sol";
import {OnLibraries, OnReference} from "../harness/ProofSuite.sol";

// One suite, and the two subjects it runs on.
// forge-lint: disable-start(multi-contract-file)
/// @notice Accounts and slots at the limits of their types.
abstract contract StateCasesSuite is CaseSuite {
    function test_S01_ACC_1_accepts_theLimitsOfAnAccount() public {
        _holds("state.json", "S01");
    }

    function test_S02_ACC_1_rejects_malformedAccounts() public {
        _holds("state.json", "S02");
    }

    function test_S03_ACC_2_accepts_theLimitsOfASlot() public {
        _holds("state.json", "S03");
    }

    function test_S04_ACC_2_rejects_malformedSlots() public {
        _holds("state.json", "S04");
    }

    function test_S05_M13_rejects_theProofOfAnotherAddressOrSlot() public {
        _holds("state.json", "S05");
    }

    function test_S01_to_S05_areAllCases() public view {
        _assertGroups("state.json", "S", 5);
    }

    function hold(string memory json) external override {
        string memory id = vm.parseJsonString(json, ".id");
        bytes32 root = vm.parseJsonBytes32(json, ".root");
        bytes[] memory nodes = vm.parseJsonBytesArray(json, ".proof");
        bytes memory expected = _expectedError(json);
        if (vm.keyExistsJson(json, ".slot")) {
            bytes32 slot = vm.parseJsonBytes32(json, ".slot");
            if (expected.length != 0) vm.expectRevert(expected);
            uint256 value = harness.storageAt(root, slot, nodes);
            if (expected.length == 0) assertEq(bytes32(value), vm.parseJsonBytes32(json, ".expect.value"), id);
            return;
        }
        address who = vm.parseJsonAddress(json, ".address");
        if (expected.length != 0) vm.expectRevert(expected);
        (uint64 nonce, uint256 balance, bytes32 storageRoot, bytes32 codeHash) = harness.account(root, who, nodes);
        if (expected.length != 0) return;
        assertEq(nonce, vm.parseJsonUint(json, ".expect.nonce"), id);
        assertEq(balance, vm.parseJsonUint(json, ".expect.balance"), id);
        assertEq(storageRoot, vm.parseJsonBytes32(json, ".expect.storageRoot"), id);
        assertEq(codeHash, vm.parseJsonBytes32(json, ".expect.codeHash"), id);
    }
}

contract StateCasesTest is StateCasesSuite, OnLibraries {}

contract StateCasesReferenceTest is StateCasesSuite, OnReference {}
// forge-lint: disable-end(multi-contract-file)
