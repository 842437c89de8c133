//! From the terminal to the root, one rebuilt node at a time.

use super::{Error, rebuilt::Rebuilt, take, take_array};
use crate::{
    Keccak,
    nibbles::Nibbles,
    node::{Due, NodeRef},
    proof,
    rlp::{Item, Items},
};
use alloy_primitives::B256;

/// Where a climb stands: at a node, of which only the hash is kept.
pub(super) struct Climb<'a, K: ?Sized> {
    keccak: &'a K,
    /// All nibbles of the key.
    path: Nibbles<'a>,
    /// How many of them are above the node.
    above: u8,
    hash: B256,
    /// The node's place, counted from the terminal.
    index: u64,
    /// Whether the node is the extension of a step.
    is_extension: bool,
    /// What the terminal has to be: a branch, when the first step is an extension.
    terminal: Due,
    node: Rebuilt,
}

impl<'a, K: Keccak + ?Sized> Climb<'a, K> {
    /// At the terminal, with `hash`, below `above` nibbles of the key.
    pub(super) const fn new(keccak: &'a K, path: Nibbles<'a>, above: u8, hash: B256) -> Self {
        let (terminal, node) = (Due::Any, Rebuilt::new());
        Self { keccak, path, above, hash, index: 0, is_extension: false, terminal, node }
    }

    /// Takes the step at the front of `rest`: rebuilds the node above and hashes it.
    pub(super) fn step(&mut self, rest: &mut &[u8]) -> Result<(), Error> {
        self.index += 1;
        // The last nibble above the node, which a branch would lead along.
        let last = usize::from(self.above).checked_sub(1).and_then(|last| self.path.get(last));
        let Some(nibble) = last else { return Err(self.too_deep()) };
        self.node.clear();
        let mask = u16::from_be_bytes(take_array(rest, self.index)?);
        let climbed = match mask.count_ones() {
            0 => match take_array(rest, self.index)? {
                [0] => self.embedding(nibble, rest)?,
                [count] => self.extension(count)?,
            },
            1 => return Err(proof::Error::SparseBranch { index: self.index }.into()),
            children => self.branch(mask, children, nibble, rest)?,
        };
        self.above -= climbed;
        self.hash = self.keccak.keccak256(self.node.encode());
        Ok(())
    }

    /// All nibbles are climbed (CPT-2), and the hash is the root (MPT-5). Returns how many steps
    /// were taken, and what the terminal has to be.
    pub(super) fn finish(self, root: &B256) -> Result<(u64, Due), Error> {
        if self.above > 0 {
            return Err(self.too_deep());
        }
        if self.hash != *root {
            return Err(proof::Error::HashMismatch { index: self.index }.into());
        }
        Ok((self.index, self.terminal))
    }

    /// CPT-2 here.
    const fn too_deep(&self) -> Error {
        Error::Depth { index: self.index, depth: self.above }
    }

    /// A branch whose children are hashes. Returns how many nibbles it takes, as the others do.
    fn branch(
        &mut self,
        mask: u16,
        children: u32,
        nibble: u8,
        rest: &mut &[u8],
    ) -> Result<u8, Error> {
        let has = |nibble: u8| mask & (0x8000 >> nibble) != 0;
        if !has(nibble) {
            return Err(Error::Child { index: self.index });
        }
        let others = take(rest, 32 * (children as usize - 1), self.index)?;
        let mut others = others.as_chunks::<32>().0.iter();
        for place in 0..16 {
            if place == nibble {
                self.node.push_hash(&self.hash.0);
            } else if has(place)
                && let Some(other) = others.next()
            {
                self.node.push_hash(other);
            } else {
                self.node.push_none();
            }
        }
        self.node.push_none();
        self.is_extension = false;
        Ok(1)
    }

    /// An extension of the last `count` nibbles above.
    fn extension(&mut self, count: u8) -> Result<u8, Error> {
        let Some(above) = self.above.checked_sub(count) else { return Err(self.too_deep()) };
        if self.is_extension {
            return Err(proof::Error::ExtensionChild { index: self.index - 1 }.into());
        }
        let mut path = self.path.after(usize::from(above)).iter().take(usize::from(count));
        let is_odd = count % 2 == 1;
        // Hex-prefix: an odd path has its first nibble beside the flag. Up to 64 nibbles.
        let first = if is_odd { 0x10 | path.next().unwrap_or_default() } else { 0 };
        if count > 1 {
            self.node.push(&[0x81 + count / 2]);
        }
        self.node.push(&[first]);
        while let (Some(high), Some(low)) = (path.next(), path.next()) {
            self.node.push(&[high << 4 | low]);
        }
        self.node.push_hash(&self.hash.0);
        self.is_extension = true;
        if self.index == 1 {
            self.terminal = Due::Branch;
        }
        Ok(count)
    }

    /// A branch with an embedded child, given as the items of all children but one.
    fn embedding(&mut self, nibble: u8, rest: &mut &[u8]) -> Result<u8, Error> {
        let index = self.index;
        let length = u16::from_be_bytes(take_array(rest, index)?);
        let others = take(rest, usize::from(length), index)?;

        let items = Items::<16>::read(others).map_err(proof::Error::Rlp)?;
        if items.count() != 15 {
            return Err(proof::Error::ItemCount { index, got: items.count() }.into());
        }
        let (mut present, mut embedded) = (false, false);
        for item in items.as_slice() {
            let child = NodeRef::decode(*item, index)?;
            present |= child.is_some();
            embedded |= matches!(child, Some(NodeRef::Embedded(_)));
        }
        if !present {
            return Err(proof::Error::SparseBranch { index }.into());
        }
        if !embedded {
            return Err(Error::Form { index });
        }

        let mut behind = others;
        for _ in 0..nibble {
            Item::read(&mut behind).map_err(proof::Error::Rlp)?;
        }
        let before = others.len() - behind.len();
        self.node.push(others.get(..before).unwrap_or_default());
        self.node.push_hash(&self.hash.0);
        self.node.push(behind);
        self.node.push_none();
        self.is_extension = false;
        Ok(1)
    }
}
