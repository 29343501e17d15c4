//! Keccak-f[1600] on several states side by side, one in each place of a vector register (FIPS 202, section 3).

use std::arch::x86_64::{__m256i, __m512i};

use alloy_primitives::B256;
use pulp::x86::{V3, V4};
use pulp::{NullaryFnOnce, cast, u64x4, u64x8};

/// Bytes that one permutation absorbs.
pub const BLOCK_BYTES: usize = 136;

pub type Block = [u8; BLOCK_BYTES];

/// The registers that this processor has.
#[derive(Clone, Copy)]
pub enum Lanes {
    /// AVX-512: eight numbers of 64 bits.
    Eight(V4),
    /// AVX2: four.
    Four(V3),
    /// None that would help.
    One,
}

impl Lanes {
    /// Return the widest.
    pub fn here() -> Self {
        match (V4::try_new(), V3::try_new()) {
            (Some(wide), _) => Self::Eight(wide),
            (None, Some(narrow)) => Self::Four(narrow),
            (None, None) => Self::One,
        }
    }

    /// Return all that there are.
    #[cfg(test)]
    pub fn all() -> Vec<Self> {
        let wide = V4::try_new().map(Self::Eight);
        let narrow = V3::try_new().map(Self::Four);
        wide.into_iter().chain(narrow).chain([Self::One]).collect()
    }

    /// Return how many states go side by side.
    pub fn width(self) -> usize {
        match self {
            Self::Eight(_) => 8,
            Self::Four(_) => 4,
            Self::One => 1,
        }
    }

    /// Return the hashes of padded messages, no more than there is room for.
    pub fn hashed(self, messages: &[&[Block]]) -> [B256; 8] {
        match self {
            Self::Eight(lanes) => lanes.vectorize(Absorbing { lanes, messages }),
            Self::Four(lanes) => lanes.vectorize(Absorbing { lanes, messages }),
            Self::One => unreachable!("a message alone has nothing beside it"),
        }
    }
}

/// What a register can do with the numbers in it, each for itself.
trait Register: Copy {
    type Numbers: Copy;
    fn all(self, number: u64) -> Self::Numbers;
    /// Those beyond the register's room are left out.
    fn from(self, numbers: [u64; 8]) -> Self::Numbers;
    fn told(self, numbers: Self::Numbers) -> [u64; 8];
    fn xor(self, one: Self::Numbers, other: Self::Numbers) -> Self::Numbers;
    /// Turn left by so many bits, `REST` being what is missing to 64.
    fn turned<const LEFT: i32, const REST: i32>(self, numbers: Self::Numbers) -> Self::Numbers;
    /// `one ^ (!next & after)`
    fn chi(self, one: Self::Numbers, next: Self::Numbers, after: Self::Numbers) -> Self::Numbers;
}

impl Register for V4 {
    type Numbers = __m512i;

    #[inline(always)]
    fn all(self, number: u64) -> __m512i {
        self.avx512f._mm512_set1_epi64(number.cast_signed())
    }

    #[inline(always)]
    fn from(self, [a, b, c, d, e, f, g, h]: [u64; 8]) -> __m512i {
        cast(u64x8(a, b, c, d, e, f, g, h))
    }

    #[inline(always)]
    fn told(self, numbers: __m512i) -> [u64; 8] {
        cast(numbers)
    }

    #[inline(always)]
    fn xor(self, one: __m512i, other: __m512i) -> __m512i {
        self.avx512f._mm512_xor_si512(one, other)
    }

    #[inline(always)]
    fn turned<const LEFT: i32, const REST: i32>(self, numbers: __m512i) -> __m512i {
        self.avx512f._mm512_rol_epi64::<LEFT>(numbers)
    }

    #[inline(always)]
    fn chi(self, one: __m512i, next: __m512i, after: __m512i) -> __m512i {
        self.avx512f._mm512_ternarylogic_epi64::<0b1101_0010>(one, next, after)
    }
}

impl Register for V3 {
    type Numbers = __m256i;

    #[inline(always)]
    fn all(self, number: u64) -> __m256i {
        self.avx._mm256_set1_epi64x(number.cast_signed())
    }

    #[inline(always)]
    fn from(self, [a, b, c, d, ..]: [u64; 8]) -> __m256i {
        cast(u64x4(a, b, c, d))
    }

    #[inline(always)]
    fn told(self, numbers: __m256i) -> [u64; 8] {
        let [a, b, c, d]: [u64; 4] = cast(numbers);
        [a, b, c, d, 0, 0, 0, 0]
    }

    #[inline(always)]
    fn xor(self, one: __m256i, other: __m256i) -> __m256i {
        self.avx2._mm256_xor_si256(one, other)
    }

    #[inline(always)]
    fn turned<const LEFT: i32, const REST: i32>(self, numbers: __m256i) -> __m256i {
        let (left, right) =
            (self.avx2._mm256_slli_epi64::<LEFT>(numbers), self.avx2._mm256_srli_epi64::<REST>(numbers));
        self.avx2._mm256_or_si256(left, right)
    }

