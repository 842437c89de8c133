//! The Rust errors beside their Solidity twins, one line each.

use super::Revert;
use crate::errors;
use alloy_primitives::{Address, B256, Selector, U256};
use light_client::{ancestry, attestation, beacon, client, crypto, header, map, ssz};
use mpt_proof::{batch, compact, proof, receipt, rlp, state, transaction, withdrawal};

/// An argument as Solidity has it. Words stay what they are; integers are widened.
trait Argument<T> {
    fn argument(self) -> T;
}

macro_rules! arguments {
    ($($rust:ty => $solidity:ty,)*) => {
        $(impl Argument<$solidity> for $rust {
            fn argument(self) -> $solidity {
                <$solidity>::from(self)
            }
        })*
    };
}

arguments! {
    u8 => U256,
    u64 => U256,
    U256 => U256,
    u8 => u8,
    u64 => u64,
    Selector => Selector,
    B256 => B256,
    Address => Address,
}

/// An exhaustive match from the variants of one Rust enum: `=>` to the twin, its arguments in the same order; after
/// `wraps` the variants that only pass another error on, after `names` those that also say of which item.
macro_rules! twins {
    ($rust:ty {
        $($variant:ident $({ $($field:ident),+ })? => $twin:ident $({ $($argument:ident),+ })?,)*
    } wraps { $($wrapped:ident),* } $(names { $($named:ident),* })?) => {
        impl From<$rust> for Revert {
            fn from(error: $rust) -> Self {
                type Error = $rust;
                match error {
                    $(Error::$variant $({ $($field),+ })? => Self::of(&errors::$twin {
                        $($($argument: $field.argument()),+)?
                    }),)*
                    $(Error::$wrapped(error) => error.into(),)*
                    $($(Error::$named { error, .. } => error.into(),)*)?
                }
            }
        }
    };
}

twins! { rlp::Error {
    InputTooShort => RlpInputTooShort,
    LengthLeadingZero => RlpLengthLeadingZero,
    NonCanonicalSize => RlpNonCanonicalSize,
    NonCanonicalSingleByte => RlpNonCanonicalSingleByte,
    TrailingBytes => RlpTrailingBytes,
    UnexpectedString => RlpUnexpectedString,
    UnexpectedList => RlpUnexpectedList,
    IntegerLeadingZero => RlpIntegerLeadingZero,
    IntegerTooLarge { max, got } => RlpIntegerTooLarge { max, got },
    WrongLength { expected, got } => RlpWrongLength { expected, got },
} wraps {} }

twins! { proof::Error {
    ZeroRoot => MptZeroRoot,
    KeyTooLong { length } => MptKeyTooLong { length },
    TruncatedProof { index } => MptTruncatedProof { index },
    ShortNode { index } => MptShortNode { index },
    HashMismatch { index } => MptHashMismatch { index },
    ItemCount { index, got } => MptItemCount { index, got },
    PathEmpty { index } => MptPathEmpty { index },
    PathFlag { index, flag } => MptPathFlag { index, flag },
    PathPadding { index } => MptPathPadding { index },
    ExtensionPathEmpty { index } => MptExtensionPathEmpty { index },
    ExtensionChild { index } => MptExtensionChild { index },
    ChildForm { index } => MptChildForm { index },
    EmptyValue { index } => MptEmptyValue { index },
    SparseBranch { index } => MptSparseBranch { index },
    TrailingNode { index } => MptTrailingNode { index },
    KeyAbsent => MptKeyAbsent,
    KeyPresent => MptKeyPresent,
} wraps { Rlp } }

twins! { compact::Error {
    TooShort { index } => CompactTooShort { index },
    Depth { index, depth } => CompactDepth { index, depth },
    Child { index } => CompactChild { index },
    Form { index } => CompactForm { index },
} wraps { Proof } }

twins! { batch::Error {
    Empty => BatchEmpty,
    Order { item } => BatchOrder { item },
    KeyAbsent { item } => BatchKeyAbsent { item },
    KeyPresent { item } => BatchKeyPresent { item },
} wraps {} names { Proof, Receipt, State } }

