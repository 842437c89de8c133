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

    /// @notice What the attributes say; what an absent one says is zero or false.
    /// @param gasLimit For the recipient; zero: the destination's default.
    /// @param notBefore Earliest time of delivery in seconds; zero: any.
    /// @param deadline Latest time of delivery in seconds; zero: none.
    /// @param keepsFailure Whether a failure is recorded instead of reverting the delivery.
    /// @param cancellable Whether the sender may cancel.
    /// @param ordered Whether there is an order: `inOrder` or `place`.
    /// @param place Place in the order: what is carried, or the sender's gateway has given.
    /// @param requestsRelay Whether a relayer is paid at once.
    /// @param relayGas Gas that is paid for.
    /// @param refundRecipient Who gets what is paid too much.
    struct Terms {
        uint256 gasLimit;
        uint64 notBefore;
        uint64 deadline;
        bool keepsFailure;
        bool cancellable;
        bool ordered;
        uint64 place;
        bool requestsRelay;
        uint256 relayGas;
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
        uint256 seen;
        for (uint256 i = 0; i < attributes.length; ++i) {
            bytes calldata attribute = attributes[i];
            bytes4 selector = bytes4(attribute);
            if (!isAllowed(selector, list)) revert IERC7786GatewaySource.UnsupportedAttribute(selector);
            (uint256 kind, bool canonical) = _take(terms, selector, attribute);
            if (!canonical) revert MessageAttributeMalformed(selector);
            if (seen & kind != 0) revert MessageAttributeRepeated(selector);
            seen |= kind;
        }
        if (terms.deadline == 0) {
            if (terms.ordered) revert MessageAttributeConflict(list == List.Carried ? PLACE : IN_ORDER);
        } else if (terms.notBefore != 0 && terms.deadline <= terms.notBefore) {
            revert MessageAttributeConflict(DELIVER_BEFORE);
        }
    }

    /// @notice The list that a message carries: that of its sender, without `requestRelay`, and with its place where `inOrder` stands.
    /// @param attributes The sender's, which have been read.
    /// @param terms What they say, and the place in the order if there is one.
    function carried(bytes[] calldata attributes, Terms memory terms) internal pure returns (bytes[] memory list) {
        list = new bytes[](terms.requestsRelay ? attributes.length - 1 : attributes.length);
        uint256 next;
        for (uint256 i = 0; i < attributes.length; ++i) {
            bytes4 selector = bytes4(attributes[i]);
            if (selector == REQUEST_RELAY) continue;
            list[next++] = selector == IN_ORDER ? abi.encodeWithSelector(PLACE, terms.place) : attributes[i];
        }
    }

    /// @notice Whether an attribute may be in a list (MSG-2).
    function isAllowed(bytes4 selector, List list) internal pure returns (bool) {
        if (
            selector == MIN_GAS_LIMIT || selector == DELIVER_AFTER || selector == DELIVER_BEFORE
                || selector == REVERT_BEHAVIOR || selector == CANCELLABLE
        ) return true;
        if (list == List.Carried) return selector == PLACE;
        return selector == IN_ORDER || (selector == REQUEST_RELAY && list == List.Sending);
    }

    /// @dev Reads one attribute that is allowed. What is not canonical is not used.
    /// @return kind A bit of its own for each selector.
    /// @return canonical Whether there are exactly the arguments, each canonical and within its bound.
    function _take(Terms memory terms, bytes4 selector, bytes calldata attribute)
        private
        pure
        returns (uint256 kind, bool canonical)
    {
        if (selector == IN_ORDER) {
            terms.ordered = true;
            return (1, attribute.length == 4);
        }
        if (selector == REQUEST_RELAY) return (2, _takeRelay(terms, attribute));
        // The others have one argument. Beyond the end there may be anything, but it is refused for its length.
        uint256 value = _argument(attribute, 0);
        canonical = attribute.length == 0x24;
        // forge-lint: disable-start(unsafe-typecast) what does not fit is refused
        if (selector == MIN_GAS_LIMIT) {
            terms.gasLimit = value;
            return (4, canonical && value <= MAX_GAS);
        }
        if (selector == REVERT_BEHAVIOR) {
            terms.keepsFailure = value != 0;
            return (8, canonical && value <= 1);
        }
        if (selector == CANCELLABLE) {
            terms.cancellable = value != 0;
            return (16, canonical && value <= 1);
        }
        canonical = canonical && value <= type(uint64).max;
        if (selector == DELIVER_AFTER) {
            terms.notBefore = uint64(value);
            return (32, canonical);
        }
        if (selector == DELIVER_BEFORE) {
            terms.deadline = uint64(value);
            return (64, canonical);
        }
        (terms.ordered, terms.place) = (true, uint64(value));
        return (128, canonical);
        // forge-lint: disable-end(unsafe-typecast)
    }

    /// @dev The value that is asked to go with the message has to be zero: messages carry none.
    function _takeRelay(Terms memory terms, bytes calldata attribute) private pure returns (bool canonical) {
        uint256 refundRecipient = _argument(attribute, 2);
        terms.requestsRelay = true;
        terms.relayGas = _argument(attribute, 1);
        // forge-lint: disable-next-line(unsafe-typecast) what does not fit is refused
        terms.refundRecipient = address(uint160(refundRecipient));
        return attribute.length == 0x64 && _argument(attribute, 0) == 0 && terms.relayGas <= MAX_GAS
            && refundRecipient <= type(uint160).max;
    }

    /// @dev The word of an argument.
    function _argument(bytes calldata attribute, uint256 i) private pure returns (uint256) {
        unchecked {
            return CalldataSlice.word(CalldataSlice.positionOf(attribute) + 4 + 0x20 * i);
        }
    }
}
