// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {HashToG1Reference} from "../../reference/HashToG1Reference.sol";
import {BN254} from "../../src/libraries/BN254.sol";
import {IMapHarness, MapHarness, MapHarnessReference} from "../harness/MapHarness.sol";
import {MapChain} from "../support/MapChain.sol";
import {MapCurve} from "../support/MapCurve.sol";
import {Test} from "forge-std/Test.sol";

// One suite, and the two subjects it runs on.
// forge-lint: disable-start(multi-contract-file)

/// @notice BNS-2 and BNS-3: signatures under keys on both groups.
abstract contract MapSignatureSuite is Test {
    uint256 private constant P = HashToG1Reference.P;

    /// @dev A point of the curve of G2 that is not in G2: the one with x = 1 and the smaller root.
    bytes private constant OUTSIDE_G2 =
        hex"000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000010d1271953ed9ea0836846e70a1934187998c7f790cb4d7511b7f8da82de048a42869111d5381f072f8e2728fdb825a51aadd70e52c9830e9ab4b871c0531f1bb";

    IMapHarness internal harness;

    /// forge-config: default.fuzz.runs = 64
    function testFuzz_BNS_2_3_accepts_honest(uint16 secret, bytes calldata message) public view {
        uint256 key = uint256(secret) + 1;
        harness.verify(HashToG1Reference.compute(message), _g1(key), MapChain.seal(message, key));
    }

    function test_BNS_2_rejects_infinity() public {
        bytes memory seal = MapChain.seal("m", 7);
        bytes memory signature = _part(seal, 0, 64);
        bytes memory key = _part(seal, 64, 128);
        _refuses(BN254.Bn254Infinity.selector, "m", _g1(7), bytes.concat(new bytes(64), key));
        _refuses(BN254.Bn254Infinity.selector, "m", _g1(7), bytes.concat(signature, new bytes(128)));
        _refuses(BN254.Bn254Infinity.selector, "m", [uint256(0), 0], seal);
        _refuses(BN254.Bn254Infinity.selector, "m", [uint256(0), 0], new bytes(192));
    }

    /// @dev All three are asked for zero before any is asked whether it is a point.
    function test_BNS_2_rejects_infinityBeforePoints() public {
        bytes memory seal = MapChain.seal("m", 7);
        bytes memory wrong = abi.encode(1, 1);
        _refuses(BN254.Bn254Infinity.selector, "m", _g1(7), bytes.concat(wrong, new bytes(128)));
        _refuses(BN254.Bn254Infinity.selector, "m", _g1(7), bytes.concat(new bytes(64), OUTSIDE_G2));
        _refuses(BN254.Bn254Infinity.selector, "m", [uint256(0), 0], bytes.concat(wrong, _part(seal, 64, 128)));
    }

    /// @dev One coordinate that is zero does not make a point at infinity.
    function test_BNS_2_rejects_pointsOfG1() public {
        bytes memory seal = MapChain.seal("m", 7);
        bytes memory key = _part(seal, 64, 128);
        (uint256 x, uint256 y) = abi.decode(seal, (uint256, uint256));
        bytes[6] memory wrong = [
            abi.encode(x, y + 1),
            abi.encode(x + P, y),
            abi.encode(x, y + P),
            abi.encode(0, y),
            abi.encode(x, 0),
            abi.encode(P, P)
        ];
        for (uint256 i = 0; i < wrong.length; ++i) {
            _refuses(BN254.Bn254InvalidPoint.selector, "m", _g1(7), bytes.concat(wrong[i], key));
        }
    }

    function test_BNS_2_rejects_pointsOfG2() public {
        bytes memory seal = MapChain.seal("m", 7);
        bytes memory signature = _part(seal, 0, 64);
        _refuses(BN254.Bn254InvalidPoint.selector, "m", _g1(7), bytes.concat(signature, OUTSIDE_G2));
        for (uint256 i = 0; i < 4; ++i) {
            uint256[4] memory key = abi.decode(_part(seal, 64, 128), (uint256[4]));
            key[i] += P;
            _refuses(BN254.Bn254InvalidPoint.selector, "m", _g1(7), bytes.concat(signature, abi.encode(key)));
            key[i] -= P - 1;
            _refuses(BN254.Bn254InvalidPoint.selector, "m", _g1(7), bytes.concat(signature, abi.encode(key)));
            key[i] = 0;
            _refuses(BN254.Bn254InvalidPoint.selector, "m", _g1(7), bytes.concat(signature, abi.encode(key)));
        }
    }

    function test_BNS_3_rejects_anotherMessage() public {
        _refuses(BN254.Bn254InvalidSignature.selector, "n", _g1(7), MapChain.seal("m", 7));
    }

    function test_BNS_3_rejects_negatedSignature() public {
        bytes memory seal = MapChain.seal("m", 7);
        (uint256 x, uint256 y) = abi.decode(seal, (uint256, uint256));
        bytes memory negated = bytes.concat(abi.encode(x, P - y), _part(seal, 64, 128));
        _refuses(BN254.Bn254InvalidSignature.selector, "m", _g1(7), negated);
    }

    /// @dev A valid signature under a key on G2 that is not the twin of the signers' keys.
    function test_BNS_3_rejects_anotherTwin() public {
        _refuses(BN254.Bn254InvalidSignature.selector, "m", _g1(7), MapChain.seal("m", 8));
        _refuses(BN254.Bn254InvalidSignature.selector, "m", _g1(8), MapChain.seal("m", 7));
    }

    /// @dev The twin of the signers' keys, and a signature under another.
    function test_BNS_3_rejects_twinThatDidNotSign() public {
        bytes memory seal = bytes.concat(_part(MapChain.seal("m", 8), 0, 64), MapCurve.g2(7));
        _refuses(BN254.Bn254InvalidSignature.selector, "m", _g1(7), seal);
    }

    /// @dev Two wrongs cancel out for one factor: with P = 9 · G₁, A = 7 · G₂ and S = 7 · H − 2 · r · G₁ the equation holds for this r. It is
    /// the hash of all of them that says which r it is.
    /// forge-config: default.fuzz.runs = 64
    function testFuzz_BNS_3_rejects_errorsThatCancelForAnotherFactor(uint64 factor) public {
        uint256[2] memory hash = HashToG1Reference.compute("m");
        uint256 order =
            21_888_242_871_839_275_222_246_405_745_257_275_088_548_364_400_416_034_343_698_204_186_575_808_495_617;
        bytes memory error_ = MapCurve.g1(mulmod(uint256(factor) + 1, order - 2, order));
        uint256[2] memory signature = HashToG1Reference.add(
            abi.decode(MapCurve.multiply(abi.encode(hash), 7), (uint256[2])), abi.decode(error_, (uint256[2]))
        );
        _refuses(BN254.Bn254InvalidSignature.selector, "m", _g1(9), bytes.concat(abi.encode(signature), MapCurve.g2(7)));
    }

    /// forge-config: default.fuzz.runs = 64
    function testFuzz_BNS_2_3_rejects_oneFlippedBit(uint256 place, uint8 bit) public {
        bytes memory seal = MapChain.seal("m", 7);
        seal[place % seal.length] ^= bytes1(uint8(1) << (bit % 8));
        (bool ok,) =
            address(harness).staticcall(abi.encodeCall(harness.verify, (HashToG1Reference.compute("m"), _g1(7), seal)));
        assertFalse(ok);
    }

    function _refuses(bytes4 expected, bytes memory message, uint256[2] memory sum, bytes memory seal) private {
        uint256[2] memory hash = HashToG1Reference.compute(message);
        vm.expectRevert(expected);
        harness.verify(hash, sum, seal);
    }

    function _g1(uint256 secret) private view returns (uint256[2] memory) {
        return abi.decode(MapCurve.g1(secret), (uint256[2]));
    }

    function _part(bytes memory data, uint256 from, uint256 length) private pure returns (bytes memory part) {
        part = new bytes(length);
        for (uint256 i = 0; i < length; ++i) {
            part[i] = data[from + i];
        }
    }
}

