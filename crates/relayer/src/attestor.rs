//! Attestors: whoever verifies messages on their own and signs that they did; and how their signatures are collected.
//!
//! An attestor is a process of its own, with its own key, its own nodes and its own file of what it has signed. It believes a relayer
//! nothing but where to look. It signs what our core has verified against blocks that a quorum of its nodes calls final, and never two
//! statements that contradict each other.

mod book;
mod collector;
mod duty;
mod http;
mod statement;

pub use book::{Book, BookError};
pub(crate) use collector::nobody;
pub use collector::{Collector, Short, signatures};
pub use duty::{Attestor, Refused};
pub use http::{Signed, router};
pub use statement::{Asked, Subject, name_of, named};
