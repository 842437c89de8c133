// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IInclusionGas} from "./ReceiptGas.sol";
import {EthereumTrie} from "@polytope-labs/solidity-merkle-trees/src/EthereumTrie.sol";
import {StorageValue} from "@polytope-labs/solidity-merkle-trees/src/trie/Node.sol";

/// @notice Polytope's `EthereumTrie`, on the same input and behind the same wrapper as the others of the gas table.
contract InclusionGasPolytope is IInclusionGas {
    /// @inheritdoc IInclusionGas
    function inclusion(bytes32 root, bytes calldata key, bytes[] calldata nodes)
        external
        pure
        returns (uint256 length)
    {
        bytes[] memory keys = new bytes[](1);
        keys[0] = key;
        StorageValue[] memory values = EthereumTrie.VerifyProof(root, nodes, keys);
        return values[0].value.length;
    }

    /// @notice All keys over one list of nodes, each of which is listed once.
    /// @return length Bytes of the proven values.
    function batch(bytes32 root, bytes[] calldata keys, bytes[] calldata nodes) external pure returns (uint256 length) {
        StorageValue[] memory values = EthereumTrie.VerifyProof(root, nodes, keys);
        for (uint256 i = 0; i < values.length; ++i) {
            length += values[i].value.length;
        }
    }
}
