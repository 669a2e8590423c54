//! Which side reports.

/// The side that reports an event.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "closed by definition: there are two sides")]
pub enum Source {
    /// The server. Only its reports are dispatched.
    #[default]
    Server,
    /// The browser. Its reports are used to pair them with the server's, and are never dispatched.
    Browser,
}

impl Source {
    /// The lower-case name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Browser => "browser",
        }
    }

    /// The side with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Server, Self::Browser].into_iter().find(|side| side.as_str() == name)
    }
}
