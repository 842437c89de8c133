//! Ports for what tests start.

use tokio::net::TcpSocket;

/// A port of this machine that the system gives to nobody else while this lives, so that whoever is told of it can listen there at any
/// time, and as long as nobody does, connections are refused. A port that was only free a moment ago may be another test's by now.
#[derive(Debug)]
pub(crate) struct Port(TcpSocket);

impl Port {
    pub(crate) fn reserve() -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        // Servers say the same of theirs: both may be bound, since this one never listens.
        socket.set_reuseaddr(true).expect("an option");
        socket.bind(([127, 0, 0, 1], 0).into()).expect("a port");
        Self(socket)
    }

    pub(crate) fn number(&self) -> u16 {
        self.0.local_addr().expect("an address").port()
    }
}
