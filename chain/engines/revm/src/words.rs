//! An account's words: a list of them, and a tree by the digits of their hashed slots that says where each stands.
//!
//! The tree has the shape of the Merkle-Patricia trie, but for nodes that have few words below. Slots are hashed, so that
//! a word is a look at a few places away however many there are, one that is missing mostly not looked for
//! beyond its node's first cache line, and a new one is written behind the last. The trie exists as references alone: a node
//! keeps those of what hangs below its sixteen digits once a root was asked for, and the next root takes those that
//! are stale (`roots.rs`).

use std::collections::HashSet;
use std::ptr;

use alloy_primitives::{B256, U256};

use crate::roots::References;
use crate::trie::{Change, nibble};

/// A hashed slot and what stands there.
pub type Word = (B256, U256);

/// Where a node has more words than this, each digit gets a node of its own.
const FEW: usize = 32;
/// Where the nodes below a node have no more words than this left, it takes them back.
const FEW_AGAIN: usize = 16;
/// Words whose places are next to each other: room is made for so many at a time.
const CHUNK: usize = 256;

/// Words by hashed slot.
#[derive(Default)]
pub struct Words {
    pub(crate) list: List,
    pub(crate) top: Node,
}

/// Words in any order.
#[derive(Default)]
pub(crate) struct List {
    chunks: Vec<Vec<Word>>,
    /// Places of words that were removed.
    free: Vec<u32>,
}

/// What stands under keys that agree in as many digits as the node is deep.
#[derive(Default)]
#[repr(C, align(64))] // in this order: a missing word is mostly told from the first cache line
pub(crate) struct Node {
    /// Of few words, each one's next two digits.
    pairs: [u8; FEW],
    /// A node for each digit where there are many words.
    pub(crate) below: Option<Box<[Node; 16]>>,
    /// References of what hangs below each digit; None until a root needed them.
    pub(crate) kept: Option<Box<References>>,
    count: u32,
    /// Of many words, a bit for each digit that some key goes on with.
    digits: u16,
    /// Of few words, where each stands in the list.
    places: [u32; FEW],
}

impl Words {
    /// Return a word, None where there is none.
    pub fn get(&self, key: &B256) -> Option<&U256> {
        let (mut node, mut depth) = (&self.top, 0);
        while let Some(below) = &node.below {
            node = &below[nibble(key, depth)];
            depth += 1;
        }
        node.find(&self.list, key, depth).map(|at| &self.list.at(node.places[at]).1)
    }

    /// Write changes, sorted by key and no key twice, and leave in each what stood there before.
    pub fn exchange(&mut self, changes: &mut [Change<U256>]) {
        self.top.exchange(&mut self.list, 0, changes);
    }

    /// Return all words in the order of their keys.
    pub fn all(&self) -> Vec<Word> {
        let mut all = Vec::with_capacity(self.top.len());
        self.top.each(&mut |places| {
            let begun = all.len();
            all.extend(places.iter().map(|&place| *self.list.at(place)));
            all[begun..].sort_unstable_by_key(|word| word.0);
        });
        all
    }

    /// Add the places of all words to `seen`.
    pub fn visit(&self, seen: &mut HashSet<usize>) {
        self.top.each(&mut |places| {
            seen.extend(places.iter().map(|&place| ptr::from_ref(self.list.at(place)).addr()));
        });
    }
}

impl List {
    fn at(&self, place: u32) -> &Word {
        &self.chunks[place as usize / CHUNK][place as usize % CHUNK]
    }

    /// Put a word where there is room, and return its place.
    fn add(&mut self, word: Word) -> u32 {
        if let Some(place) = self.free.pop() {
            self.chunks[place as usize / CHUNK][place as usize % CHUNK] = word;
            return place;
        }
        if self.chunks.last().is_none_or(|last| last.len() == CHUNK) {
            let room = if self.chunks.is_empty() { 1 } else { CHUNK }; // most accounts have few words
            self.chunks.push(Vec::with_capacity(room));
        }
        let at = self.chunks.len() - 1;
        self.chunks[at].push(word);
        (at * CHUNK + self.chunks[at].len() - 1) as u32
    }

