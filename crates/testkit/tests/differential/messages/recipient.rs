//! A recipient that does as a message says, in the EVM and as Rust foretells it.

use alloy_primitives::{Address, B256, Bytes, U256, hex};
use alloy_sol_types::SolError;
use bindings::{Revert, errors};
use mos::{Answer, Delivery, Fate, inbox};
use testkit::evm::Evm;

/// Where it is.
pub(super) const RECIPIENT: Address = Address::repeat_byte(0xbe);

/// Called with one word it is broken from then on unless the word is zero. Called with a message while it is broken it does as the first
/// byte of the payload says: 1, it reverts with the payload's first word; 2, it answers with that; 3, it burns all gas. Else it accepts.
///
/// ```text
/// if eq(calldatasize(), 32) { sstore(0, calldataload(0)) stop() }
/// if sload(0) {
///     let word := calldataload(add(calldataload(0x44), 0x24))
///     mstore(0, word)
///     switch shr(248, word) case 1 { revert(0, 32) } case 2 { return(0, 32) } case 3 { invalid() }
/// }
/// mstore(0, shl(224, 0x2432ef26)) return(0, 32)
/// ```
const CODE: [u8; 80] = hex!(
    "36602014603e575f5415602f57" "60443560240135805f5260f81c" "80600114604457" "80600214604957"
    "80600314604e57" "5b632432ef2660e01b5f5260205ff3" "5b5f355f5500" "5b60205ffd" "5b60205ff3" "5bfe"
);

pub(super) fn etch(evm: &mut Evm) {
    evm.etch(RECIPIENT, Bytes::from_static(&CODE));
}

/// Breaks it or repairs it.
pub(super) fn set_broken(evm: &mut Evm, broken: bool) {
    let word = B256::from(U256::from(broken));
    evm.call_commit(RECIPIENT, word.to_vec()).into_result().unwrap();
}

/// What a recipient makes of its call.
#[derive(Clone, Copy, Debug)]
pub(super) enum Called {
    Accepts,
    Reverts(B256),
    Answers(B256),
    Forbidden,
}

impl Called {
    pub(super) const fn answer(self) -> Answer {
        match self {
            Self::Accepts => Answer::Accepted,
            Self::Reverts(_) | Self::Answers(_) => Answer::Failed,
            Self::Forbidden => Answer::Forbidden,
        }
    }

    /// What `MessageFailed` says of it.
    pub(super) fn reason(self) -> String {
        match self {
            Self::Reverts(word) | Self::Answers(word) => word.to_string(),
            Self::Accepts | Self::Forbidden => panic!("no failure"),
        }
    }
}

/// Which accounts of a chain have code that a message service calls, and what it does.
#[derive(Clone, Debug)]
pub(super) struct Accounts {
    pub(super) broken: bool,
    /// Contracts that are no recipients: they revert without a reason.
    pub(super) others: Vec<Address>,
}

impl Accounts {
    pub(super) fn call(&self, delivery: &Delivery<'_>) -> Called {
        let account = delivery.recipient().account();
        if self.others.contains(&account) {
            return Called::Reverts(B256::ZERO);
        }
        if account != RECIPIENT {
            return Called::Forbidden;
        }
        let payload = delivery.payload();
        let word = B256::right_padding_from(&payload[..payload.len().min(32)]);
        match word[0] {
            1 if self.broken => Called::Reverts(word),
            2 if self.broken => Called::Answers(word),
            3 if self.broken => Called::Reverts(B256::ZERO),
            _ => Called::Accepts,
        }
    }
}

/// What a call for one message comes to: a failure that is not recorded reverts it (MSG-10).
pub(super) fn single<'p>(
    said: Result<(Delivery<'p>, Fate), mos::Error>,
    called: Option<Called>,
) -> Result<(Delivery<'p>, Fate), Revert> {
    let (delivery, fate) = said?;
    let id = delivery.id();
    let data = match (fate, called) {
        (inbox::Fate::Left, Some(Called::Reverts(reason))) => {
            errors::MessageRecipientReverted { id, reason }.abi_encode()
        }
        (inbox::Fate::Left, Some(Called::Answers(answer))) => {
            errors::MessageRecipientAnswer { id, answer }.abi_encode()
        }
        _ => return Ok((delivery, fate)),
    };
    Err(Revert { data: data.into() })
}
