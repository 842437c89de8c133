// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {MessageAttribute as A} from "../support/MessageAttribute.sol";
import {MessageTest} from "../support/MessageTest.sol";
import {Demanding} from "../support/recipients/Demanding.sol";
import {GasBurner} from "../support/recipients/GasBurner.sol";
import {Meter} from "../support/recipients/Meter.sol";
import {ReturnBomb} from "../support/recipients/ReturnBomb.sol";
import {Swallower} from "../support/recipients/Swallower.sol";
import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {Vm} from "forge-std/Test.sol";

/// @notice MSG-9: a relayer cannot starve a recipient, nor a recipient the service.
contract MessageServiceGasTest is MessageTest {
    /// @dev What a recipient may have used before it can ask how much gas it has.
    uint256 private constant ENTRY = 100;

    function test_MSG_9_accepts_S7_enoughGasOrNothing(uint256 gas_, uint16 size) public {
        Meter meter = new Meter();
        IMessageService.DeliveryProof memory proof = _sendAndProve(address(meter), new bytes(size % 8192));
        gas_ = bound(gas_, 50_000, 2_000_000);
        if (_deliver(proof, gas_)) {
            assertEq(meter.count(), 1);
            assertLe(meter.gasReceived(), RECIPIENT_GAS);
            assertGe(meter.gasReceived(), RECIPIENT_GAS - ENTRY);
        } else {
            assertEq(meter.count(), 0, "starved recipients are not even called");
            assertFalse(_isSettled(proof.nonce));
            assertTrue(_deliver(proof, 30_000_000), "nothing was burned");
        }
    }

    function test_MSG_9_rejects_S7_oneGasLessThanNeeded() public {
        _assertFloor(RECIPIENT_GAS);
    }

    /// @dev At this limit the 64th that EIP-150 withholds is larger than the reserve.
    function test_MSG_9_rejects_S7_oneGasLessThanNeededByALargeLimit() public {
        _withRecipientGas(10_000_000);
        _assertFloor(10_000_000);
    }

    /// @dev At the least gas with which the call is made at all, the service still reports what became of it.
    function test_MSG_9_MSG_10_rejects_S8_gasBurnerAtTheFloor() public {
        IMessageService.DeliveryProof memory proof = _sendAndProve(address(new Meter()), "payload");
        uint256 enough = _leastGas(proof);
        GasBurner burner = new GasBurner(false);
        proof = _sendAndProve(address(burner), "payload");
        bytes memory call_ = abi.encodeCall(IMessageService.deliver, (SOURCE, proof, address(0)));
        for (uint256 gas_ = enough + 100; gas_ < enough + 30_000; gas_ += 997) {
            (bool success, bytes memory error) = address(destination).call{gas: gas_}(call_);
            assertFalse(success);
            bytes4 selector = IMessageService.MessageRecipientReverted.selector;
            assertEq(error, abi.encodeWithSelector(selector, _idOf[proof.nonce], bytes32(0)));
        }
    }

    /// @dev A recipient that swallows its own lack of gas has had all that it is due: the relayer cannot make it fail.
    function test_MSG_9_accepts_S7_swallowedOutOfGasOnlyWithFullGas(uint256 gas_) public {
        Swallower swallower = new Swallower();
        IMessageService.DeliveryProof memory proof = _sendAndProve(address(swallower), "payload");
        _deliver(proof, bound(gas_, 50_000, 2_000_000));
        assertEq(swallower.done(), swallower.accepted());
    }

    /// forge-config: default.fuzz.runs = 8
    /// @dev The dearest ending there is: a failure to be recorded, of a message with a place, in fresh slots, all of them cold. From the
    /// least gas on with which the recipient is called at all, there is enough left for it.
    function test_MSG_9_MSG_10_accepts_S7_S8_recordsFailuresAtTheFloor(uint256 limit, uint16 size) public {
        limit = bound(limit, 30_000, 10_000_000);
        bytes[] memory attributes = A.list(A.inOrder(), A.deliverBefore(NOW + 1), A.revertBehavior(1));
        attributes = A.and(attributes, A.minGasLimit(limit));
        GasBurner burner = new GasBurner(false);
        IMessageService.DeliveryProof memory proof = _sendAndProve(address(burner), new bytes(size % 8192), attributes);
        bytes memory call_ = abi.encodeCall(IMessageService.deliver, (SOURCE, proof, address(0)));
        (uint256 little, uint256 enough) = (0, 16_000_000);
        uint256 state = vm.snapshotState();
        while (enough - little > 1) {
            uint256 middle = (little + enough) / 2;
            vm.cool(address(destination));
            (bool done,) = address(destination).call{gas: middle}(call_);
            if (done) enough = middle;
            else little = middle;
            vm.revertToState(state);
        }
        vm.cool(address(destination));
        (bool success, bytes memory error) = address(destination).call{gas: enough - 1}(call_);
        assertFalse(success);
        assertEq(error, abi.encodeWithSelector(IMessageService.MessageInsufficientGas.selector, limit - 1, limit));
        assertFalse(destination.hasFailed(_idOf[0]), "nobody makes a message fail by giving it too little");
        for (uint256 gas_ = enough; gas_ < enough + 60_000; gas_ += 4999) {
            vm.revertToState(state);
            vm.cool(address(destination));
            (success,) = address(destination).call{gas: gas_}(call_);
            assertTrue(success);
            assertTrue(destination.hasFailed(_idOf[0]));
        }
    }

    /// @dev Whatever the gas: delivered with all that is due, or recorded after all that is due, or nothing.
    function test_MSG_9_accepts_S7_failuresOnlyWithFullGas(uint256 gas_) public {
        Demanding demanding = new Demanding(RECIPIENT_GAS - ENTRY);
        bytes[] memory attributes = A.list(A.revertBehavior(1));
        IMessageService.DeliveryProof memory proof = _sendAndProve(address(demanding), "payload", attributes);
        _deliver(proof, bound(gas_, 50_000, 2_000_000));
        assertFalse(destination.hasFailed(_idOf[0]), "it fails only if it has less than its limit");
        if (!_isSettled(0)) assertTrue(_deliver(proof, 30_000_000));
    }

    function test_MSG_9_accepts_S9_returnBombForTheRecipientsMoney() public {
        _withRecipientGas(3_000_000);
        uint256 plain = _cost(address(new Meter()), true);
        // A megabyte of memory costs 2.2 million gas, once: in the recipient.
        assertLt(_cost(address(new ReturnBomb(false)), true), plain + 2_300_000);
        assertLt(_cost(address(new ReturnBomb(true)), false), plain + 2_300_000);
    }

    /// @dev Of a megabyte 32 bytes are read, and what is kept and announced does not grow with it.
    function test_MSG_10_accepts_S9_boundedTraceOfABomb() public {
        IMessageService.DeliveryProof memory proof = _sendAndProve(
            address(new ReturnBomb(true)), "payload", A.list(A.revertBehavior(1), A.minGasLimit(3_000_000))
        );
        vm.recordLogs();
        destination.deliver(SOURCE, proof, address(0));
        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertEq(logs.length, 1);
        bytes32 reason = bytes32(IERC7786Recipient.receiveMessage.selector); // what the bomb begins with
        assertEq(logs[0].data, abi.encode(_idOf[0], Strings.toHexString(uint256(reason), 32)));
    }

    function test_MSG_9_accepts_anyLimit(uint256 limit) public {
        limit = bound(limit, 100_000, 20_000_000);
        _withRecipientGas(limit);
        assertEq(destination.recipientGas(), limit);
        Meter meter = new Meter();
        assertTrue(_deliver(_sendAndProve(address(meter), "payload"), 30_000_000));
        assertApproxEqAbs(meter.gasReceived(), limit, ENTRY);
    }

    function _assertFloor(uint256 limit) private {
        Meter meter = new Meter();
        IMessageService.DeliveryProof memory proof = _sendAndProve(address(meter), "payload");
        uint256 enough = _leastGas(proof);
        bytes memory call_ = abi.encodeCall(IMessageService.deliver, (SOURCE, proof, address(0)));
        (bool success, bytes memory error) = address(destination).call{gas: enough - 1}(call_);
        assertFalse(success);
        assertEq(error, abi.encodeWithSelector(IMessageService.MessageInsufficientGas.selector, limit - 1, limit));

        assertTrue(_deliver(proof, enough));
        assertGe(meter.gasReceived(), limit - ENTRY);
    }

    function _withRecipientGas(uint256 limit) private {
        destination = _service(limit);
        _setLane(destination, SOURCE, address(source));
        _setLane(source, DESTINATION, address(destination));
    }

    function _deliver(IMessageService.DeliveryProof memory proof, uint256 gas_) private returns (bool success) {
        (success,) =
            address(destination).call{gas: gas_}(abi.encodeCall(IMessageService.deliver, (SOURCE, proof, address(0))));
        assertEq(success, _isSettled(proof.nonce));
    }

    function _cost(address recipient, bool accepts) private returns (uint256 used) {
        bytes memory call_ =
            abi.encodeCall(IMessageService.deliver, (SOURCE, _sendAndProve(recipient, "payload"), address(0)));
        used = gasleft();
        (bool success,) = address(destination).call(call_);
        used -= gasleft();
        assertEq(success, accepts);
    }

    /// @dev The least gas with which the proof is delivered, found by halving.
    function _leastGas(IMessageService.DeliveryProof memory proof) private returns (uint256 enough) {
        uint256 little = 0;
        enough = 16_000_000;
        uint256 state = vm.snapshotState();
        while (enough - little > 1) {
            uint256 middle = (little + enough) / 2;
            if (_deliver(proof, middle)) enough = middle;
            else little = middle;
            vm.revertToState(state);
        }
    }
}
