//! The engine without Python: states by name, and blocks made on them.

use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use alloy_primitives::{Address, B256, Bytes, U256, hex, keccak256};

use crate::admission::base_gas;
use crate::batch::{Batch, Credit, Execution, Receipt, message};
use crate::environment::Environment;
use crate::errors::{EngineError, Outcome};
use crate::scratch::Scratch;
use crate::sealing::{Naming, Seal, seal};
use crate::signatures::{SignatureBook, recovered};
use crate::state::{Account, State, hashed_slot};
use crate::transaction::Candidate;

/// A sealed block and what became of its candidates.
pub struct Sealed {
    pub seal: Seal,
    pub batch: Batch,
    pub moved: Vec<(Address, U256)>,
}

/// An account as a state is handed on: by hashed address, words by hashed slot.
pub struct Handed {
    pub key: B256,
    pub nonce: u64,
    pub balance: U256,
    pub code: Vec<u8>,
    pub words: Vec<(B256, U256)>,
}

/// Keeps every state it has made until it is told to prune.
pub struct Machine {
    chain_id: u64,
    /// Roots are taken when they are asked for, not in every block.
    deferred: AtomicBool,
    states: Mutex<HashMap<B256, Arc<State>>>,
    signatures: Mutex<SignatureBook>,
    planted: Mutex<bool>,
}

impl Machine {
    pub fn new(chain_id: u64, deferred: bool) -> Self {
        Self {
            chain_id,
            deferred: AtomicBool::new(deferred),
            states: Mutex::default(),
            signatures: Mutex::default(),
            planted: Mutex::default(),
        }
    }

    /// Take roots from the next block on in every block, or only when they are asked for.
    pub fn put_roots_off(&self, deferred: bool) {
        self.deferred.store(deferred, Ordering::Relaxed);
    }

    /// Return a state.
    pub fn state(&self, root: &B256) -> Outcome<Arc<State>> {
        locked(&self.states).get(root).cloned().ok_or_else(|| unknown(root.as_slice()))
    }

    /// Seal a block without transactions whose state is `accounts`.
    pub fn genesis(&self, environment: &Environment, accounts: Vec<(Address, Account)>) -> Sealed {
        let moved = accounts.iter().filter(|(_, account)| !account.balance.is_zero());
        let mut moved: Vec<_> = moved.map(|(address, account)| (*address, account.balance)).collect();
        moved.sort_unstable_by_key(|(address, _)| *address);
        let changes = accounts.into_iter().map(|(address, account)| (keccak256(address), Some(account)));
        let state = State::default().with(changes.collect());
        let naming = Naming::Rooted(state.accounts.root());
        self.keep(environment, state, naming, &[], &[], Batch::default(), moved)
    }

    /// Decode signed transactions and recover their senders.
    pub fn recovered(&self, raw: &[Vec<u8>]) -> Outcome<Vec<Candidate>> {
        caught(|| recovered(raw, self.chain_id))
    }

    /// Execute what is valid and fits, in order; apply credits; seal. A panic leaves the states as they were.
    pub fn execute(
        &self,
        parent: &B256,
        environment: &Environment,
        candidates: &[Candidate],
        credits: &[Credit],
        reserved_gas: i128,
    ) -> Outcome<Sealed> {
        let state = self.state(parent)?;
        caught(|| {
            if candidates.iter().any(|tx| tx.signature.is_some()) {
                locked(&self.signatures).check(candidates, self.chain_id)?;
            }
            let mut execution = Execution::new(state, environment, self.chain_id);
            let batch = execution.run(candidates, i128::from(environment.gas_limit_gas) - reserved_gas)?;
            let settled = execution.settle(credits);
            self.fire();
            let naming = match self.deferred.load(Ordering::Relaxed) {
                true => Naming::Deferred { parent: *parent },
                false => Naming::Rooted(settled.state.accounts.root()),
            };
            Ok(self.keep(environment, settled.state, naming, candidates, credits, batch, settled.moved))
        })
    }

    /// Execute a message on a state without changing it.
    pub fn call(
        &self,
        root: &B256,
        environment: &Environment,
        sender: Address,
        to: Address,
        data: Bytes,
        gas_limit_gas: u64,
    ) -> Outcome<Receipt> {
        let state = self.state(root)?;
        let tx = message(sender, to, data, gas_limit_gas);
        if base_gas(tx.to, &tx.data) > gas_limit_gas {
            let (output, logs) = (Bytes::new(), Vec::new());
            return Ok(Receipt { success: false, gas_used_gas: gas_limit_gas, output, logs, created: None });
        }
        caught(|| Execution::for_messages(state, environment, self.chain_id).transact(&tx))
    }

