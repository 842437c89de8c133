// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IBeaconLightClient} from "../interfaces/IBeaconLightClient.sol";
import {BeaconPair} from "../libraries/BeaconPair.sol";
import {LightProof} from "./LightProof.sol";
import {LightProver} from "./LightProver.sol";

/// @title Proofs of logs under the light client of a beacon chain
/// @notice A proof has headers, whatever its kind: the client gives block hashes. See `LightProver`.
contract BeaconLightProver is LightProver {
    IBeaconLightClient private immutable CLIENT;

    constructor(IBeaconLightClient client_) LightProver(client_) {
        CLIENT = client_;
    }

    function _ofUpdate(bytes calldata update, bytes calldata behind)
        internal
        view
        override
        returns (bytes32 receiptsRoot, bytes calldata rest)
    {
        CLIENT.verifyUpdate(update);
        // The update holds, so it is long enough, and this is what it proves. Of a block before Capella it is no hash of a header.
        return LightProof.openHeaders(bytes32(update[BeaconPair.BLOCK_HASH_IN_UPDATE:]), behind);
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
