// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {BridgeHandler} from "./BridgeHandler.sol";
import {Test} from "forge-std/Test.sol";

/// @notice The handler's steps do what they are named for: an invariant over steps that are always refused would say nothing.
contract BridgeHandlerReachTest is Test {
    uint256 private constant WIRE = 1e6;

    BridgeHandler private _handler;

    function setUp() public {
        _handler = new BridgeHandler();
    }

    function test_V2_accepts_thereAndBack() public {
        _handler.goOut(90 * WIRE);
        _assertBooks(90 * WIRE, 0, 90 * WIRE);
        _handler.deliver(0);
        _handler.deliver(0);
        _assertBooks(90 * WIRE, 90 * WIRE, 0);
        _handler.goBack(30 * WIRE - 1);
        _assertBooks(90 * WIRE, 60 * WIRE, 30 * WIRE);
        _handler.deliver(1);
        _assertBooks(60 * WIRE, 60 * WIRE, 0);
        assertEq(_handler.inWindow(true), 30 * WIRE);
        assertEq(_handler.inWindow(false), 90 * WIRE);
        assertFalse(_handler.broken());
    }

    function test_V2_accepts_expiredAndGivenBack() public {
        _handler.goOut(50 * WIRE);
        _handler.goOut(60 * WIRE);
        _handler.deliver(0);
        for (uint256 i = 0; i < 2; ++i) {
            _handler.wait(20 hours);
        }
        _handler.expire(0);
        _handler.expire(1);
        _handler.refund(0);
        _handler.refund(1);
        _assertBooks(50 * WIRE, 50 * WIRE, 0);
        assertFalse(_handler.broken());
    }

    function test_V2_accepts_cancelledAndGivenBack() public {
        _handler.goOut(90 * WIRE);
        _handler.deliver(0);
        _handler.goBack(50 * WIRE - 1);
        _handler.goOut(60 * WIRE);
        for (uint256 i = 0; i < 3; ++i) {
            _handler.cancel(i, true, true);
            _handler.refund(i);
        }
        _assertBooks(90 * WIRE, 90 * WIRE, 0);
        assertFalse(_handler.broken());
    }

    function test_V2_accepts_delayed() public {
        _handler.goOut(300 * WIRE);
        _handler.deliver(0);
        (,,,, uint256 minted, uint256 waits) = _handler.books();
        assertEq(waits, 300 * WIRE);
        assertEq(minted, 300 * WIRE);
        _handler.cancelRelease(0, false);
        _assertBooks(300 * WIRE, 0, 300 * WIRE);
        _handler.reinstateRelease(0, false);
        _handler.wait(6 hours);
        _handler.release(0, false);
        assertEq(_handler.supply(), 300 * WIRE);
        _handler.forge(true, 80 * WIRE);
        assertEq(_handler.inWindow(true), 80 * WIRE);
        _handler.forge(false, 70 * WIRE);
        assertEq(_handler.supply(), 370 * WIRE);
    }

    function test_V8_accepts_giftsAndPauses() public {
        _handler.give(5);
        assertEq(_handler.gifts(), 5);
        _handler.pause(true, true, 255);
        _handler.goOut(50 * WIRE);
        _assertBooks(0, 0, 0);
        _handler.pause(true, true, 0);
        _handler.goOut(50 * WIRE);
        _assertBooks(50 * WIRE, 0, 50 * WIRE);
    }

    function _assertBooks(uint256 locked, uint256 minted, uint256 between) private view {
        (,, uint256 locked_,, uint256 minted_,) = _handler.books();
        assertEq(locked_, locked);
        assertEq(minted_, minted);
        assertEq(_handler.between(), between);
    }
}
