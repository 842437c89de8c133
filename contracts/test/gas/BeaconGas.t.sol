// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {BeaconLightClient} from "../../src/light-clients/BeaconLightClient.sol";
import {BeaconFixture} from "../light-clients/BeaconFixture.sol";
import {console2} from "forge-std/Test.sol";

/// @notice Gas of whole transactions: the base fee, calldata (or its floor) and execution with cold storage, in the steady state in
/// which every written slot is overwritten. Isolation makes a transaction of each call.
/// forge-config: default.isolate = true
contract BeaconGasTest is BeaconFixture {
    function test_BCN_gasOfUpdates() public {
        assertLt(_gas("absent_0"), 215_400);
        _gas("absent_1");
        _gas("absent_2");
        assertLt(_gas("absent_5"), 256_400);
        _gas("absent_10");
        assertLt(_gas("absent_25"), 368_800);
        _gas("absent_50");
        _gas("absent_100");
        _gas("absent_170");
    }

    /// @dev What a rotation adds to the same update without one, next committee and its branch included.
    function test_BCN_gasOfRotation() public {
        uint256 extra = _gas("rotate_0") - _gas("absent_0");
        console2.log("rotation, extra", extra);
        assertLt(extra, 11_600);
    }

    function _gas(string memory name) private returns (uint256 spent) {
        BeaconLightClient client = _deployFor(name);
        bytes memory update = _update(name);
        client.update(update);
        spent = vm.lastCallGas().gasTotalUsed;
        console2.log(name, spent);
    }
}
