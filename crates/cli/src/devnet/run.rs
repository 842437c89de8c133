//! Starting a devnet, and keeping it going.

use super::{
    Start,
    attestors::{self, Set},
    beacon_api::{self, History},
    faults,
    local::Local,
    record::{End, Record},
    relayer_toml, send,
    setup::{self, Contracts},
};
use crate::{
    demo::{self, anvil::Options, deploy::Forge, tools},
    error::{Error, Result},
    output::{Answer, pretty, progress, say},
};
use alloy_primitives::Address;
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use testkit::{Port, dice::Dice, faults::Faults};
use tokio::time::sleep;

/// Chain ids.
const CHAINS: [u64; 2] = [900_001, 900_002];

/// How long ago both chains began, in slots: more than the deployment mines, so that no block is in the future.
const PAST: u64 = 256;

/// Faulty nodes in front of each honest one.
const FAULTY: u64 = 2;

/// Slots between reorganisations, on average.
const REORGANISED: usize = 30;

/// Most blocks that are reorganised: less than are ever final.
const DEPTH: usize = 4;

/// Ether that each signer has.
const FUNDS: &str = "0x3635c9adc5dea00000";

/// Slots in a row that may go wrong before the devnet gives up.
const PATIENCE: u32 = 20;

/// Runs the devnet until it is interrupted.
pub(super) async fn run(args: &Start, as_json: bool) -> Result<Answer> {
    let root = tools::workspace()?;
    let programs = (tools::find("forge", &root)?, tools::find("anvil", &root)?);
    let folder = prepare(&args.folder)?;
    // Scripts of forge may write below target/ only.
    let scratch = root.join("target").join(format!("devnet-{}", std::process::id()));
    fs::create_dir_all(&scratch).map_err(|source| Error::Io {
        action: "write",
        path: scratch.clone(),
        source,
    })?;
    let forge = Forge { program: programs.0, root, folder: scratch.clone() };
    let tally = faults::Tally::default();
    // Dropping the chains, as an interruption does, ends them.
    let ended = tokio::select! {
        ended = live(args, (&forge, &programs.1), (&folder, &tally), as_json) => ended.map(|()| "ended"),
        _ = demo::interruption() => Ok("stopped"),
    };
    Record::remove(&folder);
    let _ = fs::remove_dir_all(&scratch);
    let how = ended?;
    let counts = faults::counts(&tally);
    let mut text = format!("devnet: {how}\n");
    if !counts.is_empty() {
        let counts: Vec<String> =
            counts.iter().map(|(fault, count)| format!("{fault} {count}")).collect();
        text += &format!("what faulty nodes got wrong: {}\n", counts.join(", "));
    }
    Ok(Answer { text, json: json!({ "ok": true, "state": how, "faults": counts }) })
}

/// The folder, empty but for what is not a devnet's.
fn prepare(folder: &Path) -> Result<PathBuf> {
    let wrong = |source| Error::Io { action: "write", path: folder.to_owned(), source };
    fs::create_dir_all(folder).map_err(wrong)?;
    let folder = folder.canonicalize().map_err(wrong)?;
    if let Ok(record) = Record::read(&folder) {
        let process = record.process;
        if Path::new("/proc").join(process.to_string()).exists() {
            let problem = format!("a devnet runs there already, as process {process}");
            return Err(Error::input(folder.display(), problem));
        }
    }
    Record::remove(&folder);
    for name in ["relayer.toml", "relayer.db", "relayer.db-wal", "relayer.db-shm"] {
        let _ = fs::remove_file(folder.join(name));
    }
    let _ = fs::remove_dir_all(folder.join("keys"));
    attestors::remove(&folder);
    Ok(folder)
}

/// Whoever is told how it goes.
pub(super) type Tell<'t> = &'t dyn Fn(&str);

async fn live(
    args: &Start,
    (forge, anvil): (&Forge, &Path),
    (folder, tally): (&Path, &faults::Tally),
    as_json: bool,
) -> Result<()> {
    let tell = |line: &str| if as_json { progress(line) } else { say(line) };
    let net = Net::start(args, (forge, anvil), (folder, tally), &tell).await?;
    if as_json {
        say(&pretty(&json!({ "ok": true, "state": "ready", "devnet": net.record })));
    } else {
        say(&next_steps(folder, &net.record, args.faults));
    }
    net.keep_going(args, &tell).await
}

