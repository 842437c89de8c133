//! SSZ: one encoding, of one fork and one preset.

use crate::samples::{
    EXTRA, PRESETS, VERSIONS, bootstrap, committee, finality_update, optimistic_update, payload,
    update,
};
use alloy_primitives::FixedBytes;
use light_client::beacon::spec::{
    Error, ExecutionPayloadHeader, LightClientBootstrap, LightClientFinalityUpdate,
    LightClientOptimisticUpdate, LightClientUpdate, Object, Preset, SyncCommittee, Version,
};
use proptest::prelude::*;
use std::fmt::Debug;

/// Lengths in the mainnet preset of bootstrap, update, finality and optimistic update, without extra data.
const LENGTHS: [(Version, [usize; 4]); 7] = [
    (Version::Altair, [24_896, 25_368, 584, 280]),
    (Version::Bellatrix, [24_896, 25_368, 584, 280]),
    (Version::Capella, [25_600, 26_776, 1_992, 984]),
    (Version::Deneb, [25_616, 26_808, 2_024, 1_000]),
    (Version::Electra, [25_648, 26_872, 2_056, 1_000]),
    (Version::Fulu, [25_648, 26_872, 2_056, 1_000]),
    (Version::Gloas, [25_472, 26_424, 1_448, 664]),
];

/// How many headers with an execution header an object has.
const fn extras(version: Version, headers: usize) -> usize {
    match version {
        Version::Capella | Version::Deneb | Version::Electra | Version::Fulu => headers,
        _ => 0,
    }
}

fn round_trip<T: Object + Debug + PartialEq>(
    object: &T,
    version: Version,
    preset: Preset,
) -> usize {
    let bytes = object.to_ssz();
    assert_eq!(T::from_ssz(&bytes, version, preset).as_ref(), Ok(object));
    assert!(object.has_form(version.index_set()));
    bytes.len()
}

#[test]
fn ssz_is_as_long_as_the_specs_say_and_read_back() {
    for (version, [of_bootstrap, of_update, of_finality, of_optimistic]) in LENGTHS {
        let extra = |headers| extras(version, headers) * EXTRA.len();
        for preset in PRESETS {
            // 480 keys, and 480 bits, are what the minimal preset has fewer.
            let (keys, bits) = if preset == Preset::Minimal { (480 * 48, 60) } else { (0, 0) };
            let length = round_trip(&bootstrap(version, preset), version, preset);
            assert_eq!(length, of_bootstrap + extra(1) - keys);
            let length = round_trip(&update(version, preset), version, preset);
            assert_eq!(length, of_update + extra(2) - keys - bits);
            let length = round_trip(&finality_update(version, preset), version, preset);
            assert_eq!(length, of_finality + extra(2) - bits);
            let length = round_trip(&optimistic_update(version, preset), version, preset);
            assert_eq!(length, of_optimistic + extra(1) - bits);
        }
    }
}

/// Reads every beginning of an object, and the object with a byte more.
fn cut<T: Object + Debug + PartialEq>(object: &T, version: Version, fixed: usize) {
    let bytes = object.to_ssz();
    let read = |bytes: &[u8]| T::from_ssz(bytes, version, Preset::Minimal);
    for got in 0..fixed {
        assert_eq!(read(&bytes[..got]), Err(Error::Length { expected: fixed, got }));
    }
    for length in fixed..bytes.len() {
        // What is cut off the end is cut off the extra data of the last header, which may have any length up to 32.
        let is_extra = length + EXTRA.len() >= bytes.len() && fixed < bytes.len();
        assert_eq!(read(&bytes[..length]).is_ok(), is_extra, "{length}");
    }
    let longer = [&bytes[..], &[0]].concat();
    if fixed == bytes.len() {
        let refused = Err(Error::Length { expected: fixed, got: fixed + 1 });
        assert_eq!(read(&longer), refused);
    } else {
        assert_ne!(read(&longer).unwrap(), *object);
        let too_long = [&bytes[..], &[0; 23]].concat();
        assert_eq!(read(&too_long), Err(Error::ExtraData { got: 33 }));
    }
}

