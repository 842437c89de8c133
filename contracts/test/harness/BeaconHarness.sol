// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IBeaconLightClient} from "../../src/interfaces/IBeaconLightClient.sol";
import {BLS12381} from "../../src/libraries/BLS12381.sol";
import {BeaconPair} from "../../src/libraries/BeaconPair.sol";
import {CalldataSlice} from "../../src/libraries/CalldataSlice.sol";
import {SSZ} from "../../src/libraries/SSZ.sol";
import {BeaconChain} from "../../src/light-clients/BeaconChain.sol";
import {BeaconUpdate} from "../../src/light-clients/BeaconUpdate.sol";
import {BeaconProbe} from "./BeaconProbe.sol";

/// @title The beacon libraries, callable: for tests here and for the differential tests against Rust
contract BeaconHarness {
    using BeaconUpdate for BeaconUpdate.View;
    using CalldataSlice for uint256;

    /// @notice SSZ-1.
    function branchRoot(bytes32 leaf, bytes32[] calldata branch, uint256 gindex) external view returns (bytes32) {
        return SSZ.branchRoot(leaf, branch, gindex);
    }

    /// @notice SSZ-2, for leaves at strictly increasing positions below 2^depth.
    function multiproofRoot(
        uint256[] calldata positions,
        bytes32[] calldata leaves,
        uint256 depth,
        bytes32[] calldata witness
    ) external view returns (bytes32) {
        uint256 at;
        assembly ("memory-safe") {
            at := witness.offset
        }
        if (leaves.length == 0) return SSZ.rootWithoutLeaves(at, witness.length);
        uint256 first = SSZ.allocateNodes(leaves.length);
        uint256 end = first;
        for (uint256 i = 0; i < leaves.length; ++i) {
            uint256 gindex = 2 ** depth + positions[i];
            bytes32 leaf = leaves[i];
            assembly ("memory-safe") {
                mstore(end, mul(gindex, 32))
                mstore(add(end, 0x20), leaf)
            }
            end += SSZ.NODE;
        }
        return SSZ.multiproofRoot(first, end, at, witness.length);
    }

    /// @notice hash_to_curve of the ciphersuite, for a 32-byte message.
    function hashToG2(bytes32 message) external view returns (bytes32[8] memory point) {
        return BLS12381.hashToG2(message);
    }

    /// @notice Root of a committee, by that of its keys and its uncompressed aggregate key.
    function committeeRoot(bytes32 keysRoot, bytes32[3] calldata aggregate) external view returns (bytes32) {
        uint256 at;
        assembly ("memory-safe") {
            at := aggregate
        }
        return BLS12381.committeeRoot(keysRoot, at);
    }

    /// @notice BLS-1 to BLS-3.
    function verifyComplement(
        bytes32[3] calldata aggregate,
        bytes32[3][] calldata absent,
        bytes32 message,
        bytes32[6] calldata signature
    ) external view {
        uint256 aggregateAt;
        uint256 signatureAt;
        uint256 absentAt;
        assembly ("memory-safe") {
            aggregateAt := aggregate
            signatureAt := signature
            absentAt := absent.offset
        }
        BLS12381.Equation equation = BLS12381.begin(aggregateAt, signatureAt);
        if (absent.length != 0) BLS12381.subtract(equation, absentAt, 96, absent.length);
        BLS12381.verify(equation, message);
    }

    /// @notice hash_tree_root of a beacon header.
    function headerRoot(IBeaconLightClient.BeaconHeader calldata header) external view returns (bytes32) {
        return BeaconChain.headerRoot(header);
    }

    /// @notice Signing root of an attested header's root.
    function signingRoot(bytes32 attestedRoot, bytes4 version, bytes32 genesisValidatorsRoot)
        external
        view
        returns (bytes32)
    {
        return SSZ.hashPair(attestedRoot, BeaconChain.domain(version, genesisValidatorsRoot));
    }

    /// @notice Inner root, outer state root and outer root of a pair of 160 bytes.
    /// @param branches The branch from the inner root, then the execution branch.
    /// @param nodes How many of the nodes are of the one, and in the lowest byte of the other.
    /// @param indices As `BeaconPair.rootsOf` takes them.
    function pairRoots(bytes calldata pair, bytes32[] calldata branches, uint256 nodes, uint256 indices)
        external
        view
        returns (bytes32 inner, bytes32 outerState, bytes32 outer)
    {
        uint256 branch;
        assembly ("memory-safe") {
            branch := branches.offset
        }
        return BeaconPair.rootsOf(CalldataSlice.positionOf(pair), branch, nodes, indices);
    }

    /// @notice An integer of 512 bits mod p.
    function reduce(uint256 high, uint256 low) external pure returns (uint256, uint256) {
        uint256[2] memory words;
        uint256 to;
        assembly ("memory-safe") {
            to := words
        }
        BLS12381.reduceTo(to, high, low);
        return (words[0], words[1]);
    }

    /// @notice UPD-1: the parts of an update, one after the other, as they are found.
    function decode(bytes calldata encoded) external pure returns (bytes memory parts) {
        BeaconUpdate.View u = BeaconUpdate.decode(encoded);
        uint256 first = u.position().word();
        parts = abi.encodePacked(BeaconUpdate.signatureSlot(first), BeaconUpdate.attestedSlot(first));
        parts = bytes.concat(parts, abi.encodePacked(BeaconUpdate.finalizedSlot(first)));
        parts = bytes.concat(parts, _bytes(u.position() + BeaconUpdate.AGGREGATE_KEY, 96));
        parts = bytes.concat(parts, _bytes(u.position() + BeaconUpdate.SIGNATURE, 192));
        uint256 nodes = (u.branchNodes() >> 8) + (u.branchNodes() & 0xff);
        parts = bytes.concat(parts, _bytes(u.position() + BeaconUpdate.BRANCHES, 32 * nodes));
        if (u.nextCommitteeNodes() != 0) {
            parts = bytes.concat(parts, u.nextCommitteeRoot(), abi.encodePacked(u.nextCommitteeBranch()));
        }
        uint256 member = u.absentMembers();
        for (uint256 i = 0; i < u.absentCount(); ++i) {
            parts = bytes.concat(parts, abi.encodePacked(member.word() >> 240), _bytes(member + 2, 96));
            member += BeaconUpdate.MEMBER;
        }
        return bytes.concat(parts, _bytes(u.witness(), 32 * u.witnessNodes()));
    }

    /// @notice BCN-16, UPD-1, then BCN-1 to BCN-13 of an update against a supplied trusted state and time. With `isEvidence`, without
    /// BCN-4.
    /// @dev Not a view: what is verified against is deployed. The client's own status (CLI-1, CLI-2) is not looked at.
    function verifyUpdate(
        IBeaconLightClient.Config calldata config,
        IBeaconLightClient.Trusted calldata trusted,
        bytes calldata update,
        uint64 now_,
        bool isEvidence
    ) external returns (bytes32 finalizedRoot) {
        return new BeaconProbe(config).verifyUpdate(trusted, update, now_, isEvidence);
    }

    /// @notice BCN-16, then BCN-14 without expiry.
    function verifyBootstrap(
        IBeaconLightClient.Config calldata config,
        IBeaconLightClient.Bootstrap calldata bootstrap,
        bytes32 trustedRoot
    ) external {
        new BeaconProbe(config).verifyBootstrap(bootstrap, trustedRoot);
    }

    /// @dev A copy of what is at a position in calldata.
    function _bytes(uint256 at, uint256 length) private pure returns (bytes memory copy) {
        copy = new bytes(length);
        assembly ("memory-safe") {
            calldatacopy(add(copy, 0x20), at, length)
        }
    }
}
