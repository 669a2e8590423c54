//! The event as JSON again.

use core::fmt::Write;

use predispatch_consent::Given;
use predispatch_pii::{DeviceSystem, Identifier};
use predispatch_types::{Money, Timestamp};

use crate::{
    ActionSource, Event, Item, OpaqueId, Scalar, Source, Text,
    json::{Object, push_text},
};

/// What may stand in written JSON.
///
/// There is no `Serialize` on an event: writing plain identifiers has to be said where it is done.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Disclose {
    /// Everything, plain identifiers among it: for a queue or a store inside the same trust boundary.
    /// It reads back as the same event.
    Everything,
    /// Everything but the person: no plain identifiers, address, user agent, headers, click and browser
    /// ids, order and event ids, consent strings, addresses of pages. For a log.
    NotThePerson,
}

impl Event {
    /// Writes the event as one line of canonical JSON: keys in the order of the schema, nothing that is
    /// absent.
    ///
    /// Left out are issues, unknown fields, device signals, and values of headers that no rule reads.
    ///
    /// ```
    /// use predispatch_event::{Disclose, Event, ReadOptions};
    ///
    /// let json = r#"{"event_name":"lead","event_time":1795197791,"user":{"email":" ADA@example.com"}}"#;
    /// let event = Event::from_json(json.as_bytes(), &ReadOptions::new())?;
    /// assert_eq!(
    ///     event.write_json(Disclose::Everything),
    ///     r#"{"event_name":"lead","event_time":"2026-11-20T18:03:11Z","user":{"email":"ada@example.com"}}"#,
    /// );
    /// assert_eq!(
    ///     event.write_json(Disclose::NotThePerson),
    ///     r#"{"event_name":"lead","event_time":"2026-11-20T18:03:11Z"}"#,
    /// );
    /// # Ok::<(), predispatch_event::EventError>(())
    /// ```
    pub fn write_json(&self, disclose: Disclose) -> String {
        let mut out = String::with_capacity(1_024);
        let with_person = disclose == Disclose::Everything;
        let mut event = Object::new(&mut out);
        if with_person || self.name.standard().is_some() {
            event.text("event_name", self.name.as_str());
        } else {
            event.text("event_name", "custom");
        }
        if let (true, Some(id)) = (with_person, self.id()) {
            event.text("event_id", id.as_str());
        }
        event.time("event_time", Some(self.time));
        if self.action_source != ActionSource::default() {
            event.text("action_source", self.action_source.as_str());
        }
        if with_person {
            event.some("event_source_url", self.event_source_url.as_ref().map(|url| url.as_str()));
            event.some("referrer_url", self.referrer_url.as_ref().map(|url| url.as_str()));
        }
        if self.source != Source::default() {
            event.text("source", self.source.as_str());
        }
        if with_person {
            event.object("user", |user| self.write_user(user));
            event.object("user_hashed", |user| self.write_hashed(user));
            event.object("click_ids", |ids| self.write_click_ids(ids));
            event.object("browser_ids", |ids| self.write_browser_ids(ids));
            event.object("client", |client| self.write_client(client));
        }
        event.object("custom_data", |data| self.write_custom_data(data, with_person));
        self.write_rest(&mut event, with_person);
        event.end();
        out
    }

    fn write_rest(&self, event: &mut Object<'_>, with_person: bool) {
        event.object("app", |app| self.write_app(app));
        event.object("customer", |customer| {
            customer.bool("new_customer", self.customer.new_customer);
            customer.some_text("segment", self.customer.segment.as_ref());
        });
        if with_person {
            event.object("original_event", |original| self.write_original(original));
            // Reading it never fails, and so doesn't writing it.
            let consent = serde_json::to_string(&self.consent).unwrap_or_default();
            if consent != "{}" {
                event.raw("consent", &consent);
            }
            event.object("jurisdiction", |place| match self.place {
                Given::Absent => {}
                Given::Unreadable => place.raw("country", "{}"),
                Given::Value(known) => {
                    place.text("country", known.country().as_str());
                    place.some("region", known.region().map(|region| region.code()));
                }
            });
            event.object("person", |person| {
                match self.person.age {
                    Given::Absent => {}
                    Given::Unreadable => person.raw("age", "{}"),
                    Given::Value(age) => person.raw("age", &age.to_string()),
                }
                match self.person.minor {
                    Given::Absent => {}
                    Given::Unreadable => person.raw("minor", "{}"),
                    Given::Value(minor) => person.bool("minor", Some(minor)),
                }
                match self.person.birth_date {
                    Given::Absent => {}
                    Given::Unreadable => person.raw("birth_date", "{}"),
                    Given::Value(date) => person.text("birth_date", &date.to_string()),
                }
                person.bool("erased", self.person.erased.then_some(true));
                person.bool("objected", self.person.objected.then_some(true));
            });
            event.some("vertical", self.vertical());
        }
        if self.destinations.is_restricted() {
            let names = self.destinations.iter().map(|platform| platform.as_str());
            event.list("destinations", names);
        }
    }

