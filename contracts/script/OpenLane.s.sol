// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MessageService} from "../src/mos/MessageService.sol";
import {HeliographScript} from "./HeliographScript.sol";

/// @title Opens the lane to and from another chain, on this chain: run it on both
/// @notice The sender has to hold the message service's role for `setLane`. A lane that is open already is moved.
contract OpenLane is HeliographScript {
    function run() external {
        string memory json = readConfig();
        MessageService service = MessageService(readContract(json, ".messageService"));
        uint256 remoteChainId = vm.parseJsonUint(json, ".remoteChainId");
        address remoteGateway = vm.parseJsonAddress(json, ".remoteGateway");
        require(remoteChainId != 0 && remoteChainId != block.chainid, "remoteChainId is not that of another chain");
        require(remoteGateway != address(0), "remoteGateway is zero: that would close the lane");

        vm.startBroadcast();
        service.setLane(remoteChainId, remoteGateway);
        vm.stopBroadcast();

        require(service.lane(remoteChainId) == remoteGateway, "lane leads elsewhere");
    }
}
