// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IBeaconLightClient} from "../../src/interfaces/IBeaconLightClient.sol";
import {BeaconLightClient} from "../../src/light-clients/BeaconLightClient.sol";
import {Test} from "forge-std/Test.sol";

/// @notice Feeds a client the updates of the vectors in any order, whole and damaged, and remembers what it said.
contract BeaconHandler is Test {
    BeaconLightClient public immutable CLIENT;
    bytes[] private updates;
    bytes private left;
    bytes private right;

    uint64 public highestSlot;
    uint64 public frozenAt;
    bytes public frozenState;
    uint256 public accepted;
    mapping(uint64 => bytes32) public heads;

    constructor(BeaconLightClient client_, bytes[] memory updates_, bytes memory left_, bytes memory right_) {
        CLIENT = client_;
        updates = updates_;
        (left, right) = (left_, right_);
        _observe();
    }

    function update(uint256 which) external {
        try CLIENT.update(_load(which)) {
            ++accepted;
        } catch {}
        _observe();
    }

    function damagedUpdate(uint256 which, uint256 byte_, uint8 bit) external {
        bytes memory data = updates[which % updates.length];
        // The first 33 words hold the headers, the hash, the committee, the bits, the aggregate and the signature.
        byte_ = 32 + byte_ % (28 * 32);
        data[byte_] ^= bytes1(uint8(1) << (bit % 8));
        (bool ok,) = address(CLIENT).call(bytes.concat(CLIENT.update.selector, data));
        assertFalse(ok, "a damaged update was accepted");
        _observe();
    }

    /// @dev Damaged evidence always, honest evidence rarely: after it nothing happens any more.
    function misbehaviour(uint256 which, uint256 other, uint256 chance) external {
        if (chance % 16 == 0) {
            IBeaconLightClient.Update memory a = abi.decode(left, (IBeaconLightClient.Update));
            try CLIENT.submitMisbehaviour(a, abi.decode(right, (IBeaconLightClient.Update))) {} catch {}
        } else {
            IBeaconLightClient.Update memory a = _load(which);
            IBeaconLightClient.Update memory b = chance % 2 == 0 ? _load(which) : _load(other);
            b.finalized.slot = a.finalized.slot;
            b.finalized.parentRoot = bytes32(chance);
            vm.expectRevert();
            CLIENT.submitMisbehaviour(a, b);
        }
        _observe();
    }

    function _load(uint256 which) private view returns (IBeaconLightClient.Update memory) {
        return abi.decode(updates[which % updates.length], (IBeaconLightClient.Update));
    }

    /// @dev C1: the trusted slot does not decrease and no head changes. C5: a frozen client stays as it was.
    function _observe() private {
        IBeaconLightClient.Trusted memory t = CLIENT.trusted();
        assertGe(t.finalizedSlot, highestSlot, "C1: an older slot");
        if (t.finalizedSlot > highestSlot) assertEq(heads[t.latestHead], 0, "C1: a slot without a new head");
        highestSlot = t.finalizedSlot;
        if (frozenAt != 0) {
            assertEq(abi.encode(t), frozenState, "C5: a frozen client changed");
            return;
        }
        if (t.frozenAt != 0) {
            (frozenAt, frozenState) = (t.frozenAt, abi.encode(t));
            return;
        }
        for (uint64 id = 1; id <= t.latestHead; ++id) {
            bytes32 hash = CLIENT.headHash(id);
            if (heads[id] == 0) heads[id] = hash;
            assertEq(heads[id], hash, "C1: a head changed");
        }
    }
}
