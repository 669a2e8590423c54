//! What outlives a process: the records of one id (or of one fact) as bytes, and for how long.

use core::fmt;

use predispatch_types::Timestamp;
use smallvec::SmallVec;

#[cfg(any(feature = "durable", feature = "redis"))]
use crate::{Claim, Receipt, Windows};
use crate::{
    Destinations, Key, Tags,
    rules::{Hold, Record, Records},
};

/// Which records: those of an id, or those of a fact. 96 bits of either.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Group {
    is_fact: bool,
    id: [u8; 12],
}

impl Group {
    /// The records that a claim's id has.
    pub fn of_event(key: Key) -> Self {
        Self { is_fact: false, id: key.id_part() }
    }

    /// The records that a claim's fact has, if it names one.
    #[cfg(any(feature = "durable", feature = "redis"))]
    pub(crate) fn of_fact(claim: &Claim) -> Option<Self> {
        Some(Self::fact(*claim.fact?.as_bytes()))
    }

    /// The records that a receipt's fact has.
    #[cfg(any(feature = "durable", feature = "redis"))]
    pub(crate) fn of_receipt_fact(receipt: &Receipt) -> Option<Self> {
        Some(Self::fact(*receipt.fact()?.as_bytes()))
    }

    #[cfg(any(feature = "durable", feature = "redis"))]
    fn fact(bytes: [u8; 16]) -> Self {
        Self { is_fact: true, id: bytes.first_chunk().copied().unwrap_or_default() }
    }

    #[cfg(feature = "durable")]
    pub(crate) const fn from_parts(is_fact: bool, id: [u8; 12]) -> Self {
        Self { is_fact, id }
    }

    #[cfg(any(feature = "durable", feature = "redis"))]
    pub(crate) const fn is_fact(&self) -> bool {
        self.is_fact
    }

    #[cfg(any(feature = "durable", feature = "redis"))]
    pub(crate) const fn id(&self) -> &[u8; 12] {
        &self.id
    }
}

impl fmt::Debug for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Group(<redacted>)")
    }
}

/// The bytes of a group: 15 for an event that was sent, 23 if its browser half was seen too.
pub type GroupBytes = SmallVec<[u8; 24]>;

/// Writes the records of a group. No record is no byte.
///
/// Moments of reports are kept to the millisecond, which is what lags and ages are told in, and
/// within ±4,459 years of 1970.
///
/// ```
/// use predispatch_dedup::{Destination, KeyMaker, rules::Record, store::{Group, decode, encode}};
/// use predispatch_types::{EventId, Timestamp};
///
/// let key = KeyMaker::new([7; 16]).event("shop", &EventId::new("ord-88213")?, "purchase");
/// let sent = Record {
///     key,
///     tags: Default::default(),
///     browser: Default::default(),
///     server: Destination::META.into(),
///     browser_at: Timestamp::UNIX_EPOCH,
///     server_at: Timestamp::from_unix_secs(1_795_197_791),
///     holds: Default::default(),
/// };
/// let bytes = encode(&[sent.clone()]);
/// assert_eq!(bytes.len(), 13);
/// assert_eq!(decode(Group::of_event(key), &bytes)?.as_slice(), [sent]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn encode(records: &[Record]) -> GroupBytes {
    let mut bytes = GroupBytes::new();
    for record in records {
        encode_record(record, &mut bytes);
    }
    bytes
}

fn encode_record(record: &Record, bytes: &mut GroupBytes) {
    // Live grants of a record have no destination in common, so there are at most 13.
    let holds = record.holds.iter().take(MAX_HOLDS);
    let has_server = !record.server.is_empty() || !record.holds.is_empty();
    let has_tags = record.tags != Tags::default();
    let flag = |set: bool, bit: u8| if set { bit } else { 0 };
    let count = u8::try_from(holds.len()).unwrap_or_default();
    bytes.push(
        count
            | flag(!record.browser.is_empty(), BROWSER)
            | flag(has_server, SERVER)
            | flag(has_tags, TAGS),
    );
    bytes.extend_from_slice(&record.key.name_part());
    if has_tags {
        bytes.extend_from_slice(&[record.tags.value, record.tags.subject]);
    }
    if !record.browser.is_empty() {
        encode_side(record.browser, record.browser_at, bytes);
    }
    if has_server {
        encode_side(record.server, record.server_at, bytes);
    }
    for hold in holds {
        bytes.extend_from_slice(&hold.destinations.bits().to_le_bytes());
        bytes.extend_from_slice(&hold.fence.to_le_bytes());
        bytes.extend_from_slice(&hold.until.unix_micros().to_le_bytes());
    }
}

