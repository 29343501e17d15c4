//! The staking coins of Qtum's proof of stake, and many empty blocks at once: `chain.protocols.qtum` natively.
//!
//! What is counted in years of empty blocks is here: the book of coins, the sampled kernel, the stake transaction.
//! Subsidies, shares and difficulty stay in Python and are asked for block by block.

pub mod book;
pub mod coin;
mod draws;
pub mod idle;
mod logarithm;
pub mod lottery;
