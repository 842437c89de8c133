// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IAttestors} from "../../src/interfaces/IAttestors.sol";
import {Assumption, ILightClient} from "../../src/interfaces/ILightClient.sol";
import {ILightClientManager} from "../../src/interfaces/ILightClientManager.sol";
import {IMessageChecker} from "../../src/interfaces/IMessageChecker.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {BlockHeader} from "../../src/libraries/BlockHeader.sol";
import {MPTProof} from "../../src/libraries/MPTProof.sol";
import {CheckerTest} from "../support/CheckerTest.sol";
import {MessageAttribute as A} from "../support/MessageAttribute.sol";

/// @notice What a proof that a message has expired has to come up to: lane, block, account, storage, attestations.
contract CheckerExpiryProofTest is CheckerTest {
    // ── State proofs ────────────────────────────────────────────────────────────────────────────────────────────

    /// @dev A word that is there is not absent, and the reverse.
    function test_CHK_4_rejects_wordOfTheOtherKind() public {
        Sent memory sent = _sentWithDeadline();
        IMessageChecker.ExpiryProof memory proof = _expiry(0, DEADLINE + 1);
        proof.absent = false;
        _rejectsExpired(abi.encodeWithSelector(MPTProof.MptKeyAbsent.selector), sent.body, proof);
        _delivered(_sentWithDeadline(), address(0));
        proof = _expiry(0, DEADLINE + 1);
        proof.absent = true;
        _rejectsExpired(abi.encodeWithSelector(MPTProof.MptKeyPresent.selector), sent.body, proof);
    }

    /// @dev Where the bits of another gateway, chain or word would be, there is nothing: but that is not what is asked.
    function test_CHK_4_rejects_proofsOfOtherSlots() public {
        Sent memory sent = _sentWithDeadline();
        _delivered(sent, address(0));
        bytes32[4] memory slots = [
            _settledSlot(DESTINATION, address(source), 0),
            _settledSlot(SOURCE, address(destination), 0),
            _settledSlot(SOURCE, address(source), 256),
            bytes32(uint256(99))
        ];
        bytes32 right = _settledSlot(SOURCE, address(source), 0);
        bytes[] memory due = _expiryOf(right, DEADLINE + 1).storageProof;
        for (uint256 i = 0; i < 4; ++i) {
            assertEq(vm.load(address(destination), slots[i]), 0);
            IMessageChecker.ExpiryProof memory proof = _expiryOf(slots[i], DEADLINE + 1);
            proof.absent = true;
            // The ways to two keys part at some node; up to there the proof holds, and all of it may.
            uint256 common;
            uint256 count = proof.storageProof.length;
            while (common < count && _same(proof.storageProof[common], due[common])) ++common;
            bytes memory error = abi.encodeWithSelector(MPTProof.MptHashMismatch.selector, common);
            if (common == count) error = abi.encodeWithSelector(MPTProof.MptTruncatedProof.selector, common);
            if (common == due.length) error = abi.encodeWithSelector(MPTProof.MptKeyPresent.selector);
            _rejectsExpired(error, sent.body, proof);
        }
    }

    /// @dev The storage of another account, and the account of another chain's state.
    function test_ACC_1_rejects_otherAccountsInExpiry() public {
        Sent memory sent = _sentWithDeadline();
        bytes32 slot = _settledSlot(SOURCE, address(source), 0);
        IMessageChecker.ExpiryProof memory right = _expiryOf(slot, DEADLINE + 1);
        IMessageChecker.ExpiryProof memory other = _expiryOf(address(source), slot, DEADLINE + 1);
        (other.headers, other.headId) = (right.headers, right.headId);
        uint256 common;
        while (_same(other.accountProof[common], right.accountProof[common])) ++common;
        _rejectsExpired(abi.encodeWithSelector(MPTProof.MptHashMismatch.selector, common), sent.body, other);
        // The account is right, but the storage is not its own.
        other.accountProof = right.accountProof;
        _rejectsExpired(abi.encodeWithSelector(MPTProof.MptHashMismatch.selector, 0), sent.body, other);
        _proveExpired(sent, right);
    }

    function test_ACC_1_2_rejects_brokenProofsInExpiry() public {
        Sent memory sent = _sentWithDeadline();
        _delivered(_sentWithDeadline(), address(0));
        IMessageChecker.ExpiryProof memory proof = _expiry(0, DEADLINE + 1);
        _rejectsChanged(sent, proof, proof.accountProof);
        _rejectsChanged(sent, proof, proof.storageProof);
        bytes[] memory nodes = proof.accountProof;
        proof.accountProof = new bytes[](0);
        _rejectsExpired(abi.encodeWithSelector(MPTProof.MptTruncatedProof.selector, 0), sent.body, proof);
        (proof.accountProof, nodes) = (nodes, proof.storageProof);
        proof.storageProof = new bytes[](0);
        _rejectsExpired(abi.encodeWithSelector(MPTProof.MptTruncatedProof.selector, 0), sent.body, proof);
        proof.storageProof = A.and(nodes, nodes[0]);
        bytes memory error = abi.encodeWithSelector(MPTProof.MptTrailingNode.selector, nodes.length);
        _rejectsExpired(error, sent.body, proof);
    }

    // ── Lanes ───────────────────────────────────────────────────────────────────────────────────────────────────

    function test_MSG_1_15_16_rejects_lanesOfExpired() public {
        Sent memory sent = _sentWithDeadline();
        IMessageChecker.ExpiryProof memory proof = _expiry(0, DEADLINE + 1);
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageUnknownLane.selector, 5));
        checker.proveExpired(5, sent.body, proof);
        source.pause(DESTINATION, IMessageService.Direction.Delivering);
        bytes memory error = abi.encodeWithSelector(IMessageService.MessageDeliveringPaused.selector, DESTINATION);
        _rejectsExpired(error, sent.body, proof);
        source.unpause(DESTINATION, IMessageService.Direction.Delivering);

        heads.setAssumption(DESTINATION, Assumption.Attestors);
        error = abi.encodeWithSelector(IMessageService.MessageAssumptionMismatch.selector, 1, 3);
        _rejectsExpired(error, sent.body, proof);
        heads.setAssumption(DESTINATION, Assumption.SyncCommittee);
        heads.pause(DESTINATION);
        error = abi.encodeWithSelector(ILightClientManager.ClientPaused.selector, DESTINATION);
        _rejectsExpired(error, sent.body, proof);
        heads.unpause(DESTINATION);

        source.pause(DESTINATION, IMessageService.Direction.Sending);
        _proveExpired(sent, proof);
    }

    function test_HDR_1_CLI_3_rejects_blocksOfExpired() public {
        Sent memory sent = _sentWithDeadline();
        IMessageChecker.ExpiryProof memory proof = _expiry(0, DEADLINE + 1);
        IMessageChecker.ExpiryProof memory other = _expiry(0, DEADLINE + 2);
        (other.headId, proof.headId) = (proof.headId, other.headId);
        bytes memory error = abi.encodeWithSelector(
            BlockHeader.HeaderHashMismatch.selector, keccak256(other.headers[0]), keccak256(proof.headers[0])
        );
        _rejectsExpired(error, sent.body, proof);
        proof.headId = 1000;
        _rejectsExpired(abi.encodeWithSelector(ILightClient.ClientUnknownHead.selector, 1000), sent.body, proof);
        proof.headers = new bytes[](0);
        proof.headId = other.headId;
        _rejectsExpired(abi.encodeWithSelector(BlockHeader.AncestryEmpty.selector), sent.body, proof);
    }

    function test_MSG_17_accepts_rejects_attestedExpiry() public {
        Sent memory sent = _sentWithDeadline();
        IMessageChecker.ExpiryProof memory proof = _expiry(0, DEADLINE + 1);
        proof.attestations = new bytes(130);
        bytes memory error = abi.encodeWithSelector(IAttestors.AttestationLength.selector, 0, 130);
        _rejectsExpired(error, sent.body, proof);

        _setAttestors(DESTINATION);
        source.setLane(DESTINATION, address(destination), Assumption.SyncCommittee, true);
        proof.attestations = "";
        error = abi.encodeWithSelector(IAttestors.AttestationLength.selector, 130, 0);
        _rejectsExpired(error, sent.body, proof);
        vm.chainId(SOURCE);
        proof.attestations = _attest(DESTINATION, IAttestors.Statement.Cancelled, sent.id);
        bytes32 due = attestors.attestationDigest(DESTINATION, IAttestors.Statement.Expired, sent.id);
        error = abi.encodeWithSelector(IAttestors.AttestationSigner.selector, 0, _recovered(due, proof.attestations));
        _rejectsExpired(error, sent.body, proof);
        vm.chainId(SOURCE);
        proof.attestations = _sign(due);
        _proveExpired(sent, proof);
    }

    /// @dev Attestors cannot do without the proof: the state root still has to be right.
    function test_MSG_17_CHK_4_rejects_attestedExpiryOfDelivered() public {
        Sent memory sent = _sentWithDeadline();
        _delivered(sent, address(0));
        _setAttestors(DESTINATION);
        source.setLane(DESTINATION, address(destination), Assumption.SyncCommittee, true);
        IMessageChecker.ExpiryProof memory proof = _expiry(0, DEADLINE + 1);
        vm.chainId(SOURCE);
        proof.attestations = _attest(DESTINATION, IAttestors.Statement.Expired, sent.id);
        _rejectsExpired(_alreadySettled(sent.id), sent.body, proof);
    }

    // ── Support ─────────────────────────────────────────────────────────────────────────────────────────────────────

    /// @dev With one bit of one node changed, whichever.
    function _rejectsChanged(Sent memory sent, IMessageChecker.ExpiryProof memory proof, bytes[] memory nodes) private {
        for (uint256 i = 0; i < nodes.length; ++i) {
            for (uint256 at = 0; at < nodes[i].length; at += 11) {
                nodes[i][at] ^= 0x01;
                _rejectsExpired(abi.encodeWithSelector(MPTProof.MptHashMismatch.selector, i), sent.body, proof);
                nodes[i][at] ^= 0x01;
            }
        }
    }

    function _same(bytes memory a, bytes memory b) private pure returns (bool) {
        return keccak256(a) == keccak256(b);
    }
}
