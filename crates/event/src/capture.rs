//! Where the ad platforms leave their ids: the query of an address and first-party cookies.
//!
//! Names and forms: `docs/sources/event.md#click-ids`.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter};
use predispatch_types::Timestamp;

use crate::split::{split, split_once};

/// The click ids in an address's query, decoded once. Of equal keys the first counts.
#[derive(Default)]
pub(crate) struct Query<'a> {
    pub(crate) has_any: bool,
    pub(crate) fbclid: Option<Cow<'a, str>>,
    pub(crate) gclid: Option<Cow<'a, str>>,
    pub(crate) gbraid: Option<Cow<'a, str>>,
    pub(crate) wbraid: Option<Cow<'a, str>>,
    pub(crate) dclid: Option<Cow<'a, str>>,
    pub(crate) ttclid: Option<Cow<'a, str>>,
    pub(crate) li_fat_id: Option<Cow<'a, str>>,
    pub(crate) sc_click_id: Option<Cow<'a, str>>,
    pub(crate) epik: Option<Cow<'a, str>>,
    pub(crate) rdt_cid: Option<Cow<'a, str>>,
    pub(crate) msclkid: Option<Cow<'a, str>>,
    pub(crate) twclid: Option<Cow<'a, str>>,
}

impl<'a> Query<'a> {
    /// Fills it in where it stands: it is large.
    pub(crate) fn read(&mut self, url: &'a str) {
        for (key, value) in pairs(url) {
            let slot = match key {
                "fbclid" => &mut self.fbclid,
                "gclid" => &mut self.gclid,
                "gbraid" => &mut self.gbraid,
                "wbraid" => &mut self.wbraid,
                "dclid" => &mut self.dclid,
                "ttclid" => &mut self.ttclid,
                "li_fat_id" => &mut self.li_fat_id,
                "epik" => &mut self.epik,
                "rdt_cid" => &mut self.rdt_cid,
                "msclkid" => &mut self.msclkid,
                "twclid" => &mut self.twclid,
                // Snapchat writes `ScCid`, and sites change its case.
                _ if key.eq_ignore_ascii_case("sccid") => &mut self.sc_click_id,
                _ => continue,
            };
            if slot.is_none() {
                *slot = decoded(value);
                self.has_any = true;
            }
        }
    }
}

/// Meta's click id in an address's query, decoded once.
pub(crate) fn fbclid(url: &str) -> Option<Cow<'_, str>> {
    pairs(url).filter(|(key, _)| *key == "fbclid").find_map(|(_, value)| decoded(value))
}

/// The keys and values of an address's query; those without a value say nothing.
fn pairs(url: &str) -> impl Iterator<Item = (&str, &str)> {
    let query = split_once(url, b'?').and_then(|(before, query)| {
        // A question mark in a fragment begins no query.
        let is_query = split_once(before, b'#').is_none();
        is_query.then(|| split_once(query, b'#').map_or(query, |(query, _)| query))
    });
    let pairs = query.into_iter().flat_map(|query| split(query, b'&')).flat_map(parts);
    pairs.filter_map(|pair| split_once(pair, b'=')).filter(|(_, value)| !value.is_empty())
}

/// A pair of a query, or several with `;` between them where a key follows: parted as the address is when
/// it is cleaned, or cleaning would show ids that were none before.
fn parts(pair: &str) -> impl Iterator<Item = &str> {
    let mut next = Some(pair);
    core::iter::from_fn(move || {
        let rest = next?;
        let mut ends = memchr_iter(b';', rest.as_bytes());
        let Some(end) = ends.find(|at| key_follows(rest.get(at.saturating_add(1)..))) else {
            next = None;
            return Some(rest);
        };
        next = rest.get(end.saturating_add(1)..);
        rest.get(..end)
    })
}

/// The bound keeps rows of semicolons cheap.
fn key_follows(rest: Option<&str>) -> bool {
    let mut key = rest.unwrap_or_default().bytes().take(128);
    key.find(|byte| matches!(byte, b';' | b'=')) == Some(b'=')
}

/// The platforms' cookies. Of equal names the first counts: browsers send the nearest first.
#[derive(Default)]
pub(crate) struct Cookies<'a> {
    pub(crate) has_any: bool,
    pub(crate) fbc: Option<&'a str>,
    pub(crate) fbp: Option<&'a str>,
    pub(crate) ttclid: Option<&'a str>,
    pub(crate) ttp: Option<&'a str>,
    pub(crate) scid: Option<&'a str>,
    pub(crate) scclid: Option<&'a str>,
    pub(crate) epik: Option<&'a str>,
    pub(crate) rdt_cid: Option<&'a str>,
    pub(crate) rdt_uuid: Option<&'a str>,
    pub(crate) uetvid: Option<&'a str>,
    pub(crate) uetmsclkid: Option<&'a str>,
    pub(crate) li_fat_id: Option<&'a str>,
    pub(crate) ga: Option<&'a str>,
    /// The session of the one measurement stream; none if there are several.
    pub(crate) ga_session: Option<&'a str>,
    pub(crate) ga_sessions: usize,
    gcl_aw: Option<&'a str>,
    twclid: Option<&'a str>,
}

