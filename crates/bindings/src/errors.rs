//! The custom errors of `spec/errors.toml`, with the names and arguments of the contracts.
#![allow(missing_docs, reason = "generated; what each one means is in the specification")]

pub use Declared::*;

alloy_sol_types::sol! {
    #[derive(Debug, PartialEq, Eq)]
    interface Declared {
        error RlpInputTooShort();
        error RlpLengthLeadingZero();
        error RlpNonCanonicalSize();
        error RlpNonCanonicalSingleByte();
        error RlpTrailingBytes();
        error RlpUnexpectedString();
        error RlpUnexpectedList();
        error RlpIntegerLeadingZero();
        error RlpIntegerTooLarge(uint256 max, uint256 got);
        error RlpWrongLength(uint256 expected, uint256 got);
        error MptZeroRoot();
        error MptKeyTooLong(uint256 length);
        error MptTruncatedProof(uint256 index);
        error MptShortNode(uint256 index);
        error MptHashMismatch(uint256 index);
        error MptItemCount(uint256 index, uint256 got);
        error MptPathEmpty(uint256 index);
        error MptPathFlag(uint256 index, uint256 flag);
        error MptPathPadding(uint256 index);
        error MptExtensionPathEmpty(uint256 index);
        error MptExtensionChild(uint256 index);
        error MptChildForm(uint256 index);
        error MptEmptyValue(uint256 index);
        error MptSparseBranch(uint256 index);
        error MptTrailingNode(uint256 index);
        error MptKeyAbsent();
        error MptKeyPresent();
        error TransactionUnknownType(uint256 firstByte);
        error WithdrawalFieldCount(uint256 got);
        error ReceiptUnknownType(uint256 firstByte);
        error ReceiptFieldCount(uint256 got);
        error ReceiptStateRoot();
        error ReceiptStatus();
        error ReceiptFailed();
        error ReceiptLogMissing(uint256 index, uint256 count);
        error ReceiptLogFieldCount(uint256 got);
        error ReceiptTopicCount(uint256 got);
        error ReceiptLogEmitter(address expected, address got);
        error ReceiptLogTopic(bytes32 expected, bytes32 got);
        error AccountFieldCount(uint256 got);
        error StorageZeroValue();
        error HeaderHashMismatch(bytes32 expected, bytes32 got);
        error HeaderItemCount(uint256 got);
        error AncestryEmpty();
        error SszBranchLength(uint256 expected, uint256 got);
        error SszWitnessShort(uint256 supplied);
        error SszWitnessLong(uint256 used, uint256 supplied);
        error BlsInfinity();
        error BlsInvalidPoint();
        error BlsInvalidSignature();
        error ClientFrozen(uint64 at);
        error ClientExpired(uint64 expiry, uint64 now);
        error ClientUnknownHead(uint64 id);
        error ClientUnknownChain(uint256 chainId);
        error ManagerWrongChain(uint256 expected, uint256 got);
        error BeaconFutureSignature(uint64 signatureSlot, uint64 currentSlot);
        error BeaconSignatureNotAfterAttested(uint64 signatureSlot, uint64 attestedSlot);
        error BeaconAttestedBeforeFinalized(uint64 attestedSlot, uint64 finalizedSlot);
        error BeaconNotNewer(uint64 finalizedSlot, uint64 trustedSlot);
        error BeaconUnknownPeriod(uint64 signaturePeriod, uint64 trustedPeriod);
        error BeaconUnknownFork(uint64 epoch);
        error BeaconInsufficientParticipation(uint256 got, uint256 required);
        error BeaconFinalityBranch();
        error BeaconExecutionBranch();
        error BeaconNextCommitteePeriod(uint64 signaturePeriod, uint64 attestedPeriod, uint64 finalizedPeriod);
        error BeaconNextCommitteeConflict(bytes32 known, bytes32 got);
        error BeaconNextCommitteeBranch();
        error BeaconAbsentCount(uint256 expected, uint256 got);
        error BeaconAbsentIndex(uint256 position);
        error BeaconCommitteeRoot(bytes32 expected, bytes32 got);
        error BeaconConflictingFinality(uint64 slot);
        error BeaconBootstrapRoot(bytes32 expected, bytes32 got);
        error BeaconCurrentCommitteeBranch();
        error BeaconNotMisbehaviour();
        error BeaconConfig();
        error MessageUnknownLane(uint256 chainId);
        error MessageValueNotAccepted(uint256 value);
        error AddressMalformed();
        error MessageMalformedEvent();
        error MessageWrongChain(uint256 expected, uint256 got);
        error MessageIdMismatch(bytes32 expected, bytes32 got);
        error MessageAlreadyDelivered(bytes32 id);
        error MessageForbiddenRecipient(address recipient);
        error MessageInsufficientGas(uint256 got, uint256 required);
        error MessageRecipientReverted(bytes32 id, bytes32 reason);
        error MessageRecipientAnswer(bytes32 id, bytes32 answer);
    }
}