twins! { receipt::Error {
    UnknownType { first_byte } => ReceiptUnknownType { firstByte },
    FieldCount { got } => ReceiptFieldCount { got },
    StateRoot => ReceiptStateRoot,
    Status => ReceiptStatus,
    Failed => ReceiptFailed,
    LogMissing { index, count } => ReceiptLogMissing { index, count },
    LogFieldCount { got } => ReceiptLogFieldCount { got },
    TopicCount { got } => ReceiptTopicCount { got },
    LogEmitter { expected, got } => ReceiptLogEmitter { expected, got },
    LogTopic { expected, got } => ReceiptLogTopic { expected, got },
} wraps { Rlp } }

twins! { state::Error {
    AccountFieldCount { got } => AccountFieldCount { got },
    ZeroSlotValue => StorageZeroValue,
} wraps { Rlp } }

twins! { transaction::Error {
    UnknownType { first_byte } => TransactionUnknownType { firstByte },
} wraps { Rlp } }

twins! { withdrawal::Error {
    FieldCount { got } => WithdrawalFieldCount { got },
} wraps { Rlp } }

twins! { mpt_proof::Error {} wraps { Rlp, Proof, Compact, Batch, Receipt, State, Transaction, Withdrawal } }

twins! { header::Error {
    HashMismatch { expected, got } => HeaderHashMismatch { expected, got },
    ItemCount { got } => HeaderItemCount { got },
    NoParentBeaconRoot => HeaderNoParentBeaconRoot,
} wraps { Rlp } }

twins! { ancestry::Error {
    Empty => AncestryEmpty,
    Kind { kind } => AncestryKind { kind },
    Length { expected, got } => AncestryLength { expected, got },
    BeaconSlot { slot, anchor } => AncestryBeaconSlot { slot, anchor },
    NoExecution { slot } => AncestryNoExecution { slot },
    BeaconRoot { expected, got } => AncestryBeaconRoot { expected, got },
    HistoryRange { number, head } => AncestryHistoryRange { number, head },
    HistoryEmpty { number } => AncestryHistoryEmpty { number },
} wraps { Header, Beacon, Proof } }

twins! { ssz::Error {
    BranchLength { expected, got } => SszBranchLength { expected, got },
    WitnessShort { supplied } => SszWitnessShort { supplied },
    WitnessLong { used, supplied } => SszWitnessLong { used, supplied },
} wraps {} }

twins! { crypto::Error {
    Infinity => BlsInfinity,
    InvalidPoint => BlsInvalidPoint,
    InvalidSignature => BlsInvalidSignature,
} wraps {} }

twins! { client::Error {
    Frozen { at } => ClientFrozen { at },
    Expired { expiry, now } => ClientExpired { expiry, now },
    UnknownHead { id } => ClientUnknownHead { id },
    UnknownChain { chain_id } => ClientUnknownChain { chainId },
} wraps {} }

twins! { beacon::Error {
    UpdateLength { expected, got } => BeaconUpdateLength { expected, got },
    FutureSignature { signature_slot, current_slot } => BeaconFutureSignature { signatureSlot, currentSlot },
    SignatureNotAfterAttested { signature_slot, attested_slot } =>
        BeaconSignatureNotAfterAttested { signatureSlot, attestedSlot },
    AttestedBeforeFinalized { attested_slot, finalized_slot } =>
        BeaconAttestedBeforeFinalized { attestedSlot, finalizedSlot },
    NotNewer { finalized_slot, trusted_slot } => BeaconNotNewer { finalizedSlot, trustedSlot },
    UnknownPeriod { signature_period, trusted_period } => BeaconUnknownPeriod { signaturePeriod, trustedPeriod },
    UnknownFork { epoch } => BeaconUnknownFork { epoch },
    InsufficientParticipation { got, required } => BeaconInsufficientParticipation { got, required },
    NextCommitteePeriod { signature_period, attested_period, finalized_period } =>
        BeaconNextCommitteePeriod { signaturePeriod, attestedPeriod, finalizedPeriod },
    NextCommitteeConflict { known, got } => BeaconNextCommitteeConflict { known, got },
    NextCommitteeBranch => BeaconNextCommitteeBranch,
    AbsentIndex { position } => BeaconAbsentIndex { position },
    CommitteeRoot { expected, got } => BeaconCommitteeRoot { expected, got },
    BootstrapRoot { expected, got } => BeaconBootstrapRoot { expected, got },
    CurrentCommitteeBranch => BeaconCurrentCommitteeBranch,
    ExecutionBranch => BeaconExecutionBranch,
    NotMisbehaviour => BeaconNotMisbehaviour,
    Config => BeaconConfig,
    ForkOrder { epoch, last } => BeaconForkOrder { epoch, last },
} wraps { Client, Ssz, Bls } }

