//! The verb that every family of light clients implements.

/// From a trusted state and an untrusted update to a new trusted state and, when there is one, a newly verified head.
pub trait Consensus {
    /// What the client trusts between updates.
    type Trusted;
    /// What a relayer supplies. Nothing in it is believed before it is verified.
    type Update<'a>;
    /// A verified head of the source chain.
    type Head;
    /// Why an update was refused.
    type Error;

    /// Verifies `update` at the time `now`, in Unix seconds. On an error nothing has changed.
    ///
    /// # Errors
    ///
    /// The first violated clause, in the order of the specification.
    #[expect(clippy::type_complexity, reason = "a pair of associated types")]
    fn verify(
        &self,
        trusted: &Self::Trusted,
        update: &Self::Update<'_>,
        now: u64,
    ) -> Result<(Self::Trusted, Option<Self::Head>), Self::Error>;
}
