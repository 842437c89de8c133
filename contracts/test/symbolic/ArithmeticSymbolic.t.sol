// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {BoundedCall} from "../../src/libraries/BoundedCall.sol";
import {Decimals} from "../../src/libraries/Decimals.sol";
import {SettledBits} from "../../src/libraries/SettledBits.sol";
import {Symbolic} from "./Symbolic.sol";

// Halmos knows properties by the prefix `check_`.
// forge-lint: disable-start(mixed-case-function)

/// @notice V3, S7 and the bits of section 5: arithmetic, for all words.
contract ArithmeticSymbolicTest is Symbolic {
    /* V3 */

    /// @dev There and back is never more, and less by less than a unit of the wire. Tried, not proven: division by a scale is beyond the solvers.
    function testFuzz_VLT_6_accepts_V3_thereAndBackAtEveryScale(uint256 amount, uint8 decimals) external pure {
        (, uint256 scale) = Decimals.tryScale(6 + decimals % 72, 6);
        _thereAndBack(amount, scale);
    }

    /// @notice What does not fit is the largest of all numbers, and never a smaller one by overflow: with 18 decimals of which 6 are sent.
    function check_noOverflow(uint256 wire) public pure {
        uint256 scale = 1e12;
        uint256 amount = Decimals.fromWire(wire, scale);
        if (wire > type(uint256).max / scale) assert(amount == type(uint256).max);
        else assert(amount == wire * scale);
        assert(amount >= wire);
    }

    function testFuzz_VLT_6_accepts_V3_noOverflow(uint256 wire, uint8 shift) external pure {
        check_noOverflow(wire >> shift);
    }

    /// @notice Scales that do not fit in a word are refused, and no others.
    function check_scale(uint8 decimals, uint8 wireDecimals) public pure {
        (bool success,) = Decimals.tryScale(decimals, wireDecimals);
        assert(success == (decimals >= wireDecimals && uint256(decimals) <= uint256(wireDecimals) + 77));
    }

    function testFuzz_VLT_1_accepts_rejects_scaleOfAnySize(uint8 decimals, uint8 wireDecimals) external pure {
        check_scale(decimals, wireDecimals);
    }

    /* S7: where `forwardable` says enough, a call is given all that it names, and what is left behind is the reserve less what was spent in
       between. EIP-150 withholds a 64th of what there is when the call is made. By induction over what was spent: */

    /// @notice When nothing was spent, all of the limit and the reserve is there.
    function check_floorAtOnce(uint256 left, uint256 reserve, uint256 limit) public pure {
        uint256 got = _forwardable(left, reserve);
        if (got < limit || limit == 0) return;
        assert(_allButA64th(left) - reserve >= limit);
        assert(left - limit >= reserve);
    }

    /// @notice Whatever there is, each unit that is spent takes at most one from what can be forwarded.
    function check_floorStep(uint256 left) public pure {
        if (left != 0) assert(_allButA64th(left - 1) + 1 >= _allButA64th(left));
    }

    /// @dev Both together, and that `BoundedCall` says what is reckoned with here, but for what asking costs.
    function testFuzz_MSG_9_accepts_S7_floor(uint256 spent, uint256 reserve, uint256 limit) external view {
        reserve %= 100_000;
        spent %= reserve + 1;
        uint256 left = gasleft();
        uint256 got = BoundedCall.forwardable(reserve);
        uint256 reckoned = _forwardable(left, reserve);
        assert(got <= reckoned && reckoned - got < 1000);
        limit %= reckoned + 1;
        check_floorAtOnce(left, reserve, limit);
        check_floorStep(left - spent);
        assert(_allButA64th(left - spent) >= limit);
        assert(left - spent - limit >= reserve - spent);
    }

    /* Settled bits */

    /// @notice Setting or clearing one nonce changes no other of the same lane, in its word or in another.
    function check_bits(uint64 nonce, uint64 other) public {
        SettledBits.set(1, address(2), nonce);
        assert(SettledBits.isSet(1, address(2), nonce));
        bool same = nonce == other;
        assert(SettledBits.isSet(1, address(2), other) == same);
        SettledBits.set(1, address(2), other);
        SettledBits.clear(1, address(2), nonce);
        assert(SettledBits.isSet(1, address(2), other) == !same);
        assert(!SettledBits.isSet(1, address(2), nonce));
    }

    function testFuzz_MSG_7_accepts_S1_bits(uint64 nonce, uint8 near) external {
        check_bits(nonce, nonce ^ near);
    }

    function _thereAndBack(uint256 amount, uint256 scale) private pure {
        uint256 wire = Decimals.toWire(amount, scale);
        assert(wire <= amount);
        uint256 back = Decimals.fromWire(wire, scale);
        assert(back <= amount);
        assert(amount - back < scale);
    }

    function _forwardable(uint256 left, uint256 reserve) private pure returns (uint256) {
        left = _allButA64th(left);
        return left > reserve ? left - reserve : 0;
    }

    function _allButA64th(uint256 left) private pure returns (uint256) {
        return left - left / 64;
    }
}
// forge-lint: disable-end(mixed-case-function)
