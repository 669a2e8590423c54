// The bodies of @segment/action-destinations: each destination's action is called with a request that
// only keeps the body.
//
//   node segment.mjs HOME FACTS
//
// The payload of an action is what Segment's mapping would give it: plain values as the sender has them,
// ISO 8601 times, the event's name by the destination's own presets, the fields' own defaults.
import { readFileSync } from 'node:fs';
import { answer, readFacts, requireFrom } from './facts.mjs';
import { NAMES } from './meta.mjs';
import * as payloads from './segment_payloads.mjs';
import * as shapes from './segment_shapes.mjs';

const [home, file] = process.argv.slice(2);
const require = requireFrom(home);
const accounts = JSON.parse(readFileSync(new URL('accounts.json', import.meta.url), 'utf8'));
const destination = (name) => require(`@segment/action-destinations/dist/destinations/${name}`).default;

// Names of Segment's specification for the events, by which presets subscribe.
const SPEC = {
  page_view: ['page'], purchase: ['Order Completed', 'Checkout'], add_to_cart: ['Product Added'],
  initiate_checkout: ['Checkout Started'], search: ['Products Searched'], complete_registration: ['Signed Up'],
  lead: ['Lead Generated', 'Generate Lead', 'Form Submitted'],
};

/** What the destination's presets call the event, if one of them takes it. */
function preset(destination, key, event) {
  const names = SPEC[event.event_name] ?? [];
  const found = names.flatMap((name) =>
    destination.presets.filter(({ subscribe, mapping }) => subscribe?.endsWith(`"${name}"`) && mapping[key]));
  return found[0]?.mapping[key];
}

/** The body that an action sends for a payload. */
async function bodyOf(action, data) {
  let body;
  const request = async (url, options) => {
    body = options.json;
    return { data: {} };
  };
  await action.perform(request, data);
  return body;
}

const META_ACTIONS = {
  purchase: 'purchase2', add_to_cart: 'addToCart2', initiate_checkout: 'initiateCheckout2', page_view: 'pageView2',
  search: 'search2',
};

const PLATFORMS = {
  meta(fact) {
    const name = META_ACTIONS[fact.event.event_name] ?? 'custom2';
    const action = destination('facebook-conversions-api').actions[name];
    const payload = payloads.meta(fact, NAMES[fact.event.event_name] ?? fact.event.event_name, action.fields);
    return bodyOf(action, { payload, settings: { pixelId: accounts.meta.pixel_id }, syncMode: 'add' });
  },
  tiktok(fact) {
    const tiktok = destination('tiktok-conversions');
    const action = tiktok.actions.reportWebEvent;
    const payload = payloads.tiktok(fact, preset(tiktok, 'event', fact.event) ?? fact.event.event_name, action.fields);
    return bodyOf(action, { payload, settings: { pixelCode: accounts.tiktok.pixel_code } });
  },
  snapchat(fact) {
    const snapchat = destination('snap-conversions-api');
    // Without a preset the sender picks one of the custom slots.
    const payload = payloads.snapchat(fact, preset(snapchat, 'event_name', fact.event) ?? 'CUSTOM_EVENT_1');
    const { pixel_id, app_id: snap_app_id } = accounts.snapchat;
    const settings = { pixel_id, snap_app_id, app_id: fact.event.app?.id };
    return bodyOf(snapchat.actions.reportConversionEvent, { payload, settings, auth: { accessToken: 'none' } });
  },
  pinterest(fact) {
    const pinterest = destination('pinterest-conversions');
    const action = pinterest.actions.reportConversionEvent;
    const payload = payloads.pinterest(fact, preset(pinterest, 'event_name', fact.event) ?? 'custom', action.fields);
    return bodyOf(action, { payload, settings: accounts.pinterest });
  },
  async reddit(fact) {
    const { actions, presets } = destination('reddit-conversions-api');
    const type = preset({ presets }, 'tracking_type', fact.event);
    const named = type ? { tracking_type: type } : { custom_event_name: fact.event.event_name };
    const action = type ? actions.standardEvent : actions.customEvent;
    return shapes.reddit(await bodyOf(action, { payload: payloads.reddit(fact, named), settings: { ad_account_id: accounts.reddit.pixel_id } }));
  },
  async linkedin(fact) {
    const hookOutputs = { onMappingSave: { outputs: { id: accounts.linkedin.conversion_rules['*'] } } };
    const payload = payloads.linkedin(fact);
    return shapes.linkedin(await bodyOf(destination('linkedin-conversions').actions.streamConversion, { payload, hookOutputs }));
  },
  'google/ads_click'(fact) {
    const { operating_account_id: customerId, conversion_action_id: conversion } = accounts['google/ads_click'];
    const action = destination('google-enhanced-conversions').actions.uploadClickConversion2;
    return bodyOf(action, { payload: payloads.google(fact, conversion), settings: { customerId }, syncMode: 'add' });
  },
  amazon(fact) {
    const amazon = destination('amazon-conversions-api');
    const type = preset(amazon, 'eventType', fact.event) ?? 'OTHER';
    const payload = payloads.amazon(fact, type);
    const { account_id: advertiserId } = accounts.amazon;
    return bodyOf(amazon.actions.trackConversion, { payload, settings: { advertiserId, region: 'https://advertising-api.amazon.com' } });
  },
  microsoft(fact) {
    const microsoft = destination('ms-bing-capi');
    const payload = payloads.microsoft(fact);
    return bodyOf(microsoft.actions.sendEvent, { payload, settings: { UetTag: accounts.microsoft.tag_id } });
  },
};

// Segment has destinations of their own for TikTok's other sources.
const isTaken = (platform, { event }) => platform !== 'tiktok' || (event.action_source ?? 'website') === 'website';

const facts = readFacts(file);
for (const [platform, build] of Object.entries(PLATFORMS)) {
  for (const fact of facts.filter((fact) => isTaken(platform, fact))) {
    // Some actions compare with the clock.
    const now = Date.parse(fact.now ?? new Date(fact.event.event_time * 1000).toISOString());
    Date.now = () => now;
    await answer(fact, 'segment', platform, () => build(fact));
  }
}
