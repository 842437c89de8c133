// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IBeaconLightClient} from "../src/interfaces/IBeaconLightClient.sol";
import {ILightClientManager} from "../src/interfaces/ILightClientManager.sol";
import {BeaconLightClient} from "../src/light-clients/BeaconLightClient.sol";
import {HeliographScript} from "./HeliographScript.sol";

/// @title Deploys a light client of a beacon chain and registers it
/// @notice The sender has to hold the registry's role for `setClient`, unless the file says `"register": false`.
contract DeployBeaconClient is HeliographScript {
    function run() external returns (BeaconLightClient client) {
        string memory json = readConfig();
        bytes32 trustedRoot = vm.parseJsonBytes32(json, ".trustedRoot");
        require(trustedRoot != 0, "trustedRoot is zero: name the root of a finalized header you trust");
        IBeaconLightClient.Config memory config = _config(json);
        IBeaconLightClient.Bootstrap memory bootstrap = _bootstrap(json);
        ILightClientManager manager = ILightClientManager(readContract(json, ".lightClientManager"));
        bool register = !vm.keyExistsJson(json, ".register") || vm.parseJsonBool(json, ".register");

        vm.startBroadcast();
        client = new BeaconLightClient(config, bootstrap, trustedRoot);
        if (register) manager.setClient(config.chainId, client);
        vm.stopBroadcast();

        require(client.chainId() == config.chainId, "client follows another chain");
        require(client.trusted().finalizedRoot == trustedRoot, "client trusts another root");
        require(client.latestHead() == 1, "client has not exactly one head");
        require(client.headHash(1) == bootstrap.executionBlockHash, "client's head is not the bootstrap's block");
        if (register) {
            require(manager.clientOf(config.chainId) == client, "registry names another client");
        }
        _write(config.chainId, client);
    }

    function _config(string memory json) private view returns (IBeaconLightClient.Config memory config) {
        config.chainId = vm.parseJsonUint(json, ".config.chainId");
        config.genesisTime = readUint64(json, ".config.genesisTime");
        config.genesisValidatorsRoot = vm.parseJsonBytes32(json, ".config.genesisValidatorsRoot");
        config.secondsPerSlot = readUint64(json, ".config.secondsPerSlot");
        config.slotsPerEpoch = readUint64(json, ".config.slotsPerEpoch");
        config.epochsPerPeriod = readUint64(json, ".config.epochsPerPeriod");
        config.trustingPeriod = readUint64(json, ".config.trustingPeriod");

        uint256 count = 0;
        while (vm.keyExistsJson(json, _row(count))) ++count;
        config.forks = new IBeaconLightClient.Fork[](count);
        for (uint256 i = 0; i < count; ++i) {
            config.forks[i] = _fork(json, _row(i));
        }
    }

    function _fork(string memory json, string memory row) private pure returns (IBeaconLightClient.Fork memory fork) {
        fork.epoch = readUint64(json, string.concat(row, ".epoch"));
        bytes memory version = vm.parseJsonBytes(json, string.concat(row, ".version"));
        require(version.length == 4, string.concat(row, ".version is not 4 bytes"));
        // forge-lint: disable-next-line(unsafe-typecast) compared above
        fork.version = bytes4(version);

        bytes32 name = keccak256(bytes(vm.parseJsonString(json, string.concat(row, ".indexSet"))));
        bool isElectra = name == keccak256("electra");
        require(isElectra || name == keccak256("altair"), string.concat(row, ".indexSet is neither altair nor electra"));
        fork.indexSet = isElectra ? IBeaconLightClient.IndexSet.Electra : IBeaconLightClient.IndexSet.Altair;
    }

    function _bootstrap(string memory json) private pure returns (IBeaconLightClient.Bootstrap memory bootstrap) {
        bootstrap.header.slot = readUint64(json, ".bootstrap.header.slot");
        bootstrap.header.proposerIndex = readUint64(json, ".bootstrap.header.proposerIndex");
        bootstrap.header.parentRoot = vm.parseJsonBytes32(json, ".bootstrap.header.parentRoot");
        bootstrap.header.stateRoot = vm.parseJsonBytes32(json, ".bootstrap.header.stateRoot");
        bootstrap.header.bodyRoot = vm.parseJsonBytes32(json, ".bootstrap.header.bodyRoot");
        bootstrap.currentCommitteeRoot = vm.parseJsonBytes32(json, ".bootstrap.currentCommitteeRoot");
        bootstrap.currentCommitteeBranch = vm.parseJsonBytes32Array(json, ".bootstrap.currentCommitteeBranch");
        bootstrap.executionBlockHash = vm.parseJsonBytes32(json, ".bootstrap.executionBlockHash");
        bootstrap.executionBranch = vm.parseJsonBytes32Array(json, ".bootstrap.executionBranch");
    }

    function _write(uint256 sourceChainId, BeaconLightClient client) private {
        string memory object = "beaconClient";
        vm.serializeUint(object, "chainId", block.chainid);
        vm.serializeUint(object, "sourceChainId", sourceChainId);
        writeOutput(vm.serializeAddress(object, "lightClient", address(client)));
    }

    function _row(uint256 i) private pure returns (string memory) {
        return string.concat(".config.forks[", vm.toString(i), "]");
    }
}
