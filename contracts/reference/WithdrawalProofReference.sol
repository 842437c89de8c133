// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {WithdrawalProof} from "../src/libraries/WithdrawalProof.sol";
import {RLPReaderReference as RLP} from "./RLPReaderReference.sol";

/// @title Plain twin of what `WithdrawalProof` decodes
/// @notice The clause WDL-1 of `spec/proof.md` in its order. For tests only.
library WithdrawalProofReference {
    function decode(bytes calldata value)
        internal
        pure
        returns (uint64 index, uint64 validatorIndex, address to, uint64 amount)
    {
        bytes calldata fields = RLP.exactList(value);
        uint256 count = RLP.count(fields, 5);
        if (count != 4) revert WithdrawalProof.WithdrawalFieldCount(count);

        (index, fields) = _uint64(fields);
        (validatorIndex, fields) = _uint64(fields);
        bytes calldata payload;
        (payload, fields) = RLP.nextFixed(fields, 20);
        // casting to 'bytes20' is safe because twenty bytes have been read
        // forge-lint: disable-next-line(unsafe-typecast)
        to = address(bytes20(payload));
        (amount,) = _uint64(fields);
    }

    function _uint64(bytes calldata input) private pure returns (uint64, bytes calldata) {
        (uint256 value, bytes calldata rest) = RLP.nextUint(input, 8);
        // casting to 'uint64' is safe because eight bytes have been read
        // forge-lint: disable-next-line(unsafe-typecast)
        return (uint64(value), rest);
    }
}