impl<'a> Cookies<'a> {
    /// Fills it in where it stands.
    pub(crate) fn read(&mut self, pairs: impl Iterator<Item = (&'a str, &'a str)>) {
        for (name, value) in pairs.take(MAX_COOKIES).filter(|(_, value)| !value.is_empty()) {
            let slot = match name {
                "_fbc" => &mut self.fbc,
                "_fbp" => &mut self.fbp,
                "ttclid" => &mut self.ttclid,
                "_ttp" => &mut self.ttp,
                "_scid" => &mut self.scid,
                "_scclid" => &mut self.scclid,
                "_epik" => &mut self.epik,
                "_rdt_cid" | "rdt_cid" => &mut self.rdt_cid,
                "_rdt_uuid" => &mut self.rdt_uuid,
                "_uetvid" => &mut self.uetvid,
                "_uetmsclkid" => &mut self.uetmsclkid,
                "li_fat_id" => &mut self.li_fat_id,
                "_ga" => &mut self.ga,
                "_gcl_aw" => &mut self.gcl_aw,
                "_twclid" | "twclid" => &mut self.twclid,
                _ if name.starts_with("_ga_") => {
                    self.ga_sessions = self.ga_sessions.saturating_add(1);
                    &mut self.ga_session
                }
                _ => continue,
            };
            slot.get_or_insert(value);
            self.has_any = true;
        }
        if self.ga_sessions > 1 {
            self.ga_session = None;
        }
    }

    /// Google's click and when it was: `GCL.1763661700.Cj0KCQ`.
    pub(crate) fn gclid(&self) -> Option<(Timestamp, &'a str)> {
        let (secs, gclid) = self.gcl_aw?.strip_prefix("GCL.")?.split_once('.')?;
        Some((Timestamp::from_unix_secs(secs.parse().ok()?), gclid))
    }

    /// X's click: bare, or in its tag's JSON, which is percent-encoded.
    pub(crate) fn twclid(&self) -> Option<Cow<'a, str>> {
        let value = decoded(self.twclid?)?;
        if !value.starts_with('{') {
            return Some(value);
        }
        let (_, rest) = value.split_once("\"twclid\":\"")?;
        let (id, _) = rest.split_once('"')?;
        Some(Cow::Owned(id.to_owned()))
    }
}

/// The last two numbers of `GA1.1.1098115397.1763661700`; an id without that frame stays.
pub(crate) fn ga_client_id(text: &str) -> &str {
    let framed = text.strip_prefix("GA1.").or_else(|| text.strip_prefix("GA2."));
    framed.and_then(|rest| rest.split_once('.')).map_or(text, |(_, id)| id)
}

/// The session in `GS1.1.1763661700.4.1…` or `GS2.1.s1763661700$o4…`; a bare number stays.
pub(crate) fn ga_session_id(text: &str) -> &str {
    let parts = |version| text.strip_prefix(version).and_then(|rest: &str| rest.split_once('.'));
    if let Some((_, rest)) = parts("GS1.") {
        return rest.split('.').next().unwrap_or(text);
    }
    match parts("GS2.") {
        Some((_, rest)) => {
            let session = rest.split('$').find_map(|part| part.strip_prefix('s'));
            session.unwrap_or(text)
        }
        None => text,
    }
}

/// The second part of `1763661700123.9f8e7d6c-…`.
pub(crate) fn rdt_uuid(text: &str) -> &str {
    match text.split_once('.') {
        Some((time, uuid)) if time.bytes().all(|byte| byte.is_ascii_digit()) => uuid,
        _ => text,
    }
}

/// An opaque id: letters, digits and the marks of base64 and of URLs; not a word for none and not a
/// placeholder that an ad server failed to fill.
pub(crate) fn id(id: &str) -> Result<(), &'static str> {
    let sound = |byte: u8| {
        byte.is_ascii_alphanumeric()
            || matches!(
                byte,
                b'-' | b'_' | b'.' | b'~' | b'=' | b'+' | b'/' | b':' | b'|' | b'!' | b'*'
            )
    };
    if !id.bytes().all(sound) {
        return Err("click_id_shape");
    }
    let nothing = ["null", "undefined", "none", "nan", "false", "true", "0", "-"];
    if id.len() <= "undefined".len() && nothing.iter().any(|word| id.eq_ignore_ascii_case(word)) {
        return Err("click_id_placeholder");
    }
    Ok(())
}

/// An id in base64url: a long one without a single capital was changed on the way and matches nothing.
pub(crate) fn cased(text: &str) -> Result<(), &'static str> {
    id(text)?;
    let letters = || text.bytes().filter(u8::is_ascii_alphabetic);
    let is_changed = text.len() >= 24
        && letters().count() >= 24
        && (letters().all(|byte| byte.is_ascii_lowercase())
            || letters().all(|byte| byte.is_ascii_uppercase()));
    if is_changed { Err("click_id_case_changed") } else { Ok(()) }
}

/// Microsoft documents 32 hex digits, or a UUID with its hyphens.
pub(crate) fn msclkid(id: &str) -> Result<(), &'static str> {
    let digits = id.bytes().filter(|byte| *byte != b'-');
    let is_hex = digits.clone().all(|byte| byte.is_ascii_hexdigit());
    let length = id.len();
    let is_sound = is_hex && digits.count() == 32 && (length == 32 || length == 36);
    if is_sound { Ok(()) } else { Err("click_id_shape") }
}

/// Percent-decoded once; a plus stays, for ids are no form text. `None` if it is not UTF-8.
pub(crate) fn decoded(value: &str) -> Option<Cow<'_, str>> {
    if memchr(b'%', value.as_bytes()).is_none() {
        return Some(Cow::Borrowed(value));
    }
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, after)) = rest.split_once('%') {
        bytes.extend_from_slice(before.as_bytes());
        let byte = after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (byte, after.get(2..)) {
            (Some(byte), Some(after)) => {
                bytes.push(byte);
                rest = after;
            }
            _ => {
                bytes.push(b'%');
                rest = after;
            }
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

const MAX_COOKIES: usize = 500;
