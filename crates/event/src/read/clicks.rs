//! Click and browser ids: from the event's fields, the page's address and the cookies.
//!
//! Order: the field; then the address of the page (it is the newest click); then the cookie. Pinterest
//! prefers its cookie to the address. Sources: `docs/sources/event.md#click-ids`.

use std::borrow::Cow;

use predispatch_types::{Timestamp, trimmed};

use super::{
    issues::Issues,
    raw::{Raw, RawBrowserIds, RawClickIds},
    small::moment,
};
use crate::{
    BrowserIds, ClickIds, Fbc, Fbp, OpaqueId,
    capture::{self, Cookies, Query},
    sub_domain,
};

/// What the addresses and the cookies hold.
pub(super) struct Found<'a> {
    source_url: Option<&'a str>,
    query: Query<'a>,
    /// All that counts of the address before.
    referrer_fbclid: Option<Cow<'a, str>>,
    cookies: Cookies<'a>,
}

impl<'a> Found<'a> {
    #[inline]
    pub(super) fn new(
        source_url: Option<&'a str>,
        referrer_url: Option<&'a str>,
        cookies: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let mut found = Self {
            source_url,
            query: Query::default(),
            referrer_fbclid: referrer_url.and_then(capture::fbclid),
            cookies: Cookies::default(),
        };
        found.query.read(source_url.unwrap_or_default());
        found.cookies.read(cookies);
        found
    }

    /// On which level the site keeps its cookies.
    fn sub_domain_index(&self) -> u8 {
        sub_domain::index(self.source_url)
    }
}

/// How an id is checked: the code of the broken rule.
type Check = fn(&str) -> Result<(), &'static str>;

pub(super) fn click_ids(
    raw: Option<&RawClickIds<'_>>,
    found: &Found<'_>,
    time: Timestamp,
    ids: &mut ClickIds,
    issues: &mut Issues,
) {
    let Found { query, referrer_fbclid, cookies, .. } = found;
    if raw.is_none() && !query.has_any && referrer_fbclid.is_none() && !cookies.has_any {
        return;
    }
    let none = RawClickIds::default();
    let raw = raw.unwrap_or(&none);
    if raw.wrong {
        issues.dropped("wrong_type", "click_ids");
    }
    let gclid_cookie = fresh_gclid(cookies, time, issues);
    let mut pick =
        |raw: &Raw<'_>, query: &Option<Cow<'_, str>>, cookie: Option<&str>, check, field| {
            // Nearly every id of an event.
            if raw.is_absent() && query.is_none() && cookie.is_none() {
                return None;
            }
            pick(raw, [query.as_deref(), cookie], check, field, issues)
        };
    let msclkid_cookie =
        cookies.uetmsclkid.map(|value| value.strip_prefix("_uet").unwrap_or(value));
    let twclid_cookie = cookies.twclid();
    let twclid_cookie = twclid_cookie.as_deref();
    let id = capture::id;
    ids.gclid = pick(&raw.gclid, &query.gclid, gclid_cookie, capture::cased, "click_ids.gclid");
    ids.gbraid = pick(&raw.gbraid, &query.gbraid, None, id, "click_ids.gbraid");
    ids.wbraid = pick(&raw.wbraid, &query.wbraid, None, id, "click_ids.wbraid");
    ids.dclid = pick(&raw.dclid, &query.dclid, None, id, "click_ids.dclid");
    ids.ttclid = pick(&raw.ttclid, &query.ttclid, cookies.ttclid, id, "click_ids.ttclid");
    ids.li_fat_id =
        pick(&raw.li_fat_id, &query.li_fat_id, cookies.li_fat_id, id, "click_ids.li_fat_id");
    ids.sc_click_id =
        pick(&raw.sc_click_id, &query.sc_click_id, cookies.scclid, id, "click_ids.sc_click_id");
    ids.rdt_cid = pick(&raw.rdt_cid, &query.rdt_cid, cookies.rdt_cid, id, "click_ids.rdt_cid");
    ids.msclkid =
        pick(&raw.msclkid, &query.msclkid, msclkid_cookie, capture::msclkid, "click_ids.msclkid");
    ids.twclid = pick(&raw.twclid, &query.twclid, twclid_cookie, id, "click_ids.twclid");
    let epik = [cookies.epik, query.epik.as_deref()];
    ids.epik = self::pick(&raw.epik, epik, capture::id, "click_ids.epik", issues);
    meta(raw, found, time, ids, issues);
}

