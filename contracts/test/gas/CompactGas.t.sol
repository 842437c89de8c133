// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTCompact} from "../../src/libraries/MPTCompact.sol";
import {MPTProof} from "../../src/libraries/MPTProof.sol";
import {ReceiptLog as Receipts} from "../../src/libraries/ReceiptLog.sol"; // forge-std has a ReceiptLog of its own
import {OnLibraries} from "../harness/ProofSuite.sol";
import {CompactEncode} from "../support/CompactEncode.sol";
import {GasTest} from "./GasTest.sol";
import {console2} from "forge-std/Test.sol";

// The wrapper is nothing without its test.
// forge-lint: disable-start(multi-contract-file)

/// @notice Compact and listed proofs behind the smallest wrapper: a length comes back.
contract CompactGas {
    /// @return length Bytes of the receipt.
    function receipt(bytes32 root, uint64 index, bytes calldata proof) external pure returns (uint256 length) {
        (bytes32 key, uint256 keyLength) = Receipts.indexKey(index);
        return MPTCompact.inclusion(root, key, keyLength, proof).length;
    }

    /// @return length Bytes of the receipt.
    function receiptListed(bytes32 root, uint64 index, bytes[] calldata nodes) external pure returns (uint256 length) {
        (bytes32 key, uint256 keyLength) = Receipts.indexKey(index);
        return MPTProof.inclusion(root, key, keyLength, nodes).length;
    }

    /// @return length Bytes of the account.
    function account(bytes32 root, address who, bytes calldata proof) external pure returns (uint256 length) {
        return MPTCompact.inclusion(root, keccak256(abi.encodePacked(who)), 32, proof).length;
    }

    /// @return length Bytes of the account.
    function accountListed(bytes32 root, address who, bytes[] calldata nodes) external pure returns (uint256 length) {
        return MPTProof.inclusion(root, keccak256(abi.encodePacked(who)), 32, nodes).length;
    }
}

/// @notice What a whole transaction costs when calldata decides (EIP-7623), and that it does decide.
contract CompactGasTest is OnLibraries, GasTest {
    /// @dev What the transaction with a receipt under three nodes of 308, 532 and 593 bytes may cost.
    uint256 private constant RECEIPT_BAR = 67_500;

    function test_CPT_floorOfThreeNodeReceipt() public {
        string memory json = _honest("receipt", "block of 200, receipt 100");
        bytes32 root = vm.parseJsonBytes32(json, ".root");
        bytes[] memory nodes = vm.parseJsonBytesArray(json, ".proof");
        bytes memory proof = _compact(json, nodes);
        uint256 floor = _report("receipt of 3 nodes, compact", abi.encodeCall(CompactGas.receipt, (root, 100, proof)));
        uint256 listed =
            _report("receipt of 3 nodes, listed", abi.encodeCall(CompactGas.receiptListed, (root, 100, nodes)));
        assertLe(floor, RECEIPT_BAR);
        assertLt(floor, listed);
    }

    function test_CPT_floorOfEightNodeAccount() public {
        string memory json = _honest("account", "8 nodes");
        bytes32 root = vm.parseJsonBytes32(json, ".root");
        address who = vm.parseJsonAddress(json, ".address");
        bytes[] memory nodes = vm.parseJsonBytesArray(json, ".proof");
        bytes memory proof = _compact(json, nodes);
        uint256 floor = _report("account of 8 nodes, compact", abi.encodeCall(CompactGas.account, (root, who, proof)));
        uint256 listed =
            _report("account of 8 nodes, listed", abi.encodeCall(CompactGas.accountListed, (root, who, nodes)));
        assertLt(floor, listed);
    }

    function _compact(string memory json, bytes[] memory nodes) private pure returns (bytes memory proof) {
        (, proof) = CompactEncode.encode(vm.parseJsonBytes(json, ".key"), nodes);
    }

    /// @dev Gas of the transaction that does nothing else. Its floor has to be above its standard price, or the bytes saved would
    /// be worth less than the gas of rebuilding them.
    function _report(string memory name, bytes memory call) private returns (uint256 floor) {
        uint256 intrinsic;
        (intrinsic, floor) = _price(call);
        uint256 execution = _gas(address(new CompactGas()), call);
        console2.log(string.concat(name, ": bytes of calldata, execution, floor"), call.length, execution, floor);
        assertLt(intrinsic + execution, floor);
    }
}
// forge-lint: disable-end(multi-contract-file)
