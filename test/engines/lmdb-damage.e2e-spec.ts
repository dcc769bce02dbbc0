import { beforeAll, describe, expect, it } from '@jest/globals';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { RealtimeConfigurationError, RealtimeError } from 'nestjs-realtime';
import { lmdbEngine } from 'nestjs-realtime/lmdb';
import { publish, readOn } from '../contracts/engine/log-access.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { UNLIMITED } from '../support/unlimited.js';

const PAGE = 4096;
const TOPICS = Array.from({ length: 20 }, (_, index) => `topic/${index}`);

async function start(path: string) {
  const engine = lmdbEngine({ path });
  await engine.start(UNLIMITED);
  return engine;
}

/** A log with some of everything; the file as it was left. */
async function sampleLog(): Promise<Buffer> {
  const path = await temporaryFolder();
  const engine = await start(path);
  for (let round = 0; round < 10; round++) {
    const data = (index: number) => 'x'.repeat(index === 7 ? 3 * PAGE : 150);
    await Promise.all(TOPICS.map((topic, index) => publish(engine, topic, data(index), `key ${round}`)));
    await engine.claims.claim(`claim ${round}`, 'owner', 1_000);
    await engine.records.write([{ key: `record ${round}`, value: 'x'.repeat(500) }]);
  }
  await engine.stop();
  return readFile(join(path, 'data.mdb'));
}

interface Fate {
  readonly path: string;
  /** Opened and read, or why not. */
  readonly kind: 'whole' | 'refused' | 'unreadable' | 'wrong';
  readonly error?: unknown;
  readonly contents?: readonly string[];
}

/** What becomes of a log whose file has these bytes. `wrong` is what must not be. */
async function fateOf(bytes: Uint8Array): Promise<Fate> {
  const path = await temporaryFolder();
  await writeFile(join(path, 'data.mdb'), bytes);
  const engine = lmdbEngine({ path });
  try {
    await engine.start(UNLIMITED);
  } catch (error) {
    return { path, kind: error instanceof RealtimeConfigurationError ? 'refused' : 'wrong', error };
  }
  try {
    const { events } = await readOn(engine, TOPICS, 'earliest');
    const contents = events.map(({ id, json }) => id + json);
    return { path, kind: isDeepStrictEqual(contents, sample.contents) ? 'whole' : 'wrong', contents };
  } catch (error) {
    const isClear = error instanceof RealtimeError && error.code === 'log-unavailable';
    return { path, kind: isClear ? 'unreadable' : 'wrong', error };
  } finally {
    await engine.stop();
  }
}

async function expectDamage(bytes: Uint8Array): Promise<void> {
  const { path, kind, error } = await fateOf(bytes);
  expect(kind).toBe('refused');
  const { message } = error as Error;
  expect(message).toMatch(
    /^The log at ".*" is damaged: .*\. Restore the folder from a backup, or move it away/,
  );
  expect(message).toContain(path);
}

let sample: { readonly bytes: Buffer; readonly contents: readonly string[] };

beforeAll(async () => {
  const bytes = await sampleLog();
  sample = { bytes, contents: [] };
  sample = { bytes, contents: (await fateOf(bytes)).contents! };
});

describe('a log that was damaged', () => {
  it('is all there, if it was not', () => {
    expect(sample.contents).toHaveLength(TOPICS.length * 10);
  });

  it.each([0, 1, 100, PAGE, 2 * PAGE - 1, 2 * PAGE, 3 * PAGE + 17])(
    'is refused when cut to %d bytes',
    async (length) => {
      await expectDamage(sample.bytes.subarray(0, length));
    },
  );

  it('is refused when cut in half', async () => {
    await expectDamage(sample.bytes.subarray(0, sample.bytes.length / 2));
  });

  it('is refused when it is something else', async () => {
    await expectDamage(Buffer.alloc(sample.bytes.length));
    await expectDamage(Buffer.from('SQLite format 3\0'.repeat(10_000)));
  });

  it.each([0x00, 0xff])(
    'is refused, unreadable or whole with a page full of %d, whichever it is',
    async (byte) => {
      const pages = sample.bytes.length / PAGE;
      let harmless = 0;
      for (let page = 0; page < pages; page++) {
        const bytes = Buffer.from(sample.bytes).fill(byte, page * PAGE, (page + 1) * PAGE);
        const { kind } = await fateOf(bytes);
        expect(kind).not.toBe('wrong');
        if (kind === 'whole') harmless++;
      }
      // Those are free pages, and pages of other things than events.
      expect(harmless).toBeLessThan(pages / 2);
    },
  );

  it('is refused, unreadable or whole with any byte changed', async () => {
    const places = fc.array(fc.tuple(fc.nat(sample.bytes.length - 1), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 3,
    });
    await fc.assert(
      fc.asyncProperty(places, async (changes) => {
        const bytes = Buffer.from(sample.bytes);
        for (const [place, change] of changes) bytes[place]! ^= change;
        expect((await fateOf(bytes)).kind).not.toBe('wrong');
      }),
      { numRuns: 200 },
    );
  });

  it("is refused, unreadable or whole with two pages in each other's place", async () => {
    const page = fc.nat(sample.bytes.length / PAGE - 1);
    await fc.assert(
      fc.asyncProperty(page, page, async (one, other) => {
        const bytes = Buffer.from(sample.bytes);
        sample.bytes.copy(bytes, one * PAGE, other * PAGE, (other + 1) * PAGE);
        sample.bytes.copy(bytes, other * PAGE, one * PAGE, (one + 1) * PAGE);
        expect((await fateOf(bytes)).kind).not.toBe('wrong');
      }),
      { numRuns: 100 },
    );
  });

  it('is as it was when it was refused', async () => {
    const bytes = Buffer.from(sample.bytes).fill(0, sample.bytes.length / 2);
    const { path } = await fateOf(bytes);
    expect(await readFile(join(path, 'data.mdb'))).toEqual(bytes);
    await writeFile(join(path, 'data.mdb'), sample.bytes);
    const engine = await start(path);
    expect((await readOn(engine, TOPICS, 'earliest')).events).toHaveLength(sample.contents.length);
    await engine.stop();
  });
});
