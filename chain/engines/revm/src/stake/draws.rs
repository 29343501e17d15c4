//! Words from SHA-256(key, counter): `chain.draws.Draws`.

use alloy_primitives::U256;
use sha2::{Digest, Sha256};

/// A stream of 128-bit words.
pub struct Draws {
    keyed: Sha256,
    counter: u64,
    spare: Option<u128>,
}

impl Draws {
    pub fn new(key: &[&[u8]]) -> Self {
        let mut keyed = Sha256::new();
        key.iter().for_each(|part| keyed.update(part));
        Self { keyed, counter: 0, spare: None }
    }

    /// Return 128 uniform bits.
    pub fn word(&mut self) -> u128 {
        if let Some(word) = self.spare.take() {
            return word;
        }
        let mut hasher = self.keyed.clone();
        hasher.update(self.counter.to_be_bytes());
        self.counter += 1;
        let both = U256::from_be_bytes::<32>(hasher.finalize().into());
        self.spare = Some(low(both));
        low(both >> 128)
    }

    /// Return a uniform integer of 0 to bound - 1.
    pub fn below(&mut self, bound: u128) -> u128 {
        low(U256::from(self.word()) * U256::from(bound) >> 128)
    }
}

fn low(number: U256) -> u128 {
    let [first, second, ..] = *number.as_limbs();
    u128::from(second) << 64 | u128::from(first)
}
