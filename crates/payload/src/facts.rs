//! The event as one platform may see it.
//!
//! A platform's module gets at an event only through here. What a strip list takes is not there; each
//! field that was asked for is noted, so that what the platform has no place for is reported without
//! a list of it anywhere.

use std::borrow::Cow;

use predispatch_consent::{Flags, Grant};
use predispatch_event::{App, Event, Item, OriginalEvent, Scalar, Text};
use predispatch_pii::{DeviceSystem, Format, Kind, NormalForm, UrlOptions, UrlPolicy, scrub_url};
use predispatch_types::{Issue, Money, Severity, Stage, Timestamp};

use crate::{
    field::{Field, Fields},
    identity::{Found, Hashes, Identity, NOT_PORTABLE},
    present::Present,
    rejection::Rejection,
};

pub(crate) struct Facts<'p, 'e> {
    pub(crate) event: &'e Event,
    whole: &'p Present<'e>,
    pub(crate) format: Format,
    pub(crate) flags: &'p Flags,
    pub(crate) now: Timestamp,
    identity: &'p mut Identity<'e>,
    present: Fields,
    hidden: Fields,
    /// Whatever the strip lists name, whether the event has it or not.
    listed: Fields,
    asked: Fields,
    issues: Vec<Issue>,
    /// Until when the platform takes the event; `None`: no limit is known.
    good_until: Option<Timestamp>,
}

impl<'p, 'e> Facts<'p, 'e> {
    pub(crate) fn new(
        whole: &'p Present<'e>,
        identity: &'p mut Identity<'e>,
        format: Format,
        flags: &'p Flags,
        now: Timestamp,
    ) -> Self {
        let entries = flags.strip.iter().flat_map(|list| list.fields());
        let listed =
            entries.fold(Fields::default(), |all, entry| all.union(Fields::of_entry(entry)));
        // An amount without its currency would be in the account's.
        let listed = if listed.has(Field::Currency) { listed.union(AMOUNTS) } else { listed };
        let (event, present) = (whole.event, whole.fields);
        // Who does not want to be tracked is not followed by their device's id, whatever else a platform
        // may be told of that; and a refusal is no data to be spared.
        let tracking = event.app().and_then(|app| app.advertiser_tracking_enabled);
        let is_refused = tracking == Some(false);
        let mut listed = listed;
        if is_refused {
            listed.remove(Field::AdvertiserTracking);
        }
        let hidden = present.and(listed);
        let mut facts = Self {
            event,
            whole,
            format,
            flags,
            now,
            identity,
            present: present.without(hidden),
            hidden,
            listed,
            asked: Fields::default(),
            issues: Vec::new(),
            good_until: None,
        };
        for field in hidden.iter() {
            facts.report("stripped", field, Severity::Dropped);
        }
        if is_refused && facts.present.has(Field::MobileAdId) {
            facts.present.remove(Field::MobileAdId);
            facts.report("consent_denied", Field::MobileAdId, Severity::Dropped);
        }
        facts
    }

    /// Whether what happened at `time` is no older than the platform takes it. Of several limits the
    /// nearest says until when the payload is good.
    pub(crate) fn within(&mut self, time: Timestamp, limit_secs: i64) -> Result<(), Rejection> {
        let last = time.plus_secs(limit_secs);
        if self.now > last {
            return Err(Rejection::TooOld { age_secs: self.now.secs_since(time), limit_secs });
        }
        self.not_after(last);
        Ok(())
    }

    /// The payload is good until that moment at most.
    pub(crate) fn not_after(&mut self, last: Timestamp) {
        self.good_until = Some(self.good_until.map_or(last, |until| until.min(last)));
    }

    /// The last moment at which the platform takes the event.
    pub(crate) const fn good_until(&self) -> Option<Timestamp> {
        self.good_until
    }

    /// Notes what became of a field.
    pub(crate) fn report(&mut self, code: &'static str, field: Field, severity: Severity) {
        let issue = Issue::new(code, Stage::Payload, field.as_str(), severity);
        self.issues.push(issue.at(self.format.platform()));
    }

    /// Notes something about a fact that is no field of the payload, such as the event's name.
    pub(crate) fn note(&mut self, code: &'static str, key: &'static str, severity: Severity) {
        let issue = Issue::new(code, Stage::Payload, key, severity);
        self.issues.push(issue.at(self.format.platform()));
    }

