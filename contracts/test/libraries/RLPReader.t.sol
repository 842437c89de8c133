// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {RLPReader} from "../../src/libraries/RLPReader.sol";
import {OnLibraries, OnReference, ProofSuite} from "../harness/ProofSuite.sol";
import {RlpEncode} from "../harness/RlpEncode.sol";

// One suite, and the two subjects it runs on; its numbers are counted up to what fits a byte.
// forge-lint: disable-start(multi-contract-file, unsafe-typecast)
abstract contract RLPReaderSuite is ProofSuite {
    /* RLP-1 */

    function test_RLP_1_rejects_noHeader() public {
        _refusesString("", RLPReader.RlpInputTooShort.selector);
        _refusesList("", RLPReader.RlpInputTooShort.selector);
    }

    function test_RLP_1_rejects_noLength() public {
        for (uint8 size = 1; size <= 8; ++size) {
            bytes memory cut = new bytes(size);
            for (uint256 i = 1; i < size; ++i) {
                cut[i] = 0xff;
            }
            cut[0] = bytes1(0xb7 + size);
            _refusesString(cut, RLPReader.RlpInputTooShort.selector);
            cut[0] = bytes1(0xf7 + size);
            _refusesList(cut, RLPReader.RlpInputTooShort.selector);
        }
    }

    function test_RLP_1_rejects_noPayload() public {
        _refusesString(hex"81", RLPReader.RlpInputTooShort.selector);
        _refusesString(hex"82ff", RLPReader.RlpInputTooShort.selector);
        _refusesList(hex"c1", RLPReader.RlpInputTooShort.selector);
        _refusesString(hex"b838", RLPReader.RlpInputTooShort.selector);
        _refusesList(hex"f838", RLPReader.RlpInputTooShort.selector);
        _refusesString(abi.encodePacked(hex"b838", new bytes(55)), RLPReader.RlpInputTooShort.selector);
        _refusesList(abi.encodePacked(hex"f90100", new bytes(255)), RLPReader.RlpInputTooShort.selector);
    }

    function test_RLP_1_rejects_boundaryLengths() public {
        uint64[6] memory lengths = [type(uint64).max, type(uint64).max - 8, 1 << 63, 1 << 62, 1 << 56, (1 << 56) + 1];
        for (uint256 i = 0; i < lengths.length; ++i) {
            _refusesString(abi.encodePacked(hex"bf", lengths[i], new bytes(64)), RLPReader.RlpInputTooShort.selector);
            _refusesList(abi.encodePacked(hex"ff", lengths[i], new bytes(64)), RLPReader.RlpInputTooShort.selector);
        }
    }

    /* RLP-2, RLP-3 */

    function test_RLP_2_rejects_leadingZeroLength() public {
        _refusesString(abi.encodePacked(hex"b90038", new bytes(56)), RLPReader.RlpLengthLeadingZero.selector);
        _refusesList(abi.encodePacked(hex"f90038", new bytes(56)), RLPReader.RlpLengthLeadingZero.selector);
        // where a header of the right length would differ in a bit that the length byte has set anyway
        _refusesList(abi.encodePacked(hex"f900", new bytes(256)), RLPReader.RlpLengthLeadingZero.selector);
        _refusesList(abi.encodePacked(hex"f90000", new bytes(65_536)), RLPReader.RlpLengthLeadingZero.selector);
        // before RLP-3 and before the payload
        _refusesString(hex"b800", RLPReader.RlpLengthLeadingZero.selector);
        _refusesString(hex"bf00ffffffffffffff", RLPReader.RlpLengthLeadingZero.selector);
    }

    function test_RLP_3_rejects_longFormOfShortLength() public {
        _refusesString(abi.encodePacked(hex"b837", new bytes(55)), RLPReader.RlpNonCanonicalSize.selector);
        _refusesList(abi.encodePacked(hex"f837", new bytes(55)), RLPReader.RlpNonCanonicalSize.selector);
        // before the payload
        _refusesString(hex"b801", RLPReader.RlpNonCanonicalSize.selector);
        _refusesList(hex"f801", RLPReader.RlpNonCanonicalSize.selector);
    }

    /* RLP-4 */

    function test_RLP_4_rejects_prefixedSingleByte() public {
        for (uint256 value = 0; value < 0x80; ++value) {
            _refusesString(abi.encodePacked(hex"81", uint8(value)), RLPReader.RlpNonCanonicalSingleByte.selector);
        }
        // before RLP-5
        _refusesString(hex"817f00", RLPReader.RlpNonCanonicalSingleByte.selector);
    }

    function test_RLP_4_accepts_singleBytes() public view {
        for (uint256 value = 0; value < 256; ++value) {
            bytes memory payload = abi.encodePacked(uint8(value));
            assertEq(harness.rlpString(value < 0x80 ? payload : bytes.concat(hex"81", payload)), payload);
        }
        // a list of one byte is no such string
        assertEq(harness.rlpList(hex"c17f"), hex"7f");
    }

    /* RLP-5 */

    function test_RLP_5_rejects_trailingBytes() public {
        _refusesString(hex"8000", RLPReader.RlpTrailingBytes.selector);
        _refusesString(hex"0000", RLPReader.RlpTrailingBytes.selector);
        _refusesList(hex"c000", RLPReader.RlpTrailingBytes.selector);
        _refusesList(abi.encodePacked(hex"f838", new bytes(57)), RLPReader.RlpTrailingBytes.selector);
        _refusesUint(hex"0100", 32, abi.encodeWithSelector(RLPReader.RlpTrailingBytes.selector));
        // before RLP-7
        _refusesUint(hex"82ffff00", 1, abi.encodeWithSelector(RLPReader.RlpTrailingBytes.selector));
        _refusesUint(hex"0000", 1, abi.encodeWithSelector(RLPReader.RlpTrailingBytes.selector));
    }

    function testFuzz_RLP_5_rejects_anySuffix(bytes memory payload, bytes memory suffix) public {
        vm.assume(suffix.length != 0);
        _refusesString(bytes.concat(RlpEncode.str(payload), suffix), RLPReader.RlpTrailingBytes.selector);
        _refusesList(bytes.concat(RlpEncode.list(payload), suffix), RLPReader.RlpTrailingBytes.selector);
    }

    /* RLP-6 */

    function test_RLP_6_rejects_kinds() public {
        _refusesString(hex"c0", RLPReader.RlpUnexpectedList.selector);
        _refusesList(hex"80", RLPReader.RlpUnexpectedString.selector);
        _refusesList(hex"00", RLPReader.RlpUnexpectedString.selector);
        // before RLP-5
        _refusesString(hex"c000", RLPReader.RlpUnexpectedList.selector);
        _refusesList(hex"8000", RLPReader.RlpUnexpectedString.selector);
        // a list of a certain size is taken for one by its header alone
        _refusesList(abi.encodePacked(hex"b838", new bytes(56)), RLPReader.RlpUnexpectedString.selector);
        _refusesList(abi.encodePacked(hex"b90100", new bytes(256)), RLPReader.RlpUnexpectedString.selector);
    }

    function test_RLP_6_accepts_everyLengthOfBothKinds() public view {
        uint24[15] memory lengths = [0, 1, 2, 54, 55, 56, 57, 254, 255, 256, 257, 258, 65_535, 65_536, 65_537];
        for (uint256 i = 0; i < lengths.length; ++i) {
            bytes memory payload = new bytes(lengths[i]);
            if (lengths[i] != 0) payload[0] = 0xff;
            assertEq(harness.rlpString(RlpEncode.str(payload)), payload);
            assertEq(harness.rlpList(RlpEncode.list(payload)), payload);
        }
    }

    function testFuzz_RLP_1_5_6_accepts_roundTrip(bytes memory payload) public view {
        assertEq(harness.rlpString(RlpEncode.str(payload)), payload);
        assertEq(harness.rlpList(RlpEncode.list(payload)), payload);
    }

    /// @dev Whatever is accepted is what an encoder would have written.
    function testFuzz_RLP_2_3_4_accepts_canonical(bytes memory input) public view {
        try harness.rlpString(input) returns (bytes memory payload) {
            assertEq(RlpEncode.str(payload), input);
        } catch {}
        try harness.rlpList(input) returns (bytes memory payload) {
            assertEq(RlpEncode.list(payload), input);
        } catch {}
    }

    /* RLP-7 */

    function test_RLP_7_rejects_tooLarge() public {
        _refusesUint(hex"820100", 1, abi.encodeWithSelector(RLPReader.RlpIntegerTooLarge.selector, 1, 2));
        _refusesUint(_bytes(9), 8, abi.encodeWithSelector(RLPReader.RlpIntegerTooLarge.selector, 8, 9));
        _refusesUint(_bytes(33), 32, abi.encodeWithSelector(RLPReader.RlpIntegerTooLarge.selector, 32, 33));
        _refusesUint(_bytes(300), 32, abi.encodeWithSelector(RLPReader.RlpIntegerTooLarge.selector, 32, 300));
        // before the leading zero
        _refusesUint(hex"820000", 1, abi.encodeWithSelector(RLPReader.RlpIntegerTooLarge.selector, 1, 2));
    }

    function test_RLP_7_rejects_leadingZero() public {
        bytes memory expected = abi.encodeWithSelector(RLPReader.RlpIntegerLeadingZero.selector);
        _refusesUint(hex"00", 32, expected);
        _refusesUint(hex"820001", 32, expected);
        _refusesUint(abi.encodePacked(hex"a0", bytes32(uint256(type(uint248).max))), 32, expected);
    }

    function test_RLP_7_accepts_bounds() public view {
        assertEq(harness.rlpUint(hex"80", 32), 0);
        assertEq(harness.rlpUint(hex"01", 1), 1);
        assertEq(harness.rlpUint(hex"88ffffffffffffffff", 8), type(uint64).max);
        assertEq(harness.rlpUint(abi.encodePacked(hex"a0", type(uint256).max), 32), type(uint256).max);
    }

    function testFuzz_RLP_7_accepts_roundTrip(uint256 value, uint8 shift) public view {
        value >>= shift;
        bytes memory digits;
        for (uint256 left = value; left != 0; left >>= 8) {
            digits = bytes.concat(bytes1(uint8(left)), digits);
        }
        assertEq(harness.rlpUint(RlpEncode.str(digits), 32), value);
    }

    /// @dev A string of `length` bytes, the first of which is not zero.
    function _bytes(uint256 length) private pure returns (bytes memory) {
        bytes memory payload = new bytes(length);
        payload[0] = 0xff;
        return RlpEncode.str(payload);
    }

    function _refusesString(bytes memory input, bytes4 selector) private {
        vm.expectRevert(selector);
        harness.rlpString(input);
    }

    function _refusesList(bytes memory input, bytes4 selector) private {
        vm.expectRevert(selector);
        harness.rlpList(input);
    }

    function _refusesUint(bytes memory input, uint256 max, bytes memory expected) private {
        vm.expectRevert(expected);
        harness.rlpUint(input, max);
    }
}

contract RLPReaderTest is RLPReaderSuite, OnLibraries {}

contract RLPReaderReferenceTest is RLPReaderSuite, OnReference {}
// forge-lint: disable-end(multi-contract-file, unsafe-typecast)
