//! What the two uploads of the Google Ads API share: the account, the request and the answer.

use predispatch_types::Timestamp;
use serde_json::Value;

use super::takes_action;
use crate::{
    Envelope,
    account::{AccountError, AccountKeys, given, number, required},
    answer::{Answer, Response, Row, Why},
    facts::Facts,
    identity::Hashes,
    json::{self, Hash},
    rejection::Rejection,
    rules::ApiVersion,
};

/// Versions of the Google Ads API. When each ends could not be read.
pub(crate) const VERSIONS: &[ApiVersion] = &[
    ApiVersion::new("v26"),
    ApiVersion::new("v25"),
    ApiVersion::new("v24"),
    ApiVersion::new("v23"),
];

/// Most conversions or adjustments of a request.
pub(crate) const MOST_ROWS: usize = 2_000;

/// Most identifiers of a conversion or adjustment.
pub(crate) const MOST_IDENTIFIERS: usize = 5;

/// An account of Google Ads. To the Ads API the sender adds its developer token.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Customer {
    id: Box<str>,
    login_id: Option<Box<str>>,
}

impl Customer {
    pub(crate) fn new(operating_account_id: &str) -> Result<Self, AccountError> {
        Ok(Self { id: number("operating_account_id", operating_account_id, 20)?, login_id: None })
    }

    pub(crate) fn with_login(self, login_account_id: &str) -> Result<Self, AccountError> {
        Ok(Self { login_id: Some(number("login_account_id", login_account_id, 20)?), ..self })
    }

    pub(crate) fn from_keys(keys: &AccountKeys) -> Result<Self, AccountError> {
        let id = required("operating_account_id", keys.operating_account_id.as_ref())?;
        let customer = Self::new(id)?;
        if keys.event_names.is_empty() {
            required("conversion_action_id", keys.conversion_action_id.as_ref())?;
        }
        match given(keys.login_account_id.as_deref()) {
            Some(login) => customer.with_login(login),
            None => Ok(customer),
        }
    }

    /// Its number.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// The manager account that signs in.
    pub(crate) fn login_id(&self) -> Option<&str> {
        self.login_id.as_deref()
    }

    /// The resource name of one of its conversion actions.
    pub(crate) fn action(&self, action: &str) -> Result<String, Rejection> {
        if !takes_action(action) {
            return Err(Rejection::NoMapping);
        }
        Ok(format!("customers/{}/conversionActions/{action}", self.id))
    }

    /// The request around a list of rows. Without `partialFailure` one bad row refuses all.
    pub(crate) fn envelope(
        &self,
        method: &str,
        list: &str,
        version: &str,
        test: Option<&str>,
    ) -> Envelope {
        let id = &self.id;
        let validate = if test.is_some() { ",\"validateOnly\":true" } else { "" };
        let login = self.login_id.iter().map(|login| ("login-customer-id", (**login).to_owned()));
        Envelope {
            account: None,
            url: format!("https://googleads.googleapis.com/{version}/customers/{id}:{method}"),
            head: format!("{{\"{list}\":[").into(),
            tail: format!("],\"partialFailure\":true{validate}}}").into(),
            headers: login.collect(),
        }
    }
}

/// `yyyy-mm-dd hh:mm:ss+00:00`: whole seconds, and no `Z`.
pub(crate) fn date_time(time: Timestamp) -> String {
    let text = Timestamp::from_unix_secs(time.unix_secs()).to_string();
    text.replace('T', " ").replace('Z', "+00:00")
}

/// E-mail addresses and telephone numbers, as many as there is room for.
pub(crate) struct Contacts {
    emails: Hashes,
    phones: Hashes,
}

impl Contacts {
    pub(crate) fn of(facts: &mut Facts<'_, '_>, room: usize) -> Self {
        let emails = facts.hashes(predispatch_pii::Kind::Email, room);
        let room = room.saturating_sub(emails.len());
        let phones = facts.hashes(predispatch_pii::Kind::Phone, room);
        Self { emails, phones }
    }

    pub(crate) fn none() -> Self {
        Self { emails: Hashes::new(), phones: Hashes::new() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.emails.is_empty() && self.phones.is_empty()
    }

    /// Each under its own key.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static str, &Hash)> {
        let emails = self.emails.iter().map(|hash| ("hashedEmail", hash));
        emails.chain(self.phones.iter().map(|hash| ("hashedPhoneNumber", hash)))
    }
}

