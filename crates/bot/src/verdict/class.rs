//! What the sender of an event is.

use core::fmt;

/// What the sender of an event is.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Class {
    /// The page was measured and little or nothing speaks against a person.
    Human,
    /// Something rare for people was found, but not enough to decide.
    Suspect,
    /// It says that it reads pages for a search engine, an assistant, a link preview or a monitor.
    Crawler(Identity),
    /// A program drives the browser, or there is none.
    Automation,
    /// Nothing decided, and nothing in the page was measured. Not a synonym of [`Human`](Self::Human):
    /// a client that copies a browser's headers perfectly ends here.
    NotMeasured,
}

/// Whether a crawler is who it says.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Identity {
    /// Only its user agent says so.
    Claimed,
    /// Its address is in a range that its own operator publishes.
    Verified,
}

impl Class {
    /// Its stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Suspect => "suspect",
            Self::Crawler(_) => "crawler",
            Self::Automation => "automation",
            Self::NotMeasured => "not_measured",
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
