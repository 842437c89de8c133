// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Assumption} from "../../src/interfaces/ILightClient.sol";
import {Roles} from "./Roles.sol";
import {Wiring} from "./Wiring.sol";
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";

/// @title Who may do what, and how the deployer gives away the last say
/// @notice A guardian may cancel what members of the other roles have announced, and nothing more comes of it than a delay: what the admin
/// announces in the AccessManager itself is under the admin's role, which has no guardian, and that is how a guardian is removed.
/// @dev Delays of grants and of targets take effect five days after they are set (`minSetback`). Until then the admin's own delay stands
/// before every grant and every change of a target.
abstract contract Governance is Wiring {
    /// @dev Of `_targets` and `_roles` in OpenZeppelin 5.7's AccessManager, which has no getter for a delay to come.
    uint256 private constant TARGETS_SLOT = 0;
    uint256 private constant ROLES_SLOT = 1;

    function _govern(Config memory config, Deployment memory deployed) internal {
        for (uint256 i = 0; i < config.roles.length; ++i) {
            _setRole(config.roles[i]);
        }
        uint32 delay = config.admin.targetDelay;
        _setTarget("LightClientManager", address(deployed.lightClientManager), Roles.ofManager(), delay);
        _setTarget("Attestors", address(deployed.attestors), Roles.ofAttestors(), delay);
        _setTarget("MessageService", address(deployed.messageService), Roles.ofService(), delay);
        _setTarget("RelayFees", address(deployed.relayFees), Roles.ofFees(), delay);
        if (config.map) {
            _setTarget("MapMessageService", address(deployed.mapMessageService), Roles.ofMap(), delay);
        }
        for (uint256 i = 0; i < config.clients.length; ++i) {
            Client memory client = config.clients[i];
            if (client.kind == Assumption.SyncCommittee) {
                _setTarget(_client(client), client.account, Roles.ofBeaconClient(), delay);
            }
        }
        for (uint256 i = 0; i < config.bridges.length; ++i) {
            string memory label = string.concat("bridge ", vm.toString(config.bridges[i]));
            bool isOurs = IAccessManaged(config.bridges[i]).authority() == address(_manager);
            require(isOurs, string.concat(label, " has another authority"));
            _setTarget(label, config.bridges[i], Roles.ofBridge(), delay);
        }
        _setAdmin(config.admin);
    }

    /// @dev The deployer's last step. The new admin has shown before that it can act.
    /// @return over Whether the deployer has nothing left.
    function _handOver(Config memory config) internal returns (bool over) {
        uint64 role = _manager.ADMIN_ROLE();
        (bool isAdmin,) = _manager.hasRole(role, _deployer);
        if (isAdmin && _hasAccepted(config)) {
            bytes memory data = abi.encodeCall(AccessManager.renounceRole, (role, _deployer));
            _perform("the deployer gives up the admin's role", address(_manager), data);
            isAdmin = false;
        }
        return !isAdmin;
    }

    /// @dev What the new admin announces to accept: that the deployer is admin no more.
    function _acceptance(Config memory config) internal view returns (bytes memory) {
        return abi.encodeCall(AccessManager.schedule, (address(_manager), _revocation(config), 0));
    }

    function _hasAccepted(Config memory config) private view returns (bool) {
        return
            _manager.getNonce(_manager.hashOperation(config.admin.account, address(_manager), _revocation(config))) != 0;
    }

    function _revocation(Config memory config) private view returns (bytes memory) {
        return abi.encodeCall(AccessManager.revokeRole, (_manager.ADMIN_ROLE(), config.deployer));
    }

    /// @dev One transaction for all of a role: it is there as a whole or not at all.
    function _setRole(Role memory role) private {
        bool guarded = role.id != Roles.GUARDIAN;
        uint64 guardian = guarded ? Roles.GUARDIAN : 0;
        bool done = _manager.getRoleGuardian(role.id) == guardian && _manager.getRoleAdmin(role.id) == 0
            && _grantDelay(role.id) == role.grantDelay;
        bool blank =
            _manager.getRoleGuardian(role.id) == 0 && _manager.getRoleAdmin(role.id) == 0 && _grantDelay(role.id) == 0;

        uint256 count = role.members.length;
        bytes[] memory calls = new bytes[](count + (guarded ? 3 : 2));
        for (uint256 i = 0; i < count; ++i) {
            (bool holds, bool granted) = _holds(role.id, role.members[i], role.delay);
            done = done && holds;
            blank = blank && !granted;
            calls[i] = abi.encodeCall(AccessManager.grantRole, (role.id, role.members[i], role.delay));
        }
        calls[count] = abi.encodeCall(AccessManager.labelRole, (role.id, role.label));
        calls[count + 1] = abi.encodeCall(AccessManager.setGrantDelay, (role.id, role.grantDelay));
        if (guarded) calls[count + 2] = abi.encodeCall(AccessManager.setRoleGuardian, (role.id, guardian));
        _step(done, blank, string.concat("role ", role.label), address(_manager), _all(calls));
    }

    function _setTarget(string memory label, address target, Roles.Functions[] memory functions, uint32 delay) private {
        bool done = _targetDelay(target) == delay && !_manager.isTargetClosed(target);
        bool blank = _targetDelay(target) == 0;
        bytes[] memory calls = new bytes[](functions.length + 1);
        for (uint256 i = 0; i < functions.length; ++i) {
            Roles.Functions memory of_ = functions[i];
            for (uint256 j = 0; j < of_.selectors.length; ++j) {
                uint64 role = _manager.getTargetFunctionRole(target, of_.selectors[j]);
                done = done && role == of_.role;
                blank = blank && role == 0;
            }
            calls[i] = abi.encodeCall(AccessManager.setTargetFunctionRole, (target, of_.selectors, of_.role));
        }
        calls[functions.length] = abi.encodeCall(AccessManager.setTargetAdminDelay, (target, delay));
        _step(done, blank, string.concat("roles of ", label), address(_manager), _all(calls));
    }

    function _setAdmin(Admin memory admin) private {
        uint64 role = _manager.ADMIN_ROLE();
        (bool holds, bool granted) = _holds(role, admin.account, admin.delay);
        bytes[] memory calls = new bytes[](2);
        calls[0] = abi.encodeCall(AccessManager.grantRole, (role, admin.account, admin.delay));
        calls[1] = abi.encodeCall(AccessManager.setGrantDelay, (role, admin.grantDelay));
        _step(
            holds && _grantDelay(role) == admin.grantDelay,
            !granted && _grantDelay(role) == 0,
            "role admin",
            address(_manager),
            _all(calls)
        );
    }

    /// @return holds Whether an account has a role now, with this delay and no other to come.
    /// @return granted Whether it was given it, with whatever delay and from whenever on.
    function _holds(uint64 role, address account, uint32 delay) private view returns (bool holds, bool granted) {
        (bool isMember,) = _manager.hasRole(role, account);
        (uint48 since, uint32 current,, uint48 effect) = _manager.getAccess(role, account);
        return (isMember && current == delay && effect == 0, since != 0);
    }

    function _all(bytes[] memory calls) private pure returns (bytes memory) {
        return abi.encodeCall(Multicall.multicall, (calls));
    }

    /// @dev The delay of grants of a role, as it is or will be.
    function _grantDelay(uint64 role) private view returns (uint32) {
        bytes32 slot = keccak256(abi.encode(uint256(role), ROLES_SLOT));
        // Members, then in one word: admin and guardian (8 bytes each), the delay.
        uint256 word = uint256(vm.load(address(_manager), bytes32(uint256(slot) + 1)));
        // forge-lint: disable-next-line(unsafe-typecast) `Time.Delay` ends with what comes
        return uint32(word >> 128);
    }

    /// @dev The admin's delay at a target, as it is or will be.
    function _targetDelay(address target) private view returns (uint32) {
        bytes32 slot = keccak256(abi.encode(target, TARGETS_SLOT));
        // Functions, then in one word: the delay, whether it is closed.
        // forge-lint: disable-next-line(unsafe-typecast) `Time.Delay` ends with what comes
        return uint32(uint256(vm.load(address(_manager), bytes32(uint256(slot) + 1))));
    }
}