/// Meta's click id: the given `fbc`; else the cookie, unless the address tells of a newer click; else
/// made of `fbclid` and the time when it was first seen.
fn meta(
    raw: &RawClickIds<'_>,
    found: &Found<'_>,
    time: Timestamp,
    ids: &mut ClickIds,
    issues: &mut Issues,
) {
    let sources = [found.query.fbclid.as_deref(), found.referrer_fbclid.as_deref()];
    ids.fbclid = pick(&raw.fbclid, sources, capture::cased, "click_ids.fbclid", issues);
    ids.fbclid_seen_at = moment(&raw.fbclid_seen_at, "click_ids.fbclid_seen_at", issues);
    let given = raw.fbc.as_text("click_ids.fbc", issues);
    if ids.fbclid_seen_at.is_none() {
        ids.fbclid_seen_at = first_seen(ids.fbclid.as_ref(), given, found, time);
    }
    let given = given.and_then(|text| fresh_fbc(text, time, issues));
    // What is read from the cookie or made below is of this click.
    if let (Some(fbc), Some(fbclid)) = (&given, &ids.fbclid)
        && fbc.fbclid() != fbclid.as_str()
    {
        issues.noted("fbc_of_another_click", "click_ids.fbc");
    }
    let cookie = || {
        let cookie = found.cookies.fbc.and_then(|text| Fbc::parse(text).ok());
        let newer = |fbc: &Fbc| ids.fbclid.as_ref().is_some_and(|id| id.as_str() != fbc.fbclid());
        cookie
            .filter(|fbc| !newer(fbc) && !is_expired(fbc.created(), time))
            .and_then(|fbc| fresh(fbc, time, issues))
    };
    let built = |issues: &mut Issues| {
        let seen_at = ids.fbclid_seen_at.unwrap_or(time);
        let fbc = Fbc::build(ids.fbclid.as_ref()?, seen_at, found.sub_domain_index())?;
        fresh(fbc, time, issues)
    };
    ids.fbc = given.or_else(cookie).or_else(|| built(issues));
}

/// When the click was, if it has expired: its address may be opened again long after it, and is no new
/// click then.
fn first_seen(
    fbclid: Option<&OpaqueId>,
    given: Option<&str>,
    found: &Found<'_>,
    time: Timestamp,
) -> Option<Timestamp> {
    let fbclid = fbclid?.as_str();
    let stored = [given.map(trimmed), found.cookies.fbc];
    let stored = stored.into_iter().flatten().filter_map(|text| Fbc::parse(text).ok());
    let mut created = stored.filter(|fbc| fbc.fbclid() == fbclid).map(|fbc| fbc.created());
    created.find(|created| is_expired(*created, time))
}

fn fresh_fbc(text: &str, time: Timestamp, issues: &mut Issues) -> Option<Fbc> {
    match Fbc::parse(trimmed(text)) {
        Ok(fbc) => fresh(fbc, time, issues),
        Err(error) => {
            issues.dropped(error.code(), "click_ids.fbc");
            None
        }
    }
}

/// A click of the future is a clock that is wrong; an old one is refused by Meta.
fn fresh(fbc: Fbc, time: Timestamp, issues: &mut Issues) -> Option<Fbc> {
    const FIELD: &str = "click_ids.fbc";
    if is_expired(fbc.created(), time) {
        issues.dropped("click_id_expired", FIELD);
        return None;
    }
    match fbc.created().secs_since(time) {
        ahead if ahead > DAY => {
            issues.dropped("click_id_of_the_future", FIELD);
            return None;
        }
        ahead if ahead > 60 => issues.noted("click_id_of_the_future", FIELD),
        _ => {}
    }
    Some(fbc)
}

fn is_expired(created: Timestamp, time: Timestamp) -> bool {
    time.secs_since(created) > 90 * DAY
}

