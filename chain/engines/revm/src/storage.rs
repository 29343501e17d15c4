//! An account's storage words, in the versions that the states of the chain have of them.
//!
//! The version that was changed or asked for its root last has the words. Every other knows what sets it apart from
//! one nearer to that, and reads through it. So a block writes into the words and copies nothing, however many there
//! are, and an older state costs what has changed since. Changing an older version brings the words back to it first.

use std::collections::HashSet;
use std::mem;
use std::ptr;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use alloy_primitives::{B256, U256};
use alloy_trie::EMPTY_ROOT_HASH;

use crate::trie::Change;
use crate::words::{Word, Words};

/// One version of an account's words, by hashed slot. It never changes: a change makes another.
#[derive(Clone, Default)]
pub struct Storage(Option<Arc<Version>>);

#[derive(Default)]
struct Version {
    form: Mutex<Form>,
    root: OnceLock<B256>,
}

enum Form {
    /// The words themselves.
    Here(Box<Words>),
    /// Another version, and what is otherwise here, sorted by key.
    Away(Vec<Change<U256>>, Arc<Version>),
}

/// Held while words go from version to version, two of which are locked then, and while they must stay where they are.
/// Readers need not hold it: what a version says is the same wherever the words are, and they lock one version after the other.
static MOVING: Mutex<()> = Mutex::new(());

impl Storage {
    /// Return a word, zero where there is none.
    pub fn word(&self, key: &B256) -> U256 {
        let Some(version) = &self.0 else { return U256::ZERO };
        let mut next = match version.look(key) {
            Ok(word) => return word,
            Err(nearer) => nearer,
        };
        loop {
            next = match next.look(key) {
                Ok(word) => return word,
                Err(nearer) => nearer,
            }
        }
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
        made.with_words(|_| ());
        Self(Some(made))
    }

    /// Return the root, taking every hash that is still missing.
    pub fn root(&self) -> B256 {
        let Some(version) = &self.0 else { return EMPTY_ROOT_HASH };
        *version.root.get_or_init(|| version.with_words(|words| words.root()))
    }

    /// Return hashed slots and words in the order of the slots.
    pub fn words(&self) -> Vec<Word> {
        self.0.as_ref().map(|version| version.with_words(|words| words.all())).unwrap_or_default()
    }

