// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

/// @title Signatures over BN254 with keys on both groups, by the precompiles of EIP-196 and EIP-197
/// @notice Clauses BNS-2 and BNS-3 of `spec/map.md`. The plain twin is `contracts/reference/BN254Reference.sol`.
///
/// Given the sum P of the signers' keys on G1, a key A on G2, a signature S and the point H of the message, there are two facts to check:
/// A is the twin of P, e(P, G₂) = e(G₁, A), and A signed, e(S, G₂) = e(H, A). A random combination of both is one pairing of two:
///
///     e(S + r · P, −G₂) · e(H + r · G₁, A) = 1        r: 128 bits of a hash of all that the equation depends on
///
/// Who checks what. Every precompile refuses coordinates ≥ p and points off the curve; the pairing refuses points outside the
/// prime-order subgroup of G2; G1 has no other points. All of them accept the point at infinity (all zero), so it is refused here. A
/// precompile that refuses its input burns all the gas it was given: each call gets a fixed amount. Whoever runs a call with less gas
/// than that may see `Bn254InvalidPoint` for want of gas; the call reverts either way.
/// On a chain without the precompiles calls to them succeed and return nothing: the pairing's answer must be there.
library BN254 {
    /// @notice Thrown when the signature, the key on G2 or the sum of the signers' keys is zero (BNS-2).
    error Bn254Infinity();

    /// @notice Thrown when the signature or the key on G2 is not a point of its curve, or of its prime-order subgroup (BNS-2).
    error Bn254InvalidPoint();

    /// @notice Thrown when the keys are not twins, or the signature does not belong to them and the message (BNS-3).
    error Bn254InvalidSignature();

    /// @notice The prime p of the field.
    uint256 internal constant P = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;

    /// @dev The negated generator of G2, in the order of EIP-197.
    uint256 private constant G2_X_1 = 0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2;
    uint256 private constant G2_X_0 = 0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed;
    uint256 private constant G2_Y_1 = 0x275dc4a288d1afb3cbb1ac09187524c7db36395df7be3b99e673b13a075a65ec;
    uint256 private constant G2_Y_0 = 0x1d9befcd05a5323e6da4d435f3b617cdb3af83285c2df711ef39c01571827f9d;

    // Gas given to each precompile. Prices (EIP-1108): addition 150, multiplication 6000, pairing of two 113,000.
    // The margin of two is against repricing; the upper bound is against burning.
    uint256 private constant ADD_GAS = 1000;
    uint256 private constant MUL_GAS = 12_000;
    uint256 private constant PAIRING_GAS = 226_000;

    /// @notice Establishes that the twin of P signed the message (BNS-2, BNS-3).
    /// @param hash H, the message on G1. Assumed: a point of the curve.
    /// @param sum P, the sum of the signers' keys on G1. Assumed: a point of the curve, or zero.
    /// @param seal Where S (64 bytes) and behind it A (128 bytes) are in calldata.
    function verify(uint256[2] memory hash, uint256[2] memory sum, uint256 seal) internal view {
        bool isInfinity;
        bool isPoint;
        bool result;
        assembly ("memory-safe") {
            // Beyond the free memory pointer. First what is hashed: H, P, S, A, ten words; behind it the input of the pairing, twelve.
            let hashed := mload(0x40)
            let left := add(hashed, 0x140)
            let right := add(left, 0xc0)
            let hashX := mload(hash)
            let hashY := mload(add(hash, 0x20))
            let sumX := mload(sum)
            let sumY := mload(add(sum, 0x20))
            mstore(hashed, hashX)
            mstore(add(hashed, 0x20), hashY)
            mstore(add(hashed, 0x40), sumX)
            mstore(add(hashed, 0x60), sumY)
            calldatacopy(add(hashed, 0x80), seal, 0xc0)
            {
                let signature := or(mload(add(hashed, 0x80)), mload(add(hashed, 0xa0)))
                let key := or(mload(add(hashed, 0xc0)), mload(add(hashed, 0xe0)))
                key := or(key, or(mload(add(hashed, 0x100)), mload(add(hashed, 0x120))))
                isInfinity := iszero(mul(gt(signature, 0), mul(gt(key, 0), gt(or(sumX, sumY), 0))))
            }

            if iszero(isInfinity) {
                let r := shr(128, keccak256(hashed, 0x140))

                // S + r · P
                mstore(left, sumX)
                mstore(add(left, 0x20), sumY)
                mstore(add(left, 0x40), r)
                isPoint := staticcall(MUL_GAS, 0x07, left, 0x60, left, 0x40)
                calldatacopy(add(left, 0x40), seal, 0x40)
                isPoint := and(staticcall(ADD_GAS, 0x06, left, 0x80, left, 0x40), isPoint)
                mstore(add(left, 0x40), G2_X_1)
                mstore(add(left, 0x60), G2_X_0)
                mstore(add(left, 0x80), G2_Y_1)
                mstore(add(left, 0xa0), G2_Y_0)

                // H + r · G₁
                mstore(right, 1)
                mstore(add(right, 0x20), 2)
                mstore(add(right, 0x40), r)
                isPoint := and(staticcall(MUL_GAS, 0x07, right, 0x60, right, 0x40), isPoint)
                mstore(add(right, 0x40), hashX)
                mstore(add(right, 0x60), hashY)
                isPoint := and(staticcall(ADD_GAS, 0x06, right, 0x80, right, 0x40), isPoint)
                calldatacopy(add(right, 0x40), add(seal, 0x40), 0x80)

                if isPoint {
                    // The answer's size is looked at after the call: Yul evaluates arguments from the last to the first.
                    isPoint := and(eq(returndatasize(), 0x20), staticcall(PAIRING_GAS, 0x08, left, 0x180, 0x00, 0x20))
                    result := mload(0x00)
                }
            }
        }
        if (isInfinity) revert Bn254Infinity();
        if (!isPoint) revert Bn254InvalidPoint();
        if (!result) revert Bn254InvalidSignature();
    }

    /// @notice Adds a point of G1 to another, in place. Zero is the identity.
    /// @param point Assumed: a point of the curve, or zero; and so (x, y).
    function add(uint256[2] memory point, uint256 x, uint256 y) internal view {
        bool valid;
        assembly ("memory-safe") {
            let input := mload(0x40)
            mstore(input, mload(point))
            mstore(add(input, 0x20), mload(add(point, 0x20)))
            mstore(add(input, 0x40), x)
            mstore(add(input, 0x60), y)
            valid := and(eq(returndatasize(), 0x40), staticcall(ADD_GAS, 0x06, input, 0x80, point, 0x40))
        }
        // The inputs are points: only a lack of gas, or of the precompile, fails here.
        if (!valid) revert Bn254InvalidPoint();
    }

    /// @notice Whether (x, y) is a point of G1 other than zero.
    function isOnCurve(uint256 x, uint256 y) internal pure returns (bool) {
        return x < P && y < P && mulmod(y, y, P) == addmod(mulmod(mulmod(x, x, P), x, P), 3, P);
    }

    /// @notice Takes keys of a list out of a sum of keys, in place.
    /// @dev One buffer of four words, the input of the addition: the sum, and the negated key. A y of zero does not occur on this curve.
    /// @param sum Assumed: a point of the curve, or zero; and so is each key.
    /// @param keys Where the list is in memory, 64 bytes each.
    /// @param bits Bit i of this number stands for the i-th key of the list.
    function subtract(uint256[2] memory sum, uint256 keys, uint256 bits) internal view {
        bool valid = true;
        assembly ("memory-safe") {
            let input := mload(0x40)
            mstore(input, mload(sum))
            mstore(add(input, 0x20), mload(add(sum, 0x20)))
            for {} bits {} {
                if iszero(and(bits, 0x0f)) {
                    keys := add(keys, 0x100)
                    bits := shr(4, bits)
                    continue
                }
                if and(bits, 1) {
                    mstore(add(input, 0x40), mload(keys))
                    mstore(add(input, 0x60), sub(P, mload(add(keys, 0x20))))
                    valid := and(staticcall(ADD_GAS, 0x06, input, 0x80, input, 0x40), valid)
                }
                keys := add(keys, 0x40)
                bits := shr(1, bits)
            }
            mstore(sum, mload(input))
            mstore(add(sum, 0x20), mload(add(input, 0x20)))
        }
        // As in `add`.
        if (!valid) revert Bn254InvalidPoint();
    }
}
