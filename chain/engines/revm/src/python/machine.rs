//! The engine as a Python class. Arguments come checked by `chain.engines.revm.engine`.

use std::vec::IntoIter;

use alloy_primitives::{B256, Bytes, U256};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};

use crate::batch::{Credit, word};
use crate::environment::Environment;
use crate::machine::{Handed, Machine as Engine};
use crate::python::block::{Block, logs};
use crate::python::candidates::{from_columns, from_objects};
use crate::python::errors::raised;
use crate::python::numbers::{address, hash, int, number, root as named};
use crate::python::scratch::Scratch;
use crate::state::Account;
use crate::trie::Leaves;
use crate::words::Word;

/// Number, timestamp, gas limit, coinbase, parent hash, mix hash, extra data, parent identity.
type Header<'py> =
    (u64, u64, u64, PyBytesRef<'py>, PyBytesRef<'py>, PyBytesRef<'py>, PyBytesRef<'py>, PyBytesRef<'py>);
type PyBytesRef<'py> = Bound<'py, PyBytes>;
/// Balance, nonce, code, and words by slot.
type Allocation<'py> =
    (PyBytesRef<'py>, Bound<'py, PyAny>, u64, PyBytesRef<'py>, Vec<(Bound<'py, PyAny>, Bound<'py, PyAny>)>);
/// Hashed address, nonce, balance, code, and words by hashed slot.
type HandedIn<'py> =
    (PyBytesRef<'py>, u64, Bound<'py, PyAny>, PyBytesRef<'py>, Vec<(PyBytesRef<'py>, Bound<'py, PyAny>)>);

/// Executes blocks on the states that it keeps.
#[pyclass(frozen)]
pub struct Machine(Engine);

#[pymethods]
impl Machine {
    #[new]
    fn new(chain_id: u64, deferred: bool) -> Self {
        Self(Engine::new(chain_id, deferred))
    }

    fn genesis(&self, py: Python<'_>, header: Header<'_>, accounts: Vec<Allocation<'_>>) -> PyResult<Block> {
        let environment = environment(&header)?;
        let mut allocated = Vec::with_capacity(accounts.len());
        for (name, balance, nonce, code, words) in &accounts {
            let mut account = Account { nonce: *nonce, balance: number(balance)?, ..Account::default() };
            account.set_code(code.as_bytes());
            let words: PyResult<Vec<_>> =
                words.iter().map(|(slot, word)| Ok((number(slot)?, number(word)?))).collect();
            let words = words?.into_iter().map(|(slot, word)| (crate::state::hashed_slot(slot), word));
            account.storage = account.storage.with(words);
            allocated.push((address(name.as_bytes())?, account));
        }
        Ok(Block(py.detach(|| self.0.genesis(&environment, allocated))))
    }

    fn execute(
        &self,
        py: Python<'_>,
        parent: &[u8],
        header: Header<'_>,
        transactions: &Bound<'_, PyAny>,
        credits: Vec<(u64, PyBytesRef<'_>, u64)>,
        reserved_gas: i128,
    ) -> PyResult<Block> {
        let (parent, environment) = (named(py, parent)?, environment(&header)?);
        let credits: PyResult<Vec<Credit>> = credits
            .iter()
            .map(|(index, to, amount_gwei)| {
                Ok(Credit { index: *index, address: address(to.as_bytes())?, amount_gwei: *amount_gwei })
            })
            .collect();
        let credits = credits?;
        let candidates = if let Ok(columns) = transactions.cast::<PyTuple>() {
            from_columns(columns)?
        } else if let Ok(raw) = transactions.extract::<Vec<Vec<u8>>>() {
            py.detach(|| self.0.recovered(&raw)).map_err(|error| raised(py, error))?
        } else {
            from_objects(transactions)?
        };
        py.detach(|| self.0.execute(&parent, &environment, &candidates, &credits, reserved_gas))
            .map(Block)
            .map_err(|error| raised(py, error))
    }

    /// Return status, gas used, output and logs of a message.
    #[allow(clippy::too_many_arguments)] // the engine protocol's own
    fn call<'py>(
        &self,
        py: Python<'py>,
        root: &[u8],
        header: Header<'_>,
        sender: &[u8],
        to: &[u8],
        data: &[u8],
        gas_limit_gas: u64,
        make: &Bound<'py, PyAny>,
    ) -> PyResult<(u8, u64, Bound<'py, PyBytes>, Bound<'py, PyTuple>)> {
        let (root, environment) = (named(py, root)?, environment(&header)?);
        let (sender, to, data) = (address(sender)?, address(to)?, Bytes::copy_from_slice(data));
        let receipt = py
            .detach(|| self.0.call(&root, &environment, sender, to, data, gas_limit_gas))
            .map_err(|error| raised(py, error))?;
        let logs = logs(py, &receipt, make)?;
        Ok((u8::from(receipt.success), receipt.gas_used_gas, PyBytes::new(py, &receipt.output), logs))
    }

    /// Open a state to try messages on.
    fn scratch(&self, py: Python<'_>, root: &[u8], header: Header<'_>) -> PyResult<Scratch> {
        let (root, environment) = (named(py, root)?, environment(&header)?);
        self.0.scratch(&root, &environment).map(Scratch::new).map_err(|error| raised(py, error))
    }

    /// Return nonce, balance and code of an account, None where it does not exist.
    #[allow(clippy::type_complexity)]
    fn account<'py>(
        &self,
        py: Python<'py>,
        root: &[u8],
        name: &[u8],
    ) -> PyResult<Option<(u64, Bound<'py, PyAny>, Bound<'py, PyBytes>)>> {
        let state = self.0.state(&named(py, root)?).map_err(|error| raised(py, error))?;
        let Some(account) = state.account(&address(name)?) else { return Ok(None) };
        Ok(Some((account.nonce, int(py, &account.balance)?, PyBytes::new(py, account.code_bytes()))))
    }

    /// Return one storage word.
    fn storage<'py>(
        &self,
        py: Python<'py>,
        root: &[u8],
        name: &[u8],
        slot: &Bound<'_, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let state = self.0.state(&named(py, root)?).map_err(|error| raised(py, error))?;
        int(py, &word(&state, &address(name)?, number(slot)?))
    }

    /// Return the accounts of a state in the order of their hashed addresses.
    fn accounts(&self, py: Python<'_>, root: &[u8]) -> PyResult<Accounts> {
        let state = self.0.state(&named(py, root)?).map_err(|error| raised(py, error))?;
        Ok(Accounts(state.accounts.leaves()))
    }

    /// Return the storage of an account in the order of the hashed slots.
    fn words(&self, py: Python<'_>, root: &[u8], name: &[u8]) -> PyResult<Words> {
        let state = self.0.state(&named(py, root)?).map_err(|error| raised(py, error))?;
        let storage = state.account(&address(name)?).map(|account| account.storage.clone());
        Ok(Words(storage.unwrap_or_default().words().into_iter()))
    }

    fn with_storage<'py>(
        &self,
        py: Python<'py>,
        root: &[u8],
        name: &[u8],
        words: Vec<(Bound<'_, PyAny>, Bound<'_, PyAny>)>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let words: PyResult<Vec<(U256, U256)>> =
            words.iter().map(|(slot, word)| Ok((number(slot)?, number(word)?))).collect();
        let root = self.0.with_storage(&named(py, root)?, address(name)?, &words?);
        Ok(PyBytes::new(py, root.map_err(|error| raised(py, error))?.as_slice()))
    }

    fn import_state(&self, py: Python<'_>, accounts: Vec<HandedIn<'_>>, expected: &[u8]) -> PyResult<()> {
        let mut handed = Vec::with_capacity(accounts.len());
        for (key, nonce, balance, code, words) in &accounts {
            let words: PyResult<Vec<(B256, U256)>> =
                words.iter().map(|(slot, word)| Ok((hash(slot.as_bytes())?, number(word)?))).collect();
            handed.push(Handed {
                key: hash(key.as_bytes())?,
                nonce: *nonce,
                balance: number(balance)?,
                code: code.as_bytes().to_vec(),
                words: words?,
            });
        }
        let expected = hash(expected)?;
        py.detach(|| self.0.import(handed, &expected)).map_err(|error| raised(py, error))
    }

    fn prune(&self, py: Python<'_>, keep: Vec<PyBytesRef<'_>>) -> PyResult<()> {
        let keep: PyResult<Vec<B256>> = keep.iter().map(|root| named(py, root.as_bytes())).collect();
        let keep = keep?;
        py.detach(|| self.0.prune(&keep)).map_err(|error| raised(py, error))
    }

    fn stored_entries(&self) -> usize {
        self.0.stored_entries()
    }

    /// Return the root of a state, taken now where it was put off.
    fn root_of<'py>(&self, py: Python<'py>, name: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
        let state = self.0.state(&named(py, name)?).map_err(|error| raised(py, error))?;
        Ok(PyBytes::new(py, py.detach(|| state.accounts.root()).as_slice()))
    }

    /// Take roots from the next block on in every block, or only when they are asked for.
    fn put_roots_off(&self, deferred: bool) {
        self.0.put_roots_off(deferred);
    }

    /// Raise `UnknownState` where a state is not kept.
    fn require(&self, py: Python<'_>, root: &[u8]) -> PyResult<()> {
        self.0.state(&named(py, root)?).map(|_| ()).map_err(|error| raised(py, error))
    }

    /// Let the next block panic after its transactions.
    fn plant_panic(&self) {
        self.0.plant_panic();
    }
}

