// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMapLightClient} from "../../src/interfaces/IMapLightClient.sol";
import {MapLightClient} from "../../src/light-clients/MapLightClient.sol";
import {MapChain} from "./MapChain.sol";
import {Test} from "forge-std/Test.sol";

/// @title A client of a made-up MAP relay chain
/// @notice Epochs of 100 blocks, of which the first ones are from before the fork; a second per block. The checkpoint is the set of epoch 3,
/// blocks 201 to 300.
abstract contract MapTest is Test {
    using MapChain for uint256[];

    uint64 internal constant CHAIN_ID = 9213;
    uint64 internal constant EPOCH_SIZE = 100;
    uint64 internal constant FORK = 250;
    uint64 internal constant TRUSTING_PERIOD = 10_000;
    uint64 internal constant GENESIS = 1_600_000_000;
    uint64 internal constant FIRST_EPOCH = 3;

    function _config() internal pure returns (IMapLightClient.Config memory) {
        return IMapLightClient.Config(CHAIN_ID, EPOCH_SIZE, FORK, TRUSTING_PERIOD);
    }

    function _checkpoint(uint256[] memory set) internal view returns (IMapLightClient.Checkpoint memory) {
        return IMapLightClient.Checkpoint(FIRST_EPOCH, _time((FIRST_EPOCH - 1) * EPOCH_SIZE), set.keys());
    }

    /// @dev A client at epoch 3. The clock is put to block 900.
    function _deploy(uint256[] memory set) internal returns (MapLightClient) {
        vm.warp(_time(900));
        return new MapLightClient(_config(), _checkpoint(set), set.commitment());
    }

    function _time(uint64 number) internal pure returns (uint64) {
        return GENESIS + number;
    }

    /// @dev A block that changes nothing.
    function _block(uint64 number) internal pure returns (MapChain.Block memory b) {
        b.number = number;
        b.time = _time(number);
        b.parentHash = keccak256(abi.encode("parent", number));
        b.stateRoot = keccak256(abi.encode("state", number));
        b.receiptsRoot = keccak256(abi.encode("receipts", number));
    }

    /// @dev A block that changes the set.
    function _block(uint64 number, uint256 removed, uint256[] memory added)
        internal
        pure
        returns (MapChain.Block memory b)
    {
        b = _block(number);
        (b.removed, b.added) = (removed, added);
    }

    /// @dev An update of one block that a quorum of a set signed.
    function _update(uint256[] memory set, MapChain.Block memory b) internal view returns (bytes memory) {
        return MapChain.update(set, b, MapChain.quorum(set.length));
    }

    /// @dev A sealed header that a quorum of a set signed.
    function _sealed(uint256[] memory set, MapChain.Block memory b) internal view returns (bytes memory) {
        return MapChain.sealedHeader(MapChain.header(b), set, MapChain.first(MapChain.quorum(set.length)), 0);
    }

    /// @dev An update of a header of any bytes that a quorum of a set signed.
    function _updateOf(uint256[] memory set, bytes memory header) internal view returns (bytes memory) {
        return set.update(MapChain.sealedHeader(header, set, MapChain.first(MapChain.quorum(set.length)), 0));
    }

    /// @dev Refused, and in simulation too.
    function _refuses(MapLightClient client, bytes memory expected, bytes memory encoded) internal {
        vm.expectRevert(expected);
        client.update(encoded);
        vm.expectRevert(expected);
        client.verifyUpdate(encoded);
    }

    /// @dev Accepted, and in simulation too: the block becomes a head.
    function _accepts(
        MapLightClient client,
        bytes memory encoded,
        uint64 number,
        bytes32 blockHash,
        bytes32 receiptsRoot
    ) internal {
        (uint64 gotNumber, bytes32 gotHash, bytes32 gotRoot) = client.verifyUpdate(encoded);
        assertEq(gotNumber, number);
        assertEq(gotHash, blockHash);
        assertEq(gotRoot, receiptsRoot);
        uint64 head = client.latestHead();
        assertEq(client.update(encoded), head + 1);
        assertEq(client.latestHead(), head + 1);
        assertEq(client.headHash(head + 1), blockHash);
        assertEq(client.receiptsRoot(head + 1), receiptsRoot);
    }

    /// @dev Accepted, a block that a quorum of a set signed.
    function _accepts(MapLightClient client, uint256[] memory set, MapChain.Block memory b) internal {
        _accepts(client, _update(set, b), b.number, keccak256(MapChain.header(b)), b.receiptsRoot);
    }

    function _list(uint256 a) internal pure returns (uint256[] memory list) {
        list = new uint256[](1);
        list[0] = a;
    }

    function _list(uint256 a, uint256 b) internal pure returns (uint256[] memory list) {
        list = new uint256[](2);
        (list[0], list[1]) = (a, b);
    }
}
