import { memoryEngine } from 'nestjs-realtime';
import { deliver, type Scale } from '../contracts/delivery/deliver.js';
import { type Scenario, SCENARIOS } from '../contracts/delivery/scenarios.js';
import { withSeed } from '../support/seeded-random.js';

/**
 * The long form of the delivery contract: every scenario again and again, with more events, more cuts and a new
 * seed each time, until `MINUTES` are over or something is wrong. `SEED` and `SCENARIO` repeat what went wrong.
 */
const SCALE: Scale = { events: 10_000, cuts: 60 };
const { MINUTES = '10', SCENARIO = '', SEED } = process.env;
const ends = Date.now() + Number(MINUTES) * 60_000;
const isOver = () => SEED !== undefined || Date.now() >= ends;

do for (const scenario of SCENARIOS.filter(({ name }) => name.includes(SCENARIO))) await run(scenario);
while (!isOver());

function run({ name, delivery, loses = false, fails = false }: Scenario): Promise<void> {
  return withSeed(async (random) => {
    const started = performance.now();
    const { faults, resets, failures } = await deliver(delivery(memoryEngines, random), SCALE, random);
    if (faults.length > 0) throw new Error(`${name}:\n${faults.join('\n')}`);
    if (resets > 0 !== loses || failures > 0 !== fails) {
      throw new Error(`${name}: ${resets} resets, ${failures} failures`);
    }
    const seconds = Math.round((performance.now() - started) / 1_000);
    const mebibytes = Math.round(process.memoryUsage.rss() / 1024 / 1024);
    console.log(`✓ ${name}: SEED=${random.seed}, ${seconds} s, ${resets} resets, ${mebibytes} MiB`);
  });
}

function memoryEngines(now?: () => number) {
  const engine = memoryEngine({ now });
  return [engine, engine];
}
