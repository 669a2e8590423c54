//! How well halves find each other: counted for each event name, in bounded memory.

use core::time::Duration;
use std::collections::BTreeMap;

use crate::{Outcome, Source, Verdict};

/// Counts of what claims got, by event name. Nodes count for themselves and [`merge`](Self::merge).
///
/// It holds names and numbers, no id. Names beyond [`MAX_NAMES`](Self::MAX_NAMES) are counted
/// together under [`OTHER`](Self::OTHER).
///
/// ```
/// use predispatch_dedup::Health;
///
/// let health = Health::default();
/// assert!(health.names().next().is_none());
/// assert!(health.alarms().next().is_none());
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Health {
    names: BTreeMap<Box<str>, NameHealth>,
}

impl Health {
    /// The most names that are told apart.
    pub const MAX_NAMES: usize = 128;
    /// The longest name that is kept, in bytes.
    pub const MAX_NAME_LEN: usize = 64;
    /// Under what the rest is counted.
    pub const OTHER: &'static str = "(other)";
    /// The events for which a low rate is an alarm.
    pub const ALARM_NAME: &'static str = "purchase";
    /// The rate below which it is one, in per cent.
    pub const ALARM_PER_CENT: u64 = 90;
    /// Fewer halves than this on either side are no alarm: **ours**, chance alone moves them by ten
    /// per cent.
    pub const ALARM_MIN_HALVES: u64 = 20;

    /// Counts one claim's outcome. Each claim counts once, whatever the number of its destinations: by
    /// its [most telling](Self::most_telling) verdict. If its grant is released later as a whole,
    /// [`take_back`](Self::take_back) it.
    pub fn record(&mut self, event_name: &str, source: Source, outcome: &Outcome) {
        if let Some(verdict) = Self::most_telling(outcome.verdicts().map(|part| part.1)) {
            self.record_verdict(event_name, source, verdict);
        }
    }

    /// By which of its verdicts a claim for several destinations counts; `None` if it has none.
    ///
    /// **Ours**: where the same side reported or holds it at any of them, this half was counted then. Else
    /// a half is met if it is met anywhere: to a platform whose tag no page has no other half can come.
    pub fn most_telling(verdicts: impl IntoIterator<Item = Verdict>) -> Option<Verdict> {
        verdicts.into_iter().min_by_key(|verdict| match verdict {
            Verdict::Duplicate { .. } => 0_u8,
            Verdict::InFlight => 1,
            Verdict::Paired { .. } => 2,
            Verdict::Late { .. } => 3,
            Verdict::Rotated { .. } => 4,
            Verdict::Collision(_) => 5,
            Verdict::First => 6,
            Verdict::Unknown(_) => 7,
        })
    }

    /// Whether a claim with this verdict is a half of its own, met or not: a repetition was counted
    /// when it first came, and of one that is held elsewhere or not known nothing can be said.
    pub const fn is_half(verdict: Verdict) -> bool {
        !matches!(verdict, Verdict::Duplicate { .. } | Verdict::InFlight | Verdict::Unknown(_))
    }

    /// Counts one claim by one verdict.
    pub fn record_verdict(&mut self, event_name: &str, source: Source, verdict: Verdict) {
        self.of(event_name).record(source, verdict);
    }

    /// Takes back what was counted for an outcome whose grant was released: the event will be claimed
    /// again, and is counted then.
    pub fn take_back(&mut self, event_name: &str, source: Source, outcome: &Outcome) {
        let verdicts = || outcome.verdicts().map(|part| part.1);
        let is_granted = verdicts().any(|verdict| verdict.is_granted());
        if let Some(verdict) = Self::most_telling(verdicts()).filter(|_| is_granted) {
            self.take_back_verdict(event_name, source, verdict);
        }
    }

    /// The same for what [`record_verdict`](Self::record_verdict) counted of such an outcome. A verdict
    /// that [is no half](Self::is_half) changes nothing.
    pub fn take_back_verdict(&mut self, event_name: &str, source: Source, verdict: Verdict) {
        if Self::is_half(verdict) {
            self.of(event_name).take_back(source, verdict);
        }
    }

    /// Adds what another node counted.
    pub fn merge(&mut self, other: &Self) {
        for (name, counts) in &other.names {
            self.of(name).merge(counts);
        }
    }

