// The twin against the vectors that the Rust side is tested with. `node crates/dedup/web/event_id.test.mjs`
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const source = readFileSync(new URL('./event_id.js', import.meta.url), 'utf8');
const { deriveEventId } = await import(`data:text/javascript,${encodeURIComponent(source)}`);

const vectors = JSON.parse(readFileSync(new URL('../tests/data/event_ids.json', import.meta.url)));
assert.equal(vectors.length, 10);
for (const { key, name, facts, id } of vectors) {
  assert.equal(await deriveEventId(key, name, facts), id, JSON.stringify(facts));
}
// The last one's key is a configuration's: of its secret's text, as the script says.
const secret = readFileSync(new URL('../../predispatch/tests/data/config/key', import.meta.url), 'utf8');
const pageKey = createHash('sha256').update(`event_id\0${secret.trim()}`).digest('hex');
assert.equal(vectors.at(-1).key, pageKey);
const key = '07'.repeat(32);
await assert.rejects(deriveEventId(key, 'purchase', { order: '' }), TypeError);
await assert.rejects(deriveEventId(key, 'purchase', { order: 7 }), TypeError);
await assert.rejects(deriveEventId(key, 'purchase', {}), TypeError);
await assert.rejects(deriveEventId(key, 'purchase', { unixMicros: 0, identifier: 'x' }), TypeError);
await assert.rejects(deriveEventId('', 'purchase', { order: '7' }), RangeError);
console.log(`event_id.js: ${vectors.length} vectors hold`);
