// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMessageService} from "../src/interfaces/IMessageService.sol";
import {HeliographScript} from "./HeliographScript.sol";

/// @title Lets messages of a lane come by the word of a hub, on the chain where they are delivered
/// @notice The sender has to hold the message service's role for `setRoute`. A route that is set already is moved; a hub of zero closes it.
contract SetRoute is HeliographScript {
    function run() external {
        string memory json = readConfig();
        IMessageService service = IMessageService(readContract(json, ".messageService"));
        uint256 sourceChainId = vm.parseJsonUint(json, ".sourceChainId");
        IMessageService.Route memory route = IMessageService.Route({
            hubChainId: vm.parseJsonUint(json, ".hubChainId"),
            hub: vm.parseJsonAddress(json, ".hub"),
            assumption: readAssumption(json, ".assumption")
        });
        require(service.lane(sourceChainId).gateway != address(0), "there is no lane from sourceChainId");
        require(route.hubChainId != sourceChainId, "the hub is on the source chain: its messages come directly");
        bool isFollowed = address(service.clients().clientOf(route.hubChainId)) != address(0);
        require(isFollowed || route.hub == address(0), "no light client follows hubChainId");

        vm.startBroadcast();
        service.setRoute(sourceChainId, route);
        vm.stopBroadcast();

        IMessageService.Route memory set = service.route(sourceChainId);
        require(set.hub == route.hub, "route leads elsewhere");
        if (route.hub == address(0)) return;
        require(keccak256(abi.encode(set)) == keccak256(abi.encode(route)), "route leads elsewhere");
    }
}
