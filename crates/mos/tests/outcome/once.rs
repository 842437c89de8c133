//! CHK-1: an outcome is proven once.

use super::made::{Block, DEADLINE, PAYEE, cancelled, delivered, id, service};
use mos::{Checker, Error, Outcome};

#[test]
fn chk_1_accepts_each_outcome_of_a_message_without_one() {
    let (service, [body, _]) = service();
    let id = id(&service, &body);
    let (mut checker, payee) = (Checker::new(), PAYEE);
    assert_eq!(checker.outcome_of(&id), None);
    let outcome = Outcome::Delivered { payee };
    let block = Block::with_log(&delivered(id));
    assert_eq!(block.acknowledge(&mut checker, &service), Ok((id, outcome)));
    assert_eq!(checker.outcome_of(&id), Some(outcome));
    assert_eq!((outcome.code(), outcome.payee()), (1, PAYEE));

    let mut checker = Checker::new();
    let block = Block::with_log(&cancelled(id));
    assert_eq!(block.prove_cancelled(&mut checker, &service), Ok((id, Outcome::Cancelled)));
    assert_eq!(checker.outcome_of(&id), Some(Outcome::Cancelled));
    assert_eq!((Outcome::Cancelled.code(), Outcome::Cancelled.payee().is_zero()), (2, true));

    let mut checker = Checker::new();
    let block = Block::with_slots(DEADLINE + 1, &[]);
    let proof = block.expiry_proof(body.nonce, true);
    let proven = block.prove_expired(&mut checker, &service, &body, &proof);
    assert_eq!(proven, Ok((id, Outcome::Expired)));
    assert_eq!(checker.outcome_of(&id), Some(Outcome::Expired));
    assert_eq!((Outcome::Expired.code(), Outcome::Expired.payee().is_zero()), (3, true));
}

#[test]
fn chk_1_rejects_a_second_outcome_whichever_came_first() {
    let (service, [body, _]) = service();
    let id = id(&service, &body);
    let refused = Err(Error::Decided { id });
    let blocks = [Block::with_log(&delivered(id)), Block::with_log(&cancelled(id))];
    let late = Block::with_slots(DEADLINE + 1, &[]);
    let proof = late.expiry_proof(body.nonce, true);
    for first in 0..3 {
        let mut checker = Checker::new();
        let mut prove = |which| match which {
            0 => blocks[0].acknowledge(&mut checker, &service),
            1 => blocks[1].prove_cancelled(&mut checker, &service),
            _ => late.prove_expired(&mut checker, &service, &body, &proof),
        };
        let (_, outcome) = prove(first).unwrap();
        for second in 0..3 {
            assert_eq!(prove(second), refused, "{first} and then {second}");
        }
        assert_eq!(checker.outcome_of(&id), Some(outcome));
    }
}
