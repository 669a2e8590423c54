//! What was found while reading, each thing once.

use predispatch_types::{Issue, Severity, Stage};

/// The issues of one event.
#[derive(Default)]
pub(crate) struct Issues(Vec<Issue>);

impl Issues {
    pub(crate) fn dropped(&mut self, code: &'static str, field: &'static str) {
        self.push(code, field, Severity::Dropped);
    }

    pub(crate) fn corrected(&mut self, code: &'static str, field: &'static str) {
        self.push(code, field, Severity::Corrected);
    }

    pub(crate) fn noted(&mut self, code: &'static str, field: &'static str) {
        self.push(code, field, Severity::Noted);
    }

    /// The same thing about the same field is said once, so codes times fields bound the list.
    fn push(&mut self, code: &'static str, field: &'static str, severity: Severity) {
        let issue = Issue::new(code, Stage::Ingest, field, severity);
        if !self.0.contains(&issue) {
            self.0.push(issue);
        }
    }

    /// Whether something was dropped of such a field.
    pub(crate) fn any_dropped(&self, is_such: impl Fn(&str) -> bool) -> bool {
        self.0.iter().any(|issue| issue.severity == Severity::Dropped && is_such(issue.field))
    }

    /// Goes on with what was found before.
    pub(crate) const fn of(issues: Vec<Issue>) -> Self {
        Self(issues)
    }

    pub(crate) fn into_vec(self) -> Vec<Issue> {
        self.0
    }
}
