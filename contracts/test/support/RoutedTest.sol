// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Assumption} from "../../src/interfaces/ILightClient.sol";
import {IMessageHub} from "../../src/interfaces/IMessageHub.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {MessageHub} from "../../src/mos/MessageHub.sol";
import {MessageProofs} from "./MessageProofs.sol";
import {MessageTest} from "./MessageTest.sol";

/// @title A third chain between the two, with a hub on it
abstract contract RoutedTest is MessageTest {
    uint256 internal constant HUB = 22_776;

    MessageHub internal hub;

    function setUp() public virtual override {
        super.setUp();
        heads.follow(HUB);
        hub = new MessageHub(heads);
        _setRoute(SOURCE, HUB, address(hub));
    }

    /// @dev A route as most are: by the sync committee.
    function _setRoute(uint256 chainId, uint256 hubChainId, address hub_) internal {
        destination.setRoute(chainId, IMessageService.Route(hubChainId, hub_, Assumption.SyncCommittee));
    }

    /// @dev Has the hub relay what the source gateway sent, and returns the event as a log.
    function _relay(MessageProofs.Log memory log) internal returns (MessageProofs.Log memory) {
        IMessageService.DeliveryProof memory proof = _prove(log, 0);
        vm.chainId(HUB);
        vm.recordLogs();
        hub.relay(SOURCE, log.emitter, proof);
        vm.chainId(DESTINATION);
        return _last(IMessageHub.MessageRelayed.selector);
    }

    /// @dev The proof of a log on the hub's chain.
    function _proveRelayed(MessageProofs.Log memory log, uint64 nonce)
        internal
        returns (IMessageService.DeliveryProof memory)
    {
        return _proveOn(HUB, log, nonce);
    }
}
