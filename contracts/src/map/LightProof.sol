// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {BlockHeader} from "../libraries/BlockHeader.sol";
import {BlockHistory} from "../libraries/BlockHistory.sol";

/// @title The bytes of a receipt proof behind MAP's ABI
/// @notice MAP's ABI leaves the bytes to the client. Here they say which block it is, then which receipt. Packed, numbers big-endian:
///
///     block    00 ‖ length of update (3) ‖ update ‖ headers?             the block that an update proves
///              01 ‖ head id (8) ‖ headers?                               a head of the client
///              02 ‖ head id (8) ‖ length (2) ‖ ancestry ‖ headers        an older block: `ILightClient.ancestorHash`
///     headers  count (1) ‖ for each: length (2) ‖ header                 ANC-1 of `spec/proof.md`: at least one
///     receipt  transaction index (4) ‖ nodes of the proof, packed        RCT-1, PCK-1
///
/// Headers are there wherever the client gives a block hash. Only with kinds 0 and 1 of a client that knows the receipts root, which is that
/// of the MAP relay chain, there are none. Nothing is in it twice: what a block or a receipt says of itself is read from it.
/// @dev Errors are those of ANC-2, where a proof begins with its kind as well: `AncestryKind` and `AncestryLength`.
library LightProof {
    /// @notice The first byte of a proof.
    uint256 internal constant UPDATE = 0;
    uint256 internal constant HEAD = 1;
    uint256 internal constant OLDER = 2;

    // Where what is behind the fixed parts begins.
    uint256 private constant UPDATE_AT = 4;
    uint256 private constant HEAD_END = 9;
    uint256 private constant ANCESTRY_AT = 11;

    /// @notice The kind of a proof. Whether it is known, the client's adapter decides.
    function kindOf(bytes calldata proof) internal pure returns (uint256) {
        _due(proof, 1);
        return uint8(proof[0]);
    }

    /// @notice Whether the proof brings a whole update along.
    function hasUpdate(bytes calldata proof) internal pure returns (bool) {
        if (proof.length < UPDATE_AT || uint8(proof[0]) != UPDATE) return false;
        return proof.length >= _updateEnd(proof);
    }

    /// @notice Takes apart a proof of kind 0.
    /// @return update What the client takes.
    /// @return rest Behind it.
    function splitUpdate(bytes calldata proof) internal pure returns (bytes calldata update, bytes calldata rest) {
        _due(proof, UPDATE_AT);
        uint256 end = _updateEnd(proof);
        _due(proof, end);
        return (proof[UPDATE_AT:end], proof[end:]);
    }

    /// @notice Takes apart a proof of kind 1.
    function splitHead(bytes calldata proof) internal pure returns (uint64 headId, bytes calldata rest) {
        _due(proof, HEAD_END);
        return (uint64(bytes8(proof[1:HEAD_END])), proof[HEAD_END:]);
    }

    /// @notice Takes apart a proof of kind 2.
    function splitOlder(bytes calldata proof)
        internal
        pure
        returns (uint64 headId, bytes calldata ancestry, bytes calldata rest)
    {
        _due(proof, ANCESTRY_AT);
        uint256 end = ANCESTRY_AT + uint16(bytes2(proof[HEAD_END:ANCESTRY_AT]));
        _due(proof, end);
        return (uint64(bytes8(proof[1:HEAD_END])), proof[ANCESTRY_AT:end], proof[end:]);
    }

    /// @notice The same proof, once its update has become a head.
    /// @param rest Behind the update.
    function ofHead(uint64 headId, bytes calldata rest) internal pure returns (bytes memory) {
        // forge-lint: disable-next-line(unsafe-typecast) it is 1
        return bytes.concat(bytes1(uint8(HEAD)), bytes8(headId), rest);
    }

    /// @notice The receipts root of the last of the headers that lead from a block back (ANC-1, HDR-1, HDR-2).
    /// @param blockHash Verified hash of the block, which the first header is of.
    /// @param headers They, and what is behind them.
    /// @return receiptsRoot That of the last block.
    /// @return rest Behind them.
    function openHeaders(bytes32 blockHash, bytes calldata headers)
        internal
        pure
        returns (bytes32 receiptsRoot, bytes calldata rest)
    {
        _due(headers, 1);
        uint256 count = uint8(headers[0]);
        if (count == 0) revert BlockHeader.AncestryEmpty();
        uint256 at = 1;
        for (uint256 i = 0; i < count; ++i) {
            _due(headers, at + 2);
            uint256 end = at + 2 + uint16(bytes2(headers[at:at + 2]));
            _due(headers, end);
            BlockHeader.Header memory header = BlockHeader.open(headers[at + 2:end], blockHash);
            (blockHash, receiptsRoot, at) = (header.parentHash, header.receiptsRoot, end);
        }
        rest = headers[at:];
    }

    /// @notice Takes apart what is behind the block.
    function splitReceipt(bytes calldata receipt)
        internal
        pure
        returns (uint64 transactionIndex, bytes calldata nodes)
    {
        _due(receipt, 4);
        return (uint32(bytes4(receipt[:4])), receipt[4:]);
    }

    /// @notice Reverts if anything is behind the block.
    /// @param rest What is.
    function requireEnd(bytes calldata proof, bytes calldata rest) internal pure {
        if (rest.length != 0) revert BlockHistory.AncestryLength(proof.length - rest.length, proof.length);
    }

    function _updateEnd(bytes calldata proof) private pure returns (uint256) {
        return UPDATE_AT + uint24(bytes3(proof[1:UPDATE_AT]));
    }

    /// @dev Where a part is due that ends at `end`.
    function _due(bytes calldata data, uint256 end) private pure {
        if (data.length < end) revert BlockHistory.AncestryLength(end, data.length);
    }
}
