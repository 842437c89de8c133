// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {BLS12381} from "../../src/libraries/BLS12381.sol";
import {BeaconHarness} from "../harness/BeaconHarness.sol";
import {BeaconReferenceHarness} from "../harness/BeaconReferenceHarness.sol";
import {Test} from "forge-std/Test.sol";

/// @notice BLS-1 to BLS-3, for the library. `BLS12381Reference.t.sol` runs the same on its plain twin.
contract BLS12381Test is Test {
    uint256 private constant P_LOW = 0x64774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab;
    uint256 private constant P_HIGH = 0x1a0111ea397fe69a4b1ba7b6434bacd7;

    BeaconHarness internal harness;
    BeaconHarness internal twin;

    bytes32 private message;
    bytes32[3] private key;
    bytes32[6] private signature;
    bytes32[6] private outsideSubgroup;
    bytes32[3][] private absent;

    function setUp() public virtual {
        harness = new BeaconHarness();
        twin = BeaconHarness(address(new BeaconReferenceHarness()));
        string memory json = vm.readFile("vectors/beacon/updates.json");
        message = vm.parseJsonBytes32(json, ".bls.message");
        key = abi.decode(vm.parseJsonBytes(json, ".bls.key"), (bytes32[3]));
        signature = abi.decode(vm.parseJsonBytes(json, ".bls.signature"), (bytes32[6]));
        outsideSubgroup = abi.decode(vm.parseJsonBytes(json, ".bls.outsideSubgroup"), (bytes32[6]));
    }

    // ── Accepted ────────────────────────────────────────────────────────────────────────────────────────────────

    function test_BLS_3_acceptsSingleKey() public view {
        harness.verifyComplement(key, absent, message, signature);
    }

    /// @dev Members may hold one key: it is taken out as often as it is absent. 5 keys of one scalar, 4 of them absent.
    function test_BLS_1_BLS_2_BLS_3_acceptsRepeatedAbsentKey() public {
        bytes32[3] memory aggregate = _times(key, 5);
        for (uint256 i = 0; i < 4; ++i) {
            absent.push(key);
        }
        harness.verifyComplement(aggregate, absent, message, signature);
    }

    /// @dev The sum may be the identity on the way: A − B₁ = 0, and −B₂ is added to that.
    function test_BLS_1_acceptsIdentityOnTheWay() public {
        absent.push(key);
        absent.push(_negated(key));
        harness.verifyComplement(key, absent, message, signature);
    }

    /// @dev A single absent key outside the subgroup is not refused as such: only what is left must be inside.
    function test_BLS_2_acceptsKeysWhoseSumIsInSubgroup() public {
        bytes32[3] memory low = _lowOrder();
        absent.push(low);
        absent.push(_negated(low));
        harness.verifyComplement(key, absent, message, signature);
    }

    /// @dev No buffer is taken for zero: whatever an earlier call left in memory, the verdict is the same.
    function test_BLS_3_acceptsInDirtyMemory() public view {
        this.verifyInDirtyMemory(key, absent, message, signature);
    }

    function verifyInDirtyMemory(
        bytes32[3] calldata aggregate,
        bytes32[3][] calldata absent_,
        bytes32 message_,
        bytes32[6] calldata signature_
    ) external view {
        assembly ("memory-safe") {
            let free := mload(0x40)
            for { let i := 0 } lt(i, 0x1000) { i := add(i, 0x20) } { mstore(add(free, i), not(0)) }
            mstore(0x00, not(0))
            mstore(0x20, not(0))
        }
        uint256[3] memory at;
        assembly ("memory-safe") {
            mstore(at, aggregate)
            mstore(add(at, 0x20), signature_)
            mstore(add(at, 0x40), absent_.offset)
        }
        BLS12381.Equation equation = BLS12381.begin(at[0], at[1]);
        if (absent_.length != 0) BLS12381.subtract(equation, at[2], 96, absent_.length);
        BLS12381.verify(equation, message_);
    }

    // ── BLS-1 ───────────────────────────────────────────────────────────────────────────────────────────────────

    function test_BLS_1_rejectsZeroSignature() public {
        bytes32[6] memory zero;
        bytes32[3] memory noKey;
        vm.expectRevert(BLS12381.BlsInfinity.selector);
        harness.verifyComplement(key, absent, message, zero);
        // Before the keys.
        vm.expectRevert(BLS12381.BlsInfinity.selector);
        harness.verifyComplement(noKey, absent, message, zero);
    }

    function test_BLS_1_rejectsIdentitySum() public {
        absent.push(key);
        vm.expectRevert(BLS12381.BlsInfinity.selector);
        harness.verifyComplement(key, absent, message, signature);
        // Before the signature's own point.
        signature[0] ^= bytes32(uint256(1));
        vm.expectRevert(BLS12381.BlsInfinity.selector);
        harness.verifyComplement(key, absent, message, signature);
    }

    // ── BLS-2 ───────────────────────────────────────────────────────────────────────────────────────────────────

    function test_BLS_2_rejectsZeroKeys() public {
        bytes32[3] memory zero;
        _rejectsAggregate(zero);
        _rejectsAbsent(zero);
    }

    function test_BLS_2_rejectsKeyOffCurve() public {
        bytes32[3] memory off = key;
        off[2] ^= bytes32(uint256(1));
        _rejectsAggregate(off);
        _rejectsAbsent(off);
    }

    function test_BLS_2_rejectsYZero() public {
        bytes32[3] memory off = key;
        off[1] &= bytes32(~uint256(type(uint128).max));
        off[2] = 0;
        _rejectsAggregate(off);
        _rejectsAbsent(off);
    }

    /// @dev x + p and y + p are the same numbers mod p.
    function test_BLS_2_rejectsCoordinatesBeyondP() public {
        (uint256 xHigh, uint256 xLow, uint256 yHigh, uint256 yLow) = _split(key);
        (uint256 high, uint256 low) = _plusP(xHigh, xLow);
        bytes32[3] memory beyond = _join(high, low, yHigh, yLow);
        _rejectsAggregate(beyond);
        _rejectsAbsent(beyond);
        (high, low) = _plusP(yHigh, yLow);
        beyond = _join(xHigh, xLow, high, low);
        _rejectsAggregate(beyond);
        _rejectsAbsent(beyond);
        beyond = _join(xHigh, xLow, P_HIGH, P_LOW);
        _rejectsAggregate(beyond);
        _rejectsAbsent(beyond);
    }

    function test_BLS_2_rejectsKeySumOutsideSubgroup() public {
        // (0, 2) is on the curve and of order 3.
        _rejectsAggregate(_lowOrder());
        _rejectsAbsent(_lowOrder());
    }

    /// @dev Keys come before the identity of their sum.
    function test_BLS_2_rejectsInvalidKeyBeforeIdentity() public {
        absent.push(key);
        bytes32[3] memory zero;
        absent.push(zero);
        vm.expectRevert(BLS12381.BlsInvalidPoint.selector);
        harness.verifyComplement(key, absent, message, signature);
    }

    function test_BLS_2_rejectsSignatureOffTwist() public {
        for (uint256 i = 0; i < 6; ++i) {
            bytes32[6] memory off = signature;
            off[i] ^= bytes32(uint256(1));
            _rejectsSignature(off, BLS12381.BlsInvalidPoint.selector);
        }
    }

    function test_BLS_2_rejectsSignatureOutsideSubgroup() public {
        _rejectsSignature(outsideSubgroup, BLS12381.BlsInvalidPoint.selector);
    }

    /// @dev The limbs in the other order of some libraries, c1 ‖ c0.
    function test_BLS_2_rejectsSwappedLimbs() public {
        bytes memory s = abi.encode(signature);
        bytes memory swapped = bytes.concat(_cut(s, 48), _cut(s, 0), _cut(s, 144), _cut(s, 96));
        _rejectsSignature(abi.decode(swapped, (bytes32[6])), BLS12381.BlsInvalidPoint.selector);
    }

    function test_BLS_2_rejectsSignatureBeyondP() public {
        bytes memory s = abi.encode(signature);
        for (uint256 at = 0; at < 192; at += 48) {
            bytes memory beyond = bytes.concat(s);
            for (uint256 i = 0; i < 48; ++i) {
                beyond[at + i] = 0xff;
            }
            _rejectsSignature(abi.decode(beyond, (bytes32[6])), BLS12381.BlsInvalidPoint.selector);
        }
    }

    // ── BLS-3 ───────────────────────────────────────────────────────────────────────────────────────────────────

    function test_BLS_3_rejectsOtherMessage() public {
        vm.expectRevert(BLS12381.BlsInvalidSignature.selector);
        harness.verifyComplement(key, absent, ~message, signature);
    }

    function test_BLS_3_rejectsOtherSigners() public {
        bytes32[3] memory two = _times(key, 2);
        vm.expectRevert(BLS12381.BlsInvalidSignature.selector);
        harness.verifyComplement(two, absent, message, signature);
        vm.expectRevert(BLS12381.BlsInvalidSignature.selector);
        harness.verifyComplement(_negated(key), absent, message, signature);
    }

    /// @dev A chain without EIP-2537: calls to the addresses succeed and return nothing.
    function test_BLS_2_rejectsWithoutPrecompiles() public {
        for (uint160 precompile = 0x0b; precompile <= 0x11; ++precompile) {
            vm.mockCall(address(precompile), bytes(""), bytes(""));
        }
        vm.expectRevert(BLS12381.BlsInvalidPoint.selector);
        this.verifyInDirtyMemory(key, absent, message, signature);
    }

    // ── hash_to_curve ───────────────────────────────────────────────────────────────────────────────────────────

    function test_BLS_3_acceptsHashOfIndependentLibrary() public view {
        string memory json = vm.readFile("vectors/beacon/updates.json");
        bytes memory point = vm.parseJsonBytes(json, ".bls.hash");
        assertEq(abi.encode(harness.hashToG2(message)), _padded(point));
    }

    function testFuzz_BLS_3_acceptsHashAsTwin(bytes32 m) public view {
        assertEq(abi.encode(harness.hashToG2(m)), abi.encode(twin.hashToG2(m)));
    }

    // ── Reduction mod p ─────────────────────────────────────────────────────────────────────────────────────────

    function testFuzz_BLS_3_acceptsReductionAsTwin(uint256 high, uint256 low) public view {
        _reducesAsTwin(high, low);
    }

    /// @dev Multiples of p and their neighbours, where the estimate of the quotient is one less or is not.
    function testFuzz_BLS_3_acceptsReductionOfMultiplesAsTwin(uint256 factor) public view {
        // A product with p stays below 2⁵¹² up to ⌊2⁵¹² / p⌋.
        _reducesAroundMultiple(factor % 0x9d835d2f3cc9e45ce28101b0cc7a6ba2a);
    }

    function test_BLS_3_acceptsReductionAtBoundsAsTwin() public view {
        for (uint256 factor = 0; factor < 4; ++factor) {
            _reducesAroundMultiple(factor);
            _reducesAroundMultiple(0x9d835d2f3cc9e45ce28101b0cc7a6ba29 - factor);
            _reducesAroundMultiple(uint256(1) << (128 + factor % 4));
        }
        uint256 most = type(uint256).max;
        for (uint256 shift = 0; shift < 256; ++shift) {
            _reducesAsTwin(most >> shift, most);
            _reducesAsTwin(most << shift, 0);
            _reducesAsTwin(uint256(2) ** shift, 0);
            _reducesAsTwin(0, most << shift);
        }
        (uint256 high, uint256 low) = harness.reduce(P_HIGH, P_LOW);
        assertEq(high | low, 0);
        (high, low) = harness.reduce(P_HIGH, P_LOW - 1);
        assertEq(high, P_HIGH);
        assertEq(low, P_LOW - 1);
    }

    function _reducesAroundMultiple(uint256 factor) private view {
        (uint256 high, uint256 low) = _timesP(factor);
        unchecked {
            _reducesAsTwin(high, low);
            _reducesAsTwin(low == type(uint256).max ? high + 1 : high, low + 1);
            if (factor != 0) _reducesAsTwin(low == 0 ? high - 1 : high, low - 1);
        }
    }

    function _reducesAsTwin(uint256 high, uint256 low) private view {
        (uint256 ourHigh, uint256 ourLow) = harness.reduce(high, low);
        (uint256 theirHigh, uint256 theirLow) = twin.reduce(high, low);
        assertEq(ourHigh, theirHigh);
        assertEq(ourLow, theirLow);
    }

    /// @dev Schoolbook, by halves of 128 bits.
    function _timesP(uint256 factor) private pure returns (uint256 high, uint256 low) {
        uint256[3] memory p = [P_LOW & type(uint128).max, P_LOW >> 128, P_HIGH];
        uint256[2] memory f = [factor & type(uint128).max, factor >> 128];
        uint256[6] memory sums;
        for (uint256 i = 0; i < 3; ++i) {
            for (uint256 j = 0; j < 2; ++j) {
                uint256 product = p[i] * f[j];
                sums[i + j] += product & type(uint128).max;
                sums[i + j + 1] += product >> 128;
            }
        }
        for (uint256 i = 0; i < 5; ++i) {
            sums[i + 1] += sums[i] >> 128;
            sums[i] &= type(uint128).max;
        }
        return (sums[3] << 128 | sums[2], sums[1] << 128 | sums[0]);
    }

    // ── Committee roots ─────────────────────────────────────────────────────────────────────────────────────────

    function test_BCN_12_acceptsRootOfGenerator() public view {
        bytes32[3] memory g = _generator();
        bytes memory compressed =
            hex"97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb";
        assertEq(harness.committeeRoot("keys", g), _committeeRoot(bytes.concat(compressed, bytes16(0))));
        compressed[0] |= 0x20;
        assertEq(harness.committeeRoot("keys", _negated(g)), _committeeRoot(bytes.concat(compressed, bytes16(0))));
    }

    /// @dev y = (p − 1) / 2 is the smaller one, one more is the larger one.
    function test_BCN_12_acceptsRootAtHalfOfP() public view {
        uint256 high = 0x0d0088f51cbff34d258dd3db21a5d66b;
        uint256 low = 0xb23ba5c279c2895fb39869507b587b120f55ffff58a9ffffdcff7fffffffd555;
        bytes32 smaller = harness.committeeRoot("keys", _join(1, 2, high, low));
        bytes32 x = bytes32(uint256(2) << 128);
        assertEq(smaller, _committeeRoot(abi.encode(uint256(0x80) << 248 | uint256(1) << 128, x)));
        bytes32 larger = harness.committeeRoot("keys", _join(1, 2, high, low + 1));
        assertEq(larger, _committeeRoot(abi.encode(uint256(0xa0) << 248 | uint256(1) << 128, x)));
    }

    function testFuzz_BCN_12_acceptsRootAsTwin(bytes32 keysRoot, bytes32[3] memory k) public view {
        assertEq(harness.committeeRoot(keysRoot, k), twin.committeeRoot(keysRoot, k));
    }

    function _committeeRoot(bytes memory compressed) private pure returns (bytes32) {
        return sha256(bytes.concat("keys", bytes28(0), sha256(compressed)));
    }

    function testFuzz_BLS_verdictAsTwin(uint8 mutation, uint8 position, uint8 bit) public {
        bytes32[3] memory aggregate = _times(key, 3);
        absent.push(key);
        absent.push(key);
        bytes32 flip = bytes32(uint256(2) ** bit);
        if (mutation % 4 == 0) aggregate[position % 3] ^= flip;
        if (mutation % 4 == 1) absent[0][position % 3] ^= flip;
        if (mutation % 4 == 2) signature[position % 6] ^= flip;
        if (mutation % 4 == 3) message ^= flip;
        bytes memory call = abi.encodeCall(harness.verifyComplement, (aggregate, absent, message, signature));
        (bool ok, bytes memory ours) = address(harness).staticcall(call);
        (bool twinOk, bytes memory theirs) = address(twin).staticcall(call);
        assertFalse(ok || twinOk);
        assertEq(ours, theirs);
    }

    // ── Points ──────────────────────────────────────────────────────────────────────────────────────────────────

    function _rejectsAggregate(bytes32[3] memory k) private {
        vm.expectRevert(BLS12381.BlsInvalidPoint.selector);
        harness.verifyComplement(k, absent, message, signature);
    }

    function _rejectsAbsent(bytes32[3] memory k) private {
        bytes32[3][] memory one = new bytes32[3][](1);
        one[0] = k;
        vm.expectRevert(BLS12381.BlsInvalidPoint.selector);
        harness.verifyComplement(key, one, message, signature);
    }

    function _rejectsSignature(bytes32[6] memory s, bytes4 error_) private {
        vm.expectRevert(error_);
        harness.verifyComplement(key, absent, message, s);
    }

    /// @dev Multiplies a key by repeated addition.
    function _times(bytes32[3] memory k, uint256 n) private view returns (bytes32[3] memory) {
        bytes memory point = _padded(abi.encode(k));
        bytes memory sum = new bytes(128);
        for (uint256 i = 0; i < n; ++i) {
            (bool ok, bytes memory out) = address(0x0b).staticcall(bytes.concat(sum, point));
            assertTrue(ok);
            sum = out;
        }
        return abi.decode(bytes.concat(_range(sum, 16, 48), _range(sum, 80, 48)), (bytes32[3]));
    }

    function _negated(bytes32[3] memory k) private pure returns (bytes32[3] memory) {
        (uint256 xHigh, uint256 xLow, uint256 yHigh, uint256 yLow) = _split(k);
        unchecked {
            return _join(xHigh, xLow, P_HIGH - yHigh - (yLow > P_LOW ? 1 : 0), P_LOW - yLow);
        }
    }

    function _lowOrder() private pure returns (bytes32[3] memory k) {
        k[2] = bytes32(uint256(2));
    }

    function _generator() private pure returns (bytes32[3] memory) {
        return abi.decode(
            hex"17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb08b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1",
            (bytes32[3])
        );
    }

    function _plusP(uint256 high, uint256 low) private pure returns (uint256, uint256) {
        unchecked {
            uint256 sum = low + P_LOW;
            return (high + P_HIGH + (sum < low ? 1 : 0), sum);
        }
    }

    function _split(bytes32[3] memory k) private pure returns (uint256, uint256, uint256, uint256) {
        uint256 middle = uint256(k[1]);
        return (uint256(k[0]) >> 128, uint256(k[0]) << 128 | middle >> 128, middle & type(uint128).max, uint256(k[2]));
    }

    function _join(uint256 xHigh, uint256 xLow, uint256 yHigh, uint256 yLow) private pure returns (bytes32[3] memory) {
        return [bytes32(xHigh << 128 | xLow >> 128), bytes32(xLow << 128 | yHigh), bytes32(yLow)];
    }

    /// @dev Coordinates of 48 bytes to 64.
    function _padded(bytes memory point) private pure returns (bytes memory wide) {
        for (uint256 at = 0; at < point.length; at += 48) {
            wide = bytes.concat(wide, bytes16(0), _cut(point, at));
        }
    }

    function _cut(bytes memory data, uint256 from) private pure returns (bytes memory) {
        return _range(data, from, 48);
    }

    function _range(bytes memory data, uint256 from, uint256 length) private pure returns (bytes memory part) {
        part = new bytes(length);
        for (uint256 i = 0; i < length; ++i) {
            part[i] = data[from + i];
        }
    }
}
