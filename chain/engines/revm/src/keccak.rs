//! Keccak-256 of many messages at once: as many side by side as the processor has room for.

use alloy_primitives::{B256, keccak256};

use crate::lanes::{BLOCK_BYTES, Block, Lanes};

/// Messages to hash, one after the other.
#[derive(Default)]
pub struct Messages {
    /// Each padded to whole blocks.
    bytes: Vec<u8>,
    places: Vec<Place>,
}

/// A message's first byte, its length, and that with the padding.
#[derive(Clone, Copy)]
struct Place {
    begin: usize,
    length: usize,
    end: usize,
}

impl Messages {
    /// Add a message, which is what `write` appends.
    pub fn add(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let begin = self.bytes.len();
        write(&mut self.bytes);
        let length = self.bytes.len() - begin;
        let end = begin + (length / BLOCK_BYTES + 1) * BLOCK_BYTES;
        self.bytes.push(1);
        self.bytes.resize(end, 0);
        self.bytes[end - 1] |= 0x80;
        self.places.push(Place { begin, length, end });
    }

    /// Forget all messages.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.places.clear();
    }

    /// Iterate over the messages.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.places.iter().map(|place| &self.bytes[place.begin..place.begin + place.length])
    }

    /// Return the hash of each message.
    pub fn hashes(&self) -> Vec<B256> {
        self.hashes_on(Lanes::here())
    }

    fn hashes_on(&self, lanes: Lanes) -> Vec<B256> {
        let mut hashes = vec![B256::ZERO; self.places.len()];
        let mut order: Vec<usize> = (0..self.places.len()).collect();
        order.sort_by_key(|&at| self.places[at].end - self.places[at].begin); // what is absorbed together is equally long
        for group in order.chunks(lanes.width()) {
            if group.len() <= lanes.width().div_ceil(3) {
                for &at in group {
                    let Place { begin, length, .. } = self.places[at];
                    hashes[at] = keccak256(&self.bytes[begin..begin + length]);
                }
                continue;
            }
            let blocks = |at: usize| self.bytes[self.places[at].begin..self.places[at].end].as_chunks().0;
            let messages: Vec<&[Block]> = group.iter().map(|&at| blocks(at)).collect();
            for (&at, hash) in group.iter().zip(lanes.hashed(&messages)) {
                hashes[at] = hash;
            }
        }
        hashes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_messages_have_the_hashes_that_each_has_alone() {
        let bytes: Vec<u8> = (0..2000_u32).map(|number| (number * number / 7) as u8).collect();
        for lanes in Lanes::all() {
            for count in [0, 1, 2, 3, 4, 5, 8, 9, 30] {
                let mut messages = Messages::default();
                let lengths = (0..count).map(|number| number * 83 % 700 + number / 5);
                let expected: Vec<_> = [0, 135, 136, 137, 271, 272]
                    .into_iter()
                    .chain(lengths)
                    .map(|length| {
                        messages.add(|out| out.extend_from_slice(&bytes[length..2 * length]));
                        keccak256(&bytes[length..2 * length])
                    })
                    .collect();
                assert_eq!(messages.hashes_on(lanes), expected);
            }
        }
    }
}
