//! `email`: an address or a domain in, what its domain and local part say out.

use predispatch_bot::email::EmailClassifier;
use serde::Serialize;

use crate::lines::{ItemError, UsageError, answer_each, no_options};

/// `email`
pub(crate) fn run(args: &[String]) -> Result<(), UsageError> {
    no_options("email", args)?;
    let classifier = EmailClassifier::bundled();
    answer_each(|line| {
        let verdict =
            classifier.classify(line).map_err(|error| ItemError::new(error.code(), error))?;
        Ok(Answer {
            domain: verdict.domain().as_str().to_owned(),
            provider: verdict.provider().as_str(),
            disposable: verdict.is_disposable(),
            role: verdict.is_role(),
            suggestion: verdict.suggestion(),
            reasons: verdict.reasons().map(|reason| reason.code).collect(),
        })
    })
}

#[derive(Serialize)]
struct Answer {
    domain: String,
    provider: &'static str,
    disposable: bool,
    role: bool,
    suggestion: Option<&'static str>,
    reasons: Vec<&'static str>,
}
