// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ILightClient} from "../../src/interfaces/ILightClient.sol";
import {ILightClientManager} from "../../src/interfaces/ILightClientManager.sol";
import {LightClientManager} from "../../src/light-clients/LightClientManager.sol";
import {CredulousLightClient} from "./CredulousLightClient.sol";
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {Test} from "forge-std/Test.sol";

/// @notice CLI-1 to CLI-4, without the precompiles of any family.
contract LightClientTest is Test {
    CredulousLightClient private client;
    AccessManager private access;
    LightClientManager private manager;

    function setUp() public {
        client = new CredulousLightClient(7);
        access = new AccessManager(address(this));
        manager = new LightClientManager(address(access));
        vm.warp(500);
    }

    function test_CLI_1_acceptsActiveAndRejectsFrozen() public {
        client.add(bytes32(uint256(5)));
        assertEq(client.headHash(1), bytes32(uint256(5)));
        client.freeze();
        vm.warp(2000);
        vm.expectRevert(abi.encodeWithSelector(ILightClient.ClientFrozen.selector, 500));
        client.headHash(1);
    }

    function test_CLI_2_acceptsUntilAndRejectsAfterExpiry() public {
        client.add(bytes32(uint256(5)));
        vm.warp(1000);
        client.headHash(1);
        vm.warp(1001);
        vm.expectRevert(abi.encodeWithSelector(ILightClient.ClientExpired.selector, 1000, 1001));
        client.headHash(1);
    }

    function test_CLI_3_acceptsLast64AndRejectsOthers() public {
        for (uint64 latest = 0; latest < 130; ++latest) {
            _rejects(0);
            _rejects(latest + 1);
            for (uint64 id = 1; id <= latest; ++id) {
                if (latest - id < 64) assertEq(client.headHash(id), keccak256(abi.encode(id)));
                else _rejects(id);
            }
            vm.expectEmit(address(client));
            emit ILightClient.HeadVerified(latest + 1, keccak256(abi.encode(latest + 1)));
            assertEq(client.add(keccak256(abi.encode(latest + 1))), latest + 1);
        }
        _rejects(type(uint64).max);
    }

    function test_CLI_4_acceptsRegisteredClient() public {
        client.add(bytes32(uint256(5)));
        vm.expectEmit(address(manager));
        emit ILightClientManager.ClientSet(7, client);
        manager.setClient(7, client);
        assertEq(address(manager.clientOf(7)), address(client));
        assertEq(manager.headHash(7, 1), bytes32(uint256(5)));
    }

    function test_CLI_4_rejectsUnknownChain() public {
        bytes memory error_ = abi.encodeWithSelector(ILightClientManager.ClientUnknownChain.selector, 7);
        vm.expectRevert(error_);
        manager.clientOf(7);
        vm.expectRevert(error_);
        manager.headHash(7, 1);
        manager.setClient(7, client);
        vm.expectRevert(abi.encodeWithSelector(ILightClient.ClientUnknownHead.selector, 1));
        manager.headHash(7, 1);
        manager.setClient(7, ILightClient(address(0)));
        vm.expectRevert(error_);
        manager.clientOf(7);
    }

    function test_CLI_4_rejectsClientOfOtherChain() public {
        vm.expectRevert(abi.encodeWithSelector(ILightClientManager.ManagerWrongChain.selector, 8, 7));
        manager.setClient(8, client);
    }

    function test_CLI_4_rejectsUnauthorisedCaller() public {
        address stranger = makeAddr("stranger");
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, stranger));
        manager.setClient(7, client);
    }

    function _rejects(uint64 id) private {
        vm.expectRevert(abi.encodeWithSelector(ILightClient.ClientUnknownHead.selector, id));
        client.headHash(id);
    }
}