    /// Whether the event has this field and may show it. From now on it counts as asked for.
    pub(crate) const fn has(&mut self, field: Field) -> bool {
        self.asked.insert(field);
        self.present.has(field)
    }

    /// A text or an id.
    pub(crate) fn text(&mut self, field: Field) -> Option<&'e str> {
        if self.has(field) { self.whole.text(field) } else { None }
    }

    /// A text of at most `max` bytes; a longer one is left out, never cut.
    pub(crate) fn text_within(&mut self, field: Field, max: usize) -> Option<&'e str> {
        let text = self.text(field)?;
        if text.len() > max {
            self.report("too_long_for_platform", field, Severity::Dropped);
            return None;
        }
        Some(text)
    }

    /// A text of at most `most` characters; a longer one is left out, never cut.
    pub(crate) fn text_of_chars(&mut self, field: Field, most: usize) -> Option<&'e str> {
        let text = self.text(field)?;
        if text.chars().count() > most {
            self.report("too_long_for_platform", field, Severity::Dropped);
            return None;
        }
        Some(text)
    }

    /// One of a closed list of words.
    pub(crate) fn word(&mut self, field: Field, words: &[&'static str]) -> Option<&'static str> {
        let text = self.text(field)?;
        let word = words.iter().find(|word| **word == text).copied();
        if word.is_none() {
            self.report("not_in_platform_list", field, Severity::Dropped);
        }
        word
    }

    /// An amount; a negative one is left out.
    pub(crate) fn money(&mut self, field: Field) -> Option<Money> {
        if !self.has(field) {
            return None;
        }
        let custom = self.event.custom_data();
        let money = match field {
            Field::Value => custom.value,
            Field::PredictedLtv => custom.predicted_ltv,
            Field::Shipping => custom.shipping,
            Field::Tax => custom.tax,
            _ => None,
        }?;
        if money.minor_units() < 0 {
            self.report("value_negative", field, Severity::Dropped);
            return None;
        }
        Some(money)
    }

    /// The currency's code in upper case.
    pub(crate) fn currency(&mut self) -> Option<&'static str> {
        if !self.has(Field::Currency) {
            return None;
        }
        self.event.custom_data().currency.map(|currency| currency.as_str())
    }

    /// The currency where an amount goes, be it of a line only; alone it says nothing and is left out.
    pub(crate) fn currency_of(
        &mut self,
        worth: Option<Money>,
        items: &[Item],
    ) -> Option<&'static str> {
        let currency = self.currency()?;
        if worth.is_none() && items.iter().all(|item| item.price.is_none()) {
            self.report("currency_without_value", Field::Currency, Severity::Dropped);
            return None;
        }
        Some(currency)
    }

    /// What the event is worth, with its currency: both or neither. A negative worth is a refund,
    /// which no platform takes under another event's name.
    pub(crate) fn worth(&mut self) -> Result<Option<Money>, Rejection> {
        let stated = self.event.custom_data().value;
        let value = self.money(Field::Value);
        if stated.is_some_and(|money| money.minor_units() < 0) {
            return Err(Rejection::NegativeValue);
        }
        self.currency();
        Ok(value)
    }

    /// A count.
    pub(crate) fn num_items(&mut self) -> Option<i64> {
        if !self.has(Field::NumItems) {
            return None;
        }
        self.event.custom_data().num_items.map(i64::from)
    }

    /// The lines of a cart that have an id, if the platform takes `parts` of them.
    pub(crate) fn items(&mut self, parts: &[Field]) -> Cow<'e, [Item]> {
        for part in parts {
            self.has(*part);
        }
        if !self.has(Field::Items) {
            return Cow::Borrowed(&[]);
        }
        let items: &'e [Item] = &self.event.custom_data().items;
        let negative = |item: &Item| item.price.is_some_and(|price| price.minor_units() < 0);
        let nameless = items.iter().any(|item| item.id.is_none());
        let negatives = items.iter().any(negative);
        if !nameless && !negatives {
            return Cow::Borrowed(items);
        }
        if nameless {
            self.report("item_without_id", Field::Items, Severity::Dropped);
        }
        if negatives {
            self.report("value_negative", Field::ItemPrice, Severity::Dropped);
        }
        let mut items: Vec<Item> = items.iter().filter(|item| item.id.is_some()).cloned().collect();
        for item in items.iter_mut().filter(|item| negative(item)) {
            item.price = None;
        }
        Cow::Owned(items)
    }

    /// The address of a page: without personal data, and without detail where the permit says so.
    pub(crate) fn url(&mut self, field: Field) -> Option<Cow<'e, str>> {
        if !self.has(field) {
            return None;
        }
        let url = match field {
            Field::ReferrerUrl => self.event.referrer_url(),
            _ => self.event.event_source_url(),
        }?;
        let whole = url.as_str();
        let mut url = Cow::Borrowed(whole);
        let is_strict = self.flags.strip.iter().any(|list| list.url_is_strict());
        if is_strict {
            let Ok(shorter) = scrub_url(&url, &UrlOptions::new(UrlPolicy::Strict).cut_path())
            else {
                self.report("url_unreadable", field, Severity::Dropped);
                return None;
            };
            url = Cow::Owned(shorter.as_str().to_owned());
        }
        // In the query stand the words that were searched (`utm_term`), and click ids, also those that are
        // too old or misshapen to be the event's.
        let are_denied = self.flags.ad_storage == Some(Grant::Denied);
        if (is_strict || are_denied || !self.listed.and(CLICK_IDS).is_empty())
            && let Some(end) = url.find('?')
        {
            url.to_mut().truncate(end);
        }
        if matches!(&url, Cow::Owned(cut) if cut != whole) {
            self.report("url_cut", field, Severity::Corrected);
        }
        Some(url)
    }

    /// The public address of the person's device or network.
    pub(crate) fn ip(&mut self) -> Option<core::net::IpAddr> {
        if self.has(Field::Ip) { self.whole.ip } else { None }
    }

    /// What the person answered the app that asked to track them. A no is told whatever else of the app
    /// is stripped.
    pub(crate) fn advertiser_tracking(&mut self) -> Option<bool> {
        if !self.has(Field::AdvertiserTracking) {
            return None;
        }
        self.event.app()?.advertiser_tracking_enabled
    }

    pub(crate) fn app(&mut self, fields: &[Field]) -> Option<&'e App> {
        // A stripped part would be reachable through the whole: then the whole is not there.
        let shown = fields.iter().fold(true, |shown, field| {
            self.has(*field);
            shown && !self.hidden.has(*field)
        });
        if shown { self.event.app() } else { None }
    }

    pub(crate) fn original_event(&mut self) -> Option<&'e OriginalEvent> {
        let fields =
            [Field::OriginalName, Field::OriginalTime, Field::OriginalId, Field::OriginalOrderId];
        let shown = fields.into_iter().fold(true, |shown, field| {
            self.has(field);
            shown && !self.hidden.has(field)
        });
        if shown { self.event.original_event() } else { None }
    }

    /// The sender's own properties. Those named in `reserved` are the platform's words: they are
    /// reported, and left out by whoever writes.
    pub(crate) fn properties(&mut self, reserved: &[&str]) -> &'e [(Text, Scalar)] {
        if !self.has(Field::Properties) {
            return &[];
        }
        let properties: &'e [(Text, Scalar)] = &self.event.custom_data().properties;
        if properties.iter().any(|(key, _)| reserved.contains(&key.as_str())) {
            self.report("property_is_platform_key", Field::Properties, Severity::Dropped);
        }
        properties
    }

    pub(crate) fn new_customer(&mut self) -> Option<bool> {
        if self.has(Field::NewCustomer) { self.event.customer().new_customer } else { None }
    }

    /// The digests of a kind; at most `most`, for platforms that take one.
    #[inline]
    pub(crate) fn hashes(&mut self, kind: Kind, most: usize) -> Hashes {
        let field = field_of(kind);
        // Most events have few kinds; asking for the others costs a bit.
        if self.has(field) { self.digests(kind, field, most) } else { Hashes::new() }
    }

    fn digests(&mut self, kind: Kind, field: Field, most: usize) -> Hashes {
        let (format, identity) = (self.format, &mut *self.identity);
        let mut found = Found::default();
        let hashes = match kind {
            Kind::Email => identity.email.hashes(format, most, &mut found),
            Kind::Phone => identity.phone.hashes(format, most, &mut found),
            Kind::FirstName => identity.first_name.hashes(format, most, &mut found),
            Kind::LastName => identity.last_name.hashes(format, most, &mut found),
            Kind::DateOfBirth => identity.date_of_birth.hashes(format, most, &mut found),
            Kind::Gender => identity.gender.hashes(format, most, &mut found),
            Kind::Street => identity.street.hashes(format, most, &mut found),
            Kind::City => identity.city.hashes(format, most, &mut found),
            Kind::Region => identity.region.hashes(format, most, &mut found),
            Kind::PostalCode => identity.postal_code.hashes(format, most, &mut found),
            Kind::Country => identity.country.hashes(format, most, &mut found),
            Kind::ExternalId => identity.external_id.hashes(format, most, &mut found),
            Kind::MobileAdId => identity.mobile_ad_id.hashes(format, most, &mut found),
            _ => return Hashes::new(),
        };
        self.report_found(field, found);
        hashes
    }

    /// The first value of a kind that the platform takes in clear.
    pub(crate) fn plain(&mut self, kind: Kind) -> Option<NormalForm<'e>> {
        let field = field_of(kind);
        if !self.has(field) {
            return None;
        }
        let (format, identity) = (self.format, &mut *self.identity);
        let (form, found) = match kind {
            Kind::FirstName => identity.first_name.plain(format),
            Kind::LastName => identity.last_name.plain(format),
            Kind::City => identity.city.plain(format),
            Kind::Region => identity.region.plain(format),
            Kind::PostalCode => identity.postal_code.plain(format),
            Kind::Country => identity.country.plain(format),
            Kind::ExternalId => identity.external_id.plain(format),
            Kind::MobileAdId => identity.mobile_ad_id.plain(format),
            _ => return None,
        };
        self.report_found(field, found);
        form
    }

    fn report_found(&mut self, field: Field, found: Found) {
        let mut report = |code, severity| {
            let issue = Issue::new(code, Stage::Identity, field.as_str(), severity);
            self.issues.push(issue.at(self.format.platform()));
        };
        if let Some(reason) = found.withheld {
            report(reason.code(), Severity::Dropped);
        }
        if found.too_many {
            report("more_than_platform_takes", Severity::Dropped);
        }
        if found.by_sender {
            report(NOT_PORTABLE, Severity::Noted);
        }
    }

    /// The system of the device: the app's, else that of its advertising id. A module that sends
    /// something by it says so with [`has`](Self::has).
    pub(crate) fn system(&self) -> Option<DeviceSystem> {
        let app = self.event.app().filter(|_| !self.hidden.has(Field::AppPlatform));
        let id = self.event.user().mobile_ad_id.as_ref();
        let id = id.filter(|_| !self.hidden.has(Field::MobileAdId));
        app.and_then(|app| app.platform).or_else(|| id.and_then(|id| id.system()))
    }

    /// Every issue; what the platform was never asked to carry is among them.
    pub(crate) fn into_issues(mut self) -> Vec<Issue> {
        let not_taken = self.present.without(self.asked);
        self.issues.reserve_exact(not_taken.count());
        for field in not_taken.iter() {
            self.report("not_taken_by_platform", field, Severity::Noted);
        }
        self.issues
    }

    /// The issues so far, for a rejection: it does not matter then what else would have been left
    /// out.
    pub(crate) fn into_issues_so_far(self) -> Vec<Issue> {
        self.issues
    }
}

