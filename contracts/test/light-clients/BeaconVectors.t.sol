// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {BeaconLightClient} from "../../src/light-clients/BeaconLightClient.sol";
import {BeaconFixture} from "./BeaconFixture.sol";

/// @notice Every case of the vectors, with the outcome that its file says.
contract BeaconVectorsTest is BeaconFixture {
    // In parts: the memory of one test is bounded.

    function test_BCN_13_acceptsAndRejectsVectorsAsTheySay_first() public {
        _check(0, 15);
    }

    function test_BCN_13_acceptsAndRejectsVectorsAsTheySay_second() public {
        _check(15, 30);
    }

    function test_BCN_13_acceptsAndRejectsVectorsAsTheySay_third() public {
        _check(30, 45);
    }

    function test_BCN_13_acceptsAndRejectsVectorsAsTheySay_last() public {
        _check(45, type(uint256).max);
    }

    function _check(uint256 from, uint256 to) private {
        string[] memory names = vm.parseJsonStringArray(json, ".names");
        assertGt(names.length, 50);
        assertLt(names.length, 65);
        for (uint256 i = from; i < to && i < names.length; ++i) {
            BeaconLightClient client = _deployFor(names[i]);
            bytes memory expected = vm.parseJsonBytes(json, string.concat(_at(names[i]), ".error"));
            (bool ok, bytes memory got) = address(client).call(abi.encodeCall(client.update, (_update(names[i]))));
            assertEq(ok, expected.length == 0, names[i]);
            if (!ok) assertEq(got, expected, names[i]);
        }
    }
}