    /// Names and their counts, in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = (&str, &NameHealth)> {
        self.names.iter().map(|(name, counts)| (&**name, counts))
    }

    /// The counts of a name.
    pub fn name(&self, name: &str) -> Option<&NameHealth> {
        self.names.get(name)
    }

    /// The names whose halves fail to meet: purchases below 90 per cent.
    pub fn alarms(&self) -> impl Iterator<Item = (&str, &NameHealth)> {
        self.names().filter(|(name, counts)| *name == Self::ALARM_NAME && counts.is_alarming())
    }

    fn of(&mut self, name: &str) -> &mut NameHealth {
        let is_known = self.names.contains_key(name);
        let fits = name.len() <= Self::MAX_NAME_LEN && self.names.len() < Self::MAX_NAMES;
        let name = if is_known || fits { name } else { Self::OTHER };
        self.names.entry(name.into()).or_default()
    }
}

/// The counts of one event name.
#[non_exhaustive]
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct NameHealth {
    /// Reports of browsers, each action once under each of its ids: a rotated one meets no other half.
    pub browser_halves: u64,
    /// Reports of servers, in the same way.
    pub server_halves: u64,
    /// Halves that found their other one in time.
    pub paired: u64,
    /// Halves whose other one was too long ago.
    pub late: u64,
    /// Repetitions by one side.
    pub duplicates: u64,
    /// Known actions under a new id.
    pub rotated: u64,
    /// Used ids under a new action.
    pub collisions: u64,
    /// Claims that were held elsewhere.
    pub in_flight: u64,
    /// Claims that the store could not judge.
    pub unknown: u64,
    lags: Lags,
}

impl NameHealth {
    /// Pairs in per cent of the halves of the side that reported fewer; `None` if one side reported
    /// nothing. **Ours**: a browser that blocks its tag is no fault of the ids, so the greater side
    /// is no measure.
    pub fn dedup_per_cent(&self) -> Option<u64> {
        let pairs = self.paired.saturating_mul(100);
        pairs.checked_div(self.browser_halves.min(self.server_halves))
    }

    /// Browsers' reports without a server's, and servers' without a browser's.
    pub fn unmatched(&self) -> (u64, u64) {
        let rest = |halves: u64| halves.saturating_sub(self.paired);
        (rest(self.browser_halves), rest(self.server_halves))
    }

    /// Rotated ids in per cent of all halves.
    pub fn rotated_per_cent(&self) -> Option<u64> {
        let halves = self.browser_halves.saturating_add(self.server_halves);
        self.rotated.saturating_mul(100).checked_div(halves)
    }

    /// The lag that so many per cent of the pairs do not exceed, to within a quarter; `None` without
    /// pairs. 50, 90 and 99 are the usual ones.
    pub fn lag(&self, per_cent: u64) -> Option<Duration> {
        self.lags.quantile(per_cent)
    }

    fn is_alarming(&self) -> bool {
        let halves = self.browser_halves.min(self.server_halves);
        halves >= Health::ALARM_MIN_HALVES
            && self.dedup_per_cent().is_some_and(|rate| rate < Health::ALARM_PER_CENT)
    }

    fn record(&mut self, source: Source, verdict: Verdict) {
        let count = match verdict {
            Verdict::First => None,
            Verdict::Paired { lag } => {
                self.lags.record(lag);
                Some(&mut self.paired)
            }
            Verdict::Late { .. } => Some(&mut self.late),
            Verdict::Collision(_) => Some(&mut self.collisions),
            Verdict::Rotated { .. } => Some(&mut self.rotated),
            Verdict::Duplicate { .. } => Some(&mut self.duplicates),
            Verdict::InFlight => Some(&mut self.in_flight),
            Verdict::Unknown(_) => Some(&mut self.unknown),
        };
        if let Some(count) = count {
            *count = count.saturating_add(1);
        }
        let halves = match source {
            Source::Browser => &mut self.browser_halves,
            Source::Server => &mut self.server_halves,
        };
        *halves = halves.saturating_add(Health::is_half(verdict).into());
    }

    fn take_back(&mut self, source: Source, verdict: Verdict) {
        match verdict {
            Verdict::Paired { lag } => {
                self.lags.take_back(lag);
                self.paired = self.paired.saturating_sub(1);
            }
            Verdict::Late { .. } => self.late = self.late.saturating_sub(1),
            Verdict::Rotated { .. } => self.rotated = self.rotated.saturating_sub(1),
            Verdict::Collision(_) => self.collisions = self.collisions.saturating_sub(1),
            Verdict::First
            | Verdict::Duplicate { .. }
            | Verdict::InFlight
            | Verdict::Unknown(_) => {}
        }
        let halves = match source {
            Source::Browser => &mut self.browser_halves,
            Source::Server => &mut self.server_halves,
        };
        *halves = halves.saturating_sub(1);
    }

