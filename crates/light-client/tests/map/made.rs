//! A chain made in the test: validators with small secret keys, headers as hashed, and seals over them.

use alloy_primitives::{B256, keccak256};
use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{BigInteger, PrimeField};
use light_client::{
    crypto::bn254::{
        DefaultBn254, G1, G2,
        builder::{hash_to_g1, hints},
    },
    map::{
        Checkpoint, Client, Config, Error, Head, Trusted,
        builder::{OwnedHeader, OwnedUpdate, Validator, commitment},
    },
};

/// Epochs of ten blocks; the third is the first that may be trusted.
pub const CONFIG: Config =
    Config { chain_id: 5, epoch_size: 10, fork_height: 21, trusting_period: 1_000 };

/// The time of every call that does not choose one.
pub const NOW: u64 = 2_000;

/// Secret keys of the set that signs the third epoch.
pub const SET: [i64; 4] = [11, 12, 13, 14];

pub fn client() -> Client<DefaultBn254> {
    Client::new(CONFIG, DefaultBn254::default()).unwrap()
}

/// The time of a block.
pub const fn time(number: u64) -> u64 {
    number.saturating_add(1_000)
}

/// A client that trusts a set for an epoch, brought by the last block before it.
pub fn trust(epoch: u64, set: &[i64]) -> Trusted {
    let keys = keys(set);
    let checkpoint = Checkpoint { epoch, time: time(10 * (epoch - 1)), keys: &keys };
    client().checkpoint(&checkpoint, &commitment(&keys).unwrap(), NOW).unwrap()
}

/// What a client says to an update, at [`NOW`].
pub fn apply(trusted: &Trusted, update: &OwnedUpdate) -> Result<(Trusted, Head), Error> {
    client().update(trusted, &update.encode(), NOW)
}

/// What a client that trusts [`SET`] for the third epoch says.
pub fn refusal(update: &OwnedUpdate) -> Error {
    apply(&trust(3, &SET), update).unwrap_err()
}

pub fn scalar(secret: i64) -> Fr {
    Fr::from(secret)
}

pub fn g1(secret: i64) -> G1 {
    g1_bytes(&(G1Affine::generator() * scalar(secret)).into_affine())
}

pub fn g2(secret: i64) -> G2 {
    g2_bytes(&(G2Affine::generator() * scalar(secret)).into_affine())
}

pub fn keys(set: &[i64]) -> Vec<G1> {
    set.iter().map(|secret| g1(*secret)).collect()
}

pub fn validators(set: &[i64]) -> Vec<Validator> {
    set.iter().map(|secret| Validator { g1: g1(*secret), g2: g2(*secret) }).collect()
}

pub fn word(element: impl PrimeField) -> [u8; 32] {
    element.into_bigint().to_bytes_be().try_into().unwrap()
}

pub fn g1_bytes(point: &G1Affine) -> G1 {
    let bytes = point.xy().map(|(x, y)| [word(x), word(y)].concat());
    bytes.map_or(G1::ZERO, |bytes| G1(bytes.try_into().unwrap()))
}

pub fn g2_bytes(point: &G2Affine) -> G2 {
    let bytes = point.xy().map(|(x, y)| [x.c1, x.c0, y.c1, y.c0].map(word).concat());
    bytes.map_or(G2::ZERO, |bytes| G2(bytes.try_into().unwrap()))
}

/// A point of G1 from bytes that are known to be one.
pub fn point(bytes: &G1) -> G1Projective {
    let coordinate = |bytes| ark_bn254::Fq::from_be_bytes_mod_order(bytes);
    G1Affine::new(coordinate(&bytes.0[..32]), coordinate(&bytes.0[32..])).into()
}

/// A signature with the sum of some secret keys.
pub fn sign(message: &[u8], secret: i64) -> G1 {
    g1_bytes(&(point(&hash_to_g1(message)) * scalar(secret)).into_affine())
}

/// Canonical RLP of a string.
pub fn string(payload: &[u8]) -> Vec<u8> {
    match payload {
        [byte] if *byte < 0x80 => vec![*byte],
        _ => with_header(0x80, payload),
    }
}

/// Canonical RLP of a number.
pub fn number(number: u64) -> Vec<u8> {
    string(&number.to_be_bytes()[number.leading_zeros() as usize / 8..])
}

/// Canonical RLP of a list of items that are RLP.
pub fn list<T: AsRef<[u8]>>(items: &[T]) -> Vec<u8> {
    with_header(0xc0, &items.iter().flat_map(AsRef::as_ref).copied().collect::<Vec<_>>())
}

fn with_header(kind: u8, payload: &[u8]) -> Vec<u8> {
    let length = payload.len();
    let mut bytes = match length {
        0..=55 => vec![kind + u8::try_from(length).unwrap()],
        56..=255 => vec![kind + 56, u8::try_from(length).unwrap()],
        _ => {
            let [high, low] = u16::try_from(length).unwrap().to_be_bytes();
            vec![kind + 57, high, low]
        }
    };
    bytes.extend(payload);
    bytes
}

