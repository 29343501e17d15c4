//! An unspent output that may stake (`chain.protocols.qtum.coins.Coin`).

use std::io::Write;
use std::sync::Arc;

use alloy_primitives::U256;
use sha2::{Digest, Sha256};

/// A coin where it is: in a book and its copies, and in the changes that made and spent it.
pub type Shared = Arc<Coin>;

/// A coin, and its part of the sum that commits to a whole book.
#[derive(Clone, PartialEq, Eq)]
pub struct Coin {
    pub serial: u64,
    pub owner: u32,
    pub value_sat: u64,
    pub number: i64,
    pub time_s: i64,
    pub transaction: [u8; 32],
    pub output: u32,
    pub digest: U256,
}

impl Coin {
    /// Work out the digest from the rest; the coin is complete then, and shared by all that tell of it.
    pub fn digested(mut self) -> Shared {
        let mut text = Vec::with_capacity(128);
        let (serial, owner, value_sat) = (self.serial, self.owner, self.value_sat);
        let (number, time_s, output) = (self.number, self.time_s, self.output);
        write!(text, "{serial},{owner},{value_sat},{number},{time_s},{output},")
            .expect("memory takes it all");
        text.extend_from_slice(&self.transaction);
        self.digest = U256::from_be_bytes::<32>(Sha256::digest(&text).into());
        Arc::new(self)
    }

    /// The class of values between two powers of two that it belongs to.
    pub fn class(&self) -> usize {
        (u64::BITS - self.value_sat.leading_zeros()) as usize
    }
}

/// SHA-256 of the SHA-256.
pub fn sha256d(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    parts.iter().for_each(|part| hasher.update(part));
    Sha256::digest(hasher.finalize()).into()
}
