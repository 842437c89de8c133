//! Keys and the gate before them: what is signed, what is refused and why, and that limits hold whatever is asked (L6, L10).

use alloy_consensus::{Transaction, TxEip1559, TxEnvelope, transaction::SignerRecoverable};
use alloy_eips::eip2718::Decodable2718;
use alloy_primitives::{Address, B256, Bytes, Selector, TxKind, U256, address, keccak256};
use alloy_sol_types::SolCall;
use bindings::{IBeaconLightClient, IMessageChecker, IMessageService, IRelayFees};
use proptest::prelude::*;
use relayer::{
    config::{self, Config, SecretError, SecretRef},
    domain::{NewOutgoing, Purpose, Reason},
    keys::{self, Contract, Day, Gate, KeyError, Permit, Refusal, Use},
};
use secrecy::SecretString;
use std::{fs, os::unix::fs::PermissionsExt, path::Path};

const SERVICE: Address = address!("1111111111111111111111111111111111111111");
const CHECKER: Address = address!("2222222222222222222222222222222222222222");
const ALLOWED: Address = address!("3333333333333333333333333333333333333333");
const CLIENT: Address = address!("6666666666666666666666666666666666666666");
const FEES: Address = address!("9999999999999999999999999999999999999999");
const FROM: Address = address!("f39fd6e51aad88f6f4ce6ab8827279cfffb92266");
const KEY: &str = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
const CHAIN: u64 = 900_001;
const GWEI: u128 = 1_000_000_000;

fn config() -> Config {
    let text = include_str!("fixtures/relayer.toml");
    config::parse("relayer.toml", text, []).expect("it is valid").config
}

/// A gate: 0.3 ether a day, 0.2 a transaction, 50.5 gwei, 12,000,000 gas, 16 under way.
fn gate() -> Gate {
    let gate = Gate::new(&config(), CHAIN).expect("it has the chain");
    gate.with(Contract::Fees, FEES).with(Contract::Client, CLIENT)
}

fn call(purpose: Purpose, to: Address, selector: [u8; 4]) -> NewOutgoing {
    let data = Bytes::from([selector.as_slice(), &[0; 32]].concat());
    NewOutgoing { chain: CHAIN, purpose, to, data, gas: 1_000_000, key: "key".into(), budget: None }
}

fn deliver() -> NewOutgoing {
    call(Purpose::Deliver, SERVICE, IMessageService::deliverCall::SELECTOR)
}

fn nothing() -> NewOutgoing {
    NewOutgoing { data: Bytes::new(), gas: 21_000, ..call(Purpose::Nothing, FROM, [0; 4]) }
}

fn transaction(call: &NewOutgoing, price: u128) -> TxEip1559 {
    TxEip1559 {
        chain_id: call.chain,
        nonce: 7,
        gas_limit: call.gas,
        max_fee_per_gas: price,
        max_priority_fee_per_gas: price.min(GWEI),
        to: TxKind::Call(call.to),
        value: U256::ZERO,
        access_list: <_>::default(),
        input: call.data.clone(),
    }
}

fn ask(call: &NewOutgoing) -> Result<Permit, Refusal> {
    gate().allow(call, FROM, &transaction(call, 2 * GWEI), &Day::default())
}

/// Each purpose with where it goes and what it calls.
fn purposes() -> Vec<(Purpose, Address, [u8; 4])> {
    vec![
        (Purpose::Deliver, SERVICE, IMessageService::deliverCall::SELECTOR),
        (Purpose::Deliver, SERVICE, IMessageService::deliverRoutedCall::SELECTOR),
        (Purpose::DeliverBatch, SERVICE, IMessageService::deliverBatchCall::SELECTOR),
        (Purpose::Retry, SERVICE, IMessageService::retryCall::SELECTOR),
        (Purpose::Skip, SERVICE, IMessageService::skipCall::SELECTOR),
        (Purpose::AcceptCancellation, SERVICE, IMessageService::acceptCancellationCall::SELECTOR),
        (Purpose::UpdateClient, CLIENT, IBeaconLightClient::updateCall::SELECTOR),
        (Purpose::Evidence, CLIENT, IBeaconLightClient::submitMisbehaviourCall::SELECTOR),
        (Purpose::Acknowledge, CHECKER, IMessageChecker::acknowledgeCall::SELECTOR),
        (Purpose::ProveExpired, CHECKER, IMessageChecker::proveExpiredCall::SELECTOR),
        (Purpose::ProveCancelled, CHECKER, IMessageChecker::proveCancelledCall::SELECTOR),
        (Purpose::ReleaseFee, FEES, IRelayFees::releaseCall::SELECTOR),
    ]
}

