//! Public networks, from Deneb to Fulu.
//!
//! A network that has moved on to a fork without a row here cannot be followed past it: signatures under its version are refused.
//! The trusting period is the deployer's choice; seven days is below the weak-subjectivity period of each network with the
//! validators it has had so far. Change it with struct update syntax: `Config { trusting_period: DAY, ..MAINNET }`.

use super::config::{Config, Fork, IndexSet};
use alloy_primitives::b256;

const WEEK: u64 = 7 * 24 * 60 * 60;

const fn deneb(epoch: u64, version: [u8; 4]) -> Fork {
    Fork { epoch, version, index_set: IndexSet::Altair }
}

const fn electra(epoch: u64, version: [u8; 4]) -> Fork {
    Fork { epoch, version, index_set: IndexSet::Electra }
}

/// Fulu changed nothing that a light client proves.
const fn fulu(epoch: u64, version: [u8; 4]) -> Fork {
    electra(epoch, version)
}

/// Ethereum.
pub const MAINNET: Config<'static> = Config {
    chain_id: 1,
    genesis_time: 1_606_824_023,
    genesis_validators_root: b256!(
        "4b363db94e286120d76eb905340fdd4e54bfe9f06bf33ff6cf5ad27f511bfe95"
    ),
    seconds_per_slot: 12,
    slots_per_epoch: 32,
    epochs_per_period: 256,
    trusting_period: WEEK,
    forks: &[
        deneb(269_568, [4, 0, 0, 0]),
        electra(364_032, [5, 0, 0, 0]),
        fulu(411_392, [6, 0, 0, 0]),
    ],
};

/// Sepolia. Its fork of epoch 353024 has no row.
pub const SEPOLIA: Config<'static> = Config {
    chain_id: 11_155_111,
    genesis_time: 1_655_733_600,
    genesis_validators_root: b256!(
        "d8ea171f3c94aea21ebc42a1ed61052acf3f9209c00e4efbaaddac09ed9b8078"
    ),
    forks: &[
        deneb(132_608, [0x90, 0, 0, 0x73]),
        electra(222_464, [0x90, 0, 0, 0x74]),
        fulu(272_640, [0x90, 0, 0, 0x75]),
    ],
    ..MAINNET
};

/// Hoodi.
pub const HOODI: Config<'static> = Config {
    chain_id: 560_048,
    genesis_time: 1_742_213_400,
    genesis_validators_root: b256!(
        "212f13fc4df078b6cb7db228f1c8307566dcecf900867401a92023d7ba99cb5f"
    ),
    forks: &[
        deneb(0, [0x50, 0, 9, 0x10]),
        electra(2_048, [0x60, 0, 9, 0x10]),
        fulu(50_688, [0x70, 0, 9, 0x10]),
    ],
    ..MAINNET
};

/// Gnosis.
pub const GNOSIS: Config<'static> = Config {
    chain_id: 100,
    genesis_time: 1_638_993_340,
    genesis_validators_root: b256!(
        "f5dcb5564e829aab27264b9becd5dfaa017085611224cb3036f573368dbb9d47"
    ),
    seconds_per_slot: 5,
    slots_per_epoch: 16,
    epochs_per_period: 512,
    forks: &[
        deneb(889_856, [4, 0, 0, 0x64]),
        electra(1_337_856, [5, 0, 0, 0x64]),
        fulu(1_714_688, [6, 0, 0, 0x64]),
    ],
    ..MAINNET
};
