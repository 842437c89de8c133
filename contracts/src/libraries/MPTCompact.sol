// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTCanonical} from "./MPTCanonical.sol";
import {MPTNode} from "./MPTNode.sol";
import {MPTProof} from "./MPTProof.sol";
import {RLPReader} from "./RLPReader.sol";

/// @title Merkle-Patricia trie proofs without what the verifier can tell
/// @notice Establishes what `MPTProof` does, from fewer bytes: clauses CPT-1 to CPT-4 of `spec/proof.md`, where the form is written
/// down. Assumes that keccak-256 is collision resistant and nothing else. For transactions whose calldata decides their price
/// (EIP-7623): the hash of each node in its parent, headers in branches and paths of extensions are left out.
/// @dev The proof starts with the deepest node, the terminal, which stands as it is. Each node above is rebuilt in its one canonical
/// form from the key and the hash of the node below it: see `MPTCanonical`. At the root the hash tells whether all of it was right;
/// only then is the terminal read. `index` in an error counts from the terminal to the root.
library MPTCompact {
    /// @notice Thrown when a part of the proof has more bytes than are left (CPT-1).
    /// @param index Place of the part's node, counted from the terminal; so in all errors below.
    error CompactTooShort(uint256 index);

    /// @notice Thrown when the nodes do not stand on as many nibbles of the key as the proof says, or on more than there are (CPT-2).
    /// @param index Place of the node.
    /// @param depth Nibbles of the key above it.
    error CompactDepth(uint256 index, uint256 depth);

    /// @notice Thrown when a branch has no child where the key leads (CPT-3).
    error CompactChild(uint256 index);

    /// @notice Thrown when a branch is written item by item although a mask says the same (CPT-4).
    error CompactForm(uint256 index);

    /// @dev Where a climb from the terminal to the root stands.
    struct Climb {
        bytes32 key; // left-aligned
        uint256 depth; // nibbles of the key above the node
        uint256 index; // place of the node, counted from the terminal
        bytes32 node; // its hash
        bool extended; // whether it is an extension
    }

    /// @dev Bytes of `depth` and `length` in front of the terminal.
    uint256 private constant HEAD = 4;

    /// @notice The value under a key. Reverts unless the proof establishes one. See `MPTProof.inclusion`.
    /// @param root Hash of the root node.
    /// @param key The key, left-aligned; bytes past `keyLength` are ignored.
    /// @param keyLength Bytes of the key, at most 32.
    /// @param proof Proof in compact form.
    function inclusion(bytes32 root, bytes32 key, uint256 keyLength, bytes calldata proof)
        internal
        pure
        returns (bytes calldata value)
    {
        bool found;
        (found, value) = walk(root, key, keyLength, proof);
        if (!found) revert MPTProof.MptKeyAbsent();
    }

    /// @notice Reverts unless the proof establishes that nothing is under the key. See `MPTProof.exclusion`.
    function exclusion(bytes32 root, bytes32 key, uint256 keyLength, bytes calldata proof) internal pure {
        (bool found,) = walk(root, key, keyLength, proof);
        if (found) revert MPTProof.MptKeyPresent();
    }

    /// @notice What is under a key: a value, or provably nothing. Reverts if the proof establishes neither. See `MPTProof.walk`.
    function walk(bytes32 root, bytes32 key, uint256 keyLength, bytes calldata proof)
        internal
        pure
        returns (bool found, bytes calldata value)
    {
        if (root == 0) revert MPTProof.MptZeroRoot();
        if (keyLength > 32) revert MPTProof.MptKeyTooLong(keyLength);
        (uint256 start, uint256 end) = (0, 0);
        if (proof.length == 0) {
            if (root != MPTProof.EMPTY_ROOT) revert MPTProof.MptTruncatedProof(0);
        } else {
            (start, end) = _prove(root, key, keyLength << 1, proof);
        }
        found = start != end;
        value = RLPReader.slice(start, end);
    }

    /// @dev Where the value starts and ends: the same place if there is none, since no value is empty.
    function _prove(bytes32 root, bytes32 key, uint256 nibbles, bytes calldata proof)
        private
        pure
        returns (uint256 start, uint256 end)
    {
        if (proof.length < HEAD) revert CompactTooShort(0);
        (uint256 at, uint256 last) = RLPReader.bounds(proof);
        uint256 depth = uint256(RLPReader.load(at)) >> 248;
        unchecked {
            start = at + HEAD;
            end = start + ((uint256(RLPReader.load(at)) >> 224) & 0xffffff);
        }
        if (end > last) revert CompactTooShort(0);
        if (depth > nibbles) revert CompactDepth(0, depth);
        (uint256 steps, bool branchDue) = _climb(root, key, depth, start, end, last);
        unchecked {
            MPTNode.Walk memory walked =
                MPTNode.Walk({path: key << (depth << 2), left: nibbles - depth, index: 0, branchDue: branchDue});
            return _terminal(walked, steps, start, end);
        }
    }

    /// @dev Rebuilds the nodes above the terminal, which lies between `start` and `end`, and compares the last hash with the root.
    /// @return steps How many nodes there are above the terminal.
    /// @return branchDue Whether the first of them is an extension.
    function _climb(bytes32 root, bytes32 key, uint256 depth, uint256 start, uint256 end, uint256 last)
        private
        pure
        returns (uint256 steps, bool branchDue)
    {
        if (end != last && end - start < 32) revert MPTProof.MptShortNode(0);
        Climb memory up =
            Climb({key: key, depth: depth, index: 0, node: MPTCanonical.hash(start, end), extended: false});
        while (end != last) {
            end = _step(up, end, last);
            if (up.index == 1) branchDue = up.extended;
        }
        if (up.depth != 0) revert CompactDepth(up.index, up.depth);
        if (up.node != root) revert MPTProof.MptHashMismatch(up.index);
        steps = up.index;
    }

    /// @dev Rebuilds the node above `up.node` from the step at `at`, and returns where the step ends.
    function _step(Climb memory up, uint256 at, uint256 last) private pure returns (uint256 next) {
        uint256 depth = up.depth;
        unchecked {
            ++up.index;
            if (depth == 0) revert CompactDepth(up.index, 0);
            if (last - at < 2) revert CompactTooShort(up.index);
            uint256 mask = uint256(RLPReader.load(at)) >> 240;
            at += 2;
            if (mask == 0) return _unmasked(up, at, last);

            if (mask & (mask - 1) == 0) revert MPTNode.MptSparseBranch(up.index);
            uint256 nibble = _nibbleAbove(up.key, depth);
            if ((mask << nibble) & 0x8000 == 0) revert CompactChild(up.index);
            next = at + ((mask == 0xffff ? 15 : MPTCanonical.bits(mask) - 1) << 5);
            if (next > last) revert CompactTooShort(up.index);
            up.node = mask == 0xffff
                ? MPTCanonical.fullBranch(at, nibble, up.node)
                : MPTCanonical.branch(at, next, mask, nibble, up.node);
            up.depth = depth - 1;
            up.extended = false;
        }
    }

    /// @dev A step whose mask is zero: an extension, or a branch with an embedded child.
    function _unmasked(Climb memory up, uint256 at, uint256 last) private pure returns (uint256 next) {
        if (at == last) revert CompactTooShort(up.index);
        uint256 nibbles = uint256(RLPReader.load(at)) >> 248;
        unchecked {
            ++at;
            if (nibbles == 0) return _spelled(up, at, last);
            if (nibbles > up.depth) revert CompactDepth(up.index, up.depth);
            if (up.extended) revert MPTNode.MptExtensionChild(up.index - 1);
            up.node = MPTCanonical.extension(up.key, up.depth, nibbles, up.node);
            up.depth -= nibbles;
        }
        up.extended = true;
        return at;
    }

    /// @dev A branch whose other children are written item by item, since one of them at least is embedded.
    function _spelled(Climb memory up, uint256 at, uint256 last) private pure returns (uint256 end) {
        unchecked {
            if (last - at < 2) revert CompactTooShort(up.index);
            uint256 length = uint256(RLPReader.load(at)) >> 240;
            at += 2;
            if (length > last - at) revert CompactTooShort(up.index);
            end = at + length;
            uint256 items = RLPReader.count(at, end, 16);
            if (items != 15) revert MPTNode.MptItemCount(up.index, items);
        }
        uint256 gap = _gap(up.index, at, end, _nibbleAbove(up.key, up.depth));
        up.node = MPTCanonical.splice(at, gap, end, up.node);
        unchecked {
            --up.depth;
        }
        up.extended = false;
    }

    /// @dev Reads the fifteen other children of a branch and says where between them the child at `nibble` belongs.
    function _gap(uint256 index, uint256 at, uint256 end, uint256 nibble) private pure returns (uint256 gap) {
        bool some;
        bool embedded;
        for (uint256 i = 0; i < 15; ++i) {
            if (i == nibble) gap = at;
            (bool isList, uint256 payload, uint256 next) = RLPReader.readItem(at, end);
            unchecked {
                uint256 length = next - payload;
                if (isList ? next - at >= 32 : length != 0 && length != 32) revert MPTNode.MptChildForm(index);
                some = some || isList || length != 0;
            }
            embedded = embedded || isList;
            at = next;
        }
        if (!some) revert MPTNode.MptSparseBranch(index);
        if (!embedded) revert CompactForm(index);
        if (nibble == 15) gap = end;
    }

    /// @dev Reads the terminal, and what is embedded in it, as `MPTProof` reads nodes. The nodes above are known to be right.
    function _terminal(MPTNode.Walk memory at, uint256 steps, uint256 start, uint256 end)
        private
        pure
        returns (uint256, uint256)
    {
        // A node of one byte is the root, and no node but the empty trie.
        if (end - start == 1 && uint256(RLPReader.load(start)) >> 248 == 0x80) return (0, 0);
        while (true) {
            uint256 child;
            (child, start, end) = MPTNode.step(at, start, end);
            if (child == 0) break;
            // The form of a child has been verified, so its first byte tells which one it is.
            uint256 header = uint256(RLPReader.load(child)) >> 248;
            unchecked {
                if (header == 0xa0) revert MPTProof.MptTruncatedProof(steps + 1);
                (start, end) = (child, child + 1 + header - 0xc0);
            }
        }
        return (start, end);
    }

    /// @dev The last of the first `depth` nibbles, of which there is one.
    function _nibbleAbove(bytes32 key, uint256 depth) private pure returns (uint256) {
        unchecked {
            return (uint256(key) >> (256 - (depth << 2))) & 15;
        }
    }
}
