//! All layers into one verdict.

use alloc::sync::Arc;
use alloc::vec::Vec;

use predispatch_types::Timestamp;

use super::class::{Class, Identity};
use super::record::{DataSource, Reasons, Verdict};
use super::score::{AUTOMATION, SUSPECT, score};
use crate::client::{Client, Given};
use crate::device;
use crate::{Layer, Reason, Strength};

/// The tables that a judgement uses. Each is optional; a layer without its table finds nothing.
///
/// Tables are shared and read-only: to load newer ones while judging goes on, make another `Data`
/// and put it in the place of the old one.
#[derive(Clone, Debug)]
pub struct Data {
    sources: Arc<[DataSource]>,
}

impl Default for Data {
    fn default() -> Self {
        Self::empty()
    }
}

impl Data {
    /// No table: only the layers that need none are asked.
    pub fn empty() -> Self {
        Self { sources: Arc::from(Vec::new()) }
    }

    /// The tables that a verdict names.
    pub fn sources(&self) -> &[DataSource] {
        &self.sources
    }
}

/// What the sender of an event is.
///
/// ```
/// use predispatch_bot::client::Client;
/// use predispatch_bot::device::Signals;
/// use predispatch_bot::verdict::{Class, Data, judge};
///
/// let now = "2026-11-23T12:00:00Z".parse()?;
/// let mut client = Client::new();
/// assert_eq!(judge(&client, &Data::empty(), now).class(), Class::NotMeasured);
///
/// let mut signals = Signals::default();
/// signals.version = Some(Signals::VERSION);
/// signals.webdriver = Some(true);
/// client.set_signals(signals);
/// let verdict = judge(&client, &Data::empty(), now);
/// assert_eq!(verdict.class(), Class::Automation);
/// assert_eq!(verdict.reasons()[0].code, "device_webdriver");
/// # Ok::<(), predispatch_types::TimestampError>(())
/// ```
pub fn judge(client: &Client, data: &Data, now: Timestamp) -> Verdict {
    judge_with(client, &[], data, now)
}

/// The same with findings that do not come from the request: of the e-mail layer, or the caller's
/// own, such as too many orders from one address.
pub fn judge_with(client: &Client, more: &[Reason], data: &Data, now: Timestamp) -> Verdict {
    let mut evidence = Evidence::default();
    evidence.device(client);
    evidence.reasons.extend(more.iter().copied());
    evidence.verdict(client.is_speculative(), data, now)
}

/// What the layers found so far.
#[derive(Default)]
struct Evidence {
    reasons: Reasons,
    crawler: Option<Identity>,
    is_measured: bool,
}

impl Evidence {
    fn device(&mut self, client: &Client) {
        match client.signals() {
            Given::NotWired => {}
            Given::Absent => self.reasons.push(NO_SIGNALS),
            Given::Present(signals) => {
                self.reasons.extend(device::findings(signals, client.user_agent().present()));
                self.is_measured = device::is_measured(signals);
            }
        }
    }

    fn verdict(self, is_speculative: bool, data: &Data, now: Timestamp) -> Verdict {
        let score = score(&self.reasons);
        let class = match self.crawler {
            Some(identity) => Class::Crawler(identity),
            None if score >= AUTOMATION => Class::Automation,
            None if score >= SUSPECT => Class::Suspect,
            None if self.is_measured => Class::Human,
            None => Class::NotMeasured,
        };
        Verdict {
            class,
            score,
            reasons: self.reasons,
            is_speculative,
            data: Arc::clone(&data.sources),
            judged_at: now,
        }
    }
}

/// The page has a collector and nothing came from it: blocked, not run, or a client without scripts.
const NO_SIGNALS: Reason = Reason::new(Layer::Device, "device_no_signals", Strength::Weak);
