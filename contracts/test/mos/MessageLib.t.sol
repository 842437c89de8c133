// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MessageLib} from "../../src/libraries/MessageLib.sol";
import {Test} from "forge-std/Test.sol";

/// @notice The id and the decoder of the event, against Solidity's own coder.
contract MessageLibTest is Test {
    bytes private constant TWO_TOPICS = hex"a0" hex"0000000000000000000000000000000000000000000000000000000000000000"
        hex"a0" hex"0000000000000000000000000000000000000000000000000000000000000000";

    function decode(bytes calldata topics, bytes calldata data)
        external
        pure
        returns (bytes memory, bytes memory, bytes memory)
    {
        return MessageLib.decode(topics, data);
    }

    function test_MSG_4_accepts_canonicalEncodings(bytes calldata a, bytes calldata b, bytes calldata c) public view {
        (bytes memory sender, bytes memory recipient, bytes memory payload) = this.decode(TWO_TOPICS, _encode(a, b, c));
        assertEq(sender, a);
        assertEq(recipient, b);
        assertEq(payload, c);
    }

    /// @dev Whatever is accepted is what Solidity would have written for what was read: there is one encoding.
    function test_MSG_4_accepts_nothingElse(bytes calldata data) public view {
        _acceptsOnlyCanonical(data);
    }

    function test_MSG_4_rejects_changedWords(
        bytes calldata a,
        bytes calldata b,
        bytes calldata c,
        uint256 place,
        uint256 word
    ) public view {
        bytes memory data = _encode(a, b, c);
        place = bound(place, 0, data.length / 32 - 1);
        if (word % 4 == 0) word = bound(word, 0, data.length + 64); // a number that could be an offset or a length
        assembly ("memory-safe") {
            mstore(add(add(data, 0x20), mul(place, 0x20)), word)
        }
        _acceptsOnlyCanonical(data);
    }

    function test_MSG_4_rejects_bytesLeftOverOrMissing(bytes calldata a, bytes calldata b, uint256 cut) public {
        bytes memory data = _encode(a, b, a);
        _rejects(bytes.concat(data, hex"00"));
        _rejects(bytes.concat(data, bytes32(0)));
        cut = bound(cut, 0, data.length - 1);
        assembly ("memory-safe") {
            mstore(data, cut)
        }
        _rejects(data);
    }

    function test_MSG_4_rejects_valueAttributesAndOffsetsOutOfSequence() public {
        _rejects(abi.encode("a", "b", "c", uint256(1), new bytes[](0)));
        _rejects(abi.encode("a", "b", "c", uint256(0), new bytes[](1)));
        bytes memory empty = bytes.concat(bytes32(0));
        // Three fields in one place: valid ABI, but not what the gateway writes.
        bytes memory shared = bytes.concat(abi.encode(0xa0, 0xa0, 0xa0, 0, 0xa0), empty);
        abi.decode(shared, (bytes, bytes, bytes, uint256, bytes[]));
        _rejects(shared);
        // Exchanged places.
        _rejects(bytes.concat(abi.encode(0xc0, 0xa0, 0xe0, 0, 0x100), empty, empty, empty, empty));
        // Padding that is not zero.
        bytes memory padded = _encode("a", "b", "c");
        padded[0xa0 + 0x20 + 1] = 0x01;
        _rejects(padded);
        // Lengths at which sums would overflow.
        for (uint256 i = 0; i < 3; ++i) {
            bytes32[3] memory lengths;
            lengths[i] = bytes32(type(uint256).max - 31 * i);
            _rejects(abi.encode(0xa0, 0xc0, 0xe0, 0, 0x100, lengths[0], lengths[1], lengths[2], 0));
        }
    }

    function test_MSG_6_accepts_S3_idsOfDifferentFieldsDiffer(
        MessageLib.Message calldata a,
        MessageLib.Message calldata b
    ) public pure {
        bool equal = keccak256(abi.encode(a)) == keccak256(abi.encode(b));
        assertEq(MessageLib.id(a) == MessageLib.id(b), equal);
    }

    /// @dev The mutation that broke packed hashes: a byte moves across the boundary between neighbours.
    function test_MSG_6_rejects_S3_shiftedBoundaries(MessageLib.Message memory message, uint8 by) public pure {
        uint256 shift = bound(by, 1, 40);
        bytes32 id = MessageLib.id(message);
        (bytes memory sender, bytes memory recipient, bytes memory payload) =
            (message.sender, message.recipient, message.payload);
        if (recipient.length >= shift) {
            (bytes memory head, bytes memory tail) = _split(recipient, shift);
            (message.sender, message.recipient) = (bytes.concat(sender, head), tail);
            assertNotEq(MessageLib.id(message), id);
        }
        (message.sender, message.recipient) = (sender, recipient);
        if (payload.length >= shift) {
            (bytes memory head, bytes memory tail) = _split(payload, shift);
            (message.recipient, message.payload) = (bytes.concat(recipient, head), tail);
            assertNotEq(MessageLib.id(message), id);
        }
        (message.recipient, message.payload) = (recipient, bytes.concat(payload, new bytes(shift)));
        assertNotEq(MessageLib.id(message), id, "zeros are not padding");
    }

    function _acceptsOnlyCanonical(bytes memory data) private view {
        try this.decode(TWO_TOPICS, data) returns (bytes memory a, bytes memory b, bytes memory c) {
            assertEq(_encode(a, b, c), data);
        } catch (bytes memory error) {
            assertEq(error, abi.encodeWithSelector(MessageLib.MessageMalformedEvent.selector));
        }
    }

    function _rejects(bytes memory data) private {
        vm.expectRevert(MessageLib.MessageMalformedEvent.selector);
        this.decode(TWO_TOPICS, data);
    }

    function _encode(bytes memory a, bytes memory b, bytes memory c) private pure returns (bytes memory) {
        return abi.encode(a, b, c, uint256(0), new bytes[](0));
    }

    function _split(bytes memory whole, uint256 at) private pure returns (bytes memory head, bytes memory tail) {
        (head, tail) = (new bytes(at), new bytes(whole.length - at));
        for (uint256 i = 0; i < whole.length; ++i) {
            if (i < at) head[i] = whole[i];
            else tail[i - at] = whole[i];
        }
    }
}
