// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {BeaconVerifier} from "../../src/light-clients/BeaconVerifier.sol";
import {CredulousLightClient} from "../light-clients/CredulousLightClient.sol";

/// @notice A client that takes every update whose finalized slot is newer, and refuses the others as the real one does.
contract UpdatedClient is CredulousLightClient(11_155_111) {
    uint64 private _slot;
    bytes private _refusal;

    /// @dev From now on every update is refused with this.
    function refuse(bytes calldata refusal) external {
        _refusal = refusal;
    }

    /// @dev As `IBeaconLightClient.update`.
    function update(bytes calldata encoded) external returns (uint64 headId) {
        bytes memory refusal = _refusal;
        if (refusal.length != 0) {
            assembly ("memory-safe") {
                revert(add(refusal, 0x20), mload(refusal))
            }
        }
        uint64 slot = uint64(bytes8(encoded[24:32]));
        if (slot <= _slot) revert BeaconVerifier.BeaconNotNewer(slot, _slot);
        _slot = slot;
        return this.add(bytes32(encoded[136:168]));
    }
}