    fn write_user(&self, out: &mut Object<'_>) {
        let Some(user) = &self.user else { return };
        plain(out, "email", &user.email);
        plain(out, "phone", &user.phone);
        plain(out, "first_name", &user.first_name);
        plain(out, "last_name", &user.last_name);
        plain(out, "date_of_birth", user.date_of_birth.as_slice());
        plain(out, "gender", user.gender.as_slice());
        plain(out, "street", user.street.as_slice());
        plain(out, "city", &user.city);
        plain(out, "region", &user.region);
        plain(out, "postal_code", &user.postal_code);
        plain(out, "country", &user.country);
        plain(out, "external_id", &user.external_id);
        plain(out, "mobile_ad_id", user.mobile_ad_id.as_slice());
        out.some_id("subscription_id", user.subscription_id.as_ref());
        out.some_id("lead_id", user.lead_id.as_ref());
        out.some("company", user.company.as_ref().map(|text| text.as_str()));
        out.some("job_title", user.job_title.as_ref().map(|text| text.as_str()));
    }

    fn write_hashed(&self, out: &mut Object<'_>) {
        let Some(user) = &self.user else { return };
        hashed(out, "email", &user.email);
        hashed(out, "phone", &user.phone);
        hashed(out, "first_name", &user.first_name);
        hashed(out, "last_name", &user.last_name);
        hashed(out, "date_of_birth", user.date_of_birth.as_slice());
        hashed(out, "gender", user.gender.as_slice());
        hashed(out, "street", user.street.as_slice());
        hashed(out, "city", &user.city);
        hashed(out, "region", &user.region);
        hashed(out, "postal_code", &user.postal_code);
        hashed(out, "country", &user.country);
        // Beside a digest it says nothing new: what was given is not all plain.
        if user.is_country_lost && user.country.iter().all(|country| country.hashed().is_none()) {
            out.raw("country", "{}");
        }
        hashed(out, "external_id", &user.external_id);
        hashed(out, "mobile_ad_id", user.mobile_ad_id.as_slice());
    }

    fn write_click_ids(&self, out: &mut Object<'_>) {
        let ids = &self.click_ids;
        out.some_id("fbclid", ids.fbclid.as_ref());
        out.time("fbclid_seen_at", ids.fbclid_seen_at);
        out.some("fbc", ids.fbc.as_ref().map(|fbc| fbc.as_str()));
        out.some_id("gclid", ids.gclid.as_ref());
        out.some_id("gbraid", ids.gbraid.as_ref());
        out.some_id("wbraid", ids.wbraid.as_ref());
        out.some_id("dclid", ids.dclid.as_ref());
        out.some_id("ttclid", ids.ttclid.as_ref());
        out.some_id("li_fat_id", ids.li_fat_id.as_ref());
        out.some_id("sc_click_id", ids.sc_click_id.as_ref());
        out.some_id("epik", ids.epik.as_ref());
        out.some_id("rdt_cid", ids.rdt_cid.as_ref());
        out.some_id("msclkid", ids.msclkid.as_ref());
        out.some_id("twclid", ids.twclid.as_ref());
    }

    fn write_browser_ids(&self, out: &mut Object<'_>) {
        let ids = &self.browser_ids;
        out.some("fbp", ids.fbp.as_ref().map(|fbp| fbp.as_str()));
        out.some_id("ttp", ids.ttp.as_ref());
        out.some_id("sc_cookie1", ids.sc_cookie1.as_ref());
        out.some_id("ga_client_id", ids.ga_client_id.as_ref());
        out.some_id("ga_session_id", ids.ga_session_id.as_ref());
        out.some_id("rdt_uuid", ids.rdt_uuid.as_ref());
        out.some_id("uet_vid", ids.uet_vid.as_ref());
    }

    fn write_client(&self, out: &mut Object<'_>) {
        let client = &self.client;
        out.some("ip", client.ip().map(|ip| ip.to_string()).as_deref());
        out.some("user_agent", client.user_agent().present().filter(|text| !text.is_empty()));
        out.some("language", client.language().present().filter(|text| !text.is_empty()));
        if let Some(headers) = client.headers() {
            let mut json = String::from(if headers.is_ordered() { "[" } else { "{" });
            let mut names = std::collections::BTreeSet::new();
            // An object has each key once.
            let lines =
                headers.iter().filter(|(name, _)| names.insert(*name) || headers.is_ordered());
            for (index, (name, value)) in lines.enumerate() {
                if index > 0 {
                    json.push(',');
                }
                json.push_str(if headers.is_ordered() { "[" } else { "" });
                push_text(&mut json, name);
                json.push(if headers.is_ordered() { ',' } else { ':' });
                push_text(&mut json, value);
                json.push_str(if headers.is_ordered() { "]" } else { "" });
            }
            json.push(if headers.is_ordered() { ']' } else { '}' });
            out.raw("headers", &json);
        }
        out.some("request_kind", client.request_kind().map(|kind| kind.as_str()));
    }

