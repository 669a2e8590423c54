//! What stood in an event and is not in the schema.

use core::fmt;

use crate::error::Pointer;

/// A field that is not in the schema, kept aside by lenient reading.
///
/// It may hold anything, so nothing here sends it, `Debug` is redacted and it is not written with
/// the event.
#[derive(Clone, Eq, PartialEq)]
pub struct Unknown {
    parent: Pointer,
    key: Box<str>,
    json: Box<str>,
}

impl Unknown {
    pub(crate) fn new(parent: Pointer, key: &str, json: &str) -> Self {
        Self { parent, key: key.into(), json: json.into() }
    }

    /// The schema's object in which it stood.
    pub const fn parent(&self) -> Pointer {
        self.parent
    }

    /// Its key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Its value as JSON, as it was written.
    pub fn json(&self) -> &str {
        &self.json
    }

    /// Whether nothing was said under it, as in the schema's own fields.
    pub(crate) fn is_empty(&self) -> bool {
        matches!(&*self.json, "null" | "\"\"")
    }

    /// The object's key, for an issue.
    pub(crate) const fn issue_field(&self) -> &'static str {
        self.parent.last_key()
    }

    pub(crate) fn is_same_place(&self, other: &Self) -> bool {
        self.parent == other.parent && self.key == other.key
    }
}

impl fmt::Debug for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unknown").field("parent", &self.parent).finish_non_exhaustive()
    }
}
