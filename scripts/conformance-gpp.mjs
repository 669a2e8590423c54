// The official library's half of scripts/conformance-gpp, which describes the whole.
//
//   node conformance-gpp.mjs DIR VERSION make COUNT SEED   writes lines of {gpp, expect}
//   node conformance-gpp.mjs DIR VERSION texts             takes the texts out of such lines
//   node conformance-gpp.mjs DIR VERSION read              reads texts, writes such lines
//   node conformance-gpp.mjs DIR VERSION compare A B       compares such lines with those of `inspect gpp`
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { resolve } from 'node:path';

const [dir, version, verb, ...args] = process.argv.slice(2);
const require = createRequire(resolve(dir, 'x.js'));
const installed = JSON.parse(readFileSync(resolve(dir, 'node_modules/@iabgpp/cmpapi/package.json'), 'utf8')).version;
if (installed !== version) throw new Error(`@iabgpp/cmpapi is ${installed}, not ${version}`);
const { GppModel, RangeEntry } = require('@iabgpp/cmpapi');

const lines = (text) => text.split('\n').filter((line) => line !== '');
const input = () => lines(readFileSync(0, 'utf8'));

// What `inspect gpp` shows, but for the fields of section 2: its TC string is compared as text here, and
// its fields by conformance-tcf.
function expectation(text) {
  const model = new GppModel(text);
  const ids = model.getSectionIds();
  const parts = text.split('~').slice(1);
  const sections = model.toObject();
  if (sections.tcfeuv2) sections.tcfeuv2 = { tc: parts[ids.indexOf(2)] };
  const raw = Object.fromEntries(ids.map((id, index) => [id, parts[index]]));
  // Dates become texts.
  return JSON.parse(JSON.stringify({ sectionIds: ids, raw, sections }));
}

