// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {MessageAttribute as A} from "../support/MessageAttribute.sol";
import {MessageProofs} from "../support/MessageProofs.sol";
import {RoutedTest} from "../support/RoutedTest.sol";
import {Answering} from "../support/recipients/Answering.sol";
import {Diary} from "../support/recipients/Diary.sol";
import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @notice MSG-19, MSG-21 and S11: what has a place is delivered in its place, and nothing waits for ever.
contract MessageServiceOrderTest is RoutedTest {
    uint64 private constant DEADLINE = NOW + 1000;
    bytes4 private constant OUT_OF_ORDER = IMessageService.MessageOutOfOrder.selector;

    Diary private _recipient;

    function setUp() public override {
        super.setUp();
        _recipient = new Diary();
    }

    function test_MSG_19_accepts_placesFromZeroForEachSenderAndRecipient() public {
        address other = address(new Diary());
        for (uint64 i = 0; i < 3; ++i) {
            assertEq(_placeOf(_send(address(_recipient), "", _ordered())), i);
        }
        assertEq(_placeOf(_send(other, "", _ordered())), 0, "another recipient");
        bytes memory recipient = _address(DESTINATION, address(_recipient));
        assertEq(_placeOf(_send(address(0xa11ce), recipient, "", _ordered())), 0, "another sender");
        _send(address(_recipient), "", A.none()); // takes a nonce, but no place
        assertEq(_placeOf(_send(address(_recipient), "", _ordered())), 3);
    }

    /// @dev The place stands where the sender asked for one.
    function test_MSG_19_accepts_thePlaceAmongTheAttributes() public {
        bytes[] memory attributes = A.list(A.minGasLimit(5), A.inOrder(), A.deliverBefore(DEADLINE));
        MessageProofs.Log memory log = _send(address(_recipient), "payload", attributes);
        attributes[1] = A.place(0);
        assertEq(abi.encode(_body(log, 0).attributes), abi.encode(attributes));
        assertEq(_id(_body(log, 0)), log.topics[1]);
    }

    function test_MSG_19_accepts_S11_inOrder() public {
        for (uint64 i = 0; i < 4; ++i) {
            assertEq(_nextPlace(), i);
            _deliver(i % 2 == 0, _send(address(_recipient), abi.encode(i), _ordered()), i);
        }
        assertEq(_nextPlace(), 4);
        _assertDiary(4);
    }

    function test_MSG_19_rejects_laterMessageFirst() public {
        MessageProofs.Log memory first = _send(address(_recipient), abi.encode(0), _ordered());
        MessageProofs.Log memory second = _send(address(_recipient), abi.encode(1), _ordered());
        IMessageService.DeliveryProof memory proof = _prove(second, 1);
        _rejects(proof, abi.encodeWithSelector(OUT_OF_ORDER, second.topics[1], 0, 1));
        IMessageService.DeliveryProof memory routed = _proveRelayed(_relay(second), 1);
        vm.expectRevert(abi.encodeWithSelector(OUT_OF_ORDER, second.topics[1], 0, 1));
        destination.deliverRouted(SOURCE, routed, address(0));

        destination.deliver(SOURCE, _prove(first, 0), address(0));
        destination.deliver(SOURCE, proof, address(0));
        _assertDiary(2);
    }

    /// @dev Five messages, tried in any order: whatever is not next is refused, and what is delivered is in order.
    function test_MSG_19_accepts_S11_onlyTheNextWhateverIsTried(uint256 seed) public {
        MessageProofs.Log[5] memory logs;
        for (uint256 i = 0; i < 5; ++i) {
            logs[i] = _send(address(_recipient), abi.encode(i), _ordered());
        }
        uint64 next = 0;
        for (uint256 tries = 0; tries < 20; ++tries) {
            uint64 i = uint64(uint256(keccak256(abi.encode(seed, tries))) % 5);
            IMessageService.DeliveryProof memory proof = _prove(logs[i], i);
            if (i < next) {
                vm.expectRevert(
                    abi.encodeWithSelector(IMessageService.MessageAlreadySettled.selector, logs[i].topics[1])
                );
            } else if (i > next) {
                vm.expectRevert(abi.encodeWithSelector(OUT_OF_ORDER, logs[i].topics[1], next, i));
            }
            destination.deliver(SOURCE, proof, address(0));
            if (i == next) ++next;
            assertEq(_nextPlace(), next);
        }
        _assertDiary(next);
    }

    /// @dev What has no place passes by what has one, and the orders of others are no obstacle.
    function test_MSG_19_accepts_S10_messagesOutsideTheOrder() public {
        _send(address(_recipient), "never delivered", _ordered());
        _deliver(true, _send(address(_recipient), abi.encode(0), A.none()), 1);
        bytes memory recipient = _address(DESTINATION, address(_recipient));
        _deliver(true, _send(address(0xa11ce), recipient, abi.encode(1), _ordered()), 2);
        assertEq(_nextPlace(), 0);
        _assertDiary(2);
    }

    /// @dev The earliest time, the deadline and the bit come before the place, the recipient after it.
    function test_MSG_18_MSG_19_MSG_8_rejects_inThatOrder() public {
        address nobody = address(0xc0de1e55);
        bytes[] memory attributes = A.list(A.inOrder(), A.deliverBefore(DEADLINE), A.deliverAfter(NOW + 10));
        _send(nobody, "", _ordered());
        MessageProofs.Log memory log = _send(nobody, "", attributes);
        IMessageService.DeliveryProof memory proof = _prove(log, 1);
        _rejects(proof, abi.encodeWithSelector(IMessageService.MessageTooEarly.selector, log.topics[1], NOW + 10));
        vm.warp(DEADLINE + 1);
        _rejects(proof, abi.encodeWithSelector(IMessageService.MessageExpired.selector, log.topics[1], DEADLINE));
        vm.warp(DEADLINE);
        _rejects(proof, abi.encodeWithSelector(OUT_OF_ORDER, log.topics[1], 0, 1));
    }

    /// @dev A failure holds up its order, and only it: until it is well, or has expired.
    function test_MSG_19_MSG_10_rejects_theNextWhileOneFails_andAcceptsItAfterTheRetry() public {
        Answering fickle = new Answering();
        bytes[] memory attributes = A.list(A.inOrder(), A.deliverBefore(DEADLINE), A.revertBehavior(1));
        MessageProofs.Log memory first = _send(address(fickle), "", attributes);
        MessageProofs.Log memory second = _send(address(fickle), "", attributes);
        fickle.set("no", true);
        destination.deliver(SOURCE, _prove(first, 0), address(0));
        assertTrue(destination.hasFailed(first.topics[1]));
        assertFalse(_isSettled(0));
        assertEq(_nextPlaceOf(address(fickle)), 0);

        IMessageService.DeliveryProof memory proof = _prove(second, 1);
        _rejects(proof, abi.encodeWithSelector(OUT_OF_ORDER, second.topics[1], 0, 1));
        fickle.set(abi.encode(IERC7786Recipient.receiveMessage.selector), false);
        destination.retry(SOURCE, _body(first, 0), 0, address(0));
        assertEq(_nextPlaceOf(address(fickle)), 1);
        destination.deliver(SOURCE, proof, address(0));
        assertEq(_nextPlaceOf(address(fickle)), 2);
    }

    function test_MSG_21_accepts_S11_theNextOnceItHasExpired() public {
        MessageProofs.Log memory first = _send(address(_recipient), abi.encode(9), _ordered());
        bytes[] memory longer = A.list(A.deliverBefore(DEADLINE + 9), A.inOrder());
        MessageProofs.Log memory second = _send(address(_recipient), abi.encode(0), longer);
        vm.warp(DEADLINE + 1);
        IMessageService.DeliveryProof memory proof = _prove(first, 0);
        vm.expectEmit(address(destination));
        emit IMessageService.MessageSkipped(first.topics[1], SOURCE, 0);
        vm.prank(address(0xa11ce));
        assertEq(destination.skip(SOURCE, proof), first.topics[1], "anyone may skip");
        assertEq(_nextPlace(), 1);
        assertFalse(_isSettled(0), "it is as expired as before");
        _rejects(proof, abi.encodeWithSelector(IMessageService.MessageExpired.selector, first.topics[1], DEADLINE));

        destination.deliver(SOURCE, _prove(second, 1), address(0));
        _assertDiary(1);
    }

    function test_MSG_21_rejects_whatHasNoPlace() public {
        MessageProofs.Log memory log = _send(address(_recipient), "", A.list(A.deliverBefore(DEADLINE)));
        vm.warp(DEADLINE + 1);
        _rejectsSkip(log, 0, abi.encodeWithSelector(OUT_OF_ORDER, log.topics[1], 0, 0));
    }

    function test_MSG_21_rejects_whatHasNotExpired(uint64 time) public {
        time = uint64(bound(time, 1, DEADLINE));
        MessageProofs.Log memory log = _send(address(_recipient), "", _ordered());
        vm.warp(time);
        bytes4 error = IMessageService.MessageNotExpired.selector;
        _rejectsSkip(log, 0, abi.encodeWithSelector(error, log.topics[1], DEADLINE, time));
    }

    /// @dev Neither what comes later, nor what has been passed: the place of nobody is lost.
    function test_MSG_21_rejects_whatIsNotNext() public {
        MessageProofs.Log memory first = _send(address(_recipient), "", _ordered());
        MessageProofs.Log memory second = _send(address(_recipient), "", _ordered());
        vm.warp(DEADLINE + 1);
        _rejectsSkip(second, 1, abi.encodeWithSelector(OUT_OF_ORDER, second.topics[1], 0, 1));
        destination.skip(SOURCE, _prove(first, 0));
        _rejectsSkip(first, 0, abi.encodeWithSelector(OUT_OF_ORDER, first.topics[1], 1, 0));
        destination.skip(SOURCE, _prove(second, 1));
        assertEq(_nextPlace(), 2);
    }

    function test_MSG_21_rejects_whatWasDeliveredInItsPlace() public {
        MessageProofs.Log memory log = _send(address(_recipient), "", _ordered());
        destination.deliver(SOURCE, _prove(log, 0), address(0));
        vm.warp(DEADLINE + 1);
        _rejectsSkip(log, 0, abi.encodeWithSelector(OUT_OF_ORDER, log.topics[1], 1, 0));
    }

    /// @dev Everything up to the attributes is as for a delivery.
    function test_MSG_1_MSG_6_rejects_skipsOfWhatIsNotProven() public {
        MessageProofs.Log memory log = _send(address(_recipient), "", _ordered());
        vm.warp(DEADLINE + 1);
        bytes32 got = _id(_body(log, 1));
        bytes4 error = IMessageService.MessageIdMismatch.selector;
        _rejectsSkip(log, 1, abi.encodeWithSelector(error, log.topics[1], got));
        IMessageService.DeliveryProof memory proof = _prove(log, 0);
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageUnknownLane.selector, 5));
        destination.skip(5, proof);
    }

    /// @dev What was cancelled holds up its order until its deadline, and not longer.
    function test_MSG_21_accepts_whatWasCancelled() public {
        bytes[] memory attributes = A.list(A.inOrder(), A.deliverBefore(DEADLINE), A.cancellable());
        MessageProofs.Log memory log = _send(address(_recipient), "", attributes);
        destination.acceptCancellation(SOURCE, _prove(_cancel(_body(log, 0)), 0));
        vm.warp(DEADLINE + 1);
        destination.skip(SOURCE, _prove(log, 0));
        assertEq(_nextPlace(), 1);
        assertTrue(_isSettled(0));
    }

    /// @dev A failed message that is skipped has expired: it cannot be retried out of its order.
    function test_MSG_18_rejects_retriesOfWhatWasSkipped() public {
        Answering fickle = new Answering();
        bytes[] memory attributes = A.list(A.inOrder(), A.deliverBefore(DEADLINE), A.revertBehavior(1));
        MessageProofs.Log memory log = _send(address(fickle), "", attributes);
        destination.deliver(SOURCE, _prove(log, 0), address(0));
        vm.warp(DEADLINE + 1);
        destination.skip(SOURCE, _prove(log, 0));
        fickle.set(abi.encode(IERC7786Recipient.receiveMessage.selector), false);
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageExpired.selector, log.topics[1], DEADLINE));
        destination.retry(SOURCE, _body(log, 0), 0, address(0));
    }

    /// @dev Orders are kept apart by the gateway that gave the places: a new one begins at zero.
    function test_MSG_19_accepts_S5_ordersOfAnotherGateway() public {
        _deliver(true, _send(address(_recipient), abi.encode(0), _ordered()), 0);
        address former = address(source);
        source = _service(RECIPIENT_GAS);
        _setLane(source, DESTINATION, address(destination));
        _setLane(destination, SOURCE, address(source));
        _deliver(true, _send(address(_recipient), abi.encode(1), _ordered()), 0);
        _assertDiary(2);
        (bytes memory from, bytes memory to) = (_address(SOURCE, SENDER), _address(DESTINATION, address(_recipient)));
        assertEq(destination.nextPlace(SOURCE, former, from, to), 1);
        assertEq(destination.nextPlace(SOURCE, address(source), from, to), 1);
        assertEq(destination.nextPlace(SOURCE + 1, address(source), from, to), 0);
    }

    /// @dev A lane that moves to another service begins its orders anew: places that only the former one could pass would block it.
    function test_MSG_19_accepts_ordersOnALaneThatHasMoved() public {
        _deliver(true, _send(address(_recipient), abi.encode(0), _ordered()), 0);
        destination = _service(RECIPIENT_GAS);
        _setLane(source, DESTINATION, address(destination));
        _setLane(destination, SOURCE, address(source));
        _deliver(true, _send(address(_recipient), abi.encode(1), _ordered()), 1);
        _assertDiary(2);
    }

    function _deliver(bool direct, MessageProofs.Log memory log, uint64 nonce) private {
        if (direct) destination.deliver(SOURCE, _prove(log, nonce), address(0));
        else destination.deliverRouted(SOURCE, _proveRelayed(_relay(log), nonce), address(0));
    }

    function _rejects(IMessageService.DeliveryProof memory proof, bytes memory error) private {
        vm.expectRevert(error);
        destination.deliver(SOURCE, proof, address(0));
        assertFalse(_isSettled(proof.nonce));
    }

    function _rejectsSkip(MessageProofs.Log memory log, uint64 nonce, bytes memory error) private {
        IMessageService.DeliveryProof memory proof = _prove(log, nonce);
        uint64 next = _nextPlace();
        vm.expectRevert(error);
        destination.skip(SOURCE, proof);
        assertEq(_nextPlace(), next);
    }

    function _ordered() private pure returns (bytes[] memory) {
        return A.list(A.inOrder(), A.deliverBefore(DEADLINE));
    }

    function _nextPlace() private view returns (uint64) {
        return _nextPlaceOf(address(_recipient));
    }

    function _nextPlaceOf(address recipient) private view returns (uint64) {
        bytes memory to = _address(DESTINATION, recipient);
        return destination.nextPlace(SOURCE, address(source), _address(SOURCE, SENDER), to);
    }

    /// @dev The place in the first attribute.
    function _placeOf(MessageProofs.Log memory log) private pure returns (uint64 place) {
        bytes memory attribute = _body(log, 0).attributes[0];
        assertEq(attribute.length, 36);
        // forge-lint: disable-next-line(unsafe-typecast) the first four bytes are meant
        assertEq(bytes4(attribute), A.PLACE);
        assembly ("memory-safe") {
            place := mload(add(attribute, 0x24))
        }
    }

    /// @dev The payloads that were received count from zero.
    function _assertDiary(uint256 count) private view {
        assertEq(_recipient.count(), count);
        for (uint256 i = 0; i < count; ++i) {
            assertEq(_recipient.payloads(i), abi.encode(i));
        }
    }
}
