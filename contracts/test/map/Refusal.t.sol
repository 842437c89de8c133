// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ILightClient} from "../../src/interfaces/ILightClient.sol";
import {ILightClientManager} from "../../src/interfaces/ILightClientManager.sol";
import {BlockHeader} from "../../src/libraries/BlockHeader.sol";
import {MPTProof} from "../../src/libraries/MPTProof.sol";
import {RLPReader} from "../../src/libraries/RLPReader.sol";
import {Refusal} from "../../src/map/Refusal.sol";
import {Test} from "forge-std/Test.sol";

/// @notice The text of every error that a proof can be refused with, as the contracts' own ABI has them.
contract RefusalTest is Test {
    /// @dev Contracts whose errors can reach a caller of MAP's ABI.
    string[] private contracts_ = [
        "MapLightProver",
        "BeaconLightProver",
        "AttestedLightProver",
        "MapLightClient",
        "BeaconLightClient",
        "AttestedLightClient",
        "Attestors"
    ];

    /// @dev Errors of those contracts that no update and no proof meets, but only a constructor or another function.
    string[] private others = [
        "AccessManagedInvalidAuthority",
        "AccessManagedRequiredDelay",
        "AccessManagedUnauthorized",
        "AttestorSet",
        "BeaconBootstrapRoot",
        "BeaconConfig",
        "BeaconCurrentCommitteeBranch",
        "BeaconExecutionBranch",
        "BeaconForkOrder",
        "BeaconNotMisbehaviour",
        "InvalidShortString",
        "MapConfig",
        "MapNotMisbehaviour",
        "MptKeyTooLong",
        "StringTooLong"
    ];

    function test_refusal_namesEveryErrorOfTheContracts() public {
        uint256 named;
        for (uint256 i = 0; i < contracts_.length; ++i) {
            string memory json = vm.readFile(string.concat("contracts/snapshots/abi/", contracts_[i], ".json"));
            for (uint256 k = 0; vm.keyExistsJson(json, _entry(k)); ++k) {
                if (keccak256(bytes(vm.parseJsonString(json, string.concat(_entry(k), ".type")))) != keccak256("error"))
                {
                    continue;
                }
                string memory name = vm.parseJsonString(json, string.concat(_entry(k), ".name"));
                if (_isOther(name)) continue;
                _assertNamed(json, _entry(k), name);
                ++named;
            }
        }
        assertGt(named, 100);
    }

    function test_refusal_writesArguments() public pure {
        assertEq(Refusal.text(abi.encodeWithSelector(MPTProof.MptHashMismatch.selector, 17)), "MptHashMismatch(17)");
        assertEq(Refusal.text(abi.encodeWithSelector(MPTProof.MptKeyAbsent.selector)), "MptKeyAbsent()");
        assertEq(
            Refusal.text(abi.encodeWithSelector(ILightClient.ClientExpired.selector, 1000, 1001)),
            "ClientExpired(1000,1001)"
        );
        assertEq(
            Refusal.text(abi.encodeWithSelector(RLPReader.RlpWrongLength.selector, 32, type(uint256).max)),
            "RlpWrongLength(32,115792089237316195423570985008687907853269984665640564039457584007913129639935)"
        );
        bytes32[2] memory words = [bytes32(uint256(10)), keccak256("other")];
        assertEq(
            Refusal.text(abi.encodeWithSelector(BlockHeader.HeaderHashMismatch.selector, words[0], words[1])),
            string.concat("HeaderHashMismatch(", vm.toString(words[0]), ",", vm.toString(words[1]), ")")
        );
    }

    function test_refusal_writesUnknownErrorsInHexadecimal() public pure {
        assertEq(Refusal.text(hex"12345678"), "0x12345678");
        assertEq(Refusal.text(hex"00"), "0x00");
        bytes memory cut = bytes.concat(MPTProof.MptHashMismatch.selector, hex"01");
        assertEq(Refusal.text(cut), vm.toString(cut));
        assertEq(
            Refusal.text(abi.encodeWithSelector(ILightClientManager.ClientPaused.selector, 7)),
            vm.toString(abi.encodeWithSelector(ILightClientManager.ClientPaused.selector, 7))
        );
    }

    function test_refusal_isNeverEmpty(bytes calldata reason) public pure {
        assertGt(bytes(Refusal.text(reason)).length, 0);
        assertEq(Refusal.text(""), "no reason: out of gas, or malformed");
    }

    /// @dev What it costs to fail is bounded, wherever the error is in the list.
    function test_refusal_gas() public view {
        bytes memory last = abi.encodeWithSignature("AttestedNotNewer(uint64,uint64)", 9, 8);
        uint256 used = gasleft();
        string memory text = Refusal.text(last);
        used -= gasleft();
        assertEq(text, "AttestedNotNewer(9,8)");
        assertLt(used, 300_000);
    }

    function _assertNamed(string memory json, string memory at, string memory name) private view {
        string memory types = "";
        string memory written = "";
        bytes memory arguments = "";
        for (uint256 i = 0;; ++i) {
            string memory input = string.concat(at, ".inputs[", vm.toString(i), "]");
            if (!vm.keyExistsJson(json, input)) break;
            string memory kind = vm.parseJsonString(json, string.concat(input, ".type"));
            bool isInteger = bytes(kind)[0] == "u";
            types = string.concat(types, i == 0 ? "" : ",", kind);
            written = string.concat(
                written, i == 0 ? "" : ",", isInteger ? vm.toString(i + 256) : vm.toString(bytes32(i + 256))
            );
            arguments = bytes.concat(arguments, bytes32(i + 256));
        }
        string memory signature = string.concat(name, "(", types, ")");
        string memory text = Refusal.text(bytes.concat(bytes4(keccak256(bytes(signature))), arguments));
        assertEq(text, string.concat(name, "(", written, ")"));
    }

    function _isOther(string memory name) private view returns (bool) {
        for (uint256 i = 0; i < others.length; ++i) {
            if (keccak256(bytes(others[i])) == keccak256(bytes(name))) return true;
        }
        return false;
    }

    function _entry(uint256 i) private pure returns (string memory) {
        return string.concat("[", vm.toString(i), "]");
    }
}
