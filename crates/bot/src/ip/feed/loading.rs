//! What a feed's reader fills.

use core::net::IpAddr;

use predispatch_types::Timestamp;

use crate::ip::{
    ClassSet, Feed, Label, LoadError, LoadReport, Network, RowFault,
    flatten::Row,
    label::name,
    network::{blocks, fold, read_network},
    record::{InternedLabel, Interner},
};

/// A feed on its way into the builder. Only a whole and accepted one gets there.
#[derive(Debug)]
pub(in crate::ip) struct Loading<'a> {
    names: &'a mut Interner<Box<str>>,
    labels: &'a mut Interner<InternedLabel>,
    /// The feed's own label.
    base: InternedLabel,
    /// The last label and its number: neighbours often share one.
    last: (InternedLabel, u32),
    room: usize,
    loaded: Loaded,
    /// A limit that was passed.
    over: Option<LoadError>,
}

/// What was read.
#[derive(Debug, Default)]
pub(in crate::ip) struct Loaded {
    pub(in crate::ip) v4: Vec<Row<u32>>,
    pub(in crate::ip) v6: Vec<Row<u128>>,
    pub(in crate::ip) by_asn: Vec<(u32, InternedLabel)>,
    pub(in crate::ip) report: LoadReport,
}

impl<'a> Loading<'a> {
    pub(in crate::ip) fn new(
        feed: &Feed,
        source: u8,
        names: &'a mut Interner<Box<str>>,
        labels: &'a mut Interner<InternedLabel>,
        room: usize,
    ) -> Self {
        let mut loading = Self {
            names,
            labels,
            base: InternedLabel { source, ..InternedLabel::default() },
            last: (InternedLabel::default(), 0),
            room,
            loaded: Loaded::default(),
            over: None,
        };
        let Label { classes, asn, provider, operator } = &feed.label;
        loading.base.classes = *classes;
        loading.base.asn = asn.unwrap_or(0);
        loading.base.provider = provider.as_deref().map_or(0, |text| loading.name(text));
        loading.base.operator = operator.as_deref().map_or(0, |text| loading.name(text));
        loading
    }

    /// What was read, or the limit that was passed.
    pub(in crate::ip) fn finish(self) -> Result<Loaded, LoadError> {
        self.over.map_or(Ok(self.loaded), Err)
    }

    /// The feed's own label.
    pub(super) fn base(&self) -> InternedLabel {
        self.base
    }

    /// One row, counted, and noted under its number if `read` finds fault.
    pub(super) fn row(
        &mut self,
        number: u64,
        read: impl FnOnce(&mut Self) -> Result<(), RowFault>,
    ) {
        let rows = &mut self.loaded.report.rows;
        *rows = rows.saturating_add(1);
        match read(self) {
            Ok(()) => {}
            Err(fault) => self.loaded.report.note(number, fault),
        }
    }

    /// A row that is used although something was wrong with it.
    pub(super) fn correct(&mut self, number: u64, fault: RowFault) {
        self.loaded.report.note(number, fault);
    }

    /// Adds a network or a bare address; set host bits are cleared and noted.
    pub(super) fn text(
        &mut self,
        number: u64,
        text: &str,
        label: InternedLabel,
    ) -> Result<(), RowFault> {
        let (network, masks_bits) = read_network(text)?;
        self.network(network, label);
        if masks_bits {
            self.correct(number, RowFault::HostBits);
        }
        Ok(())
    }

    /// Adds a network.
    pub(super) fn network(&mut self, network: Network, label: InternedLabel) {
        let len = network.prefix_len();
        match network.first() {
            IpAddr::V4(v4) => self.v4(u32::from(v4), len, label),
            IpAddr::V6(v6) => self.v6(u128::from(v6), len, label),
        }
    }

    /// Adds all addresses from `first` to `last`.
    pub(super) fn range(
        &mut self,
        first: IpAddr,
        last: IpAddr,
        label: InternedLabel,
    ) -> Result<(), RowFault> {
        match (fold(first), fold(last)) {
            (IpAddr::V4(first), IpAddr::V4(last)) if first <= last => {
                for (start, len) in blocks(u32::from(first), u32::from(last)) {
                    self.v4(start, len, label);
                }
            }
            (IpAddr::V6(first), IpAddr::V6(last)) if first <= last => {
                for (start, len) in blocks(u128::from(first), u128::from(last)) {
                    self.v6(start, len, label);
                }
            }
            _ => return Err(RowFault::ReversedRange),
        }
        Ok(())
    }

    /// Gives the label to all networks of an autonomous system.
    pub(super) fn asn(&mut self, asn: u32, label: InternedLabel) {
        if self.takes_one() {
            self.loaded.by_asn.push((asn, label));
        }
    }

    /// The number of a name, 0 if it can't be used; that is noted.
    pub(super) fn name_or_none(&mut self, number: u64, text: &str) -> u16 {
        match name(text) {
            Ok(text) => self.name(&text),
            Err(_) if text.trim().is_empty() => 0,
            Err(fault) => {
                self.correct(number, fault);
                0
            }
        }
    }

    /// The feed's label with more classes.
    pub(super) fn base_with(&self, classes: ClassSet) -> InternedLabel {
        InternedLabel { classes: self.base.classes.union(classes), ..self.base }
    }

    /// What the feed says of itself. Of two times the later one is kept.
    pub(super) fn made(&mut self, at: Timestamp) {
        let made = &mut self.loaded.report.made;
        *made = (*made).max(Some(at));
    }

    /// The version that the feed gives itself.
    pub(super) fn version(&mut self, text: &str) {
        self.loaded.report.version = name(text).ok();
    }

    fn name(&mut self, text: &str) -> u16 {
        let number = self.names.number(text.into());
        u16::try_from(number).unwrap_or_else(|_| {
            self.over.get_or_insert(LoadError::TooManyNames);
            0
        })
    }

    fn v4(&mut self, start: u32, len: u8, label: InternedLabel) {
        if self.takes_one() {
            let label = self.number(label);
            self.loaded.v4.push(Row { start, len, label });
        }
    }

    fn v6(&mut self, start: u128, len: u8, label: InternedLabel) {
        // IPv4 within IPv6, as a range may have it.
        if self.takes_one() {
            let label = self.number(label);
            self.loaded.v6.push(Row { start, len, label });
        }
    }

    fn number(&mut self, label: InternedLabel) -> u32 {
        if self.last.0 != label || self.last.1 == 0 {
            self.last = (label, self.labels.number(label));
        }
        self.last.1
    }

    fn takes_one(&mut self) -> bool {
        let networks = &mut self.loaded.report.networks;
        if usize::try_from(*networks).is_ok_and(|networks| networks < self.room) {
            *networks = networks.saturating_add(1);
            true
        } else {
            self.over.get_or_insert(LoadError::TooManyNetworks);
            false
        }
    }
}
