//! BCN-16, BCN-17: configurations, and the rows that are appended to them.

use crate::support::{CONFIG, SMALL, client, committee, informed_at, time};
use alloy_primitives::{B256, b256};
use light_client::{
    beacon::{
        Client, Config, Error, Fork, IndexSet, Network, Trusted,
        networks::{CHIADO, GNOSIS, HOODI, MAINNET, MINIMAL, SEPOLIA},
    },
    crypto::DefaultBls,
};

const fn fork(epoch: u64) -> Fork {
    Fork { epoch, version: [9; 4], index_set: IndexSet::Gloas }
}

#[test]
fn bcn_16_rejects_what_describes_no_network() {
    let (repeated, decreasing) = ([fork(1), fork(1)], [fork(2), fork(1)]);
    for config in [
        Config { forks: &[], ..CONFIG },
        Config { forks: &repeated, ..CONFIG },
        Config { forks: &decreasing, ..CONFIG },
        Config { seconds_per_slot: 0, ..CONFIG },
        Config { slots_per_epoch: 0, ..CONFIG },
        Config { epochs_per_period: 0, ..CONFIG },
        Config { trusting_period: 0, ..CONFIG },
        Config { genesis_validators_root: B256::ZERO, ..CONFIG },
        Config { committee_size: 0, ..CONFIG },
        Config { committee_size: 1, ..CONFIG },
        Config { committee_size: 511, ..CONFIG },
        Config { committee_size: 1_024, ..CONFIG },
        Config { committee_size: 1 << 63, ..CONFIG },
        Config { slots_per_historical_root: 0, ..CONFIG },
        Config { slots_per_historical_root: 1, ..CONFIG },
        Config { slots_per_historical_root: 8_191, ..CONFIG },
        Config { slots_per_historical_root: 1 << 33, ..CONFIG },
        MINIMAL,
    ] {
        assert_eq!(config.validate(), Err(Error::Config));
        let refused = Client::new(config, DefaultBls::default());
        assert_eq!(refused.unwrap_err(), Error::Config);
    }
}

#[test]
fn bcn_16_accepts_networks_of_every_size() {
    let minimal =
        Config { genesis_validators_root: B256::repeat_byte(1), forks: &[fork(0)], ..MINIMAL };
    for config in [
        CONFIG,
        SMALL,
        minimal,
        Config { genesis_time: 0, ..MAINNET },
        Config { committee_size: 2, slots_per_historical_root: 2, ..CONFIG },
        Config { slots_per_historical_root: 1 << 32, ..CONFIG },
    ] {
        assert_eq!(config.validate(), Ok(()));
    }
    let quorums = [2, 4, 8, 16, 32, 64, 128, 256, 512]
        .map(|committee_size| Config { committee_size, ..CONFIG }.quorum());
    assert_eq!(quorums, [2, 3, 6, 11, 22, 43, 86, 171, 342]);
}

#[test]
fn bcn_17_accepts_a_later_fork_and_rejects_an_earlier_one() {
    // The last row begins with epoch 16; slot 40 is of epoch 10.
    let trusted = informed_at(40);
    assert_eq!(CONFIG.verify_append(&trusted, &fork(17)), Ok(()));
    assert_eq!(CONFIG.verify_append(&trusted, &fork(u64::MAX)), Ok(()));
    let refused = |epoch, last| Err(Error::ForkOrder { epoch, last });
    for epoch in [0, 10, 11, 16] {
        assert_eq!(CONFIG.verify_append(&trusted, &fork(epoch)), refused(epoch, 16));
    }
    // In what has been verified already: slot 81 is of epoch 20.
    let trusted = Trusted { finalized_slot: 81, ..trusted };
    for epoch in [0, 16, 17, 20] {
        assert_eq!(CONFIG.verify_append(&trusted, &fork(epoch)), refused(epoch, 20));
    }
    assert_eq!(CONFIG.verify_append(&trusted, &fork(21)), Ok(()));
    let far = Trusted { finalized_slot: u64::MAX, ..trusted };
    let refused = Error::ForkOrder { epoch: 17, last: u64::MAX / 4 };
    assert_eq!(client().config().verify_append(&far, &fork(17)), Err(refused));
}

#[test]
fn bcn_16_a_network_survives_json() {
    for config in [CONFIG, SMALL, MAINNET, SEPOLIA] {
        let network = Network::from(config);
        let json = serde_json::to_string(&network).unwrap();
        let read: Network = serde_json::from_str(&json).unwrap();
        assert_eq!(read, network);
        assert_eq!(read.as_config(), config);
    }
    let json = serde_json::to_value(Network::from(CONFIG)).unwrap();
    assert_eq!(json["committee_size"], 512);
    assert_eq!(json["forks"][4]["index_set"], "gloas");
    assert_eq!(json["forks"][4]["epoch"], "16");
    assert_eq!(json["forks"][4]["version"], "0x07000009");
}

