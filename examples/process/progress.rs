//! A line on the terminal that says how far the run is. In a pipe there is none.

use std::{
    io::{IsTerminal, Write},
    time::{Duration, Instant},
};

pub(crate) struct Progress {
    start: Instant,
    shown: Option<Instant>,
    total_bytes: Option<u64>,
    is_terminal: bool,
}

impl Progress {
    /// `total_bytes` of the input, if known.
    #[expect(clippy::disallowed_methods, reason = "a progress bar is about the real time")]
    pub(crate) fn new(total_bytes: Option<u64>) -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        Self { start: Instant::now(), shown: None, total_bytes, is_terminal }
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    pub(crate) fn show(&mut self, rows: u64, bytes: u64) {
        let is_due = self.shown.is_none_or(|shown| shown.elapsed() > Duration::from_millis(200));
        if !self.is_terminal || !is_due {
            return;
        }
        let secs = self.start.elapsed().as_secs_f64();
        let mut line = format!("{rows} rows, {:.0}/s", rows as f64 / secs.max(1e-3));
        if let Some(total) = self.total_bytes.filter(|total| *total > 0 && bytes > 0) {
            let share = (bytes as f64 / total as f64).min(1.0);
            let filled = (share * 30.0) as usize;
            let left = secs / share - secs;
            line = format!(
                "[{}{}] {:>3.0} %  {line}, {}:{:02} left",
                "=".repeat(filled),
                " ".repeat(30 - filled),
                share * 100.0,
                left as u64 / 60,
                left as u64 % 60,
            );
        }
        // A progress bar that can't be written is no reason to stop.
        let _ = write!(std::io::stderr(), "\r{line:<79}");
        #[expect(clippy::disallowed_methods, reason = "as above")]
        let now = Instant::now();
        self.shown = Some(now);
    }

    /// Leaves an empty line.
    pub(crate) fn clear(&self) {
        if self.shown.is_some() {
            let _ = write!(std::io::stderr(), "\r{:79}\r", "");
        }
    }
}
