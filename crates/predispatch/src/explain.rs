//! One event's story, for people.

use core::fmt;

use predispatch_consent::Reason;
use predispatch_dedup::Verdict;
use predispatch_event::Pointer;
use predispatch_types::{Issue, Severity};

use crate::{AtDestination, Fate, Outcome};

/// Says for each destination in one paragraph what became of the event and why. No identifier is in
/// it.
///
/// ```
/// # use predispatch::{Pipeline, dedup::store::memory::{MemoryOptions, MemoryStore}};
/// # use predispatch::{event::{Event, EventName, StandardEvent}, payload::{Account, meta}};
/// # let account = Account::new(meta::Dataset::new("1234567890")?);
/// # let builder = Pipeline::builder().destination(account).dedup_key([7; 16]);
/// # let pipeline = builder.without_bot_data().build()?;
/// # let store = MemoryStore::new(&MemoryOptions::default());
/// # let now = "2026-11-20T18:03:11Z".parse()?;
/// # let event = Event::new(EventName::from(StandardEvent::Purchase), now);
/// let outcome = pipeline.process(&event, &store, now);
/// let story = predispatch::explain(&outcome).to_string();
/// assert!(story.starts_with("meta: denied."));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn explain(outcome: &Outcome) -> impl fmt::Display {
    Story(outcome)
}

struct Story<'o>(&'o Outcome);

impl fmt::Display for Story<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, at) in self.0.destinations().iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            paragraph(self.0, at, f)?;
        }
        Ok(())
    }
}

fn paragraph(outcome: &Outcome, at: &AtDestination, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{}: {}. ", at.destination, at.fate)?;
    let told = fate(outcome, at, f)?;
    // The store's answer has a sentence of its own.
    let is_dedup = |code: &str| at.dedup.is_some() && code.starts_with("dedup_");
    let mut wordless = Vec::new();
    for code in at.reasons.iter().filter(|code| !is_dedup(code) && Some(**code) != told) {
        match Reason::from_code(code).map(|reason| reason.explain().to_string()) {
            Some(sentence) => write!(f, " {} ({code}).", sentence.trim_end_matches('.'))?,
            None => match of_code(code) {
                Some(sentence) => write!(f, " {sentence} ({code}).")?,
                None => wordless.push(*code),
            },
        }
    }
    if !wordless.is_empty() {
        write!(f, " Codes: {}.", wordless.join(", "))?;
    }
    if let (Fate::Bot, Some(verdict)) = (at.fate, outcome.bot()) {
        write!(f, " The sender scored {} of 100.", verdict.score())?;
    }
    if let Some(dedup) = at.dedup {
        let codes: Vec<_> = at.reasons.iter().copied().filter(|code| is_dedup(code)).collect();
        write!(f, " The store of claims said: {dedup} ({}).", codes.join(", "))?;
    }
    match (at.has_left(), at.good_until) {
        (Some(true), _) => f.write_str(" It has left.")?,
        (Some(false), _) => f.write_str(" It did not leave.")?,
        (None, Some(until)) => write!(f, " It may be sent until {until}.")?,
        (None, None) => {}
    }
    issues(&at.issues, f)
}

/// What the fate means, and what it rests on if that is more than a code; the code that is told then.
fn fate(
    outcome: &Outcome,
    at: &AtDestination,
    f: &mut fmt::Formatter<'_>,
) -> Result<Option<&'static str>, fmt::Error> {
    if let Some(error) = outcome.error() {
        write!(f, "It can't be read: {} ({})", error.kind(), error.code())?;
        match error.pointer() {
            Pointer::ROOT => f.write_str(".")?,
            pointer => write!(f, " at {pointer}.")?,
        }
        return Ok(Some(error.code()));
    }
    if let Some(rule) = at.rejection {
        let (code, field, words) = (rule.code(), rule.field(), rule.to_string());
        let place = if words.contains(field) { String::new() } else { format!(" at {field}") };
        write!(
            f,
            "No payload can be made of it that the platform takes: {words} ({code}){place}."
        )?;
        if let Some(error) = at.platform_error {
            write!(f, " The platform's answer would be: {error}.")?;
        }
        return Ok(Some(code));
    }
    f.write_str(of_fate(at))?;
    Ok(None)
}

/// The fields of one kind of issue together.
fn issues(issues: &[Issue], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut kinds: Vec<(Severity, &str)> = Vec::new();
    for issue in issues {
        let kind = (issue.severity, issue.code);
        if kinds.contains(&kind) {
            continue;
        }
        kinds.push(kind);
        let alike = issues.iter().filter(|other| (other.severity, other.code) == kind);
        let fields: Vec<_> = alike.map(|other| other.field).collect();
        let (severity, code) = kind;
        write!(f, " {}: {} ({code}).", of_severity(severity), fields.join(", "))?;
    }
    Ok(())
}

const fn of_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Corrected => "Corrected",
        Severity::Dropped => "Left out",
        Severity::Rejected | Severity::Fatal => "Refused for",
        _ => "Noted",
    }
}

fn of_fate(at: &AtDestination) -> &'static str {
    match at.fate {
        Fate::Ready => "A payload was made.",
        Fate::Limited => "A payload was made that restricts its use.",
        Fate::Held => "It is not sent now and may be tried again.",
        Fate::Denied => "Nothing may be sent.",
        Fate::Bot => "The policy for its sender is not to send.",
        Fate::Duplicate => "It left before.",
        Fate::Invalid => of_invalid(at),
        Fate::Observed => "The browser reported it; it is kept to pair with the server's report.",
        Fate::NotTargeted => "The event is for others, or a browser's where the page has no tag.",
    }
}

/// An event may be at its end before anybody asks the platform.
fn of_invalid(at: &AtDestination) -> &'static str {
    match at.dedup {
        Some(Verdict::Late { .. }) => "The platform would count it beside its other half.",
        Some(_) => "No payload can be made of it that the platform takes.",
        None if at.reasons.contains(&"event_id_missing") => {
            "Nobody could tell whether it left before."
        }
        None => "It can't be read.",
    }
}

/// What a code that is not consent's says, if it has words.
fn of_code(code: &str) -> Option<&'static str> {
    Some(match code {
        "automation" => "A program drives the browser, or there is none",
        "crawler" => "The sender is a crawler",
        "human" => "The sender passes for a person",
        "not_measured" => "Nothing decided who the sender is, and nothing in the page was measured",
        "suspect" => "Something about the sender is rare for people",
        "bot_hold" => "The policy for its sender is to hold it",
        "bot_marked" => "It is marked because of its sender",
        "bot_shadow_drop" => "But for shadow mode it would not be sent because of its sender",
        "bot_shadow_hold" => "But for shadow mode it would be held because of its sender",
        "bot_shadow_mark" => "But for shadow mode it would be marked because of its sender",
        "bot_shadow_without_value" => {
            "But for shadow mode it would be sent without amounts because of its sender"
        }
        "bot_speculative" => "The browser asked ahead, before anybody looked at the page",
        "bot_without_value" => "It is sent without amounts because of its sender",
        _ => return None,
    })
}
