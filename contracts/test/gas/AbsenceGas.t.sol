// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {RlpEncode} from "../harness/RlpEncode.sol";
import {GasTest} from "./GasTest.sol";
import {ExclusionGas, InclusionGas, InclusionGasPacked} from "./ReceiptGas.sol";
import {console2} from "forge-std/Test.sol";

/// @notice Execution gas of proofs of absence, The tries are made up from the deepest node to the root:
/// what is not on the way is a hash of nothing.
contract AbsenceGasTest is GasTest {
    using RlpEncode for bytes;
    using RlpEncode for bytes[];

    /// @dev What absence may cost of what inclusion at the same depth costs, in hundredths.
    uint256 private constant ABSENCE_BAR = 125;

    bytes[] private nodes; // from the deepest to the root

    function setUp() public {}

    function test_MPT_14_gasOfAbsence() public {
        bytes32 key = keccak256("an account");
        nodes.push(RlpEncode.leaf(_nibbles(key, 7), new bytes(70)));
        for (uint256 depth = 7; depth > 0; --depth) {
            nodes.push(_branch(0xffff, _nibble(key, depth - 1)));
        }
        (uint256 packed, uint256 list) = _inclusion(key, 32);

        (uint256 packedLeaf, uint256 listLeaf) = _exclusion(key ^ bytes32(uint256(1)), 32);
        console2.log("account of 8 nodes: packed, list", packed, list);
        console2.log("absent by a leaf: packed, list", packedLeaf, listLeaf);
        assertLe(packedLeaf * 100, packed * ABSENCE_BAR);
        assertLe(listLeaf * 100, list * ABSENCE_BAR);

        delete nodes;
        nodes.push(_branch(uint256(0x7b5f) & ~(uint256(0x8000) >> _nibble(key, 7)), 16));
        for (uint256 depth = 7; depth > 0; --depth) {
            nodes.push(_branch(0xffff, _nibble(key, depth - 1)));
        }
        (uint256 packedNone, uint256 listNone) = _exclusion(key, 32);
        console2.log("absent by a branch: packed, list", packedNone, listNone);
        assertLe(packedNone * 100, packed * ABSENCE_BAR);
        assertLe(listNone * 100, list * ABSENCE_BAR);
    }

    function _inclusion(bytes32 key, uint256 length) private returns (uint256 packed, uint256 list) {
        (bytes32 root, bytes[] memory proof, bytes memory joined) = _proof();
        packed = _gas(
            address(new InclusionGasPacked()), abi.encodeCall(InclusionGasPacked.inclusion, (root, key, length, joined))
        );
        list = _gas(address(new InclusionGas()), abi.encodeCall(InclusionGas.inclusion, (root, key, length, proof)));
    }

    function _exclusion(bytes32 key, uint256 length) private returns (uint256 packed, uint256 list) {
        (bytes32 root, bytes[] memory proof, bytes memory joined) = _proof();
        address callee = address(new ExclusionGas());
        packed = _gas(callee, abi.encodeCall(ExclusionGas.exclusionPacked, (root, key, length, joined)));
        list = _gas(callee, abi.encodeCall(ExclusionGas.exclusion, (root, key, length, proof)));
    }

    function _proof() private view returns (bytes32 root, bytes[] memory proof, bytes memory joined) {
        proof = new bytes[](nodes.length);
        for (uint256 i = 0; i < nodes.length; ++i) {
            proof[i] = nodes[nodes.length - 1 - i];
            joined = bytes.concat(joined, proof[i]);
        }
        root = keccak256(proof[0]);
    }

    /// @dev The last node's hash, with its header.
    function _hash() private view returns (bytes memory) {
        return bytes.concat(hex"a0", keccak256(nodes[nodes.length - 1]));
    }

    /// @dev A branch with the children that `mask` names, the last node among them at `nibble` unless that is 16.
    function _branch(uint256 mask, uint256 nibble) private view returns (bytes memory) {
        bytes[] memory items = RlpEncode.branch("");
        for (uint256 i = 0; i < 16; ++i) {
            if ((mask >> (15 - i)) & 1 == 1) items[i] = bytes.concat(hex"a0", keccak256(abi.encode(i)));
        }
        if (nibble < 16) items[nibble] = _hash();
        return items.join();
    }

    function _nibble(bytes32 key, uint256 at) private pure returns (uint256) {
        return (uint256(key) >> (252 - 4 * at)) & 15;
    }

    function _nibbles(bytes32 key, uint256 from) private pure returns (bytes memory nibbles) {
        for (uint256 i = from; i < 64; ++i) {
            // casting to 'uint8' is safe because a nibble is below 16
            // forge-lint: disable-next-line(unsafe-typecast)
            nibbles = bytes.concat(nibbles, bytes1(uint8(_nibble(key, i))));
        }
    }
}
