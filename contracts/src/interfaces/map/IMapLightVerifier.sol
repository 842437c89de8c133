// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

/// @title What MAP's contracts ask of a light client: `ILightVerifier` of `@mapprotocol/protocol` 0.8.5
/// @notice The same selectors, topics and types on the wire; the names of types and arguments are ours. Whoever calls is told of a refusal by
/// `success` and `message`, and has to look at `success`: nothing reverts because a proof is wrong.
interface IMapLightVerifier {
    /// @notice A log, as MAP's contracts take it.
    /// @param addr The contract that emitted it.
    struct TxLog {
        address addr;
        bytes32[] topics;
        bytes data;
    }

    /// @notice Somebody says that a block should be brought to the client. A hint to those who bring blocks: anyone can give it.
    /// @param sender Whom the hint is from, as its giver says.
    /// @param blockHeight Number of the block on this chain in which it was given.
    event ClientNotifySend(address indexed sender, uint256 indexed blockHeight, bytes notifyData);

    /// @notice Gives the hint. Nothing is believed of it.
    function notifyLightClient(address from, bytes calldata data) external;

    /// @notice Proves a receipt and returns all its logs; a block that the proof brings along is taken over.
    /// @return success Whether the proof holds. The other results mean nothing without it.
    /// @return message Why it does not.
    /// @return logs RLP of the list of the receipt's logs.
    function verifyProofDataWithCache(bytes calldata receiptProof)
        external
        returns (bool success, string memory message, bytes memory logs);

    /// @notice Proves a receipt and returns one of its logs.
    /// @param cache Whether a block that the proof brings along is taken over.
    /// @param logIndex Index of the log within the receipt, from 0.
    function verifyProofDataWithCache(bool cache, uint256 logIndex, bytes calldata receiptProof)
        external
        returns (bool success, string memory message, TxLog memory log);

    /// @notice Proves a receipt and returns all its logs, without changing state.
    function verifyProofData(bytes calldata receiptProof)
        external
        view
        returns (bool success, string memory message, bytes memory logs);

    /// @notice Proves a receipt and returns one of its logs, without changing state.
    /// @dev A trap: `IMapLightClientManager` has a function of this selector that takes a chain id in the place of the index and returns
    /// bytes in the place of a log.
    function verifyProofData(uint256 logIndex, bytes calldata receiptProof)
        external
        view
        returns (bool success, string memory message, TxLog memory log);

    /// @notice First and last height of the blocks that can be proven now. What a height is, a client says.
    function verifiableHeaderRange() external view returns (uint256 first, uint256 last);

    /// @notice Whether a block can be proven now.
    /// @param hash What else is known of the block. A client says what it makes of it.
    function isVerifiable(uint256 blockHeight, bytes32 hash) external view returns (bool);

    /// @notice How blocks are believed: 1 light client, 2 zero-knowledge light client, 3 and 4 oracles.
    function nodeType() external view returns (uint256);
}
