// The comparison of scripts/conformance-tcf: node compare-tcf.mjs INSPECT VECTORS COUNT SAMPLES
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

const tcf = createRequire(join(process.cwd(), 'noop.js'))('@iabtechlabtcf/core');
const [inspect, file, count, samples] = process.argv.slice(2);
const lines = (text) => text.trimEnd().split('\n').map((line) => JSON.parse(line));
const vectors = lines(readFileSync(file, 'utf8'));
if (vectors.length !== Number(count)) fail(`${vectors.length} vectors instead of ${count}`);

function fail(message) {
  console.error('conformance-tcf: ' + message);
  process.exit(1);
}

// One answer of `inspect` for each text.
function ask(options, texts) {
  const run = spawnSync(inspect, options, { input: texts.join('\n') + '\n', maxBuffer: 2 ** 30 });
  if (run.status !== 0) fail(`inspect ${options.join(' ')}: ${run.stderr ?? run.error}`);
  const answers = lines(run.stdout.toString());
  if (answers.length !== texts.length) fail(`${answers.length} answers to ${texts.length} texts`);
  return answers;
}

const ids = (vector) => [...Array(vector.maxId + 1).keys()].filter((id) => vector.has(id));

// What the official package reads, in the shape of the vectors.
function read(text) {
  const m = tcf.TCString.decode(text);
  const types = text.split('.').slice(1).map((s) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef'.indexOf(s[0]) >> 3);
  const restrictions = m.publisherRestrictions.getRestrictions().map((r) => (
    { purpose: r.purposeId, type: r.restrictionType, vendors: m.publisherRestrictions.getVendors(r) }));
  const publisher = { consents: ids(m.publisherConsents), li: ids(m.publisherLegitimateInterests), numCustom: m.numCustomPurposes,
    customConsents: ids(m.publisherCustomConsents), customLI: ids(m.publisherCustomLegitimateInterests) };
  return {
    cmpId: m.cmpId, cmpVersion: m.cmpVersion, consentScreen: m.consentScreen, consentLanguage: m.consentLanguage,
    vendorListVersion: m.vendorListVersion, tcfPolicyVersion: Number(m.policyVersion), isServiceSpecific: m.isServiceSpecific,
    useNonStandardTexts: m.useNonStandardTexts, purposeOneTreatment: m.purposeOneTreatment, publisherCC: m.publisherCountryCode,
    created_ms: m.created.getTime(), lastUpdated_ms: m.lastUpdated.getTime(),
    purposesConsent: ids(m.purposeConsents), purposesLI: ids(m.purposeLegitimateInterests), specialFeatures: ids(m.specialFeatureOptins),
    vendorsConsent: ids(m.vendorConsents), vendorsLI: ids(m.vendorLegitimateInterests),
    disclosed: types.includes(1) ? ids(m.vendorsDisclosed) : null, allowed: types.includes(2) ? ids(m.vendorsAllowed) : null,
    publisher: types.includes(3) ? publisher : null,
    restrictions: restrictions.filter((r) => r.vendors.length).sort((a, b) => a.purpose - b.purpose || a.type - b.type),
  };
}

// What remains of a string when it is written in today's form; undefined if that form forbids it.
function today(expect) {
  if (expect.tcfPolicyVersion < 4) return undefined;
  const day = Math.floor(expect.lastUpdated_ms / 86400000) * 86400000;
  return { ...expect, created_ms: day, lastUpdated_ms: day, isServiceSpecific: true, allowed: null, disclosed: expect.disclosed ?? [] };
}

const texts = vectors.map((vector) => vector.tc);
const decoded = ask(['tcf'], texts), rewritten = ask(['tcf', '--rewrite'], texts);
let written = 0, forbidden = 0;
vectors.forEach(({ tc, expect }, index) => {
  if (!isDeepStrictEqual(decoded[index], expect)) fail(`read differently: ${tc}\n${JSON.stringify(decoded[index])}\n${JSON.stringify(expect)}`);
  const wanted = today(expect), ours = rewritten[index];
  if (wanted === undefined) {
    if (ours.error?.code !== 'policy_too_old') fail(`written although its policy version is too old: ${tc}`);
    forbidden += 1;
    return;
  }
  if (ours.error) fail(`not written: ${tc}\n${JSON.stringify(ours)}`);
  const theirs = read(ours.tc);
  if (!isDeepStrictEqual(theirs, wanted)) fail(`what we write is read differently: ${ours.tc}\n${JSON.stringify(theirs)}\n${JSON.stringify(wanted)}`);
  written += 1;
});
if (written < Number(count) * 0.8) fail(`only ${written} strings were written`);
console.log(`conformance-tcf: ${vectors.length} strings of the official package read equally; `
  + `${written} strings of ours read equally by it (${forbidden} of policies before 4 rightly not written)`);

// The sample events' strings are written by our writer alone.
const readable = (line) => { try { return JSON.parse(line); } catch { return {}; } };
const sampled = readFileSync(samples, 'utf8').split('\n').map((line) => readable(line)?.consent?.tcf)
  // Some are cut off on purpose.
  .filter((text) => text?.includes('.'));
const ours = ask(['tcf'], sampled);
sampled.forEach((text, index) => {
  const theirs = read(text);
  if (!isDeepStrictEqual(ours[index], theirs)) fail(`a sample is read differently: ${text}\n${JSON.stringify(theirs)}`);
});
if (sampled.length < 100) fail(`only ${sampled.length} samples have a string`);
console.log(`conformance-tcf: ${sampled.length} strings of the sample events read equally`);
