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
    function test_MAP_gasOfEpochUpdates() public {
        _epoch("N = 4", 4, 3);
        _epoch("N = 30, exact quorum", 30, 20);
        _epoch("N = 50, exact quorum", 50, 34);
        _epoch("N = 30, all", 30, 30);
        _epoch("N = 100, exact quorum", 100, 67);
        _epoch("N = 256, exact quorum", 256, 171);
    }

    function test_MAP_gasOfSetChanges() public {
        _change("N = 30, -2 +2", 30, 2);
        _change("N = 50, -2 +2", 50, 2);
    }

    function test_MAP_gasOfBlocksWithinAnEpoch() public {
        uint256[] memory set = MapChain.secrets(30);
        MapLightClient client = _deploy(set);
        client.update(_update(set, _block(251)));
        console2.log("N = 30, within an epoch", vm.lastCallGas().gasTotalUsed);
        client.verifyUpdate(_update(set, _block(251)));
        console2.log("N = 30, not stored", vm.lastCallGas().gasTotalUsed);
    }

    /// @dev Deployment, of which the most is rings that later writes overwrite.
    function test_MAP_gasOfDeployment() public {
        uint256[] memory set = MapChain.secrets(30);
        uint256 before = gasleft();
        _deploy(set);
        console2.log("N = 30, deployment", before - gasleft());
    }

    function _epoch(string memory name, uint256 size, uint256 signers) private returns (uint256 spent) {
        uint256[] memory set = MapChain.secrets(size);
        MapLightClient client = _deploy(set);
        client.update(MapChain.update(set, _block(300), signers));
        spent = vm.lastCallGas().gasTotalUsed;
        console2.log(name, spent);
    }

    function _change(string memory name, uint256 size, uint256 count) private {
        uint256[] memory set = MapChain.secrets(size);
        uint256[] memory added = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            added[i] = 5 + i;
        }
        MapLightClient client = _deploy(set);
        client.update(_update(set, _block(300, MapChain.first(count) << 1, added)));
        console2.log(name, vm.lastCallGas().gasTotalUsed);
    }
}
