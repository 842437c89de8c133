// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {CrosschainCoin} from "../../src/examples/CrosschainCoin.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {BridgedCoin} from "../tokens/zoo/BridgedCoin.sol";
import {Coin} from "../tokens/zoo/Coin.sol";
import {OpenZeppelinTest} from "./OpenZeppelinTest.sol";
import {
    Crosschain1155,
    Crosschain721,
    LockingBridge,
    LockingBridge1155,
    LockingBridge721,
    MintingBridge,
    Piece,
    Pieces
} from "./Samples.sol";
import {BridgeFungible} from "@openzeppelin/contracts/crosschain/bridges/abstract/BridgeFungible.sol";
import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC7802} from "@openzeppelin/contracts/interfaces/draft-IERC7802.sol";

/// @notice OpenZeppelin's token bridges over the message service.
contract BridgesTest is OpenZeppelinTest {
    // ── A token that is locked ──────────────────────────────────────────────────────────────────────────────────

    function test_MSG_10_accepts_lockedAndMintedAndBack() public {
        (Coin coin, LockingBridge here) = _locking();
        BridgedCoin bridged = new BridgedCoin(18);
        MintingBridge there = new MintingBridge(IERC7802(address(bridged)));
        bridged.setBridge(address(there));
        _link(here, there);

        _there(ALICE, address(here), _transfer(_address(DESTINATION, BOB), 60));
        assertEq(coin.balanceOf(address(here)), 60);
        assertEq(bridged.balanceOf(BOB), 60);
        _back(BOB, address(there), _transfer(_address(SOURCE, BOB), 25));
        assertEq(coin.balanceOf(address(here)), 35);
        assertEq(coin.balanceOf(BOB), 25);
        assertEq(bridged.totalSupply(), 35);
    }

    function test_MSG_10_accepts_lockedOnBothSides() public {
        (Coin coin, LockingBridge here) = _locking();
        Coin other = new Coin(18);
        LockingBridge there = new LockingBridge(IERC20(address(other)));
        _link(here, there);
        other.mint(address(there), 1000);

        _there(ALICE, address(here), _transfer(_address(DESTINATION, BOB), 60));
        assertEq(other.balanceOf(BOB), 60);
        vm.prank(BOB);
        other.approve(address(there), 60);
        _back(BOB, address(there), _transfer(_address(SOURCE, BOB), 60));
        assertEq(coin.balanceOf(BOB), 60);
        assertEq(other.balanceOf(address(there)), 1000);
    }

    /// @dev What cannot be paid yet is paid later, by the same proof.
    function test_MSG_10_rejects_untilThereIsEnough() public {
        (, LockingBridge here) = _locking();
        Coin other = new Coin(18);
        LockingBridge there = new LockingBridge(IERC20(address(other)));
        _link(here, there);
        IMessageService.DeliveryProof memory proof =
            _sentBy(ALICE, address(here), _transfer(_address(DESTINATION, BOB), 60));
        bytes memory reason = abi.encodeWithSelector(
            IERC20Errors.ERC20InsufficientBalance.selector, address(there), uint256(0), uint256(60)
        );
        _rejectsDelivery(proof, reason);
        other.mint(address(there), 60);
        destination.deliver(SOURCE, proof, address(0));
        assertEq(other.balanceOf(BOB), 60);
    }

    function _locking() private returns (Coin coin, LockingBridge bridge) {
        coin = new Coin(18);
        bridge = new LockingBridge(IERC20(address(coin)));
        coin.mint(ALICE, 100);
        vm.prank(ALICE);
        coin.approve(address(bridge), 100);
    }

    // ── A token that crosses by itself: the example of the guide ────────────────────────────────────────────────

    function test_MSG_10_accepts_crosschainToken() public {
        (CrosschainCoin here, CrosschainCoin there) = _coins();
        IMessageService.DeliveryProof memory proof =
            _sentBy(address(this), address(here), _transfer(_address(DESTINATION, BOB), 60));
        assertEq(here.totalSupply(), 40);
        vm.expectEmit(false, true, true, true, address(there));
        emit BridgeFungible.CrosschainFungibleTransferReceived(0, _address(SOURCE, address(this)), BOB, 60);
        destination.deliver(SOURCE, proof, address(0));
        assertEq(there.balanceOf(BOB), 60);
        _back(BOB, address(there), _transfer(_address(SOURCE, ALICE), 60));
        assertEq(here.balanceOf(ALICE), 60);
        assertEq(there.totalSupply(), 0);
    }

    function test_MSG_7_rejects_crosschainTokenTwice() public {
        (CrosschainCoin here, CrosschainCoin there) = _coins();
        IMessageService.DeliveryProof memory proof =
            _sentBy(address(this), address(here), _transfer(_address(DESTINATION, BOB), 60));
        bytes32 id = destination.deliver(SOURCE, proof, address(0));
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageAlreadySettled.selector, id));
        destination.deliver(SOURCE, proof, address(0));
        assertEq(there.totalSupply(), 60);
    }

    function _coins() private returns (CrosschainCoin here, CrosschainCoin there) {
        (here, there) = (new CrosschainCoin(100), new CrosschainCoin(0));
        here.link(address(source), _address(DESTINATION, address(there)));
        there.link(address(destination), _address(SOURCE, address(here)));
    }

    function _transfer(bytes memory to, uint256 amount) private pure returns (bytes memory) {
        return abi.encodeCall(BridgeFungible.crosschainTransfer, (to, amount));
    }

    // ── Other kinds of token ────────────────────────────────────────────────────────────────────────────────────

    function test_MSG_10_accepts_pieceThereAndBack() public {
        Piece piece = new Piece();
        LockingBridge721 here = new LockingBridge721(piece);
        Crosschain721 there = new Crosschain721();
        _link(here, there);
        piece.mint(ALICE, 7);
        vm.prank(ALICE);
        piece.setApprovalForAll(address(here), true);
        _there(
            ALICE, address(here), abi.encodeCall(here.crosschainTransferFrom, (ALICE, _address(DESTINATION, BOB), 7))
        );
        assertEq(piece.ownerOf(7), address(here));
        assertEq(there.ownerOf(7), BOB);
        _back(BOB, address(there), abi.encodeCall(there.crosschainTransferFrom, (BOB, _address(SOURCE, ALICE), 7)));
        assertEq(piece.ownerOf(7), ALICE);
    }

    function test_MSG_10_accepts_piecesThereAndBack() public {
        Pieces pieces = new Pieces();
        LockingBridge1155 here = new LockingBridge1155(pieces);
        Crosschain1155 there = new Crosschain1155();
        _link(here, there);
        pieces.mint(ALICE, 7, 100);
        vm.prank(ALICE);
        pieces.setApprovalForAll(address(here), true);
        bytes4 selector = bytes4(keccak256("crosschainTransferFrom(address,bytes,uint256,uint256)"));
        _there(ALICE, address(here), abi.encodeWithSelector(selector, ALICE, _address(DESTINATION, BOB), 7, 60));
        assertEq(there.balanceOf(BOB, 7), 60);
        _back(BOB, address(there), abi.encodeWithSelector(selector, BOB, _address(SOURCE, BOB), 7, 20));
        assertEq(pieces.balanceOf(BOB, 7), 20);
        assertEq(pieces.balanceOf(address(here), 7), 40);
    }
}
