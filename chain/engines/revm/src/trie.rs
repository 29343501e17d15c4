//! A Merkle-Patricia trie (yellow paper, appendix D) that many states share.
//!
//! An update copies the nodes on the way to what changes and leaves the old trie as it was; everything else is
//! shared, and goes when the last state that has it goes. A node that nobody shares is changed where it is. Nodes are encoded by alloy-trie and hashed when a root
//! is asked for, each once.

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use alloy_primitives::{B256, keccak256};
use alloy_rlp::{EMPTY_STRING_CODE, Header};
use alloy_trie::nodes::{ExtensionNodeRef, LeafNodeRef, RlpNode};
use alloy_trie::{EMPTY_ROOT_HASH, Nibbles};

/// What a leaf can hold.
pub trait Value: Clone {
    /// Append the encoding that the leaf commits to.
    fn write(&self, out: &mut Vec<u8>);
}

/// What happens to a key: another value, or none.
pub type Change<V> = (B256, Option<V>);

/// A node, and how its parent refers to it, once that is known.
#[derive(Clone)]
pub struct Node<V> {
    kind: Kind<V>,
    reference: OnceLock<RlpNode>,
}

#[derive(Clone)]
enum Kind<V> {
    /// Keeps its whole key, so that it can move up and down.
    Leaf(B256, V),
    Extension(Nibbles, Link<V>),
    Branch([Option<Link<V>>; 16]),
}

type Link<V> = Arc<Node<V>>;

/// A trie from 32-byte keys to values.
#[derive(Clone)]
pub struct Trie<V>(Option<Link<V>>);

impl<V> Default for Trie<V> {
    fn default() -> Self {
        Self(None)
    }
}

impl<V: Value> Trie<V> {
    /// Return the value of a key.
    pub fn get(&self, key: &B256) -> Option<&V> {
        let mut node = self.0.as_deref()?;
        let mut depth = 0;
        loop {
            match &node.kind {
                Kind::Leaf(own, value) => return (own == key).then_some(value),
                Kind::Extension(path, child) => {
                    if common(path, key, depth) < path.len() {
                        return None;
                    }
                    depth += path.len();
                    node = child;
                }
                Kind::Branch(children) => {
                    node = children[nibble(key, depth)].as_deref()?;
                    depth += 1;
                }
            }
        }
    }

    /// Apply changes, sorted by key, no key twice. A value of `None` removes the key.
    pub fn update(&mut self, changes: &mut [Change<V>]) {
        self.0 = update(self.0.take(), 0, changes);
    }

    /// Return the root, taking every hash that is still missing.
    pub fn root(&self) -> B256 {
        let Some(node) = self.0.as_deref() else {
            return EMPTY_ROOT_HASH;
        };
        let mut buffers = Buffers::default();
        let reference = node.reference(0, &mut buffers);
        reference.as_hash().unwrap_or_else(|| keccak256(reference))
    }

    /// Add the places of all nodes to `seen`, and show each value that stood in none seen before.
    pub fn visit(&self, seen: &mut HashSet<usize>, show: &mut dyn FnMut(&V, &mut HashSet<usize>)) {
        let mut pending: Vec<&Link<V>> = self.0.iter().collect();
        while let Some(node) = pending.pop() {
            if !seen.insert(Arc::as_ptr(node).addr()) {
                continue;
            }
            match &node.kind {
                Kind::Leaf(_, value) => show(value, seen),
                Kind::Extension(_, child) => pending.push(child),
                Kind::Branch(children) => pending.extend(children.iter().flatten()),
            }
        }
    }

    /// Iterate over keys and values in the order of the keys.
    pub fn leaves(&self) -> Leaves<V> {
        Leaves { pending: self.0.iter().cloned().collect() }
    }
}

impl<V: Value> Node<V> {
    fn new(kind: Kind<V>) -> Link<V> {
        Arc::new(Self { kind, reference: OnceLock::new() })
    }

    fn reference(&self, depth: usize, buffers: &mut Buffers) -> &RlpNode {
        self.reference.get_or_init(|| match &self.kind {
            Kind::Leaf(key, value) => {
                buffers.clear();
                value.write(&mut buffers.value);
                LeafNodeRef::new(&Nibbles::unpack(key).slice(depth..), &buffers.value).rlp(&mut buffers.node)
            }
            Kind::Extension(path, child) => {
                let child = child.reference(depth + path.len(), buffers);
                buffers.clear();
                ExtensionNodeRef::new(path, child).rlp(&mut buffers.node)
            }
            Kind::Branch(children) => {
                let mut payload_length = 1;
                for child in children {
                    payload_length +=
                        child.as_ref().map_or(1, |child| child.reference(depth + 1, buffers).len());
                }
                buffers.clear();
                let out = &mut buffers.node;
                Header { list: true, payload_length }.encode(out);
                for child in children {
                    match child.as_ref().and_then(|child| child.reference.get()) {
                        Some(reference) => out.extend_from_slice(reference),
                        None => out.push(EMPTY_STRING_CODE),
                    }
                }
                out.push(EMPTY_STRING_CODE); // no branch has a value: all keys are equally long
                RlpNode::from_rlp(out)
            }
        })
    }
}

/// Room for encodings, used again and again.
#[derive(Default)]
struct Buffers {
    node: Vec<u8>,
    value: Vec<u8>,
}

impl Buffers {
    fn clear(&mut self) {
        self.node.clear();
        self.value.clear();
    }
}

