//! The real headers of the MAP devnet, when they are there.

use super::Twin;
use crate::session::Session;
use alloy_primitives::{B256, hex};
use light_client::{
    crypto::bn254::{G1, G2},
    map::{
        Checkpoint, Config,
        builder::{OwnedUpdate, Validator, commitment},
    },
};
use serde_json::Value;
use testkit::vectors;

fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().unwrap()).unwrap()
}

#[test]
fn map_12_accepts_the_real_headers_of_the_devnet() {
    let file = "map/map_devnet_213.json";
    let Some(text) = vectors::read(file, "the headers of the MAP devnet in both languages") else {
        return;
    };
    let real: Value = serde_json::from_slice(&text).unwrap();
    let mut session = Session::new("MAP devnet");
    // All signers' keys on G2 are in the file but that of the one who joins: it never signs alone, and its key is in the header.
    let validators =
        real["init"]["validators"].as_array().unwrap().iter().map(|validator| Validator {
            g1: G1(bytes(&validator["_BLSG1PublicKey"]).try_into().unwrap()),
            g2: G2(bytes(&validator["_BLSPublicKey"]).try_into().unwrap()),
        });
    let mut validators: Vec<Validator> = validators.collect();
    let config =
        Config { chain_id: 213, epoch_size: 1000, fork_height: 2001, trusting_period: 1 << 40 };
    let headers = real["headers"].as_array().unwrap();
    assert_eq!(headers.len(), 24);
    let mut twin: Option<Twin> = None;
    for header in headers {
        let epoch = header["number"].as_u64().unwrap() / 1000;
        // Between the headers of the file there are gaps of many epochs, in which nothing changed: a client begins anew behind each.
        let next = twin.take().filter(|twin| twin.trusted.epoch == epoch);
        let mut next = next.unwrap_or_else(|| start(&mut session, config, epoch, &validators));
        let rlp = bytes(&header["header_rlp"]);
        let (update, set) = OwnedUpdate::new(&config, &validators, &[&rlp]).unwrap();
        let update = update.encode();
        next.verify(&mut session, "real", &update).unwrap();
        for _ in 0..8 {
            let mut spoilt = update.clone();
            let place = session.dice.below(spoilt.len());
            spoilt[place] ^= 1 << session.dice.below(8);
            let _ = next.verify(&mut session, "real, a bit changed", &spoilt);
        }
        next.update(&mut session, "real", &update).unwrap();
        let head = next.heads_hash();
        assert_eq!(head, header["hash"].as_str().unwrap().parse::<B256>().unwrap());
        validators = set;
        twin = Some(next);
    }
    assert_eq!(validators.len(), 4);
    session.finish();
}

fn start(session: &mut Session, config: Config, epoch: u64, validators: &[Validator]) -> Twin {
    let keys: Vec<G1> = validators.iter().map(|validator| validator.g1).collect();
    let checkpoint = Checkpoint { epoch, time: 1_600_000_000, keys: &keys };
    let commitment = commitment(&keys).unwrap();
    let twin = Twin::deploy(session, "real", config, &checkpoint, commitment, 1_800_000_000);
    twin.unwrap()
}

impl Twin {
    /// Hash of the newest head.
    fn heads_hash(&self) -> B256 {
        let head = self.client.head(&self.trusted, &self.heads, self.trusted.latest_head, self.now);
        head.unwrap().block_hash()
    }
}