    /// Write a word, none removing it, and return what stood there.
    fn replace(&mut self, place: u32, word: Option<U256>) -> U256 {
        let slot = &mut self.chunks[place as usize / CHUNK][place as usize % CHUNK].1;
        let before = *slot;
        match word {
            Some(word) => *slot = word,
            None => self.free.push(place),
        }
        before
    }
}

impl Node {
    pub(crate) fn len(&self) -> usize {
        self.count as usize
    }

    /// Show the places of the words of each node that has few, in the order of what their keys begin with.
    fn each(&self, show: &mut dyn FnMut(&[u32])) {
        match &self.below {
            None => show(&self.places[..self.len()]),
            Some(below) => below.iter().for_each(|child| child.each(show)),
        }
    }

    /// Return a bit for each digit that some key goes on with.
    pub(crate) fn digits(&self) -> u16 {
        match self.below {
            None => self.pairs[..self.len()].iter().fold(0, |bits, pair| bits | 1 << (pair >> 4)),
            Some(_) => self.digits,
        }
    }

    /// Append those of few words that go on with one of `digits` (a bit each), in the order of their keys.
    pub(crate) fn copy(&self, list: &List, digits: u16, out: &mut Vec<Word>) {
        for (pair, &place) in self.pairs.iter().zip(&self.places[..self.len()]) {
            if digits >> (pair >> 4) & 1 != 0 {
                out.push(*list.at(place));
            }
        }
        out.sort_unstable_by_key(|word| word.0);
    }

    /// Return which of few words has a key.
    fn find(&self, list: &List, key: &B256, depth: usize) -> Option<usize> {
        let wanted = pair(key, depth);
        let mut alike = (0..FEW).fold(0_u32, |bits, at| bits | u32::from(self.pairs[at] == wanted) << at);
        while alike != 0 {
            let at = alike.trailing_zeros() as usize;
            if at >= self.len() {
                return None;
            }
            if list.at(self.places[at]).0 == *key {
                return Some(at);
            }
            alike &= alike - 1;
        }
        None
    }

    fn exchange(&mut self, list: &mut List, depth: usize, changes: &mut [Change<U256>]) {
        let mut written = 0;
        if self.below.is_none() {
            for change in changes.iter_mut() {
                if !self.put(list, depth, change) {
                    break;
                }
                self.forget(nibble(&change.0, depth));
                written += 1;
            }
            if written < changes.len() {
                self.spread(list, depth);
            }
        }
        let mut changes = &mut changes[written..];
        while let (Some((key, _)), Some(below)) = (changes.first(), &mut self.below) {
            let digit = nibble(key, depth);
            let own = changes.partition_point(|(key, _)| nibble(key, depth) <= digit);
            let (own, others) = changes.split_at_mut(own);
            let child = &mut below[digit];
            self.count -= child.count;
            child.exchange(list, depth + 1, own);
            self.count += child.count;
            self.digits = self.digits & !(1 << digit) | u16::from(child.count > 0) << digit;
            self.forget(digit);
            changes = others;
        }
        if self.below.is_some() && self.len() <= FEW_AGAIN {
            self.collect(list, depth);
        }
    }

    /// Take the reference of what hangs below a digit for stale.
    fn forget(&mut self, digit: usize) {
        if let Some(kept) = &mut self.kept {
            kept.forget(digit);
        }
    }

    /// Write one change and leave in it what stood there before; say false, and do nothing, where there is no room.
    fn put(&mut self, list: &mut List, depth: usize, change: &mut Change<U256>) -> bool {
        let (key, after) = *change;
        match (self.find(list, &key, depth), after) {
            (Some(at), word) => {
                change.1 = Some(list.replace(self.places[at], word));
                if word.is_none() {
                    self.count -= 1;
                    (self.pairs[at], self.places[at]) = (self.pairs[self.len()], self.places[self.len()]);
                }
            }
            (None, Some(_)) if self.len() == FEW => return false,
            (None, Some(word)) => {
                self.push(pair(&key, depth), list.add((key, word)));
                change.1 = None;
            }
            (None, None) => (),
        }
        true
    }

