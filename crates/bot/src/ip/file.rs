//! A table as one file.
//!
//! All numbers are little-endian. A text is its length in 16 bits and its UTF-8; a list its length in
//! 32 bits and its items.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `pdipTABL` |
//! | 4 | version, 2 |
//! | 64 | SHA-256 of all that follows, in hex |
//! | list | sources: name, made (1 + seconds since 1970, or 0), version (text, empty is none), licence, networks, skipped, whether a relay list |
//! | list | names, the first empty |
//! | list | sets of sources, 64 bits each |
//! | list | records: system 32, classes 16, provider 16, operator 16, set of sources 16 bits |
//! | list | IPv4: all `/24`s at which a value starts (32 bits, the number without its last byte), then all values (32 bits): records, or the highest bit and the number of a divided `/24` |
//! | list | divided `/24`s: how many parts these and those before have (32 bits) |
//! | list | parts: all starts (the last byte), then all records (32 bits) |
//! | three lists | IPv6 in the same way: `/64`s (64 bits), divided `/64`s, parts (the lower 64 bits) |
//!
//! The index over the starts is made anew when the file is read: what is not in the file can't be
//! wrong in it.

use predispatch_types::{Sha256Hex, Timestamp};

use super::{
    ClassSet, IpTable, IpTableBuilder, Source,
    cut::{Cut, Split},
    divided::Divided,
    label,
    network::Key,
    record::{Record, index},
    search::Ranges,
    table::Lists,
};

const MAGIC: &[u8; 8] = b"pdipTABL";
const VERSION: u32 = 2;

impl IpTable {
    /// Longest file that is read, in bytes.
    pub const MAX_FILE_LEN: usize = 1 << 30;

    /// The table as a file. The same table gives the same bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut body = Writer(Vec::new());
        let Lists { records, names, source_sets, sources } = &self.lists;
        body.list(sources, |body, source| {
            body.text(&source.name);
            let made = source.made.map_or(0, |made| made.unix_secs().saturating_add(1));
            body.0.extend(made.to_le_bytes());
            body.text(source.version.as_deref().unwrap_or_default());
            body.text(&source.licence);
            body.0.extend(source.networks.to_le_bytes());
            body.0.extend(source.skipped.to_le_bytes());
            body.0.push(u8::from(source.is_relay_list));
        });
        body.list(names, |body, name| body.text(name));
        body.list(source_sets, |body, set| body.0.extend(set.to_le_bytes()));
        body.list(records, |body, record| {
            body.0.extend(record.asn.to_le_bytes());
            body.0.extend(record.classes.bits().to_le_bytes());
            body.0.extend(record.provider.to_le_bytes());
            body.0.extend(record.operator.to_le_bytes());
            body.0.extend(record.sources.to_le_bytes());
        });
        body.len(self.v4.values().len());
        self.v4.starts().for_each(|start| body.0.extend(start.to_le_bytes()));
        body.numbers(self.v4.values());
        body.divided(self.v4.divided(), |start, to| to.push(start));
        body.len(self.v6.values().len());
        self.v6.starts().iter().for_each(|start| body.0.extend(start.to_le_bytes()));
        body.numbers(self.v6.values());
        body.divided(self.v6.divided(), |start, to| to.extend(start.to_le_bytes()));

        let mut file = Vec::with_capacity(body.0.len().saturating_add(44));
        file.extend(MAGIC);
        file.extend(VERSION.to_le_bytes());
        file.extend(Sha256Hex::of(&body.0).as_bytes());
        file.extend(body.0);
        file
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    /// [`TableError`]; whatever the bytes, no more memory is taken than some times their length.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, TableError> {
        if bytes.len() > Self::MAX_FILE_LEN {
            return Err(TableError::TooLong { len: bytes.len() });
        }
        let mut reader = Reader { rest: bytes, len: bytes.len() };
        if &reader.array::<8>()? != MAGIC {
            return Err(TableError::NotATable);
        }
        let version = u32::from_le_bytes(reader.array()?);
        if version != VERSION {
            return Err(TableError::UnknownVersion { version });
        }
        let checksum = reader.array::<{ Sha256Hex::LEN }>()?;
        if &checksum != Sha256Hex::of(reader.rest).as_bytes() {
            return Err(TableError::Checksum);
        }
        let lists = reader.lists()?;
        let v4 = reader.cut(u32::from_le_bytes, u8::from_le_bytes, lists.records.len())?;
        let v6 = reader.cut(u64::from_le_bytes, u64::from_le_bytes, lists.records.len())?;
        if reader.rest.is_empty() { Ok(Self::new(v4, v6, lists)) } else { Err(reader.invalid()) }
    }
}

