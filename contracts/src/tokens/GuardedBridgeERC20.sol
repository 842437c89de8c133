// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {IMessageChecker} from "../interfaces/IMessageChecker.sol";
import {GuardedBridge} from "./GuardedBridge.sol";
import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title The guarded bridge that locks: for any ERC-20 token, on its home chain
/// @notice Owes what it has taken and not handed out, whatever its balance (VLT-9). A token that takes a fee is refused; one whose balances
/// shrink by themselves stops the bridge until somebody makes up for it. As OpenZeppelin's `BridgeERC20` on the wire.
contract GuardedBridgeERC20 is GuardedBridge {
    using SafeERC20 for IERC20;

    /// @notice The token that is locked here.
    // forge-lint: disable-next-line(screaming-snake-case-immutable) named as OpenZeppelin's
    IERC20 public immutable token;

    /// @notice All that the bridge owes: what is outstanding, over all chains.
    uint256 public owed;

    constructor(address authority, IMessageChecker checker_, IERC20 token_, uint8 wireDecimals)
        GuardedBridge(authority, checker_, address(token_), wireDecimals)
    {
        token = token_;
    }

    /// @dev VLT-9, then takes.
    function _onSend(address from, uint256 amount) internal override {
        uint256 before = _solvent();
        owed += amount;
        token.safeTransferFrom(from, address(this), amount);
        _requireExact(amount, Math.saturatingSub(token.balanceOf(address(this)), before));
    }

    /// @dev VLT-9, then gives.
    function _onReceive(address to, uint256 amount) internal override {
        uint256 before = _solvent();
        owed -= amount;
        token.safeTransfer(to, amount);
        _requireExact(amount, Math.saturatingSub(before, token.balanceOf(address(this))));
    }

    /// @dev VLT-9. Being given more changes nothing.
    function _solvent() private view returns (uint256 balance) {
        balance = token.balanceOf(address(this));
        if (balance < owed) revert BridgeShort(balance, owed);
    }

    function _mints() internal pure override returns (bool) {
        return false;
    }
}
