// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IBeaconLightClient} from "../../src/interfaces/IBeaconLightClient.sol";
import {SSZ} from "../../src/libraries/SSZ.sol";
import {BeaconChain} from "../../src/light-clients/BeaconChain.sol";
import {RlpEncode} from "../harness/RlpEncode.sol";
import {BeaconBytes} from "../light-clients/BeaconBytes.sol";

// Names are short and numbers small.
// forge-lint: disable-start(unsafe-typecast)

/// @title Proofs of older blocks, made to measure and written byte by byte
library AncestryProofs {
    using RlpEncode for bytes;
    using RlpEncode for bytes[];

    /// @notice A proof by the hashes that the state keeps (ANC-4), part by part.
    struct History {
        uint64 number;
        bytes header;
        bytes account;
        bytes slot;
    }

    /// @notice A proof by beacon block roots (ANC-3), part by part.
    struct Beacon {
        IBeaconLightClient.BeaconHeader outer;
        IBeaconLightClient.BeaconHeader inner;
        bytes32 executionBlockHash;
        bytes32[] branch;
        bytes32[] executionBranch;
        bytes header;
    }

    address internal constant HISTORY = 0x0000F90827F1C53a10cb7A02335B175320002935;

    /// @notice The state of block `newer` holds nothing but the history contract, which holds nothing but `value` in `slot`.
    function history(uint64 newer, uint64 number, uint256 slot, bytes memory value)
        internal
        pure
        returns (History memory proof)
    {
        proof.number = number;
        proof.slot = leaf(keccak256(abi.encode(slot)), value);
        bytes[] memory fields = new bytes[](4);
        fields[0] = hex"80";
        fields[1] = hex"05";
        fields[2] = word(keccak256(proof.slot));
        fields[3] = word(keccak256("code"));
        proof.account = leaf(keccak256(abi.encodePacked(HISTORY)), fields.join());
        proof.header = header(21, keccak256(proof.account), newer, 0);
    }

    function encode(History memory proof) internal pure returns (bytes memory) {
        return bytes.concat(
            hex"02",
            bytes2(uint16(proof.header.length)),
            bytes2(uint16(proof.account.length)),
            bytes8(proof.number),
            proof.header,
            proof.account,
            proof.slot
        );
    }

    /// @notice From slot `anchor` to `slot`, whose root is at `index` in the newer state, its block hash at `executionIndex`.
    function beacon(uint64 anchor, uint64 slot, uint256 index, uint256 executionIndex)
        internal
        view
        returns (Beacon memory proof)
    {
        proof.executionBlockHash = hashOf(slot);
        proof.executionBranch = _branch(executionIndex, "execution");
        bytes32 bodyRoot = SSZ.branchRootOf(proof.executionBlockHash, proof.executionBranch, executionIndex);
        proof.inner = IBeaconLightClient.BeaconHeader(slot, 11, "inner parent", "inner state", bodyRoot);
        proof.branch = _branch(index, "roots");
        bytes32 stateRoot = SSZ.branchRootOf(BeaconChain.headerRoot(proof.inner), proof.branch, index);
        proof.outer = IBeaconLightClient.BeaconHeader(anchor, 22, "outer parent", stateRoot, "outer body");
        proof.header = header(21, 0, 9, BeaconChain.headerRoot(proof.outer));
    }

    /// @notice The newer block's root as it follows from the rest.
    function outerRoot(Beacon memory proof, uint256 index, uint256 executionIndex) internal view returns (bytes32) {
        IBeaconLightClient.BeaconHeader memory inner = proof.inner;
        inner.bodyRoot = SSZ.branchRootOf(proof.executionBlockHash, proof.executionBranch, executionIndex);
        IBeaconLightClient.BeaconHeader memory outer = proof.outer;
        outer.stateRoot = SSZ.branchRootOf(BeaconChain.headerRoot(inner), proof.branch, index);
        return BeaconChain.headerRoot(outer);
    }

    function encode(Beacon memory proof) internal view returns (bytes memory) {
        bytes memory numbers =
            abi.encodePacked(proof.outer.slot, proof.outer.proposerIndex, proof.inner.slot, proof.inner.proposerIndex);
        return bytes.concat(
            hex"01",
            bytes2(uint16(proof.header.length)),
            bytes1(uint8(proof.branch.length)),
            bytes1(uint8(proof.executionBranch.length)),
            numbers,
            abi.encodePacked(proof.outer.parentRoot, BeaconBytes.half(proof.outer.bodyRoot)),
            SSZ.hashPair(proof.inner.parentRoot, proof.inner.stateRoot),
            proof.executionBlockHash,
            abi.encodePacked(proof.branch),
            abi.encodePacked(proof.executionBranch),
            proof.header
        );
    }

    /// @notice An execution header of some items, with these among them.
    function header(uint256 count, bytes32 stateRoot, uint64 number, bytes32 beaconRoot)
        internal
        pure
        returns (bytes memory)
    {
        bytes[] memory items = new bytes[](count);
        for (uint256 i = 0; i < count; ++i) {
            items[i] = word(keccak256(abi.encode(i)));
        }
        if (count > 3) items[3] = word(stateRoot);
        if (count > 6) items[6] = new bytes(256).str();
        if (count > 8) items[8] = integer(number);
        if (count > 11) items[11] = integer(1_700_000_000);
        if (count > 19) items[19] = word(beaconRoot);
        return items.join();
    }

    /// @notice The trie with one entry: its one node, which is also every proof of it.
    function leaf(bytes32 key, bytes memory value) internal pure returns (bytes memory) {
        bytes memory nibbles = new bytes(64);
        for (uint256 i = 0; i < 32; ++i) {
            nibbles[2 * i] = key[i] >> 4;
            nibbles[2 * i + 1] = key[i] & 0x0f;
        }
        return RlpEncode.leaf(nibbles, value);
    }

    function word(bytes32 value) internal pure returns (bytes memory) {
        return bytes.concat(value).str();
    }

    function integer(uint64 value) internal pure returns (bytes memory) {
        bytes memory digits;
        for (uint256 left = value; left != 0; left >>= 8) {
            digits = bytes.concat(bytes1(uint8(left)), digits);
        }
        return digits.str();
    }

    /// @notice The execution block of a slot.
    function hashOf(uint64 slot) internal pure returns (bytes32) {
        return keccak256(abi.encode("block", slot));
    }

    function _branch(uint256 index, string memory name) private pure returns (bytes32[] memory nodes) {
        uint256 depth;
        while (index >> depth > 1) ++depth;
        nodes = new bytes32[](depth);
        for (uint256 i = 0; i < depth; ++i) {
            nodes[i] = keccak256(abi.encode(name, i));
        }
    }
}
// forge-lint: disable-end(unsafe-typecast)
