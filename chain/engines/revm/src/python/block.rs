//! A sealed block as columns, each turned into Python objects when it is asked for.

use alloy_primitives::{B256, Log};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyTuple};

use crate::batch::Receipt;
use crate::machine::Sealed;
use crate::python::numbers::int;

/// A sealed block.
#[pyclass(frozen)]
pub struct Block(pub Sealed);

#[pymethods]
impl Block {
    /// Block hash, identity and the roots of state, transactions, receipts and withdrawals.
    fn hashes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let seal = &self.0.seal;
        let hashes: [&B256; 6] = [
            &seal.block_hash,
            &seal.identity,
            &seal.state_root,
            &seal.transactions_root,
            &seal.receipts_root,
            &seal.withdrawals_root,
        ];
        PyTuple::new(py, hashes.map(|hash| PyBytes::new(py, hash.as_slice())))
    }

    /// The bloom filter of all logs, 256 bytes.
    fn bloom<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.0.seal.bloom.as_slice())
    }

    /// Gas used by all transactions.
    fn gas_used_gas(&self) -> u64 {
        self.0.seal.gas_used_gas
    }

    /// The block's encoded length, signatures counted by the allowance.
    fn size_bytes(&self) -> usize {
        self.0.seal.size_bytes
    }

    /// Number of included transactions.
    fn count(&self) -> usize {
        self.0.batch.included.len()
    }

    /// Indices of the included candidates.
    fn included(&self) -> Vec<u32> {
        self.0.batch.included.clone()
    }

    /// Indices of the candidates that wait.
    fn deferred(&self) -> Vec<u32> {
        self.0.batch.deferred.clone()
    }

    /// Indices of the candidates that can never be included, and why.
    fn rejected(&self) -> Vec<(u32, String)> {
        self.0.batch.rejected.clone()
    }

    /// Status of each receipt, 1 or 0.
    fn status<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, self.0.batch.receipts.iter().map(|receipt| u8::from(receipt.success)))
    }

    /// Gas used of each receipt.
    fn gas<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, self.0.batch.receipts.iter().map(|receipt| receipt.gas_used_gas))
    }

    /// Output of each receipt.
    fn outputs<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, self.0.batch.receipts.iter().map(|receipt| PyBytes::new(py, &receipt.output)))
    }

    /// Address created by each, None where none was.
    fn created<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let created = self.0.batch.receipts.iter().map(|receipt| receipt.created);
        PyList::new(py, created.map(|address| address.map(|address| PyBytes::new(py, address.as_slice()))))
    }

    /// Logs of each receipt, a tuple of what `make(address, topics, data)` returns.
    fn logs<'py>(&self, py: Python<'py>, make: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
        let receipts = self.0.batch.receipts.iter();
        let logs: PyResult<Vec<_>> = receipts.map(|receipt| logs(py, receipt, make)).collect();
        PyList::new(py, logs?)
    }

    /// All logs as columns, in order: whose receipt, address, number of topics, room for four topics, data and its ends.
    fn log_columns<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let mut columns: [Vec<u8>; 6] = Default::default();
        let [transactions, addresses, topic_counts, topics, data, data_ends] = &mut columns;
        for (place, receipt) in (0_u64..).zip(&self.0.batch.receipts) {
            for log in &receipt.logs {
                transactions.extend_from_slice(&place.to_le_bytes());
                addresses.extend_from_slice(log.address.as_slice());
                topic_counts.push(log.data.topics().len() as u8);
                let end = topics.len() + 4 * B256::len_bytes();
                log.data.topics().iter().for_each(|topic| topics.extend_from_slice(topic.as_slice()));
                topics.resize(end, 0);
                data.extend_from_slice(&log.data.data);
                data_ends.extend_from_slice(&(data.len() as u64).to_le_bytes());
            }
        }
        PyTuple::new(py, columns.iter().map(|column| PyBytes::new(py, column)))
    }

    /// Balances after the block of the accounts whose balances it has moved.
    fn moved_wei<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let moved = PyDict::new(py);
        for (address, balance) in &self.0.moved {
            moved.set_item(PyBytes::new(py, address.as_slice()), int(py, balance)?)?;
        }
        Ok(moved)
    }
}

/// Return a receipt's logs as a tuple.
pub fn logs<'py>(
    py: Python<'py>,
    receipt: &Receipt,
    make: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyTuple>> {
    let logs: PyResult<Vec<_>> = receipt.logs.iter().map(|log| made(py, log, make)).collect();
    PyTuple::new(py, logs?)
}

fn made<'py>(py: Python<'py>, log: &Log, make: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let topics = log.data.topics().iter().map(|topic| PyBytes::new(py, topic.as_slice()));
    let topics = PyTuple::new(py, topics.collect::<Vec<_>>())?;
    make.call1((PyBytes::new(py, log.address.as_slice()), topics, PyBytes::new(py, &log.data.data)))
}
