// Makes tcfcav1_integer.jsonl: Canadian sections as the official library wrote them before 3.2.0,
// with ranges of 16-bit integers. In a directory with `npm i @iabgpp/cmpapi@3.1.7`, run
//   node /path/to/generate_integer.mjs > tcfcav1_integer.jsonl
// The same lines come out each time.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { GppModel, RangeEntry } = createRequire(join(process.cwd(), 'x.js'))('@iabgpp/cmpapi');

let state = 20261122;
const random = () => { state ^= state << 13; state >>>= 0; state ^= state >>> 17; state ^= state << 5; state >>>= 0; return state / 2 ** 32; };
const int = (lo, hi) => lo + Math.floor(random() * (hi - lo + 1));
const flags = (n) => Array.from({ length: n }, () => random() < 0.4);
// Sparse, dense, in runs, or empty: these decide between ranges and bits.
function vendors() {
  const max = [30, 400, 1400][int(0, 2)];
  const kind = int(0, 3);
  if (kind === 0) return [];
  const ids = [];
  for (let id = 1; id <= max; id++) {
    if (kind === 3 ? Math.floor(id / 100) % 2 === 1 : random() < (kind === 1 ? 0.01 : 0.7)) ids.push(id);
  }
  return ids;
}

for (let line = 0; line < 40; line++) {
  const model = new GppModel();
  const put = (field, value) => model.setFieldValue('tcfcav1', field, value);
  put('CmpId', int(0, 4095));
  put('ConsentLanguage', 'FR');
  put('PurposesExpressConsent', flags(24));
  put('PurposesImpliedConsent', flags(24));
  put('VendorExpressConsent', vendors());
  put('VendorImpliedConsent', vendors());
  put('DisclosedVendors', vendors());
  if (random() < 0.6) put('PubRestrictions', [new RangeEntry(int(2, 24), int(0, 2), [int(1, 9), int(20, 90), 91])]);
  put('Created', new Date(1767225600000));
  put('LastUpdated', new Date(1767225600000));
  const gpp = model.encode();
  console.log(JSON.stringify({ text: gpp.split('~')[1], expect: new GppModel(gpp).toObject().tcfcav1 }));
}
