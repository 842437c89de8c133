// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {ICallExecutor} from "../../src/interfaces/map/ICallExecutor.sol";
import {IMapMessageService} from "../../src/interfaces/map/IMapMessageService.sol";
import {MessageAttribute} from "../support/MessageAttribute.sol";
import {MessageProofs} from "../support/MessageProofs.sol";
import {GasMeter} from "./GasMeter.sol";
import {MapMessageTest} from "./MapMessageTest.sol";
import {MapTarget} from "./MapTarget.sol";
import {ERC7786Recipient} from "@openzeppelin/contracts/crosschain/ERC7786Recipient.sol";
import {IERC7786GatewaySource} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";

/// @notice MOS-7, MOS-8, MOS-10: gas, batches, and targets that call back.
contract MapMessageHostileTest is MapMessageTest {
    /// @dev What a message asks for is enough for its target, whatever its size: the message service gives exactly that.
    function testFuzz_MOS_7_accepts_whatTheMessageAsksFor(bool isMessage, uint256 gasLimit, uint16 size) public {
        gasLimit = bound(gasLimit, 80_000, 8_500_000);
        size %= 20_000;
        IMapMessageService.MessageData memory data = isMessage ? _message(new bytes(size)) : _calldata(new bytes(size));
        (data.gasLimit, data.target) = (gasLimit, abi.encodePacked(new GasMeter()));
        GasMeter meter = GasMeter(address(bytes20(data.target)));
        meter.allow(far, SOURCE, abi.encodePacked(SENDER));
        far.transferIn(SOURCE, _proof(_out(data), 0));
        assertLe(meter.gas_(), gasLimit);
        assertGt(meter.gas_() + 1000, gasLimit);
    }

    /// @dev S7: with less there is no call at all.
    function test_MOS_7_rejects_lessThanTheTargetsGas() public {
        GasMeter meter = new GasMeter();
        meter.allow(far, SOURCE, abi.encodePacked(SENDER));
        for (uint256 i = 0; i < 2; ++i) {
            IMapMessageService.MessageData memory data = i == 0 ? _message("") : _calldata("");
            data.target = abi.encodePacked(meter);
            (uint256 refused, uint256 taken) = (0, 0);
            bytes memory call_ = abi.encodeCall(
                far.receiveMessage, (bytes32(0), _address(SOURCE, address(near)), abi.encode(SENDER, data))
            );
            for (uint256 gas_ = 0; gas_ < 500_000; gas_ += 2500) {
                uint256 before = meter.count();
                vm.prank(address(destination));
                (bool success, bytes memory answer) = address(far).call{gas: gas_}(call_);
                assertEq(meter.count(), success ? before + 1 : before);
                if (success) ++taken;
                else if (answer.length != 0) refused += _requireStarved(answer);
                if (success) assertGt(meter.gas_() + 1000, data.gasLimit);
            }
            assertGt(refused, 0);
            assertGt(taken, 0);
        }
    }

    /// @dev In a batch a failure is kept, harms no other, and is tried again with the same words and more gas.
    function test_MOS_8_accepts_aFailureThatIsRetried() public {
        MessageProofs.Log memory log = _out(_message("words"));
        target.set(MapTarget.Habit.Refuses);
        assertEq(uint8(_deliverAsBatch(log)), uint8(IMessageService.Result.Failed));
        assertTrue(destination.hasFailed(log.topics[1]));
        assertEq(target.count(), 0);
        IMessageService.Body memory body = _body(log, 0);
        target.set(MapTarget.Habit.Takes);
        destination.retry(SOURCE, body, 2_000_000, address(0));
        assertEq(target.count(), 1);
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageNotFailed.selector, log.topics[1]));
        destination.retry(SOURCE, body, 2_000_000, address(0));
    }

    /// @dev S9: a megabyte of answer costs whoever delivers nothing.
    function test_MOS_8_accepts_aLongAnswer() public {
        IMapMessageService.MessageData memory data = _message("");
        data.gasLimit = 4_000_000;
        target.set(MapTarget.Habit.AnswersLong);
        bytes memory proof = _proof(_out(data), 0);
        uint256 before = gasleft();
        far.transferIn(SOURCE, proof);
        assertLt(before - gasleft(), 3_000_000); // of which the target uses 2.2 million to make it
        assertEq(target.count(), 1);
    }

    /// @dev S6: whatever a target calls, it is the target that has called it.
    function test_MOS_8_accepts_aTargetThatSends() public {
        bytes memory call_ = abi.encodeCall(
            IERC7786GatewaySource.sendMessage, (_address(SOURCE, SENDER), "in whose name", MessageAttribute.none())
        );
        target.setCall(address(destination), call_);
        IMapMessageService.MessageData[2] memory both = [_rich(_message("")), _rich(_calldata(""))];
        for (uint64 i = 0; i < 2; ++i) {
            bytes memory proof = _proof(_out(both[i]), i);
            vm.recordLogs();
            far.transferIn(SOURCE, proof);
            assertEq(_body(_lastSent(), i).sender, _address(DESTINATION, address(target)));
        }
    }

    /// @dev If a target were the message service itself, what is sent would still be the executor's, and never the adapter's: nobody believes it.
    function test_MOS_10_accepts_theAdapterAndNothingInItsName() public {
        bytes memory call_ = abi.encodeCall(
            IERC7786GatewaySource.sendMessage, (_address(SOURCE, address(near)), "forged", MessageAttribute.none())
        );
        ICallExecutor executor = far.executor();
        vm.recordLogs();
        vm.prank(address(far));
        (bool success,) = executor.execute(address(destination), 200_000, 10_000, call_);
        assertTrue(success);
        MessageProofs.Log memory log = _lastSent();
        bytes memory sender = _address(DESTINATION, address(executor));
        assertEq(_body(log, 0).sender, sender);
        // So the counterpart refuses it.
        vm.chainId(SOURCE);
        vm.prank(address(source));
        vm.expectRevert(
            abi.encodeWithSelector(
                ERC7786Recipient.ERC7786RecipientUnauthorizedGateway.selector, address(source), sender
            )
        );
        near.receiveMessage(log.topics[1], sender, "forged");
    }

    function test_MOS_10_rejects_everybodyElse() public {
        ICallExecutor executor = far.executor();
        vm.expectRevert(abi.encodeWithSelector(ICallExecutor.MosNotAdapter.selector, address(this)));
        executor.execute(address(target), 0, 0, "");
        // A target of either type, in the middle of its own call.
        target.setCall(address(executor), abi.encodeCall(executor.execute, (address(target), 0, 0, "")));
        _receive(_calldata(""));
        _assertRefused(abi.encodeWithSelector(ICallExecutor.MosNotAdapter.selector, address(target)));
    }

    function test_MOS_8_rejects_targetsThatDeliver() public {
        MessageProofs.Log memory log = _out(_rich(_message("first")));
        bytes memory other = _proof(_out(_message("second")), 1);
        target.setCall(address(far), abi.encodeCall(far.transferIn, (SOURCE, other)));
        far.transferIn(SOURCE, _proof(log, 0));
        _assertRefused(abi.encodeWithSelector(ReentrancyGuard.ReentrancyGuardReentrantCall.selector));
        assertFalse(_isSettled(1));
    }

    function test_MOS_8_rejects_targetsThatReceiveForOthers() public {
        bytes memory sender = _address(SOURCE, address(near));
        target.setCall(
            address(far), abi.encodeCall(far.receiveMessage, (bytes32(0), sender, abi.encode(SENDER, _message(""))))
        );
        far.transferIn(SOURCE, _proof(_out(_message("")), 0));
        _assertRefused(
            abi.encodeWithSelector(
                ERC7786Recipient.ERC7786RecipientUnauthorizedGateway.selector, address(target), sender
            )
        );
    }

    /// @dev With enough gas for a target that calls back and remembers all of it.
    function _rich(IMapMessageService.MessageData memory data)
        private
        pure
        returns (IMapMessageService.MessageData memory)
    {
        data.gasLimit = 3_000_000;
        return data;
    }

    /// @dev The call back failed with this error, of which the first word is kept, and the message was taken.
    function _assertRefused(bytes memory error_) private view {
        assertFalse(target.answered());
        assertEq(target.answer(), bytes32(bytes.concat(error_, new bytes(28))));
        assertEq(target.count(), 1);
    }

    function _deliverAsBatch(MessageProofs.Log memory log) private returns (IMessageService.Result) {
        IMessageService.DeliveryProof memory proof = _prove(log, 0);
        IMessageService.BatchProof memory batch;
        (batch.headId, batch.headers, batch.nodes) = (proof.headId, proof.headers, proof.receiptProof);
        batch.items = new IMessageService.BatchItem[](1);
        return destination.deliverBatch(SOURCE, batch, address(0))[0];
    }

    /// @dev MOS-7, and of nothing else.
    function _requireStarved(bytes memory answer) private pure returns (uint256) {
        assertEq(answer.length, 68);
        bytes memory arguments = new bytes(64);
        for (uint256 i = 0; i < 64; ++i) {
            arguments[i] = answer[4 + i];
        }
        (uint256 got, uint256 required) = abi.decode(arguments, (uint256, uint256));
        assertEq(answer, abi.encodeWithSelector(IMessageService.MessageInsufficientGas.selector, got, required));
        assertEq(required, 300_000);
        assertLt(got, required);
        return 1;
    }
}
