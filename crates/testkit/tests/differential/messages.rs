//! MSG-1 to MSG-23, CHK-1 to CHK-4, ATT-1 to ATT-6: messages, from the light client's head to the recipient and back.

mod attributes;
mod calls;
mod end;
mod follow;
mod hostile;
mod life;
mod recipient;
mod routed;
mod source;

use crate::session::{Session, cases};
use end::End;
use source::{BATCH, THERE, destination, publish, sent};
use testkit::dice::Dice;

/// Single deliveries of messages that may be wrong anywhere, against the beacon chain's light client.
#[test]
fn h10_deliveries() {
    let mut session = Session::new("deliveries");
    let mut destination = destination();
    for batch in 0..cases().div_ceil(BATCH) {
        let batch = batch as u64;
        let sent = sent(&mut session, &destination, batch);
        let source = publish(&mut session.dice, &mut destination, THERE, batch, sent);
        for _ in 0..BATCH {
            source.deliver(&mut session, &mut destination);
        }
    }
    session.finish();
}

/// Breaks or repairs what a delivery depends on, now and then.
fn unsettle(dice: &mut Dice, destination: &mut End) {
    if dice.one_in(10) {
        let broken = dice.one_in(2);
        destination.set_broken(broken);
    }
    if dice.one_in(15) {
        let attested = dice.one_in(2);
        destination.set_lane(THERE, source::GATEWAY, 1, attested);
    }
}
