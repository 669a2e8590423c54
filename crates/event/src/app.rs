//! The app in which the event happened.

use core::fmt;

use predispatch_pii::DeviceSystem;

use crate::{OpaqueId, Text};

/// The app in which the event happened.
#[non_exhaustive]
#[derive(Clone, Default, Eq, PartialEq)]
pub struct App {
    /// The app's id, such as `com.example.shop` or a store's number.
    pub id: Option<OpaqueId>,
    /// Its name.
    pub name: Option<Text>,
    /// Its version.
    pub version: Option<Text>,
    /// The system of the device.
    pub platform: Option<DeviceSystem>,
    /// Whether the person allowed tracking (iOS: App Tracking Transparency). Without a yes after this
    /// was asked, no platform gets the id of the device; an answer that can't be read is a no.
    pub advertiser_tracking_enabled: Option<bool>,
    /// Whether the app's own setting allows tracking.
    pub application_tracking_enabled: Option<bool>,
    /// Meta's list of facts about the device. Places count, so it may have empty texts.
    pub extinfo: Vec<Box<str>>,
}

/// Without the facts about the device.
impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("version", &self.version)
            .field("platform", &self.platform)
            .field("advertiser_tracking_enabled", &self.advertiser_tracking_enabled)
            .field("application_tracking_enabled", &self.application_tracking_enabled)
            .finish_non_exhaustive()
    }
}
