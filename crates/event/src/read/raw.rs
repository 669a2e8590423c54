//! An event's fields as texts and numbers, before anything is made of them.
//!
//! JSON and CSV meet here; what the fields mean is in the other files of this folder.

use predispatch_consent::Signals;
use smallvec::SmallVec;

/// One value. `null` and the empty text are absent.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum Raw<'a> {
    #[default]
    Absent,
    Text(&'a str),
    Number(&'a str),
    Bool(bool),
    /// An object or a list in the place of one value.
    Wrong,
}

impl<'a> Raw<'a> {
    pub(crate) const fn text(text: &'a str) -> Self {
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
    Scalars(&'s mut Vec<(&'a str, Raw<'a>)>),
    Headers(&'s mut RawHeaders<'a>),
    /// What the `consent` crate reads.
    Consent(&'s mut Option<Signals>),
    /// Kept as JSON for another crate to read.
    Json(&'s mut Option<&'a str>),
}

/// What a slot can be made of.
trait Holds<'a> {
    fn slot(&mut self) -> Slot<'_, 'a>;
}

impl<'a> Holds<'a> for Raw<'a> {
    fn slot(&mut self) -> Slot<'_, 'a> {
        Slot::One(self)
    }
}

impl<'a> Holds<'a> for RawList<'a> {
    fn slot(&mut self) -> Slot<'_, 'a> {
        Slot::Many(self)
    }
}

impl<'a> Holds<'a> for Option<RawList<'a>> {
    fn slot(&mut self) -> Slot<'_, 'a> {
        Slot::Restriction(self)
    }
}

/// An object that is not given costs nothing: it has no fields to set up, to look at and to drop.
impl<'a, T: Fields<'a> + Default> Holds<'a> for Option<T> {
    fn slot(&mut self) -> Slot<'_, 'a> {
        Slot::Object(self.get_or_insert_default())
    }
}

impl<'a> Holds<'a> for Vec<RawItem<'a>> {
    fn slot(&mut self) -> Slot<'_, 'a> {
        Slot::Items(self)
    }
}

impl<'a> Holds<'a> for Vec<(&'a str, Raw<'a>)> {
    fn slot(&mut self) -> Slot<'_, 'a> {
        Slot::Scalars(self)
    }
}

impl<'a> Holds<'a> for RawHeaders<'a> {
    fn slot(&mut self) -> Slot<'_, 'a> {
        Slot::Headers(self)
    }
}

impl<'a> Holds<'a> for Option<Signals> {
    fn slot(&mut self) -> Slot<'_, 'a> {
        Slot::Consent(self)
    }
}

impl<'a> Holds<'a> for Option<&'a str> {
    fn slot(&mut self) -> Slot<'_, 'a> {
        Slot::Json(self)
    }
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
pub(crate) type Line<'a> = (&'a str, &'a str);

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
        if text.to_ascii_lowercase().replace('_', "-").contains(Self::GPC) {
            self.lines.push((Self::GPC, ""));
        }
    }
}

/// Whether a header is Global Privacy Control, in any case, with white space around it, and as gateways
/// hand names on: `HTTP_SEC_GPC`, `sec_gpc` (CGI, RFC 3875, section 4.1.18).
pub(crate) fn is_gpc(name: &str) -> bool {
    let name = name.trim().as_bytes();
    let Some((before, own)) = name.split_last_chunk::<{ RawHeaders::GPC.len() }>() else {
        return false;
    };
    let stands_for = |text: &[u8], name: &[u8]| {
        let folded = text.iter().map(|byte| if *byte == b'_' { b'-' } else { *byte });
        folded.map(|byte| byte.to_ascii_lowercase()).eq(name.iter().copied())
    };
    stands_for(own, RawHeaders::GPC.as_bytes())
        && (before.is_empty() || stands_for(before, b"http-"))
}

