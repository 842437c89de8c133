//! Where an update is tried: a chain, a trusted state, the update and the time.

use crate::{
    beacon::{Chain, Error, Network, OwnedUpdate},
    dice::Dice,
};
use alloy_primitives::B256;
use light_client::beacon::{Fork, IndexSet, Trusted};
use std::{ops::Range, sync::Arc};

/// An update, and what it is given to.
#[derive(Clone, Debug)]
pub struct Scene {
    /// The chain that the update is of.
    pub chain: Arc<Chain>,
    /// What the client trusts.
    pub trusted: Trusted,
    /// The update.
    pub update: OwnedUpdate,
    /// Other bytes than those of the update.
    pub bytes: Option<Vec<u8>>,
    /// The time.
    pub now: u64,
    /// Who did not sign.
    pub absent: Vec<usize>,
}

/// Epochs of the chain that scenes are cut from: seven periods of eight, forks within and between periods.
const EPOCHS: u64 = 54;

/// A chain from which every kind of honest update can be cut: of every index set, with and without rotation, across forks, with
/// missed slots.
///
/// # Errors
/// None: the chain is what it is.
pub fn scenes(committee_size: u64) -> Result<Arc<Chain>, Error> {
    histories(committee_size).map(|[chain, _]| chain)
}

/// Two such chains that part after the eighth epoch, signed by the same committees.
///
/// # Errors
/// None: the chains are what they are.
pub fn histories(committee_size: u64) -> Result<[Arc<Chain>; 2], Error> {
    let mut a = Chain::new(network(committee_size), 11);
    extend(&mut a, 1..9, 0)?;
    let mut b = a.clone();
    extend(&mut a, 9..EPOCHS, 0)?;
    extend(&mut b, 9..EPOCHS, 1_000_000)?;
    Ok([Arc::new(a), Arc::new(b)])
}

fn network(committee_size: u64) -> Network {
    let fork = |epoch, version, index_set| Fork { epoch, version: [version, 0, 0, 0], index_set };
    Network {
        epochs_per_period: 8,
        committee_size,
        slots_per_historical_root: 64,
        forks: vec![
            fork(1, 1, IndexSet::Altair),
            fork(7, 2, IndexSet::Altair),
            fork(12, 3, IndexSet::Capella),
            fork(18, 4, IndexSet::Deneb),
            fork(24, 5, IndexSet::Electra),
            fork(32, 6, IndexSet::Electra),
            fork(42, 7, IndexSet::Gloas),
        ],
        ..Network::default()
    }
}

/// Two blocks in every epoch, numbered from `numbers` on.
fn extend(chain: &mut Chain, epochs: Range<u64>, numbers: u64) -> Result<(), Error> {
    for epoch in epochs {
        // Every third boundary slot is missed: its checkpoint is the block before.
        let slots = if epoch % 3 == 0 { [30, 31] } else { [0, 31] };
        for slot in slots.map(|slot| 32 * epoch + slot) {
            let block = chain.next_execution(slot, numbers + slot)?;
            chain.propose(slot, block)?;
        }
    }
    Ok(())
}

impl Scene {
    /// What is given to the verifiers.
    pub fn encoded(&self) -> Vec<u8> {
        self.bytes.clone().unwrap_or_else(|| self.update.encode())
    }

    /// An honest scene: a random attested block, trusted state and set of absent members.
    ///
    /// # Errors
    /// None for a chain of [`scenes`].
    pub fn honest(chain: &Arc<Chain>, dice: &mut Dice) -> Result<Self, Error> {
        Self::within(chain, 41..u64::MAX, dice)
    }

    /// The same with a finalized slot out of a range, in which there must be one.
    ///
    /// # Errors
    /// None for a chain of [`scenes`].
    pub fn within(
        chain: &Arc<Chain>,
        finalized: Range<u64>,
        dice: &mut Dice,
    ) -> Result<Self, Error> {
        let network = chain.network();
        let due = |slot: &u64| {
            chain.finalized_by(*slot).is_ok_and(|block| finalized.contains(&block.header().slot))
        };
        let blocks = chain.blocks().map(|block| block.header().slot);
        let blocks: Vec<u64> = blocks.filter(due).collect();
        let attested = *dice.one_of(&blocks);
        let signature_slot = attested + 1 + dice.below(3) as u64;
        let absent = absent(dice, chain.committee(0).size());
        let mut update = chain.update_at(attested, signature_slot, &absent)?;
        let periods =
            [signature_slot, attested, update.pair.inner_slot].map(|slot| network.period(slot));
        let within = periods.iter().all(|period| *period == periods[0]);
        if within && dice.one_in(2) {
            update = chain.with_next_committee(update)?;
        }
        let trusted = trusted(chain, &update, dice);
        let now = network.time(signature_slot) + dice.number() % 100_000;
        Ok(Self { chain: Arc::clone(chain), trusted, update, bytes: None, now, absent })
    }
}

/// A state in which the update is welcome: of the signature's period, or of the one before with the next committee known.
fn trusted(chain: &Chain, update: &OwnedUpdate, dice: &mut Dice) -> Trusted {
    let network = chain.network();
    let signing = network.period(update.signature_slot);
    let first = network.period_start(signing);
    let finalized = update.pair.inner_slot;
    let before = finalized <= first || (signing > 0 && dice.one_in(3));
    let period = if before { signing - 1 } else { signing };
    let next = before || dice.one_in(2);
    // Below the finalized slot, and in its period unless it is to be the one before.
    let first = network.period_start(period);
    let room = finalized.min(network.period_start(period + 1)).saturating_sub(first);
    let finalized_slot = first + dice.number() % room.max(1);
    Trusted {
        finalized_slot,
        current_committee_root: chain.committee(period).root(),
        next_committee_root: if next { chain.committee(period + 1).root() } else { B256::ZERO },
        latest_head: 1,
        frozen_at: 0,
    }
}

/// None, a few, or as many as can be missed.
fn absent(dice: &mut Dice, members: usize) -> Vec<usize> {
    let count = *dice.one_of(&[0, 1, 2, 3, 8, members / 3]);
    let mut absent: Vec<usize> = Vec::new();
    while absent.len() < count {
        let index = dice.below(members);
        if !absent.contains(&index) {
            absent.push(index);
        }
    }
    absent.sort_unstable();
    absent
}
