// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {RlpEncode} from "../harness/RlpEncode.sol";
import {Test} from "forge-std/Test.sol";

/// @notice A receipt of two logs under three nodes, from `vectors/mpt/honest.json`: a third prover made the proof.
abstract contract ProvenReceipt is Test {
    using RlpEncode for bytes;
    using RlpEncode for bytes[];

    uint32 internal constant INDEX = 100;

    bytes32 internal root;
    bytes internal nodes; // one behind the other
    address[] internal emitters;
    bytes32[][] internal topics;
    bytes[] internal datas;

    function setUp() public virtual {
        string memory json = vm.readFile("vectors/mpt/honest.json");
        string memory at = _find(json, "block of 200, receipt 100");
        root = vm.parseJsonBytes32(json, string.concat(at, ".root"));
        bytes[] memory list = vm.parseJsonBytesArray(json, string.concat(at, ".proof"));
        for (uint256 i = 0; i < list.length; ++i) {
            nodes = bytes.concat(nodes, list[i]);
        }
        for (uint256 i = 0; i < 2; ++i) {
            string memory log = string.concat(at, ".logs[", vm.toString(i), "]");
            emitters.push(vm.parseJsonAddress(json, string.concat(log, ".emitter")));
            topics.push(vm.parseJsonBytes32Array(json, string.concat(log, ".topics")));
            datas.push(vm.parseJsonBytes(json, string.concat(log, ".data")));
        }
        assertEq(list.length, 3);
        assertFalse(vm.keyExistsJson(json, string.concat(at, ".logs[2]")));
    }

    /// @dev What is behind the block in a proof of the receipt.
    function _receipt() internal view returns (bytes memory) {
        return bytes.concat(bytes4(INDEX), nodes);
    }

    /// @dev RLP of the list of both logs.
    function _bothLogs() internal view returns (bytes memory) {
        bytes[] memory logs = new bytes[](2);
        for (uint256 i = 0; i < 2; ++i) {
            bytes[] memory words = new bytes[](topics[i].length);
            for (uint256 k = 0; k < words.length; ++k) {
                words[k] = bytes.concat(topics[i][k]).str();
            }
            bytes[] memory fields = new bytes[](3);
            (fields[0], fields[1], fields[2]) = (abi.encodePacked(emitters[i]).str(), words.join(), datas[i].str());
            logs[i] = fields.join();
        }
        return logs.join();
    }

    function _find(string memory json, string memory name) private view returns (string memory at) {
        for (uint256 i = 0;; ++i) {
            at = string.concat(".cases[", vm.toString(i), "]");
            bytes memory found = bytes(vm.parseJsonString(json, string.concat(at, ".name")));
            if (keccak256(found) == keccak256(bytes(name))) return at;
        }
    }
}
