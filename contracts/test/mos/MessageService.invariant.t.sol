// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MessageHandler} from "../support/MessageHandler.sol";
import {Fickle} from "../support/recipients/Fickle.sol";
import {Test} from "forge-std/Test.sol";

/// @notice S1, S2, S6, S10, S11, S12 and S15: whatever is sent, delivered, retried, cancelled, skipped, repeated, paused or refused in
/// whatever order, directly, in batches or through the hub.
contract MessageServiceInvariantTest is Test {
    MessageHandler private _handler;

    function setUp() public {
        _handler = new MessageHandler();
        bytes4[] memory selectors = new bytes4[](12);
        (selectors[0], selectors[1]) = (MessageHandler.send.selector, MessageHandler.setMood.selector);
        (selectors[2], selectors[3]) = (MessageHandler.deliver.selector, MessageHandler.deliverRouted.selector);
        (selectors[4], selectors[5]) = (MessageHandler.deliverBatch.selector, MessageHandler.retry.selector);
        (selectors[6], selectors[7]) = (MessageHandler.cancel.selector, MessageHandler.skip.selector);
        (selectors[8], selectors[9]) = (MessageHandler.pass.selector, MessageHandler.pause.selector);
        (selectors[10], selectors[11]) = (selectors[0], selectors[4]); // more often than others
        targetSelector(FuzzSelector({addr: address(_handler), selectors: selectors}));
        targetContract(address(_handler));
    }

    /// forge-config: default.invariant.runs = 16
    /// forge-config: default.invariant.fail-on-revert = true
    /// @dev Accepted once if it is settled and was not cancelled, and else not at all; and what is settled has not failed.
    function invariant_S1_S2_S6_S12_acceptedOnceIfDelivered() public view {
        for (uint64 nonce = 0; nonce < _handler.sent(); ++nonce) {
            bool delivered = _handler.isSettled(nonce) && !_handler.isCancelled(nonce);
            assertEq(_handler.accepted(nonce), delivered ? 1 : 0);
            assertFalse(_handler.isSettled(nonce) && _handler.hasFailed(nonce));
            assertFalse(_handler.isCancelled(nonce) && !_handler.isSettled(nonce));
        }
        for (uint256 i = 0; i < 3; ++i) {
            _assertInOrder(_handler.recipients(i));
        }
    }

    /// @dev Nothing that has happened keeps an honest relayer from delivering the rest.
    function afterInvariant() public {
        _handler.finish();
        for (uint64 nonce = 0; nonce < _handler.sent(); ++nonce) {
            assertFalse(_handler.isSettled(nonce) && _handler.hasFailed(nonce));
        }
    }

    function _assertInOrder(Fickle recipient) private view {
        uint64 next = 0;
        for (uint256 i = 0; i < recipient.count(); ++i) {
            uint64 place = _handler.placeOf(recipient.order(i));
            if (place == type(uint64).max) continue;
            assertGe(place, next);
            next = place + 1;
        }
    }
}
