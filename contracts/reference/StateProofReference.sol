// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {StateProof} from "../src/libraries/StateProof.sol";
import {RLPReaderReference as RLP} from "./RLPReaderReference.sol";

/// @title Plain twin of what `StateProof` decodes
/// @notice The clauses ACC-1 and ACC-2 of `spec/proof.md` in their order. For tests only.
library StateProofReference {
    /// @dev ACC-1, of a proven account.
    function account(bytes calldata value)
        internal
        pure
        returns (uint64 nonce, uint256 balance, bytes32 storageRoot, bytes32 codeHash)
    {
        bytes calldata fields = RLP.exactList(value);
        uint256 count = RLP.count(fields, 5);
        if (count != 4) revert StateProof.AccountFieldCount(count);

        uint256 wide;
        (wide, fields) = RLP.nextUint(fields, 8);
        // casting to 'uint64' is safe because eight bytes have been read
        // forge-lint: disable-next-line(unsafe-typecast)
        nonce = uint64(wide);
        (balance, fields) = RLP.nextUint(fields, 32);
        (storageRoot, fields) = RLP.nextWord(fields);
        (codeHash,) = RLP.nextWord(fields);
    }

    /// @dev ACC-2, of a proven slot.
    function storageAt(bytes calldata value) internal pure returns (uint256 held) {
        held = RLP.exactUint(value, 32);
        if (held == 0) revert StateProof.StorageZeroValue();
    }
}