/// Both chains, ready to go on by the clock.
#[derive(Debug)]
pub(crate) struct Net {
    a: Local,
    b: Local,
    clock: Clock,
    /// Where attestors are asked, whether they run or not.
    _ports: Vec<Port>,
    /// What it is for whoever uses it.
    pub record: Record,
}

impl Net {
    /// Starts both chains, deploys everything, and writes the record and the relayer's configuration. From then on it has to be kept
    /// going.
    pub(super) async fn start(
        args: &Start,
        (forge, anvil): (&Forge, &Path),
        (folder, tally): (&Path, &faults::Tally),
        tell: Tell<'_>,
    ) -> Result<Self> {
        let set = Set::new(folder, args)?;
        let genesis_time = now().as_secs() - PAST * args.slot_seconds;
        let committee = args.committee.parse().unwrap_or(512);
        let options = |name, chain_id| Options { name, chain_id, genesis_time };
        let how = (args.slot_seconds, committee);
        let (a, b) = tokio::try_join!(
            Local::start(anvil, folder, options('a', CHAINS[0]), how),
            Local::start(anvil, folder, options('b', CHAINS[1]), how),
        )?;
        let (at_a, at_b) = (&a.anvil.url, &b.anvil.url);
        tell(&format!("chain a is {} at {at_a}, b is {} at {at_b}", CHAINS[0], CHAINS[1]));
        tell("deploying contracts, light clients from checkpoints, and lanes: half a minute");
        let contracts = setup::both(forge, [&a, &b], &set).await?;
        let signers = relayer_toml::keys(folder, args.signers)?;
        let clock =
            Clock { genesis: Duration::from_secs(genesis_time), seconds: args.slot_seconds };
        let mut starts = [0; 2];
        for (local, start) in [&a, &b].into_iter().zip(&mut starts) {
            for signer in &signers {
                fund(local, *signer).await?;
            }
            *start = local.anvil.height().await?;
            local.mine_and_follow(clock.slot().saturating_sub(*start)).await?;
            local.mine_by_the_clock().await?;
        }
        let record = Record {
            genesis_time,
            slot_seconds: args.slot_seconds,
            slots_per_epoch: super::consensus::SLOTS_PER_EPOCH,
            process: std::process::id(),
            relayer: folder.join("relayer.toml"),
            signers,
            attestors: set.members,
            threshold: set.threshold,
            a: end(args, &a, &contracts[0], (starts[0], tally)).await?,
            b: end(args, &b, &contracts[1], (starts[1], tally)).await?,
        };
        relayer_toml::write(folder, &record, args.faults)?;
        for (number, attestor) in (1..).zip(&record.attestors) {
            let of_a = nodes(args, &a, number, tally).await?;
            let of_b = nodes(args, &b, number, tally).await?;
            attestors::write(attestor, &record, [&of_a, &of_b], args.faults)?;
        }
        record.write(folder)?;
        Ok(Self { a, b, clock, _ports: set.ports, record })
    }

    /// A block in each slot of both chains, wrapped at once; and what was asked for beside it.
    pub(super) async fn keep_going(&self, args: &Start, tell: Tell<'_>) -> Result<()> {
        let mut dice = Dice::new(args.seed);
        let mut wrong = 0;
        loop {
            let slot = self.clock.next().await;
            let reorganise = (args.faults && dice.one_in(REORGANISED)).then(|| {
                let local = if dice.one_in(2) { &self.a } else { &self.b };
                (local, u64::try_from(1 + dice.below(DEPTH)).unwrap_or(1))
            });
            wrong = match self.advance(args, slot, reorganise, tell).await {
                Ok(()) => 0,
                Err(error) if wrong < PATIENCE => {
                    progress(format_args!("slot {slot}: {error}"));
                    wrong + 1
                }
                Err(error) => return Err(error),
            };
        }
    }

    async fn advance(
        &self,
        args: &Start,
        slot: u64,
        reorganise: Option<(&Local, u64)>,
        tell: Tell<'_>,
    ) -> Result<()> {
        let (a, b, record) = (&self.a, &self.b, &self.record);
        if args.messages_per_block > 0 {
            let both = [(&record.a, &record.b), (&record.b, &record.a)];
            send::some([&a.anvil, &b.anvil], both, args.messages_per_block, slot).await?;
        }
        let time = self.clock.time(slot);
        tokio::try_join!(a.mine_at(time), b.mine_at(time))?;
        if let Some((local, depth)) = reorganise {
            local.reorganise(depth).await?;
            let name = local.anvil.name;
            tell(&format!("slot {slot}: reorganised the last {depth} blocks of chain {name}"));
        }
        tokio::try_join!(a.follow(), b.follow()).map(drop)
    }
}

