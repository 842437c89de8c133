// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

/// @title The usual shapes of Merkle-Patricia trie nodes
/// @notice Recognizes a branch of hashes without a value, and the leaf that a key ends at. Says yes only if the bytes can be read in no
/// other way, so that all clauses hold that `MPTNode` would check; all other nodes, and all errors, are left to it.
/// @dev Of a node it has to be known that it is exactly one list, by `RLPReader.readExactList`: the first thing that `MPTNode` checks.
library MPTShape {
    /// @notice Reads a branch whose children are hashes or none, two hashes or more, and which has no value.
    /// @param items Where the items of the node start.
    /// @param end Where the node ends.
    /// @return hashes A byte for each child, the first in the highest of sixteen: 1 if it is a hash. Zero for any other node.
    function branch(uint256 items, uint256 end) internal pure returns (uint256 hashes) {
        assembly ("memory-safe") {
            let size := sub(end, items)
            // Sixteen hashes and no value: the headers are all where those of hashes would be, and all are those of hashes.
            if eq(size, 529) {
                let hash := shl(248, 0xa0)
                // forgefmt: disable-next-item
                let wrong :=
                    or(xor(hash, calldataload(items)),
                    or(xor(hash, calldataload(add(items, 33))),
                    or(xor(hash, calldataload(add(items, 66))),
                    or(xor(hash, calldataload(add(items, 99))),
                    or(xor(hash, calldataload(add(items, 132))),
                    or(xor(hash, calldataload(add(items, 165))),
                    or(xor(hash, calldataload(add(items, 198))),
                    or(xor(hash, calldataload(add(items, 231))),
                    or(xor(hash, calldataload(add(items, 264))),
                    or(xor(hash, calldataload(add(items, 297))),
                    or(xor(hash, calldataload(add(items, 330))),
                    or(xor(hash, calldataload(add(items, 363))),
                    or(xor(hash, calldataload(add(items, 396))),
                    or(xor(hash, calldataload(add(items, 429))),
                    or(xor(hash, calldataload(add(items, 462))),
                    or(xor(hash, calldataload(add(items, 495))),
                    xor(shl(248, 0x80), calldataload(add(items, 528)))
                    ))))))))))))))))
                if iszero(byte(0, wrong)) { hashes := 0x01010101010101010101010101010101 }
            }
            // Seventeen headers, and 32 bytes for each hash.
            if gt(and(eq(and(size, 31), 17), gt(size, 80)), hashes) {
                let headers := 0 // of the sixteen children, one byte each
                let place := items
                for { let i := 0 } lt(i, 4) { i := add(i, 1) } {
                    // Four children per turn: a string of less than 56 bytes is 0x7f less than its header long.
                    let header := byte(0, calldataload(place))
                    headers := or(shl(8, headers), header)
                    place := sub(add(place, header), 0x7f)
                    header := byte(0, calldataload(place))
                    headers := or(shl(8, headers), header)
                    place := sub(add(place, header), 0x7f)
                    header := byte(0, calldataload(place))
                    headers := or(shl(8, headers), header)
                    place := sub(add(place, header), 0x7f)
                    header := byte(0, calldataload(place))
                    headers := or(shl(8, headers), header)
                    place := sub(add(place, header), 0x7f)
                }
                // One bit for each child that is a hash; any other bit makes a header other than 0x80 and 0xa0.
                headers := xor(headers, 0x80808080808080808080808080808080)
                let wrong := and(headers, 0xdfdfdfdfdfdfdfdfdfdfdfdfdfdfdfdf)
                // The value is none, and it is the last item.
                wrong := or(wrong, xor(byte(0, calldataload(place)), 0x80))
                if iszero(or(wrong, xor(add(place, 1), end))) { hashes := shr(5, headers) }
            }
        }
    }

    /// @notice The child at `nibble` of such a branch, zero if it is none.
    function childAt(uint256 items, uint256 hashes, uint256 nibble) internal pure returns (uint256 child) {
        unchecked {
            // The children up to this one, which is in the lowest byte. The product adds up all bytes in its byte 15.
            uint256 upTo = hashes >> (120 - (nibble << 3));
            if (upTo & 1 == 0) return 0;
            uint256 before = ((upTo * 0x01010101010101010101010101010101) >> 120 & 0xff) - 1;
            return items + nibble + (before << 5);
        }
    }

    /// @notice Where the value of a leaf starts, if its path is all that is left of the key. Zero for any other node. The value ends
    /// where the node does.
    /// @param at Where the items of the node start.
    /// @param end Where the node ends.
    /// @param path What is left of the key, left-aligned.
    /// @param left Its length in nibbles, at most 64.
    function leaf(uint256 at, uint256 end, bytes32 path, uint256 left) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            for {} 1 {} {
                // The path with its flag: a byte for itself, or with a header (MPT-7).
                let width := add(1, shr(1, left))
                if gt(width, 1) {
                    if xor(byte(0, calldataload(at)), add(0x80, width)) { break }
                    at := add(at, 1)
                }
                let word := calldataload(at)
                switch and(left, 1)
                case 0 {
                    if xor(byte(0, word), 0x20) { break }
                    word := calldataload(add(at, 1))
                }
                default {
                    if xor(shr(252, word), 3) { break }
                    word := shl(4, word)
                }
                if shr(sub(256, shl(2, left)), xor(word, path)) { break }
                at := add(at, width)
                if iszero(lt(at, end)) { break }

                // The value is a string and all the rest (MPT-10), which leaves one canonical header. The usual ones are recognized.
                let rest := sub(end, at)
                word := calldataload(at)
                switch gt(rest, 57)
                case 0 {
                    switch rest
                    case 1 {
                        if gt(byte(0, word), 0x7f) { break }
                        value := at
                    }
                    default {
                        if or(xor(byte(0, word), add(0x7f, rest)), or(eq(rest, 2), eq(rest, 57))) { break }
                        value := add(at, 1)
                    }
                }
                default {
                    switch gt(rest, 257)
                    case 0 {
                        if xor(shr(240, word), add(0xb7fe, rest)) { break }
                        value := add(at, 2)
                    }
                    default {
                        if or(xor(shr(232, word), add(0xb8fffd, rest)), or(eq(rest, 258), gt(rest, 65538))) {
                            break
                        }
                        value := add(at, 3)
                    }
                }
                break
            }
        }
    }
}
