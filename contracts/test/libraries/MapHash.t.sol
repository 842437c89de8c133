// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {HashToG1Reference} from "../../reference/HashToG1Reference.sol";
import {HashToG1} from "../../src/libraries/HashToG1.sol";
import {IMapHarness, MapHarness, MapHarnessReference} from "../harness/MapHarness.sol";
import {MapChain} from "../support/MapChain.sol";
import {Test} from "forge-std/Test.sol";

// One suite, and the two subjects it runs on.
// forge-lint: disable-start(multi-contract-file)

/// @notice BNS-1: the hash to G1 by hints.
abstract contract MapHashSuite is Test {
    uint256 internal constant P = HashToG1Reference.P;

    IMapHarness internal harness;

    /// @dev Known answers of the chain's own tests.
    function test_BNS_1_accepts_knownFields() public view {
        (uint256 t0, uint256 t1) = harness.fields("abcefghi");
        assertEq(
            t0, 5_910_564_439_876_404_922_092_592_771_818_717_274_376_490_012_008_896_503_918_548_302_548_484_008_557
        );
        assertEq(
            t1, 7_054_493_174_779_650_031_422_375_588_220_690_385_584_759_055_599_915_892_200_652_159_233_194_526_041
        );
    }

    function testFuzz_BNS_1_accepts_everyMessage(bytes calldata message) public view {
        uint256[2] memory point = harness.hash(message, MapChain.hints(message));
        assertEq(abi.encode(point), abi.encode(HashToG1Reference.compute(message)));
        assertEq(mulmod(point[1], point[1], P), HashToG1Reference.cubed(point[0]), "not on the curve");
    }

    /// @dev Each candidate, t and its negative, whose points differ in the sign of y alone.
    function test_BNS_1_accepts_everyCandidate() public view {
        uint256[4] memory seen;
        for (uint256 t = 1; t < 40; ++t) {
            bytes memory hint = HashToG1Reference.hint(t);
            ++seen[uint8(hint[0])];
            uint256[2] memory point = harness.map(t, hint, 0);
            assertEq(abi.encode(point), abi.encode(HashToG1Reference.map(t)));
            uint256[2] memory other = harness.map(P - t, hint, 0);
            assertEq(other[0], point[0]);
            assertEq(other[1], P - point[1]);
        }
        assertTrue(seen[1] != 0 && seen[2] != 0 && seen[3] != 0);
    }

    /// @dev Zero has no inverse, and is said to have zero.
    function test_BNS_1_accepts_rejects_zero() public {
        bytes memory hint = HashToG1Reference.hint(0);
        assertEq(_word(hint, 0), 0);
        assertEq(abi.encode(harness.map(0, hint, 0)), abi.encode(HashToG1Reference.map(0)));
        for (uint256 i = 0; i < 3; ++i) {
            _set(hint, 0, [uint256(1), P - 1, P][i]);
            _refuses(abi.encodeWithSelector(HashToG1.Bn254HintInverse.selector, 1), 0, hint, 1);
        }
    }

    /// @dev (p − 1) / 2 is the last t whose y keeps its sign.
    function test_BNS_1_accepts_signAtTheBound() public view {
        for (uint256 t = P / 2 - 1; t < P / 2 + 3; ++t) {
            bytes memory hint = HashToG1Reference.hint(t);
            uint256 y = harness.map(t, hint, 0)[1];
            (bool isSquare,) = HashToG1Reference.root(y);
            assertEq(isSquare, t <= P / 2);
        }
    }

    /// @dev The other roots are as good, and lead to the same point.
    function test_BNS_1_accepts_theOtherRoots() public view {
        for (uint256 t = 1; t < 12; ++t) {
            bytes memory hint = HashToG1Reference.hint(t);
            bytes memory point = abi.encode(harness.map(t, hint, 0));
            for (uint256 j = 1; j <= uint8(hint[0]); ++j) {
                _set(hint, j, P - _word(hint, j));
                assertEq(abi.encode(harness.map(t, hint, 0)), point);
            }
        }
    }

    function test_BNS_1_rejects_otherInverses() public {
        for (uint256 t = 1; t < 8; ++t) {
            bytes memory hint = HashToG1Reference.hint(t);
            uint256 inverse = _word(hint, 0);
            uint256[5] memory others = [0, inverse + 1, P - inverse, inverse + P, P];
            for (uint256 i = 0; i < others.length; ++i) {
                _set(hint, 0, others[i]);
                _refuses(abi.encodeWithSelector(HashToG1.Bn254HintInverse.selector, t % 2), t, hint, t % 2);
            }
        }
    }

    /// @dev Every root that a hint brings, the first wrong one in order.
    function test_BNS_1_rejects_otherRoots() public {
        for (uint256 t = 1; t < 20; ++t) {
            bytes memory hint = HashToG1Reference.hint(t);
            for (uint256 j = uint8(hint[0]); j != 0; --j) {
                uint256 root = _word(hint, j);
                uint256[4] memory others = [root + P, P, root + 1, 0];
                for (uint256 i = 0; i < others.length; ++i) {
                    _set(hint, j, others[i]);
                    _refuses(abi.encodeWithSelector(HashToG1.Bn254HintRoot.selector, t % 2, j), t, hint, t % 2);
                }
            }
        }
    }

    /// @dev No hint for another candidate can be made: there is no root to show.
    function test_BNS_1_rejects_otherCandidates() public {
        for (uint256 t = 1; t < 20; ++t) {
            bytes memory hint = HashToG1Reference.hint(t);
            uint256 right = uint8(hint[0]);
            uint256[3] memory xs = HashToG1Reference.candidates(t, _word(hint, 0));
            for (uint8 choice = 1; choice <= 3; ++choice) {
                if (choice == right) continue;
                bytes memory other = abi.encodePacked(choice, _word(hint, 0), _root(xs[0]), _root(xs[1]), _root(xs[2]));
                uint256 at = choice < right ? choice : right;
                _refuses(abi.encodeWithSelector(HashToG1.Bn254HintRoot.selector, 0, at), t, other, 0);
            }
        }
    }

    /// @dev The hint for t₀ is looked at before that for t₁.
    function test_BNS_1_rejects_firstHalfFirst() public {
        bytes memory hints = MapChain.hints("message");
        uint256 second = 33 + 32 * uint256(uint8(hints[0]));
        hints[second + 1] ^= 0xff;
        vm.expectRevert(abi.encodeWithSelector(HashToG1.Bn254HintInverse.selector, 1));
        harness.hash("message", hints);
        hints[second - 1] ^= 0x01;
        vm.expectRevert(abi.encodeWithSelector(HashToG1.Bn254HintRoot.selector, 0, uint8(hints[0])));
        harness.hash("message", hints);
    }

    function _refuses(bytes memory expected, uint256 t, bytes memory hint, uint256 position) private {
        vm.expectRevert(expected);
        harness.map(t, hint, position);
    }

    /// @dev The best there is to show for a candidate: a root of it or of its negative.
    function _root(uint256 x) private view returns (uint256 root) {
        bool isSquare;
        (isSquare, root) = HashToG1Reference.root(HashToG1Reference.cubed(x));
        if (isSquare) (, root) = HashToG1Reference.root(root);
    }

    /// @dev The words of a hint, behind the candidate.
    function _word(bytes memory hint, uint256 i) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(add(add(hint, 0x21), shl(5, i)))
        }
    }

    function _set(bytes memory hint, uint256 i, uint256 value) private pure {
        assembly ("memory-safe") {
            mstore(add(add(hint, 0x21), shl(5, i)), value)
        }
    }
}

contract MapHashTest is MapHashSuite {
    function setUp() public {
        harness = new MapHarness();
    }
}

contract MapHashReferenceTest is MapHashSuite {
    function setUp() public {
        harness = new MapHarnessReference();
    }
}
// forge-lint: disable-end(multi-contract-file)
