// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IBeaconLightClient} from "../../src/interfaces/IBeaconLightClient.sol";
import {UpdatedClient} from "../support/UpdatedClient.sol";

/// @notice A client that takes every update whose slot is newer: what one has to prove is tested elsewhere.
contract TakingClient is UpdatedClient {
    function config() external pure returns (IBeaconLightClient.Config memory config_) {
        (config_.chainId, config_.slotsPerHistoricalRoot) = (11_155_111, 64);
    }

    function verifyUpdate(bytes calldata encoded) external pure returns (bytes32) {
        return keccak256(encoded);
    }
}
