// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {IRelayFees} from "../../src/interfaces/IRelayFees.sol";
import {MessageAttributes} from "../../src/libraries/MessageAttributes.sol";
import {MessageAttribute as A} from "../support/MessageAttribute.sol";
import {MessageProofs} from "../support/MessageProofs.sol";
import {MessageTest} from "../support/MessageTest.sol";
import {Recorder} from "../support/recipients/Recorder.sol";
import {Till} from "../support/recipients/Till.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IERC7786GatewaySource} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @notice `requestRelay`: value goes to the fee contract and nowhere else, and nothing of it goes with the message.
contract MessageServiceFeesTest is MessageTest {
    using A for bytes[];

    Till private _till;
    bytes private _recipient;

    function setUp() public override {
        super.setUp();
        _till = new Till();
        _recipient = _address(DESTINATION, address(new Recorder()));
        source.setFees(IRelayFees(address(_till)));
        vm.chainId(SOURCE);
        vm.deal(SENDER, type(uint128).max);
    }

    function test_MSG_2_accepts_aFeeContract() public {
        assertEq(address(source.fees()), address(_till));
        assertTrue(source.supportsAttribute(A.REQUEST_RELAY));
        vm.expectEmit(address(source));
        emit IMessageService.FeesSet(IRelayFees(address(0)));
        source.setFees(IRelayFees(address(0)));
        assertFalse(source.supportsAttribute(A.REQUEST_RELAY));
        _rejects(0, A.requestRelay(0, 0, SENDER), IERC7786GatewaySource.UnsupportedAttribute.selector);
    }

    function test_S13_rejects_feeContractsSetByOthers(address other) public {
        vm.assume(other != address(this));
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, other));
        vm.prank(other);
        source.setFees(IRelayFees(other));
    }

    function test_MSG_2_accepts_S14_valueForTheFeeContractOnly(uint128 value, uint256 gas_, address refundee) public {
        gas_ = bound(gas_, 0, 10_000_000);
        MessageProofs.Log memory log = _sendPaying(value, A.list(A.requestRelay(0, gas_, refundee)));
        assertEq(_till.last(), abi.encode(address(source), value, DESTINATION, log.topics[1], gas_, refundee));
        assertEq(address(_till).balance, value);
        assertEq(address(source).balance, 0);
        assertEq(_till.count(), 1);
    }

    /// @dev The message is the same as without: the destination could not tell.
    function test_MSG_2_accepts_theOtherAttributesAsListed() public {
        bytes memory request = A.requestRelay(0, 5, SENDER);
        bytes[] memory attributes = A.list(A.inOrder(), request, A.deliverBefore(NOW + 5)).and(A.cancellable());
        MessageProofs.Log memory log = _sendPaying(1, attributes);
        bytes[] memory carried = A.list(A.place(0), A.deliverBefore(NOW + 5), A.cancellable());
        assertEq(abi.encode(_body(log, 0).attributes), abi.encode(carried));
        assertEq(_id(_body(log, 0)), log.topics[1]);
        log = _sendPaying(1, A.list(request));
        assertEq(_body(log, 1).attributes.length, 0);
        vm.chainId(DESTINATION);
        destination.deliver(SOURCE, _prove(log, 1), address(0));
        assertTrue(_isSettled(1));
    }

    /// @dev Whoever pays nothing is told so by the fee contract, and sends nothing.
    function test_FEE_2_rejects_S14_whatTheFeeContractRefuses() public {
        _till.require_(7);
        bytes[] memory attributes = A.list(A.requestRelay(0, 0, SENDER));
        vm.prank(SENDER);
        vm.expectRevert(abi.encodeWithSelector(IRelayFees.FeeTooLow.selector, 6, 7));
        source.sendMessage{value: 6}(_recipient, "", attributes);
        assertEq(source.nextNonce(DESTINATION), 0);
        _sendPaying(7, attributes);
        assertEq(source.nextNonce(DESTINATION), 1);
    }

    function test_MSG_2_rejects_S14_valueThatIsNotForARelayer(uint128 value) public {
        value = uint128(bound(value, 1, type(uint128).max));
        bytes[] memory attributes = A.list(A.minGasLimit(1));
        vm.prank(SENDER);
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageValueNotAccepted.selector, value));
        source.sendMessage{value: value}(_recipient, "", attributes);
    }

    function test_MSG_13_rejects_requestsThatAreMalformed(uint256 beyond) public {
        beyond = bound(beyond, 1, type(uint256).max - 10_000_000);
        bytes4 error = MessageAttributes.MessageAttributeMalformed.selector;
        _rejects(1, A.requestRelay(beyond, 0, SENDER), error); // messages carry no value
        _rejects(1, A.requestRelay(0, 10_000_000 + beyond, SENDER), error);
        _rejects(1, A.requestRelay(0, 10_000_001, SENDER), error);
        beyond = bound(beyond, 1, type(uint96).max) << 160;
        _rejects(1, abi.encodeWithSelector(A.REQUEST_RELAY, 0, 0, beyond), error);
        bytes memory whole = A.requestRelay(0, 0, SENDER);
        _rejects(1, bytes.concat(whole, hex"00"), error);
        _rejects(1, abi.encodeWithSelector(A.REQUEST_RELAY, 0, 0), error);
        _rejects(1, abi.encodePacked(A.REQUEST_RELAY), error);
        vm.prank(SENDER);
        vm.expectRevert(abi.encodeWithSelector(MessageAttributes.MessageAttributeRepeated.selector, A.REQUEST_RELAY));
        source.sendMessage{value: 1}(_recipient, "", A.list(whole, whole));
    }

    /// @dev At the other end there is nobody to pay. It is the fee contract of the service there that cannot be called.
    function test_MSG_8_accepts_rejects_S13_theFeeContractAsARecipient() public {
        destination.setFees(IRelayFees(address(_till)));
        vm.chainId(DESTINATION);
        IMessageService.DeliveryProof memory proof = _sendAndProve(address(_till), "payload");
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageForbiddenRecipient.selector, address(_till)));
        destination.deliver(SOURCE, proof, address(0));
        Recorder recipient = new Recorder();
        destination.deliver(SOURCE, _sendAndProve(address(recipient), "payload"), address(0));
        assertEq(recipient.count(), 1);
    }

    function _sendPaying(uint256 value, bytes[] memory attributes) private returns (MessageProofs.Log memory) {
        vm.recordLogs();
        vm.prank(SENDER);
        source.sendMessage{value: value}(_recipient, "payload", attributes);
        return _lastSent();
    }

    function _rejects(uint256 value, bytes memory attribute, bytes4 error) private {
        vm.prank(SENDER);
        vm.expectRevert(abi.encodeWithSelector(error, A.REQUEST_RELAY));
        source.sendMessage{value: value}(_recipient, "", A.list(attribute));
        assertEq(_till.count(), 0);
    }
}
