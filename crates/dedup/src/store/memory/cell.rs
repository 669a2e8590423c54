//! An entry in 25 bytes; with its tag and its slice it takes 27.

use predispatch_types::Timestamp;

use super::clock::{Slice, Slices};
use crate::{Claim, Destination, Destinations, Key, Source, Tags, rules::Record};

/// ```text
///  0..10  id, without the byte in the shard's number and the one in the tag
/// 10..14  name
/// 14..17  the later of its two times, within its slice
/// 17..19  where the browser reported it, and three bits
/// 19..21  where it was sent, and three bits
/// 21..23  how much earlier the other of its times was
/// 23..25  tags of amount and person
/// ```
pub(super) type Cell = [u8; 25];

// The three bits beside each set of destinations are in use.
const _: () = assert!(Destination::COUNT <= SPARE_FROM as usize);

/// The byte by which an entry is looked for; 0 is no entry. It is the only byte of a key that is not
/// compared in full: 0 and 1 are taken for the same.
#[inline]
pub(super) fn tag(key: Key) -> u8 {
    let [.., tag, _, _, _, _, _] = *key.as_bytes();
    tag.max(1)
}

/// Whether the cell is of the id; the tag and the shard are compared elsewhere.
#[inline]
pub(super) fn is_of_id(cell: &Cell, key: Key) -> bool {
    let [a, b, c, d, e, f, g, h, i, j, ..] = *cell;
    let (id, last) = id_words(key);
    (u64::from_le_bytes([a, b, c, d, e, f, g, h]) == id) & (u16::from_le_bytes([i, j]) == last)
}

/// Whether the cell, whose id is the key's, is of its name too and has these tags.
#[inline]
pub(super) fn is_of(cell: &Cell, key: Key, tags: Tags) -> bool {
    let [_, _, _, _, _, _, _, _, _, _, n0, n1, n2, n3, .., value, subject] = *cell;
    key.name_part() == [n0, n1, n2, n3] && tags == Tags { value, subject }
}

/// Two independent numbers from the id, for the two places of a cell.
#[inline]
pub(super) fn places(cell: &Cell) -> (u32, u32) {
    let [_, a, b, c, d, e, f, g, h, ..] = *cell;
    (u32::from_le_bytes([c, d, e, f]), u32::from_le_bytes([g, h, a, b]))
}

/// As [`places`], of a key.
#[inline]
pub(super) fn places_of(key: Key) -> (u32, u32) {
    let [_, _, a, b, c, d, e, f, g, h, ..] = *key.as_bytes();
    (u32::from_le_bytes([c, d, e, f]), u32::from_le_bytes([g, h, a, b]))
}

/// Adds destinations to those where the event was sent.
#[inline]
pub(super) fn add_server(cell: &mut Cell, destinations: Destinations) {
    let [.., low, high, _, _, _, _] = cell;
    let bits = u16::from_le_bytes([*low, *high]) | destinations.bits();
    [*low, *high] = bits.to_le_bytes();
}

/// A cell with nothing but its id.
#[cfg(test)]
pub(super) fn of_id(key: Key) -> Cell {
    Words::new(key, Tags::default(), 0, 0, 0, 0).to_cell()
}

/// The times of a record, later first, of those that mean something.
fn times(record: &Record) -> (Timestamp, Timestamp, bool) {
    let (browser, server) = (record.browser_at, record.server_at);
    let has_server = !record.server.is_empty() || !record.holds.is_empty();
    match (record.browser.is_empty(), has_server) {
        (true, _) => (server, server, true),
        (false, false) => (browser, browser, false),
        (false, true) if server >= browser => (server, browser, true),
        (false, true) => (browser, server, false),
    }
}

