// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IAttestors} from "../../src/interfaces/IAttestors.sol";
import {Assumption} from "../../src/interfaces/ILightClient.sol";
import {ILightClientManager} from "../../src/interfaces/ILightClientManager.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {ReceiptLog as Receipts} from "../../src/libraries/ReceiptLog.sol"; // forge-std has a struct of this name
import {MessageAttribute as A} from "../support/MessageAttribute.sol";
import {MessageProofs} from "../support/MessageProofs.sol";
import {RoutedTest} from "../support/RoutedTest.sol";
import {Answering} from "../support/recipients/Answering.sol";
import {Recorder} from "../support/recipients/Recorder.sol";
import {IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @notice MSG-16 and MSG-17: what a lane rests on is what its ends were told, and nothing less.
contract MessageServiceTrustTest is RoutedTest {
    IAttestors.Statement private constant SENT = IAttestors.Statement.Sent;
    IAttestors.Statement private constant CANCELLATION = IAttestors.Statement.CancellationRequested;

    Recorder private _recipient;
    MessageProofs.Log private _log;

    function setUp() public override {
        super.setUp();
        _recipient = new Recorder();
        _log = _send(address(_recipient), "payload");
    }

    function test_MSG_16_accepts_theAssumptionOfTheLane(uint8 kind) public {
        Assumption assumption = Assumption(bound(kind, 1, uint8(type(Assumption).max)));
        heads.setAssumption(SOURCE, assumption);
        vm.expectEmit(address(destination));
        emit IMessageService.LaneSet(SOURCE, address(source), assumption, false);
        destination.setLane(SOURCE, address(source), assumption, false);
        destination.deliver(SOURCE, _prove(_log, 0), address(0));
        assertEq(_recipient.count(), 1);
    }

    function test_MSG_16_rejects_anyOther(uint8 a, uint8 b) public {
        (a, b) = (uint8(bound(a, 0, uint8(type(Assumption).max))), uint8(bound(b, 1, uint8(type(Assumption).max))));
        vm.assume(a != b);
        destination.setLane(SOURCE, address(source), Assumption(a), false);
        heads.setAssumption(SOURCE, Assumption(b));
        IMessageService.DeliveryProof memory proof; // before the head
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageAssumptionMismatch.selector, a, b));
        destination.deliver(SOURCE, proof, address(0));
    }

    /// @dev A client that is replaced by one of another kind takes nobody's trust with it.
    function test_MSG_16_rejects_clientsReplacedByOthers() public {
        IMessageService.DeliveryProof memory proof = _prove(_log, 0);
        heads.setAssumption(SOURCE, Assumption.Attestors);
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageAssumptionMismatch.selector, 1, 3));
        destination.deliver(SOURCE, proof, address(0));
        IMessageService.BatchProof memory batch;
        batch.items = new IMessageService.BatchItem[](1);
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageAssumptionMismatch.selector, 1, 3));
        destination.deliverBatch(SOURCE, batch, address(0));
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageAssumptionMismatch.selector, 1, 3));
        destination.skip(SOURCE, proof);
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageAssumptionMismatch.selector, 1, 3));
        destination.acceptCancellation(SOURCE, proof);
        heads.setAssumption(SOURCE, Assumption.SyncCommittee);
        destination.deliver(SOURCE, proof, address(0));
    }

    function test_CLI_4_CLI_5_rejects_chainsThatAreUnknownOrPaused() public {
        IMessageService.DeliveryProof memory proof = _prove(_log, 0);
        heads.pause(SOURCE);
        vm.expectRevert(abi.encodeWithSelector(ILightClientManager.ClientPaused.selector, SOURCE));
        destination.deliver(SOURCE, proof, address(0));
        heads.unpause(SOURCE);
        destination.deliver(SOURCE, proof, address(0));
        _setLane(destination, 5, address(source));
        vm.expectRevert(abi.encodeWithSelector(ILightClientManager.ClientUnknownChain.selector, 5));
        destination.deliver(5, proof, address(0));
    }

    /// @dev A lane that rests on nothing has no direct delivery; by a route there may be one, by the assumption of the route.
    function test_MSG_16_accepts_rejects_routesByTheirOwnAssumption() public {
        destination.setLane(SOURCE, address(source), Assumption.None, false);
        IMessageService.DeliveryProof memory proof = _prove(_log, 0);
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageAssumptionMismatch.selector, 0, 1));
        destination.deliver(SOURCE, proof, address(0));

        proof = _proveRelayed(_relay(_log), 0);
        heads.setAssumption(HUB, Assumption.MapValidators);
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageAssumptionMismatch.selector, 1, 2));
        destination.deliverRouted(SOURCE, proof, address(0));
        destination.setRoute(SOURCE, IMessageService.Route(HUB, address(hub), Assumption.MapValidators));
        destination.deliverRouted(SOURCE, proof, address(0));
        assertEq(_recipient.count(), 1);
    }

    /// @dev Whatever a caller puts behind the arguments, or leaves away: what is asked of the proof is not theirs to say.
    function test_MSG_16_rejects_S2_whatTheCallerAppends(bytes calldata more) public {
        address forger = address(0xf0);
        MessageProofs.Log memory log = _log;
        log.emitter = forger;
        log.topics[1] = _id(forger, address(destination), _body(_log, 0));
        IMessageService.Route memory witness = IMessageService.Route(SOURCE, forger, Assumption.SyncCommittee);
        bytes memory call_ = abi.encodeCall(IMessageService.deliver, (SOURCE, _prove(log, 0), address(0)));
        call_ = bytes.concat(call_, abi.encode(SOURCE, forger, false, attestors, false, witness));
        (bool success, bytes memory error) = address(destination).call(call_);
        assertFalse(success);
        assertEq(error, abi.encodeWithSelector(Receipts.ReceiptLogEmitter.selector, address(source), forger));

        call_ = abi.encodeCall(IMessageService.deliver, (SOURCE, _prove(_log, 0), address(0)));
        (success,) = address(destination).call(bytes.concat(call_, more));
        assertTrue(success);
        assertEq(_recipient.id(), _log.topics[1]);
    }

    /// @dev Never another message, nor this one twice.
    function test_MSG_6_rejects_S2_callsCutShort(uint16 cut) public {
        bytes memory call_ = abi.encodeCall(IMessageService.deliver, (SOURCE, _prove(_log, 0), address(0)));
        bytes memory part = new bytes(call_.length - bound(cut, 1, call_.length));
        for (uint256 i = 0; i < part.length; ++i) {
            part[i] = call_[i];
        }
        (bool success,) = address(destination).call(part);
        assertEq(success, _isSettled(0));
        if (success) assertEq(_recipient.id(), _log.topics[1]);
        assertLe(_recipient.count(), 1);
    }

    function test_MSG_17_accepts_attestedMessages() public {
        _attestLane();
        IMessageService.DeliveryProof memory proof = _prove(_log, 0);
        proof.attestations = _attest(SOURCE, SENT, _log.topics[1]);
        destination.deliver(SOURCE, proof, address(0));
        assertEq(_recipient.count(), 1);
    }

    function test_MSG_17_accepts_attestedMessagesThroughTheHub() public {
        _attestLane();
        IMessageService.DeliveryProof memory proof = _proveRelayed(_relay(_log), 0);
        vm.expectRevert(abi.encodeWithSelector(IAttestors.AttestationLength.selector, 130, 0));
        destination.deliverRouted(SOURCE, proof, address(0));
        proof.attestations = _attest(SOURCE, SENT, _log.topics[1]);
        destination.deliverRouted(SOURCE, proof, address(0));
        assertEq(_recipient.count(), 1);
    }

    function test_MSG_17_rejects_messagesThatAreNotAttested() public {
        _attestLane();
        bytes32 id = _log.topics[1];
        IMessageService.DeliveryProof memory proof = _prove(_log, 0);
        _rejects(proof, abi.encodeWithSelector(IAttestors.AttestationLength.selector, 130, 0));

        bytes memory one = new bytes(65);
        bytes memory both = _attest(SOURCE, SENT, id);
        for (uint256 i = 0; i < 65; ++i) {
            one[i] = both[i];
        }
        proof.attestations = one;
        _rejects(proof, abi.encodeWithSelector(IAttestors.AttestationLength.selector, 130, 65));
        proof.attestations = bytes.concat(one, one);
        _rejects(proof, abi.encodeWithSelector(IAttestors.AttestationOrder.selector, 1));
    }

    /// @dev What was signed for another statement, message, chain or contract is signed by nobody that counts.
    function test_MSG_17_rejects_S5_attestationsOfSomethingElse() public {
        _attestLane();
        _setAttestors(HUB);
        bytes32 id = _log.topics[1];
        bytes32[5] memory digests;
        digests[0] = attestors.attestationDigest(SOURCE, IAttestors.Statement.Delivered, id);
        digests[1] = attestors.attestationDigest(SOURCE, CANCELLATION, id);
        digests[2] = attestors.attestationDigest(SOURCE, SENT, bytes32(uint256(id) ^ 1));
        digests[3] = attestors.attestationDigest(HUB, SENT, id);
        vm.chainId(SOURCE);
        digests[4] = attestors.attestationDigest(SOURCE, SENT, id);
        vm.chainId(DESTINATION);
        bytes32 due = attestors.attestationDigest(SOURCE, SENT, id);
        IMessageService.DeliveryProof memory proof = _prove(_log, 0);
        for (uint256 i = 0; i < digests.length; ++i) {
            proof.attestations = _sign(digests[i]);
            address signer = ecrecover(
                due, uint8(proof.attestations[64]), _word(proof.attestations, 0), _word(proof.attestations, 32)
            );
            _rejects(proof, abi.encodeWithSelector(IAttestors.AttestationSigner.selector, 0, signer));
        }
    }

    /// @dev Nothing that is not asked for may be in a proof: there is one proof of a delivery.
    function test_MSG_17_rejects_attestationsThatAreNotAskedFor(uint8 length) public {
        length = uint8(bound(length, 1, 255));
        IMessageService.DeliveryProof memory proof = _prove(_log, 0);
        proof.attestations = new bytes(length);
        _rejects(proof, abi.encodeWithSelector(IAttestors.AttestationLength.selector, 0, length));
    }

    /// @dev Attestations take the place of no proof.
    function test_MSG_6_MSG_17_rejects_attestedMessagesWithAnotherNonce() public {
        _attestLane();
        IMessageService.DeliveryProof memory proof = _prove(_log, 1);
        proof.attestations = _attest(SOURCE, SENT, _log.topics[1]);
        bytes32 got = _id(_body(_log, 1));
        _rejects(proof, abi.encodeWithSelector(IMessageService.MessageIdMismatch.selector, _log.topics[1], got));
    }

    function test_MSG_17_rejects_lanesWithoutAttestors() public {
        destination.setLane(SOURCE, address(source), Assumption.SyncCommittee, true);
        IMessageService.DeliveryProof memory proof = _prove(_log, 0);
        _rejects(proof, abi.encodeWithSelector(IAttestors.AttestorsUnknown.selector, SOURCE));
    }

    function test_MSG_17_accepts_rejects_attestedSkipsAndCancellations() public {
        _attestLane();
        MessageProofs.Log memory log =
            _send(address(_recipient), "ordered", A.list(A.inOrder(), A.deliverBefore(NOW), A.cancellable()));
        vm.warp(NOW + 1);
        IMessageService.DeliveryProof memory proof = _prove(log, 1);
        vm.expectRevert(abi.encodeWithSelector(IAttestors.AttestationLength.selector, 130, 0));
        destination.skip(SOURCE, proof);
        proof.attestations = _attest(SOURCE, SENT, log.topics[1]);
        assertEq(destination.skip(SOURCE, proof), log.topics[1]);

        proof = _prove(_cancel(_body(log, 1)), 0);
        vm.expectRevert(abi.encodeWithSelector(IAttestors.AttestationLength.selector, 130, 0));
        destination.acceptCancellation(SOURCE, proof);
        proof.attestations = _attest(SOURCE, SENT, log.topics[1]); // that it was sent is something else
        (bool success, bytes memory error) =
            address(destination).call(abi.encodeCall(IMessageService.acceptCancellation, (SOURCE, proof)));
        assertFalse(success);
        // forge-lint: disable-next-line(unsafe-typecast) the first four bytes are meant
        assertEq(bytes4(error), IAttestors.AttestationSigner.selector);
        proof.attestations = _attest(SOURCE, CANCELLATION, log.topics[1]);
        assertEq(destination.acceptCancellation(SOURCE, proof), log.topics[1]);
        assertTrue(_isSettled(1));
    }

    /// @dev A retry has been attested already; it does ask whether the chain is still believed.
    function test_MSG_20_CLI_5_accepts_rejects_retriesOfAttestedMessages() public {
        _attestLane();
        Answering fickle = new Answering();
        MessageProofs.Log memory log = _send(address(fickle), "payload", A.list(A.revertBehavior(1)));
        IMessageService.DeliveryProof memory proof = _prove(log, 1);
        proof.attestations = _attest(SOURCE, SENT, log.topics[1]);
        destination.deliver(SOURCE, proof, address(0));
        assertTrue(destination.hasFailed(log.topics[1]));

        fickle.set(abi.encode(IERC7786Recipient.receiveMessage.selector), false);
        heads.pause(SOURCE);
        vm.expectRevert(abi.encodeWithSelector(ILightClientManager.ClientPaused.selector, SOURCE));
        destination.retry(SOURCE, _body(log, 1), 0, address(0));
        heads.unpause(SOURCE);
        destination.retry(SOURCE, _body(log, 1), 0, address(0));
        assertTrue(_isSettled(1));
    }

    function test_MSG_20_CLI_4_rejects_retriesOfChainsWithoutClient() public {
        _setLane(destination, 5, address(source));
        vm.expectRevert(abi.encodeWithSelector(ILightClientManager.ClientUnknownChain.selector, 5));
        destination.retry(5, _body(_log, 0), 0, address(0));
    }

    function _attestLane() private {
        _setAttestors(SOURCE);
        destination.setLane(SOURCE, address(source), Assumption.SyncCommittee, true);
        assertTrue(destination.lane(SOURCE).attested);
    }

    function _rejects(IMessageService.DeliveryProof memory proof, bytes memory error) private {
        vm.expectRevert(error);
        destination.deliver(SOURCE, proof, address(0));
        assertFalse(_isSettled(0));
        assertEq(_recipient.count(), 0);
    }

    function _word(bytes memory data, uint256 at) private pure returns (bytes32 word) {
        assembly ("memory-safe") {
            word := mload(add(add(data, 0x20), at))
        }
    }
}
