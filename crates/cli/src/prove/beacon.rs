//! `heliograph prove beacon-update`.

use super::Output;
use crate::{
    beacon_node::{self, BeaconNode},
    error::{Error, Result},
    file::{ProofFile, UpdateFile},
    follow::{Bridge, Followed, Start, State},
    objects::{Named, Object, Reading},
    output::progress,
    output::{Answer, Fields},
    verify::Trust,
};
use alloy_primitives::Bytes;
use clap::Args;
use light_client::beacon::{
    Config, Network, Trusted,
    builder::{Cost, Finalizing, GLAMSTERDAM, OSAKA, OwnedUpdate, choose},
    spec::LightClientBootstrap,
};
use prover::{objects, update::Candidate};
use serde_json::{Value, json};
use std::{path::PathBuf, time::Duration};

const EXAMPLES: &str = "\
Examples:
  heliograph prove beacon-update --state state.json finality-1.json finality-2.json -o update.json
  heliograph prove beacon-update --state state.json --beacon http://localhost:5052 --watch 20 -o update.json
  heliograph prove beacon-update --network mainnet --root 0x… --bootstrap b.ssz update.ssz -o update.json

The state is one that `heliograph follow --state` wrote. Of the objects that finalize the newest checkpoint the
one is taken from which the fewest members are absent: each absent member costs calldata and gas. A beacon node
serves one at a time, and another one each slot: --watch collects.";

/// The cheapest update of a light client, from what beacon nodes serve.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct BeaconArgs {
    #[command(flatten)]
    start: Start,
    /// Ask this beacon node's REST API, besides the files.
    #[arg(long, value_name = "URL", env = "HELIOGRAPH_BEACON", hide_env_values = true)]
    beacon: Option<String>,
    /// Ask the node again for this many slots, and choose from all that it has answered.
    #[arg(long, value_name = "SLOTS", default_value_t = 0)]
    watch: u64,
    /// Choose only from updates that bring the next committee, which a client needs once in a period.
    #[arg(long)]
    next_committee: bool,
    /// Updates and finality updates, in SSZ or in the beacon API's JSON.
    #[arg(value_name = "OBJECT", required_unless_present = "beacon")]
    objects: Vec<PathBuf>,
    #[command(flatten)]
    output: Output,
}

impl BeaconArgs {
    pub(super) const fn output(&self) -> &Output {
        &self.output
    }

    /// The time at which the update is to hold.
    pub(super) fn trust(&self) -> Trust {
        Trust::now(self.start.now)
    }
}

