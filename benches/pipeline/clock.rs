//! Processor time, and the middle of several measurements.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use crate::setup::LINES;

/// How long this thread has been on a processor, to the nanosecond: what others do on the machine counts
/// less than in the time of the day.
pub(crate) fn on_processor() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(u64::try_from(time.tv_sec).unwrap(), u32::try_from(time.tv_nsec).unwrap())
}

pub(crate) fn timed(work: impl FnOnce()) -> Duration {
    let started = on_processor();
    work();
    on_processor() - started
}

pub(crate) fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// Of one event of a list.
pub(crate) fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6 / LINES as f64
}
