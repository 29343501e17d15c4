//! Keccak-256 of many messages at once, as many side by side as the processor has room for.

use std::iter;

use alloy_primitives::{B256, keccak256};

/// Bytes that one permutation absorbs.
const BLOCK_BYTES: usize = 136;

/// Messages to hash, one after the other.
#[derive(Default)]
pub struct Messages {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Messages {
    /// Add a message, which is what `write` appends.
    pub fn add(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        write(&mut self.bytes);
        self.ends.push(self.bytes.len());
    }

    /// Forget all messages.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    /// Iterate over the messages and their hashes.
    pub fn hashed(&self) -> impl Iterator<Item = (&[u8], B256)> {
        let begins = iter::once(0).chain(self.ends.iter().copied());
        begins.zip(&self.ends).map(|(begin, &end)| {
            let message = &self.bytes[begin..end];
            (message, keccak256(message))
        })
    }
}
