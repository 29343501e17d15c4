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
use crate::words::{Kind, Node, Word, Words};

/// With fewer words below, a node takes all references anew each time.
const WORTH_KEEPING: usize = 8;

const HASH_BYTES: usize = 32;

/// How a branch refers to what hangs below each digit.
pub struct References {
    /// The encoding where it is shorter than a hash, the hash of the encoding elsewhere.
    bytes: [[u8; HASH_BYTES]; 16],
    /// Of these, by digit; zero where nothing hangs.
    lengths: [u8; 16],
}

impl Words {
    /// Return the root, taking every hash that is still missing.
    pub fn root(&mut self) -> B256 {
        let mut plan = Plan::default();
        plan.enter(&mut self.0, Nibbles::new(), 0, None);
        plan.root().unwrap_or(EMPTY_ROOT_HASH)
    }
}

impl Default for References {
    fn default() -> Self {
        Self { bytes: [[0; HASH_BYTES]; 16], lengths: [0; 16] }
    }
}

impl References {
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
#[derive(Default)]
struct Plan<'a> {
    branches: Vec<Vec<Branch<'a>>>,
    leaves: Nodes,
    root: Option<B256>,
    value: Vec<u8>,
}

impl<'a> Plan<'a> {
    /// Plan what a node that is `depth` digits deep needs, the last digits of these being a path with nothing beside it.
    fn enter(&mut self, node: &'a mut Node, path: Nibbles, depth: usize, place: Place) {
        match &mut node.kind {
            Kind::Few(words) if words.len() < WORTH_KEEPING || alike(words, depth) => {
                self.pass(words, depth - path.len(), place);
            }
            Kind::Few(words) => {
                let (kept, stale) = renewed(&mut node.kept, &mut node.stale);
                let branch = self.branch(Slots::Kept(kept), path, depth, place);
                for part in words.chunk_by(|one, other| nibble(&one.0, depth) == nibble(&other.0, depth)) {
                    let digit = nibble(&part[0].0, depth);
                    if stale & 1 << digit != 0 {
                        self.pass(part, depth + 1, Some((depth, branch, digit)));
                    }
                }
            }
            Kind::Many(children, _) => {
                let mut there = (0..16).filter(|&digit| children[digit].len() > 0);
                if let (Some(only), None) = (there.next(), there.next()) {
                    let path = path.join(&Nibbles::from_nibbles_unchecked([only as u8]));
                    return self.enter(&mut children[only], path, depth + 1, place);
                }
                let (kept, stale) = renewed(&mut node.kept, &mut node.stale);
                let branch = self.branch(Slots::Kept(kept), path, depth, place);
                for (digit, child) in children.iter_mut().enumerate() {
                    if stale & 1 << digit != 0 {
                        self.enter(child, Nibbles::new(), depth + 1, Some((depth, branch, digit)));
                    }
                }
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

/// Return the references of a node and which of them are to be taken, forgetting these.
fn renewed<'a>(kept: &'a mut Option<Box<References>>, stale: &mut u16) -> (&'a mut References, u16) {
    let stale = if kept.is_some() { mem::take(stale) } else { mem::take(stale) | u16::MAX };
    let references = kept.get_or_insert_default();
    (0..16).filter(|digit| stale & 1 << digit != 0).for_each(|digit| references.lengths[digit] = 0);
    (references, stale)
}

/// Say whether all keys have the same digit at `depth`, or there are none.
fn alike(words: &[Word], depth: usize) -> bool {
    let digit = |word: Option<&Word>| word.map(|word| nibble(&word.0, depth));
    digit(words.first()) == digit(words.last())
}
