// Meta events a second by the Node peers, from a fact in memory to the bytes of a request; see
// scripts/bench-peers.
//
//   node bench.mjs HOME FACTS FACT COUNT
import { readFileSync } from 'node:fs';
import { readFacts, requireFrom } from './facts.mjs';
import { build } from './meta.mjs';
import { meta } from './segment_payloads.mjs';

const ROUNDS = 5;
const [home, file, name, text] = process.argv.slice(2);
const require = requireFrom(home);
const count = Number(text);
const fact = readFacts(file).find((fact) => fact.fact === name);

/** Seconds that this thread has had a processor: the first number of Linux's account of it. */
const spent = () => Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[0]) / 1e9;

/** Events a second in the best round, after a round for warming up. */
async function rate(round) {
  let best = Infinity;
  let bytes;
  for (let turn = 0; turn <= ROUNDS; turn++) {
    const start = spent();
    bytes = await round();
    if (turn > 0) best = Math.min(best, spent() - start);
  }
  return { bytes: bytes.length, rate: Math.floor(count / best) };
}

const sdk = require('facebook-nodejs-business-sdk');
const action = require('@segment/action-destinations/dist/destinations/facebook-conversions-api').default.actions.purchase2;
const written = (body) => Buffer.from(JSON.stringify(body));

function node() {
  let bytes;
  for (let n = 0; n < count; n++) bytes = written(build(sdk, fact));
  return bytes;
}

async function segment() {
  let bytes;
  const request = async (url, { json }) => {
    bytes = written(json);
  };
  for (let n = 0; n < count; n++) {
    const payload = meta(fact, 'Purchase', action.fields);
    await action.perform(request, { payload, settings: { pixelId: '1234567890' }, syncMode: 'add' });
  }
  return bytes;
}

console.log(JSON.stringify({ node: await rate(node), segment: await rate(segment) }));
