// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {RLPReaderReference} from "../../reference/RLPReaderReference.sol";
import {ReceiptLogReference} from "../../reference/ReceiptLogReference.sol";
import {RLPReader} from "../../src/libraries/RLPReader.sol";
import {ReceiptLog as Receipts} from "../../src/libraries/ReceiptLog.sol"; // forge-std has a ReceiptLog of its own
import {Symbolic} from "./Symbolic.sol";

// Halmos knows properties by the prefix `check_`.
// forge-lint: disable-start(mixed-case-function)

/// @notice `RLPReader` and its plain twin agree, and so do the keys of receipts.
contract RLPSymbolicTest is Symbolic {
    /* The two subjects, callable */

    function item(bytes calldata input) external pure returns (bool isList, uint256 length, uint256 rest) {
        (uint256 at, uint256 end) = RLPReader.bounds(input);
        uint256 payload;
        uint256 next;
        (isList, payload, next) = RLPReader.readItem(at, end);
        return (isList, next - payload, end - next);
    }

    function itemReference(bytes calldata input) external pure returns (bool isList, uint256 length, uint256 rest) {
        bytes calldata payload;
        bytes calldata behind;
        (isList, payload, behind) = RLPReaderReference.next(input);
        return (isList, payload.length, behind.length);
    }

    function list(bytes calldata input) external pure returns (uint256 length) {
        return RLPReader.exactList(input).length;
    }

    function listReference(bytes calldata input) external pure returns (uint256 length) {
        return RLPReaderReference.exactList(input).length;
    }

    function integer(bytes calldata input, uint256 max) external pure returns (uint256) {
        return RLPReader.exactUint(input, max);
    }

    function integerReference(bytes calldata input, uint256 max) external pure returns (uint256) {
        return RLPReaderReference.exactUint(input, max);
    }

    /* Properties */

    /// @notice An item of either kind, canonical or not: all headers there are, with what they announce or less.
    /// @custom:halmos --array-lengths input={0,1,2,3,4,8,9,10,33,34,56,57,58,60}
    function check_item(bytes calldata input) public view {
        _same(abi.encodeCall(this.item, (input)), abi.encodeCall(this.itemReference, (input)));
    }

    function testFuzz_RLP_1_2_3_4_item(bytes calldata input) external view {
        check_item(input);
    }

    /// @notice A list that is the whole input, read by its usual headers and by all others.
    /// @custom:halmos --array-lengths input={0,1,2,56,57,58,59,257,258,259,260,529,532}
    function check_list(bytes calldata input) public view {
        _same(abi.encodeCall(this.list, (input)), abi.encodeCall(this.listReference, (input)));
    }

    function testFuzz_RLP_5_6_list(bytes calldata input) external view {
        check_list(input);
    }

    /// @notice An integer of eight bytes.
    /// @custom:halmos --array-lengths input={0,1,2,3,8,9,10}
    function check_integer8(bytes calldata input) public view {
        _same(abi.encodeCall(this.integer, (input, 8)), abi.encodeCall(this.integerReference, (input, 8)));
    }

    function testFuzz_RLP_7_integer8(bytes calldata input) external view {
        check_integer8(input);
    }

    /// @notice An integer of a word.
    /// @custom:halmos --array-lengths input={1,2,32,33,34}
    function check_integer32(bytes calldata input) public view {
        _same(abi.encodeCall(this.integer, (input, 32)), abi.encodeCall(this.integerReference, (input, 32)));
    }

    function testFuzz_RLP_7_integer32(bytes calldata input) external view {
        check_integer32(input);
    }

    /// @notice The key of a receipt, for every index there is.
    function check_indexKey(uint64 index) public pure {
        (bytes32 key, uint256 length) = Receipts.indexKey(index);
        bytes memory twin = ReceiptLogReference.indexKey(index);
        assert(length == twin.length);
        for (uint256 i = 0; i < 9; ++i) {
            if (i < twin.length) assert(key[i] == twin[i]);
            else assert(key[i] == 0);
        }
    }

    function testFuzz_RCT_1_indexKey(uint64 index, uint8 shift) external pure {
        check_indexKey(index >> (shift % 64));
    }
}
// forge-lint: disable-end(mixed-case-function)
