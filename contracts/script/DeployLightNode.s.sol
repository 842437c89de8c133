// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IBeaconLightClient} from "../src/interfaces/IBeaconLightClient.sol";
import {ILightClient} from "../src/interfaces/ILightClient.sol";
import {IMapLightClient} from "../src/interfaces/IMapLightClient.sol";
import {ILightNode} from "../src/interfaces/map/ILightNode.sol";
import {BeaconLightNode} from "../src/map/BeaconLightNode.sol";
import {MapLightClientManager} from "../src/map/MapLightClientManager.sol";
import {MapLightNode} from "../src/map/MapLightNode.sol";
import {HeliographScript} from "./HeliographScript.sol";

/// @title Puts MAP's ABI before a light client, and registers that by its chain id
/// @notice Deploys the registry behind MAP's ABI too, unless the file names one. The sender has to hold the registry's role for `register`,
/// unless the file says `"register": false`.
contract DeployLightNode is HeliographScript {
    function run() external returns (ILightNode node, MapLightClientManager manager) {
        string memory json = readConfig();
        ILightClient client = ILightClient(readContract(json, ".lightClient"));
        bool isMap = _isMap(vm.parseJsonString(json, ".family"));
        bool hasManager = vm.keyExistsJson(json, ".mapLightClientManager");
        address authority = hasManager ? address(0) : readContract(json, ".accessManager");
        if (hasManager) manager = MapLightClientManager(readContract(json, ".mapLightClientManager"));
        bool register = !vm.keyExistsJson(json, ".register") || vm.parseJsonBool(json, ".register");
        uint256 followed = client.chainId();

        vm.startBroadcast();
        if (!hasManager) manager = new MapLightClientManager(authority);
        if (isMap) node = new MapLightNode(IMapLightClient(address(client)));
        else node = new BeaconLightNode(IBeaconLightClient(address(client)));
        if (register) manager.register(followed, address(node));
        vm.stopBroadcast();

        require(node.client() == client && node.prover().client() == client, "node asks another client");
        require(node.chainId() == followed, "node follows another chain");
        // Answers only if the client is of the family named.
        require(node.nodeType() == 1 && node.clientState().length != 0, "node does not know its client");
        if (!hasManager) require(manager.authority() == authority, "registry has another authority");
        if (register) {
            require(manager.lightClientContract(followed) == address(node), "registry names another node");
        }
        _write(followed, node, manager);
    }

    function _isMap(string memory family) private pure returns (bool) {
        if (keccak256(bytes(family)) == keccak256("map")) return true;
        require(keccak256(bytes(family)) == keccak256("beacon"), string.concat("no family is named ", family));
        return false;
    }

    function _write(uint256 sourceChainId, ILightNode node, MapLightClientManager manager) private {
        string memory object = "lightNode";
        vm.serializeUint(object, "chainId", block.chainid);
        vm.serializeUint(object, "sourceChainId", sourceChainId);
        vm.serializeAddress(object, "mapLightClientManager", address(manager));
        writeOutput(vm.serializeAddress(object, "lightNode", address(node)));
    }
}
