// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IBeaconLightClient} from "../interfaces/IBeaconLightClient.sol";
import {BeaconPair} from "../libraries/BeaconPair.sol";
import {BlockHeader} from "../libraries/BlockHeader.sol";
import {BlockHistory} from "../libraries/BlockHistory.sol";
import {CalldataSlice} from "../libraries/CalldataSlice.sol";
import {BeaconChain} from "./BeaconChain.sol";

/// @title The beacon block roots that a beacon state keeps
/// @notice Establishes the execution block hash of an older beacon block, given the verified hash of a newer execution block: its header
/// names the beacon block before its own (EIP-4788), and the state of that one keeps the roots of the 8192 blocks before it.
/// Clauses ANC-2 and ANC-3 of `spec/client.md`. A proof is packed; all numbers are big-endian:
///
///     at   0    1  kind             at 165  block roots branch: 32 for each node
///     at   1    2  length of header         execution branch: 32 for each node
///     at   3    1  block roots nodes        execution header
///     at   4    1  execution nodes
///     at   5  160  pair: the outer block is the one that is named, the inner one is the older one
///
/// Where in the list the root is follows from the older block's slot, which its root binds: nothing says it twice.
library BeaconAncestry {
    using CalldataSlice for bytes;

    /// @notice Thrown when the newer beacon block's state does not keep the root of the older one (ANC-3).
    /// @param slot Slot of the older beacon block.
    /// @param anchor Slot of the newer one.
    error AncestryBeaconSlot(uint64 slot, uint64 anchor);

    /// @notice Thrown when the older beacon block is from before Capella and proves no execution block (ANC-3).
    error AncestryNoExecution(uint64 slot);

    /// @notice Thrown when the newer beacon block is not the one that the execution header names (ANC-3).
    error AncestryBeaconRoot(bytes32 expected, bytes32 got);

    /// @notice First byte of a proof.
    uint256 internal constant KIND = 1;

    // Where the parts begin.
    uint256 private constant PAIR = 5;
    uint256 private constant BRANCHES = PAIR + BeaconPair.LENGTH;

    /// @notice The hash of an older execution block (ANC-2, ANC-3).
    /// @param indexSetAt Number of the index set of a slot (BCN-6).
    /// @param slotsPerHistoricalRoot How many roots a state keeps.
    /// @param head Verified hash of the newer execution block.
    /// @param proof Its first byte has been looked at.
    function ancestor(
        function(uint256) internal view returns (uint256) indexSetAt,
        uint256 slotsPerHistoricalRoot,
        bytes32 head,
        bytes calldata proof
    ) internal view returns (bytes32 blockHash) {
        if (proof.length < BRANCHES) {
            revert BlockHistory.AncestryLength(BRANCHES, proof.length);
        }
        uint256 nodes = uint8(proof[3]);
        uint256 executionNodes = uint8(proof[4]);
        uint256 headerAt = BRANCHES + 32 * (nodes + executionNodes);
        {
            uint256 end = headerAt + uint16(bytes2(proof[1:3]));
            if (proof.length != end) revert BlockHistory.AncestryLength(end, proof.length);
        }
        bytes32 expected = BlockHeader.parentBeaconRoot(proof[headerAt:], head);

        uint256 pair = proof.positionOf() + PAIR;
        uint256 indices = _indices(indexSetAt, slotsPerHistoricalRoot, pair);
        (,, bytes32 got) = BeaconPair.rootsOf(pair, pair + BeaconPair.LENGTH, nodes << 8 | executionNodes, indices);
        if (got != expected) revert AncestryBeaconRoot(expected, got);
        return BeaconPair.executionBlockHash(pair);
    }

    /// @dev Where the older block's root is in the newer one's state, and the execution block hash in the older one's body, as
    /// `BeaconPair.rootsOf` takes them: an index in a list of at most 2³² roots is below 2⁶⁴.
    function _indices(
        function(uint256) internal view returns (uint256) indexSetAt,
        uint256 slotsPerHistoricalRoot,
        uint256 pair
    ) private view returns (uint256 indices) {
        uint64 anchor = BeaconPair.outerSlot(pair);
        uint64 slot = BeaconPair.innerSlot(pair);
        if (anchor <= slot || anchor - slot > slotsPerHistoricalRoot) revert AncestryBeaconSlot(slot, anchor);
        uint256 outer = indexSetAt(anchor);
        uint256 inner = indexSetAt(slot);
        if (inner == uint256(IBeaconLightClient.IndexSet.Altair)) revert AncestryNoExecution(slot);
        uint256 index = BeaconChain.blockRootsIndex(outer) * slotsPerHistoricalRoot + slot % slotsPerHistoricalRoot;
        return BeaconChain.executionBlockHashIndex(inner) << 128 | index;
    }
}
