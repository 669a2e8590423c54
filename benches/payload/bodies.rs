//! Each platform's body as a plain struct with its keys in the order that it is written in: the peer of
//! `payload.rs`. Fields are typed as the JSON of that body has them.

use serde::{Deserialize, Serialize};

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AmazonEventDescription {
    name: String,
    conversion_type: String,
    event_source: String,
    event_ingestion_method: String,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct AmazonMatchKey {
    #[serde(rename = "type")]
    kind: String,
    values: Vec<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AmazonConsentSignals {
    amzn_user_data: String,
    amzn_ad_storage: String,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AmazonConsent {
    amazon_consent: AmazonConsentSignals,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Amazon {
    event_description: AmazonEventDescription,
    country_code: String,
    event_time: String,
    event_id: String,
    value: f64,
    currency_code: String,
    units_sold: i64,
    match_keys: Vec<AmazonMatchKey>,
    consent: AmazonConsent,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct GoogleAdsAdjustmentUserIdentifiersAddressInfo {
    #[serde(rename = "hashedFirstName")]
    hashed_first_name: String,
    #[serde(rename = "hashedLastName")]
    hashed_last_name: String,
    city: String,
    #[serde(rename = "countryCode")]
    country_code: String,
    #[serde(rename = "postalCode")]
    postal_code: String,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct GoogleAdsAdjustmentUserIdentifiers {
    #[serde(rename = "userIdentifierSource")]
    user_identifier_source: String,
    #[serde(rename = "addressInfo", skip_serializing_if = "Option::is_none")]
    address_info: Option<GoogleAdsAdjustmentUserIdentifiersAddressInfo>,
    #[serde(rename = "hashedPhoneNumber", skip_serializing_if = "Option::is_none")]
    hashed_phone_number: Option<String>,
    #[serde(rename = "hashedEmail", skip_serializing_if = "Option::is_none")]
    hashed_email: Option<String>,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct GoogleAdsAdjustment {
    #[serde(rename = "conversionAction")]
    conversion_action: String,
    #[serde(rename = "adjustmentType")]
    adjustment_type: String,
    #[serde(rename = "orderId")]
    order_id: String,
    #[serde(rename = "userIdentifiers")]
    user_identifiers: Vec<GoogleAdsAdjustmentUserIdentifiers>,
    #[serde(rename = "userAgent")]
    user_agent: String,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct GoogleAdsClickCartDataItems {
    #[serde(rename = "productId")]
    product_id: String,
    quantity: i64,
    #[serde(rename = "unitPrice")]
    unit_price: f64,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct GoogleAdsClickCartData {
    items: Vec<GoogleAdsClickCartDataItems>,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct GoogleAdsClickUserIdentifiers {
    #[serde(rename = "userIdentifierSource")]
    user_identifier_source: String,
    #[serde(rename = "hashedPhoneNumber", skip_serializing_if = "Option::is_none")]
    hashed_phone_number: Option<String>,
    #[serde(rename = "hashedEmail", skip_serializing_if = "Option::is_none")]
    hashed_email: Option<String>,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct GoogleAdsClick {
    gclid: String,
    #[serde(rename = "conversionAction")]
    conversion_action: String,
    #[serde(rename = "conversionDateTime")]
    conversion_date_time: String,
    #[serde(rename = "conversionValue")]
    conversion_value: f64,
    #[serde(rename = "currencyCode")]
    currency_code: String,
    #[serde(rename = "orderId")]
    order_id: String,
    #[serde(rename = "cartData")]
    cart_data: GoogleAdsClickCartData,
    #[serde(rename = "userIdentifiers")]
    user_identifiers: Vec<GoogleAdsClickUserIdentifiers>,
    #[serde(rename = "conversionEnvironment")]
    conversion_environment: String,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct GoogleGa4UserDataAddress {
    sha256_first_name: String,
    sha256_last_name: String,
    city: String,
    postal_code: String,
    country: String,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct GoogleGa4UserData {
    sha256_email_address: Vec<String>,
    sha256_phone_number: Vec<String>,
    address: Vec<GoogleGa4UserDataAddress>,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct GoogleGa4EventsParamsItems {
    item_id: String,
    item_name: String,
    item_category: String,
    item_brand: String,
    price: f64,
    quantity: i64,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct GoogleGa4EventsParams {
    session_id: String,
    page_location: String,
    page_referrer: String,
    currency: String,
    value: f64,
    transaction_id: String,
    items: Vec<GoogleGa4EventsParamsItems>,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct GoogleGa4Events {
    name: String,
    params: GoogleGa4EventsParams,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct GoogleGa4 {
    client_id: String,
    user_id: String,
    timestamp_micros: i64,
    user_data: GoogleGa4UserData,
    ip_override: String,
    user_agent: String,
    events: Vec<GoogleGa4Events>,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct GoogleUserDataUserIdentifiersAddress {
    #[serde(rename = "givenName")]
    given_name: String,
    #[serde(rename = "familyName")]
    family_name: String,
    #[serde(rename = "regionCode")]
    region_code: String,
    #[serde(rename = "postalCode")]
    postal_code: String,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct GoogleUserDataUserIdentifiers {
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<GoogleUserDataUserIdentifiersAddress>,
    #[serde(rename = "phoneNumber", skip_serializing_if = "Option::is_none")]
    phone_number: Option<String>,
    #[serde(rename = "emailAddress", skip_serializing_if = "Option::is_none")]
    email_address: Option<String>,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct GoogleUserData {
    #[serde(rename = "userIdentifiers")]
    user_identifiers: Vec<GoogleUserDataUserIdentifiers>,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct GoogleAdIdentifiers {
    gclid: String,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct GoogleEventDeviceInfo {
    #[serde(rename = "userAgent")]
    user_agent: String,
    #[serde(rename = "ipAddress")]
    ip_address: String,
    #[serde(rename = "languageCode")]
    language_code: String,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct GoogleCartDataItems {
    #[serde(rename = "merchantProductId")]
    merchant_product_id: String,
    quantity: i64,
    #[serde(rename = "unitPrice")]
    unit_price: f64,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct GoogleCartData {
    items: Vec<GoogleCartDataItems>,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct Google {
    #[serde(rename = "transactionId")]
    transaction_id: String,
    #[serde(rename = "eventTimestamp")]
    event_timestamp: String,
    #[serde(rename = "eventSource")]
    event_source: String,
    #[serde(rename = "userData")]
    user_data: GoogleUserData,
    #[serde(rename = "adIdentifiers")]
    ad_identifiers: GoogleAdIdentifiers,
    #[serde(rename = "eventDeviceInfo")]
    event_device_info: GoogleEventDeviceInfo,
    currency: String,
    #[serde(rename = "conversionValue")]
    conversion_value: f64,
    #[serde(rename = "cartData")]
    cart_data: GoogleCartData,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct LinkedinConversionValue {
    #[serde(rename = "currencyCode")]
    currency_code: String,
    amount: String,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct LinkedinUserUserIds {
    #[serde(rename = "idType")]
    id_type: String,
    #[serde(rename = "idValue")]
    id_value: String,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct LinkedinUserUserInfo {
    #[serde(rename = "hashedFirstName")]
    hashed_first_name: String,
    #[serde(rename = "hashedLastName")]
    hashed_last_name: String,
    #[serde(rename = "countryCode")]
    country_code: String,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct LinkedinUser {
    #[serde(rename = "userIds")]
    user_ids: Vec<LinkedinUserUserIds>,
    #[serde(rename = "userInfo")]
    user_info: LinkedinUserUserInfo,
    #[serde(rename = "externalIds")]
    external_ids: Vec<String>,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct Linkedin {
    conversion: String,
    #[serde(rename = "conversionHappenedAt")]
    conversion_happened_at: i64,
    #[serde(rename = "conversionValue")]
    conversion_value: LinkedinConversionValue,
    #[serde(rename = "eventId")]
    event_id: String,
    user: LinkedinUser,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct MetaUserData {
    em: Vec<String>,
    ph: Vec<String>,
    r#fn: Vec<String>,
    ln: Vec<String>,
    db: Vec<String>,
    ge: Vec<String>,
    ct: Vec<String>,
    zp: Vec<String>,
    country: Vec<String>,
    external_id: Vec<String>,
    client_ip_address: String,
    client_user_agent: String,
    fbc: String,
    fbp: String,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct MetaCustomDataContents {
    id: String,
    quantity: i64,
    item_price: f64,
    title: String,
    brand: String,
    category: String,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct MetaCustomData {
    currency: String,
    value: f64,
    content_type: String,
    contents: Vec<MetaCustomDataContents>,
    order_id: String,
    num_items: i64,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct Meta {
    event_name: String,
    event_time: i64,
    event_id: String,
    action_source: String,
    event_source_url: String,
    referrer_url: String,
    user_data: MetaUserData,
    custom_data: MetaCustomData,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct MicrosoftUserData {
    em: String,
    ph: String,
    #[serde(rename = "externalId")]
    external_id: String,
    msclkid: String,
    #[serde(rename = "anonymousId")]
    anonymous_id: String,
    #[serde(rename = "clientIpAddress")]
    client_ip_address: String,
    #[serde(rename = "clientUserAgent")]
    client_user_agent: String,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct MicrosoftCustomDataItems {
    id: String,
    name: String,
    price: f64,
    quantity: i64,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct MicrosoftCustomData {
    value: f64,
    currency: String,
    #[serde(rename = "transactionId")]
    transaction_id: String,
    #[serde(rename = "pageType")]
    page_type: String,
    #[serde(rename = "itemIds")]
    item_ids: Vec<String>,
    items: Vec<MicrosoftCustomDataItems>,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct Microsoft {
    #[serde(rename = "eventType")]
    event_type: String,
    #[serde(rename = "eventName")]
    event_name: String,
    #[serde(rename = "eventTime")]
    event_time: i64,
    #[serde(rename = "eventId")]
    event_id: String,
    #[serde(rename = "eventSourceUrl")]
    event_source_url: String,
    #[serde(rename = "referrerUrl")]
    referrer_url: String,
    #[serde(rename = "userData")]
    user_data: MicrosoftUserData,
    #[serde(rename = "customData")]
    custom_data: MicrosoftCustomData,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct PinterestUserData {
    em: Vec<String>,
    ph: Vec<String>,
    ge: Vec<String>,
    db: Vec<String>,
    r#fn: Vec<String>,
    ln: Vec<String>,
    ct: Vec<String>,
    zp: Vec<String>,
    country: Vec<String>,
    external_id: Vec<String>,
    client_ip_address: String,
    client_user_agent: String,
    click_id: String,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct PinterestCustomDataContents {
    id: String,
    item_price: String,
    quantity: i64,
    item_name: String,
    item_category: String,
    item_brand: String,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct PinterestCustomData {
    currency: String,
    value: String,
    content_ids: Vec<String>,
    contents: Vec<PinterestCustomDataContents>,
    num_items: i64,
    order_id: String,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct Pinterest {
    event_name: String,
    action_source: String,
    event_time: i64,
    event_id: String,
    event_source_url: String,
    user_data: PinterestUserData,
    custom_data: PinterestCustomData,
    language: String,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct RedditType {
    tracking_type: String,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct RedditMetadataProducts {
    id: String,
    name: String,
    category: String,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct RedditMetadata {
    conversion_id: String,
    currency: String,
    value: f64,
    item_count: i64,
    products: Vec<RedditMetadataProducts>,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct RedditUser {
    email: String,
    phone_number: String,
    external_id: String,
    ip_address: String,
    user_agent: String,
    uuid: String,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct Reddit {
    event_at: i64,
    action_source: String,
    event_source_url: String,
    r#type: RedditType,
    click_id: String,
    metadata: RedditMetadata,
    user: RedditUser,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct SnapchatUserData {
    em: Vec<String>,
    ph: Vec<String>,
    r#fn: Vec<String>,
    ln: Vec<String>,
    ge: Vec<String>,
    ct: Vec<String>,
    zp: Vec<String>,
    country: Vec<String>,
    external_id: Vec<String>,
    client_ip_address: String,
    client_user_agent: String,
    sc_click_id: String,
    sc_cookie1: String,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct SnapchatCustomDataContents {
    id: String,
    quantity: String,
    item_price: String,
    brand: String,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct SnapchatCustomData {
    currency: String,
    value: f64,
    content_ids: Vec<String>,
    contents: Vec<SnapchatCustomDataContents>,
    content_type: String,
    num_items: i64,
    order_id: String,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct Snapchat {
    event_name: String,
    event_time: i64,
    event_id: String,
    action_source: String,
    event_source_url: String,
    user_data: SnapchatUserData,
    custom_data: SnapchatCustomData,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct TiktokUser {
    email: Vec<String>,
    phone: Vec<String>,
    external_id: Vec<String>,
    first_name: String,
    last_name: String,
    zip_code: String,
    city: String,
    country: String,
    ip: String,
    user_agent: String,
    ttclid: String,
    ttp: String,
    locale: String,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct TiktokPage {
    url: String,
    referrer: String,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct TiktokPropertiesContents {
    content_id: String,
    content_name: String,
    content_category: String,
    brand: String,
    quantity: i64,
    price: f64,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct TiktokProperties {
    currency: String,
    value: f64,
    contents: Vec<TiktokPropertiesContents>,
    content_type: String,
    num_items: i64,
    order_id: String,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct Tiktok {
    event: String,
    event_time: i64,
    event_id: String,
    user: TiktokUser,
    page: TiktokPage,
    properties: TiktokProperties,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct XIdentifiers {
    #[serde(skip_serializing_if = "Option::is_none")]
    ip_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hashed_phone_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hashed_email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    twclid: Option<String>,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct XContents {
    content_id: String,
    content_name: String,
    content_type: String,
    content_price: f64,
    num_items: i64,
}

#[derive(Deserialize, Serialize)]
pub(crate) struct X {
    conversion_time: String,
    event_id: String,
    identifiers: Vec<XIdentifiers>,
    conversion_id: String,
    value: f64,
    price_currency: String,
    number_items: i64,
    contents: Vec<XContents>,
}
