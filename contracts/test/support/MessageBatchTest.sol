// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {MessageProofs} from "./MessageProofs.sol";
import {MessageTest} from "./MessageTest.sol";
import {TrieBuild} from "./TrieBuild.sol";
import {RLP} from "@openzeppelin/contracts/utils/RLP.sol";

/// @title Blocks with many messages, and real proofs of them
abstract contract MessageBatchTest is MessageTest, TrieBuild {
    /// @dev The logs of one transaction; the nonces of those that are messages.
    struct Logs {
        uint64 transactionIndex;
        MessageProofs.Log[] logs;
        uint64[] nonces;
    }

    /// @dev One message in each of the transactions 1, 2 and so on, their nonces counting from `nonce`.
    function _proveBatch(MessageProofs.Log[] memory logs, uint64 nonce)
        internal
        returns (IMessageService.BatchProof memory)
    {
        Logs[] memory receipts = new Logs[](logs.length);
        for (uint64 i = 0; i < logs.length; ++i) {
            receipts[i] = _receipt(i + 1, _logs(logs[i]), nonce + i);
        }
        return _proveLogs(receipts);
    }

    /// @dev All logs of all receipts, which are in the order of their keys, as messages. The block is a new head.
    function _proveLogs(Logs[] memory receipts) internal returns (IMessageService.BatchProof memory batch) {
        (bytes[] memory keys, bytes[] memory values) = (new bytes[](receipts.length), new bytes[](receipts.length));
        uint256 count = 0;
        for (uint256 i = 0; i < receipts.length; ++i) {
            keys[i] = RLP.encode(uint256(receipts[i].transactionIndex));
            values[i] = MessageProofs.receipt(true, receipts[i].logs);
            count += receipts[i].logs.length;
        }
        bytes32 root = _build(keys, values);
        batch.nodes = _prove(keys);
        batch.headers = new bytes[](1);
        batch.headers[0] = MessageProofs.header(0, root, 77);
        batch.headId = _newHead(SOURCE, keccak256(batch.headers[0]));
        batch.items = new IMessageService.BatchItem[](count);
        for (uint256 i = receipts.length; i > 0; --i) {
            for (uint256 j = receipts[i - 1].logs.length; j > 0; --j) {
                batch.items[--count] = IMessageService.BatchItem(
                    receipts[i - 1].transactionIndex, j - 1, receipts[i - 1].nonces[j - 1], ""
                );
            }
        }
    }

    /// @dev The logs of one transaction, as messages whose nonces count from `nonce`.
    function _receipt(uint64 transactionIndex, MessageProofs.Log[] memory logs, uint64 nonce)
        internal
        pure
        returns (Logs memory receipt)
    {
        (receipt.transactionIndex, receipt.logs) = (transactionIndex, logs);
        receipt.nonces = new uint64[](logs.length);
        for (uint64 i = 0; i < logs.length; ++i) {
            receipt.nonces[i] = nonce + i;
        }
    }

    function _logs(MessageProofs.Log memory only) internal pure returns (MessageProofs.Log[] memory logs) {
        logs = new MessageProofs.Log[](1);
        logs[0] = only;
    }

    function _logs(MessageProofs.Log memory a, MessageProofs.Log memory b)
        internal
        pure
        returns (MessageProofs.Log[] memory logs)
    {
        logs = new MessageProofs.Log[](2);
        (logs[0], logs[1]) = (a, b);
    }
}