#[test]
fn ssz_of_every_other_length_is_refused() {
    // Keys and branches are fixed parts; so are headers without an execution header.
    let keys = 33 * 48;
    for (version, header, current, next, finality) in [
        (Version::Altair, 112, 5, 5, 6),
        (Version::Capella, 4, 5, 5, 6),
        (Version::Deneb, 4, 5, 5, 6),
        (Version::Fulu, 4, 6, 6, 7),
        (Version::Gloas, 496, 11, 11, 9),
    ] {
        let preset = Preset::Minimal;
        cut(&bootstrap(version, preset), version, header + keys + 32 * current);
        let fixed = 2 * header + keys + 32 * (next + finality) + 100 + 8;
        cut(&update(version, preset), version, fixed);
        let fixed = 2 * header + 32 * finality + 100 + 8;
        cut(&finality_update(version, preset), version, fixed);
        cut(&optimistic_update(version, preset), version, header + 100 + 8);
    }
    let bytes = [committee(Preset::Mainnet).to_ssz(), vec![0]].concat();
    let expected = SyncCommittee::ssz_length(Preset::Mainnet);
    let refused = Err(Error::Length { expected, got: expected + 1 });
    assert_eq!(SyncCommittee::from_ssz(&bytes, Preset::Mainnet), refused);
    let read = SyncCommittee::from_ssz(&bytes[..expected], Preset::Mainnet);
    assert_eq!(read, Ok(committee(Preset::Mainnet)));
}

#[test]
fn ssz_offsets_have_one_value() {
    let (version, preset) = (Version::Electra, Preset::Mainnet);
    let object = finality_update(version, preset);
    let bytes = object.to_ssz();
    let read = |bytes: &[u8]| LightClientFinalityUpdate::from_ssz(bytes, version, preset);
    // Two offsets, seven nodes, the aggregate, a slot; then the attested header with its execution header.
    let (fixed, header) = (8 + 7 * 32 + 160 + 8, 112 + 4 + 128);
    let second = fixed + header + 584 + EXTRA.len();
    let end = bytes.len();
    for (at, right, wrong) in [
        (0, fixed, vec![0, fixed - 1, fixed + 1, second, u32::MAX as usize]),
        (4, second, vec![0, fixed - 1, end + 1, u32::MAX as usize]),
        (fixed + 112, header, vec![0, header - 1, header + 1]),
        (fixed + header + 436, 584, vec![0, 583, 585]),
        (second + 112, header, vec![0, header - 1, header + 1]),
        (second + header + 436, 584, vec![0, 583, 585]),
    ] {
        let put = |offset: usize| {
            let mut bytes = bytes.clone();
            let offset = u32::try_from(offset).unwrap();
            bytes[at..at + 4].copy_from_slice(&offset.to_le_bytes());
            bytes
        };
        assert_eq!(put(right), bytes);
        for got in wrong {
            assert_eq!(read(&put(got)), Err(Error::Offset { got }), "at {at}");
        }
    }
    // One off is still within the object: the headers are then no longer whole, or what they are not.
    let put = |offset: usize| {
        let mut bytes = bytes.clone();
        bytes[4..8].copy_from_slice(&u32::try_from(offset).unwrap().to_le_bytes());
        bytes
    };
    assert_eq!(read(&put(fixed)), Err(Error::Length { expected: header, got: 0 }));
    assert_eq!(read(&put(end)), Err(Error::ExtraData { got: EXTRA.len() + header + 584 + 10 }));
    for off in [second - 1, second + 1] {
        assert!(matches!(read(&put(off)), Err(Error::Offset { .. })));
    }
}

#[test]
fn ssz_of_another_fork_is_refused() {
    let same_form = |a: Version, b: Version| a.index_set() == b.index_set();
    for written in VERSIONS {
        let preset = Preset::Minimal;
        let bootstrap = bootstrap(written, preset).to_ssz();
        let update = update(written, preset).to_ssz();
        let finality = finality_update(written, preset).to_ssz();
        let optimistic = optimistic_update(written, preset).to_ssz();
        for read in VERSIONS {
            let same = same_form(written, read);
            let bootstrap = LightClientBootstrap::from_ssz(&bootstrap, read, preset);
            assert_eq!(bootstrap.is_ok(), same, "{written:?} as {read:?}");
            let update = LightClientUpdate::from_ssz(&update, read, preset);
            assert_eq!(update.is_ok(), same, "{written:?} as {read:?}");
            let finality = LightClientFinalityUpdate::from_ssz(&finality, read, preset);
            assert_eq!(finality.is_ok(), same, "{written:?} as {read:?}");
            // An optimistic update has no branch into the state: Deneb's and Electra's are the same.
            let deneb = |version| (Version::Deneb..=Version::Fulu).contains(&version);
            let optimistic = LightClientOptimisticUpdate::from_ssz(&optimistic, read, preset);
            assert_eq!(optimistic.is_ok(), same || (deneb(written) && deneb(read)));
        }
    }
    let bytes = finality_update(Version::Electra, Preset::Mainnet).to_ssz();
    let read = |version| LightClientFinalityUpdate::from_ssz(&bytes, version, Preset::Mainnet);
    let got = bytes.len();
    assert_eq!(read(Version::Altair), Err(Error::Length { expected: 584, got }));
    assert_eq!(read(Version::Deneb), Err(Error::Offset { got: 400 }));
    assert_eq!(read(Version::Gloas), Err(Error::Length { expected: 1_448, got }));
}

