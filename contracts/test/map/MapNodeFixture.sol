// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMapLightClient} from "../../src/interfaces/IMapLightClient.sol";
import {IMapLightVerifier} from "../../src/interfaces/map/IMapLightVerifier.sol";
import {MapLightClient} from "../../src/light-clients/MapLightClient.sol";
import {MapLightNode} from "../../src/map/MapLightNode.sol";
import {MapChain} from "../support/MapChain.sol";
import {ProvenReceipt} from "./ProvenReceipt.sol";

/// @notice A node over the real client of a MAP relay chain that the test makes up, whose blocks hold the receipts of `vectors/mpt`.
abstract contract MapNodeFixture is ProvenReceipt {
    uint64 internal constant EPOCH_SIZE = 100;
    uint64 internal constant FORK = 150;
    uint64 internal constant EPOCH = 5; // blocks 401 to 500
    uint64 internal constant TIME = 1_700_000_000; // of block 400
    uint64 internal constant TRUSTING_PERIOD = 20 days;
    uint256 internal constant CHAIN_ID = 22_776;

    MapLightClient internal client;
    MapLightNode internal node;
    uint256[] internal set;

    function _deploy(uint256 validators) internal {
        set = MapChain.secrets(validators);
        IMapLightClient.Config memory config = IMapLightClient.Config(CHAIN_ID, EPOCH_SIZE, FORK, TRUSTING_PERIOD);
        IMapLightClient.Checkpoint memory checkpoint = IMapLightClient.Checkpoint(EPOCH, TIME, MapChain.keys(set));
        vm.warp(TIME + 1 days);
        client = new MapLightClient(config, checkpoint, MapChain.commitment(set));
        node = new MapLightNode(client);
    }

    /// @dev A block with a receipts root, 5 seconds for each block since the checkpoint.
    function _block(uint64 number, bytes32 receiptsRoot) internal pure returns (MapChain.Block memory b) {
        (b.number, b.time, b.receiptsRoot) = (number, TIME + 5 * (number - 400), receiptsRoot);
        (b.parentHash, b.stateRoot) = (keccak256("parent"), keccak256("state"));
    }

    /// @dev The update of a block, signed by just enough validators.
    function _updateOf(MapChain.Block memory b) internal view returns (bytes memory) {
        return MapChain.update(set, b, MapChain.quorum(set.length));
    }

    /// @dev A proof of kind 0.
    function _withUpdate(bytes memory update, bytes memory rest) internal pure returns (bytes memory) {
        // casting to 'uint24' is safe because updates of tests are short
        // forge-lint: disable-next-line(unsafe-typecast)
        return bytes.concat(hex"00", bytes3(uint24(update.length)), update, rest);
    }

    /// @dev A proof of kind 1.
    function _ofHead(uint64 headId, bytes memory rest) internal pure returns (bytes memory) {
        return bytes.concat(hex"01", bytes8(headId), rest);
    }

    /// @dev A proof of kind 2.
    function _ofOlder(uint64 headId, bytes memory ancestry, bytes[] memory headers, bytes memory rest)
        internal
        pure
        returns (bytes memory)
    {
        // casting to 'uint16' is safe because proofs of tests are short
        // forge-lint: disable-next-line(unsafe-typecast)
        bytes memory start = bytes.concat(hex"02", bytes8(headId), bytes2(uint16(ancestry.length)), ancestry);
        return bytes.concat(start, _listed(headers), rest);
    }

    /// @dev Headers as they stand in a proof.
    function _listed(bytes[] memory headers) internal pure returns (bytes memory listed) {
        // forge-lint: disable-start(unsafe-typecast) small numbers
        listed = bytes.concat(bytes1(uint8(headers.length)));
        for (uint256 i = 0; i < headers.length; ++i) {
            listed = bytes.concat(listed, bytes2(uint16(headers[i].length)), headers[i]);
        }
        // forge-lint: disable-end(unsafe-typecast)
    }

    function _assertSecondLog(IMapLightVerifier.TxLog memory log) internal view {
        assertEq(log.addr, emitters[1]);
        assertEq(log.topics, topics[1]);
        assertEq(log.data, datas[1]);
    }
}
