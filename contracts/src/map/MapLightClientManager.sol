// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ILightClientManager} from "../interfaces/ILightClientManager.sol";
import {ILightNode} from "../interfaces/map/ILightNode.sol";
import {IMapLightClientManager} from "../interfaces/map/IMapLightClientManager.sol";
import {IMapLightNode} from "../interfaces/map/IMapLightNode.sol";
import {IMapLightVerifier} from "../interfaces/map/IMapLightVerifier.sol";
import {PausableRegistry} from "../libraries/PausableRegistry.sol";
import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

/// @title Registry of light nodes by chain id, behind MAP's ABI
/// @notice Whoever holds the role of `register` decides what is believed about a chain, and whoever holds that of `unpause` that it is
/// believed again: give both to a delayed, well-guarded account. Who holds that of `pause` can only stop. Clauses CLI-4 and CLI-5 of
/// `spec/client.md`: a chain without a node, or one that is paused, reverts; only what a node says of a proof is told by a result. While a
/// chain is paused its node takes updates, and says how far it has come.
contract MapLightClientManager is IMapLightClientManager, AccessManaged {
    using PausableRegistry for PausableRegistry.Registry;

    /// @notice The node of a chain was set; zero means removed.
    event LightClientRegister(uint256 indexed chainId, address indexed client);

    /// @notice A chain was paused: nothing is believed about it until it is unpaused.
    event ChainPaused(uint256 indexed chainId);

    /// @notice A chain was unpaused.
    event ChainUnpaused(uint256 indexed chainId);

    PausableRegistry.Registry private _nodes;

    constructor(address authority) AccessManaged(authority) {}

    /// @notice Registers, replaces or (with zero) removes the node of a chain. A chain that is paused stays so, unless its node is removed.
    /// @param node An `ILightNode`, or another `IMapLightNode` that tells its `chainId()`. One of another chain is refused (CLI-4).
    function register(uint256 chainId, address node) external restricted {
        if (node != address(0)) {
            uint256 got = ILightNode(node).chainId();
            if (got != chainId) revert ILightClientManager.ManagerWrongChain(chainId, got);
        }
        _nodes.set(chainId, node);
        emit LightClientRegister(chainId, node);
    }

    /// @notice Pauses a chain (CLI-5). Reverts for one that is paused already or unknown.
    function pause(uint256 chainId) external restricted {
        _nodes.pause(chainId);
        emit ChainPaused(chainId);
    }

    /// @notice Unpauses a chain. Does nothing to one that is not paused; one without a node is unknown (CLI-4).
    function unpause(uint256 chainId) external restricted {
        if (_nodes.unpause(chainId)) emit ChainUnpaused(chainId);
    }

    /// @inheritdoc IMapLightClientManager
    function updateBlockHeader(uint256 chainId, bytes calldata blockHeader) external {
        _registered(chainId).updateBlockHeader(blockHeader);
    }

    /// @inheritdoc IMapLightClientManager
    function updateLightClient(uint256 chainId, bytes calldata data) external {
        _registered(chainId).updateLightClient(data);
    }

    /// @inheritdoc IMapLightClientManager
    function notifyLightClient(uint256 chainId, address from, bytes calldata data) external {
        _registered(chainId);
        emit ManagerNotifySend(chainId, from, block.number, data);
    }

    /// @inheritdoc IMapLightClientManager
    function verifyProofDataWithCache(uint256 chainId, bytes calldata receiptProof)
        external
        returns (bool success, string memory message, bytes memory logs)
    {
        return _believed(chainId).verifyProofDataWithCache(receiptProof);
    }

    /// @inheritdoc IMapLightClientManager
    function verifyProofDataWithCache(uint256 chainId, bool cache, uint256 logIndex, bytes calldata receiptProof)
        external
        returns (bool success, string memory message, IMapLightVerifier.TxLog memory log)
    {
        return _believed(chainId).verifyProofDataWithCache(cache, logIndex, receiptProof);
    }

    /// @inheritdoc IMapLightClientManager
    function verifyProofData(uint256 chainId, bytes calldata receiptProof)
        external
        view
        returns (bool success, string memory message, bytes memory logs)
    {
        return _believed(chainId).verifyProofData(receiptProof);
    }

    /// @inheritdoc IMapLightClientManager
    function verifyProofData(uint256 chainId, uint256 logIndex, bytes calldata receiptProof)
        external
        view
        returns (bool success, string memory message, IMapLightVerifier.TxLog memory log)
    {
        return _believed(chainId).verifyProofData(logIndex, receiptProof);
    }

    /// @inheritdoc IMapLightClientManager
    function finalizedState(uint256 chainId, bytes calldata data) external view returns (bytes memory) {
        return _believed(chainId).finalizedState(data);
    }

    /// @inheritdoc IMapLightClientManager
    function isVerifiable(uint256 chainId, uint256 blockHeight, bytes32 hash) external view returns (bool) {
        return _believed(chainId).isVerifiable(blockHeight, hash);
    }

    /// @inheritdoc IMapLightClientManager
    function verifiableHeaderRange(uint256 chainId) external view returns (uint256 first, uint256 last) {
        return _believed(chainId).verifiableHeaderRange();
    }

    /// @inheritdoc IMapLightClientManager
    function clientState(uint256 chainId) external view returns (bytes memory) {
        return _registered(chainId).clientState();
    }

    /// @inheritdoc IMapLightClientManager
    function headerHeight(uint256 chainId) external view returns (uint256) {
        return _registered(chainId).headerHeight();
    }

    /// @inheritdoc IMapLightClientManager
    function nodeType(uint256 chainId) external view returns (uint256) {
        return _registered(chainId).nodeType();
    }

    /// @notice The node of a chain, paused or not; zero without one. Named as in MAP's registry.
    function lightClientContract(uint256 chainId) external view returns (address) {
        return _nodes.entryOf(chainId);
    }

    /// @notice Whether a chain is paused.
    function isPaused(uint256 chainId) external view returns (bool) {
        return _nodes.isPaused(chainId);
    }

    /// @dev The node of a chain for those who believe it (CLI-4, CLI-5).
    function _believed(uint256 chainId) private view returns (IMapLightNode) {
        return IMapLightNode(_nodes.believedOf(chainId));
    }

    /// @dev The node of a chain for those who bring it updates (CLI-4).
    function _registered(uint256 chainId) private view returns (IMapLightNode) {
        return IMapLightNode(_nodes.registeredOf(chainId));
    }
}
