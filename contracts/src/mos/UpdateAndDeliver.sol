// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {ILightClient} from "../interfaces/ILightClient.sol";
import {IMessageService} from "../interfaces/IMessageService.sol";
import {IUpdatableClient} from "../interfaces/IUpdatableClient.sol";
import {BeaconPair} from "../libraries/BeaconPair.sol";
import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";

/// @title A client's update and the messages that it proves, in one transaction
/// @notice For relayers: calls `update` of the source chain's light client, and `deliver` of the message service for each proof. All of
/// it happens or none of it. It establishes nothing by itself: both contracts verify what they are given as from anybody, and this one
/// holds no state, no right and no funds. Anyone may call it, and anyone may deploy another.
///
/// A proof whose `headId` is zero means *the head of this update*. Somebody else may have brought the update first. The client of the MAP
/// relay chain takes it again; a beacon client refuses it as not newer (BCN-4), the head is there already, and the messages are delivered
/// from it. It is looked for by the execution block hash that the refused update names, from the newest head down: if the client holds no
/// such head, the refusal stands. The bytes of a refused update are not believed in any of this: a head is whatever the client answers.
///
/// The same in Rust is `Client::update`, then `Inbox::deliver` of each proof with the new head, or with the one of that block hash.
contract UpdateAndDeliver {
    /// @notice The message service that is delivered to.
    IMessageService public immutable SERVICE;

    /// @dev Of an update that brings nothing new (BCN-4). Named by its signature: nothing here depends on the code of a client.
    bytes4 private constant NOT_NEWER = bytes4(keccak256("BeaconNotNewer(uint64,uint64)"));

    constructor(IMessageService service) {
        SERVICE = service;
    }

    /// @notice Brings an update to the light client of a chain and delivers messages of that chain.
    /// @param sourceChainId The chain that the client follows and the messages come from.
    /// @param update As the client's `update` takes it.
    /// @param proofs As `IMessageService.deliver` takes them; a head id of zero is that of this update.
    /// @param payee Who earns the fees on the source chain; zero stands for the caller, and not for this contract.
    /// @return ids Of the messages.
    function updateAndDeliver(
        uint256 sourceChainId,
        bytes calldata update,
        IMessageService.DeliveryProof[] calldata proofs,
        address payee
    ) external returns (bytes32[] memory ids) {
        ILightClient client = SERVICE.clients().clientOf(sourceChainId);
        uint64 headId;
        bytes memory refusal;
        try IUpdatableClient(address(client)).update(update) returns (uint64 id) {
            headId = id;
        } catch (bytes memory reason) {
            // forge-lint: disable-next-line(unsafe-typecast) the first four bytes are meant
            if (bytes4(reason) != NOT_NEWER) LowLevelCall.bubbleRevert(reason);
            refusal = reason;
        }

        if (payee == address(0)) payee = msg.sender;
        ids = new bytes32[](proofs.length);
        for (uint256 i = 0; i < proofs.length; ++i) {
            IMessageService.DeliveryProof memory proof = proofs[i];
            if (proof.headId == 0) {
                if (headId == 0) headId = _headOf(client, update, refusal);
                proof.headId = headId;
            }
            ids[i] = SERVICE.deliver(sourceChainId, proof, payee);
        }
    }

    /// @dev The newest head with the execution block that a refused update names. Without one, or when the update brought none, the
    /// refusal is passed on.
    function _headOf(ILightClient client, bytes calldata update, bytes memory refusal) private view returns (uint64) {
        // Longer than this, or it would have been refused for its length.
        bytes32 blockHash = bytes32(update[BeaconPair.BLOCK_HASH_IN_UPDATE:]);
        for (uint64 id = client.latestHead(); id > 0; --id) {
            try client.headHash(id) returns (bytes32 held) {
                if (held == blockHash) return id;
            } catch {
                break;
            }
        }
        LowLevelCall.bubbleRevert(refusal);
    }
}
