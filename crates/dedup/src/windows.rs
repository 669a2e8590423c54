//! How long each platform pairs two halves, and how long ids are remembered for it.

use crate::Destination;

/// The windows of one destination, in seconds. Where each comes from: `docs/sources/dedup.md`.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Window {
    /// How long after the first half the platform still takes the second for the same action. A
    /// later half is [`Late`](crate::Verdict::Late).
    pub pairing_secs: u32,
    /// How old an event the platform takes.
    pub acceptance_secs: u32,
    /// How long ids are remembered. An older event is [`Unknown`](crate::Verdict::Unknown).
    pub retention_secs: u32,
    /// Whether the platform compares the event's name besides its id.
    pub name_in_key: bool,
}

/// The windows of every destination, and the two times that are the caller's own.
///
/// ```
/// use predispatch_dedup::{Destination, Windows};
///
/// let windows = Windows::in_memory();
/// assert_eq!(windows.of(Destination::META).pairing_secs, 48 * 3_600);
/// assert_eq!(windows.of(Destination::LINKEDIN).retention_secs, 7 * 86_400);
/// assert_eq!(Windows::whole().of(Destination::LINKEDIN).retention_secs, 90 * 86_400);
/// ```
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Windows {
    of: [Window; Destination::COUNT],
    /// How long a grant is held for its owner. Default 60: longer than a call to a platform takes
    /// with its retries.
    pub hold_secs: u32,
    /// How far an event's time may lie after the clock. Default 300, as Reddit allows.
    pub future_secs: u32,
    /// Whether an event whose id rotated is granted all the same. Default no.
    pub grants_rotated: bool,
}

impl Windows {
    /// For a store in memory: ids are remembered for the acceptance window, but at most 7 days.
    pub fn in_memory() -> Self {
        let mut windows = Self::whole();
        for window in &mut windows.of {
            window.retention_secs = window.retention_secs.min(7 * DAY);
        }
        windows
    }

    /// For a store that outlives the process: ids are remembered for the whole acceptance window.
    pub fn whole() -> Self {
        let rows = WINDOWS.map(|row| row.1);
        Self { of: rows, hold_secs: 60, future_secs: 300, grants_rotated: false }
    }

    /// The windows of a destination.
    pub fn of(&self, destination: Destination) -> Window {
        self.of.get(destination.index()).copied().unwrap_or(STRICTEST)
    }

    /// Sets the windows of a destination.
    #[must_use]
    pub fn with(mut self, destination: Destination, window: Window) -> Self {
        if let Some(row) = self.of.get_mut(destination.index()) {
            *row = window;
        }
        self
    }

    /// The same for a store of sales in shops: Meta takes events of the action source `physical_store`
    /// for 62 days, and counts two of them as one within seven. Such events pair only with each other,
    /// so they need a data set of their own; a store for them alone keeps the others' memory short.
    ///
    /// ```
    /// use predispatch_dedup::{Destination, Windows};
    ///
    /// let shops = Windows::whole().with_physical_store().of(Destination::META);
    /// assert_eq!((shops.acceptance_secs, shops.retention_secs), (62 * 86_400, 62 * 86_400));
    /// ```
    #[must_use]
    pub fn with_physical_store(self) -> Self {
        let meta = self.of(Destination::META);
        self.with(Destination::META, window(7 * DAY, 62 * DAY, meta.name_in_key))
    }

    /// The longest retention of any destination: how long a store keeps an entry, in seconds, with
    /// the tolerance for events from the future.
    pub fn longest_retention_secs(&self) -> u32 {
        let longest = self.of.iter().map(|window| window.retention_secs).max();
        longest.unwrap_or_default().saturating_add(self.future_secs)
    }
}

impl Default for Windows {
    fn default() -> Self {
        Self::in_memory()
    }
}

const fn window(pairing_secs: u32, acceptance_secs: u32, name_in_key: bool) -> Window {
    Window { pairing_secs, acceptance_secs, retention_secs: acceptance_secs, name_in_key }
}

const HOUR: u32 = 3_600;
const DAY: u32 = 24 * HOUR;
const STRICTEST: Window = window(0, 0, false);

/// In the order of [`Destination::index`].
const WINDOWS: [(Destination, Window); Destination::COUNT] = [
    (Destination::AMAZON, window(48 * HOUR, 7 * DAY, false)),
    (Destination::GOOGLE, window(90 * DAY, 90 * DAY, true)),
    (Destination::GOOGLE_ADS_CLICK, window(90 * DAY, 90 * DAY, true)),
    (Destination::GOOGLE_ADS_ADJUSTMENT, window(54 * DAY, 54 * DAY, true)),
    (Destination::GOOGLE_GA4, window(48 * HOUR, 72 * HOUR, true)),
    (Destination::LINKEDIN, window(90 * DAY, 90 * DAY, false)),
    (Destination::META, window(48 * HOUR, 7 * DAY, true)),
    (Destination::MICROSOFT, window(48 * HOUR, 7 * DAY, true)),
    (Destination::PINTEREST, window(48 * HOUR, 7 * DAY, true)),
    (Destination::REDDIT, window(48 * HOUR, 7 * DAY, true)),
    (Destination::SNAPCHAT, window(48 * HOUR, 7 * DAY, false)),
    (Destination::TIKTOK, window(48 * HOUR, 28 * DAY, true)),
    (Destination::X, window(48 * HOUR, 30 * DAY, true)),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_at_their_destinations_index() {
        for (index, (destination, _)) in WINDOWS.iter().enumerate() {
            assert_eq!(destination.index(), index);
        }
    }

    #[test]
    fn nothing_is_remembered_longer_than_it_is_accepted() {
        for destination in Destination::all() {
            let (memory, whole) =
                (Windows::in_memory().of(destination), Windows::whole().of(destination));
            assert_eq!(whole.retention_secs, whole.acceptance_secs, "{destination}");
            assert_eq!(memory.retention_secs, whole.acceptance_secs.min(7 * DAY), "{destination}");
            assert!(whole.pairing_secs <= whole.acceptance_secs, "{destination}");
        }
    }
}