    fn merge(&mut self, other: &Self) {
        let Self {
            browser_halves,
            server_halves,
            paired,
            late,
            duplicates,
            rotated,
            collisions,
            in_flight,
            unknown,
            lags,
        } = other;
        for (to, from) in [
            (&mut self.browser_halves, browser_halves),
            (&mut self.server_halves, server_halves),
            (&mut self.paired, paired),
            (&mut self.late, late),
            (&mut self.duplicates, duplicates),
            (&mut self.rotated, rotated),
            (&mut self.collisions, collisions),
            (&mut self.in_flight, in_flight),
            (&mut self.unknown, unknown),
        ] {
            *to = to.saturating_add(*from);
        }
        self.lags.merge(lags);
    }
}

/// Lags in buckets of a quarter of a power of two of milliseconds: up to 49 days in 128 counts.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Lags([u64; 128]);

impl Default for Lags {
    fn default() -> Self {
        Self([0; 128])
    }
}

impl Lags {
    fn record(&mut self, lag: Duration) {
        let millis = u32::try_from(lag.as_millis()).unwrap_or(u32::MAX);
        if let Some(count) = self.0.get_mut(bucket(millis)) {
            *count = count.saturating_add(1);
        }
    }

    fn take_back(&mut self, lag: Duration) {
        let millis = u32::try_from(lag.as_millis()).unwrap_or(u32::MAX);
        if let Some(count) = self.0.get_mut(bucket(millis)) {
            *count = count.saturating_sub(1);
        }
    }

    fn merge(&mut self, other: &Self) {
        for (to, from) in self.0.iter_mut().zip(other.0) {
            *to = to.saturating_add(from);
        }
    }

    fn quantile(&self, per_cent: u64) -> Option<Duration> {
        let all = self.0.iter().fold(0_u64, |sum, count| sum.saturating_add(*count));
        let wanted = all.saturating_mul(per_cent.min(100)).div_ceil(100).max(1);
        let mut sum = 0_u64;
        let within = self.0.iter().position(|count| {
            sum = sum.saturating_add(*count);
            sum >= wanted
        })?;
        Some(Duration::from_millis(last_of(within)))
    }
}

/// Below four milliseconds each has its own; above, the two bits after the highest one count.
fn bucket(millis: u32) -> usize {
    let Some(power) = millis.checked_ilog2().filter(|power| *power >= 2) else {
        return millis as usize;
    };
    let quarter = millis >> power.saturating_sub(2) & 3;
    power.saturating_sub(1).saturating_mul(4).saturating_add(quarter) as usize
}

