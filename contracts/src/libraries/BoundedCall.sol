// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

/// @title A call whose callee is assumed hostile in gas and in return data
/// @notice A CALL that names more gas than EIP-150 lets it forward is silently given less, and a high-level call copies all that
/// the callee returns at the caller's cost. Ask `forwardable` first, then `call` with at most that much.
library BoundedCall {
    /// @notice Gas that a call made now can forward while `reserve` stays behind for whatever precedes and follows it.
    /// EIP-150 withholds one 64th. Zero when there is less than the reserve.
    function forwardable(uint256 reserve) internal view returns (uint256) {
        unchecked {
            uint256 left = gasleft();
            left -= left / 64;
            return left > reserve ? left - reserve : 0;
        }
    }

    /// @notice Calls `target` with exactly `gasLimit` gas and no value.
    /// @return success Whether it returned rather than reverted.
    /// @return answer The first 32 bytes it returned or reverted with, padded with zeros; no more is ever copied.
    function call(address target, uint256 gasLimit, bytes memory data) internal returns (bool success, bytes32 answer) {
        assembly ("memory-safe") {
            // The answer lands in scratch space; a shorter one overwrites only its own bytes.
            mstore(0x00, 0)
            success := call(gasLimit, target, 0, add(data, 0x20), mload(data), 0x00, 0x20)
            answer := mload(0x00)
        }
    }

    /// @notice Sends `value` to `target`, with `gasLimit` gas beside the stipend that comes with value.
    /// @return success Whether it was taken; nothing of the answer is ever copied.
    function send(address target, uint256 value, uint256 gasLimit) internal returns (bool success) {
        assembly ("memory-safe") {
            success := call(gasLimit, target, value, 0x00, 0x00, 0x00, 0x00)
        }
    }
}
