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

    /// @notice Thrown when a header has less than 13 or more than 23 items (HDR-2).
    /// @param got Items found, counting no further than 24.
    error HeaderItemCount(uint256 got);

    /// @notice Thrown when a header is from before Cancun and names no beacon block (HDR-4).
    error HeaderNoParentBeaconRoot();

    /// @notice Thrown when there is no header to go by (ANC-1).
    error AncestryEmpty();

    uint256 private constant MIN_ITEMS = 13;
    uint256 private constant MAX_ITEMS = 23;

    /// @dev With fewer items a header is one of the MAP relay chain: it lacks the uncles' hash (item 1) and the difficulty (item 7).
    uint256 private constant MIN_ETHEREUM_ITEMS = 15;

    /// @dev Index of the withdrawals root, the first item that Shanghai appended.
    uint256 private constant WITHDRAWALS = 16;

    /// @dev Index of the parent beacon block root (EIP-4788), the last item that Cancun appended.
    uint256 private constant PARENT_BEACON_ROOT = 19;

    /// @notice The header with the verified hash `expected` (HDR-1, HDR-2).
    /// @param header Its RLP.
    function open(bytes calldata header, bytes32 expected) internal pure returns (Header memory opened) {
        (uint256 starts, uint256 end, uint256 items) = _items(header, expected);
        if (!_isEthereum(items)) return _openMap(starts, end, items);
        (opened.parentHash,) = RLPReader.readWord(start(starts, 0), end);
        (opened.stateRoot,) = RLPReader.readWord(start(starts, 3), end);
        (opened.receiptsRoot,) = RLPReader.readWord(start(starts, 5), end);
        (opened.number,) = RLPReader.readUint64(start(starts, 8), end);
        (opened.timestamp,) = RLPReader.readUint64(start(starts, 11), end);
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
        (uint256 starts, uint256 end, uint256 items) = _items(header, expected);
        uint256 place = 4;
        if (!_isEthereum(items)) {
            _requireMap(items);
            place = 3;
        }
        (transactionsRoot,) = RLPReader.readWord(start(starts, place), end);
        if (items > WITHDRAWALS) (withdrawalsRoot,) = RLPReader.readWord(start(starts, WITHDRAWALS), end);
    }

    /// @notice The parent beacon block root in the header with the verified hash `expected` (HDR-4).
    /// @param header Its RLP.
    /// @return root Root of the beacon block before the one that the execution block belongs to.
    function parentBeaconRoot(bytes calldata header, bytes32 expected) internal pure returns (bytes32 root) {
        (uint256 starts, uint256 end, uint256 items) = _items(header, expected);
        if (!_isEthereum(items)) _requireMap(items);
        if (items <= PARENT_BEACON_ROOT) revert HeaderNoParentBeaconRoot();
        (root,) = RLPReader.readWord(start(starts, PARENT_BEACON_ROOT), end);
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

    /// @notice Where the items of a list start, reading all item headers (RLP-1 to RLP-4) and counting no further than `limit`.
    /// @param at Where the first item starts.
    /// @param end Where the list ends.
    /// @param limit At most 24.
    /// @return starts Where in memory there is a word for each: see `start`.
    /// @return items How many there are.
    function itemStarts(uint256 at, uint256 end, uint256 limit) internal pure returns (uint256 starts, uint256 items) {
        uint256 full;
        assembly ("memory-safe") {
            starts := mload(0x40)
            full := add(starts, shl(5, limit))
            mstore(0x40, full)
        }
        while (true) {
            (at, items) = _usualItems(starts, at, end, items, full);
            if (at == end || items == limit) break;
            assembly ("memory-safe") {
                mstore(add(starts, shl(5, items)), at)
            }
            (,, at) = RLPReader.readItem(at, end);
            unchecked {
                ++items;
            }
        }
    }

    /// @notice Where an item starts. Assumed: there is such an item.
    function start(uint256 starts, uint256 item) internal pure returns (uint256 at) {
        assembly ("memory-safe") {
            at := mload(add(starts, shl(5, item)))
        }
    }

    /// @dev Where the items of the header with hash `expected` start, where the last one ends, and how many there are, counting no
    /// further than 24 (HDR-1, HDR-2). Whether their number will do is for the callers to say.
    function _items(bytes calldata header, bytes32 expected)
        private
        pure
        returns (uint256 starts, uint256 end, uint256 items)
    {
        bytes32 got = keccak256(header);
        if (got != expected) revert HeaderHashMismatch(expected, got);

        uint256 at;
        (at, end) = RLPReader.bounds(header);
        at = RLPReader.readExactList(at, end);
        (starts, items) = itemStarts(at, end, MAX_ITEMS + 1);
    }

    /// @dev The fields of a header of the MAP relay chain, if it has that many items.
    function _openMap(uint256 starts, uint256 end, uint256 items) private pure returns (Header memory opened) {
        _requireMap(items);
        (opened.parentHash,) = RLPReader.readWord(start(starts, 0), end);
        (opened.stateRoot,) = RLPReader.readWord(start(starts, 2), end);
        (opened.receiptsRoot,) = RLPReader.readWord(start(starts, 4), end);
        (opened.number,) = RLPReader.readUint64(start(starts, 6), end);
        (opened.timestamp,) = RLPReader.readUint64(start(starts, 9), end);
    }

    /// @dev Whether a header of Ethereum can have so many items: one comparison, as what is below wraps around.
    function _isEthereum(uint256 items) private pure returns (bool) {
        unchecked {
            return items - MIN_ETHEREUM_ITEMS <= MAX_ITEMS - MIN_ETHEREUM_ITEMS;
        }
    }

    /// @dev HDR-2, of a header that is not Ethereum's.
    function _requireMap(uint256 items) private pure {
        if (items < MIN_ITEMS || items > MAX_ITEMS) revert HeaderItemCount(items);
    }

    /// @dev Goes on over items that have no more than one canonical form: a byte that is its own payload, and a string of 0 or of 2 to 55
    /// bytes. Stops before the first other one, before one that does not fit, and where there is no place left.
    /// Nearly all items of a header are such.
    function _usualItems(uint256 starts, uint256 at, uint256 end, uint256 items, uint256 full)
        private
        pure
        returns (uint256 next, uint256 found)
    {
        assembly ("memory-safe") {
            let place := add(starts, shl(5, items))
            next := at
            for {} and(lt(next, end), lt(place, full)) {} {
                let first := byte(0, calldataload(next))
                let length := sub(first, 0x7f)
                if iszero(lt(sub(first, 0x82), 0x36)) {
                    if gt(first, 0x80) { break }
                    length := 1
                }
                mstore(place, next)
                place := add(place, 0x20)
                next := add(next, length)
            }
            if gt(next, end) {
                place := sub(place, 0x20)
                next := mload(place)
            }
            found := shr(5, sub(place, starts))
        }
    }
}
