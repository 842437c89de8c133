// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {Coin} from "../tokens/zoo/Coin.sol";
import {OpenZeppelinTest} from "./OpenZeppelinTest.sol";
import {Parliament, Vote} from "./Samples.sol";
import {Mode} from "@openzeppelin/contracts/account/utils/draft-ERC7579Utils.sol";
import {CrosschainRemoteExecutor} from "@openzeppelin/contracts/crosschain/CrosschainRemoteExecutor.sol";
import {ERC7786Recipient} from "@openzeppelin/contracts/crosschain/ERC7786Recipient.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

/// @notice OpenZeppelin's governor decides on one chain what its executor does on the other.
contract GovernanceTest is OpenZeppelinTest {
    Parliament private _parliament;
    CrosschainRemoteExecutor private _executor;
    Coin private _treasury;

    function setUp() public override {
        super.setUp();
        Vote votes = new Vote();
        _parliament = new Parliament(votes);
        votes.mint(ALICE, 100);
        vm.prank(ALICE);
        votes.delegate(ALICE);
        vm.roll(block.number + 1);
        _executor = new CrosschainRemoteExecutor(address(destination), _address(SOURCE, address(_parliament)));
        _treasury = new Coin(18);
        _treasury.mint(address(_executor), 1000);
    }

    function test_MSG_10_accepts_proposalOnTheOtherChain() public {
        bytes memory call_ = abi.encodeCall(_treasury.transfer, (BOB, 600));
        IMessageService.DeliveryProof memory proof = _pass(Mode.wrap(0), _single(address(_treasury), call_));
        assertEq(_treasury.balanceOf(BOB), 0);
        destination.deliver(SOURCE, proof, address(0));
        assertEq(_treasury.balanceOf(BOB), 600);
    }

    /// @dev What cannot be done now can be tried again.
    function test_MSG_10_rejects_untilItCanBeDone() public {
        bytes memory call_ = abi.encodeCall(_treasury.transfer, (BOB, 1600));
        IMessageService.DeliveryProof memory proof = _pass(Mode.wrap(0), _single(address(_treasury), call_));
        _rejectsDelivery(
            proof,
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, address(_executor), 1000, 1600)
        );
        _treasury.mint(address(_executor), 600);
        destination.deliver(SOURCE, proof, address(0));
        assertEq(_treasury.balanceOf(BOB), 1600);
    }

    /// @dev Nobody but the governor is obeyed.
    function test_S2_rejects_ordersOfOthers() public {
        bytes memory call_ = _single(address(_treasury), abi.encodeCall(_treasury.transfer, (SENDER, 600)));
        bytes memory payload = abi.encodePacked(Mode.wrap(0), call_);
        IMessageService.DeliveryProof memory proof = _sentBy(
            SENDER,
            address(source),
            abi.encodeCall(source.sendMessage, (_address(DESTINATION, address(_executor)), payload, new bytes[](0)))
        );
        _rejectsDelivery(
            proof,
            abi.encodeWithSelector(
                ERC7786Recipient.ERC7786RecipientUnauthorizedGateway.selector,
                address(destination),
                _address(SOURCE, SENDER)
            )
        );
    }

    /// @dev A proposal to send, which is voted on and executed on the source chain.
    function _pass(Mode mode, bytes memory execution) private returns (IMessageService.DeliveryProof memory) {
        (address[] memory targets, uint256[] memory values, bytes[] memory calls) =
            (new address[](1), new uint256[](1), new bytes[](1));
        targets[0] = address(_parliament);
        calls[0] = abi.encodeCall(
            _parliament.relayCrosschain, (address(source), _address(DESTINATION, address(_executor)), mode, execution)
        );
        vm.chainId(SOURCE);
        vm.prank(ALICE);
        uint256 proposal = _parliament.propose(targets, values, calls, "spend");
        vm.roll(block.number + 2);
        vm.prank(ALICE);
        _parliament.castVote(proposal, 1);
        vm.roll(block.number + 11);
        bytes memory execute = abi.encodeCall(_parliament.execute, (targets, values, calls, keccak256(bytes("spend"))));
        return _sentBy(ALICE, address(_parliament), execute);
    }

    function _single(address target, bytes memory call_) private pure returns (bytes memory) {
        return abi.encodePacked(target, uint256(0), call_);
    }
}
