// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ILightClient} from "../../src/interfaces/ILightClient.sol";
import {IMapLightClient} from "../../src/interfaces/IMapLightClient.sol";
import {MapLightClient} from "../../src/light-clients/MapLightClient.sol";
import {MapChain} from "../support/MapChain.sol";
import {MapHandler} from "../support/MapHandler.sol";
import {MapTest} from "../support/MapTest.sol";

/// @notice C1, C2, C5, C7 and C8 of the security properties over arbitrary sequences, and what a damaged update can be.
contract MapInvariantTest is MapTest {
    using MapChain for uint256[];

    MapHandler private handler;

    function setUp() public {
        handler = new MapHandler(213);
        targetContract(address(handler));
        bytes4[] memory selectors = new bytes4[](5);
        selectors[0] = handler.update.selector;
        selectors[1] = handler.leap.selector;
        selectors[2] = handler.damagedUpdate.selector;
        selectors[3] = handler.hostileUpdate.selector;
        selectors[4] = handler.misbehaviour.selector;
        targetSelector(FuzzSelector({addr: address(handler), selectors: selectors}));
    }

    /// @dev What is held are sets of the chain, and of eight epochs at most.
    /// forge-config: default.invariant.runs = 16
    /// forge-config: default.invariant.depth = 30
    /// forge-config: default.invariant.fail-on-revert = true
    function invariant_C1_C2_C5_C7_monotoneAndFrozenForGood() public view {
        MapLightClient client = handler.CLIENT();
        IMapLightClient.Trusted memory t = client.trusted();
        assertEq(t.epoch, handler.highestEpoch());
        assertEq(t.frozenAt, handler.frozenAt());
        uint256 held;
        for (uint64 epoch = 0; epoch <= t.epoch + 2; ++epoch) {
            bytes32 commitment = client.commitmentOf(epoch);
            if (commitment == 0) continue;
            ++held;
            assertEq(commitment, handler.commitmentOf(epoch), "a set that is none");
        }
        assertTrue(held != 0 && held <= 8);
    }

    /// forge-config: default.invariant.runs = 8
    /// forge-config: default.invariant.depth = 20
    /// forge-config: default.invariant.fail-on-revert = true
    function invariant_C8_neverStuck() public view {
        assertFalse(handler.isStuck(), "C8: no update is left");
    }

    /// @dev C2: before its first update a client proves nothing.
    function test_CLI_3_rejects_C2_withoutHeads() public {
        MapLightClient client = handler.CLIENT();
        for (uint64 id = 0; id < 3; ++id) {
            vm.expectRevert(abi.encodeWithSelector(ILightClient.ClientUnknownHead.selector, id));
            client.receiptsRoot(id);
        }
    }

    /// @dev That the handler does get somewhere.
    function test_MAP_15_accepts_throughHandler() public {
        for (uint64 i = 0; i < 10; ++i) {
            handler.update(0, 1);
            handler.update(i, i);
            handler.leap(i);
        }
        assertGt(handler.accepted(), 20);
        assertGt(handler.highestEpoch(), FIRST_EPOCH + 15);
        handler.damagedUpdate(100, 1);
        handler.hostileUpdate(0);
        handler.misbehaviour(3, 1);
        assertEq(handler.frozenAt(), 0);
        handler.misbehaviour(3, 16);
        assertEq(handler.frozenAt(), block.timestamp);
        handler.update(0, 1);
    }

    /// @dev Any other byte at any place: refused, or the same head, by another root of a hint.
    /// forge-config: default.fuzz.runs = 64
    function testFuzz_MAP_1_rejects_oneMutatedByte(uint256 place, uint8 change) public {
        vm.assume(change != 0);
        uint256[] memory set = MapChain.secrets(7);
        MapLightClient client = _deploy(set);
        MapChain.Block memory b = _block(300, 2, _list(9));
        bytes memory encoded = _update(set, b);
        encoded[place % encoded.length] ^= bytes1(change);
        try client.verifyUpdate(encoded) returns (uint64, bytes32 blockHash, bytes32) {
            assertEq(blockHash, keccak256(MapChain.header(b)));
        } catch {}
    }

    /// @dev Every seventh byte of a small update.
    function test_MAP_1_rejects_mutatedBytes() public {
        uint256[] memory set = MapChain.secrets(1);
        MapLightClient client = _deploy(set);
        bytes memory encoded = _update(set, _block(300));
        for (uint256 i = 0; i < encoded.length; i += 7) {
            encoded[i] ^= 0x01;
            (bool ok,) = address(client).staticcall(abi.encodeCall(client.verifyUpdate, (encoded)));
            assertFalse(ok);
            encoded[i] ^= 0x01;
        }
        client.verifyUpdate(encoded);
    }
}