/// One entry of `userIdentifiers`.
pub(crate) fn write_contact(out: &mut Vec<u8>, (key, hash): (&'static str, &Hash)) {
    json::object(out, |o| {
        o.text("userIdentifierSource", FIRST_PARTY);
        o.hash(key, Some(hash));
    });
}

pub(crate) const FIRST_PARTY: &str = "FIRST_PARTY";

/// What Google's answer means. Each row is judged on its own; the errors name their rows.
pub(crate) fn read_answer(response: &Response<'_>, sent: usize) -> Answer {
    let json = response.json();
    if response.is_success() {
        let kept = json.list("/results").filter(|rows| rows.len() == sent);
        return match json.list("/partialFailureError/details") {
            Some(details) => judged(details, kept),
            None if json.has("/partialFailureError") => Answer::Unknown,
            None if kept.is_some_and(|rows| !rows.iter().any(is_empty)) => Answer::Accepted,
            // A test is validated and has no results.
            None => Answer::Unknown,
        };
    }
    let details = json.list("/error/details").unwrap_or_default();
    if errors(details)
        .any(|error| code(error).is_some_and(|(_, code)| code == "UNSUPPORTED_VERSION"))
    {
        return Answer::Blocked { why: Why::Version };
    }
    match response.status {
        400 => {
            let places: Option<Vec<usize>> =
                errors(details).map(|error| place(error, sent)).collect();
            match places {
                Some(mut refused) if !refused.is_empty() => {
                    refused.sort_unstable();
                    refused.dedup();
                    Answer::Partly { refused, others_kept: false }
                }
                // Something of the request itself, or nothing that is told: every row would fail alike, for
                // what is wrong with one alone is a partial failure.
                _ => Answer::Blocked { why: Why::Invalid },
            }
        }
        _ => Answer::by_status(response),
    }
}

/// The rows of a partial failure. What no error names is accepted only with a result of its own, and has
/// failed without one, also where an error names no row. A row beyond the request makes all of them doubtful.
fn judged(details: &[Value], kept: Option<&[Value]>) -> Answer {
    let Some(kept) = kept else { return Answer::Unknown };
    let result = |row| if is_empty(row) { Row::Again } else { Row::Accepted };
    let mut rows: Vec<_> = kept.iter().map(result).collect();
    let mut named = vec![None; rows.len()];
    for error in errors(details) {
        let Some(place) = listed(error) else { continue };
        let Some(worst) = named.get_mut(place) else { return Answer::Unknown };
        // A row may have several errors; one for good is for good.
        *worst = (*worst).max(Some(of_error(error)));
    }
    if errors(details).next().is_none() {
        return Answer::Unknown;
    }
    for (row, worst) in rows.iter_mut().zip(named) {
        *row = worst.unwrap_or(*row);
    }
    Answer::of_rows(&rows)
}

/// What one error means for its row.
fn of_error(error: &Value) -> Row {
    match code(error).unwrap_or_default() {
        (_, code) if KEPT.contains(&code) => Row::Accepted,
        (_, "TOO_RECENT_CONVERSION") => Row::TooEarly(24 * 3_600),
        (_, "TOO_RECENT_CONVERSION_ACTION" | "TOO_RECENT_EVENT") => Row::TooEarly(6 * 3_600),
        // The tag's report may still be on its way.
        (_, "CONVERSION_NOT_FOUND") | ("quotaError", _) => Row::Again,
        (_, code) if OF_ACCOUNT.contains(&code) => Row::OfAccount,
        // Google's own fault: it may have been kept before.
        ("internalError", _) => Row::Doubtful,
        _ => Row::Refused,
    }
}

/// A failed row has an empty result.
fn is_empty(result: &Value) -> bool {
    result.as_object().is_none_or(serde_json::Map::is_empty)
}

fn errors(details: &[Value]) -> impl Iterator<Item = &Value> {
    details.iter().filter_map(|detail| detail.get("errors")?.as_array()).flatten()
}

/// The kind and the code, as in `{"conversionUploadError":"EXPIRED_EVENT"}`.
fn code(error: &Value) -> Option<(&str, &str)> {
    let (kind, code) = error.get("errorCode")?.as_object()?.iter().next()?;
    Some((kind, code.as_str()?))
}

/// The row that an error is about, if it is one of the request's.
fn place(error: &Value, sent: usize) -> Option<usize> {
    listed(error).filter(|place| *place < sent)
}

/// The place that an error names.
fn listed(error: &Value) -> Option<usize> {
    let elements = error.pointer("/location/fieldPathElements")?.as_array()?;
    let is_list = |element: &&Value| {
        let name = element.get("fieldName").and_then(Value::as_str);
        matches!(name, Some("conversions" | "conversion_adjustments" | "conversionAdjustments"))
    };
    let index = elements.iter().find(is_list)?.get("index")?;
    let place = index.as_u64().or_else(|| index.as_str()?.parse().ok())?;
    usize::try_from(place).ok()
}

/// It is there already, as after an answer that was lost.
const KEPT: [&str; 4] = [
    "CLICK_CONVERSION_ALREADY_EXISTS",
    "CONVERSION_ALREADY_ENHANCED",
    "CONVERSION_ALREADY_RETRACTED",
    "ORDER_ID_ALREADY_IN_USE",
];

/// What somebody has to settle for the account.
const OF_ACCOUNT: [&str; 5] = [
    "CUSTOMER_NOT_ACCEPTED_CUSTOMER_DATA_TERMS",
    "CUSTOMER_NOT_ALLOWLISTED_FOR_THIS_FEATURE",
    "CUSTOMER_NOT_ENABLED_ENHANCED_CONVERSIONS_FOR_LEADS",
    "INVALID_CONVERSION_ACTION_TYPE",
    "NO_CONVERSION_ACTION_FOUND",
];
