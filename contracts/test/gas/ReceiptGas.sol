// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTProof} from "../../src/libraries/MPTProof.sol";
import {ReceiptLog} from "../../src/libraries/ReceiptLog.sol";
import {TrieProof} from "@openzeppelin/contracts/utils/cryptography/TrieProof.sol";

// The wrappers are of a kind, and nothing without each other.
// forge-lint: disable-start(multi-contract-file)

/// @notice A peer behind the smallest wrapper, for the gas table: one call, and only a length comes back.
interface IInclusionGas {
    /// @return length Bytes of the proven value.
    function inclusion(bytes32 root, bytes calldata key, bytes[] calldata nodes) external pure returns (uint256 length);
}

/// @notice `MPTProof`. The key comes as a word and its length, since a contract that uses the library derives it.
contract InclusionGas {
    /// @return length Bytes of the proven value.
    function inclusion(bytes32 root, bytes32 key, uint256 keyLength, bytes[] calldata nodes)
        external
        pure
        returns (uint256 length)
    {
        return MPTProof.inclusion(root, key, keyLength, nodes).length;
    }
}

/// @notice The same from a packed proof.
contract InclusionGasPacked {
    /// @return length Bytes of the proven value.
    function inclusion(bytes32 root, bytes32 key, uint256 keyLength, bytes calldata nodes)
        external
        pure
        returns (uint256 length)
    {
        return MPTProof.inclusionPacked(root, key, keyLength, nodes).length;
    }
}

/// @notice The absence of a key, by a list and by a packed proof.
contract ExclusionGas {
    function exclusion(bytes32 root, bytes32 key, uint256 keyLength, bytes[] calldata nodes) external pure {
        MPTProof.exclusion(root, key, keyLength, nodes);
    }

    function exclusionPacked(bytes32 root, bytes32 key, uint256 keyLength, bytes calldata nodes) external pure {
        MPTProof.exclusionPacked(root, key, keyLength, nodes);
    }
}

/// @notice OpenZeppelin's `TrieProof`.
contract InclusionGasOpenZeppelin is IInclusionGas {
    /// @inheritdoc IInclusionGas
    function inclusion(bytes32 root, bytes calldata key, bytes[] calldata nodes)
        external
        pure
        returns (uint256 length)
    {
        return TrieProof.traverse(root, key, nodes).length;
    }
}

/// @notice `ReceiptLog.prove`, which also decodes the receipt and selects a log.
contract ReceiptGas {
    /// @return length Bytes of the log's data.
    function prove(
        bytes32 receiptsRoot,
        uint64 transactionIndex,
        bytes[] calldata nodes,
        uint256 logIndex,
        address emitter,
        bytes32 topic0
    ) external pure returns (uint256 length) {
        (, bytes calldata data) = ReceiptLog.prove(
            receiptsRoot, transactionIndex, nodes, ReceiptLog.TypePolicy.Known, logIndex, emitter, topic0
        );
        return data.length;
    }
}

/// @notice The same from a packed proof.
contract ReceiptGasPacked {
    /// @return length Bytes of the log's data.
    function prove(
        bytes32 receiptsRoot,
        uint64 transactionIndex,
        bytes calldata nodes,
        uint256 logIndex,
        address emitter,
        bytes32 topic0
    ) external pure returns (uint256 length) {
        (, bytes calldata data) = ReceiptLog.provePacked(
            receiptsRoot, transactionIndex, nodes, ReceiptLog.TypePolicy.Known, logIndex, emitter, topic0
        );
        return data.length;
    }
}
// forge-lint: disable-end(multi-contract-file)