    fn write_custom_data(&self, out: &mut Object<'_>, with_person: bool) {
        let data = &self.custom_data;
        out.some("currency", data.currency.map(|currency| currency.as_str()));
        match data.value {
            None if data.is_worth_lost => out.raw("value", "{}"),
            value => out.money("value", value),
        }
        if with_person {
            out.some_id("order_id", data.order_id.as_ref());
        }
        out.objects("items", &data.items, write_item);
        out.some_text("content_type", data.content_type.as_ref());
        out.some_text("content_name", data.content_name.as_ref());
        out.some_text("content_category", data.content_category.as_ref());
        out.count("num_items", data.num_items);
        if with_person {
            out.some_text("search_string", data.search_string.as_ref());
        }
        out.some_text("status", data.status.as_ref());
        out.money("predicted_ltv", data.predicted_ltv);
        out.some_text("coupon", data.coupon.as_ref());
        out.money("shipping", data.shipping);
        out.money("tax", data.tax);
        out.some_text("delivery_category", data.delivery_category.as_ref());
        if with_person {
            out.object("properties", |properties| {
                for (key, value) in &data.properties {
                    match value {
                        Scalar::Bool(truth) => properties.bool(key.as_str(), Some(*truth)),
                        Scalar::Number(number) => properties.raw(key.as_str(), number),
                        Scalar::Text(text) => properties.text(key.as_str(), text.as_str()),
                    }
                }
            });
        }
    }

    fn write_app(&self, out: &mut Object<'_>) {
        let Some(app) = &self.app else { return };
        out.some_id("id", app.id.as_ref());
        out.some_text("name", app.name.as_ref());
        out.some_text("version", app.version.as_ref());
        out.some(
            "platform",
            app.platform.map(|system| match system {
                DeviceSystem::Android => "android",
                _ => "ios",
            }),
        );
        out.bool("advertiser_tracking_enabled", app.advertiser_tracking_enabled);
        out.bool("application_tracking_enabled", app.application_tracking_enabled);
        if !app.extinfo.is_empty() {
            out.list("extinfo", app.extinfo.iter().map(|fact| &**fact));
        }
    }

    fn write_original(&self, out: &mut Object<'_>) {
        let Some(original) = &self.original_event else { return };
        out.some("event_name", original.event_name.as_ref().map(|name| name.as_str()));
        out.time("event_time", original.event_time);
        out.some("event_id", original.event_id.as_ref().map(|id| id.as_str()));
        out.some_id("order_id", original.order_id.as_ref());
    }
}

fn write_item(item: &Item, out: &mut Object<'_>) {
    out.some_id("id", item.id.as_ref());
    out.some_text("name", item.name.as_ref());
    out.some_text("category", item.category.as_ref());
    out.some_text("brand", item.brand.as_ref());
    out.some_text("variant", item.variant.as_ref());
    out.count("quantity", item.quantity);
    out.money("price", item.price);
    out.some_text("coupon", item.coupon.as_ref());
    out.money("discount", item.discount);
}

/// The plain ones of a field's values.
fn plain<I: Identifier>(out: &mut Object<'_>, key: &'static str, all: &[I]) {
    let forms: Vec<_> = all.iter().filter_map(Identifier::plain_text).collect();
    out.one_or_list(key, forms.iter().map(|form| form.as_str()));
}

/// The digests among a field's values, with Meta's mark if there was one.
fn hashed<I: Identifier>(out: &mut Object<'_>, key: &'static str, all: &[I]) {
    let digests: Vec<String> = all
        .iter()
        .filter_map(Identifier::hashed)
        .map(|hashed| {
            let mut text = hashed.sha256().hex().as_str().to_owned();
            if let Some(mark) = hashed.meta_suffix() {
                text.push('.');
                text.push_str(mark.as_str());
            }
            text
        })
        .collect();
    out.one_or_list(key, digests.iter().map(String::as_str));
}

impl Object<'_> {
    fn some_id(&mut self, key: &str, id: Option<&OpaqueId>) {
        self.some(key, id.map(OpaqueId::as_str));
    }

    fn some_text(&mut self, key: &str, text: Option<&Text>) {
        self.some(key, text.map(Text::as_str));
    }

    fn time(&mut self, key: &str, time: Option<Timestamp>) {
        if let Some(time) = time {
            let mut text = String::new();
            // Writing to a String does not fail.
            let _ = write!(text, "{time}");
            self.text(key, &text);
        }
    }

    /// All the currency's digits, as text: `1.299` as a number could be a thousand.
    fn money(&mut self, key: &str, money: Option<Money>) {
        if let Some(money) = money {
            self.text(key, &money.fixed_decimal().to_string());
        }
    }

    fn count(&mut self, key: &str, count: Option<u32>) {
        if let Some(count) = count {
            self.raw(key, &count.to_string());
        }
    }
}
