// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MessageService} from "../src/mos/MessageService.sol";
import {HeliographScript} from "./HeliographScript.sol";

/// @title Lets messages of a lane come by the word of a hub, on the chain where they are delivered
/// @notice The sender has to hold the message service's role for `setRoute`. A route that is set already is moved; a hub of zero closes it.
contract SetRoute is HeliographScript {
    function run() external {
        string memory json = readConfig();
        MessageService service = MessageService(readContract(json, ".messageService"));
        uint256 sourceChainId = vm.parseJsonUint(json, ".sourceChainId");
        uint256 hubChainId = vm.parseJsonUint(json, ".hubChainId");
        address hub = vm.parseJsonAddress(json, ".hub");
        require(service.lane(sourceChainId) != address(0), "there is no lane from sourceChainId");
        require(hubChainId != sourceChainId, "the hub is on the source chain: its messages come directly");
        bool isFollowed = address(service.clients().clientOf(hubChainId)) != address(0);
        require(isFollowed || hub == address(0), "no light client follows hubChainId");

        vm.startBroadcast();
        service.setRoute(sourceChainId, hubChainId, hub);
        vm.stopBroadcast();

        (uint256 setChainId, address set) = service.route(sourceChainId);
        require(set == hub && (hub == address(0) || setChainId == hubChainId), "route leads elsewhere");
    }
}
