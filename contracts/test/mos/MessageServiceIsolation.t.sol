// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {MessageAttribute as A} from "../support/MessageAttribute.sol";
import {MessageBatchTest} from "../support/MessageBatchTest.sol";
import {MessageProofs} from "../support/MessageProofs.sol";
import {Answering} from "../support/recipients/Answering.sol";
import {Diary} from "../support/recipients/Diary.sol";
import {GasBurner} from "../support/recipients/GasBurner.sol";
import {Meter} from "../support/recipients/Meter.sol";
import {ReturnBomb} from "../support/recipients/ReturnBomb.sol";
import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @notice S10: nobody's message is harmed by what else is in a batch, and each item is told what became of it.
contract MessageServiceIsolationTest is MessageBatchTest {
    IMessageService.Result private constant LEFT = IMessageService.Result.Left;
    IMessageService.Result private constant DELIVERED = IMessageService.Result.Delivered;
    IMessageService.Result private constant FAILED = IMessageService.Result.Failed;
    string private constant NOTHING = "0x0000000000000000000000000000000000000000000000000000000000000000";
    string private constant NO = "0x6e6f000000000000000000000000000000000000000000000000000000000000";

    Diary private _well;

    function setUp() public override {
        super.setUp();
        _well = new Diary();
    }

    /// @dev One that reverts, one that burns its gas, one that reverts with a megabyte, one without code, one that answers wrongly; between
    /// any two of them one that is well.
    function test_MSG_10_accepts_S10_theWellAmongTheSick() public {
        Answering no = new Answering();
        no.set("no", true);
        address[5] memory sick = [
            address(no),
            address(new GasBurner(false)),
            address(new ReturnBomb(true)),
            address(0xc0de1e55),
            address(new Answering())
        ];
        MessageProofs.Log[] memory logs = new MessageProofs.Log[](11);
        for (uint256 i = 0; i < 11; ++i) {
            logs[i] = _send(i % 2 == 0 ? address(_well) : sick[i / 2], abi.encode(i / 2));
        }
        IMessageService.BatchProof memory batch = _proveBatch(logs, 0);
        vm.expectEmit(address(destination));
        emit IMessageService.MessageFailed(logs[1].topics[1], NO);
        vm.expectEmit(address(destination));
        emit IMessageService.MessageFailed(logs[3].topics[1], NOTHING);
        IMessageService.Result[] memory results = destination.deliverBatch(SOURCE, batch, address(0));

        assertEq(_well.count(), 6);
        for (uint64 i = 0; i < 11; ++i) {
            bool well = i % 2 == 0;
            bool noCode = i == 7;
            assertTrue(results[i] == (well ? DELIVERED : noCode ? LEFT : FAILED));
            assertEq(_isSettled(i), well);
            assertEq(destination.hasFailed(logs[i].topics[1]), !well && !noCode);
        }
        // What failed is as deliverable as before, though none of them asked for that.
        no.set(abi.encode(IERC7786Recipient.receiveMessage.selector), false);
        destination.retry(SOURCE, _body(logs[1], 1), 0, address(0));
        assertTrue(_isSettled(1));
        vm.etch(sick[3], address(_well).code);
        destination.deliver(SOURCE, _prove(logs[7], 7), address(0));
        assertTrue(_isSettled(7));
    }

    /// @dev Settled, expired, too early, out of order, without a recipient: left as they are, each and the rest.
    function test_MSG_7_MSG_18_MSG_19_MSG_8_accepts_S10_whatIsLeft() public {
        MessageProofs.Log[] memory logs = new MessageProofs.Log[](7);
        bytes[] memory ordered = A.list(A.inOrder(), A.deliverBefore(NOW + 50));
        logs[0] = _send(address(_well), abi.encode(0));
        logs[1] = _send(address(_well), abi.encode(1), A.list(A.deliverBefore(NOW - 1)));
        logs[2] = _send(address(_well), abi.encode(2), A.list(A.deliverAfter(NOW + 1)));
        _send(address(_well), "not in this block", ordered);
        logs[3] = _send(address(_well), abi.encode(3), ordered);
        logs[4] = _send(address(verifier), abi.encode(4));
        logs[5] = _send(address(0x1), abi.encode(5));
        logs[6] = _send(address(_well), abi.encode(6));
        IMessageService.BatchProof memory batch = _proveBatch(logs, 0);
        for (uint256 i = 3; i < 7; ++i) {
            ++batch.items[i].nonce;
        }
        destination.deliver(SOURCE, _prove(logs[0], 0), address(0));
        IMessageService.Result[] memory results = destination.deliverBatch(SOURCE, batch, address(0));
        for (uint64 i = 0; i < 7; ++i) {
            assertTrue(results[i] == (i == 6 ? DELIVERED : LEFT));
            assertFalse(destination.hasFailed(logs[i].topics[1]));
        }
        assertEq(_well.count(), 2);
        assertFalse(_isSettled(1) || _isSettled(2) || _isSettled(4) || _isSettled(5) || _isSettled(6));
        assertTrue(_isSettled(7));
    }

    /// @dev Whoever brings a batch second leaves what the first has delivered, and is not refused.
    function test_MSG_7_accepts_S1_theSameBatchTwice() public {
        MessageProofs.Log[] memory logs = _logs(_send(address(_well), ""), _send(address(_well), ""));
        IMessageService.BatchProof memory batch = _proveBatch(logs, 0);
        destination.deliverBatch(SOURCE, batch, address(0));
        vm.recordLogs();
        IMessageService.Result[] memory results = destination.deliverBatch(SOURCE, batch, address(0));
        assertTrue(results[0] == LEFT && results[1] == LEFT);
        assertEq(vm.getRecordedLogs().length, 0);
        assertEq(_well.count(), 2);
    }

    /// @dev The same message twice in one batch is one message.
    function test_MSG_7_accepts_S1_theSameMessageTwiceInABatch() public {
        MessageProofs.Log memory log = _send(address(_well), "");
        Logs[] memory receipts = new Logs[](1);
        receipts[0] = _receipt(1, _logs(log, log), 0);
        receipts[0].nonces[1] = 0;
        IMessageService.Result[] memory results = destination.deliverBatch(SOURCE, _proveLogs(receipts), address(0));
        assertTrue(results[0] == DELIVERED && results[1] == LEFT);
        assertEq(_well.count(), 1);
    }

    /// @dev An order within a batch goes through; one behind a failure waits with it.
    function test_MSG_19_accepts_S10_S11_ordersInABatch() public {
        Answering no = new Answering();
        no.set("no", true);
        bytes[] memory ordered = A.list(A.inOrder(), A.deliverBefore(NOW + 50));
        MessageProofs.Log[] memory logs = new MessageProofs.Log[](6);
        for (uint256 i = 0; i < 6; ++i) {
            logs[i] = _send(i % 2 == 0 ? address(_well) : address(no), abi.encode(i / 2), ordered);
        }
        IMessageService.Result[] memory results = destination.deliverBatch(SOURCE, _proveBatch(logs, 0), address(0));
        assertTrue(results[0] == DELIVERED && results[2] == DELIVERED && results[4] == DELIVERED);
        assertTrue(results[1] == FAILED && results[3] == LEFT && results[5] == LEFT);
        for (uint256 i = 0; i < 3; ++i) {
            assertEq(_well.payloads(i), abi.encode(i));
        }
        bytes memory to = _address(DESTINATION, address(no));
        assertEq(destination.nextPlace(SOURCE, address(source), _address(SOURCE, SENDER), to), 0);
    }

    /// @dev Too little gas for one is too little for all: nobody can make a message of a batch fail by being stingy.
    function test_MSG_9_rejects_S7_S10_batchesWithTooLittleGasForTheLast(uint256 gas_) public {
        MessageProofs.Log[] memory logs = new MessageProofs.Log[](3);
        Meter meter = new Meter();
        for (uint256 i = 0; i < 3; ++i) {
            logs[i] = _send(address(meter), "", A.list(A.minGasLimit(500_000 * (i + 1))));
        }
        IMessageService.BatchProof memory batch = _proveBatch(logs, 0);
        gas_ = bound(gas_, 100_000, 2_500_000);
        (bool success,) = address(destination).call{gas: gas_}(
            abi.encodeCall(IMessageService.deliverBatch, (SOURCE, batch, address(0)))
        );
        assertEq(meter.count(), success ? 3 : 0);
        for (uint64 i = 0; i < 3; ++i) {
            assertEq(_isSettled(i), success);
            assertFalse(destination.hasFailed(logs[i].topics[1]));
        }
        if (success) assertGe(meter.gasReceived(), 1_500_000 - 100);
    }

    /// @dev The word and the numbers in MSG-9 are those of the item that lacks the gas.
    function test_MSG_9_rejects_S7_oneGasLessThanTheLastItemNeeds() public {
        Meter meter = new Meter();
        MessageProofs.Log[] memory logs =
            _logs(_send(address(meter), ""), _send(address(meter), "", A.list(A.minGasLimit(3_000_000))));
        bytes memory call_ = abi.encodeCall(IMessageService.deliverBatch, (SOURCE, _proveBatch(logs, 0), address(0)));
        (uint256 little, uint256 enough) = (0, 16_000_000);
        uint256 state = vm.snapshotState();
        while (enough - little > 1) {
            uint256 middle = (little + enough) / 2;
            (bool delivered,) = address(destination).call{gas: middle}(call_);
            if (delivered) enough = middle;
            else little = middle;
            vm.revertToState(state);
        }
        (bool success, bytes memory error) = address(destination).call{gas: enough - 1}(call_);
        assertFalse(success);
        bytes4 selector = IMessageService.MessageInsufficientGas.selector;
        assertEq(error, abi.encodeWithSelector(selector, 3_000_000 - 1, 3_000_000));
        (success,) = address(destination).call{gas: enough}(call_);
        assertTrue(success);
        assertEq(meter.count(), 2);
    }
}
