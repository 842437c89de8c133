//! Why a message is not further than it is, and what can be done about it.

use super::words;

words! {
    /// Why a message waits, or was put aside.
    Reason {
        /// It has its turn.
        Due = "due",
        /// Its block is not final yet.
        Finality = "finality",
        /// The light client on the destination has no head at or after its block.
        Header = "header",
        /// Its sender asked for a later time.
        NotDue = "not_due",
        /// A message before it in the same order is not settled.
        Order = "order",
        /// Too few attestors have signed.
        Attestations = "attestations",
        /// The lane is paused on the destination.
        LanePaused = "lane_paused",
        /// The lane is unknown on the destination, or rests on something else than its light client.
        LaneClosed = "lane_closed",
        /// The light client on the destination is paused, frozen or expired.
        ClientDown = "client_down",
        /// Its recipient would fail.
        RecipientFails = "recipient_fails",
        /// It wants more gas than a block or the operator allows.
        Gas = "gas",
        /// What is paid for it does not cover what it costs.
        Unprofitable = "unprofitable",
        /// Gas is dearer than the operator pays.
        PriceAboveCap = "price_above_cap",
        /// A limit of the operator is reached.
        Limit = "limit",
        /// The signer has too little.
        Balance = "balance",
        /// Nodes do not answer, or contradict each other.
        Nodes = "nodes",
        /// Its transaction is under way.
        InFlight = "in_flight",
        /// Its transaction failed.
        Reverted = "reverted",
        /// Its proof fails a clause.
        ProofInvalid = "proof_invalid",
        /// A filter of the operator does not let it pass.
        Filter = "filter",
        /// Its sender has asked that it be cancelled.
        Cancelling = "cancelling",
        /// Its deadline has passed.
        Deadline = "deadline",
        /// Its destination is no chain of this relayer.
        UnknownChain = "unknown_chain",
        /// Someone has asked for it again.
        Requeued = "requeued",
        /// Nothing is left to be done in its stage.
        Done = "done",
    }
}

impl Reason {
    /// What its sender, its recipient or anyone can do. One sentence.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Due | Self::Requeued => "nothing: it is about to be worked on",
            Self::Done => "nothing: there is nothing left to do for it",
            Self::Finality => "nothing: it goes on when its block is final",
            Self::Header => {
                "nothing: the keeper updates the light client; anyone may do so with `heliograph prove beacon-update`"
            }
            Self::NotDue => "nothing: it is delivered once the time that its sender named has come",
            Self::Order => "look at the message before it; if that has expired, anyone may skip it",
            Self::Attestations => {
                "start those attestors that have not signed, or ask whoever runs them; [attestors] of the configuration has to name them"
            }
            Self::LanePaused => {
                "wait for the guardian of the destination, or deliver after it is opened again"
            }
            Self::LaneClosed => {
                "ask the admin of the destination: the lane is not open for this gateway"
            }
            Self::ClientDown => {
                "ask the admin of the destination: its light client does not answer"
            }
            Self::RecipientFails => {
                "make the recipient accept it; then requeue it, or deliver it with the calldata of its proof"
            }
            Self::Gas => "deliver it with the calldata of its proof and enough gas",
            Self::Unprofitable => {
                "pay more for it on the source chain, or deliver it with the calldata of its proof"
            }
            Self::PriceAboveCap => {
                "wait for gas to be cheaper, or deliver it with the calldata of its proof"
            }
            Self::Limit => {
                "wait for the operator's limit to be renewed, or deliver it with the calldata of its proof"
            }
            Self::Balance => {
                "tell the operator to fund the signer, or deliver it with the calldata of its proof"
            }
            Self::Nodes => "nothing: the operator's nodes do not answer well; it is tried again",
            Self::InFlight => "nothing: a transaction is under way",
            Self::Reverted => "nothing: it is tried again",
            Self::ProofInvalid => "report it: what nodes say of it does not prove it",
            Self::Filter => "deliver it with the calldata of its proof, or ask another relayer",
            Self::Cancelling => "nothing: the cancellation is proven to the destination",
            Self::Deadline => {
                "prove on the source chain that it has expired, and take back what it carried"
            }
            Self::UnknownChain => "ask a relayer that serves its destination",
        }
    }
}
