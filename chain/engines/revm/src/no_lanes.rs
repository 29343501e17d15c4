//! What stands in for `lanes.rs` where no vector registers are made use of.

use alloy_primitives::B256;

/// Bytes that one permutation absorbs.
pub const BLOCK_BYTES: usize = 136;

pub type Block = [u8; BLOCK_BYTES];

/// The registers that this processor has.
#[derive(Clone, Copy)]
pub struct Lanes;

impl Lanes {
    pub fn here() -> Self {
        Self
    }

    #[cfg(test)]
    pub fn all() -> Vec<Self> {
        vec![Self]
    }

    /// Return how many states go side by side.
    pub fn width(self) -> usize {
        1
    }

    /// Return the hashes of padded messages, which nobody asks for where only one goes at a time.
    pub fn hashed(self, _messages: &[&[Block]]) -> [B256; 8] {
        unreachable!("a message alone has nothing beside it")
    }
}