twins! { crypto::bn254::Error {
    HintChoice { position, choice } => Bn254HintChoice { position, choice },
    HintInverse { position } => Bn254HintInverse { position },
    HintRoot { position, root } => Bn254HintRoot { position, root },
    Infinity => Bn254Infinity,
    InvalidPoint => Bn254InvalidPoint,
    InvalidSignature => Bn254InvalidSignature,
} wraps {} }

twins! { map::Error {
    UpdateLength { expected, got } => MapUpdateLength { expected, got },
    ItemCount { got } => MapItemCount { got },
    PreFork { number, fork } => MapPreFork { number, fork },
    UnknownEpoch { epoch, expected } => MapUnknownEpoch { epoch, expected },
    SetCommitment { expected, got } => MapSetCommitment { expected, got },
    FutureHeader { time, now } => MapFutureHeader { time, now },
    TimeBackwards { trusted, got } => MapTimeBackwards { trusted, got },
    BitBeyondSet { bit, size } => MapBitBeyondSet { bit, size },
    Quorum { got, required } => MapQuorum { got, required },
    NonMinimalRound => MapNonMinimalRound,
    ExtraLength { got } => MapExtraLength { got },
    ExtraItemCount { got } => MapExtraItemCount { got },
    SealNotEmpty => MapSealNotEmpty,
    AddedCount { addresses, keys, g1_keys } => MapAddedCount { addresses, keys, g1Keys },
    ChangeWithinEpoch { number } => MapChangeWithinEpoch { number },
    InvalidKey { position } => MapInvalidKey { position },
    DuplicateKey { position } => MapDuplicateKey { position },
    SetSize { size } => MapSetSize { size },
    NotEpochEnd { number } => MapNotEpochEnd { number },
    NotMisbehaviour => MapNotMisbehaviour,
    Config => MapConfig,
} wraps { Client, Rlp, Bn254 } }

twins! { attestation::Error {
    Unknown { chain_id } => AttestorsUnknown { chainId },
    Length { expected, got } => AttestationLength { expected, got },
    Signature { position } => AttestationSignature { position },
    Signer { position, signer } => AttestationSigner { position, signer },
    Order { position } => AttestationOrder { position },
    Set => AttestorSet,
    NotNewer { newest, got } => AttestedNotNewer { newest, got },
} wraps {} }

twins! { mos::address::Error {
    Malformed => AddressMalformed,
} wraps {} }

twins! { mos::Error {
    UnknownLane { chain_id } => MessageUnknownLane { chainId },
    UnsupportedAttribute { selector } => UnsupportedAttribute { selector },
    ValueNotAccepted { value } => MessageValueNotAccepted { value },
    MalformedEvent => MessageMalformedEvent,
    WrongChain { expected, got } => MessageWrongChain { expected, got },
    IdMismatch { expected, got } => MessageIdMismatch { expected, got },
    AlreadySettled { id } => MessageAlreadySettled { id },
    ForbiddenRecipient { recipient } => MessageForbiddenRecipient { recipient },
    UnknownRoute { chain_id } => MessageUnknownRoute { chainId },
    RelayedGateway { expected, got } => MessageRelayedGateway { expected, got },
    AttributeMalformed { selector } => MessageAttributeMalformed { selector },
    AttributeRepeated { selector } => MessageAttributeRepeated { selector },
    AttributeConflict { selector } => MessageAttributeConflict { selector },
    SendingPaused { chain_id } => MessageSendingPaused { chainId },
    DeliveringPaused { chain_id } => MessageDeliveringPaused { chainId },
    AssumptionMismatch { expected, got } => MessageAssumptionMismatch { expected, got },
    Expired { id, deadline } => MessageExpired { id, deadline },
    TooEarly { id, not_before } => MessageTooEarly { id, notBefore },
    OutOfOrder { id, expected, got } => MessageOutOfOrder { id, expected, got },
    NotFailed { id } => MessageNotFailed { id },
    NotExpired { id, deadline, time } => MessageNotExpired { id, deadline, time },
    EmptyBatch => MessageEmptyBatch,
    NotSender { expected, got } => MessageNotSender { expected, got },
    NotCancellable { id } => MessageNotCancellable { id },
    Decided { id } => CheckerDecided { id },
    NotSent { id } => CheckerNotSent { id },
} wraps { Address, Attestation, Client, Ancestry, Proof } }
