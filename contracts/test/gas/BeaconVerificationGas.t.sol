// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {BeaconLightClient} from "../../src/light-clients/BeaconLightClient.sol";
import {BeaconFixture} from "../light-clients/BeaconFixture.sol";
import {GasTest} from "./GasTest.sol";
import {console2} from "forge-std/Test.sol";

/// @notice Gas of the verification alone, as a contract pays that has called it in the same transaction before: with warm storage, less
/// what the call itself costs.
contract BeaconVerificationGasTest is BeaconFixture, GasTest {
    function test_BCN_gasOfVerification() public {
        BeaconLightClient client = _deployFor("absent_0");
        bytes memory call = abi.encodeCall(client.verifyUpdate, (_update("absent_0")));
        _gas(address(client), call);
        uint256 spent = _gas(address(client), call);
        console2.log("verification, absent_0", spent);
        assertLt(spent, 164_700);
    }
}