/// Google's cookie says when the click was; its ids are kept for 90 days.
fn fresh_gclid<'a>(cookies: &Cookies<'a>, time: Timestamp, issues: &mut Issues) -> Option<&'a str> {
    let (created, gclid) = cookies.gclid()?;
    if is_expired(created, time) {
        issues.dropped("click_id_expired", "click_ids.gclid");
        return None;
    }
    Some(gclid)
}

pub(super) fn browser_ids(
    raw: Option<&RawBrowserIds<'_>>,
    found: &Found<'_>,
    ids: &mut BrowserIds,
    issues: &mut Issues,
) {
    let cookies = &found.cookies;
    if raw.is_none() && !cookies.has_any {
        return;
    }
    let none = RawBrowserIds::default();
    let raw = raw.unwrap_or(&none);
    if raw.wrong {
        issues.dropped("wrong_type", "browser_ids");
    }
    if cookies.ga_sessions > 1 && raw.ga_session_id.is_absent() {
        issues.noted("ga_session_ambiguous", "browser_ids.ga_session_id");
    }
    let fbp = raw.fbp.as_text("browser_ids.fbp", issues);
    let fbp = fbp.and_then(|text| {
        let read = Fbp::parse(trimmed(text));
        read.map_err(|error| issues.dropped(error.code(), "browser_ids.fbp")).ok()
    });
    ids.fbp = fbp.or_else(|| cookies.fbp.and_then(|text| Fbp::parse(text).ok()));
    let mut pick = |raw: &Raw<'_>, part: fn(&str) -> &str, cookie: Option<&str>, field| {
        if raw.is_absent() && cookie.is_none() {
            return None;
        }
        let given = raw.as_text(field, issues).map(|text| innermost(trimmed(text), part));
        let sources = [given, cookie.map(|text| innermost(text, part))];
        first_sound(sources, capture::id, field, issues)
    };
    ids.ttp = pick(&raw.ttp, whole, cookies.ttp, "browser_ids.ttp");
    ids.sc_cookie1 = pick(&raw.sc_cookie1, whole, cookies.scid, "browser_ids.sc_cookie1");
    let (client_id, session_id) = (capture::ga_client_id, capture::ga_session_id);
    ids.ga_client_id = pick(&raw.ga_client_id, client_id, cookies.ga, "browser_ids.ga_client_id");
    ids.ga_session_id =
        pick(&raw.ga_session_id, session_id, cookies.ga_session, "browser_ids.ga_session_id");
    ids.rdt_uuid = pick(&raw.rdt_uuid, capture::rdt_uuid, cookies.rdt_uuid, "browser_ids.rdt_uuid");
    ids.uet_vid = pick(&raw.uet_vid, whole, cookies.uetvid, "browser_ids.uet_vid");
}

fn whole(text: &str) -> &str {
    text
}

/// The id in a cookie's form, also where that form holds itself: what is written reads back the same.
fn innermost(mut text: &str, part: fn(&str) -> &str) -> &str {
    loop {
        match part(text) {
            inner if inner.len() < text.len() => text = inner,
            _ => return text,
        }
    }
}

/// The field, else the first of the other sources that holds a sound id.
fn pick(
    raw: &Raw<'_>,
    sources: [Option<&str>; 2],
    check: Check,
    field: &'static str,
    issues: &mut Issues,
) -> Option<OpaqueId> {
    let [first, second] = sources;
    let given = raw.as_text(field, issues).map(trimmed);
    first_sound([given, first, second], check, field, issues)
}

fn first_sound<const N: usize>(
    ids: [Option<&str>; N],
    check: Check,
    field: &'static str,
    issues: &mut Issues,
) -> Option<OpaqueId> {
    ids.into_iter().flatten().find_map(|id| checked(id, check, field, issues))
}

fn checked(id: &str, check: Check, field: &'static str, issues: &mut Issues) -> Option<OpaqueId> {
    let sound = check(id).and_then(|()| OpaqueId::new(id).map_err(|error| error.code()));
    sound.map_err(|code| issues.dropped(code, field)).ok()
}

const DAY: i64 = 86_400;
