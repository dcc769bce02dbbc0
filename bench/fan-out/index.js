import { commandLine, PROFILES } from '../shared/command-line.js';
import { pickCores } from '../shared/cores.js';
import { writeResults } from '../shared/document.js';
import { progressLine } from '../shared/progress.js';
import { conditions } from './conditions.js';
import { CONTENDERS } from './contenders/index.js';
import { measureDelivery } from './measure-delivery.js';
import { measureMemory } from './measure-memory.js';
import { openFiles } from './open-files.js';
import { FULL, QUICK, within } from './plan.js';
import { report } from './report.js';

const { contenders, quick, flags, isComplete } = commandLine(CONTENDERS);
const wanted = quick ? QUICK : FULL;
const plan = within(wanted, openFiles());
const isWhole = JSON.stringify(plan) === JSON.stringify(wanted);
const cores = pickCores();
const progress = progressLine();

console.log(`${contenders.map(({ name }) => name).join(', ')}; ${cores.note}.`);
if (!isWhole) console.log(`Fewer connections than planned: "ulimit -Hn" is ${openFiles()}.`);

const active = contenders.filter(({ idleOnly }) => !idleOnly);
const delivery = await measureDelivery(active, plan, cores, progress, flags);
const memory = plan.idle ? await measureMemory(contenders, plan.idle, cores, progress) : new Map();
progress('');

const markdown = report({ delivery, memory }, contenders, conditions(plan, cores));
console.log(`\n${markdown}`);
if (isComplete && isWhole) await writeResults('fan-out', markdown);
if (flags.length > 0) console.log(`Profiles of the servers are in ${PROFILES}.`);