/// A block to be made.
#[derive(Clone, Debug)]
pub struct Block {
    /// Items of the header, each as RLP, but for the extra field.
    pub items: Vec<Vec<u8>>,
    pub vanity: Vec<u8>,
    /// Items of the list in the extra field, each as RLP.
    pub extra: Vec<Vec<u8>>,
    /// Secret keys of the set that signs.
    pub set: Vec<i64>,
    /// Places of those who do not.
    pub absent: Vec<usize>,
    /// What is signed and sent as the round.
    pub round: Vec<u8>,
}

impl Block {
    /// A block that changes nothing, signed by all.
    pub fn new(at: u64, set: &[i64]) -> Self {
        let item = |byte, length| string(&vec![byte; length]);
        let items = vec![
            item(1, 32),
            item(2, 20),
            item(3, 32),
            item(4, 32),
            string(keccak256(at.to_be_bytes()).as_slice()),
            item(0, 256),
            number(at),
            number(8_000_000),
            number(21_000),
            number(time(at)),
            vec![],
            item(0, 32),
            item(0, 8),
            number(7),
        ];
        let seal = list(&[number(15), item(9, 64), number(0)]);
        let empty = vec![0xc3, 0x80, 0x80, 0x80];
        let none = || vec![0xc0];
        let extra = vec![none(), none(), none(), number(0), item(8, 65), empty, seal];
        let (absent, round) = (vec![], vec![]);
        Self { items, vanity: vec![7; 32], extra, set: set.to_vec(), absent, round }
    }

    pub fn absent(mut self, absent: &[usize]) -> Self {
        self.absent = absent.to_vec();
        self
    }

    pub fn round(mut self, round: &[u8]) -> Self {
        self.round = round.to_vec();
        self
    }

    pub fn time(mut self, time: u64) -> Self {
        self.items[9] = number(time);
        self
    }

    pub fn removed(mut self, bits: &[u8]) -> Self {
        self.extra[3] = string(bits);
        self
    }

    /// Adds validators with these secret keys.
    pub fn added(self, secrets: &[i64]) -> Self {
        self.added_keys(&validators(secrets))
    }

    pub fn added_keys(mut self, added: &[Validator]) -> Self {
        let each = |item: &dyn Fn(&Validator) -> Vec<u8>| {
            list(&added.iter().map(item).collect::<Vec<_>>())
        };
        self.extra[0] = each(&|key| string(&keccak256(key.g1.0)[12..]));
        self.extra[1] = each(&|key| string(&key.g2.0));
        self.extra[2] = each(&|key| string(&key.g1.0));
        self
    }

    /// The extra field.
    pub fn extra(&self) -> Vec<u8> {
        [&self.vanity[..], &list(&self.extra)].concat()
    }

    /// RLP of the header, as hashed.
    pub fn header(&self) -> Vec<u8> {
        let mut items = self.items.clone();
        // Unless a test has put something there.
        if items.get(10).is_some_and(Vec::is_empty) {
            items[10] = string(&self.extra());
        }
        list(&items)
    }

    pub fn hash(&self) -> B256 {
        keccak256(self.header())
    }

    /// The header with its seal.
    pub fn seal(&self) -> OwnedHeader {
        self.seal_as(self.header(), &self.hash())
    }

    /// A header with a seal over this hash.
    pub fn seal_as(&self, header: Vec<u8>, hash: &B256) -> OwnedHeader {
        let message = [hash.as_slice(), &self.round, &[2]].concat();
        let mut signers = vec![0; self.set.len().div_ceil(8)];
        let mut secret = 0;
        for (place, key) in self.set.iter().enumerate() {
            if !self.absent.contains(&place) {
                *signers.iter_mut().rev().nth(place / 8).unwrap() |= 1 << (place % 8);
                secret += key;
            }
        }
        OwnedHeader {
            header,
            round: self.round.clone(),
            signers,
            signature: sign(&message, secret),
            key: g2(secret),
            hints: hints(&message),
        }
    }

    /// The header with its seal in it, as nodes serve it.
    pub fn full(&self) -> Vec<u8> {
        let seal = self.seal();
        let first = seal.signers.iter().position(|byte| *byte != 0).unwrap_or(seal.signers.len());
        let mut full = self.clone();
        full.extra[5] =
            list(&[string(&seal.signers[first..]), string(&seal.signature.0), string(&seal.round)]);
        full.header()
    }
}

/// An update of these blocks, the first signed by its set.
pub fn update(blocks: &[Block]) -> OwnedUpdate {
    update_of(&blocks[0].set, blocks.iter().map(Block::seal).collect())
}

/// An update of headers, the first signed by a set.
pub fn update_of(set: &[i64], headers: Vec<OwnedHeader>) -> OwnedUpdate {
    OwnedUpdate { keys: keys(set), total: g1(set.iter().sum()), headers }
}
