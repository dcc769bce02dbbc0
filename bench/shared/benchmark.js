import { commandLine, PROFILES } from './command-line.js';
import { machine, versions } from './conditions.js';
import { Contestant } from './contestant.js';
import { pickCores } from './cores.js';
import { writeResults } from './document.js';
import { progressLine } from './progress.js';
import { redisVersion } from './redis.js';
import { throughputReport } from './throughput.js';

/** @typedef {{ count: number, samples: number }} Plan how much is done for a sample, and how many samples */

/**
 * Measures contenders side by side, by turns, and reports how much each does per second. A complete run writes its
 * section of docs/BENCHMARKS.md.
 *
 * @param {object} benchmark
 * @param {string} benchmark.name
 * @param {[one: string, many: string]} benchmark.unit of what is done
 * @param {string[]} benchmark.packages whose versions matter
 * @param {import('./contestant.js').Contender[]} benchmark.contenders
 * @param {import('./throughput.js').Ratio[]} benchmark.ratios
 * @param {{ full: Plan, quick: Plan }} benchmark.plans
 * @param {(cores: import('./cores.js').Cores) => Promise<Setting>} benchmark.setUp
 *
 * @typedef {object} Setting what all contenders work with
 * @property {(contestant: Contestant, count: number) => Promise<import('./contestant.js').Sample>} measure
 * @property {() => Promise<void>} tearDown
 */
export async function benchmark({ name, unit, packages, contenders: all, ratios, plans, setUp }) {
  const { contenders, quick, flags, isComplete } = commandLine(all);
  const { count, samples } = quick ? plans.quick : plans.full;
  const redis = contenders.some((one) => one.redis) ? redisVersion() : undefined;
  const possible = contenders.filter((one) => redis || !one.redis);
  const cores = pickCores();
  console.log(`${name}: ${possible.map((one) => one.name).join(', ')}; ${cores.note}.`);
  if (possible.length < contenders.length)
    console.log('Without BullMQ, for there is no redis-server here (Debian: apt-get install redis-server).');

  const { measure, tearDown } = await setUp(cores);
  const contestants = possible.map((contender) => new Contestant(contender));
  try {
    await takeTurns(contestants, { cores, flags, samples, measure: (one) => measure(one, count) });
  } finally {
    await Promise.all(contestants.map((one) => one.stop()));
    await tearDown();
  }

  const markdown = throughputReport(contestants, unit, ratios, [
    `${machine()}; ${cores.note}.`,
    `${versions(packages)}${redis ? `, Redis ${redis}` : ''}; \`NODE_ENV=production\`.`,
    `Median of ${samples} samples (least–most), each of ${count.toLocaleString('en')} ${unit[1]}.`,
  ]);
  console.log(`\n${markdown}`);
  if (isComplete && possible.length === all.length) await writeResults(name, markdown);
  if (flags.length > 0) console.log(`Profiles are in ${PROFILES}.`);
}

/**
 * A B C, A B C, …: what else the machine does meets all of them alike.
 * @param {Contestant[]} contestants
 * @param {object} how
 * @param {import('./cores.js').Cores} how.cores
 * @param {string[]} how.flags
 * @param {number} how.samples
 * @param {(contestant: Contestant) => Promise<import('./contestant.js').Sample>} how.measure
 */
async function takeTurns(contestants, { cores, flags, samples, measure }) {
  const progress = progressLine();
  for (const contestant of contestants) {
    progress(`starting: ${contestant.contender.name}`);
    await contestant.start(cores, flags);
    // Until what runs often is compiled by the optimising compiler.
    await measure(contestant);
  }
  for (let round = 1; round <= samples; round++) {
    for (const contestant of contestants) {
      progress(`round ${round} of ${samples}: ${contestant.contender.name}`);
      contestant.samples.push(await measure(contestant));
    }
  }
  progress('');
}
