//! The Merkle-Patricia root of words (yellow paper, appendix D).
//!
//! First the tree is walked once for what has changed: which branches there are, and which leaves hang below them.
//! Then the leaves and, from the deepest up, the branches of each depth are hashed together.

use std::mem;

use alloy_primitives::B256;
use alloy_rlp::{EMPTY_STRING_CODE, Encodable, Header};
use alloy_trie::nodes::{ExtensionNodeRef, LeafNodeRef, RlpNode};
use alloy_trie::{EMPTY_ROOT_HASH, Nibbles};

use crate::keccak::Messages;
use crate::trie::{nibble, shared};
use crate::words::{List, Node, Word, Words};

/// With fewer words below, a node takes all references anew each time.
const WORTH_KEEPING: usize = 8;

const HASH_BYTES: usize = 32;

/// How a branch refers to what hangs below each digit.
pub struct References {
    /// The encoding where it is shorter than a hash, the hash of the encoding elsewhere.
    bytes: [[u8; HASH_BYTES]; 16],
    /// Of these, by digit; zero where nothing hangs.
    lengths: [u8; 16],
    /// A bit for each digit whose reference is not what it would be now.
    stale: u16,
}

impl Words {
    /// Return the root, taking every hash that is still missing.
    pub fn root(&mut self) -> B256 {
        let mut plan = Plan::of(&self.list);
        plan.enter(&mut self.top, Nibbles::new(), 0, None);
        plan.root().unwrap_or(EMPTY_ROOT_HASH)
    }
}

impl Default for References {
    fn default() -> Self {
        Self { bytes: [[0; HASH_BYTES]; 16], lengths: [0; 16], stale: u16::MAX }
    }
}

impl References {
    /// Take what hangs below a digit for changed.
    pub fn forget(&mut self, digit: usize) {
        self.stale |= 1 << digit;
    }

    /// Return a bit for each reference that must be set again; until then there is none.
    fn renew(&mut self) -> u16 {
        let stale = mem::take(&mut self.stale);
        for (digit, length) in self.lengths.iter_mut().enumerate() {
            *length *= u8::from(stale >> digit & 1 == 0);
        }
        stale
    }

    fn set(&mut self, digit: usize, reference: &[u8]) {
        self.bytes[digit][..reference.len()].copy_from_slice(reference);
        self.lengths[digit] = reference.len() as u8;
    }

    /// Append the encoding of the branch.
    fn write(&self, out: &mut Vec<u8>) {
        let hash = |length: u8| usize::from(usize::from(length) == HASH_BYTES);
        let one = |&length: &u8| usize::from(length.max(1)) + hash(length);
        Header { list: true, payload_length: 1 + self.lengths.iter().map(one).sum::<usize>() }.encode(out);
        for (bytes, &length) in self.bytes.iter().zip(&self.lengths) {
            match usize::from(length) {
                0 => out.push(EMPTY_STRING_CODE),
                HASH_BYTES => {
                    out.push(EMPTY_STRING_CODE + HASH_BYTES as u8);
                    out.extend_from_slice(bytes);
                }
                length => out.extend_from_slice(&bytes[..length]),
            }
        }
        out.push(EMPTY_STRING_CODE); // no branch has a value: all keys are equally long
    }
}

/// Whose reference to which digit something is; None for the root.
type Place = Option<(usize, usize, usize)>;

struct Branch<'a> {
    references: Slots<'a>,
    /// The digits between the branch above, or the root, and this one: an extension where there are any.
    path: Nibbles,
    place: Place,
}

impl Branch<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        let begun = out.len();
        self.references.get().write(out);
        if !self.path.is_empty() {
            let branch = RlpNode::from_rlp(&out[begun..]);
            out.truncate(begun);
            ExtensionNodeRef::new(&self.path, &branch).encode(out);
        }
    }
}

enum Slots<'a> {
    Kept(&'a mut References),
    Passing(Box<References>),
}

impl Slots<'_> {
    fn get(&self) -> &References {
        match self {
            Self::Kept(references) => references,
            Self::Passing(references) => references,
        }
    }

    fn get_mut(&mut self) -> &mut References {
        match self {
            Self::Kept(references) => references,
            Self::Passing(references) => references,
        }
    }
}

/// What is to be hashed, by depth, and the leaves.
struct Plan<'a> {
    list: &'a List,
    branches: Vec<Vec<Branch<'a>>>,
    leaves: Nodes,
    root: Option<B256>,
    /// Room, used again and again.
    some: Vec<Word>,
    value: Vec<u8>,
}

