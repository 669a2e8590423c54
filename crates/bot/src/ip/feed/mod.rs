//! Feeds: what a file of ranges is, and how each format is read.

mod asn;
mod aws;
mod azure;
mod columns;
mod geofeed;
mod github;
mod google;
mod ip2proxy;
mod iporigin;
mod json;
mod labelled;
mod lines;
mod loading;
mod mmdb;
mod networks;
mod oracle;
mod spamhaus;
mod tor;

use predispatch_types::Timestamp;

pub(super) use loading::{Loaded, Loading};

use super::{Class, Label, LoadError, LoadReport, Source};

/// How a feed is written. `docs/sources/bot.md#feeds` tells where each is published.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Format {
    /// Lines `AS64500 # name` or bare numbers: all networks of these systems get the label. The text
    /// after `#` is the provider, unless the label has one.
    AsnList,
    /// CSV without header: first address, last address, AS number, organisation; addresses dotted or
    /// decimal (`ip-location-db`).
    AsnRanges,
    /// `ip-ranges.json` of Amazon Web Services.
    Aws,
    /// `ServiceTags_Public_*.json` of Microsoft Azure.
    Azure,
    /// CSV with a header that names its columns: MaxMind's block files (`network`, `is_anonymous_vpn`,
    /// `autonomous_system_number`, …) and IPinfo's (`network` or `start_ip` and `end_ip`, `asn`,
    /// `hosting`, `vpn`, `relay`, …).
    Columns,
    /// RFC 8805: `network,country,region,city,postal`. Only the network is used.
    Geofeed,
    /// `api.github.com/meta`.
    Github,
    /// `cloud.json`, `goog.json` and the crawler files of Google, Bing, OpenAI, DuckDuckGo and others:
    /// `prefixes` of `ipv4Prefix` or `ipv6Prefix`.
    Google,
    /// CSV without header: first and last address as decimal numbers, proxy type (IP2Proxy PX).
    Ip2Proxy,
    /// `ranges.bin` of the Python package `iporigin`.
    Iporigin,
    /// Ours: a network or address a line, under a line `@label CLASS,CLASS` with the names of
    /// [`Class`], after which `provider=NAME`, `operator=NAME` or `asn=NUMBER` may stand.
    Labelled,
    /// A MaxMind database: Anonymous IP, Anonymous Plus, ASN, ISP, Connection-Type, and others with
    /// the same keys.
    Mmdb,
    /// A network, an address or a range `first-last` a line; `#` and `;` begin a comment. Cloudflare,
    /// FireHOL `netset` and `ipset`, X4BNet, Tor's bulk list, Spamhaus' old text.
    Networks,
    /// `public_ip_ranges.json` of Oracle Cloud.
    Oracle,
    /// Apple's `egress-ip-ranges.csv`, a geofeed. Its presence tells a table which addresses are
    /// relays and, by that, which are not.
    PrivateRelay,
    /// `drop_v4.json`, `drop_v6.json`, `asndrop.json` of Spamhaus: an object a line, the last one
    /// metadata.
    Spamhaus,
    /// `exit-addresses` of the Tor project.
    TorExits,
}

impl Format {
    /// Longest file that is read, in bytes.
    pub const fn max_len(self) -> usize {
        match self {
            // Held in memory as parsed rows for a moment.
            Self::Azure | Self::Aws | Self::Github | Self::Google | Self::Oracle => 128 << 20,
            _ => 1 << 30,
        }
    }

    /// What a feed of this format says of its networks, if the caller does not tell.
    fn label(self) -> Label {
        let datacenter = |provider| Label::of(Class::Datacenter).provider(provider);
        match self {
            Self::Aws => datacenter("aws"),
            Self::Azure => datacenter("azure"),
            Self::Github => datacenter("github"),
            Self::Google => datacenter("gcp"),
            Self::Oracle => datacenter("oracle"),
            Self::Geofeed => Label::of(Class::Datacenter),
            Self::PrivateRelay => Label::of(Class::PrivacyRelay).provider("apple"),
            Self::Spamhaus => Label::of(Class::Abuse),
            Self::TorExits => Label::of(Class::Tor),
            // These say themselves what each row is, or nothing but which networks.
            _ => Label::default(),
        }
    }
}

/// A file of ranges: its name, format, and what is asked of it.
#[derive(Clone, Debug)]
pub struct Feed {
    name: Box<str>,
    format: Format,
    label: Label,
    licence: Box<str>,
    made: Option<Timestamp>,
    tolerance: f64,
    at_least: u64,
    min_confidence: u16,
    is_relay_list: bool,
}

