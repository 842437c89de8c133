//! Wake-ups of nodes that are not to be trusted.

use alloy_primitives::Address;
use futures_util::{SinkExt, StreamExt};
use relayer::{chain::Chain, clock::SystemClock};
use serde_json::json;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    net::TcpListener,
    time::{sleep, timeout},
};
use tokio_tungstenite::{accept_async, tungstenite::Message};
use tokio_util::sync::CancellationToken;

/// A node that answers a subscription with this, and then says this as often as anyone listens. Where it is.
async fn node(answer: &'static str, says: Message) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let at = format!("ws://{}/planted", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let says = says.clone();
            tokio::spawn(async move {
                let mut socket = accept_async(stream).await.expect("a websocket");
                let asked = socket.next().await.expect("a question").expect("a question");
                assert!(asked.to_text().expect("text").contains("newHeads"));
                let _ = socket.send(Message::text(answer)).await;
                while socket.send(says.clone()).await.is_ok() {}
            });
        }
    });
    at
}

fn chain(url: String) -> Arc<Chain> {
    let config = json!({
        "id": 1, "rpc": { "endpoints": [] }, "service": Address::ZERO, "block_seconds": 4.0,
    });
    let config = serde_json::from_value(config).expect("a configuration");
    let nobody = "http://127.0.0.1:1".to_owned().into();
    let chain = Chain::new("home", &config, &[nobody], Arc::new(SystemClock)).expect("a chain");
    Arc::new(chain.woken_by(vec![url.into()]))
}

/// How often the chain is woken, and in how many milliseconds: two seconds, and before them as long as it takes to be woken at all if
/// that is waited for.
async fn wakes(url: String, is_woken: bool) -> (u64, u128) {
    let (chain, end) = (chain(url), CancellationToken::new());
    let (begun, mut rung) = (Instant::now(), chain.wakes());
    let listening = {
        let (chain, end) = (Arc::clone(&chain), end.clone());
        tokio::spawn(async move { chain.listen(&end).await })
    };
    if is_woken {
        let first = timeout(Duration::from_secs(60), rung.changed()).await;
        first.expect("it is woken").expect("it is there");
    }
    sleep(Duration::from_secs(2)).await;
    end.cancel();
    listening.await.expect("it ends");
    let woken = *chain.wakes().borrow();
    (woken, begun.elapsed().as_millis())
}

#[tokio::test]
async fn l7_a_node_that_wakes_all_the_time_is_heard_only_so_often() {
    let noise = node(r#"{"id":1,"result":"0x1"}"#, Message::text("no header at all")).await;
    let (woken, millis) = wakes(noise, true).await;
    // Half a second apart.
    assert!(u128::from(woken) <= 1 + millis / 500, "{woken} in {millis} ms");
}

#[tokio::test]
async fn a_node_that_refuses_or_says_too_much_wakes_nobody() {
    let refusal = r#"{"id":1,"error":{"code":-32601,"message":"no such method"}}"#;
    assert_eq!(wakes(node(refusal, Message::text("{}")).await, false).await.0, 0);
    let long = Message::binary(vec![0_u8; 1 << 20]);
    assert_eq!(wakes(node(r#"{"id":1,"result":"0x1"}"#, long).await, false).await.0, 0);
    assert_eq!(wakes("ws://127.0.0.1:1/planted".into(), false).await.0, 0);
}
