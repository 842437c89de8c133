// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Greeter} from "../../src/examples/Greeter.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {MessageTest} from "../support/MessageTest.sol";
import {Linked} from "../support/recipients/Linked.sol";
import {ERC7786Recipient} from "@openzeppelin/contracts/crosschain/ERC7786Recipient.sol";

/// @notice Applications that were not written for this gateway.
contract MessageApplicationsTest is MessageTest {
    function test_MSG_2_MSG_3_accepts_openZeppelinsLinkedContracts() public {
        (Linked here, Linked there) = (new Linked(), new Linked());
        vm.chainId(SOURCE);
        here.link(address(source), _address(DESTINATION, address(there)));
        there.link(address(destination), _address(SOURCE, address(here)));

        vm.recordLogs();
        here.send(DESTINATION, "linked");
        IMessageService.DeliveryProof memory proof = _prove(_lastSent(), 0);
        vm.chainId(DESTINATION);
        destination.deliver(SOURCE, proof, address(0));
        assertEq(there.last(), "linked");
    }

    /// @dev Its refusal of a stranger is a revert, so the message stays deliverable and is never accepted.
    function test_MSG_10_rejects_S2_strangerAtALinkedContract() public {
        Linked there = new Linked();
        there.link(address(destination), _address(SOURCE, address(0xc0)));
        IMessageService.DeliveryProof memory proof = _sendAndProve(address(there), "from a stranger");
        bytes32 reason = bytes32(ERC7786Recipient.ERC7786RecipientUnauthorizedGateway.selector)
            | bytes32(uint256(uint160(address(destination))) >> 32);
        bytes4 error = IMessageService.MessageRecipientReverted.selector;
        vm.expectRevert(abi.encodeWithSelector(error, _idOf[0], reason));
        destination.deliver(SOURCE, proof, address(0));
    }

    function test_MSG_10_accepts_greeters() public {
        (Greeter here, Greeter there) = (new Greeter(source), new Greeter(destination));
        vm.chainId(SOURCE);
        vm.recordLogs();
        bytes32 id = here.greet(DESTINATION, address(there), "hello");
        IMessageService.DeliveryProof memory proof = _prove(_lastSent(), 0);
        vm.chainId(DESTINATION);
        vm.expectEmit(address(there));
        emit Greeter.Greeted(id, _address(SOURCE, address(here)), "hello");
        destination.deliver(SOURCE, proof, address(0));
        assertEq(there.greeting(), "hello");
        assertEq(there.sender(), _address(SOURCE, address(here)));
    }

    function test_S2_rejects_greetingsFromOutsideTheGateway() public {
        Greeter there = new Greeter(destination);
        vm.expectRevert();
        there.receiveMessage(0, "", "forged");
    }
}
