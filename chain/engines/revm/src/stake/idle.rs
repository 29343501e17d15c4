//! Many empty blocks at once (`chain.protocols.qtum.idle`), with the sampled kernel.

use std::collections::VecDeque;
use std::sync::Arc;

use alloy_primitives::{U256, U512};

use crate::stake::book::{Book, Change, Missing};
use crate::stake::coin::{Shared, sha256d};
use crate::stake::lottery::{Win, first_win};

/// What rules say of one block: subsidy, the producer's part, each sharer's part, how many these are, the next target.
pub struct Ruled {
    pub issued_sat: u64,
    pub producer_sat: u64,
    pub part_sat: u64,
    pub sharers: usize,
    pub next_bits: u32,
}

/// How a stake transaction is put together.
pub struct Staking {
    pub grid_s: i64,
    pub oldest_sharer_offset_blocks: usize,
    pub combined_inputs: usize,
    pub split_threshold_sat: u64,
    pub whole_sat: u64,
}

/// Up to when blocks are passed: time, height, and how many at most.
pub struct Bounds {
    pub until_s: i64,
    pub until_number: Option<i64>,
    pub room_blocks: usize,
}

/// Where the chain stands, and what the blocks on the way have paid and made, by owner.
pub struct Road {
    pub number: i64,
    pub timestamp_s: i64,
    pub bits: u32,
    pub modifier: [u8; 32],
    pub producers: VecDeque<u32>,
    pub issued_sat: u64,
    pub work: U256,
    pub paid_sat: Vec<u64>,
    pub made: Vec<u64>,
}

/// What stopped the passing: a bound, or room for more blocks somewhere else.
pub enum Stop {
    Over,
    Full,
}

/// Blocks that were passed; the target of the last, and the win of the block after it where it was looked for.
pub struct Passed {
    pub changes: Vec<Arc<Change>>,
    pub last_bits: u32,
    pub upcoming: Option<Win>,
    pub stop: Stop,
}

/// What can go wrong underway.
pub enum Trouble<E> {
    Missing(Missing),
    Rules(E),
}

/// Pass the block that `coin` has won after `interval_s`, and empty ones after it. `rules` is asked with height, number
/// of known producers, target and interval; where they fail the book is as it was.
pub fn pass<E>(
    book: &mut Book,
    road: &mut Road,
    staking: &Staking,
    bounds: &Bounds,
    seed: &[u8],
    (mut coin, mut interval_s): (Shared, i64),
    mut rules: impl FnMut(i64, usize, u32, i64) -> Result<Ruled, E>,
) -> Result<Passed, Trouble<E>> {
    let mut changes: Vec<Arc<Change>> = Vec::new();
    loop {
        road.number += 1;
        road.timestamp_s += interval_s;
        let ruled = rules(road.number, road.producers.len(), road.bits, interval_s).map_err(Trouble::Rules);
        let forged = ruled.and_then(|ruled| {
            let change = forge(book, road, staking, &ruled, &coin).map_err(Trouble::Missing)?;
            Ok((change, ruled.next_bits))
        });
        let (change, next_bits) = match forged {
            Ok(forged) => forged,
            Err(trouble) => {
                changes.iter().rev().try_for_each(|change| book.undo(change)).map_err(Trouble::Missing)?;
                return Err(trouble);
            }
        };
        changes.push(change);
        road.modifier = sha256d(&[&coin.transaction, &road.modifier]);
        let last_bits = road.bits;
        road.bits = next_bits;
        let over = |changes, upcoming, stop| Ok(Passed { changes, last_bits, upcoming, stop });
        if bounds.until_number.is_some_and(|until| road.number >= until) {
            return over(changes, None, Stop::Over);
        }
        let Some(win) = first_win(book, target(road.bits), &[seed, &road.modifier]) else {
            return over(changes, None, Stop::Over);
        };
        let Some(step_s) = i64::try_from(win.steps).ok().and_then(|steps| steps.checked_mul(staking.grid_s))
        else {
            return over(changes, None, Stop::Over);
        };
        if step_s > bounds.until_s - road.timestamp_s {
            return over(changes, Some(win), Stop::Over);
        }
        if changes.len() >= bounds.room_blocks {
            return over(changes, Some(win), Stop::Full);
        }
        (coin, interval_s) = (win.coin, step_s);
    }
}

/// Make the stake transaction of `kernel`, pay, and let the book follow.
fn forge(
    book: &mut Book,
    road: &mut Road,
    staking: &Staking,
    ruled: &Ruled,
    kernel: &Shared,
) -> Result<Arc<Change>, Missing> {
    let owner = kernel.owner as usize;
    let mut spent = vec![kernel.clone()];
    let more = book.small_coins(owner, &kernel.transaction, staking.combined_inputs - 1);
    spent.extend(more.cloned());
    let amount_sat = spent.iter().map(|coin| coin.value_sat).sum::<u64>() + ruled.producer_sat;
    let mut outputs = Vec::with_capacity(2 + ruled.sharers);
    if amount_sat < staking.split_threshold_sat {
        outputs.push((kernel.owner, amount_sat));
    } else {
        let half_sat = amount_sat / 2 / staking.whole_sat * staking.whole_sat;
        outputs.extend([(kernel.owner, half_sat), (kernel.owner, amount_sat - half_sat)]);
    }
    road.paid_sat[owner] += ruled.producer_sat;
    let nearest = staking.oldest_sharer_offset_blocks + 1 - ruled.sharers;
    for offset in nearest..nearest + ruled.sharers {
        let sharer = road.producers[road.producers.len() - offset];
        outputs.push((sharer, ruled.part_sat));
        road.paid_sat[sharer as usize] += ruled.part_sat;
    }
    let transaction = sha256d(&[
        b"stake",
        &road.modifier,
        &kernel.transaction,
        &kernel.output.to_le_bytes(),
        &road.timestamp_s.to_le_bytes(),
    ]);
    let change = book.close_block(road.number, road.timestamp_s, transaction, &outputs, spent)?;
    road.made[owner] += 1;
    if road.producers.len() == staking.oldest_sharer_offset_blocks {
        road.producers.pop_front();
    }
    road.producers.push_back(kernel.owner);
    road.issued_sat += ruled.issued_sat;
    road.work += work(road.bits);
    Ok(change)
}

/// Return the target of compact bits, which rules have made: neither negative nor too large.
fn target(bits: u32) -> U256 {
    let (size_bytes, mantissa) = ((bits >> 24) as usize, U256::from(bits & 0x007f_ffff));
    if size_bytes <= 3 { mantissa >> (8 * (3 - size_bytes)) } else { mantissa << (8 * (size_bytes - 3)) }
}

/// Return the work of a block: the hashes that a try at its target takes on average, rounded down.
fn work(bits: u32) -> U256 {
    let hashes: U512 = (U512::from(1) << 256) / (U512::from(target(bits)) + U512::from(1));
    hashes.to()
}
