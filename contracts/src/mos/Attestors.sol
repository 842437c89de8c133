// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {IAttestors} from "../interfaces/IAttestors.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

/// @title The attestors of each chain
/// @notice Clauses ATT-1 to ATT-5 of `spec/message.md`. Whoever holds the role of `setAttestors` decides who is asked: give it to a delayed,
/// well-guarded account. Nothing is kept of what was signed, and an attestation never expires: it says what has happened, and who reads it
/// asks for it once. Attestors who are replaced count for nothing from then on, whatever they have signed.
contract Attestors is IAttestors, AccessManaged, EIP712 {
    /// @dev Of a chain: how many have to sign, and how often its attestors have been set.
    struct Quorum {
        uint64 threshold;
        uint64 generation;
    }

    /// @dev No set is larger.
    uint256 private constant MAX_ATTESTORS = 64;

    /// @dev Bytes of a signature.
    uint256 private constant SIGNATURE = 65;

    bytes32 private constant ATTESTATION = keccak256("Attestation(uint256 chainId,uint8 statement,bytes32 id)");
    bytes32 private constant HEAD = keccak256("Head(uint256 chainId,uint64 number,bytes32 blockHash)");

    mapping(uint256 chainId => Quorum) private _quorums;

    /// @dev In which generation an account was an attestor last. Only the newest one counts, so a set is replaced as a whole by counting on.
    mapping(uint256 chainId => mapping(address attestor => uint256 generation)) private _generations;

    /// @dev For those who ask; nothing is decided by it.
    mapping(uint256 chainId => address[]) private _attestors;

    constructor(address authority) AccessManaged(authority) EIP712("Heliograph Attestors", "1") {}

    /// @inheritdoc IAttestors
    function setAttestors(uint256 chainId, address[] calldata attestors_, uint256 threshold_) external restricted {
        _requireSet(attestors_, threshold_);
        uint64 generation = _quorums[chainId].generation + 1;
        // forge-lint: disable-next-line(unsafe-typecast) at most 64
        _quorums[chainId] = Quorum({threshold: uint64(threshold_), generation: generation});
        for (uint256 i = 0; i < attestors_.length; ++i) {
            _generations[chainId][attestors_[i]] = generation;
        }
        _attestors[chainId] = attestors_;
        emit AttestorsSet(chainId, attestors_, threshold_);
    }

    /// @inheritdoc IAttestors
    function verify(uint256 chainId, Statement statement, bytes32 id, bytes calldata signatures) external view {
        _verify(chainId, attestationDigest(chainId, statement, id), signatures);
    }

    /// @inheritdoc IAttestors
    function verifyHead(uint256 chainId, uint64 number, bytes32 blockHash, bytes calldata signatures) external view {
        _verify(chainId, headDigest(chainId, number, blockHash), signatures);
    }

    /// @inheritdoc IAttestors
    function attestorsOf(uint256 chainId) external view returns (address[] memory attestors_, uint256 threshold_) {
        return (_attestors[chainId], _quorums[chainId].threshold);
    }

    /// @inheritdoc IAttestors
    function attestationDigest(uint256 chainId, Statement statement, bytes32 id) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(ATTESTATION, chainId, statement, id)));
    }

    /// @inheritdoc IAttestors
    function headDigest(uint256 chainId, uint64 number, bytes32 blockHash) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(HEAD, chainId, number, blockHash)));
    }

    /// @dev ATT-1 to ATT-4. Of each signature in turn, ATT-3 and then ATT-4.
    function _verify(uint256 chainId, bytes32 digest, bytes calldata signatures) private view {
        Quorum memory quorum = _quorums[chainId];
        if (quorum.threshold == 0) revert AttestorsUnknown(chainId);
        uint256 expected = SIGNATURE * quorum.threshold;
        if (signatures.length != expected) revert AttestationLength(expected, signatures.length);

        address last = address(0);
        for (uint256 i = 0; i < quorum.threshold; ++i) {
            address signer = _signer(digest, signatures[SIGNATURE * i:SIGNATURE * (i + 1)], i);
            if (_generations[chainId][signer] != quorum.generation) revert AttestationSigner(i, signer);
            if (signer <= last) revert AttestationOrder(i);
            last = signer;
        }
    }

    /// @dev ATT-3.
    function _signer(bytes32 digest, bytes calldata signature, uint256 position) private pure returns (address signer) {
        ECDSA.RecoverError error_;
        (signer, error_,) = ECDSA.tryRecoverCalldata(digest, signature);
        if (error_ != ECDSA.RecoverError.NoError) revert AttestationSignature(position);
    }

    /// @dev ATT-5. No attestors of whom none has to sign are not a set: that is how one is removed.
    function _requireSet(address[] calldata attestors_, uint256 threshold_) private pure {
        uint256 count = attestors_.length;
        if (count == 0 && threshold_ == 0) return;
        if (count > MAX_ATTESTORS || threshold_ == 0 || threshold_ > count) revert AttestorSet();
        address last = address(0);
        for (uint256 i = 0; i < count; ++i) {
            if (attestors_[i] <= last) revert AttestorSet();
            last = attestors_[i];
        }
    }
}
