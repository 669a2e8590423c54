//! The log: changed groups in the order in which they changed, one table for each bucket of expiry.
//!
//! `redb` keeps it: a transaction is there as a whole or not at all, and the checksum of every page
//! is verified when the file is opened. A table whose bucket has ended is dropped as a whole.

use std::{
    collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap},
    fs::{self, File},
    path::{Path, PathBuf},
};

use predispatch_types::Timestamp;
use redb::{
    Builder, Database, DatabaseError, ReadableDatabase, StorageError, Table, TableDefinition,
    TableHandle, WriteTransaction,
};

use super::{
    DurableError, DurableOptions,
    index::{Index, expired_before},
};
use crate::{
    Destination,
    store::group::{self, Group, GroupBytes},
};

/// A group as it is after a change. No bytes: it was removed.
pub(super) struct Change {
    pub(super) group: Group,
    pub(super) bucket: i64,
    pub(super) bytes: GroupBytes,
}

pub(super) struct Log {
    database: Database,
    /// Of the next transaction.
    number: u64,
    /// How often the log was opened.
    opened: u64,
    buckets: BTreeSet<i64>,
    dropped_before: i64,
    /// In microseconds.
    remembers_from: i64,
    retentions: Vec<(&'static str, u32)>,
}

impl Log {
    pub(super) fn open(
        path: &Path,
        options: &DurableOptions,
        index: &mut Index,
        now: Timestamp,
    ) -> Result<Self, DurableError> {
        make(path)?;
        let retention = |to: Destination| (to.as_str(), options.windows.of(to).retention_secs);
        let database = builder().open(path).map_err(database_error)?;
        let mut log = Self {
            database,
            number: 0,
            opened: 0,
            buckets: BTreeSet::new(),
            dropped_before: i64::MIN,
            // A slip of the pen must not make the file useless for years.
            remembers_from: options.remembers_from.min(now).unix_micros(),
            retentions: Destination::all().map(retention).collect(),
        };
        let is_longer = log.read_head(now)?;
        index.has_dropped_before(log.dropped_before);
        let changes = log.replay(index)?;
        if is_longer {
            index.keep_by(&options.windows);
        }
        while index.expire(now) {}
        log.start(index, changes, is_longer)?;
        Ok(log)
    }

    /// The earliest moment of which nothing is unknown.
    pub(super) fn remembers_from(&self) -> Timestamp {
        Timestamp::from_unix_micros(self.remembers_from)
    }

    /// Fences are never used twice, not even by a process that died.
    pub(super) fn first_fence(&self) -> u64 {
        self.opened << 40
    }

    /// Writes changes, the later over the earlier, and drops what has expired. Returns when all is on
    /// the disk.
    pub(super) fn write(&mut self, changes: &[Change], now: Timestamp) -> Result<(), DurableError> {
        // Of several changes of one group in a transaction only the last is read again.
        let mut last = HashMap::with_capacity(changes.len());
        for (at, change) in changes.iter().enumerate() {
            last.insert(change.group, at);
        }
        let mut values = BTreeMap::<i64, Vec<u8>>::new();
        for (at, change) in changes.iter().enumerate() {
            if last.get(&change.group) == Some(&at) {
                append(change, values.entry(change.bucket).or_default());
            }
        }
        let transaction = self.database.begin_write().map_err(any)?;
        for (&bucket, value) in &values {
            write_row(&transaction, bucket, self.number, value)?;
            self.buckets.insert(bucket);
        }
        self.drop_expired(&transaction, now)?;
        transaction.commit().map_err(any)?;
        self.number = self.number.saturating_add(1);
        Ok(())
    }

    fn drop_expired(
        &mut self,
        transaction: &WriteTransaction,
        now: Timestamp,
    ) -> Result<(), DurableError> {
        let end = expired_before(now);
        // One a transaction: dropping costs as much as the bucket has pages.
        let Some(bucket) = self.buckets.first().copied().filter(|bucket| *bucket < end) else {
            return Ok(());
        };
        drop_table(transaction, bucket)?;
        self.buckets.remove(&bucket);
        self.dropped_before = self.dropped_before.max(bucket.saturating_add(1));
        self.write_head(transaction)
    }

