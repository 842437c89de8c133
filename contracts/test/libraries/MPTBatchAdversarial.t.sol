// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTBatch} from "../../src/libraries/MPTBatch.sol";
import {OnLibraries, OnReference, ProofSuite} from "../harness/ProofSuite.sol";

// One suite, and the two subjects it runs on.
// forge-lint: disable-start(multi-contract-file)
/// @notice The proofs that have broken other verifiers, as batches of one key: verdict and error are those of the list.
abstract contract MPTBatchAdversarialSuite is ProofSuite {
    string private vectors;
    string private errors;

    function test_BAT_adversarial() public {
        vectors = vm.readFile("vectors/mpt/adversarial.json");
        errors = vm.readFile("vectors/mpt/adversarial.errors.json");
        uint256 count;
        uint256 refused;
        string memory at = "[0]";
        while (vm.keyExistsJson(vectors, at)) {
            if (this.verify(at)) ++refused;
            at = string.concat("[", vm.toString(++count), "]");
        }
        assertEq(count, 58);
        assertEq(refused, vm.parseJsonKeys(errors, "$").length, "every expected error has been met");
    }

    /// @dev A call of its own for each vector, which leaves no memory behind.
    function verify(string memory at) external returns (bool refused) {
        string memory id = vm.parseJsonString(vectors, string.concat(at, ".id"));
        bytes32 root = vm.parseJsonBytes32(vectors, string.concat(at, ".root"));
        bytes[] memory keys = _one(vm.parseJsonBytes(vectors, string.concat(at, ".key")));
        bytes[] memory nodes = vm.parseJsonBytesArray(vectors, string.concat(at, ".proof"));

        if (vm.keyExistsJson(vectors, string.concat(at, ".expect.value"))) {
            bytes memory value = vm.parseJsonBytes(vectors, string.concat(at, ".expect.value"));
            assertEq(harness.batchInclusion(root, keys, nodes)[0], value, id);
            vm.expectRevert(abi.encodeWithSelector(MPTBatch.BatchKeyPresent.selector, 0));
            harness.batchExclusion(root, keys, nodes);
            return false;
        }
        if (_same(vm.parseJsonString(vectors, string.concat(at, ".expect")), "absent")) {
            harness.batchExclusion(root, keys, nodes);
            vm.expectRevert(abi.encodeWithSelector(MPTBatch.BatchKeyAbsent.selector, 0));
            harness.batchInclusion(root, keys, nodes);
            return false;
        }
        vm.expectRevert(_error(vm.parseJsonString(errors, string.concat("['", id, "']"))));
        harness.batchWalk(root, keys, nodes);
        return true;
    }
}

contract MPTBatchAdversarialTest is MPTBatchAdversarialSuite, OnLibraries {}

contract MPTBatchAdversarialReferenceTest is MPTBatchAdversarialSuite, OnReference {}
// forge-lint: disable-end(multi-contract-file)
