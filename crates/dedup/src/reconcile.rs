//! Two logs side by side: which events met, and why the rest did not.

use core::{fmt, time::Duration};
use std::collections::{BTreeMap, HashMap};

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

/// Why an event of one log has no partner in the other. The first that fits, in this order.
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
    let (pixel_index, server_index) = (Index::new(pixel), Index::new(server));
    let mut report: BTreeMap<String, NameReport> = BTreeMap::new();
    for (is_pixel, index, other) in
        [(true, &pixel_index, &server_index), (false, &server_index, &pixel_index)]
    {
        for ((data_set, name, id), event) in &index.exact {
            let row = report.entry((*name).to_owned()).or_default();
            row.repeated = row.repeated.saturating_add(event.times.saturating_sub(1));
            let side = if is_pixel { &mut row.pixel } else { &mut row.server };
            *side = side.saturating_add(1);
            let partner = other.exact.get(&(*data_set, *name, *id));
            if partner.is_some_and(|partner| apart(event.first, partner.first) <= pairing) {
                row.matched = row.matched.saturating_add(is_pixel.into());
                continue;
            }
            let cause = match partner {
                Some(_) => Cause::Window,
                None => other.cause(data_set, name, id, event.order_id),
            };
            let misses = if is_pixel { &mut row.pixel_misses } else { &mut row.server_misses };
            let count = misses.entry(cause).or_default();
            *count = count.saturating_add(1);
        }
    }
    report
}

/// One event of a log, however often it stands there.
struct Seen<'a> {
    first: Timestamp,
    order_id: Option<&'a str>,
    times: u64,
}

/// A log by everything that it is asked for.
struct Index<'a> {
    exact: HashMap<(&'a str, &'a str, &'a str), Seen<'a>>,
    /// Data set and id, and name and id.
    other_name: HashMap<(&'a str, &'a str), ()>,
    other_data_set: HashMap<(&'a str, &'a str), ()>,
    cores: HashMap<(&'a str, &'a str, String), ()>,
    orders: HashMap<(&'a str, &'a str, &'a str), ()>,
}

impl<'a> Index<'a> {
    fn new(log: &[LogEvent<'a>]) -> Self {
        let mut index = Self {
            exact: HashMap::with_capacity(log.len()),
            other_name: HashMap::new(),
            other_data_set: HashMap::new(),
            cores: HashMap::new(),
            orders: HashMap::new(),
        };
        for event in log {
            let LogEvent { data_set, event_name, event_id, time, order_id } = *event;
            let seen = Seen { first: time, order_id, times: 0 };
            let seen = index.exact.entry((data_set, event_name, event_id)).or_insert(seen);
            seen.first = seen.first.min(time);
            seen.order_id = seen.order_id.or(order_id);
            seen.times = seen.times.saturating_add(1);
            index.other_name.insert((data_set, event_id), ());
            index.other_data_set.insert((event_name, event_id), ());
            for core in cores(event_id) {
                index.cores.insert((data_set, event_name, core), ());
            }
            if let Some(order) = order_id {
                index.orders.insert((data_set, event_name, order), ());
            }
        }
        index
    }

    /// Why an event of the other log that is not in this one is not.
    fn cause(&self, data_set: &str, name: &str, id: &str, order: Option<&str>) -> Cause {
        if self.other_name.contains_key(&(data_set, id)) {
            return Cause::Name;
        }
        if self.other_data_set.contains_key(&(name, id)) {
            return Cause::DataSet;
        }
        if cores(id).any(|core| self.cores.contains_key(&(data_set, name, core))) {
            return Cause::Decoration;
        }
        if order.is_some_and(|order| self.orders.contains_key(&(data_set, name, order))) {
            return Cause::Id;
        }
        Cause::Absent
    }
}

/// What is left of an id when case and separators, and then its first or its last part, are taken
/// away: two ids with a core in common are one, decorated. Cores of under four characters are none.
fn cores(id: &str) -> impl Iterator<Item = String> {
    let is_separator = |c: char| !c.is_alphanumeric();
    let trimmed = id.trim_matches(is_separator);
    let after_first = trimmed.split_once(is_separator).map(|(_, rest)| rest);
    let before_last = trimmed.rsplit_once(is_separator).map(|(rest, _)| rest);
    let fold = |part: &str| -> String {
        part.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let cores: Vec<String> =
        [Some(trimmed), after_first, before_last].into_iter().flatten().map(fold).collect();
    cores.into_iter().filter(|core| core.chars().count() >= 4)
}

fn apart(a: Timestamp, b: Timestamp) -> Duration {
    Duration::from_micros(a.unix_micros().abs_diff(b.unix_micros()))
}
