// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMapLightClient} from "../../src/interfaces/IMapLightClient.sol";
import {BN254} from "../../src/libraries/BN254.sol";
import {HashToG1} from "../../src/libraries/HashToG1.sol";
import {MapValidators} from "../../src/libraries/MapValidators.sol";
import {MapLightClient} from "../../src/light-clients/MapLightClient.sol";
import {MapVerifier} from "../../src/light-clients/MapVerifier.sol";
import {MapChain} from "../support/MapChain.sol";
import {MapTest} from "../support/MapTest.sol";

/// @notice MAP-4 to MAP-8, MAP-12 and MAP-13, the signature, and what an update changes.
contract MapClientTest is MapTest {
    using MapChain for MapChain.Block;
    using MapChain for uint256[];

    uint256[] private set = MapChain.secrets(4);
    uint256[] private none;
    MapLightClient private client;

    function setUp() public {
        client = _deploy(set);
    }

    // ── Epochs ──────────────────────────────────────────────────────────────────────────────────────────────────

    function test_MAP_4_accepts_rejects_epochsHeld() public {
        uint64[3] memory numbers = [uint64(301), 400, 401];
        for (uint256 i = 0; i < 3; ++i) {
            bytes memory encoded = _update(set, _block(numbers[i]));
            _refuses(client, _unknownEpoch(i < 2 ? 4 : 5, 3), encoded);
        }
        _accepts(client, set, _block(300));
        _accepts(client, set, _block(301));
        _accepts(client, set, _block(400));
        _accepts(client, set, _block(401));
        _accepts(client, set, _block(300));
        _refuses(client, _unknownEpoch(6, 5), _update(set, _block(501)));
    }

    /// @dev The set of the checkpoint does not speak for the epochs before it, if these are after the fork.
    function test_MAP_4_rejects_epochsBeforeTheCheckpoint() public {
        IMapLightClient.Config memory config = _config();
        config.forkHeight = 0;
        client = new MapLightClient(config, _checkpoint(set), set.commitment());
        _accepts(client, set, _block(201));
        _refuses(client, _unknownEpoch(2, 3), _update(set, _block(200)));
        _refuses(client, _unknownEpoch(1, 3), _update(set, _block(1)));
        _refuses(client, _unknownEpoch(0, 3), _update(set, _block(0)));
    }

    /// @dev Eight sets are held.
    function test_MAP_4_accepts_rejects_ring() public {
        vm.warp(_time(2000));
        for (uint64 epoch = 3; epoch < 14; ++epoch) {
            uint64 oldest = epoch < 11 ? 3 : epoch - 7;
            for (uint64 e = 0; e <= epoch + 1; ++e) {
                assertEq(client.commitmentOf(e), e < oldest || e > epoch ? bytes32(0) : set.commitment());
            }
            client.verifyUpdate(_update(set, _block(oldest * EPOCH_SIZE)));
            if (oldest > 3) {
                _refuses(client, _unknownEpoch(oldest - 1, epoch), _update(set, _block(oldest * EPOCH_SIZE - 100)));
            }
            client.update(_update(set, _block(epoch * EPOCH_SIZE)));
        }
    }

    /// @dev A later header's epoch is the one that the header before has reached.
    function test_MAP_4_rejects_epochsOutOfOrder() public {
        bytes memory first = _sealed(set, _block(300));
        uint64[4] memory numbers = [uint64(300), 299, 401, 500];
        for (uint256 i = 0; i < 4; ++i) {
            bytes memory encoded = set.update(bytes.concat(first, _sealed(set, _block(numbers[i]))));
            _refuses(client, _unknownEpoch(i < 2 ? 3 : 5, 4), encoded);
        }
        client.update(set.update(bytes.concat(first, _sealed(set, _block(400)))));
        // Held or not.
        _refuses(client, _unknownEpoch(5, 4), set.update(bytes.concat(first, _sealed(set, _block(401)))));
    }

    function test_MAP_5_rejects_otherSets() public {
        bytes32 expected = set.commitment();
        uint256[] memory other = MapChain.secrets(4);
        (other[0], other[1]) = (other[1], other[0]);
        _refusesSet(expected, other);
        _refusesSet(expected, MapChain.secrets(3));
        _refusesSet(expected, MapChain.secrets(5));
        other = MapChain.secrets(4);
        other[3] = 9;
        _refusesSet(expected, other);
        // Keys, and then their sum: all of it is committed.
        bytes memory encoded = _update(set, _block(300));
        for (uint256 i = 2; i < 2 + 64 * 5; i += 31) {
            encoded[i] ^= 0x01;
            bytes memory listed = _part(encoded, 2, 64 * 5);
            _refuses(
                client,
                abi.encodeWithSelector(MapVerifier.MapSetCommitment.selector, expected, keccak256(listed)),
                encoded
            );
            encoded[i] ^= 0x01;
        }
    }

    /// @dev A quorum may sign the end of an epoch twice. The set that follows is the one that came first.
    function test_MAP_5_accepts_rejects_secondEndOfAnEpoch() public {
        uint256[] memory next = set.changed(1, _list(9));
        _accepts(client, set, _block(300, 1, _list(9)));
        _accepts(client, set, _block(300, 1, _list(9)));
        _accepts(client, next, _block(301));
        bytes32 expected = next.commitment();
        bytes memory error = abi.encodeWithSelector(MapVerifier.MapSetCommitment.selector, expected, set.commitment());
        _refuses(client, error, _update(set, _block(300)));
        bytes32 got = set.changed(2, _list(9)).commitment();
        error = abi.encodeWithSelector(MapVerifier.MapSetCommitment.selector, expected, got);
        _refuses(client, error, _update(set, _block(300, 2, _list(9))));
        assertEq(client.commitmentOf(4), expected);
    }

    // ── Time ────────────────────────────────────────────────────────────────────────────────────────────────────

    function test_MAP_6_accepts_rejects_now() public {
        bytes memory encoded = _update(set, _block(300));
        vm.warp(_time(300) - 1);
        _refuses(
            client, abi.encodeWithSelector(MapVerifier.MapFutureHeader.selector, _time(300), _time(300) - 1), encoded
        );
        vm.warp(_time(300));
        client.update(encoded);
    }

    /// @dev Of the last block of the newest epoch alone. The checkpoint's time is that of block 200.
    function test_MAP_6_accepts_rejects_timeBackwards() public {
        MapChain.Block memory b = _block(300);
        b.time = _time(200) - 1;
        _refuses(
            client,
            abi.encodeWithSelector(MapVerifier.MapTimeBackwards.selector, _time(200), _time(200) - 1),
            _update(set, b)
        );
        MapChain.Block memory within = _block(299);
        within.time = 0;
        _accepts(client, set, within);
        b.time = _time(200);
        _accepts(client, set, b);
        b.time = 0;
        _accepts(client, set, b);
        assertEq(client.trusted().time, _time(200));
    }

    /// @dev The newest epoch and its time move on within an update.
    function test_MAP_6_rejects_timeBackwardsWithinAnUpdate() public {
        MapChain.Block memory b = _block(400);
        b.time = _time(300) - 1;
        bytes memory encoded = set.update(bytes.concat(_sealed(set, _block(300)), _sealed(set, b)));
        _refuses(
            client, abi.encodeWithSelector(MapVerifier.MapTimeBackwards.selector, _time(300), _time(300) - 1), encoded
        );
        client.update(_update(set, _block(300)));
        _refuses(
            client, abi.encodeWithSelector(MapVerifier.MapTimeBackwards.selector, _time(300), _time(300) - 1), encoded
        );
    }

    // ── Signers ─────────────────────────────────────────────────────────────────────────────────────────────────

    function test_MAP_7_rejects_bitsBeyondTheSet() public {
        bytes memory header = _block(300).header();
        bytes memory message = MapChain.message(header, "");
        for (uint256 bit = 4; bit < 8; ++bit) {
            bytes memory bits = MapChain.bitmap(8, 0x1f | 2 ** bit);
            bytes memory seal = MapChain.seal(message, set.sum(15));
            bytes memory encoded = set.update(MapChain.sealedBy(header, "", bits, seal, MapChain.hints(message)));
            _refuses(client, abi.encodeWithSelector(MapValidators.MapBitBeyondSet.selector, bit, 4), encoded);
        }
    }

    function test_MAP_7_accepts_everySigner() public {
        bytes memory header = _block(299).header();
        for (uint256 signers = 0; signers < 16; ++signers) {
            uint256 count = MapValidators.count(signers);
            if (count < 3) continue;
            bytes memory encoded = set.update(MapChain.sealedHeader(header, set, signers, 0));
            _accepts(client, encoded, 299, keccak256(header), _block(299).receiptsRoot);
        }
    }

    /// @dev Two thirds, rounded up, of sets of every small size, and of the largest.
    function test_MAP_8_accepts_rejects_quorum() public {
        for (uint256 size = 1; size <= 13; ++size) {
            _quorum(size == 13 ? 256 : size);
        }
    }

    function test_BNS_1_rejects_hints() public {
        bytes memory encoded = _update(set, _block(300));
        // The last bytes are a root of the second half.
        encoded[encoded.length - 1] ^= 0x01;
        vm.expectPartialRevert(HashToG1.Bn254HintRoot.selector);
        client.update(encoded);
        bytes memory header = _block(300).header();
        bytes memory message = MapChain.message(header, "");
        bytes memory hints = MapChain.hints(message);
        hints[1] ^= 0x01;
        encoded = set.update(MapChain.sealedBy(header, "", hex"07", MapChain.seal(message, set.sum(7)), hints));
        _refuses(client, abi.encodeWithSelector(HashToG1.Bn254HintInverse.selector, 0), encoded);
        // The hints of another message.
        hints = MapChain.hints(MapChain.message(header, hex"01"));
        encoded = set.update(MapChain.sealedBy(header, "", hex"07", MapChain.seal(message, set.sum(7)), hints));
        _refuses(client, abi.encodeWithSelector(HashToG1.Bn254HintInverse.selector, 0), encoded);
    }

    /// @dev Two of three keys cancel out: that they signed is nothing that can be shown.
    function test_BNS_2_rejects_signersWithoutSum() public {
        uint256 order =
            21_888_242_871_839_275_222_246_405_745_257_275_088_548_364_400_416_034_343_698_204_186_575_808_495_617;
        uint256[] memory cancelling = MapChain.secrets(3);
        cancelling[1] = order - cancelling[0];
        client = _deploy(cancelling);
        bytes memory header = _block(300).header();
        bytes memory message = MapChain.message(header, "");
        bytes memory seal = MapChain.seal(message, 1);
        bytes memory encoded = cancelling.update(MapChain.sealedBy(header, "", hex"03", seal, MapChain.hints(message)));
        _refuses(client, abi.encodeWithSelector(BN254.Bn254Infinity.selector), encoded);
        encoded = cancelling.update(MapChain.sealedBy(header, "", hex"03", new bytes(192), MapChain.hints(message)));
        _refuses(client, abi.encodeWithSelector(BN254.Bn254Infinity.selector), encoded);
    }

    function test_BNS_2_rejects_points() public {
        bytes memory header = _block(300).header();
        bytes memory message = MapChain.message(header, "");
        bytes memory seal = MapChain.seal(message, set.sum(7));
        seal[63] ^= 0x01;
        bytes memory encoded = set.update(MapChain.sealedBy(header, "", hex"07", seal, MapChain.hints(message)));
        _refuses(client, abi.encodeWithSelector(BN254.Bn254InvalidPoint.selector), encoded);
    }

    /// @dev Whoever is said to have signed did; the round is the one that they signed; and so is every byte of the header.
    function test_BNS_3_rejects_otherSignersRoundsAndHeaders() public {
        bytes memory header = _block(300).header();
        bytes memory message = MapChain.message(header, "");
        bytes memory seal = MapChain.seal(message, set.sum(7));
        bytes memory hints = MapChain.hints(message);
        bytes memory error = abi.encodeWithSelector(BN254.Bn254InvalidSignature.selector);
        _refuses(client, error, set.update(MapChain.sealedBy(header, "", hex"0b", seal, hints)));
        _refuses(client, error, set.update(MapChain.sealedBy(header, "", hex"0f", seal, hints)));
        // The hints are those of what is said to be signed, which is another message.
        hints = MapChain.hints(MapChain.message(header, hex"01"));
        _refuses(client, error, set.update(MapChain.sealedBy(header, hex"01", hex"07", seal, hints)));
        MapChain.Block memory b = _block(300);
        b.receiptsRoot = keccak256("another");
        hints = MapChain.hints(MapChain.message(b.header(), ""));
        _refuses(client, error, set.update(MapChain.sealedBy(b.header(), "", hex"07", seal, hints)));
        // Who joins is signed.
        b = _block(300, 0, _list(9));
        hints = MapChain.hints(MapChain.message(b.header(), ""));
        _refuses(client, error, set.update(MapChain.sealedBy(b.header(), "", hex"07", seal, hints)));
    }

    // ── What follows ────────────────────────────────────────────────────────────────────────────────────────────

    function test_MAP_12_accepts_changes() public {
        uint256[] memory next = set.changed(0x05, _list(9, 11));
        vm.expectEmit(address(client));
        emit IMapLightClient.EpochEntered(4, next.commitment(), 4);
        client.update(_update(set, _block(300, 0x05, _list(9, 11))));
        assertEq(client.commitmentOf(4), next.commitment());
        bytes32 got = set.commitment();
        _refuses(
            client,
            abi.encodeWithSelector(MapVerifier.MapSetCommitment.selector, next.commitment(), got),
            _update(set, _block(301))
        );
        _accepts(client, next, _block(301));
        // It grows and shrinks within one update.
        uint256[] memory nine = _others(9);
        uint256[] memory third = next.changed(0, nine);
        uint256[] memory fourth = third.changed(0x1ff, none);
        bytes memory encoded = next.update(
            bytes.concat(
                _sealed(next, _block(400, 0, nine)),
                _sealed(third, _block(500, 0x1ff, none)),
                _sealed(fourth, _block(501))
            )
        );
        _accepts(client, encoded, 501, keccak256(_block(501).header()), _block(501).receiptsRoot);
        assertEq(client.commitmentOf(5), third.commitment());
        assertEq(client.commitmentOf(6), fourth.commitment());
    }

    function test_MAP_12_rejects_changes() public {
        _refuses(
            client,
            abi.encodeWithSelector(MapValidators.MapBitBeyondSet.selector, 5, 4),
            _update(set, _block(300, 0x30, none))
        );
        _refuses(
            client, abi.encodeWithSelector(MapValidators.MapSetSize.selector, 0), _update(set, _block(300, 15, none))
        );
        bytes memory error = abi.encodeWithSelector(MapValidators.MapDuplicateKey.selector, 3);
        _refuses(client, error, _update(set, _block(300, 1, _list(set[1]))));
        // The others are those of the library's suite.
    }

    function test_MAP_13_accepts_rejects_headersBehind() public {
        bytes memory encoded = set.update(bytes.concat(_sealed(set, _block(299)), _sealed(set, _block(300))));
        _refuses(client, abi.encodeWithSelector(MapVerifier.MapNotEpochEnd.selector, 299), encoded);
        // What comes before has been asked.
        encoded = set.update(bytes.concat(_sealed(set, _block(299, 1, none)), hex"00"));
        _refuses(client, abi.encodeWithSelector(MapVerifier.MapChangeWithinEpoch.selector, 299), encoded);
        encoded = set.update(bytes.concat(_sealed(set, _block(300)), _sealed(set, _block(301))));
        _accepts(client, encoded, 301, keccak256(_block(301).header()), _block(301).receiptsRoot);
    }

    /// @dev C6: the same headers in one update and in many lead to the same trusted state.
    function test_MAP_13_accepts_C6_oneUpdateAsMany() public {
        vm.warp(_time(3000));
        MapLightClient other = new MapLightClient(_config(), _checkpoint(set), set.commitment());
        uint256[] memory now_ = set;
        bytes memory headers;
        for (uint64 number = 300; number <= 1500; number += EPOCH_SIZE) {
            uint256[] memory added = number % 200 == 0 ? _list(number) : none;
            MapChain.Block memory b = _block(number, number % 400 == 0 ? 3 : 0, added);
            headers = bytes.concat(headers, _sealed(now_, b));
            client.update(_update(now_, b));
            now_ = now_.changed(b.removed, b.added);
        }
        other.update(set.update(headers));
        assertEq(other.latestHead(), 1);
        assertEq(client.latestHead(), 13);
        assertEq(other.headHash(1), client.headHash(13));
        assertEq(other.receiptsRoot(1), client.receiptsRoot(13));
        IMapLightClient.Trusted memory a = client.trusted();
        IMapLightClient.Trusted memory b_ = other.trusted();
        assertEq(a.epoch, 16);
        assertEq(a.commitment, now_.commitment());
        (a.latestHead, b_.latestHead) = (0, 0);
        assertEq(abi.encode(a), abi.encode(b_));
        for (uint64 epoch = 0; epoch < 20; ++epoch) {
            assertEq(client.commitmentOf(epoch), other.commitmentOf(epoch));
        }
    }

    function _unknownEpoch(uint64 epoch, uint64 expected) private pure returns (bytes memory) {
        return abi.encodeWithSelector(MapVerifier.MapUnknownEpoch.selector, epoch, expected);
    }

    function _refusesSet(bytes32 expected, uint256[] memory other) private {
        bytes32 got = other.commitment();
        bytes memory encoded = _update(other, _block(300));
        _refuses(client, abi.encodeWithSelector(MapVerifier.MapSetCommitment.selector, expected, got), encoded);
    }

    /// @dev Secrets of validators that are in no set yet.
    function _others(uint256 count) private pure returns (uint256[] memory others) {
        others = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            others[i] = 5000 + i;
        }
    }

    function _quorum(uint256 size) private {
        uint256[] memory validators = MapChain.secrets(size);
        client = _deploy(validators);
        uint256 required = size - size / 3;
        bytes memory encoded = MapChain.update(validators, _block(300), required - 1 == 0 ? 1 : required - 1);
        if (required == 1) {
            // Nobody cannot sign: the seal is that of somebody.
            bytes memory header = _block(300).header();
            bytes memory message = MapChain.message(header, "");
            encoded = validators.update(
                MapChain.sealedBy(header, "", hex"00", MapChain.seal(message, 1), MapChain.hints(message))
            );
        }
        _refuses(client, abi.encodeWithSelector(MapVerifier.MapQuorum.selector, required - 1, required), encoded);
        client.update(MapChain.update(validators, _block(300), required));
    }

    function _part(bytes memory data, uint256 from, uint256 length) private pure returns (bytes memory part) {
        part = new bytes(length);
        for (uint256 i = 0; i < length; ++i) {
            part[i] = data[from + i];
        }
    }
}
