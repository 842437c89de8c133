// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IBeaconLightClient} from "../../src/interfaces/IBeaconLightClient.sol";
import {BLS12381} from "../../src/libraries/BLS12381.sol";
import {SSZ} from "../../src/libraries/SSZ.sol";
import {BeaconLightClient} from "../../src/light-clients/BeaconLightClient.sol";
import {BeaconVerifier} from "../../src/light-clients/BeaconVerifier.sol";
import {BeaconHarness} from "../harness/BeaconHarness.sol";
import {BeaconFixture} from "./BeaconFixture.sol";

/// @notice BCN-11 to BCN-14: every way in which the absent members, the aggregate or the signature can be other than they should.
contract BeaconAbsentTest is BeaconFixture {
    BeaconLightClient private client;
    BeaconHarness private harness;

    function setUp() public override {
        super.setUp();
        client = _deployFor("absent_5");
        harness = new BeaconHarness();
    }

    // ── BCN-11: count ───────────────────────────────────────────────────────────────────────────────────────────

    function test_BCN_11_BCN_12_BCN_13_acceptsAnyCount() public {
        string[9] memory names = [
            "absent_0",
            "absent_1",
            "absent_2",
            "absent_5",
            "absent_10",
            "absent_25",
            "absent_50",
            "absent_100",
            "absent_170"
        ];
        for (uint256 i = 0; i < names.length; ++i) {
            _warpTo(names[i]);
            client.update(_update(names[i]));
        }
        assertEq(client.latestHead(), 10);
    }

    function test_BCN_11_rejectsOmittedMember() public {
        IBeaconLightClient.Update memory u = _update("absent_5");
        u.absent = _without(u.absent, 2);
        _rejects(u, abi.encodeWithSelector(BeaconVerifier.BeaconAbsentCount.selector, 5, 4));
        u.absent = new IBeaconLightClient.AbsentMember[](0);
        _rejects(u, abi.encodeWithSelector(BeaconVerifier.BeaconAbsentCount.selector, 5, 0));
    }

    function test_BCN_11_rejectsAdditionalMember() public {
        IBeaconLightClient.Update memory u = _update("absent_5");
        IBeaconLightClient.AbsentMember[] memory more = new IBeaconLightClient.AbsentMember[](6);
        for (uint256 i = 0; i < 6; ++i) {
            more[i] = u.absent[i % 5];
        }
        u.absent = more;
        _rejects(u, abi.encodeWithSelector(BeaconVerifier.BeaconAbsentCount.selector, 5, 6));
    }

    /// @dev A signer's bit cleared, or an absent member's set: the count gives it away.
    function test_BCN_11_rejectsChangedBit() public {
        IBeaconLightClient.Update memory u = _update("absent_5");
        u.participation[0] ^= _bit(u.absent[0].index);
        _rejects(u, abi.encodeWithSelector(BeaconVerifier.BeaconAbsentCount.selector, 4, 5));
    }

    // ── BCN-12: indices ─────────────────────────────────────────────────────────────────────────────────────────

    function test_BCN_12_rejectsDisorder() public {
        IBeaconLightClient.Update memory u = _update("absent_5");
        (u.absent[1], u.absent[2]) = (u.absent[2], u.absent[1]);
        _rejectsIndex(u, 2);
        u = _update("absent_5");
        u.absent[4] = u.absent[3];
        _rejectsIndex(u, 4);
        u = _update("absent_5");
        u.absent[1] = u.absent[0];
        _rejectsIndex(u, 1);
    }

    function test_BCN_12_rejectsOutOfRange() public {
        IBeaconLightClient.Update memory u = _update("absent_5");
        uint256[4] memory indices = [uint256(512), 512 + u.absent[4].index, 2 ** 128, type(uint256).max];
        for (uint256 i = 0; i < indices.length; ++i) {
            u.absent[4].index = indices[i];
            _rejectsIndex(u, 4);
        }
        // Out of range at the first place: the next index cannot hide it.
        u.absent[0].index = type(uint256).max;
        _rejectsIndex(u, 0);
    }

    function test_BCN_12_rejectsSigner() public {
        IBeaconLightClient.Update memory u = _update("absent_5");
        // 3 and 511 are absent; 4 signed.
        assertEq(u.absent[0].index, 3);
        u.absent[0].index = 4;
        _rejectsIndex(u, 0);
    }

    /// @dev Bits counted from the other end of their byte, or bytes from the other end, are other members.
    function test_BCN_12_rejectsOtherBitOrder() public {
        IBeaconLightClient.Update memory u = _update("absent_5");
        u.participation[0] ^= _bit(3) ^ _bit(4);
        _rejectsIndex(u, 0);
        u = _update("absent_5");
        (u.participation[0], u.participation[1]) = (u.participation[1], u.participation[0]);
        _rejectsIndex(u, 0);
    }

    // ── BCN-13: committee root ──────────────────────────────────────────────────────────────────────────────────

    function test_BCN_13_rejectsKeyOfOtherPosition() public {
        IBeaconLightClient.Update memory u = _update("absent_5");
        (u.absent[1].key, u.absent[2].key) = (u.absent[2].key, u.absent[1].key);
        _rejectsRoot(u);
        u = _update("absent_5");
        u.absent[0].key = u.aggregateKey;
        _rejectsRoot(u);
    }

    function test_BCN_13_rejectsOtherPositionOfKey() public {
        IBeaconLightClient.Update memory u = _update("absent_5");
        // The bits and the index agree; only the tree knows better.
        u.participation[0] ^= _bit(3) ^ _bit(4);
        u.absent[0].index = 4;
        _rejectsRoot(u);
    }

    function test_BCN_13_rejectsNegatedKeys() public {
        IBeaconLightClient.Update memory u = _update("absent_5");
        u.absent[1].key = _negated(u.absent[1].key);
        _rejectsRoot(u);
        u = _update("absent_5");
        u.aggregateKey = _negated(u.aggregateKey);
        _rejectsRoot(u);
    }

    function test_BCN_13_rejectsOtherAggregate() public {
        IBeaconLightClient.Update memory u = _update("absent_5");
        u.aggregateKey = u.absent[1].key;
        _rejectsRoot(u);
    }

    function test_BCN_13_rejectsZeroKey() public {
        IBeaconLightClient.Update memory u = _update("absent_5");
        delete u.absent[1].key;
        _rejectsRoot(u);
    }

    function test_BCN_13_rejectsOtherWitness() public {
        IBeaconLightClient.Update memory u = _update("absent_5");
        for (uint256 i = 0; i < u.witness.length; i += 7) {
            u.witness[i] = _flipped(u.witness[i]);
            _rejectsRoot(u);
            u.witness[i] = _flipped(u.witness[i]);
        }
    }

    function test_BCN_13_rejectsWitnessOfWrongLength() public {
        IBeaconLightClient.Update memory u = _update("absent_5");
        bytes32[] memory witness = u.witness;
        uint256 n = witness.length;
        u.witness = _resized(witness, n - 1);
        _rejects(u, abi.encodeWithSelector(SSZ.SszWitnessShort.selector, n - 1));
        u.witness = _resized(witness, n + 1);
        _rejects(u, abi.encodeWithSelector(SSZ.SszWitnessLong.selector, n, n + 1));
        u.witness = _resized(witness, 0);
        _rejects(u, abi.encodeWithSelector(SSZ.SszWitnessShort.selector, 0));
    }

    function test_BCN_13_rejectsWitnessOfWrongLengthWithoutAbsent() public {
        IBeaconLightClient.Update memory u = _update("absent_0");
        bytes32[] memory witness = u.witness;
        assertEq(witness.length, 1);
        u.witness = _resized(witness, 0);
        _rejects(u, abi.encodeWithSelector(SSZ.SszWitnessShort.selector, 0));
        u.witness = _resized(witness, 2);
        _rejects(u, abi.encodeWithSelector(SSZ.SszWitnessLong.selector, 1, 2));
        u.witness = witness;
        u.witness[0] = _flipped(u.witness[0]);
        _rejectsRoot(u);
    }

    /// @dev Signed by the current committee after its period, or by the next one before it: the period says who has to sign.
    function test_BCN_13_rejectsOtherCommittee() public {
        client = _deployFor("tail_old_committee");
        _rejects(
            _update("tail_old_committee"),
            abi.encodeWithSelector(BeaconVerifier.BeaconCommitteeRoot.selector, _committee(14), _committee(13))
        );
        client = _deployFor("learn_same");
        IBeaconLightClient.Update memory u = _update("learn_same");
        IBeaconLightClient.Update memory next = _update("rotate_without_next");
        (u.aggregateKey, u.witness) = (next.aggregateKey, next.witness);
        _rejects(u, abi.encodeWithSelector(BeaconVerifier.BeaconCommitteeRoot.selector, _committee(13), _committee(14)));
    }

    function test_BCN_13_acceptsCommitteeOfSignaturePeriod() public {
        client = _deployFor("tail_signed_late");
        client.update(_update("tail_signed_late"));
        assertEq(client.trusted().currentCommitteeRoot, _committee(13), "not rotated");
        client = _deployFor("tail_attested_late");
        client.update(_update("tail_attested_late"));
        assertEq(client.trusted().currentCommitteeRoot, _committee(13), "not rotated");
        assertEq(client.trusted().nextCommitteeRoot, _committee(14), "not rotated");
    }

    // ── BCN-14: signature ───────────────────────────────────────────────────────────────────────────────────────

    function test_BCN_14_acceptsSignature() public {
        client.update(_update("absent_5"));
    }

    function test_BCN_14_rejectsSignatureOfOtherDomain() public {
        string[4] memory names =
            ["domain_attester", "domain_network", "version_first_slot_new", "version_second_slot_old"];
        for (uint256 i = 0; i < names.length; ++i) {
            client = _deployFor(names[i]);
            _rejects(_update(names[i]), abi.encodeWithSelector(BLS12381.BlsInvalidSignature.selector));
        }
    }

    function test_BCN_14_rejectsOtherAttestedHeader() public {
        for (uint256 i = 0; i < 4; ++i) {
            IBeaconLightClient.Update memory u = _update("absent_5");
            if (i == 0) --u.attested.slot;
            if (i == 1) ++u.attested.proposerIndex;
            if (i == 2) u.attested.parentRoot = _flipped(u.attested.parentRoot);
            if (i == 3) u.attested.bodyRoot = _flipped(u.attested.bodyRoot);
            _rejects(u, abi.encodeWithSelector(BLS12381.BlsInvalidSignature.selector));
        }
    }

    function test_BCN_14_rejectsSignatureOfOtherUpdate() public {
        IBeaconLightClient.Update memory u = _update("absent_5");
        u.signature = _update("absent_2").signature;
        _rejects(u, abi.encodeWithSelector(BLS12381.BlsInvalidSignature.selector));
    }

    function test_BCN_14_rejectsInfinity() public {
        IBeaconLightClient.Update memory u = _update("absent_5");
        delete u.signature;
        _rejects(u, abi.encodeWithSelector(BLS12381.BlsInfinity.selector));
    }

    /// @dev y is bound by its sign only: what keeps it is the curve.
    function test_BCN_14_rejectsOtherYOfSameSign() public {
        IBeaconLightClient.Update memory u = _update("absent_5");
        u.absent[3].key[2] = _flipped(u.absent[3].key[2]);
        _rejects(u, abi.encodeWithSelector(BLS12381.BlsInvalidPoint.selector));
        u = _update("absent_5");
        u.aggregateKey[2] = _flipped(u.aggregateKey[2]);
        _rejects(u, abi.encodeWithSelector(BLS12381.BlsInvalidPoint.selector));
        u = _update("absent_0");
        u.aggregateKey[2] = _flipped(u.aggregateKey[2]);
        _rejects(u, abi.encodeWithSelector(BLS12381.BlsInvalidPoint.selector));
    }

    /// @dev The compressed form has flags where an x beyond 381 bits would have value: such an x passes the root, not the curve.
    function test_BCN_14_rejectsFlagsInX() public {
        IBeaconLightClient.Update memory u = _update("absent_5");
        u.absent[3].key[0] |= bytes32(uint256(0x80) << 248);
        _rejects(u, abi.encodeWithSelector(BLS12381.BlsInvalidPoint.selector));
    }

    // ── Helpers ─────────────────────────────────────────────────────────────────────────────────────────────────

    function _rejects(IBeaconLightClient.Update memory u, bytes memory error_) private {
        vm.expectRevert(error_);
        client.update(u);
    }

    function _rejectsIndex(IBeaconLightClient.Update memory u, uint256 position) private {
        _rejects(u, abi.encodeWithSelector(BeaconVerifier.BeaconAbsentIndex.selector, position));
    }

    /// @dev Computes the root that the update proves, by the library's parts.
    function _rejectsRoot(IBeaconLightClient.Update memory u) private {
        uint256[] memory positions = new uint256[](u.absent.length);
        bytes32[] memory leaves = new bytes32[](u.absent.length);
        for (uint256 i = 0; i < leaves.length; ++i) {
            (positions[i], leaves[i]) = (u.absent[i].index, harness.keyLeaf(u.absent[i].key));
        }
        bytes32 keysRoot = harness.multiproofRoot(positions, leaves, 9, u.witness);
        bytes32 got = sha256(bytes.concat(keysRoot, harness.keyLeaf(u.aggregateKey)));
        _rejects(u, abi.encodeWithSelector(BeaconVerifier.BeaconCommitteeRoot.selector, _committee(13), got));
    }

    function _bit(uint256 index) private pure returns (bytes32) {
        assertLt(index, 256);
        return bytes32(uint256(1) << (248 - index / 8 * 8 + index % 8));
    }

    function _without(IBeaconLightClient.AbsentMember[] memory from, uint256 place)
        private
        pure
        returns (IBeaconLightClient.AbsentMember[] memory to)
    {
        to = new IBeaconLightClient.AbsentMember[](from.length - 1);
        for (uint256 i = 0; i < to.length; ++i) {
            to[i] = from[i < place ? i : i + 1];
        }
    }

    function _negated(bytes32[3] memory key) private pure returns (bytes32[3] memory) {
        uint256 pLow = 0x64774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab;
        uint256 pHigh = 0x1a0111ea397fe69a4b1ba7b6434bacd7;
        uint256 middle = uint256(key[1]);
        uint256 yLow = uint256(key[2]);
        unchecked {
            uint256 yHigh = pHigh - (middle & type(uint128).max) - (yLow > pLow ? 1 : 0);
            return [key[0], bytes32(middle >> 128 << 128 | yHigh), bytes32(pLow - yLow)];
        }
    }
}
