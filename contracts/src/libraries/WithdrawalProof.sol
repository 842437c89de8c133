// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTProof} from "./MPTProof.sol";
import {RLPReader} from "./RLPReader.sol";
import {ReceiptLog} from "./ReceiptLog.sol";

/// @title Withdrawals from the beacon chain
/// @notice Establishes which withdrawal stands at a place of a block, given the block's withdrawals root. Assumes that keccak-256
/// is collision resistant. Clause WDL-1 of `spec/proof.md`; EIP-4895.
library WithdrawalProof {
    /// @notice Thrown when a withdrawal has other than four fields (WDL-1).
    /// @param got Fields found, counting no further than 5.
    error WithdrawalFieldCount(uint256 got);

    /// @notice The withdrawal in `place` (WDL-1). Reverts unless the proof establishes one.
    /// @param withdrawalsRoot Withdrawals root of the block, see `BlockHeader.openBody`.
    /// @param place Its place in the block.
    /// @param nodes Proof of the withdrawal, see `MPTProof`.
    /// @return index Its number among all withdrawals of the chain.
    /// @return validatorIndex The validator that it is from.
    /// @return to The account whose balance it adds to.
    /// @return amount In gwei.
    function withdrawal(bytes32 withdrawalsRoot, uint64 place, bytes[] calldata nodes)
        internal
        pure
        returns (uint64 index, uint64 validatorIndex, address to, uint64 amount)
    {
        (bytes32 key, uint256 keyLength) = ReceiptLog.indexKey(place);
        return decode(MPTProof.inclusion(withdrawalsRoot, key, keyLength, nodes));
    }

    /// @notice Reverts unless the proof establishes that there is no withdrawal in `place`, and so that the block has no more than
    /// that many (WDL-1).
    function withdrawalAbsent(bytes32 withdrawalsRoot, uint64 place, bytes[] calldata nodes) internal pure {
        (bytes32 key, uint256 keyLength) = ReceiptLog.indexKey(place);
        MPTProof.exclusion(withdrawalsRoot, key, keyLength, nodes);
    }

    /// @notice The fields of a withdrawal that is already proven (WDL-1). See `withdrawal`.
    /// @param value The value found in the withdrawals trie.
    function decode(bytes calldata value)
        internal
        pure
        returns (uint64 index, uint64 validatorIndex, address to, uint64 amount)
    {
        (uint256 at, uint256 end) = RLPReader.bounds(value);
        at = RLPReader.readExactList(at, end);
        uint256 fields = RLPReader.count(at, end, 5);
        if (fields != 4) revert WithdrawalFieldCount(fields);

        (index, at) = RLPReader.readUint64(at, end);
        (validatorIndex, at) = RLPReader.readUint64(at, end);
        uint256 payload;
        (payload, at) = RLPReader.readFixed(at, end, 20);
        to = address(bytes20(RLPReader.load(payload)));
        (amount,) = RLPReader.readUint64(at, end);
    }
}