#[test]
fn l6_accepts_what_each_purpose_calls_and_nothing_else() {
    for (purpose, to, selector) in purposes() {
        let permit = ask(&call(purpose, to, selector)).expect("it is what it is for");
        assert_eq!(permit.cost(), U256::from(2 * GWEI * 1_000_000));
        assert!(
            ask(&call(purpose, ALLOWED, selector)).is_ok(),
            "{purpose} to what the operator allows"
        );
        for (_, other, wrong) in purposes() {
            if other != to {
                let elsewhere = ask(&call(purpose, other, selector));
                assert_eq!(elsewhere, Err(Refusal::Elsewhere { to: other, purpose }));
            }
            if !purposes().contains(&(purpose, to, wrong)) {
                let refused = ask(&call(purpose, to, wrong));
                assert_eq!(
                    refused,
                    Err(Refusal::Call { purpose, selector: Selector::from(wrong) })
                );
            }
        }
        // setLane: what an admin calls.
        let admin = IMessageService::setLaneCall::SELECTOR;
        let refused = ask(&call(purpose, to, admin));
        assert_eq!(refused, Err(Refusal::Call { purpose, selector: admin.into() }));
        let mut short = call(purpose, to, selector);
        short.data = short.data.slice(..3);
        assert!(matches!(ask(&short), Err(Refusal::Call { .. })), "{purpose}");
    }
    assert!(ask(&nothing()).is_ok());
    let named = Purpose::ALL.iter().filter(|purpose| **purpose != Purpose::Nothing);
    assert!(named.into_iter().all(|one| purposes().iter().any(|(other, ..)| other == one)));
}

#[test]
fn l6_rejects_with_what_is_wrong() {
    let asked = deliver();
    let fine = transaction(&asked, 2 * GWEI);
    let day = Day::default();
    let refusal = |transaction: TxEip1559| {
        gate().allow(&asked, FROM, &transaction, &day).expect_err("refused")
    };
    let chain = TxEip1559 { chain_id: 1, ..fine.clone() };
    assert_eq!(refusal(chain), Refusal::Chain { chain: CHAIN, got: 1 });
    let elsewhere = TxEip1559 { to: TxKind::Call(CHECKER), ..fine.clone() };
    assert_eq!(refusal(elsewhere), Refusal::Altered("recipient"));
    assert_eq!(
        refusal(TxEip1559 { to: TxKind::Create, ..fine.clone() }),
        Refusal::Altered("recipient")
    );
    assert_eq!(
        refusal(TxEip1559 { input: Bytes::new(), ..fine.clone() }),
        Refusal::Altered("calldata")
    );
    assert_eq!(refusal(TxEip1559 { value: U256::ONE, ..fine.clone() }), Refusal::Value(U256::ONE));
    let gas = TxEip1559 { gas_limit: 12_000_001, ..fine.clone() };
    assert_eq!(refusal(gas), Refusal::Gas { gas: 12_000_001, limit: 12_000_000 });
    let price = TxEip1559 { max_fee_per_gas: 50_500_000_001, ..fine.clone() };
    assert_eq!(refusal(price), Refusal::Price { price: 50_500_000_001, limit: 50_500_000_000 });
    let tip = TxEip1559 { max_priority_fee_per_gas: 3 * GWEI, ..fine.clone() };
    assert_eq!(refusal(tip), Refusal::Tip { tip: 3 * GWEI, price: 2 * GWEI });
    let dear = TxEip1559 { gas_limit: 4_000_000, max_fee_per_gas: 50_000_000_001, ..fine };
    let limit = U256::from(200_000_000 * GWEI);
    assert_eq!(refusal(dear), Refusal::Transaction { cost: limit + U256::from(4_000_000), limit });

    let stranger = Address::repeat_byte(0xaa);
    let unknown = call(Purpose::Deliver, stranger, IMessageService::deliverCall::SELECTOR);
    assert_eq!(ask(&unknown), Err(Refusal::Contract(stranger)));
    let other = NewOutgoing { chain: 1, ..deliver() };
    assert_eq!(ask(&other), Err(Refusal::Chain { chain: CHAIN, got: 1 }));
    let budget = NewOutgoing { budget: Some(2 * GWEI * 1_000_000 - 1), ..deliver() };
    let cost = U256::from(2 * GWEI * 1_000_000);
    assert_eq!(ask(&budget), Err(Refusal::Budget { cost, budget: cost - U256::ONE }));
    let to = NewOutgoing { to: stranger, ..nothing() };
    assert_eq!(ask(&to), Err(Refusal::Elsewhere { to: stranger, purpose: Purpose::Nothing }));
    let data = NewOutgoing { data: Bytes::from_static(&[1, 2]), ..nothing() };
    let selector = Selector::from([1, 2, 0, 0]);
    assert_eq!(ask(&data), Err(Refusal::Call { purpose: Purpose::Nothing, selector }));
    assert!(Gate::new(&config(), 1).is_none(), "a chain that is not configured has no gate");
}