function make(count, seed) {
  let state = (seed * 2654435761 + 97) >>> 0 || 1;
  const random = () => { state ^= state << 13; state >>>= 0; state ^= state >>> 17; state ^= state << 5; state >>>= 0; return state / 2 ** 32; };
  const int = (low, high) => low + Math.floor(random() * (high - low + 1));
  const flags = (n) => Array.from({ length: n }, () => random() < 0.4);
  const choices = (n) => Array.from({ length: n }, () => int(0, 2));
  const vendors = () => {
    const max = [1, 20, 100, 800, 1400][int(0, 4)];
    const share = [0, 0.02, 0.5, 0.97, 1][int(0, 4)];
    return Array.from({ length: max }, (_, index) => index + 1).filter(() => random() < share);
  };
  const names = ['tcfeuv2', 'tcfcav1', 'uspv1', 'usnat', 'usca', 'usva', 'usco', 'usut', 'usct', 'usfl', 'usmt', 'usor',
    'ustx', 'usde', 'usia', 'usne', 'usnh', 'usnj', 'ustn', 'usmn', 'usmd', 'usin', 'usky', 'usri'];
  const fill = {
    // A whole TC string; the library reads it again, but not its text.
    tcfeuv2: (model) => model.decodeSection('tcfeuv2', 'CP8Ic8AP8Ic8Az-oFyDEcKFgALPgAAOAAACYF5lSei4H7CAU1MhgJSAywTlDTS0sYwIQQQZsQSRh8gT7VCr4ZDrgjx4fTDfhAKMeymxkAQ02VvtMLxpbwTFSQA5HZmoLI8Dax4gEfYuQxkI5AB2_-MQmDauWcQJFcgLOgAAAAAAA'),
    uspv1: (model) => {
      for (const field of ['Notice', 'OptOutSale', 'LspaCovered']) model.setFieldValue('uspv1', field, 'YN-'[int(0, 2)]);
    },
    tcfcav1: (model) => {
      const put = (field, value) => model.setFieldValue('tcfcav1', field, value);
      put('CmpId', int(0, 4095)); put('CmpVersion', int(0, 4095)); put('ConsentScreen', int(0, 63));
      put('ConsentLanguage', ['EN', 'FR'][int(0, 1)]); put('VendorListVersion', int(0, 4095)); put('TcfPolicyVersion', int(0, 63));
      put('UseNonStandardStacks', random() < 0.5); put('SpecialFeatureExpressConsent', flags(12));
      put('PurposesExpressConsent', flags(24)); put('PurposesImpliedConsent', flags(24));
      put('VendorExpressConsent', vendors()); put('VendorImpliedConsent', vendors()); put('DisclosedVendors', vendors());
      put('PubRestrictions', Array.from({ length: int(0, 3) }, () => new RangeEntry(int(1, 24), int(0, 2), vendors())));
      put('PubPurposesExpressConsent', flags(24)); put('PubPurposesImpliedConsent', flags(24));
      const custom = int(0, 63);
      put('NumCustomPurposes', custom); put('CustomPurposesExpressConsent', flags(custom)); put('CustomPurposesImpliedConsent', flags(custom));
      put('Created', new Date(1767225600000 + 100 * int(0, 9))); put('LastUpdated', new Date(1767225600000));
    },
  };
  // Every field of a US section that the library lists, with a random value of its own kind.
  const us = (model, name) => {
    model.setFieldValue(name, name === 'usnat' ? 'Version' : 'MspaCoveredTransaction', int(1, 2));
    for (const [field, value] of Object.entries(model.getSection(name))) {
      if (['Version', 'MspaVersion', 'GpcSegmentType', 'GpcSegmentIncluded', 'Gpc'].includes(field)) continue;
      if (field.endsWith('SegmentIncluded')) continue;
      if (Array.isArray(value)) model.setFieldValue(name, field, choices(value.length));
      else model.setFieldValue(name, field, field === 'MspaCoveredTransaction' ? int(1, 2) : int(0, 2));
    }
    for (const field of ['GpcSegmentIncluded', 'SensitiveDataConsentSegmentIncluded']) {
      if (!model.hasField(name, field)) continue;
      const included = random() < 0.6;
      model.setFieldValue(name, field, included);
      if (field[0] === 'G' && included) model.setFieldValue(name, 'Gpc', random() < 0.5);
    }
  };
  const seen = new Map();
  for (let line = 0; line < count; line++) {
    const model = new GppModel();
    const wanted = new Set(Array.from({ length: int(1, 5) }, () => names[int(0, names.length - 1)]));
    for (const name of wanted) {
      (fill[name] ?? us)(model, name);
      seen.set(name, (seen.get(name) ?? 0) + 1);
    }
    const gpp = model.encode();
    console.log(JSON.stringify({ gpp, expect: expectation(gpp) }));
  }
  const missing = names.filter((name) => !seen.has(name));
  if (count >= 1000 && missing.length) throw new Error(`no string has ${missing}`);
}

function compare(theirs, ours) {
  const [a, b] = [theirs, ours].map((file) => lines(readFileSync(file, 'utf8')).map((line) => JSON.parse(line)));
  let sections = 0;
  const bad = [];
  a.forEach(({ gpp, expect }, index) => {
    sections += Object.keys(expect.sections).length;
    delete b[index]?.sections?.tcfeuv2?.decoded;
    if (!isDeepStrictEqual(expect, b[index])) bad.push({ gpp, theirs: expect, ours: b[index] });
  });
  for (const difference of bad.slice(0, 3)) console.error(JSON.stringify(difference));
  console.log(`conformance-gpp: ${a.length} strings, ${sections} sections, ${bad.length} differ (${theirs.split('/').pop()})`);
  if (bad.length || a.length === 0 || a.length !== b.length) process.exit(1);
}

switch (verb) {
  case 'make': make(Number(args[0]), Number(args[1])); break;
  case 'texts': for (const line of input()) console.log(JSON.parse(line).gpp); break;
  case 'read': for (const gpp of input()) console.log(JSON.stringify({ gpp, expect: expectation(gpp) })); break;
  case 'compare': compare(args[0], args[1]); break;
  default: throw new Error(`unknown verb ${verb}`);
}
