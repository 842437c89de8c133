// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {MessageAttribute as A} from "../support/MessageAttribute.sol";
import {MessageProofs} from "../support/MessageProofs.sol";
import {Meter} from "../support/recipients/Meter.sol";
import {Recorder} from "../support/recipients/Recorder.sol";
import {ReturnBomb} from "../support/recipients/ReturnBomb.sol";
import {BrokenGreeter} from "./BrokenGreeter.sol";
import {BrokenService} from "./BrokenService.sol";
import {Greedy} from "./Greedy.sol";
import {Keeper} from "./Keeper.sol";
import {PlantedTest} from "./PlantedTest.sol";
import {ERC7786Recipient} from "@openzeppelin/contracts/crosschain/ERC7786Recipient.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

/// @notice Attacks by what is called, and on it: re-entrance, gas, return data, blocking, and calls that a message should not make.
contract PlantedCallsTest is PlantedTest {
    /// @dev ibc-go 2024: what marks a message as done comes after the callback, so the callback has it done again.
    function test_MSG_7_rejects_S6_planted_settledAfterCall() public {
        IMessageService[3] memory services = _services(BrokenService.Fault.SettledAfterCall);
        for (uint256 i = 0; i < 3; ++i) {
            Greedy attacker = new Greedy();
            (MessageProofs.Log memory log, uint64 nonce) =
                _sendTo(services[i], address(attacker), "", A.list(A.minGasLimit(4_000_000)));
            IMessageService.DeliveryProof memory proof = _prove(log, nonce);
            attacker.set(abi.encodeCall(IMessageService.deliver, (SOURCE, proof, address(0))));
            services[i].deliver(SOURCE, proof, address(0));
            assertEq(attacker.count(), i < 2 ? 1 : 3);
            if (i < 2) {
                bytes4 error = ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector;
                assertEq(attacker.answer(), bytes.concat(error));
            }
        }
    }

    /// @dev Optimism 2023: the least gas at which a delivery goes through. Ours then gave the recipient all that the message asks for; the
    /// broken one called it with less, and the message is spent.
    function test_MSG_9_rejects_S7_planted_floorBeforeBuffers() public {
        IMessageService[3] memory services = _services(BrokenService.Fault.FloorBeforeBuffers);
        uint256 limit = 1_000_000;
        for (uint256 i = 0; i < 3; ++i) {
            Meter meter = new Meter();
            (MessageProofs.Log memory log, uint64 nonce) = _sendTo(services[i], address(meter), "", A.none());
            IMessageService.DeliveryProof memory proof = _prove(log, nonce);
            bytes memory error = _starve(services[i], proof, limit);
            // What it measures is what is left after its first few instructions.
            if (i < 2) assertGt(meter.gasReceived(), limit - 200);
            else assertLt(meter.gasReceived(), limit - 10_000);
            (bytes4 selector, uint256 got, uint256 required) = _parts(error);
            assertEq(selector, IMessageService.MessageInsufficientGas.selector);
            assertEq(required, limit);
            assertLt(got, limit);
        }
    }

    /// @dev Nomad, Maia: the callee reverts with a megabyte, which the caller pays to copy. With gas enough for all else, the broken one can
    /// never deliver or record it.
    function test_MSG_9_accepts_S9_planted_unboundedCopy() public {
        IMessageService[3] memory services = _services(BrokenService.Fault.UnboundedCopy);
        ReturnBomb bomb = new ReturnBomb(true);
        for (uint256 i = 0; i < 3; ++i) {
            bytes[] memory attributes = A.list(A.revertBehavior(1), A.minGasLimit(3_000_000));
            (MessageProofs.Log memory log, uint64 nonce) = _sendTo(services[i], address(bomb), "", attributes);
            IMessageService.DeliveryProof memory proof = _prove(log, nonce);
            if (i == 2) vm.expectRevert(bytes(""));
            services[i].deliver{gas: 3_400_000}(SOURCE, proof, address(0));
            assertEq(services[i].hasFailed(log.topics[1]), i < 2);
        }
    }

    /// @dev LayerZero v1: one recipient that always fails, and nothing behind its message arrives.
    function test_MSG_10_accepts_S10_planted_blocking() public {
        IMessageService[3] memory services = _services(BrokenService.Fault.Blocking);
        Recorder other = new Recorder();
        ReturnBomb failing = new ReturnBomb(true);
        for (uint256 i = 0; i < 3; ++i) {
            // The lanes of the three share their nonces: the broken one begins where they stand.
            (, uint64 first) = _sendTo(services[i], address(failing), "", A.none());
            (MessageProofs.Log memory log, uint64 nonce) = _sendTo(services[i], address(other), "", A.none());
            IMessageService.DeliveryProof memory proof = _prove(log, nonce);
            if (i == 2) {
                vm.expectRevert(
                    abi.encodeWithSelector(IMessageService.MessageOutOfOrder.selector, log.topics[1], 0, nonce)
                );
            }
            services[i].deliver(SOURCE, proof, address(0));
            assertEq(other.count(), i < 2 ? i + 1 : 2);
            assertEq(nonce, first + 1);
        }
    }

    /// @dev Poly 2021: the message says whom the gateway is to call and with what, and the gateway has a right somewhere.
    function test_MSG_10_rejects_S13_planted_anyCall() public {
        IMessageService[3] memory services = _services(BrokenService.Fault.AnyCall);
        for (uint256 i = 0; i < 3; ++i) {
            Keeper target = new Keeper(address(services[i]));
            bytes memory payload = abi.encode(target, abi.encodeCall(Keeper.setKeeper, (SENDER)));
            (MessageProofs.Log memory log, uint64 nonce) = _sendTo(services[i], address(target), payload, A.none());
            IMessageService.DeliveryProof memory proof = _prove(log, nonce);
            if (i < 2) {
                vm.expectRevert(
                    abi.encodeWithSelector(IMessageService.MessageRecipientReverted.selector, log.topics[1], bytes32(0))
                );
            }
            services[i].deliver(SOURCE, proof, address(0));
            assertEq(target.keeper(), i < 2 ? address(0) : SENDER);
        }
    }

    /// @dev CrossCurve 2026: a second way in, for the quick, that does not ask who calls. The greeter has one way in.
    function test_MSG_10_rejects_S16_planted_expressEntry() public {
        BrokenGreeter greeter = new BrokenGreeter(destination);
        bytes memory sender = _address(SOURCE, SENDER);
        vm.expectRevert(
            abi.encodeWithSelector(ERC7786Recipient.ERC7786RecipientUnauthorizedGateway.selector, address(this), sender)
        );
        greeter.receiveMessage("id", sender, "forged");
        assertEq(greeter.greeting(), "");
        greeter.expressReceive("id", sender, "forged");
        assertEq(greeter.greeting(), "forged");
    }

    /// @dev Raises the gas until the delivery goes through.
    /// @return error That of the last attempt that was refused.
    function _starve(IMessageService service, IMessageService.DeliveryProof memory proof, uint256 limit)
        private
        returns (bytes memory error)
    {
        bytes memory call_ = abi.encodeCall(IMessageService.deliver, (SOURCE, proof, address(0)));
        for (uint256 gas_ = limit; gas_ < 2 * limit; gas_ += 500) {
            (bool success, bytes memory answer) = address(service).call{gas: gas_}(call_);
            if (success) return error;
            error = answer;
        }
        revert("never");
    }

    function _parts(bytes memory error) private pure returns (bytes4 selector, uint256 got, uint256 required) {
        assertEq(error.length, 0x44);
        assembly ("memory-safe") {
            selector := mload(add(error, 0x20))
            got := mload(add(error, 0x24))
            required := mload(add(error, 0x44))
        }
    }
}
