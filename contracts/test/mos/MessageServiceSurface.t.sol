// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {RelayFees} from "../../src/fees/RelayFees.sol";
import {Assumption} from "../../src/interfaces/ILightClient.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {IRelayFees} from "../../src/interfaces/IRelayFees.sol";
import {MessageChecker} from "../../src/mos/MessageChecker.sol";
import {MessageService} from "../../src/mos/MessageService.sol";
import {UpdateAndDeliver} from "../../src/mos/UpdateAndDeliver.sol";
import {MessageAttribute as A} from "../support/MessageAttribute.sol";
import {MessageBatchTest} from "../support/MessageBatchTest.sol";
import {MessageProofs} from "../support/MessageProofs.sol";
import {MessageTest} from "../support/MessageTest.sol";
import {RoutedTest} from "../support/RoutedTest.sol";
import {Diary} from "../support/recipients/Diary.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC7786GatewaySource, IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @notice S13 and S16: whom a message can reach, and by which functions.
contract MessageServiceSurfaceTest is RoutedTest, MessageBatchTest {
    Diary private _recipient;

    function setUp() public override(MessageTest, RoutedTest) {
        super.setUp();
        _recipient = new Diary();
    }

    /// @dev Every function in the contract's dispatcher is in one of the two lists: four call a recipient, the others do not, each called
    /// so that it does what it can.
    function test_MSG_10_accepts_S16_fourWaysToARecipient_andNoOther() public {
        bytes[4] memory gates = _gates();
        bytes[25] memory others = _others();
        bytes4[] memory selectors = _dispatched(address(destination).code);
        assertEq(selectors.length, gates.length + others.length, "a function is new, or gone");
        for (uint256 i = 0; i < selectors.length; ++i) {
            bool known = false;
            for (uint256 j = 0; j < others.length; ++j) {
                known = known || _selector(others[j]) == selectors[i];
            }
            for (uint256 j = 0; j < gates.length; ++j) {
                known = known || _selector(gates[j]) == selectors[i];
            }
            assertTrue(known, vm.toString(selectors[i]));
        }

        vm.expectCall(address(_recipient), abi.encodePacked(IERC7786Recipient.receiveMessage.selector), 4);
        for (uint256 i = 0; i < others.length; ++i) {
            uint256 state = vm.snapshotState();
            if (_selector(others[i]) == AccessManaged.setAuthority.selector) vm.prank(address(authority));
            (bool success,) = address(destination).call(others[i]);
            assertTrue(success, vm.toString(i));
            assertEq(_recipient.count(), 0);
            assertTrue(vm.revertToState(state));
        }
        for (uint256 i = 0; i < gates.length; ++i) {
            (bool success,) = address(destination).call(gates[i]);
            assertTrue(success);
            assertEq(_recipient.count(), i + 1);
        }
    }

    /// @dev Nothing else is there: no function for value that comes alone, and none for what is not named.
    function test_MSG_10_rejects_S16_callsOfNoFunction(bytes4 selector, bytes calldata rest, uint96 value) public {
        bytes4[] memory selectors = _dispatched(address(destination).code);
        for (uint256 i = 0; i < selectors.length; ++i) {
            vm.assume(selectors[i] != selector);
        }
        vm.deal(address(this), value);
        (bool success, bytes memory answer) = address(destination).call{value: value}(bytes.concat(selector, rest));
        assertFalse(success);
        assertEq(answer.length, 0);
        (success,) = address(destination).call{value: value}("");
        assertFalse(success);
    }

    /// @dev The contracts that the service relies on are never called in its name, whatever becomes of their code.
    function test_MSG_8_rejects_S13_whatTheServiceReliesOn() public {
        destination.setFees(IRelayFees(address(new RelayFees(address(authority), _checker(), 1))));
        address[5] memory reliedOn =
            [address(destination), address(heads), address(verifier), address(attestors), address(destination.fees())];
        for (uint256 i = 0; i < reliedOn.length; ++i) {
            bytes[] memory attributes = i % 2 == 0 ? A.none() : A.list(A.revertBehavior(1));
            IMessageService.DeliveryProof memory proof = _sendAndProve(reliedOn[i], "payload", attributes);
            vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageForbiddenRecipient.selector, reliedOn[i]));
            destination.deliver(SOURCE, proof, address(0));
        }
    }

    /// @dev Every other contract of the system may be called, and has no ear for it: the message fails and nothing is changed.
    function test_MSG_10_rejects_S13_theOtherContractsOfTheSystem() public {
        MessageChecker checker = _checker();
        address[8] memory others = [
            address(source),
            address(hub),
            address(authority),
            address(checker),
            address(new RelayFees(address(authority), checker, 1)),
            address(new UpdateAndDeliver(destination)),
            address(heads.follow(SOURCE)),
            address(this)
        ];
        for (uint256 i = 0; i < others.length; ++i) {
            IMessageService.DeliveryProof memory proof = _sendAndProve(others[i], "payload");
            bytes4 error = IMessageService.MessageRecipientReverted.selector;
            vm.expectRevert(abi.encodeWithSelector(error, _idOf[proof.nonce], bytes32(0)));
            destination.deliver(SOURCE, proof, address(0));
            proof = _sendAndProve(others[i], "payload", A.list(A.revertBehavior(1)));
            vm.record();
            destination.deliver(SOURCE, proof, address(0));
            (, bytes32[] memory writes) = vm.accesses(others[i]);
            assertEq(writes.length, 0);
            assertTrue(destination.hasFailed(_idOf[proof.nonce]));
        }
    }

    /// @dev Whatever bytes a message has, they arrive as arguments: the selector is that of `receiveMessage`, the value none.
    function test_MSG_10_accepts_S13_nothingButReceiveMessage(bytes calldata payload) public {
        vm.assume(payload.length < 1000); // the recipient stores it
        IMessageService.DeliveryProof memory proof = _sendAndProve(address(_recipient), payload);
        bytes memory sender = _address(SOURCE, SENDER);
        vm.expectCall(
            address(_recipient),
            0,
            1_000_000,
            abi.encodeCall(IERC7786Recipient.receiveMessage, (_idOf[0], sender, payload))
        );
        destination.deliver(SOURCE, proof, address(0));
        assertEq(_recipient.count(), 1);
    }

    function _checker() private returns (MessageChecker) {
        return new MessageChecker(destination);
    }

    /// @dev One call of each, for a message to the recipient.
    function _gates() private returns (bytes[4] memory calls) {
        IMessageService.DeliveryProof memory proof = _sendAndProve(address(_recipient), "direct");
        calls[0] = abi.encodeCall(IMessageService.deliver, (SOURCE, proof, address(0)));
        proof = _proveRelayed(_relay(_send(address(_recipient), "routed")), 1);
        calls[1] = abi.encodeCall(IMessageService.deliverRouted, (SOURCE, proof, address(0)));
        MessageProofs.Log[] memory logs = _logs(_send(address(_recipient), "batch"));
        calls[2] = abi.encodeCall(IMessageService.deliverBatch, (SOURCE, _proveBatch(logs, 2), address(0)));
        MessageProofs.Log memory log = _send(address(_recipient), "retry", A.list(A.revertBehavior(1)));
        vm.mockCallRevert(address(_recipient), abi.encodePacked(IERC7786Recipient.receiveMessage.selector), "no");
        destination.deliver(SOURCE, _prove(log, 3), address(0));
        vm.clearMockedCalls();
        assertTrue(destination.hasFailed(log.topics[1]));
        calls[3] = abi.encodeCall(IMessageService.retry, (SOURCE, _body(log, 3), 0, address(0)));
    }

    function _others() private returns (bytes[25] memory calls) {
        bytes memory here = _address(DESTINATION, address(_recipient));
        bytes[] memory cancellable = A.list(A.cancellable());
        _setLane(destination, DESTINATION, address(destination)); // to itself
        vm.recordLogs();
        destination.sendMessage(here, "to cancel", cancellable);
        calls[0] = abi.encodeCall(IERC7786GatewaySource.sendMessage, (here, "payload", cancellable));
        calls[1] = abi.encodeCall(IMessageService.cancel, (DESTINATION, _body(_lastSent(), 0)));
        MessageProofs.Log memory log =
            _send(address(_recipient), "late", A.list(A.inOrder(), A.deliverBefore(NOW - 1), A.cancellable()));
        calls[2] = abi.encodeCall(IMessageService.skip, (SOURCE, _prove(log, 4)));
        calls[3] = abi.encodeCall(IMessageService.acceptCancellation, (SOURCE, _prove(_cancel(_body(log, 4)), 0)));

        address any = address(_recipient);
        calls[4] = abi.encodeCall(IMessageService.setLane, (SOURCE, any, Assumption.SyncCommittee, false));
        calls[5] = abi.encodeCall(
            IMessageService.setRoute, (SOURCE, IMessageService.Route(HUB, any, Assumption.SyncCommittee))
        );
        calls[6] = abi.encodeCall(IMessageService.setFees, (IRelayFees(any)));
        calls[7] = abi.encodeCall(IMessageService.pause, (SOURCE, IMessageService.Direction.Sending));
        calls[8] = abi.encodeCall(IMessageService.unpause, (SOURCE, IMessageService.Direction.Delivering));
        calls[9] = abi.encodeCall(AccessManaged.setAuthority, (any));
        calls[10] = abi.encodeCall(IMessageService.lane, (SOURCE));
        calls[11] = abi.encodeCall(IMessageService.route, (SOURCE));
        calls[12] = abi.encodeCall(IMessageService.isSettled, (SOURCE, address(source), 0));
        calls[13] = abi.encodeCall(IMessageService.hasFailed, (log.topics[1]));
        calls[14] = abi.encodeCall(IMessageService.isCommitted, (log.topics[1]));
        calls[15] = abi.encodeCall(IMessageService.nextNonce, (SOURCE));
        calls[16] = abi.encodeCall(IMessageService.nextPlace, (SOURCE, address(source), here, here));
        calls[17] = abi.encodeCall(IERC7786GatewaySource.supportsAttribute, (A.PLACE));
        calls[18] = abi.encodePacked(IMessageService.clients.selector);
        calls[19] = abi.encodePacked(IMessageService.attestors.selector);
        calls[20] = abi.encodePacked(IMessageService.fees.selector);
        calls[21] = abi.encodePacked(IMessageService.recipientGas.selector);
        calls[22] = abi.encodePacked(AccessManaged.authority.selector);
        calls[23] = abi.encodePacked(AccessManaged.isConsumingScheduledOp.selector);
        calls[24] = abi.encodePacked(MessageService(address(0)).VERIFIER.selector);
    }

    /// @dev The selectors that code compares that of a call with: DUP1, PUSH4, EQ, PUSH.
    function _dispatched(bytes memory code) private pure returns (bytes4[] memory selectors) {
        selectors = new bytes4[](64);
        uint256 count = 0;
        for (uint256 i = 0; i + 8 < code.length; ++i) {
            if (code[i] != 0x80 || code[i + 1] != 0x63 || code[i + 6] != 0x14 || code[i + 7] != 0x61) continue;
            selectors[count++] = bytes4(bytes.concat(code[i + 2], code[i + 3], code[i + 4], code[i + 5]));
        }
        assembly ("memory-safe") {
            mstore(selectors, count) // shortens the array to what has been found
        }
    }

    function _selector(bytes memory call_) private pure returns (bytes4) {
        // forge-lint: disable-next-line(unsafe-typecast) the first four bytes are meant
        return bytes4(call_);
    }
}
