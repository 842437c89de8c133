// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {IMapMessageService} from "../../src/interfaces/map/IMapMessageService.sol";
import {MessageProofs} from "../support/MessageProofs.sol";
import {IMOSV3, MapEcho} from "./MapEcho.sol";
import {MapMessageTest} from "./MapMessageTest.sol";
import {MapTarget} from "./MapTarget.sol";
import {ERC7786Recipient} from "@openzeppelin/contracts/crosschain/ERC7786Recipient.sol";

/// @notice MOS-4 to MOS-6, MOS-8: messages that come in by real proofs, and those that do not.
contract MapMessageInTest is MapMessageTest {
    address private constant PAYEE = address(0x9a7ee);

    function test_MOS_4_8_accepts_aMessage() public {
        MessageProofs.Log memory log = _out(_message("words"));
        bytes memory proof = _proof(log, 0);
        bytes32 id = log.topics[1];
        vm.expectEmit(address(far));
        emit IMapMessageService.mapMessageIn(SOURCE, DESTINATION, id, abi.encodePacked(SENDER), "words", true, "");
        vm.expectEmit(address(destination));
        emit IMessageService.MessageDelivered(id, SOURCE, 0, PAYEE);
        vm.expectEmit(address(far));
        emit IMapMessageService.mapTransferExecute(SOURCE, DESTINATION, PAYEE);
        vm.prank(PAYEE); // who calls is the payee, and not the adapter
        far.transferIn(SOURCE, proof);
        assertEq(target.caller(), address(far));
        bytes memory given = abi.encode(SOURCE, DESTINATION, abi.encodePacked(SENDER), id, bytes("words"));
        assertEq(target.given(), given);
    }

    /// @dev The target sees the executor, which is worth nothing.
    function test_MOS_4_8_accepts_calldata() public {
        MessageProofs.Log memory log = _out(_calldata("any calldata"));
        IMessageService.DeliveryProof memory proof = _prove(log, 0);
        vm.expectEmit(address(far));
        emit IMapMessageService.mapMessageIn(
            SOURCE, DESTINATION, log.topics[1], abi.encodePacked(SENDER), "any calldata", true, ""
        );
        vm.expectEmit(address(destination));
        emit IMessageService.MessageDelivered(log.topics[1], SOURCE, 0, PAYEE);
        far.transferIn(SOURCE, abi.encode(proof, PAYEE));
        assertEq(target.caller(), address(far.executor()));
        assertEq(target.given(), "any calldata");
    }

    /// @dev It comes in the same whoever brings it: the message service does not need `transferIn`.
    function test_MOS_4_accepts_whatIsDeliveredAtTheMessageService() public {
        destination.deliver(SOURCE, _prove(_out(_message("words")), 0), PAYEE);
        assertEq(target.count(), 1);
    }

    function test_MOS_4_accepts_anotherIndex() public {
        MessageProofs.Log[] memory logs = new MessageProofs.Log[](2);
        logs[1] = _out(_message("words"));
        logs[0] = MessageProofs.Log(address(1), new bytes32[](1), "");
        IMessageService.DeliveryProof memory proof = _proveReceipt(MessageProofs.receipt(true, logs), 0);
        proof.logIndex = 77;
        far.transferInWithIndex(SOURCE, 1, abi.encode(proof, PAYEE));
        assertEq(target.count(), 1);
    }

    function test_MOS_4_rejects_aSecondTime() public {
        bytes memory proof = _proof(_out(_message("words")), 0);
        far.transferIn(SOURCE, proof);
        (,,, bytes32 id,) = abi.decode(target.given(), (uint256, uint256, bytes, bytes32, bytes));
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageAlreadySettled.selector, id));
        far.transferIn(SOURCE, proof);
        assertEq(target.count(), 1);
    }

    function test_MOS_4_rejects_anybody() public {
        bytes memory sender = _address(SOURCE, address(near));
        bytes memory payload = abi.encode(SENDER, _message(""));
        vm.expectRevert(
            abi.encodeWithSelector(ERC7786Recipient.ERC7786RecipientUnauthorizedGateway.selector, address(this), sender)
        );
        far.receiveMessage(bytes32(0), sender, payload);
    }

    /// @dev A message of somebody else, another chain's account with the same address, and a chain without a counterpart.
    function test_MOS_4_rejects_whatTheCounterpartHasNotSent() public {
        bytes[3] memory senders = [_address(SOURCE, SENDER), _address(5, address(near)), _address(SOURCE, address(0))];
        for (uint256 i = 0; i < 3; ++i) {
            bytes memory unauthorized = abi.encodeWithSelector(
                ERC7786Recipient.ERC7786RecipientUnauthorizedGateway.selector, address(destination), senders[i]
            );
            if (i == 2) far.registerChain(SOURCE, "", IMapMessageService.ChainType.NULL);
            vm.prank(address(destination));
            vm.expectRevert(unauthorized);
            far.receiveMessage(bytes32(0), senders[i], abi.encode(SENDER, _message("")));
        }
    }

    /// @dev By a real proof: whoever writes to the adapter directly is not the counterpart.
    function test_MOS_4_rejects_aMessageOfAnotherSender() public {
        MessageProofs.Log memory log = _send(address(far), abi.encode(SENDER, _message("")));
        bytes memory unauthorized =
            abi.encodeWithSelector(ERC7786Recipient.ERC7786RecipientUnauthorizedGateway.selector, address(destination));
        bytes memory proof = _proof(log, 0);
        vm.expectPartialRevert(IMessageService.MessageRecipientReverted.selector);
        far.transferIn(SOURCE, proof);
        // The first 32 bytes of the reason.
        bytes32 reason = bytes32(bytes.concat(unauthorized, new bytes(28)));
        vm.expectRevert(
            abi.encodeWithSelector(IMessageService.MessageRecipientReverted.selector, log.topics[1], reason)
        );
        far.transferIn(SOURCE, proof);
    }

    function test_MOS_5_accepts_aTargetWithCode() public {
        _receive(_message(""));
        _receive(_calldata(""));
        assertEq(target.count(), 2);
    }

    function test_MOS_5_rejects_whatIsOurs() public {
        address[12] memory targets = [
            address(0),
            address(1),
            address(0x1ff),
            address(0xdead),
            address(far),
            address(far.executor()),
            address(destination),
            address(destination.clients()),
            address(destination.attestors()),
            address(farFees),
            address(farFees.checker()),
            SENDER
        ];
        for (uint256 i = 0; i < 12; ++i) {
            IMapMessageService.MessageData memory data = i % 2 == 0 ? _message("") : _calldata("");
            data.target = abi.encodePacked(targets[i]);
            // Even if it had allowed it.
            vm.prank(targets[i]);
            far.addRemoteCaller(SOURCE, abi.encodePacked(SENDER), true);
            bytes memory payload = abi.encode(SENDER, data);
            vm.prank(address(destination));
            vm.expectRevert(abi.encodeWithSelector(IMapMessageService.MosForbiddenTarget.selector, targets[i]));
            far.receiveMessage(bytes32(0), _address(SOURCE, address(near)), payload);
        }
    }

    function test_MOS_6_accepts_whatTheTargetHasAllowed() public {
        bytes memory from = abi.encodePacked(SENDER);
        assertTrue(far.getExecutePermission(address(target), SOURCE, from));
        assertFalse(far.getExecutePermission(address(target), 5, from));
        assertFalse(far.getExecutePermission(address(this), SOURCE, from));
        _receive(_calldata("x"));
        assertEq(target.given(), "x");
    }

    /// @dev A target that looks at the sender itself, for `mapoExecute` only.
    function test_MOS_6_accepts_everybodyForMessages() public {
        target.allow(far, SOURCE, abi.encodePacked(SENDER), false);
        _rejectNotAllowed(SENDER, _message(""));
        target.allow(far, 0, "", true);
        _receive(_message(""));
        assertEq(target.count(), 1);
        _rejectNotAllowed(SENDER, _calldata(""));
        target.allow(far, 0, "", false);
        _rejectNotAllowed(SENDER, _message(""));
    }

    function test_MOS_6_rejects_whatTheTargetHasNotAllowed() public {
        _rejectNotAllowed(address(0xbad), _message(""));
        _rejectNotAllowed(address(0xbad), _calldata(""));
        target.allow(far, SOURCE, abi.encodePacked(SENDER), false);
        _rejectNotAllowed(SENDER, _message(""));
        // Of another chain it is another sender.
        target.allow(far, DESTINATION, abi.encodePacked(SENDER), true);
        _rejectNotAllowed(SENDER, _message(""));
    }

    /// @dev The message stays deliverable, by anyone, until the target takes it.
    function test_MOS_8_rejects_aTargetThatReverts() public {
        bytes32 reason = bytes32(abi.encodeWithSelector(MapTarget.Odd.selector, 7));
        for (uint64 i = 0; i < 2; ++i) {
            MessageProofs.Log memory log = _out(i == 0 ? _message("words") : _calldata("words"));
            bytes memory proof = _proof(log, i);
            target.set(MapTarget.Habit.Refuses);
            vm.expectRevert(
                abi.encodeWithSelector(IMessageService.MessageRecipientReverted.selector, log.topics[1], reason)
            );
            far.transferIn(SOURCE, proof);
            (bool exists,,) = far.getOrderStatus(SOURCE, 0, log.topics[1]);
            assertFalse(exists);
            assertFalse(_isSettled(i));
            target.set(MapTarget.Habit.Takes);
            far.transferIn(SOURCE, proof);
            assertTrue(_isSettled(i));
            (exists,,) = far.getOrderStatus(SOURCE, 0, log.topics[1]);
            assertTrue(exists);
        }
    }

    function test_MOS_8_rejects_aTargetThatBurnsAllGasOrBombs() public {
        MapTarget.Habit[2] memory habits = [MapTarget.Habit.Burns, MapTarget.Habit.Bombs];
        for (uint256 i = 0; i < 4; ++i) {
            target.set(habits[i % 2]);
            bytes memory payload = abi.encode(SENDER, i < 2 ? _message("") : _calldata(""));
            vm.prank(address(destination));
            vm.expectRevert(abi.encodePacked(bytes32(0)));
            far.receiveMessage(bytes32(0), _address(SOURCE, address(near)), payload);
        }
    }

    /// @dev A contract that has no `mapoExecute` but takes any call, as wrapped tokens do.
    function test_MOS_8_rejects_aTargetWithoutMapoExecute() public {
        target.set(MapTarget.Habit.AnswersNothing);
        bytes memory payload = abi.encode(SENDER, _message(""));
        vm.prank(address(destination));
        vm.expectRevert(
            abi.encodeWithSelector(IMapMessageService.MosTargetAnswer.selector, address(target), bytes32(0))
        );
        far.receiveMessage(bytes32(0), _address(SOURCE, address(near)), payload);
        // Calldata is answered with anything.
        _receive(_calldata(""));
        assertEq(target.count(), 1);
    }

    /// @dev Two applications as they are written for MAP, with the fee that they ask for, and an answer on the way.
    function test_MOS_1_4_8_accepts_applicationsOfMap() public {
        MapEcho here = new MapEcho(IMOSV3(address(near)), address(near.executor()));
        MapEcho there = new MapEcho(IMOSV3(address(far)), address(far.executor()));
        there.trust(SOURCE, address(here), true);
        here.trust(DESTINATION, address(there), true);
        vm.deal(address(there), 1 ether);

        vm.chainId(SOURCE);
        vm.recordLogs();
        bytes32 id = here.send{value: 1 ether}(DESTINATION, address(there), IMOSV3.MessageType.MESSAGE, "echo");
        MessageProofs.Log memory log = _lastSent();
        vm.chainId(DESTINATION);
        IMessageService.DeliveryProof memory proof = _prove(log, 0);
        vm.recordLogs();
        far.transferIn(SOURCE, abi.encode(proof, PAYEE));
        assertEq(there.last(), "echo");
        assertEq(there.lastFrom(), abi.encodePacked(here));
        assertEq(there.lastOrder(), id);
        MessageProofs.Log memory reply = _lastSent();

        vm.chainId(SOURCE);
        near.transferIn(DESTINATION, abi.encode(_proveOn(DESTINATION, reply, 0), PAYEE));
        assertEq(here.last(), "heard");
        assertEq(here.lastFrom(), abi.encodePacked(there));
        vm.recordLogs();
        here.send(DESTINATION, address(there), IMOSV3.MessageType.CALLDATA, "called");
        log = _lastSent();
        vm.chainId(DESTINATION);
        far.transferIn(SOURCE, _proof(log, 1));
        assertEq(there.last(), "called");
        assertEq(there.lastCaller(), address(far.executor()));
    }

    function test_MapMessageService_whatIsKnownOfAnOrder() public {
        bytes32 id = keccak256("id");
        heads.setHead(SOURCE, 1, keccak256("block"));
        _assertStatus(SOURCE, id, false, true, 1);
        _receive(_message(""));
        _assertStatus(SOURCE, id, true, true, 1);
        _assertStatus(5, id, true, false, 0); // no client
    }

    function test_MapMessageService_whoItIs() public view {
        assertEq(address(far.gateway()), address(destination));
        assertEq(far.executor().adapter(), address(far));
        assertEq(far.counterpartOf(SOURCE), address(near));
    }

    function _assertStatus(uint256 chainId, bytes32 id, bool exists, bool verifiable, uint256 nodeType) private view {
        (bool exists_, bool verifiable_, uint256 nodeType_) = far.getOrderStatus(chainId, 7, id);
        assertEq(exists_, exists);
        assertEq(verifiable_, verifiable);
        assertEq(nodeType_, nodeType);
    }

    function _rejectNotAllowed(address from, IMapMessageService.MessageData memory data) private {
        bytes memory payload = abi.encode(from, data);
        vm.prank(address(destination));
        vm.expectRevert(
            abi.encodeWithSelector(
                IMapMessageService.MosNotAllowed.selector, address(target), SOURCE, abi.encodePacked(from)
            )
        );
        far.receiveMessage(bytes32(0), _address(SOURCE, address(near)), payload);
    }
}
