// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {InteroperableAddressEVM} from "../../src/libraries/InteroperableAddressEVM.sol";
import {Linked} from "../support/recipients/Linked.sol";
import {Swallower} from "../support/recipients/Swallower.sol";
import {OpenZeppelinTest} from "./OpenZeppelinTest.sol";
import {ERC7786Recipient} from "@openzeppelin/contracts/crosschain/ERC7786Recipient.sol";
import {IERC7786GatewaySource} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";

/// @notice Where a gateway of ERC-7786 can be right by the letter and of no use to OpenZeppelin's contracts, or the reverse.
contract TrapsTest is OpenZeppelinTest {
    /// @dev They send without value and without attributes, and pay nobody.
    function test_MSG_2_accepts_freeMessages() public {
        (Linked here, Linked there) = _linked();
        _there(address(this), address(here), abi.encodeCall(here.send, (DESTINATION, "free")));
        assertEq(there.last(), "free");
    }

    /// @dev They ask for attribute zero when they are linked, and only want an answer.
    function test_MSG_2_accepts_rejects_probe() public {
        assertFalse(source.supportsAttribute(bytes4(0)));
        Linked linked = new Linked();
        linked.link(address(source), _address(DESTINATION, address(1)));
        // What is no gateway does not answer.
        bytes memory counterpart = _address(DESTINATION, address(1));
        vm.expectRevert();
        linked.link(address(0xe0a), counterpart);
        // Asking is one thing, using it is another.
        bytes[] memory attributes = new bytes[](1);
        attributes[0] = new bytes(4);
        vm.expectRevert(abi.encodeWithSelector(IERC7786GatewaySource.UnsupportedAttribute.selector, bytes4(0)));
        source.sendMessage(counterpart, "", attributes);
    }

    /// @dev They compare the sender byte by byte with what OpenZeppelin's library makes of it.
    function testFuzz_MSG_3_accepts_canonicalSender(uint64 chainId, address sender) public {
        chainId = uint64(bound(chainId, 1, type(uint64).max));
        vm.chainId(chainId);
        bytes memory recipient = _address(DESTINATION, BOB);
        bytes memory expected = InteroperableAddress.formatEvmV1(chainId, sender);
        _setLane(source, DESTINATION, address(destination));
        vm.recordLogs();
        vm.prank(sender);
        source.sendMessage(recipient, "", new bytes[](0));
        assertEq(_body(_lastSent(), 0).sender, expected);
        vm.chainId(DESTINATION);
    }

    /// @dev They keep no record of what they received.
    function test_MSG_7_rejects_replay() public {
        (Linked here, Linked there) = _linked();
        IMessageService.DeliveryProof memory proof =
            _sentBy(address(this), address(here), abi.encodeCall(here.send, (DESTINATION, "once")));
        bytes32 id = destination.deliver(SOURCE, proof, address(0));
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageAlreadySettled.selector, id));
        destination.deliver(SOURCE, proof, address(0));
        // Left to itself the contract would take it again.
        vm.prank(address(destination));
        there.receiveMessage(id, _address(SOURCE, address(here)), "twice");
        assertEq(there.last(), "twice");
    }

    /// @dev Who swallows its own failure has received; who reverts has not, and can be delivered to again.
    function test_MSG_10_accepts_rejects_swallowedFailure() public {
        Swallower swallower = new Swallower();
        Linked closed = new Linked();
        IMessageService.DeliveryProof memory proof = _sendAndProve(address(swallower), "");
        vm.mockCallRevert(address(swallower), abi.encodeCall(swallower.work, ()), "");
        destination.deliver(SOURCE, proof, address(0));
        assertEq(swallower.accepted(), 1);
        assertEq(swallower.done(), 0);
        assertTrue(_isSettled(0));

        bytes memory to = _address(DESTINATION, address(closed));
        proof = _sentBy(SENDER, address(source), abi.encodeCall(source.sendMessage, (to, "", new bytes[](0))));
        bytes4 error = ERC7786Recipient.ERC7786RecipientUnauthorizedGateway.selector;
        _rejectsDelivery(proof, abi.encodeWithSelector(error, address(destination), _address(SOURCE, SENDER)));
        closed.link(address(destination), _address(SOURCE, SENDER));
        destination.deliver(SOURCE, proof, address(0));
        assertTrue(_isSettled(1));
    }

    /// @dev Their parser overlooks what stands behind an address, and zeros before a chain id. Here these are no addresses.
    function test_MSG_3_rejects_whatTheirParserAccepts() public {
        bytes memory exact = _address(DESTINATION, BOB);
        bytes[2] memory others = [bytes.concat(exact, hex"00"), bytes.concat(hex"000100000400088bb014", bytes20(BOB))];
        for (uint256 i = 0; i < 2; ++i) {
            (uint256 chainId, address account) = InteroperableAddress.parseEvmV1(others[i]);
            assertEq(chainId, DESTINATION);
            assertEq(account, BOB);
            vm.chainId(SOURCE);
            vm.expectRevert(InteroperableAddressEVM.AddressMalformed.selector);
            source.sendMessage(others[i], "", new bytes[](0));
        }
        source.sendMessage(exact, "", new bytes[](0));
        vm.chainId(DESTINATION);
    }

    function _linked() private returns (Linked here, Linked there) {
        (here, there) = (new Linked(), new Linked());
        here.link(address(source), _address(DESTINATION, address(there)));
        there.link(address(destination), _address(SOURCE, address(here)));
    }
}
