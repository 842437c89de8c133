//! Where an update is tried: a chain, a trusted state, the update and the time.

use crate::{
    beacon::{Chain, Error, ExecutionBlock, Network, OwnedUpdate},
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
    /// The time.
    pub now: u64,
    /// Who did not sign.
    pub absent: Vec<usize>,
}

/// Epochs of the chain that scenes are cut from: six periods of eight, forks within and between periods.
const EPOCHS: u64 = 46;

/// A chain from which every kind of honest update can be cut: with and without rotation, across forks, with missed slots.
///
/// # Errors
/// None: the chain is what it is.
pub fn scenes() -> Result<Arc<Chain>, Error> {
    histories().map(|[chain, _]| chain)
}

/// Two such chains that part after the eighth epoch, signed by the same committees.
///
/// # Errors
/// None: the chains are what they are.
pub fn histories() -> Result<[Arc<Chain>; 2], Error> {
    let mut a = Chain::new(network(), 11);
    extend(&mut a, 1..9, 0)?;
    let mut b = a.clone();
    extend(&mut a, 9..EPOCHS, 0)?;
    extend(&mut b, 9..EPOCHS, 1_000_000)?;
    Ok([Arc::new(a), Arc::new(b)])
}

fn network() -> Network {
    let fork = |epoch, version, index_set| Fork { epoch, version: [version, 0, 0, 0], index_set };
    Network {
        epochs_per_period: 8,
        forks: vec![
            fork(1, 4, IndexSet::Altair),
            fork(18, 5, IndexSet::Electra),
            fork(32, 6, IndexSet::Electra),
        ],
        ..Network::default()
    }
}

/// Two blocks in every epoch, numbered from `numbers` on.
fn extend(chain: &mut Chain, epochs: Range<u64>, numbers: u64) -> Result<(), Error> {
    let mut parent = chain.head().map(|head| head.execution().hash()).unwrap_or_default();
    for epoch in epochs {
        // Every third boundary slot is missed: its checkpoint is the block before.
        let slots = if epoch % 3 == 0 { [30, 31] } else { [0, 31] };
        for slot in slots.map(|slot| 32 * epoch + slot) {
            let time = chain.network().time(slot);
            let block = ExecutionBlock::synthetic(parent, numbers + slot, time);
            parent = block.hash();
            chain.propose(slot, block)?;
        }
    }
    Ok(())
}

impl Scene {
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
        let absent = absent(dice);
        let mut update = chain.update_at(attested, signature_slot, &absent)?;
        let periods =
            [signature_slot, attested, update.finalized.slot].map(|slot| network.period(slot));
        let within = periods.iter().all(|period| *period == periods[0]);
        if within && dice.one_in(2) {
            update = chain.with_next_committee(update)?;
        }
        let trusted = trusted(chain, &update, dice);
        let now = network.time(signature_slot) + dice.number() % 100_000;
        Ok(Self { chain: Arc::clone(chain), trusted, update, now, absent })
    }
}

/// A state in which the update is welcome: of the signature's period, or of the one before with the next committee known.
fn trusted(chain: &Chain, update: &OwnedUpdate, dice: &mut Dice) -> Trusted {
    let network = chain.network();
    let signing = network.period(update.signature_slot);
    let first = network.period_start(signing);
    let before = update.finalized.slot <= first || (signing > 0 && dice.one_in(3));
    let period = if before { signing - 1 } else { signing };
    let next = before || dice.one_in(2);
    // Below the finalized slot, and in its period unless it is to be the one before.
    let first = network.period_start(period);
    let room = update.finalized.slot.min(network.period_start(period + 1)).saturating_sub(first);
    let finalized_slot = first + dice.number() % room.max(1);
    Trusted {
        finalized_slot,
        finalized_root: B256::repeat_byte(0xf1),
        current_committee_root: chain.committee(period).root(),
        next_committee_root: if next { chain.committee(period + 1).root() } else { B256::ZERO },
        latest_head: 1,
        frozen_at: 0,
    }
}

/// None, a few, or as many as can be missed.
fn absent(dice: &mut Dice) -> Vec<usize> {
    let count = *dice.one_of(&[0, 1, 2, 3, 8, 170]);
    let mut absent: Vec<usize> = Vec::new();
    while absent.len() < count {
        let index = dice.below(512);
        if !absent.contains(&index) {
            absent.push(index);
        }
    }
    absent.sort_unstable();
    absent
}
