//! Laws of `predispatch-event`.

use std::net::IpAddr;

use predispatch_event::{
    ColumnMap, Disclose, Event, ForwardingHeader, ReadOptions, TrustedProxies, csv_events,
    read_address,
};
use serde_json::{Value, json};

/// No panic; what is read is JSON for `serde_json` too; strict reads no more than lenient; what is written
/// reads back as the same text.
pub(crate) fn json_law(input: &[u8]) {
    let strict = Event::from_json(input, &ReadOptions::new());
    let lenient = Event::from_json(input, &ReadOptions::new().lenient());
    let event = match (strict, lenient) {
        (Ok(_), Err(error)) => panic!("only strict read it: {error}"),
        (_, Err(error)) => {
            assert!(error.offset() <= input.len());
            return;
        }
        (_, Ok(event)) => event,
    };
    // Its numbers have limits that ours have not.
    let theirs = serde_json::from_slice::<Value>(input);
    assert!(theirs.as_ref().is_ok_and(Value::is_object) || theirs.is_err_and(is_about_a_number));
    reads_back(&event);
}

fn is_about_a_number(error: serde_json::Error) -> bool {
    error.to_string().starts_with("number out of range")
}

fn reads_back(event: &Event) {
    let written = event.write_json(Disclose::Everything);
    let again = Event::from_json(written.as_bytes(), &ReadOptions::new());
    let again = again.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(again.write_json(Disclose::Everything), written);
}

/// No panic; one result for each row; a row that is read writes and reads back.
pub(crate) fn csv_law(input: &[u8]) {
    let maps =
        [ColumnMap::canonical(), ColumnMap::meta_offline(), ColumnMap::google_click_conversions()];
    let options = ReadOptions::new();
    for columns in &maps {
        let Ok(rows) = csv_events(input, columns, &options) else { continue };
        for event in rows.flatten() {
            reads_back(&event);
        }
    }
}

/// Click and browser ids out of an address and a cookie header: no panic; each is printable ASCII without
/// white space; what was captured reads back.
///
/// The input is the address, a line feed, and the header.
pub(crate) fn click_ids_law(input: &[u8]) {
    let Ok(text) = core::str::from_utf8(input) else { return };
    let (url, cookies) = text.split_once('\n').unwrap_or((text, ""));
    let json = json!({
        "event_name": "lead", "event_time": 1_795_197_791, "event_source_url": url,
        "client": {"headers": [["Cookie", cookies]]},
    });
    let Ok(event) = Event::from_json(json.to_string().as_bytes(), &ReadOptions::new()) else {
        return;
    };
    let (clicks, browser) = (event.click_ids(), event.browser_ids());
    let ids = [
        &clicks.gclid,
        &clicks.gbraid,
        &clicks.wbraid,
        &clicks.dclid,
        &clicks.ttclid,
        &clicks.li_fat_id,
        &clicks.sc_click_id,
        &clicks.epik,
        &clicks.rdt_cid,
        &clicks.msclkid,
        &clicks.twclid,
        &browser.ttp,
        &browser.sc_cookie1,
        &browser.ga_client_id,
        &browser.ga_session_id,
        &browser.rdt_uuid,
        &browser.uet_vid,
    ];
    for id in ids.into_iter().flatten() {
        assert!(id.as_str().bytes().all(|byte| byte.is_ascii_graphic()));
    }
    if let Some(fbc) = &clicks.fbc {
        assert!(fbc.as_str().starts_with("fb.") && !fbc.fbclid().is_empty());
    }
    reads_back(&event);
}

/// An address is found or not, without a panic; it is never a proxy's, private or mapped; and without a
/// trusted peer no header counts.
///
/// The input is the address of the connection, a line feed, and header lines.
pub(crate) fn client_ip_law(input: &[u8]) {
    let Ok(text) = core::str::from_utf8(input) else { return };
    let (peer, lines) = text.split_once('\n').unwrap_or((text, ""));
    let Some(peer) = read_address(peer) else { return };
    for header in [
        ForwardingHeader::CfConnectingIp,
        ForwardingHeader::Forwarded,
        ForwardingHeader::TrueClientIp,
        ForwardingHeader::XForwardedFor,
    ] {
        let proxies =
            TrustedProxies::new(header, ["10.0.0.0/8", "2001:db8::/32"]).expect("networks");
        let found = proxies.resolve(peer, lines.lines());
        if let Ok(ip) = found {
            assert!(!proxies.contains(ip) && !ip.is_loopback() && !ip.is_unspecified());
            assert_eq!(ip, ip.to_canonical());
            assert!(!matches!(ip, IpAddr::V4(v4) if v4.is_private()));
        }
        if !proxies.contains(peer) {
            assert!(found.is_err() || found == Ok(peer));
        }
    }
}
