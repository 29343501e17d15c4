//! A state that is tried out, message after message, at any time, and never sealed.

use std::convert::Infallible;
use std::sync::Arc;

use alloy_primitives::{Address, U256};
use revm::Database;
use revm::MainnetEvm;
use revm::context::result::{EVMError, ExecutionResult, HaltReason, ResultGas};
use revm::context::{ContextSetters, ContextTr, JournalTr, LocalContextTr};
use revm::context_interface::context::take_error;
use revm::handler::{EvmTr, FrameResult, Handler, MainnetContext, post_execution};

use crate::batch::{Execution, Receipt, charged, receipt, refused};
use crate::environment::Environment;
use crate::errors::Outcome;
use crate::parent::Parent;
use crate::state::State;
use crate::transaction::Candidate;

/// One future of a state. Messages come from anybody, and take effect one after the other.
pub struct Scratch(Execution);

impl Scratch {
    pub fn new(state: Arc<State>, environment: &Environment, chain_id: u64) -> Self {
        Self(Execution::for_messages(state, environment, chain_id))
    }

    /// Execute a message for good, as the only transaction of a block at `timestamp_s`.
    pub fn send(&mut self, tx: &Candidate, timestamp_s: u64) -> Outcome<Receipt> {
        self.set_time(timestamp_s);
        self.0.transact(tx)
    }

    /// Execute a message and take it back.
    pub fn ask(&mut self, tx: &Candidate, timestamp_s: u64) -> Outcome<Receipt> {
        self.set_time(timestamp_s);
        let charged = charged(tx, self.0.chain_id)?;
        self.0.evm.ctx.set_tx(charged);
        Asking.run(&mut self.0.evm).map(receipt).map_err(refused)
    }

    /// Return the balance of an account.
    pub fn balance(&mut self, address: Address) -> U256 {
        let journal = &mut self.0.evm.ctx.journaled_state;
        match journal.inner.state.get(&address) {
            Some(account) => account.info.balance,
            None => journal.database.find(address).account.as_ref().map_or(U256::ZERO, |it| it.balance),
        }
    }

    /// Return one storage word.
    pub fn word(&mut self, address: Address, slot: U256) -> U256 {
        let journal = &mut self.0.evm.ctx.journaled_state;
        let told = journal.inner.state.get(&address).and_then(|account| account.storage.get(&slot));
        match told {
            Some(word) => word.present_value,
            None => infallible(journal.database.storage(address, slot)),
        }
    }

    /// Write one storage word for good, as if an earlier message had left it.
    pub fn store(&mut self, address: Address, slot: U256, word: U256) {
        let journal = &mut self.0.evm.ctx.journaled_state;
        infallible(journal.load_account(address).map(|_| ()));
        infallible(journal.sstore(address, slot, word));
        journal.commit_tx();
    }

    fn set_time(&mut self, timestamp_s: u64) {
        self.0.evm.ctx.block.timestamp = U256::from(timestamp_s);
    }
}

fn infallible<T>(told: Result<T, Infallible>) -> T {
    match told {
        Ok(value) => value,
        Err(never) => match never {},
    }
}

/// Runs a transaction and discards what it has done.
struct Asking;

impl Handler for Asking {
    type Evm = MainnetEvm<MainnetContext<Parent>>;
    type Error = EVMError<Infallible>;
    type HaltReason = HaltReason;

    fn execution_result(
        &mut self,
        evm: &mut Self::Evm,
        result: FrameResult,
        gas: ResultGas,
    ) -> Result<ExecutionResult<HaltReason>, Self::Error> {
        take_error::<Self::Error, _>(evm.ctx().error())?;
        let told = post_execution::output(evm.ctx(), result, gas);
        evm.ctx().journal_mut().discard_tx();
        evm.ctx().local_mut().clear();
        evm.frame_stack().clear();
        Ok(told)
    }
}
