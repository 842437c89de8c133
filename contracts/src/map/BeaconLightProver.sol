// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IBeaconLightClient} from "../interfaces/IBeaconLightClient.sol";
import {LightProof} from "./LightProof.sol";
import {LightProver} from "./LightProver.sol";

/// @title Proofs of logs under the light client of a beacon chain
/// @notice A proof has headers, whatever its kind: the client gives block hashes. See `LightProver`.
contract BeaconLightProver is LightProver {
    IBeaconLightClient private immutable CLIENT;

    /// @dev Where the execution block hash is in an update (`spec/client.md` section 4.1): last in the pair, which is behind the slot.
    uint256 private constant BLOCK_HASH_AT = 136;

    constructor(IBeaconLightClient client_) LightProver(client_) {
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
            return LightProof.openHeaders(CLIENT.headHash(headId), rest);
        }
        if (kind != LightProof.UPDATE) return super._receiptsRoot(proof);
        bytes calldata update;
        (update, rest) = LightProof.splitUpdate(proof);
        CLIENT.verifyUpdate(update);
        // The update holds, so it is long enough, and this is what it proves. Of a block before Capella it is no hash of a header.
        return LightProof.openHeaders(bytes32(update[BLOCK_HASH_AT:]), rest);
    }
}
