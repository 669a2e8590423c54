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

/// Names in the order of [`KnownHeader`].
const NAMES: [&str; 19] = [
    "accept",
    "accept-encoding",
    "accept-language",
    "host",
    "http2-settings",
    "purpose",
    "referer",
    "sec-ch-ua",
    "sec-ch-ua-mobile",
    "sec-ch-ua-platform",
    "sec-fetch-dest",
    "sec-fetch-mode",
    "sec-fetch-site",
    "sec-fetch-user",
    "sec-purpose",
    "upgrade",
    "user-agent",
    "x-moz",
    "x-purpose",
];

/// Where the first of each known header stands in a list.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Places([Option<u8>; NAMES.len()]);

impl Places {
    /// Takes the next header of the list, number `place`.
    pub(super) fn add(&mut self, name: &str, place: usize) {
        let which = NAMES.iter().position(|known| known.eq_ignore_ascii_case(name));
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
            (KnownHeader::Host, "Host"),
            (KnownHeader::SecChUa, "Sec-CH-UA"),
            (KnownHeader::SecFetchSite, "sec-fetch-site"),
            (KnownHeader::UserAgent, "User-Agent"),
            (KnownHeader::XPurpose, "x-purpose"),
        ] {
            let mut places = Places::default();
            places.add("cookie", 0);
            places.add(name, 7);
            places.add(name, 8);
            assert_eq!(places.get(header), Some(7), "{name}");
        }
        assert_eq!(KnownHeader::XPurpose as usize, NAMES.len() - 1);
    }
}
