// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {RLPReader} from "../../src/libraries/RLPReader.sol";
import {Symbolic} from "./Symbolic.sol";

// Halmos knows properties by the prefix `check_`.
// forge-lint: disable-start(mixed-case-function)

/// @notice A property that does not hold, by which `tools/symbolic.sh` tells that the prover finds a fault: of the inputs that the twin
/// here reads, one byte with a prefix is refused by the library only if it is below 0x80. No test of forge.
contract MustFail is Symbolic {
    function item(bytes calldata input) external pure returns (uint256 length) {
        (uint256 at, uint256 end) = RLPReader.bounds(input);
        (, uint256 payload, uint256 next) = RLPReader.readItem(at, end);
        return next - payload;
    }

    function itemFaulty(bytes calldata input) external view returns (uint256 length) {
        uint256 first = uint8(input[0]);
        if (first < 0x80) return 1;
        if (first == 0x81 && input.length == 2) return 1;
        return this.item(input);
    }

    /// @custom:halmos --array-lengths input=2
    function check_fault(bytes calldata input) external view {
        _same(abi.encodeCall(this.item, (input)), abi.encodeCall(this.itemFaulty, (input)));
    }
}
// forge-lint: disable-end(mixed-case-function)