#[test]
fn l6_rejects_what_the_day_or_the_signer_has_no_room_for() {
    let asked = deliver();
    let fine = transaction(&asked, 2 * GWEI);
    let cost = U256::from(2 * GWEI * 1_000_000);
    let limit = U256::from(300_000_000 * GWEI);
    let with = |spent, committed, in_flight| {
        gate().allow(&asked, FROM, &fine, &Day { spent, committed, in_flight })
    };
    assert!(with(limit - cost, U256::ZERO, 15).is_ok(), "up to the limit");
    assert!(with(U256::ONE, limit - cost - U256::ONE, 0).is_ok(), "up to the limit");
    let total = limit + U256::ONE;
    assert_eq!(with(limit - cost + U256::ONE, U256::ZERO, 0), Err(Refusal::Day { total, limit }));
    assert_eq!(with(U256::ZERO, limit - cost + U256::ONE, 0), Err(Refusal::Day { total, limit }));
    assert_eq!(with(U256::MAX, U256::MAX, 0), Err(Refusal::Day { total: U256::MAX, limit }));
    assert_eq!(with(U256::ZERO, U256::ZERO, 16), Err(Refusal::InFlight { count: 16, limit: 16 }));
    let gap = nothing();
    let full = Day { in_flight: 16, ..Day::default() };
    assert!(
        gate().allow(&gap, FROM, &transaction(&gap, GWEI), &full).is_ok(),
        "a gap is filled all the same"
    );
}

#[test]
fn refusals_say_what_waits_and_whether_time_helps() {
    let price = Refusal::Price { price: 2, limit: 1 };
    let day = Refusal::Day { total: U256::from(2), limit: U256::ONE };
    let contract = Refusal::Contract(SERVICE);
    assert_eq!((price.reason(), price.passes()), (Reason::PriceAboveCap, true));
    assert_eq!((day.reason(), day.passes()), (Reason::Limit, true));
    assert_eq!((contract.reason(), contract.passes()), (Reason::Limit, false));
    let said = contract.to_string();
    assert_eq!(
        said,
        format!(
            "{SERVICE} is no contract that may be called; add it to limits.allow if it should be"
        )
    );
}

/// What happens on a chain that may cost anything up to what was permitted.
#[derive(Clone, Debug)]
enum Step {
    /// Something is asked: purpose, gas, price in gwei, value.
    Ask(usize, u64, u64, bool),
    /// An open transaction is replaced by one with this price.
    Replace(usize, u64),
    /// An open one is mined at this part of its bid.
    Mine(usize, u8),
    /// A day passes.
    Midnight,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0_usize..13, 0_u64..13_000_000, 0_u64..60, prop::bool::weighted(0.05))
            .prop_map(|(purpose, gas, price, value)| Step::Ask(purpose, gas, price, value)),
        2 => (any::<usize>(), 0_u64..60).prop_map(|(at, price)| Step::Replace(at, price)),
        3 => (any::<usize>(), any::<u8>()).prop_map(|(at, part)| Step::Mine(at, part)),
        1 => Just(Step::Midnight),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Whatever is asked, a day never costs more than its limit, and nothing under way can change that.
    #[test]
    fn l6_no_sequence_of_requests_spends_above_the_limits(steps in prop::collection::vec(step(), 1..80)) {
        let gate = gate();
        let limit = U256::from(300_000_000 * GWEI);
        let each = U256::from(200_000_000 * GWEI);
        let mut open: Vec<(NewOutgoing, Permit)> = Vec::new();
        let mut spent = U256::ZERO;
        let sum = |open: &[(NewOutgoing, Permit)]| {
            open.iter().fold(U256::ZERO, |sum, (_, permit)| sum + permit.cost())
        };
        for step in steps {
            match step {
                Step::Ask(purpose, gas, price, value) => {
                    let (call, to, selector) = purposes().get(purpose).map_or_else(
                        || (nothing(), FROM, [0; 4]),
                        |&(purpose, to, selector)| (call(purpose, to, selector), to, selector),
                    );
                    let _ = (to, selector);
                    let mut asked = transaction(&call, u128::from(price) * GWEI);
                    asked.gas_limit = gas;
                    asked.value = U256::from(u8::from(value));
                    let day = Day { spent, committed: sum(&open), in_flight: open.len() };
                    match gate.allow(&call, FROM, &asked, &day) {
                        Ok(permit) => {
                            prop_assert!(!value && permit.cost() <= each);
                            prop_assert!(open.len() < 16 || call.purpose == Purpose::Nothing);
                            open.push((call, permit));
                        }
                        // The limits do not refuse what is within them.
                        Err(refusal) => {
                            let cost = U256::from(gas) * U256::from(u128::from(price) * GWEI);
                            let within = !value && gas <= 12_000_000 && price <= 50 && cost <= each
                                && spent + sum(&open) + cost <= limit && open.len() < 16;
                            prop_assert!(!within, "{refusal}");
                        }
                    }
                }
                Step::Replace(at, price) if !open.is_empty() => {
                    let at = at % open.len();
                    let (call, old) = open.remove(at);
                    let day = Day { spent, committed: sum(&open), in_flight: open.len() };
                    let mut asked = old.transaction().clone();
                    asked.max_fee_per_gas = u128::from(price) * GWEI;
                    asked.max_priority_fee_per_gas = asked.max_fee_per_gas.min(GWEI);
                    // Either may be included: the dearer one counts.
                    let kept = match gate.allow(&call, FROM, &asked, &day) {
                        Ok(new) if new.cost() > old.cost() => new,
                        _ => old,
                    };
                    open.insert(at, (call, kept));
                }
                Step::Mine(at, part) if !open.is_empty() => {
                    let (_, permit) = open.remove(at % open.len());
                    spent += permit.cost() * U256::from(part) / U256::from(255);
                }
                Step::Midnight => spent = U256::ZERO,
                _ => {}
            }
            prop_assert!(spent + sum(&open) <= limit);
        }
    }
}

