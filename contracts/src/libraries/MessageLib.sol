// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {CalldataSlice} from "./CalldataSlice.sol";
import {ReceiptLog} from "./ReceiptLog.sol";

/// @title Message ids and the canonical form of the events in a message's life
/// @notice Twin of `crates/mos`. See `spec/message.md`.
library MessageLib {
    /// @notice Thrown when a log is not canonically of the event that is due (MSG-4, MSG-12).
    error MessageMalformedEvent();

    /// @notice The two ends between which messages are numbered.
    struct Lane {
        uint256 sourceChainId;
        address sourceGateway;
        uint256 destinationChainId;
        address destinationGateway;
    }

    /// @notice A message as its id binds it.
    struct Message {
        Lane lane;
        uint64 nonce;
        bytes sender;
        bytes recipient;
        bytes payload;
        bytes[] attributes;
    }

    /// @notice Separates message ids from every other hash.
    bytes32 internal constant DOMAIN = keccak256("heliograph.message.v2");

    /// @dev Where the head of the data has the offset of each field, and where it ends: the value stands before the last of them.
    uint256 private constant SENDER = 0x00;
    uint256 private constant RECIPIENT = 0x20;
    uint256 private constant PAYLOAD = 0x40;
    uint256 private constant VALUE = 0x60;
    uint256 private constant ATTRIBUTES = 0x80;
    uint256 private constant HEAD = 0xa0;

    /// @dev What the id hashes has a head of ten words: the dynamic fields begin further behind by this.
    uint256 private constant SHIFT = 0x140 - HEAD;

    /// @notice Id of a message. Every dynamic field is length-prefixed by the ABI, so no two messages share a preimage.
    function id(Message memory message) internal pure returns (bytes32) {
        return keccak256(
            abi.encode(
                DOMAIN,
                message.lane,
                message.nonce,
                message.sender,
                message.recipient,
                message.payload,
                message.attributes
            )
        );
    }

    /// @notice Id of the message in data that has been found canonical, under a nonce. Its dynamic fields are there as they are in what `id`
    /// hashes, one behind the other; only their offsets count from elsewhere.
    function idIn(bytes calldata data, Lane memory lane, uint64 nonce) internal pure returns (bytes32) {
        bytes memory head;
        unchecked {
            head = abi.encode(
                DOMAIN,
                lane,
                nonce,
                _word(data, SENDER) + SHIFT,
                _word(data, RECIPIENT) + SHIFT,
                _word(data, PAYLOAD) + SHIFT,
                _word(data, ATTRIBUTES) + SHIFT
            );
        }
        return keccak256(bytes.concat(head, data[HEAD:]));
    }

    /// @notice What the messages of one order have in common: sender and recipient, both as bytes.
    function orderOf(bytes memory sender_, bytes memory recipient_) internal pure returns (bytes32) {
        return keccak256(abi.encode(sender_, recipient_));
    }

    /// @notice Reverts unless a proven log is a canonical `MessageSent` (MSG-4): its data the one encoding of
    /// `(bytes sender, bytes recipient, bytes payload, uint256 0, bytes[] attributes)`, whose fields are then to be read with `sender`,
    /// `recipient`, `payload` and `attributes`.
    /// @param topics The log's topics, as `ReceiptLog.prove` returns them.
    /// @param data The log's data.
    function requireSent(bytes calldata topics, bytes calldata data) internal pure {
        _requireMessage(topics, data, 2);
    }

    /// @notice Reverts unless a proven log is a canonical `MessageRelayed`: its data is as that of a `MessageSent` (MSG-12, MSG-4). Its
    /// third and fourth topics are not looked at.
    function requireRelayed(bytes calldata topics, bytes calldata data) internal pure {
        _requireMessage(topics, data, 4);
    }

    /// @notice The nonce in a proven `CancellationRequested` or `MessageCancelled` (MSG-4). Of its three topics two are not looked at.
    function decodeCancellation(bytes calldata topics, bytes calldata data) internal pure returns (uint64 nonce) {
        _requireTopics(topics, 3);
        if (data.length != 0x20) revert MessageMalformedEvent();
        return _nonce(data);
    }

    /// @notice What a proven `MessageDelivered` says beside its topics (MSG-4). Of its three topics two are not looked at.
    function decodeDelivered(bytes calldata topics, bytes calldata data)
        internal
        pure
        returns (uint64 nonce, address payee)
    {
        _requireTopics(topics, 3);
        if (data.length != 0x40) revert MessageMalformedEvent();
        uint256 word = _word(data, 0x20);
        if (word > type(uint160).max) revert MessageMalformedEvent();
        // forge-lint: disable-next-line(unsafe-typecast) compared
        return (_nonce(data), address(uint160(word)));
    }

    /// @notice The sender, in data that has been found canonical.
    function sender(bytes calldata data) internal pure returns (bytes calldata) {
        return _bytesOf(data, SENDER);
    }

    /// @notice The recipient, in data that has been found canonical.
    function recipient(bytes calldata data) internal pure returns (bytes calldata) {
        return _bytesOf(data, RECIPIENT);
    }

    /// @notice The payload, in data that has been found canonical.
    function payload(bytes calldata data) internal pure returns (bytes calldata) {
        return _bytesOf(data, PAYLOAD);
    }

    /// @notice The attributes, in data that has been found canonical: so each of them is where its offset says, inside of the data.
    function attributes(bytes calldata data) internal pure returns (bytes[] calldata list) {
        uint256 at;
        unchecked {
            at = CalldataSlice.positionOf(data) + _word(data, ATTRIBUTES);
        }
        uint256 count = CalldataSlice.word(at);
        assembly ("memory-safe") {
            list.offset := add(at, 0x20)
            list.length := count
        }
    }

    function _requireTopics(bytes calldata topics, uint256 count) private pure {
        if (ReceiptLog.topicCount(topics) != count) revert MessageMalformedEvent();
    }

    /// @dev Every byte is accounted for: offsets in sequence, padding of zeros, nothing left over. What is allocated is nothing.
    function _requireMessage(bytes calldata topics, bytes calldata data, uint256 topicCount) private pure {
        _requireTopics(topics, topicCount);
        if (data.length < HEAD) revert MessageMalformedEvent();
        uint256 next = _field(data, SENDER, 0, HEAD);
        next = _field(data, RECIPIENT, 0, next);
        next = _field(data, PAYLOAD, 0, next);
        if (_word(data, VALUE) != 0 || _word(data, ATTRIBUTES) != next) revert MessageMalformedEvent();
        if (_list(data, next) != data.length) revert MessageMalformedEvent();
    }

    /// @dev Where the list of attributes that is due at `at` ends. Its offsets count from behind its length. Assumed, as of `_field`: `at` is
    /// not beyond the end of the data.
    function _list(bytes calldata data, uint256 at) private pure returns (uint256 next) {
        unchecked {
            if (data.length - at < 0x20) revert MessageMalformedEvent();
            uint256 count = _word(data, at);
            uint256 start = at + 0x20;
            // Compared before the count enters any product.
            if (count > (data.length - start) / 0x20) revert MessageMalformedEvent();
            uint256 end = start + 0x20 * count;
            next = end;
            for (uint256 head = start; head < end; head += 0x20) {
                next = _field(data, head, start, next);
            }
        }
    }

    /// @dev Where the field ends, padding included, that is due at `at`, which the word at `head` has to say as an offset from `base`.
    function _field(bytes calldata data, uint256 head, uint256 base, uint256 at) private pure returns (uint256 next) {
        unchecked {
            if (_word(data, head) != at - base || data.length - at < 0x20) revert MessageMalformedEvent();
            uint256 length = _word(data, at);
            uint256 start = at + 0x20;
            // Compared by subtraction, before the length enters any sum.
            if (length > data.length - start) revert MessageMalformedEvent();
            next = start + ((length + 0x1f) & ~uint256(0x1f));
            if (next > data.length) revert MessageMalformedEvent();
            // What is left of the last word after the field is padding.
            if (next != start + length && _word(data, next - 0x20) << (8 * (length & 0x1f)) != 0) {
                revert MessageMalformedEvent();
            }
        }
    }

    /// @dev The field whose offset is at `head`, in canonical data.
    function _bytesOf(bytes calldata data, uint256 head) private pure returns (bytes calldata field) {
        unchecked {
            uint256 at = CalldataSlice.positionOf(data) + _word(data, head);
            uint256 length = CalldataSlice.word(at);
            assembly ("memory-safe") {
                field.offset := add(at, 0x20)
                field.length := length
            }
        }
    }

    /// @dev The first word, which has to be a 64-bit number.
    function _nonce(bytes calldata data) private pure returns (uint64) {
        uint256 word = _word(data, 0x00);
        if (word > type(uint64).max) revert MessageMalformedEvent();
        // forge-lint: disable-next-line(unsafe-typecast) compared
        return uint64(word);
    }

    /// @dev The word at `offset`. Every caller has compared that it ends inside of `data`.
    function _word(bytes calldata data, uint256 offset) private pure returns (uint256) {
        unchecked {
            return CalldataSlice.word(CalldataSlice.positionOf(data) + offset);
        }
    }
}
