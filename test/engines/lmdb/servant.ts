import { createInterface } from 'node:readline';
import type { LogEvent } from 'nestjs-realtime';
import { lmdbEngine } from 'nestjs-realtime/lmdb';
import { say } from '../../support/say.js';
import { UNLIMITED } from '../../support/unlimited.js';

/** What one thing came to: its answer, or its error. */
export interface Outcome<Answer = unknown> {
  readonly answer?: Answer;
  readonly error?: { readonly name: string; readonly code?: string; readonly message: string };
}

/** Opens the log at the path it is given, and does with it what its input says, line by line. */
const [path] = process.argv.slice(2);
const engine = lmdbEngine({ path: path! });
const id = ({ id }: LogEvent) => id;
const json = JSON.stringify('x'.repeat(10_000));

const orders: Record<string, () => Promise<unknown>> = {
  start: () => engine.start(UNLIMITED),
  publish: async () => id(await engine.publish({ topic: 'a', type: 'message', json, journaled: true })),
  publishMany: async () => {
    const drafts = Array.from({ length: 10 }, () => ({ topic: 'a', type: 'message', json }));
    const settled = await Promise.allSettled(drafts.map((draft) => engine.publish(draft)));
    return settled.map((result) => (result.status === 'fulfilled' ? id(result.value) : null));
  },
  claim: () => engine.claims.claim('claim', 'servant', 60_000),
  write: () => engine.records.write([{ key: 'a', value: 'x'.repeat(500_000) }]),
  read: async () => {
    const query = { since: 'earliest', limit: 10_000, maxBytes: Infinity } as const;
    return (await engine.read(['a'], query)).events.map(id);
  },
  head: async () => String(await engine.head()),
  stop: () => engine.stop(),
};

for await (const order of createInterface({ input: process.stdin })) {
  try {
    say({ answer: await orders[order]!() } satisfies Outcome);
  } catch (error) {
    const { name, code, message } = error as Error & { readonly code?: string };
    say({ error: { name, code, message } } satisfies Outcome);
  }
}
