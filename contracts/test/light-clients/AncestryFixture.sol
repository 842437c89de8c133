// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IBeaconLightClient} from "../../src/interfaces/IBeaconLightClient.sol";
import {SSZ} from "../../src/libraries/SSZ.sol";
import {BeaconChain} from "../../src/light-clients/BeaconChain.sol";
import {BeaconLightClient} from "../../src/light-clients/BeaconLightClient.sol";
import {AncestryProofs} from "../support/AncestryProofs.sol";
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {Test} from "forge-std/Test.sol";

// Names are short and numbers small.
// forge-lint: disable-start(unsafe-typecast)

/// @notice A made-up network, and clients of it with a head of any hash.
abstract contract AncestryFixture is Test {
    /// @dev Block roots that a state keeps.
    uint256 internal constant LENGTH = 64;

    /// @dev Slot of the bootstrap, and so of head 1.
    uint64 private constant START = 800;

    /// @dev Epochs of 4 slots. Altair from slot 8, Capella from 96, Deneb from 192, Electra from 288, Gloas from 384.
    function _network() internal pure returns (IBeaconLightClient.Config memory config) {
        config.chainId = 7;
        config.genesisValidatorsRoot = "network";
        (config.secondsPerSlot, config.slotsPerEpoch, config.epochsPerPeriod) = (12, 4, 4);
        (config.committeeSize, config.slotsPerHistoricalRoot) = (32, uint64(LENGTH));
        config.trustingPeriod = 1_000_000;
        config.forks = new IBeaconLightClient.Fork[](5);
        uint8[5] memory epochs = [2, 24, 48, 72, 96];
        for (uint8 i = 0; i < 5; ++i) {
            config.forks[i] = IBeaconLightClient.Fork(epochs[i], bytes4(uint32(i)), IBeaconLightClient.IndexSet(i));
        }
    }

    function _client(bytes32 head) internal returns (BeaconLightClient) {
        return _deploy(_network(), head);
    }

    /// @dev A client whose bootstrap has this execution block.
    function _deploy(IBeaconLightClient.Config memory config, bytes32 head) internal returns (BeaconLightClient) {
        uint256 set = uint256(config.forks[config.forks.length - 1].indexSet);
        uint256 committeeIndex = [uint16(54), 54, 54, 86, 2945][set];
        uint256 executionIndex = [uint16(1), 412, 812, 812, 2856][set];
        IBeaconLightClient.Bootstrap memory bootstrap;
        bootstrap.currentCommitteeRoot = "committee";
        bootstrap.executionBlockHash = head;
        bootstrap.currentCommitteeBranch = _nodes(committeeIndex);
        bootstrap.executionBranch = _nodes(executionIndex);
        bootstrap.header.slot = START;
        bootstrap.header.stateRoot = SSZ.branchRootOf("committee", bootstrap.currentCommitteeBranch, committeeIndex);
        bootstrap.header.bodyRoot = SSZ.branchRootOf(head, bootstrap.executionBranch, executionIndex);
        vm.warp(config.genesisTime + START * config.secondsPerSlot);
        AccessManager access = new AccessManager(address(this));
        return new BeaconLightClient(config, bootstrap, BeaconChain.headerRoot(bootstrap.header), address(access));
    }

    /// @dev The older root is where the slots say.
    function _honest(uint64 anchor, uint64 slot) internal view returns (AncestryProofs.Beacon memory) {
        uint256 field = anchor < 288 ? 37 : anchor < 384 ? 69 : 352;
        uint256 executionIndex = slot < 192 ? 412 : slot < 384 ? 812 : 2856;
        return AncestryProofs.beacon(anchor, slot, field * LENGTH + slot % LENGTH, executionIndex);
    }

    /// @dev A network of `vectors/beacon/ancestry.json`.
    function _vectorConfig(string memory json, string memory at)
        internal
        view
        returns (IBeaconLightClient.Config memory config)
    {
        config = _network();
        at = string.concat(at, ".config.");
        config.slotsPerEpoch = uint64(vm.parseJsonUint(json, string.concat(at, "slotsPerEpoch")));
        config.slotsPerHistoricalRoot = uint64(vm.parseJsonUint(json, string.concat(at, "slotsPerHistoricalRoot")));
        uint256 count;
        while (vm.keyExistsJson(json, _row(at, count))) ++count;
        config.forks = new IBeaconLightClient.Fork[](count);
        for (uint256 i = 0; i < count; ++i) {
            config.forks[i].epoch = uint64(vm.parseJsonUint(json, string.concat(_row(at, i), ".epoch")));
            config.forks[i].indexSet = _set(vm.parseJsonString(json, string.concat(_row(at, i), ".indexSet")));
        }
    }

    function _row(string memory at, uint256 i) private pure returns (string memory) {
        return string.concat(at, "forks[", vm.toString(i), "]");
    }

    function _set(string memory name) private pure returns (IBeaconLightClient.IndexSet) {
        string[5] memory names = ["altair", "capella", "deneb", "electra", "gloas"];
        for (uint8 i = 0; i < 5; ++i) {
            if (keccak256(bytes(name)) == keccak256(bytes(names[i]))) return IBeaconLightClient.IndexSet(i);
        }
        revert(name);
    }

    function _nodes(uint256 index) private pure returns (bytes32[] memory) {
        uint256 depth;
        while (index >> depth > 1) ++depth;
        return new bytes32[](depth);
    }
}
// forge-lint: disable-end(unsafe-typecast)
