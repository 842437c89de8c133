// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IBeaconLightClient} from "../../src/interfaces/IBeaconLightClient.sol";
import {BeaconUpdate} from "../../src/light-clients/BeaconUpdate.sol";
import {BeaconVerifier} from "../../src/light-clients/BeaconVerifier.sol";

/// @title What a client verifies, against a state that is handed to it
contract BeaconProbe is BeaconVerifier {
    constructor(IBeaconLightClient.Config memory config) BeaconVerifier(config) {}

    function verifyUpdate(
        IBeaconLightClient.Trusted calldata trusted,
        bytes calldata update,
        uint64 now_,
        bool isEvidence
    ) external returns (bytes32 finalizedRoot) {
        uint256 period = trusted.finalizedSlot / _SLOTS_PER_PERIOD;
        bytes32 next = trusted.nextCommitteeRoot;
        _committeeRoots[period & 1] = trusted.currentCommitteeRoot;
        _committeeRoots[(period & 1) ^ 1] = next == 0 ? UNKNOWN : next;
        BeaconUpdate.View u = BeaconUpdate.decode(update);
        (finalizedRoot,) = _verifyUpdate(u, trusted.finalizedSlot, type(uint64).max, now_, isEvidence);
    }

    function verifyBootstrap(IBeaconLightClient.Bootstrap calldata bootstrap, bytes32 trustedRoot) external view {
        _verifyBootstrap(bootstrap, trustedRoot);
    }
}
