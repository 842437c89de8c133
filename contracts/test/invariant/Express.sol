// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

/// @title A way to everything that a contract does, through the contract itself
/// @notice Where it is put in front of a message service, that has one more way in.
contract Express {
    function express(bytes calldata call_) external {
        (bool success,) = address(this).call(call_);
        require(success, "refused");
    }
}
