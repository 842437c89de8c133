// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTNode} from "./MPTNode.sol";
import {MPTProof} from "./MPTProof.sol";
import {MPTShape} from "./MPTShape.sol";
import {RLPReader} from "./RLPReader.sol";

/// @title Many keys of one Merkle-Patricia trie
/// @notice Establishes for each of many keys what `MPTProof` does for one, from a list in which the nodes that keys share stand once:
/// clauses BAT-1 to BAT-3 of `spec/proof.md`. Assumes that keccak-256 is collision resistant and nothing else.
/// @dev Keys come in rising order. `inclusion` and `exclusion` take them all; those who want both outcomes, or to look at a value
/// before they ask for the next, use `open`, `next` for each key, and `close`, without which nodes may be left over and the batch
/// may have been empty. The nodes on the way to the last key are remembered, so each is hashed once.
library MPTBatch {
    /// @notice Thrown when no key is asked for: that would prove nothing, and accept any root (BAT-1).
    error BatchEmpty();

    /// @notice Thrown when a key is not above the one before it (BAT-2).
    /// @param item Place of the key.
    error BatchOrder(uint256 item);

    /// @notice Thrown when the inclusion of all is asked and a key is absent (BAT-3).
    /// @param item Place of the key.
    error BatchKeyAbsent(uint256 item);

    /// @notice Thrown when the exclusion of all is asked and a key is present (BAT-3).
    /// @param item Place of the key.
    error BatchKeyPresent(uint256 item);

    /// @dev Positions in calldata, and places in the list, have 64 bits in a frame.
    uint256 private constant MAX_PLACE = type(uint64).max;

    /// @dev Set in a frame that is a branch of hashes, and so has been read: of it the start of the items is remembered, and which of
    /// the children there are. See `MPTShape`.
    uint256 private constant BRANCH = 1 << 255;

    /// @notice A batch under way. Made by `open`, for `next` and `close` only.
    /// @dev Each node but the last uses up a nibble at least, and a key has no more than 64: 65 frames are enough.
    struct Batch {
        bytes32 root;
        uint256 nodes; // where the list of nodes is in calldata
        uint256 count; // and how many there are
        uint256 used; // how many of them have been taken
        uint256 items; // keys asked for so far
        bytes32 key; // the last one of them, left-aligned, zeros behind it
        uint256 keyLength; // its bytes
        uint256 height; // frames in use
        MPTNode.Walk walk; // where the last walk stands
        uint256[65] frames; // the nodes on the way to the last key, from the root on: see `_push`
    }

    /// @notice The values under all keys (BAT-1 to BAT-3). Reverts unless the nodes establish one for each.
    /// @param root Hash of the root node.
    /// @param keys The keys in rising order, each of 32 bytes at most.
    /// @param nodes The nodes of all their proofs, in the order in which the keys come to them.
    /// @return values Where the values are in calldata: read them with `valueAt`.
    function inclusion(bytes32 root, bytes[] calldata keys, bytes[] calldata nodes)
        internal
        pure
        returns (uint256[] memory values)
    {
        Batch memory batch = open(root, nodes);
        values = new uint256[](keys.length);
        for (uint256 i = 0; i < keys.length; ++i) {
            values[i] = place(nextIncluded(batch, _word(keys[i]), keys[i].length));
        }
        close(batch);
    }

    /// @notice Reverts unless the nodes establish that nothing is under any of the keys (BAT-1 to BAT-3). See `inclusion`.
    function exclusion(bytes32 root, bytes[] calldata keys, bytes[] calldata nodes) internal pure {
        Batch memory batch = open(root, nodes);
        for (uint256 i = 0; i < keys.length; ++i) {
            nextExcluded(batch, _word(keys[i]), keys[i].length);
        }
        close(batch);
    }

    /// @notice Begins a batch (MPT-1).
    /// @param root Hash of the root node.
    /// @param nodes The nodes of all proofs, in the order in which the keys come to them.
    function open(bytes32 root, bytes[] calldata nodes) internal pure returns (Batch memory batch) {
        if (root == 0) revert MPTProof.MptZeroRoot();
        batch.root = root;
        uint256 offset;
        // Solidity has no other way to name a position in calldata.
        assembly ("memory-safe") {
            offset := nodes.offset
        }
        (batch.nodes, batch.count) = (offset, nodes.length);
    }

    /// @notice What is under the next key: a value, or provably nothing (MPT-2 to MPT-11, BAT-2).
    /// @param key The key, left-aligned; bytes past `keyLength` are ignored.
    /// @param keyLength Bytes of the key, at most 32.
    function next(Batch memory batch, bytes32 key, uint256 keyLength)
        internal
        pure
        returns (bool found, bytes calldata value)
    {
        if (keyLength > 32) revert MPTProof.MptKeyTooLong(keyLength);
        unchecked {
            key &= ~bytes32(type(uint256).max >> (keyLength << 3));
        }
        _part(batch, key, keyLength);

        (uint256 start, uint256 end) = (0, 0);
        if (batch.root == MPTProof.EMPTY_ROOT) {
            if (batch.used == 0 && batch.count != 0) _take(batch, MPTProof.EMPTY_ROOT);
        } else {
            (start, end) = _descend(batch, key, keyLength << 1);
        }
        found = start != end;
        value = RLPReader.slice(start, end);
    }

    /// @notice The value under the next key. Reverts if it is absent (BAT-3). See `next`.
    function nextIncluded(Batch memory batch, bytes32 key, uint256 keyLength)
        internal
        pure
        returns (bytes calldata value)
    {
        bool found;
        (found, value) = next(batch, key, keyLength);
        unchecked {
            if (!found) revert BatchKeyAbsent(batch.items - 1);
        }
    }

    /// @notice Reverts unless nothing is under the next key (BAT-3). See `next`.
    function nextExcluded(Batch memory batch, bytes32 key, uint256 keyLength) internal pure {
        (bool found,) = next(batch, key, keyLength);
        unchecked {
            if (found) revert BatchKeyPresent(batch.items - 1);
        }
    }

    /// @notice Ends a batch: there was a key, and no node is left (BAT-1, MPT-12).
    function close(Batch memory batch) internal pure {
        if (batch.items == 0) revert BatchEmpty();
        if (batch.used != batch.count) revert MPTProof.MptTrailingNode(batch.used);
    }

    /// @notice Where a value is in calldata, as one word: `valueAt` makes the value of it again.
    function place(bytes calldata value) internal pure returns (uint256) {
        (uint256 start, uint256 end) = RLPReader.bounds(value);
        return start << 128 | end;
    }

    /// @notice The value that is in calldata where `place` said.
    function valueAt(uint256 placed) internal pure returns (bytes calldata) {
        return RLPReader.slice(placed >> 128, placed & type(uint128).max);
    }

    /// @dev Checks that the key is due (BAT-2), and leaves of the frames those that lie on the way to it as well.
    function _part(Batch memory batch, bytes32 key, uint256 keyLength) private pure {
        bytes32 last = batch.key;
        uint256 item = batch.items;
        if (item != 0 && (key < last || (key == last && keyLength <= batch.keyLength))) revert BatchOrder(item);
        // A frame of more nibbles than the key has is never left: the keys would differ in the zeros behind this one, and the last
        // one would have been the higher.
        uint256 difference = uint256(key ^ last);
        uint256 height = batch.height;
        unchecked {
            while (height != 0 && difference >> (256 - ((batch.frames[height - 1] & 0xff) << 2)) != 0) --height;
            batch.items = item + 1;
        }
        (batch.key, batch.keyLength, batch.height) = (key, keyLength, height);
    }

    /// @dev Follows the key from the deepest frame to where it ends. See `MPTProof`.
    function _descend(Batch memory batch, bytes32 key, uint256 nibbles)
        private
        pure
        returns (uint256 start, uint256 end)
    {
        MPTNode.Walk memory walk = batch.walk;
        (walk.path, walk.left, walk.index, walk.branchDue) = (key, nibbles, 0, false);
        unchecked {
            uint256 hashes = 0; // those of the node at hand, if it is known to be a branch of them
            if (batch.height == 0) {
                (start, end) = _take(batch, batch.root);
                _push(batch, start, end, 0, 0);
            } else {
                uint256 frame = batch.frames[batch.height - 1];
                uint256 depth = frame & 0xff;
                (walk.path, walk.left) = (key << (depth << 2), nibbles - depth);
                if (frame & BRANCH != 0) {
                    (start, hashes) = ((frame >> 136) & MAX_PLACE, (frame >> 8) & type(uint128).max);
                } else {
                    (start, end, walk.index) = (frame >> 136, (frame >> 72) & MAX_PLACE, (frame >> 8) & MAX_PLACE);
                }
            }
            while (true) {
                uint256 child;
                if (hashes == 0) {
                    uint256 items = RLPReader.readExactList(start, end);
                    hashes = MPTShape.branch(items, end);
                    if (hashes != 0) {
                        start = items;
                        batch.frames[batch.height - 1] = BRANCH | items << 136 | hashes << 8 | (nibbles - walk.left);
                    } else if (!walk.branchDue) {
                        uint256 value = MPTShape.leaf(items, end, walk.path, walk.left);
                        if (value != 0) return (value, end);
                    }
                }
                if (hashes != 0) {
                    if (walk.left == 0) return (0, 0);
                    child = MPTShape.childAt(start, hashes, uint256(walk.path) >> 252);
                    if (child == 0) return (0, 0);
                    (walk.path, walk.left, walk.branchDue, hashes) = (walk.path << 4, walk.left - 1, false, 0);
                } else {
                    (child, start, end) = MPTNode.step(walk, start, end);
                    if (child == 0) return (start, end);
                }
                // The form of a child has been verified, so its first byte tells which one it is.
                uint256 header = uint256(RLPReader.load(child)) >> 248;
                if (header == 0xa0) {
                    (start, end) = _take(batch, RLPReader.load(child + 1));
                    walk.index = batch.used - 1;
                } else {
                    (start, end) = (child, child + 1 + header - 0xc0);
                }
                _push(batch, start, end, walk.index, nibbles - walk.left);
            }
        }
    }

    /// @dev The next node of the list, which has to have the expected hash (MPT-3 to MPT-5).
    function _take(Batch memory batch, bytes32 expected) private pure returns (uint256 start, uint256 end) {
        bytes[] calldata nodes;
        (uint256 offset, uint256 count) = (batch.nodes, batch.count);
        assembly ("memory-safe") {
            nodes.offset := offset
            nodes.length := count
        }
        (start, end) = MPTProof.listed(nodes, batch.used, expected);
        unchecked {
            ++batch.used;
        }
    }

    /// @dev Remembers a node: where it starts and ends, the place of the listed node that it is or is in, and the nibbles above it.
    function _push(Batch memory batch, uint256 start, uint256 end, uint256 index, uint256 depth) private pure {
        unchecked {
            batch.frames[batch.height++] = start << 136 | end << 72 | index << 8 | depth;
        }
    }

    /// @dev A key of any length as a word; its length is checked where the word is used.
    function _word(bytes calldata key) private pure returns (bytes32) {
        // casting to 'bytes32' is safe because longer keys are refused
        // forge-lint: disable-next-line(unsafe-typecast)
        return bytes32(key);
    }
}