    fn push(&mut self, pair: u8, place: u32) {
        let at = self.len();
        (self.pairs[at], self.places[at]) = (pair, place);
        self.count += 1;
    }

    /// Give each digit a node of its own.
    fn spread(&mut self, list: &List, depth: usize) {
        self.digits = self.digits();
        let mut below: Box<[Node; 16]> = Box::default();
        for &place in &self.places[..self.len()] {
            let key = &list.at(place).0;
            below[nibble(key, depth)].push(pair(key, depth + 1), place);
        }
        self.below = Some(below);
    }

    /// Take all words back from the nodes below.
    fn collect(&mut self, list: &List, depth: usize) {
        let Some(below) = self.below.take() else { return };
        self.count = 0;
        below.iter().for_each(|child| {
            child.each(&mut |places| {
                places.iter().for_each(|&place| self.push(pair(&list.at(place).0, depth), place));
            });
        });
    }
}

/// Return two digits of a key, the second 0 beyond its end.
fn pair(key: &B256, depth: usize) -> u8 {
    let second = if depth < 63 { nibble(key, depth + 1) } else { 0 };
    (nibble(key, depth) << 4 | second) as u8
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use alloy_primitives::keccak256;
    use alloy_rlp::Encodable;
    use alloy_trie::{HashBuilder, Nibbles};

    use super::*;

    /// The same root by a crate that builds it from all words in order.
    fn built(words: &BTreeMap<B256, U256>) -> B256 {
        let mut builder = HashBuilder::default();
        for (key, word) in words {
            let mut value = Vec::new();
            word.encode(&mut value);
            builder.add_leaf(Nibbles::unpack(key), &value);
        }
        builder.root()
    }

    /// Keys of which many agree in their first digits, all but the last one or all but the last five.
    fn key(number: u64) -> B256 {
        let mut key = keccak256(number.to_be_bytes());
        match number % 5 {
            0 => key[..1].fill(0x77),
            1 => key[..29].fill(0x31),
            2 => key[..31].fill(0x31),
            _ => (),
        }
        key
    }

    #[test]
    fn roots_are_those_of_the_trie_through_growth_and_removal() {
        let (mut words, mut model) = (Words::default(), BTreeMap::new());
        assert_eq!(words.root(), built(&model));
        let (mut largest, mut emptied) = (0, false);
        for step in 0..400_u64 {
            let (count, growing) = ([1, 3, 40, 170][step as usize % 4], step / 40 % 2 == 0);
            let mut changes = BTreeMap::new();
            for number in 0..count {
                let drawn =
                    u64::from_be_bytes(*keccak256((step, number).0.to_be_bytes()).first_chunk().unwrap());
                let drawn = drawn.wrapping_mul(2 * number + 1) >> 20;
                let word = U256::from(drawn % 7) << (drawn % 3 * 100);
                changes.insert(key(drawn % 3000), growing.then_some(word));
            }
            if !growing {
                let some = model.keys().step_by(3).copied().collect::<Vec<B256>>();
                changes.extend(some.into_iter().map(|key| (key, None)));
            }
            let mut written: Vec<Change<U256>> = changes.clone().into_iter().collect();
            words.exchange(&mut written);
            for (key, before) in written {
                assert_eq!(before, model.get(&key).copied());
            }
            for (key, word) in changes {
                match word {
                    Some(word) => model.insert(key, word),
                    None => model.remove(&key),
                };
                assert_eq!(words.get(&key), word.as_ref());
            }
            assert_eq!(words.all(), model.clone().into_iter().collect::<Vec<_>>());
            if step % 3 == 0 {
                assert_eq!(words.root(), built(&model), "step {step}, {} words", model.len());
            }
            largest = largest.max(model.len());
            emptied |= model.is_empty() && step > 0;
        }
        assert!(largest > 1000 && emptied, "{largest}, {emptied}");
    }
}
