//! What the ad platforms put into the address when somebody clicks.

use predispatch_types::Timestamp;

use crate::{Fbc, OpaqueId};

/// The ids of the click that led to the event, one for each platform that has them.
///
/// Each is passed on byte for byte.
#[non_exhaustive]
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ClickIds {
    /// Meta's click id as it stood in the address. Meta takes it as [`fbc`](Self::fbc) only.
    pub fbclid: Option<OpaqueId>,
    /// When `fbclid` was first seen.
    pub fbclid_seen_at: Option<Timestamp>,
    /// Meta, in the form of its cookie: as given, or made of `fbclid`.
    pub fbc: Option<Fbc>,
    /// Google Ads.
    pub gclid: Option<OpaqueId>,
    /// Google Ads, app campaigns.
    pub gbraid: Option<OpaqueId>,
    /// Google Ads, web to app.
    pub wbraid: Option<OpaqueId>,
    /// Google Display & Video 360 and Campaign Manager 360.
    pub dclid: Option<OpaqueId>,
    /// TikTok.
    pub ttclid: Option<OpaqueId>,
    /// LinkedIn.
    pub li_fat_id: Option<OpaqueId>,
    /// Snapchat.
    pub sc_click_id: Option<OpaqueId>,
    /// Pinterest.
    pub epik: Option<OpaqueId>,
    /// Reddit.
    pub rdt_cid: Option<OpaqueId>,
    /// Microsoft.
    pub msclkid: Option<OpaqueId>,
    /// X.
    pub twclid: Option<OpaqueId>,
}
