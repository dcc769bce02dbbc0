import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { conditions } from './conditions.js';
import { CONTENDERS } from './contenders/index.js';
import { pickCores } from './cores.js';
import { writeResults } from './document.js';
import { measureDelivery } from './measure-delivery.js';
import { measureMemory } from './measure-memory.js';
import { openFiles } from './open-files.js';
import { FULL, QUICK, within } from './plan.js';
import { progressLine } from './progress.js';
import { report } from './report.js';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    profile: { type: 'boolean', default: false },
  },
});

const known = CONTENDERS.map(({ name }) => name);
const names = options.only?.split(',') ?? known;
const unknown = names.filter((name) => !known.includes(name));
if (unknown.length > 0) throw new Error(`No contender ${unknown.join(', ')}. There are ${known.join(', ')}.`);
const contenders = CONTENDERS.filter(({ name }) => names.includes(name));
const wanted = options.quick ? QUICK : FULL;
const plan = within(wanted, openFiles());
const cores = pickCores();
const progress = progressLine();
const isWhole = JSON.stringify(plan) === JSON.stringify(wanted);
const isComplete = isWhole && !options.quick && !options.only && !options.profile;

console.log(`${names.join(', ')}; ${cores.note}.`);
if (!isWhole) console.log(`Fewer connections than planned: "ulimit -Hn" is ${openFiles()}.`);

const profiles = fileURLToPath(new URL('.tmp', import.meta.url));
const flags = options.profile ? ['--cpu-prof', '--cpu-prof-interval=200', `--cpu-prof-dir=${profiles}`] : [];
const active = contenders.filter(({ idleOnly }) => !idleOnly);
const delivery = await measureDelivery(active, plan, cores, progress, flags);
const memory = plan.idle ? await measureMemory(contenders, plan.idle, cores, progress) : new Map();
progress('');

const markdown = report({ delivery, memory }, contenders, conditions(plan, cores));
console.log(`\n${markdown}`);
if (isComplete) {
  await writeResults(markdown);
  console.log('Written to docs/BENCHMARKS.md.');
}
if (options.profile) console.log(`Profiles of the servers are in ${profiles}.`);
