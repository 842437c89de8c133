// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {BlockHeader} from "../src/libraries/BlockHeader.sol";
import {RLPReaderReference as RLP} from "./RLPReaderReference.sol";

/// @title Plain twin of `BlockHeader`
/// @notice The clauses HDR-1 to HDR-4 and ANC-1 of `spec/proof.md` in their order. For tests only.
library BlockHeaderReference {
    function open(bytes calldata header, bytes32 expected) internal pure returns (BlockHeader.Header memory opened) {
        (bytes calldata items, uint256 count) = _items(header, expected);
        uint8[5] memory places = count < 15 ? [0, 2, 4, 6, 9] : [0, 3, 5, 8, 11];
        (opened.parentHash,) = RLP.nextWord(RLP.skip(items, places[0]));
        (opened.stateRoot,) = RLP.nextWord(RLP.skip(items, places[1]));
        (opened.receiptsRoot,) = RLP.nextWord(RLP.skip(items, places[2]));
        opened.number = _uint64(RLP.skip(items, places[3]));
        opened.timestamp = _uint64(RLP.skip(items, places[4]));
    }

    function openBody(bytes calldata header, bytes32 expected)
        internal
        pure
        returns (bytes32 transactionsRoot, bytes32 withdrawalsRoot)
    {
        (bytes calldata items, uint256 count) = _items(header, expected);
        (transactionsRoot,) = RLP.nextWord(RLP.skip(items, count < 15 ? 3 : 4));
        if (count > 16) (withdrawalsRoot,) = RLP.nextWord(RLP.skip(items, 16));
    }

    function parentBeaconRoot(bytes calldata header, bytes32 expected) internal pure returns (bytes32 root) {
        (bytes calldata items, uint256 count) = _items(header, expected);
        if (count < 20) revert BlockHeader.HeaderNoParentBeaconRoot();
        (root,) = RLP.nextWord(RLP.skip(items, 19));
    }

    function openChain(bytes32 trusted, bytes[] calldata headers)
        internal
        pure
        returns (bytes32 blockHash, BlockHeader.Header memory last)
    {
        if (headers.length == 0) revert BlockHeader.AncestryEmpty();
        for (uint256 i = 0; i < headers.length; ++i) {
            blockHash = i == 0 ? trusted : last.parentHash;
            last = open(headers[i], blockHash);
        }
    }

    function _items(bytes calldata header, bytes32 expected)
        private
        pure
        returns (bytes calldata items, uint256 count)
    {
        if (keccak256(header) != expected) {
            revert BlockHeader.HeaderHashMismatch(expected, keccak256(header));
        }
        items = RLP.exactList(header);
        count = RLP.count(items, 24);
        if (count < 13 || count > 23) revert BlockHeader.HeaderItemCount(count);
    }

    function _uint64(bytes calldata input) private pure returns (uint64) {
        (uint256 value,) = RLP.nextUint(input, 8);
        // casting to 'uint64' is safe because eight bytes have been read
        // forge-lint: disable-next-line(unsafe-typecast)
        return uint64(value);
    }
}
