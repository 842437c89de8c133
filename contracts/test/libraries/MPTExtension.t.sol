// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTNode} from "../../src/libraries/MPTNode.sol";
import {MPTProof} from "../../src/libraries/MPTProof.sol";
import {IProofHarness} from "../harness/IProofHarness.sol";
import {ProofHarness} from "../harness/ProofHarness.sol";
import {ProofHarnessReference} from "../harness/ProofHarnessReference.sol";
import {OnLibraries, OnReference} from "../harness/ProofSuite.sol";
import {RlpEncode} from "../harness/RlpEncode.sol";
import {TrieSuite} from "../harness/TrieSuite.sol";

// One suite, and the subjects it runs on; bytes are cut to nibbles.
// forge-lint: disable-start(multi-contract-file, unsafe-typecast)

/// @notice Tries of which one node lies over the next, whatever it is, for keys of 32 bytes that are all the same nibble.
abstract contract MPTExtensionSuite is TrieSuite {
    using RlpEncode for bytes;
    using RlpEncode for bytes[];

    bytes internal constant KEY = hex"1111111111111111111111111111111111111111111111111111111111111111";

    /// @dev Extensions of each length at each of some depths, over a branch and a leaf.
    function test_MPT_8_accepts_extensionAmongBranches() public {
        for (uint256 above = 0; above < 4; ++above) {
            for (uint256 length = 1; length + above < 64; ++length) {
                bytes[] memory nodes = new bytes[](above + 3);
                nodes[above + 2] = RlpEncode.leaf(_ones(63 - above - length), LONG);
                nodes[above + 1] = _branch(nodes[above + 2]);
                nodes[above] = RlpEncode.extension(_ones(length), nodes[above + 1].childOf());
                _raise(nodes, above);
                assertEq(harness.inclusion(keccak256(nodes[0]), KEY, nodes), LONG);
                assertEq(harness.packedInclusion(keccak256(nodes[0]), KEY, _joined(nodes)), LONG);
            }
        }
    }

    /// @dev What follows has the hash that is due, and would be taken anywhere else.
    function test_MPT_8_rejects_pairBehindExtension() public {
        for (uint256 above = 0; above < 4; ++above) {
            for (uint256 length = 1; length + above <= 64; ++length) {
                bytes[] memory nodes = new bytes[](above + 2);
                nodes[above + 1] = RlpEncode.leaf(_ones(64 - above - length), LONG);
                nodes[above] = RlpEncode.extension(_ones(length), nodes[above + 1].childOf());
                _raise(nodes, above);
                _refusesBoth(_indexed(MPTNode.MptExtensionChild.selector, above + 1), nodes);
                // and an extension under the next branch is another one
                bytes memory hash = bytes.concat(keccak256("a")).str();
                nodes[above + 1] = RlpEncode.extension(_ones(1), hash);
                nodes[above] = RlpEncode.extension(_ones(length), nodes[above + 1].childOf());
                _raise(nodes, above);
                _refusesBoth(_indexed(MPTNode.MptExtensionChild.selector, above + 1), nodes);
            }
        }
    }

    function test_MPT_12_rejects_nodesBehindAbsence() public {
        bytes[] memory nodes = new bytes[](3);
        nodes[2] = RlpEncode.leaf(_ones(5), LONG);
        nodes[1] = RlpEncode.branch("").put(2, nodes[2].childOf()).put(9, nodes[2].childOf()).join();
        _raise(nodes, 1);
        _refusesBoth(_indexed(MPTProof.MptTrailingNode.selector, 2), nodes);
        nodes[1] = RlpEncode.leaf(bytes.concat(_ones(62), hex"02"), LONG);
        _raise(nodes, 1);
        _refusesBoth(_indexed(MPTProof.MptTrailingNode.selector, 2), nodes);
    }

    function test_MPT_14_accepts_absenceByLastNode() public {
        bytes[] memory nodes = new bytes[](2);
        bytes memory hash = bytes.concat(keccak256("a")).str();
        nodes[1] = RlpEncode.branch("").put(2, hash).put(9, hash).join();
        _raise(nodes, 1);
        harness.exclusion(keccak256(nodes[0]), KEY, nodes);
        harness.packedExclusion(keccak256(nodes[0]), KEY, _joined(nodes));
        nodes[1] = RlpEncode.leaf(bytes.concat(_ones(62), hex"02"), LONG);
        _raise(nodes, 1);
        harness.exclusion(keccak256(nodes[0]), KEY, nodes);
        harness.packedExclusion(keccak256(nodes[0]), KEY, _joined(nodes));
    }

    /// @dev Gives the last `count` nodes parents that are branches: those before them.
    function _raise(bytes[] memory nodes, uint256 count) internal pure {
        for (; count > 0; --count) {
            nodes[count - 1] = _branch(nodes[count]);
        }
    }

    function _branch(bytes memory child) internal pure returns (bytes memory) {
        return RlpEncode.branch("").put(1, child.childOf()).put(9, bytes.concat(keccak256("a")).str()).join();
    }

    function _ones(uint256 count) internal pure returns (bytes memory nibbles) {
        nibbles = new bytes(count);
        for (uint256 i = 0; i < count; ++i) {
            nibbles[i] = 0x01;
        }
    }

    function _joined(bytes[] memory nodes) internal pure returns (bytes memory joined) {
        for (uint256 i = 0; i < nodes.length; ++i) {
            joined = bytes.concat(joined, nodes[i]);
        }
    }

    function _refusesBoth(bytes memory expected, bytes[] memory nodes) private {
        _refuses(expected, keccak256(nodes[0]), KEY, nodes);
        vm.expectRevert(expected);
        harness.packedWalk(keccak256(nodes[0]), KEY, _joined(nodes));
    }
}

