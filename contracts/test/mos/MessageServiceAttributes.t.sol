// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {MessageAttributes} from "../../src/libraries/MessageAttributes.sol";
import {MessageAttribute as A} from "../support/MessageAttribute.sol";
import {MessageProofs} from "../support/MessageProofs.sol";
import {MessageTest} from "../support/MessageTest.sol";
import {IERC7786GatewaySource} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @notice Section 1 of `spec/message.md`: MSG-2, MSG-13 and MSG-14 where a message is sent and where it is delivered.
contract MessageServiceAttributesTest is MessageTest {
    using A for bytes[];

    bytes4 private constant MALFORMED = MessageAttributes.MessageAttributeMalformed.selector;
    bytes4 private constant REPEATED = MessageAttributes.MessageAttributeRepeated.selector;
    bytes4 private constant CONFLICT = MessageAttributes.MessageAttributeConflict.selector;
    bytes4 private constant UNSUPPORTED = IERC7786GatewaySource.UnsupportedAttribute.selector;
    bytes4 private constant WHAT = "what";
    address private constant RECIPIENT = address(0xbeef);

    MessageProofs.Log private _log;

    function setUp() public override {
        super.setUp();
        _log = _send(RECIPIENT, "payload");
    }

    function test_MSG_2_accepts_theQuestionForAttributes(bytes4 selector) public view {
        bytes4[6] memory sent =
            [A.MIN_GAS_LIMIT, A.DELIVER_AFTER, A.DELIVER_BEFORE, A.REVERT_BEHAVIOR, A.CANCELLABLE, A.IN_ORDER];
        bool known = false;
        for (uint256 i = 0; i < sent.length; ++i) {
            assertTrue(source.supportsAttribute(sent[i]));
            known = known || selector == sent[i];
        }
        assertEq(source.supportsAttribute(selector), known);
        assertFalse(source.supportsAttribute(A.PLACE), "nobody chooses their place");
        assertFalse(source.supportsAttribute(A.REQUEST_RELAY), "there is no fee contract");
        assertFalse(source.supportsAttribute(bytes4(0)), "OpenZeppelin's clients ask this");
    }

    /// @dev The selectors of the spec are those of the signatures in its table.
    function test_MSG_2_accepts_selectorsOfTheirSignatures() public pure {
        assertEq(A.MIN_GAS_LIMIT, bytes4(keccak256("minGasLimit(uint256)")));
        assertEq(A.DELIVER_AFTER, bytes4(keccak256("deliverAfter(uint256)")));
        assertEq(A.DELIVER_BEFORE, bytes4(keccak256("deliverBefore(uint256)")));
        assertEq(A.REVERT_BEHAVIOR, bytes4(keccak256("revertBehavior(uint8)")));
        assertEq(A.CANCELLABLE, bytes4(keccak256("cancellable(bool)")));
        assertEq(A.IN_ORDER, bytes4(keccak256("inOrder()")));
        assertEq(A.PLACE, bytes4(keccak256("place(uint64)")));
        assertEq(A.REQUEST_RELAY, bytes4(keccak256("requestRelay(uint256,uint256,address)")));
    }

    /// @dev The service keeps the order and the bytes; every attribute at its bound, and the ones that say nothing.
    function test_MSG_2_MSG_13_MSG_14_accepts_andCarriesThemAsListed() public {
        bytes[] memory attributes = A.list(A.cancellable(), A.minGasLimit(10_000_000), A.revertBehavior(1));
        attributes = attributes.and(A.deliverBefore(type(uint64).max)).and(A.deliverAfter(type(uint64).max - 1));
        _acceptsSent(attributes);
        attributes = A.list(A.minGasLimit(0), A.deliverBefore(0), A.deliverAfter(type(uint64).max));
        attributes = attributes.and(A.revertBehavior(0)).and(abi.encodeWithSelector(A.CANCELLABLE, false));
        _acceptsSent(attributes);
    }

    function test_MSG_2_rejects_attributesNotKnown(bytes4 selector, bytes calldata rest) public {
        vm.assume(!source.supportsAttribute(selector) && selector != A.PLACE);
        _rejects(A.list(bytes.concat(selector, rest)), UNSUPPORTED, selector);
    }

    function test_MSG_2_rejects_attributesShorterThanASelector() public {
        _rejects(A.list(""), UNSUPPORTED, bytes4(0));
        _rejects(A.list(hex"ab"), UNSUPPORTED, hex"ab000000");
        _rejects(A.list(hex"39f87b"), UNSUPPORTED, hex"39f87b00");
    }

    /// @dev Neither end takes what belongs to the other: a place is given by the service, and an order, or a request, is not carried.
    function test_MSG_2_rejects_theAttributesOfTheOtherEnd() public {
        _rejectsSent(A.list(A.place(0), A.deliverBefore(NOW + 1)), UNSUPPORTED, A.PLACE);
        _rejectsSent(A.list(A.requestRelay(0, 0, SENDER)), UNSUPPORTED, A.REQUEST_RELAY);
        _rejectsDelivered(A.list(A.inOrder(), A.deliverBefore(NOW + 1)), UNSUPPORTED, A.IN_ORDER);
        _rejectsDelivered(A.list(A.requestRelay(0, 0, SENDER)), UNSUPPORTED, A.REQUEST_RELAY);
    }

    function test_MSG_13_rejects_otherLengthsThanThatOfTheArguments(bytes calldata rest) public {
        bytes4[6] memory selectors =
            [A.MIN_GAS_LIMIT, A.DELIVER_AFTER, A.DELIVER_BEFORE, A.REVERT_BEHAVIOR, A.CANCELLABLE, A.PLACE];
        for (uint256 i = 0; i < selectors.length; ++i) {
            bytes4 selector = selectors[i];
            if (rest.length != 32) _rejectsWhereKnown(bytes.concat(selector, rest), selector);
            _rejectsWhereKnown(bytes.concat(selector), selector);
            _rejectsWhereKnown(bytes.concat(selector, new bytes(31)), selector);
            _rejectsWhereKnown(bytes.concat(selector, new bytes(33)), selector);
        }
        _rejectsSent(A.list(bytes.concat(A.IN_ORDER, hex"00")), MALFORMED, A.IN_ORDER);
        _rejectsSent(A.list(bytes.concat(A.IN_ORDER, bytes32(0))), MALFORMED, A.IN_ORDER);
    }

    function test_MSG_13_rejects_argumentsBeyondTheirBounds(uint256 beyond) public {
        beyond = bound(beyond, 1, type(uint256).max - type(uint64).max);
        _rejects(A.list(A.minGasLimit(10_000_000 + beyond)), MALFORMED, A.MIN_GAS_LIMIT);
        _rejects(A.list(A.minGasLimit(10_000_001)), MALFORMED, A.MIN_GAS_LIMIT);
        _rejects(A.list(A.deliverAfter(type(uint64).max + beyond)), MALFORMED, A.DELIVER_AFTER);
        _rejects(A.list(A.deliverAfter(1 << 64)), MALFORMED, A.DELIVER_AFTER);
        _rejects(A.list(A.deliverBefore(type(uint64).max + beyond)), MALFORMED, A.DELIVER_BEFORE);
        _rejects(A.list(A.deliverBefore(1 << 64)), MALFORMED, A.DELIVER_BEFORE);
        _rejects(A.list(A.revertBehavior(1 + beyond)), MALFORMED, A.REVERT_BEHAVIOR);
        _rejects(A.list(A.revertBehavior(2)), MALFORMED, A.REVERT_BEHAVIOR);
        _rejects(A.list(A.revertBehavior(256)), MALFORMED, A.REVERT_BEHAVIOR);
        _rejects(A.list(abi.encodeWithSelector(A.CANCELLABLE, 1 + beyond)), MALFORMED, A.CANCELLABLE);
        _rejects(A.list(abi.encodeWithSelector(A.CANCELLABLE, 256)), MALFORMED, A.CANCELLABLE);
        _rejectsDelivered(A.list(A.place(type(uint64).max + beyond)), MALFORMED, A.PLACE);
        _rejectsDelivered(A.list(A.place(1 << 64)), MALFORMED, A.PLACE);
    }

    /// @dev A second one is a second one, whatever it says and wherever it stands.
    function test_MSG_13_rejects_repeatedAttributes(uint256 which) public {
        bytes[] memory all = A.list(A.minGasLimit(0), A.deliverAfter(0), A.deliverBefore(0));
        all = all.and(A.revertBehavior(0)).and(abi.encodeWithSelector(A.CANCELLABLE, false));
        bytes memory again = all[which % all.length];
        // forge-lint: disable-next-line(unsafe-typecast) the first four bytes are meant
        _rejects(all.and(again), REPEATED, bytes4(again));
        _rejectsSent(A.list(A.inOrder(), A.inOrder()), REPEATED, A.IN_ORDER);
        _rejectsDelivered(A.list(A.place(0), A.place(1)), REPEATED, A.PLACE);
    }

    /// @dev Each is read whole before the next; of one, what it says before that it was there already.
    function test_MSG_2_MSG_13_rejects_theFirstThatIsWrong() public {
        _rejects(A.list(A.minGasLimit(10_000_001), "what", ""), MALFORMED, A.MIN_GAS_LIMIT);
        _rejects(A.list("what", A.minGasLimit(10_000_001)), UNSUPPORTED, WHAT);
        _rejects(A.list(A.minGasLimit(1), A.minGasLimit(10_000_001)), MALFORMED, A.MIN_GAS_LIMIT);
        _rejects(A.list(A.minGasLimit(1), A.minGasLimit(2), "what"), REPEATED, A.MIN_GAS_LIMIT);
    }

    function test_MSG_14_accepts_windowsOfASecond(uint64 time) public {
        time = uint64(bound(time, 1, type(uint64).max - 1));
        _acceptsSent(A.list(A.deliverAfter(time), A.deliverBefore(time + 1)));
        _acceptsSent(A.list(A.deliverBefore(1), A.deliverAfter(0)));
    }

    function test_MSG_14_rejects_emptyWindows(uint64 notBefore, uint64 deadline) public {
        notBefore = uint64(bound(notBefore, 1, type(uint64).max));
        deadline = uint64(bound(deadline, 1, notBefore));
        _rejects(A.list(A.deliverBefore(deadline), A.deliverAfter(notBefore)), CONFLICT, A.DELIVER_BEFORE);
        _rejects(A.list(A.deliverAfter(notBefore), A.deliverBefore(notBefore)), CONFLICT, A.DELIVER_BEFORE);
    }

    function test_MSG_14_rejects_ordersThatCouldWaitForEver() public {
        _rejectsSent(A.list(A.inOrder()), CONFLICT, A.IN_ORDER);
        _rejectsSent(A.list(A.inOrder(), A.deliverBefore(0)), CONFLICT, A.IN_ORDER);
        _rejectsSent(A.list(A.deliverAfter(5), A.inOrder()), CONFLICT, A.IN_ORDER);
        _rejectsDelivered(A.list(A.place(0)), CONFLICT, A.PLACE);
        _rejectsDelivered(A.list(A.deliverBefore(0), A.place(7)), CONFLICT, A.PLACE);
    }

    function test_MSG_13_MSG_14_rejects_malformedBeforeConflicts() public {
        _rejects(A.list(A.deliverAfter(9), A.deliverBefore(9), A.cancellable()).and("what"), UNSUPPORTED, WHAT);
        _rejectsSent(A.list(A.inOrder(), A.revertBehavior(2)), MALFORMED, A.REVERT_BEHAVIOR);
    }

    /// @dev Before the address, the lane and the pause.
    function test_MSG_2_rejects_attributesBeforeTheRecipient() public {
        vm.chainId(SOURCE);
        vm.expectRevert(abi.encodeWithSelector(UNSUPPORTED, WHAT));
        source.sendMessage("", "", A.list("what"));
    }

    /// @dev After the id, before the bit: what is wrong with the attributes is wrong for ever.
    function test_MSG_6_MSG_2_rejects_attributesAfterTheId() public {
        MessageProofs.Log memory log = _forged(A.list("what"));
        IMessageService.DeliveryProof memory proof = _prove(log, 0);
        vm.expectRevert(abi.encodeWithSelector(UNSUPPORTED, WHAT));
        destination.deliver(SOURCE, proof, address(0));
        proof.nonce = 1;
        bytes32 got = _id(_body(log, 1));
        bytes4 error = IMessageService.MessageIdMismatch.selector;
        vm.expectRevert(abi.encodeWithSelector(error, log.topics[1], got));
        destination.deliver(SOURCE, proof, address(0));
    }

    function _acceptsSent(bytes[] memory attributes) private {
        uint64 nonce = source.nextNonce(DESTINATION);
        MessageProofs.Log memory log = _send(RECIPIENT, "payload", attributes);
        assertEq(log.data, _data(attributes));
        assertEq(log.topics[1], _id(_body(log, nonce)));
    }

    function _rejects(bytes[] memory attributes, bytes4 error, bytes4 selector) private {
        _rejectsSent(attributes, error, selector);
        _rejectsDelivered(attributes, error, selector);
    }

    function _rejectsSent(bytes[] memory attributes, bytes4 error, bytes4 selector) private {
        vm.chainId(SOURCE);
        uint64 nonce = source.nextNonce(DESTINATION);
        bytes memory recipient = _address(DESTINATION, RECIPIENT);
        vm.expectRevert(abi.encodeWithSelector(error, selector));
        source.sendMessage(recipient, "", attributes);
        assertEq(source.nextNonce(DESTINATION), nonce);
        vm.chainId(DESTINATION);
    }

    /// @dev A gateway of another make might emit it. Its recipient has no code, which would be MSG-8.
    function _rejectsDelivered(bytes[] memory attributes, bytes4 error, bytes4 selector) private {
        bytes memory expected = abi.encodeWithSelector(error, selector);
        IMessageService.DeliveryProof memory proof = _prove(_forged(attributes), 0);
        vm.expectRevert(expected);
        destination.deliver(SOURCE, proof, address(0));
        assertFalse(_isSettled(0));
    }

    function _rejectsWhereKnown(bytes memory attribute, bytes4 selector) private {
        if (selector != A.PLACE) _rejectsSent(A.list(attribute), MALFORMED, selector);
        _rejectsDelivered(A.list(attribute), MALFORMED, selector);
    }

    function _forged(bytes[] memory attributes) private view returns (MessageProofs.Log memory log) {
        log = _log;
        log.data = _data(attributes);
        log.topics[1] = _id(_body(log, 0));
    }

    function _data(bytes[] memory attributes) private pure returns (bytes memory) {
        bytes memory recipient = _address(DESTINATION, RECIPIENT);
        return abi.encode(_address(SOURCE, SENDER), recipient, bytes("payload"), uint256(0), attributes);
    }
}
