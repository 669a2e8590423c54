//! The table and its answers.

use core::net::IpAddr;

use super::{
    Class, ClassSet, Network, Source,
    cut::Cut,
    network::fold,
    record::{Record, index},
    v4::V4,
    v6::V6,
};

/// What is known of every address. Read-only; made by [`IpTableBuilder`](super::IpTableBuilder) or
/// read from a file.
#[derive(Clone, Debug)]
pub struct IpTable {
    pub(super) v4: V4,
    pub(super) v6: V6,
    pub(super) lists: Lists,
    has_relay_list: bool,
}

/// What the numbers in the ranges stand for.
#[derive(Clone, Debug)]
pub(super) struct Lists {
    /// Distinct answers, the first of them empty.
    pub(super) records: Box<[Record]>,
    /// Names, the first of them empty.
    pub(super) names: Box<[Box<str>]>,
    /// Sets of sources, a bit each.
    pub(super) source_sets: Box<[u64]>,
    pub(super) sources: Box<[Source]>,
}

impl IpTable {
    pub(super) fn new(v4: Cut<u32>, v6: Cut<u128>, lists: Lists) -> Self {
        let has_relay_list = lists.sources.iter().any(|source| source.is_relay_list);
        Self { v4: V4::new(v4), v6: V6::new(v6), lists, has_relay_list }
    }

    /// What is known of `address`. IPv4-mapped IPv6 is looked up as IPv4; for the other forms see
    /// [`Unwrap`](super::Unwrap).
    #[inline]
    pub fn lookup(&self, address: IpAddr) -> Answer<'_> {
        let record = match address {
            IpAddr::V4(v4) => self.v4.record(u32::from(v4)),
            IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
                Some(v4) => self.v4.record(u32::from(v4)),
                None => self.v6.record(u128::from(v6)),
            },
        };
        Answer { table: self, record }
    }

    /// The widest network around `address` whose addresses all have the answer of
    /// [`lookup`](Self::lookup). Slower than that: it is for reports, not for each event.
    pub fn network(&self, address: IpAddr) -> Network {
        match fold(address) {
            IpAddr::V4(v4) => {
                let key = u32::from(v4);
                let (_, first, last) = self.v4.range(key);
                Network::widest_v4(key, first, last)
            }
            IpAddr::V6(v6) => {
                let key = u128::from(v6);
                let (_, first, last) = self.v6.range(key);
                Network::widest_v6(key, first, last)
            }
        }
    }

    /// The feeds that it was built from.
    pub fn sources(&self) -> &[Source] {
        &self.lists.sources
    }

    /// Is a privacy relay's full list among the feeds? Without one, the networks that relays leave
    /// from carry no weight: [`Answer::counted`].
    pub fn has_relay_list(&self) -> bool {
        self.has_relay_list
    }

    /// Bytes on the heap, without the sources' texts.
    pub fn heap_len(&self) -> usize {
        let names =
            self.lists.names.iter().map(|name| size_of_val(name).saturating_add(name.len()));
        self.v4
            .heap_len()
            .saturating_add(self.v6.heap_len())
            .saturating_add(size_of_val(&*self.lists.records))
            .saturating_add(size_of_val(&*self.lists.source_sets))
            .saturating_add(names.sum())
    }
}

/// What a table knows of one address.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    table: &'a IpTable,
    record: u32,
}

impl<'a> Answer<'a> {
    /// What the address is. A privacy relay is neither a data centre nor a VPN, whatever lists say,
    /// and a reserved address is nothing else.
    pub fn classes(self) -> ClassSet {
        let listed = self.listed();
        if listed.contains(Class::Reserved) {
            ClassSet::of(Class::Reserved)
        } else if listed.contains(Class::PrivacyRelay) {
            listed.without(ClassSet::SAID_OF_RELAYS)
        } else {
            listed
        }
    }

    /// The classes that may weigh in a verdict: [`classes`](Self::classes), but of a network that
    /// privacy relays leave from nothing that is said of relays, unless the table has their list.
    /// Who is behind an address of Akamai, Cloudflare or Fastly can't be told without it.
    pub fn counted(self) -> ClassSet {
        let classes = self.classes();
        let hosts_relays = classes.contains(Class::RelayHost) && !self.table.has_relay_list;
        let uncounted = if hosts_relays { ClassSet::SAID_OF_RELAYS } else { ClassSet::EMPTY };
        classes.without(uncounted.with(Class::RelayHost))
    }

    /// All that the feeds say, contradictions included.
    pub fn listed(self) -> ClassSet {
        self.facts().classes
    }

    /// The autonomous system that announces the address, by the most specific row that names one.
    pub fn asn(self) -> Option<u32> {
        Some(self.facts().asn).filter(|asn| *asn != 0)
    }

    /// Whose servers, VPN or proxies, by the most specific row that names one.
    pub fn provider(self) -> Option<&'a str> {
        self.name(self.facts().provider)
    }

    /// Whose crawler, by the most specific row that names one.
    pub fn operator(self) -> Option<&'a str> {
        self.name(self.facts().operator)
    }

    /// The feeds that said anything of it.
    pub fn sources(self) -> impl Iterator<Item = &'a Source> {
        let lists = &self.table.lists;
        let set = lists.source_sets.get(usize::from(self.facts().sources)).copied().unwrap_or(0);
        let numbered = (0u32..).zip(&lists.sources);
        numbered.filter(move |(bit, _)| set >> (bit & 63) & 1 == 1).map(|(_, source)| source)
    }

    /// Is nothing known?
    pub fn is_empty(self) -> bool {
        self.record == 0
    }

    #[inline]
    fn facts(self) -> Record {
        self.table.lists.records.get(index(self.record)).copied().unwrap_or_default()
    }

    fn name(self, number: u16) -> Option<&'a str> {
        self.table
            .lists
            .names
            .get(usize::from(number))
            .map(|name| &**name)
            .filter(|n| !n.is_empty())
    }
}

impl PartialEq for Answer<'_> {
    /// The same answer of the same table.
    fn eq(&self, other: &Self) -> bool {
        self.record == other.record && core::ptr::eq(self.table, other.table)
    }
}
