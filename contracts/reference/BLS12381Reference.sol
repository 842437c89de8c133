// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {BLS12381} from "../src/libraries/BLS12381.sol";

/// @title `BLS12381` without assembly, for reading and for comparison
/// @notice The signer's key is computed as it is defined, A − ΣBᵢ, and the negated point is the generator. The message and the tag
/// of hash_to_curve are free, so that the vectors of RFC 9380 apply. Points are bytes in the form of EIP-2537.
library BLS12381Reference {
    bytes internal constant TAG = "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_";
    bytes private constant P =
        hex"1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab";
    bytes private constant HALF_P =
        hex"0d0088f51cbff34d258dd3db21a5d66bb23ba5c279c2895fb39869507b587b120f55ffff58a9ffffdcff7fffffffd555";
    bytes private constant G1_X =
        hex"17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb";
    bytes private constant G1_Y =
        hex"08b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1";
    bytes private constant PAD = hex"00000000000000000000000000000000";

    function verifyComplement(bytes memory aggregate, bytes[] memory absent, bytes32 message, bytes memory signature)
        internal
        view
    {
        if (_isZero(signature)) revert BLS12381.BlsInfinity();
        bytes memory sum = _key(aggregate);
        for (uint256 i = 0; i < absent.length; ++i) {
            bytes memory key = _key(absent[i]);
            sum = _call(0x0b, bytes.concat(sum, _negated(key)));
        }
        if (_isZero(sum)) revert BLS12381.BlsInfinity();
        bytes memory s = bytes.concat(
            _padded(_part(signature, 0)),
            _padded(_part(signature, 48)),
            _padded(_part(signature, 96)),
            _padded(_part(signature, 144))
        );
        bytes memory generator = _negated(bytes.concat(_padded(G1_X), _padded(G1_Y)));
        bytes memory pairs = bytes.concat(sum, hashToG2(bytes.concat(message), TAG), generator, s);
        bytes memory result = _call(0x0f, pairs);
        if (abi.decode(result, (uint256)) != 1) revert BLS12381.BlsInvalidSignature();
    }

    function leaf(bytes memory key) internal pure returns (bytes32) {
        bytes memory x = _part(key, 0);
        x[0] |= _isBelow(HALF_P, _part(key, 48)) ? bytes1(0xa0) : bytes1(0x80);
        return sha256(bytes.concat(x, PAD));
    }

    function hashToG2(bytes memory message, bytes memory tag) internal view returns (bytes memory) {
        bytes memory uniform = expandMessage(message, tag);
        bytes[4] memory u;
        for (uint256 i = 0; i < 4; ++i) {
            u[i] = reduce(_slice(uniform, 64 * i, 64));
        }
        bytes memory q0 = _call(0x11, bytes.concat(u[0], u[1]));
        bytes memory q1 = _call(0x11, bytes.concat(u[2], u[3]));
        return _call(0x0d, bytes.concat(q0, q1));
    }

    /// @notice An integer of 64 bytes mod p: MODEXP with the exponent 1.
    function reduce(bytes memory integer) internal view returns (bytes memory) {
        return _call(0x05, bytes.concat(abi.encode(64, 1, 64), integer, hex"01", PAD, P));
    }

    function expandMessage(bytes memory message, bytes memory tag) internal pure returns (bytes memory uniform) {
        bytes memory tagPrime = bytes.concat(tag, bytes1(uint8(tag.length)));
        bytes32 b0 = sha256(bytes.concat(new bytes(64), message, hex"0100", hex"00", tagPrime));
        bytes32 b = 0;
        for (uint8 i = 1; i <= 8; ++i) {
            b = sha256(bytes.concat(b0 ^ b, bytes1(i), tagPrime));
            uniform = bytes.concat(uniform, b);
        }
    }

    /// @dev A key of 96 bytes as a point on the curve that is not infinity. Adding infinity checks the curve only.
    function _key(bytes memory key) private view returns (bytes memory point) {
        if (_isZero(key)) revert BLS12381.BlsInvalidPoint();
        point = bytes.concat(_padded(_part(key, 0)), _padded(_part(key, 48)));
        _call(0x0b, bytes.concat(point, new bytes(128)));
    }

    /// @dev (x, p − y), byte by byte. The point is on the curve, so 0 < y < p.
    function _negated(bytes memory point) private pure returns (bytes memory) {
        bytes memory y = _slice(point, 80, 48);
        uint256 borrow = 0;
        for (uint256 i = 48; i > 0; --i) {
            uint256 digit = 256 + uint8(P[i - 1]) - uint8(y[i - 1]) - borrow;
            borrow = digit < 256 ? 1 : 0;
            // forge-lint: disable-next-line(unsafe-typecast) the borrow has the rest
            y[i - 1] = bytes1(uint8(digit % 256));
        }
        return bytes.concat(_slice(point, 0, 64), PAD, y);
    }

    function _call(uint160 precompile, bytes memory input) private view returns (bytes memory) {
        (bool ok, bytes memory output) = address(precompile).staticcall{gas: 500_000}(input);
        if (!ok) revert BLS12381.BlsInvalidPoint();
        return output;
    }

    function _isBelow(bytes memory a, bytes memory b) private pure returns (bool) {
        for (uint256 i = 0; i < a.length; ++i) {
            if (a[i] != b[i]) return a[i] < b[i];
        }
        return false;
    }

    function _isZero(bytes memory data) private pure returns (bool) {
        for (uint256 i = 0; i < data.length; ++i) {
            if (data[i] != 0) return false;
        }
        return true;
    }

    function _padded(bytes memory part) private pure returns (bytes memory) {
        return bytes.concat(PAD, part);
    }

    function _part(bytes memory data, uint256 from) private pure returns (bytes memory) {
        return _slice(data, from, 48);
    }

    function _slice(bytes memory data, uint256 from, uint256 length) private pure returns (bytes memory part) {
        part = new bytes(length);
        for (uint256 i = 0; i < length; ++i) {
            part[i] = data[from + i];
        }
    }
}
