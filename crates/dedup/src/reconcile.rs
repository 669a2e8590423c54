//! Two logs side by side: which events met, and why the rest did not.

use core::{fmt, time::Duration};
use std::collections::{BTreeMap, HashMap, HashSet};

use predispatch_types::Timestamp;

/// A line of a log: of the pixel's reports, or of what the server sent.
#[non_exhaustive]
#[derive(Clone, Copy)]
pub struct LogEvent<'a> {
    /// The pixel or data set.
    pub data_set: &'a str,
    /// The name as sent.
    pub event_name: &'a str,
    /// The id as sent.
    pub event_id: &'a str,
    /// When it was sent or received.
    pub time: Timestamp,
    /// The order, if the log has it: it tells a changed id from an event that was never reported.
    pub order_id: Option<&'a str>,
}

impl<'a> LogEvent<'a> {
    /// A line without an order.
    pub fn new(data_set: &'a str, event_name: &'a str, event_id: &'a str, time: Timestamp) -> Self {
        Self { data_set, event_name, event_id, time, order_id: None }
    }
}

impl fmt::Debug for LogEvent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogEvent").field("time", &self.time).finish_non_exhaustive()
    }
}

/// Why an event of one log has no partner in the other. The first that fits, in this order. What has a
/// partner of its own, in the pairing window or not, is no cause of another's miss.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Cause {
    /// The same event, but further apart than the pairing window.
    Window,
    /// The same id under another name.
    Name,
    /// The same id and name in another data set.
    DataSet,
    /// The id with something put before or after it, or in other letters.
    Decoration,
    /// The same order under another id.
    Id,
    /// Nothing like it is in the other log.
    Absent,
}

impl Cause {
    /// All of them, in the order in which they are looked for.
    pub const ALL: [Self; 6] =
        [Self::Window, Self::Name, Self::DataSet, Self::Decoration, Self::Id, Self::Absent];

    /// The lower-case name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Window => "window",
            Self::Name => "name",
            Self::DataSet => "data_set",
            Self::Decoration => "decoration",
            Self::Id => "id",
            Self::Absent => "absent",
        }
    }
}

/// What became of one event name.
#[non_exhaustive]
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct NameReport {
    /// Events of the pixel, repetitions not counted.
    pub pixel: u64,
    /// Events of the server, repetitions not counted.
    pub server: u64,
    /// Those that met.
    pub matched: u64,
    /// Repetitions in either log.
    pub repeated: u64,
    /// The pixel's events that met none, by cause.
    pub pixel_misses: BTreeMap<Cause, u64>,
    /// The server's events that met none, by cause.
    pub server_misses: BTreeMap<Cause, u64>,
}

impl NameReport {
    /// Matched events in per cent of the log that has fewer; `None` if one has none.
    pub fn per_cent(&self) -> Option<u64> {
        self.matched.saturating_mul(100).checked_div(self.pixel.min(self.server))
    }
}

/// Compares two logs. Two events are one if data set, name and id are equal and they are at most
/// `pairing` apart; each meets at most one. The cost is linear in the two logs.
///
/// ```
/// use predispatch_dedup::reconcile::{Cause, LogEvent, reconcile};
/// use core::time::Duration;
///
/// let at = "2026-11-20T18:03:11Z".parse()?;
/// let pixel = [LogEvent::new("p1", "Purchase", "ord-1", at), LogEvent::new("p1", "Lead", "7", at)];
/// let server = [LogEvent::new("p1", "Purchase", "ord-1", at), LogEvent::new("p1", "lead", "7", at)];
/// let report = reconcile(&pixel, &server, Duration::from_secs(48 * 3_600));
/// assert_eq!(report["Purchase"].per_cent(), Some(100));
/// assert_eq!(report["Lead"].pixel_misses[&Cause::Name], 1);
/// # Ok::<(), predispatch_types::TimestampError>(())
/// ```
pub fn reconcile(
    pixel: &[LogEvent<'_>],
    server: &[LogEvent<'_>],
    pairing: Duration,
) -> BTreeMap<String, NameReport> {
    let (pixel, server) = (distinct(pixel), distinct(server));
    let (pixel_unmet, server_unmet) = (Unmet::new(&pixel, &server), Unmet::new(&server, &pixel));
    let mut report: BTreeMap<String, NameReport> = BTreeMap::new();
    for (is_pixel, log, other, unmet) in
        [(true, &pixel, &server, &server_unmet), (false, &server, &pixel, &pixel_unmet)]
    {
        for ((data_set, name, id), event) in log {
            let row = report.entry((*name).to_owned()).or_default();
            row.repeated = row.repeated.saturating_add(event.times.saturating_sub(1));
            let side = if is_pixel { &mut row.pixel } else { &mut row.server };
            *side = side.saturating_add(1);
            let partner = other.get(&(*data_set, *name, *id));
            if partner.is_some_and(|partner| apart(event.first, partner.first) <= pairing) {
                row.matched = row.matched.saturating_add(is_pixel.into());
                continue;
            }
            let cause = match partner {
                Some(_) => Cause::Window,
                None => unmet.cause(data_set, name, id, event.order_id),
            };
            let misses = if is_pixel { &mut row.pixel_misses } else { &mut row.server_misses };
            let count = misses.entry(cause).or_default();
            *count = count.saturating_add(1);
        }
    }
    report
}

/// The events of a log by data set, name and id.
type Log<'a> = HashMap<(&'a str, &'a str, &'a str), Seen<'a>>;

/// One event of a log, however often it stands there.
struct Seen<'a> {
    first: Timestamp,
    order_id: Option<&'a str>,
    times: u64,
}

