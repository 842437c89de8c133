// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTBatch} from "../../src/libraries/MPTBatch.sol";
import {MPTProof} from "../../src/libraries/MPTProof.sol";
import {StateBatch} from "../../src/libraries/StateBatch.sol";
import {StateCompact} from "../../src/libraries/StateCompact.sol";
import {StateProof} from "../../src/libraries/StateProof.sol";
import {OnLibraries} from "../harness/ProofSuite.sol";
import {RlpEncode} from "../harness/RlpEncode.sol";
import {CompactEncode} from "../support/CompactEncode.sol";
import {TrieBuild} from "../support/TrieBuild.sol";

// Numbers are cut to bytes on purpose.
// forge-lint: disable-start(unsafe-typecast)

/// @notice Accounts and slots in batches and in compact form are those that a trie was built of.
contract StateBatchTest is OnLibraries, TrieBuild {
    using RlpEncode for bytes;

    bytes32 private constant CODE_HASH = keccak256("code");

    /* The libraries, callable */

    function accountStorage(
        bytes32 root,
        address who,
        bytes[] calldata accountNodes,
        bytes32[] calldata slots,
        bytes[] calldata storageNodes
    ) external pure returns (StateBatch.Account memory, uint256[] memory) {
        return StateBatch.accountStorage(root, who, accountNodes, slots, storageNodes);
    }

    function accounts(bytes32 root, address[] calldata who, bytes[] calldata nodes)
        external
        pure
        returns (StateBatch.Account[] memory)
    {
        return StateBatch.accounts(root, who, nodes);
    }

    function storageAt(bytes32 root, bytes32[] calldata slots, bytes[] calldata nodes)
        external
        pure
        returns (uint256[] memory)
    {
        return StateBatch.storageAt(root, slots, nodes);
    }

    function storageAbsent(bytes32 root, bytes32[] calldata slots, bytes[] calldata nodes) external pure {
        StateBatch.storageAbsent(root, slots, nodes);
    }

    function compactAccount(bytes32 root, address who, bytes calldata proof)
        external
        pure
        returns (StateBatch.Account memory opened)
    {
        (opened.nonce, opened.balance, opened.storageRoot, opened.codeHash) = StateCompact.account(root, who, proof);
    }

    function compactAccountAbsent(bytes32 root, address who, bytes calldata proof) external pure {
        StateCompact.accountAbsent(root, who, proof);
    }

    function compactStorage(bytes32 root, bytes32 slot, bytes calldata proof) external pure returns (uint256) {
        return StateCompact.storageAt(root, slot, proof);
    }

    function compactStorageAbsent(bytes32 root, bytes32 slot, bytes calldata proof) external pure {
        StateCompact.storageAbsent(root, slot, proof);
    }

    /* Storage */

    function test_ACC_2_BAT_2_accepts_slots() public {
        bytes32[] memory slots = _slots(40);
        (bytes32 root, bytes[] memory keys) = _storage(slots);
        uint256[] memory values = this.storageAt(root, slots, _prove(keys));
        for (uint256 i = 0; i < slots.length; ++i) {
            assertEq(values[i], _held(slots[i]));
            bytes memory proof = _compact(keys[i]);
            assertEq(this.compactStorage(root, slots[i], proof), _held(slots[i]));
            vm.expectRevert(MPTProof.MptKeyPresent.selector);
            this.compactStorageAbsent(root, slots[i], proof);
        }
    }

    function test_ACC_2_BAT_3_accepts_rejects_absentSlots() public {
        (bytes32 root,) = _storage(_slots(40));
        bytes32[] memory others = new bytes32[](5);
        for (uint256 i = 0; i < 5; ++i) {
            others[i] = bytes32(1000 + i);
        }
        _sort(others);
        bytes[] memory nodes = _prove(_keysOf(others));
        this.storageAbsent(root, others, nodes);
        vm.expectRevert(abi.encodeWithSelector(MPTBatch.BatchKeyAbsent.selector, 0));
        this.storageAt(root, others, nodes);
        bytes memory proof = _compact(_keysOf(others)[2]);
        this.compactStorageAbsent(root, others[2], proof);
        vm.expectRevert(MPTProof.MptKeyAbsent.selector);
        this.compactStorage(root, others[2], proof);

        others[3] = bytes32(uint256(7));
        _sort(others);
        nodes = _prove(_keysOf(others));
        uint256 at;
        while (others[at] != bytes32(uint256(7))) ++at;
        vm.expectRevert(abi.encodeWithSelector(MPTBatch.BatchKeyPresent.selector, at));
        this.storageAbsent(root, others, nodes);
    }

    function test_ACC_2_rejects_zeroSlot() public {
        bytes32[] memory slots = new bytes32[](1);
        bytes[] memory values = new bytes[](1);
        values[0] = hex"80";
        bytes32 root = _build(_keysOf(slots), values);
        bytes[] memory nodes = _prove(_keysOf(slots));
        vm.expectRevert(StateProof.StorageZeroValue.selector);
        this.storageAt(root, slots, nodes);
        bytes memory proof = _compact(_keysOf(slots)[0]);
        vm.expectRevert(StateProof.StorageZeroValue.selector);
        this.compactStorage(root, slots[0], proof);
    }

    function test_BAT_1_2_rejects_slots() public {
        bytes32[] memory slots = _slots(3);
        (bytes32 root, bytes[] memory keys) = _storage(slots);
        bytes[] memory nodes = _prove(keys);
        vm.expectRevert(MPTBatch.BatchEmpty.selector);
        this.storageAt(root, new bytes32[](0), nodes);
        vm.expectRevert(MPTBatch.BatchEmpty.selector);
        this.storageAbsent(root, new bytes32[](0), nodes);
        slots[2] = slots[1];
        vm.expectRevert(abi.encodeWithSelector(MPTBatch.BatchOrder.selector, 2));
        this.storageAt(root, slots, nodes);
    }

    /* Accounts */

    function test_ACC_1_BAT_2_accepts_accounts() public {
        (address[] memory who, bytes32 root, bytes[] memory keys) = _accounts(keccak256("storage"));
        StateBatch.Account[] memory opened = this.accounts(root, who, _prove(keys));
        for (uint256 i = 0; i < who.length; ++i) {
            _assertAccount(opened[i], who[i], keccak256("storage"));
            _assertAccount(this.compactAccount(root, who[i], _compact(keys[i])), who[i], keccak256("storage"));
        }
        bytes memory key = bytes.concat(keccak256(abi.encodePacked(address(this))));
        bytes memory proof = _compact(key);
        this.compactAccountAbsent(root, address(this), proof);
        vm.expectRevert(MPTProof.MptKeyAbsent.selector);
        this.compactAccount(root, address(this), proof);
        address[] memory absent = new address[](1);
        absent[0] = address(this);
        bytes[] memory nodes = _prove(_one(key));
        vm.expectRevert(abi.encodeWithSelector(MPTBatch.BatchKeyAbsent.selector, 0));
        this.accounts(root, absent, nodes);
    }

    /// @dev The slots are read under the root that the account names, and under no other.
    function test_ACC_1_2_accepts_rejects_accountStorage() public {
        bytes32[] memory slots = _slots(12);
        (bytes32 storageRoot,) = _storage(slots);
        slots[4] = bytes32(uint256(1000)); // absent
        _sort(slots);
        bytes[] memory storageNodes = _prove(_keysOf(slots));
        (address[] memory who, bytes32 root, bytes[] memory keys) = _accounts(storageRoot);
        bytes[] memory accountNodes = _prove(_one(keys[3]));

        (StateBatch.Account memory opened, uint256[] memory values) =
            this.accountStorage(root, who[3], accountNodes, slots, storageNodes);
        _assertAccount(opened, who[3], storageRoot);
        for (uint256 i = 0; i < slots.length; ++i) {
            assertEq(values[i], slots[i] == bytes32(uint256(1000)) ? 0 : _held(slots[i]));
        }

        vm.expectRevert(MPTBatch.BatchEmpty.selector);
        this.accountStorage(root, who[3], accountNodes, new bytes32[](0), storageNodes);
        vm.expectRevert(MPTProof.MptKeyAbsent.selector);
        this.accountStorage(root, address(0xdead), _proveAbsent(), slots, storageNodes);
        (who, root, keys) = _accounts(keccak256("storage"));
        accountNodes = _prove(_one(keys[3]));
        vm.expectRevert(abi.encodeWithSelector(MPTProof.MptHashMismatch.selector, 0));
        this.accountStorage(root, who[3], accountNodes, slots, storageNodes);
    }

    /* Tries */

    function _proveAbsent() private returns (bytes[] memory) {
        return _prove(_one(bytes.concat(keccak256(abi.encodePacked(address(0xdead))))));
    }

    function _storage(bytes32[] memory slots) private returns (bytes32 root, bytes[] memory keys) {
        keys = _keysOf(slots);
        bytes[] memory values = new bytes[](slots.length);
        for (uint256 i = 0; i < slots.length; ++i) {
            values[i] = _integer(_held(slots[i]));
        }
        root = _build(keys, values);
    }

    function _accounts(bytes32 storageRoot) private returns (address[] memory who, bytes32 root, bytes[] memory keys) {
        bytes[] memory values = new bytes[](20);
        who = new address[](20);
        keys = new bytes[](20);
        for (uint256 i = 0; i < 20; ++i) {
            who[i] = address(uint160(1 + i));
            for (uint256 j = i; j != 0 && _accountKey(who[j]) < _accountKey(who[j - 1]); --j) {
                (who[j], who[j - 1]) = (who[j - 1], who[j]);
            }
        }
        for (uint256 i = 0; i < who.length; ++i) {
            keys[i] = bytes.concat(_accountKey(who[i]));
            values[i] = bytes.concat(
                    _integer(uint160(who[i])),
                    _integer(_held(bytes32(uint256(uint160(who[i]))))),
                    bytes.concat(storageRoot).str(),
                    bytes.concat(CODE_HASH).str()
                ).list();
        }
        root = _build(keys, values);
    }

    function _assertAccount(StateBatch.Account memory opened, address who, bytes32 storageRoot) private pure {
        assertEq(opened.nonce, uint160(who));
        assertEq(opened.balance, _held(bytes32(uint256(uint160(who)))));
        assertEq(opened.storageRoot, storageRoot);
        assertEq(opened.codeHash, CODE_HASH);
    }

    /// @dev The first slots, in the order of their keys.
    function _slots(uint256 count) private pure returns (bytes32[] memory slots) {
        slots = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            slots[i] = bytes32(i);
        }
        _sort(slots);
    }

    function _sort(bytes32[] memory slots) private pure {
        for (uint256 i = 1; i < slots.length; ++i) {
            for (uint256 j = i; j != 0 && _slotKey(slots[j]) < _slotKey(slots[j - 1]); --j) {
                (slots[j], slots[j - 1]) = (slots[j - 1], slots[j]);
            }
        }
    }

    function _keysOf(bytes32[] memory slots) private pure returns (bytes[] memory keys) {
        keys = new bytes[](slots.length);
        for (uint256 i = 0; i < slots.length; ++i) {
            keys[i] = bytes.concat(_slotKey(slots[i]));
        }
    }

    function _slotKey(bytes32 slot) private pure returns (bytes32) {
        return keccak256(abi.encode(slot));
    }

    function _accountKey(address who) private pure returns (bytes32) {
        return keccak256(abi.encodePacked(who));
    }

    /// @dev What a slot holds: numbers of one byte and of thirty-two.
    function _held(bytes32 slot) private pure returns (uint256) {
        uint256 noise = uint256(keccak256(abi.encode("held", slot)));
        return uint256(slot) % 2 == 0 ? noise : 1 + noise % 255;
    }

    function _integer(uint256 value) private pure returns (bytes memory digits) {
        for (; value != 0; value /= 256) {
            digits = bytes.concat(bytes1(uint8(value)), digits);
        }
        return digits.str();
    }

    function _compact(bytes memory key) private returns (bytes memory proof) {
        bool possible;
        (possible, proof) = CompactEncode.encode(key, _prove(_one(key)));
        assertTrue(possible);
    }
}
// forge-lint: disable-end(unsafe-typecast)
