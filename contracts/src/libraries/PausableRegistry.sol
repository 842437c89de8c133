// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ILightClientManager} from "../interfaces/ILightClientManager.sol";

/// @title What stands for each chain, and which chains are paused
/// @notice Clauses CLI-4 and CLI-5 of `spec/client.md`. Who may change it is for the contract that holds it to say.
library PausableRegistry {
    /// @notice By chain id. A chain is in one of the two: whoever believes it pays nothing for the other.
    /// @param believed Of chains that are not paused.
    /// @param paused Of chains that are.
    struct Registry {
        mapping(uint256 chainId => address) believed;
        mapping(uint256 chainId => address) paused;
    }

    /// @notice Sets what stands for a chain; zero removes it. A chain that is paused stays so, unless it is removed.
    function set(Registry storage self, uint256 chainId, address entry) internal {
        if (isPaused(self, chainId)) self.paused[chainId] = entry;
        else self.believed[chainId] = entry;
    }

    /// @notice Pauses a chain. Reverts for one that is paused already (CLI-5) or unknown (CLI-4).
    function pause(Registry storage self, uint256 chainId) internal {
        self.paused[chainId] = believedOf(self, chainId);
        delete self.believed[chainId];
    }

    /// @notice Unpauses a chain. One without an entry is unknown (CLI-4).
    /// @return changed Whether it was paused; else nothing happens.
    function unpause(Registry storage self, uint256 chainId) internal returns (bool changed) {
        address entry = registeredOf(self, chainId);
        if (!isPaused(self, chainId)) return false;
        self.believed[chainId] = entry;
        delete self.paused[chainId];
        return true;
    }

    /// @notice What stands for a chain, for those who believe it (CLI-4, CLI-5).
    function believedOf(Registry storage self, uint256 chainId) internal view returns (address entry) {
        entry = self.believed[chainId];
        if (entry == address(0)) {
            if (isPaused(self, chainId)) revert ILightClientManager.ClientPaused(chainId);
            revert ILightClientManager.ClientUnknownChain(chainId);
        }
    }

    /// @notice What stands for a chain, paused or not (CLI-4).
    function registeredOf(Registry storage self, uint256 chainId) internal view returns (address entry) {
        entry = entryOf(self, chainId);
        if (entry == address(0)) revert ILightClientManager.ClientUnknownChain(chainId);
    }

    /// @notice What stands for a chain, paused or not; zero without.
    function entryOf(Registry storage self, uint256 chainId) internal view returns (address) {
        return isPaused(self, chainId) ? self.paused[chainId] : self.believed[chainId];
    }

    /// @notice Whether a chain is paused.
    function isPaused(Registry storage self, uint256 chainId) internal view returns (bool) {
        return self.paused[chainId] != address(0);
    }
}
