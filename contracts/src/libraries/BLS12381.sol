// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

/// @title BLS signatures over BLS12-381 with keys in G1, by the precompiles of EIP-2537
/// @notice Clauses BLS-1 to BLS-3 of `spec/client.md`, ciphersuite BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_. The plain twin is
/// `contracts/reference/BLS12381Reference.sol`.
///
/// The signer of a sync committee is the aggregate key A without the absent members' keys Bᵢ. Instead of computing A − ΣBᵢ and
/// negating it for the pairing, the sum is accumulated with the other sign from the start:
///
///     e(ΣBᵢ − A, H(m)) · e(G₁, S) = 1   ⟺   S is a signature of m by A − ΣBᵢ
///
/// which costs one negation (of A) and one G1ADD per absent key. One buffer of 24 words, the input of the pairing, is all the
/// state: `begin` writes −A and S, `subtract` adds the absent keys, `verify` adds H(m) and calls the pairing.
///
///     word   0 … 3    G₁             a G1 point is x ‖ y, each 64 bytes big-endian, the upper 16 of them zero
///     word   4 … 11   S              a G2 point is x.c0 ‖ x.c1 ‖ y.c0 ‖ y.c1
///     word  12 … 15   ΣBᵢ − A
///     word  16 … 23   H(m)           words 16 … 19 hold Bᵢ while adding
///
/// Who checks what. Every precompile refuses coordinates ≥ p and points off the curve; only the pairing refuses points outside
/// the prime-order subgroup. All of them accept the point at infinity (all zero), so it is refused here explicitly: as a key, as
/// a signature, and as the sum. A precompile that refuses its input burns all the gas it was given: each call gets a fixed amount.
/// Whoever runs a call with less gas than that may see `BlsInvalidPoint` for want of gas; the call reverts either way.
/// On a chain without the precompiles calls to them succeed and return nothing: the pairing's answer must be there.
library BLS12381 {
    /// @notice Where a pairing's input is in memory.
    type Equation is uint256;

    /// @notice Thrown when the signature is zero or the signers' keys add up to the identity (BLS-1).
    error BlsInfinity();

    /// @notice Thrown when a key or the signature is not a point of its curve, or of its prime-order subgroup (BLS-2).
    error BlsInvalidPoint();

    /// @notice Thrown when the signature does not belong to the signers and the message (BLS-3).
    error BlsInvalidSignature();

    /// @dev The field prime p in two words, and (p − 1) / 2: a larger y is the "larger" one of the two that an x has.
    uint256 private constant P_HIGH = 0x1a0111ea397fe69a4b1ba7b6434bacd7;
    uint256 private constant P_LOW = 0x64774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab;
    uint256 private constant HALF_P_HIGH = 0x0d0088f51cbff34d258dd3db21a5d66b;
    uint256 private constant HALF_P_LOW = 0xb23ba5c279c2895fb39869507b587b120f55ffff58a9ffffdcff7fffffffd555;

    /// @dev ⌊2⁵¹² / p⌋, and −p mod 2²⁵⁶ − 1.
    uint256 private constant RECIPROCAL = 0x9d835d2f3cc9e45ce28101b0cc7a6ba29;
    uint256 private constant MINUS_P = 0x9b88b47b0c7aed4098cf2d5f094f09dbc752ee17152c1965fae55849bcb4a87d;

    /// @dev The generator of G1.
    uint256 private constant G1_X_HIGH = 0x17f1d3a73197d7942695638c4fa9ac0f;
    uint256 private constant G1_X_LOW = 0xc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb;
    uint256 private constant G1_Y_HIGH = 0x08b3f481e3aaa0f1a09e30ed741d8ae4;
    uint256 private constant G1_Y_LOW = 0xfcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1;

    /// @dev The domain separation tag (43 bytes) followed by its length, as expand_message_xmd appends it: 44 bytes.
    bytes32 private constant TAG_HIGH = "BLS_SIG_BLS12381G2_XMD:SHA-256_S";
    bytes32 private constant TAG_LOW = "SWU_RO_POP_\x2b";

    /// @dev Flag of the compressed form.
    uint256 private constant COMPRESSED = 0x80 << 248;

    uint256 private constant LOW_HALF = 0xffffffffffffffffffffffffffffffff;

    // Gas given to each precompile. Prices (EIP-2537, EIP-7883): G1ADD 375, G2ADD 600, MAP_FP2_TO_G2 23,800, pairing of two 102,900.
    // The margin of two is against repricing; the upper bound is against burning.
    uint256 private constant G1ADD_GAS = 1000;
    uint256 private constant G2ADD_GAS = 1500;
    uint256 private constant MAP_GAS = 50_000;
    uint256 private constant PAIRING_GAS = 210_000;

    /// @notice Begins a verification with the aggregate key and the signature.
    /// @dev Whether A lies on the curve is found by the first precompile that reads it: G1ADD, or with no absent key the
    /// pairing. The error is the same. An A of zero becomes (0, p), which they refuse.
    /// @param aggregate Position of A in calldata, as x ‖ y, 96 bytes.
    /// @param signature Position of S in calldata, as x.c0 ‖ x.c1 ‖ y.c0 ‖ y.c1, 192 bytes.
    /// @return equation The input of the pairing, for `subtract` and `verify`.
    function begin(uint256 aggregate, uint256 signature) internal pure returns (Equation equation) {
        bool isBelowP;
        assembly ("memory-safe") {
            equation := mload(0x40)
            mstore(0x40, add(equation, 0x300))
            mstore(equation, G1_X_HIGH)
            mstore(add(equation, 0x20), G1_X_LOW)
            mstore(add(equation, 0x40), G1_Y_HIGH)
            mstore(add(equation, 0x60), G1_Y_LOW)

            // Coordinates of 48 bytes go to 64 bytes each, right-aligned after zeros.
            // Beyond its end calldata is zero.
            calldatacopy(add(equation, 0x80), calldatasize(), 0x120)
            calldatacopy(add(equation, 0x90), signature, 0x30)
            calldatacopy(add(equation, 0xd0), add(signature, 0x30), 0x30)
            calldatacopy(add(equation, 0x110), add(signature, 0x60), 0x30)
            calldatacopy(add(equation, 0x150), add(signature, 0x90), 0x30)

            calldatacopy(add(equation, 0x190), aggregate, 0x30)
            let yHigh := and(calldataload(add(aggregate, 0x20)), LOW_HALF)
            let yLow := calldataload(add(aggregate, 0x40))
            // p − y. It is not taken of p itself, which would become a zero; a y beyond p is no coordinate.
            isBelowP := or(lt(yHigh, P_HIGH), and(eq(yHigh, P_HIGH), lt(yLow, P_LOW)))
            mstore(add(equation, 0x1c0), sub(sub(P_HIGH, yHigh), gt(yLow, P_LOW)))
            mstore(add(equation, 0x1e0), sub(P_LOW, yLow))
        }
        if (!isBelowP) _refuse(equation, BlsInvalidPoint.selector);
    }

    /// @notice Takes the keys of absent members out of the signers (BLS-2), and refuses an identity sum (BLS-1). Not subgroup-checked:
    /// the committee root binds keys whose possession was proven at deposit. Without it the sum is −A, which is not the identity.
    /// @param first Position of the first of the keys in calldata.
    /// @param stride From one key to the next, in bytes.
    /// @param count How many keys there are.
    function subtract(Equation equation, uint256 first, uint256 stride, uint256 count) internal view {
        bool valid = true;
        bool isIdentity;
        assembly ("memory-safe") {
            let sum := add(equation, 0x180)
            let x := add(sum, 0x90)
            let y := add(sum, 0xd0)
            // What pads the coordinates stays zero from key to key.
            mstore(sub(x, 0x10), 0)
            mstore(sub(y, 0x10), 0)
            let key := first
            for { let end := add(key, mul(stride, count)) } lt(key, end) { key := add(key, stride) } {
                calldatacopy(x, key, 0x30)
                calldatacopy(y, add(key, 0x30), 0x30)
                valid := staticcall(G1ADD_GAS, 0x0b, sum, 0x100, sum, 0x80)
                let last := calldataload(add(key, 0x40))
                if mul(valid, last) { continue }
                // Zero is a valid summand to G1ADD but not a key. Hardly any key but that one ends in a zero word.
                if iszero(or(or(calldataload(key), calldataload(add(key, 0x20))), last)) { valid := 0 }
                if iszero(valid) { break }
            }
            x := or(mload(sum), mload(add(sum, 0x20)))
            isIdentity := iszero(or(or(x, mload(add(sum, 0x40))), mload(add(sum, 0x60))))
        }
        if (!valid) _refuse(equation, BlsInvalidPoint.selector);
        if (isIdentity) revert BlsInfinity();
    }

    /// @notice Finishes a verification: refuses points outside their subgroup, then a wrong signature.
    /// @param message The signing root m.
    function verify(Equation equation, bytes32 message) internal view {
        unchecked {
            _hashTo(Equation.unwrap(equation) + 0x200, message);
        }
        bool verified;
        assembly ("memory-safe") {
            // Yul evaluates arguments from the last to the first: the answer's size and then the answer are looked at after the call.
            verified := and(
                mload(0x00),
                and(eq(returndatasize(), 0x20), staticcall(PAIRING_GAS, 0x0f, equation, 0x300, 0x00, 0x20))
            )
        }
        if (verified) return;
        bool valid;
        assembly ("memory-safe") {
            // A call that fails answers nothing.
            valid := eq(returndatasize(), 0x20)
        }
        _refuse(equation, valid ? BlsInvalidSignature.selector : BlsInvalidPoint.selector);
    }

    /// @notice hash_to_curve of RFC 9380 for 32-byte messages: a point of the prime-order subgroup of G2, in 64-byte coordinates.
    function hashToG2(bytes32 message) internal view returns (bytes32[8] memory point) {
        uint256 at;
        assembly ("memory-safe") {
            at := point
        }
        _hashTo(at, message);
    }

    /// @notice Writes an integer of two words mod p to memory.
    /// @dev Barrett's reduction. With N = high · 2²⁵⁶ + low the quotient is estimated by q = ⌊high · ⌊2⁵¹² / p⌋ / 2²⁵⁶⌋. What is lost are
    /// high · 0.108 / 2²⁵⁶ and low / p to the roundings of 2⁵¹² / p and of N, together below 0.109, and less than 1 to that of q:
    /// so q is ⌊N / p⌋ or one less, and N − q · p is below 2p.
    ///
    /// Upper words are found mod 2²⁵⁶ − 1, where a number of two words is the sum of them.
    function reduceTo(uint256 to, uint256 high, uint256 low) internal pure {
        assembly ("memory-safe") {
            // The upper word of high · ⌊2⁵¹² / p⌋ is the sum less the lower word, once more less by one if that is the larger.
            let sum := mulmod(high, RECIPROCAL, not(0))
            let lower := mul(high, RECIPROCAL)
            let q := sub(sub(sum, lower), lt(sum, lower))
            // N − q · p: its lower word is low − lower. Its upper word is high + low − q · p less that, with 2²⁵⁶ = 1.
            lower := mul(q, P_LOW)
            high := addmod(addmod(mulmod(q, MINUS_P, not(0)), high, not(0)), lower, not(0))
            high := sub(high, gt(lower, low))
            low := sub(low, lower)
            // Mostly it is below p already.
            if iszero(lt(high, P_HIGH)) {
                if iszero(and(eq(high, P_HIGH), lt(low, P_LOW))) {
                    high := sub(sub(high, P_HIGH), lt(low, P_LOW))
                    low := sub(low, P_LOW)
                }
            }
            mstore(to, high)
            mstore(add(to, 0x20), low)
        }
    }

    /// @notice Root of a sync committee: SHA-256 of the root of its keys and of its aggregate key's leaf, which is SHA-256 of the
    /// compressed form, padded to 64 bytes (BCN-12).
    /// @dev The flags are or-ed into x whatever x is: an x beyond 381 bits is refused with the key itself, by BLS-2.
    /// @param aggregate Position of the aggregate key in calldata, as x ‖ y, 96 bytes.
    function committeeRoot(bytes32 keysRoot, uint256 aggregate) internal view returns (bytes32 root) {
        assembly ("memory-safe") {
            let middle := calldataload(add(aggregate, 0x20))
            let yHigh := and(middle, LOW_HALF)
            let larger := gt(yHigh, HALF_P_HIGH)
            if eq(yHigh, HALF_P_HIGH) { larger := gt(calldataload(add(aggregate, 0x40)), HALF_P_LOW) }
            // The flag of the larger y is two bits below that of the compressed form.
            mstore(0x00, or(calldataload(aggregate), or(COMPRESSED, shl(253, larger))))
            // The upper half of word 1 is the rest of x; the lower half is the padding.
            mstore(0x20, xor(middle, yHigh))
            pop(staticcall(gas(), 0x02, 0x00, 0x40, 0x20, 0x20))
            mstore(0x00, keysRoot)
            pop(staticcall(gas(), 0x02, 0x00, 0x40, 0x00, 0x20))
            root := mload(0x00)
        }
    }

    /// @notice Writes the members of a committee as the nodes that `SSZ.multiproofRoot` takes, up to the first whose index is not above
    /// the one before, or not below the size. The leaf of a key is that of `committeeRoot`.
    /// @param member Where the members are in calldata: an index of two bytes and a key of 96 each.
    /// @param size Of the committee: a power of two, the generalized index of its first member.
    /// @param to Where the nodes go.
    /// @return end Where the last of them ends: `count` nodes on, unless an index is refused.
    function writeMembers(uint256 member, uint256 count, uint256 size, uint256 to) internal view returns (uint256 end) {
        assembly ("memory-safe") {
            let lowest := size
            let limit := shl(1, size)
            end := to
            for { let last := add(to, shl(6, count)) } lt(end, last) { end := add(end, 0x40) } {
                let gindex := add(size, shr(240, calldataload(member)))
                // Below the lowest it wraps around.
                if iszero(lt(sub(gindex, lowest), sub(limit, lowest))) { break }
                lowest := add(gindex, 1)
                mstore(end, shl(5, gindex))
                let middle := calldataload(add(member, 0x22))
                let yHigh := and(middle, LOW_HALF)
                let larger := gt(yHigh, HALF_P_HIGH)
                if eq(yHigh, HALF_P_HIGH) { larger := gt(calldataload(add(member, 0x42)), HALF_P_LOW) }
                mstore(0x00, or(calldataload(add(member, 2)), or(COMPRESSED, shl(253, larger))))
                mstore(0x20, xor(middle, yHigh))
                pop(staticcall(gas(), 0x02, 0x00, 0x40, add(end, 0x20), 0x20))
                member := add(member, 98)
            }
        }
    }

    /// @dev Writes H(m) to eight words of memory, the last that are allocated: as many behind them are overwritten.
    ///
    /// First hash_to_field of RFC 9380: two elements of Fp2, which are four integers mod p of 64 bytes each, of expand_message_xmd with
    /// SHA-256: b₀ = H(0⁶⁴ ‖ m ‖ 0x0100 ‖ 0x00 ‖ tag), b₁ = H(b₀ ‖ 1 ‖ tag), bᵢ = H((b₀ ⊕ bᵢ₋₁) ‖ i ‖ tag), two for each integer. As in `SSZ`,
    /// a hash that fails leaves too little gas for anything after it.
    function _hashTo(uint256 to, bytes32 message) private view {
        uint256 b1;
        uint256 b2;
        uint256 b3;
        uint256 b4;
        uint256 b5;
        uint256 b6;
        uint256 b7;
        uint256 b8;
        assembly ("memory-safe") {
            // 143 bytes: 64 zeros, the message, the length of the result, a zero, the tag.
            mstore(to, 0)
            mstore(add(to, 0x20), 0)
            mstore(add(to, 0x40), message)
            mstore(add(to, 0x60), shl(240, 0x0100))
            mstore(add(to, 0x63), TAG_HIGH)
            mstore(add(to, 0x83), TAG_LOW)
            pop(staticcall(gas(), 0x02, to, 0x8f, 0x00, 0x20))
            let b0 := mload(0x00)
            // From here on the 77 bytes that end with it: a block, its ordinal, the tag.
            let ordinal := add(to, 0x62)
            let input := add(to, 0x42)
            mstore(input, b0)
            mstore8(ordinal, 1)
            pop(staticcall(gas(), 0x02, input, 0x4d, 0x00, 0x20))
            b1 := mload(0x00)
            mstore(input, xor(b0, b1))
            mstore8(ordinal, 2)
            pop(staticcall(gas(), 0x02, input, 0x4d, 0x00, 0x20))
            b2 := mload(0x00)
            mstore(input, xor(b0, b2))
            mstore8(ordinal, 3)
            pop(staticcall(gas(), 0x02, input, 0x4d, 0x00, 0x20))
            b3 := mload(0x00)
            mstore(input, xor(b0, b3))
            mstore8(ordinal, 4)
            pop(staticcall(gas(), 0x02, input, 0x4d, 0x00, 0x20))
            b4 := mload(0x00)
            mstore(input, xor(b0, b4))
            mstore8(ordinal, 5)
            pop(staticcall(gas(), 0x02, input, 0x4d, 0x00, 0x20))
            b5 := mload(0x00)
            mstore(input, xor(b0, b5))
            mstore8(ordinal, 6)
            pop(staticcall(gas(), 0x02, input, 0x4d, 0x00, 0x20))
            b6 := mload(0x00)
            mstore(input, xor(b0, b6))
            mstore8(ordinal, 7)
            pop(staticcall(gas(), 0x02, input, 0x4d, 0x00, 0x20))
            b7 := mload(0x00)
            mstore(input, xor(b0, b7))
            mstore8(ordinal, 8)
            pop(staticcall(gas(), 0x02, input, 0x4d, 0x00, 0x20))
            b8 := mload(0x00)
        }
        unchecked {
            reduceTo(to, b1, b2);
            reduceTo(to + 0x40, b3, b4);
            reduceTo(to + 0x80, b5, b6);
            reduceTo(to + 0xc0, b7, b8);
        }
        bool valid;
        assembly ("memory-safe") {
            // Each element to its point: the second to the words behind, then the first to its own place and over the second. The two are
            // the input of the sum. MAP_FP2_TO_G2 clears the cofactor, and so does the sum of its results.
            // Yul evaluates arguments from the last to the first.
            valid := and(
                and(
                    and(eq(returndatasize(), 0x100), staticcall(G2ADD_GAS, 0x0d, to, 0x200, to, 0x100)),
                    staticcall(MAP_GAS, 0x11, to, 0x80, to, 0x100)
                ),
                staticcall(MAP_GAS, 0x11, add(to, 0x80), 0x80, add(to, 0x100), 0x100)
            )
        }
        // The inputs are reduced field elements: only a lack of gas, or of the precompiles, fails here.
        if (!valid) revert BlsInvalidPoint();
    }

    /// @dev Reverts. A zero signature comes before everything else (BLS-1): looking at it here costs the valid ones nothing. None is
    /// accepted unseen, as the pairing of a zero signature with a sum that is not the identity is not 1.
    function _refuse(Equation equation, bytes4 selector) private pure {
        bytes4 infinity = BlsInfinity.selector;
        assembly ("memory-safe") {
            let bits := 0
            for { let at := add(equation, 0x80) } lt(at, add(equation, 0x180)) { at := add(at, 0x20) } {
                bits := or(bits, mload(at))
            }
            if iszero(bits) { selector := infinity }
            mstore(0x00, selector)
            revert(0x00, 0x04)
        }
    }
}
