//! Natural logarithms in 64-bit fixed point: `chain.logarithm`, where the bounds are proven.

use alloy_primitives::U256;

pub const ONE: u128 = 1 << 64;
const HALF: u128 = ONE >> 1;
const LN_2: u128 = 12_786_308_645_202_655_659;

/// Return -ln(1 - x) / x for x = fraction / ONE in [0, 1/2].
fn log_ratio(fraction: u128) -> u128 {
    let divisor = 2 * ONE - fraction;
    let wide = U256::from(divisor);
    let square = u128_of((U256::from(fraction * fraction) << 64) / (wide * wide));
    let (mut total, mut power, mut odd) = (0, ONE, 1);
    while power > 0 {
        total += power / odd;
        power = (power * square) >> 64;
        odd += 2;
    }
    u128_of((U256::from(total) << 65) / wide)
}

/// Return -ln(x) for x = fraction / ONE in (0, 1].
pub fn minus_log(fraction: u128) -> u128 {
    let halvings = 64 - (u128::BITS - (fraction - 1).leading_zeros());
    let rest = ONE - (fraction << halvings);
    u128::from(halvings) * LN_2 + ((rest * log_ratio(rest)) >> 64)
}

/// Return -ln(1 - p) / p for p = chance / ONE; a certain win counts as p = 1 - 2^-64.
pub fn clock_ratio(chance: u128) -> u128 {
    if chance <= HALF {
        return log_ratio(chance);
    }
    let clock = minus_log(ONE.saturating_sub(chance).max(1));
    u128_of((U256::from(clock) << 64) / U256::from(chance))
}

fn u128_of(number: U256) -> u128 {
    number.to()
}
