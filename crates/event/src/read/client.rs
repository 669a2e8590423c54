//! `client`: address, user agent, headers.

use predispatch_bot::client::{HeaderList, RequestKind};
use predispatch_bot::device::Signals;
use predispatch_types::trimmed;

use super::{
    issues::Issues,
    raw::{RawClient, RawHeaders, is_gpc},
};
use crate::{
    Event, TrustedProxies,
    client_ip::{public, read_address},
    split::{split, split_once},
};

pub(super) fn client(
    raw: &RawClient<'_>,
    proxies: Option<&TrustedProxies>,
    event: &mut Event,
    issues: &mut Issues,
) {
    if raw.wrong {
        issues.dropped("wrong_type", "client");
    }
    address(raw, proxies, event, issues);
    if let Some(text) = raw.user_agent.as_text("client.user_agent", issues)
        && let Err(error) = event.client.set_user_agent(text)
    {
        issues.dropped(error.code(), "client.user_agent");
    }
    if let Some(text) = raw.language.as_text("client.language", issues)
        && let Err(error) = event.client.set_language(text)
    {
        issues.dropped(error.code(), "client.language");
    }
    if !raw.language.is_absent() && event.language().is_none() {
        issues.dropped("language_not_a_tag", "client.language");
    }
    if let Some(word) = raw.request_kind.as_text("client.request_kind", issues) {
        match word.parse::<RequestKind>() {
            Ok(kind) => event.client.set_request_kind(kind),
            Err(error) => issues.dropped(error.code(), "client.request_kind"),
        }
    }
    headers(&raw.headers, event, issues);
    signals(raw.signals, event, issues);
    event.set_user_agent_to_send(issues);
}

/// The person's public address, or none.
fn address(
    raw: &RawClient<'_>,
    proxies: Option<&TrustedProxies>,
    event: &mut Event,
    issues: &mut Issues,
) {
    const FIELD: &str = "client.ip";
    let Some(text) = raw.ip.as_text(FIELD, issues) else { return };
    let Some(ip) = read_address(without_meta_mark(text)) else {
        issues.dropped("ip_unreadable", FIELD);
        return;
    };
    let resolved = match proxies {
        None => public(ip),
        Some(proxies) => proxies.resolve(ip, raw.headers.lines_of(proxies.header().as_str())),
    };
    match resolved {
        Ok(ip) => event.client.set_ip(ip),
        Err(error) => issues.dropped(error.code(), FIELD),
    }
}

/// Meta's parameter builder writes `203.0.113.24.AQQAAQMC`: an address is the part before a mark.
fn without_meta_mark(text: &str) -> &str {
    match text.rsplit_once('.') {
        Some((address, mark)) if predispatch_pii::MetaSuffix::parse(mark).is_ok() => address,
        _ => text,
    }
}

fn headers(raw: &RawHeaders<'_>, event: &mut Event, issues: &mut Issues) {
    const FIELD: &str = "client.headers";
    if raw.is_wrong {
        issues.dropped("wrong_type", FIELD);
    }
    // An incomplete list would make absences of what was left out.
    if !raw.is_given || raw.is_wrong {
        return;
    }
    let lines = raw.lines.iter().copied();
    let list = if raw.is_ordered {
        HeaderList::in_wire_order(lines)
    } else {
        HeaderList::unordered(lines)
    };
    match list {
        Ok(list) => event.client.set_headers(list),
        Err(error) => issues.dropped(error.code(), FIELD),
    }
}

/// What the collector in the page measured, as the `bot` crate reads it.
fn signals(raw: Option<&str>, event: &mut Event, issues: &mut Issues) {
    let Some(json) = raw.filter(|json| !matches!(*json, "null" | "\"\"")) else { return };
    match Signals::from_json(json) {
        Ok(signals) => event.client.set_signals(signals),
        Err(_) => issues.dropped("signals_unreadable", "client.signals"),
    }
}

/// The values of the request's cookies, in the order of the headers.
pub(super) fn cookies<'a>(headers: &RawHeaders<'a>) -> impl Iterator<Item = (&'a str, &'a str)> {
    headers.lines_of("cookie").flat_map(|line| split(line, b';')).filter_map(|pair| {
        let (name, value) = split_once(pair, b'=')?;
        Some((trimmed(name), trimmed(value).trim_matches('"')))
    })
}

impl<'a> RawHeaders<'a> {
    /// The lines of Global Privacy Control.
    pub(super) fn gpc_lines(&self) -> impl Iterator<Item = &'a str> {
        self.lines.iter().filter(|(own, _)| is_gpc(own)).map(|(_, value)| *value)
    }

    pub(super) fn lines_of(&self, name: &str) -> impl Iterator<Item = &'a str> {
        let lines = self.lines.iter().filter(move |(own, _)| is_named(own, name));
        lines.map(|(_, value)| *value)
    }
}

/// Whether a header has this name, in any case and with white space around it. Most differ in length.
fn is_named(own: &str, name: &str) -> bool {
    let is_bare = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = own.as_bytes();
    if own.len() == name.len() || (is_bare(bytes.first()) && is_bare(bytes.last())) {
        return own.eq_ignore_ascii_case(name);
    }
    own.trim().eq_ignore_ascii_case(name)
}
