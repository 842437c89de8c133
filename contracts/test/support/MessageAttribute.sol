// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

/// @title The attributes of section 1 of `spec/message.md`, written for tests: selectors are the spec's bytes, not computed
library MessageAttribute {
    bytes4 internal constant MIN_GAS_LIMIT = 0x39f87ba1;
    bytes4 internal constant DELIVER_AFTER = 0x745910eb;
    bytes4 internal constant DELIVER_BEFORE = 0x3e97d7ee;
    bytes4 internal constant REVERT_BEHAVIOR = 0x9e521a77;
    bytes4 internal constant CANCELLABLE = 0xde986d7f;
    bytes4 internal constant IN_ORDER = 0x1175b777;
    bytes4 internal constant PLACE = 0xc1ce9dd9;
    bytes4 internal constant REQUEST_RELAY = 0x4cbb573a;

    function minGasLimit(uint256 gas_) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(MIN_GAS_LIMIT, gas_);
    }

    function deliverAfter(uint256 time) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(DELIVER_AFTER, time);
    }

    function deliverBefore(uint256 time) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(DELIVER_BEFORE, time);
    }

    function revertBehavior(uint256 behavior) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(REVERT_BEHAVIOR, behavior);
    }

    function cancellable() internal pure returns (bytes memory) {
        return abi.encodeWithSelector(CANCELLABLE, true);
    }

    function inOrder() internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IN_ORDER);
    }

    function place(uint256 place_) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(PLACE, place_);
    }

    function requestRelay(uint256 value, uint256 gasLimit, address refundRecipient)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSelector(REQUEST_RELAY, value, gasLimit, refundRecipient);
    }

    function none() internal pure returns (bytes[] memory) {
        return new bytes[](0);
    }

    function list(bytes memory a) internal pure returns (bytes[] memory attributes) {
        attributes = new bytes[](1);
        attributes[0] = a;
    }

    function list(bytes memory a, bytes memory b) internal pure returns (bytes[] memory attributes) {
        attributes = new bytes[](2);
        (attributes[0], attributes[1]) = (a, b);
    }

    function list(bytes memory a, bytes memory b, bytes memory c) internal pure returns (bytes[] memory attributes) {
        attributes = new bytes[](3);
        (attributes[0], attributes[1], attributes[2]) = (a, b, c);
    }

    /// @notice The list with one more behind it.
    function and(bytes[] memory attributes, bytes memory more) internal pure returns (bytes[] memory longer) {
        longer = new bytes[](attributes.length + 1);
        for (uint256 i = 0; i < attributes.length; ++i) {
            longer[i] = attributes[i];
        }
        longer[attributes.length] = more;
    }
}
