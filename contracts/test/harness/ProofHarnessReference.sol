// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {BlockHeaderReference} from "../../reference/BlockHeaderReference.sol";
import {MPTBatchReference} from "../../reference/MPTBatchReference.sol";
import {MPTCompactReference} from "../../reference/MPTCompactReference.sol";
import {MPTProofReference} from "../../reference/MPTProofReference.sol";
import {RLPReaderReference} from "../../reference/RLPReaderReference.sol";
import {ReceiptLogReference} from "../../reference/ReceiptLogReference.sol";
import {StateProofReference} from "../../reference/StateProofReference.sol";
import {TransactionProofReference} from "../../reference/TransactionProofReference.sol";
import {WithdrawalProofReference} from "../../reference/WithdrawalProofReference.sol";
import {BlockHeader} from "../../src/libraries/BlockHeader.sol";
import {ReceiptLog} from "../../src/libraries/ReceiptLog.sol";
import {IProofHarness} from "./IProofHarness.sol";

/// @title The plain twins of the proof libraries, callable
contract ProofHarnessReference is IProofHarness {
    /// @inheritdoc IProofHarness
    function rlpString(bytes calldata input) external pure returns (bytes memory payload) {
        return RLPReaderReference.exactString(input);
    }

    /// @inheritdoc IProofHarness
    function rlpList(bytes calldata input) external pure returns (bytes memory payload) {
        return RLPReaderReference.exactList(input);
    }

    /// @inheritdoc IProofHarness
    function rlpUint(bytes calldata input, uint256 max) external pure returns (uint256 value) {
        return RLPReaderReference.exactUint(input, max);
    }

    /// @inheritdoc IProofHarness
    function walk(bytes32 root, bytes calldata key, bytes[] calldata nodes)
        external
        pure
        returns (bool found, bytes memory value)
    {
        return MPTProofReference.walk(root, key, nodes);
    }

    /// @inheritdoc IProofHarness
    function inclusion(bytes32 root, bytes calldata key, bytes[] calldata nodes)
        public
        pure
        returns (bytes memory value)
    {
        return MPTProofReference.inclusion(root, key, nodes);
    }

    /// @inheritdoc IProofHarness
    function exclusion(bytes32 root, bytes calldata key, bytes[] calldata nodes) public pure {
        MPTProofReference.exclusion(root, key, nodes);
    }

    /// @inheritdoc IProofHarness
    function packedWalk(bytes32 root, bytes calldata key, bytes calldata proof)
        external
        pure
        returns (bool found, bytes memory value)
    {
        return MPTProofReference.walkPacked(root, key, proof);
    }

    /// @inheritdoc IProofHarness
    function packedInclusion(bytes32 root, bytes calldata key, bytes calldata proof)
        public
        pure
        returns (bytes memory value)
    {
        return MPTProofReference.inclusionPacked(root, key, proof);
    }

    /// @inheritdoc IProofHarness
    function packedExclusion(bytes32 root, bytes calldata key, bytes calldata proof) public pure {
        MPTProofReference.exclusionPacked(root, key, proof);
    }

    /// @inheritdoc IProofHarness
    function packedProveLog(
        bytes32 receiptsRoot,
        uint64 transactionIndex,
        bytes calldata proof,
        ReceiptLog.TypePolicy policy,
        uint256 logIndex,
        address emitter,
        bytes32 topic0
    ) external view returns (bytes32[] memory topics, bytes memory data) {
        bytes memory key = ReceiptLogReference.indexKey(transactionIndex);
        return this.selectLog(this.packedInclusion(receiptsRoot, key, proof), policy, logIndex, emitter, topic0);
    }

    /// @inheritdoc IProofHarness
    function packedReceiptAbsent(bytes32 receiptsRoot, uint64 transactionIndex, bytes calldata proof) external view {
        this.packedExclusion(receiptsRoot, ReceiptLogReference.indexKey(transactionIndex), proof);
    }

    /// @inheritdoc IProofHarness
    function packedAccount(bytes32 stateRoot, address who, bytes calldata proof)
        external
        view
        returns (uint64 nonce, uint256 balance, bytes32 storageRoot, bytes32 codeHash)
    {
        return this.decodeAccount(this.packedInclusion(stateRoot, _hash(bytes.concat(bytes20(who))), proof));
    }

    /// @inheritdoc IProofHarness
    function packedAccountAbsent(bytes32 stateRoot, address who, bytes calldata proof) external view {
        this.packedExclusion(stateRoot, _hash(bytes.concat(bytes20(who))), proof);
    }

    /// @inheritdoc IProofHarness
    function packedStorageAt(bytes32 storageRoot, bytes32 slot, bytes calldata proof)
        external
        view
        returns (uint256 value)
    {
        return this.decodeStorage(this.packedInclusion(storageRoot, _hash(bytes.concat(slot)), proof));
    }

    /// @inheritdoc IProofHarness
    function packedStorageAbsent(bytes32 storageRoot, bytes32 slot, bytes calldata proof) external view {
        this.packedExclusion(storageRoot, _hash(bytes.concat(slot)), proof);
    }

    /// @inheritdoc IProofHarness
    function compactWalk(bytes32 root, bytes calldata key, bytes calldata proof)
        external
        pure
        returns (bool found, bytes memory value)
    {
        return MPTCompactReference.walk(root, key, proof);
    }

    /// @inheritdoc IProofHarness
    function compactInclusion(bytes32 root, bytes calldata key, bytes calldata proof)
        external
        pure
        returns (bytes memory value)
    {
        return MPTCompactReference.inclusion(root, key, proof);
    }

    /// @inheritdoc IProofHarness
    function compactExclusion(bytes32 root, bytes calldata key, bytes calldata proof) external pure {
        MPTCompactReference.exclusion(root, key, proof);
    }

    /// @inheritdoc IProofHarness
    function batchWalk(bytes32 root, bytes[] calldata keys, bytes[] calldata nodes)
        external
        pure
        returns (bool[] memory found, bytes[] memory values)
    {
        return MPTBatchReference.walk(root, keys, nodes);
    }

    /// @inheritdoc IProofHarness
    function batchInclusion(bytes32 root, bytes[] calldata keys, bytes[] calldata nodes)
        external
        pure
        returns (bytes[] memory values)
    {
        return MPTBatchReference.inclusion(root, keys, nodes);
    }

    /// @inheritdoc IProofHarness
    function batchExclusion(bytes32 root, bytes[] calldata keys, bytes[] calldata nodes) external pure {
        MPTBatchReference.exclusion(root, keys, nodes);
    }

    /// @inheritdoc IProofHarness
    function openHeader(bytes calldata header, bytes32 expected)
        external
        pure
        returns (BlockHeader.Header memory opened)
    {
        return BlockHeaderReference.open(header, expected);
    }

    /// @inheritdoc IProofHarness
    function openBody(bytes calldata header, bytes32 expected)
        external
        pure
        returns (bytes32 transactionsRoot, bytes32 withdrawalsRoot)
    {
        return BlockHeaderReference.openBody(header, expected);
    }

    /// @inheritdoc IProofHarness
    function parentBeaconRoot(bytes calldata header, bytes32 expected) external pure returns (bytes32 root) {
        return BlockHeaderReference.parentBeaconRoot(header, expected);
    }

    /// @inheritdoc IProofHarness
    function openChain(bytes32 trusted, bytes[] calldata headers)
        external
        pure
        returns (bytes32 blockHash, BlockHeader.Header memory last)
    {
        return BlockHeaderReference.openChain(trusted, headers);
    }

    /// @inheritdoc IProofHarness
    function indexKey(uint64 transactionIndex) external pure returns (bytes memory key) {
        return ReceiptLogReference.indexKey(transactionIndex);
    }

    /// @inheritdoc IProofHarness
    function selectLog(
        bytes calldata receipt,
        ReceiptLog.TypePolicy policy,
        uint256 logIndex,
        address emitter,
        bytes32 topic0
    ) external pure returns (bytes32[] memory topics, bytes memory data) {
        return ReceiptLogReference.select(receipt, policy, logIndex, emitter, topic0);
    }

    /// @inheritdoc IProofHarness
    function proveLog(
        bytes32 receiptsRoot,
        uint64 transactionIndex,
        bytes[] calldata nodes,
        ReceiptLog.TypePolicy policy,
        uint256 logIndex,
        address emitter,
        bytes32 topic0
    ) external view returns (bytes32[] memory topics, bytes memory data) {
        bytes memory receipt = this.inclusion(receiptsRoot, ReceiptLogReference.indexKey(transactionIndex), nodes);
        return this.selectLog(receipt, policy, logIndex, emitter, topic0);
    }

    /// @inheritdoc IProofHarness
    function receiptAbsent(bytes32 receiptsRoot, uint64 transactionIndex, bytes[] calldata nodes) external view {
        this.exclusion(receiptsRoot, ReceiptLogReference.indexKey(transactionIndex), nodes);
    }

    /// @inheritdoc IProofHarness
    function transactionType(bytes calldata encoded) public pure returns (uint8 txType) {
        return TransactionProofReference.typeOf(encoded);
    }

    /// @inheritdoc IProofHarness
    function transaction(bytes32 transactionsRoot, uint64 index, bytes[] calldata nodes)
        external
        view
        returns (uint8 txType, bytes memory encoded)
    {
        encoded = this.inclusion(transactionsRoot, ReceiptLogReference.indexKey(index), nodes);
        txType = this.transactionType(encoded);
    }

    /// @inheritdoc IProofHarness
    function transactionAbsent(bytes32 transactionsRoot, uint64 index, bytes[] calldata nodes) external view {
        this.exclusion(transactionsRoot, ReceiptLogReference.indexKey(index), nodes);
    }

    /// @inheritdoc IProofHarness
    function decodeWithdrawal(bytes calldata value) public pure returns (uint64, uint64, address, uint64) {
        return WithdrawalProofReference.decode(value);
    }

    /// @inheritdoc IProofHarness
    function withdrawal(bytes32 withdrawalsRoot, uint64 place, bytes[] calldata nodes)
        external
        view
        returns (uint64 index, uint64 validatorIndex, address to, uint64 amount)
    {
        return this.decodeWithdrawal(this.inclusion(withdrawalsRoot, ReceiptLogReference.indexKey(place), nodes));
    }

    /// @inheritdoc IProofHarness
    function withdrawalAbsent(bytes32 withdrawalsRoot, uint64 place, bytes[] calldata nodes) external view {
        this.exclusion(withdrawalsRoot, ReceiptLogReference.indexKey(place), nodes);
    }

    /// @inheritdoc IProofHarness
    function account(bytes32 stateRoot, address who, bytes[] calldata nodes)
        external
        view
        returns (uint64 nonce, uint256 balance, bytes32 storageRoot, bytes32 codeHash)
    {
        return this.decodeAccount(this.inclusion(stateRoot, _hash(bytes.concat(bytes20(who))), nodes));
    }

    /// @inheritdoc IProofHarness
    function accountAbsent(bytes32 stateRoot, address who, bytes[] calldata nodes) external view {
        this.exclusion(stateRoot, _hash(bytes.concat(bytes20(who))), nodes);
    }

    /// @inheritdoc IProofHarness
    function storageAt(bytes32 storageRoot, bytes32 slot, bytes[] calldata nodes)
        external
        view
        returns (uint256 value)
    {
        return this.decodeStorage(this.inclusion(storageRoot, _hash(bytes.concat(slot)), nodes));
    }

    /// @inheritdoc IProofHarness
    function storageAbsent(bytes32 storageRoot, bytes32 slot, bytes[] calldata nodes) external view {
        this.exclusion(storageRoot, _hash(bytes.concat(slot)), nodes);
    }

    /// @dev A call of its own, which puts the value into calldata.
    function decodeAccount(bytes calldata value) external pure returns (uint64, uint256, bytes32, bytes32) {
        return StateProofReference.account(value);
    }

    /// @dev A call of its own, which puts the value into calldata.
    function decodeStorage(bytes calldata value) external pure returns (uint256) {
        return StateProofReference.storageAt(value);
    }

    function _hash(bytes memory preimage) private pure returns (bytes memory) {
        return bytes.concat(keccak256(preimage));
    }
}
