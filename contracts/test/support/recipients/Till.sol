// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IRelayFees} from "../../../src/interfaces/IRelayFees.sol";

/// @title Takes what a message service pays in, and keeps what for; or refuses everything
contract Till {
    bytes public last;
    uint256 public count;
    uint256 private _required;

    function require_(uint256 required) external {
        _required = required;
    }

    /// @dev As `IRelayFees.requestRelay`.
    function requestRelay(uint256 destinationChainId, bytes32 id, uint256 gasLimit, address refundRecipient)
        external
        payable
    {
        if (msg.value < _required) revert IRelayFees.FeeTooLow(msg.value, _required);
        ++count;
        last = abi.encode(msg.sender, msg.value, destinationChainId, id, gasLimit, refundRecipient);
    }
}
