//! The numbers of the framework: vendors, purposes, features. Each is a type that cannot be wrong.

use core::{fmt, marker::PhantomData, num::NonZeroU16};

/// A vendor's number on the Global Vendor List, 1 to 65,535.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct VendorId(NonZeroU16);

impl VendorId {
    /// `None` for 0, which no vendor has.
    pub const fn new(id: u16) -> Option<Self> {
        match NonZeroU16::new(id) {
            Some(id) => Some(Self(id)),
            None => None,
        }
    }

    /// The number.
    pub const fn get(self) -> u16 {
        self.0.get()
    }
}

impl From<NonZeroU16> for VendorId {
    fn from(id: NonZeroU16) -> Self {
        Self(id)
    }
}

impl fmt::Debug for VendorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VendorId({})", self.get())
    }
}

impl fmt::Display for VendorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// A number from 1 to a small maximum, of which an [`IdSet`] can be made.
///
/// Sealed: [`Purpose`], [`SpecialPurpose`], [`Feature`] and [`SpecialFeature`] are all.
pub trait SmallId: Copy + sealed::Sealed {
    /// The largest number.
    const MAX: u8;

    /// `None` if `id` is 0 or over [`MAX`](Self::MAX).
    fn new(id: u8) -> Option<Self>;

    /// The number.
    fn get(self) -> u8;
}

mod sealed {
    #[expect(unnameable_types, reason = "this is how a trait is sealed")]
    pub trait Sealed {}
}

/// The four types differ in name and maximum only.
macro_rules! small_id {
    ($(#[$doc:meta])* $name:ident, $max:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub struct $name(u8);

        impl $name {
            /// `None` if `id` is 0 or too large.
            pub const fn new(id: u8) -> Option<Self> {
                if id >= 1 && id <= $max { Some(Self(id)) } else { None }
            }

            /// The number.
            pub const fn get(self) -> u8 {
                self.0
            }
        }

        impl sealed::Sealed for $name {}

        impl SmallId for $name {
            const MAX: u8 = $max;

            fn new(id: u8) -> Option<Self> {
                Self::new(id)
            }

            fn get(self) -> u8 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
    };
}

small_id! {
    /// A purpose, 1 to 24; TCF 2.2 and later define 1 to 11 (`docs/sources/tcf.md#purposes`).
    Purpose, 24
}
small_id! {
    /// A special purpose, 1 to 24; policy version 5 defines 1 to 3. The user has no choice in it.
    SpecialPurpose, 24
}
small_id! {
    /// A feature, 1 to 24; 1 to 3 are defined. It is disclosed, not chosen.
    Feature, 24
}
small_id! {
    /// A special feature, 1 to 12; 1 and 2 are defined. The user opts in.
    SpecialFeature, 12
}

impl Purpose {
    /// 1: store and/or access information on a device.
    pub const STORE_AND_ACCESS: Self = Self(1);
    /// 2: use limited data to select advertising.
    pub const LIMITED_DATA_ADS: Self = Self(2);
    /// 3: create profiles for personalised advertising.
    pub const CREATE_ADS_PROFILE: Self = Self(3);
    /// 4: use profiles to select personalised advertising.
    pub const USE_ADS_PROFILE: Self = Self(4);
    /// 5: create profiles to personalise content.
    pub const CREATE_CONTENT_PROFILE: Self = Self(5);
    /// 6: use profiles to select personalised content.
    pub const USE_CONTENT_PROFILE: Self = Self(6);
    /// 7: measure advertising performance.
    pub const MEASURE_ADS: Self = Self(7);
    /// 8: measure content performance.
    pub const MEASURE_CONTENT: Self = Self(8);
    /// 9: understand audiences through statistics.
    pub const AUDIENCE_STATISTICS: Self = Self(9);
    /// 10: develop and improve services.
    pub const IMPROVE_SERVICES: Self = Self(10);
    /// 11: use limited data to select content.
    pub const LIMITED_DATA_CONTENT: Self = Self(11);

    /// Whether legitimate interest can ever be its basis: not for 1 (policies), nor for 3 to 6
    /// (since TCF 2.2, and prudently before).
    pub const fn allows_legitimate_interest(self) -> bool {
        !matches!(self.0, 1 | 3..=6)
    }
}

/// A set of [`Purpose`]s, [`SpecialPurpose`]s, [`Feature`]s or [`SpecialFeature`]s: one word.
///
/// ```
/// use predispatch_tcf::{Purpose, PurposeSet};
///
/// let needed: PurposeSet = [1, 7].into_iter().filter_map(Purpose::new).collect();
/// assert!(needed.contains(Purpose::MEASURE_ADS));
/// assert_eq!(needed.iter().map(Purpose::get).collect::<Vec<_>>(), [1, 7]);
/// ```
pub struct IdSet<T> {
    /// Bit n − 1 stands for the number n.
    bits: u32,
    of: PhantomData<fn() -> T>,
}

/// Purposes.
pub type PurposeSet = IdSet<Purpose>;
/// Special features.
pub type SpecialFeatureSet = IdSet<SpecialFeature>;

impl<T: SmallId> IdSet<T> {
    /// The set of none.
    pub const EMPTY: Self = Self::from_low_bits(0);

    const fn from_low_bits(bits: u32) -> Self {
        Self { bits, of: PhantomData }
    }

    /// From a field of `width` bits whose first (highest) bit stands for number 1.
    pub(crate) fn from_field(field: u64, width: u32) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "fields of ids have 24 bits at most")]
        let bits = (field as u32).reverse_bits();
        Self::from_low_bits(bits.wrapping_shr(32_u32.wrapping_sub(width)))
    }

    /// The inverse of [`from_field`](Self::from_field).
    pub(crate) fn to_field(self, width: u32) -> u64 {
        u64::from(self.bits.reverse_bits().wrapping_shr(32_u32.wrapping_sub(width)))
    }

    /// Whether `id` is in it.
    pub fn contains(self, id: T) -> bool {
        self.bits & bit(id) != 0
    }

    /// Whether nothing is in it.
    pub const fn is_empty(self) -> bool {
        self.bits == 0
    }

    /// How many are in it.
    pub const fn len(self) -> u32 {
        self.bits.count_ones()
    }

    /// Adds `id`.
    pub fn insert(&mut self, id: T) {
        self.bits |= bit(id);
    }

    /// Takes `id` out.
    pub fn remove(&mut self, id: T) {
        self.bits &= !bit(id);
    }

    /// What is in both.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self::from_low_bits(self.bits & other.bits)
    }

    /// What is in either.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self::from_low_bits(self.bits | other.bits)
    }

    /// What is in this set but not in `other`.
    #[must_use]
    pub const fn difference(self, other: Self) -> Self {
        Self::from_low_bits(self.bits & !other.bits)
    }

    /// All of them, ascending.
    pub fn iter(self) -> impl Iterator<Item = T> {
        (1..=T::MAX).filter_map(T::new).filter(move |&id| self.contains(id))
    }
}

