// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ILightClientManager} from "../src/interfaces/ILightClientManager.sol";
import {IMapLightClient} from "../src/interfaces/IMapLightClient.sol";
import {MapLightClient} from "../src/light-clients/MapLightClient.sol";
import {HeliographScript} from "./HeliographScript.sol";

/// @title Deploys a light client of a MAP relay chain and registers it
/// @notice The sender has to hold the registry's role for `setClient`, unless the file says `"register": false`. Nobody has a say in the
/// client itself: what it trusts is the commitment in the file, and what that set signs.
contract DeployMapClient is HeliographScript {
    function run() external returns (MapLightClient client) {
        string memory json = readConfig();
        bytes32 commitment = vm.parseJsonBytes32(json, ".trustedCommitment");
        require(commitment != 0, "trustedCommitment is zero: name the commitment of a set you trust");
        IMapLightClient.Config memory config = _config(json);
        IMapLightClient.Checkpoint memory checkpoint = _checkpoint(json);
        ILightClientManager manager = ILightClientManager(readContract(json, ".lightClientManager"));
        bool register = !vm.keyExistsJson(json, ".register") || vm.parseJsonBool(json, ".register");

        vm.startBroadcast();
        client = new MapLightClient(config, checkpoint, commitment);
        if (register) manager.setClient(config.chainId, client);
        vm.stopBroadcast();

        require(client.chainId() == config.chainId, "client follows another chain");
        require(keccak256(abi.encode(client.config())) == keccak256(abi.encode(config)), "client has another config");
        IMapLightClient.Trusted memory trusted = client.trusted();
        require(trusted.epoch == checkpoint.epoch && trusted.time == checkpoint.time, "client trusts another epoch");
        require(trusted.commitment == commitment, "client trusts another set");
        require(client.commitmentOf(checkpoint.epoch) == commitment, "client holds another set");
        require(trusted.latestHead == 0, "client has a head already");
        if (register) {
            require(manager.clientOf(config.chainId) == client, "registry names another client");
        }
        _write(config.chainId, client);
    }

    function _config(string memory json) private pure returns (IMapLightClient.Config memory config) {
        config.chainId = vm.parseJsonUint(json, ".config.chainId");
        config.epochSize = readUint64(json, ".config.epochSize");
        config.forkHeight = readUint64(json, ".config.forkHeight");
        config.trustingPeriod = readUint64(json, ".config.trustingPeriod");
    }

    function _checkpoint(string memory json) private pure returns (IMapLightClient.Checkpoint memory checkpoint) {
        checkpoint.epoch = readUint64(json, ".checkpoint.epoch");
        checkpoint.time = readUint64(json, ".checkpoint.time");
        checkpoint.keys = vm.parseJsonBytes(json, ".checkpoint.keys");
        require(checkpoint.keys.length % 64 == 0, "checkpoint.keys is not a list of keys of 64 bytes");
    }

    function _write(uint256 sourceChainId, MapLightClient client) private {
        string memory object = "mapClient";
        vm.serializeUint(object, "chainId", block.chainid);
        vm.serializeUint(object, "sourceChainId", sourceChainId);
        writeOutput(vm.serializeAddress(object, "lightClient", address(client)));
    }
}
