// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Assumption, ILightClient} from "../interfaces/ILightClient.sol";
import {IUpdatableClient} from "../interfaces/IUpdatableClient.sol";
import {ILightNode} from "../interfaces/map/ILightNode.sol";
import {ILightProver} from "../interfaces/map/ILightProver.sol";
import {IMapLightNode} from "../interfaces/map/IMapLightNode.sol";
import {IMapLightVerifier} from "../interfaces/map/IMapLightVerifier.sol";
import {LightProof} from "./LightProof.sol";
import {Refusal} from "./Refusal.sol";

/// @title A light client behind MAP's ABI
/// @notice An adapter without state, owner or upgrade. It believes its prover about proofs and its client about all else, and adds nothing.
/// Anyone may call everything.
/// @dev MAP's callers want to be told of a wrong proof by a result. So the prover reverts and the node catches it. With less gas than the proof
/// needs it fails as a wrong proof does: whoever treats `false` as final, or lets others choose the gas, should ask the prover.
abstract contract LightNode is ILightNode {
    /// @dev The kinds of nodes that there are here.
    uint256 private constant LIGHT_CLIENT = 1;
    uint256 private constant ORACLE = 3;

    /// @dev How many heads a client holds (CLI-3).
    uint64 private constant HEADS = 64;

    IUpdatableClient private immutable CLIENT;
    ILightProver private immutable PROVER;

    /// @inheritdoc ILightNode
    // forge-lint: disable-next-line(screaming-snake-case-immutable) the interface names its getter
    uint256 public immutable override chainId;

    constructor(ILightProver prover_) {
        ILightClient client_ = prover_.client();
        PROVER = prover_;
        CLIENT = IUpdatableClient(address(client_));
        chainId = client_.chainId();
    }

    /// @inheritdoc IMapLightVerifier
    function verifyProofDataWithCache(bool cache, uint256 logIndex, bytes calldata receiptProof)
        external
        returns (bool success, string memory message, TxLog memory log)
    {
        bytes memory proof = receiptProof;
        if (cache) (proof, message) = _takeOver(receiptProof);
        if (bytes(message).length != 0) return (false, message, log);
        return _verifyLog(logIndex, proof);
    }

    /// @inheritdoc IMapLightVerifier
    function verifyProofDataWithCache(bytes calldata receiptProof)
        external
        returns (bool success, string memory message, bytes memory logs)
    {
        bytes memory proof;
        (proof, message) = _takeOver(receiptProof);
        if (bytes(message).length != 0) return (false, message, logs);
        return _verifyReceipt(proof);
    }

    /// @inheritdoc ILightNode
    function verifyLogs(
        bool cache,
        bytes calldata blockProof,
        ILightProver.LogQuery[] calldata queries,
        bytes[] calldata nodes
    ) external returns (bool success, string memory message, TxLog[] memory logs) {
        bytes memory proof = blockProof;
        if (cache) (proof, message) = _takeOver(blockProof);
        if (bytes(message).length != 0) return (false, message, logs);
        try PROVER.proveLogs(proof, queries, nodes) returns (TxLog[] memory proven) {
            return (true, "", proven);
        } catch (bytes memory reason) {
            return (false, Refusal.text(reason), logs);
        }
    }

    /// @inheritdoc IMapLightNode
    function updateBlockHeader(bytes calldata blockHeader) external {
        _update(blockHeader);
    }

    /// @inheritdoc IMapLightNode
    function updateLightClient(bytes calldata data) external {
        _update(data);
    }

    /// @inheritdoc IMapLightVerifier
    function notifyLightClient(address from, bytes calldata data) external {
        emit ClientNotifySend(from, block.number, data);
    }

    /// @inheritdoc IMapLightVerifier
    function verifyProofData(bytes calldata receiptProof)
        external
        view
        returns (bool success, string memory message, bytes memory logs)
    {
        return _verifyReceipt(receiptProof);
    }

    /// @inheritdoc IMapLightVerifier
    function verifyProofData(uint256 logIndex, bytes calldata receiptProof)
        external
        view
        returns (bool success, string memory message, TxLog memory log)
    {
        return _verifyLog(logIndex, receiptProof);
    }

    /// @inheritdoc ILightNode
    function prover() external view returns (ILightProver) {
        return PROVER;
    }

    /// @inheritdoc ILightNode
    function client() external view returns (ILightClient) {
        return CLIENT;
    }

    /// @inheritdoc IMapLightVerifier
    /// @notice Attestors alone are an oracle.
    function nodeType() external view returns (uint256) {
        return CLIENT.assumption() == Assumption.Attestors ? ORACLE : LIGHT_CLIENT;
    }

    /// @inheritdoc IMapLightNode
    function headerHeight() public view virtual returns (uint256 height);

    /// @dev Whether the client answers at all (CLI-1, CLI-2). One that has no head yet does.
    function _isActive() internal view returns (bool) {
        try CLIENT.headHash(CLIENT.latestHead()) {
            return true;
        } catch (bytes memory reason) {
            // forge-lint: disable-next-line(unsafe-typecast) the first four bytes are meant
            return bytes4(reason) == ILightClient.ClientUnknownHead.selector;
        }
    }

    /// @dev Whether the client, which is active, holds a head of which `ask` gives this hash.
    function _isHeld(bytes32 hash, function(uint64) external view returns (bytes32) ask) internal view returns (bool) {
        if (hash == 0) return false;
        uint64 newest = CLIENT.latestHead();
        uint64 gone = newest > HEADS ? newest - HEADS : 0;
        for (uint64 id = newest; id > gone; --id) {
            if (ask(id) == hash) return true;
        }
        return false;
    }

    /// @dev The head that `data` names: encoded as `uint64`, or none at all for the newest.
    function _headId(bytes calldata data) internal view returns (uint64) {
        return data.length == 0 ? CLIENT.latestHead() : abi.decode(data, (uint64));
    }

    /// @dev If the proof brings an update along, the client takes it, and the proof is of the head from then on.
    /// @return known The proof that is left to verify.
    /// @return message Why the update was refused, or nothing.
    function _takeOver(bytes calldata proof) private returns (bytes memory known, string memory message) {
        if (!LightProof.hasUpdate(proof)) return (proof, "");
        (bytes calldata update, bytes calldata rest) = LightProof.splitUpdate(proof);
        try CLIENT.update(update) returns (uint64 headId) {
            return (LightProof.ofHead(headId, rest), "");
        } catch (bytes memory reason) {
            return ("", Refusal.text(reason));
        }
    }

    function _update(bytes calldata encoded) private {
        CLIENT.update(encoded);
        emit UpdateBlockHeader(msg.sender, headerHeight());
    }

    function _verifyLog(uint256 logIndex, bytes memory proof)
        private
        view
        returns (bool success, string memory message, TxLog memory log)
    {
        try PROVER.proveLog(logIndex, proof) returns (TxLog memory proven) {
            return (true, "", proven);
        } catch (bytes memory reason) {
            return (false, Refusal.text(reason), log);
        }
    }

    function _verifyReceipt(bytes memory proof)
        private
        view
        returns (bool success, string memory message, bytes memory logs)
    {
        try PROVER.proveReceipt(proof) returns (bytes memory proven) {
            return (true, "", proven);
        } catch (bytes memory reason) {
            return (false, Refusal.text(reason), logs);
        }
    }
}
