// A fact as the payload of each of Segment's actions. Where a field takes one value, the first.
import { amount, first, given, list } from './facts.mjs';
import { STATES } from './meta.mjs';

const iso = (event) => new Date(event.event_time * 1000).toISOString();
const isLimited = (permit) => permit?.decision === 'limited';
const grant = (answer) => (answer === 'denied' ? 'DENIED' : 'GRANTED');
const items = (event, map) => event.custom_data?.items?.map((item) => given(map(item)));

/** The groups of a fact, each there. */
const parts = ({ event, permit }) => ({
  event, permit, user: event.user ?? {}, client: event.client ?? {}, clicks: event.click_ids ?? {},
  browser: event.browser_ids ?? {}, custom: event.custom_data ?? {},
});

/** Only what the action has a field for. */
const known = (payload, fields) =>
  given(Object.fromEntries(Object.entries(payload).filter(([key]) => key in fields)));

export function meta(fact, name, fields) {
  const { event, permit, user, client, clicks, browser, custom } = parts(fact);
  const { order_id, status, properties } = custom;
  const own = given({ order_id, status, ...properties });
  return known({
    event_name: name, action_source: event.action_source ?? 'website', event_time: iso(event),
    event_id: event.event_id, event_source_url: event.event_source_url,
    user_data: given({
      email: first(user.email), phone: first(user.phone), gender: user.gender, dateOfBirth: user.date_of_birth,
      firstName: first(user.first_name), lastName: first(user.last_name), city: first(user.city),
      state: first(user.region), zip: first(user.postal_code), country: first(user.country),
      externalId: list(user.external_id), client_ip_address: client.ip, client_user_agent: client.user_agent,
      fbc: clicks.fbc, fbp: browser.fbp, madId: user.mobile_ad_id,
    }),
    app_data_field: event.app && app(event.app),
    currency: custom.currency, value: amount(custom.value), num_items: custom.num_items,
    content_type: custom.content_type, search_string: custom.search_string,
    contents: items(event, ({ id, quantity, price }) => ({ id, quantity, item_price: amount(price) })),
    custom_data: Object.keys(own).length ? own : undefined,
    ...(isLimited(permit) && {
      data_processing_options: true, data_processing_options_country: 1,
      data_processing_options_state: STATES[permit.region],
    }),
  }, fields);
}

const INFO = [
  'version', 'packageName', 'shortVersion', 'longVersion', 'osVersion', 'deviceName', 'locale', 'timezone', 'carrier',
  'width', 'height', 'density', 'cpuCores', 'storageSize', 'freeStorage', 'deviceTimezone',
];

const app = ({ extinfo, advertiser_tracking_enabled, application_tracking_enabled }) => ({
  use_app_data: true, advertiser_tracking_enabled, application_tracking_enabled,
  ...Object.fromEntries(INFO.map((key, place) => [key, extinfo[place]])),
});

export function tiktok(fact, name, fields) {
  const { event, permit, user, client, clicks, browser, custom } = parts(fact);
  return given({
    event_source: fields.event_source.default, event: name, event_id: event.event_id, timestamp: iso(event),
    email: list(user.email), phone_number: list(user.phone), external_id: list(user.external_id),
    first_name: first(user.first_name), last_name: first(user.last_name),
    address: given({ city: first(user.city), state: first(user.region), country: first(user.country), zip_code: first(user.postal_code) }),
    ttclid: clicks.ttclid, ttp: browser.ttp, locale: client.language, ip: client.ip, user_agent: client.user_agent,
    url: event.event_source_url, referrer: event.referrer_url,
    contents: items(event, ({ id, name: title, category, brand, quantity, price }) => ({
      content_id: id, content_name: title, content_category: category, brand, quantity, price: amount(price),
    })),
    currency: custom.currency, value: amount(custom.value), order_id: custom.order_id, num_items: custom.num_items,
    content_type: custom.content_type ?? fields.content_type.default, query: custom.search_string,
    search_string: custom.search_string,
    limited_data_use: isLimited(permit) || undefined,
  });
}

export function snapchat(fact, name) {
  const { event, permit, user, client, clicks, browser, custom } = parts(fact);
  return given({
    event_name: name, event_id: event.event_id, event_time: iso(event),
    action_source: event.action_source ?? 'website', event_source_url: event.event_source_url,
    user_data: given({
      email: first(user.email), phone: first(user.phone), gender: user.gender, dateOfBirth: user.date_of_birth,
      firstName: first(user.first_name), lastName: first(user.last_name), city: first(user.city),
      state: first(user.region), zip: first(user.postal_code), country: first(user.country),
      externalId: list(user.external_id), client_ip_address: client.ip, client_user_agent: client.user_agent,
      madid: user.mobile_ad_id, sc_click_id: clicks.sc_click_id, sc_cookie1: browser.sc_cookie1,
    }),
    app_data: event.app && app(event.app),
    custom_data: given({
      currency: custom.currency, value: amount(custom.value), order_id: custom.order_id,
      num_items: custom.num_items, search_string: custom.search_string,
    }),
    products: items(event, ({ id, category, brand }) => ({ item_id: id, item_category: category, brand })),
    ...(isLimited(permit) && {
      data_processing_options: true, data_processing_options_country: 1,
      data_processing_options_state: STATES[permit.region],
    }),
  });
}

