//! An event's fields as texts and numbers, before anything is made of them.
//!
//! JSON and CSV meet here; what the fields mean is in the other files of this folder.

use std::borrow::Cow;

use smallvec::SmallVec;

/// One value. `null` and the empty text are absent.
#[derive(Clone, Debug, Default)]
pub(crate) enum Raw<'a> {
    #[default]
    Absent,
    Text(Cow<'a, str>),
    Number(&'a str),
    Bool(bool),
    /// An object or a list in the place of one value.
    Wrong,
}

impl<'a> Raw<'a> {
    pub(crate) fn text(text: Cow<'a, str>) -> Self {
        if text.is_empty() { Self::Absent } else { Self::Text(text) }
    }

    pub(crate) const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

/// The values of a field that may have several.
pub(crate) type RawList<'a> = SmallVec<[Raw<'a>; 1]>;

/// Where a key's value goes.
pub(crate) enum Slot<'s, 'a> {
    One(&'s mut Raw<'a>),
    Many(&'s mut RawList<'a>),
    /// A list whose presence counts.
    Restriction(&'s mut Option<RawList<'a>>),
    Object(&'s mut dyn Fields<'a>),
    Items(&'s mut Vec<RawItem<'a>>),
    Scalars(&'s mut Vec<(Cow<'a, str>, Raw<'a>)>),
    Headers(&'s mut RawHeaders<'a>),
    /// Kept as JSON for another crate to read.
    Json(&'s mut Option<&'a str>),
}

/// An object of the schema.
pub(crate) trait Fields<'a> {
    /// The schema's key, its number within the object, and the place of its value.
    fn slot(&mut self, key: &str) -> Option<(&'static str, u8, Slot<'_, 'a>)>;

    /// A value of another type stands in the object's place.
    fn is_wrong(&mut self);

    /// The schema's keys, in its order.
    fn keys(&self) -> &'static [&'static str];
}

/// A header's name and value.
pub(crate) type Line<'a> = (Cow<'a, str>, Cow<'a, str>);

/// The request's headers.
#[derive(Debug, Default)]
pub(crate) struct RawHeaders<'a> {
    pub(crate) lines: Vec<Line<'a>>,
    pub(crate) is_given: bool,
    /// A list of pairs keeps the wire's order and case, an object does not.
    pub(crate) is_ordered: bool,
    pub(crate) is_wrong: bool,
}

impl RawHeaders<'_> {
    /// Global Privacy Control.
    pub(crate) const GPC: &'static str = "sec-gpc";

    /// A part that can't be read. If it speaks of Global Privacy Control, that stays as a line that
    /// can't be read: it may have been an objection.
    pub(crate) fn spoil(&mut self, text: &str) {
        self.is_wrong = true;
        if text.to_ascii_lowercase().contains(Self::GPC) {
            self.lines.push((Cow::Borrowed(Self::GPC), Cow::Borrowed("")));
        }
    }
}

/// Declares an object of plain fields: the struct and its keys in one place, so that they can't
/// differ.
macro_rules! fields {
    ($(#[$doc:meta])* $name:ident { $($key:ident: $kind:ident $type:ty),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Default)]
        pub(crate) struct $name<'a> {
            $(pub(crate) $key: $type,)*
            pub(crate) wrong: bool,
            marker: core::marker::PhantomData<&'a ()>,
        }

        impl<'a> Fields<'a> for $name<'a> {
            fn slot(&mut self, key: &str) -> Option<(&'static str, u8, Slot<'_, 'a>)> {
                #[allow(non_camel_case_types, reason = "numbered like the keys")]
                #[allow(clippy::enum_variant_names, reason = "numbered like the keys")]
                enum Number { $($key,)* }
                match key {
                    $(stringify!($key) => Some((
                        stringify!($key),
                        Number::$key as u8,
                        Slot::$kind(&mut self.$key),
                    )),)*
                    _ => None,
                }
            }

            fn is_wrong(&mut self) {
                self.wrong = true;
            }

            fn keys(&self) -> &'static [&'static str] {
                &[$(stringify!($key),)*]
            }
        }
    };
}

fields! {
    /// The whole event.
    RawEvent {
        event_name: One Raw<'a>,
        event_id: One Raw<'a>,
        event_time: One Raw<'a>,
        action_source: One Raw<'a>,
        event_source_url: One Raw<'a>,
        referrer_url: One Raw<'a>,
        source: One Raw<'a>,
        user: Object RawUser<'a>,
        user_hashed: Object RawUser<'a>,
        click_ids: Object RawClickIds<'a>,
        browser_ids: Object RawBrowserIds<'a>,
        client: Object RawClient<'a>,
        custom_data: Object RawCustomData<'a>,
        app: Object RawApp<'a>,
        customer: Object RawCustomer<'a>,
        original_event: Object RawOriginalEvent<'a>,
        consent: Json Option<&'a str>,
        jurisdiction: Object RawJurisdiction<'a>,
        person: Object RawPerson<'a>,
        vertical: One Raw<'a>,
        destinations: Restriction Option<RawList<'a>>,
    }
}

