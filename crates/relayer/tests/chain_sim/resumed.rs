//! A chain that has taken back what was final, and goes on when a person has looked at it.

use super::{Fault, Happening, ID, Sim, World, shown, world_of};
use std::sync::Arc;

/// A chain that takes back its last blocks although they are final, and what was read of it.
async fn replaced(blocks: u64, lost: u64) -> (World, Arc<Sim>) {
    let sim = world_of(blocks);
    let world = World::new(Arc::clone(&sim), vec![Vec::new(); 3], 0).await;
    world.settle().await;
    let other = sim.fork();
    other.drop_blocks(lost);
    for place in 0..usize::try_from(lost + 8).expect("few") {
        other.mine(&[Happening::Sent(place)]);
    }
    other.finalize(blocks + 4);
    world.nodes.iter().for_each(|node| node.set(vec![Fault::Fork(Arc::clone(&other))]));
    world.step().await.expect_err("another final block");
    assert!(world.cursor().await.halted.is_some());
    let world = World { sim: Arc::clone(&other), ..world };
    (world, other)
}

#[tokio::test]
async fn l4_a_chain_that_is_resumed_is_read_again_from_the_last_block_that_it_still_has() {
    // Far more blocks with messages than are looked at together, all but a few of them lost.
    let (world, other) = replaced(300, 240).await;
    let was = world.cursor().await.final_block;
    let way = world.indexer.way_on(None).await.expect("a way");
    assert_eq!((way.was, way.kept.number), (was, 58), "the last block with a message before it");
    assert_eq!(Some(way.kept.hash), other.hash_at(58));
    // What was sent in every third block after it is taken back, and is known still.
    assert_eq!(way.messages, 80);
    let lost = world.store.blocks_seen(ID, 2_000, 1).await.expect("a store");
    assert!(lost[0].number > 290);
    assert_eq!(world.indexer.resume(&way).await.expect("it goes on"), way.messages);
    assert_eq!(world.cursor().await.halted, None);
    world.settle().await;
    world.check().await;
    // To be resumed again is to be halted again.
    let again = world.indexer.way_on(None).await.expect_err("not halted").to_string();
    assert_eq!(again, "chain home is not halted");
    let again = world.indexer.resume(&way).await.expect_err("not halted");
    assert_eq!(
        shown(&again),
        "chain home cannot be resumed: chain 31337 is not halted: it is read as ever"
    );
}

#[tokio::test]
async fn l4_a_person_may_name_an_earlier_block_and_no_later_one() {
    let (world, other) = replaced(40, 9).await;
    let way = world.indexer.way_on(None).await.expect("a way");
    let kept = way.kept.number;
    let later = world.indexer.way_on(Some(kept + 2)).await.expect_err("not known").to_string();
    assert_eq!(
        later,
        format!(
            "chain home has to be read again from block {} on, not from block {}: what was seen after block {kept} is not known to \
             be on the chain still",
            kept + 1,
            kept + 2
        )
    );
    assert_eq!(world.indexer.way_on(Some(kept + 1)).await.expect("a way"), way);
    let earlier = world.indexer.way_on(Some(5)).await.expect("a way");
    assert_eq!((earlier.kept.number, Some(earlier.kept.hash)), (4, other.hash_at(4)));
    assert!(earlier.messages > way.messages);
    assert_eq!(world.indexer.resume(&earlier).await.expect("it goes on"), earlier.messages);
    world.settle().await;
    world.check().await;
}

#[tokio::test]
async fn l4_where_nothing_that_was_seen_is_left_all_is_read_again() {
    let (mut world, _) = replaced(30, 30).await;
    assert_eq!(world.indexer.way_on(None).await.expect("a way").kept.number, 0);
    // Whoever is started anew goes on as well.
    world.restart();
    let way = world.indexer.way_on(None).await.expect("a way");
    world.indexer.resume(&way).await.expect("it goes on");
    world.settle().await;
    world.check().await;
}
