// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

/// @title Calls with data that somebody else has chosen
/// @notice Whoever is called sees this contract, which has no right anywhere, owns nothing and is believed by nobody.
interface ICallExecutor {
    /// @notice Thrown when somebody other than its adapter calls (MOS-10).
    error MosNotAdapter(address caller);

    /// @notice Calls `target` with exactly `gasLimit` gas and no value; reverts if there is less (MOS-7). For the adapter only.
    /// @param reserve Gas that has to be left for what follows the call.
    /// @return success Whether it returned rather than reverted.
    /// @return answer The first 32 bytes it returned or reverted with.
    function execute(address target, uint256 gasLimit, uint256 reserve, bytes calldata data)
        external
        returns (bool success, bytes32 answer);

    /// @notice The one contract that it calls for.
    function adapter() external view returns (address);
}
