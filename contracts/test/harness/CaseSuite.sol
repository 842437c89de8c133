// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ProofSuite} from "./ProofSuite.sol";

/// @title What the suites share that read cases from `vectors/mpt`
/// @notice A file holds one case per line, whose id starts with that of its group: `R01-legacy`. The files and what they
/// expect are made in `crates/mpt-proof/tests/suite/cases.rs`; errors are written like `ReceiptLogMissing(2,1)`.
abstract contract CaseSuite is ProofSuite {
    /// @dev Holds the subject to one case, given as JSON. It is called from outside, so that it leaves no memory behind.
    function hold(string memory json) external virtual;

    /// @dev All cases of a group, at least one.
    function _holds(string memory file, string memory group) internal {
        string[] memory lines = vm.split(vm.readFile(string.concat("vectors/mpt/", file)), "\n");
        string memory start = string.concat("\"id\":\"", group, "-");
        uint256 found;
        for (uint256 i = 0; i < lines.length; ++i) {
            if (vm.indexOf(lines[i], start) == type(uint256).max) continue;
            this.hold(_withoutComma(lines[i]));
            ++found;
        }
        assertGt(found, 0, group);
    }

    /// @dev Every case of a file belongs to one of the groups 1 to `groups`, each of which has a test of its own.
    function _assertGroups(string memory file, bytes1 letter, uint256 groups) internal view {
        string[] memory lines = vm.split(vm.readFile(string.concat("vectors/mpt/", file)), "\n");
        // One line per case, a bracket before and behind.
        for (uint256 i = 1; i < lines.length - 2; ++i) {
            bytes memory id = bytes(vm.parseJsonString(_withoutComma(lines[i]), ".id"));
            uint256 group = (uint8(id[1]) - 48) * 10 + uint8(id[2]) - 48;
            assertTrue(id[0] == letter && group > 0 && group <= groups && id[3] == "-", string(id));
        }
    }

    /// @dev The revert data that a case expects, or none if it expects an answer.
    function _expectedError(string memory json) internal view returns (bytes memory) {
        if (!vm.keyExistsJson(json, ".expect.error")) return "";
        return _error(vm.parseJsonString(json, ".expect.error"));
    }
}
