//! An account's storage words, in the versions that the states of the chain have of them.
//!
//! The version that was changed last owns a trie. Every other knows what sets it apart from one nearer to that trie,
//! and reads through it. So a block writes into the trie and copies nothing, however many words there are, and an
//! older state costs what has changed since. Changing an older version brings the trie back to it first.

use std::collections::HashSet;
use std::mem;
use std::ptr;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use alloy_primitives::{B256, U256};
use alloy_trie::EMPTY_ROOT_HASH;

use crate::trie::{Change, Leaves, Trie};

/// One version of an account's words, by hashed slot. It never changes: a change makes another.
#[derive(Clone, Default)]
pub struct Storage(Option<Arc<Version>>);

#[derive(Default)]
struct Version {
    form: Mutex<Form>,
    root: OnceLock<B256>,
}

enum Form {
    /// The trie itself.
    Here(Trie<U256>),
    /// Another version, and what is otherwise here, sorted by key.
    Away(Vec<Change<U256>>, Arc<Version>),
}

/// Held while tries go from version to version, two of which are locked then. Readers need not hold it: what a version
/// says is the same wherever the trie is, and they lock one version after the other.
static MOVING: Mutex<()> = Mutex::new(());

impl Storage {
    /// Return a word, zero where there is none.
    pub fn word(&self, key: &B256) -> U256 {
        let mut next = self.0.clone();
        while let Some(version) = next {
            next = match &*version.form() {
                Form::Here(trie) => return trie.get(key).copied().unwrap_or_default(),
                Form::Away(changes, nearer) => match changes.binary_search_by_key(key, |change| change.0) {
                    Ok(at) => return changes[at].1.unwrap_or_default(),
                    Err(_) => Some(nearer.clone()),
                },
            }
        }
        U256::ZERO
    }

    /// Return the version with words (by hashed slot, none twice) replaced; zero removes one.
    pub fn with(&self, words: impl IntoIterator<Item = (B256, U256)>) -> Self {
        let changes = words.into_iter().map(|(slot, word)| (slot, (!word.is_zero()).then_some(word)));
        self.changed(changes.collect())
    }

    /// Return the version with these changes, no slot twice.
    pub fn changed(&self, mut changes: Vec<Change<U256>>) -> Self {
        if changes.is_empty() {
            return self.clone();
        }
        changes.sort_unstable_by_key(|(slot, _)| *slot);
        let form = Mutex::new(Form::Away(changes, self.0.clone().unwrap_or_default()));
        let made = Arc::new(Version { form, root: OnceLock::new() });
        made.bring_trie();
        Self(Some(made))
    }

    /// Return the root, taking every hash that is still missing.
    pub fn root(&self) -> B256 {
        let Some(version) = &self.0 else { return EMPTY_ROOT_HASH };
        *version.root.get_or_init(|| version.trie().root())
    }

    /// Iterate over hashed slots and words in the order of the slots.
    pub fn leaves(&self) -> Leaves<U256> {
        self.0.as_ref().map(Version::trie).unwrap_or_default().leaves()
    }

    /// Add the places of all that is kept for this version to `seen`.
    pub fn visit(&self, seen: &mut HashSet<usize>) {
        let mut next = self.0.clone();
        while let Some(version) = next.take_if(|version| seen.insert(Arc::as_ptr(version).addr())) {
            match &*version.form() {
                Form::Here(trie) => trie.visit(seen, &mut |_, _| ()),
                Form::Away(changes, nearer) => {
                    seen.extend(changes.iter().map(|change| ptr::from_ref(change).addr()));
                    next = Some(nearer.clone());
                }
            }
        }
    }
}

impl Version {
    fn form(&self) -> MutexGuard<'_, Form> {
        self.form.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Return a trie of this version without taking it from the one that has it.
    fn trie(self: &Arc<Self>) -> Trie<U256> {
        let mut differences = Vec::new();
        let mut version = self.clone();
        let mut trie = loop {
            let nearer = match &*version.form() {
                Form::Here(trie) => break trie.clone(),
                Form::Away(changes, nearer) => {
                    differences.push(changes.clone());
                    nearer.clone()
                }
            };
            version = nearer;
        };
        differences.iter_mut().rev().for_each(|changes| trie.update(changes));
        trie
    }

    /// Bring the trie here, from version to version.
    fn bring_trie(self: &Arc<Self>) {
        let _moving = MOVING.lock().unwrap_or_else(PoisonError::into_inner);
        let mut way = vec![self.clone()];
        loop {
            let nearer = match &*way[way.len() - 1].form() {
                Form::Here(_) => break,
                Form::Away(_, nearer) => nearer.clone(),
            };
            way.push(nearer);
        }
        while let [.., to, from] = &way[..] {
            hand_over(from, to);
            way.pop();
        }
    }
}

/// Move the trie from one version to the next one away.
fn hand_over(from: &Arc<Version>, to: &Arc<Version>) {
    let (mut source, mut target) = (from.form(), to.form());
    if let (Form::Here(trie), Form::Away(changes, _)) = (&mut *source, &mut *target) {
        let before = changes.iter().map(|(key, _)| (*key, trie.get(key).copied())).collect();
        trie.update(changes);
        let trie = mem::take(trie);
        *source = Form::Away(before, to.clone());
        *target = Form::Here(trie);
    }
}

impl Default for Form {
    fn default() -> Self {
        Self::Here(Trie::default())
    }
}

impl Drop for Version {
    /// Let go of what hangs on this version alone one by one: a long chain of them would exhaust the stack.
    fn drop(&mut self) {
        let mut form = mem::take(self.form.get_mut().unwrap_or_else(PoisonError::into_inner));
        while let Form::Away(_, nearer) = form {
            let Some(mut alone) = Arc::into_inner(nearer) else { return };
            form = mem::take(alone.form.get_mut().unwrap_or_else(PoisonError::into_inner));
        }
    }
}
