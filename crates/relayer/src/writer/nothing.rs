//! Transactions that do nothing: why each is there stands in its key, so that it is the same after a restart.

use crate::domain::{NewOutgoing, Purpose};
use crate::writer::fees::NOTHING_GAS;
use alloy_primitives::{Address, Bytes};
use std::{fmt, str::FromStr};

/// Why a transaction that does nothing is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nothing {
    /// Someone asks that another one of ours be given up, by its number in the store. It is never sent itself.
    Abandon(i64),
    /// To take the nonce of another one of ours, by its number in the store.
    Cancel(i64),
    /// To use a nonce of a signer on a chain that nothing of ours uses.
    Fill(u64, Address, u64),
}

impl Nothing {
    /// The transaction: from the signer to itself, without a value.
    pub fn call(self, chain: u64, signer: Address) -> NewOutgoing {
        NewOutgoing {
            chain,
            purpose: Purpose::Nothing,
            to: signer,
            data: Bytes::new(),
            gas: NOTHING_GAS,
            key: self.to_string(),
            budget: None,
        }
    }
}

impl fmt::Display for Nothing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Abandon(id) => write!(f, "abandon {id}"),
            Self::Cancel(id) => write!(f, "cancel {id}"),
            Self::Fill(chain, signer, nonce) => write!(f, "fill {chain} {signer:?} {nonce}"),
        }
    }
}

impl FromStr for Nothing {
    type Err = NotSuchAKey;

    fn from_str(key: &str) -> Result<Self, NotSuchAKey> {
        let no = || NotSuchAKey(key.to_owned());
        let words: Vec<&str> = key.split(' ').collect();
        match *words.as_slice() {
            ["abandon", id] => id.parse().map(Self::Abandon).map_err(|_| no()),
            ["cancel", id] => id.parse().map(Self::Cancel).map_err(|_| no()),
            ["fill", chain, signer, nonce] => {
                let (Ok(chain), Ok(signer), Ok(nonce)) =
                    (chain.parse(), signer.parse(), nonce.parse())
                else {
                    return Err(no());
                };
                Ok(Self::Fill(chain, signer, nonce))
            }
            _ => Err(no()),
        }
    }
}

/// A key that no transaction that does nothing has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} does not say why a transaction does nothing")]
pub struct NotSuchAKey(pub String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_keys_that_it_writes() {
        let signer = Address::repeat_byte(0xa5);
        for nothing in [Nothing::Abandon(6), Nothing::Cancel(7), Nothing::Fill(10, signer, 3)] {
            let call = nothing.call(10, signer);
            assert_eq!(call.key.parse(), Ok(nothing));
            assert_eq!((call.to, call.gas, call.data.len()), (signer, 21_000, 0));
        }
        for key in ["", "cancel", "cancel x", "fill 1 2", "fill 1 0x 3", "deliver 7"] {
            assert_eq!(key.parse::<Nothing>(), Err(NotSuchAKey(key.to_owned())));
        }
    }
}