fn private(folder: &Path, name: &str, content: &str) -> SecretRef {
    let path = folder.join(name);
    fs::write(&path, content).expect("a file");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("permissions");
    SecretRef(format!("file:{}", path.display()))
}

#[tokio::test]
async fn signs_only_what_is_permitted_for_its_chain() {
    let folder = tempfile::tempdir().expect("a folder");
    let key = private(folder.path(), "key", &format!("0x{KEY}\n"));
    let signer = config::Signer { key, password: None };
    let sender = keys::open(&signer, Use::Transactions(CHAIN)).await.expect("a key");
    assert_eq!(sender.address(), FROM);
    let permit = ask(&deliver()).expect("permitted");
    let signed = sender.sign(&permit).await.expect("it is for the chain");
    assert_eq!(signed.hash, keccak256(&signed.raw));
    let decoded = TxEnvelope::decode_2718(&mut signed.raw.as_ref()).expect("a transaction");
    assert_eq!(decoded.recover_signer().expect("a signature"), FROM);
    assert_eq!(decoded.chain_id(), Some(CHAIN));
    assert_eq!(decoded.input(), &deliver().data);

    let other = keys::open(&signer, Use::Transactions(1)).await.expect("a key");
    let wrong = other.sign(&permit).await.expect_err("another chain");
    let (of, asked) = (Use::Transactions(1), Use::Transactions(CHAIN));
    assert!(
        matches!(wrong, KeyError::WrongUse { address: FROM, of: o, asked: a } if (o, a) == (of, asked))
    );

    let digest = B256::repeat_byte(7);
    let refused = sender.attest(&digest).await.expect_err("it sends transactions");
    assert!(matches!(
        refused,
        KeyError::WrongUse {
            address: FROM,
            of: Use::Transactions(CHAIN),
            asked: Use::Attestations
        }
    ));
    let attestor = keys::open(&signer, Use::Attestations).await.expect("a key");
    let signature = attestor.attest(&digest).await.expect("an attestation");
    assert_eq!(signature.recover_address_from_prehash(&digest).expect("a signature"), FROM);
    let refused = attestor.sign(&permit).await.expect_err("it attests");
    assert!(matches!(
        refused,
        KeyError::WrongUse {
            address: FROM,
            of: Use::Attestations,
            asked: Use::Transactions(CHAIN)
        }
    ));
}

