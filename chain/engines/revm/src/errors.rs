//! What can go wrong, by the names of `chain.errors`.

/// An error of the ledger, which Python sees as the exception of the same name.
#[derive(Debug)]
pub enum EngineError {
    UnknownState(String),
    InvalidBlock(String),
    InvalidEncoding(String),
    InvalidSignature(String),
    StateMismatch(String),
    EngineFailure(String),
}

pub type Outcome<T> = Result<T, EngineError>;
