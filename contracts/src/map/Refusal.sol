// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

import {Bytes} from "@openzeppelin/contracts/utils/Bytes.sol";
import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";

/// @title Why a proof was refused, in words
/// @notice Turns what a call reverted with into text, for callers that want a message rather than an error: `MptHashMismatch(2)`. Nothing is
/// decided here.
/// @dev Names are found by trying the signatures of a list, so that no selector stands beside its name. It costs gas where a proof has
/// failed, and there alone. What is not in the list is written in hexadecimal.
library Refusal {
    /// @dev What a proof of a log can be refused with: rows of `spec/errors.toml`, first those of every client, the likely ones before the
    /// others, then those of beacon chains, of the MAP relay chain and of attestors. Each ends with a semicolon.
    bytes private constant SIGNATURES = "ClientFrozen(uint64);ClientExpired(uint64,uint64);ClientUnknownHead(uint64);"
        "MptHashMismatch(uint256);MptZeroRoot();MptTruncatedProof(uint256);MptShortNode(uint256);"
        "MptItemCount(uint256,uint256);MptPathEmpty(uint256);MptPathFlag(uint256,uint256);"
        "MptPathPadding(uint256);MptExtensionPathEmpty(uint256);MptExtensionChild(uint256);"
        "MptChildForm(uint256);MptEmptyValue(uint256);MptSparseBranch(uint256);MptTrailingNode(uint256);"
        "MptKeyAbsent();ReceiptUnknownType(uint256);ReceiptFieldCount(uint256);ReceiptStateRoot();"
        "ReceiptStatus();ReceiptFailed();ReceiptLogMissing(uint256,uint256);ReceiptLogFieldCount(uint256);"
        "ReceiptTopicCount(uint256);HeaderHashMismatch(bytes32,bytes32);HeaderItemCount(uint256);"
        "AncestryEmpty();AncestryKind(uint256);AncestryLength(uint256,uint256);RlpInputTooShort();"
        "RlpLengthLeadingZero();RlpNonCanonicalSize();RlpNonCanonicalSingleByte();RlpTrailingBytes();"
        "RlpUnexpectedString();RlpUnexpectedList();RlpIntegerLeadingZero();"
        "RlpIntegerTooLarge(uint256,uint256);RlpWrongLength(uint256,uint256);BatchEmpty();"
        "BatchOrder(uint256);BatchKeyAbsent(uint256);"
        "HeaderNoParentBeaconRoot();AncestryBeaconSlot(uint64,uint64);AncestryNoExecution(uint64);"
        "AncestryBeaconRoot(bytes32,bytes32);AncestryHistoryRange(uint64,uint64);"
        "AncestryHistoryEmpty(uint64);BeaconUpdateLength(uint256,uint256);"
        "BeaconFutureSignature(uint64,uint64);BeaconSignatureNotAfterAttested(uint64,uint64);"
        "BeaconAttestedBeforeFinalized(uint64,uint64);BeaconNotNewer(uint64,uint64);"
        "BeaconUnknownPeriod(uint64,uint64);BeaconUnknownFork(uint64);"
        "BeaconInsufficientParticipation(uint256,uint256);BeaconNextCommitteePeriod(uint64,uint64,uint64);"
        "BeaconNextCommitteeConflict(bytes32,bytes32);BeaconNextCommitteeBranch();BeaconAbsentIndex(uint256);"
        "BeaconCommitteeRoot(bytes32,bytes32);SszBranchLength(uint256,uint256);SszWitnessShort(uint256);"
        "SszWitnessLong(uint256,uint256);BlsInfinity();BlsInvalidPoint();BlsInvalidSignature();"
        "AccountFieldCount(uint256);StorageZeroValue();"
        "MapUpdateLength(uint256,uint256);MapItemCount(uint256);MapPreFork(uint64,uint64);"
        "MapUnknownEpoch(uint64,uint64);MapSetCommitment(bytes32,bytes32);MapFutureHeader(uint64,uint64);"
        "MapTimeBackwards(uint64,uint64);MapBitBeyondSet(uint256,uint256);MapQuorum(uint256,uint256);"
        "MapNonMinimalRound();MapExtraLength(uint256);MapExtraItemCount(uint256);MapSealNotEmpty();"
        "MapAddedCount(uint256,uint256,uint256);MapChangeWithinEpoch(uint64);MapInvalidKey(uint256);"
        "MapDuplicateKey(uint256);MapSetSize(uint256);MapNotEpochEnd(uint64);"
        "Bn254HintChoice(uint256,uint256);Bn254HintInverse(uint256);Bn254HintRoot(uint256,uint256);"
        "Bn254Infinity();Bn254InvalidPoint();Bn254InvalidSignature();"
        "AttestorsUnknown(uint256);AttestationLength(uint256,uint256);AttestationSignature(uint256);"
        "AttestationSigner(uint256,address);AttestationOrder(uint256);AttestedNotNewer(uint64,uint64);";

    /// @dev No signature in the list has fewer characters.
    uint256 private constant SHORTEST = 12;

    /// @notice Text for what a call reverted with: the error and its arguments. It is never empty.
    function text(bytes memory reason) internal pure returns (string memory) {
        if (reason.length == 0) return "no reason: out of gas, or malformed";
        // forge-lint: disable-next-line(unsafe-typecast) the first four bytes are meant
        bytes memory signature = _signature(bytes4(reason));
        if (signature.length == 0 || reason.length % 32 != 4) return Strings.toHexString(reason);
        return _written(signature, reason);
    }

    /// @dev The signature with its arguments in the place of their types: integers in decimal, words in hexadecimal.
    function _written(bytes memory signature, bytes memory reason) private pure returns (string memory written) {
        uint256 at = _indexOf(signature, "(", 0) + 1;
        written = string(Bytes.slice(signature, 0, at));
        for (uint256 end = 36; end <= reason.length; end += 32) {
            // forge-lint: disable-next-line(unsafe-typecast) of 32 bytes
            uint256 word = uint256(bytes32(Bytes.slice(reason, end - 32, end)));
            bool isInteger = at < signature.length && signature[at] == "u";
            string memory argument = isInteger ? Strings.toString(word) : Strings.toHexString(word, 32);
            written = string.concat(written, end == 36 ? "" : ",", argument);
            at = _indexOf(signature, ",", at) + 1;
        }
        written = string.concat(written, ")");
    }

    /// @dev Where the first such character is from `at` on, or where the signature ends.
    function _indexOf(bytes memory signature, bytes1 character, uint256 at) private pure returns (uint256) {
        while (at < signature.length && signature[at] != character) ++at;
        return at;
    }

    /// @dev The signature with this selector, or nothing.
    function _signature(bytes4 selector) private pure returns (bytes memory signature) {
        bytes memory list = SIGNATURES;
        uint256 start = 0;
        unchecked {
            for (uint256 at = SHORTEST; at < list.length; ++at) {
                if (list[at] != ";") continue;
                signature = Bytes.slice(list, start, at);
                // forge-lint: disable-next-line(unsafe-typecast) the first four bytes are meant
                if (bytes4(keccak256(signature)) == selector) return signature;
                start = at + 1;
                at += SHORTEST;
            }
        }
        return "";
    }
}
