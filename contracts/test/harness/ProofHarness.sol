// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {BlockHeader} from "../../src/libraries/BlockHeader.sol";
import {MPTBatch} from "../../src/libraries/MPTBatch.sol";
import {MPTCompact} from "../../src/libraries/MPTCompact.sol";
import {MPTProof} from "../../src/libraries/MPTProof.sol";
import {RLPReader} from "../../src/libraries/RLPReader.sol";
import {ReceiptLog} from "../../src/libraries/ReceiptLog.sol";
import {StateProof} from "../../src/libraries/StateProof.sol";
import {TransactionProof} from "../../src/libraries/TransactionProof.sol";
import {WithdrawalProof} from "../../src/libraries/WithdrawalProof.sol";
import {IProofHarness} from "./IProofHarness.sol";

/// @title The proof libraries, callable
/// @notice Every call starts on memory with something in it, on which no library may rely.
contract ProofHarness is IProofHarness {
    /// @dev Fills the scratch space, and more words past the free pointer than a node has.
    modifier onDirtyMemory() {
        assembly ("memory-safe") {
            let dirt := not(0)
            let free := mload(0x40)
            for { let at := free } lt(at, add(free, 0x800)) { at := add(at, 32) } { mstore(at, dirt) }
            mstore(0x00, dirt)
            mstore(0x20, dirt)
        }
        _;
    }

    /// @inheritdoc IProofHarness
    function rlpString(bytes calldata input) external pure onDirtyMemory returns (bytes memory payload) {
        return RLPReader.exactString(input);
    }

    /// @inheritdoc IProofHarness
    function rlpList(bytes calldata input) external pure onDirtyMemory returns (bytes memory payload) {
        return RLPReader.exactList(input);
    }

    /// @inheritdoc IProofHarness
    function rlpUint(bytes calldata input, uint256 max) external pure onDirtyMemory returns (uint256 value) {
        return RLPReader.exactUint(input, max);
    }

    /// @inheritdoc IProofHarness
    function walk(bytes32 root, bytes calldata key, bytes[] calldata nodes)
        external
        pure
        onDirtyMemory
        returns (bool found, bytes memory value)
    {
        return MPTProof.walk(root, _word(key), key.length, nodes);
    }

    /// @inheritdoc IProofHarness
    function inclusion(bytes32 root, bytes calldata key, bytes[] calldata nodes)
        external
        pure
        onDirtyMemory
        returns (bytes memory value)
    {
        return MPTProof.inclusion(root, _word(key), key.length, nodes);
    }

    /// @inheritdoc IProofHarness
    function exclusion(bytes32 root, bytes calldata key, bytes[] calldata nodes) external pure onDirtyMemory {
        MPTProof.exclusion(root, _word(key), key.length, nodes);
    }

    /// @inheritdoc IProofHarness
    function packedWalk(bytes32 root, bytes calldata key, bytes calldata proof)
        external
        pure
        onDirtyMemory
        returns (bool found, bytes memory value)
    {
        return MPTProof.walkPacked(root, _word(key), key.length, proof);
    }

    /// @inheritdoc IProofHarness
    function packedInclusion(bytes32 root, bytes calldata key, bytes calldata proof)
        external
        pure
        onDirtyMemory
        returns (bytes memory value)
    {
        return MPTProof.inclusionPacked(root, _word(key), key.length, proof);
    }

    /// @inheritdoc IProofHarness
    function packedExclusion(bytes32 root, bytes calldata key, bytes calldata proof) external pure onDirtyMemory {
        MPTProof.exclusionPacked(root, _word(key), key.length, proof);
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
    ) external pure onDirtyMemory returns (bytes32[] memory topics, bytes memory data) {
        (bytes calldata list, bytes calldata payload) =
            ReceiptLog.provePacked(receiptsRoot, transactionIndex, proof, policy, logIndex, emitter, topic0);
        return (_topics(list), payload);
    }

    /// @inheritdoc IProofHarness
    function packedReceiptAbsent(bytes32 receiptsRoot, uint64 transactionIndex, bytes calldata proof)
        external
        pure
        onDirtyMemory
    {
        ReceiptLog.receiptAbsentPacked(receiptsRoot, transactionIndex, proof);
    }

    /// @inheritdoc IProofHarness
    function packedAccount(bytes32 stateRoot, address who, bytes calldata proof)
        external
        pure
        onDirtyMemory
        returns (uint64 nonce, uint256 balance, bytes32 storageRoot, bytes32 codeHash)
    {
        return StateProof.accountPacked(stateRoot, who, proof);
    }

    /// @inheritdoc IProofHarness
    function packedAccountAbsent(bytes32 stateRoot, address who, bytes calldata proof) external pure onDirtyMemory {
        StateProof.accountAbsentPacked(stateRoot, who, proof);
    }

    /// @inheritdoc IProofHarness
    function packedStorageAt(bytes32 storageRoot, bytes32 slot, bytes calldata proof)
        external
        pure
        onDirtyMemory
        returns (uint256 value)
    {
        return StateProof.storageAtPacked(storageRoot, slot, proof);
    }

    /// @inheritdoc IProofHarness
    function packedStorageAbsent(bytes32 storageRoot, bytes32 slot, bytes calldata proof) external pure onDirtyMemory {
        StateProof.storageAbsentPacked(storageRoot, slot, proof);
    }

    /// @inheritdoc IProofHarness
    function compactWalk(bytes32 root, bytes calldata key, bytes calldata proof)
        external
        pure
        onDirtyMemory
        returns (bool found, bytes memory value)
    {
        return MPTCompact.walk(root, _word(key), key.length, proof);
    }

    /// @inheritdoc IProofHarness
    function compactInclusion(bytes32 root, bytes calldata key, bytes calldata proof)
        external
        pure
        onDirtyMemory
        returns (bytes memory value)
    {
        return MPTCompact.inclusion(root, _word(key), key.length, proof);
    }

    /// @inheritdoc IProofHarness
    function compactExclusion(bytes32 root, bytes calldata key, bytes calldata proof) external pure onDirtyMemory {
        MPTCompact.exclusion(root, _word(key), key.length, proof);
    }

    /// @inheritdoc IProofHarness
    function batchWalk(bytes32 root, bytes[] calldata keys, bytes[] calldata nodes)
        external
        pure
        onDirtyMemory
        returns (bool[] memory found, bytes[] memory values)
    {
        (found, values) = (new bool[](keys.length), new bytes[](keys.length));
        MPTBatch.Batch memory batch = MPTBatch.open(root, nodes);
        for (uint256 i = 0; i < keys.length; ++i) {
            (found[i], values[i]) = MPTBatch.next(batch, _word(keys[i]), keys[i].length);
        }
        MPTBatch.close(batch);
    }

    /// @inheritdoc IProofHarness
    function batchInclusion(bytes32 root, bytes[] calldata keys, bytes[] calldata nodes)
        external
        pure
        onDirtyMemory
        returns (bytes[] memory values)
    {
        uint256[] memory places = MPTBatch.inclusion(root, keys, nodes);
        values = new bytes[](places.length);
        for (uint256 i = 0; i < places.length; ++i) {
            values[i] = MPTBatch.valueAt(places[i]);
        }
    }

    /// @inheritdoc IProofHarness
    function batchExclusion(bytes32 root, bytes[] calldata keys, bytes[] calldata nodes) external pure onDirtyMemory {
        MPTBatch.exclusion(root, keys, nodes);
    }

    /// @inheritdoc IProofHarness
    function openHeader(bytes calldata header, bytes32 expected)
        external
        pure
        onDirtyMemory
        returns (BlockHeader.Header memory opened)
    {
        return BlockHeader.open(header, expected);
    }

    /// @inheritdoc IProofHarness
    function openBody(bytes calldata header, bytes32 expected)
        external
        pure
        onDirtyMemory
        returns (bytes32 transactionsRoot, bytes32 withdrawalsRoot)
    {
        return BlockHeader.openBody(header, expected);
    }

    /// @inheritdoc IProofHarness
    function parentBeaconRoot(bytes calldata header, bytes32 expected)
        external
        pure
        onDirtyMemory
        returns (bytes32 root)
    {
        return BlockHeader.parentBeaconRoot(header, expected);
    }

    /// @inheritdoc IProofHarness
    function openChain(bytes32 trusted, bytes[] calldata headers)
        external
        pure
        onDirtyMemory
        returns (bytes32 blockHash, BlockHeader.Header memory last)
    {
        return BlockHeader.openChain(trusted, headers);
    }

    /// @inheritdoc IProofHarness
    function indexKey(uint64 transactionIndex) external pure onDirtyMemory returns (bytes memory key) {
        (bytes32 word, uint256 length) = ReceiptLog.indexKey(transactionIndex);
        key = new bytes(length);
        for (uint256 i = 0; i < length; ++i) {
            key[i] = word[i];
        }
    }

    /// @inheritdoc IProofHarness
    function selectLog(
        bytes calldata receipt,
        ReceiptLog.TypePolicy policy,
        uint256 logIndex,
        address emitter,
        bytes32 topic0
    ) external pure onDirtyMemory returns (bytes32[] memory topics, bytes memory data) {
        (bytes calldata list, bytes calldata payload) = ReceiptLog.select(receipt, policy, logIndex, emitter, topic0);
        return (_topics(list), payload);
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
    ) external pure onDirtyMemory returns (bytes32[] memory topics, bytes memory data) {
        (bytes calldata list, bytes calldata payload) =
            ReceiptLog.prove(receiptsRoot, transactionIndex, nodes, policy, logIndex, emitter, topic0);
        return (_topics(list), payload);
    }

    /// @inheritdoc IProofHarness
    function receiptAbsent(bytes32 receiptsRoot, uint64 transactionIndex, bytes[] calldata nodes)
        external
        pure
        onDirtyMemory
    {
        ReceiptLog.receiptAbsent(receiptsRoot, transactionIndex, nodes);
    }

    /// @inheritdoc IProofHarness
    function transactionType(bytes calldata encoded) external pure onDirtyMemory returns (uint8 txType) {
        return TransactionProof.typeOf(encoded);
    }

    /// @inheritdoc IProofHarness
    function transaction(bytes32 transactionsRoot, uint64 index, bytes[] calldata nodes)
        external
        pure
        onDirtyMemory
        returns (uint8 txType, bytes memory encoded)
    {
        return TransactionProof.transaction(transactionsRoot, index, nodes);
    }

    /// @inheritdoc IProofHarness
    function transactionAbsent(bytes32 transactionsRoot, uint64 index, bytes[] calldata nodes)
        external
        pure
        onDirtyMemory
    {
        TransactionProof.transactionAbsent(transactionsRoot, index, nodes);
    }

    /// @inheritdoc IProofHarness
    function decodeWithdrawal(bytes calldata value)
        external
        pure
        onDirtyMemory
        returns (uint64 index, uint64 validatorIndex, address to, uint64 amount)
    {
        return WithdrawalProof.decode(value);
    }

    /// @inheritdoc IProofHarness
    function withdrawal(bytes32 withdrawalsRoot, uint64 place, bytes[] calldata nodes)
        external
        pure
        onDirtyMemory
        returns (uint64 index, uint64 validatorIndex, address to, uint64 amount)
    {
        return WithdrawalProof.withdrawal(withdrawalsRoot, place, nodes);
    }

    /// @inheritdoc IProofHarness
    function withdrawalAbsent(bytes32 withdrawalsRoot, uint64 place, bytes[] calldata nodes)
        external
        pure
        onDirtyMemory
    {
        WithdrawalProof.withdrawalAbsent(withdrawalsRoot, place, nodes);
    }

    /// @inheritdoc IProofHarness
    function account(bytes32 stateRoot, address who, bytes[] calldata nodes)
        external
        pure
        onDirtyMemory
        returns (uint64 nonce, uint256 balance, bytes32 storageRoot, bytes32 codeHash)
    {
        return StateProof.account(stateRoot, who, nodes);
    }

    /// @inheritdoc IProofHarness
    function accountAbsent(bytes32 stateRoot, address who, bytes[] calldata nodes) external pure onDirtyMemory {
        StateProof.accountAbsent(stateRoot, who, nodes);
    }

    /// @inheritdoc IProofHarness
    function storageAt(bytes32 storageRoot, bytes32 slot, bytes[] calldata nodes)
        external
        pure
        onDirtyMemory
        returns (uint256 value)
    {
        return StateProof.storageAt(storageRoot, slot, nodes);
    }

    /// @inheritdoc IProofHarness
    function storageAbsent(bytes32 storageRoot, bytes32 slot, bytes[] calldata nodes) external pure onDirtyMemory {
        StateProof.storageAbsent(storageRoot, slot, nodes);
    }

    /// @dev The libraries take keys left-aligned in a word, with their length, and refuse those that do not fit.
    function _word(bytes calldata key) private pure returns (bytes32) {
        // forge-lint: disable-next-line(unsafe-typecast)
        return bytes32(key);
    }

    function _topics(bytes calldata list) private pure returns (bytes32[] memory topics) {
        topics = new bytes32[](ReceiptLog.topicCount(list));
        for (uint256 i = 0; i < topics.length; ++i) {
            topics[i] = ReceiptLog.topic(list, i);
        }
    }
}
