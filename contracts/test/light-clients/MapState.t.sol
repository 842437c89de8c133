// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ILightClient} from "../../src/interfaces/ILightClient.sol";
import {IMapLightClient} from "../../src/interfaces/IMapLightClient.sol";
import {BN254} from "../../src/libraries/BN254.sol";
import {BlockHistory} from "../../src/libraries/BlockHistory.sol";
import {MapUpdate} from "../../src/libraries/MapUpdate.sol";
import {MapValidators} from "../../src/libraries/MapValidators.sol";
import {MapLightClient} from "../../src/light-clients/MapLightClient.sol";
import {MapVerifier} from "../../src/light-clients/MapVerifier.sol";
import {MapChain} from "../support/MapChain.sol";
import {MapCurve} from "../support/MapCurve.sol";
import {MapTest} from "../support/MapTest.sol";

/// @notice MAP-14 to MAP-16 and CLI-1 to CLI-3: how a client of the MAP relay chain begins and ends, and what it answers.
contract MapStateTest is MapTest {
    using MapChain for MapChain.Block;
    using MapChain for uint256[];

    uint256[] private set = MapChain.secrets(4);
    MapLightClient private client;

    function setUp() public {
        client = _deploy(set);
    }

    // ── MAP-14, MAP-16 ──────────────────────────────────────────────────────────────────────────────────────────

    function test_MAP_14_16_accepts_checkpoint() public {
        vm.expectEmit();
        emit IMapLightClient.Bootstrapped(FIRST_EPOCH, set.commitment());
        client = new MapLightClient(_config(), _checkpoint(set), set.commitment());
        assertEq(client.chainId(), CHAIN_ID);
        assertEq(client.latestHead(), 0);
        assertEq(abi.encode(client.config()), abi.encode(_config()));
        IMapLightClient.Trusted memory expected =
            IMapLightClient.Trusted(FIRST_EPOCH, _time(200), set.commitment(), 0, 0);
        assertEq(abi.encode(client.trusted()), abi.encode(expected));
        assertEq(client.commitmentOf(FIRST_EPOCH), set.commitment());
        assertEq(client.commitmentOf(FIRST_EPOCH - 1), 0);
        assertEq(client.commitmentOf(FIRST_EPOCH + 1), 0);
    }

    function test_MAP_14_rejects_keys() public {
        IMapLightClient.Checkpoint memory checkpoint = _checkpoint(set);
        bytes memory keys = checkpoint.keys;
        checkpoint.keys = "";
        _refusesCheckpoint(abi.encodeWithSelector(MapValidators.MapSetSize.selector, 0), checkpoint, 0);
        checkpoint.keys = new bytes(257 * 64);
        _refusesCheckpoint(abi.encodeWithSelector(MapValidators.MapSetSize.selector, 257), checkpoint, 0);
        checkpoint.keys = bytes.concat(keys, new bytes(64));
        _refusesCheckpoint(abi.encodeWithSelector(MapValidators.MapInvalidKey.selector, 4), checkpoint, 0);
        checkpoint.keys = bytes.concat(keys, MapCurve.g1(set[3]));
        _refusesCheckpoint(abi.encodeWithSelector(MapValidators.MapDuplicateKey.selector, 4), checkpoint, 0);
        checkpoint.keys = bytes.concat(keys, new bytes(63));
        _refusesCheckpoint(abi.encodeWithSelector(MapUpdate.MapUpdateLength.selector, 320, 319), checkpoint, 0);
    }

    function test_MAP_14_rejects_otherCommitments() public {
        bytes32 got = set.commitment();
        _refusesCheckpoint(
            abi.encodeWithSelector(MapVerifier.MapSetCommitment.selector, keccak256("trusted"), got),
            _checkpoint(set),
            keccak256("trusted")
        );
        _refusesCheckpoint(
            abi.encodeWithSelector(MapVerifier.MapSetCommitment.selector, bytes32(0), got), _checkpoint(set), 0
        );
    }

    /// @dev The last block of the checkpoint's epoch has to be after the fork.
    function test_MAP_14_accepts_rejects_fork() public {
        IMapLightClient.Checkpoint memory checkpoint = _checkpoint(set);
        bytes32 commitment = set.commitment();
        checkpoint.epoch = 2;
        _refusesCheckpoint(abi.encodeWithSelector(MapVerifier.MapPreFork.selector, 200, FORK), checkpoint, commitment);
        checkpoint.epoch = 0;
        _refusesCheckpoint(abi.encodeWithSelector(MapVerifier.MapPreFork.selector, 0, FORK), checkpoint, commitment);
        IMapLightClient.Config memory config = _config();
        config.forkHeight = 300;
        checkpoint.epoch = 3;
        new MapLightClient(config, checkpoint, commitment);
        // The product may exceed 64 bits.
        checkpoint.epoch = type(uint64).max;
        new MapLightClient(config, checkpoint, commitment);
    }

    function test_MAP_14_CLI_2_rejects_expired() public {
        IMapLightClient.Checkpoint memory checkpoint = _checkpoint(set);
        bytes32 commitment = set.commitment();
        uint64 expiry = _time(200) + TRUSTING_PERIOD;
        vm.warp(expiry);
        new MapLightClient(_config(), checkpoint, commitment);
        vm.warp(expiry + 1);
        _refusesCheckpoint(
            abi.encodeWithSelector(ILightClient.ClientExpired.selector, expiry, expiry + 1), checkpoint, commitment
        );
    }

    function test_MAP_16_rejects_zerosAndEpochsOfOneBlock() public {
        IMapLightClient.Checkpoint memory checkpoint = _checkpoint(set);
        checkpoint.keys = "";
        for (uint256 i = 0; i < 4; ++i) {
            IMapLightClient.Config memory config = _config();
            if (i == 0) config.chainId = 0;
            if (i == 1) config.epochSize = 0;
            if (i == 3) config.epochSize = 1;
            if (i == 2) config.trustingPeriod = 0;
            vm.expectRevert(MapVerifier.MapConfig.selector);
            new MapLightClient(config, checkpoint, 0);
        }
    }

    // ── MAP-15 ──────────────────────────────────────────────────────────────────────────────────────────────────

    function test_MAP_15_accepts_twoBlocksOfOneNumber() public {
        (bytes memory left, bytes memory right) = (_update(set, _block(299)), _update(set, _other(299)));
        client.update(left);
        vm.expectEmit(address(client));
        emit IMapLightClient.Frozen(299, keccak256(_block(299).header()), keccak256(_other(299).header()));
        client.submitMisbehaviour(left, right);
        assertEq(client.trusted().frozenAt, block.timestamp);
    }

    /// @dev The last headers count, wherever the updates begin, in every epoch whose set is held.
    function test_MAP_15_accepts_updatesOfSeveralHeaders() public {
        bytes memory left = set.update(bytes.concat(_sealed(set, _block(300)), _sealed(set, _block(350))));
        bytes memory right = set.update(bytes.concat(_sealed(set, _other(300)), _sealed(set, _other(350))));
        client.submitMisbehaviour(left, right);
        assertEq(client.trusted().frozenAt, block.timestamp);

        client = _deploy(set);
        client.update(set.update(bytes.concat(_sealed(set, _block(300)), _sealed(set, _block(400)))));
        client.submitMisbehaviour(_update(set, _block(300)), _update(set, _other(300)));
        assertEq(client.trusted().frozenAt, block.timestamp);
    }

    /// @dev The worst there is, and the one conflict that no update can show: after it the sets themselves differ.
    function test_MAP_15_accepts_twoSuccessorsOfOneSet() public {
        uint256[] memory joining = new uint256[](1);
        joining[0] = 77;
        bytes memory left = _update(set, _block(300));
        bytes memory right = _update(set, _block(300, 1, joining));
        client.update(left);
        bytes32 got = set.changed(1, joining).commitment();
        vm.expectRevert(abi.encodeWithSelector(MapVerifier.MapSetCommitment.selector, set.commitment(), got));
        client.update(right);
        client.submitMisbehaviour(left, right);
        assertEq(client.trusted().frozenAt, block.timestamp);
    }

    /// @dev Not only who follows is evidence, but also what they signed, behind the header that brought them.
    function test_MAP_15_accepts_whatAnotherSuccessorSigned() public {
        uint256[] memory next = set.changed(1, _list(9));
        uint256[] memory other = set.changed(2, _list(9));
        bytes memory left = _update(next, _block(350));
        bytes memory right =
            set.update(bytes.concat(_sealed(set, _block(300, 2, _list(9))), _sealed(other, _other(350))));
        client.update(_update(set, _block(300, 1, _list(9))));
        bytes memory error =
            abi.encodeWithSelector(MapVerifier.MapSetCommitment.selector, next.commitment(), other.commitment());
        _refuses(client, error, right);
        client.submitMisbehaviour(left, right);
        assertEq(client.trusted().frozenAt, block.timestamp);
    }

    /// @dev The set that signs first is one that is held, in evidence too.
    function test_MAP_15_rejects_evidenceOfOtherSets() public {
        uint256[] memory next = set.changed(1, _list(9));
        uint256[] memory other = set.changed(2, _list(9));
        client.update(_update(set, _block(300, 1, _list(9))));
        bytes memory error =
            abi.encodeWithSelector(MapVerifier.MapSetCommitment.selector, next.commitment(), other.commitment());
        _refusesEvidence(error, _update(next, _block(350)), _update(other, _other(350)));
    }

    function test_MAP_15_rejects_whatIsNone() public {
        bytes memory left = _update(set, _block(299));
        _refusesEvidence(abi.encodeWithSelector(MapLightClient.MapNotMisbehaviour.selector), left, left);
        _refusesEvidence(
            abi.encodeWithSelector(MapLightClient.MapNotMisbehaviour.selector), left, _update(set, _block(298))
        );
        // The same block by other signers, in another round: that is no contradiction.
        bytes memory again = set.update(MapChain.sealedHeader(_block(299).header(), set, 15, 3));
        _refusesEvidence(abi.encodeWithSelector(MapLightClient.MapNotMisbehaviour.selector), left, again);
        assertEq(client.trusted().frozenAt, 0);
    }

    /// @dev The first update completely, then the second.
    function test_MAP_15_rejects_invalidUpdates() public {
        (bytes memory left, bytes memory right) = (_update(set, _block(299)), _update(set, _other(299)));
        bytes memory few = MapChain.update(set, _other(299), 2);
        bytes memory quorum = abi.encodeWithSelector(MapVerifier.MapQuorum.selector, 2, 3);
        _refusesEvidence(quorum, left, few);
        _refusesEvidence(quorum, few, right);
        _refusesEvidence(quorum, few, "");
        _refusesEvidence(abi.encodeWithSelector(MapUpdate.MapUpdateLength.selector, 2, 0), left, "");
        // The seal of one block for the other.
        bytes memory header = _other(299).header();
        bytes memory seal = MapChain.seal(MapChain.message(_block(299).header(), ""), set.sum(7));
        bytes memory hints = MapChain.hints(MapChain.message(header, ""));
        right = set.update(MapChain.sealedBy(header, "", hex"07", seal, hints));
        _refusesEvidence(abi.encodeWithSelector(BN254.Bn254InvalidSignature.selector), left, right);
    }

    // ── CLI-1 to CLI-3 ──────────────────────────────────────────────────────────────────────────────────────────

    function test_CLI_1_rejects_everythingOnceFrozen() public {
        (bytes memory left, bytes memory right) = (_update(set, _block(299)), _update(set, _other(299)));
        client.update(left);
        client.submitMisbehaviour(left, right);
        bytes memory frozen = abi.encodeWithSelector(ILightClient.ClientFrozen.selector, uint64(block.timestamp));
        IMapLightClient.Trusted memory before = client.trusted();
        // Also when it has expired.
        vm.warp(block.timestamp + 2 * TRUSTING_PERIOD);
        _refuses(client, frozen, left);
        _refusesEvidence(frozen, left, right);
        _refusesHead(frozen, 1);
        // The trusted state and the configuration stay readable.
        assertEq(abi.encode(client.trusted()), abi.encode(before));
        assertEq(client.commitmentOf(3), set.commitment());
        assertEq(client.config().epochSize, EPOCH_SIZE);
    }

    function test_CLI_2_accepts_rejects_expiry() public {
        bytes memory left = _update(set, _block(299));
        client.update(left);
        vm.warp(_time(200) + TRUSTING_PERIOD);
        assertEq(client.receiptsRoot(1), _block(299).receiptsRoot);
        vm.warp(_time(200) + TRUSTING_PERIOD + 1);
        bytes memory expired = abi.encodeWithSelector(
            ILightClient.ClientExpired.selector, _time(200) + TRUSTING_PERIOD, _time(200) + TRUSTING_PERIOD + 1
        );
        _refuses(client, expired, left);
        _refusesHead(expired, 1);
        _refusesEvidence(expired, left, left);
    }

    /// @dev The period counts from the header that brought the newest set, whatever the clock was then.
    function test_CLI_2_accepts_rejects_expiryMovesWithTheSet() public {
        client.update(_update(set, _block(299)));
        assertEq(client.trusted().time, _time(200));
        client.update(_update(set, _block(300)));
        assertEq(client.trusted().time, _time(300));
        vm.warp(_time(300) + TRUSTING_PERIOD);
        client.update(_update(set, _block(301)));
        vm.warp(_time(300) + TRUSTING_PERIOD + 1);
        _refusesHead(
            abi.encodeWithSelector(
                ILightClient.ClientExpired.selector, _time(300) + TRUSTING_PERIOD, _time(300) + TRUSTING_PERIOD + 1
            ),
            3
        );
    }

    function test_CLI_2_accepts_periodsBeyond64Bits() public {
        IMapLightClient.Config memory config = _config();
        config.trustingPeriod = type(uint64).max;
        client = new MapLightClient(config, _checkpoint(set), set.commitment());
        vm.warp(type(uint64).max);
        client.update(_update(set, _block(299)));
    }

    function test_CLI_3_accepts_rejects_heads() public {
        bytes memory encoded = _update(set, _block(299));
        bytes memory other = _update(set, _block(298));
        _refusesHead(_unknownHead(0), 0);
        _refusesHead(_unknownHead(1), 1);
        for (uint64 id = 1; id <= 66; ++id) {
            vm.expectEmit(address(client));
            emit ILightClient.HeadVerified(id, keccak256(_block(id % 2 == 0 ? 299 : 298).header()));
            assertEq(client.update(id % 2 == 0 ? encoded : other), id);
        }
        for (uint64 id = 0; id < 70; ++id) {
            if (id < 3 || id > 66) _refusesHead(_unknownHead(id), id);
            else assertEq(client.receiptsRoot(id), _block(id % 2 == 0 ? 299 : 298).receiptsRoot);
        }
        _refusesHead(_unknownHead(type(uint64).max), type(uint64).max);
    }

    /// @dev There are no beacon blocks: of the means to reach an older block, that one is unknown.
    function test_ANC_2_rejects_beaconBlocks() public {
        client.update(_update(set, _block(299)));
        assertEq(client.ancestorHash(1, ""), keccak256(_block(299).header()));
        vm.expectRevert(abi.encodeWithSelector(BlockHistory.AncestryKind.selector, 1));
        client.ancestorHash(1, hex"01");
    }

    function _unknownHead(uint64 id) private pure returns (bytes memory) {
        return abi.encodeWithSelector(ILightClient.ClientUnknownHead.selector, id);
    }

    function _refusesHead(bytes memory expected, uint64 id) private {
        vm.expectRevert(expected);
        client.receiptsRoot(id);
        vm.expectRevert(expected);
        client.headHash(id);
    }

    function _refusesEvidence(bytes memory expected, bytes memory left, bytes memory right) private {
        vm.expectRevert(expected);
        client.submitMisbehaviour(left, right);
    }

    function _refusesCheckpoint(bytes memory expected, IMapLightClient.Checkpoint memory checkpoint, bytes32 trusted)
        private
    {
        vm.expectRevert(expected);
        new MapLightClient(_config(), checkpoint, trusted);
    }

    /// @dev Another block of the same number.
    function _other(uint64 number) private pure returns (MapChain.Block memory b) {
        b = _block(number);
        b.stateRoot = keccak256("another state");
    }
}