    /// Add the places of all that is kept for this version to `seen`.
    pub fn visit(&self, seen: &mut HashSet<usize>) {
        let mut next = self.0.clone();
        while let Some(version) = next.take_if(|version| seen.insert(Arc::as_ptr(version).addr())) {
            match &*version.form() {
                Form::Here(words) => words.visit(seen),
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

    /// Return a word, or the version that tells it.
    fn look(&self, key: &B256) -> Result<U256, Arc<Self>> {
        match &*self.form() {
            Form::Here(words) => Ok(words.get(key).copied().unwrap_or_default()),
            Form::Away(changes, nearer) => match changes.binary_search_by_key(key, |change| change.0) {
                Ok(at) => Ok(changes[at].1.unwrap_or_default()),
                Err(_) => Err(nearer.clone()),
            },
        }
    }

    /// Bring the words here, from version to version, and return what `work` gives on them.
    fn with_words<T>(self: &Arc<Self>, work: impl FnOnce(&mut Words) -> T) -> T {
        let _moving = MOVING.lock().unwrap_or_else(PoisonError::into_inner);
        let mut way = vec![self.clone()];
        loop {
            let nearer = match &mut *way[way.len() - 1].form() {
                Form::Here(_) => break,
                Form::Away(_, nearer) => nearer.clone(),
            };
            way.push(nearer);
        }
        while let [.., to, from] = &way[..] {
            hand_over(from, to);
            way.pop();
        }
        match &mut *self.form() {
            Form::Here(words) => work(words),
            Form::Away(..) => unreachable!("the words were brought here just now"),
        }
    }
}

/// Move the words from one version to the next one away.
fn hand_over(from: &Arc<Version>, to: &Arc<Version>) {
    let (mut source, mut target) = (from.form(), to.form());
    if let (Form::Here(words), Form::Away(changes, _)) = (&mut *source, &mut *target) {
        let (mut words, mut changes) = (mem::take(words), mem::take(changes));
        words.exchange(&mut changes);
        *source = Form::Away(changes, to.clone());
        *target = Form::Here(words);
    }
}

impl Default for Form {
    fn default() -> Self {
        Self::Here(Box::default())
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::thread;

    use alloy_primitives::keccak256;

    use super::*;

    type Model = BTreeMap<B256, U256>;

    fn drawn(step: u64, number: u64) -> u64 {
        u64::from_be_bytes(keccak256((step << 32 | number).to_be_bytes()).as_chunks().0[0])
    }

    /// Return the version and the model after a block that writes some words and removes others.
    fn block((storage, model): &(Storage, Model), step: u64, writes: u64) -> (Storage, Model) {
        let mut after = model.clone();
        let mut changes = BTreeMap::new();
        for number in 0..writes {
            let chosen = drawn(step, number);
            let (key, word) = (keccak256((chosen % 400).to_be_bytes()), U256::from(chosen >> 32 & 3));
            changes.insert(key, word);
            match word.is_zero() {
                true => after.remove(&key),
                false => after.insert(key, word),
            };
        }
        (storage.with(changes), after)
    }

    fn check((storage, model): &(Storage, Model)) {
        for number in 0..400_u64 {
            let key = keccak256(number.to_be_bytes());
            assert_eq!(storage.word(&key), model.get(&key).copied().unwrap_or_default());
        }
    }

    fn anew(model: &Model) -> Storage {
        Storage::default().with(model.clone())
    }

    #[test]
    fn every_version_says_the_same_wherever_the_words_are() {
        let mut versions = vec![(Storage::default(), Model::new())];
        for step in 0..120 {
            // mostly the newest, and now and then a branch from an older one
            let parent = match step % 7 {
                3 => drawn(step, 1 << 20) as usize % versions.len(),
                _ => versions.len() - 1,
            };
            versions.push(block(&versions[parent], step, [2, 30, 120][step as usize % 3]));
            check(&versions[drawn(step, 1 << 21) as usize % versions.len()]);
        }
        for (storage, model) in versions.iter().step_by(5).chain(versions.iter().rev()) {
            assert_eq!(storage.root(), anew(model).root());
            assert_eq!(storage.words(), model.clone().into_iter().collect::<Vec<_>>());
        }
        versions.iter().for_each(check);
        assert!(versions.iter().any(|(_, model)| model.len() > 200));
    }

    #[test]
    fn versions_outlive_those_that_had_the_words() {
        let mut line = vec![(Storage::default(), Model::new())];
        for step in 0..30 {
            line.push(block(&line[line.len() - 1], step, 50));
        }
        let old = line.swap_remove(10);
        drop(line);
        check(&old);
        let (storage, model) = block(&old, 99, 50);
        assert_eq!(storage.root(), anew(&model).root());
        assert_eq!(old.0.root(), anew(&old.1).root());
    }

    #[test]
    fn a_long_line_of_versions_is_let_go_without_exhausting_the_stack() {
        let first = block(&(Storage::default(), Model::new()), 0, 5);
        let mut last = first.clone();
        for step in 0..100_000 {
            last.0 = last.0.with([(B256::with_last_byte(1), U256::from(step + 1))]);
        }
        drop(last);
        assert_eq!(first.0.word(&B256::with_last_byte(1)), U256::ZERO);
    }

    #[test]
    fn threads_may_read_and_take_roots_while_others_write() {
        let mut versions = vec![(Storage::default(), Model::new())];
        for step in 0..20 {
            versions.push(block(&versions[versions.len() - 1], step, 60));
        }
        thread::scope(|scope| {
            for (number, version) in versions.iter().enumerate() {
                scope.spawn(move || {
                    check(version);
                    let (storage, model) = block(version, 1000 + number as u64, 40);
                    assert_eq!(version.0.root(), anew(&version.1).root());
                    assert_eq!(storage.root(), anew(&model).root());
                });
            }
        });
    }
}
