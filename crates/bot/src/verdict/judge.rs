//! All layers into one verdict.

use alloc::sync::Arc;

use predispatch_types::Timestamp;

use super::cause::shared;
use super::class::{Class, Identity};
use super::data::{Data, Stale};
use super::network;
use super::operator::runs;
use super::record::{Reasons, Verdict};
use super::score::{AUTOMATION, SUSPECT, score};
use crate::client::{Client, Given};
use crate::ip::Answer;
use crate::ua::UaKind;
use crate::words::Read;
use crate::{Layer, Reason, Strength};
use crate::{device, headers};

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
/// own, such as too many orders from one address. Those of [`Layer::Email`] count for less where
/// [`Data::with_max_age`] says that their list is old; the others keep their strength.
pub fn judge_with(client: &Client, more: &[Reason], data: &Data, now: Timestamp) -> Verdict {
    let mut evidence = Evidence::default();
    let read = evidence.user_agent(client, data, now);
    evidence.address(client, data, now);
    evidence.take(headers::judge_with(client, &read).reasons());
    evidence.device(client, &read);
    evidence.given(more, data, now);
    evidence.verdict(client.is_speculative(), data, now)
}

/// What the layers found so far.
#[derive(Default)]
struct Evidence {
    reasons: Reasons,
    crawler: Option<Identity>,
    crawler_name: Option<Arc<str>>,
    has_user_agent: bool,
    is_measured: bool,
}

impl Evidence {
    fn take(&mut self, reasons: impl IntoIterator<Item = Reason>) {
        self.reasons.extend(reasons.into_iter().map(shared));
    }

    /// What the user agent says: the request's, else the page's. Hands back its text, to be asked for
    /// its words.
    fn user_agent<'c>(&mut self, client: &'c Client, data: &Data, now: Timestamp) -> Read<'c> {
        let text = match (client.user_agent(), client.signals()) {
            (Given::Present(text), _) => text,
            (Given::Absent, _) => "",
            (Given::NotWired, Given::Present(signals)) => match signals.user_agent.as_deref() {
                Some(text) => text,
                None => return Read::default(),
            },
            (Given::NotWired, _) => return Read::default(),
        };
        let Some((verdict, words)) = data.classify(text) else {
            return Read::new(text);
        };
        self.has_user_agent = true;
        if is_declared(verdict.kind()) {
            self.crawler = Some(Identity::Claimed);
            self.crawler_name = verdict.name().map(Arc::from);
        }
        let stale = data.stale(Layer::Ua, data.made(Layer::Ua), now);
        self.take_aged(verdict.reasons(), stale, UA_STALE);
        words.map_or_else(|| Read::new(text), |words| Read::known(text, words))
    }

    fn address(&mut self, client: &Client, data: &Data, now: Timestamp) {
        let (Some(table), Some(ip)) = (&data.ip, client.ip()) else {
            return;
        };
        let answer = table.lookup(ip);
        // What is said of a network that relays leave from rests on the relays' list, too.
        let hosts_relays = answer.listed().contains(crate::ip::Class::RelayHost);
        let relays = table.sources().iter().filter(|it| hosts_relays && it.is_relay_list);
        let made = answer.sources().chain(relays).map(|source| source.made);
        let stale = data.stale(Layer::Ip, made, now);
        self.take_aged(network::reason(answer, self.has_user_agent), stale, IP_STALE);
        if let Some(crawler) = self.crawler_name.take() {
            self.crawler_address(&crawler, answer, data, now, stale.is_none());
        }
    }

    /// Is a crawler who it says? Its address is in its own operator's range, or, where the caller says
    /// that the ranges are complete, in none of them. Another operator's range proves nothing.
    fn crawler_address(
        &mut self,
        crawler: &str,
        answer: Answer<'_>,
        data: &Data,
        now: Timestamp,
        is_fresh: bool,
    ) {
        let owner = data.operator(crawler);
        let is_owner =
            |operator| owner.map_or_else(|| runs(operator, crawler), |owner| owner == operator);
        if network::is_crawler(answer) && answer.operator().is_some_and(is_owner) {
            if is_fresh {
                self.crawler = Some(Identity::Verified);
            }
        } else if let Some(operator) = owner.filter(|owner| answer.operator() != Some(owner)) {
            // That an address is missing rests on the age of the lists, not of its own answer.
            match data.stale(Layer::Ip, data.made_of_crawler(operator), now) {
                None => {
                    self.crawler = None;
                    self.reasons.push(IMPERSONATED);
                }
                Some(stale) => self.reasons.extend([stale.degrade(IMPERSONATED), IP_STALE]),
            }
        }
    }

    fn device(&mut self, client: &Client, read: &Read<'_>) {
        match client.signals() {
            Given::NotWired => {}
            Given::Absent => self.reasons.push(NO_SIGNALS),
            Given::Present(signals) => {
                let user_agent = client.user_agent().present();
                self.take(device::findings_with(signals, user_agent, read));
                self.is_measured = device::is_measured(signals);
            }
        }
    }

    /// Findings from elsewhere. Those on an e-mail address are as old as the lists that `data` names for
    /// them; the caller's own on other layers rest on no list.
    fn given(&mut self, more: &[Reason], data: &Data, now: Timestamp) {
        let is_email = |reason: &Reason| reason.layer == Layer::Email;
        let stale = data.stale(Layer::Email, data.made(Layer::Email), now);
        let stale = stale.filter(|_| more.iter().any(is_email));
        self.take(more.iter().map(|&reason| match stale {
            Some(stale) if is_email(&reason) => stale.degrade(reason),
            _ => reason,
        }));
        self.reasons.extend(stale.map(|_| EMAIL_STALE));
    }

    fn take_aged(
        &mut self,
        reasons: impl IntoIterator<Item = Reason>,
        stale: Option<Stale>,
        note: Reason,
    ) {
        match stale {
            None => self.take(reasons),
            Some(stale) => {
                self.take(reasons.into_iter().map(|reason| stale.degrade(reason)));
                self.reasons.push(note);
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

/// Kinds that say openly that they read pages.
const fn is_declared(kind: UaKind) -> bool {
    matches!(
        kind,
        UaKind::Crawler
            | UaKind::AiCrawler
            | UaKind::AiAgent
            | UaKind::Preview
            | UaKind::Monitor
            | UaKind::Seo
            | UaKind::FeedReader
    )
}

/// The page has a collector and nothing came from it: blocked, not run, or a client without scripts.
const NO_SIGNALS: Reason = Reason::new(Layer::Device, "device_no_signals", Strength::Weak);

/// A crawler's user agent from outside of its operator's ranges.
const IMPERSONATED: Reason = Reason::new(Layer::Ip, "ip_crawler_impersonated", Strength::Hard);

const UA_STALE: Reason = Reason::new(Layer::Ua, "ua_data_stale", Strength::Note);
const IP_STALE: Reason = Reason::new(Layer::Ip, "ip_data_stale", Strength::Note);
const EMAIL_STALE: Reason = Reason::new(Layer::Email, "email_data_stale", Strength::Note);