export function pinterest(fact, name, fields) {
  const { event, permit, user, client, clicks, custom } = parts(fact);
  const source = { website: 'web', app: 'app_android' }[event.action_source ?? 'website'] ?? 'offline';
  return given({
    event_name: name, action_source: source, event_time: iso(event), event_id: event.event_id,
    event_source_url: event.event_source_url, opt_out: fields.opt_out.default,
    user_data: given({
      email: list(user.email), phone: list(user.phone), gender: list(user.gender),
      date_of_birth: list(user.date_of_birth), first_name: list(user.first_name), last_name: list(user.last_name),
      city: list(user.city), state: list(user.region), zip: list(user.postal_code), country: list(user.country),
      external_id: list(user.external_id), hashed_maids: list(user.mobile_ad_id),
      client_ip_address: client.ip, client_user_agent: client.user_agent, click_id: clicks.epik,
    }),
    custom_data: given({
      currency: custom.currency, value: amount(custom.value), order_id: custom.order_id,
      num_items: custom.num_items, search_string: custom.search_string,
      contents: items(event, ({ id, quantity, price }) => ({ id, quantity, item_price: amount(price) })),
      opt_out_type: isLimited(permit) ? 'LDP' : undefined,
    }),
    app_id: event.app?.id, app_name: event.app?.name, app_version: event.app?.version, language: client.language,
  });
}

export function reddit(fact, named) {
  const { event, permit, user, client, clicks, browser, custom } = parts(fact);
  return given({
    ...named, event_at: iso(event), click_id: clicks.rdt_cid, conversion_id: event.event_id,
    user: given({
      email: first(user.email), phone_number: first(user.phone), external_id: first(user.external_id),
      ip_address: client.ip, user_agent: client.user_agent, uuid: browser.rdt_uuid,
      advertising_id: user.mobile_ad_id, device_type: event.app?.platform,
    }),
    products: items(event, ({ id, name, category }) => ({ id, name, category })),
    event_metadata: event.custom_data && given({
      currency: custom.currency, value_decimal: amount(custom.value), item_count: custom.num_items,
    }),
    data_processing_options: isLimited(permit)
      ? { modes: 'LDU', country: permit.country, region: `${permit.country}-${permit.region}` }
      : undefined,
  });
}

export function linkedin(fact) {
  const { event, user, clicks, custom } = parts(fact);
  const [firstName, lastName] = [first(user.first_name), first(user.last_name)];
  return given({
    conversionHappenedAt: iso(event), eventId: event.event_id, email: first(user.email),
    linkedInUUID: clicks.li_fat_id, externalIds: list(user.external_id),
    conversionValue: custom.currency && custom.value !== undefined
      ? { currencyCode: custom.currency, amount: String(custom.value) }
      : undefined,
    userInfo: firstName && lastName ? given({ firstName, lastName, countryCode: first(user.country) }) : undefined,
  });
}

export function google(fact, conversion) {
  const { event, permit, user, client, clicks, custom } = parts(fact);
  return given({
    conversion_action: conversion, conversion_timestamp: iso(event),
    conversion_environment: { website: 'WEB', app: 'APP' }[event.action_source ?? 'website'],
    gclid: clicks.gclid, gbraid: clicks.gbraid, wbraid: clicks.wbraid,
    email_address: first(user.email), phone_number: first(user.phone), user_ip_address: client.ip,
    order_id: custom.order_id, value: amount(custom.value), currency: custom.currency,
    items: items(event, ({ id, quantity, price }) => ({ product_id: id, quantity, price: amount(price) })),
    ad_user_data_consent_state: grant(permit?.ad_user_data),
    ad_personalization_consent_state: grant(permit?.ad_personalization),
  });
}

export function amazon(fact, type) {
  const { event, permit, user, custom } = parts(fact);
  const source = { website: 'website', app: 'android' }[event.action_source ?? 'website'] ?? 'offline';
  return given({
    name: event.event_name, eventType: type, eventActionSource: source, timestamp: iso(event),
    clientDedupeId: event.event_id, countryCode: first(user.country) ?? 'US',
    value: amount(custom.value), currencyCode: custom.currency, unitsSold: custom.num_items,
    matchKeys: given({
      email: first(user.email), phone: first(user.phone), firstName: first(user.first_name),
      lastName: first(user.last_name), city: first(user.city), state: first(user.region),
      postalCode: first(user.postal_code), maid: user.mobile_ad_id,
    }),
    dataProcessingOptions: isLimited(permit) ? ['LIMITED_DATA_USE'] : undefined,
    consent: { amznUserData: grant(permit?.ad_user_data), amznAdStorage: grant(permit?.ad_storage) },
  });
}

export function microsoft(fact) {
  const { event, permit, user, client, clicks, custom } = parts(fact);
  const isPage = event.event_name === 'page_view';
  return {
    data: given({
      eventType: isPage ? 'pageLoad' : 'custom', eventName: isPage ? undefined : event.event_name,
      eventId: event.event_id, eventTime: iso(event), eventSourceUrl: event.event_source_url,
      referrerUrl: event.referrer_url, adStorageConsent: permit?.ad_storage === 'denied' ? 'D' : 'G',
    }),
    userData: given({
      em: first(user.email), ph: first(user.phone), externalId: first(user.external_id), msclkid: clicks.msclkid,
      clientIpAddress: client.ip, clientUserAgent: client.user_agent,
      gaid: event.app?.platform === 'android' ? user.mobile_ad_id : undefined,
    }),
    ...(event.custom_data && {
      customData: given({
        value: amount(custom.value), eventValue: amount(custom.value), currency: custom.currency,
        transactionId: custom.order_id, searchTerm: custom.search_string,
        itemIds: custom.items?.map(({ id }) => id),
      }),
    }),
    items: items(event, ({ id, name, quantity, price }) => ({ id, name, quantity, price: amount(price) })),
  };
}
