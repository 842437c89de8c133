// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IAttestors} from "../../src/interfaces/IAttestors.sol";
import {IGuardedBridge} from "../../src/interfaces/IGuardedBridge.sol";
import {Assumption} from "../../src/interfaces/ILightClient.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {MessageService} from "../../src/mos/MessageService.sol";
import {GuardedBridgeERC20} from "../../src/tokens/GuardedBridgeERC20.sol";
import {BridgeTest} from "../tokens/BridgeTest.sol";
import {BrokenAttestors} from "./BrokenAttestors.sol";
import {BrokenVault} from "./BrokenVault.sol";
import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";

/// @notice Attacks on amounts, tokens and thresholds.
contract PlantedMoneyTest is BridgeTest {
    /// @dev Verus 2026: the proof is right, and the amount is what the caller says.
    function test_VLT_12_rejects_V3_planted_amountNotBound() public {
        BrokenVault twin = new BrokenVault(checker, coin);
        coin.mint(address(twin), 1000 * COIN);
        coin.mint(address(home), 1000 * COIN);
        Transfer memory transfer = _goOut(10 * COIN);
        _cancelAndProve(transfer);

        IMessageService.Body memory claimed = transfer.body;
        (bytes memory from, bytes memory to,) = abi.decode(claimed.payload, (bytes, bytes, uint256));
        bytes memory payload = claimed.payload;
        claimed.payload = abi.encode(from, to, 1000 * WIRE);
        bytes32 id = _id(claimed);
        _rejectsRefund(abi.encodeWithSelector(IGuardedBridge.BridgeNotRefundable.selector, id, 0), claimed);

        twin.refund(transfer.id, USER, 1000 * COIN);
        assertEq(coin.balanceOf(address(twin)), 0);
        transfer.body.payload = payload;
        _refund(transfer);
        assertEq(coin.balanceOf(address(home)), 1000 * COIN);
    }

    /// @dev Qubit 2022: a call to an address without code succeeds, and counts as a deposit.
    function test_VLT_1_rejects_V5_planted_tokenWithoutCode() public {
        vm.expectRevert(abi.encodeWithSelector(IGuardedBridge.BridgeToken.selector, address(0)));
        new GuardedBridgeERC20(address(authority), checker, IERC20(address(0)), 6);

        BrokenVault twin = new BrokenVault(checker, coin);
        twin.deposit(address(0), 1000 * COIN);
        assertEq(twin.credited(address(this)), 1000 * COIN);
    }

    /// @dev Ronin 2024: nobody has said how many have to sign, so none has to.
    function test_ATT_1_rejects_planted_thresholdZero() public {
        MessageService twin = new MessageService(address(authority), verifier, new BrokenAttestors(), RECIPIENT_GAS);
        twin.setLane(SOURCE, address(source), Assumption.SyncCommittee, true);
        destination.setLane(SOURCE, address(source), Assumption.SyncCommittee, true);

        IMessageService.DeliveryProof memory proof = _sendAndProve(address(recipient), "");
        vm.expectRevert(abi.encodeWithSelector(IAttestors.AttestorsUnknown.selector, SOURCE));
        destination.deliver(SOURCE, proof, address(0));

        _setLane(source, DESTINATION, address(twin));
        proof = _sendAndProve(address(recipient), "");
        twin.deliver(SOURCE, proof, address(0));
        assertEq(recipient.count(), 1);
    }

    /// @dev Nor can it be said that none has to.
    function test_ATT_5_rejects_planted_thresholdZero() public {
        address[] memory signers = new address[](1);
        signers[0] = vm.addr(0xa);
        vm.expectRevert(IAttestors.AttestorSet.selector);
        attestors.setAttestors(SOURCE, signers, 0);

        BrokenAttestors twin = new BrokenAttestors();
        twin.setAttestors(SOURCE, signers, 0);
        twin.verify(SOURCE, IAttestors.Statement.Sent, "never sent", "");
    }

    /// @dev One of two signs twice.
    function test_ATT_4_rejects_planted_oneSignsTwice() public {
        uint256 key = 0xa;
        address[] memory signers = new address[](2);
        (signers[0], signers[1]) = (vm.addr(0xa), vm.addr(0xb));
        if (signers[0] > signers[1]) (signers[0], signers[1]) = (signers[1], signers[0]);
        attestors.setAttestors(SOURCE, signers, 2);
        BrokenAttestors twin = new BrokenAttestors();
        twin.setAttestors(SOURCE, signers, 2);

        bytes memory one = _signed(key, attestors.attestationDigest(SOURCE, IAttestors.Statement.Sent, "id"));
        vm.expectRevert(abi.encodeWithSelector(IAttestors.AttestationOrder.selector, 1));
        attestors.verify(SOURCE, IAttestors.Statement.Sent, "id", bytes.concat(one, one));

        one = _signed(key, twin.attestationDigest(SOURCE, IAttestors.Statement.Sent, "id"));
        twin.verify(SOURCE, IAttestors.Statement.Sent, "id", bytes.concat(one, one));
    }

    function _signed(uint256 key, bytes32 digest) private pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return bytes.concat(r, s, bytes1(v));
    }
}
