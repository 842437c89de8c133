// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {HashToG1} from "../src/libraries/HashToG1.sol";

/// @title Plain twin of `HashToG1`, and the hash computed without hints
/// @notice BNS-1 of `spec/map.md` in its order. Inverses and roots are powers, by the precompile of EIP-198. For tests only.
library HashToG1Reference {
    uint256 internal constant P =
        21_888_242_871_839_275_222_246_405_745_257_275_088_696_311_157_297_823_662_689_037_894_645_226_208_583;
    uint256 private constant H2 = 4_407_920_970_296_243_842_837_207_485_651_524_041_948_558_517_760_411_303_933;
    uint256 private constant H1 = (H2 - 1) / 2;

    /// @notice The point of a message, checked by hints.
    function hash(bytes calldata message, bytes calldata first, bytes calldata second)
        internal
        view
        returns (uint256[2] memory)
    {
        (uint256 t0, uint256 t1) = fields(message);
        return add(mapChecked(t0, first, 0), mapChecked(t1, second, 1));
    }

    /// @notice The point of a message, computed.
    function compute(bytes memory message) internal view returns (uint256[2] memory) {
        (uint256 t0, uint256 t1) = fields(message);
        return add(map(t0), map(t1));
    }

    function fields(bytes memory message) internal pure returns (uint256 t0, uint256 t1) {
        t0 = _wide(keccak256(bytes.concat(hex"00", message)), keccak256(bytes.concat(hex"01", message)));
        t1 = _wide(keccak256(bytes.concat(hex"02", message)), keccak256(bytes.concat(hex"03", message)));
    }

    /// @notice f(t), computed.
    function map(uint256 t) internal view returns (uint256[2] memory) {
        uint256[3] memory xs = candidates(t, inverseOf(t));
        for (uint256 i = 0; i < 3; ++i) {
            (bool isSquare, uint256 y) = root(cubed(xs[i]));
            if (isSquare) return [xs[i], t > (P - 1) / 2 ? P - y : y];
        }
        revert("one of the three is a square");
    }

    /// @notice f(t), checked by a hint.
    function mapChecked(uint256 t, bytes calldata hint_, uint256 position) internal view returns (uint256[2] memory) {
        uint256 choice = uint8(hint_[0]);
        uint256 inverse = uint256(bytes32(hint_[1:33]));
        uint256 product = mulmod(mulmod(t, t, P), addmod(mulmod(t, t, P), 4, P), P);
        if (inverse >= P) revert HashToG1.Bn254HintInverse(position);
        if (t == 0 ? inverse != 0 : mulmod(inverse, product, P) != 1) revert HashToG1.Bn254HintInverse(position);

        uint256[3] memory xs = candidates(t, inverse);
        for (uint256 j = 1; j < choice; ++j) {
            uint256 z = uint256(bytes32(hint_[1 + 32 * j:33 + 32 * j]));
            if (z >= P || mulmod(z, z, P) != P - cubed(xs[j - 1])) revert HashToG1.Bn254HintRoot(position, j);
        }
        uint256 w = uint256(bytes32(hint_[1 + 32 * choice:33 + 32 * choice]));
        uint256 y = mulmod(w, w, P);
        if (w >= P || mulmod(y, y, P) != cubed(xs[choice - 1])) revert HashToG1.Bn254HintRoot(position, choice);
        return [xs[choice - 1], t > (P - 1) / 2 ? P - y : y];
    }

    /// @notice The hint for f(t), as an update carries it.
    function hint(uint256 t) internal view returns (bytes memory words) {
        uint256 inverse = inverseOf(t);
        uint256[3] memory xs = candidates(t, inverse);
        words = abi.encode(inverse);
        for (uint256 i = 0; i < 3; ++i) {
            (bool isSquare, uint256 y) = root(cubed(xs[i]));
            (, uint256 proof) = root(isSquare ? y : P - cubed(xs[i]));
            words = bytes.concat(words, bytes32(proof));
            // casting to 'uint8' is safe because there are three
            // forge-lint: disable-next-line(unsafe-typecast)
            if (isSquare) return bytes.concat(bytes1(uint8(i + 1)), words);
        }
    }

    /// @notice x₁, x₂ and x₃ of f(t).
    function candidates(uint256 t, uint256 inverse) internal view returns (uint256[3] memory xs) {
        uint256 a = addmod(mulmod(t, t, P), 4, P);
        uint256 fraction = mulmod(mulmod(mulmod(mulmod(t, t, P), t, P), t, P), inverse, P);
        xs[0] = addmod(H1, P - mulmod(H2, fraction, P), P);
        xs[1] = addmod(P - 1, P - xs[0], P);
        fraction = mulmod(mulmod(mulmod(mulmod(a, a, P), a, P), inverse, P), power(3, P - 2), P);
        xs[2] = addmod(1, P - fraction, P);
    }

    /// @notice 1 / (t² · (t² + 4)), or zero for zero.
    function inverseOf(uint256 t) internal view returns (uint256) {
        return power(mulmod(mulmod(t, t, P), addmod(mulmod(t, t, P), 4, P), P), P - 2);
    }

    /// @notice x³ + 3.
    function cubed(uint256 x) internal pure returns (uint256) {
        return addmod(mulmod(mulmod(x, x, P), x, P), 3, P);
    }

    /// @notice Whether a number is a square, and its root that is a square itself.
    function root(uint256 square) internal view returns (bool isSquare, uint256 found) {
        found = power(square, (P + 1) / 4);
        isSquare = mulmod(found, found, P) == square;
    }

    function power(uint256 base, uint256 exponent) internal view returns (uint256 value) {
        (bool ok, bytes memory answer) =
            address(5).staticcall(abi.encode(uint256(32), uint256(32), uint256(32), base, exponent, P));
        require(ok, "modexp");
        value = abi.decode(answer, (uint256));
    }

    function add(uint256[2] memory a, uint256[2] memory b) internal view returns (uint256[2] memory) {
        (bool ok, bytes memory answer) = address(6).staticcall(abi.encode(a, b));
        require(ok, "addition");
        return abi.decode(answer, (uint256[2]));
    }

    function _wide(bytes32 high, bytes32 low) private pure returns (uint256) {
        uint256 shift = addmod(type(uint256).max, 1, P);
        return addmod(mulmod(uint256(high), shift, P), uint256(low), P);
    }
}
