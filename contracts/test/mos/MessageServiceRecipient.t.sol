// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {MessageTest} from "../support/MessageTest.sol";
import {Answering} from "../support/recipients/Answering.sol";
import {GasBurner} from "../support/recipients/GasBurner.sol";
import {Recorder} from "../support/recipients/Recorder.sol";
import {ReturnBomb} from "../support/recipients/ReturnBomb.sol";
import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @notice MSG-8 and MSG-10: who may be called, and what it may do.
contract MessageServiceRecipientTest is MessageTest {
    bytes32 private constant ACCEPTED = bytes32(IERC7786Recipient.receiveMessage.selector);

    Answering private _recipient;

    function setUp() public override {
        super.setUp();
        _recipient = new Answering();
    }

    function test_MSG_8_rejects_S13_recipientsThatMayNotBeCalled(uint160 account) public {
        account = uint160(bound(account, 0, 0x1ff));
        _rejectsRecipient(address(0));
        _rejectsRecipient(address(account));
        _rejectsRecipient(address(0x1ff));
        _rejectsRecipient(address(destination));
    }

    /// @dev A chain may well have code where others have precompiles.
    function test_MSG_8_rejects_S13_precompilesThatHaveCode() public {
        vm.etch(address(0x1ff), address(_recipient).code);
        _rejectsRecipient(address(0x1ff));
    }

    function test_MSG_8_accepts_theFirstAddressAfterThePrecompiles() public {
        vm.etch(address(0x200), address(new Recorder()).code);
        destination.deliver(SOURCE, _sendAndProve(address(0x200), "payload"), address(0));
        assertEq(Recorder(address(0x200)).count(), 1);
    }

    function test_MSG_8_rejects_S17_recipientWithoutCode_andDeliversOnceItHasSome() public {
        address later = vm.computeCreateAddress(address(this), vm.getNonce(address(this)));
        IMessageService.DeliveryProof memory proof = _rejectsRecipient(later);
        Recorder recipient = new Recorder();
        assertEq(address(recipient), later);
        destination.deliver(SOURCE, proof, address(0));
        assertEq(recipient.count(), 1, "nothing was lost");
    }

    function test_MSG_10_accepts_onlyTheSelector() public {
        _recipient.set(abi.encode(IERC7786Recipient.receiveMessage.selector), false);
        destination.deliver(SOURCE, _sendAndProve(address(_recipient), "payload"), address(0));
        assertTrue(_isSettled(0));
    }

    function test_MSG_10_accepts_bytesAfterTheSelectorsWord(bytes calldata more) public {
        _recipient.set(bytes.concat(ACCEPTED, more), false);
        destination.deliver(SOURCE, _sendAndProve(address(_recipient), "payload"), address(0));
        assertTrue(_isSettled(0));
    }

    function test_MSG_10_rejects_otherAnswers(bytes32 answer) public {
        vm.assume(answer != ACCEPTED);
        _rejectsAnswer(abi.encode(answer), answer);
    }

    function test_MSG_10_rejects_nearlyTheSelector() public {
        _rejectsAnswer("", 0);
        _rejectsAnswer(hex"2432ef", ACCEPTED >> 232 << 232);
        _rejectsAnswer(abi.encode(uint32(0x2432ef26)), bytes32(uint256(0x2432ef26)));
        _rejectsAnswer(abi.encode(true), bytes32(uint256(1)));
        _rejectsAnswer(abi.encode(ACCEPTED | bytes32(uint256(1))), ACCEPTED | bytes32(uint256(1)));
    }

    function test_MSG_10_rejects_revert_withTheFirstWordOfItsReason(bytes calldata reason) public {
        _recipient.set(reason, true);
        IMessageService.DeliveryProof memory proof = _sendAndProve(address(_recipient), "payload");
        // forge-lint: disable-next-line(unsafe-typecast) the first word is what is due
        _rejectsRevert(proof, bytes32(reason));
    }

    /// @dev A revert with the selector is a revert all the same.
    function test_MSG_10_rejects_revert_withTheSelector() public {
        _recipient.set(abi.encode(ACCEPTED), true);
        _rejectsRevert(_sendAndProve(address(_recipient), "payload"), ACCEPTED);
    }

    function test_MSG_10_accepts_S4_S10_theSameProofOnceTheRecipientIsWell() public {
        IMessageService.DeliveryProof memory sick = _sendAndProve(address(_recipient), "sick");
        Recorder other = new Recorder();
        IMessageService.DeliveryProof memory well = _sendAndProve(address(other), "well");

        _recipient.set("no", true);
        _rejectsRevert(sick, "no");
        destination.deliver(SOURCE, well, address(0));
        assertEq(other.count(), 1, "one recipient does not hold up another");

        _recipient.set(abi.encode(ACCEPTED), false);
        destination.deliver(SOURCE, sick, address(0));
        assertTrue(_isSettled(0));
    }

    function test_MSG_10_rejects_S8_recipientsThatBurnAllGas() public {
        _rejectsRevert(_sendAndProve(address(new GasBurner(true)), "payload"), 0);
        _rejectsRevert(_sendAndProve(address(new GasBurner(false)), "payload"), 0);
    }

    function test_MSG_10_rejects_S8_bombWithinTheGasLimit() public {
        _rejectsRevert(_sendAndProve(address(new ReturnBomb(false)), "payload"), 0); // too dear for the limit
    }

    function _rejectsRecipient(address recipient) private returns (IMessageService.DeliveryProof memory proof) {
        proof = _sendAndProve(recipient, "payload");
        bytes4 error = IMessageService.MessageForbiddenRecipient.selector;
        _rejects(proof, abi.encodeWithSelector(error, recipient));
    }

    function _rejectsAnswer(bytes memory answer, bytes32 word) private {
        _recipient.set(answer, false);
        IMessageService.DeliveryProof memory proof = _sendAndProve(address(_recipient), "payload");
        bytes4 error = IMessageService.MessageRecipientAnswer.selector;
        _rejects(proof, abi.encodeWithSelector(error, _idOf[proof.nonce], word));
    }

    function _rejectsRevert(IMessageService.DeliveryProof memory proof, bytes32 reason) private {
        bytes4 error = IMessageService.MessageRecipientReverted.selector;
        _rejects(proof, abi.encodeWithSelector(error, _idOf[proof.nonce], reason));
    }

    function _rejects(IMessageService.DeliveryProof memory proof, bytes memory error) private {
        vm.expectRevert(error);
        destination.deliver(SOURCE, proof, address(0));
        assertFalse(_isSettled(proof.nonce));
    }
}
