//! The newest block and the newest final one, as a quorum has them.

use super::{
    Chain, Error,
    endpoint::{Endpoint, precise},
    poll::{Next, Poll},
};
use crate::{config::Finality, domain::BlockRef};
use alloy_primitives::B256;
use prover::{Block, BlockTag, NodeError, ask};
use std::{collections::BTreeMap, sync::Arc};

/// How far below the newest block that a quorum has reached one is looked for that it agrees on.
const BACK: [u64; 7] = [1, 2, 4, 8, 16, 32, 64];

/// A block as far as its place in the chain goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Its number.
    pub number: u64,
    /// Its hash.
    pub hash: B256,
    /// When it was made, in seconds since 1970.
    pub time: u64,
}

impl From<&Block> for Header {
    fn from(block: &Block) -> Self {
        Self { number: block.number(), hash: block.hash(), time: block.timestamp() }
    }
}

impl From<Header> for BlockRef {
    fn from(header: Header) -> Self {
        Self { number: header.number, hash: header.hash }
    }
}

/// How far a chain is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heads {
    /// The newest block.
    pub latest: Header,
    /// The newest that is final, as the chain's configuration says. It is not proven that the one is an ancestor of the other.
    pub finalized: Header,
}

/// One endpoint's own heads.
#[derive(Clone, Copy, Debug)]
struct View {
    latest: Header,
    finalized: Header,
}

impl Chain {
    /// The newest block and the newest final one: the highest of which as many nodes as the quorum have the same hash, and go at least so
    /// far. Nodes that have another hash for the final one are not asked for anything else until they agree again.
    ///
    /// # Errors
    ///
    /// [`Error::NoQuorum`].
    pub async fn heads(&self) -> Result<Heads, Error> {
        let finality = self.config.finality;
        let enough = |answers: &[(usize, Result<View, NodeError>)]| {
            answers.iter().filter(|(_, answer)| answer.is_ok()).count() >= self.quorum
        };
        let views = self.ask_all(|endpoint| view(endpoint, finality), enough).await;

        let mut known = BTreeMap::new();
        let (mut finalized, mut latest) = (Poll::new(self.quorum), Poll::new(self.quorum));
        for (place, answer) in &views {
            let Ok(view) = answer else { continue };
            for (poll, header) in [(&mut finalized, view.finalized), (&mut latest, view.latest)] {
                poll.head(*place, header.number, header.hash);
                known.insert(header.hash, header);
            }
            // What an endpoint has at one number it has for either question.
            latest.hash(*place, view.finalized.number, view.finalized.hash);
        }
        let none = |what: &str| self.no_quorum(what, 0, &views);
        let finalized = self.settle(finalized, None, &[], &mut known, true).await;
        let finalized = finalized.ok_or_else(|| none("the final block"))?;
        let latest = self.settle(latest, Some(finalized.number), &BACK, &mut known, false).await;
        // Where all that is newer is disputed, what is final is the newest.
        let heads = Heads { latest: latest.unwrap_or(finalized), finalized };
        for (place, endpoint) in self.endpoints.iter().enumerate() {
            let own = views.iter().find(|(other, _)| *other == place);
            let own =
                own.and_then(|(_, answer)| answer.as_ref().ok()).map(|view| view.latest.number);
            endpoint.at_head(own, heads.latest.number);
        }
        for (kind, header) in [("latest", heads.latest), ("finalized", heads.finalized)] {
            metrics::gauge!("heliograph_head_number", "chain" => self.name.clone(), "kind" => kind)
                .set(precise(header.number));
        }
        self.remember(heads);
        Ok(heads)
    }

