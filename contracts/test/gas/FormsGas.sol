// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTBatch} from "../../src/libraries/MPTBatch.sol";
import {MPTCompact} from "../../src/libraries/MPTCompact.sol";
import {MPTProof} from "../../src/libraries/MPTProof.sol";

// The wrappers are of a kind, and nothing without each other.
// forge-lint: disable-start(multi-contract-file)

/// @notice The forms of a proof, each behind the smallest wrapper, for the gas table. The key comes as a word and its length, since a
/// contract that uses the libraries derives it; only a length comes back.
contract FormGasListed {
    /// @return length Bytes of the proven value.
    function inclusion(bytes32 root, bytes32 key, uint256 keyLength, bytes[] calldata nodes)
        external
        pure
        returns (uint256 length)
    {
        return MPTProof.inclusion(root, key, keyLength, nodes).length;
    }

    /// @return length Zero.
    function exclusion(bytes32 root, bytes32 key, uint256 keyLength, bytes[] calldata nodes)
        external
        pure
        returns (uint256 length)
    {
        MPTProof.exclusion(root, key, keyLength, nodes);
        return 0;
    }
}

/// @notice The nodes one behind the other. See `FormGasListed`.
contract FormGasPacked {
    /// @return length Bytes of the proven value.
    function inclusion(bytes32 root, bytes32 key, uint256 keyLength, bytes calldata nodes)
        external
        pure
        returns (uint256 length)
    {
        return MPTProof.inclusionPacked(root, key, keyLength, nodes).length;
    }

    /// @return length Zero.
    function exclusion(bytes32 root, bytes32 key, uint256 keyLength, bytes calldata nodes)
        external
        pure
        returns (uint256 length)
    {
        MPTProof.exclusionPacked(root, key, keyLength, nodes);
        return 0;
    }
}

/// @notice The compact form. See `FormGasListed`.
contract FormGasCompact {
    /// @return length Bytes of the proven value.
    function inclusion(bytes32 root, bytes32 key, uint256 keyLength, bytes calldata proof)
        external
        pure
        returns (uint256 length)
    {
        return MPTCompact.inclusion(root, key, keyLength, proof).length;
    }

    /// @return length Zero.
    function exclusion(bytes32 root, bytes32 key, uint256 keyLength, bytes calldata proof)
        external
        pure
        returns (uint256 length)
    {
        MPTCompact.exclusion(root, key, keyLength, proof);
        return 0;
    }
}

/// @notice All keys over one list of nodes. See `FormGasListed`.
contract FormGasBatch {
    /// @return length Bytes of the proven values.
    function inclusion(bytes32 root, bytes[] calldata keys, bytes[] calldata nodes)
        external
        pure
        returns (uint256 length)
    {
        uint256[] memory values = MPTBatch.inclusion(root, keys, nodes);
        for (uint256 i = 0; i < values.length; ++i) {
            length += MPTBatch.valueAt(values[i]).length;
        }
    }
}
// forge-lint: disable-end(multi-contract-file)
