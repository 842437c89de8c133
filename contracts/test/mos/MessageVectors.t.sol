// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {InteroperableAddressEVM} from "../../src/libraries/InteroperableAddressEVM.sol";
import {MessageLib} from "../../src/libraries/MessageLib.sol";
import {Test} from "forge-std/Test.sol";

/// @notice What `crates/mos` makes of the same messages: `vectors/message/ids.json`.
contract MessageVectorsTest is Test {
    string private _json;

    function setUp() public {
        _json = vm.readFile("vectors/message/ids.json");
    }

    function test_MSG_3_MSG_4_MSG_6_accepts_theMessagesOfTheRustTwin() public view {
        uint256 count = 0;
        for (; vm.keyExistsJson(_json, _key(count, "")); ++count) {
            MessageLib.Message memory message = _message(count);
            bytes memory data = vm.parseJsonBytes(_json, _key(count, ".data"));
            assertEq(MessageLib.id(message), vm.parseJsonBytes32(_json, _key(count, ".id")));
            assertEq(_data(message), data);
            address account = vm.parseJsonAddress(_json, _key(count, ".senderAccount"));
            assertEq(InteroperableAddressEVM.encode(message.lane.sourceChainId, account), message.sender);
            (uint256 chainId,) = this.decode(message.recipient);
            assertEq(chainId, message.lane.destinationChainId);
        }
        assertEq(count, 24);
    }

    function test_MSG_3_rejects_theBytesThatTheRustTwinRejects() public {
        bytes[] memory malformed = vm.parseJsonBytesArray(_json, ".malformedAddresses");
        assertGt(malformed.length, 5);
        for (uint256 i = 0; i < malformed.length; ++i) {
            vm.expectRevert(InteroperableAddressEVM.AddressMalformed.selector);
            this.decode(malformed[i]);
        }
    }

    function decode(bytes calldata self) external pure returns (uint256, address) {
        return InteroperableAddressEVM.decode(self);
    }

    function _message(uint256 i) private view returns (MessageLib.Message memory message) {
        message.lane.sourceChainId = vm.parseJsonUint(_json, _key(i, ".sourceChainId"));
        message.lane.sourceGateway = vm.parseJsonAddress(_json, _key(i, ".sourceGateway"));
        message.lane.destinationChainId = vm.parseJsonUint(_json, _key(i, ".destinationChainId"));
        message.lane.destinationGateway = vm.parseJsonAddress(_json, _key(i, ".destinationGateway"));
        // forge-lint: disable-next-line(unsafe-typecast) the twin's nonce has 64 bits
        message.nonce = uint64(vm.parseJsonUint(_json, _key(i, ".nonce")));
        message.sender = vm.parseJsonBytes(_json, _key(i, ".sender"));
        message.recipient = vm.parseJsonBytes(_json, _key(i, ".recipient"));
        message.payload = vm.parseJsonBytes(_json, _key(i, ".payload"));
        message.attributes = vm.parseJsonBytesArray(_json, _key(i, ".attributes"));
    }

    function _data(MessageLib.Message memory message) private pure returns (bytes memory) {
        return abi.encode(message.sender, message.recipient, message.payload, uint256(0), message.attributes);
    }

    function _key(uint256 i, string memory field) private pure returns (string memory) {
        return string.concat(".messages[", vm.toString(i), "]", field);
    }
}
