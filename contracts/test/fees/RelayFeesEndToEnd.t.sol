// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {RelayFees} from "../../src/fees/RelayFees.sol";
import {IMessageChecker} from "../../src/interfaces/IMessageChecker.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {IRelayFees} from "../../src/interfaces/IRelayFees.sol";
import {MessageChecker} from "../../src/mos/MessageChecker.sol";
import {MessageAttribute} from "../support/MessageAttribute.sol";
import {MessageProofs} from "../support/MessageProofs.sol";
import {MessageTest} from "../support/MessageTest.sol";
import {Recorder} from "../support/recipients/Recorder.sol";

/// @notice Fees from sending to the payee, by real proofs: the message service, the checker and the fee contract as they are deployed.
contract RelayFeesEndToEndTest is MessageTest {
    address private constant PAYEE = address(0x9a7ee);

    MessageChecker private _checker;
    RelayFees private _fees;
    Recorder private _recipient;

    function setUp() public override {
        super.setUp();
        _checker = new MessageChecker(source);
        _fees = new RelayFees(address(authority), _checker, 1 days);
        _fees.setPrice(DESTINATION, address(0), IRelayFees.Price(100_000, 2));
        source.setFees(_fees);
        _recipient = new Recorder();
    }

    function test_FEE_2_5_accepts_aRelayThatWasRequestedWithTheMessage() public {
        (MessageProofs.Log memory log, uint256 paid) = _sendPaid(MessageAttribute.none(), 5);
        bytes32 id = log.topics[1];
        assertEq(paid, 2 * (100_000 + 60_000));
        assertEq(_fees.paidFor(id, address(0)), paid);
        assertEq(SENDER.balance, 5);
        vm.expectRevert(abi.encodeWithSelector(IRelayFees.FeeNotDelivered.selector, id));
        _fees.release(id, address(0));

        MessageProofs.Log memory delivered = _deliverAndLog(_prove(log, 0), PAYEE);
        _acknowledge(delivered);
        assertEq(_fees.release(id, address(0)), paid);
        assertEq(PAYEE.balance, paid);
        assertEq(address(_fees).balance, 0);
    }

    /// @dev OpenZeppelin's applications send without value: somebody else pays later, by the id.
    function test_FEE_3_5_accepts_aMessageThatIsPaidForLater() public {
        MessageProofs.Log memory log = _send(address(_recipient), "free");
        bytes32 id = log.topics[1];
        MessageProofs.Log memory delivered = _deliverAndLog(_prove(log, 0), address(0));
        _fees.pay{value: 7}(DESTINATION, id, address(0), 7, address(this));
        _acknowledge(delivered);
        vm.expectRevert(abi.encodeWithSelector(IMessageChecker.CheckerDecided.selector, id));
        _fees.pay{value: 7}(DESTINATION, id, address(0), 7, address(this));
        vm.deal(address(this), 0);
        _fees.release(id, address(0));
        assertEq(address(this).balance, 7); // who delivered
    }

    function test_FEE_6_accepts_theFeeOfAMessageThatWasCancelled() public {
        (MessageProofs.Log memory log, uint256 paid) =
            _sendPaid(MessageAttribute.list(MessageAttribute.cancellable()), 0);
        bytes32 id = log.topics[1];
        IMessageService.DeliveryProof memory request = _prove(_cancel(_body(log, 0)), 0);
        vm.recordLogs();
        destination.acceptCancellation(SOURCE, request);
        MessageProofs.Log memory cancelled = _last(IMessageService.MessageCancelled.selector);

        vm.chainId(SOURCE);
        vm.expectRevert(abi.encodeWithSelector(IRelayFees.FeeNoticeRequired.selector, 0));
        _fees.takeBack(id, address(0), SENDER);
        _checker.proveCancelled(DESTINATION, _proveOn(DESTINATION, cancelled, 0));
        assertEq(_fees.takeBack(id, address(0), SENDER), paid);
        assertEq(SENDER.balance, paid);
    }

    function test_FEE_2_rejects_aMessageWithTooLittle() public {
        bytes[] memory attributes = MessageAttribute.list(MessageAttribute.requestRelay(0, 60_000, SENDER));
        vm.chainId(SOURCE);
        vm.expectRevert(abi.encodeWithSelector(IRelayFees.FeeTooLow.selector, 319_999, 320_000));
        source.sendMessage{value: 319_999}(_address(DESTINATION, address(_recipient)), "", attributes);
    }

    receive() external payable {}

    /// @dev Sends with a relay for 60,000 gas, and `more` than it costs.
    function _sendPaid(bytes[] memory attributes, uint256 more)
        private
        returns (MessageProofs.Log memory log, uint256 paid)
    {
        paid = _fees.quote(DESTINATION, address(0), 60_000);
        attributes = MessageAttribute.and(attributes, MessageAttribute.requestRelay(0, 60_000, SENDER));
        vm.chainId(SOURCE);
        vm.recordLogs();
        hoax(SENDER, paid + more);
        source.sendMessage{value: paid + more}(_address(DESTINATION, address(_recipient)), "paid", attributes);
        log = _lastSent();
        vm.chainId(DESTINATION);
    }

    function _acknowledge(MessageProofs.Log memory delivered) private {
        vm.chainId(SOURCE);
        _checker.acknowledge(DESTINATION, _proveOn(DESTINATION, delivered, 0));
    }
}