fn encode_side(destinations: Destinations, at: Timestamp, bytes: &mut GroupBytes) {
    const END: i64 = 1 << 47;
    bytes.extend_from_slice(&destinations.bits().to_le_bytes());
    let millis = at.unix_millis().clamp(-END, END.saturating_sub(1));
    bytes.extend_from_slice(millis.to_le_bytes().first_chunk::<6>().unwrap_or(&[0; 6]));
}

/// Reads what [`encode`] wrote.
///
/// # Errors
/// [`GroupError`] if it is anything else: nothing is skipped and nothing made up.
pub fn decode(group: Group, bytes: &[u8]) -> Result<Records, GroupError> {
    let mut records = Records::new();
    let mut rest = Reader(bytes);
    while !rest.0.is_empty() {
        if records.len() >= MAX_RECORDS {
            return Err(GroupError::TooMany);
        }
        records.push(decode_record(group, &mut rest)?);
    }
    Ok(records)
}

fn decode_record(group: Group, rest: &mut Reader<'_>) -> Result<Record, GroupError> {
    let [head] = rest.take()?;
    let mut key = [0; 16];
    let (id, name) = key.split_at_mut(group.id.len());
    id.copy_from_slice(&group.id);
    name.copy_from_slice(&rest.take::<4>()?);
    let mut tags = Tags::default();
    if head & TAGS != 0 {
        [tags.value, tags.subject] = rest.take()?;
    }
    let (browser, browser_at) = if head & BROWSER != 0 { rest.side()? } else { NOTHING };
    let (server, server_at) = if head & SERVER != 0 { rest.side()? } else { NOTHING };
    let mut holds = SmallVec::new();
    for _ in 0..usize::from(head) & MAX_HOLDS {
        holds.push(Hold {
            destinations: rest.destinations()?,
            fence: u64::from_le_bytes(rest.take()?),
            until: Timestamp::from_unix_micros(i64::from_le_bytes(rest.take()?)),
        });
    }
    let is_written = (head & TAGS == 0 || tags != Tags::default())
        && (head & BROWSER == 0 || !browser.is_empty())
        && ((head & SERVER != 0) == (!server.is_empty() || !holds.is_empty()));
    if !is_written {
        return Err(GroupError::NotWrittenSo);
    }
    Ok(Record { key: Key::from_bytes(key), tags, browser, server, browser_at, server_at, holds })
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], GroupError> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(GroupError::Short)?;
        self.0 = rest;
        Ok(*taken)
    }

    fn destinations(&mut self) -> Result<Destinations, GroupError> {
        let bits = u16::from_le_bytes(self.take()?);
        let destinations = Destinations::from_bits(bits);
        // A newer version may know more destinations: its claims must not be taken for none.
        if destinations.bits() == bits { Ok(destinations) } else { Err(GroupError::Destination) }
    }

    fn side(&mut self) -> Result<(Destinations, Timestamp), GroupError> {
        let destinations = self.destinations()?;
        let [a, b, c, d, e, f] = self.take()?;
        let sign = if f & 0x80 == 0 { 0 } else { 0xFF };
        let millis = i64::from_le_bytes([a, b, c, d, e, f, sign, sign]);
        Ok((destinations, Timestamp::from_unix_millis(millis)))
    }
}

/// The bytes are no group of records.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum GroupError {
    /// A destination that this version does not know.
    #[error("a destination that this version does not know")]
    Destination,
    /// Marked as there and empty.
    #[error("an empty part is marked as there")]
    NotWrittenSo,
    /// Too few bytes.
    #[error("the bytes end within a record")]
    Short,
    /// More records than an id can have.
    #[error("more than {MAX_RECORDS} records")]
    TooMany,
}

