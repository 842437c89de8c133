// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IAttestedLightClient} from "../interfaces/IAttestedLightClient.sol";
import {LightProof} from "./LightProof.sol";
import {LightProver} from "./LightProver.sol";

/// @title Proofs of logs in blocks that attestors have signed
/// @notice A proof has headers, whatever its kind: the client gives block hashes. It has no older blocks (ANC-2). See `LightProver`.
contract AttestedLightProver is LightProver {
    IAttestedLightClient private immutable CLIENT;

    constructor(IAttestedLightClient client_) LightProver(client_) {
        CLIENT = client_;
    }

    function _ofUpdate(bytes calldata update, bytes calldata behind)
        internal
        view
        override
        returns (bytes32 receiptsRoot, bytes calldata rest)
    {
        (, bytes32 blockHash) = CLIENT.verifyUpdate(update);
        return LightProof.openHeaders(blockHash, behind);
    }

    function _ofHead(uint64 headId, bytes calldata behind)
        internal
        view
        override
        returns (bytes32 receiptsRoot, bytes calldata rest)
    {
        return LightProof.openHeaders(CLIENT.headHash(headId), behind);
    }
}
