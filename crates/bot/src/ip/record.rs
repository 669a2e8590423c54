//! Answers, each distinct one stored once.

use std::collections::HashMap;

use super::ClassSet;

/// One answer. Names and sets of sources are indexes into the table's lists; 0 is none.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) struct Record {
    pub(crate) asn: u32,
    pub(crate) classes: ClassSet,
    pub(crate) provider: u16,
    pub(crate) operator: u16,
    pub(crate) sources: u16,
}

/// A label with its names and its source as numbers.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) struct InternedLabel {
    /// 0 is none: AS 0 is never announced (RFC 7607).
    pub(crate) asn: u32,
    pub(crate) classes: ClassSet,
    pub(crate) provider: u16,
    pub(crate) operator: u16,
    pub(crate) source: u8,
}

/// Distinct values in the order of their first appearance.
#[derive(Clone, Debug)]
pub(crate) struct Interner<T> {
    values: Vec<T>,
    index: HashMap<T, u32>,
}

impl<T: Clone + Eq + core::hash::Hash> Interner<T> {
    /// With `first` as number 0.
    pub(crate) fn with(first: T) -> Self {
        let mut interner = Self { values: Vec::new(), index: HashMap::new() };
        interner.number(first);
        interner
    }

    pub(crate) fn number(&mut self, value: T) -> u32 {
        if let Some(number) = self.index.get(&value) {
            return *number;
        }
        let number = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        self.values.push(value.clone());
        self.index.insert(value, number);
        number
    }

    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    /// Forgets the values from number `len` on.
    pub(crate) fn truncate(&mut self, len: usize) {
        for value in self.values.drain(len.min(self.values.len())..) {
            self.index.remove(&value);
        }
    }

    pub(crate) fn values(&self) -> &[T] {
        &self.values
    }

    pub(crate) fn into_values(self) -> Vec<T> {
        self.values
    }
}

/// Puts labels on top of each other, from the widest block to the narrowest.
#[derive(Debug)]
pub(crate) struct Layers<'a> {
    labels: &'a [InternedLabel],
    /// What lists of autonomous systems say.
    by_asn: &'a HashMap<u32, Vec<InternedLabel>>,
    records: Interner<Record>,
    /// Sets of sources, a bit each.
    sources: Interner<u64>,
    /// (record below, label) to the record of both.
    joined: HashMap<(u32, u32), u32>,
}

impl<'a> Layers<'a> {
    pub(crate) fn new(
        labels: &'a [InternedLabel],
        by_asn: &'a HashMap<u32, Vec<InternedLabel>>,
    ) -> Self {
        Self {
            labels,
            by_asn,
            records: Interner::with(Record::default()),
            sources: Interner::with(0),
            joined: HashMap::new(),
        }
    }

    /// The record where `label` lies on `below`.
    pub(crate) fn join(&mut self, below: u32, label: u32) -> u32 {
        if let Some(record) = self.joined.get(&(below, label)) {
            return *record;
        }
        let lower = self.record(below);
        let record = match self.labels.get(index(label)) {
            Some(upper) => {
                let joined = self.put(lower, *upper);
                self.records.number(joined)
            }
            None => below,
        };
        self.joined.insert((below, label), record);
        record
    }

    /// The records as looked up. What is said of an autonomous system holds for the most specific
    /// one, so it comes after all rows, and `mark` after that.
    pub(crate) fn finish(mut self, mark: impl Fn(Record) -> Record) -> Answers {
        let mut distinct = Interner::with(Record::default());
        let mut renumbered = Vec::with_capacity(self.records.values.len());
        for number in 0..self.records.values.len() {
            let record = self.records.values.get(number).copied().unwrap_or_default();
            renumbered.push(distinct.number(mark(self.with_asn_labels(record))));
        }
        Answers {
            records: distinct.into_values(),
            source_sets: self.sources.into_values(),
            renumbered,
        }
    }

    fn with_asn_labels(&mut self, record: Record) -> Record {
        let about = self.by_asn.get(&record.asn).filter(|_| record.asn != 0);
        about.into_iter().flatten().fold(record, |record, label| {
            // A row about the network itself knows better whose it is.
            let provider = if record.provider == 0 { label.provider } else { 0 };
            self.put(record, InternedLabel { asn: 0, provider, ..*label })
        })
    }

    fn put(&mut self, lower: Record, upper: InternedLabel) -> Record {
        let or = |upper: u16, lower: u16| if upper == 0 { lower } else { upper };
        let replaced = if upper.classes.intersects(ClassSet::CONNECTION) {
            ClassSet::CONNECTION
        } else {
            ClassSet::EMPTY
        };
        let sources = self.sources.values().get(usize::from(lower.sources)).copied().unwrap_or(0);
        let sources = sources | 1u64.checked_shl(u32::from(upper.source)).unwrap_or(0);
        Record {
            asn: if upper.asn == 0 { lower.asn } else { upper.asn },
            classes: lower.classes.without(replaced).union(upper.classes),
            provider: or(upper.provider, lower.provider),
            operator: or(upper.operator, lower.operator),
            // 65,536 combinations of feeds are more than any address has; the last keeps the lower.
            sources: u16::try_from(self.sources.number(sources)).unwrap_or(lower.sources),
        }
    }

    fn record(&self, number: u32) -> Record {
        self.records.values().get(index(number)).copied().unwrap_or_default()
    }
}

/// What [`Layers::finish`] makes.
#[derive(Debug)]
pub(crate) struct Answers {
    /// Distinct answers; number 0 is "nothing is known".
    pub(crate) records: Vec<Record>,
    /// Sets of sources, a bit each.
    pub(crate) source_sets: Vec<u64>,
    /// From a number that [`Layers::join`] gave to one of `records`.
    pub(crate) renumbered: Vec<u32>,
}

pub(crate) const fn index(number: u32) -> usize {
    number as usize
}
