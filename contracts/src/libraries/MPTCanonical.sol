// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

/// @title Merkle-Patricia trie nodes, rebuilt
/// @notice The hash of a node in its one canonical form, made from what a compact proof leaves of it: `MPTCompact` uses this, and has
/// checked what is assumed here. Of what is under the node nothing is known but the hash of the child that the key leads to.
/// @dev Nodes are written past the free memory pointer, which stays: all are built and hashed in the same place.
library MPTCanonical {
    /// @notice How many of sixteen bits are set.
    function bits(uint256 mask) internal pure returns (uint256 count) {
        unchecked {
            mask -= (mask >> 1) & 0x5555;
            mask = (mask & 0x3333) + ((mask >> 2) & 0x3333);
            mask = (mask + (mask >> 4)) & 0x0f0f;
            return (mask + (mask >> 8)) & 0x1f;
        }
    }

    /// @notice Hash of calldata.
    function hash(uint256 start, uint256 end) internal pure returns (bytes32 node) {
        assembly ("memory-safe") {
            let buffer := mload(0x40)
            calldatacopy(buffer, start, sub(end, start))
            node := keccak256(buffer, sub(end, start))
        }
    }

    /// @notice Hash of a branch of sixteen hashes: fifteen from `hashes` on, and `child` at `nibble`.
    function fullBranch(uint256 hashes, uint256 nibble, bytes32 child) internal pure returns (bytes32 node) {
        assembly ("memory-safe") {
            let buffer := mload(0x40)
            // The header of the list and that of the first hash; doubled four times, the latter is that of all.
            mstore(buffer, shl(224, 0xf90211a0))
            let at := add(buffer, 3)
            mcopy(add(at, 33), at, 33)
            mcopy(add(at, 66), at, 66)
            mcopy(add(at, 132), at, 132)
            mcopy(add(at, 264), at, 264)
            // As if the child were the last one.
            mstore(add(at, 1), calldataload(hashes))
            mstore(add(at, 34), calldataload(add(hashes, 32)))
            mstore(add(at, 67), calldataload(add(hashes, 64)))
            mstore(add(at, 100), calldataload(add(hashes, 96)))
            mstore(add(at, 133), calldataload(add(hashes, 128)))
            mstore(add(at, 166), calldataload(add(hashes, 160)))
            mstore(add(at, 199), calldataload(add(hashes, 192)))
            mstore(add(at, 232), calldataload(add(hashes, 224)))
            mstore(add(at, 265), calldataload(add(hashes, 256)))
            mstore(add(at, 298), calldataload(add(hashes, 288)))
            mstore(add(at, 331), calldataload(add(hashes, 320)))
            mstore(add(at, 364), calldataload(add(hashes, 352)))
            mstore(add(at, 397), calldataload(add(hashes, 384)))
            mstore(add(at, 430), calldataload(add(hashes, 416)))
            mstore(add(at, 463), calldataload(add(hashes, 448)))
            // Those behind it make room.
            let place := add(add(at, 1), mul(nibble, 33))
            mcopy(add(place, 33), place, mul(sub(15, nibble), 33))
            mstore(place, child)
            // There is no value.
            mstore8(add(at, 528), 0x80)
            node := keccak256(buffer, 532)
        }
    }

    /// @notice Hash of a branch with the children that `mask` names, all of them hashes: those between `hashes` and `end`, and `child` at
    /// `nibble`.
    function branch(uint256 hashes, uint256 end, uint256 mask, uint256 nibble, bytes32 child)
        internal
        pure
        returns (bytes32 node)
    {
        uint256 before = bits(mask >> (16 - nibble)) << 5;
        assembly ("memory-safe") {
            // First all hashes in a row, with the child among them.
            let row := mload(0x40)
            let size := sub(end, hashes)
            calldatacopy(row, hashes, before)
            mstore(add(row, before), child)
            calldatacopy(add(add(row, before), 32), add(hashes, before), sub(size, before))

            // Then the items, beginning 515 bytes further on: each a header, and behind it the next hash of the row, over which the
            // next header is written if this one has none. From header to header the distance between row and items grows by one.
            let next := row
            mask := shl(5, mask)
            let length := and(shr(15, mask), 32)
            mstore8(add(next, 515), or(0x80, length))
            mstore(add(next, 516), mload(next))
            next := add(next, length)
            length := and(shr(14, mask), 32)
            mstore8(add(next, 516), or(0x80, length))
            mstore(add(next, 517), mload(next))
            next := add(next, length)
            length := and(shr(13, mask), 32)
            mstore8(add(next, 517), or(0x80, length))
            mstore(add(next, 518), mload(next))
            next := add(next, length)
            length := and(shr(12, mask), 32)
            mstore8(add(next, 518), or(0x80, length))
            mstore(add(next, 519), mload(next))
            next := add(next, length)
            length := and(shr(11, mask), 32)
            mstore8(add(next, 519), or(0x80, length))
            mstore(add(next, 520), mload(next))
            next := add(next, length)
            length := and(shr(10, mask), 32)
            mstore8(add(next, 520), or(0x80, length))
            mstore(add(next, 521), mload(next))
            next := add(next, length)
            length := and(shr(9, mask), 32)
            mstore8(add(next, 521), or(0x80, length))
            mstore(add(next, 522), mload(next))
            next := add(next, length)
            length := and(shr(8, mask), 32)
            mstore8(add(next, 522), or(0x80, length))
            mstore(add(next, 523), mload(next))
            next := add(next, length)
            length := and(shr(7, mask), 32)
            mstore8(add(next, 523), or(0x80, length))
            mstore(add(next, 524), mload(next))
            next := add(next, length)
            length := and(shr(6, mask), 32)
            mstore8(add(next, 524), or(0x80, length))
            mstore(add(next, 525), mload(next))
            next := add(next, length)
            length := and(shr(5, mask), 32)
            mstore8(add(next, 525), or(0x80, length))
            mstore(add(next, 526), mload(next))
            next := add(next, length)
            length := and(shr(4, mask), 32)
            mstore8(add(next, 526), or(0x80, length))
            mstore(add(next, 527), mload(next))
            next := add(next, length)
            length := and(shr(3, mask), 32)
            mstore8(add(next, 527), or(0x80, length))
            mstore(add(next, 528), mload(next))
            next := add(next, length)
            length := and(shr(2, mask), 32)
            mstore8(add(next, 528), or(0x80, length))
            mstore(add(next, 529), mload(next))
            next := add(next, length)
            length := and(shr(1, mask), 32)
            mstore8(add(next, 529), or(0x80, length))
            mstore(add(next, 530), mload(next))
            next := add(next, length)
            length := and(mask, 32)
            mstore8(add(next, 530), or(0x80, length))
            mstore(add(next, 531), mload(next))
            next := add(next, length)
            // There is no value. A list of 49 bytes and 32 for each hash but one has a length of one byte, or of two.
            mstore8(add(next, 531), 0x80)
            size := add(size, 49)
            let start := add(row, 512)
            switch gt(size, 255)
            case 0 {
                start := add(start, 1)
                mstore8(start, 0xf8)
            }
            default {
                mstore8(start, 0xf9)
                mstore8(add(start, 1), shr(8, size))
            }
            mstore8(add(row, 514), size)
            node := keccak256(start, sub(add(next, 532), start))
        }
    }

    /// @notice Hash of an extension over `child`, whose path are the last `nibbles` of the first `depth` nibbles of the key.
    function extension(bytes32 key, uint256 depth, uint256 nibbles, bytes32 child)
        internal
        pure
        returns (bytes32 node)
    {
        assembly ("memory-safe") {
            // Written from its end to its start, which is no more than 37 bytes before the child's header.
            let at := add(mload(0x40), 64)
            mstore(add(at, 1), child)
            mstore8(at, 0xa0)

            // The nibbles, with a flag in front if they are odd in number; a byte of zero is in front of them if they are even.
            let path := shr(sub(256, shl(2, nibbles)), shl(shl(2, sub(depth, nibbles)), key))
            path := or(path, shl(shl(2, nibbles), and(nibbles, 1)))
            let length := add(shr(1, nibbles), 1)
            mstore8(sub(at, 33), 0)
            mstore(sub(at, 32), path)
            let start := sub(at, length)
            // A single nibble is a byte below 0x80, without a header.
            if gt(nibbles, 1) {
                start := sub(start, 1)
                mstore8(start, add(0x80, length))
            }

            let size := sub(add(at, 33), start)
            switch gt(size, 55)
            case 0 {
                start := sub(start, 1)
                mstore8(start, add(0xc0, size))
            }
            default {
                mstore8(sub(start, 1), size)
                start := sub(start, 2)
                mstore8(start, 0xf8)
            }
            node := keccak256(start, sub(add(at, 33), start))
        }
    }

    /// @notice Hash of a branch of the items between `at` and `end`, at most 495 bytes, and `child` at `gap`.
    function splice(uint256 at, uint256 gap, uint256 end, bytes32 child) internal pure returns (bytes32 node) {
        assembly ("memory-safe") {
            let start := add(mload(0x40), 3)
            let place := add(start, sub(gap, at))
            calldatacopy(start, at, sub(gap, at))
            mstore8(place, 0xa0)
            mstore(add(place, 1), child)
            calldatacopy(add(place, 33), gap, sub(end, gap))
            // There is no value.
            let size := add(sub(end, at), 34)
            mstore8(add(start, sub(size, 1)), 0x80)

            let last := add(start, size)
            switch gt(size, 55)
            case 0 {
                start := sub(start, 1)
                mstore8(start, add(0xc0, size))
            }
            default {
                mstore8(sub(start, 1), size)
                switch gt(size, 255)
                case 0 {
                    start := sub(start, 2)
                    mstore8(start, 0xf8)
                }
                default {
                    mstore8(sub(start, 2), shr(8, size))
                    start := sub(start, 3)
                    mstore8(start, 0xf9)
                }
            }
            node := keccak256(start, sub(last, start))
        }
    }
}
