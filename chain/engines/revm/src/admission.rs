//! What a transaction must satisfy before revm sees it: the rules, and their words, of the reference engine.

use std::fmt::Display;

use alloy_primitives::{Address, B256, KECCAK256_EMPTY, TxKind, U256, U512, hex};

use crate::transaction::Candidate;

const INITCODE_LIMIT_BYTES: usize = 49_152;
const TRANSACTION_GAS: u64 = 21_000;
const CREATION_GAS: u64 = 32_000;
const ZERO_BYTE_GAS: u64 = 4;
const NONZERO_BYTE_GAS: u64 = 16;
const INITCODE_WORD_GAS: u64 = 2;

/// Return the gas for calldata and kind (EIP-2, EIP-2028), creation code by the word apart.
pub fn base_gas(to: TxKind, data: &[u8]) -> u64 {
    let zeros = data.iter().filter(|&&byte| byte == 0).count() as u64;
    let gas = TRANSACTION_GAS + ZERO_BYTE_GAS * zeros + NONZERO_BYTE_GAS * (data.len() as u64 - zeros);
    if to.is_create() { gas + CREATION_GAS } else { gas }
}

/// Return why a nonce can stand in no transaction.
pub fn nonce_flaw(nonce: &dyn Display) -> String {
    format!("nonce {nonce} is outside 0 to 2^64 - 2 (EIP-2681)")
}

/// Return the rule that a candidate breaks on any state, its widths being checked already.
pub fn flaw(tx: &Candidate) -> Option<String> {
    let mut needed = base_gas(tx.to, &tx.data);
    if tx.to.is_create() {
        if tx.data.len() > INITCODE_LIMIT_BYTES {
            let length = tx.data.len();
            return Some(format!(
                "creation code of {length} bytes exceeds {INITCODE_LIMIT_BYTES} (EIP-3860)"
            ));
        }
        needed += INITCODE_WORD_GAS * tx.data.len().div_ceil(32) as u64;
    }
    (tx.gas_limit < U256::from(needed))
        .then(|| format!("gas limit {} is below the intrinsic gas {needed}", tx.gas_limit))
}

/// Return why a nonce can never come again.
pub fn spent(sender: &Address, nonce: u64, next: u64) -> String {
    format!("nonce {nonce} is spent: the next of 0x{} is {next}", hex::encode(sender))
}

/// What a sender has when its turn comes.
pub struct Sender {
    pub nonce: u64,
    pub balance: U256,
    pub code_hash: B256,
}

/// Return why a sender cannot send, if it cannot.
pub fn unpayable(tx: &Candidate, sender: &Sender) -> Option<String> {
    let name = hex::encode(tx.sender);
    if sender.code_hash != KECCAK256_EMPTY {
        return Some(format!("sender 0x{name} is a contract (EIP-3607)"));
    }
    let gas: U512 = tx.gas_limit.widening_mul(tx.gas_price);
    let needed = gas + U512::from(tx.value);
    (U512::from(sender.balance) < needed)
        .then(|| format!("sender 0x{name} has {} wei but value and gas need {needed}", sender.balance))
}