fn distinct<'a>(lines: &[LogEvent<'a>]) -> Log<'a> {
    let mut log = Log::with_capacity(lines.len());
    for line in lines {
        let LogEvent { data_set, event_name, event_id, time, order_id } = *line;
        let seen = Seen { first: time, order_id, times: 0 };
        let seen = log.entry((data_set, event_name, event_id)).or_insert(seen);
        seen.first = seen.first.min(time);
        seen.order_id = seen.order_id.or(order_id);
        seen.times = seen.times.saturating_add(1);
    }
    log
}

/// The events of a log that the other one does not have, by everything that they are asked for.
#[derive(Default)]
struct Unmet<'a> {
    /// Data set and id, and name and id.
    other_name: HashSet<(&'a str, &'a str)>,
    other_data_set: HashSet<(&'a str, &'a str)>,
    /// Data set, name, and what an id is made of.
    wholes: HashSet<(&'a str, &'a str, String)>,
    parts: HashSet<(&'a str, &'a str, String)>,
    orders: HashSet<(&'a str, &'a str, &'a str)>,
}

impl<'a> Unmet<'a> {
    fn new(log: &Log<'a>, other: &Log<'a>) -> Self {
        let mut unmet = Self::default();
        for (key, seen) in log.iter().filter(|(key, _)| !other.contains_key(*key)) {
            let (data_set, name, id) = *key;
            unmet.other_name.insert((data_set, id));
            unmet.other_data_set.insert((name, id));
            unmet.wholes.extend(whole(id).map(|whole| (data_set, name, whole)));
            unmet.parts.extend(parts(id).map(|part| (data_set, name, part)));
            unmet.orders.extend(seen.order_id.map(|order| (data_set, name, order)));
        }
        unmet
    }

    /// Why an event of the other log that is not in this one is not.
    fn cause(&self, data_set: &str, name: &str, id: &str, order: Option<&str>) -> Cause {
        if self.other_name.contains(&(data_set, id)) {
            return Cause::Name;
        }
        if self.other_data_set.contains(&(name, id)) {
            return Cause::DataSet;
        }
        let is_decorated = whole(id).is_some_and(|whole| {
            let whole = (data_set, name, whole);
            self.wholes.contains(&whole) || self.parts.contains(&whole)
        });
        if is_decorated || parts(id).any(|part| self.wholes.contains(&(data_set, name, part))) {
            return Cause::Decoration;
        }
        if order.is_some_and(|order| self.orders.contains(&(data_set, name, order))) {
            return Cause::Id;
        }
        Cause::Absent
    }
}

/// An id without case and separators. What is shorter than four characters is none that could be
/// recognised.
fn whole(id: &str) -> Option<String> {
    let whole: String =
        id.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    (whole.chars().count() >= 4).then_some(whole)
}

/// The same of an id without its first part, and without its last: two ids are one, decorated, if a part
/// of one is the whole other. A part that both share tells nothing: ids have prefixes in common.
fn parts(id: &str) -> impl Iterator<Item = String> {
    let is_separator = |c: char| !c.is_alphanumeric();
    let trimmed = id.trim_matches(is_separator);
    let after_first = trimmed.split_once(is_separator).map(|(_, rest)| rest);
    let before_last = trimmed.rsplit_once(is_separator).map(|(rest, _)| rest);
    [after_first, before_last].into_iter().flatten().filter_map(whole)
}

fn apart(a: Timestamp, b: Timestamp) -> Duration {
    Duration::from_micros(a.unix_micros().abs_diff(b.unix_micros()))
}
