// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Assumption} from "../src/interfaces/ILightClient.sol";
import {Script} from "forge-std/Script.sol";

/// @title What the scripts share: one JSON file in, one JSON file out
/// @dev Fields are read one by one, by name: decoding a whole object would take its keys in alphabetical order. Numbers may be
/// JSON numbers or, beyond 2⁵³, decimal strings. Unknown fields are ignored. `config/README.md` is the schema.
abstract contract HeliographScript is Script {
    /// @notice Reads the file that HELIOGRAPH_CONFIG names. Its `chainId` has to be that of the chain the script runs on.
    function readConfig() internal view returns (string memory json) {
        json = vm.readFile(vm.envString("HELIOGRAPH_CONFIG"));
        uint256 expected = vm.parseJsonUint(json, ".chainId");
        require(
            block.chainid == expected,
            string.concat("config is for chain ", vm.toString(expected), ", this is ", vm.toString(block.chainid))
        );
    }

    /// @notice Writes `json` to the file that HELIOGRAPH_OUTPUT names, if it names one.
    function writeOutput(string memory json) internal {
        string memory path = vm.envOr("HELIOGRAPH_OUTPUT", string(""));
        if (bytes(path).length != 0) vm.writeJson(json, path);
    }

    /// @notice An address that has code.
    function readContract(string memory json, string memory key) internal view returns (address account) {
        account = vm.parseJsonAddress(json, key);
        require(account.code.length != 0, string.concat(key, " has no code on this chain"));
    }

    /// @notice What the light client at the other end of a lane or route has to rest on, by name.
    function readAssumption(string memory json, string memory key) internal pure returns (Assumption) {
        string[4] memory names = ["none", "sync-committee", "map-validators", "attestors"];
        bytes32 name = keccak256(bytes(vm.parseJsonString(json, key)));
        for (uint256 i = 0; i < names.length; ++i) {
            if (name == keccak256(bytes(names[i]))) return Assumption(i);
        }
        revert(string.concat(key, " is not the name of an assumption"));
    }

    function readUint64(string memory json, string memory key) internal pure returns (uint64) {
        uint256 value = vm.parseJsonUint(json, key);
        require(value <= type(uint64).max, string.concat(key, " is beyond 64 bits"));
        // forge-lint: disable-next-line(unsafe-typecast) compared above
        return uint64(value);
    }
}
