// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {BlockHeader} from "../../src/libraries/BlockHeader.sol";
import {ReceiptLog} from "../../src/libraries/ReceiptLog.sol";

/// @title The proof libraries, callable
/// @notice One function for each thing that the libraries establish. `ProofHarness` answers with the libraries,
/// `ProofHarnessReference` with their plain twins, and the Rust crate is compared with both.
interface IProofHarness {
    /// @notice Payload of the one string that `input` encodes.
    function rlpString(bytes calldata input) external view returns (bytes memory payload);

    /// @notice Payload of the one list that `input` encodes.
    function rlpList(bytes calldata input) external view returns (bytes memory payload);

    /// @notice The one integer of at most `max <= 32` bytes that `input` encodes.
    function rlpUint(bytes calldata input, uint256 max) external view returns (uint256 value);

    /// @notice What is under `key`: see `MPTProof.walk`.
    function walk(bytes32 root, bytes calldata key, bytes[] calldata nodes)
        external
        view
        returns (bool found, bytes memory value);

    /// @notice The value under `key`.
    function inclusion(bytes32 root, bytes calldata key, bytes[] calldata nodes)
        external
        view
        returns (bytes memory value);

    /// @notice Reverts unless nothing is under `key`.
    function exclusion(bytes32 root, bytes calldata key, bytes[] calldata nodes) external view;

    /// @notice What is under `key`, from a packed proof: see `MPTProof.walkPacked`.
    function packedWalk(bytes32 root, bytes calldata key, bytes calldata proof)
        external
        view
        returns (bool found, bytes memory value);

    /// @notice The value under `key`, from a packed proof.
    function packedInclusion(bytes32 root, bytes calldata key, bytes calldata proof)
        external
        view
        returns (bytes memory value);

    /// @notice Reverts unless nothing is under `key`, from a packed proof.
    function packedExclusion(bytes32 root, bytes calldata key, bytes calldata proof) external view;

    /// @notice A log of the receipt of a transaction, from a packed proof.
    function packedProveLog(
        bytes32 receiptsRoot,
        uint64 transactionIndex,
        bytes calldata proof,
        ReceiptLog.TypePolicy policy,
        uint256 logIndex,
        address emitter,
        bytes32 topic0
    ) external view returns (bytes32[] memory topics, bytes memory data);

    /// @notice Reverts unless there is no receipt of a transaction, from a packed proof.
    function packedReceiptAbsent(bytes32 receiptsRoot, uint64 transactionIndex, bytes calldata proof) external view;

    /// @notice The account at `who`, from a packed proof.
    function packedAccount(bytes32 stateRoot, address who, bytes calldata proof)
        external
        view
        returns (uint64 nonce, uint256 balance, bytes32 storageRoot, bytes32 codeHash);

    /// @notice Reverts unless there is no account at `who`, from a packed proof.
    function packedAccountAbsent(bytes32 stateRoot, address who, bytes calldata proof) external view;

    /// @notice What a slot holds, from a packed proof.
    function packedStorageAt(bytes32 storageRoot, bytes32 slot, bytes calldata proof)
        external
        view
        returns (uint256 value);

    /// @notice Reverts unless a slot holds nothing, from a packed proof.
    function packedStorageAbsent(bytes32 storageRoot, bytes32 slot, bytes calldata proof) external view;

    /// @notice What is under `key`, from a compact proof: see `MPTCompact.walk`.
    function compactWalk(bytes32 root, bytes calldata key, bytes calldata proof)
        external
        view
        returns (bool found, bytes memory value);

    /// @notice The value under `key`, from a compact proof.
    function compactInclusion(bytes32 root, bytes calldata key, bytes calldata proof)
        external
        view
        returns (bytes memory value);

    /// @notice Reverts unless nothing is under `key`, from a compact proof.
    function compactExclusion(bytes32 root, bytes calldata key, bytes calldata proof) external view;

    /// @notice What is under each of `keys`, in rising order: see `MPTBatch.next`.
    function batchWalk(bytes32 root, bytes[] calldata keys, bytes[] calldata nodes)
        external
        view
        returns (bool[] memory found, bytes[] memory values);