    /// The block with this number: as many nodes as the quorum have the same hash for it, or all of them nothing. Its header has that hash.
    ///
    /// # Errors
    ///
    /// [`Error::NoQuorum`].
    pub async fn header_at(&self, number: u64) -> Result<Option<Block>, Error> {
        let asked = |endpoint: Arc<Endpoint>| async move {
            let block = ask::block_by_number(&*endpoint, BlockTag::Number(number)).await?;
            Ok(Vote(block.map(Arc::new)))
        };
        let Vote(block) = self.agree(&format!("block {number}"), asked).await?;
        Ok(block.map(Arc::unwrap_or_clone))
    }

    /// Asks until it is decided.
    async fn settle(
        &self,
        mut poll: Poll,
        floor: Option<u64>,
        back: &[u64],
        known: &mut BTreeMap<B256, Header>,
        is_final: bool,
    ) -> Option<Header> {
        loop {
            let (number, due) = match poll.next(floor, back) {
                Next::Nothing => return None,
                Next::Agreed(number, hash) => {
                    if is_final {
                        self.confront(&poll, number, hash);
                    }
                    return known.get(&hash).copied();
                }
                Next::Ask(number, due) => (number, due),
            };
            let asked = |endpoint: Arc<Endpoint>| async move {
                let block = ask::block_by_number(&*endpoint, BlockTag::Number(number)).await?;
                block.map(|block| Header::from(&block)).ok_or_else(|| missing(number))
            };
            let enough = |answers: &[(usize, Result<Header, NodeError>)]| {
                let mut so_far = poll.clone();
                answers.iter().for_each(|(place, answer)| {
                    if let Ok(header) = answer {
                        so_far.hash(*place, number, header.hash);
                    }
                });
                so_far.agreed(number).is_some()
            };
            let answers = self.ask(due.iter().copied(), asked, enough).await;
            for place in due {
                poll.is_mute(place, number);
            }
            for (place, answer) in answers {
                let Ok(header) = answer else { continue };
                poll.hash(place, number, header.hash);
                known.insert(header.hash, header);
            }
        }
    }

    /// Who says something else of the final block is not asked; who says the same is.
    fn confront(&self, poll: &Poll, number: u64, hash: B256) {
        for (place, own) in poll.said(number) {
            if let Some(endpoint) = self.endpoints.get(place) {
                endpoint.confront(number, own, hash);
            }
        }
    }
}

/// A block, or none, that is voted for by its hash.
#[derive(Clone)]
struct Vote(Option<Arc<Block>>);

impl Vote {
    fn hash(&self) -> Option<B256> {
        self.0.as_ref().map(|block| block.hash())
    }
}

impl PartialEq for Vote {
    fn eq(&self, other: &Self) -> bool {
        self.hash() == other.hash()
    }
}

impl std::fmt::Debug for Vote {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.hash() {
            Some(hash) => write!(f, "{hash}"),
            None => f.write_str("that there is none"),
        }
    }
}

async fn view(endpoint: Arc<Endpoint>, finality: Finality) -> Result<View, NodeError> {
    let get = |tag| ask::block_by_number(&*endpoint, tag);
    let latest = get(BlockTag::Latest).await?.ok_or_else(|| missing("latest"))?;
    let latest = Header::from(&latest);
    let finalized = match finality {
        Finality::Finalized => get(BlockTag::Finalized).await?,
        Finality::Safe => get(BlockTag::Safe).await?,
        Finality::Blocks(behind) => {
            get(BlockTag::Number(latest.number.saturating_sub(behind))).await?
        }
    };
    // A chain that has finalized nothing yet has its first block.
    let finalized = match finalized {
        Some(block) => Header::from(&block),
        None => Header::from(&get(BlockTag::Number(0)).await?.ok_or_else(|| missing(0))?),
    };
    if finalized.number > latest.number {
        // A node that answers from several backends may have an older head than what it calls final.
        return Ok(View { latest: finalized, finalized });
    }
    Ok(View { latest, finalized })
}

fn missing(what: impl std::fmt::Display) -> NodeError {
    NodeError::missing("eth_getBlockByNumber", format_args!("block {what}"))
}
