//! Transactions as Python hands them in: objects, columns, or raw signed bytes.

use alloy_primitives::{Address, Bytes, TxKind, U256};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};

use crate::admission::{flaw, nonce_flaw};
use crate::errors::EngineError;
use crate::python::errors::raised;
use crate::python::numbers::u256;
use crate::transaction::{Candidate, Signature};

/// Read `chain.block.Transaction` objects.
pub fn from_objects(transactions: &Bound<'_, PyAny>) -> PyResult<Vec<Candidate>> {
    let mut candidates = Vec::with_capacity(transactions.len()?);
    for tx in transactions.try_iter()? {
        candidates.push(from_object(&tx?)?);
    }
    Ok(candidates)
}

fn from_object(tx: &Bound<'_, PyAny>) -> PyResult<Candidate> {
    let py = tx.py();
    let (sender, to) = (tx.getattr(intern!(py, "sender"))?, tx.getattr(intern!(py, "to"))?);
    let sender = Address::try_from(sender.extract::<&[u8]>()?);
    let to = match to.extract::<Option<&[u8]>>()? {
        None => Ok(TxKind::Create),
        Some(to) => Address::try_from(to).map(TxKind::Call),
    };
    let (Ok(sender), Ok(to)) = (sender, to) else {
        return Ok(Candidate::flawed("an address is 20 bytes".to_owned()));
    };
    let nonce = tx.getattr(intern!(py, "nonce"))?;
    let Some(nonce) = nonce.extract::<u64>().ok().filter(|&number| number < u64::MAX) else {
        return Ok(Candidate::flawed(nonce_flaw(&nonce)));
    };
    let mut numbers = [U256::ZERO; 3];
    for (place, name) in
        [intern!(py, "value_wei"), intern!(py, "gas_price_wei"), intern!(py, "gas_limit_gas")]
            .iter()
            .enumerate()
    {
        let number = tx.getattr(*name)?;
        match u256(&number)? {
            Some(number) => numbers[place] = number,
            None => return Ok(Candidate::flawed(format!("{name} {number} is outside 0 to 2^256 - 1"))),
        }
    }
    let [value, gas_price, gas_limit] = numbers;
    let data = Bytes::copy_from_slice(tx.getattr(intern!(py, "data"))?.extract()?);
    let mut candidate =
        Candidate { sender, nonce, to, value, data, gas_limit, gas_price, ..Candidate::default() };
    candidate.flaw = flaw(&candidate);
    if candidate.flaw.is_none() {
        let signature = tx.getattr(intern!(py, "signature"))?;
        candidate.signature =
            signature.extract::<Option<&[u8]>>()?.map(|bytes| sized(py, bytes)).transpose()?;
    }
    Ok(candidate)
}

fn sized(py: Python<'_>, bytes: &[u8]) -> PyResult<Signature> {
    Signature::try_from(bytes).map_err(|_| {
        let reason = format!("a signature is 65 bytes, got {}", bytes.len());
        raised(py, EngineError::InvalidSignature(reason))
    })
}

/// Read the columns of `chain.columns.TransactionColumns`, in its order, little-endian words of 8 bytes.
pub fn from_columns(columns: &Bound<'_, PyTuple>) -> PyResult<Vec<Candidate>> {
    let column = |index: usize| -> PyResult<Bound<'_, PyBytes>> { Ok(columns.get_item(index)?.cast_into()?) };
    let (senders, nonces, tos, creates) = (column(0)?, column(1)?, column(2)?, column(3)?);
    let (values, gas_limits, gas_prices) = (column(4)?, column(5)?, column(6)?);
    let (data, ends, signatures) = (column(7)?, column(8)?, column(9)?);
    let count = creates.as_bytes().len();
    let lengths = [
        (senders.as_bytes().len(), 20),
        (nonces.as_bytes().len(), 8),
        (tos.as_bytes().len(), 20),
        (values.as_bytes().len(), 32),
        (gas_limits.as_bytes().len(), 8),
        (gas_prices.as_bytes().len(), 32),
        (ends.as_bytes().len(), 8),
    ];
    let signed = !signatures.as_bytes().is_empty();
    if lengths.iter().any(|(length, width)| *length != count * width)
        || (signed && signatures.as_bytes().len() != count * 65)
    {
        return Err(refused(columns, "columns of transactions differ in length".to_owned()));
    }
    let all = Bytes::copy_from_slice(data.as_bytes());
    let (senders, tos) = (senders.as_bytes().as_chunks::<20>().0, tos.as_bytes().as_chunks::<20>().0);
    let (values, prices) = (values.as_bytes().as_chunks::<32>().0, gas_prices.as_bytes().as_chunks::<32>().0);
    let (nonces, limits) = (nonces.as_bytes().as_chunks::<8>().0, gas_limits.as_bytes().as_chunks::<8>().0);
    let (ends, signatures) = (ends.as_bytes().as_chunks::<8>().0, signatures.as_bytes().as_chunks::<65>().0);
    let mut start = 0;
    let mut candidates = Vec::with_capacity(count);
    for index in 0..count {
        let end = usize::from_le_bytes(ends[index]);
        if end < start || end > all.len() {
            return Err(refused(columns, format!("call data of transaction {index} ends at {end}")));
        }
        let nonce = u64::from_le_bytes(nonces[index]);
        if nonce == u64::MAX {
            candidates.push(Candidate::flawed(nonce_flaw(&nonce)));
        } else {
            let to = Address::from(tos[index]);
            let mut candidate = Candidate {
                sender: Address::from(senders[index]),
                nonce,
                to: if creates.as_bytes()[index] == 0 { TxKind::Call(to) } else { TxKind::Create },
                value: U256::from_be_bytes(values[index]),
                data: all.slice(start..end),
                gas_limit: U256::from(u64::from_le_bytes(limits[index])),
                gas_price: U256::from_be_bytes(prices[index]),
                signature: signed.then(|| signatures[index]),
                ..Candidate::default()
            };
            candidate.flaw = flaw(&candidate);
            candidates.push(candidate);
        }
        start = end;
    }
    Ok(candidates)
}

fn refused(columns: &Bound<'_, PyTuple>, reason: String) -> PyErr {
    raised(columns.py(), EngineError::InvalidBlock(reason))
}