/// The cell of a record, and the slice that it is kept with. Times before `first` are taken for its
/// beginning: a clock went back further than the store remembers.
#[inline]
pub(super) fn encode(slices: Slices, record: &Record, first: Slice) -> (Slice, Cell) {
    let (later, earlier, server_is_later) = times(record);
    let (delay, in_secs) = delay(later, earlier);
    let [delay_low, delay_mid, delay_high, _] = delay.to_le_bytes();
    let flags = u16::from(server_is_later) | u16::from(in_secs) << 1;
    let browser = record.browser.bits() | flags << SPARE_FROM;
    let server = record.server.bits() | u16::from(delay_high & 7) << SPARE_FROM;
    // The twentieth bit is the third flag of the browser's three.
    let browser = browser | u16::from(delay_high >> 3 & 1) << (SPARE_FROM + 2);
    let (slice, offset) = split(slices, later, first);
    let delay = u16::from_le_bytes([delay_low, delay_mid]);
    (slice, Words::new(record.key, record.tags, offset, browser, server, delay).to_cell())
}

/// The cell of an id that was unknown, as [`encode`] makes it of its record: a browser's report for
/// these destinations, or a server's grant, which is not sent yet.
#[inline]
pub(super) fn of_unseen(
    claim: &Claim,
    destinations: Destinations,
    (slice, offset): (Slice, u32),
) -> (Slice, Words) {
    let browser = match claim.source {
        Source::Browser => destinations.bits(),
        Source::Server => 1 << SPARE_FROM,
    };
    (slice, Words::new(claim.key, claim.tags, offset, browser, 0, 0))
}

#[inline]
fn split(slices: Slices, at: Timestamp, first: Slice) -> (Slice, u32) {
    slices.split(at.max(slices.join(first, 0)))
}

/// A cell in four numbers. Put together from bytes it would be written twice, and the second time
/// would wait for the first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words([u64; 3], u8);

impl Words {
    /// Of the offset three bytes are kept.
    #[inline]
    fn new(key: Key, tags: Tags, offset: u32, browser: u16, server: u16, delay: u16) -> Self {
        let ((id, last), offset) = (id_words(key), u64::from(offset));
        let name = u64::from(u32::from_le_bytes(key.name_part()));
        let second = u64::from(last) | name << 16 | offset << 48;
        let third = (offset >> 16 & 0xFF)
            | u64::from(browser) << 8
            | u64::from(server) << 24
            | u64::from(delay) << 40
            | u64::from(tags.value) << 56;
        Self([id, second, third], tags.subject)
    }

    #[inline]
    pub(super) fn write(self, to: &mut Cell) {
        let (chunks, rest) = to.as_chunks_mut();
        for (to, word) in chunks.iter_mut().zip(self.0) {
            *to = word.to_le_bytes();
        }
        if let [last] = rest {
            *last = self.1;
        }
    }

    #[inline]
    pub(super) fn to_cell(self) -> Cell {
        let mut cell = [0; size_of::<Cell>()];
        self.write(&mut cell);
        cell
    }
}

/// The record of a cell whose id is that of `key`, without its holds.
pub(super) fn decode(slices: Slices, cell: &Cell, slice: Slice, key: Key) -> Record {
    let [
        _,
        _,
        _,
        _,
        _,
        _,
        _,
        _,
        _,
        _,
        n0,
        n1,
        n2,
        n3,
        o0,
        o1,
        o2,
        b0,
        b1,
        s0,
        s1,
        delay_low,
        delay_mid,
        value,
        subject,
    ] = *cell;
    let (browser, server) = (u16::from_le_bytes([b0, b1]), u16::from_le_bytes([s0, s1]));
    let flags = browser >> SPARE_FROM;
    let (server_is_later, in_secs) = (flags & 1 == 1, flags >> 1 & 1 == 1);
    let high = u32::from(server >> SPARE_FROM) | u32::from(flags >> 2 & 1) << 3;
    let delay = high << 16 | u32::from(u16::from_le_bytes([delay_low, delay_mid]));
    let delay_millis = i64::from(delay).saturating_mul(if in_secs { 1_000 } else { 1 });

    let later = slices.join(slice, u32::from_le_bytes([o0, o1, o2, 0]));
    let earlier = Timestamp::from_unix_millis(later.unix_millis().saturating_sub(delay_millis));
    let (browser_at, server_at) = if server_is_later { (earlier, later) } else { (later, earlier) };
    let mut bytes = [0; 16];
    let parts = key.id_part().into_iter().chain([n0, n1, n2, n3]);
    for (to, from) in bytes.iter_mut().zip(parts) {
        *to = from;
    }
    Record {
        key: Key::from_bytes(bytes),
        tags: Tags { value, subject },
        browser: Destinations::from_bits(browser),
        server: Destinations::from_bits(server),
        browser_at,
        server_at,
        holds: smallvec::SmallVec::new(),
    }
}

