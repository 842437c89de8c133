// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMapLightClient} from "../interfaces/IMapLightClient.sol";
import {LightProof} from "./LightProof.sol";
import {LightProver} from "./LightProver.sol";

/// @title Proofs of logs under the light client of the MAP relay chain
/// @notice A proof of kind 0 or 1 has no headers: the client knows the receipts root of what it has verified. See `LightProver`.
contract MapLightProver is LightProver {
    IMapLightClient private immutable CLIENT;

    constructor(IMapLightClient client_) LightProver(client_) {
        CLIENT = client_;
    }

    function _receiptsRoot(bytes calldata proof)
        internal
        view
        override
        returns (bytes32 receiptsRoot, bytes calldata rest)
    {
        uint256 kind = LightProof.kindOf(proof);
        if (kind == LightProof.HEAD) {
            uint64 headId;
            (headId, rest) = LightProof.splitHead(proof);
            return (CLIENT.receiptsRoot(headId), rest);
        }
        if (kind != LightProof.UPDATE) return super._receiptsRoot(proof);
        bytes calldata update;
        (update, rest) = LightProof.splitUpdate(proof);
        (,, receiptsRoot) = CLIENT.verifyUpdate(update);
    }
}