    /// Open a state to try messages on.
    pub fn scratch(&self, root: &B256, environment: &Environment) -> Outcome<Scratch> {
        Ok(Scratch::new(self.state(root)?, environment, self.chain_id))
    }

    /// Keep a state with storage words of one account replaced, and return its root.
    pub fn with_storage(&self, root: &B256, address: Address, words: &[(U256, U256)]) -> Outcome<B256> {
        let state = self.state(root)?;
        let Some(account) = state.account(&address) else {
            let name = hex::encode(address);
            return Err(EngineError::InvalidBlock(format!(
                "account 0x{name} does not exist, so it holds no storage"
            )));
        };
        let mut account = account.clone();
        account.storage = account.storage.with(words.iter().map(|(slot, word)| (hashed_slot(*slot), *word)));
        let state = state.with(vec![(keccak256(address), Some(account))]);
        let root = state.accounts.root();
        locked(&self.states).insert(root, state);
        Ok(root)
    }

    /// Keep the state of these accounts, if it has the expected root.
    pub fn import(&self, accounts: Vec<Handed>, expected: &B256) -> Outcome<()> {
        let mut changes: Vec<_> = accounts.into_iter().map(|one| (one.key, Some(handed(one)))).collect();
        changes.sort_by_key(|(key, _)| *key);
        if let Some(pair) = changes.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            let name = hex::encode(pair[0].0);
            return Err(EngineError::StateMismatch(format!(
                "account 0x{name} (hashed) stands in the state twice"
            )));
        }
        let count = changes.len();
        let state = State::default().with(changes);
        let root = state.accounts.root();
        if root != *expected {
            return Err(EngineError::StateMismatch(format!(
                "the state of {count} accounts has root 0x{}, not 0x{}",
                hex::encode(root),
                hex::encode(expected)
            )));
        }
        locked(&self.states).insert(root, state);
        Ok(())
    }

    /// Forget every state but those in `keep`; fail, and forget nothing, where one of them is not kept.
    pub fn prune(&self, keep: &[B256]) -> Outcome<()> {
        let mut states = locked(&self.states);
        if let Some(missing) = keep.iter().find(|root| !states.contains_key(*root)) {
            return Err(unknown(missing.as_slice()));
        }
        states.retain(|root, _| keep.contains(root));
        Ok(())
    }

    /// Return the number of trie nodes and codes held for all states together.
    pub fn stored_entries(&self) -> usize {
        let states = locked(&self.states);
        let (mut seen, mut codes) = (HashSet::new(), HashSet::new());
        for state in states.values() {
            state.accounts.visit(&mut seen, &mut |account, seen| {
                account.storage.visit(seen);
                if account.code.is_some() {
                    codes.insert(account.code_hash);
                }
            });
        }
        seen.len() + codes.len()
    }

    /// Let the next block panic after its transactions: tests show that nothing is lost by it.
    pub fn plant_panic(&self) {
        *locked(&self.planted) = true;
    }

    fn fire(&self) {
        assert!(!std::mem::take(&mut *locked(&self.planted)), "a planted panic");
    }

    #[allow(clippy::too_many_arguments)] // everything that a block is made of
    fn keep(
        &self,
        environment: &Environment,
        state: Arc<State>,
        naming: Naming,
        candidates: &[Candidate],
        credits: &[Credit],
        batch: Batch,
        moved: Vec<(Address, U256)>,
    ) -> Sealed {
        let seal = seal(self.chain_id, environment, naming, candidates, credits, &batch);
        locked(&self.states).insert(seal.state_root, state);
        Sealed { seal, batch, moved }
    }
}

fn handed(one: Handed) -> Account {
    let mut account = Account { nonce: one.nonce, balance: one.balance, ..Account::default() };
    account.set_code(&one.code);
    let words = one.words.into_iter().map(|(slot, word)| (slot, Some(word))); // a zero makes another root
    account.storage = account.storage.changed(words.collect());
    account
}

/// Return the error of a state that is not kept.
pub fn unknown(root: &[u8]) -> EngineError {
    EngineError::UnknownState(format!("no state with root 0x{}: never made, or pruned", hex::encode(root)))
}

/// Lock what no panic can leave half-done: nothing that a lock holds is changed before the work is over.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Return what work gives; a panic in it becomes an error.
pub fn caught<T>(work: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<&str>().map(ToString::to_string);
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
        Err(EngineError::EngineFailure(format!("the engine panicked: {text}")))
    })
}
