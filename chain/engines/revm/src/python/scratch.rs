//! A scratch as a Python class. Arguments come checked by `chain.engines.revm.scratch`.

use alloy_primitives::{Bytes, U256};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};

use crate::batch::{Receipt, message};
use crate::errors::{EngineError, Outcome};
use crate::machine::caught;
use crate::python::block::logs;
use crate::python::errors::raised;
use crate::python::numbers::{address, int, number};
use crate::scratch::Scratch as State;
use crate::transaction::Candidate;

/// Status, gas used, output and logs.
type Told<'py> = (u8, u64, Bound<'py, PyBytes>, Bound<'py, PyTuple>);

/// One future of a state, of the thread that opened it. None once a panic has left it in pieces.
#[pyclass(unsendable)]
pub struct Scratch(Option<State>);

impl Scratch {
    pub fn new(state: State) -> Self {
        Self(Some(state))
    }

    fn with<T>(&mut self, py: Python<'_>, work: impl FnOnce(&mut State) -> Outcome<T>) -> PyResult<T> {
        let lost = || EngineError::EngineFailure("an earlier message panicked on this scratch".to_owned());
        let mut state = self.0.take().ok_or_else(|| raised(py, lost()))?;
        let told = caught(|| {
            let told = work(&mut state);
            Ok((state, told))
        });
        let (state, told) = told.map_err(|error| raised(py, error))?;
        self.0 = Some(state);
        told.map_err(|error| raised(py, error))
    }
}

#[pymethods]
impl Scratch {
    /// Execute a message for good.
    #[allow(clippy::too_many_arguments)] // a message's own
    fn send<'py>(
        &mut self,
        py: Python<'py>,
        message: (Bound<'_, PyBytes>, Bound<'_, PyBytes>, Bound<'_, PyBytes>),
        value: &Bound<'_, PyAny>,
        gas_price: &Bound<'_, PyAny>,
        gas_limit_gas: u64,
        timestamp_s: u64,
        make: &Bound<'py, PyAny>,
    ) -> PyResult<Told<'py>> {
        let mut tx = candidate(&message, gas_limit_gas)?;
        (tx.value, tx.gas_price) = (number(value)?, number(gas_price)?);
        let receipt = self.with(py, |state| state.send(&tx, timestamp_s))?;
        told(py, &receipt, make)
    }

    /// Execute a message and take it back.
    fn ask<'py>(
        &mut self,
        py: Python<'py>,
        message: (Bound<'_, PyBytes>, Bound<'_, PyBytes>, Bound<'_, PyBytes>),
        gas_limit_gas: u64,
        timestamp_s: u64,
        make: &Bound<'py, PyAny>,
    ) -> PyResult<Told<'py>> {
        let tx = candidate(&message, gas_limit_gas)?;
        let receipt = self.with(py, |state| state.ask(&tx, timestamp_s))?;
        told(py, &receipt, make)
    }

    fn balance<'py>(&mut self, py: Python<'py>, name: &[u8]) -> PyResult<Bound<'py, PyAny>> {
        let name = address(name)?;
        int(py, &self.with(py, |state| Ok(state.balance(name)))?)
    }

    fn storage<'py>(
        &mut self,
        py: Python<'py>,
        name: &[u8],
        slot: &Bound<'_, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (name, slot) = (address(name)?, number(slot)?);
        int(py, &self.with(py, |state| Ok(state.word(name, slot)))?)
    }

    fn store(
        &mut self,
        py: Python<'_>,
        name: &[u8],
        slot: &Bound<'_, PyAny>,
        word: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        let (name, slot, word): (_, U256, U256) = (address(name)?, number(slot)?, number(word)?);
        self.with(py, |state| {
            state.store(name, slot, word);
            Ok(())
        })
    }
}

/// Return sender, receiver and data as a message at gas price 0.
fn candidate(
    (sender, to, data): &(Bound<'_, PyBytes>, Bound<'_, PyBytes>, Bound<'_, PyBytes>),
    gas_limit_gas: u64,
) -> PyResult<Candidate> {
    let data = Bytes::copy_from_slice(data.as_bytes());
    Ok(message(address(sender.as_bytes())?, address(to.as_bytes())?, data, gas_limit_gas))
}

fn told<'py>(py: Python<'py>, receipt: &Receipt, make: &Bound<'py, PyAny>) -> PyResult<Told<'py>> {
    let logs = logs(py, receipt, make)?;
    Ok((u8::from(receipt.success), receipt.gas_used_gas, PyBytes::new(py, &receipt.output), logs))
}