async fn fund(local: &Local, account: Address) -> Result<()> {
    let _: Value = local.anvil.rpc.request("anvil_setBalance", (account, FUNDS)).await?;
    Ok(())
}

async fn end(
    args: &Start,
    local: &Local,
    contracts: &Contracts,
    (start_block, tally): (u64, &faults::Tally),
) -> Result<End> {
    let equivocates = args.equivocate && local.anvil.chain_id == CHAINS[0];
    let other_beacon = if equivocates {
        Some(beacon_api::serve(Arc::clone(&local.beacon), History::Another).await?)
    } else {
        None
    };
    let deployed = &contracts.deployed;
    Ok(End {
        chain_id: local.anvil.chain_id,
        rpc: local.anvil.url.clone(),
        endpoints: nodes(args, local, 0, tally).await?,
        beacon: local.beacon_url.clone(),
        other_beacon,
        start_block,
        light_client_manager: deployed.light_client_manager,
        light_client: contracts.light_client,
        attestors: deployed.attestors,
        message_service: deployed.message_service,
        message_checker: deployed.message_checker,
        relay_fees: contracts.relay_fees,
        greeter: deployed.greeter,
    })
}

/// The nodes of a chain that one process asks, the honest one last: the relayer, 0, or an attestor. The faulty ones are its own.
async fn nodes(
    args: &Start,
    local: &Local,
    whose: u64,
    tally: &faults::Tally,
) -> Result<Vec<String>> {
    let honest = &local.anvil.url;
    let mut nodes = Vec::new();
    for number in 0..if args.faults { FAULTY } else { 0 } {
        let seed = args.seed ^ local.anvil.chain_id << 8 ^ number << 40 ^ whose << 48;
        let faults = Faults::new(seed, args.per_mille);
        nodes.push(faults::serve(honest, faults, Arc::clone(tally)).await?);
    }
    nodes.push(honest.clone());
    Ok(nodes)
}

fn next_steps(folder: &Path, record: &Record, with_faults: bool) -> String {
    let shown = |path: &Path| {
        let here = std::env::current_dir().unwrap_or_default();
        path.strip_prefix(here).unwrap_or(path).display().to_string()
    };
    let program = std::env::current_exe().map_or_else(|_| "heliograph".into(), |path| shown(&path));
    let at = shown(folder);
    let faults = if with_faults { "two of three nodes of each chain are faulty\n" } else { "" };
    let (mut attested, mut start_one) = (String::new(), String::new());
    if let Some(first) = record.attestors.first() {
        let (threshold, count) = (record.threshold, record.attestors.len());
        attested = format!(
            "lanes ask for {threshold} of {count} attestors beside the light client; each is a process of its own\n"
        );
        start_one = format!("\n  {program} start --config {}", shown(&first.config));
        if count > 1 {
            start_one += &format!("   (and so up to attestor-{count})");
        }
    }
    format!(
        "\nready: blocks every {} s, final after {} to {}; this goes on until you interrupt it\n{faults}{attested}\
         beacon nodes: a {}, b {}\n\
         \nin other terminals:\n\
         \n  {program} start --config {at}/relayer.toml{start_one}\
         \n  {program} devnet send --folder {at} --count 20 --both\
         \n  {program} devnet check --folder {at} --wait 60\n",
        record.slot_seconds,
        2 * record.slots_per_epoch,
        3 * record.slots_per_epoch,
        record.a.beacon,
        record.b.beacon,
    )
}

/// Slots by the clock of the machine.
#[derive(Clone, Copy, Debug)]
struct Clock {
    genesis: Duration,
    seconds: u64,
}

impl Clock {
    /// The slot that it is.
    fn slot(&self) -> u64 {
        now().saturating_sub(self.genesis).as_secs() / self.seconds
    }

    const fn time(&self, slot: u64) -> u64 {
        self.genesis.as_secs() + slot * self.seconds
    }

    /// Waits until the next slot begins, and returns it.
    async fn next(&self) -> u64 {
        let next = self.slot() + 1;
        let begins = Duration::from_secs(self.time(next));
        sleep(begins.saturating_sub(now())).await;
        self.slot().max(next)
    }
}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}
