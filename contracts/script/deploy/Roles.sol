// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IAttestors} from "../../src/interfaces/IAttestors.sol";
import {IBeaconLightClient} from "../../src/interfaces/IBeaconLightClient.sol";
import {IGuardedBridge} from "../../src/interfaces/IGuardedBridge.sol";
import {ILightClientManager} from "../../src/interfaces/ILightClientManager.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {IRelayFees} from "../../src/interfaces/IRelayFees.sol";
import {IMapMessageService} from "../../src/interfaces/map/IMapMessageService.sol";

/// @title The roles, and which function of which contract is whose
/// @notice The council decides, with a delay; the guardian stops, at once; the pricer names prices, with a short delay. What is missing here is
/// the admin's. The tests hold the lists against the contracts.
library Roles {
    /// @notice Decides whose word is believed, where lanes lead and what may pass.
    uint64 internal constant COUNCIL = 1;

    /// @notice Stops: pauses, cancels releases that wait, and cancels what the others have announced.
    uint64 internal constant GUARDIAN = 2;

    /// @notice Says what deliveries cost.
    uint64 internal constant PRICER = 3;

    /// @notice Functions of a contract that are a role's.
    struct Functions {
        uint64 role;
        bytes4[] selectors;
    }

    function ofManager() internal pure returns (Functions[] memory) {
        bytes4[] memory council = new bytes4[](2);
        (council[0], council[1]) = (ILightClientManager.setClient.selector, ILightClientManager.unpause.selector);
        return _both(council, _one(ILightClientManager.pause.selector));
    }

    function ofService() internal pure returns (Functions[] memory) {
        bytes4[] memory council = new bytes4[](4);
        council[0] = IMessageService.setLane.selector;
        council[1] = IMessageService.setRoute.selector;
        council[2] = IMessageService.setFees.selector;
        council[3] = IMessageService.unpause.selector;
        return _both(council, _one(IMessageService.pause.selector));
    }

    function ofBridge() internal pure returns (Functions[] memory) {
        bytes4[] memory council = new bytes4[](5);
        council[0] = IGuardedBridge.setLimits.selector;
        council[1] = IGuardedBridge.setTerms.selector;
        council[2] = IGuardedBridge.unpause.selector;
        council[3] = IGuardedBridge.reinstateRelease.selector;
        council[4] = IGuardedBridge.setCounterpart.selector;
        bytes4[] memory guardian = new bytes4[](2);
        (guardian[0], guardian[1]) = (IGuardedBridge.pause.selector, IGuardedBridge.cancelRelease.selector);
        return _both(council, guardian);
    }

    function ofAttestors() internal pure returns (Functions[] memory) {
        return _only(COUNCIL, IAttestors.setAttestors.selector);
    }

    function ofFees() internal pure returns (Functions[] memory) {
        return _only(PRICER, IRelayFees.setPrice.selector);
    }

    function ofMap() internal pure returns (Functions[] memory) {
        return _only(COUNCIL, IMapMessageService.registerChain.selector);
    }

    function ofBeaconClient() internal pure returns (Functions[] memory) {
        return _only(COUNCIL, IBeaconLightClient.appendFork.selector);
    }

    function _both(bytes4[] memory council, bytes4[] memory guardian)
        private
        pure
        returns (Functions[] memory functions)
    {
        functions = new Functions[](2);
        functions[0] = Functions({role: COUNCIL, selectors: council});
        functions[1] = Functions({role: GUARDIAN, selectors: guardian});
    }

    function _only(uint64 role, bytes4 selector) private pure returns (Functions[] memory functions) {
        functions = new Functions[](1);
        functions[0] = Functions({role: role, selectors: _one(selector)});
    }

    function _one(bytes4 selector) private pure returns (bytes4[] memory selectors) {
        selectors = new bytes4[](1);
        selectors[0] = selector;
    }
}