/// How long `earlier` was before `later`, in 20 bits: exact to the millisecond up to 17 minutes, to
/// the second up to twelve days; and which of the two it is.
fn delay(later: Timestamp, earlier: Timestamp) -> (u32, bool) {
    let millis = later.unix_millis().saturating_sub(earlier.unix_millis());
    let fits = |delay: i64| u32::try_from(delay).ok().filter(|delay| *delay <= MAX_DELAY);
    match fits(millis) {
        Some(delay) => (delay, false),
        None => (fits(millis.div_euclid(1_000)).unwrap_or(MAX_DELAY), true),
    }
}

/// The ten bytes of the id that a cell keeps.
#[inline]
fn id_words(key: Key) -> (u64, u16) {
    let [_, a, b, c, d, e, f, g, h, i, _, j, ..] = *key.as_bytes();
    (u64::from_le_bytes([a, b, c, d, e, f, g, h]), u16::from_le_bytes([i, j]))
}

const SPARE_FROM: u16 = 13;
const MAX_DELAY: u32 = (1 << 20) - 1;

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test")]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Windows;

    fn blank(record: &Record) -> Record {
        let none = Destinations::NONE;
        Record { browser: none, server: none, ..record.clone() }
    }

    proptest! {
        #[test]
        fn a_record_reads_back(
            key: [u8; 16], browser in 0_u16..1 << 13, server in 0_u16..1 << 13,
            value: u8, subject: u8, at in 1_700_000_000_000_i64..1_800_000_000_000,
            delay in prop_oneof![0_i64..1 << 20, 0_i64..700_000_000], server_first: bool,
            more in 0_u16..1 << 13,
        ) {
            let slices = Slices::new(&Windows::in_memory());
            let key = Key::from_bytes(key);
            let (first, second) = (at - delay, at);
            let second_at = Timestamp::from_unix_millis(second);
            let (browser_at, server_at) =
                if server_first { (second, first) } else { (first, second) };
            let record = Record {
                key,
                tags: Tags { value, subject },
                browser: Destinations::from_bits(browser),
                server: Destinations::from_bits(server),
                browser_at: Timestamp::from_unix_millis(browser_at),
                server_at: Timestamp::from_unix_millis(server_at),
                holds: smallvec::SmallVec::new(),
            };
            let (slice, cell) = encode(slices, &record, 0);
            prop_assert!(is_of_id(&cell, key));
            prop_assert_eq!(places(&cell), places_of(key));
            let back = decode(slices, &cell, slice, key);
            prop_assert_eq!((back.key, back.tags), (key, record.tags));
            prop_assert_eq!((back.browser, back.server), (record.browser, record.server));
            let mut sent = cell;
            add_server(&mut sent, Destinations::from_bits(more));
            let all = Record { server: back.server | Destinations::from_bits(more), ..back.clone() };
            prop_assert_eq!(decode(slices, &sent, slice, key), all);
            let claimed = Destinations::from_bits(browser);
            for source in [Source::Browser, Source::Server] {
                let claim = Claim::new(key, claimed, source, second_at).with_tags(record.tags);
                let mut alone = Record { browser: claimed, browser_at: second_at, ..blank(&record) };
                if source == Source::Server {
                    alone = Record { server_at: second_at, ..blank(&record) };
                }
                if !claimed.is_empty() {
                    let (slice, words) = of_unseen(&claim, claimed, slices.split(second_at));
                    prop_assert_eq!((slice, words.to_cell()), encode(slices, &alone, 0));
                }
            }
            let error = if delay < 1 << 20 { 0 } else { 999 };
            if browser != 0 {
                let off = back.browser_at.unix_millis() - record.browser_at.unix_millis();
                prop_assert!((0..=error).contains(&off), "{off}");
            }
            if server != 0 {
                let off = back.server_at.unix_millis() - record.server_at.unix_millis();
                prop_assert!((0..=error).contains(&off), "{off}");
            }
        }
    }
}
