// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTProof} from "../../src/libraries/MPTProof.sol";
import {RLPReader} from "../../src/libraries/RLPReader.sol";
import {StateProof} from "../../src/libraries/StateProof.sol";
import {OnLibraries, OnReference, ProofSuite} from "../harness/ProofSuite.sol";
import {RlpEncode} from "../harness/RlpEncode.sol";

// One suite, and the two subjects it runs on.
// forge-lint: disable-start(multi-contract-file)
abstract contract StateProofSuite is ProofSuite {
    using RlpEncode for bytes;

    address private constant WHO = 0x1111111111111111111111111111111111111111;
    bytes32 private constant SLOT = bytes32(uint256(7));
    bytes32 private constant WORD = keccak256("any");

    /* ACC-1 */

    function test_ACC_1_accepts_honest() public {
        string[] memory cases = _honest("account");
        for (uint256 i = 0; i < cases.length; ++i) {
            _verifyHonestAccount(cases[i]);
        }
    }

    function _verifyHonestAccount(string memory json) private {
        bytes32 root = vm.parseJsonBytes32(json, ".root");
        address who = vm.parseJsonAddress(json, ".address");
        bytes[] memory nodes = vm.parseJsonBytesArray(json, ".proof");
        if (_isAbsent(json)) {
            harness.accountAbsent(root, who, nodes);
            vm.expectRevert(MPTProof.MptKeyAbsent.selector);
            harness.account(root, who, nodes);
            return;
        }
        (uint64 nonce, uint256 balance, bytes32 storageRoot, bytes32 codeHash) = harness.account(root, who, nodes);
        assertEq(nonce, vm.parseJsonUint(json, ".nonce"));
        assertEq(bytes32(balance), vm.parseJsonBytes32(json, ".balance"));
        assertEq(storageRoot, vm.parseJsonBytes32(json, ".storageRoot"));
        assertEq(codeHash, vm.parseJsonBytes32(json, ".codeHash"));
        vm.expectRevert(MPTProof.MptKeyPresent.selector);
        harness.accountAbsent(root, who, nodes);
    }

    function test_ACC_1_rejects_exactList() public {
        bytes memory account = _account(hex"80", hex"80", _word(), _word());
        _refusesAccount(abi.encodeWithSelector(RLPReader.RlpTrailingBytes.selector), bytes.concat(account, hex"00"));
        _refusesAccount(abi.encodeWithSelector(RLPReader.RlpUnexpectedString.selector), hex"01");
    }

    function test_ACC_1_rejects_fieldCount() public {
        for (uint256 count = 0; count < 7; ++count) {
            bytes memory fields;
            for (uint256 i = 0; i < count; ++i) {
                fields = bytes.concat(fields, hex"c0");
            }
            uint256 got = count > 5 ? 5 : count;
            if (count != 4) {
                _refusesAccount(abi.encodeWithSelector(StateProof.AccountFieldCount.selector, got), fields.list());
            }
        }
        // the headers of all fields come first
        _refusesAccount(abi.encodeWithSelector(RLPReader.RlpInputTooShort.selector), hex"c400c0c081");
    }

    function test_ACC_1_rejects_fields() public {
        bytes memory nine = hex"89010000000000000000";
        bytes memory tooLarge = abi.encodeWithSelector(RLPReader.RlpIntegerTooLarge.selector, 8, 9);
        _refusesAccount(tooLarge, _account(nine, hex"80", _word(), _word()));
        bytes memory leadingZero = abi.encodeWithSelector(RLPReader.RlpIntegerLeadingZero.selector);
        _refusesAccount(leadingZero, _account(hex"00", hex"80", _word(), _word()));
        _refusesAccount(leadingZero, _account(hex"80", hex"00", _word(), _word()));
        tooLarge = abi.encodeWithSelector(RLPReader.RlpIntegerTooLarge.selector, 32, 33);
        _refusesAccount(tooLarge, _account(hex"80", abi.encodePacked(hex"a101", bytes32(0)), _word(), _word()));
        bytes memory wrongLength = abi.encodeWithSelector(RLPReader.RlpWrongLength.selector, 32, 31);
        _refusesAccount(wrongLength, _account(hex"80", hex"80", new bytes(31).str(), _word()));
        _refusesAccount(wrongLength, _account(hex"80", hex"80", _word(), new bytes(31).str()));
        bytes memory list = abi.encodeWithSelector(RLPReader.RlpUnexpectedList.selector);
        _refusesAccount(list, _account(hex"80", hex"80", _word(), new bytes(32).list()));
    }

    function test_ACC_1_accepts_bounds() public view {
        bytes memory maximum = abi.encodePacked(hex"a0", type(uint256).max);
        bytes memory leaf = _leafOf(_accountKey(), _account(hex"88ffffffffffffffff", maximum, _word(), _word()));
        (uint64 nonce, uint256 balance, bytes32 storageRoot, bytes32 codeHash) =
            harness.account(keccak256(leaf), WHO, _one(leaf));
        assertEq(nonce, type(uint64).max);
        assertEq(balance, type(uint256).max);
        assertEq(storageRoot, WORD);
        assertEq(codeHash, WORD);
    }

    /* ACC-2 */

    function test_ACC_2_accepts_rejects_honest() public {
        string[] memory cases = _honest("storage");
        for (uint256 i = 0; i < cases.length; ++i) {
            bytes32 root = vm.parseJsonBytes32(cases[i], ".root");
            bytes32 slot = vm.parseJsonBytes32(cases[i], ".slot");
            bytes[] memory nodes = vm.parseJsonBytesArray(cases[i], ".proof");
            if (_isAbsent(cases[i])) {
                harness.storageAbsent(root, slot, nodes);
                vm.expectRevert(MPTProof.MptKeyAbsent.selector);
                harness.storageAt(root, slot, nodes);
            } else {
                assertEq(bytes32(harness.storageAt(root, slot, nodes)), vm.parseJsonBytes32(cases[i], ".held"));
                vm.expectRevert(MPTProof.MptKeyPresent.selector);
                harness.storageAbsent(root, slot, nodes);
            }
        }
    }

    function test_ACC_2_rejects_zero() public {
        _refusesSlot(abi.encodeWithSelector(StateProof.StorageZeroValue.selector), hex"80");
    }

    function test_ACC_2_rejects_canonicalInteger() public {
        _refusesSlot(abi.encodeWithSelector(RLPReader.RlpIntegerLeadingZero.selector), hex"00");
        _refusesSlot(abi.encodeWithSelector(RLPReader.RlpIntegerLeadingZero.selector), hex"820001");
        _refusesSlot(abi.encodeWithSelector(RLPReader.RlpTrailingBytes.selector), hex"0100");
        _refusesSlot(abi.encodeWithSelector(RLPReader.RlpTrailingBytes.selector), hex"8000");
        _refusesSlot(abi.encodeWithSelector(RLPReader.RlpUnexpectedList.selector), hex"c101");
        _refusesSlot(abi.encodeWithSelector(RLPReader.RlpNonCanonicalSingleByte.selector), hex"8101");
        bytes memory tooLarge = abi.encodeWithSelector(RLPReader.RlpIntegerTooLarge.selector, 32, 33);
        _refusesSlot(tooLarge, abi.encodePacked(hex"a101", bytes32(0)));
    }

    /// @dev A slot that holds the hash of a forged leaf: its value is not followed.
    function test_ACC_2_accepts_rejects_valueIsNoReference() public {
        bytes memory forged = RlpEncode.leaf("", abi.encodePacked(hex"a0", type(uint256).max));
        bytes memory leaf = _leafOf(keccak256(bytes.concat(SLOT)), abi.encodePacked(hex"a0", keccak256(forged)));
        vm.expectRevert(abi.encodeWithSelector(MPTProof.MptTrailingNode.selector, 1));
        harness.storageAt(keccak256(leaf), SLOT, _two(leaf, forged));
        assertEq(harness.storageAt(keccak256(leaf), SLOT, _one(leaf)), uint256(keccak256(forged)));
    }

    /* Helpers */

    function _accountKey() private pure returns (bytes32) {
        return keccak256(abi.encodePacked(WHO));
    }

    function _word() private pure returns (bytes memory) {
        return bytes.concat(WORD).str();
    }

    function _account(bytes memory nonce, bytes memory balance, bytes memory root, bytes memory code)
        private
        pure
        returns (bytes memory)
    {
        return bytes.concat(nonce, balance, root, code).list();
    }

    /// @dev The one leaf of a trie with one key.
    function _leafOf(bytes32 key, bytes memory value) private pure returns (bytes memory) {
        bytes memory nibbles = new bytes(64);
        for (uint256 i = 0; i < 32; ++i) {
            (nibbles[2 * i], nibbles[2 * i + 1]) = (key[i] >> 4, key[i] & 0x0f);
        }
        return RlpEncode.leaf(nibbles, value);
    }

    function _refusesAccount(bytes memory expected, bytes memory account) private {
        bytes memory leaf = _leafOf(_accountKey(), account);
        vm.expectRevert(expected);
        harness.account(keccak256(leaf), WHO, _one(leaf));
    }

    function _refusesSlot(bytes memory expected, bytes memory value) private {
        bytes memory leaf = _leafOf(keccak256(bytes.concat(SLOT)), value);
        vm.expectRevert(expected);
        harness.storageAt(keccak256(leaf), SLOT, _one(leaf));
    }
}

contract StateProofTest is StateProofSuite, OnLibraries {}

contract StateProofReferenceTest is StateProofSuite, OnReference {}
// forge-lint: disable-end(multi-contract-file)
