//! A server for one test: answers of a node that are made up.

use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    thread,
};

/// Serves on loopback until the test ends. The handler is given the path and the body; `None` is answered by 404.
pub(crate) fn serve(handler: impl Fn(&str, &str) -> Option<Value> + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        for stream in listener.incoming() {
            answer(&mut stream.expect("a connection"), &handler);
        }
    });
    url
}

/// Serves JSON-RPC: the handler is given the method and its parameters.
pub(crate) fn serve_rpc(handler: impl Fn(&str, &Value) -> Value + Send + 'static) -> String {
    serve(move |_, body| {
        let call: Value = serde_json::from_str(body).expect("a call");
        let result = handler(call["method"].as_str().expect("a method"), &call["params"]);
        Some(json!({ "jsonrpc": "2.0", "id": call["id"], "result": result }))
    })
}

fn answer(stream: &mut TcpStream, handler: &impl Fn(&str, &str) -> Option<Value>) {
    let mut reader = BufReader::new(stream.try_clone().expect("a stream"));
    let mut request = String::new();
    // Clients that are killed, or have heard enough from others, go away before they have asked.
    if !reader.read_line(&mut request).is_ok_and(|read| read > 0) {
        return;
    }
    let (mut length, mut line) = (0, String::new());
    while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
        let stated = line.to_ascii_lowercase();
        if let Some(value) = stated.strip_prefix("content-length:") {
            length = value.trim().parse().expect("a length");
        }
        line.clear();
    }
    let mut body = vec![0; length];
    if reader.read_exact(&mut body).is_err() {
        return;
    }
    let path = request.split(' ').nth(1).unwrap_or_default();
    let found = handler(path, &String::from_utf8_lossy(&body));
    let status = if found.is_some() { "200 OK" } else { "404 Not Found" };
    let body = found.unwrap_or_default().to_string();
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    let _ = stream.write_all(head.as_bytes());
    let _ = stream.write_all(body.as_bytes());
}
