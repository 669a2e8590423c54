//! The fields of an event that a payload may carry, and sets of them.

/// One of the event's fields, under the event's own key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Field {
    EventId,
    EventSourceUrl,
    ReferrerUrl,
    Email,
    Phone,
    FirstName,
    LastName,
    DateOfBirth,
    Gender,
    Street,
    City,
    Region,
    PostalCode,
    Country,
    ExternalId,
    MobileAdId,
    SubscriptionId,
    LeadId,
    Company,
    JobTitle,
    Fbc,
    Gclid,
    Gbraid,
    Wbraid,
    Dclid,
    Ttclid,
    LiFatId,
    ScClickId,
    Epik,
    RdtCid,
    Msclkid,
    Twclid,
    Fbp,
    Ttp,
    ScCookie1,
    GaClientId,
    GaSessionId,
    RdtUuid,
    UetVid,
    Ip,
    UserAgent,
    Language,
    Currency,
    Value,
    OrderId,
    Items,
    ItemName,
    ItemCategory,
    ItemBrand,
    ItemVariant,
    ItemQuantity,
    ItemPrice,
    ItemCoupon,
    ItemDiscount,
    ContentType,
    ContentName,
    ContentCategory,
    NumItems,
    SearchString,
    Status,
    PredictedLtv,
    Coupon,
    Shipping,
    Tax,
    DeliveryCategory,
    Properties,
    AppId,
    AppName,
    AppVersion,
    AppPlatform,
    AdvertiserTracking,
    ApplicationTracking,
    Extinfo,
    NewCustomer,
    Segment,
    OriginalName,
    OriginalTime,
    OriginalId,
    OriginalOrderId,
}

impl Field {
    pub(crate) const ALL: [Self; 79] = [
        Self::EventId,
        Self::EventSourceUrl,
        Self::ReferrerUrl,
        Self::Email,
        Self::Phone,
        Self::FirstName,
        Self::LastName,
        Self::DateOfBirth,
        Self::Gender,
        Self::Street,
        Self::City,
        Self::Region,
        Self::PostalCode,
        Self::Country,
        Self::ExternalId,
        Self::MobileAdId,
        Self::SubscriptionId,
        Self::LeadId,
        Self::Company,
        Self::JobTitle,
        Self::Fbc,
        Self::Gclid,
        Self::Gbraid,
        Self::Wbraid,
        Self::Dclid,
        Self::Ttclid,
        Self::LiFatId,
        Self::ScClickId,
        Self::Epik,
        Self::RdtCid,
        Self::Msclkid,
        Self::Twclid,
        Self::Fbp,
        Self::Ttp,
        Self::ScCookie1,
        Self::GaClientId,
        Self::GaSessionId,
        Self::RdtUuid,
        Self::UetVid,
        Self::Ip,
        Self::UserAgent,
        Self::Language,
        Self::Currency,
        Self::Value,
        Self::OrderId,
        Self::Items,
        Self::ItemName,
        Self::ItemCategory,
        Self::ItemBrand,
        Self::ItemVariant,
        Self::ItemQuantity,
        Self::ItemPrice,
        Self::ItemCoupon,
        Self::ItemDiscount,
        Self::ContentType,
        Self::ContentName,
        Self::ContentCategory,
        Self::NumItems,
        Self::SearchString,
        Self::Status,
        Self::PredictedLtv,
        Self::Coupon,
        Self::Shipping,
        Self::Tax,
        Self::DeliveryCategory,
        Self::Properties,
        Self::AppId,
        Self::AppName,
        Self::AppVersion,
        Self::AppPlatform,
        Self::AdvertiserTracking,
        Self::ApplicationTracking,
        Self::Extinfo,
        Self::NewCustomer,
        Self::Segment,
        Self::OriginalName,
        Self::OriginalTime,
        Self::OriginalId,
        Self::OriginalOrderId,
    ];

