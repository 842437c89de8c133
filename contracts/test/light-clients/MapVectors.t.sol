// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMapLightClient} from "../../src/interfaces/IMapLightClient.sol";
import {MapLightClient} from "../../src/light-clients/MapLightClient.sol";
import {Test} from "forge-std/Test.sol";

/// @notice Every case of `vectors/map/updates.json`, with the outcome that the file says.
contract MapVectorsTest is Test {
    string private json;

    /// @dev Clients at the checkpoint, and after each of the updates that come before the cases.
    MapLightClient[] private clients;

    function setUp() public {
        json = vm.readFile("vectors/map/updates.json");
        for (uint256 i = 0; i == 0 || vm.keyExistsJson(json, _before(i - 1)); ++i) {
            clients.push(_deploy(i));
        }
        assertGt(clients.length, 1);
    }

    // In parts: the memory of one test is bounded.

    function test_MAP_1_MAP_13_acceptsAndRejectsVectorsAsTheySay_first() public {
        _check(0, 30);
    }

    function test_MAP_1_MAP_13_acceptsAndRejectsVectorsAsTheySay_second() public {
        _check(30, 60);
    }

    function test_BNS_1_BNS_3_acceptsAndRejectsVectorsAsTheySay_last() public {
        _check(60, type(uint256).max);
    }

    function _check(uint256 from, uint256 to) private {
        string[] memory names = vm.parseJsonStringArray(json, ".names");
        assertGt(names.length, 75);
        assertLt(names.length, 90);
        for (uint256 i = from; i < to && i < names.length; ++i) {
            _checkCase(names[i], string.concat(".cases[", vm.toString(i), "]"));
        }
    }

    function _checkCase(string memory name, string memory at) private {
        assertEq(vm.parseJsonString(json, string.concat(at, ".name")), name);
        MapLightClient client = clients[vm.parseJsonUint(json, string.concat(at, ".after"))];
        vm.warp(vm.parseJsonUint(json, string.concat(at, ".now")));
        bytes memory encoded = vm.parseJsonBytes(json, string.concat(at, ".update"));
        bytes memory expected = vm.parseJsonBytes(json, string.concat(at, ".error"));
        (bool ok, bytes memory got) = address(client).staticcall(abi.encodeCall(client.verifyUpdate, (encoded)));
        assertEq(ok, expected.length == 0, name);
        if (!ok) {
            assertEq(got, expected, name);
            vm.expectRevert(expected);
            client.update(encoded);
            return;
        }
        (uint64 number, bytes32 blockHash, bytes32 receiptsRoot) = abi.decode(got, (uint64, bytes32, bytes32));
        assertEq(number, vm.parseJsonUint(json, string.concat(at, ".number")), name);
        assertEq(blockHash, vm.parseJsonBytes32(json, string.concat(at, ".blockHash")), name);
        assertEq(receiptsRoot, vm.parseJsonBytes32(json, string.concat(at, ".receiptsRoot")), name);
        uint256 snapshot = vm.snapshotState();
        uint64 id = client.update(encoded);
        assertEq(client.headHash(id), blockHash, name);
        assertEq(client.receiptsRoot(id), receiptsRoot, name);
        assertTrue(vm.revertToStateAndDelete(snapshot));
    }

    /// @dev A client that has taken over this many of the updates that come before the cases.
    function _deploy(uint256 updates) private returns (MapLightClient client) {
        vm.warp(vm.parseJsonUint(json, ".start"));
        client = new MapLightClient(
            abi.decode(vm.parseJsonBytes(json, ".config"), (IMapLightClient.Config)),
            abi.decode(vm.parseJsonBytes(json, ".checkpoint"), (IMapLightClient.Checkpoint)),
            vm.parseJsonBytes32(json, ".commitment")
        );
        for (uint256 i = 0; i < updates; ++i) {
            vm.warp(vm.parseJsonUint(json, string.concat(_before(i), ".now")));
            client.update(vm.parseJsonBytes(json, string.concat(_before(i), ".update")));
        }
    }

    function _before(uint256 place) private pure returns (string memory) {
        return string.concat(".before[", vm.toString(place), "]");
    }
}