contract MapSignatureTest is MapSignatureSuite {
    function setUp() public {
        harness = new MapHarness();
    }

    /// @dev Where there are no precompiles, calls to them succeed and return nothing.
    function test_BNS_2_rejects_withoutPairing() public {
        uint256[2] memory hash = HashToG1Reference.compute("m");
        bytes memory seal = MapChain.seal("m", 7);
        uint256[2] memory sum = abi.decode(MapCurve.g1(7), (uint256[2]));
        vm.mockCall(address(8), bytes(""), bytes(""));
        vm.expectRevert(BN254.Bn254InvalidPoint.selector);
        harness.verify(hash, sum, seal);
        vm.clearMockedCalls();
        harness.verify(hash, sum, seal);
    }
}

contract MapSignatureReferenceTest is MapSignatureSuite {
    function setUp() public {
        harness = new MapHarnessReference();
    }
}

/// @notice Sums with what is not on the curve. No caller has such: to it, this is a call that lacks gas or the precompile.
contract MapSumsTest is Test {
    function test_BNS_2_accepts_rejects_sums() public {
        uint256[2] memory one = [uint256(1), 2];
        uint256[2] memory off = [uint256(1), 1];
        assertEq(abi.encode(this.difference(this.sum(one, one), one)), abi.encode(one));
        vm.expectRevert(BN254.Bn254InvalidPoint.selector);
        this.sum(one, off);
        vm.expectRevert(BN254.Bn254InvalidPoint.selector);
        this.difference(one, off);
    }

    function sum(uint256[2] memory a, uint256[2] memory b) external view returns (uint256[2] memory) {
        BN254.add(a, b[0], b[1]);
        return a;
    }

    function difference(uint256[2] memory a, uint256[2] memory b) external view returns (uint256[2] memory) {
        uint256 keys;
        assembly ("memory-safe") {
            keys := b
        }
        BN254.subtract(a, keys, 1);
        return a;
    }
}
// forge-lint: disable-end(multi-contract-file)
