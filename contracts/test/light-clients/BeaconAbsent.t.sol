// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {BLS12381Reference} from "../../reference/BLS12381Reference.sol";
import {BLS12381} from "../../src/libraries/BLS12381.sol";
import {SSZ} from "../../src/libraries/SSZ.sol";
import {BeaconLightClient} from "../../src/light-clients/BeaconLightClient.sol";
import {BeaconVerifier} from "../../src/light-clients/BeaconVerifier.sol";
import {BeaconHarness} from "../harness/BeaconHarness.sol";
import {BeaconBytes} from "./BeaconBytes.sol";
import {BeaconFixture} from "./BeaconFixture.sol";

/// @notice BCN-7 and BCN-11 to BCN-13: every way in which the absent members, the aggregate or the signature can be other than they
/// should.
contract BeaconAbsentTest is BeaconFixture {
    using BeaconBytes for bytes;

    BeaconLightClient private client;
    BeaconHarness private harness;

    function setUp() public override {
        super.setUp();
        client = _deployFor("absent_5");
        harness = new BeaconHarness();
    }

    // ── BCN-7: quorum ───────────────────────────────────────────────────────────────────────────────────────────

    function test_BCN_7_11_12_13_acceptsAnyCountUpToAThird() public {
        uint8[9] memory counts = [0, 1, 2, 5, 10, 25, 50, 100, 170];
        for (uint256 i = 0; i < counts.length; ++i) {
            string memory name = string.concat("absent_", vm.toString(counts[i]));
            _warpTo(name);
            bytes memory u = _update(name);
            assertEq(u.absentCount(), counts[i]);
            client.update(u);
        }
        assertEq(client.latestHead(), 10);
    }

    function test_BCN_7_rejects341() public {
        client = _deployFor("participants_341");
        _rejects(_update("participants_341"), _insufficient(341, 342));
    }

    function test_BCN_7_rejects21Of32() public {
        client = _deployFor("minimal_21_of_32");
        _rejects(_update("minimal_21_of_32"), _insufficient(21, 22));
    }

    /// @dev Nobody at all, and more absent than there are members: the count is bounded before anything is sized by it.
    function test_BCN_7_rejectsFewer() public {
        bytes memory u = _update("absent_0");
        uint16[5] memory counts = [uint16(511), 512, 513, 1024, 4096];
        for (uint256 i = 0; i < counts.length; ++i) {
            uint256 got = counts[i] > 512 ? 0 : 512 - counts[i];
            _rejects(u.withMembers(counts[i], new bytes(98 * uint256(counts[i]))), _insufficient(got, 342));
        }
    }

    // ── BCN-11: indices ─────────────────────────────────────────────────────────────────────────────────────────

    function test_BCN_11_acceptsSeatsOfOneValidator() public view {
        // 3 and 511 have one key.
        bytes memory u = _update("absent_5");
        assertEq(u.slice(u.member(0), 2), hex"0003");
        assertEq(u.slice(u.member(4), 2), hex"01ff");
        assertEq(u.slice(u.member(0) + 2, 96), u.slice(u.member(4) + 2, 96));
        client.verifyUpdate(u);
    }

    function test_BCN_11_rejectsDisorder() public {
        bytes memory u = _update("absent_5");
        uint256 at = u.member(1);
        bytes memory swapped = bytes.concat(u.slice(at + 98, 98), u.slice(at, 98));
        _rejectsIndex(u.replaced(at, 196, swapped), 2);
        _rejectsIndex(u.replaced(u.member(4), 98, u.slice(u.member(3), 98)), 4);
        _rejectsIndex(u.replaced(u.member(1), 98, u.slice(u.member(0), 98)), 1);
    }

    function test_BCN_11_rejectsOutOfRange() public {
        bytes memory u = _update("absent_5");
        uint16[3] memory indices = [uint16(512), 1023, type(uint16).max];
        for (uint256 i = 0; i < indices.length; ++i) {
            _rejectsIndex(u.withIndex(4, indices[i]), 4);
        }
        // Out of range at the first place: the next index cannot hide it.
        _rejectsIndex(u.withIndex(0, type(uint16).max), 0);
    }

    function test_BCN_11_rejectsIndexBeyondSmallCommittee() public {
        client = _deployFor("minimal_gloas");
        _rejectsIndex(_update("minimal_gloas").withIndex(0, 32), 0);
    }

    // ── BCN-12: committee root ──────────────────────────────────────────────────────────────────────────────────

    /// @dev Each absent member left out: the multiproof is another one, and its witness too long or too short.
    function test_BCN_12_rejectsOmittedMember() public {
        bytes memory u = _update("absent_5");
        for (uint256 i = 0; i < 5; ++i) {
            bytes memory fewer = u.slice(u.absent(), 98 * i);
            fewer = bytes.concat(fewer, u.slice(u.member(i + 1), 98 * (4 - i)));
            // Without 3, 511 or one of the others: so many nodes of the witness are not needed, or so many are missing.
            bytes memory v = u.withMembers(4, fewer);
            (bool ok, bytes memory error_) = _multiproof(v);
            assertFalse(ok);
            _rejects(v, error_);
        }
        uint256 nodes = (u.length - u.witness()) / 32;
        _rejects(u.withMembers(0, ""), abi.encodeWithSelector(SSZ.SszWitnessLong.selector, 1, nodes));
    }

    /// @dev A member that signed is named too: its key is in the tree, the witness is not for it.
    function test_BCN_12_rejectsAdditionalMember() public {
        bytes memory u = _update("absent_5");
        uint256 n = (u.length - u.witness()) / 32;
        bytes memory key = u.slice(u.absent() + 2, 96);
        bytes memory others = u.slice(u.member(1), 98 * 4);
        // 4 needs a sibling more; 2 is the sibling that the witness has for 3.
        bytes memory members = bytes.concat(u.slice(u.absent(), 98), hex"0004", key, others);
        _rejects(u.withMembers(6, members), abi.encodeWithSelector(SSZ.SszWitnessShort.selector, n));
        members = bytes.concat(hex"0002", key, u.slice(u.absent(), 98), others);
        _rejects(u.withMembers(6, members), abi.encodeWithSelector(SSZ.SszWitnessLong.selector, n - 1, n));
    }

    function test_BCN_12_rejectsKeyOfOtherPosition() public {
        bytes memory u = _update("absent_5");
        bytes memory first = u.slice(u.member(1) + 2, 96);
        bytes memory second = u.slice(u.member(2) + 2, 96);
        _rejectsRoot(u.withKey(1, second).withKey(2, first));
        _rejectsRoot(u.withKey(0, u.slice(BeaconBytes.AGGREGATE, 96)));
    }

    function test_BCN_12_rejectsOtherPositionOfKey() public {
        // 3 and 4 are in different pairs, 2 and 3 in the same one: the witness fits the latter, the side does not.
        _rejectsRoot(_update("absent_5").withIndex(0, 2));
    }

    function test_BCN_12_rejectsNegatedKeys() public {
        bytes memory u = _update("absent_5");
        _rejectsRoot(u.withKey(1, _negated(u.slice(u.member(1) + 2, 96))));
        _rejectsRoot(u.replaced(BeaconBytes.AGGREGATE, 96, _negated(u.slice(BeaconBytes.AGGREGATE, 96))));
    }

    function test_BCN_12_rejectsOtherAggregate() public {
        bytes memory u = _update("absent_5");
        _rejectsRoot(u.replaced(BeaconBytes.AGGREGATE, 96, u.slice(u.member(1) + 2, 96)));
        _rejectsRoot(u.replaced(BeaconBytes.AGGREGATE, 96, new bytes(96)));
    }

    function test_BCN_12_rejectsZeroKey() public {
        _rejectsRoot(_update("absent_5").withKey(1, new bytes(96)));
    }

    function test_BCN_12_rejectsOtherWitness() public {
        bytes memory u = _update("absent_5");
        for (uint256 at = u.witness(); at < u.length; at += 32 * 7) {
            _rejectsRoot(u.flipped(at + 3));
        }
    }

    function test_BCN_12_rejectsWitnessOfWrongLength() public {
        bytes memory u = _update("absent_5");
        uint256 n = (u.length - u.witness()) / 32;
        _rejects(u.slice(0, u.length - 32), abi.encodeWithSelector(SSZ.SszWitnessShort.selector, n - 1));
        _rejects(bytes.concat(u, bytes32(0)), abi.encodeWithSelector(SSZ.SszWitnessLong.selector, n, n + 1));
        _rejects(u.slice(0, u.witness()), abi.encodeWithSelector(SSZ.SszWitnessShort.selector, 0));
    }

    function test_BCN_12_rejectsWitnessOfWrongLengthWithoutAbsent() public {
        bytes memory u = _update("absent_0");
        assertEq(u.length - u.witness(), 32);
        _rejects(u.slice(0, u.witness()), abi.encodeWithSelector(SSZ.SszWitnessShort.selector, 0));
        _rejects(bytes.concat(u, bytes32(0)), abi.encodeWithSelector(SSZ.SszWitnessLong.selector, 1, 2));
        _rejectsRoot(u.flipped(u.witness()));
    }

    /// @dev Signed by the current committee after its period, or by the next one before it: the period says who has to sign.
    function test_BCN_12_rejectsOtherCommittee() public {
        bytes4 error_ = BeaconVerifier.BeaconCommitteeRoot.selector;
        client = _deployFor("tail_old_committee");
        _rejects(_update("tail_old_committee"), abi.encodeWithSelector(error_, _committee(14), _committee(13)));
        client = _deployFor("learn_same");
        bytes memory u = _update("learn_same");
        bytes memory next = _update("rotate_without_next");
        u = u.replaced(BeaconBytes.AGGREGATE, 96, next.slice(BeaconBytes.AGGREGATE, 96));
        u = u.replaced(u.witness(), 32, next.slice(next.witness(), 32));
        _rejects(u, abi.encodeWithSelector(error_, _committee(13), _committee(14)));
    }

    function test_BCN_12_acceptsCommitteeOfSignaturePeriod() public {
        client = _deployFor("tail_signed_late");
        client.update(_update("tail_signed_late"));
        assertEq(client.trusted().currentCommitteeRoot, _committee(13), "not rotated");
        client = _deployFor("tail_attested_late");
        client.update(_update("tail_attested_late"));
        assertEq(client.trusted().currentCommitteeRoot, _committee(13), "not rotated");
        assertEq(client.trusted().nextCommitteeRoot, _committee(14), "not rotated");
    }

    // ── BCN-13: signature ───────────────────────────────────────────────────────────────────────────────────────

    function test_BCN_13_acceptsSignature() public {
        client.update(_update("absent_5"));
    }

    function test_BCN_13_rejectsSignatureOfOtherUpdateOrMember() public {
        bytes memory u = _update("absent_5");
        bytes memory error_ = abi.encodeWithSelector(BLS12381.BlsInvalidSignature.selector);
        bytes memory other = _update("absent_2").slice(BeaconBytes.SIGNATURE, 192);
        _rejects(u.replaced(BeaconBytes.SIGNATURE, 192, other), error_);
        string[3] memory names = ["domain_attester", "domain_network", "other_node_justified"];
        for (uint256 i = 0; i < names.length; ++i) {
            client = _deployFor(names[i]);
            _rejects(_update(names[i]), error_);
        }
    }

    function test_BCN_13_rejectsInfinity() public {
        bytes memory u = _update("absent_5").replaced(BeaconBytes.SIGNATURE, 192, new bytes(192));
        _rejects(u, abi.encodeWithSelector(BLS12381.BlsInfinity.selector));
        u = _update("absent_0").replaced(BeaconBytes.SIGNATURE, 192, new bytes(192));
        _rejects(u, abi.encodeWithSelector(BLS12381.BlsInfinity.selector));
    }

    /// @dev y is bound by its sign only: what keeps it is the curve.
    function test_BCN_13_rejectsOtherYOfSameSign() public {
        bytes memory error_ = abi.encodeWithSelector(BLS12381.BlsInvalidPoint.selector);
        bytes memory u = _update("absent_5");
        _rejects(u.flipped(u.member(3) + 97), error_);
        _rejects(u.flipped(BeaconBytes.AGGREGATE + 95), error_);
        _rejects(_update("absent_0").flipped(BeaconBytes.AGGREGATE + 95), error_);
    }

    /// @dev The compressed form has flags where an x beyond 381 bits would have value: such an x passes the root, not the curve.
    function test_BCN_13_rejectsFlagsInX() public {
        bytes memory u = _update("absent_5");
        u[u.member(3) + 2] |= 0x80;
        _rejects(u, abi.encodeWithSelector(BLS12381.BlsInvalidPoint.selector));
    }

    /// @dev A malformed signature burns what the pairing was given, and no more.
    function test_BCN_13_rejectsMalformedSignatureAtBoundedCost() public {
        bytes memory u = _update("absent_0").flipped(BeaconBytes.SIGNATURE + 47);
        uint256 start = gasleft();
        (bool ok, bytes memory got) = _attempt(u);
        assertFalse(ok);
        assertEq(got, abi.encodeWithSelector(BLS12381.BlsInvalidPoint.selector));
        assertLt(start - gasleft(), 350_000);
    }

    // ── Helpers ─────────────────────────────────────────────────────────────────────────────────────────────────

    function _attempt(bytes memory u) private view returns (bool ok, bytes memory got) {
        return address(client).staticcall(abi.encodeCall(client.verifyUpdate, (u)));
    }

    function _rejects(bytes memory u, bytes memory error_) private {
        vm.expectRevert(error_);
        client.update(u);
        vm.expectRevert(error_);
        client.verifyUpdate(u);
    }

    function _rejectsIndex(bytes memory u, uint256 position) private {
        _rejects(u, abi.encodeWithSelector(BeaconVerifier.BeaconAbsentIndex.selector, position));
    }

    /// @dev Computes the root that the update proves, by the library's parts.
    function _rejectsRoot(bytes memory u) private {
        (bool ok, bytes memory root) = _multiproof(u);
        assertTrue(ok);
        bytes32 keysRoot = abi.decode(root, (bytes32));
        bytes32 aggregate = BLS12381Reference.leaf(u.slice(BeaconBytes.AGGREGATE, 96));
        bytes32 got = sha256(bytes.concat(keysRoot, aggregate));
        _rejects(u, abi.encodeWithSelector(BeaconVerifier.BeaconCommitteeRoot.selector, _committee(13), got));
    }

    /// @dev The root of the keys by the library, or its error.
    function _multiproof(bytes memory u) private view returns (bool ok, bytes memory result) {
        uint256 count = u.absentCount();
        uint256[] memory positions = new uint256[](count);
        bytes32[] memory leaves = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            positions[i] = uint16(bytes2(u.slice(u.member(i), 2)));
            leaves[i] = BLS12381Reference.leaf(u.slice(u.member(i) + 2, 96));
        }
        bytes32[] memory witness = new bytes32[]((u.length - u.witness()) / 32);
        for (uint256 i = 0; i < witness.length; ++i) {
            witness[i] = u.word(u.witness() + 32 * i);
        }
        return address(harness).staticcall(abi.encodeCall(harness.multiproofRoot, (positions, leaves, 9, witness)));
    }

    function _insufficient(uint256 got, uint256 required) private pure returns (bytes memory) {
        return abi.encodeWithSelector(BeaconVerifier.BeaconInsufficientParticipation.selector, got, required);
    }

    function _negated(bytes memory key) private pure returns (bytes memory) {
        uint256 pLow = 0x64774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab;
        uint256 pHigh = 0x1a0111ea397fe69a4b1ba7b6434bacd7;
        uint256 yHigh = uint128(bytes16(key.slice(48, 16)));
        uint256 yLow = uint256(key.word(64));
        unchecked {
            // forge-lint: disable-next-line(unsafe-typecast) below p, whose upper word has 125 bits
            return abi.encodePacked(key.slice(0, 48), uint128(pHigh - yHigh - (yLow > pLow ? 1 : 0)), pLow - yLow);
        }
    }
}
