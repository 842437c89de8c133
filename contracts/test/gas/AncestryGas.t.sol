// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IBeaconLightClient} from "../../src/interfaces/IBeaconLightClient.sol";
import {ILightClient} from "../../src/interfaces/ILightClient.sol";
import {BeaconLightClient} from "../../src/light-clients/BeaconLightClient.sol";
import {AncestryFixture} from "../light-clients/AncestryFixture.sol";
import {GasTest} from "./GasTest.sol";
import {console2} from "forge-std/Test.sol";

/// @notice Execution gas of a proof by beacon block roots, with the client's storage warm: proofs of the mainnet preset, whose states
/// keep 8192 roots, as `vectors/beacon/ancestry.json` has them; without that preset's older fork rows and with them.
contract AncestryGasTest is AncestryFixture, GasTest {
    function test_ANC_3_gasOfBlockRoots() public {
        assertLt(_measure(1, "fulu"), 25_000);
        assertLt(_measure(2, "gloas"), 25_000);
    }

    function _measure(uint256 network, string memory name) private returns (uint256 spent) {
        string memory json = vm.readFile("vectors/beacon/ancestry.json");
        string memory at = string.concat(".networks[", vm.toString(network), "]");
        IBeaconLightClient.Config memory config = _vectorConfig(json, at);
        assertEq(config.slotsPerHistoricalRoot, 8192);
        string memory path = string.concat(at, ".blockRoots[0].");
        BeaconLightClient client = _deploy(config, vm.parseJsonBytes32(json, string.concat(path, "head")));
        bytes memory proof = vm.parseJsonBytes(json, string.concat(path, "proof"));
        bytes memory call = abi.encodeCall(ILightClient.ancestorHash, (1, proof));
        assertEq(client.ancestorHash(1, proof), vm.parseJsonBytes32(json, string.concat(path, "ancestor")));
        spent = _gas(address(client), call);
        (uint256 intrinsic,) = _price(call);
        console2.log(name, spent, "execution");
        console2.log(name, proof.length, "bytes");
        console2.log(name, intrinsic - 21_000, "calldata");
    }
}
