// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {IAttestedLightClient} from "../interfaces/IAttestedLightClient.sol";
import {IAttestors} from "../interfaces/IAttestors.sol";
import {Assumption, ILightClient} from "../interfaces/ILightClient.sol";
import {IUpdatableClient} from "../interfaces/IUpdatableClient.sol";
import {BlockHistory} from "../libraries/BlockHistory.sol";

/// @title Attestors alone: a client of a chain of which nothing is verified
/// @notice Clause ATT-6 of `spec/message.md`. Its heads are blocks of which k of n attestors have signed that they belong to the chain. It is for
/// chains that have no other client. Assumed: that k attestors never sign a block that the chain does not have. Two that contradict each
/// other prove nothing here, so it never freezes; there is no weak subjectivity, so it never expires. What stands between a wrong word and its
/// consequences is the pause of the registry (CLI-5). Heads stay when attestors are replaced: if these have lied, replace this too.
contract AttestedLightClient is IAttestedLightClient {
    /// @dev What was kept last, in one word.
    /// @param id Of the newest head; zero: there is none.
    /// @param number Of its block.
    struct Newest {
        uint64 id;
        uint64 number;
    }

    /// @dev Older heads are overwritten, as in every client.
    uint256 private constant RING_SIZE = 64;

    /// @dev Bytes before the signatures: number and block hash.
    uint256 private constant FIXED = 40;

    IAttestors private immutable ATTESTORS;

    /// @inheritdoc ILightClient
    // forge-lint: disable-next-line(screaming-snake-case-immutable) the interface names its getter
    uint256 public immutable chainId;

    Newest private _newest;
    bytes32[RING_SIZE] private _heads;

    /// @param attestors_ Who names the attestors of the chain.
    constructor(IAttestors attestors_, uint256 chainId_) {
        ATTESTORS = attestors_;
        chainId = chainId_;
    }

    /// @inheritdoc IUpdatableClient
    function update(bytes calldata encoded) external returns (uint64 headId) {
        (uint64 number, bytes32 blockHash) = verifyUpdate(encoded);
        headId = _newest.id + 1;
        _newest = Newest({id: headId, number: number});
        _heads[headId % RING_SIZE] = blockHash;
        emit HeadVerified(headId, blockHash);
        emit HeadAttested(headId, number, blockHash);
    }

    /// @inheritdoc ILightClient
    function latestHead() external view returns (uint64 id) {
        return _newest.id;
    }

    /// @inheritdoc IAttestedLightClient
    function latestNumber() external view returns (uint64) {
        return _newest.number;
    }

    /// @inheritdoc ILightClient
    /// @notice There is no proof of an older block but none at all (ANC-2): whoever needs one has it attested, or brings headers.
    function ancestorHash(uint64 id, bytes calldata proof) external view returns (bytes32 blockHash) {
        blockHash = headHash(id);
        if (proof.length != 0) revert BlockHistory.AncestryKind(uint8(proof[0]));
    }

    /// @inheritdoc IAttestedLightClient
    function attestors() external view returns (IAttestors) {
        return ATTESTORS;
    }

    /// @inheritdoc ILightClient
    function assumption() external pure returns (Assumption) {
        return Assumption.Attestors;
    }

    /// @inheritdoc IAttestedLightClient
    function verifyUpdate(bytes calldata encoded) public view returns (uint64 number, bytes32 blockHash) {
        if (encoded.length < FIXED) revert IAttestors.AttestationLength(FIXED, encoded.length);
        (number, blockHash) = (uint64(bytes8(encoded[:8])), bytes32(encoded[8:FIXED]));
        uint64 newest = _newest.number;
        if (number <= newest) revert AttestedNotNewer(newest, number);
        ATTESTORS.verifyHead(chainId, number, blockHash, encoded[FIXED:]);
    }

    /// @inheritdoc ILightClient
    function headHash(uint64 id) public view returns (bytes32 blockHash) {
        uint64 latest = _newest.id;
        if (id == 0 || id > latest || latest - id >= RING_SIZE) revert ClientUnknownHead(id);
        return _heads[id % RING_SIZE];
    }
}
