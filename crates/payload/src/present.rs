//! What an event has, before any platform's view of it.

use core::net::IpAddr;

use predispatch_event::{Event, Item};

use crate::field::{Field, Fields};

/// An event, and what would have to be searched or worked out anew for each platform that asks.
pub(crate) struct Present<'e> {
    pub(crate) event: &'e Event,
    pub(crate) fields: Fields,
    pub(crate) ip: Option<IpAddr>,
    user_agent: Option<&'e str>,
    language: Option<&'e str>,
}

impl<'e> Present<'e> {
    pub(crate) fn of(event: &'e Event) -> Self {
        let mut present = Self {
            event,
            fields: Fields::EMPTY,
            ip: event.client_ip(),
            user_agent: event.user_agent(),
            language: event.language(),
        };
        present.fields = fields(&present);
        present
    }

    /// The texts and ids of an event that need no rule of their own.
    pub(crate) fn text(&self, field: Field) -> Option<&'e str> {
        let event = self.event;
        let (user, clicks, browser) = (event.user(), event.click_ids(), event.browser_ids());
        let (custom, app) = (event.custom_data(), event.app());
        match field {
            Field::EventId => event.id().map(|id| id.as_str()),
            Field::SubscriptionId => user.subscription_id.as_ref().map(|id| id.as_str()),
            Field::LeadId => user.lead_id.as_ref().map(|id| id.as_str()),
            Field::Company => user.company.as_ref().map(|text| text.as_str()),
            Field::JobTitle => user.job_title.as_ref().map(|text| text.as_str()),
            Field::Fbc => clicks.fbc.as_ref().map(|id| id.as_str()),
            Field::Gclid => clicks.gclid.as_ref().map(|id| id.as_str()),
            Field::Gbraid => clicks.gbraid.as_ref().map(|id| id.as_str()),
            Field::Wbraid => clicks.wbraid.as_ref().map(|id| id.as_str()),
            Field::Dclid => clicks.dclid.as_ref().map(|id| id.as_str()),
            Field::Ttclid => clicks.ttclid.as_ref().map(|id| id.as_str()),
            Field::LiFatId => clicks.li_fat_id.as_ref().map(|id| id.as_str()),
            Field::ScClickId => clicks.sc_click_id.as_ref().map(|id| id.as_str()),
            Field::Epik => clicks.epik.as_ref().map(|id| id.as_str()),
            Field::RdtCid => clicks.rdt_cid.as_ref().map(|id| id.as_str()),
            Field::Msclkid => clicks.msclkid.as_ref().map(|id| id.as_str()),
            Field::Twclid => clicks.twclid.as_ref().map(|id| id.as_str()),
            Field::Fbp => browser.fbp.as_ref().map(|id| id.as_str()),
            Field::Ttp => browser.ttp.as_ref().map(|id| id.as_str()),
            Field::ScCookie1 => browser.sc_cookie1.as_ref().map(|id| id.as_str()),
            Field::GaClientId => browser.ga_client_id.as_ref().map(|id| id.as_str()),
            Field::GaSessionId => browser.ga_session_id.as_ref().map(|id| id.as_str()),
            Field::RdtUuid => browser.rdt_uuid.as_ref().map(|id| id.as_str()),
            Field::UetVid => browser.uet_vid.as_ref().map(|id| id.as_str()),
            Field::UserAgent => self.user_agent,
            Field::Language => self.language,
            Field::OrderId => custom.order_id.as_ref().map(|id| id.as_str()),
            Field::ContentType => custom.content_type.as_ref().map(|text| text.as_str()),
            Field::ContentName => custom.content_name.as_ref().map(|text| text.as_str()),
            Field::ContentCategory => custom.content_category.as_ref().map(|text| text.as_str()),
            Field::SearchString => custom.search_string.as_ref().map(|text| text.as_str()),
            Field::Status => custom.status.as_ref().map(|text| text.as_str()),
            Field::Coupon => custom.coupon.as_ref().map(|text| text.as_str()),
            Field::DeliveryCategory => custom.delivery_category.as_ref().map(|text| text.as_str()),
            Field::AppId => app?.id.as_ref().map(|id| id.as_str()),
            Field::AppName => app?.name.as_ref().map(|text| text.as_str()),
            Field::AppVersion => app?.version.as_ref().map(|text| text.as_str()),
            Field::OriginalOrderId => {
                event.original_event()?.order_id.as_ref().map(|id| id.as_str())
            }
            Field::Segment => event.customer().segment.as_ref().map(|text| text.as_str()),
            _ => None,
        }
    }
}

fn fields(present: &Present<'_>) -> Fields {
    let event = present.event;
    let all = Fields::default()
        .with(Field::EventId, event.id().is_some())
        .with(Field::EventSourceUrl, event.event_source_url().is_some())
        .with(Field::ReferrerUrl, event.referrer_url().is_some())
        .with(Field::NewCustomer, event.customer().new_customer.is_some())
        .with(Field::Segment, event.customer().segment.is_some())
        .with(Field::Ip, present.ip.is_some())
        .with(Field::UserAgent, present.user_agent.is_some())
        .with(Field::Language, present.language.is_some());
    let all = with_ids(with_user(all, event), event);
    with_app(with_custom_data(all, event), event)
}

