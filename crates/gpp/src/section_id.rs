//! Section ids.

use core::{fmt, num::NonZeroU16};

/// The number under which a section is registered, from 1.
///
/// Every number is a valid id: a reader that does not know one passes its text on.
///
/// ```
/// use predispatch_gpp::SectionId;
///
/// assert_eq!(SectionId::US_CA.as_u16(), 8);
/// assert_eq!(SectionId::new(8), Some(SectionId::US_CA));
/// assert_eq!(SectionId::US_CA.name(), Some("usca"));
/// assert_eq!(SectionId::new(900).and_then(SectionId::name), None);
/// assert_eq!(SectionId::new(0), None);
/// ```
///
/// Source: `docs/sources/gpp.md#section-ids`.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct SectionId(NonZeroU16);

impl SectionId {
    /// EU TCF v1, dead.
    pub const TCF_EU_V1: Self = Self::known(1);
    /// EU TCF v2: the same text as a TC string.
    pub const TCF_EU_V2: Self = Self::known(2);
    /// Canadian TCF v1.
    pub const TCF_CA_V1: Self = Self::known(5);
    /// The US Privacy string, deprecated.
    pub const USP_V1: Self = Self::known(6);
    /// US national.
    pub const US_NAT: Self = Self::known(7);
    /// California.
    pub const US_CA: Self = Self::known(8);
    /// Virginia.
    pub const US_VA: Self = Self::known(9);
    /// Colorado.
    pub const US_CO: Self = Self::known(10);
    /// Utah.
    pub const US_UT: Self = Self::known(11);
    /// Connecticut.
    pub const US_CT: Self = Self::known(12);
    /// Florida.
    pub const US_FL: Self = Self::known(13);
    /// Montana.
    pub const US_MT: Self = Self::known(14);
    /// Oregon.
    pub const US_OR: Self = Self::known(15);
    /// Texas.
    pub const US_TX: Self = Self::known(16);
    /// Delaware.
    pub const US_DE: Self = Self::known(17);
    /// Iowa.
    pub const US_IA: Self = Self::known(18);
    /// Nebraska.
    pub const US_NE: Self = Self::known(19);
    /// New Hampshire.
    pub const US_NH: Self = Self::known(20);
    /// New Jersey.
    pub const US_NJ: Self = Self::known(21);
    /// Tennessee.
    pub const US_TN: Self = Self::known(22);
    /// Minnesota.
    pub const US_MN: Self = Self::known(23);
    /// Maryland.
    pub const US_MD: Self = Self::known(24);
    /// Indiana.
    pub const US_IN: Self = Self::known(25);
    /// Kentucky.
    pub const US_KY: Self = Self::known(26);
    /// Rhode Island.
    pub const US_RI: Self = Self::known(27);

    /// An id from its number; `None` for 0, which is none.
    pub const fn new(id: u16) -> Option<Self> {
        match NonZeroU16::new(id) {
            Some(id) => Some(Self(id)),
            None => None,
        }
    }

    /// The number.
    pub const fn as_u16(self) -> u16 {
        self.0.get()
    }

    /// The client-side API's prefix, such as `usca`; `None` for an id that this crate can't read.
    pub const fn name(self) -> Option<&'static str> {
        Some(match self.as_u16() {
            2 => "tcfeuv2",
            5 => "tcfcav1",
            6 => "uspv1",
            7 => "usnat",
            8 => "usca",
            9 => "usva",
            10 => "usco",
            11 => "usut",
            12 => "usct",
            13 => "usfl",
            14 => "usmt",
            15 => "usor",
            16 => "ustx",
            17 => "usde",
            18 => "usia",
            19 => "usne",
            20 => "usnh",
            21 => "usnj",
            22 => "ustn",
            23 => "usmn",
            24 => "usmd",
            25 => "usin",
            26 => "usky",
            27 => "usri",
            _ => return None,
        })
    }

    /// Whether the section speaks about US law: 6 to 27.
    pub const fn is_us(self) -> bool {
        matches!(self.as_u16(), 6..=27)
    }

    /// The ISO 3166-2 subdivision of a US state's section, without `US-`: `CA` for California.
    /// `None` for national and all other sections.
    pub const fn us_state(self) -> Option<&'static str> {
        Some(match self.as_u16() {
            8 => "CA",
            9 => "VA",
            10 => "CO",
            11 => "UT",
            12 => "CT",
            13 => "FL",
            14 => "MT",
            15 => "OR",
            16 => "TX",
            17 => "DE",
            18 => "IA",
            19 => "NE",
            20 => "NH",
            21 => "NJ",
            22 => "TN",
            23 => "MN",
            24 => "MD",
            25 => "IN",
            26 => "KY",
            27 => "RI",
            _ => return None,
        })
    }

    /// For the constants above, none of which is 0.
    const fn known(id: u16) -> Self {
        match NonZeroU16::new(id) {
            Some(id) => Self(id),
            None => Self(NonZeroU16::MIN),
        }
    }
}

impl fmt::Display for SectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for SectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{self} {name}"),
            None => fmt::Display::fmt(self, f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_has_the_name_of_its_subdivision() {
        for id in (1..100).filter_map(SectionId::new) {
            let from_state = id.us_state().map(|state| format!("us{}", state.to_lowercase()));
            let is_state = (8..=27).contains(&id.as_u16());
            assert_eq!(from_state, is_state.then(|| id.name().unwrap().to_owned()), "{id}");
        }
    }
}
