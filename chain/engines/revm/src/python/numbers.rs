//! Numbers of 256 bits, which PyO3 does not know.

use alloy_primitives::{Address, B256, U256};
use pyo3::exceptions::{PyOverflowError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyInt};

use crate::machine::unknown;
use crate::python::errors::raised;

/// Return a Python number.
pub fn int<'py>(py: Python<'py>, number: &U256) -> PyResult<Bound<'py, PyAny>> {
    if let Ok(small) = u64::try_from(*number) {
        return Ok(small.into_pyobject(py)?.into_any());
    }
    let bytes = PyBytes::new(py, &number.to_be_bytes::<32>());
    py.get_type::<PyInt>().call_method1(intern!(py, "from_bytes"), (bytes, intern!(py, "big")))
}

/// Return a Python number as 256 bits, None where it is negative or larger.
pub fn u256(number: &Bound<'_, PyAny>) -> PyResult<Option<U256>> {
    if let Ok(small) = number.extract::<u64>() {
        return Ok(Some(U256::from(small)));
    }
    let py = number.py();
    match number.call_method1(intern!(py, "to_bytes"), (32, intern!(py, "big"))) {
        Ok(bytes) => Ok(Some(U256::from_be_slice(bytes.extract()?))),
        Err(error) if error.is_instance_of::<pyo3::exceptions::PyOverflowError>(py) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Return a Python number as 256 bits; raise `OverflowError` where it is negative or larger.
pub fn number(value: &Bound<'_, PyAny>) -> PyResult<U256> {
    u256(value)?.ok_or_else(|| PyOverflowError::new_err(format!("{value} is outside 0 to 2^256 - 1")))
}

/// Return the root of a state; raise `UnknownState` for what can be none.
pub fn root(py: Python<'_>, bytes: &[u8]) -> PyResult<B256> {
    B256::try_from(bytes).map_err(|_| raised(py, unknown(bytes)))
}

/// Return 32 bytes; raise `ValueError` for another length.
pub fn hash(bytes: &[u8]) -> PyResult<B256> {
    B256::try_from(bytes)
        .map_err(|_| PyValueError::new_err(format!("a hash is 32 bytes, got {}", bytes.len())))
}

/// Return 20 bytes; raise `ValueError` for another length.
pub fn address(bytes: &[u8]) -> PyResult<Address> {
    Address::try_from(bytes)
        .map_err(|_| PyValueError::new_err(format!("an address is 20 bytes, got {}", bytes.len())))
}
