// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {IRelayFees} from "../../src/interfaces/IRelayFees.sol";
import {IMapMessageService} from "../../src/interfaces/map/IMapMessageService.sol";
import {OddToken} from "../fees/OddToken.sol";
import {MessageAttribute} from "../support/MessageAttribute.sol";
import {MessageProofs} from "../support/MessageProofs.sol";
import {MapMessageTest} from "./MapMessageTest.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";

/// @notice MOS-1 to MOS-3, MOS-9, and what is paid: `transferOut`.
contract MapMessageOutTest is MapMessageTest {
    /// @dev The most that a target of a message without a payload can be given: 120,000 are for what is around it.
    uint256 private constant MOST = 9_571_250;

    OddToken private token;

    function setUp() public override {
        super.setUp();
        token = new OddToken();
        nearFees.setPrice(DESTINATION, address(token), IRelayFees.Price(BASE_GAS, 3));
        token.mint(SENDER, 1 ether);
        vm.prank(SENDER);
        token.approve(address(near), type(uint256).max);
        vm.chainId(SOURCE);
    }

    function test_MOS_1_2_accepts_aMessageForTheCounterpart() public {
        IMapMessageService.MessageData memory data = _message("words");
        uint256 fee = nearFees.quote(DESTINATION, address(0), 300_000);
        vm.recordLogs();
        vm.prank(SENDER);
        bytes32 id = near.transferOut{value: fee}(DESTINATION, abi.encode(data), address(0));

        MessageProofs.Log memory log = _lastSent();
        IMessageService.Body memory body = _body(log, 0);
        assertEq(id, log.topics[1]);
        assertEq(body.sender, _address(SOURCE, address(near)));
        assertEq(body.recipient, _address(DESTINATION, address(far)));
        assertEq(body.payload, abi.encode(SENDER, data));
        // 300,000 and a 31st of it, what is around the call, and 32 for each of five bytes.
        bytes[] memory attributes = MessageAttribute.list(MessageAttribute.minGasLimit(429_837));
        assertEq(abi.encode(body.attributes), abi.encode(attributes));
    }

    function test_MOS_1_2_accepts_theEventOfMap() public {
        bytes memory data = abi.encode(_calldata("words"));
        vm.recordLogs();
        hoax(SENDER);
        bytes32 id = near.transferOut{value: 1 ether}(DESTINATION, data, address(0));
        MessageProofs.Log memory log = _last(IMapMessageService.mapMessageOut.selector);
        assertEq(log.data, abi.encode(id, abi.encodePacked(SENDER), data));
        assertEq(log.topics[1], bytes32(SOURCE));
        assertEq(log.topics[2], bytes32(DESTINATION));
    }

    function test_MOS_1_rejects_chainsWithoutACounterpart() public {
        bytes memory data = abi.encode(_message(""));
        vm.expectRevert(abi.encodeWithSelector(IMapMessageService.MosUnknownChain.selector, 5));
        near.transferOut(5, data, address(0));
        near.registerChain(DESTINATION, "", IMapMessageService.ChainType.NULL);
        vm.expectRevert(abi.encodeWithSelector(IMapMessageService.MosUnknownChain.selector, DESTINATION));
        near.transferOut(DESTINATION, data, address(0));
    }

    /// @dev Each truncation, and a type and a flag that there are not.
    function test_MOS_2_rejects_whatDoesNotDecode() public {
        bytes memory data = abi.encode(_message("words"));
        for (uint256 length = 0; length < data.length - 27; length += 9) {
            bytes memory cut = new bytes(length);
            for (uint256 i = 0; i < length; ++i) {
                cut[i] = data[i];
            }
            vm.expectRevert(bytes(""));
            near.transferOut(DESTINATION, cut, address(0));
        }
        for (uint256 word = 1; word < 3; ++word) {
            bytes memory wrong = bytes.concat(data);
            wrong[32 * word + 31] = 0x02;
            vm.expectRevert(bytes(""));
            near.transferOut(DESTINATION, wrong, address(0));
        }
    }

    function test_MOS_2_rejects_aRelay() public {
        IMapMessageService.MessageData memory data = _message("");
        data.relay = true;
        vm.expectRevert(IMapMessageService.MosRelayNotSupported.selector);
        near.transferOut(DESTINATION, abi.encode(data), address(0));
    }

    function testFuzz_MOS_2_rejects_value(uint256 value) public {
        vm.assume(value != 0);
        IMapMessageService.MessageData memory data = _message("");
        data.value = value;
        vm.expectRevert(abi.encodeWithSelector(IMapMessageService.MosValueNotSupported.selector, value));
        near.transferOut(DESTINATION, abi.encode(data), address(0));
    }

    function test_MOS_2_rejects_targetsThatAreNoAddress() public {
        IMapMessageService.MessageData memory data = _message("");
        for (uint256 length = 0; length < 65; ++length) {
            if (length == 20) continue;
            data.target = new bytes(length);
            vm.expectRevert(abi.encodeWithSelector(IMapMessageService.MosAddressLength.selector, length));
            near.transferOut(DESTINATION, abi.encode(data), address(0));
        }
    }

    function test_MOS_3_accepts_theLeastAndTheMost() public {
        uint256[2] memory limits = [uint256(21_000), MOST];
        uint256[2] memory needed = [uint256(21_000 + 677 + 120_000), 10_000_000];
        for (uint64 i = 0; i < 2; ++i) {
            vm.recordLogs();
            hoax(SENDER);
            bytes memory data = abi.encode(_data(IMapMessageService.MessageType.MESSAGE, "", limits[i]));
            near.transferOut{value: 1 ether}(DESTINATION, data, address(0));
            bytes[] memory attributes = _body(_lastSent(), i).attributes;
            assertEq(attributes[0], MessageAttribute.minGasLimit(needed[i]));
        }
    }

    function test_MOS_3_rejects_lessAndMore() public {
        uint256[4] memory limits = [0, 20_999, MOST + 1, type(uint256).max];
        for (uint256 i = 0; i < 4; ++i) {
            bytes memory data = abi.encode(_data(IMapMessageService.MessageType.CALLDATA, "", limits[i]));
            vm.expectRevert(abi.encodeWithSelector(IMapMessageService.MosGasLimit.selector, limits[i]));
            near.transferOut(DESTINATION, data, address(0));
        }
    }

    /// @dev A payload needs gas of its own.
    function test_MOS_3_rejects_theMostWithAPayload() public {
        bytes memory data = abi.encode(_data(IMapMessageService.MessageType.MESSAGE, "a", MOST));
        vm.expectRevert(abi.encodeWithSelector(IMapMessageService.MosGasLimit.selector, MOST));
        near.transferOut(DESTINATION, data, address(0));
    }

    function test_FEE_1_rejects_whatHasNoPrice() public {
        bytes memory data = abi.encode(_message(""));
        vm.expectRevert(abi.encodeWithSelector(IRelayFees.FeeUnpriced.selector, DESTINATION, address(0xfee)));
        near.transferOut(DESTINATION, data, address(0xfee));
        vm.expectRevert(abi.encodeWithSelector(IRelayFees.FeeUnpriced.selector, 5, address(0)));
        near.getMessageFee(5, address(0), 300_000);
        source.setFees(IRelayFees(address(0)));
        address[2] memory tokens = [address(0), address(token)];
        for (uint256 i = 0; i < 2; ++i) {
            bytes memory unpriced = abi.encodeWithSelector(IRelayFees.FeeUnpriced.selector, DESTINATION, tokens[i]);
            vm.expectRevert(unpriced);
            near.transferOut(DESTINATION, data, tokens[i]);
            vm.expectRevert(unpriced);
            near.getMessageFee(DESTINATION, tokens[i], 300_000);
        }
    }

    function testFuzz_FEE_2_accepts_theFeeAndReturnsTheRest(uint64 more) public {
        (uint256 fee, address receiver) = near.getMessageFee(DESTINATION, address(0), 300_000);
        assertEq(fee, PER_GAS * (BASE_GAS + 300_000));
        assertEq(receiver, address(nearFees));
        hoax(SENDER, fee + more);
        bytes32 id = near.transferOut{value: fee + more}(DESTINATION, abi.encode(_message("")), address(0));
        assertEq(SENDER.balance, more);
        assertEq(address(near).balance, 0);
        (uint256 paid,) = nearFees.paidBy(id, address(0), SENDER);
        assertEq(paid, fee);
    }

    function testFuzz_FEE_2_rejects_less(uint256 value) public {
        (uint256 fee,) = near.getMessageFee(DESTINATION, address(0), 300_000);
        value = bound(value, 0, fee - 1);
        bytes memory data = abi.encode(_message(""));
        hoax(SENDER);
        vm.expectRevert(abi.encodeWithSelector(IRelayFees.FeeTooLow.selector, value, fee));
        near.transferOut{value: value}(DESTINATION, data, address(0));
    }

    function test_FEE_3_accepts_anotherToken() public {
        (uint256 fee,) = near.getMessageFee(DESTINATION, address(token), 300_000);
        assertEq(fee, 3 * (BASE_GAS + 300_000));
        vm.prank(SENDER);
        bytes32 id = near.transferOut(DESTINATION, abi.encode(_message("")), address(token));
        (uint256 paid,) = nearFees.paidBy(id, address(token), SENDER);
        assertEq(paid, fee);
        assertEq(token.balanceOf(SENDER), 1 ether - fee);
        assertEq(token.balanceOf(address(near)), 0);
        assertEq(token.allowance(address(near), address(nearFees)), 0);
    }

    function test_FEE_3_rejects_valueWithAnotherToken() public {
        bytes memory data = abi.encode(_message(""));
        hoax(SENDER);
        vm.expectRevert(abi.encodeWithSelector(IRelayFees.FeeAmount.selector, 0, 1));
        near.transferOut{value: 1}(DESTINATION, data, address(token));
    }

    /// @dev What the token keeps is missing here, and nobody else's is used for it.
    function test_FEE_3_rejects_aTokenThatKeepsSome() public {
        uint256 fee = nearFees.quote(DESTINATION, address(token), 300_000);
        token.set(OddToken.Habit.KeepsOne);
        bytes memory data = abi.encode(_message(""));
        vm.prank(SENDER);
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, address(near), 0, 1));
        near.transferOut(DESTINATION, data, address(token));
        assertEq(token.balanceOf(SENDER), 1 ether);
        assertGt(fee, 0);
    }

    function test_FEE_3_rejects_callsBackWhilePaying() public {
        bytes memory data = abi.encode(_message(""));
        token.setCall(address(near), abi.encodeCall(near.transferOut, (5, data, address(0))));
        vm.prank(SENDER);
        near.transferOut(DESTINATION, data, address(token));
        assertEq(bytes4(token.answer()), ReentrancyGuard.ReentrancyGuardReentrantCall.selector);
        assertEq(source.nextNonce(DESTINATION), 1);
    }

    function test_MOS_9_accepts_counterpartsAndTheirRemoval() public {
        vm.expectEmit(address(near));
        emit IMapMessageService.RegisterChain(5, abi.encodePacked(SENDER), IMapMessageService.ChainType.EVM);
        near.registerChain(5, abi.encodePacked(SENDER), IMapMessageService.ChainType.EVM);
        assertEq(near.counterpartOf(5), SENDER);
        near.registerChain(5, "", IMapMessageService.ChainType.NULL);
        assertEq(near.counterpartOf(5), address(0));
    }

    function test_MOS_9_rejects_otherChainsAndOtherLengths() public {
        vm.expectRevert(abi.encodeWithSelector(IMapMessageService.MosChainType.selector, 2));
        near.registerChain(5, abi.encodePacked(SENDER), IMapMessageService.ChainType.NEAR);
        vm.expectRevert(abi.encodeWithSelector(IMapMessageService.MosAddressLength.selector, 32));
        near.registerChain(5, abi.encode(SENDER), IMapMessageService.ChainType.EVM);
        vm.expectRevert(abi.encodeWithSelector(IMapMessageService.MosAddressLength.selector, 0));
        near.registerChain(5, "", IMapMessageService.ChainType.EVM);
        vm.expectRevert(abi.encodeWithSelector(IMapMessageService.MosAddressLength.selector, 20));
        near.registerChain(5, abi.encodePacked(SENDER), IMapMessageService.ChainType.NULL);
    }

    function test_MOS_9_rejects_anybody() public {
        vm.prank(SENDER);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, SENDER));
        near.registerChain(5, abi.encodePacked(SENDER), IMapMessageService.ChainType.EVM);
    }
}
