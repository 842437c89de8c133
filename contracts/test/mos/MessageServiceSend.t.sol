// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Assumption} from "../../src/interfaces/ILightClient.sol";
import {IMessageService} from "../../src/interfaces/IMessageService.sol";
import {InteroperableAddressEVM} from "../../src/libraries/InteroperableAddressEVM.sol";
import {MessageAttribute} from "../support/MessageAttribute.sol";
import {MessageTest} from "../support/MessageTest.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IERC7786GatewaySource} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @notice Section 2 of `spec/message.md`.
contract MessageServiceSendTest is MessageTest {
    bytes[] private _none;
    bytes private _recipient;

    function setUp() public override {
        super.setUp();
        vm.chainId(SOURCE);
        _recipient = _address(DESTINATION, address(0xbeef));
    }

    function test_MSG_1_MSG_2_MSG_3_accepts_andEmitsWhatTheIdBinds() public {
        bytes memory sender = _address(SOURCE, SENDER);
        bytes32 id = keccak256(
            abi.encode(
                keccak256("heliograph.message.v2"),
                SOURCE,
                address(source),
                DESTINATION,
                address(destination),
                uint64(0),
                sender,
                _recipient,
                bytes("payload"),
                _none
            )
        );
        vm.expectEmit(address(source));
        emit IERC7786GatewaySource.MessageSent(id, sender, _recipient, "payload", 0, _none);
        vm.prank(SENDER);
        assertEq(source.sendMessage(_recipient, "payload", _none), id);
    }

    function test_MSG_1_accepts_noncesOfALaneFromZero() public {
        _setLane(source, 5, address(0x5));
        for (uint64 i = 0; i < 3; ++i) {
            assertEq(source.nextNonce(DESTINATION), i);
            source.sendMessage(_recipient, "", _none);
        }
        assertEq(source.nextNonce(5), 0, "lanes are numbered separately");
        source.sendMessage(_address(5, address(0xbeef)), "", _none);
        assertEq(source.nextNonce(5), 1);
        assertEq(source.nextNonce(DESTINATION), 3);
    }

    function test_MSG_1_accepts_S1_equalMessagesWithDifferentIds() public {
        bytes32 first = source.sendMessage(_recipient, "payload", _none);
        assertNotEq(first, source.sendMessage(_recipient, "payload", _none));
    }

    function test_MSG_1_accepts_S5_idsThatFollowTheChainId() public {
        uint256 state = vm.snapshotState();
        bytes32 id = source.sendMessage(_recipient, "payload", _none);
        assertTrue(vm.revertToState(state));
        vm.chainId(SOURCE + 1);
        assertNotEq(id, source.sendMessage(_recipient, "payload", _none), "a fork's messages are not the chain's");
    }

    function test_MSG_1_rejects_chainWithoutLane(uint256 chainId) public {
        chainId = bound(chainId, 1, type(uint256).max);
        vm.assume(chainId != DESTINATION);
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageUnknownLane.selector, chainId));
        source.sendMessage(_address(chainId, address(0xbeef)), "", _none);
    }

    function test_MSG_1_rejects_closedLane() public {
        vm.expectEmit(address(source));
        emit IMessageService.LaneSet(DESTINATION, address(0), Assumption.SyncCommittee, false);
        _setLane(source, DESTINATION, address(0));
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageUnknownLane.selector, DESTINATION));
        source.sendMessage(_recipient, "", _none);
        assertEq(source.nextNonce(DESTINATION), 0);
    }

    function test_MSG_2_rejects_value(uint96 value) public {
        vm.assume(value != 0);
        vm.deal(address(this), value);
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageValueNotAccepted.selector, value));
        source.sendMessage{value: value}("", "", _none); // before the address
        bytes[] memory attributes = MessageAttribute.list(MessageAttribute.minGasLimit(1));
        vm.expectRevert(abi.encodeWithSelector(IMessageService.MessageValueNotAccepted.selector, value));
        source.sendMessage{value: value}(_recipient, "", attributes);
        bytes4 what = "what"; // after the attributes
        vm.expectRevert(abi.encodeWithSelector(IERC7786GatewaySource.UnsupportedAttribute.selector, what));
        source.sendMessage{value: value}("", "", MessageAttribute.list("what"));
    }

    function test_MSG_3_rejects_recipientThatIsNotCanonical() public {
        _setLane(source, 0, address(0xdead)); // were chain 0 spelled, it would have a lane
        bytes[7] memory malformed = [
            bytes(""),
            bytes.concat(_recipient, hex"00"), // left over
            hex"000100000000", // no parts
            bytes.concat(hex"000100000014", bytes20(address(0xbeef))), // no chain
            hex"0001000003088bb000", // no account
            bytes.concat(hex"000100000400088bb014", bytes20(address(0xbeef))), // leading zero
            _address(0, address(0xbeef))
        ];
        for (uint256 i = 0; i < malformed.length; ++i) {
            vm.expectRevert(InteroperableAddressEVM.AddressMalformed.selector);
            source.sendMessage(malformed[i], "", _none); // before the lane
        }
        assertEq(source.nextNonce(DESTINATION), 0);
    }

    function test_S13_rejects_lanesSetByOthers(address other) public {
        vm.assume(other != address(this));
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, other));
        vm.prank(other);
        _setLane(source, DESTINATION, other);
    }
}
