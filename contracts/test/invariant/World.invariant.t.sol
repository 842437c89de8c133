// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {BridgeHandler} from "../tokens/BridgeHandler.sol";
import {World} from "./World.sol";
import {WorldTest} from "./WorldTest.sol";

/// @notice Everything at once: `make test` does 256 runs of 64 steps, `make invariants` 1000 of 200.
contract WorldInvariantTest is WorldTest {
    bytes4[] private _selectors;

    function setUp() public override {
        super.setUp();
        world.send(0, 16, "in order");
        world.send(1, 3 + 32, "may fail, may be cancelled, is paid for");
        world.goOut(50 * WIRE);
        // Twice what the rest depends on.
        for (uint256 i = 0; i < 2; ++i) {
            _act(World.send.selector);
            _act(World.relay.selector);
            _act(World.relayBatch.selector);
            _act(BridgeHandler.goOut.selector);
            _act(BridgeHandler.deliver.selector);
        }
        _act(World.again.selector);
        _act(World.skipMessage.selector);
        _act(World.change.selector);
        _act(World.anything.selector);
        _act(World.cancelMessage.selector);
        _act(World.acknowledge.selector);
        _act(World.expireMessage.selector);
        _act(World.payFee.selector);
        _act(World.settleFee.selector);
        _act(World.setMood.selector);
        _act(World.stop.selector);
        _act(World.moveLane.selector);
        _act(World.setLimits.selector);
        _act(BridgeHandler.goBack.selector);
        _act(BridgeHandler.give.selector);
        _act(BridgeHandler.cancel.selector);
        _act(BridgeHandler.refund.selector);
        _act(BridgeHandler.expire.selector);
        _act(BridgeHandler.wait.selector);
        _act(BridgeHandler.wait.selector);
        _act(BridgeHandler.release.selector);
        _act(BridgeHandler.cancelRelease.selector);
        _act(BridgeHandler.reinstateRelease.selector);
        _act(BridgeHandler.pause.selector);
        targetSelector(FuzzSelector({addr: address(world), selectors: _selectors}));
        targetContract(address(world));
    }

    /// forge-config: default.invariant.runs = 256
    /// forge-config: default.invariant.depth = 64
    /// forge-config: invariants.invariant.runs = 1000
    /// forge-config: invariants.invariant.depth = 200
    function invariant_S1_S2_S6_S7_S11_S12_S14_S15_S16_V1_V2_V7_V8_V9_twoChains() public view {
        requireAll();
    }

    /// @dev S10, S15: nothing that has happened keeps an honest relayer from delivering the rest.
    function afterInvariant() public {
        world.finish();
        requireAll();
        requireFinished();
    }

    function _act(bytes4 selector) private {
        _selectors.push(selector);
    }
}
