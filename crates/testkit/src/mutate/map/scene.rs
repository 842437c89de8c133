//! Where an update is tried: a chain, the epochs whose sets a client holds, the update and the time.

use crate::{
    dice::Dice,
    map::{Block, Chain, Error, Execution, Network, Proposal, Sealed, Set, Update, Validator},
};
use alloy_primitives::keccak256;
use std::{ops::RangeInclusive, sync::Arc};

/// Seed of all validators.
const SEED: u64 = 11;

/// The epoch in which clients start.
pub const FIRST_EPOCH: u64 = 5;

/// The last epoch of the histories.
pub const LAST_EPOCH: u64 = 21;

/// Epochs whose sets a client holds.
const HELD: u64 = 8;

/// An update, and what it is given to.
#[derive(Clone, Debug)]
pub struct Scene {
    /// The chain that the update is of.
    pub chain: Arc<Chain>,
    /// The newest epoch whose set the client holds.
    pub newest: u64,
    /// Numbers of the headers.
    pub numbers: Vec<u64>,
    /// The update.
    pub update: Update,
    /// Other bytes than those of the update.
    pub bytes: Option<Vec<u8>>,
    /// The time.
    pub now: u64,
}

/// Two chains that part after a few epochs, signed by the same sets of about `size` validators: joins, leaves, renewed keys,
/// rounds, absentees and headers of both lengths.
///
/// # Errors
/// None: the chains are what they are.
pub fn histories(size: u64) -> Result<[Arc<Chain>; 2], Error> {
    let network = Network { epoch_size: 4, fork_height: 4 * FIRST_EPOCH - 3, ..Network::default() };
    let mut a = Chain::new(network, FIRST_EPOCH, Set::derive(SEED, size), 1_700_000_000);
    extend(&mut a, FIRST_EPOCH..=FIRST_EPOCH + 1, size, 0)?;
    let mut b = a.clone();
    extend(&mut a, FIRST_EPOCH + 2..=LAST_EPOCH, size, 0)?;
    extend(&mut b, FIRST_EPOCH + 2..=LAST_EPOCH, size, 1)?;
    Ok([Arc::new(a), Arc::new(b)])
}

/// All blocks of these epochs. The salt makes them another chain's without another set.
fn extend(
    chain: &mut Chain,
    epochs: RangeInclusive<u64>,
    size: u64,
    salt: u64,
) -> Result<(), Error> {
    let network = *chain.network();
    for number in network.last_block(epochs.start() - 1) + 1..=network.last_block(*epochs.end()) {
        let epoch = network.epoch(number);
        let members = chain.set(epoch)?;
        let mut dice = Dice::new(number);
        let spare = members.size() - members.quorum();
        let mut absent: Vec<usize> = Vec::new();
        while absent.len() < dice.below(spare + 2).min(spare) {
            let place = dice.below(members.size());
            if !absent.contains(&place) {
                absent.push(place);
            }
        }
        let execution = chain.next_execution();
        let state_root = keccak256([number, salt].map(u64::to_be_bytes).concat());
        let mut execution =
            Execution { state_root, receipts_root: keccak256(state_root), ..execution };
        if dice.one_in(5) {
            execution = execution.without_base_fee();
        }
        let (added, removed) = match epoch % 5 {
            _ if number != network.last_block(epoch) => (Vec::new(), Vec::new()),
            0 => (vec![Validator::derive(SEED, size + epoch)], Vec::new()),
            1 => (vec![members.validators()[1].with_new_key(epoch)], vec![1]),
            2 => (Vec::new(), vec![members.size() - 1]),
            3 => {
                let newcomers =
                    [200 + epoch, 300 + epoch].map(|index| Validator::derive(SEED, index));
                (newcomers.to_vec(), vec![0, members.size() / 2])
            }
            _ => (Vec::new(), Vec::new()),
        };
        let round = *dice.one_of(&[0, 0, 1, 2, 300]);
        chain.propose(Proposal { number, execution, round, absent, added, removed })?;
    }
    Ok(())
}

impl Scene {
    /// What is given to the verifiers.
    pub fn encoded(&self) -> Vec<u8> {
        self.bytes.clone().unwrap_or_else(|| self.update.encode())
    }

    /// An honest scene for a client whose newest epoch is this one: it starts at any epoch held and ends up to three later.
    ///
    /// # Errors
    /// None for a chain of [`histories`] and an epoch up to [`LAST_EPOCH`].
    pub fn honest(chain: &Arc<Chain>, newest: u64, dice: &mut Dice) -> Result<Self, Error> {
        let oldest = Self::oldest(newest);
        let span = usize::try_from(newest - oldest).unwrap_or_default();
        // Mostly the newest set: that is what keepers send.
        let first = if dice.one_in(2) { newest } else { oldest + dice.below(span + 1) as u64 };
        let reached = (first + dice.below(4) as u64).min(LAST_EPOCH);
        let last = chain.network().last_block(reached);
        let number = if dice.one_in(2) { last } else { last - dice.below(4) as u64 };
        Self::of(chain, newest, first, number, dice)
    }

    /// The update for one block, from the set of an epoch on.
    ///
    /// # Errors
    /// [`Error::NoBlock`], [`Error::NoSet`].
    pub fn of(
        chain: &Arc<Chain>,
        newest: u64,
        first: u64,
        number: u64,
        dice: &mut Dice,
    ) -> Result<Self, Error> {
        let update = chain.update(first, number)?;
        let ends =
            (first..chain.network().epoch(number)).map(|epoch| chain.network().last_block(epoch));
        let brought_at = chain.brought_at(newest)?;
        let time = chain.block(number)?.execution.time.max(brought_at);
        Ok(Self {
            numbers: ends.chain([number]).collect(),
            chain: Arc::clone(chain),
            newest,
            update,
            bytes: None,
            now: time + dice.number() % 100_000,
        })
    }

    /// The oldest epoch whose set is held beside that of `newest`.
    pub fn oldest(newest: u64) -> u64 {
        FIRST_EPOCH.max((newest + 1).saturating_sub(HELD))
    }

    /// The epoch of a header.
    pub(super) fn epoch(&self, at: usize) -> u64 {
        self.chain.network().epoch(self.numbers.get(at).copied().unwrap_or_default())
    }

    /// Whether a header ends its epoch.
    pub(super) fn ends_epoch(&self, at: usize) -> bool {
        self.numbers.get(at) == Some(&self.chain.network().last_block(self.epoch(at)))
    }

    /// The block of a header.
    pub(super) fn block(&self, at: usize) -> Option<&Block> {
        self.chain.block(*self.numbers.get(at)?).ok()
    }

    /// Puts another header in a place, signed by those who signed the one that was there.
    pub(super) fn resign(&mut self, at: usize, header: Vec<u8>) -> Option<()> {
        let block = self.block(at)?;
        let (set, signers) = (block.set(), &block.seal().signers);
        let sealed = Sealed::sign(set, signers, header, self.update.headers.get(at)?.round.clone());
        *self.update.headers.get_mut(at)? = sealed;
        Some(())
    }
}
