// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {BridgeHandler} from "./BridgeHandler.sol";
import {Test} from "forge-std/Test.sol";

/// @title V1, V2, V7, V8, V9 and S12, whatever users, relayers and roles do in whatever order.
abstract contract GuardedBridgeInvariant is Test {
    uint256 internal constant WIRE = 1e6;

    BridgeHandler internal handler;
    bytes4[] private _selectors;

    function setUp() public virtual {
        handler = new BridgeHandler();
        _act(BridgeHandler.goOut.selector);
        _act(BridgeHandler.goOut.selector);
        _act(BridgeHandler.goBack.selector);
        _act(BridgeHandler.give.selector);
        _act(BridgeHandler.cancel.selector);
        _act(BridgeHandler.refund.selector);
        _act(BridgeHandler.refund.selector);
        _act(BridgeHandler.deliver.selector);
        _act(BridgeHandler.deliver.selector);
        _act(BridgeHandler.expire.selector);
        _act(BridgeHandler.wait.selector);
        _act(BridgeHandler.release.selector);
        _act(BridgeHandler.cancelRelease.selector);
        _act(BridgeHandler.reinstateRelease.selector);
        _act(BridgeHandler.pause.selector);
        targetContract(address(handler));
    }

    function _act(bytes4 selector) internal {
        _selectors.push(selector);
    }

    function _target() internal {
        targetSelector(FuzzSelector({addr: address(handler), selectors: _selectors}));
    }

    /// @dev True whatever light clients say.
    function _requireSound() internal view {
        (uint256 holds, uint256 owes, uint256 locked, uint256 waitsHome, uint256 minted, uint256 waitsAway) =
            handler.books();
        assertEq(owes, locked * 1e12, "V1: what is owed is what is locked");
        assertEq(holds, owes + handler.gifts(), "V1, V8: home holds it, and gifts beside it");
        assertLe(waitsHome, locked, "V1: no more is promised than locked");
        assertEq(handler.supply() + waitsAway, minted, "V9: supply is what was minted and not burned");
        assertLe(minted, 5000 * WIRE, "V9: the cap");
        assertLe(locked, 5000 * WIRE, "the cap at home");
        assertLe(handler.inWindow(true), 1000 * WIRE, "V7: home");
        assertLe(handler.inWindow(false), 1000 * WIRE, "V7: away");
    }
}
