// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {MessageProofs} from "../support/MessageProofs.sol";
import {MessageTest} from "../support/MessageTest.sol";
import {Linkable} from "./Samples.sol";

/// @title OpenZeppelin's contracts, unchanged, on both chains, and real proofs between them
/// @notice Every test begins and ends on the destination chain.
abstract contract OpenZeppelinTest is MessageTest {
    address internal constant ALICE = address(0xa11ce);
    address internal constant BOB = address(0xb0b);

    bytes32 internal _sentId; // of the message sent last

    /// @dev Each knows the other and no one else.
    function _link(Linkable here, Linkable there) internal {
        here.link(address(source), _address(DESTINATION, address(there)));
        there.link(address(destination), _address(SOURCE, address(here)));
    }

    /// @dev The proof of the message that a call on the source chain sends.
    function _sentBy(address from, address target, bytes memory call_)
        internal
        returns (IMessageService.DeliveryProof memory)
    {
        return _sentBy(SOURCE, DESTINATION, source, from, target, call_);
    }

    /// @dev Calls on the source chain and delivers what that sends.
    function _there(address from, address target, bytes memory call_) internal {
        destination.deliver(SOURCE, _sentBy(from, target, call_), address(0));
    }

    /// @dev Calls on the destination chain and delivers what that sends on the source chain.
    function _back(address from, address target, bytes memory call_) internal {
        IMessageService.DeliveryProof memory proof = _sentBy(DESTINATION, SOURCE, destination, from, target, call_);
        vm.chainId(SOURCE);
        source.deliver(DESTINATION, proof, address(0));
        vm.chainId(DESTINATION);
    }

    /// @dev The recipient of the message sent last refuses it, for this reason, and it stays undelivered.
    function _rejectsDelivery(IMessageService.DeliveryProof memory proof, bytes memory reason) internal {
        bytes4 error = IMessageService.MessageRecipientReverted.selector;
        // forge-lint: disable-next-line(unsafe-typecast) the service reports the first word
        vm.expectRevert(abi.encodeWithSelector(error, _sentId, bytes32(reason)));
        destination.deliver(SOURCE, proof, address(0));
        assertFalse(_isSettled(proof.nonce));
    }

    function _sentBy(
        uint256 here,
        uint256 there,
        IMessageService service,
        address from,
        address target,
        bytes memory call_
    ) private returns (IMessageService.DeliveryProof memory) {
        uint64 nonce = service.nextNonce(there);
        vm.chainId(here);
        vm.recordLogs();
        vm.prank(from);
        (bool success, bytes memory reason) = target.call(call_);
        require(success, string(reason));
        vm.chainId(DESTINATION);
        MessageProofs.Log memory log = _lastSent();
        _sentId = log.topics[1];
        return _proveOn(here, log, nonce);
    }
}
