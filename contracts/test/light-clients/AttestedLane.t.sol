// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IAttestors} from "../../src/interfaces/IAttestors.sol";
import {Assumption, ILightClient} from "../../src/interfaces/ILightClient.sol";
import {IMessageChecker} from "../../src/interfaces/IMessageChecker.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {BlockHistory} from "../../src/libraries/BlockHistory.sol";
import {AttestedLightClient} from "../../src/light-clients/AttestedLightClient.sol";
import {CheckerTest} from "../support/CheckerTest.sol";
import {MessageAttribute as A} from "../support/MessageAttribute.sol";
import {MessageProofs} from "../support/MessageProofs.sol";

/// @notice ATT-6 in a lane, both ways: neither chain has any other client than attestors alone, and both ends have been told so.
contract AttestedLaneTest is CheckerTest {
    AttestedLightClient private ofSource;
    AttestedLightClient private ofDestination;

    function setUp() public override {
        super.setUp();
        _setAttestors(SOURCE);
        _setAttestors(DESTINATION);
        ofSource = new AttestedLightClient(attestors, SOURCE);
        ofDestination = new AttestedLightClient(attestors, DESTINATION);
        heads.setClient(SOURCE, ofSource);
        heads.setClient(DESTINATION, ofDestination);
        destination.setLane(SOURCE, address(source), Assumption.Attestors, false);
        source.setLane(DESTINATION, address(destination), Assumption.Attestors, false);
    }

    /// @dev There and back: a message that is delivered, and that this is known where it was sent.
    function test_ATT_6_accepts_messageAndItsOutcome() public {
        Sent memory sent = _sent(A.none());
        IMessageService.DeliveryProof memory proof = _prove(sent.log, 0);
        proof.headId = _attestHead(ofSource, SOURCE, 5, proof.headers[0]);
        MessageProofs.Log memory log = _deliverAndLog(proof, address(0xfee));
        assertEq(recipient.count(), 1);

        proof = _proveOn(DESTINATION, log, 0);
        vm.chainId(SOURCE);
        proof.headId = _attestHead(ofDestination, DESTINATION, 5, proof.headers[0]);
        _acknowledge(proof);
        _assertOutcome(sent.id, IMessageChecker.Outcome.Delivered, address(0xfee));
    }

    function test_ATT_6_accepts_expiry() public {
        Sent memory sent = _sentWithDeadline();
        IMessageChecker.ExpiryProof memory proof = _expiry(0, DEADLINE + 1);
        vm.chainId(SOURCE);
        proof.headId = _attestHead(ofDestination, DESTINATION, 5, proof.headers[0]);
        _proveExpired(sent, proof);
        _assertOutcome(sent.id, IMessageChecker.Outcome.Expired, address(0));
    }

    /// @dev A head that attestors have signed for the one chain is none on the other.
    function test_ATT_4_rejects_headsSignedForTheOtherEnd() public {
        bytes memory header = _prove(_sent(A.none()).log, 0).headers[0];
        bytes memory encoded = _update(SOURCE, 5, header);
        vm.chainId(SOURCE);
        bytes32 due = attestors.headDigest(SOURCE, 5, keccak256(header));
        address signer = _recovered(due, _tail(encoded));
        vm.expectRevert(abi.encodeWithSelector(IAttestors.AttestationSigner.selector, 0, signer));
        ofSource.update(encoded);
        vm.chainId(DESTINATION);
        ofSource.update(encoded);
    }

    /// @dev Nobody is moved to attestors by a client that is put in the other's place: the lane has to be changed too.
    function test_MSG_16_rejects_attestedClientOnOtherLanes() public {
        IMessageService.DeliveryProof memory proof = _prove(_sent(A.none()).log, 0);
        proof.headId = _attestHead(ofSource, SOURCE, 5, proof.headers[0]);
        _setLane(destination, SOURCE, address(source));
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageAssumptionMismatch.selector, 1, 3));
        destination.deliver(SOURCE, proof, address(0));
        destination.setLane(SOURCE, address(source), Assumption.Attestors, false);
        destination.deliver(SOURCE, proof, address(0));
    }

    /// @dev Heads that were never signed, and older blocks.
    function test_CLI_3_ANC_2_rejects_unsignedBlocks() public {
        IMessageService.DeliveryProof memory proof = _prove(_sent(A.none()).log, 0);
        proof.headId = 1;
        vm.expectRevert(abi.encodeWithSelector(ILightClient.ClientUnknownHead.selector, 1));
        destination.deliver(SOURCE, proof, address(0));
        _attestHead(ofSource, SOURCE, 5, proof.headers[0]);
        proof.ancestry = hex"02";
        vm.expectRevert(abi.encodeWithSelector(BlockHistory.AncestryKind.selector, 2));
        destination.deliver(SOURCE, proof, address(0));
        proof.ancestry = "";
        destination.deliver(SOURCE, proof, address(0));
    }

    function _attestHead(AttestedLightClient client, uint256 chainId, uint64 number, bytes memory header)
        private
        returns (uint64)
    {
        return client.update(_update(chainId, number, header));
    }

    function _update(uint256 chainId, uint64 number, bytes memory header) private view returns (bytes memory) {
        bytes32 hash = keccak256(header);
        return bytes.concat(abi.encodePacked(number, hash), _sign(attestors.headDigest(chainId, number, hash)));
    }

    /// @dev The signatures of an update.
    function _tail(bytes memory encoded) private pure returns (bytes memory signatures) {
        signatures = new bytes(encoded.length - 40);
        for (uint256 i = 0; i < signatures.length; ++i) {
            signatures[i] = encoded[40 + i];
        }
    }
}
