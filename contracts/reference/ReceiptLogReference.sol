// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {RLPReader} from "../src/libraries/RLPReader.sol";
import {ReceiptLog} from "../src/libraries/ReceiptLog.sol";
import {RLPReaderReference as RLP} from "./RLPReaderReference.sol";

/// @title Plain twin of `ReceiptLog`
/// @notice The clauses RCT-1 to RCT-9 of `spec/proof.md` in their order. For tests only.
library ReceiptLogReference {
    function indexKey(uint64 transactionIndex) internal pure returns (bytes memory key) {
        if (transactionIndex == 0) return hex"80";
        bytes memory digits;
        for (uint256 left = transactionIndex; left != 0; left /= 256) {
            // casting to 'uint8' is safe because a digit is below 256
            // forge-lint: disable-next-line(unsafe-typecast)
            digits = bytes.concat(bytes1(uint8(left % 256)), digits);
        }
        if (transactionIndex < 0x80) return digits;
        // casting to 'uint8' is safe because a transaction index has at most eight digits
        // forge-lint: disable-next-line(unsafe-typecast)
        return bytes.concat(bytes1(0x80 + uint8(digits.length)), digits);
    }

    function select(
        bytes calldata receipt,
        ReceiptLog.TypePolicy policy,
        uint256 logIndex,
        address emitter,
        bytes32 topic0
    ) internal pure returns (bytes32[] memory topics, bytes calldata data) {
        bytes calldata log = _logAt(_logs(receipt, policy), logIndex);
        address got;
        (got, topics, data) = _open(log);
        if (got != emitter) revert ReceiptLog.ReceiptLogEmitter(emitter, got);
        if (topics.length == 0) revert ReceiptLog.ReceiptLogTopic(topic0, 0);
        if (topics[0] != topic0) revert ReceiptLog.ReceiptLogTopic(topic0, topics[0]);
    }

    /// @dev RCT-2 to RCT-5.
    function _logs(bytes calldata receipt, ReceiptLog.TypePolicy policy) private pure returns (bytes calldata logs) {
        bytes calldata fields = RLP.exactList(_body(receipt, policy));
        uint256 count = RLP.count(fields, 5);
        if (count != 4) revert ReceiptLog.ReceiptFieldCount(count);

        bytes calldata status;
        (status, fields) = RLP.nextString(fields);
        if (status.length == 32) revert ReceiptLog.ReceiptStateRoot();
        if (status.length != 0 && keccak256(status) != keccak256(hex"01")) revert ReceiptLog.ReceiptStatus();
        (, fields) = RLP.nextUint(fields, 8);
        (, fields) = RLP.nextFixed(fields, 256);
        (logs,) = RLP.nextList(fields);
        if (status.length == 0) revert ReceiptLog.ReceiptFailed();
    }

    /// @dev RCT-2.
    function _body(bytes calldata receipt, ReceiptLog.TypePolicy policy) private pure returns (bytes calldata) {
        if (receipt.length == 0) revert RLPReader.RlpInputTooShort();
        uint8 first = uint8(receipt[0]);
        if (first >= 0xc0) return receipt;
        if (first >= 1 && first <= 4) return receipt[1:];
        if (policy == ReceiptLog.TypePolicy.Any && first >= 5 && first <= 0x7f) return receipt[1:];
        revert ReceiptLog.ReceiptUnknownType(first);
    }

    /// @dev RCT-6.
    function _logAt(bytes calldata logs, uint256 index) private pure returns (bytes calldata fields) {
        uint256 passed;
        while (logs.length != 0 && passed < index) {
            logs = RLP.skip(logs, 1);
            ++passed;
        }
        if (logs.length == 0) revert ReceiptLog.ReceiptLogMissing(index, passed);
        (fields,) = RLP.nextList(logs);
    }

    /// @dev RCT-7.
    function _open(bytes calldata fields)
        private
        pure
        returns (address emitter, bytes32[] memory topics, bytes calldata data)
    {
        uint256 count = RLP.count(fields, 4);
        if (count != 3) revert ReceiptLog.ReceiptLogFieldCount(count);

        bytes calldata payload;
        (payload, fields) = RLP.nextFixed(fields, 20);
        // casting to 'bytes20' is safe because twenty bytes have been read
        // forge-lint: disable-next-line(unsafe-typecast)
        emitter = address(bytes20(payload));
        (payload, fields) = RLP.nextList(fields);
        topics = _topics(payload);
        (data,) = RLP.nextString(fields);
    }

    function _topics(bytes calldata list) private pure returns (bytes32[] memory topics) {
        uint256 count = RLP.count(list, 5);
        if (count > 4) revert ReceiptLog.ReceiptTopicCount(count);
        topics = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            (topics[i], list) = RLP.nextWord(list);
        }
    }
}