contract MPTExtensionTest is MPTExtensionSuite, OnLibraries {
    using RlpEncode for bytes;
    using RlpEncode for bytes[];

    /// @dev Any nodes over any others, most of them right: the verdict is that of the plain twin, or the error.
    /// forge-config: default.fuzz.runs = 500
    function testFuzz_MPT_3_12_sameAsTwin(bytes32 seed) external {
        uint256 count = 1 + uint256(seed) % 9;
        bytes[] memory nodes = new bytes[](count);
        bytes32 root;
        for (uint256 i = count; i > 0; --i) {
            seed = keccak256(abi.encode(seed));
            nodes[i - 1] = _any(uint256(seed) >> 8, i == count ? bytes("") : nodes[i]);
            if (uint8(seed[31]) < 4) nodes[i - 1][uint8(seed[30]) % nodes[i - 1].length] ^= seed[29];
            if (uint8(seed[31]) > 250 && i != count) (nodes[i], nodes[i - 1]) = (nodes[i - 1], nodes[i]);
        }
        root = keccak256(nodes[0]);
        seed = keccak256(abi.encode(seed));
        bytes memory key = new bytes(uint8(seed[0]) % 3 == 0 ? 32 : uint8(seed[1]) % 33);
        for (uint256 i = 0; i < key.length; ++i) {
            key[i] = 0x11;
        }
        if (uint8(seed[2]) % 4 == 0 && key.length != 0) {
            key[uint8(seed[3]) % key.length] ^= bytes1(0x01) << (uint8(seed[4]) % 8);
        }
        if (uint8(seed[5]) % 8 == 0) {
            assembly ("memory-safe") {
                mstore(nodes, sub(count, 1)) // the last one is missing
            }
        }
        _same(abi.encodeCall(IProofHarness.walk, (root, key, nodes)));
        _same(abi.encodeCall(IProofHarness.packedWalk, (root, key, _joined(nodes))));
    }

    /// @dev A node over `child`: a branch or an extension; if there is none, also a leaf.
    function _any(uint256 seed, bytes memory child) private pure returns (bytes memory) {
        uint256 length = (seed >> 16) % 4 == 0 ? (seed >> 24) % 66 : (seed >> 24) % 4;
        if (child.length == 0 && seed % 4 != 0) {
            bytes memory value = new bytes((seed >> 96) % 300);
            if (value.length != 0) value[0] = bytes1(uint8(seed >> 88));
            return RlpEncode.leaf(_ones(length), value);
        }
        bytes memory below = child.length == 0 ? bytes.concat(keccak256("b")).str() : child.childOf();
        if (seed % 3 == 0) return RlpEncode.extension(_ones(length), below);
        bytes[] memory items = seed % 16 == 1 ? RlpEncode.branch(hex"05") : RlpEncode.branch("");
        uint256 mask = seed >> 32;
        if (seed % 5 == 0) mask = 0xffff;
        for (uint256 i = 0; i < 16; ++i) {
            if ((mask >> i) & 1 == 1) items[i] = bytes.concat(keccak256(abi.encode(i))).str();
        }
        if (seed % 17 == 2) items[0] = RlpEncode.leaf("", hex"05");
        if (seed % 7 != 0) items[1] = below;
        return items.join();
    }

    function _same(bytes memory call) private {
        (bool ok, bytes memory answer) = address(new ProofHarness()).staticcall(call);
        (bool twinOk, bytes memory twin) = address(new ProofHarnessReference()).staticcall(call);
        assertEq(ok, twinOk);
        assertEq(answer, twin);
    }
}

contract MPTExtensionReferenceTest is MPTExtensionSuite, OnReference {}
// forge-lint: disable-end(multi-contract-file, unsafe-typecast)
