// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {RelayFees} from "../../src/fees/RelayFees.sol";
import {IMessageChecker} from "../../src/interfaces/IMessageChecker.sol";
import {FeesHandler} from "./FeesHandler.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Test} from "forge-std/Test.sol";

/// @notice S12, S14: whoever pays, delivers, takes back and refuses in whatever order, of each token what came in is what went out and what is
/// held, and each message's fee goes one way only.
contract RelayFeesInvariantTest is Test {
    FeesHandler private _handler;
    RelayFees private _fees;

    function setUp() public {
        _handler = new FeesHandler();
        _fees = _handler.fees();
        bytes4[] memory selectors = new bytes4[](9);
        (selectors[0], selectors[1]) = (FeesHandler.pay.selector, FeesHandler.requestRelay.selector);
        (selectors[2], selectors[3]) = (FeesHandler.decide.selector, FeesHandler.release.selector);
        (selectors[4], selectors[5]) = (FeesHandler.giveNotice.selector, FeesHandler.takeBack.selector);
        (selectors[6], selectors[7]) = (FeesHandler.collect.selector, FeesHandler.setToken.selector);
        selectors[8] = FeesHandler.setActor.selector;
        targetSelector(FuzzSelector({addr: address(_handler), selectors: selectors}));
        targetContract(address(_handler));
    }

    /// forge-config: default.invariant.runs = 16
    function invariant_S14_whatCameInIsWhatWentOutAndWhatIsHeld() public view {
        for (uint256 i = 0; i < _handler.COUNT(); ++i) {
            address token = _handler.tokens(i);
            (uint256 promised, uint256 kept, uint256 elsewhere) = (0, 0, 0);
            for (uint256 j = 0; j < _handler.COUNT(); ++j) {
                address actor = address(_handler.actors(j));
                promised += _fees.paidFor(_handler.idOf(j), token);
                kept += _fees.keptFor(actor, token);
                elsewhere += _balance(actor, token);
            }
            assertEq(_balance(address(_fees), token), promised + kept);
            assertEq(elsewhere + promised + kept, 3000 ether);
            assertEq(_handler.paidIn(token), _handler.handedOut(token) + promised);
            assertLe(kept + _handler.collected(token), _handler.handedOut(token));
        }
    }

    /// forge-config: default.invariant.runs = 16
    function invariant_S12_S14_theSumOfTheAccountsIsWhatIsPromised() public view {
        for (uint256 i = 0; i < _handler.COUNT(); ++i) {
            for (uint256 j = 0; j < _handler.COUNT(); ++j) {
                _assertAccounts(_handler.tokens(i), _handler.idOf(j));
            }
        }
        assertEq(_handler.takenBackAfterDelivery(), 0);
        assertEq(_handler.releasedWithoutDelivery(), 0);
    }

    function _assertAccounts(address token, bytes32 id) private view {
        (uint256 accounts, uint256 paid, uint256 taken) = (0, 0, 0);
        for (uint256 i = 0; i < _handler.COUNT(); ++i) {
            address payer = address(_handler.actors(i));
            (uint256 amount,) = _fees.paidBy(id, token, payer);
            accounts += amount;
            paid += _handler.paidOf(id, token, payer);
            taken += _handler.takenOf(id, token, payer);
            // Nobody has taken back more than was paid on their account.
            assertLe(_handler.takenOf(id, token, payer), _handler.paidOf(id, token, payer));
        }
        assertEq(accounts, _fees.paidFor(id, token));
        uint256 released = _handler.releasedOf(id, token);
        assertEq(paid, taken + released + accounts);
        (IMessageChecker.Outcome outcome,) = _handler.book().outcomeOf(id);
        if (outcome != IMessageChecker.Outcome.Delivered) assertEq(released, 0);
    }

    function _balance(address account, address token) private view returns (uint256) {
        return token == address(0) ? account.balance : IERC20(token).balanceOf(account);
    }
}
