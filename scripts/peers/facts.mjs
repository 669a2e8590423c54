// What both Node halves of scripts/conformance-peers share: reading the facts, answering line by line.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** `require` as if from the folder that holds the installed peers. */
export const requireFrom = (home) => createRequire(resolve(home, 'x.js'));

export const readFacts = (file) =>
  readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));

/** A single value may stand where a list is allowed. */
export const list = (value) => (value === undefined ? undefined : [value].flat());
export const first = (value) => list(value)?.[0];

/** An amount as the peers take it: a number. */
export const amount = (value) => (value === undefined ? undefined : Number(value));

/** Without the keys that have no value, as a careful caller hands things over. */
export const given = (object) =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));

/** Prints the body that `build` makes, or that it refused. Messages are left out: they hold input. */
export async function answer(fact, peer, platform, build) {
  let line;
  try {
    line = { body: await build() };
  } catch (error) {
    line = { refused: error.name };
    if (process.env.PEERS_DEBUG) console.error(fact.fact, platform, error.message);
  }
  console.log(JSON.stringify({ fact: fact.fact, peer, platform, ...line }));
}