/// Yields hashed address, nonce, balance, code, and the words of an account.
#[pyclass]
pub struct Accounts(Leaves<Account>);

#[pymethods]
impl Accounts {
    fn __iter__(own: PyRef<'_, Self>) -> PyRef<'_, Self> {
        own
    }

    #[allow(clippy::type_complexity)]
    fn __next__<'py>(
        &mut self,
        py: Python<'py>,
    ) -> PyResult<Option<(Bound<'py, PyBytes>, u64, Bound<'py, PyAny>, Bound<'py, PyBytes>, Words)>> {
        let Some((key, account)) = self.0.next() else { return Ok(None) };
        let code = PyBytes::new(py, account.code_bytes());
        let words = Words(account.storage.words().into_iter());
        let balance = int(py, &account.balance)?;
        Ok(Some((PyBytes::new(py, key.as_slice()), account.nonce, balance, code, words)))
    }
}

/// Yields hashed slots and their words.
#[pyclass]
pub struct Words(IntoIter<Word>);

#[pymethods]
impl Words {
    fn __iter__(own: PyRef<'_, Self>) -> PyRef<'_, Self> {
        own
    }

    #[allow(clippy::type_complexity)]
    fn __next__<'py>(
        &mut self,
        py: Python<'py>,
    ) -> PyResult<Option<(Bound<'py, PyBytes>, Bound<'py, PyAny>)>> {
        let Some((slot, word)) = self.0.next() else { return Ok(None) };
        Ok(Some((PyBytes::new(py, slot.as_slice()), int(py, &word)?)))
    }
}

fn environment(header: &Header<'_>) -> PyResult<Environment> {
    let (number, timestamp_s, gas_limit_gas, coinbase, parent_hash, mix_hash, extra, identity) = header;
    Ok(Environment {
        number: *number,
        timestamp_s: *timestamp_s,
        gas_limit_gas: *gas_limit_gas,
        coinbase: address(coinbase.as_bytes())?,
        parent_hash: hash(parent_hash.as_bytes())?,
        mix_hash: hash(mix_hash.as_bytes())?,
        extra_data: extra.as_bytes().to_vec(),
        parent_identity: hash(identity.as_bytes())?,
    })
}
