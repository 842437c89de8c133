// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {CalldataSlice} from "./CalldataSlice.sol";
import {HashToG1} from "./HashToG1.sol";

/// @title The encoding of an update of the MAP relay chain's client
/// @notice Clause MAP-1 of `spec/map.md`, section 4, where the layout is, and the counts of hints (BNS-1). What the parts are worth is
/// decided by `MapVerifier`. Positions are offsets in calldata.
library MapUpdate {
    using CalldataSlice for bytes;
    using CalldataSlice for uint256;

    /// @notice Thrown when a part of an update goes beyond its end (MAP-1).
    /// @param expected How long the update has to be for that part to end within it.
    error MapUpdateLength(uint256 expected, uint256 got);

    /// @notice What is left of an update to read: a position, where the update starts and where it ends.
    struct Reader {
        uint256 at;
        uint256 start;
        uint256 end;
    }

    /// @notice A header as hashed and the seal of its quorum.
    /// @param header Where the header starts.
    /// @param headerEnd Where it ends.
    /// @param round Where the round starts.
    /// @param roundEnd Where it ends.
    /// @param signers Bit i is validator i of the set that signs.
    /// @param seal Where the signature and the aggregate key are.
    /// @param hints Where the hints for the two halves of the hash are.
    struct Sealed {
        uint256 header;
        uint256 headerEnd;
        uint256 round;
        uint256 roundEnd;
        uint256 signers;
        uint256 seal;
        uint256[2] hints;
    }

    /// @dev A signature and a key on G2.
    uint256 private constant SEAL = 192;

    /// @notice Reads the keys of the set that signs the first header (MAP-1).
    /// @return size How many keys there are.
    /// @return keys Where they are, and their sum behind them.
    /// @return reader What is left: the sealed headers.
    function open(bytes calldata encoded) internal pure returns (uint256 size, uint256 keys, Reader memory reader) {
        unchecked {
            reader.at = reader.start = encoded.positionOf();
            reader.end = reader.start + encoded.length;
            size = _take(reader, 2).word() >> 240;
            keys = _take(reader, 64 * size + 64);
        }
    }

    /// @notice Reads a sealed header (MAP-1; BNS-1: counts of hints).
    /// @param size How many validators are in the set that signs it.
    function next(Reader memory reader, uint256 size) internal pure returns (Sealed memory sealed_) {
        unchecked {
            // No sum comes near its bound: every length has two bytes at most.
            uint256 length = _take(reader, 2).word() >> 240;
            sealed_.header = _take(reader, length);
            sealed_.headerEnd = reader.at;
            length = _take(reader, 1).word() >> 248;
            sealed_.round = _take(reader, length);
            sealed_.roundEnd = reader.at;
            length = (size + 7) / 8;
            uint256 at = _take(reader, length + SEAL);
            // Sets of more than 256 do not exist: their commitment is never held.
            sealed_.signers = at.word() >> (256 - 8 * length);
            sealed_.seal = at + length;
            sealed_.hints[0] = _hint(reader, 0);
            sealed_.hints[1] = _hint(reader, 1);
        }
    }

    /// @notice Whether nothing is left.
    function isRead(Reader memory reader) internal pure returns (bool) {
        return reader.at == reader.end;
    }

    function _hint(Reader memory reader, uint256 position) private pure returns (uint256 at) {
        at = _take(reader, 1);
        uint256 choice = at.word() >> 248;
        if (choice == 0 || choice > 3) revert HashToG1.Bn254HintChoice(position, choice);
        _take(reader, 32 + 32 * choice);
    }

    /// @dev Goes on by a part that is due and returns where it starts.
    function _take(Reader memory reader, uint256 length) private pure returns (uint256 at) {
        unchecked {
            at = reader.at;
            uint256 partEnd = at + length;
            if (partEnd > reader.end) revert MapUpdateLength(partEnd - reader.start, reader.end - reader.start);
            reader.at = partEnd;
        }
    }
}
