// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {LightClientManager} from "../src/light-clients/LightClientManager.sol";
import {MapLightClientManager} from "../src/map/MapLightClientManager.sol";
import {HeliographScript} from "./HeliographScript.sol";
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

/// @title Says who may pause chains in the registries of light clients, and who decides everything else there, with what delay
/// @notice The sender has to be an admin of the AccessManager, which is the authority of every registry in the file. The guardian may pause at
/// once and do nothing else; the council unpauses and registers, and each time announces it before. An admin without a delay may still do all
/// of it: hand the admin's role over afterwards.
contract GuardRegistries is HeliographScript {
    /// @dev Who holds a role, and how many seconds what it does has to be announced before.
    struct Role {
        uint64 id;
        address holder;
        uint32 delay;
    }

    function run() external {
        string memory json = readConfig();
        AccessManager authority = AccessManager(readContract(json, ".accessManager"));
        address[] memory registries = vm.parseJsonAddressArray(json, ".registries");
        require(registries.length != 0, "registries is empty");
        for (uint256 i = 0; i < registries.length; ++i) {
            require(registries[i].code.length != 0, "a registry has no code on this chain");
            require(IAccessManaged(registries[i]).authority() == address(authority), "a registry has another authority");
        }
        Role memory guardian = _role(json, ".guardian");
        Role memory council = _role(json, ".council");
        require(guardian.id != council.id && guardian.holder != council.holder, "guardian and council are the same");
        require(guardian.delay == 0, "guardian.delay is not zero: a pause would come too late");
        require(council.delay != 0, "council.delay is zero: what it does could not be seen before");

        vm.startBroadcast();
        for (uint256 i = 0; i < registries.length; ++i) {
            authority.setTargetFunctionRole(registries[i], _pausing(), guardian.id);
            authority.setTargetFunctionRole(registries[i], _deciding(), council.id);
        }
        authority.grantRole(guardian.id, guardian.holder, 0);
        authority.grantRole(council.id, council.holder, council.delay);
        vm.stopBroadcast();

        for (uint256 i = 0; i < registries.length; ++i) {
            _assert(authority, registries[i], _pausing(), guardian);
            _assert(authority, registries[i], _deciding(), council);
        }
    }

    /// @dev Of both registries, as is `unpause`.
    function _pausing() private pure returns (bytes4[] memory selectors) {
        selectors = new bytes4[](1);
        selectors[0] = LightClientManager.pause.selector;
    }

    /// @dev A registry has one of the last two. The other names no function there.
    function _deciding() private pure returns (bytes4[] memory selectors) {
        selectors = new bytes4[](3);
        selectors[0] = LightClientManager.unpause.selector;
        selectors[1] = LightClientManager.setClient.selector;
        selectors[2] = MapLightClientManager.register.selector;
    }

    function _assert(AccessManager authority, address registry, bytes4[] memory selectors, Role memory role)
        private
        view
    {
        for (uint256 i = 0; i < selectors.length; ++i) {
            uint64 id = authority.getTargetFunctionRole(registry, selectors[i]);
            require(id == role.id, "a function is under another role");
        }
        (bool isHolder, uint32 delay) = authority.hasRole(role.id, role.holder);
        require(isHolder && delay == role.delay, "holder does not have the role with its delay");
    }

    function _role(string memory json, string memory key) private pure returns (Role memory role) {
        role.id = readUint64(json, string.concat(key, ".id"));
        role.holder = vm.parseJsonAddress(json, string.concat(key, ".holder"));
        uint64 delay = readUint64(json, string.concat(key, ".delay"));
        require(
            role.id != 0 && role.id != type(uint64).max, string.concat(key, ".id is that of the admin or of everybody")
        );
        require(role.holder != address(0), string.concat(key, ".holder is zero"));
        require(delay <= type(uint32).max, string.concat(key, ".delay is beyond 32 bits"));
        // forge-lint: disable-next-line(unsafe-typecast) compared above
        role.delay = uint32(delay);
    }
}
