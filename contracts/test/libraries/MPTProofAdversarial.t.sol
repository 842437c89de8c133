// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTBatch} from "../../src/libraries/MPTBatch.sol";
import {MPTProof} from "../../src/libraries/MPTProof.sol";
import {OnLibraries, OnReference, ProofSuite} from "../harness/ProofSuite.sol";

// One suite, and the two subjects it runs on.
// forge-lint: disable-start(multi-contract-file)
/// @notice Proofs of the kinds that have broken other verifiers, each with the one verdict that is right: as a list, packed, and as
/// a batch of one key.
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
            _present(root, key, nodes, vm.parseJsonBytes(vectors, string.concat(at, ".expect.value")), id);
            return false;
        }
        if (_same(vm.parseJsonString(vectors, string.concat(at, ".expect")), "absent")) {
            _absent(root, key, nodes);
            return false;
        }
        _refused(root, key, nodes, id);
        return true;
    }

    function _present(bytes32 root, bytes memory key, bytes[] memory nodes, bytes memory value, string memory id)
        private
    {
        assertEq(harness.inclusion(root, key, nodes), value, id);
        vm.expectRevert(MPTProof.MptKeyPresent.selector);
        harness.exclusion(root, key, nodes);

        assertEq(harness.packedInclusion(root, key, _packed(nodes)), value, id);
        vm.expectRevert(MPTProof.MptKeyPresent.selector);
        harness.packedExclusion(root, key, _packed(nodes));

        assertEq(harness.batchInclusion(root, _one(key), nodes)[0], value, id);
        vm.expectRevert(abi.encodeWithSelector(MPTBatch.BatchKeyPresent.selector, 0));
        harness.batchExclusion(root, _one(key), nodes);
    }

    function _absent(bytes32 root, bytes memory key, bytes[] memory nodes) private {
        harness.exclusion(root, key, nodes);
        vm.expectRevert(MPTProof.MptKeyAbsent.selector);
        harness.inclusion(root, key, nodes);

        harness.packedExclusion(root, key, _packed(nodes));
        vm.expectRevert(MPTProof.MptKeyAbsent.selector);
        harness.packedInclusion(root, key, _packed(nodes));

        harness.batchExclusion(root, _one(key), nodes);
        vm.expectRevert(abi.encodeWithSelector(MPTBatch.BatchKeyAbsent.selector, 0));
        harness.batchInclusion(root, _one(key), nodes);
    }

    function _refused(bytes32 root, bytes memory key, bytes[] memory nodes, string memory id) private {
        bytes memory expected = _error(vm.parseJsonString(errors, string.concat("['", id, "']")));
        vm.expectRevert(expected);
        harness.walk(root, key, nodes);
        vm.expectRevert(expected);
        harness.inclusion(root, key, nodes);
        vm.expectRevert(expected);
        harness.exclusion(root, key, nodes);

        vm.expectRevert(expected);
        harness.batchWalk(root, _one(key), nodes);

        // Packed, a node's item header is read before its hash is compared, and nothing else tells where a node ends.
        string memory otherwise = _packedError(id);
        if (bytes(otherwise).length != 0) expected = _error(otherwise);
        vm.expectRevert(expected);
        harness.packedWalk(root, key, _packed(nodes));
        vm.expectRevert(expected);
        harness.packedInclusion(root, key, _packed(nodes));
        vm.expectRevert(expected);
        harness.packedExclusion(root, key, _packed(nodes));
    }

    /// @dev The vectors that are refused for another reason when packed (PCK-1).
    function _packedError(string memory id) private pure returns (string memory) {
        if (_same(id, "A38-empty-node-in-proof")) return "MptTruncatedProof(0)";
        if (_same(id, "B04-list-shorter-than-bytes")) return "MptHashMismatch(0)";
        return "";
    }

    function _packed(bytes[] memory nodes) private pure returns (bytes memory packed) {
        for (uint256 i = 0; i < nodes.length; ++i) {
            packed = bytes.concat(packed, nodes[i]);
        }
    }
}

contract MPTProofAdversarialTest is MPTProofAdversarialSuite, OnLibraries {}

contract MPTProofAdversarialReferenceTest is MPTProofAdversarialSuite, OnReference {}
// forge-lint: disable-end(multi-contract-file)