impl Feed {
    /// A feed with the format's own label, in which one row in a hundred may be bad. The name stands
    /// in answers; it is cut at [`Label::MAX_NAME`] bytes.
    pub fn new(name: &str, format: Format) -> Self {
        let mut end = name.len().min(Label::MAX_NAME);
        while !name.is_char_boundary(end) {
            end = end.saturating_sub(1);
        }
        Self {
            name: name.get(..end).unwrap_or_default().into(),
            format,
            label: format.label(),
            licence: "".into(),
            made: None,
            tolerance: 0.01,
            at_least: 1,
            min_confidence: 0,
            is_relay_list: format == Format::PrivateRelay,
        }
    }

    /// A crawler's published ranges, in the form that Google's, Bing's, OpenAI's and others' have.
    pub fn crawler(operator: &str) -> Self {
        Self::new(operator, Format::Google).label(Label::crawler(operator))
    }

    /// What the feed's networks are. Rows that say more say it in addition.
    pub fn label(mut self, label: Label) -> Self {
        self.is_relay_list |= label.classes.contains(Class::PrivacyRelay);
        self.label = label;
        self
    }

    /// Licence and credits to keep with the table, at most [`Feed::MAX_LICENCE`] bytes; what is over
    /// is cut.
    pub fn licence(mut self, text: &str) -> Self {
        let mut end = text.len().min(Self::MAX_LICENCE);
        while !text.is_char_boundary(end) {
            end = end.saturating_sub(1);
        }
        self.licence = text.get(..end).unwrap_or_default().into();
        self
    }

    /// When it was made or fetched. What the feed itself says comes first.
    pub fn made(mut self, at: Timestamp) -> Self {
        self.made = Some(at);
        self
    }

    /// The largest share of rows that may be left out, 0 to 1.
    pub fn tolerance(mut self, share: f64) -> Self {
        self.tolerance = share;
        self
    }

    /// The fewest networks that are accepted, at least 1. A feed that shrinks overnight is more often
    /// broken than true: give a share of [`Source::networks`] of the last good load.
    pub fn at_least(mut self, networks: u64) -> Self {
        self.at_least = networks.max(1);
        self
    }

    /// For Anonymous Plus: rows with a lower `anonymizer_confidence` say nothing of anonymisers.
    pub fn min_confidence(mut self, confidence: u16) -> Self {
        self.min_confidence = confidence;
        self
    }

    /// Its format.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Longest licence text, in bytes.
    pub const MAX_LICENCE: usize = 4_096;

    pub(super) fn read(&self, to: &mut Loading<'_>, bytes: &[u8]) -> Result<(), LoadError> {
        match self.format {
            Format::AsnList => asn::list(to, bytes),
            Format::AsnRanges => asn::ranges(to, bytes),
            Format::Aws => aws::read(to, bytes),
            Format::Azure => azure::read(to, bytes),
            Format::Columns => columns::read(to, bytes),
            Format::Geofeed | Format::PrivateRelay => geofeed::read(to, bytes),
            Format::Github => github::read(to, bytes),
            Format::Google => google::read(to, bytes),
            Format::Ip2Proxy => ip2proxy::read(to, bytes),
            Format::Iporigin => iporigin::read(to, bytes),
            Format::Labelled => labelled::read(to, bytes),
            Format::Mmdb => mmdb::read(to, bytes, self.min_confidence),
            Format::Networks => networks::read(to, bytes),
            Format::Oracle => oracle::read(to, bytes),
            Format::Spamhaus => spamhaus::read(to, bytes),
            Format::TorExits => tor::read(to, bytes),
        }
    }

    /// Is what was read good enough?
    pub(super) fn accept(&self, report: &LoadReport) -> Result<(), LoadError> {
        let LoadReport { rows, networks, skipped, .. } = *report;
        let first = report.bad_rows.iter().find(|bad| !bad.fault.is_corrected());
        #[expect(clippy::cast_precision_loss, reason = "a share")]
        let is_tolerable = skipped as f64 <= rows as f64 * self.tolerance;
        if skipped > 0 && !is_tolerable {
            return Err(LoadError::TooManyBadRows { skipped, rows, first: first.copied() });
        }
        if networks == 0 {
            return Err(LoadError::Empty { rows });
        }
        if networks < self.at_least {
            return Err(LoadError::Shrunk { networks, least: self.at_least });
        }
        Ok(())
    }

    pub(super) fn source(&self, report: &LoadReport) -> Source {
        Source {
            name: self.name.clone(),
            made: report.made.or(self.made),
            version: report.version.clone(),
            licence: self.licence.clone(),
            networks: report.networks,
            skipped: report.skipped,
            is_relay_list: self.is_relay_list,
        }
    }
}
