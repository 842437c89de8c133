// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {HashToG1Reference} from "../../reference/HashToG1Reference.sol";
import {RlpEncode} from "../harness/RlpEncode.sol";
import {MapCurve} from "./MapCurve.sol";

/// @title A MAP relay chain that tests make up
/// @notice Headers of 14 items with `IstanbulExtra`, signed by validators whose secrets are small numbers, and updates of them as
/// `spec/map.md` lays them out. A set is the list of its secrets.
library MapChain {
    using RlpEncode for bytes;
    using RlpEncode for bytes[];

    /// @notice What differs from block to block.
    /// @param added Secrets of the validators that join.
    /// @param removed Bit i is validator i, who leaves.
    struct Block {
        uint64 number;
        uint64 time;
        bytes32 parentHash;
        bytes32 stateRoot;
        bytes32 receiptsRoot;
        uint256[] added;
        uint256 removed;
    }

    bytes internal constant EMPTY_SEAL = hex"c3808080";

    /// @notice A set of so many validators.
    function secrets(uint256 size) internal pure returns (uint256[] memory set) {
        set = new uint256[](size);
        for (uint256 i = 0; i < size; ++i) {
            set[i] = 101 + 7 * i;
        }
    }

    /// @notice The set that follows on another.
    function changed(uint256[] memory set, uint256 removed, uint256[] memory added)
        internal
        pure
        returns (uint256[] memory next)
    {
        uint256 size;
        next = new uint256[](set.length + added.length);
        for (uint256 i = 0; i < set.length; ++i) {
            if (removed >> i & 1 == 0) next[size++] = set[i];
        }
        for (uint256 i = 0; i < added.length; ++i) {
            next[size++] = added[i];
        }
        assembly ("memory-safe") {
            mstore(next, size) // shortens the array to what has been filled
        }
    }

    /// @notice The smallest number of signers.
    function quorum(uint256 size) internal pure returns (uint256) {
        return (2 * size + 2) / 3;
    }

    /// @notice The lowest bits: as signers, the first validators of a set.
    function first(uint256 count) internal pure returns (uint256) {
        return count == 0 ? 0 : type(uint256).max >> (256 - count);
    }

    /// @notice Keys of a set on G1, in order.
    function keys(uint256[] memory set) internal view returns (bytes memory joined) {
        joined = new bytes(64 * set.length);
        for (uint256 i = 0; i < set.length; ++i) {
            bytes memory key = MapCurve.g1(set[i]);
            assembly ("memory-safe") {
                let to := add(add(joined, 0x20), mul(64, i))
                mstore(to, mload(add(key, 0x20)))
                mstore(add(to, 0x20), mload(add(key, 0x40)))
            }
        }
    }

    /// @notice The sum of the secrets whose bit is set.
    function sum(uint256[] memory set, uint256 bits) internal pure returns (uint256 total) {
        for (uint256 i = 0; i < set.length; ++i) {
            if (bits >> i & 1 == 1) total += set[i];
        }
    }

    /// @notice The keys of a set and their sum, as they stand in an update.
    function listed(uint256[] memory set) internal view returns (bytes memory) {
        return bytes.concat(keys(set), MapCurve.g1(sum(set, type(uint256).max)));
    }

    function commitment(uint256[] memory set) internal view returns (bytes32) {
        return keccak256(listed(set));
    }

    // ── Headers ─────────────────────────────────────────────────────────────────────────────────────────────────

    /// @notice The seven items of the extra data, the aggregated seal emptied.
    function extraItems(Block memory b) internal view returns (bytes[] memory items) {
        bytes[] memory addresses = new bytes[](b.added.length);
        bytes[] memory twins = new bytes[](b.added.length);
        bytes[] memory g1Keys = new bytes[](b.added.length);
        for (uint256 i = 0; i < b.added.length; ++i) {
            // an address is the last 20 bytes of a hash
            // forge-lint: disable-next-line(unsafe-typecast)
            addresses[i] = bytes.concat(bytes20(uint160(uint256(keccak256(abi.encode(b.added[i])))))).str();
            twins[i] = MapCurve.g2(b.added[i]).str();
            g1Keys[i] = MapCurve.g1(b.added[i]).str();
        }
        items = new bytes[](7);
        (items[0], items[1], items[2]) = (addresses.join(), twins.join(), g1Keys.join());
        items[3] = integer(b.removed);
        // Neither the proposer's seal nor the parent's is looked at.
        items[4] = bytes.concat(keccak256("r"), keccak256("s"), hex"01").str();
        items[5] = EMPTY_SEAL;
        items[6] = bytes.concat(hex"0f", new bytes(64).str(), hex"80").list();
    }

    /// @notice The 14 items of a header, given those of its extra data.
    function headerItems(Block memory b, bytes[] memory extra) internal pure returns (bytes[] memory fields) {
        fields = new bytes[](14);
        fields[0] = bytes.concat(b.parentHash).str();
        fields[1] = new bytes(20).str();
        fields[2] = bytes.concat(b.stateRoot).str();
        fields[3] = bytes.concat(keccak256("transactions")).str();
        fields[4] = bytes.concat(b.receiptsRoot).str();
        fields[5] = new bytes(256).str();
        fields[6] = integer(b.number);
        fields[7] = integer(30_000_000);
        fields[8] = integer(21_000);
        fields[9] = integer(b.time);
        fields[10] = bytes.concat(new bytes(32), extra.join()).str();
        fields[11] = new bytes(32).str();
        fields[12] = new bytes(8).str();
        fields[13] = integer(1_000_000_000);
    }

    /// @notice A header as hashed.
    function header(Block memory b) internal view returns (bytes memory) {
        return headerItems(b, extraItems(b)).join();
    }

    /// @notice An integer as RLP has it.
    function integer(uint256 value) internal pure returns (bytes memory) {
        return minimal(value).str();
    }

    /// @notice A number without leading zeros.
    function minimal(uint256 value) internal pure returns (bytes memory digits) {
        for (; value != 0; value >>= 8) {
            // the lowest byte
            // forge-lint: disable-next-line(unsafe-typecast)
            digits = bytes.concat(bytes1(uint8(value)), digits);
        }
    }

    // ── Updates ─────────────────────────────────────────────────────────────────────────────────────────────────

    /// @notice What the signers sign.
    function message(bytes memory header_, bytes memory round) internal pure returns (bytes memory) {
        return bytes.concat(keccak256(header_), round, hex"02");
    }

    /// @notice The signature of a message and the key on G2, of the signers together.
    function seal(bytes memory message_, uint256 secret) internal view returns (bytes memory) {
        return
            bytes.concat(
                MapCurve.multiply(abi.encode(HashToG1Reference.compute(message_)), secret), MapCurve.g2(secret)
            );
    }

    /// @notice The hints for the hash of a message.
    function hints(bytes memory message_) internal view returns (bytes memory) {
        (uint256 t0, uint256 t1) = HashToG1Reference.fields(message_);
        return bytes.concat(HashToG1Reference.hint(t0), HashToG1Reference.hint(t1));
    }

    /// @notice A sealed header, signed by some of a set.
    /// @param signers Bit i is validator i of the set.
    function sealedHeader(bytes memory header_, uint256[] memory set, uint256 signers, uint64 round)
        internal
        view
        returns (bytes memory)
    {
        bytes memory digits = minimal(round);
        bytes memory message_ = message(header_, digits);
        return
            sealedBy(header_, digits, bitmap(set.length, signers), seal(message_, sum(set, signers)), hints(message_));
    }

    /// @notice A sealed header of any parts.
    function sealedBy(
        bytes memory header_,
        bytes memory round,
        bytes memory signers,
        bytes memory seal_,
        bytes memory hints_
    ) internal pure returns (bytes memory) {
        // casting to 'uint16' and 'uint8' is safe because headers and rounds of tests are short
        // forge-lint: disable-start(unsafe-typecast)
        return bytes.concat(
            bytes2(uint16(header_.length)), header_, bytes1(uint8(round.length)), round, signers, seal_, hints_
        );
        // forge-lint: disable-end(unsafe-typecast)
    }

    /// @notice The signers as they stand in an update.
    function bitmap(uint256 size, uint256 signers) internal pure returns (bytes memory bits) {
        bits = new bytes((size + 7) / 8);
        for (uint256 i = 0; i < bits.length; ++i) {
            // the lowest byte
            // forge-lint: disable-next-line(unsafe-typecast)
            bits[bits.length - 1 - i] = bytes1(uint8(signers >> (8 * i)));
        }
    }

    /// @notice An update: the set that signs the first header, and one or more sealed headers.
    function update(uint256[] memory set, bytes memory sealedHeaders) internal view returns (bytes memory) {
        // casting to 'uint16' is safe because sets of tests are small
        // forge-lint: disable-next-line(unsafe-typecast)
        return bytes.concat(bytes2(uint16(set.length)), listed(set), sealedHeaders);
    }

    /// @notice An update of one block, signed by the first validators of a set, in round 0.
    function update(uint256[] memory set, Block memory b, uint256 signers) internal view returns (bytes memory) {
        return update(set, sealedHeader(header(b), set, first(signers), 0));
    }
}
