//! Findings of different layers that have one cause.

use crate::{Layer, Reason};

/// The finding with the cause that it shares with findings of other layers.
///
/// A user agent that an extension replaced contradicts headers, hints and script alike; a proxy that
/// rewrites requests makes several header rules fire; an e-mail address is one address. Each is one
/// fact about a person, and must not add up to a program.
pub(super) fn shared(reason: Reason) -> Reason {
    match reason.code {
        "headers_version_differs"
        | "headers_platform_differs"
        | "headers_mobile_differs"
        | "headers_foreign_client_hints"
        | "ua_two_systems"
        | "ua_gecko_version_differs"
        | "ua_safari_on_windows"
        | "ua_emulation_template" => reason.because("device_ua"),
        "headers_no_client_hints"
        | "headers_no_fetch_metadata"
        | "headers_order"
        | "headers_case"
        | "headers_encoding" => reason.because("headers_wire"),
        "headers_no_accept"
        | "headers_no_accept_language"
        | "headers_no_accept_language_on_part"
        | "headers_accept_anything" => reason.because("headers_accept"),
        "headers_no_user_agent" | "ua_empty" => reason.because("ua_empty"),
        _ if reason.layer == Layer::Email => reason.because("email_address"),
        _ => reason,
    }
}
