//! `heliograph follow-map`: what headers of a MAP relay chain prove, one after the other, from validators that are trusted.

use super::outcome::{Entry, Frame, Judged, Outcome};
use crate::{
    error::{Error, Result},
    file,
    follow::Fact,
    map::{Followed, Item, NetworkArgs, Source, Start, known_start, read_validators, receipt},
    output::Answer,
    verify::Trust,
};
use alloy_primitives::{B256, keccak256};
use clap::Args;
use light_client::map::{Config, SealedHeader};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  heliograph follow-map --network map --validators snapshot.json --epoch 79 --time 1670000000 --state map.json 3950000.json
  heliograph follow-map --state map.json 4000000.json 4000007.rlp   (goes on from there)
  heliograph follow-map --replay record.json

Headers are RLP as nodes pass them on, in binary or hexadecimal, or blocks as `eth_getBlockByNumber` answers, one or a list.
Validators are what `istanbul_getSnapshot` answers, or a list of objects with a key on G1 (g1_pub_key with x and y,
BLSG1PublicKey) and on G2 (BLSPublicKey, UncompressedBLSPublicKey: x.c1, x.c0, y.c1, y.c0), in hexadecimal, base64 or bytes;
without those on G2 a record has to have the sum of the signers' (agg_pk). A record is {\"chainId\", \"epochSize\", \"init\": {\"epoch\", \"validators\"}, \"headers\": [{\"header_rlp\", \"hash\", \"round\", \"bitmap\"}],
\"proofs\": {\"…\": {\"header_rlp\", \"key_index\", \"proof\", \"receipt\"}}}: what it says of a header or a receipt is compared with what
is proven. What is refused changes nothing.

Exit status: 0 all are accepted, 1 one is refused, 2 usage, 3 a file is not what it should be.";

/// Version of the format of states.
const VERSION: u64 = 1;

/// Verify headers of a MAP relay chain one after the other, starting from validators that you trust.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct FollowMap {
    #[command(flatten)]
    start: StartArgs,
    /// Judge a record of the past: in the order of the numbers, each header at its own time; and where headers that end epochs
    /// are missing, take it that the validators stayed the same. Both are said among the assumptions.
    #[arg(long, conflicts_with_all = ["now", "state"])]
    replay: bool,
    /// Leave the rest alone when one is not accepted.
    #[arg(long)]
    stop_on_refusal: bool,
    /// Headers, blocks or records.
    #[arg(value_name = "HEADER")]
    files: Vec<PathBuf>,
}

/// Where to start: from trusted validators, or from where a file left off.
#[derive(Debug, Args)]
pub(crate) struct StartArgs {
    #[command(flatten)]
    pub(crate) network: NetworkArgs,
    /// The validators that you trust, in their order.
    #[arg(long, value_name = "FILE")]
    pub(crate) validators: Option<PathBuf>,
    /// The epoch that they sign; told by the file when absent.
    #[arg(long, value_name = "EPOCH")]
    pub(crate) epoch: Option<u64>,
    /// Time of the header that brought them, in Unix seconds.
    #[arg(long, value_name = "SECONDS")]
    pub(crate) time: Option<u64>,
    /// The commitment of the set that you trust. Without it the validators themselves are.
    #[arg(long, value_name = "HASH")]
    pub(crate) commitment: Option<B256>,
    /// Go on from the state in this file, if it is there. `follow-map` writes it when it is done.
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,
    /// The time, in Unix seconds; the clock's when absent.
    #[arg(long, value_name = "SECONDS")]
    pub(crate) now: Option<u64>,
}

/// A state, as a file.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct StateFile {
    follow_map: u64,
    followed: Followed,
}

