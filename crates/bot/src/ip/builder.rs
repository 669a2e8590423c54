//! From feeds to a table.

use std::collections::HashMap;

use super::{
    Class, ClassSet, Feed, IpTable, LoadError, LoadReport, Source,
    cut::Cut,
    feed::{Loaded, Loading},
    flatten::{Row, flatten, renumber},
    record::{InternedLabel, Interner, Layers, Record},
    reserved,
    table::Lists,
};

/// Collects feeds and compiles them into an [`IpTable`].
///
/// What several feeds say of an address is united. Only the kind of connection, the autonomous system
/// and the names are the most specific row's, and of equal networks the later row's.
///
/// ```
/// use predispatch_bot::ip::{Class, Feed, Format, IpTableBuilder, Label};
///
/// let mut builder = IpTableBuilder::new();
/// let hosters = Feed::new("hosters", Format::Networks).label(Label::of(Class::Datacenter));
/// let report = builder.load(&hosters, b"# mine\n9.0.0.0/8\n11.0.0.300/24\n9.9.9.9\n8.8.8.8\n");
/// // One bad row in four is too many.
/// assert_eq!(report.unwrap_err().code(), "feed_too_many_bad_rows");
///
/// let report = builder.load(&hosters.tolerance(0.3), b"9.0.0.0/8\n11.0.0.300/24\n9.9.9.9\n8.8.8.8\n")?;
/// assert_eq!(report.bad_rows[0].to_string(), "row 2: not an address");
///
/// let table = builder.build();
/// let answer = table.lookup("::ffff:9.1.2.3".parse()?);
/// assert_eq!(answer.classes().to_string(), "datacenter");
/// assert_eq!(table.network("9.200.0.1".parse()?).to_string(), "9.0.0.0/8");
/// assert_eq!(table.lookup("127.0.0.1".parse()?).classes().to_string(), "reserved");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct IpTableBuilder {
    sources: Vec<Source>,
    names: Interner<Box<str>>,
    labels: Interner<InternedLabel>,
    by_asn: HashMap<u32, Vec<InternedLabel>>,
    v4: Vec<Row<u32>>,
    v6: Vec<Row<u128>>,
}

impl IpTableBuilder {
    /// Most networks in all feeds.
    pub const MAX_NETWORKS: usize = 16_000_000;
    /// Most distinct names of providers and operators.
    pub const MAX_NAMES: usize = u16::MAX as usize;
    /// Most feeds.
    pub const MAX_SOURCES: usize = Source::MAX;

    /// With the special networks of the IANA registries.
    pub fn new() -> Self {
        let mut builder = Self::empty();
        let loaded = builder.load(&reserved::feed(), reserved::NETWORKS);
        debug_assert!(loaded.is_ok(), "{loaded:?}");
        builder
    }

    /// With nothing: even `127.0.0.1` is unknown. For tables of documentation addresses.
    pub fn empty() -> Self {
        Self {
            sources: Vec::new(),
            names: Interner::with("".into()),
            labels: Interner::with(InternedLabel::default()),
            by_asn: HashMap::new(),
            v4: Vec::new(),
            v6: Vec::new(),
        }
    }

    /// Reads a feed. A bad row is left out and named in the report.
    ///
    /// # Errors
    /// [`LoadError`]: too many bad rows, too few networks, another format, or over a limit. Then
    /// nothing of the feed is in the builder.
    pub fn load(&mut self, feed: &Feed, bytes: &[u8]) -> Result<LoadReport, LoadError> {
        let source = self.sources.len();
        let number = u8::try_from(source).ok().filter(|_| source < Self::MAX_SOURCES);
        let number = number.ok_or(LoadError::TooManySources)?;
        let limit = feed.format().max_len();
        if bytes.len() > limit {
            return Err(LoadError::TooLong { len: bytes.len(), limit });
        }
        let (names, labels) = (self.names.len(), self.labels.len());
        let loaded = match self.read(feed, number, bytes) {
            Ok(loaded) => loaded,
            Err(error) => {
                self.names.truncate(names);
                self.labels.truncate(labels);
                return Err(error);
            }
        };
        self.sources.push(feed.source(&loaded.report));
        self.v4.extend(loaded.v4);
        self.v6.extend(loaded.v6);
        for (asn, label) in loaded.by_asn {
            self.by_asn.entry(asn).or_default().push(label);
        }
        Ok(loaded.report)
    }

    fn read(&mut self, feed: &Feed, number: u8, bytes: &[u8]) -> Result<Loaded, LoadError> {
        let held = self.v4.len().saturating_add(self.v6.len());
        let room = Self::MAX_NETWORKS.saturating_sub(held);
        let mut loading = Loading::new(feed, number, &mut self.names, &mut self.labels, room);
        feed.read(&mut loading, bytes)?;
        let loaded = loading.finish()?;
        feed.accept(&loaded.report)?;
        Ok(loaded)
    }

    /// Compiles the table.
    pub fn build(mut self) -> IpTable {
        let hosts: Vec<u16> = (0u16..)
            .zip(self.names.values())
            .filter(|(_, name)| RELAY_HOSTS.iter().any(|host| name.eq_ignore_ascii_case(host)))
            .map(|(number, _)| number)
            .collect();
        let mark_relay_hosts = |record: Record| {
            let is_host = RELAY_ASNS.contains(&record.asn) || hosts.contains(&record.provider);
            let classes = if is_host { ClassSet::of(Class::RelayHost) } else { ClassSet::EMPTY };
            Record { classes: record.classes.union(classes), ..record }
        };
        let mut layers = Layers::new(self.labels.values(), &self.by_asn);
        let mut v4 = flatten(&mut self.v4, &mut layers);
        let mut v6 = flatten(&mut self.v6, &mut layers);
        let answers = layers.finish(mark_relay_hosts);
        renumber(&mut v4, &answers.renumbered);
        renumber(&mut v6, &answers.renumbered);
        let lists = Lists {
            records: answers.records.into(),
            names: self.names.into_values().into(),
            source_sets: answers.source_sets.into(),
            sources: self.sources.into(),
        };
        IpTable::new(Cut::new(&v4), Cut::new(&v6), lists)
    }
}

impl Default for IpTableBuilder {
    fn default() -> Self {
        Self::new()
    }
}

/// Autonomous systems that Apple's Private Relay leaves from: Cloudflare, Akamai (two), Fastly.
const RELAY_ASNS: [u32; 4] = [13_335, 20_940, 36_183, 54_113];

/// The same by name.
const RELAY_HOSTS: [&str; 3] = ["akamai", "cloudflare", "fastly"];