impl GroupError {
    /// A stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Destination => "dedup_group_destination",
            Self::NotWrittenSo => "dedup_group_form",
            Self::Short => "dedup_group_short",
            Self::TooMany => "dedup_group_too_many",
        }
    }
}

/// The last moment at which a store still has to know a record: the longest retention of its
/// destinations after it was last entered, and the tolerance for events from the future.
#[cfg(any(feature = "durable", feature = "redis"))]
pub(crate) fn keep_until(record: &Record, windows: &Windows) -> Timestamp {
    let side = |destinations: Destinations, at: Timestamp| {
        destinations
            .iter()
            .map(|destination| windows.of(destination).retention_secs)
            .max()
            .map(|secs| at.plus_secs(i64::from(secs)).plus_secs(windows.future_secs.into()))
            // Moments are written down to the millisecond: what is cut off is given back.
            .map(|end| Timestamp::from_unix_micros(end.unix_micros().saturating_add(999)))
    };
    let held = record.holds.iter().fold(Destinations::NONE, |set, hold| set | hold.destinations);
    let holds = record.holds.iter().map(|hold| hold.until).max();
    [side(record.browser, record.browser_at), side(record.server | held, record.server_at), holds]
        .into_iter()
        .flatten()
        .max()
        .unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The records of a group as they stand at a moment.
#[cfg(any(feature = "durable", feature = "redis"))]
#[derive(Clone, Debug, Default)]
pub(crate) struct View {
    /// What has to be known: the same whether the rest is still there or not.
    pub(crate) known: Records,
    /// What need not be known any more, but would if the clock stepped back; each with the number of
    /// known records before it. Which record a claim is of depends on their order, so it stays.
    aside: SmallVec<[(usize, Record); 1]>,
}

#[cfg(any(feature = "durable", feature = "redis"))]
impl View {
    pub(crate) fn new(records: Records, windows: &Windows, now: Timestamp) -> Self {
        let mut view = Self::default();
        for record in records {
            let until = keep_until(&record, windows);
            if until >= now {
                view.known.push(record);
            } else if until.plus_secs(CLOCK_SLACK_SECS) >= now
                && view.aside.len() < crate::rules::MAX_PER_ID
            {
                view.aside.push((view.known.len(), record));
            }
        }
        view
    }

    /// What is to be written: without what nobody will look for any more. A grant that has timed out
    /// is kept, for its owner may come late.
    pub(crate) fn into_records(self, windows: &Windows, now: Timestamp) -> Records {
        let is_kept = |record: &Record| {
            let is_blank =
                record.browser.is_empty() && record.server.is_empty() && record.holds.is_empty();
            !is_blank && keep_until(record, windows).plus_secs(CLOCK_SLACK_SECS) >= now
        };
        let mut aside = self.aside.into_iter().peekable();
        let mut records = Records::new();
        for (at, record) in self.known.into_iter().enumerate() {
            while let Some((_, forgotten)) = aside.next_if(|(before, _)| *before <= at) {
                records.push(forgotten);
            }
            records.push(record);
        }
        records.extend(aside.map(|(_, forgotten)| forgotten));
        records.retain(|record| is_kept(record));
        records
    }
}

/// How far a clock may step back without an event being taken for new that was forgotten meanwhile.
#[cfg(any(feature = "durable", feature = "redis"))]
pub(crate) const CLOCK_SLACK_SECS: i64 = 3_600;

/// The last moment at which any of the records has to be known; `None` if there is none.
#[cfg(any(feature = "durable", feature = "redis"))]
pub(crate) fn keep_all_until(records: &[Record], windows: &Windows) -> Option<Timestamp> {
    records.iter().map(|record| keep_until(record, windows)).max()
}

/// Those that are known, and as many that are not any more.
const MAX_RECORDS: usize = 2 * crate::rules::MAX_PER_ID;
const BROWSER: u8 = 0x80;
const SERVER: u8 = 0x40;
const TAGS: u8 = 0x20;
const MAX_HOLDS: usize = 0x1F;
const NOTHING: (Destinations, Timestamp) = (Destinations::NONE, Timestamp::UNIX_EPOCH);
