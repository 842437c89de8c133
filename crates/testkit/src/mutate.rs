//! Hostile inputs by name. Each mutation says, where it can, which error it must cause.

pub mod map;
pub mod proof;
pub mod receipt;
pub mod update;

/// What a verifier must answer to a mutated input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected<E> {
    /// This error.
    Refused(E),
    /// Whatever follows from the specification: the place of the mutation decides.
    Open,
}
