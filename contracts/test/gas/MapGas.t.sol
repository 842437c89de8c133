// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MapLightClient} from "../../src/light-clients/MapLightClient.sol";
import {MapChain} from "../support/MapChain.sol";
import {MapTest} from "../support/MapTest.sol";
import {console2} from "forge-std/Test.sol";

/// @notice Gas of whole transactions: the base fee, calldata (or its floor) and execution with cold storage, in the steady state in
/// which every written slot is overwritten. Isolation makes a transaction of each call.
/// forge-config: default.isolate = true
contract MapGasTest is MapTest {
    using MapChain for uint256[];

    function test_MAP_gasOfEpochUpdates() public {
        _epoch("N = 4, exact quorum", 4, 3);
        assertLt(_epoch("N = 30, exact quorum", 30, 20), 240_000);
        assertLt(_epoch("N = 50, exact quorum", 50, 34), 265_000);
        _epoch("N = 30, all", 30, 30);
        _epoch("N = 100, exact quorum", 100, 67);
        _epoch("N = 256, exact quorum", 256, 171);
    }

    /// @dev Two validators leave and two join.
    function test_MAP_gasOfSetChanges() public {
        assertLt(_change("N = 30, -2 +2", 30), 275_000);
        assertLt(_change("N = 50, -2 +2", 50), 305_000);
    }

    /// @dev A block within an epoch: kept as a head, or verified alone.
    function test_MAP_gasOfBlocksWithinAnEpoch() public {
        uint256[] memory set = MapChain.secrets(30);
        MapLightClient client = _deploy(set);
        bytes memory encoded = _update(set, _block(251));
        client.update(encoded);
        console2.log("N = 30, within an epoch", vm.lastCallGas().gasTotalUsed);
        (bool ok,) = address(client).call(abi.encodeCall(client.verifyUpdate, (encoded)));
        assertTrue(ok);
        console2.log("N = 30, verified alone", vm.lastCallGas().gasTotalUsed);
        assertLt(vm.lastCallGas().gasTotalUsed, 225_000);
    }

    /// @dev What a caller pays for a signature that is none: the pairing's gas is bounded.
    function test_MAP_gasOfRefusal() public {
        uint256[] memory set = MapChain.secrets(30);
        MapLightClient client = _deploy(set);
        bytes memory header = MapChain.header(_block(300));
        bytes memory message = MapChain.message(header, "");
        bytes memory seal = MapChain.seal(message, 9);
        seal[191] ^= 0x01;
        bytes memory bits = MapChain.bitmap(30, MapChain.first(20));
        bytes memory encoded = set.update(MapChain.sealedBy(header, "", bits, seal, MapChain.hints(message)));
        (bool ok,) = address(client).call(abi.encodeCall(client.update, (encoded)));
        assertFalse(ok);
        console2.log("N = 30, refused", vm.lastCallGas().gasTotalUsed);
        assertLt(vm.lastCallGas().gasTotalUsed, 350_000);
    }

    function _epoch(string memory name, uint256 size, uint256 signers) private returns (uint256 spent) {
        uint256[] memory set = MapChain.secrets(size);
        MapLightClient client = _deploy(set);
        client.update(MapChain.update(set, _block(300), signers));
        spent = vm.lastCallGas().gasTotalUsed;
        console2.log(name, spent);
    }

    function _change(string memory name, uint256 size) private returns (uint256 spent) {
        uint256[] memory set = MapChain.secrets(size);
        MapLightClient client = _deploy(set);
        client.update(_update(set, _block(300, 0x06, _list(5, 6))));
        spent = vm.lastCallGas().gasTotalUsed;
        console2.log(name, spent);
    }
}
