//! What the events of one request share.

use std::{
    borrow::Cow,
    sync::{Arc, OnceLock},
};

/// The request around the events: where it goes, and the body before and after them.
///
/// Two events may share a request exactly when their envelopes are equal: account, source, consent,
/// encoding and test code stand in it where a platform has them outside the event.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Envelope {
    /// Tells one account from another where only the token does; it is never sent.
    pub(crate) account: Option<String>,
    pub(crate) url: String,
    pub(crate) head: Cow<'static, str>,
    pub(crate) tail: Cow<'static, str>,
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl Envelope {
    /// Where to: without token. `POST`, `Content-Type: application/json`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Headers beside the content type that the request must have: versions and accounts, never a
    /// token. A `User-Agent` that names the sender is the sender's to add; Reddit's rules require one.
    pub fn headers(&self) -> &[(&'static str, String)] {
        &self.headers
    }

    /// Bytes of the body that are no events.
    pub fn len(&self) -> usize {
        self.head.len().saturating_add(self.tail.len())
    }

    /// Whether the events stand bare.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Envelopes of one account that depend on nothing but the account and where an event happened. Each is
/// made for the first event that needs it, and shared with those that follow.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shared([OnceLock<Arc<Envelope>>; 3]);

impl Shared {
    /// The envelope of that number. Without one it is the event's own.
    pub(crate) fn get(
        &self,
        number: Option<usize>,
        make: impl FnOnce() -> Envelope,
    ) -> Arc<Envelope> {
        match number.and_then(|number| self.0.get(number)) {
            Some(shared) => Arc::clone(shared.get_or_init(|| Arc::new(make()))),
            None => Arc::new(make()),
        }
    }
}

/// `text` as JSON writes it, for heads and tails.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = Vec::new();
    crate::json::text(&mut out, text);
    String::from_utf8(out).unwrap_or_default()
}
