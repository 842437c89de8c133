// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IGuardedBridge} from "../../src/interfaces/IGuardedBridge.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {MessageLib} from "../../src/libraries/MessageLib.sol";
import {Coin} from "../tokens/zoo/Coin.sol";
import {Express} from "./Express.sol";
import {Hostile} from "./Hostile.sol";
import {World} from "./World.sol";
import {WorldTest} from "./WorldTest.sol";
import {IERC7802} from "@openzeppelin/contracts/interfaces/draft-IERC7802.sol";

/// @notice The steps do what they are named for, and each property fails once it is broken from outside: an invariant that cannot fail says
/// nothing.
contract WorldCanFailTest is WorldTest {
    uint256 private constant SOURCE = 11_155_111;
    uint256 private constant DESTINATION = 560_048;
    uint256 private constant PLACES_PASSED = 8; // the slot, as `contracts/snapshots/storage` has it

    address private _source;
    address private _destination;
    address private _coin;
    address private _home;
    address private _bridged;
    address private _away;

    function setUp() public override {
        super.setUp();
        (_source, _destination) = world.gateways();
        (_coin, _home, _bridged, _away) = world.tokens();
    }

    /// @dev Each kind of step, as it is meant.
    function test_world_reachesWhatItIsFor() public {
        world.send(0, 1 + 32, "first"); // may fail, and is paid for
        world.setMood(0, uint8(Hostile.Mood.Bomb), 0, false);
        world.relay(0, 0, 1);
        World.Message memory first = world.messageAt(0);
        assertTrue(world.hasFailed(first.id));
        world.change(0, 0, 100);
        world.change(0, 1, 100);
        world.change(0, 2, 0);
        world.change(0, 3, 0);
        world.change(0, 4, 0);
        world.setMood(0, uint8(Hostile.Mood.CallAndAccept), 0, true);
        world.again(0, 1);
        assertEq(world.recipients(0).accepted(first.id), 1);
        // The second delivery of a batch is passed over, and what it says of the first is not to be had again.
        world.send(0, 0, "second");
        world.relayBatch([uint256(1), 1, 0, 0], 1);
        assertEq(world.recipients(0).count(), 2);
        world.acknowledge(1);
        assertEq(uint256(world.outcomeOf(world.messageAt(1).id)), 1);
        world.payFee(0, 5);
        assertEq(world.keptAndPromised(), 320_005);
        world.acknowledge(0);
        world.settleFee(0, 2, 1); // who refuses it
        assertEq(world.keptAndPromised(), 320_005);
        world.settleFee(0, 3, 0);
        assertEq(world.keptAndPromised(), 0);
        requireAll();

        world.send(0, 2, "third");
        world.cancelMessage(2, true);
        assertEq(uint256(world.outcomeOf(world.messageAt(2).id)), 2);
        world.send(1, 16, "fourth");
        world.send(1, 16, "fifth");
        world.wait(23 hours);
        world.wait(2 hours);
        world.expireMessage(3);
        assertEq(uint256(world.outcomeOf(world.messageAt(3).id)), 3);
        world.skipMessage(3);
        world.moveLane(255);
        world.stop(255, false);
        world.stop(255, true);
        world.stop(0, true);
        world.setLimits(true, 50);
        world.goOut(300 * WIRE);
        requireAll();
        world.finish();
        requireAll();
    }

    function test_world_S1_canFail() public {
        (Hostile recipient, World.Message memory message) = _deliveredOne();
        recipient.receiveMessage(message.id, "", "");
        _fails("S1: accepted twice");
    }

    function test_world_S2_canFail() public {
        world.recipients(1).receiveMessage("never", "", "");
        _fails("S2: never sent");
    }

    function test_world_S2_canFail_anotherRecipient() public {
        (, World.Message memory message) = _deliveredOne();
        world.recipients(1).receiveMessage(message.id, "", "");
        _fails("S2: sent to another");
    }

    function test_world_S6_canFail() public {
        world.send(0, 0, "");
        world.recipients(0).receiveMessage(world.messageAt(0).id, "", "");
        _fails("S6: settled is not accepted or cancelled");
    }

    function test_world_S7_canFail() public {
        _deliveredOne();
        world.recipients(0).receiveMessage{gas: 500_000}("starved", "", "");
        _fails("S7: starved");
    }

    /// @dev The order waits for a place that nobody has sent.
    function test_world_S10_canFail() public {
        world.send(0, 16, "");
        _pass(world.messageAt(0), 1);
        world.finish();
        requireAll();
        vm.expectRevert("S10: held up");
        this.requireFinished();
    }

    function test_world_S11_canFail() public {
        world.send(0, 16, "first");
        world.send(0, 16, "second");
        _pass(world.messageAt(0), 1);
        world.relay(1, 0, 1);
        _pass(world.messageAt(0), 0);
        requireAll();
        world.relay(0, 0, 1);
        _fails("S11: out of order");
    }

    function test_world_S12_canFail() public {
        world.send(0, 2, "");
        world.cancelMessage(0, true);
        world.recipients(0).receiveMessage(world.messageAt(0).id, "", "");
        _fails("S12: another outcome");
    }

    function test_world_S14_canFail() public {
        vm.deal(address(world.fees()), 1);
        _fails("S14: in is not out and held");
    }

    /// @dev A pause that is only said does not hold.
    function test_world_S15_canFail() public {
        world.send(0, 0, "");
        world.pretendStopped();
        world.relay(0, 0, 1);
        _fails("S15: delivered although paused");
    }

    /// @dev Nothing but the way is wrong.
    function test_world_S16_canFail() public {
        world.send(0, 1, "");
        world.setMood(0, uint8(Hostile.Mood.Revert), 0, false);
        world.relay(0, 0, 1);
        world.setMood(0, uint8(Hostile.Mood.Accept), 0, false);
        World.Message memory message = world.messageAt(0);
        bytes memory retry = abi.encodeCall(IMessageService.retry, (SOURCE, _bodyOf(message), 0, address(0)));
        vm.mockFunction(_destination, address(new Express()), abi.encodePacked(Express.express.selector));
        requireAll();
        world.anything(Express.express.selector, abi.encode(retry));
        assertEq(message.recipient.accepted(message.id), 1);
        _fails("S16: another way in");
    }

    function test_world_V1_V8_canFail() public {
        Coin(_coin).mint(_home, 1);
        _fails("V1: holds is not owed and given");
    }

    function test_world_V1_canFail_taken() public {
        world.goOut(50 * WIRE);
        vm.prank(_home);
        assertTrue(Coin(_coin).transfer(address(this), 1));
        _fails("V1: holds is not owed and given");
    }

    /// @dev What only a false proof could do: the bridge hands out what was never sent, within its limits.
    function test_world_V2_canFail() public {
        world.goOut(50 * WIRE);
        world.forge(false, 10 * WIRE);
        _fails("V2: not accounted for");
    }

    /// @dev The window is a second, and not an hour; nothing waits.
    function test_world_V7_canFail() public {
        _shorten(_away, SOURCE);
        _shorten(_home, DESTINATION);
        for (uint256 i = 0; i < 3; ++i) {
            world.goOut(400 * WIRE);
            world.wait(1);
            world.deliver(i);
        }
        assertEq(world.supply(), 1200 * WIRE);
        _fails("V7: away");
        world.wait(2 hours);
        requireAll();
        for (uint256 i = 3; i < 6; ++i) {
            world.goBack(400 * WIRE - 1);
            world.wait(1);
            world.deliver(i);
        }
        assertEq(world.supply(), 0);
        _fails("V7: home");
    }

    function test_world_V9_canFail() public {
        vm.prank(_away);
        IERC7802(_bridged).crosschainMint(address(this), 100);
        _fails("V9: supply is not minted");
    }

    function _deliveredOne() private returns (Hostile recipient, World.Message memory message) {
        world.send(0, 0, "");
        world.relay(0, 0, 1);
        (recipient, message) = (world.recipients(0), world.messageAt(0));
        assertEq(recipient.accepted(message.id), 1);
        requireAll();
    }

    /// @dev Sets how many places have been passed in a message's order.
    function _pass(World.Message memory message, uint64 places) private {
        IMessageService.Body memory body = _bodyOf(message);
        bytes32 slot = keccak256(abi.encode(SOURCE, PLACES_PASSED));
        slot = keccak256(abi.encode(_source, slot));
        slot = keccak256(abi.encode(MessageLib.orderOf(body.sender, body.recipient), slot));
        vm.store(_destination, slot, bytes32(uint256(places)));
        assertEq(
            IMessageService(_destination).nextPlace(SOURCE, _source, body.sender, body.recipient), places, "the slot"
        );
    }

    function _shorten(address bridge, uint256 chainId) private {
        IGuardedBridge.Limits memory limits = IGuardedBridge(bridge).limits(chainId);
        (limits.window, limits.delayFrom) = (1, type(uint128).max);
        vm.prank(address(world));
        IGuardedBridge(bridge).setLimits(chainId, limits);
    }

    function _bodyOf(World.Message memory message) private pure returns (IMessageService.Body memory body) {
        body.nonce = message.nonce;
        (body.sender, body.recipient, body.payload,, body.attributes) =
            abi.decode(message.log.data, (bytes, bytes, bytes, uint256, bytes[]));
    }

    function _fails(string memory property) private {
        vm.expectRevert(bytes(property));
        this.requireAll();
    }
}
