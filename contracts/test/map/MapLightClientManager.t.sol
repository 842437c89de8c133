// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ILightClientManager as IRegistry} from "../../src/interfaces/ILightClientManager.sol";
import {IMapLightClientManager} from "../../src/interfaces/map/IMapLightClientManager.sol";
import {IMapLightNode} from "../../src/interfaces/map/IMapLightNode.sol";
import {IMapLightVerifier} from "../../src/interfaces/map/IMapLightVerifier.sol";
import {MapLightClientManager} from "../../src/map/MapLightClientManager.sol";
import {MapNodeFixture} from "./MapNodeFixture.sol";
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";

/// @notice The registry behind MAP's ABI: by chain id what the node says, a guardian that pauses, and a delay for all else.
contract MapLightClientManagerTest is MapNodeFixture {
    uint64 private constant GUARDIAN_ROLE = 1;
    uint64 private constant TIMELOCK_ROLE = 2;
    uint32 private constant DELAY = 2 days;

    address private immutable GUARDIAN = makeAddr("guardian");
    address private immutable COUNCIL = makeAddr("council");

    AccessManager private access;
    MapLightClientManager private manager;
    bytes private update;
    bytes private proof; // of head 1
    uint256 private start;

    function setUp() public override {
        super.setUp();
        _deploy(4);
        start = vm.getBlockTimestamp();
        access = new AccessManager(address(this));
        manager = new MapLightClientManager(address(access));
        vm.expectEmit(address(manager));
        emit MapLightClientManager.LightClientRegister(CHAIN_ID, address(node));
        manager.register(CHAIN_ID, address(node));
        update = _updateOf(_block(450, root));
        proof = _ofHead(1, _receipt());

        _give(manager.pause.selector, GUARDIAN_ROLE);
        _give(manager.unpause.selector, TIMELOCK_ROLE);
        _give(manager.register.selector, TIMELOCK_ROLE);
        access.grantRole(GUARDIAN_ROLE, GUARDIAN, 0);
        access.grantRole(TIMELOCK_ROLE, COUNCIL, DELAY);
    }

    function test_mapManager_CLI_4_acceptsWhatTheNodeSays() public {
        vm.expectEmit(address(node));
        emit IMapLightNode.UpdateBlockHeader(address(manager), 400);
        manager.updateBlockHeader(CHAIN_ID, update);
        manager.updateLightClient(CHAIN_ID, update);
        assertEq(client.latestHead(), 2);

        (bool success, string memory message, IMapLightVerifier.TxLog memory log) =
            manager.verifyProofData(CHAIN_ID, 1, proof);
        assertTrue(success, message);
        _assertSecondLog(log);
        (success, message, log) = manager.verifyProofDataWithCache(CHAIN_ID, true, 1, _withUpdate(update, _receipt()));
        assertTrue(success, message);
        _assertSecondLog(log);
        assertEq(client.latestHead(), 3);
        bytes memory logs;
        (success, message, logs) = manager.verifyProofData(CHAIN_ID, proof);
        assertTrue(success, message);
        assertEq(logs, _bothLogs());
        (success, message, logs) = manager.verifyProofDataWithCache(CHAIN_ID, proof);
        assertTrue(success, message);
        assertEq(logs, _bothLogs());
        (success, message,) = manager.verifyProofData(CHAIN_ID, 2, proof);
        assertFalse(success);
        assertEq(message, "ReceiptLogMissing(2,2)");
    }

    function test_mapManager_CLI_4_acceptsStates() public {
        client.update(update);
        assertEq(manager.clientState(CHAIN_ID), node.clientState());
        assertEq(manager.headerHeight(CHAIN_ID), 400);
        (uint256 first, uint256 last) = manager.verifiableHeaderRange(CHAIN_ID);
        assertEq(first, 401);
        assertEq(last, 500);
        assertEq(manager.finalizedState(CHAIN_ID, abi.encode(1)), node.finalizedState(""));
        assertTrue(manager.isVerifiable(CHAIN_ID, 401, 0));
        assertTrue(manager.isVerifiable(CHAIN_ID, 1, root));
        assertFalse(manager.isVerifiable(CHAIN_ID, 501, 0));
        assertEq(manager.nodeType(CHAIN_ID), 1);
        assertEq(manager.lightClientContract(CHAIN_ID), address(node));

        vm.roll(77);
        vm.expectEmit(address(manager));
        emit IMapLightClientManager.ManagerNotifySend(CHAIN_ID, address(8), 77, "please");
        manager.notifyLightClient(CHAIN_ID, address(8), "please");
    }

    function test_mapManager_CLI_4_rejectsUnknownChain() public {
        bytes memory unknown = abi.encodeWithSelector(IRegistry.ClientUnknownChain.selector, 9);
        bytes[] memory calls = _calls(9);
        for (uint256 i = 0; i < calls.length; ++i) {
            _assertReverts(calls[i], unknown);
        }
        assertEq(manager.lightClientContract(9), address(0));
        vm.prank(GUARDIAN);
        vm.expectRevert(unknown);
        manager.pause(9);
    }

    function test_mapManager_CLI_4_rejectsNodeOfOtherChain() public {
        bytes memory call = abi.encodeCall(manager.register, (9, address(node)));
        _schedule(call);
        vm.prank(COUNCIL);
        vm.expectRevert(abi.encodeWithSelector(IRegistry.ManagerWrongChain.selector, 9, CHAIN_ID));
        access.execute(address(manager), call);
    }

    function test_mapManager_CLI_4_acceptsRemoval() public {
        _afterDelay(abi.encodeCall(manager.register, (CHAIN_ID, address(0))));
        assertEq(manager.lightClientContract(CHAIN_ID), address(0));
        vm.expectRevert(abi.encodeWithSelector(IRegistry.ClientUnknownChain.selector, CHAIN_ID));
        manager.nodeType(CHAIN_ID);
    }

    /// @dev What is believed stops; what maintainers need goes on.
    function test_mapManager_CLI_5_rejectsWhilePaused() public {
        client.update(update);
        vm.expectEmit(address(manager));
        emit MapLightClientManager.ChainPaused(CHAIN_ID);
        _pause();
        assertTrue(manager.isPaused(CHAIN_ID));
        bytes memory paused = abi.encodeWithSelector(IRegistry.ClientPaused.selector, CHAIN_ID);
        bytes[] memory calls = _calls(CHAIN_ID);
        for (uint256 i = 0; i < 7; ++i) {
            _assertReverts(calls[i], paused);
        }
        for (uint256 i = 7; i < calls.length; ++i) {
            (bool success,) = address(manager).call(calls[i]);
            assertTrue(success);
        }
        assertEq(client.latestHead(), 3, "both updates were taken");
        assertEq(manager.lightClientContract(CHAIN_ID), address(node));
        vm.prank(GUARDIAN);
        vm.expectRevert(paused);
        manager.pause(CHAIN_ID);

        bytes memory unpause = abi.encodeCall(manager.unpause, (CHAIN_ID));
        _schedule(unpause);
        vm.expectEmit(address(manager));
        emit MapLightClientManager.ChainUnpaused(CHAIN_ID);
        vm.prank(COUNCIL);
        access.execute(address(manager), unpause);
        assertFalse(manager.isPaused(CHAIN_ID));
        (bool believed,,) = manager.verifyProofData(CHAIN_ID, 1, proof);
        assertTrue(believed);
    }

    /// @dev Unpausing what is not paused changes nothing.
    function test_mapManager_CLI_5_acceptsUnpausingActiveChain() public {
        _afterDelay(abi.encodeCall(manager.unpause, (CHAIN_ID)));
        assertEq(manager.nodeType(CHAIN_ID), 1);
        bytes memory call = abi.encodeCall(manager.unpause, (9));
        _schedule(call);
        vm.prank(COUNCIL);
        vm.expectRevert(abi.encodeWithSelector(IRegistry.ClientUnknownChain.selector, 9));
        access.execute(address(manager), call);
    }

    /// @dev A new node does not end the pause by the way; none at all does, and leaves nothing to believe.
    function test_mapManager_CLI_5_rejectsNodeRegisteredWhilePaused() public {
        _pause();
        _afterDelay(abi.encodeCall(manager.register, (CHAIN_ID, address(node))));
        vm.expectRevert(abi.encodeWithSelector(IRegistry.ClientPaused.selector, CHAIN_ID));
        manager.isVerifiable(CHAIN_ID, 401, 0);
        _afterDelay(abi.encodeCall(manager.register, (CHAIN_ID, address(0))));
        assertFalse(manager.isPaused(CHAIN_ID));
        vm.expectRevert(abi.encodeWithSelector(IRegistry.ClientUnknownChain.selector, CHAIN_ID));
        manager.isVerifiable(CHAIN_ID, 401, 0);
    }

    function test_mapManager_CLI_5_rejectsOtherRoles() public {
        bytes memory refused = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, GUARDIAN);
        vm.startPrank(GUARDIAN);
        vm.expectRevert(refused);
        manager.unpause(CHAIN_ID);
        vm.expectRevert(refused);
        manager.register(CHAIN_ID, address(0));
        vm.stopPrank();

        bytes memory call = abi.encodeCall(manager.register, (CHAIN_ID, address(0)));
        bytes32 id = access.hashOperation(COUNCIL, address(manager), call);
        vm.startPrank(COUNCIL);
        vm.expectRevert(abi.encodeWithSelector(IAccessManager.AccessManagerNotScheduled.selector, id));
        manager.register(CHAIN_ID, address(0));
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, COUNCIL));
        manager.pause(CHAIN_ID);
        access.schedule(address(manager), call, 0);
        vm.warp(start + DELAY - 1);
        vm.expectRevert(abi.encodeWithSelector(IAccessManager.AccessManagerNotReady.selector, id));
        access.execute(address(manager), call);
        vm.stopPrank();
    }

    /// @dev One selector, two meanings. A registry taken for a node knows no chain of the number of a log.
    function test_mapManager_trap_rejectsRegistryTakenForNode() public {
        client.update(update);
        vm.expectRevert(abi.encodeWithSelector(IRegistry.ClientUnknownChain.selector, 1));
        IMapLightVerifier(address(manager)).verifyProofData(1, proof);
    }

    /// @dev And a node taken for a registry has no log of the number of a chain: it succeeds for no chain id that is a real one.
    function test_mapManager_trap_rejectsNodeTakenForRegistry() public {
        client.update(update);
        (bool success, string memory message,) = IMapLightClientManager(address(node)).verifyProofData(CHAIN_ID, proof);
        assertFalse(success);
        assertEq(message, "ReceiptLogMissing(22776,2)");
    }

    /// @dev Every function by chain id: first what believes, then what does not.
    function _calls(uint256 chainId) private view returns (bytes[] memory calls) {
        calls = new bytes[](13);
        calls[0] = abi.encodeWithSignature("verifyProofDataWithCache(uint256,bytes)", chainId, proof);
        calls[1] =
            abi.encodeWithSignature("verifyProofDataWithCache(uint256,bool,uint256,bytes)", chainId, true, 1, proof);
        calls[2] = abi.encodeWithSignature("verifyProofData(uint256,bytes)", chainId, proof);
        calls[3] = abi.encodeWithSignature("verifyProofData(uint256,uint256,bytes)", chainId, 1, proof);
        calls[4] = abi.encodeCall(manager.finalizedState, (chainId, ""));
        calls[5] = abi.encodeCall(manager.isVerifiable, (chainId, 401, 0));
        calls[6] = abi.encodeCall(manager.verifiableHeaderRange, (chainId));
        calls[7] = abi.encodeCall(manager.updateBlockHeader, (chainId, update));
        calls[8] = abi.encodeCall(manager.updateLightClient, (chainId, update));
        calls[9] = abi.encodeCall(manager.notifyLightClient, (chainId, address(8), "please"));
        calls[10] = abi.encodeCall(manager.clientState, (chainId));
        calls[11] = abi.encodeCall(manager.headerHeight, (chainId));
        calls[12] = abi.encodeCall(manager.nodeType, (chainId));
    }

    function _assertReverts(bytes memory call, bytes memory expected) private {
        (bool success, bytes memory error_) = address(manager).call(call);
        assertFalse(success);
        assertEq(error_, expected);
    }

    function _pause() private {
        vm.prank(GUARDIAN);
        manager.pause(CHAIN_ID);
    }

    /// @dev Lets the council do what it announced.
    function _afterDelay(bytes memory call) private {
        _schedule(call);
        vm.prank(COUNCIL);
        access.execute(address(manager), call);
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
