// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IAttestors} from "../../src/interfaces/IAttestors.sol";

/// @title Attestors of whom as many have to sign as somebody has said, none if nobody has, and one may sign for all
/// @notice Not to be deployed anywhere. Ronin 2024: an initialiser did not run, and the threshold was zero. A signer counts as often as they sign.
contract BrokenAttestors is IAttestors {
    mapping(uint256 chainId => uint256) private _thresholds;
    mapping(uint256 chainId => mapping(address account => bool)) private _isAttestor;

    /// @inheritdoc IAttestors
    function setAttestors(uint256 chainId, address[] calldata attestors_, uint256 threshold_) external {
        _thresholds[chainId] = threshold_;
        for (uint256 i = 0; i < attestors_.length; ++i) {
            _isAttestor[chainId][attestors_[i]] = true;
        }
    }

    /// @inheritdoc IAttestors
    function verify(uint256 chainId, Statement statement, bytes32 id, bytes calldata signatures) external view {
        _count(chainId, attestationDigest(chainId, statement, id), signatures);
    }

    /// @inheritdoc IAttestors
    function verifyHead(uint256 chainId, uint64 number, bytes32 blockHash, bytes calldata signatures) external view {
        _count(chainId, headDigest(chainId, number, blockHash), signatures);
    }

    /// @inheritdoc IAttestors
    function attestorsOf(uint256 chainId) external view returns (address[] memory, uint256) {
        return (new address[](0), _thresholds[chainId]);
    }

    /// @inheritdoc IAttestors
    function attestationDigest(uint256 chainId, Statement statement, bytes32 id) public pure returns (bytes32) {
        return keccak256(abi.encode(chainId, statement, id));
    }

    /// @inheritdoc IAttestors
    function headDigest(uint256 chainId, uint64 number, bytes32 blockHash) public pure returns (bytes32) {
        return keccak256(abi.encode(chainId, number, blockHash));
    }

    function _count(uint256 chainId, bytes32 digest, bytes calldata signatures) private view {
        for (uint256 i = 0; i < _thresholds[chainId]; ++i) {
            (bytes32 r, bytes32 s) = abi.decode(signatures[65 * i:65 * i + 64], (bytes32, bytes32));
            address signer = ecrecover(digest, uint8(signatures[65 * i + 64]), r, s);
            if (!_isAttestor[chainId][signer]) revert AttestationSigner(i, signer);
        }
    }
}
