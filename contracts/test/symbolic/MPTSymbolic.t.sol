// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTCompactReference} from "../../reference/MPTCompactReference.sol";
import {MPTProofReference} from "../../reference/MPTProofReference.sol";
import {MPTCanonical} from "../../src/libraries/MPTCanonical.sol";
import {MPTNode} from "../../src/libraries/MPTNode.sol";
import {RLPReader} from "../../src/libraries/RLPReader.sol";
import {RlpEncode} from "../harness/RlpEncode.sol";
import {CompactEncode} from "../support/CompactEncode.sol";
import {Symbolic} from "./Symbolic.sol";

// Halmos knows properties by the prefix `check_`; numbers are cut to what fits a byte.
// forge-lint: disable-start(mixed-case-function, unsafe-typecast)

/// @notice Nodes are read and rebuilt by the libraries as by their plain twins. What the bytes of a node or a key are is open; where
/// its items lie is not, since Halmos wants to know where memory is written.
contract MPTSymbolicTest is Symbolic {
    /// @dev A child that is none.
    bytes1 private constant NONE = 0x80;

    /* The two subjects, callable */

    /// @return kind 0 for absence, 1 for a value, 2 for a child.
    /// @return place Where it starts in the node.
    function step(bytes calldata key, bytes calldata node) external pure returns (uint256 kind, uint256 place) {
        MPTNode.Walk memory at = MPTNode.Walk(bytes32(key), 2 * key.length, 7, false);
        (uint256 start, uint256 end) = RLPReader.bounds(node);
        (uint256 child, uint256 value, uint256 valueEnd) = MPTNode.step(at, start, end);
        if (child != 0) return (2, child - start);
        return value == valueEnd ? (0, 0) : (1, value - start);
    }

    function stepReference(bytes calldata key, bytes calldata node)
        external
        pure
        returns (uint256 kind, uint256 place)
    {
        MPTProofReference.Walk memory at = MPTProofReference.Walk(MPTProofReference._nibbles(key), 0, 7, false);
        (MPTProofReference.Kind found, bytes calldata what) = MPTProofReference._node(at, node);
        (uint256 start,) = RLPReader.bounds(node);
        (uint256 at_,) = RLPReader.bounds(what);
        if (found == MPTProofReference.Kind.Child && what[0] != NONE) return (2, at_ - start);
        return found == MPTProofReference.Kind.Value ? (1, at_ - start) : (0, 0);
    }

    function branch(uint256 mask, uint256 nibble, bytes32 child, bytes calldata hashes)
        external
        pure
        returns (bytes32)
    {
        (uint256 start, uint256 end) = RLPReader.bounds(hashes);
        if (mask == 0xffff) return MPTCanonical.fullBranch(start, nibble, child);
        return MPTCanonical.branch(start, end, mask, nibble, child);
    }

    function branchReference(uint256 mask, uint256 nibble, bytes32 child, bytes calldata hashes)
        external
        pure
        returns (bytes32)
    {
        bytes memory nibbles = new bytes(1);
        nibbles[0] = bytes1(uint8(nibble));
        MPTCompactReference.Climb memory up = MPTCompactReference.Climb(nibbles, 1, 1, child, false);
        MPTCompactReference._branch(up, mask, hashes);
        return up.node;
    }

    function extension(bytes32 key, uint256 depth, uint256 nibbles, bytes32 child) external pure returns (bytes32) {
        return MPTCanonical.extension(key, depth, nibbles, child);
    }

    function extensionReference(bytes calldata key, uint256 depth, uint256 nibbles, bytes32 child)
        external
        pure
        returns (bytes32)
    {
        MPTCompactReference.Climb memory up =
            MPTCompactReference.Climb(MPTProofReference._nibbles(key), depth, 1, child, false);
        MPTCompactReference._extension(up, nibbles, key);
        return up.node;
    }

    /* Properties */

    /// @notice Leaves and extensions with a path of up to three bytes, whatever its flag, under keys of two bytes: where the key leads,
    /// or what is wrong with the node.
    function check_pathShort(bytes2 key, bytes3 path) public view {
        _pair(bytes.concat(key), hex"80");
        _pair(bytes.concat(key), bytes.concat(hex"81", path[0]));
        _pair(bytes.concat(key), bytes.concat(hex"82", path[0], path[1]));
        _pair(bytes.concat(key), bytes.concat(hex"83", path));
    }

    function testFuzz_MPT_7_8_pathShort(bytes2 key, bytes3 path) external view {
        check_pathShort(key, path);
    }

    /// @notice Paths as long as the longest key, and longer by a nibble or two.
    function check_pathLong(bytes32 key, bytes1 flag, bytes32 path) public view {
        _pair(bytes.concat(key), bytes.concat(hex"a1", flag, path));
        _pair(bytes.concat(key), bytes.concat(hex"a2", flag, path, hex"00"));
    }

    /// forge-config: default.fuzz.runs = 16
    function testFuzz_MPT_7_8_pathLong(bytes32 key, uint8 flag, bytes32 path, bool same) external view {
        // a random path is never that of the key
        check_pathLong(key, bytes1(flag % 80), same ? key : path);
        if (same) check_pathLong(key, bytes1(0x30 + (uint8(key[0]) >> 4)), key << 4);
    }

    /// @notice Leaves whose value has a header of each length, under any key of two bytes.
    function check_leafValues(bytes2 path, bytes1 first, bytes32 value) public view {
        uint16[9] memory lengths = [uint16(1), 2, 3, 55, 56, 57, 255, 256, 300];
        for (uint256 i = 0; i < lengths.length; ++i) {
            bytes memory held = bytes.concat(first, value);
            while (held.length < lengths[i]) held = bytes.concat(held, value);
            bytes memory leaf = RlpEncode.leaf(hex"01020304", CompactEncode.part(held, 0, lengths[i]));
            _sameStep(bytes.concat(path), leaf);
        }
    }

    /// forge-config: default.fuzz.runs = 16
    function testFuzz_MPT_10_leafValues(bytes2 path, bool same, bytes1 first, bytes32 value) external view {
        check_leafValues(same ? bytes2(0x1234) : path, first, value);
    }

    /// @notice A branch of sixteen hashes, and some with fewer: where each key leads.
    function check_branch(bytes1 key, bytes32 hash) public view {
        uint16[6] memory masks = [0xffff, 0x8001, 0x0840, 0x7fff, 0xfffe, 0xa5a5];
        for (uint256 i = 0; i < masks.length; ++i) {
            bytes memory node = _node(masks[i], hash);
            _sameStep(bytes.concat(key), node);
            _sameStep("", node);
        }
    }

    /// forge-config: default.fuzz.runs = 16
    function testFuzz_MPT_9_branch(bytes1 key, bytes32 hash) external view {
        check_branch(key, hash);
    }

    /// @notice Sixteen hashes are rebuilt as a branch wherever the child is.
    /// @custom:halmos --array-lengths hashes=480
    function check_rebuiltFull(bytes32 child, bytes calldata hashes) public view {
        for (uint256 nibble = 0; nibble < 16; ++nibble) {
            _sameBranch(0xffff, nibble, child, hashes);
        }
    }

    /// forge-config: default.fuzz.runs = 16
    function testFuzz_CPT_3_rebuiltFull(bytes32 child, bytes32 seed) external view {
        this.check_rebuiltFull(child, _noise(seed, 480));
    }

    /// @notice Fewer hashes too: two, seven, eight, fifteen, which have headers of two lengths.
    /// @custom:halmos --array-lengths hashes=448
    function check_rebuilt(bytes32 child, bytes calldata hashes) public view {
        uint16[8] memory masks = [0x8001, 0x0840, 0x3000, 0xfe00, 0x5555, 0x7fff, 0xfffe, 0xfeff];
        uint8[8] memory children = [2, 2, 2, 7, 8, 15, 15, 15];
        for (uint256 i = 0; i < masks.length; ++i) {
            for (uint256 nibble = 0; nibble < 16; ++nibble) {
                if ((masks[i] >> (15 - nibble)) & 1 == 0) continue;
                _sameBranch(masks[i], nibble, child, hashes[:32 * (uint256(children[i]) - 1)]);
            }
        }
    }

    /// forge-config: default.fuzz.runs = 16
    function testFuzz_CPT_3_rebuilt(bytes32 child, bytes32 seed) external view {
        this.check_rebuilt(child, _noise(seed, 448));
    }

    /// @notice An extension of each length, from the front of the key and from its end.
    function check_rebuiltExtension(bytes32 key, bytes32 child) public view {
        for (uint256 nibbles = 1; nibbles <= 64; ++nibbles) {
            _sameExtension(key, nibbles, nibbles, child);
            if (nibbles % 5 == 0) _sameExtension(key, 64, nibbles, child);
        }
    }

    /// forge-config: default.fuzz.runs = 16
    function testFuzz_CPT_2_rebuiltExtension(bytes32 key, bytes32 child) external view {
        check_rebuiltExtension(key, child);
    }

    /// @notice The children that a mask names are counted.
    function check_bits(uint16 mask) public pure {
        uint256 count;
        for (uint256 i = 0; i < 16; ++i) {
            count += (uint256(mask) >> i) & 1;
        }
        assert(MPTCanonical.bits(mask) == count);
    }

    function testFuzz_CPT_3_bits(uint16 mask) external pure {
        check_bits(mask);
    }

    /* Helpers */

    function _pair(bytes memory key, bytes memory path) private view {
        bytes memory items = bytes.concat(path, hex"820102");
        _sameStep(key, bytes.concat(bytes1(uint8(0xc0 + items.length)), items));
    }

    function _sameStep(bytes memory key, bytes memory node) private view {
        bytes memory twin = abi.encodeCall(this.stepReference, (key, node));
        _same(abi.encodeCall(this.step, (key, node)), twin);
    }

    function _sameBranch(uint256 mask, uint256 nibble, bytes32 child, bytes calldata hashes) private view {
        _same(
            abi.encodeCall(this.branch, (mask, nibble, child, hashes)),
            abi.encodeCall(this.branchReference, (mask, nibble, child, hashes))
        );
    }

    function _sameExtension(bytes32 key, uint256 depth, uint256 nibbles, bytes32 child) private view {
        _same(
            abi.encodeCall(this.extension, (key, depth, nibbles, child)),
            abi.encodeCall(this.extensionReference, (bytes.concat(key), depth, nibbles, child))
        );
    }

    /// @dev A branch with the children that `mask` names.
    function _node(uint256 mask, bytes32 hash) private pure returns (bytes memory) {
        bytes memory items;
        for (uint256 i = 0; i < 16; ++i) {
            items = (mask >> (15 - i)) & 1 == 1 ? bytes.concat(items, hex"a0", hash) : bytes.concat(items, hex"80");
        }
        items = bytes.concat(items, hex"80");
        if (items.length < 256) return bytes.concat(hex"f8", bytes1(uint8(items.length)), items);
        return bytes.concat(hex"f9", bytes2(uint16(items.length)), items);
    }

    function _noise(bytes32 seed, uint256 length) private pure returns (bytes memory noise) {
        for (uint256 i = 0; i < length; i += 32) {
            noise = bytes.concat(noise, keccak256(abi.encode(seed, i)));
        }
    }
}
// forge-lint: disable-end(mixed-case-function, unsafe-typecast)
