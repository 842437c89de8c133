// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {MessageProofs} from "./MessageProofs.sol";
import {RoutedTest} from "./RoutedTest.sol";
import {Fickle} from "./recipients/Fickle.sol";

/// @title Sends and delivers in any order and either way, with proofs right and wrong, to recipients that change their mind
contract MessageHandler is RoutedTest {
    uint64 public sent;
    uint256 public deliveries;
    Fickle[3] public recipients;
    MessageProofs.Log[] private _logs;

    constructor() {
        setUp();
        for (uint256 i = 0; i < 3; ++i) {
            recipients[i] = new Fickle();
        }
    }

    function send(uint256 recipient, bytes calldata payload) external {
        _logs.push(_send(address(recipients[recipient % 3]), payload[0:payload.length % 64]));
        ++sent;
    }

    /// @param nonceOffset Mostly zero: the right nonce.
    function deliver(uint64 message, uint8 nonceOffset, uint24 gas_) external {
        if (sent == 0) return;
        uint64 index = message % sent;
        uint64 nonce = nonceOffset < 200 ? index : index ^ nonceOffset;
        IMessageService.DeliveryProof memory proof = _prove(_logs[index], nonce);
        if (_try(abi.encodeCall(IMessageService.deliver, (SOURCE, proof, address(0))), gas_)) ++deliveries;
    }

    /// @dev Each time relayed anew.
    function deliverRouted(uint64 message, uint8 nonceOffset, uint24 gas_) external {
        if (sent == 0) return;
        uint64 index = message % sent;
        uint64 nonce = nonceOffset < 200 ? index : index ^ nonceOffset;
        IMessageService.DeliveryProof memory proof = _proveRelayed(_relay(_logs[index]), nonce);
        if (_try(abi.encodeCall(IMessageService.deliverRouted, (SOURCE, proof, address(0))), gas_)) ++deliveries;
    }

    function setMood(uint256 recipient, uint8 mood, uint64 message) external {
        bytes memory again = "";
        if (sent != 0) {
            uint64 index = message % sent;
            again = mood & 0x80 == 0
                ? abi.encodeCall(IMessageService.deliver, (SOURCE, _prove(_logs[index], index), address(0)))
                : abi.encodeCall(
                    IMessageService.deliverRouted, (SOURCE, _proveRelayed(_relay(_logs[index]), index), address(0))
                );
        }
        recipients[recipient % 3].set(mood, again);
    }

    function isSettled(uint64 nonce) external view returns (bool) {
        return _isSettled(nonce);
    }

    function idOf(uint256 message) external view returns (bytes32) {
        return _logs[message].topics[1];
    }

    function _try(bytes memory call_, uint24 gas_) private returns (bool success) {
        (success,) = address(destination).call{gas: 100_000 + uint256(gas_) % 4_000_000}(call_);
    }
}
