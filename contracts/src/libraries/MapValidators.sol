// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {BN254} from "./BN254.sol";

/// @title Sets of validators of the MAP relay chain
/// @notice Section 3 of `spec/map.md`, and of its clauses MAP-7 and MAP-12. A set is a list of keys on G1 in memory, room for their sum
/// behind them, and the sum. Only its commitment is ever stored. The plain twin is `contracts/reference/MapValidatorsReference.sol`.
library MapValidators {
    /// @notice Thrown when a bit stands for no validator of the set (MAP-7, MAP-12).
    /// @param bit The highest such bit.
    error MapBitBeyondSet(uint256 bit, uint256 size);

    /// @notice Thrown when a set would have no validators or more than 256 (MAP-12, MAP-14).
    error MapSetSize(uint256 size);

    /// @notice Thrown when a key that joins a set is no point of G1, or zero (MAP-12, MAP-14).
    /// @param position In the new set.
    error MapInvalidKey(uint256 position);

    /// @notice Thrown when a key joins a set that has it (MAP-12, MAP-14).
    /// @param position In the new set.
    error MapDuplicateKey(uint256 position);

    /// @notice A set of validators.
    /// @param keys Where the keys are in memory, 64 bytes each.
    /// @param size How many there are.
    /// @param room For how many there is room. One more fits, which is the sum.
    /// @param sum The sum of the keys.
    struct Set {
        uint256 keys;
        uint256 size;
        uint256 room;
        uint256[2] sum;
    }

    /// @notice The most validators that a set can have.
    uint256 internal constant MAX_SIZE = 256;

    /// @notice The set of `size` keys that are at a position in calldata, with their sum behind them. Nothing is checked: whoever takes
    /// it for a set compares its commitment.
    function load(uint256 at, uint256 size) internal pure returns (Set memory set) {
        set.keys = _allocate(size);
        (set.size, set.room) = (size, size);
        uint256 keys = set.keys;
        uint256[2] memory sum = set.sum;
        assembly ("memory-safe") {
            let length := shl(6, size)
            calldatacopy(keys, at, add(length, 0x40))
            calldatacopy(sum, add(at, length), 0x40)
        }
    }

    /// @notice The set of the keys in `encoded`, 64 bytes each (MAP-12 for each of them). What follows the last whole key is not looked at.
    function fromKeys(bytes memory encoded) internal view returns (Set memory set) {
        uint256 size = encoded.length / 64;
        if (size == 0 || size > MAX_SIZE) revert MapSetSize(size);
        set.keys = _allocate(size);
        set.room = size;
        for (uint256 i = 0; i < size; ++i) {
            uint256 x;
            uint256 y;
            assembly ("memory-safe") {
                let key := add(add(encoded, 0x20), shl(6, i))
                x := mload(key)
                y := mload(add(key, 0x20))
            }
            _append(set, x, y);
        }
    }

    /// @notice The commitment: keccak256 of the keys in order, and of their sum.
    function commitment(Set memory set) internal pure returns (bytes32 hash) {
        (uint256 keys, uint256 size) = (set.keys, set.size);
        uint256[2] memory sum = set.sum;
        assembly ("memory-safe") {
            let end := add(keys, shl(6, size))
            mstore(end, mload(sum))
            mstore(add(end, 0x20), mload(add(sum, 0x20)))
            hash := keccak256(keys, add(shl(6, size), 0x40))
        }
    }

    /// @notice The sum of the signers' keys, which is that of all without those who did not sign.
    /// @param signers Assumed: no bit beyond the set.
    function sumOf(Set memory set, uint256 signers) internal view returns (uint256[2] memory sum) {
        (sum[0], sum[1]) = (set.sum[0], set.sum[1]);
        unchecked {
            BN254.subtract(sum, set.keys, signers ^ (type(uint256).max >> (MAX_SIZE - set.size)));
        }
    }

    /// @notice Refuses bits that stand for no validator of the set (MAP-7, MAP-12).
    function requireWithin(Set memory set, uint256 bits) internal pure {
        uint256 size = set.size;
        if (bits >> size != 0) revert MapBitBeyondSet(_highest(bits), size);
    }

    /// @notice Takes validators out of the set and appends others (MAP-12). The rest keeps its order.
    /// @param removed Bit i is validator i.
    /// @param added How many join.
    /// @param at Where the key of the first of them is in calldata.
    /// @param stride From one key to the next, in bytes.
    function change(Set memory set, uint256 removed, uint256 added, uint256 at, uint256 stride) internal view {
        requireWithin(set, removed);
        unchecked {
            // No sum comes near its bound: what is added lies in calldata.
            uint256 size = set.size - count(removed) + added;
            if (size == 0 || size > MAX_SIZE) revert MapSetSize(size);
            _remove(set, removed);
            if (size > set.room) _grow(set);
            for (; added != 0; --added) {
                uint256 x;
                uint256 y;
                assembly ("memory-safe") {
                    x := calldataload(at)
                    y := calldataload(add(at, 0x20))
                }
                _append(set, x, y);
                at += stride;
            }
        }
    }

    /// @notice How many bits are set.
    function count(uint256 bits) internal pure returns (uint256 set) {
        unchecked {
            // All 256 do not fit the byte in which they would be added up.
            if (bits == type(uint256).max) return 256;
            uint256 ones = type(uint256).max / 255;
            bits -= bits >> 1 & ones * 0x55;
            bits = (bits & ones * 0x33) + (bits >> 2 & ones * 0x33);
            bits = bits + (bits >> 4) & ones * 0x0f;
            return bits * ones >> 248;
        }
    }

    function _remove(Set memory set, uint256 removed) private view {
        if (removed == 0) return;
        BN254.subtract(set.sum, set.keys, removed);
        (uint256 keys, uint256 size) = (set.keys, set.size);
        uint256 to = keys;
        assembly ("memory-safe") {
            for { let end := add(keys, shl(6, size)) } lt(keys, end) { keys := add(keys, 0x40) } {
                if iszero(and(removed, 1)) {
                    mstore(to, mload(keys))
                    mstore(add(to, 0x20), mload(add(keys, 0x20)))
                    to := add(to, 0x40)
                }
                removed := shr(1, removed)
            }
        }
        unchecked {
            set.size = (to - set.keys) / 64;
        }
    }

    /// @dev Assumed: there is room. The key is looked at, and for another one that equals it, before anything is done with it.
    function _append(Set memory set, uint256 x, uint256 y) private view {
        (uint256 keys, uint256 size) = (set.keys, set.size);
        if (!BN254.isOnCurve(x, y)) revert MapInvalidKey(size);
        bool isHeld;
        assembly ("memory-safe") {
            let end := add(keys, shl(6, size))
            for { let key := keys } lt(key, end) { key := add(key, 0x40) } {
                if eq(mload(key), x) {
                    if eq(mload(add(key, 0x20)), y) {
                        isHeld := 1
                        break
                    }
                }
            }
            mstore(end, x)
            mstore(add(end, 0x20), y)
        }
        if (isHeld) revert MapDuplicateKey(size);
        set.size = size + 1;
        BN254.add(set.sum, x, y);
    }

    /// @dev Moves the set to where there is room for the largest. Once at most: memory does not grow with an update's headers.
    function _grow(Set memory set) private pure {
        (uint256 keys, uint256 length) = (set.keys, set.size * 64);
        uint256 to = _allocate(MAX_SIZE);
        (set.keys, set.room) = (to, MAX_SIZE);
        assembly ("memory-safe") {
            for { let i := 0 } lt(i, length) { i := add(i, 0x20) } { mstore(add(to, i), mload(add(keys, i))) }
        }
    }

    /// @dev Room for keys and their sum.
    function _allocate(uint256 size) private pure returns (uint256 at) {
        assembly ("memory-safe") {
            at := mload(0x40)
            mstore(0x40, add(at, add(shl(6, size), 0x40)))
        }
    }

    /// @dev The highest bit of a number that is not zero.
    function _highest(uint256 bits) private pure returns (uint256 bit) {
        while (bits > 1) {
            bits >>= 1;
            ++bit;
        }
    }
}