impl StartArgs {
    /// The state in the file, if there is one.
    pub(crate) fn resume(&self) -> Result<Option<Followed>> {
        let Some(path) = self.state.as_ref().filter(|path| path.exists()) else { return Ok(None) };
        let name = path.display().to_string();
        let wrong = |e| Error::input(&name, format!("not a state of heliograph follow-map: {e}"));
        let state: StateFile = serde_json::from_str(&file::read_text(path)?).map_err(wrong)?;
        if state.follow_map != VERSION {
            let got = state.follow_map;
            return Err(Error::input(&name, format!("format version {got}, not {VERSION}")));
        }
        let given = self.validators.is_some() || self.commitment.is_some() || self.epoch.is_some();
        if given || self.time.is_some() {
            let problem = format!(
                "{name} holds a state: leave what it starts from away, or name another file"
            );
            return Err(Error::Usage(problem));
        }
        if self.network.is_given() && self.network.load(None)? != state.followed.network {
            return Err(Error::Usage(format!("--network: {name} is of another network")));
        }
        state.followed.verify()?;
        Ok(Some(state.followed))
    }

    /// What to start from. `time` stands in for one that is not given.
    pub(crate) fn start(&self, source: &Source, time: Option<u64>) -> Result<(Config, Start)> {
        let network = self.network.load(source.constants)?;
        let listed = match (&self.validators, &source.start) {
            (Some(path), _) => {
                let name = path.display().to_string();
                let value = serde_json::from_str(&file::read_text(path)?);
                read_validators(&name, &value.map_err(|e| Error::input(&name, e))?)?
            }
            (None, Some(listed)) => listed.clone(),
            (None, None) => {
                return Err(Error::Usage("--validators is needed: those whom you trust".into()));
            }
        };
        let of_block = |number: u64| network.epoch(number.saturating_add(1));
        let epoch = self.epoch.or(listed.epoch).or_else(|| listed.after_block.map(of_block));
        let epoch = epoch.ok_or_else(|| Error::Usage("--epoch is needed: theirs".into()))?;
        let time = self.time.or(time).ok_or_else(|| {
            Error::Usage("--time is needed: that of the header that brought the validators".into())
        })?;
        let commitment = self.commitment.or_else(|| known_start(&network, epoch));
        let validators = listed.validators;
        Ok((network, Start { epoch, time, validators, commitment }))
    }
}

/// Writes a state.
pub(crate) fn write_state(path: &Path, followed: &Followed) -> Result<()> {
    let state = StateFile { follow_map: VERSION, followed: followed.clone() };
    let text = serde_json::to_string(&state).map_err(|e| Error::input("the state", e))?;
    file::write(path, &(text + "\n"))
}

/// Runs the command.
pub(crate) fn run(args: &FollowMap) -> Result<Answer> {
    let mut source = Source::read(&args.files)?;
    if args.replay {
        source.items.sort_by_key(|item| item.parts().map(|parts| parts.number));
    }
    let clock = Trust::now(args.start.now).now;
    let resumed = args.start.resume()?;
    let started = resumed.is_none();
    let (followed, named) = match resumed {
        Some(followed) => (followed, false),
        None => {
            let first = source.items.iter().find_map(|item| item.parts().map(|parts| parts.time));
            let time = first.filter(|_| args.replay);
            let (network, start) = args.start.start(&source, time)?;
            let named = start.commitment.is_some();
            (Followed::start(network, start, time.unwrap_or(clock))?, named)
        }
    };
    let mut following = Following {
        from: followed.summary(),
        followed,
        started,
        replay: args.replay,
        named,
        gaps: Vec::new(),
        judged: Judged::default(),
    };
    following.judged =
        Judged::all(source.items, args.stop_on_refusal, |item| following.take(item, clock));
    if let Some(path) = &args.start.state {
        write_state(path, &following.followed)?;
    }
    following.answer()
}

/// What was followed.
struct Following {
    followed: Followed,
    started: bool,
    replay: bool,
    /// Whether the commitment that is trusted was given.
    named: bool,
    /// What was trusted at first.
    from: Vec<Fact>,
    /// Epochs whose sets were taken to be those before.
    gaps: Vec<u64>,
    judged: Judged,
}

