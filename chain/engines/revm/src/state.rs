//! Accounts, and a state of the chain: a trie of accounts, each with its storage words.

use std::sync::Arc;

use alloy_primitives::{Address, B256, KECCAK256_EMPTY, U256, keccak256};
use alloy_rlp::{Encodable, Header};
use revm::bytecode::Bytecode;

use crate::storage::Storage;
use crate::trie::{Change, Trie, Value};

/// An account of a state.
#[derive(Clone)]
pub struct Account {
    pub nonce: u64,
    pub balance: U256,
    pub code_hash: B256,
    /// None where the account has no code.
    pub code: Option<Bytecode>,
    pub storage: Storage,
}

impl Default for Account {
    fn default() -> Self {
        Self {
            nonce: 0,
            balance: U256::ZERO,
            code_hash: KECCAK256_EMPTY,
            code: None,
            storage: Storage::default(),
        }
    }
}

impl Account {
    /// Say whether the account does not exist for EIP-161, whatever its storage.
    pub fn is_empty(&self) -> bool {
        self.nonce == 0 && self.balance.is_zero() && self.code_hash == KECCAK256_EMPTY
    }

    /// Give the account this code.
    pub fn set_code(&mut self, code: &[u8]) {
        if !code.is_empty() {
            self.code_hash = keccak256(code);
            self.code = Some(Bytecode::new_legacy(code.to_vec().into()));
        }
    }

    /// Return the code, empty where there is none.
    pub fn code_bytes(&self) -> &[u8] {
        self.code.as_ref().map_or(&[], Bytecode::original_byte_slice)
    }
}

impl Value for Account {
    fn write(&self, out: &mut Vec<u8>) {
        let root = self.storage.root();
        let payload_length =
            self.nonce.length() + self.balance.length() + root.length() + self.code_hash.length();
        Header { list: true, payload_length }.encode(out);
        self.nonce.encode(out);
        self.balance.encode(out);
        root.encode(out);
        self.code_hash.encode(out);
    }
}

/// A state of the chain, which no block changes: a block makes another.
#[derive(Clone, Default)]
pub struct State {
    pub accounts: Trie<Account>,
}

impl State {
    /// Return the account of an address.
    pub fn account(&self, address: &Address) -> Option<&Account> {
        self.accounts.get(&keccak256(address))
    }

    /// Return the state in which these accounts (by hashed address) stand as given; None removes one.
    pub fn with(&self, mut changes: Vec<Change<Account>>) -> Arc<Self> {
        changes.sort_unstable_by_key(|(key, _)| *key);
        let mut accounts = self.accounts.clone();
        accounts.update(&mut changes);
        Arc::new(Self { accounts })
    }
}

/// Return the key under which a storage slot is kept.
pub fn hashed_slot(slot: U256) -> B256 {
    keccak256(slot.to_be_bytes::<32>())
}
