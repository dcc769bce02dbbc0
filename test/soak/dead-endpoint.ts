import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { busiestSecond } from '../support/busiest-second.js';
import { Program } from '../support/program.js';
import type { SendingAssignment, SendingOrder } from './sending-assignment.js';
import { Tenants } from './tenants.js';

/**
 * One dead webhook endpoint among many: what it costs the others (their delay from publishing to arrival), how
 * many records it takes while its breaker is open, and how it is caught up with. Prints that, and fails where it
 * is more than promised.
 */
const { values } = parseArgs({
  options: {
    endpoints: { type: 'string', default: '1000' },
    rate: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '6' },
    backlog: { type: 'string', default: '10000' },
    engine: { type: 'string', default: 'memory' },
  },
});
const RATE_LIMIT = 500;
/** By then the first attempts have failed, and the breaker is open. */
const OPENING_MS = 3_000;
/** What is on its way for less has not waited for an endpoint to come back. */
const FRESH_MS = 200;
const MOST_RECORDS = 50;

/** Of the others: how long each event was on its way, and what the sender's processor did meanwhile. */
interface Sample {
  readonly delays: number[];
  /** The 99th percentile of each time that it was looked at. */
  readonly p99s: number[];
  cpuMs: number;
}

const samples = { alive: sample(), dead: sample() };
const records: number[] = [];

using tenants = await Tenants.listen();
const path = values.engine === 'lmdb' ? await mkdtemp(join(tmpdir(), 'nestjs-realtime-soak-')) : undefined;
const assignment: SendingAssignment = {
  path,
  port: tenants.port,
  endpoints: Number(values.endpoints),
  perSecond: Number(values.rate),
  perSecondToFirst: 5,
  rateLimit: RATE_LIMIT,
  timeoutMs: 500,
};
const program = Program.start('sending.ts', import.meta.url, { words: [JSON.stringify(assignment)] });
await program.next();
await order('begin');
await wait(OPENING_MS);
for (let round = 0; round < Number(values.rounds); round++) await compare();
await order('end');
const caughtUp = await catchUp(Number(values.backlog));
await program.kill();
if (path !== undefined) await rm(path, { recursive: true });

for (const [state, { delays, p99s, cpuMs }] of Object.entries(samples)) {
  const times = [percentile(delays, 0.5), percentile(delays, 0.99), percentile(p99s, 0.5)];
  const [p50, p99, median] = times.map((ms) => ms.toFixed(2));
  const cpu = ((cpuMs / delays.length) * 1_000).toFixed(0);
  console.log(
    `one endpoint of ${values.endpoints} ${state}: p50 ${p50} ms, p99 ${p99} ms (median of ${p99s.length}: ${median} ms), ${cpu} µs of processor each, ${delays.length} events`,
  );
}
// Not of all together: what else the machine does would decide it.
const ratio = percentile(samples.dead.p99s, 0.5) / percentile(samples.alive.p99s, 0.5);
console.log(`median p99 while it is dead: ${ratio.toFixed(3)} of before`);
console.log(`records of the dead one, at the beginning and the end of each outage: ${records.join(' ')}`);
console.log(
  `${caughtUp.length} caught up with: at most ${busiestSecond(caughtUp)} a second, limit ${RATE_LIMIT}`,
);
assert.ok(ratio <= 1.1, 'the others are slower');
assert.ok(Math.max(...records) <= MOST_RECORDS, 'too many records');
assert.ok(busiestSecond(caughtUp) <= 2 * RATE_LIMIT, 'too fast');

/** The others, while the first is alive and while it is dead, close to one another in time. */
async function compare(): Promise<void> {
  await measure(samples.alive);
  tenants.isFirstDead = true;
  await wait(OPENING_MS);
  records.push(await order('records'));
  await measure(samples.dead);
  records.push(await order('records'));
  tenants.isFirstDead = false;
  await new Promise<void>((resolve) => {
    tenants.onFirst = (delayMs) => delayMs < FRESH_MS && resolve();
  });
}

async function measure(into: Sample): Promise<void> {
  const [delays, before] = [[] as number[], await order('cpu')];
  tenants.onOthers = (delayMs) => delays.push(delayMs);
  await wait(Number(values.seconds) * 1_000);
  tenants.onOthers = () => {};
  into.cpuMs += (await order('cpu')) - before;
  into.delays.push(...delays);
  into.p99s.push(percentile(delays, 0.99));
}

/** An outage in which `count` events come to wait. @returns when they arrived afterwards */
async function catchUp(count: number): Promise<readonly number[]> {
  tenants.isFirstDead = true;
  await order({ backlog: count });
  await wait(OPENING_MS);
  const failed = await order('records');
  tenants.arrivals = [];
  tenants.isFirstDead = false;
  // What has failed is tried again in minutes.
  await new Promise<void>((resolve) => {
    tenants.onFirst = () => tenants.arrivals.length >= count - failed && resolve();
  });
  return tenants.arrivals;
}

function order(what: SendingOrder): Promise<number> {
  program.say(JSON.stringify(what));
  return program.next();
}

function sample(): Sample {
  return { delays: [], p99s: [], cpuMs: 0 };
}

function percentile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)]!;
}
