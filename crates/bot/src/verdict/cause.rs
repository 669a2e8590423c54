//! Findings of different layers that have one cause.

use crate::{Layer, Reason};

/// The finding with the cause that it shares with findings of other layers.
///
/// An e-mail address is one address, and an empty user agent one text; each is one fact about a
/// person, and must not add up to a program. Header findings have the causes of `headers::finding`.
pub(super) fn shared(reason: Reason) -> Reason {
    match reason.code {
        "ua_emulation_template" => reason.because("device_ua"),
        "headers_no_user_agent" | "ua_empty" => reason.because("ua_empty"),
        _ if reason.layer == Layer::Email => reason.because("email_address"),
        _ => reason,
    }
}