fields! {
    /// `user` and `user_hashed`.
    RawUser {
        email: Many RawList<'a>,
        phone: Many RawList<'a>,
        first_name: Many RawList<'a>,
        last_name: Many RawList<'a>,
        date_of_birth: One Raw<'a>,
        gender: One Raw<'a>,
        street: One Raw<'a>,
        city: Many RawList<'a>,
        region: Many RawList<'a>,
        postal_code: Many RawList<'a>,
        country: Many RawList<'a>,
        external_id: Many RawList<'a>,
        mobile_ad_id: One Raw<'a>,
        subscription_id: One Raw<'a>,
        lead_id: One Raw<'a>,
        company: One Raw<'a>,
        job_title: One Raw<'a>,
    }
}

fields! {
    /// `click_ids`.
    RawClickIds {
        fbclid: One Raw<'a>,
        fbclid_seen_at: One Raw<'a>,
        fbc: One Raw<'a>,
        gclid: One Raw<'a>,
        gbraid: One Raw<'a>,
        wbraid: One Raw<'a>,
        dclid: One Raw<'a>,
        ttclid: One Raw<'a>,
        li_fat_id: One Raw<'a>,
        sc_click_id: One Raw<'a>,
        epik: One Raw<'a>,
        rdt_cid: One Raw<'a>,
        msclkid: One Raw<'a>,
        twclid: One Raw<'a>,
    }
}

fields! {
    /// `browser_ids`.
    RawBrowserIds {
        fbp: One Raw<'a>,
        ttp: One Raw<'a>,
        sc_cookie1: One Raw<'a>,
        ga_client_id: One Raw<'a>,
        ga_session_id: One Raw<'a>,
        rdt_uuid: One Raw<'a>,
        uet_vid: One Raw<'a>,
    }
}

fields! {
    /// `client`.
    RawClient {
        ip: One Raw<'a>,
        user_agent: One Raw<'a>,
        language: One Raw<'a>,
        headers: Headers RawHeaders<'a>,
        request_kind: One Raw<'a>,
        signals: Json Option<&'a str>,
    }
}

fields! {
    /// `custom_data`.
    RawCustomData {
        currency: One Raw<'a>,
        value: One Raw<'a>,
        order_id: One Raw<'a>,
        items: Items Vec<RawItem<'a>>,
        content_type: One Raw<'a>,
        content_name: One Raw<'a>,
        content_category: One Raw<'a>,
        num_items: One Raw<'a>,
        search_string: One Raw<'a>,
        status: One Raw<'a>,
        predicted_ltv: One Raw<'a>,
        coupon: One Raw<'a>,
        shipping: One Raw<'a>,
        tax: One Raw<'a>,
        delivery_category: One Raw<'a>,
        properties: Scalars Vec<(Cow<'a, str>, Raw<'a>)>,
    }
}

fields! {
    /// One of `custom_data.items`.
    RawItem {
        id: One Raw<'a>,
        name: One Raw<'a>,
        category: One Raw<'a>,
        brand: One Raw<'a>,
        variant: One Raw<'a>,
        quantity: One Raw<'a>,
        price: One Raw<'a>,
        coupon: One Raw<'a>,
        discount: One Raw<'a>,
    }
}

fields! {
    /// `app`.
    RawApp {
        id: One Raw<'a>,
        name: One Raw<'a>,
        version: One Raw<'a>,
        platform: One Raw<'a>,
        advertiser_tracking_enabled: One Raw<'a>,
        application_tracking_enabled: One Raw<'a>,
        extinfo: Many RawList<'a>,
    }
}

fields! {
    /// `customer`.
    RawCustomer {
        new_customer: One Raw<'a>,
        segment: One Raw<'a>,
    }
}

fields! {
    /// `original_event`.
    RawOriginalEvent {
        event_name: One Raw<'a>,
        event_time: One Raw<'a>,
        event_id: One Raw<'a>,
        order_id: One Raw<'a>,
    }
}

fields! {
    /// `jurisdiction`.
    RawJurisdiction {
        country: One Raw<'a>,
        region: One Raw<'a>,
    }
}

fields! {
    /// `person`.
    RawPerson {
        age: One Raw<'a>,
        minor: One Raw<'a>,
        birth_date: One Raw<'a>,
        erased: One Raw<'a>,
        objected: One Raw<'a>,
    }
}
