//! The sampled kernel's first win on a state (`chain.protocols.qtum.kernel.sampled_wins`).

use alloy_primitives::{U256, U512};

use crate::stake::book::Book;
use crate::stake::coin::Shared;
use crate::stake::draws::Draws;
use crate::stake::logarithm::{ONE, clock_ratio, minus_log};

const MOMENT_BITS: usize = 32;

/// A coin that wins a step: `steps` after the parent, at least 1, and `moment` / 2^32 of the way into it.
pub struct Win {
    pub steps: u64,
    pub moment: u64,
    pub coin: Shared,
}

/// Return who wins first under a target, drawing by `key`; None where no coin is mature, or nobody lives to see it.
pub fn first_win(book: &Book, target: U256, key: &[&[u8]]) -> Option<Win> {
    if book.mature_sat() == 0 {
        return None;
    }
    let certain = U512::from(1) << 256;
    let wide = U512::from(target);
    let fastest = clock_ratio(chance((wide * U512::from(book.largest_sat())).min(certain)));
    let rate = wide * U512::from(book.mature_sat()) * U512::from(fastest);
    let mut draws = Draws::new(key);
    let mut waited = 0;
    loop {
        waited += minus_log((draws.word() >> 64) + 1);
        let coin = book.draw(&mut |bound| Ok::<_, ()>(draws.below(bound))).ok()?;
        let height = draws.below(fastest);
        if height >= ONE && height >= clock_ratio(chance(wide * U512::from(coin.value_sat))) {
            continue;
        }
        let at_moment = (U512::from(waited) << (256 + MOMENT_BITS)).checked_div(rate)?;
        let steps = u64::try_from(at_moment >> MOMENT_BITS).ok()?.checked_add(1)?;
        let moment = at_moment.as_limbs()[0] & ((1 << MOMENT_BITS) - 1);
        return Some(Win { steps, moment, coin: coin.clone() });
    }
}

/// Cut a threshold of 256 bits, or a little more, to a 64-bit fraction.
fn chance(winning: U512) -> u128 {
    let fraction: U512 = winning >> 192;
    fraction.to()
}
