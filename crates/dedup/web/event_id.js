// The browser's twin of `derive_event_id`: the same id from the same facts, for the Pixel.
//
//   const id = await deriveEventId('shop.example 2026', 'purchase', { order: 'A-1009' });
//   fbq('track', 'Purchase', { … }, { eventID: id });
//
// Facts are one of { order }, { lead } or { unixSecs, identifier }, as text both sides know. Needs
// Web Crypto, so a page served by https.

const DOMAIN = 'predispatch event id 1';

export async function deriveEventId(key, eventName, facts) {
  const text = new TextEncoder();
  const parts = [eventName, ...factParts(facts)];
  if (parts.some((part) => typeof part !== 'string' || part === '')) {
    throw new TypeError('the event name or a fact is empty or no text');
  }
  const bytes = [DOMAIN, ...parts].flatMap((part) => {
    const encoded = text.encode(part);
    const length = new DataView(new ArrayBuffer(4));
    length.setUint32(0, encoded.length);
    return [...new Uint8Array(length.buffer), ...encoded];
  });
  const secret = text.encode(key);
  if (secret.length < 1 || secret.length > 64) {
    throw new RangeError('the key has not 1 to 64 bytes');
  }
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const imported = await crypto.subtle.importKey('raw', secret, algorithm, false, ['sign']);
  const digest = await crypto.subtle.sign('HMAC', imported, new Uint8Array(bytes));
  const half = [...new Uint8Array(digest)].slice(0, 16);
  return half.map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function factParts({ order, lead, unixSecs, identifier }) {
  if (order !== undefined) return ['order', order];
  if (lead !== undefined) return ['lead', lead];
  if (!Number.isSafeInteger(unixSecs)) {
    throw new TypeError('neither an order, nor a lead, nor whole seconds');
  }
  return ['moment', String(unixSecs), identifier];
}
