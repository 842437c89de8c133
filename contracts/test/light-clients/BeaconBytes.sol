// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

/// @notice Reads and changes packed updates: where each part is, one changed byte, one part more or less.
library BeaconBytes {
    uint256 internal constant SIGNATURE_SLOT = 0;
    uint256 internal constant ATTESTED_SLOT = 8;
    uint256 internal constant FINALIZED_SLOT = 24;
    uint256 internal constant INNER_ROOTS = 104;
    uint256 internal constant HASH = 136;
    uint256 internal constant FINALITY_NODES = 168;
    uint256 internal constant EXECUTION_NODES = 169;
    uint256 internal constant COMMITTEE_NODES = 170;
    uint256 internal constant ABSENT = 171;
    uint256 internal constant AGGREGATE = 173;
    uint256 internal constant SIGNATURE = 269;
    uint256 internal constant BRANCHES = 461;

    // ── Numbers ─────────────────────────────────────────────────────────────────────────────────────────────────

    function number(bytes memory u, uint256 at) internal pure returns (uint64 value) {
        for (uint256 i = 0; i < 8; ++i) {
            value = value << 8 | uint8(u[at + i]);
        }
    }

    function signatureSlot(bytes memory u) internal pure returns (uint64) {
        return number(u, SIGNATURE_SLOT);
    }

    function attestedSlot(bytes memory u) internal pure returns (uint64) {
        return number(u, ATTESTED_SLOT);
    }

    function finalizedSlot(bytes memory u) internal pure returns (uint64) {
        return number(u, FINALIZED_SLOT);
    }

    function blockHash(bytes memory u) internal pure returns (bytes32) {
        return word(u, HASH);
    }

    function word(bytes memory u, uint256 at) internal pure returns (bytes32) {
        return abi.decode(slice(u, at, 32), (bytes32));
    }

    function absentCount(bytes memory u) internal pure returns (uint256) {
        return uint256(uint8(u[ABSENT])) << 8 | uint8(u[ABSENT + 1]);
    }

    // ── Places ──────────────────────────────────────────────────────────────────────────────────────────────────

    function finality(bytes memory) internal pure returns (uint256 at) {
        return BRANCHES;
    }

    function execution(bytes memory u) internal pure returns (uint256 at) {
        return BRANCHES + 32 * uint256(uint8(u[FINALITY_NODES]));
    }

    function nextCommittee(bytes memory u) internal pure returns (uint256 at) {
        return execution(u) + 32 * uint256(uint8(u[EXECUTION_NODES]));
    }

    function absent(bytes memory u) internal pure returns (uint256 at) {
        uint256 nodes = uint8(u[COMMITTEE_NODES]);
        return nextCommittee(u) + (nodes == 0 ? 0 : 32 + 32 * nodes);
    }

    function member(bytes memory u, uint256 place) internal pure returns (uint256 at) {
        return absent(u) + 98 * place;
    }

    function witness(bytes memory u) internal pure returns (uint256 at) {
        return member(u, absentCount(u));
    }

    // ── Changes: each of a copy ─────────────────────────────────────────────────────────────────────────────────

    function flipped(bytes memory u, uint256 at) internal pure returns (bytes memory v) {
        v = bytes.concat(u);
        v[at] ^= 0x01;
    }

    function withNumber(bytes memory u, uint256 at, uint64 value) internal pure returns (bytes memory) {
        return replaced(u, at, 8, abi.encodePacked(value));
    }

    function withIndex(bytes memory u, uint256 place, uint16 index) internal pure returns (bytes memory) {
        return replaced(u, member(u, place), 2, abi.encodePacked(index));
    }

    function withKey(bytes memory u, uint256 place, bytes memory key) internal pure returns (bytes memory) {
        return replaced(u, member(u, place) + 2, 96, key);
    }

    /// @dev Takes `removed` bytes out and puts others there.
    function replaced(bytes memory u, uint256 at, uint256 removed, bytes memory inserted)
        internal
        pure
        returns (bytes memory)
    {
        return bytes.concat(slice(u, 0, at), inserted, slice(u, at + removed, u.length - at - removed));
    }

    /// @dev One node more at the end of a branch of `nodes`, or one less, and counted.
    function withNodeMore(bytes memory u, uint256 count, uint256 at) internal pure returns (bytes memory v) {
        v = replaced(u, at, 0, new bytes(32));
        v[count] = bytes1(uint8(u[count]) + 1);
    }

    function withNodeLess(bytes memory u, uint256 count, uint256 at) internal pure returns (bytes memory v) {
        v = replaced(u, at, 32, "");
        v[count] = bytes1(uint8(u[count]) - 1);
    }

    /// @dev Other absent members altogether.
    function withMembers(bytes memory u, uint16 count, bytes memory members) internal pure returns (bytes memory) {
        bytes memory v = replaced(u, absent(u), 98 * absentCount(u), members);
        return replaced(v, ABSENT, 2, abi.encodePacked(count));
    }

    function slice(bytes memory u, uint256 from, uint256 length) internal pure returns (bytes memory part) {
        part = new bytes(length);
        for (uint256 i = 0; i < length; ++i) {
            part[i] = u[from + i];
        }
    }

    /// @dev The root of the finalized header, the plain way; `depth` is that of the execution branch, `index` its index.
    function finalizedRoot(bytes memory u, uint256 index) internal pure returns (bytes32) {
        bytes32 node = blockHash(u);
        for (uint256 i = 0; i < uint8(u[EXECUTION_NODES]); ++i) {
            bytes32 sibling = word(u, execution(u) + 32 * i);
            node = index >> i & 1 == 0 ? sha256(bytes.concat(node, sibling)) : sha256(bytes.concat(sibling, node));
        }
        return rootOf(number(u, FINALIZED_SLOT), number(u, FINALIZED_SLOT + 8), word(u, INNER_ROOTS), half(node));
    }

    /// @dev The root of a header, given its body's half of the tree (`half`) and H(parent root, state root).
    function rootOf(uint64 slot, uint64 proposer, bytes32 roots, bytes32 bodyHalf) internal pure returns (bytes32) {
        bytes32 numbers = sha256(bytes.concat(littleEndian(slot), littleEndian(proposer)));
        return sha256(bytes.concat(sha256(bytes.concat(numbers, roots)), bodyHalf));
    }

    /// @dev H(H(body root, 0), H(0, 0)).
    function half(bytes32 bodyRoot) internal pure returns (bytes32) {
        return sha256(bytes.concat(sha256(bytes.concat(bodyRoot, bytes32(0))), sha256(new bytes(64))));
    }

    /// @dev hash_tree_root of a header, the plain way.
    function headerRoot(uint64[2] memory numbers, bytes32[3] memory roots) internal pure returns (bytes32) {
        bytes32[8] memory row;
        (row[0], row[1]) = (littleEndian(numbers[0]), littleEndian(numbers[1]));
        (row[2], row[3], row[4]) = (roots[0], roots[1], roots[2]);
        for (uint256 width = 8; width > 1; width /= 2) {
            for (uint256 i = 0; i < width; i += 2) {
                row[i / 2] = sha256(bytes.concat(row[i], row[i + 1]));
            }
        }
        return row[0];
    }

    /// @dev A number as a leaf.
    function littleEndian(uint64 value) internal pure returns (bytes32 leaf) {
        for (uint256 i = 0; i < 8; ++i) {
            leaf |= bytes32(uint256(value >> (8 * i) & 0xff) << (248 - 8 * i));
        }
    }
}
