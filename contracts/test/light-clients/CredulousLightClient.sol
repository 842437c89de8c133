// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Assumption} from "../../src/interfaces/ILightClient.sol";
import {LightClient} from "../../src/light-clients/LightClient.sol";

/// @notice A family that believes everything: only the shell is under test.
contract CredulousLightClient is LightClient {
    uint256 public immutable CHAIN_ID;

    constructor(uint256 chainId_) {
        CHAIN_ID = chainId_;
    }

    function add(bytes32 blockHash) external returns (uint64) {
        uint256 status = _addHead(_anyStatus(), blockHash);
        _setStatus(status);
        return _latestHead(status);
    }

    function freeze() external {
        _freeze();
    }

    function chainId() external view returns (uint256) {
        return CHAIN_ID;
    }

    function assumption() external pure returns (Assumption) {
        return Assumption.SyncCommittee;
    }

    function _expiry(uint256) internal pure override returns (uint256) {
        return 1000;
    }
}
