// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IBeaconLightClient} from "../../src/interfaces/IBeaconLightClient.sol";
import {BeaconLightClient} from "../../src/light-clients/BeaconLightClient.sol";
import {BeaconBytes} from "./BeaconBytes.sol";
import {Test} from "forge-std/Test.sol";

/// @notice Feeds a client the updates of the vectors in any order, whole and damaged, and remembers what it said.
contract BeaconHandler is Test {
    using BeaconBytes for bytes;

    /// @dev Slot of the newest header of the vectors that are used.
    uint64 public constant LAST = 15 * 8192 + 64;

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
        try CLIENT.update(updates[which % updates.length]) {
            ++accepted;
        } catch {}
        _observe();
    }

    function damagedUpdate(uint256 which, uint256 byte_, uint8 bit) external {
        bytes memory data = bytes.concat(updates[which % updates.length]);
        // The signature slot is not signed: another one of the same period and version is as good.
        byte_ = 8 + byte_ % (data.length - 8);
        data[byte_] ^= bytes1(uint8(1) << (bit % 8));
        (bool ok,) = address(CLIENT).call(abi.encodeCall(CLIENT.update, (data)));
        assertFalse(ok, "a damaged update was accepted");
        _observe();
    }

    /// @dev Damaged evidence always, honest evidence rarely: after it nothing happens any more.
    function misbehaviour(uint256 which, uint256 other, uint256 chance) external {
        if (chance % 16 == 0) {
            try CLIENT.submitMisbehaviour(left, right) {} catch {}
        } else {
            bytes memory a = updates[which % updates.length];
            bytes memory b = bytes.concat(chance % 2 == 0 ? a : updates[other % updates.length]);
            b = b.withNumber(BeaconBytes.FINALIZED_SLOT, a.finalizedSlot())
                .flipped(BeaconBytes.INNER_ROOTS + chance % 32);
            vm.expectRevert();
            CLIENT.submitMisbehaviour(a, b);
        }
        _observe();
    }

    /// @dev C8: whatever has happened to an active client, an honest relayer has a next update for it. Of the vectors there is one for
    /// every state that they lead to, but for the last one.
    function isStuck() external returns (bool) {
        IBeaconLightClient.Trusted memory t = CLIENT.trusted();
        if (t.frozenAt != 0 || t.finalizedSlot == LAST) return false;
        for (uint256 i = 0; i < updates.length; ++i) {
            try CLIENT.verifyUpdate(updates[i]) {
                return false;
            } catch {}
        }
        return true;
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
