// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMessageChecker} from "../../src/interfaces/IMessageChecker.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";

/// @title A checker that says what it was told: proofs of outcomes are tested elsewhere
contract OutcomeBook is IMessageChecker {
    struct Entry {
        Outcome outcome;
        address payee;
    }

    /// @dev It proves nothing.
    error NoProofs();

    /// @inheritdoc IMessageChecker
    mapping(bytes32 id => Entry) public outcomeOf;

    function set(bytes32 id, Outcome outcome, address payee) external {
        outcomeOf[id] = Entry({outcome: outcome, payee: payee});
    }

    /// @inheritdoc IMessageChecker
    function acknowledge(uint256, IMessageService.DeliveryProof calldata) external pure returns (bytes32) {
        revert NoProofs();
    }

    /// @inheritdoc IMessageChecker
    function proveCancelled(uint256, IMessageService.DeliveryProof calldata) external pure returns (bytes32) {
        revert NoProofs();
    }

    /// @inheritdoc IMessageChecker
    function proveExpired(uint256, IMessageService.Body calldata, ExpiryProof calldata)
        external
        pure
        returns (bytes32)
    {
        revert NoProofs();
    }

    /// @inheritdoc IMessageChecker
    function idOf(uint256, IMessageService.Body calldata) external pure returns (bytes32) {
        revert NoProofs();
    }

    /// @inheritdoc IMessageChecker
    function service() external pure returns (IMessageService) {
        revert NoProofs();
    }
}
