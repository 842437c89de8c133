//! `heliograph prove map-update`.

use super::{Node, Output, anchor::BlockName};
use crate::{
    error::{Error, Result},
    file::{MapUpdateFile, ProofFile},
    follow::map::StartArgs,
    map::{Followed, Source},
    output::progress,
    rpc::Rpc,
    verify::Trust,
};
use alloy_primitives::Bytes;
use clap::Args;
use prover::update::map;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  heliograph prove map-update --state map.json --rpc http://localhost:7445 --block latest -o update.json
  heliograph prove map-update --state map.json 3950000.json 3950017.rlp -o update.json
  heliograph prove map-update --network map --validators snapshot.json --epoch 79 --time 1670000000 3950000.json

The state is one that `heliograph follow-map --state` wrote; what headers and validators may look like is said there. The last
header is the one that is proven; those before it have to end the epochs from the trusted one on. A node is asked for these.";

/// An update of the light client of a MAP relay chain, from headers as nodes serve them and the validators' keys.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct MapUpdateArgs {
    #[command(flatten)]
    start: StartArgs,
    #[command(flatten)]
    node: Node,
    /// The block to prove, by hash, number or tag, from the node.
    #[arg(long, value_name = "BLOCK", required_unless_present = "files")]
    block: Option<BlockName>,
    /// Without a node: headers, blocks or records.
    #[arg(value_name = "HEADER", id = "files", conflicts_with = "block")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    output: Output,
}

impl MapUpdateArgs {
    pub(super) const fn output(&self) -> &Output {
        &self.output
    }

    /// The time at which the update is to hold.
    pub(super) fn trust(&self) -> Trust {
        Trust::now(self.start.now)
    }
}

/// Makes the update file, not yet verified.
pub(super) async fn prove(args: &MapUpdateArgs) -> Result<ProofFile> {
    let source = Source::read(&args.files)?;
    let followed = match args.start.resume()? {
        Some(followed) => followed,
        None => {
            let (network, start) = args.start.start(&source, None)?;
            Followed::start(network, start, args.trust().now)?
        }
    };
    let headers = match &args.block {
        Some(block) => fetch(&args.node.rpc()?, &followed, block).await?,
        None => of_files(source)?,
    };
    let update = followed.update(&headers).map_err(|refused| refused.into_error("the headers"))?;
    progress(format_args!("{} headers packed into {} bytes", headers.len(), update.len()));
    let Followed { network, trusted, .. } = followed;
    Ok(ProofFile::MapUpdate(Box::new(MapUpdateFile { network, trusted, update })))
}

/// The headers of the files, by number.
fn of_files(source: Source) -> Result<Vec<Bytes>> {
    let mut headers = Vec::new();
    for item in source.items {
        let number = item.parts().map(|parts| parts.number);
        let header = item.header.map_err(|problem| Error::input(&item.name, problem))?;
        let number = number.ok_or_else(|| Error::input(&item.name, "not a MAP header"))?;
        headers.push((number, header));
    }
    headers.sort_by_key(|(number, _)| *number);
    Ok(headers.into_iter().map(|(_, header)| header).collect())
}

/// The last blocks of the epochs from the newest known set on, and the block itself.
async fn fetch(rpc: &Rpc, followed: &Followed, block: &BlockName) -> Result<Vec<Bytes>> {
    let target = block.fetch(rpc).await?;
    let told = |end, epoch| progress(format_args!("block {end} ends epoch {epoch}"));
    let (network, epoch) = (&followed.network, followed.trusted.epoch);
    Ok(map::headers(rpc.node(), network, (epoch, u64::MAX), &target, told).await?)
}
