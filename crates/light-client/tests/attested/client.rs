//! ATT-6: the client that rests on attestors alone.

use super::made::{CHAIN, attestor, domain, five, signed, with_attestors};
use alloy_primitives::{B256, U256, keccak256};
use light_client::{
    Assumption, Consensus, ancestry,
    attestation::Error,
    attested::{Client, Head, Heads, Trusted, Update},
    client::Error as Status,
    crypto::ecdsa::K256,
};

/// A block by its number.
fn hash(number: u64) -> B256 {
    keccak256(number.to_be_bytes())
}

/// The update that two of the five have signed.
fn update(number: u64, block_hash: B256) -> Vec<u8> {
    let digest = domain().head_digest(U256::from(CHAIN), number, &block_hash);
    let two = signed(&five()[3..], &digest);
    [&number.to_be_bytes()[..], &block_hash[..], &two].concat()
}

fn with_client<T>(run: impl FnOnce(Client<'_, K256>) -> T) -> T {
    with_attestors(|attestors| run(Client::new(CHAIN, attestors)))
}

fn apply(trusted: &Trusted, update: &[u8]) -> Result<(Trusted, Head), Error> {
    with_client(|client| client.update(trusted, &Update::decode(update)?))
}

#[test]
fn att_6_accepts_heads_with_rising_numbers() {
    let mut trusted = Trusted::default();
    for (number, id) in [1, 2, 17, u64::MAX].into_iter().zip(1..) {
        let update = update(number, hash(number));
        let (next, head) = apply(&trusted, &update).unwrap();
        assert_eq!(next, Trusted { number, latest_head: id });
        assert_eq!((head.chain_id(), head.id()), (CHAIN, id));
        assert_eq!((head.number(), head.block_hash()), (number, hash(number)));
        let verified = with_client(|client| {
            assert_eq!(client.chain_id(), CHAIN);
            // What time it is does not matter.
            client.verify(&trusted, &Update::decode(&update).unwrap(), u64::MAX)
        });
        assert_eq!(verified, Ok((next, Some(head))));
        trusted = next;
    }
}

#[test]
fn att_6_rejects_a_number_that_is_not_above_the_newest() {
    let refused = |newest, got| {
        let trusted = Trusted { number: newest, latest_head: 1 };
        let refused = Err(Error::NotNewer { newest, got });
        assert_eq!(apply(&trusted, &update(got, hash(got))), refused);
        // Before anything about the signatures.
        assert_eq!(apply(&trusted, &update(got, hash(got))[..40]), refused);
    };
    refused(0, 0);
    refused(17, 17);
    refused(17, 16);
    refused(u64::MAX, u64::MAX);
}

#[test]
fn att_6_rejects_what_has_not_been_signed() {
    let trusted = Trusted::default();
    let bytes = update(17, hash(17));
    for length in 0..40 {
        let refused = Err(Error::Length { expected: 40, got: length as u64 });
        assert_eq!(apply(&trusted, &bytes[..length]), refused);
    }
    let refused = Err(Error::Length { expected: 130, got: 129 });
    assert_eq!(apply(&trusted, &bytes[..bytes.len() - 1]), refused);
    for place in [7, 8, 39] {
        let mut bytes = bytes.clone();
        bytes[place] ^= 4;
        let refused = apply(&trusted, &bytes);
        assert!(matches!(refused, Err(Error::Signer { position: 0, .. })), "{refused:?}");
    }
    let digest = domain().head_digest(U256::from(CHAIN), 17, &hash(17));
    let stranger = attestor(6);
    let signatures = signed([&five()[0], &stranger], &digest);
    let refused = apply(&trusted, &[&bytes[..40], &signatures].concat());
    assert_eq!(refused, Err(Error::Signer { position: 1, signer: stranger.address }));
    let signatures = signed([&five()[1], &five()[0]], &digest);
    let refused = apply(&trusted, &[&bytes[..40], &signatures].concat());
    assert_eq!(refused, Err(Error::Order { position: 1 }));
}

#[test]
fn att_1_rejects_a_client_of_a_chain_without_attestors() {
    with_attestors(|attestors| {
        let bytes = update(17, hash(17));
        let update = Update::decode(&bytes).unwrap();
        let refused = Client::new(5, attestors).update(&Trusted::default(), &update);
        assert_eq!(refused, Err(Error::Unknown { chain_id: U256::from(5) }));
    });
}

/// A header of 13 items whose hash is attested.
fn header() -> Vec<u8> {
    let word = [&[0xa0][..], &[7; 32]].concat();
    let number = [0x01].as_slice();
    let items: Vec<&[u8]> =
        (0..13).map(|item| if [6, 9].contains(&item) { number } else { &word }).collect();
    let payload = items.concat();
    let length = u16::try_from(payload.len()).unwrap().to_be_bytes();
    [&[0xf9][..], &length, &payload].concat()
}

#[test]
fn att_6_cli_3_accepts_kept_heads_and_rejects_others() {
    let (mut trusted, mut heads) = (Trusted::default(), Heads::new());
    let header = header();
    for number in 1..=65 {
        let (next, head) = apply(&trusted, &update(number, keccak256(&header))).unwrap();
        heads.push(&head);
        trusted = next;
    }
    let head = |id| with_client(|client| client.head(&heads, id));
    for id in [2, 64, 65] {
        let head = head(id).unwrap();
        assert_eq!((head.id(), head.number(), head.block_hash()), (id, id, keccak256(&header)));
        let verified = head.open(&[&header]).unwrap();
        assert_eq!((verified.chain_id(), verified.hash()), (CHAIN, keccak256(&header)));
        let path = verified.path();
        assert_eq!(path.root(), Assumption::Attestors { chain_id: CHAIN });
        assert_eq!((path.root().code(), path.iter().count()), (Some(3), 1));
        assert_eq!(path.to_string(), "attestors(11155111)");
    }
    for id in [0, 1, 66, u64::MAX] {
        assert_eq!(head(id), Err(Status::UnknownHead { id }));
    }
}

#[test]
fn anc_2_att_6_accepts_no_ancestry_and_rejects_any_other() {
    let (_, head) = apply(&Trusted::default(), &update(17, hash(17))).unwrap();
    assert_eq!(head.ancestor(&[]).unwrap().block_hash(), hash(17));
    for kind in [0, ancestry::BEACON, ancestry::HISTORY, 255] {
        assert_eq!(head.ancestor(&[kind, 1, 2]), Err(ancestry::Error::Kind { kind }));
    }
}

#[cfg(feature = "serde")]
#[test]
fn states_survive_being_stored() {
    let (trusted, head) = apply(&Trusted::default(), &update(17, hash(17))).unwrap();
    let mut heads = Heads::new();
    heads.push(&head);
    let stored = serde_json::to_string(&(trusted, &heads)).unwrap();
    let read: (Trusted, Heads) = serde_json::from_str(&stored).unwrap();
    assert_eq!(read, (trusted, heads));
}
