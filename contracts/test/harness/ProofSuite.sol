// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IProofHarness} from "./IProofHarness.sol";
import {ProofHarness} from "./ProofHarness.sol";
import {ProofHarnessReference} from "./ProofHarnessReference.sol";
import {Test} from "forge-std/Test.sol";

// The base of the suites, and the two subjects they run on.
// forge-lint: disable-start(multi-contract-file)

/// @title What the suites of the proof libraries share
/// @notice Each suite runs twice: on the libraries, and on their plain twins.
abstract contract ProofSuite is Test {
    IProofHarness internal harness;

    function setUp() public virtual {
        harness = _harness();
    }

    function _harness() internal virtual returns (IProofHarness);

    /// @dev The honest cases of a kind, each as JSON of its own.
    function _honest(string memory kind) internal view returns (string[] memory cases) {
        string[] memory lines = vm.split(vm.readFile("vectors/mpt/honest.json"), "\n");
        cases = new string[](lines.length);
        bytes memory start = bytes(string.concat("{\"kind\": \"", kind, "\""));
        uint256 found;
        for (uint256 i = 0; i < lines.length; ++i) {
            if (_startsWith(bytes(lines[i]), start)) cases[found++] = _withoutComma(lines[i]);
        }
        assertGt(found, 0, kind);
        assembly ("memory-safe") {
            mstore(cases, found) // shortens the array to what has been found
        }
    }

    /// @dev The honest case with a name.
    function _honest(string memory kind, string memory name) internal view returns (string memory) {
        string[] memory cases = _honest(kind);
        for (uint256 i = 0; i < cases.length; ++i) {
            if (keccak256(bytes(vm.parseJsonString(cases[i], ".name"))) == keccak256(bytes(name))) return cases[i];
        }
        revert(name);
    }

    function _isAbsent(string memory honest) internal view returns (bool) {
        return !vm.keyExistsJson(honest, ".expect.value");
    }

    function _one(bytes memory node) internal pure returns (bytes[] memory nodes) {
        nodes = new bytes[](1);
        nodes[0] = node;
    }

    function _two(bytes memory first, bytes memory second) internal pure returns (bytes[] memory nodes) {
        nodes = new bytes[](2);
        (nodes[0], nodes[1]) = (first, second);
    }

    function _three(bytes memory a, bytes memory b, bytes memory c) internal pure returns (bytes[] memory nodes) {
        nodes = new bytes[](3);
        (nodes[0], nodes[1], nodes[2]) = (a, b, c);
    }

    /// @dev What an error like `MptPathFlag(0,4)` reverts with. Arguments are numbers in decimal, addresses, or words in hex.
    function _error(string memory text) internal pure returns (bytes memory) {
        string[] memory parts = vm.split(text, "(");
        string memory arguments = vm.replace(parts[1], ")", "");
        string memory types;
        bytes memory words;
        if (bytes(arguments).length != 0) {
            string[] memory values = vm.split(arguments, ",");
            for (uint256 i = 0; i < values.length; ++i) {
                (string memory kind, bytes32 word) = _argument(vm.trim(values[i]));
                types = string.concat(types, i == 0 ? "" : ",", kind);
                words = bytes.concat(words, word);
            }
        }
        bytes32 hash = keccak256(bytes(string.concat(parts[0], "(", types, ")")));
        // a selector is the first four bytes of the hash
        // forge-lint: disable-next-line(unsafe-typecast)
        return bytes.concat(bytes4(hash), words);
    }

    function _argument(string memory text) private pure returns (string memory kind, bytes32 word) {
        uint256 length = bytes(text).length;
        if (length == 42) return ("address", bytes32(uint256(uint160(vm.parseAddress(text)))));
        if (length == 66) return ("bytes32", vm.parseBytes32(text));
        return ("uint256", bytes32(vm.parseUint(text)));
    }

    function _same(string memory a, string memory b) internal pure returns (bool) {
        return keccak256(bytes(a)) == keccak256(bytes(b));
    }

    function _startsWith(bytes memory line, bytes memory start) private pure returns (bool) {
        if (line.length < start.length) return false;
        for (uint256 i = 0; i < start.length; ++i) {
            if (line[i] != start[i]) return false;
        }
        return true;
    }

    function _withoutComma(string memory line) internal pure returns (string memory) {
        uint256 length = bytes(line).length;
        if (bytes(line)[length - 1] == ",") {
            assembly ("memory-safe") {
                mstore(line, sub(length, 1)) // drops the last byte
            }
        }
        return line;
    }
}

/// @notice Runs a suite on the libraries.
abstract contract OnLibraries is ProofSuite {
    function _harness() internal override returns (IProofHarness) {
        return new ProofHarness();
    }
}

/// @notice Runs a suite on the plain twins.
abstract contract OnReference is ProofSuite {
    function _harness() internal override returns (IProofHarness) {
        return new ProofHarnessReference();
    }
}
// forge-lint: disable-end(multi-contract-file)
