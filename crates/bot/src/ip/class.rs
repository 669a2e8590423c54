//! What an address can be, and sets of that.

use core::fmt;

/// One thing that a network address can be. An address can be several at once.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[repr(u8)]
pub enum Class {
    /// Listed as a source of abuse: hijacked or criminal networks.
    Abuse,
    /// Anonymised in a way that the feed does not name.
    Anonymous,
    /// A company's own connection.
    Business,
    /// Content delivery: requests from here are a server's or a relay's, or a person's through one.
    Cdn,
    /// A crawler whose operator publishes this range.
    Crawler,
    /// Servers for rent.
    Datacenter,
    /// A phone network.
    Mobile,
    /// A relay that its users pay for to hide their address from sites: Apple's Private Relay.
    PrivacyRelay,
    /// An open proxy.
    PublicProxy,
    /// Special by an IANA registry: private, loopback, documentation, shared, multicast, ….
    Reserved,
    /// A network that Private Relay leaves from. Weighs nothing by itself.
    RelayHost,
    /// A fixed line of an Internet provider.
    Residential,
    /// A proxy that runs on people's lines, mostly without their knowledge.
    ResidentialProxy,
    /// A satellite connection.
    Satellite,
    /// An exit of the Tor network.
    Tor,
    /// A virtual private network that anyone can rent.
    Vpn,
}

impl Class {
    /// All of them, by name.
    pub const ALL: [Self; 16] = [
        Self::Abuse,
        Self::Anonymous,
        Self::Business,
        Self::Cdn,
        Self::Crawler,
        Self::Datacenter,
        Self::Mobile,
        Self::PrivacyRelay,
        Self::PublicProxy,
        Self::Reserved,
        Self::RelayHost,
        Self::Residential,
        Self::ResidentialProxy,
        Self::Satellite,
        Self::Tor,
        Self::Vpn,
    ];

    /// The stable name, lower-case with underscores.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Abuse => "abuse",
            Self::Anonymous => "anonymous",
            Self::Business => "business",
            Self::Cdn => "cdn",
            Self::Crawler => "crawler",
            Self::Datacenter => "datacenter",
            Self::Mobile => "mobile",
            Self::PrivacyRelay => "privacy_relay",
            Self::PublicProxy => "public_proxy",
            Self::Reserved => "reserved",
            Self::RelayHost => "relay_host",
            Self::Residential => "residential",
            Self::ResidentialProxy => "residential_proxy",
            Self::Satellite => "satellite",
            Self::Tor => "tor",
            Self::Vpn => "vpn",
        }
    }

    /// From [`as_str`](Self::as_str).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.as_str() == name)
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A set of [`Class`]es.
///
/// ```
/// use predispatch_bot::ip::{Class, ClassSet};
///
/// let set = ClassSet::of(Class::Datacenter).with(Class::Vpn);
/// assert!(set.contains(Class::Vpn) && !set.contains(Class::Tor));
/// assert_eq!(set.to_string(), "datacenter,vpn");
/// assert!(set.intersects(ClassSet::NOT_A_HOME));
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct ClassSet(u16);

impl ClassSet {
    /// Nothing is known.
    pub const EMPTY: Self = Self(0);

    /// How a person is connected. One address has one of these: the most specific row's.
    pub const CONNECTION: Self = Self::of(Class::Business)
        .with(Class::Mobile)
        .with(Class::Residential)
        .with(Class::Satellite);

    /// Where people do not sit, or do not want to be seen: servers, crawlers, proxies, Tor.
    pub const NOT_A_HOME: Self = Self::of(Class::Abuse)
        .with(Class::Anonymous)
        .with(Class::Cdn)
        .with(Class::Crawler)
        .with(Class::Datacenter)
        .with(Class::PublicProxy)
        .with(Class::ResidentialProxy)
        .with(Class::Tor)
        .with(Class::Vpn);

    /// What lists wrongly say of privacy relays, because relays stand in data centres and hide
    /// addresses.
    pub const SAID_OF_RELAYS: Self = Self::of(Class::Anonymous)
        .with(Class::Cdn)
        .with(Class::Datacenter)
        .with(Class::PublicProxy)
        .with(Class::Vpn);

    /// The set of one.
    pub const fn of(class: Class) -> Self {
        Self(1 << class as u8)
    }

    /// This set and `class`.
    pub const fn with(self, class: Class) -> Self {
        self.union(Self::of(class))
    }

    /// What is in either.
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in this one and not in `other`.
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Is it in the set?
    pub const fn contains(self, class: Class) -> bool {
        self.intersects(Self::of(class))
    }

    /// Is anything in both?
    pub const fn intersects(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Is nothing known?
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The members, by name.
    pub fn iter(self) -> impl Iterator<Item = Class> {
        Class::ALL.into_iter().filter(move |class| self.contains(*class))
    }

    /// As stored in a table's file.
    pub(crate) const fn bits(self) -> u16 {
        self.0
    }

    /// Every pattern is a set: there are as many classes as bits.
    pub(crate) const fn from_bits(bits: u16) -> Self {
        Self(bits)
    }
}

impl FromIterator<Class> for ClassSet {
    fn from_iter<I: IntoIterator<Item = Class>>(classes: I) -> Self {
        classes.into_iter().fold(Self::EMPTY, Self::with)
    }
}

impl fmt::Display for ClassSet {
    /// Names, separated by commas.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, class) in self.iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            f.write_str(class.as_str())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_come_back() {
        for class in Class::ALL {
            assert_eq!(Class::from_name(class.as_str()), Some(class));
            assert_eq!(ClassSet::of(class).iter().collect::<Vec<_>>(), [class]);
        }
        assert_eq!(Class::ALL.into_iter().collect::<ClassSet>(), ClassSet::from_bits(u16::MAX));
    }
}
