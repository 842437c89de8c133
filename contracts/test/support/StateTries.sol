// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {TrieBuild} from "./TrieBuild.sol";
import {RLP} from "@openzeppelin/contracts/utils/RLP.sol";
import {CommonBase} from "forge-std/Base.sol";

/// @title The state of the EVM that the test runs in, as a state root and proofs under it
/// @notice The storage trie of an account holds all that it has written since the recording began: begin before it is created.
abstract contract StateTries is CommonBase, TrieBuild {
    function _recordStorage() internal {
        vm.record();
    }

    /// @dev The root of the state of these accounts, and the proofs of one of them and of a slot of it, which may hold nothing.
    function _state(address[] memory accounts, address account, bytes32 slot)
        internal
        returns (bytes32 root, bytes[] memory accountProof, bytes[] memory storageProof)
    {
        bytes[] memory keys = new bytes[](accounts.length);
        bytes[] memory values = new bytes[](accounts.length);
        for (uint256 i = 0; i < accounts.length; ++i) {
            keys[i] = bytes.concat(keccak256(abi.encodePacked(accounts[i])));
            bytes32 storageRoot = _buildStorage(accounts[i]);
            if (accounts[i] == account) storageProof = _proofOf(keccak256(abi.encode(slot)));
            values[i] = _account(accounts[i], storageRoot);
        }
        _sort(keys, values, keys.length);
        root = _build(keys, values);
        accountProof = _proofOf(keccak256(abi.encodePacked(account)));
    }

    function _buildStorage(address account) private returns (bytes32) {
        (, bytes32[] memory written) = vm.accesses(account);
        bytes[] memory keys = new bytes[](written.length);
        bytes[] memory values = new bytes[](written.length);
        uint256 count;
        for (uint256 i = 0; i < written.length; ++i) {
            uint256 value = uint256(vm.load(account, written[i]));
            if (value == 0 || _isAmong(written, i)) continue;
            (keys[count], values[count]) = (bytes.concat(keccak256(abi.encode(written[i]))), RLP.encode(value));
            ++count;
        }
        assembly ("memory-safe") {
            // shortens the arrays to what is held
            mstore(keys, count)
            mstore(values, count)
        }
        _sort(keys, values, count);
        return _build(keys, values);
    }

    function _account(address account, bytes32 storageRoot) private view returns (bytes memory) {
        bytes[] memory fields = new bytes[](4);
        fields[0] = RLP.encode(uint256(vm.getNonce(account)));
        fields[1] = RLP.encode(account.balance);
        fields[2] = RLP.encode(storageRoot);
        fields[3] = RLP.encode(account.codehash);
        return RLP.encode(fields);
    }

    /// @dev In the trie built last.
    function _proofOf(bytes32 key) private returns (bytes[] memory) {
        bytes[] memory keys = new bytes[](1);
        keys[0] = bytes.concat(key);
        return _prove(keys);
    }

    /// @dev Whether the slot at `end` stands before it too.
    function _isAmong(bytes32[] memory slots, uint256 end) private pure returns (bool) {
        for (uint256 i = 0; i < end; ++i) {
            if (slots[i] == slots[end]) return true;
        }
        return false;
    }

    function _sort(bytes[] memory keys, bytes[] memory values, uint256 count) private pure {
        for (uint256 i = 1; i < count; ++i) {
            for (uint256 j = i; j > 0 && bytes32(keys[j]) < bytes32(keys[j - 1]); --j) {
                (keys[j], keys[j - 1]) = (keys[j - 1], keys[j]);
                (values[j], values[j - 1]) = (values[j - 1], values[j]);
            }
        }
    }
}
