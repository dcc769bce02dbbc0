import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { heapBytes } from '../support/heap-bytes.js';
import { Program } from '../support/program.js';
import { turns } from '../support/turns.js';
import type { HostileSaid, Hostility } from './hostile-receiver.js';
import { type SendingApp, startSending } from './outbound-kit.js';

const KIB = 1024;
/** Attempts at once, each at an endpoint with an address of its own. */
const ATTEMPTS = 100;
const MINUTE_MS = 60_000;

let app: SendingApp;
/** In a process of its own, so that its memory is not ours. */
let receiver: Program;
let ids: string[];
let port: number;

beforeAll(async () => {
  receiver = Program.start('hostile-receiver.ts', import.meta.url);
  ({ port } = await receiver.next<{ port: number }>());
  app = await startSending(undefined, { timeoutMs: MINUTE_MS });
  ids = [];
  for (let index = 0; index < ATTEMPTS; index++) {
    const { id } = await app.endpoints.create({ url: urlOf('http', index), topics: ['none'] });
    ids.push(id);
  }
  // What is made at the first attempt, and kept.
  for (let round = 0; round < 3; round++) {
    const attempts = attemptAll();
    await done('answer');
    await letGo(attempts);
  }
});

afterAll(async () => {
  await app.close();
  await receiver.kill();
});

function urlOf(scheme: string, index: number): string {
  return `${scheme}://127.0.1.${index + 1}:${port}/hook`;
}

function attemptAll(): Promise<unknown> {
  return Promise.all(ids.map((id) => app.endpoints.test(id)));
}

/** It was done to all of them. */
async function done(hostility: Hostility): Promise<void> {
  for (let count = 0; count < ATTEMPTS; count++) {
    expect(await receiver.next<HostileSaid>()).toEqual({ did: hostility });
  }
  // What has been sent is there to be read.
  await turns(20);
}

async function tell(line: string): Promise<void> {
  receiver.say(line);
  await receiver.lines.until((said) => said === JSON.stringify({ ready: line }));
}

/** Ends all connections, and with them what is under way. */
async function letGo(attempts: Promise<unknown>): Promise<void> {
  await tell('let go');
  await attempts;
}

/**
 * The least of a few measurements: what attempts hold is in each of them, what a process happens to do meanwhile, such
 * as compiling, is not.
 */
async function least(measure: () => Promise<number>): Promise<number> {
  const measured: number[] = [];
  for (let round = 0; round < 4; round++) measured.push(await measure());
  return Math.min(...measured);
}

/** Bytes per attempt, in the worst state that the receiver can hold them in. */
async function bytesPerAttempt(hostility: Hostility): Promise<number> {
  await tell(hostility);
  return least(async () => {
    const before = await heapBytes();
    const attempts = attemptAll();
    await done(hostility);
    const during = await heapBytes();
    await letGo(attempts);
    return (during - before) / ATTEMPTS;
  });
}

it.each<Hostility>(['hang', 'half headers', 'many headers', 'dripped headers', 'drip'])(
  'an attempt at a receiver that does this takes little memory: %s',
  async (hostility) => {
    const bytes = await bytesPerAttempt(hostility);
    expect(bytes).toBeGreaterThan(KIB);
    expect(bytes).toBeLessThan(64 * KIB);
  },
);

it('an attempt at a receiver that hangs in the handshake takes little memory', async () => {
  for (const [index, id] of ids.entries()) await app.endpoints.update(id, { url: urlOf('https', index) });
  const bytes = await bytesPerAttempt('hang');
  for (const [index, id] of ids.entries()) await app.endpoints.update(id, { url: urlOf('http', index) });
  expect(bytes).toBeGreaterThan(KIB);
  expect(bytes).toBeLessThan(64 * KIB);
});

it('attempts at receivers that send a gigabyte take little memory all the while', async () => {
  await tell('gigabyte');
  const bytes = await least(async () => {
    const before = await heapBytes();
    const under = { way: true, most: 0 };
    const attempts = attemptAll().finally(() => (under.way = false));
    while (under.way) {
      await turns();
      under.most = Math.max(under.most, await heapBytes());
    }
    await attempts;
    await done('gigabyte');
    return (under.most - before) / ATTEMPTS;
  });
  expect(bytes).toBeLessThan(64 * KIB);
});

it.each<Hostility>(['gigabyte', 'reset', 'redirect'])(
  'nothing is left of attempts at receivers that do this: %s',
  async (hostility) => {
    await tell(hostility);
    const before = await heapBytes();
    for (let round = 0; round < 5; round++) {
      const attempts = attemptAll();
      await done(hostility);
      await letGo(attempts);
    }
    const left = (await heapBytes()) - before;
    // Its record has the start of the answer.
    expect(left / ATTEMPTS / 5).toBeLessThan(4 * KIB);
  },
);
