//! What a quorum says: decided from answers, without asking anyone.

use alloy_primitives::B256;
use std::collections::{BTreeMap, BTreeSet};

/// What endpoints say of one kind of head: how far each goes, and which hash it has at which number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Poll {
    quorum: usize,
    /// By endpoint: up to which number it speaks.
    reach: BTreeMap<usize, u64>,
    /// By number and endpoint: the hash.
    hashes: BTreeMap<u64, BTreeMap<usize, B256>>,
    /// By number: who was asked without an answer.
    mute: BTreeMap<u64, BTreeSet<usize>>,
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// The quorum says that the block with this number has this hash, and that it goes at least so far.
    Agreed(u64, B256),
    /// These have to be asked for their block with this number.
    Ask(u64, Vec<usize>),
    /// There is no block on which a quorum agrees.
    Nothing,
}

impl Poll {
    pub(crate) fn new(quorum: usize) -> Self {
        Self { quorum, ..Self::default() }
    }

    /// An endpoint's own head.
    pub(crate) fn head(&mut self, endpoint: usize, number: u64, hash: B256) {
        self.reach.insert(endpoint, number);
        self.hash(endpoint, number, hash);
    }

    /// What an endpoint has at a number.
    pub(crate) fn hash(&mut self, endpoint: usize, number: u64, hash: B256) {
        self.hashes.entry(number).or_default().insert(endpoint, hash);
    }

    /// An endpoint has no answer for a number.
    pub(crate) fn is_mute(&mut self, endpoint: usize, number: u64) {
        self.mute.entry(number).or_default().insert(endpoint);
    }

    /// The hashes that were said for a number.
    pub(crate) fn said(&self, number: u64) -> impl Iterator<Item = (usize, B256)> + '_ {
        self.hashes.get(&number).into_iter().flatten().map(|(endpoint, hash)| (*endpoint, *hash))
    }

    /// How far a quorum goes: so many endpoints speak of this number or a greater one.
    pub(crate) fn reached(&self) -> Option<u64> {
        let mut reach: Vec<u64> = self.reach.values().copied().collect();
        reach.sort_unstable_by(|a, b| b.cmp(a));
        reach.get(self.quorum.checked_sub(1)?).copied()
    }

    /// The next thing to do. Looks at the highest number that a quorum goes to, then at the heads of endpoints below it, then `back` from
    /// there: newest blocks may differ while those below them do not. Nothing at or below `floor` is looked at.
    pub(crate) fn next(&self, floor: Option<u64>, back: &[u64]) -> Next {
        let Some(reached) = self.reached() else { return Next::Nothing };
        let mut numbers: BTreeSet<u64> =
            self.reach.values().copied().filter(|number| *number <= reached).collect();
        numbers.extend(back.iter().filter_map(|back| reached.checked_sub(*back)));
        for number in
            numbers.into_iter().rev().filter(|number| floor.is_none_or(|floor| *number > floor))
        {
            let due: Vec<usize> = self
                .speakers(number)
                .filter(|endpoint| !self.is_asked(*endpoint, number))
                .collect();
            if !due.is_empty() {
                return Next::Ask(number, due);
            }
            if let Some(hash) = self.agreed(number) {
                return Next::Agreed(number, hash);
            }
        }
        Next::Nothing
    }

    /// The one hash that a quorum says a number has, among those that go so far.
    pub(crate) fn agreed(&self, number: u64) -> Option<B256> {
        let speakers: BTreeSet<usize> = self.speakers(number).collect();
        let mut votes: BTreeMap<B256, usize> = BTreeMap::new();
        for (_, hash) in self.said(number).filter(|(endpoint, _)| speakers.contains(endpoint)) {
            *votes.entry(hash).or_default() += 1;
        }
        let mut winners = votes.into_iter().filter(|(_, votes)| *votes >= self.quorum);
        let first = winners.next().map(|(hash, _)| hash);
        // With a quorum of half or less two hashes may have it: then none has.
        first.filter(|_| winners.next().is_none())
    }

    fn speakers(&self, number: u64) -> impl Iterator<Item = usize> + '_ {
        self.reach.iter().filter(move |(_, reach)| **reach >= number).map(|(endpoint, _)| *endpoint)
    }

    fn is_asked(&self, endpoint: usize, number: u64) -> bool {
        let has = self.hashes.get(&number).is_some_and(|said| said.contains_key(&endpoint));
        has || self.mute.get(&number).is_some_and(|mute| mute.contains(&endpoint))
    }
}
