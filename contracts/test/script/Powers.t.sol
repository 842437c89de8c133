// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Deploy} from "../../script/Deploy.s.sol";
import {Roles} from "../../script/deploy/Roles.sol";
import {CrosschainCoin} from "../../src/examples/CrosschainCoin.sol";
import {IGuardedBridge} from "../../src/interfaces/IGuardedBridge.sol";
import {ILightClientManager} from "../../src/interfaces/ILightClientManager.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {GuardedBridgeERC20} from "../../src/tokens/GuardedBridgeERC20.sol";
import {DeployTest} from "./DeployTest.sol";
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";

/// @dev Who can do what once the deployer has gone, and how the last say is handed over.
contract PowersTest is DeployTest {
    Deploy.Deployment private _deployed;
    AccessManager private _manager;

    function setUp() public override {
        super.setUp();
        Deploy.Deployment memory deployed = deployAll();
        _manager = deployed.accessManager;
        _deployed = deployed;
    }

    // ── the handover ──

    function test_handover_accepts_onlyOneWhoCanAct() public {
        AccessManager manager = _undone();
        script.deploy(json);
        assertTrue(_isAdmin(manager, DEPLOYER), "nobody has accepted yet");

        bytes memory revoke = abi.encodeCall(IAccessManager.revokeRole, (0, DEPLOYER));
        vm.expectRevert(
            abi.encodeWithSelector(
                IAccessManager.AccessManagerUnauthorizedCall.selector,
                COUNCIL,
                address(manager),
                IAccessManager.revokeRole.selector
            )
        );
        vm.prank(COUNCIL);
        manager.schedule(address(manager), revoke, 0);
        script.deploy(json);
        assertTrue(_isAdmin(manager, DEPLOYER), "an impostor has not accepted");

        script.acceptAs(json);
        script.deploy(json);
        assertFalse(_isAdmin(manager, DEPLOYER), "the deployer has nothing left");
        script.requireDeployed(json);
    }

    function test_handover_accepts_aDeployerWhoDoesNotComeBack() public {
        AccessManager manager = _undone();
        script.acceptAs(json);
        bytes memory revoke = abi.encodeCall(IAccessManager.revokeRole, (0, DEPLOYER));
        bytes32 operation = manager.hashOperation(ADMIN, address(manager), revoke);
        vm.warp(block.timestamp + ADMIN_DELAY - 1);
        vm.expectRevert(abi.encodeWithSelector(IAccessManager.AccessManagerNotReady.selector, operation));
        vm.prank(ADMIN);
        manager.execute(address(manager), revoke);
        vm.warp(block.timestamp + 1);
        vm.prank(ADMIN);
        manager.execute(address(manager), revoke);
        script.requireDeployed(json);
    }

    function test_handover_accepts_aNewAdminInTwoSteps() public {
        address next = address(0xbeef);
        _adminDoes(abi.encodeCall(IAccessManager.grantRole, (0, next, ADMIN_DELAY)));
        assertTrue(_isAdmin(_manager, next) && _isAdmin(_manager, ADMIN), "both, until the new one has acted");

        bytes memory revoke = abi.encodeCall(IAccessManager.revokeRole, (0, ADMIN));
        vm.prank(next);
        _manager.schedule(address(_manager), revoke, 0);
        vm.warp(block.timestamp + ADMIN_DELAY);
        vm.prank(next);
        _manager.execute(address(_manager), revoke);
        assertTrue(_isAdmin(_manager, next) && !_isAdmin(_manager, ADMIN));
    }

    function test_handover_rejects_theDeployerAfterwards() public {
        vm.startPrank(DEPLOYER);
        vm.expectRevert(
            abi.encodeWithSelector(IAccessManager.AccessManagerUnauthorizedAccount.selector, DEPLOYER, uint64(0))
        );
        _manager.grantRole(0, DEPLOYER, 0);
        _expectUnauthorized(DEPLOYER);
        _deployed.messageService.setFees(_deployed.relayFees);
        vm.stopPrank();
    }

    // ── the roles ──

    /// @dev By signature, and not from the script's own lists.
    function test_roles_accepts_eachFunctionUnderItsOwn() public view {
        (uint64 council, uint64 guardian, uint64 pricer) = (1, 2, 3);
        address clients = address(_deployed.lightClientManager);
        _requireRole(clients, "setClient(uint256,address)", council);
        _requireRole(clients, "unpause(uint256)", council);
        _requireRole(clients, "pause(uint256)", guardian);
        address service = address(_deployed.messageService);
        _requireRole(service, "setLane(uint256,address,uint8,bool)", council);
        _requireRole(service, "setRoute(uint256,(uint256,address,uint8))", council);
        _requireRole(service, "setFees(address)", council);
        _requireRole(service, "unpause(uint256,uint8)", council);
        _requireRole(service, "pause(uint256,uint8)", guardian);
        _requireRole(address(_deployed.attestors), "setAttestors(uint256,address[],uint256)", council);
        _requireRole(address(_deployed.mapMessageService), "registerChain(uint256,bytes,uint8)", council);
        _requireRole(address(_deployed.relayFees), "setPrice(uint256,address,(uint64,uint192))", pricer);
        assertEq(_manager.getRoleGuardian(council), guardian);
        assertEq(_manager.getRoleGuardian(pricer), guardian);
        assertEq(_manager.getRoleGuardian(guardian), 0);
    }

    function test_guardian_accepts_toPauseAtOnce() public {
        vm.startPrank(GUARDIAN);
        _deployed.lightClientManager.pause(THERE);
        _deployed.messageService.pause(THERE, IMessageService.Direction.Sending);
        vm.stopPrank();
        assertTrue(_deployed.lightClientManager.isPaused(THERE));
        assertTrue(_deployed.messageService.lane(THERE).sendingPaused);
    }

    function test_guardian_rejects_allElse() public {
        (address[] memory targets, Roles.Functions[][] memory functions) = _restricted();
        for (uint256 i = 0; i < targets.length; ++i) {
            for (uint256 j = 0; j < functions[i].length; ++j) {
                if (functions[i][j].role != Roles.GUARDIAN) {
                    _refuseAll(GUARDIAN, targets[i], functions[i][j].selectors);
                }
            }
        }
    }

    function test_council_rejects_whatWasNotAnnounced() public {
        bytes memory call = abi.encodeCall(ILightClientManager.unpause, (THERE));
        address target = address(_deployed.lightClientManager);
        bytes32 operation = _manager.hashOperation(COUNCIL, target, call);
        vm.expectRevert(abi.encodeWithSelector(IAccessManager.AccessManagerNotScheduled.selector, operation));
        vm.prank(COUNCIL);
        _deployed.lightClientManager.unpause(THERE);
    }

    function test_council_accepts_toDecideAfterItsDelay() public {
        vm.prank(GUARDIAN);
        _deployed.lightClientManager.pause(THERE);
        bytes memory call = abi.encodeCall(ILightClientManager.unpause, (THERE));
        address target = address(_deployed.lightClientManager);
        vm.prank(COUNCIL);
        (bytes32 operation,) = _manager.schedule(target, call, 0);
        vm.warp(block.timestamp + COUNCIL_DELAY - 1);
        vm.expectRevert(abi.encodeWithSelector(IAccessManager.AccessManagerNotReady.selector, operation));
        vm.prank(COUNCIL);
        _manager.execute(target, call);
        vm.warp(block.timestamp + 1);
        vm.prank(COUNCIL);
        _manager.execute(target, call);
        assertFalse(_deployed.lightClientManager.isPaused(THERE));
    }

    function test_guardian_accepts_toCancelTheCouncil() public {
        bytes memory call = abi.encodeCall(IMessageService.setFees, (_deployed.relayFees));
        address target = address(_deployed.messageService);
        vm.prank(COUNCIL);
        (bytes32 operation,) = _manager.schedule(target, call, 0);
        vm.prank(GUARDIAN);
        _manager.cancel(COUNCIL, target, call);
        assertEq(_manager.getSchedule(operation), 0);
    }

    /// @dev Else it could keep itself in its role for ever.
    function test_guardian_rejects_toCancelItsOwnRemoval() public {
        bytes memory revoke = abi.encodeCall(IAccessManager.revokeRole, (Roles.GUARDIAN, GUARDIAN));
        vm.prank(ADMIN);
        _manager.schedule(address(_manager), revoke, 0);
        vm.expectRevert(
            abi.encodeWithSelector(
                IAccessManager.AccessManagerUnauthorizedCancel.selector,
                GUARDIAN,
                ADMIN,
                address(_manager),
                IAccessManager.revokeRole.selector
            )
        );
        vm.prank(GUARDIAN);
        _manager.cancel(ADMIN, address(_manager), revoke);
        vm.warp(block.timestamp + ADMIN_DELAY);
        vm.prank(ADMIN);
        _manager.execute(address(_manager), revoke);
        _expectUnauthorized(GUARDIAN);
        vm.prank(GUARDIAN);
        _deployed.lightClientManager.pause(THERE);
    }

    // ── what is deployed apart ──

    function test_bridge_accepts_theSameRoles() public {
        AccessManager manager = _undone();
        Deploy.Deployment memory deployed = script.deploy(json);
        address bridge = _bridge(address(manager), deployed);
        json = changed("\"links\": [", string.concat("\"bridges\": [\"", vm.toString(bridge), "\"], \"links\": ["));
        script.deploy(json);
        Roles.Functions[] memory functions = Roles.ofBridge();
        for (uint256 i = 0; i < functions.length; ++i) {
            for (uint256 j = 0; j < functions[i].selectors.length; ++j) {
                assertEq(manager.getTargetFunctionRole(bridge, functions[i].selectors[j]), functions[i].role);
            }
        }
        vm.prank(GUARDIAN);
        IGuardedBridge(bridge).pause(THERE, IMessageService.Direction.Sending);
        assertTrue(IGuardedBridge(bridge).isPaused(THERE, IMessageService.Direction.Sending));
        _expectUnauthorized(GUARDIAN);
        vm.prank(GUARDIAN);
        IGuardedBridge(bridge).unpause(THERE, IMessageService.Direction.Sending);
    }

    function test_bridge_rejects_anotherAuthority() public {
        address bridge = _bridge(address(new AccessManager(GUARDIAN)), _deployed);
        string memory name = vm.toString(bridge);
        json = changed("\"links\": [", string.concat("\"bridges\": [\"", name, "\"], \"links\": ["));
        vm.expectRevert(bytes(string.concat("bridge ", name, " has another authority")));
        script.deploy(json);
    }

    // ── messages ──

    function test_message_rejects_toAdminister() public {
        address[9] memory reachable = [
            address(_deployed.messageService),
            address(_deployed.mapMessageService),
            address(_deployed.mapMessageService.executor()),
            address(_deployed.relayFees),
            address(_deployed.messageChecker),
            address(_deployed.messageVerifier),
            address(_deployed.updateAndDeliver),
            address(_deployed.messageHub),
            address(_deployed.greeter)
        ];
        (address[] memory targets, Roles.Functions[][] memory functions) = _restricted();
        bytes4[] memory setAuthority = new bytes4[](1);
        setAuthority[0] = IAccessManaged.setAuthority.selector;
        for (uint256 i = 0; i < reachable.length; ++i) {
            for (uint64 role = 0; role <= Roles.PRICER; ++role) {
                (bool isMember,) = _manager.hasRole(role, reachable[i]);
                assertFalse(isMember, "what messages reach has a role");
            }
            for (uint256 j = 0; j < targets.length; ++j) {
                _refuseAll(reachable[i], targets[j], setAuthority);
                for (uint256 k = 0; k < functions[j].length; ++k) {
                    _refuseAll(reachable[i], targets[j], functions[j][k].selectors);
                }
            }
            _refuseManager(reachable[i]);
        }
    }

    // ── helpers ──

    /// @dev The same before the admin had accepted, on another chain state.
    function _undone() private returns (AccessManager manager) {
        vm.chainId(HERE);
        json = vm.replace(json, "heliograph local 1", "heliograph local 2");
        return script.deploy(json).accessManager;
    }

    function _bridge(address authority, Deploy.Deployment memory deployed) private returns (address) {
        return address(new GuardedBridgeERC20(authority, deployed.messageChecker, new CrosschainCoin(1), 6));
    }

    function _adminDoes(bytes memory call) private {
        vm.prank(ADMIN);
        _manager.schedule(address(_manager), call, 0);
        vm.warp(block.timestamp + ADMIN_DELAY);
        vm.prank(ADMIN);
        _manager.execute(address(_manager), call);
    }

    /// @dev Zeros are arguments of any type.
    function _refuseAll(address caller, address target, bytes4[] memory selectors) private {
        for (uint256 i = 0; i < selectors.length; ++i) {
            vm.prank(caller);
            (bool success, bytes memory answer) = target.call(bytes.concat(selectors[i], new bytes(2048)));
            assertFalse(success, "a function that is not refused");
            assertEq(answer, _unauthorized(caller));
        }
    }

    function _refuseManager(address caller) private {
        bytes[3] memory calls = [
            abi.encodeCall(IAccessManager.grantRole, (0, caller, 0)),
            abi.encodeCall(IAccessManager.setTargetClosed, (address(_deployed.messageService), true)),
            abi.encodeCall(IAccessManager.updateAuthority, (address(_deployed.messageService), caller))
        ];
        for (uint256 i = 0; i < calls.length; ++i) {
            vm.prank(caller);
            (bool success, bytes memory answer) = address(_manager).call(calls[i]);
            assertFalse(success, "a function that is not refused");
            bytes memory expected =
                abi.encodeWithSelector(IAccessManager.AccessManagerUnauthorizedAccount.selector, caller, uint64(0));
            assertEq(answer, expected);
        }
    }

    function _restricted() private view returns (address[] memory targets, Roles.Functions[][] memory functions) {
        targets = new address[](5);
        functions = new Roles.Functions[][](5);
        (targets[0], functions[0]) = (address(_deployed.lightClientManager), Roles.ofManager());
        (targets[1], functions[1]) = (address(_deployed.messageService), Roles.ofService());
        (targets[2], functions[2]) = (address(_deployed.attestors), Roles.ofAttestors());
        (targets[3], functions[3]) = (address(_deployed.relayFees), Roles.ofFees());
        (targets[4], functions[4]) = (address(_deployed.mapMessageService), Roles.ofMap());
    }

    function _requireRole(address target, string memory signature, uint64 role) private view {
        // forge-lint: disable-next-line(unsafe-typecast) a selector
        assertEq(_manager.getTargetFunctionRole(target, bytes4(keccak256(bytes(signature)))), role, signature);
    }

    function _expectUnauthorized(address caller) private {
        vm.expectRevert(_unauthorized(caller));
    }

    function _unauthorized(address caller) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, caller);
    }

    function _isAdmin(AccessManager manager, address account) private view returns (bool isMember) {
        (isMember,) = manager.hasRole(0, account);
    }
}
