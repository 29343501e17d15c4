//! What revm reads while a block is executed: its parent's state, each part looked up and hashed once.

use std::convert::Infallible;
use std::sync::Arc;

use alloy_primitives::map::{AddressMap, U256Map};
use alloy_primitives::{Address, B256, KECCAK256_EMPTY, U256, keccak256};
use revm::Database;
use revm::bytecode::Bytecode;
use revm::state::{AccountId, AccountInfo};

use crate::state::{Account, State, hashed_slot};

/// An account as the parent's state has it, and the slots of it that were read.
pub struct Found {
    pub key: B256,
    pub account: Option<Account>,
    /// By slot: the hashed slot, and its word before the block.
    pub words: U256Map<(B256, U256)>,
}

/// The parent's state, and the one ancestor's hash that BLOCKHASH knows.
pub struct Parent {
    state: Arc<State>,
    number: u64,
    hash: B256,
    index: AddressMap<usize>,
    found: Vec<Found>,
}

impl Parent {
    pub fn new(state: Arc<State>, number: u64, parent_hash: B256) -> Self {
        Self { state, number, hash: parent_hash, index: AddressMap::default(), found: Vec::new() }
    }

    /// Look an account up, or remember it.
    pub fn find(&mut self, address: Address) -> &mut Found {
        let index = self.position(address);
        &mut self.found[index]
    }

    fn position(&mut self, address: Address) -> usize {
        *self.index.entry(address).or_insert_with(|| {
            let key = keccak256(address);
            let account = self.state.accounts.get(&key).cloned();
            self.found.push(Found { key, account, words: U256Map::default() });
            self.found.len() - 1
        })
    }

    /// Return the state that the block starts from.
    pub fn state(&self) -> &State {
        &self.state
    }

    fn word(&mut self, position: usize, slot: U256) -> U256 {
        let found = &mut self.found[position];
        let Some(account) = &found.account else { return U256::ZERO };
        let entry = found.words.entry(slot).or_insert_with(|| {
            let key = hashed_slot(slot);
            (key, account.storage.word(&key))
        });
        entry.1
    }
}

impl Database for Parent {
    type Error = Infallible;

    fn basic(&mut self, address: Address) -> Result<Option<AccountInfo>, Infallible> {
        let position = self.position(address);
        Ok(self.found[position].account.as_ref().map(|account| AccountInfo {
            balance: account.balance,
            nonce: account.nonce,
            code_hash: account.code_hash,
            account_id: AccountId::new(position),
            code: Some(account.code.clone().unwrap_or_default()),
        }))
    }

    /// Never needed: `basic` hands out the code with the account.
    fn code_by_hash(&mut self, code_hash: B256) -> Result<Bytecode, Infallible> {
        debug_assert_eq!(code_hash, KECCAK256_EMPTY);
        Ok(Bytecode::default())
    }

    fn storage(&mut self, address: Address, slot: U256) -> Result<U256, Infallible> {
        let position = self.position(address);
        Ok(self.word(position, slot))
    }

    fn storage_by_account_id(
        &mut self,
        _address: Address,
        id: AccountId,
        slot: U256,
    ) -> Result<U256, Infallible> {
        Ok(self.word(id.get(), slot))
    }

    fn block_hash(&mut self, number: u64) -> Result<B256, Infallible> {
        Ok(if number + 1 == self.number { self.hash } else { B256::ZERO })
    }
}
