//! The ranges that come with the crate.

use super::{Feed, Format, IpTable, IpTableBuilder, LoadError};

impl IpTable {
    /// The special networks of IANA and the bundled ranges: the large clouds and some hosters, crawlers
    /// with published ranges, two VPNs, Tor exits, Private Relay. It takes some milliseconds; keep it.
    ///
    /// A first step, not a shield: no list of residential proxies, few VPNs, no autonomous systems, and
    /// as old as `data/NOTICE` says. In production load the operators' feeds, Apple's, Tor's, and a
    /// commercial list of anonymisers. Private Relay's list is partial, so the networks that it leaves
    /// from carry no weight: [`Answer::counted`](super::Answer::counted).
    ///
    /// ```
    /// use predispatch_bot::ip::IpTable;
    ///
    /// let table = IpTable::bundled();
    /// let crawler = table.lookup("66.249.66.1".parse()?);
    /// assert!(crawler.classes().contains(predispatch_bot::ip::Class::Crawler));
    /// assert_eq!(crawler.operator(), Some("Googlebot"));
    /// # Ok::<(), std::net::AddrParseError>(())
    /// ```
    pub fn bundled() -> Self {
        let mut builder = IpTableBuilder::new();
        let loaded = builder.load_bundled();
        debug_assert!(loaded.is_ok(), "{loaded:?}");
        builder.build()
    }
}

impl IpTableBuilder {
    /// Adds the bundled ranges, below what is loaded after them.
    ///
    /// # Errors
    /// [`LoadError`] only for want of room: [`IpTableBuilder::MAX_NETWORKS`],
    /// [`IpTableBuilder::MAX_SOURCES`].
    pub fn load_bundled(&mut self) -> Result<(), LoadError> {
        for section in BUNDLED.split("@source ").skip(1) {
            let (head, networks) = section.split_once('\n').unwrap_or((section, ""));
            let mut words = head.splitn(3, ' ');
            let mut feed = Feed::new(words.next().unwrap_or_default(), Format::Labelled);
            if let Some(Ok(made)) = words.next().map(str::parse) {
                feed = feed.made(made);
            }
            feed = feed.licence(words.next().unwrap_or_default()).tolerance(0.0);
            self.load(&feed, networks.as_bytes())?;
        }
        Ok(())
    }
}

/// Written by `scripts/refresh-bot-data-ip`.
const BUNDLED: &str = include_str!("../../data/ip.txt");
