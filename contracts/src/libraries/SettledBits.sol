// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

/// @title One bit for each message from another chain: set when it has been delivered or cancelled
/// @notice Where the bits are is part of `spec/message.md` (section 5): the other chain proves from them that a message was not delivered.
/// There are 256 to a word, so a fresh slot is paid for once in 256 messages.
library SettledBits {
    /// @notice The mapping by which the bits are found.
    /// @custom:storage-location erc7201:heliograph.settled
    struct Layout {
        mapping(uint256 sourceChainId => mapping(address sourceGateway => mapping(uint256 word => uint256))) words;
    }

    /// @notice Slot of the layout (ERC-7201): `keccak256(abi.encode(uint256(keccak256("heliograph.settled")) - 1)) & ~0xff`.
    bytes32 internal constant SLOT = 0xf37bd491aa8a6a488b1a23b594bbcefcb7b44b5993fc8531a8345da244526a00;

    /// @notice Whether the bit of a nonce is set.
    function isSet(uint256 sourceChainId, address sourceGateway, uint64 nonce) internal view returns (bool) {
        return isSetIn(_words(sourceChainId, sourceGateway)[nonce >> 8], nonce);
    }

    /// @notice Sets the bit of a nonce.
    function set(uint256 sourceChainId, address sourceGateway, uint64 nonce) internal {
        _words(sourceChainId, sourceGateway)[nonce >> 8] |= _bit(nonce);
    }

    /// @notice Clears the bit of a nonce: only for what has been set in this very call and did not come about.
    function clear(uint256 sourceChainId, address sourceGateway, uint64 nonce) internal {
        _words(sourceChainId, sourceGateway)[nonce >> 8] &= ~_bit(nonce);
    }

    /// @notice Whether the bit of a nonce is set in its word.
    function isSetIn(uint256 word, uint64 nonce) internal pure returns (bool) {
        return word & _bit(nonce) != 0;
    }

    /// @notice The slot of the word that has the bit of a nonce.
    function slotOf(uint256 sourceChainId, address sourceGateway, uint64 nonce) internal pure returns (bytes32) {
        bytes32 slot = keccak256(abi.encode(sourceChainId, SLOT));
        slot = keccak256(abi.encode(sourceGateway, slot));
        return keccak256(abi.encode(uint256(nonce >> 8), slot));
    }

    function _words(uint256 sourceChainId, address sourceGateway)
        private
        view
        returns (mapping(uint256 word => uint256) storage)
    {
        return _layout().words[sourceChainId][sourceGateway];
    }

    function _bit(uint64 nonce) private pure returns (uint256) {
        // forge-lint: disable-next-line(incorrect-shift)
        return 1 << (nonce & 0xff);
    }

    function _layout() private pure returns (Layout storage layout) {
        bytes32 slot = SLOT;
        assembly ("memory-safe") {
            layout.slot := slot
        }
    }
}
