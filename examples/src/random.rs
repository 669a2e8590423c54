//! Random numbers that are the same everywhere for the same seed.

/// xorshift64*.
#[derive(Debug)]
pub struct Random(u64);

impl Random {
    /// From a seed; any will do.
    pub const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `limit`.
    pub const fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16) % limit
    }

    /// An index below `limit`.
    pub const fn index(&mut self, limit: usize) -> usize {
        self.below(limit as u64) as usize
    }

    /// One of several.
    pub const fn pick<'t, T>(&mut self, from: &'t [T]) -> &'t T {
        &from[self.index(from.len())]
    }

    /// True so many times in a hundred.
    pub const fn chance(&mut self, per_cent: u64) -> bool {
        self.below(100) < per_cent
    }
}