fn bit<T: SmallId>(id: T) -> u32 {
    1_u32.wrapping_shl(u32::from(id.get()).wrapping_sub(1))
}

impl<T: SmallId> FromIterator<T> for IdSet<T> {
    fn from_iter<I: IntoIterator<Item = T>>(ids: I) -> Self {
        Self::from_low_bits(ids.into_iter().fold(0, |bits, id| bits | bit(id)))
    }
}

// By hand: derived ones would ask the same of `T`.
impl<T> Clone for IdSet<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for IdSet<T> {}

impl<T> Default for IdSet<T> {
    fn default() -> Self {
        Self { bits: 0, of: PhantomData }
    }
}

impl<T> PartialEq for IdSet<T> {
    fn eq(&self, other: &Self) -> bool {
        self.bits == other.bits
    }
}

impl<T> Eq for IdSet<T> {}

impl<T> core::hash::Hash for IdSet<T> {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.bits.hash(state);
    }
}

impl<T: SmallId> fmt::Debug for IdSet<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(T::get)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_outside_their_range_do_not_exist() {
        assert_eq!(VendorId::new(0), None);
        assert_eq!((Purpose::new(0), Purpose::new(25)), (None, None));
        assert_eq!((SpecialFeature::new(0), SpecialFeature::new(13)), (None, None));
        assert_eq!(Purpose::new(24).map(Purpose::get), Some(24));
    }

    #[test]
    fn the_first_bit_of_a_field_is_number_one() {
        let set = PurposeSet::from_field(0b1000_0000_0000_0000_0000_0001, 24);
        assert_eq!(set.iter().map(Purpose::get).collect::<Vec<_>>(), [1, 24]);
        assert_eq!(set.to_field(24), 0b1000_0000_0000_0000_0000_0001);
        let set = SpecialFeatureSet::from_field(0b0100_0000_0000, 12);
        assert_eq!(set.iter().map(SpecialFeature::get).collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn sets_add_and_take_out() {
        let mut set = PurposeSet::EMPTY;
        set.insert(Purpose::MEASURE_ADS);
        set.insert(Purpose::STORE_AND_ACCESS);
        assert_eq!(format!("{set:?} {}", set.len()), "{1, 7} 2");
        set.remove(Purpose::STORE_AND_ACCESS);
        assert!(!set.is_empty() && !set.contains(Purpose::STORE_AND_ACCESS));
    }
}
