// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMapLightClient} from "../interfaces/IMapLightClient.sol";
import {LightProver} from "./LightProver.sol";

/// @title Proofs of logs under the light client of the MAP relay chain
/// @notice A proof of kind 0 or 1 has no headers: the client knows the receipts root of what it has verified. See `LightProver`.
contract MapLightProver is LightProver {
    IMapLightClient private immutable CLIENT;

    constructor(IMapLightClient client_) LightProver(client_) {
        CLIENT = client_;
    }

    function _ofUpdate(bytes calldata update, bytes calldata behind)
        internal
        view
        override
        returns (bytes32 receiptsRoot, bytes calldata rest)
    {
        (,, receiptsRoot) = CLIENT.verifyUpdate(update);
        rest = behind;
    }

    function _ofHead(uint64 headId, bytes calldata behind)
        internal
        view
        override
        returns (bytes32 receiptsRoot, bytes calldata rest)
    {
        return (CLIENT.receiptsRoot(headId), behind);
    }
}
