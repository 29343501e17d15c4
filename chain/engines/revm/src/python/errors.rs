//! Rust's errors as the exceptions of `chain.errors`.

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

use crate::errors::EngineError;

/// Return the Python exception of an error.
pub fn raised(py: Python<'_>, error: EngineError) -> PyErr {
    let (name, text) = match error {
        EngineError::UnknownState(text) => ("UnknownState", text),
        EngineError::InvalidBlock(text) => ("InvalidBlock", text),
        EngineError::InvalidEncoding(text) => ("InvalidEncoding", text),
        EngineError::InvalidSignature(text) => ("InvalidSignature", text),
        EngineError::StateMismatch(text) => ("StateMismatch", text),
        EngineError::EngineFailure(text) => ("EngineFailure", text),
    };
    let class = py.import("chain.errors").and_then(|errors| errors.getattr(name));
    match class.and_then(|class| class.call1((&text,))) {
        Ok(exception) => PyErr::from_value(exception),
        Err(error) => PyRuntimeError::new_err(format!("{name}: {text} ({error})")),
    }
}
