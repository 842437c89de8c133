// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MessageLib} from "../../src/libraries/MessageLib.sol";
import {Test} from "forge-std/Test.sol";

/// @notice The id and the decoders of the events, against Solidity's own coder.
contract MessageLibTest is Test {
    /// @dev What `MessageSent` has in its data, but for the value.
    struct Fields {
        bytes sender;
        bytes recipient;
        bytes payload;
        bytes[] attributes;
    }

    function decode(bytes calldata topics, bytes calldata data) external pure returns (Fields memory) {
        MessageLib.requireSent(topics, data);
        return Fields({
            sender: MessageLib.sender(data),
            recipient: MessageLib.recipient(data),
            payload: MessageLib.payload(data),
            attributes: MessageLib.attributes(data)
        });
    }

    function requireRelayed(bytes calldata topics, bytes calldata data) external pure {
        MessageLib.requireRelayed(topics, data);
    }

    function decodeCancellation(bytes calldata topics, bytes calldata data) external pure returns (uint64) {
        return MessageLib.decodeCancellation(topics, data);
    }

    function decodeDelivered(bytes calldata topics, bytes calldata data) external pure returns (uint64, address) {
        return MessageLib.decodeDelivered(topics, data);
    }

    function test_MSG_4_accepts_canonicalEncodings(Fields calldata fields) public view {
        Fields memory got = this.decode(_topics(2), _encode(fields));
        assertEq(abi.encode(got), abi.encode(fields));
    }

    /// @dev Whatever is accepted is what Solidity would have written for what was read: there is one encoding.
    function test_MSG_4_accepts_nothingElse(bytes calldata data) public view {
        _acceptsOnlyCanonical(data);
    }

    function test_MSG_4_rejects_changedWords(Fields calldata fields, uint256 place, uint256 word) public view {
        bytes memory data = _encode(fields);
        place = bound(place, 0, data.length / 32 - 1);
        if (word % 4 == 0) word = bound(word, 0, data.length + 64); // a number that could be an offset or a length
        assembly ("memory-safe") {
            mstore(add(add(data, 0x20), mul(place, 0x20)), word)
        }
        _acceptsOnlyCanonical(data);
    }

    function test_MSG_4_rejects_bytesLeftOverOrMissing(Fields calldata fields, uint256 cut) public {
        bytes memory data = _encode(fields);
        _rejects(bytes.concat(data, hex"00"));
        _rejects(bytes.concat(data, bytes32(0)));
        cut = bound(cut, 0, data.length - 1);
        assembly ("memory-safe") {
            mstore(data, cut)
        }
        _rejects(data);
    }

    function test_MSG_4_rejects_valueAndOffsetsOutOfSequence() public {
        _rejects(abi.encode("a", "b", "c", uint256(1), new bytes[](0)));
        bytes memory empty = bytes.concat(bytes32(0));
        // Three fields in one place: valid ABI, but not what the gateway writes.
        bytes memory shared = bytes.concat(abi.encode(0xa0, 0xa0, 0xa0, 0, 0xa0), empty);
        abi.decode(shared, (bytes, bytes, bytes, uint256, bytes[]));
        _rejects(shared);
        // Exchanged places.
        _rejects(bytes.concat(abi.encode(0xc0, 0xa0, 0xe0, 0, 0x100), empty, empty, empty, empty));
        // Padding that is not zero.
        bytes memory padded = abi.encode("a", "b", "c", uint256(0), new bytes[](0));
        padded[0xa0 + 0x20 + 1] = 0x01;
        _rejects(padded);
        // Lengths at which sums would overflow.
        for (uint256 i = 0; i < 4; ++i) {
            bytes32[4] memory lengths;
            lengths[i] = bytes32(type(uint256).max - 31 * i);
            _rejects(abi.encode(0xa0, 0xc0, 0xe0, 0, 0x100, lengths[0], lengths[1], lengths[2], lengths[3]));
        }
    }

    function test_MSG_4_rejects_listsThatAreNotCanonical() public {
        bytes32 head = bytes32(uint256(0xa0));
        bytes memory before = abi.encode(head, 0xc0, 0xe0, 0, 0x100, 0, 0, 0);
        _rejects(before); // not there at all
        _rejects(bytes.concat(before, abi.encode(1))); // one that is not there
        _rejects(bytes.concat(before, abi.encode(1, 0x20))); // nor is its length
        _rejects(bytes.concat(before, abi.encode(1, 0x40, 0, 0))); // room before it
        _rejects(bytes.concat(before, abi.encode(2, 0x40, 0x40, 0))); // two in one place
        _rejects(bytes.concat(before, abi.encode(2, 0x60, 0x40, 0, 0))); // exchanged
        _rejects(bytes.concat(before, abi.encode(1, 0x20, 1, 0x41))); // padding that is not zero
        _rejects(bytes.concat(before, abi.encode(1, 0x20, 1), "a")); // and that is not there
        // Numbers at which a product or a sum would overflow.
        uint256[4] memory counts = [type(uint256).max, 1 << 251, (1 << 251) + 1, type(uint64).max];
        for (uint256 i = 0; i < counts.length; ++i) {
            _rejects(bytes.concat(before, abi.encode(counts[i], 0x20, 0)));
            _rejects(bytes.concat(before, abi.encode(1, counts[i], 0)));
            _rejects(bytes.concat(before, abi.encode(1, 0x20, counts[i])));
        }
        bytes memory good = bytes.concat(before, abi.encode(2, 0x40, 0x60, 0, 1, uint256(0x61) << 248));
        assertEq(this.decode(_topics(2), good).attributes[1], "a");
    }

    function test_MSG_4_MSG_12_rejects_otherNumbersOfTopics(Fields calldata fields) public {
        bytes memory data = _encode(fields);
        for (uint256 n = 0; n <= 4; ++n) {
            bytes memory topics = _topics(n);
            if (n != 2) vm.expectRevert(MessageLib.MessageMalformedEvent.selector);
            this.decode(topics, data);
            if (n != 4) vm.expectRevert(MessageLib.MessageMalformedEvent.selector);
            this.requireRelayed(topics, data);
        }
    }

    function test_MSG_4_accepts_eventsOfWhatBecameOfAMessage(uint64 nonce, address payee) public view {
        assertEq(this.decodeCancellation(_topics(3), abi.encode(nonce)), nonce);
        (uint64 gotNonce, address gotPayee) = this.decodeDelivered(_topics(3), abi.encode(nonce, payee));
        assertEq(gotNonce, nonce);
        assertEq(gotPayee, payee);
    }

    function test_MSG_4_rejects_eventsOfWhatBecameOfAMessage(uint64 nonce, address payee, uint256 dirt) public {
        _rejectsBoth(_topics(2), abi.encode(nonce), abi.encode(nonce, payee));
        _rejectsBoth(_topics(4), abi.encode(nonce), abi.encode(nonce, payee));
        _rejectsBoth(_topics(3), "", "");
        _rejectsBoth(_topics(3), abi.encode(nonce, payee), abi.encode(nonce));
        _rejectsBoth(_topics(3), bytes.concat(abi.encode(nonce), hex"00"), abi.encode(nonce, payee, 0));
        dirt = bound(dirt, 1, type(uint192).max) << 64;
        _rejectsBoth(_topics(3), abi.encode(nonce | dirt), abi.encode(nonce | dirt, payee));
        uint256 word = uint256(uint160(payee)) | (dirt >> 64 << 160);
        if (word >> 160 == 0) word |= 1 << 160;
        _rejectsBoth(_topics(3), abi.encode(nonce, 0), abi.encode(nonce, word));
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

    /// @dev The same between the payload and the attributes, between one attribute and the next, and between how many there are.
    function test_MSG_6_rejects_S3_shiftedBoundariesOfAttributes(
        MessageLib.Message memory message,
        bytes memory a,
        bytes memory b,
        uint256 at
    ) public pure {
        message.attributes = _two(a, b);
        bytes32 id = MessageLib.id(message);
        bytes memory joined = bytes.concat(a, b);
        at = bound(at, 0, joined.length);
        (bytes memory head, bytes memory tail) = _split(joined, at);
        message.attributes = _two(head, tail);
        assertEq(MessageLib.id(message) == id, at == a.length);

        message.attributes = _two(b, a);
        assertEq(MessageLib.id(message) == id, keccak256(a) == keccak256(b));

        message.attributes = new bytes[](1);
        message.attributes[0] = joined;
        assertNotEq(MessageLib.id(message), id);
        (message.payload, message.attributes[0]) = (bytes.concat(message.payload, a), b);
        assertNotEq(MessageLib.id(message), id);
    }

    /// @dev An order is that of two addresses, not of the bytes of both.
    function test_MSG_19_rejects_S3_ordersWithShiftedBoundaries(bytes memory a, bytes memory b, uint256 at)
        public
        pure
    {
        bytes memory joined = bytes.concat(a, b);
        at = bound(at, 0, joined.length);
        (bytes memory head, bytes memory tail) = _split(joined, at);
        assertEq(MessageLib.orderOf(a, b) == MessageLib.orderOf(head, tail), at == a.length);
    }

    function _acceptsOnlyCanonical(bytes memory data) private view {
        try this.decode(_topics(2), data) returns (Fields memory fields) {
            assertEq(_encode(fields), data);
        } catch (bytes memory error) {
            assertEq(error, abi.encodeWithSelector(MessageLib.MessageMalformedEvent.selector));
        }
    }

    function _rejects(bytes memory data) private {
        vm.expectRevert(MessageLib.MessageMalformedEvent.selector);
        this.decode(_topics(2), data);
    }

    function _rejectsBoth(bytes memory topics, bytes memory cancellation, bytes memory delivered) private {
        vm.expectRevert(MessageLib.MessageMalformedEvent.selector);
        this.decodeCancellation(topics, cancellation);
        vm.expectRevert(MessageLib.MessageMalformedEvent.selector);
        this.decodeDelivered(topics, delivered);
    }

    /// @dev As many topics of zeros, in RLP.
    function _topics(uint256 count) private pure returns (bytes memory topics) {
        for (uint256 i = 0; i < count; ++i) {
            topics = bytes.concat(topics, hex"a0", bytes32(0));
        }
    }

    function _encode(Fields memory fields) private pure returns (bytes memory) {
        return abi.encode(fields.sender, fields.recipient, fields.payload, uint256(0), fields.attributes);
    }

    function _two(bytes memory a, bytes memory b) private pure returns (bytes[] memory list) {
        list = new bytes[](2);
        (list[0], list[1]) = (a, b);
    }

    function _split(bytes memory whole, uint256 at) private pure returns (bytes memory head, bytes memory tail) {
        (head, tail) = (new bytes(at), new bytes(whole.length - at));
        for (uint256 i = 0; i < whole.length; ++i) {
            if (i < at) head[i] = whole[i];
            else tail[i - at] = whole[i];
        }
    }
}
