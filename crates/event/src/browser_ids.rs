//! What the ad platforms' tags keep in the browser's first-party cookies.

use crate::{Fbp, OpaqueId};

/// The ids that ad platforms' tags gave this browser.
#[non_exhaustive]
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct BrowserIds {
    /// Meta, cookie `_fbp`.
    pub fbp: Option<Fbp>,
    /// TikTok, cookie `_ttp`.
    pub ttp: Option<OpaqueId>,
    /// Snapchat, cookie `_scid`.
    pub sc_cookie1: Option<OpaqueId>,
    /// Google Analytics 4, from cookie `_ga`: the last two numbers.
    pub ga_client_id: Option<OpaqueId>,
    /// Google Analytics 4, from cookie `_ga_<stream>`.
    pub ga_session_id: Option<OpaqueId>,
    /// Reddit, from cookie `_rdt_uuid`: the part after the time.
    pub rdt_uuid: Option<OpaqueId>,
    /// Microsoft UET, cookie `_uetvid`.
    pub uet_vid: Option<OpaqueId>,
}
