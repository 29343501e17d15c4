//! Runs a block's candidates in order: which are included, which wait, which can never be.

use std::convert::Infallible;
use std::sync::Arc;

use alloy_primitives::map::AddressMap;
use alloy_primitives::{Address, B256, Bytes, KECCAK256_EMPTY, Log, TxKind, U256};
use revm::context::result::{EVMError, ExecutionResult, Output};
use revm::context::{CfgEnv, TxEnv};
use revm::handler::MainnetContext;
use revm::state::{Account as Journaled, EvmState};
use revm::{Context, ExecuteEvm, MainBuilder, MainContext, MainnetEvm};

use crate::admission::{Sender, spent, unpayable};
use crate::environment::{Environment, rules};
use crate::errors::{EngineError, Outcome};
use crate::parent::Parent;
use crate::state::{Account, State, hashed_slot};
use crate::storage::Storage;
use crate::transaction::Candidate;

/// What became of an included transaction.
#[derive(Clone, Debug)]
pub struct Receipt {
    pub success: bool,
    pub gas_used_gas: u64,
    pub output: Bytes,
    pub logs: Vec<Log>,
    pub created: Option<Address>,
}

/// An amount that the protocol issues to an account after the transactions.
#[derive(Clone, Copy, Debug)]
pub struct Credit {
    pub index: u64,
    pub address: Address,
    pub amount_gwei: u64,
}

/// What became of a block's candidates; `receipts` has one for each that was included.
#[derive(Debug, Default)]
pub struct Batch {
    pub included: Vec<u32>,
    pub deferred: Vec<u32>,
    pub rejected: Vec<(u32, String)>,
    pub receipts: Vec<Receipt>,
}

/// The state after a block, and the new balance of each account whose balance it has moved, by address.
pub struct Settled {
    pub state: Arc<State>,
    pub moved: Vec<(Address, U256)>,
}

/// A block being executed.
pub struct Execution {
    pub evm: MainnetEvm<MainnetContext<Parent>>,
    pub chain_id: u64,
}

impl Execution {
    /// Open a block on its parent's state.
    pub fn new(parent: Arc<State>, environment: &Environment, chain_id: u64) -> Self {
        Self::with_rules(parent, environment, rules(chain_id, false))
    }

    /// Open a block for messages from anybody.
    pub fn for_messages(parent: Arc<State>, environment: &Environment, chain_id: u64) -> Self {
        Self::with_rules(parent, environment, rules(chain_id, true))
    }

    fn with_rules(parent: Arc<State>, environment: &Environment, rules: CfgEnv) -> Self {
        let chain_id = rules.chain_id;
        let parent = Parent::new(parent, environment.number, environment.parent_hash);
        let evm = Context::mainnet()
            .with_db(parent)
            .with_cfg(rules)
            .with_block(environment.block())
            .build_mainnet();
        Self { evm, chain_id }
    }

    /// Execute what is valid and fits under the limit, in order.
    pub fn run(&mut self, candidates: &[Candidate], gas_limit_gas: i128) -> Outcome<Batch> {
        let mut batch = Batch::default();
        batch.included.reserve(candidates.len());
        batch.receipts.reserve(candidates.len());
        let mut gas_left = gas_limit_gas;
        for (index, tx) in candidates.iter().enumerate() {
            let index = index as u32;
            if let Some(flaw) = &tx.flaw {
                batch.rejected.push((index, flaw.clone()));
                continue;
            }
            let sender = self.sender(tx.sender);
            if tx.nonce < sender.nonce {
                batch.rejected.push((index, spent(&tx.sender, tx.nonce, sender.nonce)));
            } else if tx.nonce > sender.nonce || !fits(tx.gas_limit, gas_left) {
                batch.deferred.push(index);
            } else if let Some(reason) = unpayable(tx, &sender) {
                batch.rejected.push((index, reason));
            } else {
                let receipt = self.transact(tx)?;
                gas_left -= i128::from(receipt.gas_used_gas);
                batch.included.push(index);
                batch.receipts.push(receipt);
            }
        }
        Ok(batch)
    }

    /// Execute one transaction, which was admitted, or a message.
    pub fn transact(&mut self, tx: &Candidate) -> Outcome<Receipt> {
        let charged = charged(tx, self.chain_id)?;
        let result = self.evm.transact_one(charged).map_err(refused)?;
        Ok(receipt(result))
    }

    /// Apply credits and return the state that the block leaves.
    pub fn settle(mut self, credits: &[Credit]) -> Settled {
        let journal = self.evm.finalize();
        let parent = &mut self.evm.ctx.journaled_state.database;
        let mut after = left(journal, parent);
        for credit in credits {
            let account = after
                .entry(credit.address)
                .or_insert_with(|| parent.find(credit.address).account.clone().unwrap_or_default());
            account.balance += U256::from(credit.amount_gwei) * U256::from(1_000_000_000_u64);
        }
        let mut moved = Vec::new();
        let mut changes = Vec::with_capacity(after.len());
        for (address, account) in after {
            let found = parent.find(address);
            let before = found.account.as_ref().map_or(U256::ZERO, |account| account.balance);
            if account.balance != before {
                moved.push((address, account.balance));
            }
            if found.account.is_some() || !account.is_empty() {
                changes.push((found.key, (!account.is_empty()).then_some(account)));
            }
        }
        moved.sort_unstable_by_key(|(address, _)| *address);
        Settled { state: parent.state().with(changes), moved }
    }

