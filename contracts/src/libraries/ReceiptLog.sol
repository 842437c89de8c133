// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MPTProof} from "./MPTProof.sol";
import {RLPReader} from "./RLPReader.sol";

/// @title Logs in receipts
/// @notice Establishes that a transaction of a block succeeded and that a contract emitted a certain event at a certain place
/// among its logs, given the block's receipts root. Assumes that keccak-256 is collision resistant. Clauses RCT-1 to RCT-9 of
/// `spec/proof.md`; EIP-658, EIP-2718; Ethereum yellow paper 4.3.1.
/// @dev A log counts within its receipt, not within the block. The bloom is not compared with the logs: the root binds both.
library ReceiptLog {
    /// @notice Which transaction types are read.
    enum TypePolicy {
        Known, // legacy and 1 to 4, whose receipts are known to have the four fields
        Any // also 5 to 0x7f, assumed to have them too
    }

    /// @notice Thrown when a receipt starts like no type that the policy allows (RCT-2).
    /// @param firstByte The first byte of the receipt.
    error ReceiptUnknownType(uint256 firstByte);

    /// @notice Thrown when a receipt has other than four fields (RCT-3).
    /// @param got Fields found, counting no further than 5.
    error ReceiptFieldCount(uint256 got);

    /// @notice Thrown when a receipt is from before EIP-658 and has a state root for a status (RCT-4).
    error ReceiptStateRoot();

    /// @notice Thrown when the status is neither 0 nor 1 (RCT-4).
    error ReceiptStatus();

    /// @notice Thrown when a log of a failed transaction is asked for (RCT-5).
    error ReceiptFailed();

    /// @notice Thrown when the receipt has no log at the index (RCT-6).
    /// @param index The index asked for.
    /// @param count Logs in the receipt.
    error ReceiptLogMissing(uint256 index, uint256 count);

    /// @notice Thrown when a log has other than three fields (RCT-7).
    /// @param got Fields found, counting no further than 4.
    error ReceiptLogFieldCount(uint256 got);

    /// @notice Thrown when a log has more than four topics (RCT-7), or fewer than its reader asks for.
    /// @param got Topics found, counting no further than 5.
    error ReceiptTopicCount(uint256 got);

    /// @notice Thrown when another contract emitted the log (RCT-8).
    /// @param expected The contract asked for.
    /// @param got The contract that did.
    error ReceiptLogEmitter(address expected, address got);

    /// @notice Thrown when the log is of another event (RCT-9).
    /// @param expected The topic asked for.
    /// @param got The first topic, zero if there is none.
    error ReceiptLogTopic(bytes32 expected, bytes32 got);

    /// @dev A topic and its header.
    uint256 private constant TOPIC_STRIDE = 33;

    /// @notice The log at `logIndex` of the receipt of transaction `transactionIndex` (RCT-1 to RCT-9).
    /// @param receiptsRoot Receipts root of the block.
    /// @param nodes Proof of the receipt, see `MPTProof`.
    /// @param policy Which transaction types to read.
    /// @param logIndex Index of the log within the receipt.
    /// @param emitter Contract that has to have emitted it.
    /// @param topic0 Its first topic.
    /// @return topics The topics: read them with `topic` and `topicCount`.
    /// @return data Its data.
    function prove(
        bytes32 receiptsRoot,
        uint64 transactionIndex,
        bytes[] calldata nodes,
        TypePolicy policy,
        uint256 logIndex,
        address emitter,
        bytes32 topic0
    ) internal pure returns (bytes calldata topics, bytes calldata data) {
        return select(receiptAt(receiptsRoot, transactionIndex, nodes), policy, logIndex, emitter, topic0);
    }

    /// @notice As `prove`, the nodes one behind the other (PCK-1).
    function provePacked(
        bytes32 receiptsRoot,
        uint64 transactionIndex,
        bytes calldata nodes,
        TypePolicy policy,
        uint256 logIndex,
        address emitter,
        bytes32 topic0
    ) internal pure returns (bytes calldata topics, bytes calldata data) {
        return select(receiptAtPacked(receiptsRoot, transactionIndex, nodes), policy, logIndex, emitter, topic0);
    }

    /// @notice The receipt of transaction `transactionIndex`, undecoded (RCT-1). See `prove`.
    function receiptAt(bytes32 receiptsRoot, uint64 transactionIndex, bytes[] calldata nodes)
        internal
        pure
        returns (bytes calldata receipt)
    {
        (bytes32 key, uint256 keyLength) = indexKey(transactionIndex);
        return MPTProof.inclusion(receiptsRoot, key, keyLength, nodes);
    }

    /// @notice As `receiptAt`, the nodes one behind the other (PCK-1).
    function receiptAtPacked(bytes32 receiptsRoot, uint64 transactionIndex, bytes calldata nodes)
        internal
        pure
        returns (bytes calldata receipt)
    {
        (bytes32 key, uint256 keyLength) = indexKey(transactionIndex);
        return MPTProof.inclusionPacked(receiptsRoot, key, keyLength, nodes);
    }

    /// @notice Reverts unless the proof establishes that there is no receipt of a transaction `transactionIndex`, and so that the
    /// block has no more than that many (RCT-1).
    function receiptAbsent(bytes32 receiptsRoot, uint64 transactionIndex, bytes[] calldata nodes) internal pure {
        (bytes32 key, uint256 keyLength) = indexKey(transactionIndex);
        MPTProof.exclusion(receiptsRoot, key, keyLength, nodes);
    }

    /// @notice As `receiptAbsent`, the nodes one behind the other (PCK-1).
    function receiptAbsentPacked(bytes32 receiptsRoot, uint64 transactionIndex, bytes calldata nodes) internal pure {
        (bytes32 key, uint256 keyLength) = indexKey(transactionIndex);
        MPTProof.exclusionPacked(receiptsRoot, key, keyLength, nodes);
    }

    /// @notice The log at `logIndex` of a receipt that is already proven (RCT-2 to RCT-9). See `prove`.
    /// @param receipt The value found in the receipts trie.
    function select(bytes calldata receipt, TypePolicy policy, uint256 logIndex, address emitter, bytes32 topic0)
        internal
        pure
        returns (bytes calldata topics, bytes calldata data)
    {
        (uint256 at, uint256 end) = _logs(receipt, policy);
        (at, end) = _logAt(at, end, logIndex);
        address got;
        (got, topics, data) = _open(at, end);
        if (got != emitter) revert ReceiptLogEmitter(emitter, got);
        bytes32 first = topics.length == 0 ? bytes32(0) : topic(topics, 0);
        if (topics.length == 0 || first != topic0) revert ReceiptLogTopic(topic0, first);
    }

    /// @notice The log at `logIndex` of a receipt that is already proven, whoever emitted it and of whatever event it is (RCT-2 to RCT-7).
    /// @param receipt The value found in the receipts trie.
    function logOf(bytes calldata receipt, TypePolicy policy, uint256 logIndex)
        internal
        pure
        returns (address emitter, bytes calldata topics, bytes calldata data)
    {
        (uint256 at, uint256 end) = _logs(receipt, policy);
        (at, end) = _logAt(at, end, logIndex);
        return _open(at, end);
    }

    /// @notice All logs of a receipt that is already proven: the RLP of their list, each of them read (RCT-2 to RCT-5, RCT-7).
    /// @param receipt The value found in the receipts trie.
    function logsOf(bytes calldata receipt, TypePolicy policy) internal pure returns (bytes calldata list) {
        (uint256 at, uint256 end) = _logs(receipt, policy);
        uint256 start;
        unchecked {
            // The list has the one header that is canonical for its length, right before its items.
            uint256 length = end - at;
            start = at - 1;
            if (length > 55) {
                for (; length != 0; length >>= 8) {
                    --start;
                }
            }
        }
        while (at != end) {
            (uint256 fields, uint256 next) = RLPReader.readList(at, end);
            _open(fields, next);
            at = next;
        }
        return RLPReader.slice(start, end);
    }

    /// @notice The key of a receipt: the RLP of its transaction's index (RCT-1).
    /// @return key The key, left-aligned.
    /// @return keyLength Its length in bytes.
    function indexKey(uint64 transactionIndex) internal pure returns (bytes32 key, uint256 keyLength) {
        uint256 index = transactionIndex;
        if (index == 0) return (bytes32(uint256(0x80) << 248), 1);
        if (index < 0x80) return (bytes32(index << 248), 1);
        uint256 size = 1;
        while (index >> (size << 3) != 0) ++size;
        return (bytes32((0x80 + size) << 248 | index << (248 - (size << 3))), 1 + size);
    }

    /// @notice How many topics there are.
    function topicCount(bytes calldata topics) internal pure returns (uint256) {
        return topics.length / TOPIC_STRIDE;
    }

    /// @notice Topic `i`. Reverts with `ReceiptTopicCount` if there is none.
    function topic(bytes calldata topics, uint256 i) internal pure returns (bytes32) {
        if (i >= topicCount(topics)) revert ReceiptTopicCount(topicCount(topics));
        (uint256 start,) = RLPReader.bounds(topics);
        unchecked {
            return RLPReader.load(start + TOPIC_STRIDE * i + 1);
        }
    }

    /// @dev The logs of a receipt of a transaction that succeeded (RCT-2 to RCT-5).
    function _logs(bytes calldata receipt, TypePolicy policy) private pure returns (uint256 at, uint256 end) {
        (at, end) = _body(receipt, policy);
        at = RLPReader.readExactList(at, end);
        uint256 usual = _usualLogs(at, end);
        if (usual != 0) return (usual, end);
        uint256 fields = RLPReader.count(at, end, 5);
        if (fields != 4) revert ReceiptFieldCount(fields);

        bool succeeded;
        (succeeded, at) = _status(at, end);
        (, at) = RLPReader.readUint(at, end, 8); // cumulative gas
        (, at) = RLPReader.readFixed(at, end, 256); // bloom
        (at, end) = RLPReader.readList(at, end);
        if (!succeeded) revert ReceiptFailed();
    }

    /// @dev Where the items of the logs start, if the fields between `at` and `end` are as in nearly all receipts: the status 1, gas of
    /// 2 to 8 bytes, the bloom, and a list that ends where the receipt does. These clauses hold then: RCT-3 to RCT-5. Zero for
    /// any other receipt, which is then read in the order of the clauses. An error here is the one that would be met there.
    function _usualLogs(uint256 at, uint256 end) private pure returns (uint256 logs) {
        uint256 word = uint256(RLPReader.load(at));
        uint256 gasHeader = (word >> 240) & 0xff;
        if (word >> 248 != 1 || gasHeader < 0x82 || gasHeader > 0x88 || (word >> 232) & 0xff == 0) return 0;
        unchecked {
            at += 2 + gasHeader - 0x80;
            if (uint256(RLPReader.load(at)) >> 232 != 0xb90100) return 0;
            at += 3 + 256;
        }
        if (at >= end) return 0;
        (bool isList, uint256 payload, uint256 next) = RLPReader.readItem(at, end);
        if (isList && next == end) logs = payload;
    }

    /// @dev The list in a receipt, without the type in front of it (RCT-2).
    function _body(bytes calldata receipt, TypePolicy policy) private pure returns (uint256 at, uint256 end) {
        (at, end) = RLPReader.bounds(receipt);
        if (at == end) revert RLPReader.RlpInputTooShort();
        uint256 first = uint256(RLPReader.load(at)) >> 248;
        if (first >= 0xc0) return (at, end);
        uint256 last = policy == TypePolicy.Any ? 0x7f : 0x04;
        if (first == 0 || first > last) revert ReceiptUnknownType(first);
        unchecked {
            return (at + 1, end);
        }
    }

    /// @dev Whether the transaction succeeded (RCT-4), and where the field after the status starts.
    function _status(uint256 at, uint256 end) private pure returns (bool succeeded, uint256 next) {
        (at, next) = RLPReader.readString(at, end);
        unchecked {
            uint256 length = next - at;
            if (length == 0) return (false, next);
            if (length == 32) revert ReceiptStateRoot();
            if (length != 1 || uint256(RLPReader.load(at)) >> 248 != 1) revert ReceiptStatus();
        }
        return (true, next);
    }

    /// @dev Where the items of the log at `index` start and end (RCT-6), which is a list (RCT-7).
    function _logAt(uint256 at, uint256 end, uint256 index) private pure returns (uint256, uint256) {
        for (uint256 i = 0; i < index; ++i) {
            if (at == end) revert ReceiptLogMissing(index, i);
            (,, at) = RLPReader.readItem(at, end);
        }
        if (at == end) revert ReceiptLogMissing(index, index);
        return RLPReader.readList(at, end);
    }

    /// @dev The three fields of a log (RCT-7).
    function _open(uint256 at, uint256 end)
        private
        pure
        returns (address emitter, bytes calldata topics, bytes calldata data)
    {
        (uint256 list, uint256 listEnd) = _usualTopics(at, end);
        if (list != 0) {
            (bool isList, uint256 start, uint256 next) = RLPReader.readItem(listEnd, end);
            if (!isList && next == end) {
                emitter = address(uint160(uint256(RLPReader.load(at)) >> 88));
                return (emitter, RLPReader.slice(list, listEnd), RLPReader.slice(start, next));
            }
        }
        uint256 fields = RLPReader.count(at, end, 4);
        if (fields != 3) revert ReceiptLogFieldCount(fields);

        uint256 payload;
        (payload, at) = RLPReader.readFixed(at, end, 20);
        emitter = address(bytes20(RLPReader.load(payload)));

        (payload, at) = RLPReader.readList(at, end);
        topics = RLPReader.slice(payload, at);
        uint256 items = RLPReader.count(payload, at, 5);
        if (items > 4) revert ReceiptTopicCount(items);
        while (payload != at) (, payload) = RLPReader.readWord(payload, at);

        (payload, at) = RLPReader.readString(at, end);
        data = RLPReader.slice(payload, at);
    }

    /// @dev Where the topics of a log start and end, if the items from `at` on are an address and one to four words, with more
    /// before `end`. Zeros for any other log.
    function _usualTopics(uint256 at, uint256 end) private pure returns (uint256 start, uint256 listEnd) {
        if (uint256(RLPReader.load(at)) >> 248 != 0x94) return (0, 0);
        unchecked {
            uint256 word = uint256(RLPReader.load(at + 21));
            uint256 length = TOPIC_STRIDE;
            start = at + 22;
            if (word >> 248 != 0xc0 + TOPIC_STRIDE) {
                // two topics or more make a long list
                length = (word >> 240) & 0xff;
                if (word >> 248 != 0xf8 || length < 2 * TOPIC_STRIDE || length > 4 * TOPIC_STRIDE) return (0, 0);
                if (length % TOPIC_STRIDE != 0) return (0, 0);
                ++start;
            }
            listEnd = start + length;
            if (listEnd >= end) return (0, 0);
            for (uint256 topicAt = start; topicAt != listEnd; topicAt += TOPIC_STRIDE) {
                if (uint256(RLPReader.load(topicAt)) >> 248 != 0xa0) return (0, 0);
            }
        }
    }
}
