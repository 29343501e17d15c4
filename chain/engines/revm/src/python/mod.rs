//! The engine as Python sees it: `medsim_revm.Machine`, behind `chain.engines.revm`; and the book of coins.

pub mod block;
pub mod candidates;
pub mod errors;
pub mod machine;
pub mod numbers;
pub mod scratch;
pub mod stake;
