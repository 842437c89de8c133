// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {CalldataSlice} from "./CalldataSlice.sol";
import {ReceiptLog} from "./ReceiptLog.sol";

/// @title Message ids and the canonical form of the events that carry a message
/// @notice Twin of `crates/mos`. See `spec/message.md`.
library MessageLib {
    /// @notice Thrown when a log is not a canonical `MessageSent`, or `MessageRelayed` where that is due (MSG-4, MSG-12).
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
    }

    /// @notice Separates message ids from every other hash.
    bytes32 internal constant DOMAIN = keccak256("heliograph.message.v1");

    /// @dev Bytes of the head: three offsets, the value, one offset.
    uint256 private constant HEAD = 0xa0;

    /// @notice Id of a message. Every dynamic field is length-prefixed by the ABI, so no two messages share a preimage.
    function id(Message memory message) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(DOMAIN, message.lane, message.nonce, message.sender, message.recipient, message.payload)
            );
    }

    /// @notice Reads a proven `MessageSent`, whose data must be the canonical encoding of
    /// `(bytes sender, bytes recipient, bytes payload, uint256 0, bytes[] empty)` (MSG-4).
    /// @param topics The log's topics, as `ReceiptLog.prove` returns them.
    /// @param data The log's data.
    function decode(bytes calldata topics, bytes calldata data)
        internal
        pure
        returns (bytes calldata sender, bytes calldata recipient, bytes calldata payload)
    {
        return _decode(topics, data, 2);
    }

    /// @notice Reads a proven `MessageRelayed`, whose data must be as that of a `MessageSent` (MSG-12). Its third and fourth topics
    /// are not looked at.
    function decodeRelayed(bytes calldata topics, bytes calldata data)
        internal
        pure
        returns (bytes calldata sender, bytes calldata recipient, bytes calldata payload)
    {
        return _decode(topics, data, 4);
    }

    function _decode(bytes calldata topics, bytes calldata data, uint256 count)
        private
        pure
        returns (bytes calldata sender, bytes calldata recipient, bytes calldata payload)
    {
        if (ReceiptLog.topicCount(topics) != count || data.length < HEAD) revert MessageMalformedEvent();
        uint256 next;
        (sender, next) = _field(data, 0x00, HEAD);
        (recipient, next) = _field(data, 0x20, next);
        (payload, next) = _field(data, 0x40, next);
        // The attributes are an array of length zero, and the last word of the data.
        bool canonical =
            data.length == next + 0x20 && _word(data, 0x60) == 0 && _word(data, 0x80) == next && _word(data, next) == 0;
        if (!canonical) revert MessageMalformedEvent();
    }

    /// @dev The field whose offset is the word at `head` and has to be `offset`; `next` is where the following one is due.
    function _field(bytes calldata data, uint256 head, uint256 offset)
        private
        pure
        returns (bytes calldata field, uint256 next)
    {
        if (_word(data, head) != offset || data.length - offset < 0x20) revert MessageMalformedEvent();
        uint256 length = _word(data, offset);
        uint256 start = offset + 0x20;
        // Compared by subtraction, before the length enters any sum.
        if (length > data.length - start) revert MessageMalformedEvent();
        next = start + ((length + 0x1f) & ~uint256(0x1f));
        if (next > data.length) revert MessageMalformedEvent();
        field = data[start:start + length];
        // What is left of the last word after the field is padding.
        if (next != start + length && _word(data, next - 0x20) << (8 * (length & 0x1f)) != 0) {
            revert MessageMalformedEvent();
        }
    }

    /// @dev The word at `offset`. Every caller has compared that it ends inside of `data`.
    function _word(bytes calldata data, uint256 offset) private pure returns (uint256) {
        unchecked {
            return CalldataSlice.word(CalldataSlice.positionOf(data) + offset);
        }
    }
}