    #[inline(always)]
    fn chi(self, one: __m256i, next: __m256i, after: __m256i) -> __m256i {
        self.avx2._mm256_xor_si256(one, self.avx2._mm256_andnot_si256(next, after))
    }
}

/// Padded messages to absorb in registers of one kind.
struct Absorbing<'a, R> {
    lanes: R,
    messages: &'a [&'a [Block]],
}

impl<R: Register> NullaryFnOnce for Absorbing<'_, R> {
    type Output = [B256; 8];

    #[inline(always)]
    fn call(self) -> [B256; 8] {
        let lanes = self.lanes;
        let mut hashes = [B256::ZERO; 8];
        let mut state = [lanes.all(0); 25];
        let longest = self.messages.iter().map(|message| message.len()).max().unwrap_or(0);
        for at in 0..longest {
            let mut blocks = [&[0; BLOCK_BYTES]; 8]; // a message that is over absorbs nothing that matters
            for (block, message) in blocks.iter_mut().zip(self.messages) {
                *block = message.get(at).unwrap_or(block);
            }
            for (number, row) in state[..BLOCK_BYTES / 8].iter_mut().enumerate() {
                let told = blocks.map(|block| u64::from_le_bytes(block.as_chunks().0[number]));
                *row = lanes.xor(*row, lanes.from(told));
            }
            state = permuted(lanes, state);
            if self.messages.iter().all(|message| message.len() != at + 1) {
                continue;
            }
            let rows = [0, 1, 2, 3].map(|row| lanes.told(state[row]));
            for (place, message) in self.messages.iter().enumerate() {
                if message.len() == at + 1 {
                    for (bytes, row) in hashes[place].as_chunks_mut().0.iter_mut().zip(&rows) {
                        *bytes = row[place].to_le_bytes();
                    }
                }
            }
        }
        hashes
    }
}

/// Round constants (iota).
const ROUNDS: [u64; 24] = [
    0x0000000000000001,
    0x0000000000008082,
    0x800000000000808a,
    0x8000000080008000,
    0x000000000000808b,
    0x0000000080000001,
    0x8000000080008081,
    0x8000000000008009,
    0x000000000000008a,
    0x0000000000000088,
    0x0000000080008009,
    0x000000008000000a,
    0x000000008000808b,
    0x800000000000008b,
    0x8000000000008089,
    0x8000000000008003,
    0x8000000000008002,
    0x8000000000000080,
    0x000000000000800a,
    0x800000008000000a,
    0x8000000080008081,
    0x8000000000008080,
    0x0000000080000001,
    0x8000000080008008,
];

macro_rules! turn_and_move {
    ($lanes:ident, $state:ident, $columns:ident, $moved:ident: $($from:literal => $to:literal by $turn:literal),+) => {
        $($moved[$to] = $lanes.turned::<$turn, { 64 - $turn }>($lanes.xor($state[$from], $columns[$from % 5]));)+
    };
}

macro_rules! mix_rows {
    ($lanes:ident, $moved:ident, $state:ident: $($row:literal),+) => {$(
        $state[$row] = $lanes.chi($moved[$row], $moved[$row + 1], $moved[$row + 2]);
        $state[$row + 1] = $lanes.chi($moved[$row + 1], $moved[$row + 2], $moved[$row + 3]);
        $state[$row + 2] = $lanes.chi($moved[$row + 2], $moved[$row + 3], $moved[$row + 4]);
        $state[$row + 3] = $lanes.chi($moved[$row + 3], $moved[$row + 4], $moved[$row]);
        $state[$row + 4] = $lanes.chi($moved[$row + 4], $moved[$row], $moved[$row + 1]);
    )+};
}

// Macros and not loops: what is not unrolled does not stay in registers.
#[inline(always)]
fn permuted<R: Register>(lanes: R, mut state: [R::Numbers; 25]) -> [R::Numbers; 25] {
    for constant in ROUNDS {
        let sums: [R::Numbers; 5] = std::array::from_fn(|x| {
            [5, 10, 15, 20].iter().fold(state[x], |sum, row| lanes.xor(sum, state[x + row]))
        });
        let columns: [R::Numbers; 5] =
            std::array::from_fn(|x| lanes.xor(sums[(x + 4) % 5], lanes.turned::<1, 63>(sums[(x + 1) % 5])));
        let mut moved = state;
        turn_and_move!(lanes, state, columns, moved:
            0 => 0 by 0, 1 => 10 by 1, 2 => 20 by 62, 3 => 5 by 28, 4 => 15 by 27,
            5 => 16 by 36, 6 => 1 by 44, 7 => 11 by 6, 8 => 21 by 55, 9 => 6 by 20,
            10 => 7 by 3, 11 => 17 by 10, 12 => 2 by 43, 13 => 12 by 25, 14 => 22 by 39,
            15 => 23 by 41, 16 => 8 by 45, 17 => 18 by 15, 18 => 3 by 21, 19 => 13 by 8,
            20 => 14 by 18, 21 => 24 by 2, 22 => 9 by 61, 23 => 19 by 56, 24 => 4 by 14
        );
        mix_rows!(lanes, moved, state: 0, 5, 10, 15, 20);
        state[0] = lanes.xor(state[0], lanes.all(constant));
    }
    state
}
