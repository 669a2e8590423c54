//! The request that the event came with.

use core::{fmt, net::IpAddr};

/// What is known of the request and the device.
///
/// It singles a person out, so `Debug` shows only what is there.
#[non_exhaustive]
#[derive(Clone, Default, Eq, PartialEq)]
pub struct Client {
    /// The public address of the person's device or network.
    pub ip: Option<IpAddr>,
    /// The `User-Agent` header.
    pub user_agent: Option<Box<str>>,
    /// The preferred language, as a tag such as `en-GB`.
    pub language: Option<Box<str>>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("has_ip", &self.ip.is_some())
            .field("has_user_agent", &self.user_agent.is_some())
            .field("has_language", &self.language.is_some())
            .finish()
    }
}
