//! What becomes of answers over HTTP that are none.

use prover::{BeaconNode, BlockTag, NodeError, Rpc, ask};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    thread,
    time::Duration,
};
use testkit::Port;

/// Answers every request with these bytes, and hands on what it was sent. Nothing at all is never answered.
fn serve(answer: String) -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let (sender, requests) = mpsc::channel();
    thread::spawn(move || {
        let mut open = Vec::new();
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let _ = sender.send(request(&mut stream));
            let _ = stream.write_all(answer.as_bytes());
            if answer.is_empty() {
                open.push(stream);
            }
        }
    });
    (url, requests)
}

/// All of a request: a connection that is closed before all of it is read is reset, and what was answered is lost.
fn request(stream: &mut TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let start = head.len();
        let read = reader.read_line(&mut head).expect("a request");
        let line = head[start..].to_ascii_lowercase();
        if let Some(stated) = line.strip_prefix("content-length:") {
            length = stated.trim().parse().expect("a length");
        }
        if read <= 2 {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    head + &String::from_utf8_lossy(&body)
}

/// An answer with a status line, headers and a body.
fn http(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\n{headers}content-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
}

/// What an endpoint's answer makes of a question, without its origin. One that comes is waited for.
async fn asked(answer: String) -> NodeError {
    let patience = if answer.is_empty() { 1 } else { 60 };
    let (url, _requests) = serve(answer);
    let rpc = Rpc::with(&format!("{url}/v1/secret"), Duration::from_secs(patience), None);
    let error = ask::chain_id(&rpc.expect("an address")).await.expect_err("no answer");
    assert!(error.to_string().contains(&url), "{error}");
    assert!(!error.to_string().contains("secret"), "{error}");
    assert_eq!(error.method(), "eth_chainId");
    error
}

#[tokio::test]
async fn says_what_became_of_a_question() {
    let limited = asked(http("429 Too Many Requests", "retry-after: 7\r\n", "slow down")).await;
    let NodeError::RateLimited { retry_after, .. } = &limited else { unreachable!("{limited}") };
    assert_eq!(*retry_after, Some(Duration::from_secs(7)));
    let body = r#"{"jsonrpc":"2.0","id":0,"error":{"code":-32005,"message":"daily limit"}}"#;
    let limited = asked(http("200 OK", "", body)).await;
    assert!(matches!(&limited, NodeError::RateLimited { retry_after: None, .. }), "{limited}");

    for (status, expected) in [("502 Bad Gateway", true), ("403 Forbidden", false)] {
        let error = asked(http(status, "", "")).await;
        let NodeError::Transport { retryable, .. } = &error else { unreachable!("{error}") };
        assert_eq!((*retryable, error.is_retryable()), (expected, expected));
    }
    let late = asked(String::new()).await;
    assert!(matches!(&late, NodeError::Timeout { .. }), "{late}");
    assert!(late.is_retryable());

    // Cut short, of another type, and none of the protocol.
    let cut = r#"{"jsonrpc":"2.0","id":0,"result":"0x"#;
    for body in [cut, "<html>", ""] {
        let error = asked(http("200 OK", "", body)).await;
        assert!(matches!(&error, NodeError::Unreadable { .. }), "{error}");
    }
    let promised = http("200 OK", "", cut).replace("content-length: 3", "content-length: 9");
    let error = asked(promised).await;
    assert!(matches!(&error, NodeError::Transport { retryable: true, .. }), "{error}");
}

#[tokio::test]
async fn hands_on_what_a_call_reverts_with() {
    let body = r#"{"jsonrpc":"2.0","id":0,"error":{"code":3,"message":"execution reverted","data":"0x1234"}}"#;
    let (url, requests) = serve(http("200 OK", "", body));
    let rpc = Rpc::with(&url, Duration::from_secs(60), Some("word")).expect("an address");
    let call = ask::call(&rpc, alloy_primitives::Address::ZERO, vec![1].into(), BlockTag::Latest);
    let error = call.await.expect_err("it reverts");
    let data = Some(vec![0x12, 0x34].into());
    let message = format!("execution reverted ({url})");
    let expected = NodeError::Answered { method: "eth_call".into(), code: 3, message, data };
    assert_eq!(error, expected);
    assert!(!error.is_retryable());
    let request = requests.recv().expect("a request").to_lowercase();
    assert!(request.contains("authorization: bearer word"), "{request}");
}

#[tokio::test]
async fn sends_user_and_password_of_the_url_and_never_shows_them() {
    let (url, requests) = serve(http("500 Internal Server Error", "", "no"));
    let with_user = url.replace("http://", "http://user:word@");
    let rpc = Rpc::new(&with_user).expect("an address");
    let error = ask::chain_id(&rpc).await.expect_err("no answer").to_string();
    assert!(error.contains(&url) && !error.contains("word"), "{error}");
    let request = requests.recv().expect("a request").to_lowercase();
    assert!(request.contains("authorization: basic"), "{request}");

    let node = BeaconNode::new(&with_user).expect("an address");
    let error = node.get("eth/v1/beacon/genesis").await.expect_err("no answer");
    let problem = "500 Internal Server Error: no".to_owned();
    let method = "eth/v1/beacon/genesis".into();
    assert_eq!(error, NodeError::Transport { method, problem, retryable: true });
    assert!(!format!("{node:?}").contains("word"));
    let request = requests.recv().expect("a request").to_lowercase();
    assert!(request.contains("authorization: basic"), "{request}");
}

#[tokio::test]
async fn says_that_nobody_is_there() {
    let held = Port::reserve().expect("a port");
    let port = held.number();
    let rpc = Rpc::new(&format!("http://127.0.0.1:{port}/key")).expect("an address");
    let error = ask::chain_id(&rpc).await.expect_err("nobody");
    assert!(matches!(&error, NodeError::Transport { retryable: true, .. }), "{error}");
    assert!(!error.to_string().contains("key"), "{error}");
}