#[test]
fn ssz_of_the_other_preset_is_refused() {
    for version in VERSIONS {
        let fixed = extras(version, 1) == 0;
        for (preset, other) in [(PRESETS[0], PRESETS[1]), (PRESETS[1], PRESETS[0])] {
            let bytes = update(version, preset).to_ssz();
            let refused = LightClientUpdate::from_ssz(&bytes, version, other).unwrap_err();
            let shorter = preset == Preset::Minimal;
            assert_eq!(matches!(refused, Error::Length { .. }), fixed || shorter);
            assert_eq!(matches!(refused, Error::Offset { .. }), !fixed && !shorter);
            let bytes = optimistic_update(version, preset).to_ssz();
            let refused = LightClientOptimisticUpdate::from_ssz(&bytes, version, other);
            assert!(matches!(refused, Err(Error::Length { .. } | Error::Offset { .. })));
        }
    }
}

#[test]
fn ssz_of_long_extra_data_is_refused() {
    for (version, deneb) in [(Version::Capella, false), (Version::Deneb, true)] {
        let of = |length| ExecutionPayloadHeader {
            extra_data: vec![1; length].into(),
            ..payload(version)
        };
        let refused = ExecutionPayloadHeader::from_ssz(&of(33).to_ssz(), deneb);
        assert_eq!(refused, Err(Error::ExtraData { got: 33 }));
        assert_eq!(ExecutionPayloadHeader::from_ssz(&of(32).to_ssz(), deneb), Ok(of(32)));
    }
}

#[test]
fn committees_are_powers_of_two() {
    let of = |size| SyncCommittee::new(vec![FixedBytes::ZERO; size], FixedBytes::ZERO);
    for size in [1, 2, 4, 32, 256, 512] {
        assert_eq!(of(size).unwrap().pubkeys().len(), size);
    }
    for got in [0, 3, 31, 511, 513, 1_024] {
        assert_eq!(of(got), Err(Error::CommitteeSize { got }));
    }
}

/// Whatever is read is written as the same bytes, and has the form that was asked for.
fn canonical<T: Object>(bytes: &[u8]) {
    for version in VERSIONS {
        if let Ok(object) = T::from_ssz(bytes, version, Preset::Minimal) {
            assert_eq!(object.to_ssz(), bytes);
            assert!(object.has_form(version.index_set()));
        }
    }
}

proptest! {
    #[test]
    fn spoilt_ssz_is_refused_or_canonical(
        version in prop::sample::select(&VERSIONS[..]),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        length in any::<prop::sample::Index>(),
    ) {
        let spoil = |mut bytes: Vec<u8>| {
            for (at, value) in &edits {
                let at = at.index(bytes.len());
                bytes[at] = *value;
            }
            bytes.truncate(bytes.len() - length.index(bytes.len()) / 20);
            bytes
        };
        let preset = Preset::Minimal;
        canonical::<LightClientBootstrap>(&spoil(bootstrap(version, preset).to_ssz()));
        canonical::<LightClientUpdate>(&spoil(update(version, preset).to_ssz()));
        canonical::<LightClientFinalityUpdate>(&spoil(finality_update(version, preset).to_ssz()));
        canonical::<LightClientOptimisticUpdate>(&spoil(optimistic_update(version, preset).to_ssz()));
    }

    #[test]
    fn any_bytes_of_the_fixed_forms_are_an_object(seed in any::<[u8; 32]>()) {
        // Altair's and Gloas's objects have no offsets: there is nothing that could be wrong but the length.
        let bytes = |length: usize| seed.iter().copied().cycle().take(length).collect::<Vec<_>>();
        for (version, [_, _, finality, optimistic]) in [LENGTHS[0], LENGTHS[6]] {
            let bytes = [bytes(finality), bytes(optimistic)];
            let preset = Preset::Mainnet;
            let read = LightClientFinalityUpdate::from_ssz(&bytes[0], version, preset).unwrap();
            prop_assert_eq!(read.to_ssz(), &bytes[0][..]);
            let read = LightClientOptimisticUpdate::from_ssz(&bytes[1], version, preset).unwrap();
            prop_assert_eq!(read.to_ssz(), &bytes[1][..]);
        }
    }
}
