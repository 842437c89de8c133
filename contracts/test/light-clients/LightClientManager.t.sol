// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ILightClient} from "../../src/interfaces/ILightClient.sol";
import {ILightClientManager} from "../../src/interfaces/ILightClientManager.sol";
import {LightClientManager} from "../../src/light-clients/LightClientManager.sol";
import {CredulousLightClient} from "./CredulousLightClient.sol";
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {Test} from "forge-std/Test.sol";

/// @notice CLI-5, with the roles that a deployment gives: a guardian that only pauses, and all else behind a delay.
contract LightClientManagerTest is Test {
    uint64 private constant GUARDIAN_ROLE = 1;
    uint64 private constant TIMELOCK_ROLE = 2;
    uint32 private constant DELAY = 2 days;

    address private immutable GUARDIAN = makeAddr("guardian");
    address private immutable COUNCIL = makeAddr("council");

    CredulousLightClient private client;
    AccessManager private access;
    LightClientManager private manager;

    function setUp() public {
        client = new CredulousLightClient(7);
        access = new AccessManager(address(this));
        manager = new LightClientManager(address(access));
        manager.setClient(7, client);
        vm.warp(500);
        client.add(bytes32(uint256(5)));

        _give(manager.pause.selector, GUARDIAN_ROLE);
        _give(manager.unpause.selector, TIMELOCK_ROLE);
        _give(manager.setClient.selector, TIMELOCK_ROLE);
        access.grantRole(GUARDIAN_ROLE, GUARDIAN, 0);
        access.grantRole(TIMELOCK_ROLE, COUNCIL, DELAY);
    }

    function test_CLI_5_acceptsHeadsUntilPausedAndAfter() public {
        _assertBelieved();
        vm.expectEmit(address(manager));
        emit ILightClientManager.ChainPaused(7);
        _pause();
        assertTrue(manager.isPaused(7));

        _afterDelay(abi.encodeCall(manager.unpause, (7)));
        assertFalse(manager.isPaused(7));
        _assertBelieved();
    }

    function test_CLI_5_rejectsHeadsWhilePaused() public {
        _pause();
        _assertPaused(7);
    }

    /// @dev Of one chain: another one goes on.
    function test_CLI_5_acceptsOtherChains() public {
        CredulousLightClient other = new CredulousLightClient(8);
        other.add(bytes32(uint256(6)));
        _afterDelay(abi.encodeCall(manager.setClient, (8, other)));
        _pause();
        assertEq(manager.headHash(8, 1), bytes32(uint256(6)));
        assertFalse(manager.isPaused(8));
        _assertPaused(7);
    }

    /// @dev What a keeper asks for is the client of a paused chain as well, and the client takes what it brings.
    function test_CLI_5_acceptsUpdatesWhilePaused() public {
        _pause();
        ILightClient found = manager.registeredClient(7);
        assertEq(address(found), address(client));
        assertEq(client.add(bytes32(uint256(6))), 2);
        assertEq(found.headHash(2), bytes32(uint256(6)));
    }

    function test_CLI_5_acceptsRegisteredClientOfActiveChain() public view {
        assertEq(address(manager.registeredClient(7)), address(client));
        assertFalse(manager.isPaused(7));
    }

    /// @dev CLI-4 comes before CLI-5: what is unknown is never paused.
    function test_CLI_4_5_rejectsUnknownChain() public {
        bytes memory unknown = abi.encodeWithSelector(ILightClientManager.ClientUnknownChain.selector, 9);
        vm.prank(GUARDIAN);
        vm.expectRevert(unknown);
        manager.pause(9);
        vm.expectRevert(unknown);
        manager.registeredClient(9);
        bytes memory unpause = abi.encodeCall(manager.unpause, (9));
        _schedule(unpause);
        vm.prank(COUNCIL);
        vm.expectRevert(unknown);
        access.execute(address(manager), unpause);
        assertFalse(manager.isPaused(9));
    }

    function test_CLI_5_rejectsPausingTwice() public {
        _pause();
        vm.prank(GUARDIAN);
        vm.expectRevert(abi.encodeWithSelector(ILightClientManager.ClientPaused.selector, 7));
        manager.pause(7);
    }

    /// @dev Unpausing what is not paused changes nothing, and tells nobody that something changed.
    function test_CLI_5_acceptsUnpausingActiveChain() public {
        bytes memory unpause = abi.encodeCall(manager.unpause, (7));
        _schedule(unpause);
        vm.recordLogs();
        vm.prank(COUNCIL);
        access.execute(address(manager), unpause);
        assertEq(vm.getRecordedLogs().length, 1, "of the access manager alone");
        vm.warp(500);
        _assertBelieved();
    }

    /// @dev A new client does not end the pause by the way.
    function test_CLI_5_rejectsHeadsOfClientSetWhilePaused() public {
        _pause();
        CredulousLightClient next = new CredulousLightClient(7);
        next.add(bytes32(uint256(8)));
        _afterDelay(abi.encodeCall(manager.setClient, (7, next)));
        _assertPaused(7);
        assertEq(address(manager.registeredClient(7)), address(next));

        _afterDelay(abi.encodeCall(manager.unpause, (7)));
        assertEq(manager.headHash(7, 1), bytes32(uint256(8)));
    }

    /// @dev Without a client nothing is left to pause.
    function test_CLI_4_5_rejectsChainRemovedWhilePaused() public {
        _pause();
        _afterDelay(abi.encodeCall(manager.setClient, (7, ILightClient(address(0)))));
        bytes memory unknown = abi.encodeWithSelector(ILightClientManager.ClientUnknownChain.selector, 7);
        vm.expectRevert(unknown);
        manager.headHash(7, 1);
        vm.expectRevert(unknown);
        manager.registeredClient(7);
        assertFalse(manager.isPaused(7));
    }

    /// @dev The guardian stops at once, and can do nothing else.
    function test_CLI_5_rejectsGuardianBeyondPausing() public {
        bytes memory refused = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, GUARDIAN);
        _pause();
        vm.startPrank(GUARDIAN);
        vm.expectRevert(refused);
        manager.unpause(7);
        vm.expectRevert(refused);
        manager.setClient(7, ILightClient(address(0)));
        bytes4 selector = IAccessManager.AccessManagerUnauthorizedCall.selector;
        vm.expectRevert(abi.encodeWithSelector(selector, GUARDIAN, address(manager), manager.unpause.selector));
        access.schedule(address(manager), abi.encodeCall(manager.unpause, (7)), 0);
        vm.stopPrank();
        _assertPaused(7);
    }

    function test_CLI_5_rejectsPauseByOthers() public {
        address[2] memory others = [makeAddr("stranger"), COUNCIL];
        for (uint256 i = 0; i < others.length; ++i) {
            vm.prank(others[i]);
            vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, others[i]));
            manager.pause(7);
        }
        _assertBelieved();
    }

    /// @dev What lets a chain be believed, or decides what is, is announced for two days.
    function test_CLI_5_rejectsCouncilBeforeItsDelay() public {
        _pause();
        _assertDelayed(abi.encodeCall(manager.unpause, (7)));
        _assertBelieved();
        _assertDelayed(abi.encodeCall(manager.setClient, (7, new CredulousLightClient(7))));
    }

    function _assertDelayed(bytes memory call) private {
        bytes32 id = access.hashOperation(COUNCIL, address(manager), call);
        vm.prank(COUNCIL);
        (bool success, bytes memory error_) = address(manager).call(call);
        assertFalse(success);
        assertEq(error_, abi.encodeWithSelector(IAccessManager.AccessManagerNotScheduled.selector, id));

        uint256 start = vm.getBlockTimestamp();
        vm.startPrank(COUNCIL);
        access.schedule(address(manager), call, 0);
        vm.warp(start + DELAY - 1);
        vm.expectRevert(abi.encodeWithSelector(IAccessManager.AccessManagerNotReady.selector, id));
        access.execute(address(manager), call);
        vm.warp(start + DELAY);
        access.execute(address(manager), call);
        vm.stopPrank();
        // Back to where the credulous client has not expired: only the delay is under test.
        vm.warp(start);
    }

    function _assertBelieved() private view {
        assertEq(address(manager.clientOf(7)), address(client));
        assertEq(manager.headHash(7, 1), bytes32(uint256(5)));
        assertEq(manager.ancestorHash(7, 1, ""), bytes32(uint256(5)));
    }

    function _assertPaused(uint256 chainId) private {
        bytes memory paused = abi.encodeWithSelector(ILightClientManager.ClientPaused.selector, chainId);
        vm.expectRevert(paused);
        manager.clientOf(chainId);
        vm.expectRevert(paused);
        manager.headHash(chainId, 1);
        vm.expectRevert(paused);
        manager.ancestorHash(chainId, 1, "");
    }

    function _pause() private {
        vm.prank(GUARDIAN);
        manager.pause(7);
    }

    /// @dev Lets the council do what it announced, with the clock turned back afterwards.
    function _afterDelay(bytes memory call) private {
        uint256 start = vm.getBlockTimestamp();
        _schedule(call);
        vm.prank(COUNCIL);
        access.execute(address(manager), call);
        vm.warp(start);
    }

    function _schedule(bytes memory call) private {
        vm.prank(COUNCIL);
        access.schedule(address(manager), call, 0);
        vm.warp(vm.getBlockTimestamp() + DELAY);
    }

    function _give(bytes4 selector, uint64 role) private {
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = selector;
        access.setTargetFunctionRole(address(manager), selectors, role);
    }
}
