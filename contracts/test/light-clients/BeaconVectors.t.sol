// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IBeaconLightClient} from "../../src/interfaces/IBeaconLightClient.sol";
import {BeaconLightClient} from "../../src/light-clients/BeaconLightClient.sol";
import {BeaconFixture} from "./BeaconFixture.sol";

/// @notice Every case of the vectors, with the outcome that its file says.
contract BeaconVectorsTest is BeaconFixture {
    function test_BCN_14_everyVectorHasItsOutcome() public {
        string[] memory names = vm.parseJsonStringArray(json, ".names");
        assertGt(names.length, 30);
        for (uint256 i = 0; i < names.length; ++i) {
            BeaconLightClient client = _deployFor(names[i]);
            IBeaconLightClient.Update memory update = _update(names[i]);
            bytes memory expected = vm.parseJsonBytes(json, string.concat(_at(names[i]), ".error"));
            (bool ok, bytes memory got) = address(client).call(abi.encodeCall(client.update, (update)));
            assertEq(ok, expected.length == 0, names[i]);
            if (!ok) assertEq(got, expected, names[i]);
        }
    }
}
