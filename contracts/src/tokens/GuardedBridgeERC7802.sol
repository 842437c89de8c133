// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {IMessageChecker} from "../interfaces/IMessageChecker.sol";
import {GuardedBridge} from "./GuardedBridge.sol";
import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {IERC7802} from "@openzeppelin/contracts/interfaces/draft-IERC7802.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title The guarded bridge that mints: for a token of ERC-7802 away from its home chain, which lets this bridge mint and burn
/// @notice Mints only what a counterpart has taken, up to the cap, and burns no more than it has minted: other supply of the token cannot leave
/// through it. As OpenZeppelin's `BridgeERC7802` on the wire.
contract GuardedBridgeERC7802 is GuardedBridge {
    /// @notice The token that is minted and burned.
    // forge-lint: disable-next-line(screaming-snake-case-immutable) named as OpenZeppelin's
    IERC7802 public immutable token;

    constructor(address authority, IMessageChecker checker_, IERC7802 token_, uint8 wireDecimals)
        GuardedBridge(authority, checker_, address(token_), wireDecimals)
    {
        token = token_;
    }

    /// @dev Burns, and sees that it did (VLT-9).
    function _onSend(address from, uint256 amount) internal override {
        uint256 before = _supply();
        token.crosschainBurn(from, amount);
        _requireExact(amount, Math.saturatingSub(before, _supply()));
    }

    /// @dev Mints, and sees that it did (VLT-9).
    function _onReceive(address to, uint256 amount) internal override {
        uint256 before = _supply();
        token.crosschainMint(to, amount);
        _requireExact(amount, Math.saturatingSub(_supply(), before));
    }

    function _supply() private view returns (uint256) {
        return IERC20(address(token)).totalSupply();
    }

    function _mints() internal pure override returns (bool) {
        return true;
    }
}