/// Why bytes are not a table's file.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// The bytes are not those that were written.
    #[error("the checksum does not match")]
    Checksum,
    /// Well summed, but not what a table can hold.
    #[error("invalid at byte {byte}")]
    Invalid {
        /// Offset at which reading stopped.
        byte: usize,
    },
    /// Another kind of file.
    #[error("not an address table")]
    NotATable,
    /// More bytes than [`IpTable::MAX_FILE_LEN`].
    #[error("file is {len} bytes long, limit {}", IpTable::MAX_FILE_LEN)]
    TooLong {
        /// Bytes.
        len: usize,
    },
    /// The file ends too early.
    #[error("the file ends at byte {byte}, within a value")]
    Truncated {
        /// Offset at which the value starts.
        byte: usize,
    },
    /// Written by another version.
    #[error("version {version} is not supported, only {VERSION} is")]
    UnknownVersion {
        /// What the file says.
        version: u32,
    },
}

impl TableError {
    /// A stable name, lower-case with underscores.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Checksum => "table_checksum",
            Self::Invalid { .. } => "table_invalid",
            Self::NotATable => "table_not_a_table",
            Self::TooLong { .. } => "table_too_long",
            Self::Truncated { .. } => "table_truncated",
            Self::UnknownVersion { .. } => "table_unknown_version",
        }
    }
}

struct Writer(Vec<u8>);

impl Writer {
    fn len(&mut self, len: usize) {
        self.0.extend(u32::try_from(len).unwrap_or(u32::MAX).to_le_bytes());
    }

    fn numbers(&mut self, numbers: &[u32]) {
        numbers.iter().for_each(|number| self.0.extend(number.to_le_bytes()));
    }

    fn divided<L: Key>(&mut self, divided: &Divided<L>, write: impl Fn(L, &mut Vec<u8>)) {
        // The 0 in front says nothing.
        self.len(divided.len());
        self.numbers(divided.ends.get(1..).unwrap_or_default());
        self.len(divided.starts.len());
        divided.starts.iter().for_each(|start| write(*start, &mut self.0));
        self.numbers(&divided.records);
    }

    fn text(&mut self, text: &str) {
        self.0.extend(u16::try_from(text.len()).unwrap_or(u16::MAX).to_le_bytes());
        self.0.extend(text.as_bytes());
    }

    fn list<T>(&mut self, items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        self.len(items.len());
        items.iter().for_each(|item| write(self, item));
    }
}

struct Reader<'a> {
    rest: &'a [u8],
    /// Of the whole file.
    len: usize,
}

impl<'a> Reader<'a> {
    fn lists(&mut self) -> Result<Lists, TableError> {
        let sources = self.list(Source::MAX, 31, Self::source)?;
        let names: Box<[Box<str>]> =
            self.list(IpTableBuilder::MAX_NAMES.saturating_add(1), 2, |reader| {
                let text = reader.text(super::Label::MAX_NAME)?;
                let is_sound =
                    text.is_empty() || label::name(text).is_ok_and(|name| &*name == text);
                if is_sound { Ok(text.into()) } else { Err(reader.invalid()) }
            })?;
        let source_sets: Box<[u64]> = self.list(MAX_SETS, 8, |reader| {
            let set = u64::from_le_bytes(reader.array()?);
            let known = u64::MAX.checked_shl(u32::try_from(sources.len()).unwrap_or(64));
            if set & known.unwrap_or(0) == 0 { Ok(set) } else { Err(reader.invalid()) }
        })?;
        let records = self.list(MAX_RECORDS, 12, |reader| {
            let record = Record {
                asn: u32::from_le_bytes(reader.array()?),
                classes: ClassSet::from_bits(u16::from_le_bytes(reader.array()?)),
                provider: u16::from_le_bytes(reader.array()?),
                operator: u16::from_le_bytes(reader.array()?),
                sources: u16::from_le_bytes(reader.array()?),
            };
            let is_sound = names.len() > usize::from(record.provider.max(record.operator))
                && source_sets.len() > usize::from(record.sources);
            if is_sound { Ok(record) } else { Err(reader.invalid()) }
        })?;
        let first_are_empty = names.first().is_some_and(|name| name.is_empty())
            && source_sets.first() == Some(&0)
            && records.first() == Some(&Record::default());
        let lists = Lists { records, names, source_sets, sources };
        if first_are_empty { Ok(lists) } else { Err(self.invalid()) }
    }

