// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {BlockHeader} from "./BlockHeader.sol";
import {RLPReader} from "./RLPReader.sol";

/// @title Headers of the MAP relay chain, as they are hashed
/// @notice Clauses MAP-2 and MAP-10 of `spec/map.md`. What is read here is worth what the signatures over the header's hash are worth.
/// How proofs read a header whose hash is verified is `BlockHeader`.
library MapHeader {
    /// @notice Thrown when a header has neither 13 nor 14 items (MAP-2).
    /// @param got Items found, counting no further than 15.
    error MapItemCount(uint256 got);

    /// @notice Thrown when the extra data is shorter than its vanity (MAP-10).
    error MapExtraLength(uint256 got);

    /// @notice Thrown when the list in the extra data has not seven items (MAP-10).
    /// @param got Items found, counting no further than 8.
    error MapExtraItemCount(uint256 got);

    /// @notice Thrown when the aggregated seal is not emptied: the header is not as it was hashed (MAP-10).
    error MapSealNotEmpty();

    /// @notice Thrown when a header does not add as many addresses and keys of each kind (MAP-10).
    error MapAddedCount(uint256 addresses, uint256 keys, uint256 g1Keys);

    /// @notice What the client looks at in a header.
    /// @param time In seconds.
    /// @param extra Where the extra data starts in calldata.
    /// @param extraEnd Where it ends.
    struct Header {
        bytes32 receiptsRoot;
        uint64 number;
        uint64 time;
        uint256 extra;
        uint256 extraEnd;
    }

    /// @notice How a header changes the set of validators.
    /// @param removed Bit i is validator i of the set that signs.
    /// @param added How many validators are added.
    /// @param keys Where their keys on G1 start in calldata, as strings of 64 bytes.
    struct Change {
        uint256 removed;
        uint256 added;
        uint256 keys;
    }

    /// @notice Bytes of a key on G1 in the list of keys, its RLP header included, and of that header.
    uint256 internal constant KEY_ITEM = 66;
    uint256 internal constant KEY_HEADER = 2;

    uint256 private constant VANITY = 32;

    /// @dev Items of the list in the extra data, and the place and form of the aggregated seal.
    uint256 private constant EXTRA_ITEMS = 7;
    uint256 private constant SEAL = 5;
    uint256 private constant EMPTY_SEAL = 0xc3808080;
    uint256 private constant SEAL_LENGTH = 4;

    /// @dev The six items before the number, as they are in every block: their lengths are fixed. Where the header of each item is.
    uint256 private constant USUAL_ITEMS = 6;
    uint256 private constant USUAL_LENGTH = 412;
    uint256 private constant USUAL_COINBASE = 33;
    uint256 private constant USUAL_STATE = 54;
    uint256 private constant USUAL_TRANSACTIONS = 87;
    uint256 private constant USUAL_RECEIPTS = 120;
    uint256 private constant USUAL_BLOOM = 153;

    /// @dev The extra data's list when nobody is added or removed begins with these six bytes, of which the last two are the header of the
    /// proposer's seal. The aggregated seal is behind that, and the parent's.
    uint256 private constant USUAL_EXTRA = 0xc0c0c080b841;
    uint256 private constant USUAL_SEAL = 71;

    /// @notice Reads a header (MAP-2).
    /// @param at Where it starts in calldata.
    /// @param end Where it ends.
    function open(uint256 at, uint256 end) internal pure returns (Header memory header) {
        at = RLPReader.readExactList(at, end);
        unchecked {
            // The items that are as in every block need not be read one by one. `starts` is where the places would be if they had been.
            uint256 skipped = _beginsAsUsual(at, end) ? USUAL_ITEMS : 0;
            (uint256 starts, uint256 items) =
                BlockHeader.itemStarts(skipped == 0 ? at : at + USUAL_LENGTH, end, 15 - skipped);
            items += skipped;
            starts -= 32 * skipped;
            if (items != 13 && items != 14) revert MapItemCount(items);
            if (skipped == 0) (header.receiptsRoot,) = RLPReader.readWord(BlockHeader.start(starts, 4), end);
            else header.receiptsRoot = RLPReader.load(at + USUAL_RECEIPTS + 1);
            header.number = _number(BlockHeader.start(starts, 6), end);
            header.time = _number(BlockHeader.start(starts, 9), end);
            (header.extra, header.extraEnd) = RLPReader.readString(BlockHeader.start(starts, 10), end);
        }
    }

    /// @notice Reads the extra data of a header (MAP-10).
    function change(Header memory header) internal pure returns (Change memory change_) {
        unchecked {
            (uint256 at, uint256 end) = (header.extra, header.extraEnd);
            if (end - at < VANITY) revert MapExtraLength(end - at);
            at = RLPReader.readExactList(at + VANITY, end);
            if (_changesNothing(at, end)) return change_;
            (uint256 starts, uint256 items) = BlockHeader.itemStarts(at, end, EXTRA_ITEMS + 1);
            if (items != EXTRA_ITEMS) revert MapExtraItemCount(items);
            at = BlockHeader.start(starts, SEAL);
            if (BlockHeader.start(starts, SEAL + 1) - at != SEAL_LENGTH || !_isEmptySeal(at)) revert MapSealNotEmpty();

            (uint256 addresses,) = _count(BlockHeader.start(starts, 0), end, 20);
            (uint256 keys,) = _count(BlockHeader.start(starts, 1), end, 128);
            (change_.added, change_.keys) = _count(BlockHeader.start(starts, 2), end, 64);
            if (addresses != keys || keys != change_.added) revert MapAddedCount(addresses, keys, change_.added);
            (change_.removed,) = RLPReader.readUint(BlockHeader.start(starts, 3), end, 32);
        }
    }

    /// @dev Whether the items before the number have the lengths that they have in every block. No item has two headers of one length.
    function _beginsAsUsual(uint256 at, uint256 end) private pure returns (bool) {
        unchecked {
            return at + USUAL_LENGTH < end && _byte(at) == 0xa0 && _byte(at + USUAL_COINBASE) == 0x94
                && _byte(at + USUAL_STATE) == 0xa0 && _byte(at + USUAL_TRANSACTIONS) == 0xa0
                && _byte(at + USUAL_RECEIPTS) == 0xa0 && uint256(RLPReader.load(at + USUAL_BLOOM)) >> 232 == 0xb90100;
        }
    }

    /// @dev Whether the list is one of seven items, of which the aggregated seal is empty and the first four change nothing.
    function _changesNothing(uint256 at, uint256 end) private pure returns (bool) {
        unchecked {
            uint256 parentSeal = at + USUAL_SEAL + SEAL_LENGTH;
            if (uint256(RLPReader.load(at)) >> 208 != USUAL_EXTRA) return false;
            if (parentSeal >= end || !_isEmptySeal(at + USUAL_SEAL)) return false;
            (,, uint256 next) = RLPReader.readItem(parentSeal, end);
            return next == end;
        }
    }

    function _isEmptySeal(uint256 at) private pure returns (bool) {
        return uint256(RLPReader.load(at)) >> 224 == EMPTY_SEAL;
    }

    function _byte(uint256 at) private pure returns (uint256) {
        return uint256(RLPReader.load(at)) >> 248;
    }

    /// @dev The integer of at most 8 bytes at `at`, whose header has been read. The usual form is recognized, all else is read.
    function _number(uint256 at, uint256 end) private pure returns (uint64 value) {
        unchecked {
            uint256 word = uint256(RLPReader.load(at));
            uint256 length = (word >> 248) - 0x80;
            // forge-lint: disable-next-line(unsafe-typecast, incorrect-shift) of at most 8 bytes; the number of bits is computed
            if (length - 1 < 8 && word << 8 >> 248 != 0) return uint64(word << 8 >> 256 - 8 * length);
        }
        (value,) = RLPReader.readUint64(at, end);
    }

    /// @dev Counts the items of a list of strings of one length and says where the first of them starts.
    function _count(uint256 at, uint256 end, uint256 length) private pure returns (uint256 items, uint256 first) {
        (first, end) = RLPReader.readList(at, end);
        for (at = first; at != end;) {
            (, at) = RLPReader.readFixed(at, end, length);
            unchecked {
                ++items;
            }
        }
    }
}