impl<'a> Plan<'a> {
    fn of(list: &'a List) -> Self {
        let (branches, leaves) = (Vec::new(), Nodes::default());
        Self { list, branches, leaves, root: None, some: Vec::new(), value: Vec::new() }
    }

    /// Plan what a node that is `depth` digits deep needs, the last digits of these being a path with nothing beside it.
    fn enter(&mut self, node: &'a mut Node, path: Nibbles, depth: usize, place: Place) {
        let digits = node.digits();
        if node.below.is_none() && (digits.count_ones() < 2 || node.len() < WORTH_KEEPING) {
            let mut all = mem::take(&mut self.some);
            node.copy(self.list, digits, &mut all);
            self.pass(&all, depth - path.len(), place);
            all.clear();
            self.some = all;
            return;
        }
        if digits.count_ones() == 1 {
            let only = digits.trailing_zeros() as usize;
            let path = path.join(&Nibbles::from_nibbles_unchecked([only as u8]));
            node.below.iter_mut().for_each(|below| self.enter(&mut below[only], path, depth + 1, place));
            return;
        }
        let stale = digits & node.kept.get_or_insert_default().renew();
        let mut some = mem::take(&mut self.some);
        if node.below.is_none() {
            node.copy(self.list, stale, &mut some);
        }
        let Node { below, kept: Some(kept), .. } = node else { return };
        let branch = self.branch(Slots::Kept(kept), path, depth, place);
        for part in some.chunk_by(|one, other| nibble(&one.0, depth) == nibble(&other.0, depth)) {
            self.pass(part, depth + 1, Some((depth, branch, nibble(&part[0].0, depth))));
        }
        some.clear();
        self.some = some;
        for (digit, child) in below.iter_mut().flat_map(|below| below.iter_mut().enumerate()) {
            if stale >> digit & 1 != 0 {
                self.enter(child, Nibbles::new(), depth + 1, Some((depth, branch, digit)));
            }
        }
    }

    /// Plan all of words that hang `from` digits deep and keep no references.
    fn pass(&mut self, words: &[Word], from: usize, place: Place) {
        let (Some(first), Some(last)) = (words.first(), words.last()) else { return };
        if words.len() == 1 {
            return self.leaf(first, from, place);
        }
        let depth = from + shared(&first.0, &last.0, from);
        let path = if from == depth { Nibbles::new() } else { Nibbles::unpack(first.0).slice(from..depth) };
        let branch = self.branch(Slots::Passing(Box::default()), path, depth, place);
        for part in words.chunk_by(|one, other| nibble(&one.0, depth) == nibble(&other.0, depth)) {
            self.pass(part, depth + 1, Some((depth, branch, nibble(&part[0].0, depth))));
        }
    }

    fn branch(&mut self, references: Slots<'a>, path: Nibbles, depth: usize, place: Place) -> usize {
        if self.branches.len() <= depth {
            self.branches.resize_with(depth + 1, Vec::new);
        }
        self.branches[depth].push(Branch { references, path, place });
        self.branches[depth].len() - 1
    }

    fn leaf(&mut self, (key, word): &Word, from: usize, place: Place) {
        self.value.clear();
        word.encode(&mut self.value);
        let leaf = Nibbles::unpack(key).slice(from..);
        self.leaves.add(|out| LeafNodeRef::new(&leaf, &self.value).encode(out), place);
    }

    /// Hash all that is planned and return the root.
    fn root(mut self) -> Option<B256> {
        let mut nodes = mem::take(&mut self.leaves);
        self.refer(&mut nodes);
        for depth in (0..self.branches.len()).rev() {
            for branch in &mut mem::take(&mut self.branches[depth]) {
                nodes.add(|out| branch.write(out), branch.place);
            }
            self.refer(&mut nodes);
        }
        self.root
    }

    /// Tell the branches above how they refer to these nodes, of which none are left.
    fn refer(&mut self, nodes: &mut Nodes) {
        let hashes = nodes.encodings.hashes();
        for ((place, encoding), hash) in nodes.places.drain(..).zip(nodes.encodings.iter()).zip(hashes) {
            match place {
                Some((depth, branch, digit)) => {
                    let reference = if encoding.len() < HASH_BYTES { encoding } else { hash.as_slice() };
                    self.branches[depth][branch].references.get_mut().set(digit, reference);
                }
                None => self.root = Some(hash),
            }
        }
        nodes.encodings.clear();
    }
}

/// Encoded nodes, and where each belongs.
#[derive(Default)]
struct Nodes {
    encodings: Messages,
    places: Vec<Place>,
}

impl Nodes {
    fn add(&mut self, write: impl FnOnce(&mut Vec<u8>), place: Place) {
        self.encodings.add(write);
        self.places.push(place);
    }
}