const fn field_of(kind: Kind) -> Field {
    match kind {
        Kind::Phone => Field::Phone,
        Kind::FirstName => Field::FirstName,
        Kind::LastName => Field::LastName,
        Kind::DateOfBirth => Field::DateOfBirth,
        Kind::Gender => Field::Gender,
        Kind::Street => Field::Street,
        Kind::City => Field::City,
        Kind::Region => Field::Region,
        Kind::PostalCode => Field::PostalCode,
        Kind::Country => Field::Country,
        Kind::ExternalId => Field::ExternalId,
        Kind::MobileAdId => Field::MobileAdId,
        _ => Field::Email,
    }
}

/// What needs a currency.
const AMOUNTS: Fields = Fields::EMPTY
    .with(Field::Value, true)
    .with(Field::PredictedLtv, true)
    .with(Field::Shipping, true)
    .with(Field::Tax, true)
    .with(Field::Items, true);

const CLICK_IDS: Fields = Fields::EMPTY
    .with(Field::Fbc, true)
    .with(Field::Gclid, true)
    .with(Field::Gbraid, true)
    .with(Field::Wbraid, true)
    .with(Field::Dclid, true)
    .with(Field::Ttclid, true)
    .with(Field::LiFatId, true)
    .with(Field::ScClickId, true)
    .with(Field::Epik, true)
    .with(Field::RdtCid, true)
    .with(Field::Msclkid, true)
    .with(Field::Twclid, true);
