// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTProof} from "../../src/libraries/MPTProof.sol";
import {OnLibraries, OnReference, ProofSuite} from "../harness/ProofSuite.sol";

// One suite, and the two subjects it runs on.
// forge-lint: disable-start(multi-contract-file)
/// @notice Proofs of the kinds that have broken other verifiers, each with the one verdict that is right.
abstract contract MPTProofAdversarialSuite is ProofSuite {
    string private vectors;
    string private errors;

    function test_MPT_adversarial() public {
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
        bytes memory key = vm.parseJsonBytes(vectors, string.concat(at, ".key"));
        bytes[] memory nodes = vm.parseJsonBytesArray(vectors, string.concat(at, ".proof"));

        if (vm.keyExistsJson(vectors, string.concat(at, ".expect.value"))) {
            bytes memory value = vm.parseJsonBytes(vectors, string.concat(at, ".expect.value"));
            assertEq(harness.inclusion(root, key, nodes), value, id);
            vm.expectRevert(MPTProof.MptKeyPresent.selector);
            harness.exclusion(root, key, nodes);
            return false;
        }
        if (_same(vm.parseJsonString(vectors, string.concat(at, ".expect")), "absent")) {
            harness.exclusion(root, key, nodes);
            vm.expectRevert(MPTProof.MptKeyAbsent.selector);
            harness.inclusion(root, key, nodes);
            return false;
        }
        bytes memory expected = _error(vm.parseJsonString(errors, string.concat("['", id, "']")));
        vm.expectRevert(expected);
        harness.walk(root, key, nodes);
        vm.expectRevert(expected);
        harness.inclusion(root, key, nodes);
        vm.expectRevert(expected);
        harness.exclusion(root, key, nodes);
        return true;
    }
}

contract MPTProofAdversarialTest is MPTProofAdversarialSuite, OnLibraries {}

contract MPTProofAdversarialReferenceTest is MPTProofAdversarialSuite, OnReference {}
// forge-lint: disable-end(multi-contract-file)
