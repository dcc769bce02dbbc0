import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, release, totalmem, type } from 'node:os';

const PACKAGES = ['nestjs-realtime', '@nestjs/core', '@nestjs/platform-express', 'better-sse', 'socket.io'];

/**
 * What the numbers depend on.
 * @param {import('./plan.js').Plan} plan
 * @param {import('./cores.js').Cores} cores
 * @returns {string[]}
 */
export function conditions(plan, cores) {
  const [cpu] = cpus();
  return [
    `${new Date().toISOString().slice(0, 10)}, ${cpu.model.trim()} with ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, ${type()} ${release()}; ${cores.note}.`,
    `Node ${process.versions.node}, ${PACKAGES.map((name) => `${name} ${versionOf(name)}`).join(', ')}; \`NODE_ENV=production\`.`,
    `Events of 160 bytes of JSON. Median of ${plan.samples} samples (least–most), each of at least ${plan.loads.map(({ deliveries, perTurn }) => `${deliveries.toLocaleString('en')} deliveries at ${perTurn} per turn`).join(' and ')}.${idleCondition(plan)}`,
  ];
}

/** @param {import('./plan.js').Plan} plan */
function idleCondition({ idle }) {
  if (!idle) return '';
  const [base, connections] = [idle.base, idle.connections].map((count) => count.toLocaleString('en'));
  return ` Memory: of ${connections} connections beyond the first ${base}, in ${idle.samples} fresh processes.`;
}

/** @param {string} name */
function versionOf(name) {
  for (const folder of createRequire(import.meta.url).resolve.paths(name) ?? []) {
    const file = `${folder}/${name}/package.json`;
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')).version;
  }
  return 'unknown';
}
