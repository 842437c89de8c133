// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {GasTest} from "./GasTest.sol";
import {
    InclusionGas,
    InclusionGasOpenZeppelin,
    InclusionGasPacked,
    ReceiptGas,
    ReceiptGasPacked
} from "./ReceiptGas.sol";
import {console2} from "forge-std/Test.sol";

/// @notice Execution gas of proofs, packed and as a list, held to bars.
contract ReceiptGasTest is GasTest {
    /// @dev What a proof of a receipt under three nodes of 308, 532 and 593 bytes may cost, packed and as a list.
    uint256 private constant RECEIPT_BAR = 4500;
    uint256 private constant RECEIPT_LIST_BAR = 5000;

    /// @dev The same of an account under seven full branches.
    uint256 private constant ACCOUNT_BAR = 6500;
    uint256 private constant ACCOUNT_LIST_BAR = 7000;

    /// @dev What the proof of the receipt may cost with the receipt decoded and its second log selected.
    uint256 private constant LOG_BAR = 8500;
    uint256 private constant LOG_LIST_BAR = 9000;

    string private json;

    function setUp() public {
        json = vm.readFile("vectors/mpt/honest.json");
    }

    function test_PCK_gasOfThreeNodeReceipt() public {
        _compare("block of 200, receipt 100", RECEIPT_BAR, RECEIPT_LIST_BAR);
    }

    function test_PCK_gasOfEightNodeAccount() public {
        _compare("8 nodes", ACCOUNT_BAR, ACCOUNT_LIST_BAR);
    }

    function test_RCT_gasOfLog() public {
        string memory at = _find("block of 200, receipt 100");
        bytes32 root = vm.parseJsonBytes32(json, string.concat(at, ".root"));
        bytes[] memory nodes = vm.parseJsonBytesArray(json, string.concat(at, ".proof"));
        address emitter = vm.parseJsonAddress(json, string.concat(at, ".logs[1].emitter"));
        bytes32 topic0 = vm.parseJsonBytes32(json, string.concat(at, ".logs[1].topics[0]"));
        bytes memory data = abi.encodeCall(ReceiptGasPacked.prove, (root, 100, _joined(nodes), 1, emitter, topic0));
        uint256 packed = _gas(address(new ReceiptGasPacked()), data);
        data = abi.encodeCall(ReceiptGas.prove, (root, 100, nodes, 1, emitter, topic0));
        uint256 list = _gas(address(new ReceiptGas()), data);
        console2.log("block of 200, receipt 100, second log: packed, list", packed, list);
        assertLe(packed, LOG_BAR);
        assertLe(list, LOG_LIST_BAR);
    }

    /// @dev The key comes as a word, as a contract derives it; OpenZeppelin takes it as bytes.
    function _compare(string memory name, uint256 bar, uint256 listBar) private {
        string memory at = _find(name);
        bytes32 root = vm.parseJsonBytes32(json, string.concat(at, ".root"));
        bytes memory key = vm.parseJsonBytes(json, string.concat(at, ".key"));
        bytes[] memory nodes = vm.parseJsonBytesArray(json, string.concat(at, ".proof"));
        // forge-lint: disable-next-line(unsafe-typecast)
        bytes32 word = bytes32(key);

        bytes memory data = abi.encodeCall(InclusionGasPacked.inclusion, (root, word, key.length, _joined(nodes)));
        uint256 packed = _gas(address(new InclusionGasPacked()), data);
        data = abi.encodeCall(InclusionGas.inclusion, (root, word, key.length, nodes));
        uint256 list = _gas(address(new InclusionGas()), data);
        data = abi.encodeCall(InclusionGasOpenZeppelin.inclusion, (root, key, nodes));
        uint256 theirs = _gas(address(new InclusionGasOpenZeppelin()), data);
        console2.log(name);
        console2.log("packed, list, OpenZeppelin's:", packed, list, theirs);
        assertLe(packed, bar);
        assertLe(list, listBar);
        assertLt(list, theirs);
    }

    function _joined(bytes[] memory nodes) private pure returns (bytes memory joined) {
        for (uint256 i = 0; i < nodes.length; ++i) {
            joined = bytes.concat(joined, nodes[i]);
        }
    }

    function _find(string memory name) private view returns (string memory at) {
        for (uint256 i = 0;; ++i) {
            at = string.concat(".cases[", vm.toString(i), "]");
            if (keccak256(bytes(vm.parseJsonString(json, string.concat(at, ".name")))) == keccak256(bytes(name))) {
                return at;
            }
        }
    }
}
