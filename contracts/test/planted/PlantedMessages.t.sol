// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {ReceiptLog as Receipts} from "../../src/libraries/ReceiptLog.sol"; // forge-std has a ReceiptLog of its own
import {MessageAttribute as A} from "../support/MessageAttribute.sol";
import {MessageProofs} from "../support/MessageProofs.sol";
import {Answering} from "../support/recipients/Answering.sol";
import {Recorder} from "../support/recipients/Recorder.sol";
import {BrokenService} from "./BrokenService.sol";
import {PlantedTest} from "./PlantedTest.sol";
import {IERC7786GatewaySource, IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @notice Attacks on identifiers, replay and origin: `docs/past-failures.md`.
contract PlantedMessagesTest is PlantedTest {
    /// @dev Butter Bridge 2026: the boundaries between adjacent fields move, and the hash stays. What was sent to a recipient that fails becomes
    /// a message to another recipient, of another sender, with another payload.
    function test_MSG_20_rejects_S3_planted_packedId() public {
        IMessageService[3] memory services = _services(BrokenService.Fault.PackedId);
        Answering failing = new Answering();
        failing.set("no", true);
        Recorder victim = new Recorder();
        bytes memory inner = _address(DESTINATION, address(victim));
        for (uint256 i = 0; i < 3; ++i) {
            (MessageProofs.Log memory log, uint64 nonce) =
                _sendTo(services[i], address(failing), bytes.concat(inner, "mint"), A.list(A.revertBehavior(1)));
            _deliver(services[i], log, nonce);
            IMessageService.Body memory body = _body(log, nonce);
            (body.sender, body.recipient, body.payload) = (bytes.concat(body.sender, body.recipient), inner, "mint");
            if (i < 2) vm.expectRevert(_notFailed(_idAt(services[i], body)));
            services[i].retry(SOURCE, body, 0, address(0));
            assertEq(victim.count(), i / 2);
        }
        assertEq(victim.payload(), "mint");
    }

    /// @dev Butter Bridge 2026: anyone could have a message fail that names a recipient without code, and then retry it.
    function test_MSG_8_rejects_S17_planted_noCodeFails() public {
        IMessageService[3] memory services = _services(BrokenService.Fault.NoCodeFails);
        for (uint256 i = 0; i < 3; ++i) {
            (MessageProofs.Log memory log, uint64 nonce) =
                _sendTo(services[i], address(0xdead), "", A.list(A.revertBehavior(1)));
            IMessageService.DeliveryProof memory proof = _prove(log, nonce);
            if (i < 2) {
                vm.expectRevert(
                    abi.encodeWithSelector(IMessageService.MessageForbiddenRecipient.selector, address(0xdead))
                );
            }
            services[i].deliver(SOURCE, proof, address(0));
            assertEq(services[i].hasFailed(log.topics[1]), i == 2);
        }
    }

    /// @dev Nomad 2022: the default value of the book of what was proven was as good as proven. Nothing was ever sent here.
    function test_MSG_20_rejects_S2_planted_defaultTrusted() public {
        IMessageService[3] memory services = _services(BrokenService.Fault.DefaultTrusted);
        Recorder victim = new Recorder();
        IMessageService.Body memory body;
        (body.sender, body.recipient) = (_address(SOURCE, SENDER), _address(DESTINATION, address(victim)));
        body.payload = "mint";
        body.attributes = new bytes[](0);
        for (uint256 i = 0; i < 3; ++i) {
            if (i < 2) vm.expectRevert(_notFailed(_idAt(services[i], body)));
            services[i].retry(SOURCE, body, 0, address(0));
            assertEq(victim.count(), i / 2);
        }
    }

    /// @dev Omni 2022: the chain forks, and what was sent to the one half is delivered on the other as well.
    function test_MSG_5_rejects_S5_planted_storedChainId() public {
        IMessageService[3] memory services = _services(BrokenService.Fault.StoredChainId);
        Recorder victim = new Recorder();
        for (uint256 i = 0; i < 3; ++i) {
            (MessageProofs.Log memory log, uint64 nonce) = _sendTo(services[i], address(victim), "", A.none());
            IMessageService.DeliveryProof memory proof = _prove(log, nonce);
            vm.chainId(10_001);
            if (i < 2) {
                vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageWrongChain.selector, 10_001, DESTINATION));
            }
            services[i].deliver(SOURCE, proof, address(0));
            vm.chainId(DESTINATION);
            assertEq(victim.count(), i / 2);
        }
    }

    /// @dev Messina 2026: the same event is emitted again, and counts as another deposit.
    function test_MSG_7_rejects_S1_planted_logIsIdentity() public {
        IMessageService[3] memory services = _services(BrokenService.Fault.LogIsIdentity);
        Recorder victim = new Recorder();
        for (uint256 i = 0; i < 3; ++i) {
            (MessageProofs.Log memory log, uint64 nonce) = _sendTo(services[i], address(victim), "", A.none());
            _deliver(services[i], log, nonce);
            IMessageService.DeliveryProof memory again = _prove(log, nonce);
            if (i < 2) vm.expectRevert(_settled(log.topics[1]));
            services[i].deliver(SOURCE, again, address(0));
        }
        assertEq(victim.count(), 4);
    }

    /// @dev pNetwork, THORChain 2021: the log is real and says the right thing, but another contract has emitted it.
    function test_RCT_8_rejects_S2_planted_emitterFromCaller() public {
        IMessageService[3] memory services = _services(BrokenService.Fault.EmitterFromCaller);
        Recorder victim = new Recorder();
        address forger = address(0xbad);
        for (uint256 i = 0; i < 3; ++i) {
            IMessageService.Body memory body;
            (body.sender, body.recipient) = (_address(SOURCE, SENDER), _address(DESTINATION, address(victim)));
            body.attributes = new bytes[](0);
            MessageProofs.Log memory log;
            (log.emitter, log.topics) = (forger, new bytes32[](2));
            (log.topics[0], log.topics[1]) = (IERC7786GatewaySource.MessageSent.selector, _idAt(services[i], body));
            log.data = abi.encode(body.sender, body.recipient, body.payload, 0, body.attributes);
            IMessageService.DeliveryProof memory proof = _prove(log, 0);
            if (i < 2) {
                vm.expectRevert(abi.encodeWithSelector(Receipts.ReceiptLogEmitter.selector, address(source), forger));
            }
            services[i].deliver(SOURCE, proof, forger);
            assertEq(victim.count(), i / 2);
        }
    }

    /// @dev A message that has failed expires; its source may prove that and refund it. A retry that does not look at the time delivers it too.
    function test_MSG_18_rejects_S12_planted_retryWithoutTime() public {
        IMessageService[3] memory services = _services(BrokenService.Fault.RetryWithoutTime);
        Answering fickle = new Answering();
        uint64 deadline = NOW + 1000;
        for (uint256 i = 0; i < 3; ++i) {
            vm.warp(NOW);
            fickle.set("no", true);
            bytes[] memory attributes = A.list(A.revertBehavior(1), A.deliverBefore(deadline));
            (MessageProofs.Log memory log, uint64 nonce) = _sendTo(services[i], address(fickle), "", attributes);
            _deliver(services[i], log, nonce);
            fickle.set(abi.encode(IERC7786Recipient.receiveMessage.selector), false);
            vm.warp(deadline + 1);
            if (i < 2) {
                vm.expectRevert(
                    abi.encodeWithSelector(IMessageService.MessageExpired.selector, log.topics[1], deadline)
                );
            }
            bytes32 id = services[i].retry(SOURCE, _body(log, nonce), 0, address(0));
            assertEq(id, i == 2 ? log.topics[1] : bytes32(0));
        }
    }
}
