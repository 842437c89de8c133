// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMessageHub} from "../../src/interfaces/IMessageHub.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {MessageAttribute as A} from "../support/MessageAttribute.sol";
import {MessageBatchTest} from "../support/MessageBatchTest.sol";
import {MessageProofs} from "../support/MessageProofs.sol";
import {MessageTest} from "../support/MessageTest.sol";
import {RoutedTest} from "../support/RoutedTest.sol";
import {Accepting} from "../support/recipients/Accepting.sol";
import {Answering} from "../support/recipients/Answering.sol";
import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @notice Runs what `docs/benchmarks.md` quotes: read the figures with `forge test --isolate --match-contract MessageServiceCost -vv`.
/// With `--isolate` every delivery is a transaction of its own, cold and with its calldata paid for. `tools/gas-snapshot.sh` keeps them so.
contract MessageServiceCostTest is RoutedTest, MessageBatchTest {
    /// @dev Ceilings, with and without `--isolate`. The first of a word of nonces pays for its slot.
    uint256 private constant DELIVER = 130_000;
    uint256 private constant BATCH_ITEM = 50_000;
    uint256 private constant SEND = 60_000;
    string private constant GROUP = "messages";

    function setUp() public override(MessageTest, RoutedTest) {
        super.setUp();
    }

    function test_MSG_7_accepts_deliveriesOfThreeNodesAndOneHeader() public {
        Accepting recipient = new Accepting();
        string[3] memory names = ["first of a word of nonces", "second", "third"];
        for (uint64 nonce = 0; nonce < 3; ++nonce) {
            IMessageService.DeliveryProof memory proof =
                _threeNodes(SOURCE, _send(address(recipient), new bytes(32)), nonce);
            destination.deliver(SOURCE, proof, address(0));
            uint256 used = vm.lastCallGas().gasTotalUsed;
            emit log_named_uint(string.concat("deliver, ", names[nonce]), used);
            vm.snapshotValue(GROUP, string.concat("deliver, ", names[nonce]), used);
            assertLe(used, nonce == 0 ? DELIVER + 17_100 : DELIVER);
        }
        vm.chainId(SOURCE);
        source.sendMessage(_address(DESTINATION, address(recipient)), new bytes(32), new bytes[](0));
        emit log_named_uint("sendMessage", vm.lastCallGas().gasTotalUsed);
        vm.snapshotGasLastCall(GROUP, "sendMessage");
        assertLe(vm.lastCallGas().gasTotalUsed, SEND);
    }

    function test_MSG_22_accepts_batchesOfTen() public {
        Accepting recipient = new Accepting();
        destination.deliver(SOURCE, _sendAndProve(address(recipient), new bytes(32)), address(0));
        MessageProofs.Log[] memory logs = new MessageProofs.Log[](10);
        for (uint64 i = 0; i < 10; ++i) {
            logs[i] = _send(address(recipient), new bytes(32));
        }
        destination.deliverBatch(SOURCE, _proveBatch(logs, 1), address(0));
        uint256 used = vm.lastCallGas().gasTotalUsed;
        emit log_named_uint("deliverBatch, each of ten", used / 10);
        vm.snapshotGasLastCall(GROUP, "deliverBatch, all ten");
        assertLe(used / 10, BATCH_ITEM);
    }

    /// @dev What a failure costs whoever delivers, and a retry afterwards: the recipient refuses at once.
    function test_MSG_10_MSG_20_accepts_failuresAndRetries() public {
        Answering recipient = new Answering();
        destination.deliver(SOURCE, _sendAndProve(address(recipient), "", A.list(A.revertBehavior(1))), address(0));
        MessageProofs.Log memory log = _send(address(recipient), new bytes(32), A.list(A.revertBehavior(1)));
        destination.deliver(SOURCE, _threeNodes(SOURCE, log, 1), address(0));
        emit log_named_uint("deliver, failing", vm.lastCallGas().gasTotalUsed);
        vm.snapshotGasLastCall(GROUP, "deliver, failing");
        assertLe(vm.lastCallGas().gasTotalUsed, DELIVER + 40_000);
        recipient.set(abi.encode(IERC7786Recipient.receiveMessage.selector), false);
        destination.retry(SOURCE, _body(log, 1), 0, address(0));
        emit log_named_uint("retry", vm.lastCallGas().gasTotalUsed);
        vm.snapshotGasLastCall(GROUP, "retry");
        assertLe(vm.lastCallGas().gasTotalUsed, DELIVER);
    }

    /// @dev The same through the hub: relayed there, delivered here.
    function test_MSG_12_accepts_routedDeliveriesOfThreeNodesAndOneHeader() public {
        Accepting recipient = new Accepting();
        string[2] memory names = ["first of a word of nonces", "second"];
        for (uint64 nonce = 0; nonce < 2; ++nonce) {
            IMessageService.DeliveryProof memory proof =
                _threeNodes(SOURCE, _send(address(recipient), new bytes(32)), nonce);
            vm.chainId(HUB);
            vm.recordLogs();
            hub.relay(SOURCE, address(source), proof);
            emit log_named_uint("relay", vm.lastCallGas().gasTotalUsed);
            vm.snapshotGasLastCall(GROUP, string.concat("relay, ", names[nonce]));
            vm.chainId(DESTINATION);
            proof = _threeNodes(HUB, _last(IMessageHub.MessageRelayed.selector), nonce);
            destination.deliverRouted(SOURCE, proof, address(0));
            emit log_named_uint(string.concat("deliverRouted, ", names[nonce]), vm.lastCallGas().gasTotalUsed);
            vm.snapshotGasLastCall(GROUP, string.concat("deliverRouted, ", names[nonce]));
        }
    }

    function _threeNodes(uint256 chainId, MessageProofs.Log memory log, uint64 nonce)
        private
        returns (IMessageService.DeliveryProof memory proof)
    {
        MessageProofs.Log[] memory logs = new MessageProofs.Log[](1);
        logs[0] = log;
        proof.receiptProof = MessageProofs.threeNodes(MessageProofs.receipt(true, logs));
        proof.transactionIndex = 130;
        proof.nonce = nonce;
        proof.headers = new bytes[](1);
        proof.headers[0] = MessageProofs.header(0, keccak256(proof.receiptProof[0]), 20_000_000 + nonce);
        _setHeadOn(chainId, proof);
    }
}