    fn source(&mut self) -> Result<Source, TableError> {
        let name = self.text(super::Label::MAX_NAME)?.into();
        let made = match i64::from_le_bytes(self.array()?) {
            0 => None,
            secs => {
                let secs = secs.saturating_sub(1);
                let made = Timestamp::from_unix_secs(secs);
                // Beyond what a moment can be, it was not written here.
                if made.unix_secs() != secs {
                    return Err(self.invalid());
                }
                Some(made)
            }
        };
        let version = self.text(super::Label::MAX_NAME)?;
        Ok(Source {
            name,
            made,
            version: (!version.is_empty()).then(|| version.into()),
            licence: self.text(super::Feed::MAX_LICENCE)?.into(),
            networks: u64::from_le_bytes(self.array()?),
            skipped: u64::from_le_bytes(self.array()?),
            is_relay_list: match self.array()? {
                [0] => false,
                [1] => true,
                _ => return Err(self.invalid()),
            },
        })
    }

    /// The ranges of a family.
    fn cut<K: Split, const U: usize, const L: usize>(
        &mut self,
        upper: impl Fn([u8; U]) -> K::Upper,
        lower: impl Fn([u8; L]) -> K::Lower,
        records: usize,
    ) -> Result<Cut<K>, TableError> {
        let (starts, values) = self.pairs(upper)?;
        let blocks = self.count(Ranges::MAX, 4)?;
        let ends = self.numbers(blocks)?;
        let ends = core::iter::once(0).chain(ends).collect();
        let (parts, part_records) = self.pairs(lower)?;
        let divided = Divided { ends, starts: parts, records: part_records };
        let cut = Cut { starts, values, divided };
        if cut.is_sound(records) { Ok(cut) } else { Err(self.invalid()) }
    }

    /// A list of starts, then as many numbers.
    fn pairs<T, const N: usize>(
        &mut self,
        start: impl Fn([u8; N]) -> T,
    ) -> Result<(Vec<T>, Vec<u32>), TableError> {
        let len = self.count(Ranges::MAX, N.saturating_add(4))?;
        let (starts, _) = self.slice(len.saturating_mul(N))?.as_chunks::<N>();
        let starts = starts.iter().map(|bytes| start(*bytes)).collect();
        Ok((starts, self.numbers(len)?.collect()))
    }

    fn numbers(&mut self, len: usize) -> Result<impl Iterator<Item = u32> + use<'a>, TableError> {
        let (numbers, _) = self.slice(len.saturating_mul(4))?.as_chunks::<4>();
        Ok(numbers.iter().map(|bytes| u32::from_le_bytes(*bytes)))
    }

    /// A list of at most `most` items of at least `least` bytes each.
    fn list<T>(
        &mut self,
        most: usize,
        least: usize,
        mut read: impl FnMut(&mut Self) -> Result<T, TableError>,
    ) -> Result<Box<[T]>, TableError> {
        let len = self.count(most, least)?;
        (0..len).map(|_| read(self)).collect()
    }

    /// A list's length, of which the bytes that are left can hold the items.
    fn count(&mut self, most: usize, least: usize) -> Result<usize, TableError> {
        let len = index(u32::from_le_bytes(self.array()?));
        if len > most {
            return Err(self.invalid());
        }
        if len.saturating_mul(least) > self.rest.len() {
            return Err(TableError::Truncated { byte: self.offset() });
        }
        Ok(len)
    }

    fn text(&mut self, most: usize) -> Result<&'a str, TableError> {
        let len = usize::from(u16::from_le_bytes(self.array()?));
        let text = core::str::from_utf8(self.slice(len)?).ok().filter(|_| len <= most);
        text.ok_or_else(|| self.invalid())
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], TableError> {
        let (array, rest) = self
            .rest
            .split_first_chunk()
            .ok_or_else(|| TableError::Truncated { byte: self.offset() })?;
        self.rest = rest;
        Ok(*array)
    }

    fn slice(&mut self, len: usize) -> Result<&'a [u8], TableError> {
        let (slice, rest) = self
            .rest
            .split_at_checked(len)
            .ok_or_else(|| TableError::Truncated { byte: self.offset() })?;
        self.rest = rest;
        Ok(slice)
    }

    fn offset(&self) -> usize {
        self.len.saturating_sub(self.rest.len())
    }

    fn invalid(&self) -> TableError {
        TableError::Invalid { byte: self.offset() }
    }
}

/// Numbers of sets have 16 bits.
const MAX_SETS: usize = 1 << 16;

/// Numbers of records have 31 bits; there are at most as many as ranges.
const MAX_RECORDS: usize = 1 << 27;
