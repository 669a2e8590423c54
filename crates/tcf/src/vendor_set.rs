//! A set of vendors to write.

use core::fmt;

use crate::{VendorId, VendorRange};

/// Vendors, as a bit for each id up to the highest one.
///
/// ```
/// use predispatch_tcf::{VendorId, VendorRange, VendorSet};
///
/// let mut vendors: VendorSet = [2, 755].into_iter().filter_map(VendorId::new).collect();
/// vendors.insert_range(VendorRange::new(10, 12).expect("1 ≤ 10 ≤ 12"));
/// assert_eq!(vendors.iter().map(VendorId::get).collect::<Vec<_>>(), [2, 10, 11, 12, 755]);
/// ```
#[derive(Clone, Default)]
pub struct VendorSet {
    /// Bit n of word w stands for id 64 × w + n. The last word is never zero.
    words: Vec<u64>,
}

impl VendorSet {
    /// Adds `vendor`.
    pub fn insert(&mut self, vendor: VendorId) {
        let (word, bit) = position(vendor);
        if self.words.len() <= word {
            self.words.resize(word.saturating_add(1), 0);
        }
        if let Some(word) = self.words.get_mut(word) {
            *word |= bit;
        }
    }

    /// Adds every vendor of `range`.
    pub fn insert_range(&mut self, range: VendorRange) {
        let (first, from) = position(range.first());
        let (last, to) = position(range.last());
        if self.words.len() <= last {
            self.words.resize(last.saturating_add(1), 0);
        }
        // All bits but those below the first id, and up to the last.
        let from = !from.wrapping_sub(1);
        let to = to | to.wrapping_sub(1);
        let words = self.words.iter_mut().enumerate().take(last.saturating_add(1)).skip(first);
        for (index, word) in words {
            let from = if index == first { from } else { u64::MAX };
            let to = if index == last { to } else { u64::MAX };
            *word |= from & to;
        }
    }

    /// Whether `vendor` is in it.
    pub fn contains(&self, vendor: VendorId) -> bool {
        let (word, bit) = position(vendor);
        self.words.get(word).is_some_and(|word| word & bit != 0)
    }

    /// Whether no vendor is in it.
    pub const fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The highest id.
    pub fn last(&self) -> Option<VendorId> {
        let word = self.words.last()?;
        let bit = 63_u32.saturating_sub(word.leading_zeros());
        let before = u32::try_from(self.words.len().saturating_sub(1)).ok()?.saturating_mul(64);
        VendorId::new(u16::try_from(before.saturating_add(bit)).ok()?)
    }

    /// The vendors, ascending.
    pub fn iter(&self) -> impl Iterator<Item = VendorId> {
        let last = self.last().map_or(0, VendorId::get);
        (1..=last).filter_map(VendorId::new).filter(|&vendor| self.contains(vendor))
    }

    /// The vendors as ascending ranges with a gap after each.
    pub fn ranges(&self) -> Vec<VendorRange> {
        let mut ranges: Vec<VendorRange> = Vec::new();
        for vendor in self.iter() {
            match ranges.last_mut() {
                Some(range) if range.last().get().checked_add(1) == Some(vendor.get()) => {
                    *range = range.extended_to(vendor);
                }
                _ => ranges.extend(VendorRange::new(vendor.get(), vendor.get())),
            }
        }
        ranges
    }
}

fn position(vendor: VendorId) -> (usize, u64) {
    let id = usize::from(vendor.get());
    (id / 64, 1_u64.wrapping_shl(u32::from(vendor.get() % 64)))
}

impl FromIterator<VendorId> for VendorSet {
    fn from_iter<I: IntoIterator<Item = VendorId>>(vendors: I) -> Self {
        let mut set = Self::default();
        set.extend(vendors);
        set
    }
}

impl Extend<VendorId> for VendorSet {
    fn extend<I: IntoIterator<Item = VendorId>>(&mut self, vendors: I) {
        for vendor in vendors {
            self.insert(vendor);
        }
    }
}

impl FromIterator<VendorRange> for VendorSet {
    fn from_iter<I: IntoIterator<Item = VendorRange>>(ranges: I) -> Self {
        let mut set = Self::default();
        for range in ranges {
            set.insert_range(range);
        }
        set
    }
}

/// Words after the last id don't count, and there are none.
impl PartialEq for VendorSet {
    fn eq(&self, other: &Self) -> bool {
        self.words == other.words
    }
}

impl Eq for VendorSet {}

/// Only how many: a set of vendors is somebody's consent.
impl fmt::Debug for VendorSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let len: u32 = self.words.iter().map(|word| word.count_ones()).fold(0, u32::saturating_add);
        write!(f, "VendorSet(<redacted>, {len} vendors)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(ids: &[u16]) -> VendorSet {
        ids.iter().filter_map(|&id| VendorId::new(id)).collect()
    }

    #[test]
    fn runs_become_ranges() {
        let ranges = set(&[65_535, 3, 1, 2, 64, 63, 65, 700]).ranges();
        let ranges: Vec<_> = ranges.iter().map(|r| (r.first().get(), r.last().get())).collect();
        assert_eq!(ranges, [(1, 3), (63, 65), (700, 700), (65_535, 65_535)]);
        assert_eq!(set(&[]).ranges(), []);
    }

    #[test]
    fn a_range_is_its_single_ids() {
        for (first, last) in [(1, 1), (1, 63), (1, 64), (63, 64), (64, 127), (5, 700), (1, 65_535)]
        {
            let mut by_range = set(&[30, 900]);
            by_range.insert_range(VendorRange::new(first, last).unwrap());
            let mut one_by_one = set(&[30, 900]);
            one_by_one.extend((first..=last).filter_map(VendorId::new));
            assert!(by_range == one_by_one, "{first} to {last}");
        }
    }

    #[test]
    fn the_last_is_the_highest() {
        assert_eq!(set(&[]).last(), None);
        for id in [1, 63, 64, 65, 65_535] {
            assert_eq!(set(&[1, id]).last(), VendorId::new(id));
        }
        assert_eq!(format!("{:?}", set(&[1, 755])), "VendorSet(<redacted>, 2 vendors)");
    }
}
