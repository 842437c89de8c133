//! Ports for what listens later.

use socket2::{Domain, Socket, Type};
use std::{io, net::SocketAddr};

/// A port of loopback that the system gives to nobody else while this lives. Whoever is told of it can listen there at any time, and as
/// long as nobody does, connections are refused. A port that was only free a moment ago may be another program's by now.
#[derive(Debug)]
pub struct Port {
    number: u16,
    _held: Socket,
}

impl Port {
    /// One that nobody has.
    ///
    /// # Errors
    ///
    /// What the system says when there is none.
    pub fn reserve() -> io::Result<Self> {
        let held = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        // Servers say the same of theirs: both may be bound to it, since this one never listens.
        held.set_reuse_address(true)?;
        held.bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into())?;
        let address = held.local_addr()?.as_socket();
        let address = address.ok_or_else(|| io::Error::other("the port has no address"))?;
        Ok(Self { number: address.port(), _held: held })
    }

    /// Its number.
    pub const fn number(&self) -> u16 {
        self.number
    }
}

#[cfg(test)]
mod tests {
    use super::Port;
    use std::{
        io::ErrorKind,
        net::{TcpListener, TcpStream},
    };

    #[test]
    fn is_refused_until_somebody_listens_and_again_when_nobody_does() {
        let port = Port::reserve().expect("a port");
        let at = ("127.0.0.1", port.number());
        for _ in 0..2 {
            let error = TcpStream::connect(at).expect_err("nobody listens");
            assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
            let listener = TcpListener::bind(at).expect("it is for whoever was told");
            assert!(TcpStream::connect(at).is_ok());
            drop(listener);
        }
    }

    #[test]
    fn is_given_to_nobody_else() {
        let held: Vec<Port> = (0..100).map(|_| Port::reserve().expect("a port")).collect();
        for _ in 0..1_000 {
            let other = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
            let number = other.local_addr().expect("an address").port();
            assert!(held.iter().all(|port| port.number() != number), "{number}");
        }
    }
}
