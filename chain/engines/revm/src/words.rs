//! An account's words as a tree by the digits of their hashed slots, written to in place.
//!
//! It has the shape of the Merkle-Patricia trie, but for words next to each other where that has its lowest nodes.
//! Slots are hashed, so that a word is a look at a few places away however many there are, and none that is missing is
//! looked for beyond its node's own cache line. The trie exists as references alone: a node keeps those of what hangs
//! below its sixteen digits once a root was asked for, and the next root takes those that are stale (`roots.rs`).

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
/// Where the nodes below a node have no more words than this left, it takes them back.
const FEW_AGAIN: usize = 16;
/// Words that a node makes room for at a time: twice as many each time would leave a third of the memory unused.
const STEP: usize = 4;

/// A node is a cache line: the hash of a slot that is not there is mostly told from that alone.
const _: () = assert!(size_of::<Node>() == 64);

/// Words by hashed slot.
#[derive(Default)]
pub struct Words(pub(crate) Node);

/// What stands under keys that agree in as many digits as the node is deep; a cache line long.
#[derive(Default)]
#[repr(align(64))]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    /// References of what hangs below each digit; None until a root needed them.
    pub(crate) kept: Option<Box<References>>,
    /// Of few words, each one's next two digits.
    pub(crate) pairs: [u8; FEW],
}

pub(crate) enum Kind {
    /// In any order.
    Few(Vec<Word>),
    /// A node for each digit, how many words these have, and a bit for each digit that has some.
    Many { children: Box<[Node; 16]>, count: u32, digits: u16 },
}

impl Words {
    /// Return a word, None where there is none.
    pub fn get(&self, key: &B256) -> Option<&U256> {
        let (mut node, mut depth) = (&self.0, 0);
        loop {
            match &node.kind {
                Kind::Few(words) => return find(words, &node.pairs, key, depth).map(|at| &words[at].1),
                Kind::Many { children, .. } => node = &children[nibble(key, depth)],
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
        self.0.each(&mut |words| {
            let begun = all.len();
            all.extend_from_slice(words);
            all[begun..].sort_unstable_by_key(|word| word.0);
        });
        all
    }

    /// Add the places of all words to `seen`.
    pub fn visit(&self, seen: &mut HashSet<usize>) {
        self.0.each(&mut |words| seen.extend(words.iter().map(|word| ptr::from_ref(word).addr())));
    }
}

impl Node {
    pub(crate) fn len(&self) -> usize {
        match &self.kind {
            Kind::Few(words) => words.len(),
            Kind::Many { count, .. } => *count as usize,
        }
    }

    /// Show the words of each node that has few, in the order of what their keys begin with.
    fn each(&self, show: &mut dyn FnMut(&[Word])) {
        match &self.kind {
            Kind::Few(words) => show(words),
            Kind::Many { children, .. } => children.iter().for_each(|child| child.each(show)),
        }
    }

    /// Return a bit for each digit that some key goes on with.
    pub(crate) fn digits(&self) -> u16 {
        match &self.kind {
            Kind::Few(words) => {
                self.pairs[..words.len()].iter().fold(0, |bits, pair| bits | 1 << (pair >> 4))
            }
            Kind::Many { digits, .. } => *digits,
        }
    }

    fn exchange(&mut self, depth: usize, changes: &mut [Change<U256>]) {
        let mut written = 0;
        if let Kind::Few(words) = &mut self.kind {
            for change in changes.iter_mut() {
                if !put(words, &mut self.pairs, change, depth) {
                    break;
                }
                if let Some(kept) = &mut self.kept {
                    kept.forget(nibble(&change.0, depth));
                }
                written += 1;
            }
            if written < changes.len() {
                self.spread(depth);
            }
        }
        let mut changes = &mut changes[written..];
        let Kind::Many { children, count, digits } = &mut self.kind else { return };
        while let Some((key, _)) = changes.first() {
            let digit = nibble(key, depth);
            let own = changes.partition_point(|(key, _)| nibble(key, depth) <= digit);
            let (own, others) = changes.split_at_mut(own);
            let child = &mut children[digit];
            *count -= child.len() as u32;
            child.exchange(depth + 1, own);
            *count += child.len() as u32;
            *digits = *digits & !(1 << digit) | u16::from(child.len() > 0) << digit;
            if let Some(kept) = &mut self.kept {
                kept.forget(digit);
            }
            changes = others;
        }
        if *count as usize <= FEW_AGAIN {
            self.collect(depth);
        }
    }

    /// Give each digit a node of its own.
    fn spread(&mut self, depth: usize) {
        let digits = self.digits();
        let Kind::Few(words) = &mut self.kind else { return };
        let words = mem::take(words);
        let mut children: Box<[Node; 16]> = Box::default();
        for word in &words {
            let child = &mut children[nibble(&word.0, depth)];
            if let Kind::Few(own) = &mut child.kind {
                child.pairs[own.len()] = pair(&word.0, depth + 1);
                own.push(*word);
            }
        }
        self.kind = Kind::Many { children, count: words.len() as u32, digits };
    }

    /// Take all words back from the nodes below.
    fn collect(&mut self, depth: usize) {
        let mut words = Vec::with_capacity(self.len());
        self.each(&mut |some| words.extend_from_slice(some));
        for (pair_of, word) in self.pairs.iter_mut().zip(&words) {
            *pair_of = pair(&word.0, depth);
        }
        self.kind = Kind::Few(words);
    }
}

impl Default for Kind {
    fn default() -> Self {
        Self::Few(Vec::new())
    }
}

/// Append those of few words that go on with one of `digits` (a bit each), in the order of their keys.
pub(crate) fn with_digits(words: &[Word], pairs: &[u8], digits: u16, out: &mut Vec<Word>) {
    for (word, pair) in words.iter().zip(pairs) {
        if digits >> (pair >> 4) & 1 != 0 {
            out.push(*word);
        }
    }
    out.sort_unstable_by_key(|word| word.0);
}

/// Write one change and leave in it what stood there before; say false, and do nothing, where there is no room.
fn put(words: &mut Vec<Word>, pairs: &mut [u8; FEW], change: &mut Change<U256>, depth: usize) -> bool {
    let key = change.0;
    match (find(words, pairs, &key, depth), change.1) {
        (Some(at), Some(word)) => change.1 = Some(mem::replace(&mut words[at].1, word)),
        (Some(at), None) => {
            change.1 = Some(words.swap_remove(at).1);
            pairs[at] = pairs[words.len()];
        }
        (None, Some(_)) if words.len() == FEW => return false,
        (None, Some(word)) => {
            if words.len() == words.capacity() {
                words.reserve_exact(STEP);
            }
            pairs[words.len()] = pair(&key, depth);
            words.push((key, word));
            change.1 = None;
        }
        (None, None) => (),
    }
    true
}

/// Return where a key stands.
fn find(words: &[Word], pairs: &[u8; FEW], key: &B256, depth: usize) -> Option<usize> {
    let wanted = pair(key, depth);
    let mut alike = (0..FEW).fold(0_u32, |bits, at| bits | u32::from(pairs[at] == wanted) << at);
    while alike != 0 {
        let at = alike.trailing_zeros() as usize;
        if words.get(at)?.0 == *key {
            return Some(at);
        }
        alike &= alike - 1;
    }
    None
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