    /// @notice The values under all of `keys`.
    function batchInclusion(bytes32 root, bytes[] calldata keys, bytes[] calldata nodes)
        external
        view
        returns (bytes[] memory values);

    /// @notice Reverts unless nothing is under any of `keys`.
    function batchExclusion(bytes32 root, bytes[] calldata keys, bytes[] calldata nodes) external view;

    /// @notice The header with hash `expected`.
    function openHeader(bytes calldata header, bytes32 expected)
        external
        view
        returns (BlockHeader.Header memory opened);

    /// @notice The roots of the body in the header with hash `expected`.
    function openBody(bytes calldata header, bytes32 expected)
        external
        view
        returns (bytes32 transactionsRoot, bytes32 withdrawalsRoot);

    /// @notice The parent beacon block root in the header with hash `expected`.
    function parentBeaconRoot(bytes calldata header, bytes32 expected) external view returns (bytes32 root);

    /// @notice The last of a chain of headers.
    function openChain(bytes32 trusted, bytes[] calldata headers)
        external
        view
        returns (bytes32 blockHash, BlockHeader.Header memory last);

    /// @notice Key of the receipt of a transaction.
    function indexKey(uint64 transactionIndex) external view returns (bytes memory key);

    /// @notice A log of a receipt.
    function selectLog(
        bytes calldata receipt,
        ReceiptLog.TypePolicy policy,
        uint256 logIndex,
        address emitter,
        bytes32 topic0
    ) external view returns (bytes32[] memory topics, bytes memory data);

    /// @notice A log of the receipt of a transaction.
    function proveLog(
        bytes32 receiptsRoot,
        uint64 transactionIndex,
        bytes[] calldata nodes,
        ReceiptLog.TypePolicy policy,
        uint256 logIndex,
        address emitter,
        bytes32 topic0
    ) external view returns (bytes32[] memory topics, bytes memory data);

    /// @notice Reverts unless there is no receipt of a transaction.
    function receiptAbsent(bytes32 receiptsRoot, uint64 transactionIndex, bytes[] calldata nodes) external view;

    /// @notice Type of a transaction that is already proven.
    function transactionType(bytes calldata encoded) external view returns (uint8 txType);

    /// @notice The transaction at an index.
    function transaction(bytes32 transactionsRoot, uint64 index, bytes[] calldata nodes)
        external
        view
        returns (uint8 txType, bytes memory encoded);

    /// @notice Reverts unless there is no transaction at an index.
    function transactionAbsent(bytes32 transactionsRoot, uint64 index, bytes[] calldata nodes) external view;

    /// @notice Fields of a withdrawal that is already proven.
    function decodeWithdrawal(bytes calldata value)
        external
        view
        returns (uint64 index, uint64 validatorIndex, address to, uint64 amount);

    /// @notice The withdrawal in a place.
    function withdrawal(bytes32 withdrawalsRoot, uint64 place, bytes[] calldata nodes)
        external
        view
        returns (uint64 index, uint64 validatorIndex, address to, uint64 amount);

    /// @notice Reverts unless there is no withdrawal in a place.
    function withdrawalAbsent(bytes32 withdrawalsRoot, uint64 place, bytes[] calldata nodes) external view;

    /// @notice The account at `who`.
    function account(bytes32 stateRoot, address who, bytes[] calldata nodes)
        external
        view
        returns (uint64 nonce, uint256 balance, bytes32 storageRoot, bytes32 codeHash);

    /// @notice Reverts unless there is no account at `who`.
    function accountAbsent(bytes32 stateRoot, address who, bytes[] calldata nodes) external view;

    /// @notice What a slot holds.
    function storageAt(bytes32 storageRoot, bytes32 slot, bytes[] calldata nodes) external view returns (uint256 value);

    /// @notice Reverts unless a slot holds nothing.
    function storageAbsent(bytes32 storageRoot, bytes32 slot, bytes[] calldata nodes) external view;
}