    /// Whether any retention is longer than it was: then what lies before the old one may be dropped.
    fn read_head(&mut self, now: Timestamp) -> Result<bool, DurableError> {
        let transaction = self.database.begin_read().map_err(any)?;
        let tables: Vec<_> = transaction.list_tables().map_err(any)?.collect();
        if tables.is_empty() {
            return Ok(false);
        }
        let head = transaction.open_table(HEAD).map_err(|_| DurableError::OtherVersion)?;
        let field = |name: &str| -> Result<i64, DurableError> {
            Ok(head.get(name).map_err(any)?.ok_or(DurableError::OtherVersion)?.value())
        };
        if field("version")? != VERSION {
            return Err(DurableError::OtherVersion);
        }
        self.opened = field("opened")?.cast_unsigned();
        self.dropped_before = field("dropped_before")?;
        self.remembers_from = self.remembers_from.max(field("remembers_from")?);
        let mut is_longer = false;
        for (name, secs) in &self.retentions {
            // Of a destination that the file does not know nothing was ever claimed.
            let Some(before) = head.get(*name).map_err(any)? else { continue };
            if before.value() < i64::from(*secs) {
                is_longer = true;
                let kept_from = now.plus_secs(before.value().saturating_neg());
                self.remembers_from = self.remembers_from.max(kept_from.unix_micros());
            }
        }
        for table in tables.iter().filter(|table| table.name() != HEAD.name()) {
            self.buckets.insert(bucket_named(table.name())?);
        }
        Ok(is_longer)
    }

    fn write_head(&self, transaction: &WriteTransaction) -> Result<(), DurableError> {
        let mut head = transaction.open_table(HEAD).map_err(any)?;
        for (name, value) in [
            ("version", VERSION),
            ("opened", self.opened.cast_signed()),
            ("dropped_before", self.dropped_before),
            ("remembers_from", self.remembers_from),
        ] {
            head.insert(name, value).map_err(any)?;
        }
        for (name, secs) in &self.retentions {
            head.insert(*name, i64::from(*secs)).map_err(any)?;
        }
        Ok(())
    }

    /// Loads every change in the order in which they were made. Returns how many there were.
    fn replay(&mut self, index: &mut Index) -> Result<u64, DurableError> {
        let transaction = self.database.begin_read().map_err(any)?;
        let mut tables = Vec::with_capacity(self.buckets.len());
        let mut next = BinaryHeap::with_capacity(self.buckets.len());
        for &bucket in &self.buckets {
            let table = transaction
                .open_table(TableDefinition::<u64, &[u8]>::new(&name(bucket)))
                .map_err(any)?;
            let mut rows = table.range::<u64>(..).map_err(any)?;
            if let Some(row) = rows.next() {
                let (number, value) = row.map_err(any)?;
                next.push((core::cmp::Reverse(number.value()), tables.len()));
                tables.push((bucket, rows, value));
            }
        }
        let mut changes: u64 = 0;
        while let Some((core::cmp::Reverse(number), at)) = next.pop() {
            self.number = number.saturating_add(1);
            let Some((bucket, rows, value)) = tables.get_mut(at) else { continue };
            changes = changes.saturating_add(load(value.value(), *bucket, index)?);
            if let Some(row) = rows.next() {
                let (number, following) = row.map_err(any)?;
                next.push((core::cmp::Reverse(number.value()), at));
                *value = following;
            }
        }
        Ok(changes)
    }

    /// Counts this opening; writes the log anew if most of it is out of date, or all of it has to stay
    /// longer.
    fn start(&mut self, index: &Index, changes: u64, is_longer: bool) -> Result<(), DurableError> {
        self.opened = self.opened.saturating_add(1);
        let live = u64::try_from(index.len()).unwrap_or(u64::MAX);
        let is_stale = is_longer || changes > live.saturating_mul(2).saturating_add(REWRITE_FROM);
        let transaction = self.database.begin_write().map_err(any)?;
        if is_stale {
            self.rewrite(&transaction, index)?;
        }
        self.write_head(&transaction)?;
        transaction.commit().map_err(any)?;
        if is_stale {
            self.database.compact().map_err(any)?;
        }
        Ok(())
    }

    fn rewrite(
        &mut self,
        transaction: &WriteTransaction,
        index: &Index,
    ) -> Result<(), DurableError> {
        for bucket in std::mem::take(&mut self.buckets) {
            drop_table(transaction, bucket)?;
        }
        let mut values = BTreeMap::<i64, Vec<u8>>::new();
        for change in index.changes() {
            let value = values.entry(change.bucket).or_default();
            append(&change, value);
            if value.len() >= ROW_BYTES {
                self.write_next(transaction, change.bucket, value)?;
                value.clear();
            }
        }
        for (bucket, value) in values.iter().filter(|(_, value)| !value.is_empty()) {
            self.write_next(transaction, *bucket, value)?;
        }
        Ok(())
    }

