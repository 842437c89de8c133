// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

/// @title Attestors: accounts of which k of n sign what has happened on a chain
/// @notice Section 7 of `spec/message.md`. Establishes that k of the attestors named for a chain have signed, and nothing about whether they
/// were right.
interface IAttestors {
    /// @notice Thrown for a chain without attestors (ATT-1).
    error AttestorsUnknown(uint256 chainId);

    /// @notice Thrown when there are not exactly as many signatures as are required (ATT-2). In bytes.
    error AttestationLength(uint256 expected, uint256 got);

    /// @notice Thrown for a signature that is not canonical or nobody's (ATT-3).
    error AttestationSignature(uint256 position);

    /// @notice Thrown when a signer is none of the attestors (ATT-4).
    error AttestationSigner(uint256 position, address signer);

    /// @notice Thrown when a signer is not above the one before: so none counts twice (ATT-4).
    error AttestationOrder(uint256 position);

    /// @notice Thrown for a set that nobody, or everybody, could sign for (ATT-5).
    error AttestorSet();

    /// @notice What an attestation says of a message.
    enum Statement {
        None,
        Sent,
        Delivered,
        Cancelled,
        Expired,
        CancellationRequested
    }

    /// @notice The attestors of a chain were set; a threshold of zero means that there are none any more.
    event AttestorsSet(uint256 indexed chainId, address[] attestors, uint256 threshold);

    /// @notice Sets the attestors of a chain, in strictly ascending order, and how many of them have to sign; an empty list with a threshold of
    /// zero removes them. Restricted.
    function setAttestors(uint256 chainId, address[] calldata attestors_, uint256 threshold_) external;

    /// @notice Reverts unless as many attestors of the chain as required have signed that this happened to the message (ATT-1 to ATT-4).
    /// @param signatures `r ‖ s ‖ v`, 65 bytes each, in the order of their signers.
    function verify(uint256 chainId, Statement statement, bytes32 id, bytes calldata signatures) external view;

    /// @notice Reverts unless as many attestors of the chain as required have signed this block (ATT-1 to ATT-4).
    function verifyHead(uint256 chainId, uint64 number, bytes32 blockHash, bytes calldata signatures) external view;

    /// @notice The attestors of a chain, in ascending order, and how many have to sign.
    function attestorsOf(uint256 chainId) external view returns (address[] memory attestors_, uint256 threshold_);

    /// @notice What an attestor signs: the EIP-712 digest of `Attestation(uint256 chainId,uint8 statement,bytes32 id)`.
    function attestationDigest(uint256 chainId, Statement statement, bytes32 id) external view returns (bytes32);

    /// @notice What an attestor signs of a block: the EIP-712 digest of `Head(uint256 chainId,uint64 number,bytes32 blockHash)`.
    function headDigest(uint256 chainId, uint64 number, bytes32 blockHash) external view returns (bytes32);
}
