//! `heliograph follow`: what light-client objects prove, one after the other, from a block that is trusted.

mod bridge;
pub(crate) mod map;
mod outcome;
mod specs;
mod state;

pub(crate) use bridge::Bridge;
pub(crate) use outcome::{Fact, Refused};
pub(crate) use state::{Followed, Start, State};

use crate::{
    error::{Error, Result},
    file,
    objects::{Named, Reading},
    output::Answer,
    verify::{self, Trust},
};
use clap::Args;
use outcome::{Entry, Frame, Judged, Outcome};
use serde_json::json;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  heliograph follow --network mainnet --root 0x… --bootstrap bootstrap.ssz update-1421.ssz update-1422.ssz
  heliograph follow --network mainnet --root 0x… --bootstrap bootstrap.json --state state.json
  heliograph follow --state state.json finality_update.json   (goes on from there)
  heliograph follow --network holesky.json --store --root 0x… --bootstrap b.ssz optimistic.ssz

Each object is packed and given to the client that the contract is the twin of; with --store it is given to
the store of the consensus specs instead, which follows optimistic updates too. What is refused changes
nothing. A file may hold one object or several, as the beacon API answers.

Exit status: 0 all are accepted, 1 one is refused, 2 usage, 3 a file is not what it should be.";

/// Verify light-client objects one after the other, starting from a block that you trust.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Follow {
    #[command(flatten)]
    start: Start,
    /// Follow as the consensus specs do, with a store of whole committees, instead of as the bridge does.
    #[arg(long)]
    store: bool,
    /// Leave the rest alone when one is not accepted.
    #[arg(long)]
    stop_on_refusal: bool,
    /// Updates, finality updates and optimistic updates, in SSZ or in the beacon API's JSON.
    #[arg(value_name = "OBJECT")]
    objects: Vec<PathBuf>,
}

/// Runs the command.
pub(crate) fn run(args: &Follow) -> Result<Answer> {
    let now = Trust::now(args.start.now).now;
    let resumed = args.start.resume()?;
    let started = resumed.is_none();
    let state = match resumed {
        Some(state) if args.store && matches!(state.followed, Followed::Client(_)) => {
            return Err(Error::Usage("--store: the state is that of the bridge's client".into()));
        }
        Some(state) => state,
        None => {
            let (network, root) = (args.start.network()?, args.start.root()?);
            let bootstrap = args.start.bootstrap(&network)?;
            State::start(network, &root, &bootstrap, (args.store, now))?
        }
    };
    let network = state.network.clone();
    let reading = Reading::new(&network, args.start.fork);
    let mut objects = Vec::new();
    for path in &args.objects {
        objects.extend(reading.objects(path)?);
    }
    let mut followed =
        Following { from: state.summary(), state, started, judged: Judged::default() };
    followed.take_all(objects, args.stop_on_refusal, now)?;
    if let Some(path) = &args.start.state {
        file::write(path, &followed.state.to_text()?)?;
    }
    followed.answer()
}

/// What was followed.
struct Following {
    state: State,
    /// Whether a bootstrap was verified.
    started: bool,
    /// What was trusted at first.
    from: Vec<outcome::Fact>,
    judged: Judged,
}

impl Following {
    fn take_all(&mut self, objects: Vec<Named>, stop: bool, now: u64) -> Result<()> {
        let network = self.state.network.clone();
        let client = verify::client(&network)?;
        let size = network.committee_size;
        let state = &mut self.state;
        self.judged = Judged::all(objects, stop, |Named { name, object }| {
            let object = match object {
                Ok(object) => object,
                Err(problem) => {
                    let outcome = Outcome::Unreadable(problem);
                    return Entry { name, what: String::new(), outcome };
                }
            };
            let what = format!(
                "{} of slot {}, signed in slot {} by {} of {size}",
                object.kind(),
                object.attested().beacon.slot,
                object.signature_slot(),
                object.aggregate().participants(),
            );
            let taken = state.take(&client, &object, now);
            let outcome = taken.map_or_else(Outcome::Refused, Outcome::Accepted);
            Entry { name, what, outcome }
        });
        Ok(())
    }

    fn answer(&self) -> Result<Answer> {
        let by = match self.state.followed {
            Followed::Client(_) => "client",
            Followed::Store(_) => "store",
        };
        self.judged.answer(&Frame {
            objects: "objects",
            started: self.started,
            from: &self.from,
            trusts: self.state.summary(),
            assumes: self.assumes().into(),
            more: json!({ "chain_id": self.state.network.chain_id, "followed_by": by }),
        })
    }

    fn assumes(&self) -> [String; 2] {
        let start = match self.started {
            true => "the block whose root you gave is finalized, and the network is the one named",
            false => "the state in the file is right, and so is its network",
        };
        [verify::committees(&self.state.network), start.to_owned()]
    }
}