#[tokio::test]
async fn rejects_what_is_no_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let zero = "0".repeat(64);
    for text in [
        "",
        "0x",
        "hunter2",
        zero.as_str(),
        &KEY[1..],
        "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
    ] {
        let key = private(folder.path(), "key", text);
        let error =
            keys::open(&config::Signer { key: key.clone(), password: None }, Use::Attestations)
                .await
                .expect_err(text);
        match text {
            "" => {
                assert!(matches!(error, KeyError::Secret(SecretError::Empty { .. })), "{error:?}");
            }
            _ => assert!(
                matches!(&error, KeyError::NoKey(shown) if *shown == key.shown()),
                "{error:?}"
            ),
        }
    }
    let open = async |key: &str| {
        let signer = config::Signer { key: SecretRef(key.into()), password: None };
        keys::open(&signer, Use::Attestations).await.expect_err(key)
    };
    assert!(matches!(open(KEY).await, KeyError::Secret(SecretError::Plain)));
    assert!(
        matches!(open("keystore:k.json").await, KeyError::NoPassword(path) if path == Path::new("k.json"))
    );
    #[cfg(not(feature = "aws-kms"))]
    assert!(matches!(open("aws-kms:alias/x").await, KeyError::NotBuilt("aws-kms")));
    #[cfg(not(feature = "gcp-kms"))]
    assert!(matches!(open("gcp-kms:x").await, KeyError::NotBuilt("gcp-kms")));
    #[cfg(not(feature = "ledger"))]
    assert!(matches!(open("ledger:0").await, KeyError::NotBuilt("ledger")));
}

#[tokio::test]
async fn keystores_are_private_and_open_with_their_password_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let keys_folder = folder.path().join("keys");
    let path = keys_folder.join("a.json");
    let password = SecretString::from("planted password");
    let made = keys::import(&path, &SecretString::from(KEY), &password).expect("a keystore");
    assert_eq!((made.address, &made.path), (FROM, &path));
    let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!((mode(&path), mode(&keys_folder)), (0o600, 0o700));
    let new = keys::create(&keys_folder.join("b.json"), &password).expect("a new key");
    assert_ne!(new.address, FROM);
    fs::write(keys_folder.join("note.txt"), "no keystore").expect("a file");
    let listed: Vec<_> = keys::list(&keys_folder)
        .expect("a folder")
        .into_iter()
        .map(|entry| entry.address)
        .collect();
    assert_eq!(listed, [Some(FROM), Some(new.address)], "and no draft is left");

    let again = keys::create(&path, &password).expect_err("it is there");
    assert!(matches!(again, KeyError::Exists(found) if found == path));
    let bad =
        keys::import(&keys_folder.join("c.json"), &SecretString::from("planted key"), &password)
            .expect_err("no key");
    assert!(matches!(&bad, KeyError::NoKey(_)));
    assert!(!format!("{bad:?} {bad}").contains("planted"));

    let signer = config::Signer {
        key: SecretRef(format!("keystore:{}", path.display())),
        password: Some(private(folder.path(), "password", "planted password\n")),
    };
    let opened =
        keys::open(&signer, Use::Transactions(CHAIN)).await.expect("the password is right");
    assert_eq!(opened.address(), FROM);
    let shown = format!("{opened:?} {signer:?} {password:?}");
    assert!(!shown.contains("planted") && !shown.contains(&KEY[..16]), "{shown}");
    let wrong = keys::decrypt(path.clone(), SecretString::from("planted elsewhere"))
        .await
        .expect_err("wrong");
    assert!(matches!(&wrong, KeyError::WrongPassword(found) if *found == path));
    assert!(!format!("{wrong:?} {wrong}").contains("planted"));
}

#[tokio::test]
async fn rejects_what_is_no_keystore_without_computing_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.json");
    keys::import(&path, &SecretString::from(KEY), &SecretString::from("p")).expect("a keystore");
    let good: serde_json::Value =
        serde_json::from_slice(&fs::read(&path).expect("a file")).expect("JSON");
    let changes: [(&str, serde_json::Value); 8] = [
        ("/version", 4.into()),
        ("/crypto/kdfparams/dklen", 8.into()),
        ("/crypto/kdfparams/n", (1_u64 << 40).into()),
        ("/crypto/kdfparams/n", 3.into()),
        ("/crypto/cipherparams/iv", "00".into()),
        ("/crypto/ciphertext", "".into()),
        ("/crypto/mac", "00".into()),
        ("/address", "0x0000000000000000000000000000000000000001".into()),
    ];
    for (pointer, value) in changes {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).expect(pointer) = value;
        fs::write(&path, bad.to_string()).expect("a file");
        let error = keys::decrypt(path.clone(), SecretString::from("p")).await.expect_err(pointer);
        assert!(
            matches!(&error, KeyError::NoKeystore(found) if *found == path),
            "{pointer}: {error:?}"
        );
    }
    fs::write(&path, good.to_string()).expect("a file");
    assert!(keys::decrypt(path, SecretString::from("p")).await.is_ok());
}
