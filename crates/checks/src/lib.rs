//! What must hold for every input: one plain function for each fuzz target.
//!
//! A target in `fuzz/fuzz_targets/` is one call of a law; `tests/replay.rs` calls the same laws on
//! every file of `fuzz/seeds` and `fuzz/regressions` in each `cargo test`. To add one: write the
//! law in the module of its crate, list it in [`LAWS`], add the two-line target and a folder of
//! seeds. The replay test fails when one of the three is missing.

mod bot;
mod bot_claims;
mod bot_ip;
mod consent;
mod dedup;
mod event;
mod gpp;
mod payload;
mod pii;
mod pipeline;
mod reconcile;
mod scrub;
mod tcf;
mod types;

/// Panics if the input breaks the law.
pub type Law = fn(&[u8]);

/// Every law by the name of its fuzz target, in alphabetical order.
pub const LAWS: &[(&str, Law)] = &[
    ("bot_device", bot::device),
    ("bot_email", bot_claims::email),
    ("bot_email_list", bot_claims::email_list),
    ("bot_headers", bot_claims::headers),
    ("bot_ip_feed", bot_ip::feed),
    ("bot_ip_mmdb", bot_ip::mmdb),
    ("bot_ip_table", bot_ip::table),
    ("bot_ua", bot_claims::ua),
    ("bot_ua_tables", bot_claims::ua_tables),
    ("bot_verdict", bot::verdict),
    ("consent_decide", consent::decide_law),
    ("dedup_group", dedup::group),
    ("dedup_reconcile", reconcile::reconcile_law),
    ("event_click_ids", event::click_ids_law),
    ("event_client_ip", event::client_ip_law),
    ("event_csv", event::csv_law),
    ("event_json", event::json_law),
    ("gpp_header", gpp::header),
    ("gpp_sections", gpp::sections),
    ("gpp_us_privacy", gpp::us_privacy),
    ("payload_platforms", payload::every_platform),
    ("pii_address", pii::address),
    ("pii_email", pii::email),
    ("pii_phone", pii::phone),
    ("pii_text", scrub::free_text),
    ("pii_url", scrub::url),
    ("pipeline", pipeline::file),
    ("tcf_additional_consent", tcf::additional_consent),
    ("tcf_decode", tcf::decode),
    ("tcf_judge", tcf::judge),
    ("types_money", types::money),
    ("types_timestamp", types::timestamp),
];

/// Runs the law of the fuzz target `name`.
///
/// # Panics
/// If the input breaks the law, or if there is no such law.
pub fn check(name: &str, input: &[u8]) {
    let law = LAWS.iter().find(|(law, _)| *law == name);
    let (_, law) = law.unwrap_or_else(|| panic!("no law is named {name}"));
    law(input);
}

/// The input as text, for laws about text: what is not UTF-8 is no input of theirs.
fn text(input: &[u8]) -> Option<&str> {
    core::str::from_utf8(input).ok()
}
