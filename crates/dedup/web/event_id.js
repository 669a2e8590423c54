// The browser's twin of `EventIdKey::derive`: the same id from the same facts, for the Pixel.
//
//   const key = 'a3…';  // 64 hexadecimal digits, see below
//   const id = await deriveEventId(key, 'purchase', { order: 'A-1009' });
//   fbq('track', 'Purchase', { … }, { eventID: id });
//
// Facts are one of { order }, { lead } or { unixMicros, identifier }: the time in whole microseconds
// and the SHA-256 of the person's first identifier, as 64 lower-case digits. They are taken as they
// are: both sides must give the same text. Whoever can read the page has the key, and can try order
// numbers out: use a key of its own for each site, and for nothing else.
//
// The key: of a pipeline from predispatch.toml what `Config::page_key` gives, or
//   printf 'event_id\0%s' "$SECRET" | sha256sum
// where SECRET is the text that `keys.event_id` names, without white space around it. Never that text
// itself: other keys may be made from it. Of a pipeline from Rust it is the 32 bytes given to
// `Builder::event_id_key`.
//
// Needs Web Crypto, so a page served by https.

export async function deriveEventId(key, eventName, facts) {
  if (!/^[0-9a-f]{64}$/.test(key)) {
    throw new RangeError('the key is not 64 lower-case hexadecimal digits');
  }
  const lines = ['v1', eventName, ...factLines(facts)];
  if (lines.some((line) => typeof line !== 'string' || line === '')) {
    throw new TypeError('the event name or a fact is empty or no text');
  }
  const secret = Uint8Array.from(key.match(/../g), (digits) => parseInt(digits, 16));
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const imported = await crypto.subtle.importKey('raw', secret, algorithm, false, ['sign']);
  const text = new TextEncoder().encode(lines.join('\n'));
  const digest = await crypto.subtle.sign('HMAC', imported, text);
  const half = [...new Uint8Array(digest)].slice(0, 16);
  return half.map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function factLines({ order, lead, unixMicros, identifier }) {
  if (order !== undefined) return ['order', order];
  if (lead !== undefined) return ['lead', lead];
  if (!Number.isSafeInteger(unixMicros) || !/^[0-9a-f]{64}$/.test(identifier)) {
    throw new TypeError('neither an order, nor a lead, nor whole microseconds and a SHA-256');
  }
  return ['moment', String(unixMicros), identifier];
}
