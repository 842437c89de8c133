// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ReceiptLog as Receipts} from "../../src/libraries/ReceiptLog.sol"; // forge-std has a ReceiptLog of its own
import {OnLibraries, ProofSuite} from "../harness/ProofSuite.sol";
import {RlpEncode} from "../harness/RlpEncode.sol";

/// @notice Logs of receipts whoever emitted them: `logOf` beside what `vectors/mpt/receipts.json` says of `select`, `logsOf` beside `logOf`.
contract ReceiptLogsTest is ProofSuite, OnLibraries {
    using RlpEncode for bytes;
    using RlpEncode for bytes[];

    function logOf(bytes calldata receipt, Receipts.TypePolicy policy, uint256 index)
        external
        pure
        returns (address emitter, bytes32[] memory topics, bytes memory data)
    {
        bytes calldata list;
        (emitter, list, data) = Receipts.logOf(receipt, policy, index);
        topics = new bytes32[](Receipts.topicCount(list));
        for (uint256 i = 0; i < topics.length; ++i) {
            topics[i] = Receipts.topic(list, i);
        }
    }

    function logsOf(bytes calldata receipt, Receipts.TypePolicy policy) external pure returns (bytes memory) {
        return Receipts.logsOf(receipt, policy);
    }

    function test_RCT_2_3_4_5_6_7_accepts_rejects_logsAsSelectDoes() public {
        (uint256 accepted, uint256 refused) = (0, 0);
        string[] memory lines = vm.split(vm.readFile("vectors/mpt/receipts.json"), "\n");
        for (uint256 i = 1; i < lines.length - 2; ++i) {
            string memory json = _withoutComma(lines[i]);
            if (!vm.keyExistsJson(json, ".value")) continue;
            if (this.hold(json)) ++accepted;
            else ++refused;
        }
        assertGt(accepted, 40);
        assertGt(refused, 100);
    }

    /// @dev Called from outside, so that it leaves no memory behind.
    function hold(string memory json) external view returns (bool accepted) {
        bytes memory receipt = vm.parseJsonBytes(json, ".value");
        uint256 index = vm.parseJsonUint(json, ".logIndex");
        Receipts.TypePolicy policy = keccak256(bytes(vm.parseJsonString(json, ".policy"))) == keccak256("known")
            ? Receipts.TypePolicy.Known
            : Receipts.TypePolicy.Any;
        bytes memory expected =
            vm.keyExistsJson(json, ".expect.error") ? _error(vm.parseJsonString(json, ".expect.error")) : bytes("");
        // What only `select` asks about. A selector is the first four bytes.
        // forge-lint: disable-start(unsafe-typecast)
        if (bytes4(expected) == Receipts.ReceiptLogEmitter.selector) expected = "";
        if (bytes4(expected) == Receipts.ReceiptLogTopic.selector) expected = "";
        // forge-lint: disable-end(unsafe-typecast)
        string memory id = vm.parseJsonString(json, ".id");

        try this.logOf(receipt, policy, index) returns (address, bytes32[] memory topics, bytes memory data) {
            assertEq(expected, "", id);
            accepted = true;
            if (vm.keyExistsJson(json, ".expect.topics")) {
                assertEq(topics, vm.parseJsonBytes32Array(json, ".expect.topics"), id);
            }
            if (vm.keyExistsJson(json, ".expect.data")) assertEq(data, vm.parseJsonBytes(json, ".expect.data"), id);
        } catch (bytes memory error_) {
            assertEq(error_, expected, id);
        }
        _assertAll(receipt, policy, id);
    }

    /// @dev The list is that of the logs read one by one; and if one of them cannot be read, the list is refused for that.
    function _assertAll(bytes memory receipt, Receipts.TypePolicy policy, string memory id) private view {
        bytes[] memory items = new bytes[](2048);
        uint256 count;
        bytes memory failure;
        while (failure.length == 0) {
            try this.logOf(receipt, policy, count) returns (
                address emitter, bytes32[] memory topics, bytes memory data
            ) {
                items[count++] = _encoded(emitter, topics, data);
            } catch (bytes memory error_) {
                failure = error_;
            }
        }
        bool complete =
            keccak256(failure) == keccak256(abi.encodeWithSelector(Receipts.ReceiptLogMissing.selector, count, count));
        assembly ("memory-safe") {
            mstore(items, count) // shortens the array to what has been found
        }
        try this.logsOf(receipt, policy) returns (bytes memory list) {
            assertTrue(complete, id);
            assertEq(list, items.join(), id);
        } catch (bytes memory error_) {
            assertFalse(complete, id);
            assertEq(error_, failure, id);
        }
    }

    function _encoded(address emitter, bytes32[] memory topics, bytes memory data) private pure returns (bytes memory) {
        bytes[] memory words = new bytes[](topics.length);
        for (uint256 i = 0; i < topics.length; ++i) {
            words[i] = bytes.concat(topics[i]).str();
        }
        bytes[] memory fields = new bytes[](3);
        (fields[0], fields[1], fields[2]) = (abi.encodePacked(emitter).str(), words.join(), data.str());
        return fields.join();
    }
}
