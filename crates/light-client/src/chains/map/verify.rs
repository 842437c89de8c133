//! Whether an update is valid: clauses MAP-1 to MAP-13, in their order.

use super::{
    Block, Config, Error, PackedHeader, Trusted, Update,
    header::{Change, Header},
    set::{Bits, Set},
};
use crate::crypto::bn254::{Bn254, Signed};
use alloy_primitives::{B256, keccak256};

/// The phase of consensus in which validators seal a block: the last byte of what they sign.
const COMMIT: u8 = 2;

/// Bytes of a round.
const MAX_ROUND: usize = 8;

/// The headers of an update, one by one, and the state that they lead to.
pub(super) struct Walk<'c, 'u, B> {
    config: &'c Config,
    bn254: &'c B,
    update: Update<'u>,
    now: u64,
    /// Whether a change may lead to another set than the one held: when two histories are compared (MAP-15).
    is_evidence: bool,
    /// The trusted state so far.
    pub trusted: Trusted,
    /// The set that signs the next header, and its epoch, once the first header has said which.
    reached: Option<(u64, Set)>,
}

impl<'c, 'u, B: Bn254> Walk<'c, 'u, B> {
    /// Whoever calls has verified that the client answers (CLI-1, CLI-2).
    pub(super) const fn new(
        config: &'c Config,
        bn254: &'c B,
        trusted: &Trusted,
        update: Update<'u>,
        now: u64,
    ) -> Self {
        Self { config, bn254, update, now, is_evidence: false, trusted: *trusted, reached: None }
    }

    /// The same for evidence of misbehaviour.
    pub(super) const fn of_evidence(self) -> Self {
        Self { is_evidence: true, ..self }
    }

    /// Verifies all headers and returns the last one's block.
    pub(super) fn run(&mut self) -> Result<Block, Error> {
        loop {
            let block = self.step()?;
            if self.update.is_empty() {
                return Ok(block);
            }
            // MAP-13
            if !self.config.ends_epoch(block.number) {
                return Err(Error::NotEpochEnd { number: block.number });
            }
        }
    }

    /// One header: MAP-1 to MAP-12.
    fn step(&mut self) -> Result<Block, Error> {
        let size = self.reached.as_ref().map_or(self.update.keys.len(), |(_, set)| set.size());
        let packed = self.update.next(size)?;
        let header = Header::read(packed.header)?;
        let number = header.number;
        self.config.verify_fork(number)?;
        let epoch = self.config.epoch(number);
        let mut set = self.signing(epoch)?;
        self.verify_time(&header, epoch)?;
        let signers = Bits(packed.signers);
        set.verify_signers(&signers)?;
        verify_round(packed.round)?;
        let change = Change::read(header.extra)?;
        let ends_epoch = self.config.ends_epoch(number);
        // MAP-11
        if !ends_epoch && !change.is_none() {
            return Err(Error::ChangeWithinEpoch { number });
        }
        let hash = keccak256(packed.header);
        self.verify_seal(&packed, &hash, &set)?;
        if ends_epoch {
            if !change.is_none() {
                set.change(self.bn254, &change)?;
            }
            self.enter(epoch.saturating_add(1), header.time, &set)?;
            self.reached = Some((epoch.saturating_add(1), set));
        }
        Ok(Block { number, hash, receipts_root: header.receipts_root })
    }

    /// MAP-4, MAP-5: the set that signs in `epoch`.
    fn signing(&mut self, epoch: u64) -> Result<Set, Error> {
        if let Some((expected, set)) = self.reached.take() {
            return if epoch == expected {
                Ok(set)
            } else {
                Err(Error::UnknownEpoch { epoch, expected })
            };
        }
        let unknown = Error::UnknownEpoch { epoch, expected: self.trusted.epoch };
        let expected = self.trusted.commitment(epoch).ok_or(unknown)?;
        let got = keccak256(self.update.committed);
        if got != expected {
            return Err(Error::SetCommitment { expected, got });
        }
        Set::committed(self.update.keys, self.update.total)
    }

    /// MAP-6.
    const fn verify_time(&self, header: &Header<'_>, epoch: u64) -> Result<(), Error> {
        let Header { time, number, .. } = *header;
        if time > self.now {
            return Err(Error::FutureHeader { time, now: self.now });
        }
        let brings_newest = epoch == self.trusted.epoch && self.config.ends_epoch(number);
        if brings_newest && time < self.trusted.time {
            return Err(Error::TimeBackwards { trusted: self.trusted.time, got: time });
        }
        Ok(())
    }

    /// BNS-1 to BNS-3 over the block hash and the round.
    fn verify_seal(&self, packed: &PackedHeader<'_>, hash: &B256, set: &Set) -> Result<(), Error> {
        let mut buffer = [0; 32 + MAX_ROUND + 1];
        let message = message(&mut buffer, hash, packed.round);
        let signed = Signed {
            message,
            hints: packed.hints,
            total: set.total(),
            signature: &packed.signature,
            key: &packed.key,
        };
        let signers = Bits(packed.signers);
        Ok(self.bn254.verify_signed(&signed, set.absent(&signers))?)
    }

    /// MAP-12, its end: the set of the epoch that begins is the one held, or the newest.
    fn enter(&mut self, epoch: u64, time: u64, set: &Set) -> Result<(), Error> {
        let got = set.commitment();
        if epoch > self.trusted.epoch {
            self.trusted.epoch = epoch;
            self.trusted.time = time;
            self.trusted.sets.hold(epoch, got);
            return Ok(());
        }
        let expected = self.trusted.commitment(epoch).unwrap_or_default();
        if got == expected || self.is_evidence {
            Ok(())
        } else {
            Err(Error::SetCommitment { expected, got })
        }
    }
}

/// MAP-9.
const fn verify_round(round: &[u8]) -> Result<(), Error> {
    match round {
        [0, ..] => Err(Error::NonMinimalRound),
        [..] if round.len() > MAX_ROUND => Err(Error::NonMinimalRound),
        _ => Ok(()),
    }
}

/// What the validators sign: block hash, round, phase.
fn message<'b>(buffer: &'b mut [u8], hash: &B256, round: &[u8]) -> &'b [u8] {
    let parts = hash.iter().chain(round).chain(&[COMMIT]);
    let length = 33 + round.len();
    for (place, byte) in buffer.iter_mut().zip(parts) {
        *place = *byte;
    }
    buffer.get(..length).unwrap_or_default()
}
