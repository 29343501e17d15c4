//! MedSim's fast engine: whole blocks on revm, each from its parent's state, and the coins that stake. No policy lives
//! here.
#![forbid(unsafe_code)]

mod admission;
mod batch;
mod environment;
mod errors;
mod keccak;
#[cfg_attr(not(target_arch = "x86_64"), path = "no_lanes.rs")]
mod lanes;
mod machine;
mod parent;
mod python;
mod roots;
mod scratch;
mod sealing;
mod signatures;
mod stake;
mod state;
mod storage;
mod transaction;
mod trie;
mod words;

/// Blocks make and drop many small trie nodes; the system's allocator takes a tenth of their time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The extension module.
#[pyo3::pymodule]
mod medsim_revm {
    #[pymodule_export]
    use crate::python::block::Block;
    #[pymodule_export]
    use crate::python::machine::Machine;
    #[pymodule_export]
    use crate::python::stake::{CoinBook, CoinChange};
}