    /// The event's key, as strip lists and issues write it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::EventId => "event_id",
            Self::EventSourceUrl => "event_source_url",
            Self::ReferrerUrl => "referrer_url",
            Self::Email => "user.email",
            Self::Phone => "user.phone",
            Self::FirstName => "user.first_name",
            Self::LastName => "user.last_name",
            Self::DateOfBirth => "user.date_of_birth",
            Self::Gender => "user.gender",
            Self::Street => "user.street",
            Self::City => "user.city",
            Self::Region => "user.region",
            Self::PostalCode => "user.postal_code",
            Self::Country => "user.country",
            Self::ExternalId => "user.external_id",
            Self::MobileAdId => "user.mobile_ad_id",
            Self::SubscriptionId => "user.subscription_id",
            Self::LeadId => "user.lead_id",
            Self::Company => "user.company",
            Self::JobTitle => "user.job_title",
            Self::Fbc => "click_ids.fbc",
            Self::Gclid => "click_ids.gclid",
            Self::Gbraid => "click_ids.gbraid",
            Self::Wbraid => "click_ids.wbraid",
            Self::Dclid => "click_ids.dclid",
            Self::Ttclid => "click_ids.ttclid",
            Self::LiFatId => "click_ids.li_fat_id",
            Self::ScClickId => "click_ids.sc_click_id",
            Self::Epik => "click_ids.epik",
            Self::RdtCid => "click_ids.rdt_cid",
            Self::Msclkid => "click_ids.msclkid",
            Self::Twclid => "click_ids.twclid",
            Self::Fbp => "browser_ids.fbp",
            Self::Ttp => "browser_ids.ttp",
            Self::ScCookie1 => "browser_ids.sc_cookie1",
            Self::GaClientId => "browser_ids.ga_client_id",
            Self::GaSessionId => "browser_ids.ga_session_id",
            Self::RdtUuid => "browser_ids.rdt_uuid",
            Self::UetVid => "browser_ids.uet_vid",
            Self::Ip => "client.ip",
            Self::UserAgent => "client.user_agent",
            Self::Language => "client.language",
            Self::Currency => "custom_data.currency",
            Self::Value => "custom_data.value",
            Self::OrderId => "custom_data.order_id",
            Self::Items => "custom_data.items",
            Self::ItemName => "custom_data.items.name",
            Self::ItemCategory => "custom_data.items.category",
            Self::ItemBrand => "custom_data.items.brand",
            Self::ItemVariant => "custom_data.items.variant",
            Self::ItemQuantity => "custom_data.items.quantity",
            Self::ItemPrice => "custom_data.items.price",
            Self::ItemCoupon => "custom_data.items.coupon",
            Self::ItemDiscount => "custom_data.items.discount",
            Self::ContentType => "custom_data.content_type",
            Self::ContentName => "custom_data.content_name",
            Self::ContentCategory => "custom_data.content_category",
            Self::NumItems => "custom_data.num_items",
            Self::SearchString => "custom_data.search_string",
            Self::Status => "custom_data.status",
            Self::PredictedLtv => "custom_data.predicted_ltv",
            Self::Coupon => "custom_data.coupon",
            Self::Shipping => "custom_data.shipping",
            Self::Tax => "custom_data.tax",
            Self::DeliveryCategory => "custom_data.delivery_category",
            Self::Properties => "custom_data.properties",
            Self::AppId => "app.id",
            Self::AppName => "app.name",
            Self::AppVersion => "app.version",
            Self::AppPlatform => "app.platform",
            Self::AdvertiserTracking => "app.advertiser_tracking_enabled",
            Self::ApplicationTracking => "app.application_tracking_enabled",
            Self::Extinfo => "app.extinfo",
            Self::NewCustomer => "customer.new_customer",
            Self::Segment => "customer.segment",
            Self::OriginalName => "original_event.event_name",
            Self::OriginalTime => "original_event.event_time",
            Self::OriginalId => "original_event.event_id",
            Self::OriginalOrderId => "original_event.order_id",
        }
    }

    const fn bit(self) -> u128 {
        1 << self as u8
    }

    /// Whether a strip list's entry takes this field: the field itself, or an object that it is in.
    fn is_within(self, entry: &str) -> bool {
        self.as_str()
            .strip_prefix(entry)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}

/// Some of the fields.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Fields(u128);

impl Fields {
    pub(crate) const EMPTY: Self = Self(0);

    pub(crate) const fn insert(&mut self, field: Field) {
        self.0 |= field.bit();
    }

    pub(crate) const fn remove(&mut self, field: Field) {
        self.0 &= !field.bit();
    }

    /// With `field` if `present`.
    #[must_use]
    pub(crate) const fn with(self, field: Field, present: bool) -> Self {
        Self(self.0 | if present { field.bit() } else { 0 })
    }

    pub(crate) const fn has(self, field: Field) -> bool {
        self.0 & field.bit() != 0
    }

    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(crate) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Those that a strip list's entry takes.
    pub(crate) fn of_entry(entry: &str) -> Self {
        Field::ALL
            .into_iter()
            .fold(Self::default(), |fields, field| fields.with(field, field.is_within(entry)))
    }

    pub(crate) const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many.
    pub(crate) const fn count(self) -> usize {
        self.0.count_ones() as usize
    }

    /// In the order of the event.
    pub(crate) fn iter(self) -> impl Iterator<Item = Field> {
        let mut left = self.0;
        core::iter::from_fn(move || {
            let place = usize::try_from(left.trailing_zeros()).ok()?;
            let field = *Field::ALL.get(place)?;
            left &= !field.bit();
            Some(field)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_the_bit() {
        for (place, field) in Field::ALL.into_iter().enumerate() {
            assert_eq!(field.bit(), 1 << place, "{field:?}");
        }
        let both = Fields::default().with(Field::Email, true).with(Field::EventId, true);
        assert_eq!(both.iter().collect::<Vec<_>>(), [Field::EventId, Field::Email]);
    }

    #[test]
    fn an_object_takes_its_fields_and_no_others() {
        assert!(Fields::of_entry("user").has(Field::Email));
        assert!(Fields::of_entry("custom_data.items").has(Field::ItemPrice));
        let content = Fields::of_entry("custom_data.content_name");
        assert_eq!(content.iter().collect::<Vec<_>>(), [Field::ContentName]);
        assert_eq!(Fields::of_entry("custom_data.content").iter().count(), 0);
    }
}
