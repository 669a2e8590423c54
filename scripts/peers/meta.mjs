// Meta's bodies by facebook-nodejs-business-sdk.
//
//   node meta.mjs HOME FACTS
import { answer, amount, given, list, readFacts, requireFrom } from './facts.mjs';

/** Meta's names of the events; the caller of the SDK has to know them. */
export const NAMES = {
  add_to_cart: 'AddToCart', complete_registration: 'CompleteRegistration', initiate_checkout: 'InitiateCheckout',
  lead: 'Lead', page_view: 'PageView', purchase: 'Purchase', refund: 'Refund', search: 'Search',
};

/** Meta's numbers of states that the facts name, for limited data use. */
export const STATES = { CA: 1000 };

const SETTERS = {
  email: 'setEmails', phone: 'setPhones', first_name: 'setFirstNames', last_name: 'setLastNames',
  date_of_birth: 'setDatesOfBirth', gender: 'setGenders', city: 'setCities', region: 'setStates',
  postal_code: 'setZips', country: 'setCountries', external_id: 'setExternalIds',
};

const INFO = [
  'setExtInfoVersion', 'setAppPackageName', 'setShortVersion', 'setLongVersion', 'setOsVersion', 'setDeviceModelName',
  'setLocale', 'setTimezoneAbbreviation', 'setCarrier', 'setScreenWidth', 'setScreenHeight', 'setScreenDensity',
  'setCpuCoreCount', 'setTotalDiskSpaceGb', 'setFreeDiskSpaceGb', 'setDeviceTimeZone',
];

/** The event of a fact, built with the SDK and written as its request does. */
export function build(sdk, { event, permit }) {
  const { user = {}, client = {}, click_ids: clicks = {}, browser_ids: browser = {}, custom_data: custom } = event;
  const person = new sdk.UserData();
  for (const [key, set] of Object.entries(SETTERS)) {
    if (user[key] !== undefined) person[set](list(user[key]));
  }
  if (client.ip) person.setClientIpAddress(client.ip);
  if (client.user_agent) person.setClientUserAgent(client.user_agent);
  if (clicks.fbc) person.setFbc(clicks.fbc);
  if (browser.fbp) person.setFbp(browser.fbp);
  if (user.mobile_ad_id) person.setMadid(user.mobile_ad_id);

  const made = new sdk.ServerEvent()
    .setEventName(NAMES[event.event_name] ?? event.event_name)
    .setEventTime(event.event_time)
    .setActionSource(event.action_source ?? 'website')
    .setUserData(person);
  if (event.event_id) made.setEventId(event.event_id);
  if (event.event_source_url) made.setEventSourceUrl(event.event_source_url);
  if (custom) made.setCustomData(customData(sdk, custom));
  if (event.app) made.setAppData(appData(sdk, event.app));
  if (permit?.decision === 'limited') {
    made.setDataProcessingOptions(['LDU']).setDataProcessingOptionsCountry(1)
      .setDataProcessingOptionsState(STATES[permit.region]);
  }
  return { data: [made.normalize()] };
}

function customData(sdk, custom) {
  const data = new sdk.CustomData();
  if (custom.value !== undefined) data.setValue(amount(custom.value));
  if (custom.currency) data.setCurrency(custom.currency);
  if (custom.order_id) data.setOrderId(custom.order_id);
  if (custom.content_type) data.setContentType(custom.content_type);
  if (custom.num_items) data.setNumItems(custom.num_items);
  if (custom.search_string) data.setSearchString(custom.search_string);
  if (custom.status) data.setStatus(custom.status);
  if (custom.properties) data.setCustomProperties(custom.properties);
  if (custom.items) data.setContents(custom.items.map((item) => content(sdk, item)));
  return data;
}

function content(sdk, item) {
  return Object.assign(new sdk.Content(), given({
    id: item.id, title: item.name, category: item.category, brand: item.brand, quantity: item.quantity,
    item_price: amount(item.price),
  }));
}

function appData(sdk, app) {
  const info = new sdk.ExtendedDeviceInfo();
  app.extinfo.forEach((text, place) => info[INFO[place]](text));
  return new sdk.AppData().setExtinfo(info)
    .setAdvertiserTrackingEnabled(app.advertiser_tracking_enabled)
    .setApplicationTrackingEnabled(app.application_tracking_enabled);
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [home, file] = process.argv.slice(2);
  const sdk = requireFrom(home)('facebook-nodejs-business-sdk');
  for (const fact of readFacts(file)) await answer(fact, 'meta-node', 'meta', () => build(sdk, fact));
}