/// Keys and values of a trie, in order; keeps alive what it has not yet shown.
pub struct Leaves<V> {
    pending: Vec<Link<V>>,
}

impl<V: Value> Iterator for Leaves<V> {
    type Item = (B256, V);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let node = self.pending.pop()?;
            match &node.kind {
                Kind::Leaf(key, value) => return Some((*key, value.clone())),
                Kind::Extension(_, child) => self.pending.push(child.clone()),
                Kind::Branch(children) => self.pending.extend(children.iter().rev().flatten().cloned()),
            }
        }
    }
}

/// Return a digit of a key.
pub fn nibble(key: &B256, depth: usize) -> usize {
    let byte = key[depth / 2];
    usize::from(if depth.is_multiple_of(2) { byte >> 4 } else { byte & 15 })
}

/// Return how many digits of `path` the key has from `depth` on.
fn common(path: &Nibbles, key: &B256, depth: usize) -> usize {
    (0..path.len())
        .take_while(|&index| usize::from(path.get_unchecked(index)) == nibble(key, depth + index))
        .count()
}

/// Return how many digits two different keys share from `depth` on.
pub fn shared(first: &B256, second: &B256, depth: usize) -> usize {
    (depth..64).take_while(|&at| nibble(first, at) == nibble(second, at)).count()
}

fn update<V: Value>(node: Option<Link<V>>, depth: usize, changes: &mut [Change<V>]) -> Option<Link<V>> {
    if changes.is_empty() {
        return node;
    }
    let Some(mut node) = node else {
        return build(depth, changes);
    };
    match &node.kind {
        Kind::Leaf(key, value) => {
            if changes.iter().any(|(changed, _)| changed == key) {
                return build(depth, changes);
            }
            let at = changes.partition_point(|(changed, _)| changed < key);
            let mut all: Vec<Change<V>> = Vec::with_capacity(changes.len() + 1);
            all.extend(changes[..at].iter_mut().map(take));
            all.push((*key, Some(value.clone())));
            all.extend(changes[at..].iter_mut().map(take));
            build(depth, &mut all)
        }
        Kind::Extension(path, child) => {
            let (first, last) = (&changes[0].0, &changes[changes.len() - 1].0);
            let agreed = common(path, first, depth).min(common(path, last, depth));
            if agreed == path.len() {
                let child = update(Some(child.clone()), depth + agreed, changes);
                return child.map(|child| extended(*path, child));
            }
            let rest = path.slice(agreed + 1..);
            let below =
                if rest.is_empty() { child.clone() } else { Node::new(Kind::Extension(rest, child.clone())) };
            let mut children: [Option<Link<V>>; 16] = Default::default();
            children[usize::from(path.get_unchecked(agreed))] = Some(below);
            let branch = update(Some(Node::new(Kind::Branch(children))), depth + agreed, changes);
            branch.map(|branch| extended(path.slice(..agreed), branch))
        }
        Kind::Branch(_) => {
            let own = Arc::make_mut(&mut node);
            let Kind::Branch(children) = &mut own.kind else { return None };
            own.reference = OnceLock::new();
            split(children, depth, changes);
            let mut left =
                children.iter().enumerate().filter_map(|(index, child)| child.as_ref().map(|_| index));
            match (left.next(), left.next()) {
                (None, _) => None,
                (Some(only), None) => {
                    let digit = Nibbles::from_nibbles_unchecked([only as u8]);
                    children[only].take().map(|child| extended(digit, child))
                }
                _ => Some(node),
            }
        }
    }
}

/// Return the trie of what `changes` set, all keys agreeing before `depth`.
fn build<V: Value>(depth: usize, changes: &mut [Change<V>]) -> Option<Link<V>> {
    let mut set = changes.iter().enumerate().filter(|(_, change)| change.1.is_some()).map(|(index, _)| index);
    let first = set.next()?;
    let Some(last) = set.next_back() else {
        let (key, value) = take(&mut changes[first]);
        return value.map(|value| Node::new(Kind::Leaf(key, value)));
    };
    let agreed = shared(&changes[first].0, &changes[last].0, depth);
    let path = Nibbles::unpack(changes[first].0).slice(depth..depth + agreed);
    let mut children: [Option<Link<V>>; 16] = Default::default();
    split(&mut children, depth + agreed, &mut changes[first..=last]);
    Some(extended(path, Node::new(Kind::Branch(children))))
}

/// Hand each child of a branch at `depth` the changes that are its own.
fn split<V: Value>(children: &mut [Option<Link<V>>; 16], depth: usize, mut changes: &mut [Change<V>]) {
    while let Some((key, _)) = changes.first() {
        let index = nibble(key, depth);
        let count = changes.partition_point(|(key, _)| nibble(key, depth) <= index);
        let (own, others) = changes.split_at_mut(count);
        children[index] = update(children[index].take(), depth + 1, own);
        changes = others;
    }
}

/// Return `node` behind a path: a leaf has its own, and two extensions are one.
fn extended<V: Value>(path: Nibbles, node: Link<V>) -> Link<V> {
    if path.is_empty() {
        return node;
    }
    match &node.kind {
        Kind::Leaf(key, value) => Node::new(Kind::Leaf(*key, value.clone())),
        Kind::Extension(rest, child) => Node::new(Kind::Extension(path.join(rest), child.clone())),
        Kind::Branch(_) => Node::new(Kind::Extension(path, node)),
    }
}

fn take<V>(change: &mut Change<V>) -> Change<V> {
    (change.0, change.1.take())
}
