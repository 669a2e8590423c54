//! An outcome as one line of JSON.

use predispatch_event::EventError;
use predispatch_payload::Rejection;
use predispatch_types::{EventId, Issue};
use serde::Serialize;

use crate::Outcome;

impl Outcome {
    /// One JSON object on one line, without payloads: for logs and audit files. Its schema is
    /// `schema/outcome.json` in this crate.
    ///
    /// The event's id is personal data and not in the line:
    /// [`to_json_with_event_id`](Self::to_json_with_event_id) shows it. A pipeline with a record key writes
    /// what the audit log needs for each destination, with keyed digests of the event and of its consent
    /// strings.
    pub fn to_json(&self) -> String {
        self.line(None)
    }

    /// The same with the event's id, if it has one: personal data.
    pub fn to_json_with_event_id(&self) -> String {
        self.line(self.id.as_ref())
    }

    fn line(&self, id: Option<&EventId>) -> String {
        let line = Line {
            event_name: self.name,
            event_id: id.map(EventId::as_str),
            error: self.error().map(Unreadable::of),
            bot: self.bot.as_ref().map(|verdict| Bot {
                class: verdict.class().as_str(),
                score: verdict.score(),
                reasons: verdict.reasons().iter().map(|reason| reason.code).collect(),
            }),
            destinations: self.destinations.iter().map(At::of).collect(),
            issues: self.issues.iter().map(Noted::of).collect(),
        };
        serde_json::to_string(&line).expect("texts, numbers and lists always serialise")
    }
}

#[derive(Serialize)]
struct Line<'o> {
    event_name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    event_id: Option<&'o str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Unreadable>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bot: Option<Bot>,
    destinations: Vec<At<'o>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    issues: Vec<Noted>,
}

#[derive(Serialize)]
struct Unreadable {
    code: &'static str,
    at: String,
}

impl Unreadable {
    fn of(error: &EventError) -> Self {
        Self { code: error.code(), at: error.pointer().to_string() }
    }
}

#[derive(Serialize)]
struct Bot {
    class: &'static str,
    score: u8,
    reasons: Vec<&'static str>,
}

#[derive(Serialize)]
struct At<'o> {
    destination: String,
    fate: &'static str,
    reasons: &'o [&'static str],
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    platform_error: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dedup: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    good_until: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    issues: Vec<Noted>,
    #[serde(skip_serializing_if = "Option::is_none")]
    consent: Option<&'o predispatch_consent::Record>,
}

impl<'o> At<'o> {
    fn of(at: &'o crate::AtDestination) -> Self {
        Self {
            destination: at.destination.to_string(),
            fate: at.fate.as_str(),
            reasons: &at.reasons,
            field: at.rejection.map(Rejection::field),
            platform_error: at.platform_error,
            dedup: at.dedup.map(|verdict| verdict.as_str()),
            good_until: at.good_until.map(|until| until.to_string()),
            issues: at.issues.iter().map(Noted::of).collect(),
            consent: at.record.as_deref(),
        }
    }
}

#[derive(Serialize)]
struct Noted {
    code: &'static str,
    stage: &'static str,
    field: &'static str,
    severity: &'static str,
}

impl Noted {
    const fn of(issue: &Issue) -> Self {
        Self {
            code: issue.code,
            stage: issue.stage.as_str(),
            field: issue.field,
            severity: issue.severity.as_str(),
        }
    }
}
