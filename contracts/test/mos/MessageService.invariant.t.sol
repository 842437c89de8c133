// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MessageHandler} from "../support/MessageHandler.sol";
import {Test} from "forge-std/Test.sol";

/// @notice S1, S2, S6, S10: whatever is sent, delivered, repeated or refused in whatever order, directly or through the hub.
contract MessageServiceInvariantTest is Test {
    MessageHandler private _handler;

    function setUp() public {
        _handler = new MessageHandler();
        bytes4[] memory selectors = new bytes4[](4);
        (selectors[0], selectors[1]) = (MessageHandler.send.selector, MessageHandler.setMood.selector);
        (selectors[2], selectors[3]) = (MessageHandler.deliver.selector, MessageHandler.deliverRouted.selector);
        targetSelector(FuzzSelector({addr: address(_handler), selectors: selectors}));
        targetContract(address(_handler));
    }

    /// forge-config: default.invariant.runs = 16
    /// @dev A message is accepted once if it is marked as delivered, and not at all if it is not.
    function invariant_S1_S2_S6_acceptedOnceIfDelivered() public view {
        uint256 total = 0;
        for (uint64 nonce = 0; nonce < _handler.sent(); ++nonce) {
            uint256 accepted = 0;
            for (uint256 i = 0; i < 3; ++i) {
                accepted += _handler.recipients(i).accepted(_handler.idOf(nonce));
            }
            assertEq(accepted, _handler.isSettled(nonce) ? 1 : 0);
            total += accepted;
        }
        assertEq(total, _handler.deliveries());
    }
}
