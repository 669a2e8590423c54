//! Processor time, the middle of several measurements, and two codes in turns.
#![expect(clippy::unwrap_used, reason = "a clock that goes wrong ends the bench")]

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// How long this thread has been on a processor, to the nanosecond: what others do on the machine counts
/// less than in the time of the day.
///
/// # Panics
/// If the clock goes wrong: it counts from nought.
pub fn on_processor() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap(), u32::try_from(time.tv_nsec).unwrap())
}

/// The processor time of `work`.
pub fn timed(work: impl FnOnce()) -> Duration {
    let started = on_processor();
    work();
    on_processor() - started
}

/// The middle of `times`.
///
/// # Panics
/// If there are none.
pub fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// Two codes measured in turns, a few milliseconds each.
///
/// A machine that is slow for a while is slow for both, which a ratio of two measurements made one after
/// the other does not see.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "a result that benches print")]
pub struct Turns {
    /// The median time of one of ours.
    pub ours: Duration,
    /// The median time of one of the peer's.
    pub peer: Duration,
    /// `ours / peer` of each turn: the lower quartile, the median, the upper quartile.
    pub ratio: [f64; 3],
}

impl Turns {
    /// As many turns as make a ratio steady.
    pub const USUAL: usize = 300;
    /// How often each code runs in a turn.
    const RUNS: u32 = 1_000;

    /// Measures `ours` and `peer` in `turns` turns.
    ///
    /// # Panics
    /// If there are no turns.
    pub fn of(turns: usize, mut ours: impl FnMut(), mut peer: impl FnMut()) -> Self {
        let mut pairs = Vec::with_capacity(turns);
        for _ in 0..turns {
            let of_ours = timed(|| (0..Self::RUNS).for_each(|_| ours())) / Self::RUNS;
            let of_peer = timed(|| (0..Self::RUNS).for_each(|_| peer())) / Self::RUNS;
            pairs.push((of_ours, of_peer));
        }
        let mut ratios: Vec<f64> =
            pairs.iter().map(|(ours, peer)| ours.as_secs_f64() / peer.as_secs_f64()).collect();
        ratios.sort_by(f64::total_cmp);
        Self {
            ours: median(pairs.iter().map(|(ours, _)| *ours).collect()),
            peer: median(pairs.iter().map(|(_, peer)| *peer).collect()),
            ratio: [1, 2, 3].map(|quarter| ratios[ratios.len() * quarter / 4]),
        }
    }
}