/// The longest lag of a bucket, in milliseconds.
fn last_of(bucket: usize) -> u64 {
    let bucket = bucket as u64;
    if bucket < 4 {
        return bucket;
    }
    let (power, quarter) = (bucket >> 2, bucket & 3);
    let width = 1_u64.checked_shl(u32::try_from(power).unwrap_or(0).saturating_sub(1));
    let next = quarter.saturating_add(5).saturating_mul(width.unwrap_or(1));
    next.saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Destination;

    #[test]
    fn buckets_hold_what_they_say() {
        for millis in (0..5_000).chain([86_400_000, 604_800_000, u32::MAX]) {
            let at = bucket(millis);
            assert!(u64::from(millis) <= last_of(at), "{millis}");
            assert!(at == 0 || u64::from(millis) > last_of(at - 1), "{millis}");
            assert!(last_of(at) <= u64::from(millis) + u64::from(millis) / 4, "{millis}");
        }
    }

    fn outcome(verdict: Verdict) -> Outcome {
        Outcome::new([(Destination::META.into(), verdict)], None)
    }

    #[test]
    fn purchases_that_do_not_meet_raise_the_alarm() {
        let mut health = Health::default();
        for number in 0..100 {
            health.record("purchase", Source::Browser, &outcome(Verdict::First));
            let lag = Duration::from_millis(number);
            let met = if number < 89 { Verdict::Paired { lag } } else { Verdict::First };
            health.record("purchase", Source::Server, &outcome(met));
        }
        let counts = health.name("purchase").unwrap();
        assert_eq!(counts.dedup_per_cent(), Some(89));
        assert_eq!(counts.unmatched(), (11, 11));
        assert!(counts.lag(50).unwrap() >= Duration::from_millis(44));
        assert!(counts.lag(99).unwrap() <= Duration::from_millis(111));
        assert_eq!(health.alarms().count(), 1);
        let pair = outcome(Verdict::Paired { lag: Duration::ZERO });
        for _ in 0..20 {
            health.record("purchase", Source::Browser, &outcome(Verdict::First));
            health.record("purchase", Source::Server, &pair);
        }
        assert_eq!(health.alarms().count(), 0);
    }

    #[test]
    fn merging_counts_what_one_would_have_counted() {
        let (mut all, mut left, mut right) =
            (Health::default(), Health::default(), Health::default());
        for number in 0..50_u64 {
            let pair = outcome(Verdict::Paired { lag: Duration::from_secs(number) });
            all.record("lead", Source::Server, &pair);
            let half = if number % 3 == 0 { &mut left } else { &mut right };
            half.record("lead", Source::Server, &pair);
        }
        left.merge(&right);
        assert_eq!(left, all);
    }

    #[test]
    fn what_is_released_and_claimed_again_counts_once() {
        let mut health = Health::default();
        health.record("purchase", Source::Browser, &outcome(Verdict::First));
        let before = health.clone();
        let pair = outcome(Verdict::Paired { lag: Duration::from_secs(5) });
        health.record("purchase", Source::Server, &pair);
        let once = health.clone();
        health.take_back("purchase", Source::Server, &pair);
        health.record("purchase", Source::Server, &pair);
        assert_eq!(health, once);
        health.take_back("purchase", Source::Server, &pair);
        assert_eq!(health.name("purchase").unwrap().paired, 0);
        // What was not granted is never released.
        health.take_back("purchase", Source::Server, &outcome(Verdict::InFlight));
        assert_eq!(health, before);
    }

    /// Google's tag is in no page, so that a browser's half is Meta's alone.
    #[test]
    fn a_half_is_met_if_it_is_met_anywhere() {
        let pair = Verdict::Paired { lag: Duration::from_secs(5) };
        let late = Verdict::Late { lag: Duration::from_secs(500_000) };
        let server = |verdict| {
            Outcome::new(
                [(Destination::GOOGLE.into(), Verdict::First), (Destination::META.into(), verdict)],
                None,
            )
        };
        let mut health = Health::default();
        for _ in 0..100 {
            health.record("purchase", Source::Browser, &outcome(Verdict::First));
            health.record("purchase", Source::Server, &server(pair));
        }
        assert_eq!(health.name("purchase").unwrap().dedup_per_cent(), Some(100));
        assert_eq!(health.alarms().count(), 0);
        let before = health.clone();
        health.record("purchase", Source::Server, &server(pair));
        health.take_back("purchase", Source::Server, &server(pair));
        assert_eq!(health, before);
        health.record("purchase", Source::Server, &server(late));
        assert_eq!(health.name("purchase").unwrap().late, 1);
    }

    #[test]
    fn what_is_claimed_again_for_one_of_two_counts_once() {
        let pair = Verdict::Paired { lag: Duration::from_secs(5) };
        let sent = Verdict::Duplicate { of_age: Duration::ZERO, source: Source::Server };
        let again = |there| {
            Outcome::new(
                [(Destination::META.into(), pair), (Destination::TIKTOK.into(), there)],
                None,
            )
        };
        let mut health = Health::default();
        health.record("purchase", Source::Browser, &outcome(Verdict::First));
        health.record("purchase", Source::Server, &again(pair));
        for _ in 0..3 {
            health.record("purchase", Source::Server, &again(sent));
            health.record("purchase", Source::Server, &again(Verdict::InFlight));
        }
        let counts = health.name("purchase").unwrap();
        assert_eq!((counts.paired, counts.server_halves), (1, 1));
        assert_eq!((counts.duplicates, counts.in_flight), (3, 3));
    }

    #[test]
    fn names_are_bounded() {
        let mut health = Health::default();
        for number in 0..1_000 {
            health.record(&number.to_string(), Source::Server, &outcome(Verdict::First));
        }
        health.record(&"x".repeat(65), Source::Server, &outcome(Verdict::First));
        assert!(health.names().count() <= Health::MAX_NAMES + 1);
        let all: u64 = health.names().map(|(_, counts)| counts.server_halves).sum();
        assert_eq!(all, 1_001);
    }
}