fn with_user(all: Fields, event: &Event) -> Fields {
    let user = event.user();
    all.with(Field::Email, !user.email.is_empty())
        .with(Field::Phone, !user.phone.is_empty())
        .with(Field::FirstName, !user.first_name.is_empty())
        .with(Field::LastName, !user.last_name.is_empty())
        .with(Field::DateOfBirth, user.date_of_birth.is_some())
        .with(Field::Gender, user.gender.is_some())
        .with(Field::Street, user.street.is_some())
        .with(Field::City, !user.city.is_empty())
        .with(Field::Region, !user.region.is_empty())
        .with(Field::PostalCode, !user.postal_code.is_empty())
        .with(Field::Country, !user.country.is_empty())
        .with(Field::ExternalId, !user.external_id.is_empty())
        .with(Field::MobileAdId, user.mobile_ad_id.is_some())
        .with(Field::SubscriptionId, user.subscription_id.is_some())
        .with(Field::LeadId, user.lead_id.is_some())
        .with(Field::Company, user.company.is_some())
        .with(Field::JobTitle, user.job_title.is_some())
}

fn with_ids(all: Fields, event: &Event) -> Fields {
    let (clicks, browser) = (event.click_ids(), event.browser_ids());
    all.with(Field::Fbc, clicks.fbc.is_some())
        .with(Field::Gclid, clicks.gclid.is_some())
        .with(Field::Gbraid, clicks.gbraid.is_some())
        .with(Field::Wbraid, clicks.wbraid.is_some())
        .with(Field::Dclid, clicks.dclid.is_some())
        .with(Field::Ttclid, clicks.ttclid.is_some())
        .with(Field::LiFatId, clicks.li_fat_id.is_some())
        .with(Field::ScClickId, clicks.sc_click_id.is_some())
        .with(Field::Epik, clicks.epik.is_some())
        .with(Field::RdtCid, clicks.rdt_cid.is_some())
        .with(Field::Msclkid, clicks.msclkid.is_some())
        .with(Field::Twclid, clicks.twclid.is_some())
        .with(Field::Fbp, browser.fbp.is_some())
        .with(Field::Ttp, browser.ttp.is_some())
        .with(Field::ScCookie1, browser.sc_cookie1.is_some())
        .with(Field::GaClientId, browser.ga_client_id.is_some())
        .with(Field::GaSessionId, browser.ga_session_id.is_some())
        .with(Field::RdtUuid, browser.rdt_uuid.is_some())
        .with(Field::UetVid, browser.uet_vid.is_some())
}

fn with_custom_data(all: Fields, event: &Event) -> Fields {
    let custom = event.custom_data();
    let any = |has: fn(&Item) -> bool| custom.items.iter().any(has);
    all.with(Field::Currency, custom.currency.is_some())
        .with(Field::Value, custom.value.is_some())
        .with(Field::OrderId, custom.order_id.is_some())
        .with(Field::Items, !custom.items.is_empty())
        .with(Field::ItemName, any(|item| item.name.is_some()))
        .with(Field::ItemCategory, any(|item| item.category.is_some()))
        .with(Field::ItemBrand, any(|item| item.brand.is_some()))
        .with(Field::ItemVariant, any(|item| item.variant.is_some()))
        .with(Field::ItemQuantity, any(|item| item.quantity.is_some()))
        .with(Field::ItemPrice, any(|item| item.price.is_some()))
        .with(Field::ItemCoupon, any(|item| item.coupon.is_some()))
        .with(Field::ItemDiscount, any(|item| item.discount.is_some()))
        .with(Field::ContentType, custom.content_type.is_some())
        .with(Field::ContentName, custom.content_name.is_some())
        .with(Field::ContentCategory, custom.content_category.is_some())
        .with(Field::NumItems, custom.num_items.is_some())
        .with(Field::SearchString, custom.search_string.is_some())
        .with(Field::Status, custom.status.is_some())
        .with(Field::PredictedLtv, custom.predicted_ltv.is_some())
        .with(Field::Coupon, custom.coupon.is_some())
        .with(Field::Shipping, custom.shipping.is_some())
        .with(Field::Tax, custom.tax.is_some())
        .with(Field::DeliveryCategory, custom.delivery_category.is_some())
        .with(Field::Properties, !custom.properties.is_empty())
}

fn with_app(all: Fields, event: &Event) -> Fields {
    let all = match event.app() {
        None => all,
        Some(app) => all
            .with(Field::AppId, app.id.is_some())
            .with(Field::AppName, app.name.is_some())
            .with(Field::AppVersion, app.version.is_some())
            .with(Field::AppPlatform, app.platform.is_some())
            .with(Field::AdvertiserTracking, app.advertiser_tracking_enabled.is_some())
            .with(Field::ApplicationTracking, app.application_tracking_enabled.is_some())
            .with(Field::Extinfo, !app.extinfo.is_empty()),
    };
    match event.original_event() {
        None => all,
        Some(original) => all
            .with(Field::OriginalName, original.event_name.is_some())
            .with(Field::OriginalTime, original.event_time.is_some())
            .with(Field::OriginalId, original.event_id.is_some())
            .with(Field::OriginalOrderId, original.order_id.is_some()),
    }
}
