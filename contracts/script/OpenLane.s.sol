// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Assumption} from "../src/interfaces/ILightClient.sol";
import {IMessageService} from "../src/interfaces/IMessageService.sol";
import {HeliographScript} from "./HeliographScript.sol";

/// @title Opens the lane to and from another chain, on this chain: run it on both
/// @notice The sender has to hold the message service's role for `setLane`. A lane that is open already is moved.
contract OpenLane is HeliographScript {
    function run() external {
        string memory json = readConfig();
        IMessageService service = IMessageService(readContract(json, ".messageService"));
        uint256 remoteChainId = vm.parseJsonUint(json, ".remoteChainId");
        address remoteGateway = vm.parseJsonAddress(json, ".remoteGateway");
        Assumption assumption = readAssumption(json, ".assumption");
        bool attested = vm.keyExistsJson(json, ".attested") && vm.parseJsonBool(json, ".attested");
        require(remoteChainId != 0 && remoteChainId != block.chainid, "remoteChainId is not that of another chain");
        require(remoteGateway != address(0), "remoteGateway is zero: that would close the lane");
        if (attested) {
            (, uint256 threshold) = service.attestors().attestorsOf(remoteChainId);
            require(threshold != 0, "attested, but remoteChainId has no attestors: nothing could be delivered");
        }

        vm.startBroadcast();
        service.setLane(remoteChainId, remoteGateway, assumption, attested);
        vm.stopBroadcast();

        IMessageService.Lane memory lane = service.lane(remoteChainId);
        require(lane.gateway == remoteGateway, "lane leads elsewhere");
        require(lane.assumption == assumption && lane.attested == attested, "lane asks for something else");
    }
}
