// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {MessageLib} from "../../src/libraries/MessageLib.sol";
import {Symbolic} from "./Symbolic.sol";

// Halmos knows properties by the prefix `check_`.
// forge-lint: disable-start(mixed-case-function)

/// @notice S3: messages whose ids hash the same bytes are the same message. What keccak-256 adds is assumed: that it has no collisions.
/// @dev Each property lets two messages differ in some fields and is about every value of those; the rest is empty. What moves a boundary moves
/// it between neighbours, so neighbours are taken together, of lengths around a word.
contract MessageSymbolicTest is Symbolic {
    /// @notice All that is not bytes: lane and nonce.
    function check_idOfLanes(MessageLib.Lane memory a, uint64 nonceA, MessageLib.Lane memory b, uint64 nonceB)
        public
        pure
    {
        MessageLib.Message memory m;
        MessageLib.Message memory n;
        (m.lane, m.nonce, n.lane, n.nonce) = (a, nonceA, b, nonceB);
        if (!_samePreimage(m, n)) return;
        assert(a.sourceChainId == b.sourceChainId);
        assert(a.sourceGateway == b.sourceGateway);
        assert(a.destinationChainId == b.destinationChainId);
        assert(a.destinationGateway == b.destinationGateway);
        assert(nonceA == nonceB);
    }

    function testFuzz_MSG_6_accepts_S3_idOfLanes(MessageLib.Lane memory a, uint64 nonce, uint64 other) external pure {
        check_idOfLanes(a, nonce, a, other);
    }

    /// @notice The first two of the fields that are bytes.
    /// @custom:halmos --array-lengths a={0,1,32,33},b={0,1,32,33},c={0,1,32,33},d={0,1,32,33}
    function check_idOfSenderAndRecipient(bytes memory a, bytes memory b, bytes memory c, bytes memory d) public pure {
        MessageLib.Message memory m;
        MessageLib.Message memory n;
        (m.sender, m.recipient, n.sender, n.recipient) = (a, b, c, d);
        _requireInjective(m, n);
    }

    function testFuzz_MSG_6_accepts_S3_idOfSenderAndRecipient(bytes calldata all, uint8 x, uint8 y) external pure {
        (uint256 i, uint256 j) = _cuts(all.length, x, y);
        check_idOfSenderAndRecipient(all[:i], all[i:], all[:j], all[j:]);
    }

    /// @notice The next two.
    /// @custom:halmos --array-lengths a={0,1,32,33},b={0,1,32,33},c={0,1,32,33},d={0,1,32,33}
    function check_idOfRecipientAndPayload(bytes memory a, bytes memory b, bytes memory c, bytes memory d) public pure {
        MessageLib.Message memory m;
        MessageLib.Message memory n;
        (m.recipient, m.payload, n.recipient, n.payload) = (a, b, c, d);
        _requireInjective(m, n);
    }

    function testFuzz_MSG_6_accepts_S3_idOfRecipientAndPayload(bytes calldata all, uint8 x, uint8 y) external pure {
        (uint256 i, uint256 j) = _cuts(all.length, x, y);
        check_idOfRecipientAndPayload(all[:i], all[i:], all[:j], all[j:]);
    }

    /// @notice The payload and one attribute, or none.
    /// @custom:halmos --array-lengths a={0,1,33},b={4,36},c={0,1,33},d={4,36}
    function check_idOfPayloadAndAttributes(
        bytes memory a,
        bytes memory b,
        bytes memory c,
        bytes memory d,
        bool hasB,
        bool hasD
    ) public pure {
        MessageLib.Message memory m;
        MessageLib.Message memory n;
        (m.payload, n.payload) = (a, c);
        (m.attributes, n.attributes) = (new bytes[](hasB ? 1 : 0), new bytes[](hasD ? 1 : 0));
        if (hasB) m.attributes[0] = b;
        if (hasD) n.attributes[0] = d;
        _requireInjective(m, n);
    }

    function testFuzz_MSG_6_accepts_S3_idOfPayloadAndAttributes(bytes calldata all, uint8 x, uint8 y, bool one)
        external
        pure
    {
        (uint256 i, uint256 j) = _cuts(all.length, x, y);
        check_idOfPayloadAndAttributes(all[:i], all[i:], all[:j], all[j:], true, one);
    }

    /// @dev If what is hashed is the same, so are the fields.
    function _requireInjective(MessageLib.Message memory m, MessageLib.Message memory n) private pure {
        if (!_samePreimage(m, n)) return;
        assert(
            _sameBytes(m.sender, n.sender) && _sameBytes(m.recipient, n.recipient) && _sameBytes(m.payload, n.payload)
        );
        assert(m.attributes.length == n.attributes.length);
        for (uint256 i = 0; i < m.attributes.length; ++i) {
            assert(_sameBytes(m.attributes[i], n.attributes[i]));
        }
    }

    /// @dev That this is what the library hashes is part of the property.
    function _samePreimage(MessageLib.Message memory m, MessageLib.Message memory n) private pure returns (bool) {
        bytes memory p = _preimage(m);
        assert(MessageLib.id(m) == keccak256(p));
        return _sameBytes(p, _preimage(n));
    }

    function _preimage(MessageLib.Message memory m) private pure returns (bytes memory) {
        return abi.encode(MessageLib.DOMAIN, m.lane, m.nonce, m.sender, m.recipient, m.payload, m.attributes);
    }

    /// @dev One comparison for all words: what stands behind the last byte is cut off.
    function _sameBytes(bytes memory a, bytes memory b) private pure returns (bool) {
        if (a.length != b.length) return false;
        uint256 difference = 0;
        for (uint256 i = 0; i < a.length; i += 32) {
            uint256 rest = a.length - i;
            uint256 cut = rest < 32 ? 8 * (32 - rest) : 0;
            uint256 x;
            uint256 y;
            assembly ("memory-safe") {
                x := mload(add(add(a, 0x20), i))
                y := mload(add(add(b, 0x20), i))
            }
            difference |= (x ^ y) >> cut;
        }
        return difference == 0;
    }

    function _cuts(uint256 length, uint8 x, uint8 y) private pure returns (uint256 i, uint256 j) {
        return (x % (length + 1), y % (length + 1));
    }
}
// forge-lint: disable-end(mixed-case-function)
