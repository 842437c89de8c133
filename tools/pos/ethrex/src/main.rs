//! An execution client for local tests: ethrex's published libraries behind an Engine API and a
//! JSON-RPC server.
//!
//! The chain is kept in memory. There are no peers: nothing is opened but the two listeners, which
//! must be on loopback, and nothing is dialled.

use bytes::Bytes;
use clap::Parser;
use ethrex_blockchain::Blockchain;
use ethrex_common::{
    H256, H512,
    types::{DEFAULT_BUILDER_GAS_CEIL, Genesis},
};
use ethrex_p2p::{
    network::P2PContext,
    peer_handler::PeerHandler,
    peer_table::{PeerTableServer, TARGET_PEERS},
    rlpx::initiator::RLPxInitiator,
    sync::SyncMode,
    sync_manager::SyncManager,
    types::{NetworkConfig, Node, NodeRecord},
};
use ethrex_rpc::{ClientVersion, RpcNamespace, start_api};
use ethrex_storage::{EngineType, Store};
use secp256k1::{PublicKey, SecretKey};
use std::{
    error::Error,
    fs,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    sync::Arc,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// An execution client for local tests, in memory and without peers.
#[derive(Debug, Parser)]
struct Args {
    /// Genesis file in geth's format.
    #[arg(long)]
    genesis: PathBuf,
    /// File with the hex secret that the consensus client shares.
    #[arg(long)]
    jwt: PathBuf,
    /// Where JSON-RPC listens.
    #[arg(long, value_parser = loopback)]
    rpc: SocketAddr,
    /// Where the Engine API listens.
    #[arg(long, value_parser = loopback)]
    engine: SocketAddr,
}

#[tokio::main]
async fn main() -> Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env();
    let filter = filter.unwrap_or_else(|_| "info".into());
    tracing_subscriber::fmt().with_env_filter(filter).init();
    let args = Args::parse();
    let genesis: Genesis = serde_json::from_slice(&fs::read(&args.genesis)?)?;
    let secret = fs::read_to_string(&args.jwt)?;
    let secret = hex::decode(secret.trim().trim_start_matches("0x"))?;

    let mut store = Store::new("memory", EngineType::InMemory)?;
    println!("genesis block {:#x}", genesis.get_block().hash());
    store.add_initial_state(genesis).await?;
    let blockchain = Arc::new(Blockchain::default_with_store(store.clone()));
    blockchain.set_synced();
    serve(&args, store, blockchain, Bytes::from(secret)).await
}

/// Runs both servers until the process ends.
async fn serve(
    args: &Args,
    store: Store,
    blockchain: Arc<Blockchain>,
    secret: Bytes,
) -> Result<()> {
    // The servers want a node of a network. This one has no port, and its peer table stays empty.
    let signer = SecretKey::from_byte_array(&[0xcd; 32])?;
    let public = PublicKey::from_secret_key_global(&signer).serialize_uncompressed();
    let node = Node::new(IpAddr::from([127, 0, 0, 1]), 0, 0, H512::from_slice(&public[1..]));
    let record = NodeRecord::from_node(&node, 1, &signer)?;
    let cancel = CancellationToken::new();
    let peers = PeerTableServer::spawn(H256::zero(), TARGET_PEERS, store.clone());
    let context = P2PContext::new(
        node.clone(),
        NetworkConfig::from_node(&node),
        TaskTracker::default(),
        signer,
        peers.clone(),
        store.clone(),
        blockchain.clone(),
        "ethrex-node".into(),
        None,
        1000,
        100.0,
    )?;
    let peers = PeerHandler::new(peers, RLPxInitiator::spawn_on_thread(context));
    let sync = SyncManager::new(
        peers.clone(),
        &SyncMode::Full,
        cancel.clone(),
        blockchain.clone(),
        store.clone(),
        PathBuf::from("."),
    )
    .await;
    let namespaces =
        [RpcNamespace::Eth, RpcNamespace::Net, RpcNamespace::Web3, RpcNamespace::Debug];
    start_api(
        args.rpc,
        None,
        args.engine,
        store,
        blockchain,
        secret,
        node,
        record,
        sync,
        peers,
        version(),
        None,
        DEFAULT_BUILDER_GAS_CEIL,
        String::new(),
        namespaces.into(),
        cancel,
    )
    .await?;
    Ok(())
}

fn version() -> ClientVersion {
    let unknown = || "unknown".to_owned();
    ClientVersion::new(
        "ethrex".into(),
        "24.0.0".into(),
        "crates.io".into(),
        "00000000".into(),
        unknown(),
        unknown(),
    )
}

fn loopback(text: &str) -> std::result::Result<SocketAddr, String> {
    let address: SocketAddr = text.parse().map_err(|e| format!("{e}"))?;
    if address.ip().is_loopback() { Ok(address) } else { Err("not a loopback address".into()) }
}
