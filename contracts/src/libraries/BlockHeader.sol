// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {RLPReader} from "./RLPReader.sol";

/// @title Execution block headers
/// @notice Establishes the roots, number and time of an execution block, given its verified hash. Assumes that keccak-256 is
/// collision resistant. Clauses HDR-1 to HDR-4 and ANC-1 of `spec/proof.md`; Ethereum yellow paper 4.4.
library BlockHeader {
    /// @notice What proofs need of a header. The other items are bound by the hash and not interpreted.
    struct Header {
        bytes32 parentHash;
        bytes32 stateRoot;
        bytes32 receiptsRoot;
        uint64 number;
        uint64 timestamp;
    }

    /// @notice Thrown when a header is not the one with the verified hash (HDR-1).
    /// @param expected The verified hash.
    /// @param got The header's hash.
    error HeaderHashMismatch(bytes32 expected, bytes32 got);

    /// @notice Thrown when a header has less than 15 or more than 23 items (HDR-2).
    /// @param got Items found, counting no further than 24.
    error HeaderItemCount(uint256 got);

    /// @notice Thrown when a header is from before Cancun and names no beacon block (HDR-4).
    error HeaderNoParentBeaconRoot();

    /// @notice Thrown when there is no header to go by (ANC-1).
    error AncestryEmpty();

    uint256 private constant MIN_ITEMS = 15;
    uint256 private constant MAX_ITEMS = 23;

    /// @dev Index of the withdrawals root, the first item that Shanghai appended.
    uint256 private constant WITHDRAWALS = 16;

    /// @dev Index of the parent beacon block root (EIP-4788), the last item that Cancun appended.
    uint256 private constant PARENT_BEACON_ROOT = 19;

    /// @notice The header with the verified hash `expected` (HDR-1, HDR-2).
    /// @param header Its RLP.
    function open(bytes calldata header, bytes32 expected) internal pure returns (Header memory opened) {
        (uint256 at, uint256 end,) = _items(header, expected);
        (opened.parentHash, at) = RLPReader.readWord(at, end);
        at = _skip(at, end, 2); // uncles, beneficiary
        (opened.stateRoot, at) = RLPReader.readWord(at, end);
        at = _skip(at, end, 1); // transactions
        (opened.receiptsRoot, at) = RLPReader.readWord(at, end);
        at = _skip(at, end, 2); // bloom, difficulty
        (opened.number, at) = RLPReader.readUint64(at, end);
        at = _skip(at, end, 2); // gas limit, gas used
        (opened.timestamp,) = RLPReader.readUint64(at, end);
    }

    /// @notice The roots of the body in the header with the verified hash `expected` (HDR-3).
    /// @param header Its RLP.
    /// @return transactionsRoot Root of the block's transactions, see `TransactionProof`.
    /// @return withdrawalsRoot Root of its withdrawals, see `WithdrawalProof`. Zero if the header has none, which is before
    /// Shanghai: no proof is accepted under it (MPT-1).
    function openBody(bytes calldata header, bytes32 expected)
        internal
        pure
        returns (bytes32 transactionsRoot, bytes32 withdrawalsRoot)
    {
        (uint256 at, uint256 end, uint256 items) = _items(header, expected);
        at = _skip(at, end, 4); // parent hash, uncles, beneficiary, state
        (transactionsRoot, at) = RLPReader.readWord(at, end);
        if (items <= WITHDRAWALS) return (transactionsRoot, 0);
        at = _skip(at, end, WITHDRAWALS - 5);
        (withdrawalsRoot,) = RLPReader.readWord(at, end);
    }

    /// @notice The parent beacon block root in the header with the verified hash `expected` (HDR-4).
    /// @param header Its RLP.
    /// @return root Root of the beacon block before the one that the execution block belongs to.
    function parentBeaconRoot(bytes calldata header, bytes32 expected) internal pure returns (bytes32 root) {
        (uint256 at, uint256 end, uint256 items) = _items(header, expected);
        if (items <= PARENT_BEACON_ROOT) revert HeaderNoParentBeaconRoot();
        at = _skip(at, end, PARENT_BEACON_ROOT);
        (root,) = RLPReader.readWord(at, end);
    }

    /// @notice The last of a chain of headers that starts at a verified hash and goes on from parent to parent (ANC-1).
    /// @param trusted Verified hash of the first header.
    /// @param headers RLP of the headers, newest first.
    /// @return blockHash Hash of the last header.
    /// @return last The last header.
    function openChain(bytes32 trusted, bytes[] calldata headers)
        internal
        pure
        returns (bytes32 blockHash, Header memory last)
    {
        if (headers.length == 0) revert AncestryEmpty();
        blockHash = trusted;
        last = open(headers[0], blockHash);
        for (uint256 i = 1; i < headers.length; ++i) {
            blockHash = last.parentHash;
            last = open(headers[i], blockHash);
        }
    }

    /// @dev Where the items of the header with hash `expected` start and end, and how many there are (HDR-1, HDR-2).
    function _items(bytes calldata header, bytes32 expected)
        private
        pure
        returns (uint256 at, uint256 end, uint256 items)
    {
        bytes32 got = keccak256(header);
        if (got != expected) revert HeaderHashMismatch(expected, got);

        (at, end) = RLPReader.bounds(header);
        at = RLPReader.readExactList(at, end);
        items = RLPReader.count(at, end, MAX_ITEMS + 1);
        if (items < MIN_ITEMS || items > MAX_ITEMS) revert HeaderItemCount(items);
    }

    /// @dev Where the item after the next `items` ones starts.
    function _skip(uint256 at, uint256 end, uint256 items) private pure returns (uint256) {
        for (uint256 i = 0; i < items; ++i) {
            (,, at) = RLPReader.readItem(at, end);
        }
        return at;
    }
}
