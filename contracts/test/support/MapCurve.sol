// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {HashToG1Reference} from "../../reference/HashToG1Reference.sol";

/// @title Keys on both groups of BN254, for chains that tests make up
/// @notice There is no precompile for G2: its multiples are made by doubling and adding in affine coordinates. For tests only, with secrets
/// of a few bits, of which no two sums on the way are equal.
library MapCurve {
    uint256 private constant P = HashToG1Reference.P;

    /// @notice A point of G2: coordinates of Fp2, imaginary part last. No point at infinity.
    struct G2 {
        uint256[2] x;
        uint256[2] y;
    }

    /// @notice A multiple of the generator of G1: 64 bytes.
    function g1(uint256 secret) internal view returns (bytes memory) {
        return multiply(abi.encode(1, 2), secret);
    }

    /// @notice A multiple of a point of G1: 64 bytes.
    function multiply(bytes memory point, uint256 scalar) internal view returns (bytes memory answer) {
        bool ok;
        (ok, answer) = address(7).staticcall(bytes.concat(point, bytes32(scalar)));
        require(ok, "multiplication");
    }

    /// @notice A multiple of the generator of G2, in the order of EIP-197: 128 bytes.
    function g2(uint256 secret) internal view returns (bytes memory) {
        require(secret != 0, "no point");
        G2 memory power;
        power.x = [
            0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed,
            0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2
        ];
        power.y = [
            0x12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa,
            0x090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b
        ];
        G2 memory sum;
        bool any;
        for (; secret != 0; secret >>= 1) {
            if (secret & 1 == 1) {
                sum = any ? _add(sum, power) : power;
                any = true;
            }
            power = _double(power);
        }
        return abi.encode(sum.x[1], sum.x[0], sum.y[1], sum.y[0]);
    }

    function _double(G2 memory a) private view returns (G2 memory) {
        uint256[2] memory square = _mul(a.x, a.x);
        uint256[2] memory slope = _mul(_sum(_sum(square, square), square), _inverse(_sum(a.y, a.y)));
        return _third(a, a, slope);
    }

    function _add(G2 memory a, G2 memory b) private view returns (G2 memory) {
        return _third(a, b, _mul(_difference(b.y, a.y), _inverse(_difference(b.x, a.x))));
    }

    function _third(G2 memory a, G2 memory b, uint256[2] memory slope) private pure returns (G2 memory c) {
        c.x = _difference(_difference(_mul(slope, slope), a.x), b.x);
        c.y = _difference(_mul(slope, _difference(a.x, c.x)), a.y);
    }

    function _mul(uint256[2] memory a, uint256[2] memory b) private pure returns (uint256[2] memory c) {
        c[0] = addmod(mulmod(a[0], b[0], P), P - mulmod(a[1], b[1], P), P);
        c[1] = addmod(mulmod(a[0], b[1], P), mulmod(a[1], b[0], P), P);
    }

    function _inverse(uint256[2] memory a) private view returns (uint256[2] memory c) {
        uint256 norm = addmod(mulmod(a[0], a[0], P), mulmod(a[1], a[1], P), P);
        norm = HashToG1Reference.power(norm, P - 2);
        c[0] = mulmod(a[0], norm, P);
        c[1] = mulmod(P - a[1], norm, P);
    }

    function _sum(uint256[2] memory a, uint256[2] memory b) private pure returns (uint256[2] memory) {
        return [addmod(a[0], b[0], P), addmod(a[1], b[1], P)];
    }

    function _difference(uint256[2] memory a, uint256[2] memory b) private pure returns (uint256[2] memory) {
        return [addmod(a[0], P - b[0], P), addmod(a[1], P - b[1], P)];
    }
}