#[test]
fn bcn_8_bcn_9_bcn_10_the_indices_of_every_set() {
    let table = IndexSet::ALL.map(|set| {
        let committees = [set.current_committee(), set.next_committee()];
        (set.finality(), committees, set.block_roots(), set.execution_block_hash())
    });
    let expected = [
        (105, [54, 55], 37, 1),
        (105, [54, 55], 37, 412),
        (105, [54, 55], 37, 812),
        (169, [86, 87], 69, 812),
        (735, [2945, 2946], 352, 2856),
    ];
    assert_eq!(table, expected);
    let summaries = IndexSet::ALL.map(IndexSet::historical_summaries);
    assert_eq!(summaries, [None, Some(59), Some(59), Some(91), Some(2950)]);
    let execution = IndexSet::ALL.map(IndexSet::has_execution);
    assert_eq!(execution, [false, true, true, true, true]);
}

#[test]
fn bcn_13_the_domains_of_the_public_networks() {
    let domain = |config: &Config<'_>, epoch: u64| {
        let fork = config.forks.iter().find(|fork| fork.epoch == epoch).unwrap();
        config.domain(fork)
    };
    let expected = [
        (
            MAINNET,
            364_032,
            b256!("07000000ad532ceb9ec5d246daad29da8aa157bfdab35e5f069f9db81f1da754"),
        ),
        (
            MAINNET,
            411_392,
            b256!("0700000082fae541f8a3db43adb5e7997ac5f562cf682ce6bc41b8ec28ba1a07"),
        ),
        (
            SEPOLIA,
            272_640,
            b256!("07000000f52c15272cff99835cd05aa522af469210b5b2c8807e372b6b9ca539"),
        ),
        (
            SEPOLIA,
            353_024,
            b256!("07000000e7626d6f8bf835c77cec81870bdf8b4c76c5f6287cec41d72291599d"),
        ),
        (HOODI, 50_688, b256!("07000000e9730835ed8469ff3cbc6064cb6e858ed44584ee2b21754ea0cd0ab5")),
        (
            GNOSIS,
            1_714_688,
            b256!("07000000f9ab5f8547bc7528a8abc1d43804ffd7dbf41ca6fa27c9d40f6134f9"),
        ),
    ];
    for (config, epoch, expected) in expected {
        assert_eq!(domain(&config, epoch), expected, "{} {epoch}", config.chain_id);
    }
    let gloas = Fork { epoch: u64::MAX, version: [7, 0, 0, 0], index_set: IndexSet::Gloas };
    let expected = b256!("07000000c044d452c571c5ee951f38f290bdcf6bd520a5fa1f99da6e70a91ea4");
    assert_eq!(MAINNET.domain(&gloas), expected);
}

#[test]
fn bcn_16_accepts_the_public_networks() {
    for config in [MAINNET, SEPOLIA, HOODI, GNOSIS, CHIADO] {
        assert_eq!(config.validate(), Ok(()));
        // 8192 slots in a period, whatever an epoch is.
        assert_eq!([8_191, 8_192, 8_192 * 3].map(|slot| config.period(slot)), [0, 1, 3]);
        assert_eq!(config.quorum(), 342);
        let sets: Vec<_> = config.forks.iter().map(|fork| fork.index_set).collect();
        assert!(sets.is_sorted());
    }
    assert_eq!(SEPOLIA.fork_at(353_024 * 32).unwrap().index_set, IndexSet::Gloas);
    assert_eq!(SEPOLIA.fork_at(353_024 * 32 - 1).unwrap().index_set, IndexSet::Electra);
    // 2026-10-06 13:53:36 UTC.
    assert_eq!(SEPOLIA.current_slot(1_791_294_816), 353_024 * 32);
    assert_eq!((GNOSIS.seconds_per_slot, GNOSIS.slots_per_epoch), (5, 16));
    let clock = (MINIMAL.seconds_per_slot, MINIMAL.slots_per_epoch, MINIMAL.epochs_per_period);
    assert_eq!(clock, (6, 8, 8));
    assert_eq!((MINIMAL.committee_size, MINIMAL.slots_per_historical_root), (32, 64));
    assert_eq!(committee(2).committee().pubkeys().len(), 512);
    assert_eq!(time(0), CONFIG.genesis_time);
}
