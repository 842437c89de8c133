// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Assumption, ILightClient} from "../../src/interfaces/ILightClient.sol";
import {BlockHistory} from "../../src/libraries/BlockHistory.sol";

/// @title A light client that holds the heads it was given
contract MessageClient is ILightClient {
    uint256 public immutable CHAIN_ID;

    /// @inheritdoc ILightClient
    Assumption public assumption = Assumption.SyncCommittee;

    /// @inheritdoc ILightClient
    uint64 public latestHead;

    mapping(uint64 id => bytes32) private _heads;

    constructor(uint256 chainId_) {
        CHAIN_ID = chainId_;
    }

    function setHead(uint64 id, bytes32 blockHash) external {
        (latestHead, _heads[id]) = (id, blockHash);
    }

    function setAssumption(Assumption assumption_) external {
        assumption = assumption_;
    }

    /// @inheritdoc ILightClient
    function ancestorHash(uint64 id, bytes calldata proof) external view returns (bytes32 blockHash) {
        blockHash = headHash(id);
        return proof.length == 0 ? blockHash : BlockHistory.ancestor(blockHash, proof);
    }

    /// @inheritdoc ILightClient
    function chainId() external view returns (uint256) {
        return CHAIN_ID;
    }

    /// @inheritdoc ILightClient
    function headHash(uint64 id) public view returns (bytes32 blockHash) {
        blockHash = _heads[id];
        if (blockHash == bytes32(0)) revert ClientUnknownHead(id);
    }
}
