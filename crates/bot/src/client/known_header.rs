//! The headers that rules ask for, each found in one step.

/// A header that some rule asks for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub(crate) enum KnownHeader {
    Accept,
    AcceptEncoding,
    AcceptLanguage,
    Host,
    Http2Settings,
    Purpose,
    Referer,
    SecChUa,
    SecChUaMobile,
    SecChUaPlatform,
    SecFetchDest,
    SecFetchMode,
    SecFetchSite,
    SecFetchUser,
    SecPurpose,
    Upgrade,
    UserAgent,
    XMoz,
    XPurpose,
}

impl KnownHeader {
    /// How many there are.
    const COUNT: usize = Self::XPurpose as usize + 1;

    /// The header of this lower-case name.
    fn of(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"accept" => Self::Accept,
            b"accept-encoding" => Self::AcceptEncoding,
            b"accept-language" => Self::AcceptLanguage,
            b"host" => Self::Host,
            b"http2-settings" => Self::Http2Settings,
            b"purpose" => Self::Purpose,
            b"referer" => Self::Referer,
            b"sec-ch-ua" => Self::SecChUa,
            b"sec-ch-ua-mobile" => Self::SecChUaMobile,
            b"sec-ch-ua-platform" => Self::SecChUaPlatform,
            b"sec-fetch-dest" => Self::SecFetchDest,
            b"sec-fetch-mode" => Self::SecFetchMode,
            b"sec-fetch-site" => Self::SecFetchSite,
            b"sec-fetch-user" => Self::SecFetchUser,
            b"sec-purpose" => Self::SecPurpose,
            b"upgrade" => Self::Upgrade,
            b"user-agent" => Self::UserAgent,
            b"x-moz" => Self::XMoz,
            b"x-purpose" => Self::XPurpose,
            _ => return None,
        })
    }
}

/// Where the first of each known header stands in a list.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Places([Option<u8>; KnownHeader::COUNT]);

impl Places {
    /// Takes the next header of the list, number `place`; its name in lower case.
    pub(super) fn add(&mut self, name: &[u8], place: usize) {
        let which = KnownHeader::of(name).map(|header| header as usize);
        if let Some(slot @ None) = which.and_then(|which| self.0.get_mut(which)) {
            *slot = u8::try_from(place).ok();
        }
    }

    pub(super) fn get(&self, header: KnownHeader) -> Option<usize> {
        self.0.get(header as usize).copied().flatten().map(usize::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_header_has_its_own_name() {
        for (header, name) in [
            (KnownHeader::Accept, "accept"),
            (KnownHeader::Host, "host"),
            (KnownHeader::SecChUa, "sec-ch-ua"),
            (KnownHeader::SecFetchSite, "sec-fetch-site"),
            (KnownHeader::UserAgent, "user-agent"),
            (KnownHeader::XPurpose, "x-purpose"),
        ] {
            let mut places = Places::default();
            places.add(b"cookie", 0);
            places.add(name.as_bytes(), 7);
            places.add(name.as_bytes(), 8);
            assert_eq!(places.get(header), Some(7), "{name}");
        }
    }
}
