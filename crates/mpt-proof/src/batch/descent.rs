//! The walk of one item after another, each from where it parts with the one before.

use crate::{
    Absence, Keccak, Outcome,
    ahead::Ahead,
    nibbles::Nibbles,
    node::{Due, NodeRef},
    proof::{EMPTY_ROOT, Error, MAX_KEY},
    rlp,
    walk::{Step, follow},
};
use alloy_primitives::B256;

/// How many nodes are hashed side by side: several times the lanes of the widest kernel, so that
/// these are seldom idle, since the nodes differ in length.
const LANES: usize = 64;

/// A path has a node above each nibble and one behind the last.
const LONGEST_PATH: usize = 2 * MAX_KEY + 1;

/// The nodes of a batch, and the path of the walk before.
pub(super) struct Descent<'a, 'p, I> {
    nodes: Ahead<'a, 'p, dyn Keccak + 'a, I, LANES>,
    path: [Visited<'p>; LONGEST_PATH],
    /// How many of `path` are filled.
    length: usize,
    is_empty_trie: bool,
}

/// A node that a walk came to.
#[derive(Clone, Copy)]
struct Visited<'p> {
    payload: &'p [u8],
    due: Due,
    /// How many nibbles of the key are above it; more than with the one before.
    depth: usize,
    /// The place of the listed node that is, or contains, it.
    index: u64,
}

impl<'a, 'p, I> Descent<'a, 'p, I>
where
    I: Iterator<Item = Result<&'p [u8], rlp::Error>>,
{
    pub(super) const fn new(keccak: &'a dyn Keccak, nodes: I) -> Self {
        let nothing = Visited { payload: &[], due: Due::Any, depth: 0, index: 0 };
        Self {
            nodes: Ahead::new(keccak, nodes),
            path: [nothing; LONGEST_PATH],
            length: 0,
            is_empty_trie: false,
        }
    }

    /// Follows `key`, which has `shared` nibbles in common with the one before.
    pub(super) fn walk(
        &mut self,
        root: &B256,
        key: &[u8],
        shared: usize,
    ) -> Result<Outcome<'p>, Error> {
        let Some(mut at) = self.start(root, shared)? else {
            return Ok(Outcome::Absent(Absence::EmptyTrie));
        };
        let key = Nibbles::of_key(key);
        let mut rest = key.after(at.depth);
        loop {
            let (step, due) = follow(at.payload, at.due, at.index, &mut rest)?;
            let (index, payload) = match step {
                Step::Value(value) => return Ok(Outcome::Value(value)),
                Step::Absent(absence) => return Ok(Outcome::Absent(absence)),
                Step::Child(NodeRef::Embedded(payload)) => (at.index, payload),
                Step::Child(NodeRef::Hash(hash)) => {
                    (self.nodes.index(), rlp::list_exact(self.nodes.take(hash)?)?)
                }
            };
            at = Visited { payload, due, depth: key.len() - rest.len(), index };
            self.push(at);
        }
    }

    /// Every node was used (MPT-12).
    pub(super) fn finish(&mut self) -> Result<(), Error> {
        self.nodes.finish()
    }

    /// The deepest node that is no further down than `shared` nibbles: the root for the first item.
    /// None in the empty trie.
    fn start(&mut self, root: &B256, shared: usize) -> Result<Option<Visited<'p>>, Error> {
        if self.length == 0 && !self.is_empty_trie {
            self.open(root)?;
        }
        let path = self.path.get(..self.length).unwrap_or_default();
        let start = path.iter().rposition(|node| node.depth <= shared);
        self.length = start.map_or(0, |start| start + 1);
        Ok(start.and_then(|start| path.get(start)).copied())
    }

    /// Comes to the root's node, or finds that the trie is empty.
    fn open(&mut self, root: &B256) -> Result<(), Error> {
        if *root == EMPTY_ROOT && self.nodes.is_empty() {
            self.is_empty_trie = true;
            return Ok(());
        }
        match self.nodes.take(root)? {
            [0x80] => self.is_empty_trie = true,
            first => {
                let payload = rlp::list_exact(first)?;
                self.push(Visited { payload, due: Due::Any, depth: 0, index: 0 });
            }
        }
        Ok(())
    }

    /// Keeps a node for the next item. Depths rise from 0 to 64, so there is a place for each.
    fn push(&mut self, node: Visited<'p>) {
        if let Some(place) = self.path.get_mut(self.length) {
            *place = node;
            self.length += 1;
        }
    }
}
