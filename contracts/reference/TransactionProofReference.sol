// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {RLPReader} from "../src/libraries/RLPReader.sol";
import {TransactionProof} from "../src/libraries/TransactionProof.sol";

/// @title Plain twin of what `TransactionProof` decodes
/// @notice The clause TXN-1 of `spec/proof.md`. For tests only.
library TransactionProofReference {
    function typeOf(bytes calldata encoded) internal pure returns (uint8) {
        if (encoded.length == 0) revert RLPReader.RlpInputTooShort();
        uint8 first = uint8(encoded[0]);
        if (first >= 0xc0) return 0;
        if (first >= 0x01 && first <= 0x7f) return first;
        revert TransactionProof.TransactionUnknownType(first);
    }
}
