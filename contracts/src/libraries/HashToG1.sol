// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {BN254} from "./BN254.sol";
import {CalldataSlice} from "./CalldataSlice.sol";

/// @title Hash to G1 of BN254 with supplied inverses and roots
/// @notice Clause BNS-1 of `spec/map.md`: the map of Fouque and Tibouchi, twice, as the MAP relay chain has it. An inverse and a square root
/// take some 250 multiplications to compute and one or two to check, so whoever asks supplies them. There is no choice in it: a hint
/// that passes leads to the one point of the message. The plain twin is `contracts/reference/HashToG1Reference.sol`, which computes.
library HashToG1 {
    using CalldataSlice for uint256;

    /// @notice Thrown when a hint names none of the three candidates (BNS-1).
    /// @param position 0 or 1: of which half of the hash.
    error Bn254HintChoice(uint256 position, uint256 choice);

    /// @notice Thrown when a hint's inverse is none (BNS-1).
    error Bn254HintInverse(uint256 position);

    /// @notice Thrown when a hint's root is none (BNS-1).
    /// @param root Of which candidate, counting from 1.
    error Bn254HintRoot(uint256 position, uint256 root);

    /// @dev The prime of the field. Assembly takes no constant of another library.
    uint256 private constant P = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;

    /// @dev 2²⁵⁶ mod p.
    uint256 private constant R = 0x0e0a77c19a07df2f666ea36f7879462c0a78eb28f5c70b3dd35d438dc58f0d9d;

    /// @dev √−3, (√−3 − 1) / 2 and 1 / 3.
    uint256 private constant H2 = 4_407_920_970_296_243_842_837_207_485_651_524_041_948_558_517_760_411_303_933;
    uint256 private constant H1 = 2_203_960_485_148_121_921_418_603_742_825_762_020_974_279_258_880_205_651_966;
    uint256 private constant THIRD = 0x2042def740cbc01bd03583cf0100e593ba56470b9af68708d2c05d6490535385;

    uint256 private constant HALF_P = P / 2;

    /// @notice Bytes of a hint that names a candidate: the candidate, the inverse, and a root for it and each before it.
    function hintLength(uint256 choice) internal pure returns (uint256) {
        unchecked {
            return 33 + 32 * choice;
        }
    }

    /// @notice The point of a message (BNS-1).
    /// @param first Where the hint for t₀ is in calldata. Assumed, of both hints: the candidate is 1, 2 or 3, and the words are there.
    /// @param second Where the hint for t₁ is.
    function hash(bytes memory message, uint256 first, uint256 second) internal view returns (uint256[2] memory point) {
        (uint256 t0, uint256 t1) = fields(message);
        (point[0], point[1]) = map(t0, first, 0);
        (uint256 x, uint256 y) = map(t1, second, 1);
        BN254.add(point, x, y);
    }

    /// @notice The two field elements t₀ and t₁ of a message.
    function fields(bytes memory message) internal pure returns (uint256 t0, uint256 t1) {
        assembly ("memory-safe") {
            // A byte stands before the message: the last one of its length, which is put back.
            let length := mload(message)
            let input := add(message, 0x1f)
            let size := add(length, 1)
            mstore8(input, 0)
            t0 := keccak256(input, size)
            mstore8(input, 1)
            t0 := addmod(mulmod(t0, R, P), keccak256(input, size), P)
            mstore8(input, 2)
            t1 := keccak256(input, size)
            mstore8(input, 3)
            t1 := addmod(mulmod(t1, R, P), keccak256(input, size), P)
            mstore(message, length)
        }
    }

    /// @notice The point f(t).
    /// @dev No difference of field elements is taken but from p, and no sum but mod p.
    /// @param t Below p.
    /// @param hint Where it is in calldata. Assumed: as for `hash`.
    /// @param position 0 or 1, for the errors.
    function map(uint256 t, uint256 hint, uint256 position) internal pure returns (uint256 x, uint256 y) {
        unchecked {
            uint256 choice = hint.word() >> 248;
            uint256 inverse = (hint + 1).word();
            uint256 square = mulmod(t, t, P);
            uint256 a = addmod(square, 4, P);
            // t² + 4 is never zero, as −1 is no square. For t = 0 the product is zero, and so has to be its "inverse".
            uint256 one = t == 0 ? 0 : 1;
            if (inverse >= P || mulmod(inverse, mulmod(square, a, P), P) != one || (t == 0 && inverse != 0)) {
                revert Bn254HintInverse(position);
            }

            x = addmod(H1, P - mulmod(H2, mulmod(mulmod(square, square, P), inverse, P), P), P);
            uint256 at = hint + 33;
            for (uint256 j = 1; j < choice; ++j) {
                uint256 z = at.word();
                if (z >= P || addmod(mulmod(z, z, P), _cubed(x), P) != 0) revert Bn254HintRoot(position, j);
                // x₂ = −1 − x₁, x₃ = 1 − a³ · α / 3.
                x = j == 1
                    ? P - 1 - x
                    : addmod(1, P - mulmod(mulmod(mulmod(mulmod(a, a, P), a, P), inverse, P), THIRD, P), P);
                at += 32;
            }
            uint256 w = at.word();
            y = mulmod(w, w, P);
            if (w >= P || mulmod(y, y, P) != _cubed(x)) revert Bn254HintRoot(position, choice);
            // y is not zero: no point of this curve has order two.
            if (t > HALF_P) y = P - y;
        }
    }

    /// @dev x³ + 3.
    function _cubed(uint256 x) private pure returns (uint256) {
        return addmod(mulmod(mulmod(x, x, P), x, P), 3, P);
    }
}
