//! Public networks from Altair on, and the minimal preset.
//!
//! A network that has moved on to a fork without a row here cannot be followed past it: signatures under its version are refused.
//! The trusting period is the deployer's choice; seven days is below the weak-subjectivity period of each network with the
//! validators it has had so far. Change it with struct update syntax: `Config { trusting_period: DAY, ..MAINNET }`.
//!
//! Source: consensus-specs `configs`, and the configurations that the networks' clients carry.

use super::{Config, Fork, IndexSet};
use alloy_primitives::{B256, b256};

const WEEK: u64 = 7 * 24 * 60 * 60;

const fn altair(epoch: u64, version: [u8; 4]) -> Fork {
    Fork { epoch, version, index_set: IndexSet::Altair }
}

/// Bellatrix has an execution payload, but no light client object proves it.
const fn bellatrix(epoch: u64, version: [u8; 4]) -> Fork {
    altair(epoch, version)
}

const fn capella(epoch: u64, version: [u8; 4]) -> Fork {
    Fork { epoch, version, index_set: IndexSet::Capella }
}

const fn deneb(epoch: u64, version: [u8; 4]) -> Fork {
    Fork { epoch, version, index_set: IndexSet::Deneb }
}

const fn electra(epoch: u64, version: [u8; 4]) -> Fork {
    Fork { epoch, version, index_set: IndexSet::Electra }
}

/// Fulu changed nothing that a light client proves.
const fn fulu(epoch: u64, version: [u8; 4]) -> Fork {
    electra(epoch, version)
}

const fn gloas(epoch: u64, version: [u8; 4]) -> Fork {
    Fork { epoch, version, index_set: IndexSet::Gloas }
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
    committee_size: 512,
    slots_per_historical_root: 8_192,
    trusting_period: WEEK,
    forks: &[
        altair(74_240, [1, 0, 0, 0]),
        bellatrix(144_896, [2, 0, 0, 0]),
        capella(194_048, [3, 0, 0, 0]),
        deneb(269_568, [4, 0, 0, 0]),
        electra(364_032, [5, 0, 0, 0]),
        fulu(411_392, [6, 0, 0, 0]),
    ],
};

/// Sepolia.
pub const SEPOLIA: Config<'static> = Config {
    chain_id: 11_155_111,
    genesis_time: 1_655_733_600,
    genesis_validators_root: b256!(
        "d8ea171f3c94aea21ebc42a1ed61052acf3f9209c00e4efbaaddac09ed9b8078"
    ),
    forks: &[
        altair(50, [0x90, 0, 0, 0x70]),
        bellatrix(100, [0x90, 0, 0, 0x71]),
        capella(56_832, [0x90, 0, 0, 0x72]),
        deneb(132_608, [0x90, 0, 0, 0x73]),
        electra(222_464, [0x90, 0, 0, 0x74]),
        fulu(272_640, [0x90, 0, 0, 0x75]),
        gloas(353_024, [0x90, 0, 0, 0x76]),
    ],
    ..MAINNET
};

/// Hoodi, which began with Deneb.
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
        altair(512, [1, 0, 0, 0x64]),
        bellatrix(385_536, [2, 0, 0, 0x64]),
        capella(648_704, [3, 0, 0, 0x64]),
        deneb(889_856, [4, 0, 0, 0x64]),
        electra(1_337_856, [5, 0, 0, 0x64]),
        fulu(1_714_688, [6, 0, 0, 0x64]),
    ],
    ..MAINNET
};

/// Chiado, the test network of Gnosis.
pub const CHIADO: Config<'static> = Config {
    chain_id: 10_200,
    genesis_time: 1_665_396_300,
    genesis_validators_root: b256!(
        "9d642dac73058fbf39c0ae41ab1e34e4d889043cb199851ded7095bc99eb4c1e"
    ),
    forks: &[
        altair(90, [1, 0, 0, 0x6f]),
        bellatrix(180, [2, 0, 0, 0x6f]),
        capella(244_224, [3, 0, 0, 0x6f]),
        deneb(516_608, [4, 0, 0, 0x6f]),
        electra(948_224, [5, 0, 0, 0x6f]),
        fulu(1_353_216, [6, 0, 0, 0x6f]),
    ],
    ..GNOSIS
};

/// Sizes and clock of the minimal preset, a base for the configuration of a small network.
///
/// It is no network by itself (BCN-16): genesis and forks are missing. In the specs' minimal configuration every fork is at the
/// last epoch there is, that is never, with the versions `01000001` for Altair to `07000001` for Gloas.
pub const MINIMAL: Config<'static> = Config {
    chain_id: 0,
    genesis_time: 0,
    genesis_validators_root: B256::ZERO,
    seconds_per_slot: 6,
    slots_per_epoch: 8,
    epochs_per_period: 8,
    committee_size: 32,
    slots_per_historical_root: 64,
    trusting_period: WEEK,
    forks: &[],
};