impl Following {
    fn take(&mut self, item: Item, clock: u64) -> Entry {
        let unreadable = |name: String, problem: String| Entry {
            name,
            what: String::new(),
            outcome: Outcome::Unreadable(problem),
        };
        let header = match &item.header {
            Ok(header) => header.clone(),
            Err(problem) => return unreadable(item.name, problem.clone()),
        };
        let place = item.parts().map(|parts| (parts.number, parts.time));
        let what = place.map_or_else(
            || format!("{} bytes", header.len()),
            |(number, _)| {
                format!("block {number} of epoch {}", self.followed.network.epoch(number))
            },
        );
        if let Err(problem) = compare(&item, &header) {
            return unreadable(item.name, problem);
        }
        let mut next = self.followed.clone();
        let (mut now, mut gap) = (clock, None);
        if let Some((number, time)) = place.filter(|_| self.replay) {
            now = time;
            gap = bridge(&mut next, number, time);
        }
        let taken = next.take(&header, item.stated.aggregate.as_ref(), now);
        let taken = taken.and_then(|(head, mut facts)| {
            if let Some(proof) = &item.receipt {
                facts.extend(receipt::verify(&head.receipts_root(), proof)?);
            }
            Ok(facts)
        });
        if taken.is_ok() {
            self.followed = next;
            self.gaps.extend(gap);
        }
        let outcome = taken.map_or_else(Outcome::Refused, Outcome::Accepted);
        Entry { name: item.name, what, outcome }
    }

    fn answer(&self) -> Result<Answer> {
        self.judged.answer(&Frame {
            objects: "headers",
            started: self.started,
            from: &self.from,
            trusts: self.followed.summary(),
            assumes: self.assumes(),
            more: json!({ "chain_id": self.followed.network.chain_id }),
        })
    }

    fn assumes(&self) -> Vec<String> {
        let mut assumes = vec![validators(self.followed.network.chain_id)];
        assumes.push(match (self.started, self.named) {
            (false, _) => "the state in the file is right, and so is its network".into(),
            (true, true) => format!(
                "{} is the commitment of the validators of epoch {}, as you say or as this program knows",
                self.at_first("commitment"), self.at_first("epoch")
            ),
            (true, false) => format!(
                "the validators in the file are those of epoch {}: compare the commitment with what you know",
                self.at_first("epoch")
            ),
        });
        if self.replay {
            assumes.push("each header was seen at its own time".into());
        }
        if !self.gaps.is_empty() {
            let epochs: Vec<String> = self.gaps.iter().map(u64::to_string).collect();
            assumes.push(format!(
                "the validators of epoch {} are those known before: the headers between are missing",
                epochs.join(", ")
            ));
        }
        assumes
    }

    fn at_first(&self, name: &str) -> &str {
        self.from.iter().find(|(fact, _)| *fact == name).map_or("", |(_, value)| value)
    }
}

/// Starts over from the validators that are known, where those of a block's epoch are not, and says which epoch that is.
fn bridge(followed: &mut Followed, number: u64, time: u64) -> Option<u64> {
    let epoch = followed.network.epoch(number);
    if followed.holds(epoch) {
        return None;
    }
    let validators = followed.newest().to_vec();
    let start = Start { epoch, time, validators, commitment: None };
    // What cannot be started from is refused with the header.
    *followed = Followed::start(followed.network, start, time).ok()?;
    Some(epoch)
}

/// What every update of a MAP chain rests on.
pub(crate) fn validators(chain: u64) -> String {
    format!("at least ⅔ of the validators of each epoch of chain {chain} follow the protocol")
}

/// That a header is what the file says of it.
fn compare(item: &Item, header: &[u8]) -> std::result::Result<(), String> {
    let stated = &item.stated;
    let Some(parts) = item.parts() else { return Ok(()) };
    let differs = |what: &str, stated: &dyn std::fmt::Display, got: &dyn std::fmt::Display| {
        Err(format!("the file states the {what} {stated}, the header has {got}"))
    };
    if let Some(number) = stated.number.filter(|number| *number != parts.number) {
        return differs("number", &number, &parts.number);
    }
    let hash =
        SealedHeader::split(header).map_or_else(|_| keccak256(header), |split| split.block_hash());
    if let Some(stated) = stated.hash.filter(|stated| *stated != hash) {
        return differs("hash", &stated, &hash);
    }
    let seal = &parts.extra.seal;
    if let (Some(stated), Some(got)) = (stated.round, seal.round)
        && stated != got
    {
        return differs("round", &stated, &got);
    }
    if let Some(stated) = stated.bitmap.filter(|stated| *stated != seal.signers) {
        return differs("bitmap", &stated, &seal.signers);
    }
    Ok(())
}
