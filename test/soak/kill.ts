import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ConsumerSoak, WEAK_SPOTS } from './consumer-soak.js';
import { EngineSoak } from './engine-soak.js';
import { type WayReport, WebhookSoak, type WebhookSoakReport } from './webhook-soak.js';

const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: '60' },
    consumer: { type: 'string', default: '200' },
    webhooks: { type: 'string', default: '200' },
    minutes: { type: 'string', default: '60' },
  },
});
const rounds = {
  engine: Number(values.engine),
  consumer: Number(values.consumer),
  webhooks: Number(values.webhooks),
};
const end = performance.now() + Number(values.minutes) * 60_000;

await soakEngine('keeping everything');
await soakEngine('trimming', 20);
await soakConsumer();
await soakWebhooks();

/** A log in a folder of its own, killed in every round. */
async function soakEngine(name: string, maxEvents?: number): Promise<void> {
  await inFolder(async (path) => {
    const soak = new EngineSoak(path, 64, maxEvents);
    const count = rounds.engine / 2;
    for (let round = 0; round < count; round++) {
      const early = round % 10 === 9;
      const death = early
        ? { afterLines: 0, wait: () => wait(randomInt(1_000)) }
        : { afterLines: randomInt(1, 20_000), wait: () => wait(randomInt(5)) };
      await soak.play(death, -round * 1_000);
      const { acknowledged, unheard } = soak.ledger;
      progress(`log, ${name}`, round + 1, count, `${acknowledged} acknowledged, ${unheard} more on disk`);
    }
  });
}

/** A durable consumer, killed in every round. */
async function soakConsumer(): Promise<void> {
  await inFolder(async (path) => {
    await using soak = await ConsumerSoak.open(path);
    for (let round = 0; round < rounds.consumer; round++) {
      const at = WEAK_SPOTS[round % WEAK_SPOTS.length]!;
      await soak.play({ at, count: randomInt(1, 150), turns: randomInt(30) });
      const { accepted, repeats } = soak.report;
      progress('consumer', round + 1, rounds.consumer, `${accepted} accepted, ${repeats} sent again`);
    }
    await soak.finish();
    const { accepted, repeats, kills } = soak.report;
    console.log(`consumer: all of ${accepted} sent after ${kills} kills, ${repeats} of them again`);
  });
}

/** An application that is sent events by its hub and by webhooks, and sends them on, killed in every round. */
async function soakWebhooks(): Promise<void> {
  await inFolder(async (path) => {
    await using soak = await WebhookSoak.open(path);
    for (let round = 0; round < rounds.webhooks; round++) {
      const at = WEAK_SPOTS[round % WEAK_SPOTS.length]!;
      await soak.play({ at, count: randomInt(1, 150), turns: randomInt(30) });
      progress('webhooks', round + 1, rounds.webhooks, webhookCounts(soak.report));
    }
    await soak.finish();
    const { kills } = soak.report;
    console.log(`webhooks: all sent and handled after ${kills} kills, ${webhookCounts(soak.report)}`);
  });
}

function webhookCounts({ out, in: in_ }: WebhookSoakReport): string {
  const counts = ({ accepted, received, repeats }: WayReport) =>
    `${accepted} answered with 2xx, ${received} came, ${repeats} of them again`;
  return `out: ${counts(out)}; in: ${counts(in_)}`;
}

async function inFolder(run: (path: string) => Promise<void>): Promise<void> {
  const path = await mkdtemp(join(tmpdir(), 'nestjs-realtime-soak-'));
  try {
    await run(path);
  } catch (error) {
    console.error(`What is left is in ${path}.`);
    throw error;
  }
  await rm(path, { recursive: true });
}

function progress(name: string, round: number, of: number, text: string): void {
  if (performance.now() > end) throw new Error(`${name} has not ended in ${values.minutes} minutes.`);
  if (round % 10 === 0 || round === of) console.log(`${name}: ${round} of ${of} rounds, ${text}`);
}
