//! The engine as Python sees it: `medsim_revm.Machine`, behind `chain.engines.revm`.

pub mod block;
pub mod candidates;
pub mod errors;
pub mod machine;
pub mod numbers;
pub mod scratch;
