// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMapLightClient} from "../../src/interfaces/IMapLightClient.sol";
import {MapLightClient} from "../../src/light-clients/MapLightClient.sol";
import {MapChain} from "./MapChain.sol";
import {MapTest} from "./MapTest.sol";

/// @notice A made-up chain that goes on, and a client that is fed with it: whole, in any order, damaged, by too few, by a validator that has left.
/// Remembers what the client said.
contract MapHandler is MapTest {
    using MapChain for MapChain.Block;
    using MapChain for uint256[];

    uint64 private constant LAST_EPOCH = 30;

    MapLightClient public immutable CLIENT;

    /// @dev The chain: the set of each epoch, and the block that ends it.
    mapping(uint64 epoch => uint256[]) private sets;
    mapping(uint64 epoch => MapChain.Block) private ends;
    uint256 private secret = 7;

    /// @dev The commitment of each epoch of the chain.
    mapping(uint64 epoch => bytes32) public commitmentOf;

    uint64 public highestEpoch;
    uint64 public frozenAt;
    bytes public frozenState;
    uint256 public accepted;
    mapping(uint64 id => bytes32) public heads;
    mapping(uint64 id => bytes32) public roots;

    constructor(uint256 seed) {
        sets[FIRST_EPOCH] = MapChain.secrets(5);
        for (uint64 epoch = FIRST_EPOCH; epoch <= LAST_EPOCH; ++epoch) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256[] memory set = sets[epoch];
            uint256[] memory added = new uint256[](seed % 3);
            for (uint256 i = 0; i < added.length; ++i) {
                added[i] = ++secret;
            }
            // Never so many that nobody is left.
            uint256 removed = set.length > 4 ? seed >> 8 & 3 : 0;
            ends[epoch] = _block(epoch * EPOCH_SIZE, removed, added);
            commitmentOf[epoch] = set.commitment();
            sets[epoch + 1] = set.changed(removed, added);
        }
        commitmentOf[LAST_EPOCH + 1] = sets[LAST_EPOCH + 1].commitment();
        CLIENT = _deploy(sets[FIRST_EPOCH]);
        vm.warp(_time(LAST_EPOCH * EPOCH_SIZE));
        _observe();
    }

    /// @dev The end of an epoch that is held, or a block within it.
    function update(uint64 back, uint64 within) external {
        uint64 newest = CLIENT.trusted().epoch;
        uint64 epoch = _before(newest, back % 9);
        if (epoch > LAST_EPOCH) return;
        MapChain.Block memory b = within % 3 == 0 ? _block((epoch - 1) * EPOCH_SIZE + 50 + within % 49) : ends[epoch];
        try CLIENT.update(_update(sets[epoch], b)) {
            ++accepted;
            assertLt(newest - epoch, 8, "C7: by a set that is no longer held");
        } catch {
            assertTrue(CLIENT.trusted().frozenAt != 0 || newest - epoch >= 8, "C8: an honest update was refused");
        }
        _observe();
    }

    /// @dev Several epochs at once.
    function leap(uint64 epochs) external {
        uint64 newest = CLIENT.trusted().epoch;
        bytes memory headers;
        for (uint64 epoch = newest; epoch <= newest + epochs % 3 && epoch <= LAST_EPOCH; ++epoch) {
            headers = bytes.concat(headers, _sealed(sets[epoch], ends[epoch]));
        }
        if (headers.length == 0) return;
        try CLIENT.update(sets[newest].update(headers)) {
            ++accepted;
        } catch {
            assertTrue(CLIENT.trusted().frozenAt != 0, "C8: an honest update was refused");
        }
        _observe();
    }

    /// @dev A changed bit makes an update worthless. Even the other root that a hint may bring differs in more than one.
    function damagedUpdate(uint256 place, uint8 bit) external {
        uint64 newest = CLIENT.trusted().epoch;
        if (newest > LAST_EPOCH) return;
        bytes memory encoded = _update(sets[newest], ends[newest]);
        encoded[place % encoded.length] ^= bytes1(uint8(1) << (bit % 8));
        (bool ok,) = address(CLIENT).call(abi.encodeCall(CLIENT.update, (encoded)));
        assertFalse(ok, "a damaged update was accepted");
        _observe();
    }

    /// @dev One signature less than a quorum, or a quorum of the set before.
    function hostileUpdate(uint256 how) external {
        uint64 newest = CLIENT.trusted().epoch;
        if (newest > LAST_EPOCH) return;
        uint256[] memory set = sets[newest];
        bytes memory encoded;
        if (how % 2 == 0) {
            encoded = MapChain.update(set, ends[newest], MapChain.quorum(set.length) - 1);
        } else {
            if (newest == FIRST_EPOCH || commitmentOf[newest - 1] == commitmentOf[newest]) return;
            encoded = _update(sets[newest - 1], ends[newest]);
        }
        (bool ok,) = address(CLIENT).call(abi.encodeCall(CLIENT.update, (encoded)));
        assertFalse(ok, "a hostile update was accepted");
        _observe();
    }

    /// @dev Evidence that is none always, such as it is rarely: after it nothing happens any more.
    function misbehaviour(uint64 back, uint256 chance) external {
        uint64 newest = CLIENT.trusted().epoch;
        uint64 epoch = _before(newest, back % 8);
        if (epoch > LAST_EPOCH) return;
        bytes memory left = _update(sets[epoch], _block(epoch * EPOCH_SIZE - 10));
        MapChain.Block memory other = _block(epoch * EPOCH_SIZE - 10);
        if (chance % 16 == 0) {
            other.stateRoot = keccak256(abi.encode(chance));
            try CLIENT.submitMisbehaviour(left, _update(sets[epoch], other)) {}
            catch {
                assertTrue(CLIENT.trusted().frozenAt != 0, "C5: two blocks of one number");
            }
        } else {
            if (chance % 2 == 0) other.number -= 1;
            bytes memory right = _update(sets[epoch], other);
            vm.expectRevert();
            CLIENT.submitMisbehaviour(left, right);
        }
        _observe();
    }

    /// @dev C8: whatever has happened to an active client, an honest relayer has a next update for it.
    function isStuck() external view returns (bool) {
        IMapLightClient.Trusted memory t = CLIENT.trusted();
        if (t.frozenAt != 0 || t.epoch > LAST_EPOCH) return false;
        try CLIENT.verifyUpdate(_update(sets[t.epoch], ends[t.epoch])) {
            return false;
        } catch {
            return true;
        }
    }

    /// @dev So many epochs earlier, if there is a set of the chain.
    function _before(uint64 epoch, uint64 back) private pure returns (uint64) {
        return epoch < FIRST_EPOCH + back ? FIRST_EPOCH : epoch - back;
    }

    /// @dev C1: the newest epoch does not decrease, and neither does a head change nor its receipts root. C5: a frozen client stays as it was.
    function _observe() private {
        IMapLightClient.Trusted memory t = CLIENT.trusted();
        assertGe(t.epoch, highestEpoch, "C1: an older epoch");
        highestEpoch = t.epoch;
        if (frozenAt != 0) {
            assertEq(abi.encode(t), frozenState, "C5: a frozen client changed");
            return;
        }
        if (t.frozenAt != 0) {
            (frozenAt, frozenState) = (t.frozenAt, abi.encode(t));
            return;
        }
        for (uint64 id = t.latestHead > 63 ? t.latestHead - 63 : 1; id <= t.latestHead; ++id) {
            (bytes32 hash, bytes32 root) = (CLIENT.headHash(id), CLIENT.receiptsRoot(id));
            if (heads[id] == 0) (heads[id], roots[id]) = (hash, root);
            assertTrue(heads[id] == hash && roots[id] == root, "C1: a head changed");
        }
    }
}
