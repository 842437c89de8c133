// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTProof} from "../../src/libraries/MPTProof.sol";
import {RLPReader} from "../../src/libraries/RLPReader.sol";
import {TransactionProof} from "../../src/libraries/TransactionProof.sol";
import {OnLibraries, OnReference, ProofSuite} from "../harness/ProofSuite.sol";
import {RlpEncode} from "../harness/RlpEncode.sol";

// One suite, and the two subjects it runs on; its numbers are counted up to what fits a byte.
// forge-lint: disable-start(multi-contract-file, unsafe-typecast)
abstract contract TransactionProofSuite is ProofSuite {
    using RlpEncode for bytes;
    using RlpEncode for bytes[];

    /// @dev The only transaction of mainnet's block 46147, its hash, and the transactions root in the block's header.
    bytes private constant FIRST =
        hex"f86780862d79883d2000825208945df9b87991262f6ba471f09758cde1c0fc1de734827a69801ca088ff6cf0fefd94db46111149ae4bfc179e9b94721fffd821d38d16464b3f71d0a045e0aff800961cfce805daef7016b9b675c137a6a41a548f7b60a3484c06a33a";
    bytes32 private constant FIRST_HASH = 0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060;
    bytes32 private constant FIRST_ROOT = 0x4513310fcb9f6f616972a3b948dc5d547f280849a87ebb5af0191f98b87be598;

    function test_TXN_1_accepts_firstOfMainnet() public view {
        bytes memory leaf = RlpEncode.leaf(hex"0800", FIRST);
        (uint8 txType, bytes memory encoded) = harness.transaction(FIRST_ROOT, 0, _one(leaf));
        assertEq(txType, 0);
        assertEq(encoded, FIRST);
        assertEq(keccak256(encoded), FIRST_HASH);
    }

    function test_TXN_1_accepts_bothOfTwo() public view {
        bytes memory typed = bytes.concat(hex"02", FIRST);
        (bytes32 root, bytes memory branch, bytes memory zero, bytes memory one) = _trieOfTwo(FIRST, typed);
        (uint8 txType, bytes memory encoded) = harness.transaction(root, 0, _two(branch, zero));
        assertEq(txType, 0);
        assertEq(encoded, FIRST);
        (txType, encoded) = harness.transaction(root, 1, _two(branch, one));
        assertEq(txType, 2);
        assertEq(encoded, typed);
    }

    function test_TXN_1_accepts_rejects_absence() public {
        (bytes32 root, bytes memory branch,, bytes memory one) = _trieOfTwo(FIRST, FIRST);
        harness.transactionAbsent(root, 2, _two(branch, one));
        harness.transactionAbsent(root, 0x10, _one(branch));
        harness.transactionAbsent(MPTProof.EMPTY_ROOT, 0, new bytes[](0));
        vm.expectRevert(MPTProof.MptKeyPresent.selector);
        harness.transactionAbsent(root, 1, _two(branch, one));
        vm.expectRevert(MPTProof.MptKeyAbsent.selector);
        harness.transaction(root, 2, _two(branch, one));
        vm.expectRevert(MPTProof.MptZeroRoot.selector);
        harness.transaction(0, 0, _one(hex"80"));
    }

    /// @dev The key is derived from the index, so the proof of one place is none of another.
    function test_TXN_1_rejects_otherIndex() public {
        (bytes32 root, bytes memory branch, bytes memory zero, bytes memory one) = _trieOfTwo(FIRST, FIRST);
        vm.expectRevert(abi.encodeWithSelector(MPTProof.MptHashMismatch.selector, 1));
        harness.transaction(root, 1, _two(branch, zero));
        vm.expectRevert(abi.encodeWithSelector(MPTProof.MptHashMismatch.selector, 1));
        harness.transaction(root, 0, _two(branch, one));
    }

    function test_TXN_1_accepts_rejects_everyFirstByte() public {
        for (uint256 first = 0; first < 256; ++first) {
            bytes memory encoded = bytes.concat(bytes1(uint8(first)), hex"ff00");
            bool unknown = first == 0 || (first >= 0x80 && first < 0xc0);
            if (unknown) {
                vm.expectRevert(abi.encodeWithSelector(TransactionProof.TransactionUnknownType.selector, first));
            }
            uint8 txType = harness.transactionType(encoded);
            if (!unknown) assertEq(txType, first >= 0xc0 ? 0 : first);
        }
    }

    /// @dev The network form, a typed transaction as an RLP string, is no value of the trie.
    function test_TXN_1_rejects_networkForm() public {
        bytes memory leaf = RlpEncode.leaf(hex"0800", bytes.concat(hex"02", FIRST).str());
        vm.expectRevert(abi.encodeWithSelector(TransactionProof.TransactionUnknownType.selector, 0xb8));
        harness.transaction(keccak256(leaf), 0, _one(leaf));
    }

    function test_TXN_1_rejects_noByte() public {
        vm.expectRevert(RLPReader.RlpInputTooShort.selector);
        harness.transactionType("");
    }

    /// @dev The values at 0, of which the key is 0x80, and at 1, of which it is 0x01.
    function _trieOfTwo(bytes memory first, bytes memory second)
        private
        pure
        returns (bytes32 root, bytes memory branch, bytes memory zero, bytes memory one)
    {
        zero = RlpEncode.leaf(hex"00", first);
        one = RlpEncode.leaf(hex"01", second);
        branch = RlpEncode.branch("").put(8, zero.childOf()).put(0, one.childOf()).join();
        root = keccak256(branch);
    }
}

contract TransactionProofTest is TransactionProofSuite, OnLibraries {}

contract TransactionProofReferenceTest is TransactionProofSuite, OnReference {}
// forge-lint: disable-end(multi-contract-file, unsafe-typecast)
