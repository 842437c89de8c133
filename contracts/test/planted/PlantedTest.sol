// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {MessageProofs} from "../support/MessageProofs.sol";
import {MessageTest} from "../support/MessageTest.sol";
import {BrokenService} from "./BrokenService.sol";

/// @title An attack is made three times
/// @notice On the message service, which refuses it with the error that is due; on a small service without a fault, which refuses it likewise,
/// so that it is known to be sound but for its fault; and on the same with the fault, where it succeeds: so the attack is one.
abstract contract PlantedTest is MessageTest {
    /// @dev The three services: the real one, the sound twin, the broken twin.
    function _services(BrokenService.Fault fault) internal returns (IMessageService[3] memory services) {
        services[0] = destination;
        services[1] = _twin(BrokenService.Fault.None);
        services[2] = _twin(fault);
    }

    function _twin(BrokenService.Fault fault) internal returns (IMessageService) {
        return IMessageService(address(new BrokenService(heads, address(source), fault)));
    }

    /// @dev A message that is sent to one of the services.
    function _sendTo(IMessageService service, address recipient, bytes memory payload, bytes[] memory attributes)
        internal
        returns (MessageProofs.Log memory log, uint64 nonce)
    {
        _setLane(source, DESTINATION, address(service));
        nonce = source.nextNonce(DESTINATION);
        log = _send(recipient, payload, attributes);
    }

    function _deliver(IMessageService service, MessageProofs.Log memory log, uint64 nonce) internal {
        service.deliver(SOURCE, _prove(log, nonce), address(0));
    }

    function _idAt(IMessageService service, IMessageService.Body memory body) internal view returns (bytes32) {
        return _id(address(source), address(service), body);
    }

    function _settled(bytes32 id) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IMessageService.MessageAlreadySettled.selector, id);
    }

    function _notFailed(bytes32 id) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IMessageService.MessageNotFailed.selector, id);
    }
}
