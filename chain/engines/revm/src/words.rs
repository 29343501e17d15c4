//! An account's words as a tree by the digits of their hashed slots, written to in place.
//!
//! It is the Merkle-Patricia trie's shape with few words next to each other where the trie has nodes: the hash of a
//! slot is uniform, so that a word is a look at a few places away however many there are. The trie itself exists as
//! references alone: a node keeps those of what hangs below each of its sixteen digits once a root was asked for,
//! and of these the next root takes only what has changed since (`roots.rs`).

use std::collections::HashSet;
use std::mem;
use std::ptr;

use alloy_primitives::{B256, U256};

use crate::roots::References;
use crate::trie::{Change, nibble};

/// A hashed slot and what stands there.
pub type Word = (B256, U256);

/// Where a node has more words than this, each digit gets a node of its own.
const FEW: usize = 32;
/// Where a node with nodes below has no more words than this left, they go into it.
const FEW_AGAIN: usize = 16;

/// Words, by hashed slot.
#[derive(Default)]
pub struct Words(pub(crate) Node);

/// What stands under keys that agree in as many digits as the node is deep.
pub(crate) struct Node {
    pub(crate) kind: Kind,
    /// References of what hangs below each digit, but for those that are stale.
    pub(crate) kept: Option<Box<References>>,
    /// A bit for each digit whose reference is not what it would be now.
    pub(crate) stale: u16,
}

pub(crate) enum Kind {
    /// In the order of their keys.
    Few(Vec<Word>),
    /// A node for each digit, and how many words these have.
    Many(Box<[Node; 16]>, usize),
}

impl Words {
    /// Return a word, None where there is none.
    pub fn get(&self, key: &B256) -> Option<&U256> {
        let (mut node, mut depth) = (&self.0, 0);
        loop {
            match &node.kind {
                Kind::Few(words) => return find(words, key, depth).ok().map(|at| &words[at].1),
                Kind::Many(children, _) => node = &children[nibble(key, depth)],
            }
            depth += 1;
        }
    }

    /// Write changes, sorted by key and no key twice, and leave in each what stood there before.
    pub fn exchange(&mut self, changes: &mut [Change<U256>]) {
        self.0.exchange(0, changes);
    }

    /// Return all words in the order of their keys.
    pub fn all(&self) -> Vec<Word> {
        let mut all = Vec::with_capacity(self.0.len());
        self.0.gather(&mut |words| all.extend_from_slice(words));
        all
    }

    /// Add the places of all words to `seen`.
    pub fn visit(&self, seen: &mut HashSet<usize>) {
        self.0.gather(&mut |words| seen.extend(words.iter().map(|word| ptr::from_ref(word).addr())));
    }
}

impl Node {
    pub(crate) fn len(&self) -> usize {
        match &self.kind {
            Kind::Few(words) => words.len(),
            Kind::Many(_, count) => *count,
        }
    }

    fn gather(&self, show: &mut dyn FnMut(&[Word])) {
        match &self.kind {
            Kind::Few(words) => show(words),
            Kind::Many(children, _) => children.iter().for_each(|child| child.gather(show)),
        }
    }

    /// Return how many words there are more than before.
    fn exchange(&mut self, depth: usize, changes: &mut [Change<U256>]) -> isize {
        let before = self.len();
        let mut written = 0;
        if let Kind::Few(words) = &mut self.kind {
            for change in changes.iter_mut() {
                if !put(words, change, depth) {
                    break;
                }
                self.stale |= 1 << nibble(&change.0, depth);
                written += 1;
            }
            if written < changes.len() {
                self.spread(depth);
            }
        }
        let mut changes = &mut changes[written..];
        if let Kind::Many(children, count) = &mut self.kind {
            while let Some((key, _)) = changes.first() {
                let digit = nibble(key, depth);
                let own = changes.partition_point(|(key, _)| nibble(key, depth) <= digit);
                let (own, others) = changes.split_at_mut(own);
                *count = count.wrapping_add_signed(children[digit].exchange(depth + 1, own));
                self.stale |= 1 << digit;
                changes = others;
            }
            if *count <= FEW_AGAIN {
                self.collect();
            }
        }
        self.len().wrapping_sub(before).cast_signed()
    }

    /// Give each digit a node of its own.
    fn spread(&mut self, depth: usize) {
        let Kind::Few(words) = &mut self.kind else { return };
        let words = mem::take(words);
        let mut children: Box<[Node; 16]> = Box::default();
        for part in words.chunk_by(|one, other| nibble(&one.0, depth) == nibble(&other.0, depth)) {
            children[nibble(&part[0].0, depth)].kind = Kind::Few(part.to_vec());
        }
        self.kind = Kind::Many(children, words.len());
    }

    /// Take all words back from the nodes below.
    fn collect(&mut self) {
        let mut words = Vec::with_capacity(self.len());
        self.gather(&mut |some| words.extend_from_slice(some));
        self.kind = Kind::Few(words);
    }
}

impl Default for Node {
    fn default() -> Self {
        Self { kind: Kind::Few(Vec::new()), kept: None, stale: u16::MAX }
    }
}

/// Write one change and leave in it what stood there before; say false, and do nothing, where there is no room.
fn put(words: &mut Vec<Word>, change: &mut Change<U256>, depth: usize) -> bool {
    let (key, after) = (change.0, change.1.take());
    match (find(words, &key, depth), after) {
        (Ok(at), Some(word)) => change.1 = Some(mem::replace(&mut words[at].1, word)),
        (Ok(at), None) => change.1 = Some(words.remove(at).1),
        (Err(_), Some(word)) if words.len() == FEW => {
            change.1 = Some(word);
            return false;
        }
        (Err(at), Some(word)) => words.insert(at, (key, word)),
        (Err(_), None) => (),
    }
    true
}

/// Return where a key stands, or would stand: about as far along as its next digits tell, for keys are hashes.
fn find(words: &[Word], key: &B256, depth: usize) -> Result<usize, usize> {
    let digits = (nibble(key, depth) << 4) | if depth < 63 { nibble(key, depth + 1) } else { 0 };
    let mut at = (words.len() * digits) >> 8;
    while at < words.len() && words[at].0 < *key {
        at += 1;
    }
    while at > 0 && words[at - 1].0 >= *key {
        at -= 1;
    }
    match words.get(at) {
        Some((found, _)) if found == key => Ok(at),
        _ => Err(at),
    }
}
