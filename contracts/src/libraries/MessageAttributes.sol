// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {CalldataSlice} from "./CalldataSlice.sol";
import {IERC7786GatewaySource} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";

/// @title What a message's attributes say
/// @notice One reader for both ends of a lane: MSG-2, MSG-13 and MSG-14 of `spec/message.md`. Assumes nothing about the list.
library MessageAttributes {
    /// @notice Thrown when an attribute has not exactly its arguments, or one that is not canonical or beyond its bound (MSG-13).
    error MessageAttributeMalformed(bytes4 selector);

    /// @notice Thrown when an attribute is listed twice (MSG-13).
    error MessageAttributeRepeated(bytes4 selector);

    /// @notice Thrown when what an attribute says cannot be, given the others (MSG-14).
    error MessageAttributeConflict(bytes4 selector);

    /// @notice Where attributes are read: some are for one end only.
    /// @dev Sending: the sender's list. SendingFree: the same where there is no fee contract. Carried: the list that the message carries.
    enum List {
        Sending,
        SendingFree,
        Carried
    }

    /// @dev The attributes that are known.
    enum Kind {
        Unknown,
        MinGasLimit,
        DeliverAfter,
        DeliverBefore,
        RevertBehavior,
        Cancellable,
        Place,
        InOrder,
        RequestRelay
    }

    /// @notice What the attributes say; what an absent one says is zero or false.
    /// @param gasLimit For the recipient; zero: the destination's default.
    /// @param notBefore Earliest time of delivery in seconds; zero: any.
    /// @param deadline Latest time of delivery in seconds; zero: none.
    /// @param keepsFailure Whether a failure is recorded instead of reverting the delivery.
    /// @param cancellable Whether the sender may cancel.
    /// @param ordered Whether there is an order: `inOrder` or `place`.
    /// @param place Place in the order: zero in a list of the sender.
    struct Terms {
        uint256 gasLimit;
        uint64 notBefore;
        uint64 deadline;
        bool keepsFailure;
        bool cancellable;
        bool ordered;
        uint64 place;
    }

    /// @notice What `requestRelay` says.
    /// @param requested Whether a relayer is paid at once.
    /// @param gasLimit Gas that is paid for.
    /// @param refundRecipient Who gets back what is too much.
    struct Relay {
        bool requested;
        uint256 gasLimit;
        address refundRecipient;
    }

    /// @notice Gas for the recipient (ERC-7985).
    bytes4 internal constant MIN_GAS_LIMIT = bytes4(keccak256("minGasLimit(uint256)"));

    /// @notice Earliest time of delivery (ERC-7985).
    bytes4 internal constant DELIVER_AFTER = bytes4(keccak256("deliverAfter(uint256)"));

    /// @notice Deadline (ERC-7985).
    bytes4 internal constant DELIVER_BEFORE = bytes4(keccak256("deliverBefore(uint256)"));

    /// @notice What a failure does (ERC-7985).
    bytes4 internal constant REVERT_BEHAVIOR = bytes4(keccak256("revertBehavior(uint8)"));

    /// @notice Whether the sender may cancel (ERC-7985).
    bytes4 internal constant CANCELLABLE = bytes4(keccak256("cancellable(bool)"));

    /// @notice The message has a place in an order: when sending.
    bytes4 internal constant IN_ORDER = bytes4(keccak256("inOrder()"));

    /// @notice That place: as carried.
    bytes4 internal constant PLACE = bytes4(keccak256("place(uint64)"));

    /// @notice Pay a relayer at once: when sending.
    bytes4 internal constant REQUEST_RELAY = bytes4(keccak256("requestRelay(uint256,uint256,address)"));

    /// @notice The most gas that can be asked for.
    uint256 internal constant MAX_GAS = 10_000_000;

    /// @notice Reads a list (MSG-2, MSG-13, MSG-14).
    function read(bytes[] calldata attributes, List list) internal pure returns (Terms memory terms) {
        uint256[9] memory values;
        uint256 seen;
        for (uint256 i = 0; i < attributes.length; ++i) {
            bytes calldata attribute = attributes[i];
            bytes4 selector = _selectorOf(attribute);
            Kind kind = _kindOf(selector, list);
            if (kind == Kind.Unknown) revert IERC7786GatewaySource.UnsupportedAttribute(selector);
            if (!_isCanonical(attribute, kind)) revert MessageAttributeMalformed(selector);
            // forge-lint: disable-next-line(incorrect-shift)
            uint256 bit = 1 << uint256(kind);
            if (seen & bit != 0) revert MessageAttributeRepeated(selector);
            seen |= bit;
            values[uint256(kind)] = _argument(attribute, 0);
        }
        _fill(terms, values, seen);
        if (terms.deadline == 0) {
            if (terms.ordered) revert MessageAttributeConflict(list == List.Carried ? PLACE : IN_ORDER);
        } else if (terms.notBefore != 0 && terms.deadline <= terms.notBefore) {
            revert MessageAttributeConflict(DELIVER_BEFORE);
        }
    }

    /// @notice What `requestRelay` says in a list that has been read.
    function relayIn(bytes[] calldata attributes) internal pure returns (Relay memory relay) {
        for (uint256 i = 0; i < attributes.length; ++i) {
            bytes calldata attribute = attributes[i];
            if (_selectorOf(attribute) != REQUEST_RELAY) continue;
            relay.requested = true;
            relay.gasLimit = _argument(attribute, 1);
            // forge-lint: disable-next-line(unsafe-typecast) canonical
            relay.refundRecipient = address(uint160(_argument(attribute, 2)));
        }
    }

    /// @notice The list that a message carries: that of its sender, without `requestRelay`, and with its place where `inOrder` stands.
    /// @param attributes The sender's, which have been read.
    /// @param place Place in the order, if there is one.
    /// @param relayed Whether `requestRelay` is among them.
    function carried(bytes[] calldata attributes, uint64 place, bool relayed)
        internal
        pure
        returns (bytes[] memory list)
    {
        list = new bytes[](relayed ? attributes.length - 1 : attributes.length);
        uint256 next;
        for (uint256 i = 0; i < attributes.length; ++i) {
            bytes4 selector = _selectorOf(attributes[i]);
            if (selector == REQUEST_RELAY) continue;
            list[next++] = selector == IN_ORDER ? abi.encodeWithSelector(PLACE, place) : attributes[i];
        }
    }

    /// @notice Whether an attribute may be in a list (MSG-2).
    function isAllowed(bytes4 selector, List list) internal pure returns (bool) {
        return _kindOf(selector, list) != Kind.Unknown;
    }

    /// @dev What the values say, each of which is canonical.
    function _fill(Terms memory terms, uint256[9] memory values, uint256 seen) private pure {
        // forge-lint: disable-start(unsafe-typecast, incorrect-shift) within their bounds
        terms.gasLimit = values[uint256(Kind.MinGasLimit)];
        terms.notBefore = uint64(values[uint256(Kind.DeliverAfter)]);
        terms.deadline = uint64(values[uint256(Kind.DeliverBefore)]);
        terms.keepsFailure = values[uint256(Kind.RevertBehavior)] != 0;
        terms.cancellable = values[uint256(Kind.Cancellable)] != 0;
        terms.place = uint64(values[uint256(Kind.Place)]);
        terms.ordered = seen & (1 << uint256(Kind.Place) | 1 << uint256(Kind.InOrder)) != 0;
        // forge-lint: disable-end(unsafe-typecast, incorrect-shift)
    }

    /// @dev Which attribute it is, of those that may be in the list.
    function _kindOf(bytes4 selector, List list) private pure returns (Kind) {
        if (selector == MIN_GAS_LIMIT) return Kind.MinGasLimit;
        if (selector == DELIVER_AFTER) return Kind.DeliverAfter;
        if (selector == DELIVER_BEFORE) return Kind.DeliverBefore;
        if (selector == REVERT_BEHAVIOR) return Kind.RevertBehavior;
        if (selector == CANCELLABLE) return Kind.Cancellable;
        if (list == List.Carried) return selector == PLACE ? Kind.Place : Kind.Unknown;
        if (selector == IN_ORDER) return Kind.InOrder;
        return selector == REQUEST_RELAY && list == List.Sending ? Kind.RequestRelay : Kind.Unknown;
    }

    /// @dev Whether there are exactly the arguments of the attribute, each canonical and within its bound. Beyond its end there may be
    /// anything, but then it is refused for its length.
    function _isCanonical(bytes calldata attribute, Kind kind) private pure returns (bool) {
        if (kind == Kind.InOrder) return attribute.length == 4;
        uint256 value = _argument(attribute, 0);
        if (kind == Kind.RequestRelay) {
            // The value that goes with the message is zero: messages carry none.
            return attribute.length == 0x64 && value == 0 && _argument(attribute, 1) <= MAX_GAS
                && _argument(attribute, 2) <= type(uint160).max;
        }
        uint256 bound = type(uint64).max;
        if (kind == Kind.MinGasLimit) bound = MAX_GAS;
        else if (kind == Kind.RevertBehavior || kind == Kind.Cancellable) bound = 1;
        return attribute.length == 0x24 && value <= bound;
    }

    /// @dev The first four bytes; zeros stand for those that are not there (MSG-2).
    function _selectorOf(bytes calldata attribute) private pure returns (bytes4) {
        // forge-lint: disable-next-line(unsafe-typecast) the first four bytes are meant
        return bytes4(attribute);
    }

    /// @dev The word of an argument.
    function _argument(bytes calldata attribute, uint256 i) private pure returns (uint256) {
        unchecked {
            return CalldataSlice.word(CalldataSlice.positionOf(attribute) + 4 + 0x20 * i);
        }
    }
}
