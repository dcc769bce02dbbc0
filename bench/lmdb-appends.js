import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { lmdbEngine } from 'nestjs-realtime/lmdb';
import { EVENT } from './event.js';
import { median } from './statistics.js';

const {
  values: { path: parent, seconds, samples },
} = parseArgs({
  options: {
    path: { type: 'string', default: tmpdir() },
    seconds: { type: 'string', default: '2' },
    samples: { type: 'string', default: '5' },
  },
});
const MS = Number(seconds) * 1_000;
const PUBLISHERS = [1, 64];
const TOPICS = 100;
const RETENTION = { maxEvents: 1_000, maxAgeMs: 3_600_000, maxBytes: Infinity, idempotencyMs: 600_000 };
const json = JSON.stringify(EVENT);

const folder = mkdtempSync(join(parent, 'nestjs-realtime-bench-'));
try {
  /** @type {[name: string, measure: () => number | Promise<number>][]} */
  const contenders = [
    ['a file, each line flushed', () => appendToFile(join(folder, 'file'))],
    ...PUBLISHERS.map((count) => contender(count)),
  ];
  /** @type {Map<string, number[]>} */
  const results = new Map(contenders.map(([name]) => [name, []]));
  for (let sample = 0; sample < Number(samples); sample++) {
    for (const [name, measure] of contenders) results.get(name)?.push(await measure());
  }
  report(results);
} finally {
  rmSync(folder, { recursive: true });
}

/**
 * @param {number} count
 * @returns {[name: string, measure: () => Promise<number>]}
 */
function contender(count) {
  return [`lmdbEngine, ${count} publishing`, () => publish(count)];
}

/**
 * What a disk gives one who waits for it each time.
 * @param {string} file
 * @returns {number} appends per second
 */
function appendToFile(file) {
  const fd = openSync(file, 'a');
  const begin = performance.now();
  let count = 0;
  for (; performance.now() - begin < MS; count++) {
    writeSync(fd, `${json}\n`);
    fdatasyncSync(fd);
  }
  closeSync(fd);
  return (count / (performance.now() - begin)) * 1_000;
}

/**
 * Publishers who wait for their event to be on disk before the next.
 * @param {number} publishers
 * @returns {Promise<number>} appends per second
 */
async function publish(publishers) {
  const path = join(folder, 'log');
  const engine = lmdbEngine({ path });
  await engine.start(RETENTION);
  const begin = performance.now();
  let count = 0;
  const run = async () => {
    while (performance.now() - begin < MS) {
      await engine.publish({ topic: `orders/${count++ % TOPICS}`, type: 'order.ready', json });
    }
  };
  await Promise.all(Array.from({ length: publishers }, run));
  const perSecond = (count / (performance.now() - begin)) * 1_000;
  await engine.stop();
  rmSync(path, { recursive: true });
  return perSecond;
}

/** @param {Map<string, number[]>} results */
function report(results) {
  const [first] = results.values();
  const base = median(first ?? []);
  console.log(
    `Appends per second of ${json.length} bytes, on disk in ${parent}, median of ${samples} (least–most):`,
  );
  for (const [name, rates] of results) {
    const [least, most] = [Math.min(...rates), Math.max(...rates)].map(round);
    const middle = median(rates);
    console.log(`${name}: ${round(middle)} (${least}–${most}), ${(middle / base).toFixed(1)} times the file`);
  }
}

/** @param {number} rate */
function round(rate) {
  return Math.round(rate).toLocaleString('en');
}
