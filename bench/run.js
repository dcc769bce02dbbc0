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

const contenders = options.only
  ? CONTENDERS.filter(({ name }) => options.only?.split(',').includes(name))
  : CONTENDERS;
const wanted = options.quick ? QUICK : FULL;
const plan = within(wanted, openFiles());
const cores = pickCores();
const progress = progressLine();
const isComplete = !options.quick && !options.only && !options.profile && plan === wanted;

console.log(`${contenders.map(({ name }) => name).join(', ')}; ${cores.note}.`);
if (plan !== wanted) console.log(`Fewer connections than planned: "ulimit -Hn" is ${openFiles()}.`);

// Profiles go to the current folder.
const flags = options.profile ? ['--cpu-prof', '--cpu-prof-interval=200'] : [];
const delivery = await measureDelivery(contenders, plan, cores, progress, flags);
const memory = await measureMemory(contenders, plan, cores, progress);
progress('');

const markdown = report({ delivery, memory }, contenders, conditions(plan, cores));
console.log(`\n${markdown}`);
if (isComplete) {
  await writeResults(markdown);
  console.log('Written to docs/BENCHMARKS.md.');
}
