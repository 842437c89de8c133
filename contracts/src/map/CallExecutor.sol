// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {IMessageService} from "../interfaces/IMessageService.sol";
import {ICallExecutor} from "../interfaces/map/ICallExecutor.sol";
import {BoundedCall} from "../libraries/BoundedCall.sol";

/// @title Calls targets with the payload of messages
/// @notice Whatever a message says is said in this contract's name, and it is worth nothing. Give it no role, no token and no allowance.
contract CallExecutor is ICallExecutor {
    address private immutable ADAPTER = msg.sender;

    /// @inheritdoc ICallExecutor
    function execute(address target, uint256 gasLimit, uint256 reserve, bytes calldata data)
        external
        returns (bool success, bytes32 answer)
    {
        if (msg.sender != ADAPTER) revert MosNotAdapter(msg.sender);
        bytes memory copied = data;
        uint256 got = BoundedCall.forwardable(reserve);
        if (got < gasLimit) revert IMessageService.MessageInsufficientGas(got, gasLimit);
        return BoundedCall.call(target, gasLimit, copied);
    }

    /// @inheritdoc ICallExecutor
    function adapter() external view returns (address) {
        return ADAPTER;
    }
}
