// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {LightClientManager} from "../src/light-clients/LightClientManager.sol";
import {MessageHub} from "../src/mos/MessageHub.sol";
import {HeliographScript} from "./HeliographScript.sol";

/// @title Deploys a hub over a registry of light clients
/// @notice The hub has no owner. What it says is as right as the registry's clients, so whoever names it in a route trusts those who
/// may set these.
contract DeployHub is HeliographScript {
    function run() external returns (MessageHub hub) {
        string memory json = readConfig();
        LightClientManager manager = LightClientManager(readContract(json, ".lightClientManager"));

        vm.startBroadcast();
        hub = new MessageHub(manager);
        vm.stopBroadcast();

        require(address(hub.clients()) == address(manager), "hub has another registry");
        string memory object = "hub";
        vm.serializeUint(object, "chainId", block.chainid);
        writeOutput(vm.serializeAddress(object, "messageHub", address(hub)));
    }
}