/// What an update costs, by the rules of two forks of the destination chain.
pub(super) struct Costs([(&'static str, Cost); 2]);

impl Costs {
    fn of(config: &Config<'_>, trusted: &Trusted, update: &OwnedUpdate) -> Self {
        let prices = [("Osaka", OSAKA), ("Glamsterdam", GLAMSTERDAM)];
        Self(prices.map(|(fork, prices)| (fork, Cost::of(config, trusted, update, &prices))))
    }

    fn text(&self) -> String {
        let mut fields = Fields::default();
        for (fork, cost) in &self.0 {
            let Cost { bytes, calldata, execution, storage, floor, total } = cost;
            fields.add(
                format!("{total} gas on {fork}"),
                format!(
                    "{bytes} bytes: calldata {calldata}, execution {execution}, storage {storage}; at least {floor}"
                ),
            );
        }
        format!("costs about\n{}", fields.render(2))
    }

    fn json(&self) -> Value {
        let mut json = json!({ "bytes": self.0[0].1.bytes });
        for (fork, cost) in &self.0 {
            json[fork.to_lowercase()] = json!({
                "calldata": cost.calldata, "execution": cost.execution, "storage": cost.storage,
                "floor": cost.floor, "total": cost.total,
            });
        }
        json
    }
}

/// Adds what the update costs to the answer; when the answer is the file itself it is said to whoever is waiting.
pub(super) fn add_cost(mut answer: Answer, costs: &Costs, args: &BeaconArgs) -> Answer {
    if args.output.is_file() {
        answer.text += &costs.text();
        answer.json["cost"] = costs.json();
    } else {
        progress(costs.text());
    }
    answer
}

/// Makes the update file, not yet verified.
pub(super) async fn prove(args: &BeaconArgs) -> Result<(ProofFile, Costs)> {
    let node = args.beacon.as_deref().map(beacon_node::connect).transpose()?;
    let (network, bridge) = trusted(args, node.as_ref()).await?;
    let config = network.as_config();
    let reading = Reading::new(&network, args.start.fork);
    let mut objects = Vec::new();
    for path in &args.objects {
        objects.extend(reading.objects(path)?);
    }
    if let Some(node) = &node {
        objects.extend(collect(args, node, &network, &bridge).await?);
    }
    let candidates = candidates(args, objects, &config, &bridge)?;
    let chosen = choose(&config, &candidates).ok_or_else(|| {
        let quorum = config.quorum();
        Error::input("the objects", format!("none is signed by {quorum} members"))
    })?;
    progress(format_args!(
        "{}: finalizes slot {}, signed by {} of {}",
        chosen.name,
        chosen.finalized().slot,
        chosen.aggregate().participants(),
        config.committee_size
    ));
    // What the client knows already is not sent again.
    let wanted = args.next_committee
        || bridge.trusted.next_committee_root.is_zero()
        || bridge.rotates(&config, chosen.finalized().slot);
    let packed = bridge.pack(&config, &chosen.object, wanted);
    let packed = packed.map_err(|refused| refused.into_error(&chosen.name))?;
    let (trusted, update) = (bridge.trusted, Bytes::from(packed.encode()));
    let costs = Costs::of(&config, &trusted, &packed);
    Ok((ProofFile::BeaconUpdate(Box::new(UpdateFile { network, trusted, update })), costs))
}

/// The network and the state that the update is for.
async fn trusted(args: &BeaconArgs, node: Option<&BeaconNode>) -> Result<(Network, Bridge)> {
    let start = &args.start;
    let state = match start.resume()? {
        Some(state) => state,
        None => {
            let (network, root) = (start.network()?, start.root()?);
            let bootstrap: LightClientBootstrap = match node {
                Some(node) if start.bootstrap.is_none() => {
                    let path = format!("eth/v1/beacon/light_client/bootstrap/{root}");
                    let answer = node.get(&path).await?;
                    beacon_node::read(&answer["data"], "bootstrap")?
                }
                _ => start.bootstrap(&network)?,
            };
            State::start(network, &root, &bootstrap, (false, args.trust().now))?
        }
    };
    match state.followed {
        Followed::Client(bridge) => Ok((state.network, *bridge)),
        Followed::Store(_) => Err(Error::Usage(
            "--state: a store of the specs makes no update: follow without --store".into(),
        )),
    }
}

/// What the node serves: the updates of the periods that the state can go on to, and its latest finality update, slot by slot.
async fn collect(
    args: &BeaconArgs,
    node: &BeaconNode,
    network: &Network,
    bridge: &Bridge,
) -> Result<Vec<Named>> {
    let period = network.as_config().period(bridge.trusted.finalized_slot);
    let mut objects = match node.updates(period, 2).await? {
        Some(answer) => objects::answer("the node's updates", &answer),
        None => Vec::new(),
    };
    for asked in 0..=args.watch {
        if asked > 0 {
            tokio::time::sleep(Duration::from_secs(network.seconds_per_slot)).await;
            progress(format_args!("{asked} of {} slots", args.watch));
        }
        if let Some(answer) = node.finality_update().await? {
            objects.extend(objects::answer("the node's finality update", &answer));
        }
    }
    Ok(objects)
}

/// Those of the objects that the client can take: signed by a committee that it knows, and bringing what is wanted.
fn candidates(
    args: &BeaconArgs,
    objects: Vec<Named>,
    config: &Config<'_>,
    bridge: &Bridge,
) -> Result<Vec<Candidate>> {
    let all = objects.len();
    let mut candidates = Vec::new();
    for Named { name, object } in objects {
        let object = object.map_err(|problem| Error::input(&name, problem))?;
        if matches!(object, Object::Optimistic(_)) {
            return Err(Error::input(name, "an optimistic update: nothing in it is final"));
        }
        let brings = match &object {
            Object::Update(_) => {
                let packed = bridge.pack(config, &object, true);
                packed.is_ok_and(|update| update.next_committee.is_some())
            }
            _ => false,
        };
        if bridge.knows_signer(config, object.signature_slot()) && (brings || !args.next_committee)
        {
            candidates.push(Candidate { name, object });
        }
    }
    if candidates.is_empty() {
        let period = config.period(bridge.trusted.finalized_slot);
        let wanted = if args.next_committee { " and brings the next one" } else { "" };
        let problem = format!(
            "of {all} none is signed by a committee that the state of period {period} names{wanted}"
        );
        return Err(Error::input("the objects", problem));
    }
    Ok(candidates)
}