    fn write_next(
        &mut self,
        transaction: &WriteTransaction,
        bucket: i64,
        value: &[u8],
    ) -> Result<(), DurableError> {
        write_row(transaction, bucket, self.number, value)?;
        self.buckets.insert(bucket);
        self.number = self.number.saturating_add(1);
        Ok(())
    }
}

fn builder() -> Builder {
    let mut builder = Builder::new();
    builder.set_cache_size(CACHE_BYTES).set_check_integrity_on_open(true);
    builder
}

/// Makes the file if there is none: whole under another name first, so that a crash leaves none or
/// all of it, and of two processes that make it one wins.
fn make(path: &Path) -> Result<(), DurableError> {
    let io = |error: std::io::Error| DurableError::Io(error.kind());
    if path.try_exists().map_err(io)? {
        return Ok(());
    }
    let mut new = path.to_owned().into_os_string();
    new.push(format!(".{}.new", std::process::id()));
    let new = PathBuf::from(new);
    drop(builder().create(&new).map_err(database_error)?);
    let linked = fs::hard_link(&new, path);
    fs::remove_file(&new).map_err(io)?;
    match linked {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(io(error)),
        _ => {}
    }
    // The name is on the disk when its folder is.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or_else(|| Path::new(".")))
        .and_then(|folder| folder.sync_all())
        .map_err(io)
}

fn drop_table(transaction: &WriteTransaction, bucket: i64) -> Result<(), DurableError> {
    let name = name(bucket);
    transaction.delete_table(TableDefinition::<u64, &[u8]>::new(&name)).map_err(any)?;
    Ok(())
}

fn write_row(
    transaction: &WriteTransaction,
    bucket: i64,
    number: u64,
    value: &[u8],
) -> Result<(), DurableError> {
    let mut table: Table<'_, u64, &[u8]> =
        transaction.open_table(TableDefinition::new(&name(bucket))).map_err(any)?;
    table.insert(number, value).map_err(any)?;
    Ok(())
}

/// A change: whether it is a fact, its id, the number of its bytes, the bytes.
fn append(change: &Change, value: &mut Vec<u8>) {
    let length = u16::try_from(change.bytes.len()).unwrap_or(u16::MAX);
    value.push(change.group.is_fact().into());
    value.extend_from_slice(change.group.id());
    value.extend_from_slice(&length.to_le_bytes());
    value.extend_from_slice(&change.bytes);
}

fn load(mut value: &[u8], bucket: i64, index: &mut Index) -> Result<u64, DurableError> {
    let mut changes: u64 = 0;
    while !value.is_empty() {
        let (head, rest) = value.split_first_chunk::<15>().ok_or(DurableError::Damaged)?;
        let [kind, id @ .., low, high] = head;
        let id = id.first_chunk().copied().ok_or(DurableError::Damaged)?;
        let group = Group::from_parts(*kind != 0, id);
        let length = usize::from(u16::from_le_bytes([*low, *high]));
        let (bytes, rest) = rest.split_at_checked(length).ok_or(DurableError::Damaged)?;
        group::decode(group, bytes).map_err(|_| DurableError::OtherVersion)?;
        index.load(group, bucket, GroupBytes::from_slice(bytes));
        value = rest;
        changes = changes.saturating_add(1);
    }
    Ok(changes)
}

fn name(bucket: i64) -> String {
    format!("until/{bucket}")
}

fn bucket_named(name: &str) -> Result<i64, DurableError> {
    let bucket = name.strip_prefix("until/").ok_or(DurableError::OtherVersion)?;
    bucket.parse().map_err(|_| DurableError::OtherVersion)
}

fn database_error(error: DatabaseError) -> DurableError {
    match error {
        DatabaseError::DatabaseAlreadyOpen | DatabaseError::LockProtocolMismatch => {
            DurableError::InUse
        }
        DatabaseError::UpgradeRequired(_) => DurableError::OtherVersion,
        DatabaseError::Storage(error) => storage_error(error),
        _ => DurableError::Damaged,
    }
}

fn storage_error(error: StorageError) -> DurableError {
    match error {
        // What is no redb file at all is `InvalidData`.
        StorageError::Io(error) if error.kind() == std::io::ErrorKind::InvalidData => {
            DurableError::Damaged
        }
        StorageError::Io(error) => DurableError::Io(error.kind()),
        _ => DurableError::Damaged,
    }
}

fn any(error: impl Into<redb::Error>) -> DurableError {
    match error.into() {
        redb::Error::Io(error) => storage_error(StorageError::Io(error)),
        redb::Error::PreviousIo => DurableError::Io(std::io::ErrorKind::Other),
        _ => DurableError::Damaged,
    }
}

const HEAD: TableDefinition<'static, &str, i64> = TableDefinition::new("head");
const VERSION: i64 = 2;
/// Nothing is read twice; the cache only gathers what a transaction writes.
const CACHE_BYTES: usize = 16 << 20;
const ROW_BYTES: usize = 256 << 10;
/// A log with fewer changes than this is read as it is.
const REWRITE_FROM: u64 = 100_000;
