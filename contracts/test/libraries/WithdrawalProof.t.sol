// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTProof} from "../../src/libraries/MPTProof.sol";
import {RLPReader} from "../../src/libraries/RLPReader.sol";
import {WithdrawalProof} from "../../src/libraries/WithdrawalProof.sol";
import {OnLibraries, OnReference, ProofSuite} from "../harness/ProofSuite.sol";
import {RlpEncode} from "../harness/RlpEncode.sol";

// One suite, and the two subjects it runs on.
// forge-lint: disable-start(multi-contract-file)
abstract contract WithdrawalProofSuite is ProofSuite {
    using RlpEncode for bytes;
    using RlpEncode for bytes[];

    address private constant TO = 0xB9D7934878B5FB9610B3fE8A5e441e8fad7E293f;
    bytes private constant FIRST = hex"e38401178a5b83052d3e94b9d7934878b5fb9610b3fe8a5e441e8fad7e293f84011f6a31";
    bytes private constant SECOND = hex"e38401178a5c83052d3f94b9d7934878b5fb9610b3fe8a5e441e8fad7e293f84011f6b98";

    function test_WDL_1_accepts_bothOfTwo() public view {
        (bytes32 root, bytes memory branch, bytes memory zero, bytes memory one) = _trieOfTwo();
        (uint64 index, uint64 validatorIndex, address to, uint64 amount) =
            harness.withdrawal(root, 0, _two(branch, zero));
        assertEq(index, 0x01178a5b);
        assertEq(validatorIndex, 0x052d3e);
        assertEq(to, TO);
        assertEq(amount, 0x011f6a31);
        (index, validatorIndex, to, amount) = harness.withdrawal(root, 1, _two(branch, one));
        assertEq(index, 0x01178a5c);
        assertEq(validatorIndex, 0x052d3f);
        assertEq(to, TO);
        assertEq(amount, 0x011f6b98);
    }

    function testFuzz_WDL_1_accepts_anyFields(uint64 index, uint64 validatorIndex, address to, uint64 amount)
        public
        view
    {
        bytes memory value = _withdrawal(_uint(index), _uint(validatorIndex), abi.encodePacked(to).str(), _uint(amount));
        (uint64 gotIndex, uint64 gotValidator, address gotTo, uint64 gotAmount) = harness.decodeWithdrawal(value);
        assertEq(gotIndex, index);
        assertEq(gotValidator, validatorIndex);
        assertEq(gotTo, to);
        assertEq(gotAmount, amount);
    }

    function test_WDL_1_accepts_rejects_absence() public {
        (bytes32 root, bytes memory branch,, bytes memory one) = _trieOfTwo();
        harness.withdrawalAbsent(root, 2, _two(branch, one));
        harness.withdrawalAbsent(root, 0x10, _one(branch));
        harness.withdrawalAbsent(MPTProof.EMPTY_ROOT, 0, new bytes[](0));
        vm.expectRevert(MPTProof.MptKeyPresent.selector);
        harness.withdrawalAbsent(root, 1, _two(branch, one));
        vm.expectRevert(MPTProof.MptKeyAbsent.selector);
        harness.withdrawal(root, 2, _two(branch, one));
        vm.expectRevert(abi.encodeWithSelector(MPTProof.MptHashMismatch.selector, 1));
        harness.withdrawal(root, 0, _two(branch, one));
    }

    /// @dev What `BlockHeader.openBody` answers of a header from before Shanghai.
    function test_WDL_1_rejects_noRoot() public {
        vm.expectRevert(MPTProof.MptZeroRoot.selector);
        harness.withdrawalAbsent(0, 0, _one(hex"80"));
    }

    function test_WDL_1_rejects_exactList() public {
        _refuses(abi.encodeWithSelector(RLPReader.RlpTrailingBytes.selector), bytes.concat(FIRST, hex"00"));
        _refuses(abi.encodeWithSelector(RLPReader.RlpUnexpectedString.selector), hex"80");
        _refuses(abi.encodeWithSelector(RLPReader.RlpInputTooShort.selector), "");
    }

    function test_WDL_1_rejects_fieldCount() public {
        for (uint256 count = 0; count < 7; ++count) {
            bytes memory fields;
            for (uint256 i = 0; i < count; ++i) {
                fields = bytes.concat(fields, hex"c0");
            }
            uint256 got = count > 5 ? 5 : count;
            if (count != 4) {
                _refuses(abi.encodeWithSelector(WithdrawalProof.WithdrawalFieldCount.selector, got), fields.list());
            }
        }
        // the headers of all fields come first
        _refuses(abi.encodeWithSelector(RLPReader.RlpInputTooShort.selector), hex"c400c0c081");
    }

    function test_WDL_1_rejects_fieldsInOrder() public {
        bytes memory nine = hex"89010000000000000000";
        bytes memory address_ = new bytes(20).str();
        bytes memory tooLarge = abi.encodeWithSelector(RLPReader.RlpIntegerTooLarge.selector, 8, 9);
        bytes memory leadingZero = abi.encodeWithSelector(RLPReader.RlpIntegerLeadingZero.selector);
        bytes memory wrongLength = abi.encodeWithSelector(RLPReader.RlpWrongLength.selector, 20, 1);
        bytes memory list = abi.encodeWithSelector(RLPReader.RlpUnexpectedList.selector);
        _refuses(tooLarge, _withdrawal(nine, hex"00", hex"01", hex"c0"));
        _refuses(leadingZero, _withdrawal(hex"80", hex"00", hex"01", hex"c0"));
        _refuses(tooLarge, _withdrawal(hex"80", nine, hex"01", hex"c0"));
        _refuses(wrongLength, _withdrawal(hex"80", hex"80", hex"01", hex"c0"));
        _refuses(list, _withdrawal(hex"80", hex"80", address_, hex"c0"));
        _refuses(tooLarge, _withdrawal(hex"80", hex"80", address_, nine));
    }

    function _refuses(bytes memory expected, bytes memory value) private {
        bytes memory leaf = RlpEncode.leaf(hex"0800", value.length == 0 ? bytes(hex"f8") : value);
        vm.expectRevert(expected);
        harness.withdrawal(keccak256(leaf), 0, _one(leaf));
        vm.expectRevert(expected);
        harness.decodeWithdrawal(value);
    }

    function _withdrawal(bytes memory index, bytes memory validatorIndex, bytes memory to, bytes memory amount)
        private
        pure
        returns (bytes memory)
    {
        return bytes.concat(index, validatorIndex, to, amount).list();
    }

    /// @dev A canonical integer.
    function _uint(uint64 value) private pure returns (bytes memory) {
        uint256 length;
        while (value >> (8 * length) != 0 && length < 8) ++length;
        bytes memory digits = new bytes(length);
        bytes8 all = bytes8(value);
        for (uint256 i = 0; i < length; ++i) {
            digits[i] = all[8 - length + i];
        }
        return digits.str();
    }

    /// @dev `FIRST` at 0, of which the key is 0x80, and `SECOND` at 1, of which it is 0x01.
    function _trieOfTwo()
        private
        pure
        returns (bytes32 root, bytes memory branch, bytes memory zero, bytes memory one)
    {
        zero = RlpEncode.leaf(hex"00", FIRST);
        one = RlpEncode.leaf(hex"01", SECOND);
        branch = RlpEncode.branch("").put(8, zero.childOf()).put(0, one.childOf()).join();
        root = keccak256(branch);
    }
}

contract WithdrawalProofTest is WithdrawalProofSuite, OnLibraries {}

contract WithdrawalProofReferenceTest is WithdrawalProofSuite, OnReference {}
// forge-lint: disable-end(multi-contract-file)