/// Declares an object of plain fields: the struct and its keys in one place, so that they can't
/// differ.
macro_rules! fields {
    ($(#[$doc:meta])* $name:ident { $($key:ident: $type:ty),* $(,)? }) => {
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
                        self.$key.slot(),
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
        event_name: Raw<'a>,
        event_id: Raw<'a>,
        event_time: Raw<'a>,
        action_source: Raw<'a>,
        event_source_url: Raw<'a>,
        referrer_url: Raw<'a>,
        source: Raw<'a>,
        user: Option<RawUser<'a>>,
        user_hashed: Option<RawUser<'a>>,
        click_ids: Option<RawClickIds<'a>>,
        browser_ids: Option<RawBrowserIds<'a>>,
        client: Option<RawClient<'a>>,
        custom_data: Option<RawCustomData<'a>>,
        app: Option<RawApp<'a>>,
        customer: Option<RawCustomer<'a>>,
        original_event: Option<RawOriginalEvent<'a>>,
        consent: Option<Signals>,
        jurisdiction: Option<RawJurisdiction<'a>>,
        person: Option<RawPerson<'a>>,
        vertical: Raw<'a>,
        destinations: Option<RawList<'a>>,
    }
}

fields! {
    /// `user` and `user_hashed`.
    RawUser {
        email: RawList<'a>,
        phone: RawList<'a>,
        first_name: RawList<'a>,
        last_name: RawList<'a>,
        date_of_birth: Raw<'a>,
        gender: Raw<'a>,
        street: Raw<'a>,
        city: RawList<'a>,
        region: RawList<'a>,
        postal_code: RawList<'a>,
        country: RawList<'a>,
        external_id: RawList<'a>,
        mobile_ad_id: Raw<'a>,
        subscription_id: Raw<'a>,
        lead_id: Raw<'a>,
        company: Raw<'a>,
        job_title: Raw<'a>,
    }
}

fields! {
    /// `click_ids`.
    RawClickIds {
        fbclid: Raw<'a>,
        fbclid_seen_at: Raw<'a>,
        fbc: Raw<'a>,
        gclid: Raw<'a>,
        gbraid: Raw<'a>,
        wbraid: Raw<'a>,
        dclid: Raw<'a>,
        ttclid: Raw<'a>,
        li_fat_id: Raw<'a>,
        sc_click_id: Raw<'a>,
        epik: Raw<'a>,
        rdt_cid: Raw<'a>,
        msclkid: Raw<'a>,
        twclid: Raw<'a>,
    }
}

fields! {
    /// `browser_ids`.
    RawBrowserIds {
        fbp: Raw<'a>,
        ttp: Raw<'a>,
        sc_cookie1: Raw<'a>,
        ga_client_id: Raw<'a>,
        ga_session_id: Raw<'a>,
        rdt_uuid: Raw<'a>,
        uet_vid: Raw<'a>,
    }
}

fields! {
    /// `client`.
    RawClient {
        ip: Raw<'a>,
        user_agent: Raw<'a>,
        language: Raw<'a>,
        headers: RawHeaders<'a>,
        request_kind: Raw<'a>,
        signals: Option<&'a str>,
    }
}

fields! {
    /// `custom_data`.
    RawCustomData {
        currency: Raw<'a>,
        value: Raw<'a>,
        order_id: Raw<'a>,
        items: Vec<RawItem<'a>>,
        content_type: Raw<'a>,
        content_name: Raw<'a>,
        content_category: Raw<'a>,
        num_items: Raw<'a>,
        search_string: Raw<'a>,
        status: Raw<'a>,
        predicted_ltv: Raw<'a>,
        coupon: Raw<'a>,
        shipping: Raw<'a>,
        tax: Raw<'a>,
        delivery_category: Raw<'a>,
        properties: Vec<(&'a str, Raw<'a>)>,
    }
}

fields! {
    /// One of `custom_data.items`.
    RawItem {
        id: Raw<'a>,
        name: Raw<'a>,
        category: Raw<'a>,
        brand: Raw<'a>,
        variant: Raw<'a>,
        quantity: Raw<'a>,
        price: Raw<'a>,
        coupon: Raw<'a>,
        discount: Raw<'a>,
    }
}

fields! {
    /// `app`.
    RawApp {
        id: Raw<'a>,
        name: Raw<'a>,
        version: Raw<'a>,
        platform: Raw<'a>,
        advertiser_tracking_enabled: Raw<'a>,
        application_tracking_enabled: Raw<'a>,
        extinfo: RawList<'a>,
    }
}

fields! {
    /// `customer`.
    RawCustomer {
        new_customer: Raw<'a>,
        segment: Raw<'a>,
    }
}

fields! {
    /// `original_event`.
    RawOriginalEvent {
        event_name: Raw<'a>,
        event_time: Raw<'a>,
        event_id: Raw<'a>,
        order_id: Raw<'a>,
    }
}

fields! {
    /// `jurisdiction`.
    RawJurisdiction {
        country: Raw<'a>,
        region: Raw<'a>,
    }
}

fields! {
    /// `person`.
    RawPerson {
        age: Raw<'a>,
        minor: Raw<'a>,
        birth_date: Raw<'a>,
        erased: Raw<'a>,
        objected: Raw<'a>,
    }
}
