// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTNode} from "./MPTNode.sol";
import {MPTProof} from "./MPTProof.sol";
import {RLPReader} from "./RLPReader.sol";

/// @title The walk of `MPTProof`
/// @notice Establishes what `MPTProof` says it does, which see.
/// @dev `walk` knows the three shapes that nearly all nodes have, and never refuses. All other nodes, and all errors, are left
/// to `_stepwise`, which reads node by node in the order of the specification.
library MPTDescent {
    /// @dev The header of an empty string, in the first byte.
    uint256 private constant NONE = 0x8000000000000000000000000000000000000000000000000000000000000000;

    /// @notice The walk from the root: the value under the key is `length` bytes from `start` on, or there is none if that is zero.
    /// Reverts if the proof establishes neither (MPT-1 to MPT-12, PCK-1).
    /// @dev A proof is a list if there is a `table` of offsets, with `first` its first entry and `end` where it
    /// ends; else it is packed and lies between `first` and `end`.
    ///
    /// This is the fast way for branches of hashes and nothing else, and a last node: a leaf whose path is as long as the rest of
    /// the key, or such a branch without a child for the key. A node is taken only if its bytes have the hash that is due, and can be
    /// read in no other way than the comment beside says; then the clauses that `_stepwise` checks hold. For its cost, two things
    /// are not looked at in a branch: whether a nibble of the key is left, and whether the node still lies within the proof. That is
    /// safe, since neither the key nor the proof ever goes back: an outcome is taken only where the proof ends and the key has not
    /// gone past its end, and if one has, all is forgotten and `_stepwise` starts from the root.
    function walk(uint256 keyLength, bytes32 root, uint256 first, uint256 key, uint256 end, uint256 table)
        internal
        pure
        returns (uint256 start, uint256 length)
    {
        if (keyLength > 32) _refuse(root, keyLength);
        bytes32 due = root; // hash of the node at hand
        uint256 place = first; // where it starts
        uint256 bits = keyLength << 3; // of the key that are left
        unchecked {
            key >>= 256 - bits; // so that the nibbles that are left are the lowest `bits`
        }
        assembly ("memory-safe") {
            // A branch of hashes and nones without a value: where the hash for `nibble` is, zero if it has none, and the size of the
            // node. No size, zero, for any other node. The items are told apart by their headers, 0x80 for none and 0xa0 for a hash,
            // each found where the one before ends. If seventeen of these end where the list ends, the last of them none, and the list
            // has the canonical header for its length, which is 56 or more and so takes two hashes, then MPT-6, MPT-9 and MPT-11 hold.
            function sparseBranch(node, nibble) -> hashAt, size {
                // Behind a header with 1 or 2 digits for the list's length. Few variables: there is no more room on the stack.
                let at := add(node, sub(byte(0, calldataload(node)), 0xf6))
                let headers := 0 // of the sixteen children, one byte each: a string of less than 56 bytes is 0x7f less than it long
                // forgefmt: disable-start
                headers := or(shl(8, headers), byte(0, calldataload(at))) at := sub(add(at, and(headers, 0xff)), 0x7f)
                headers := or(shl(8, headers), byte(0, calldataload(at))) at := sub(add(at, and(headers, 0xff)), 0x7f)
                headers := or(shl(8, headers), byte(0, calldataload(at))) at := sub(add(at, and(headers, 0xff)), 0x7f)
                headers := or(shl(8, headers), byte(0, calldataload(at))) at := sub(add(at, and(headers, 0xff)), 0x7f)
                headers := or(shl(8, headers), byte(0, calldataload(at))) at := sub(add(at, and(headers, 0xff)), 0x7f)
                headers := or(shl(8, headers), byte(0, calldataload(at))) at := sub(add(at, and(headers, 0xff)), 0x7f)
                headers := or(shl(8, headers), byte(0, calldataload(at))) at := sub(add(at, and(headers, 0xff)), 0x7f)
                headers := or(shl(8, headers), byte(0, calldataload(at))) at := sub(add(at, and(headers, 0xff)), 0x7f)
                headers := or(shl(8, headers), byte(0, calldataload(at))) at := sub(add(at, and(headers, 0xff)), 0x7f)
                headers := or(shl(8, headers), byte(0, calldataload(at))) at := sub(add(at, and(headers, 0xff)), 0x7f)
                headers := or(shl(8, headers), byte(0, calldataload(at))) at := sub(add(at, and(headers, 0xff)), 0x7f)
                headers := or(shl(8, headers), byte(0, calldataload(at))) at := sub(add(at, and(headers, 0xff)), 0x7f)
                headers := or(shl(8, headers), byte(0, calldataload(at))) at := sub(add(at, and(headers, 0xff)), 0x7f)
                headers := or(shl(8, headers), byte(0, calldataload(at))) at := sub(add(at, and(headers, 0xff)), 0x7f)
                headers := or(shl(8, headers), byte(0, calldataload(at))) at := sub(add(at, and(headers, 0xff)), 0x7f)
                headers := or(shl(8, headers), byte(0, calldataload(at))) at := sub(add(at, and(headers, 0xff)), 0x7f)
                // forgefmt: disable-end
                // One bit for each child that is a hash; any other bit makes a header other than 0x80 and 0xa0.
                let hashes := xor(headers, 0x80808080808080808080808080808080)
                let wrong := and(hashes, 0xdfdfdfdfdfdfdfdfdfdfdfdfdfdfdfdf)
                wrong := or(wrong, xor(byte(0, calldataload(at)), 0x80))
                size := sub(add(at, 1), node)
                let word := calldataload(node)
                let digits := sub(byte(0, word), 0xf7)
                let payload := sub(sub(size, digits), 1)
                wrong := or(wrong, xor(payload, shr(sub(256, shl(3, digits)), shl(8, word))))
                wrong := or(wrong, or(iszero(byte(1, word)), lt(payload, 56)))
                // The children up to the one asked for, which is in the lowest byte.
                let upTo := shr(sub(125, shl(3, nibble)), hashes)
                // The product adds up all bytes in its byte 15.
                let count := and(shr(120, mul(upTo, 0x01010101010101010101010101010101)), 0xff)
                hashAt := mul(and(upTo, 1), sub(add(add(node, add(digits, nibble)), shl(5, count)), 30))
                size := mul(size, iszero(wrong))
            }

            let buffer := mload(0x40) // for hashing; the pointer stays
            if table {
                mstore(0x00, add(first, 32)) // what is to be added to the offset of a node
                place := add(mload(0x00), calldataload(table))
            }
            {
                let hash := shl(248, 0xa0) // the header of a hash, to be compared in the first byte
                for {} 1 {} {
                    // A branch of sixteen hashes and no value has 529 bytes in it. If this header is there, and the headers are where those
                    // of sixteen hashes and an empty value would be, then there is no other reading (MPT-6, MPT-9, MPT-11).
                    if eq(shr(224, calldataload(place)), 0xf90211a0) {
                        calldatacopy(buffer, place, 532)
                        // forgefmt: disable-next-item
                        let wrong := or(xor(keccak256(buffer, 532), due), shr(248,
                            or(xor(hash, calldataload(add(place, 36))),
                            or(xor(hash, calldataload(add(place, 69))),
                            or(xor(hash, calldataload(add(place, 102))),
                            or(xor(hash, calldataload(add(place, 135))),
                            or(xor(hash, calldataload(add(place, 168))),
                            or(xor(hash, calldataload(add(place, 201))),
                            or(xor(hash, calldataload(add(place, 234))),
                            or(xor(hash, calldataload(add(place, 267))),
                            or(xor(hash, calldataload(add(place, 300))),
                            or(xor(hash, calldataload(add(place, 333))),
                            or(xor(hash, calldataload(add(place, 366))),
                            or(xor(hash, calldataload(add(place, 399))),
                            or(xor(hash, calldataload(add(place, 432))),
                            or(xor(hash, calldataload(add(place, 465))),
                            or(xor(hash, calldataload(add(place, 498))),
                            xor(NONE, calldataload(add(place, 531)))
                        )))))))))))))))))
                        if or(wrong, table) {
                            if or(wrong, xor(calldataload(sub(place, 32)), 532)) { break }
                            bits := sub(bits, 4)
                            due := calldataload(add(add(place, 4), mul(33, and(shr(bits, key), 15))))
                            table := add(table, 32)
                            place := add(mload(0x00), calldataload(table))
                            continue
                        }
                        bits := sub(bits, 4)
                        due := calldataload(add(add(place, 4), mul(33, and(shr(bits, key), 15))))
                        place := add(place, 532)
                        continue
                    }

                    // Behind a long list's header, nearly all branches have 0x80 or 0xa0 and nearly all leaves something else.
                    let word := calldataload(place)
                    if xor(and(byte(sub(byte(0, word), 0xf6), word), 0xdf), 0x80) { break }
                    let hashAt, size := sparseBranch(place, and(shr(sub(bits, 4), key), 15))
                    if iszero(size) { break }
                    calldatacopy(buffer, place, size)
                    if xor(keccak256(buffer, size), due) { break }
                    let next := add(place, size)
                    if table {
                        if xor(calldataload(sub(place, 32)), size) { break }
                        table := add(table, 32)
                        next := add(mload(0x00), calldataload(table))
                    }
                    bits := sub(bits, 4)
                    if iszero(hashAt) {
                        // Absence, if a nibble was left for this branch and there is no further node: these `bits`. Its last byte is not
                        // zero, so it lies within calldata. Else one less, which lets the walk start again. Neither are those of a leaf.
                        if table { next := table }
                        bits := sub(not(0), iszero(iszero(or(xor(next, end), gt(bits, 256)))))
                        break
                    }
                    due := calldataload(hashAt)
                    place := next
                }
            }
            // A leaf, as the last node. Where it ends is known, so each of its three headers can only be one (RLP-1 to RLP-5).
            for {} 1 {} {
                let size := sub(end, place)
                if table {
                    size := calldataload(sub(place, 32))
                    if or(xor(end, add(table, 32)), gt(add(place, size), calldatasize())) { break }
                }
                let at := add(place, 2)
                switch gt(size, 257)
                case 0 {
                    if or(sub(shr(240, calldataload(place)), add(size, 0xf7fe)), lt(size, 58)) {
                        if or(sub(byte(0, calldataload(place)), add(size, 0xbf)), gt(sub(size, 32), 24)) { break }
                        at := add(place, 1)
                    }
                }
                default {
                    if or(sub(shr(232, calldataload(place)), add(size, 0xf8fffd)), or(eq(size, 258), gt(size, 65538))) {
                        break
                    }
                    at := add(place, 3)
                }

                // The path (MPT-7): a header unless it is one byte, the nibbles 2 and 0, or 3 if there are nibbles in odd number, and as
                // many as are left of the key. With all 64 nibbles of a key left, there is no room for the flag, and this fails.
                let whole := shr(3, bits) // besides the one with the flag
                if whole {
                    if xor(byte(0, calldataload(at)), add(0x81, whole)) { break }
                    at := add(at, 1)
                }
                let path := shr(sub(248, shl(3, whole)), calldataload(at))
                if xor(shr(bits, path), byte(and(bits, 4), shl(216, 0x2000000003))) { break }
                at := add(add(at, whole), 1)

                // The value (MPT-10).
                {
                    let rest := sub(add(place, size), at)
                    switch gt(rest, 257)
                    case 0 {
                        switch or(sub(shr(240, calldataload(at)), add(rest, 0xb7fe)), lt(rest, 58))
                        case 0 { at := add(at, 2) }
                        default {
                            let header := byte(0, calldataload(at))
                            switch rest
                            case 1 { if gt(header, 0x7f) { break } }
                            default {
                                if or(sub(header, add(rest, 0x7f)), or(gt(rest, 56), lt(rest, 3))) { break }
                                at := add(at, 1)
                            }
                        }
                    }
                    default {
                        if or(
                            sub(shr(232, calldataload(at)), add(rest, 0xb8fffd)),
                            or(eq(rest, 258), gt(rest, 65538))
                        ) { break }
                        at := add(at, 3)
                    }
                }
                calldatacopy(mload(0x40), place, size)
                if xor(keccak256(mload(0x40), size), due) { break }
                // Absence, if the nibbles are others than those of the key.
                start := at
                length := mul(sub(add(place, size), at), iszero(shl(sub(256, bits), xor(path, key))))
                break
            }
        }
        if (start == 0) {
            if (bits == type(uint256).max) return (0, 0);
            if (root == 0) revert MPTProof.MptZeroRoot();
            if (table != 0) place = table;
            if (place > end || bits > 256) (due, place, bits) = (root, first, keyLength << 3);
            uint256 left = bits >> 2; // each branch has used up a nibble
            unchecked {
                MPTNode.Walk memory at = MPTNode.Walk(bytes32(key << (256 - bits)), left, 2 * keyLength - left, false);
                (start, length) = _stepwise(at, due, place, table == 0 ? 0 : first, end);
                length -= start;
            }
        }
    }

    /// @dev MPT-1 and MPT-2.
    function _refuse(bytes32 root, uint256 keyLength) private pure {
        if (root == 0) revert MPTProof.MptZeroRoot();
        revert MPTProof.MptKeyTooLong(keyLength);
    }

    /// @dev The walk from the node at `place` on, one node after the other as the specification has it. Each turn uses up a nibble at
    /// least, or is the last. `list` is where the offsets of a list start, zero if the proof is packed.
    function _stepwise(MPTNode.Walk memory at, bytes32 due, uint256 place, uint256 list, uint256 end)
        private
        pure
        returns (uint256 value, uint256 valueEnd)
    {
        bool isEmpty = due == MPTProof.EMPTY_ROOT && at.index == 0;
        if (isEmpty && place == end) return (0, 0); // the empty trie's only node may be left out
        uint256 start;
        uint256 close;
        (start, close, place) = _take(place, list, end, at.index, due);
        while (!isEmpty) {
            uint256 child;
            (child, value, valueEnd) = MPTNode.step(at, start, close);
            if (child == 0) break;

            // The form of a child has been verified, so its first byte tells which one it is.
            due = RLPReader.load(child);
            uint256 header = uint256(due) >> 248;
            unchecked {
                if (header == 0xa0) {
                    due = RLPReader.load(child + 1);
                    (start, close, place) = _take(place, list, end, ++at.index, due);
                } else {
                    (start, close) = (child, child + 1 + header - 0xc0);
                }
            }
        }
        if (place != end) revert MPTProof.MptTrailingNode(at.index + 1);
    }

    /// @dev The node at `place`, from where it starts to where it closes, and the place of the next one.
    function _take(uint256 place, uint256 list, uint256 end, uint256 index, bytes32 due)
        private
        pure
        returns (uint256 start, uint256 close, uint256 next)
    {
        if (list == 0) {
            next = MPTProof.packed(place, end, index, due);
            return (place, next, next);
        }
        bytes[] calldata nodes;
        assembly ("memory-safe") {
            nodes.offset := list
            nodes.length := shr(5, sub(end, list))
        }
        (start, close) = MPTProof.listed(nodes, index, due);
        unchecked {
            next = place + 32;
        }
    }
}