    fn sender(&mut self, address: Address) -> Sender {
        if let Some(account) = self.evm.ctx.journaled_state.inner.state.get(&address) {
            if account.is_selfdestructed_locally() {
                return Sender { nonce: 0, balance: U256::ZERO, code_hash: KECCAK256_EMPTY };
            }
            let info = &account.info;
            return Sender { nonce: info.nonce, balance: info.balance, code_hash: info.code_hash };
        }
        match &self.evm.ctx.journaled_state.database.find(address).account {
            None => Sender { nonce: 0, balance: U256::ZERO, code_hash: KECCAK256_EMPTY },
            Some(account) => {
                Sender { nonce: account.nonce, balance: account.balance, code_hash: account.code_hash }
            }
        }
    }
}

fn fits(gas_limit: U256, gas_left: i128) -> bool {
    u128::try_from(gas_left).is_ok_and(|left| gas_limit <= U256::from(left))
}

/// Return a transaction as revm takes it; fail where it cannot reckon what its gas would cost.
pub fn charged(tx: &Candidate, chain_id: u64) -> Outcome<TxEnv> {
    let charge: Option<u128> = tx.gas_price.checked_mul(tx.gas_limit).and_then(|wei| wei.try_into().ok());
    if charge.is_none() {
        return Err(EngineError::EngineFailure(format!(
            "gas for {} wei each would cost 2^128 wei or more, which revm cannot reckon",
            tx.gas_price
        )));
    }
    Ok(TxEnv {
        caller: tx.sender,
        gas_limit: tx.gas_limit.saturating_to(),
        gas_price: tx.gas_price.saturating_to(),
        kind: tx.to,
        value: tx.value,
        data: tx.data.clone(),
        nonce: tx.nonce,
        chain_id: Some(chain_id),
        ..TxEnv::default()
    })
}

/// Return the error of a transaction that revm does not take.
pub fn refused(error: EVMError<Infallible>) -> EngineError {
    EngineError::EngineFailure(format!("revm refuses: {error}"))
}

/// Return what became of a transaction.
pub fn receipt(result: ExecutionResult) -> Receipt {
    let gas_used_gas = result.tx_gas_used();
    match result {
        ExecutionResult::Success { logs, output, .. } => {
            let (output, created) = match output {
                Output::Call(output) => (output, None),
                Output::Create(output, created) => (output, created),
            };
            Receipt { success: true, gas_used_gas, output, logs, created }
        }
        ExecutionResult::Revert { output, .. } => {
            Receipt { success: false, gas_used_gas, output, logs: Vec::new(), created: None }
        }
        ExecutionResult::Halt { .. } => {
            Receipt { success: false, gas_used_gas, output: Bytes::new(), logs: Vec::new(), created: None }
        }
    }
}

/// Return the accounts that the transactions have touched, as they leave them.
fn left(journal: EvmState, parent: &mut Parent) -> AddressMap<Account> {
    let touched = journal.into_iter().filter(|(_, account)| account.is_touched());
    touched.map(|(address, account)| (address, left_account(address, account, parent))).collect()
}

fn left_account(address: Address, journaled: Journaled, parent: &mut Parent) -> Account {
    // destroyed by the transaction that touched it last; touched again later, it begins anew
    if journaled.is_selfdestructed_locally() {
        return Account::default();
    }
    let found = parent.find(address);
    let fresh = journaled.is_created() || journaled.is_selfdestructed();
    let words = journaled.storage.iter().filter_map(|(slot, word)| {
        let word = word.present_value;
        let (key, before) = match found.words.get(slot) {
            Some(&(key, before)) if !fresh => (key, before),
            Some(&(key, _)) => (key, U256::ZERO),
            None => (hashed_slot(*slot), U256::ZERO),
        };
        (word != before).then_some((key, word))
    });
    let storage = match &found.account {
        Some(account) if !fresh => account.storage.with(words),
        _ => Storage::default().with(words),
    };
    let info = journaled.info;
    let code = info.code.filter(|_| info.code_hash != KECCAK256_EMPTY);
    Account { nonce: info.nonce, balance: info.balance, code_hash: info.code_hash, code, storage }
}

/// A message at gas price 0, as a transaction would carry it.
pub fn message(sender: Address, to: Address, data: Bytes, gas_limit_gas: u64) -> Candidate {
    Candidate {
        sender,
        to: TxKind::Call(to),
        data,
        gas_limit: U256::from(gas_limit_gas),
        ..Candidate::default()
    }
}

/// Return the word of a slot in a state.
pub fn word(state: &State, address: &Address, slot: U256) -> U256 {
    let key: B256 = hashed_slot(slot);
    state.account(address).map(|account| account.storage.word(&key)).unwrap_or_default()
}
